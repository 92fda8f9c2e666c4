# bclr: as bc; target LR & ~3; LK swaps LR with CIA + 4 (old LR is the target).
# Values: tests/support/isa_reference.

test_bclr_1:
  #_ REGISTER_IN r3 0x0000000000000000
  #_ REGISTER_IN r4 0x0000000000000005
  mflr r12
  bl bclr_1_here
bclr_1_here:
  mflr r6
  addi r7, r6, bclr_1_over - bclr_1_here
  mtctr r4
  mtlr r7
  bclr 20, 0
  li r3, 1
bclr_1_over:
  mflr r8
  subf r8, r6, r8
  mfctr r5
  mtlr r12
  li r6, 0
  li r7, 0
  li r12, 0
  blr
  #_ REGISTER_OUT r3 0x0000000000000000
  #_ REGISTER_OUT r4 0x0000000000000005
  #_ REGISTER_OUT r5 0x0000000000000005
  #_ REGISTER_OUT r8 0x0000000000000018
  #_ REGISTER_OUT cr 0x00000000

test_bclr_2:
  #_ REGISTER_IN r3 0x0000000000000000
  #_ REGISTER_IN r4 0x0000000000000005
  #_ REGISTER_IN cr 0x80000000
  mflr r12
  bl bclr_2_here
bclr_2_here:
  mflr r6
  addi r7, r6, bclr_2_over - bclr_2_here
  mtctr r4
  mtlr r7
  bclrl 12, 0
  li r3, 1
bclr_2_over:
  mflr r8
  subf r8, r6, r8
  mfctr r5
  mtlr r12
  li r6, 0
  li r7, 0
  li r12, 0
  blr
  #_ REGISTER_OUT r3 0x0000000000000000
  #_ REGISTER_OUT r4 0x0000000000000005
  #_ REGISTER_OUT r5 0x0000000000000005
  #_ REGISTER_OUT r8 0x0000000000000014
  #_ REGISTER_OUT cr 0x80000000

test_bclr_3:
  #_ REGISTER_IN r3 0x0000000000000000
  #_ REGISTER_IN r4 0x0000000000000005
  #_ REGISTER_IN cr 0x7FFFFFFF
  mflr r12
  bl bclr_3_here
bclr_3_here:
  mflr r6
  addi r7, r6, bclr_3_over - bclr_3_here
  mtctr r4
  mtlr r7
  bclr 12, 0
  li r3, 1
bclr_3_over:
  mflr r8
  subf r8, r6, r8
  mfctr r5
  mtlr r12
  li r6, 0
  li r7, 0
  li r12, 0
  blr
  #_ REGISTER_OUT r3 0x0000000000000001
  #_ REGISTER_OUT r4 0x0000000000000005
  #_ REGISTER_OUT r5 0x0000000000000005
  #_ REGISTER_OUT r8 0x0000000000000018
  #_ REGISTER_OUT cr 0x7FFFFFFF

test_bclr_4:
  #_ REGISTER_IN r3 0x0000000000000000
  #_ REGISTER_IN r4 0x0000000000000005
  #_ REGISTER_IN cr 0x20000000
  mflr r12
  bl bclr_4_here
bclr_4_here:
  mflr r6
  addi r7, r6, bclr_4_over - bclr_4_here
  mtctr r4
  mtlr r7
  bclrl 4, 2
  li r3, 1
bclr_4_over:
  mflr r8
  subf r8, r6, r8
  mfctr r5
  mtlr r12
  li r6, 0
  li r7, 0
  li r12, 0
  blr
  #_ REGISTER_OUT r3 0x0000000000000001
  #_ REGISTER_OUT r4 0x0000000000000005
  #_ REGISTER_OUT r5 0x0000000000000005
  #_ REGISTER_OUT r8 0x0000000000000014
  #_ REGISTER_OUT cr 0x20000000

test_bclr_5:
  #_ REGISTER_IN r3 0x0000000000000000
  #_ REGISTER_IN r4 0x0000000000000005
  #_ REGISTER_IN cr 0xDFFFFFFF
  mflr r12
  bl bclr_5_here
bclr_5_here:
  mflr r6
  addi r7, r6, bclr_5_over - bclr_5_here
  mtctr r4
  mtlr r7
  bclr 4, 2
  li r3, 1
bclr_5_over:
  mflr r8
  subf r8, r6, r8
  mfctr r5
  mtlr r12
  li r6, 0
  li r7, 0
  li r12, 0
  blr
  #_ REGISTER_OUT r3 0x0000000000000000
  #_ REGISTER_OUT r4 0x0000000000000005
  #_ REGISTER_OUT r5 0x0000000000000005
  #_ REGISTER_OUT r8 0x0000000000000018
  #_ REGISTER_OUT cr 0xDFFFFFFF

test_bclr_6:
  #_ REGISTER_IN r3 0x0000000000000000
  #_ REGISTER_IN r4 0x0000000000000005
  #_ REGISTER_IN cr 0x00000001
  mflr r12
  bl bclr_6_here
bclr_6_here:
  mflr r6
  addi r7, r6, bclr_6_over - bclr_6_here
  mtctr r4
  mtlr r7
  bclrl 12, 31
  li r3, 1
bclr_6_over:
  mflr r8
  subf r8, r6, r8
  mfctr r5
  mtlr r12
  li r6, 0
  li r7, 0
  li r12, 0
  blr
  #_ REGISTER_OUT r3 0x0000000000000000
  #_ REGISTER_OUT r4 0x0000000000000005
  #_ REGISTER_OUT r5 0x0000000000000005
  #_ REGISTER_OUT r8 0x0000000000000014
  #_ REGISTER_OUT cr 0x00000001

test_bclr_7:
  #_ REGISTER_IN r3 0x0000000000000000
  #_ REGISTER_IN r4 0x0000000000000002
  mflr r12
  bl bclr_7_here
bclr_7_here:
  mflr r6
  addi r7, r6, bclr_7_over - bclr_7_here
  mtctr r4
  mtlr r7
  bclr 16, 0
  li r3, 1
bclr_7_over:
  mflr r8
  subf r8, r6, r8
  mfctr r5
  mtlr r12
  li r6, 0
  li r7, 0
  li r12, 0
  blr
  #_ REGISTER_OUT r3 0x0000000000000000
  #_ REGISTER_OUT r4 0x0000000000000002
  #_ REGISTER_OUT r5 0x0000000000000001
  #_ REGISTER_OUT r8 0x0000000000000018
  #_ REGISTER_OUT cr 0x00000000

test_bclr_8:
  #_ REGISTER_IN r3 0x0000000000000000
  #_ REGISTER_IN r4 0x0000000000000001
  mflr r12
  bl bclr_8_here
bclr_8_here:
  mflr r6
  addi r7, r6, bclr_8_over - bclr_8_here
  mtctr r4
  mtlr r7
  bclrl 16, 0
  li r3, 1
bclr_8_over:
  mflr r8
  subf r8, r6, r8
  mfctr r5
  mtlr r12
  li r6, 0
  li r7, 0
  li r12, 0
  blr
  #_ REGISTER_OUT r3 0x0000000000000001
  #_ REGISTER_OUT r4 0x0000000000000001
  #_ REGISTER_OUT r8 0x0000000000000014
  #_ REGISTER_OUT cr 0x00000000

test_bclr_9:
  #_ REGISTER_IN r3 0x0000000000000000
  #_ REGISTER_IN r4 0x0000000000000001
  mflr r12
  bl bclr_9_here
bclr_9_here:
  mflr r6
  addi r7, r6, bclr_9_over - bclr_9_here
  mtctr r4
  mtlr r7
  bclr 18, 0
  li r3, 1
bclr_9_over:
  mflr r8
  subf r8, r6, r8
  mfctr r5
  mtlr r12
  li r6, 0
  li r7, 0
  li r12, 0
  blr
  #_ REGISTER_OUT r3 0x0000000000000000
  #_ REGISTER_OUT r4 0x0000000000000001
  #_ REGISTER_OUT r8 0x0000000000000018
  #_ REGISTER_OUT cr 0x00000000

test_bclr_10:
  #_ REGISTER_IN r3 0x0000000000000000
  #_ REGISTER_IN r4 0x0000000000000002
  mflr r12
  bl bclr_10_here
bclr_10_here:
  mflr r6
  addi r7, r6, bclr_10_over - bclr_10_here
  mtctr r4
  mtlr r7
  bclrl 18, 0
  li r3, 1
bclr_10_over:
  mflr r8
  subf r8, r6, r8
  mfctr r5
  mtlr r12
  li r6, 0
  li r7, 0
  li r12, 0
  blr
  #_ REGISTER_OUT r3 0x0000000000000001
  #_ REGISTER_OUT r4 0x0000000000000002
  #_ REGISTER_OUT r5 0x0000000000000001
  #_ REGISTER_OUT r8 0x0000000000000014
  #_ REGISTER_OUT cr 0x00000000

test_bclr_11:
  #_ REGISTER_IN r3 0x0000000000000000
  #_ REGISTER_IN r4 0x0000000000000000
  mflr r12
  bl bclr_11_here
bclr_11_here:
  mflr r6
  addi r7, r6, bclr_11_over - bclr_11_here
  mtctr r4
  mtlr r7
  bclr 16, 0
  li r3, 1
bclr_11_over:
  mflr r8
  subf r8, r6, r8
  mfctr r5
  mtlr r12
  li r6, 0
  li r7, 0
  li r12, 0
  blr
  #_ REGISTER_OUT r3 0x0000000000000000
  #_ REGISTER_OUT r4 0x0000000000000000
  #_ REGISTER_OUT r5 0xFFFFFFFFFFFFFFFF
  #_ REGISTER_OUT r8 0x0000000000000018
  #_ REGISTER_OUT cr 0x00000000

test_bclr_12:
  #_ REGISTER_IN r3 0x0000000000000000
  #_ REGISTER_IN r4 0x0000000100000001
  mflr r12
  bl bclr_12_here
bclr_12_here:
  mflr r6
  addi r7, r6, bclr_12_over - bclr_12_here
  mtctr r4
  mtlr r7
  bclrl 16, 0
  li r3, 1
bclr_12_over:
  mflr r8
  subf r8, r6, r8
  mfctr r5
  mtlr r12
  li r6, 0
  li r7, 0
  li r12, 0
  blr
  #_ REGISTER_OUT r3 0x0000000000000001
  #_ REGISTER_OUT r4 0x0000000100000001
  #_ REGISTER_OUT r5 0x0000000100000000
  #_ REGISTER_OUT r8 0x0000000000000014
  #_ REGISTER_OUT cr 0x00000000

test_bclr_13:
  #_ REGISTER_IN r3 0x0000000000000000
  #_ REGISTER_IN r4 0x0000000100000001
  mflr r12
  bl bclr_13_here
bclr_13_here:
  mflr r6
  addi r7, r6, bclr_13_over - bclr_13_here
  mtctr r4
  mtlr r7
  bclr 18, 0
  li r3, 1
bclr_13_over:
  mflr r8
  subf r8, r6, r8
  mfctr r5
  mtlr r12
  li r6, 0
  li r7, 0
  li r12, 0
  blr
  #_ REGISTER_OUT r3 0x0000000000000000
  #_ REGISTER_OUT r4 0x0000000100000001
  #_ REGISTER_OUT r5 0x0000000100000000
  #_ REGISTER_OUT r8 0x0000000000000018
  #_ REGISTER_OUT cr 0x00000000

test_bclr_14:
  #_ REGISTER_IN r3 0x0000000000000000
  #_ REGISTER_IN r4 0x0000000000000002
  #_ REGISTER_IN cr 0x40000000
  mflr r12
  bl bclr_14_here
bclr_14_here:
  mflr r6
  addi r7, r6, bclr_14_over - bclr_14_here
  mtctr r4
  mtlr r7
  bclrl 8, 1
  li r3, 1
bclr_14_over:
  mflr r8
  subf r8, r6, r8
  mfctr r5
  mtlr r12
  li r6, 0
  li r7, 0
  li r12, 0
  blr
  #_ REGISTER_OUT r3 0x0000000000000000
  #_ REGISTER_OUT r4 0x0000000000000002
  #_ REGISTER_OUT r5 0x0000000000000001
  #_ REGISTER_OUT r8 0x0000000000000014
  #_ REGISTER_OUT cr 0x40000000

test_bclr_15:
  #_ REGISTER_IN r3 0x0000000000000000
  #_ REGISTER_IN r4 0x0000000000000002
  #_ REGISTER_IN cr 0xBFFFFFFF
  mflr r12
  bl bclr_15_here
bclr_15_here:
  mflr r6
  addi r7, r6, bclr_15_over - bclr_15_here
  mtctr r4
  mtlr r7
  bclr 8, 1
  li r3, 1
bclr_15_over:
  mflr r8
  subf r8, r6, r8
  mfctr r5
  mtlr r12
  li r6, 0
  li r7, 0
  li r12, 0
  blr
  #_ REGISTER_OUT r3 0x0000000000000001
  #_ REGISTER_OUT r4 0x0000000000000002
  #_ REGISTER_OUT r5 0x0000000000000001
  #_ REGISTER_OUT r8 0x0000000000000018
  #_ REGISTER_OUT cr 0xBFFFFFFF

test_bclr_16:
  #_ REGISTER_IN r3 0x0000000000000000
  #_ REGISTER_IN r4 0x0000000000000001
  #_ REGISTER_IN cr 0x40000000
  mflr r12
  bl bclr_16_here
bclr_16_here:
  mflr r6
  addi r7, r6, bclr_16_over - bclr_16_here
  mtctr r4
  mtlr r7
  bclrl 10, 1
  li r3, 1
bclr_16_over:
  mflr r8
  subf r8, r6, r8
  mfctr r5
  mtlr r12
  li r6, 0
  li r7, 0
  li r12, 0
  blr
  #_ REGISTER_OUT r3 0x0000000000000000
  #_ REGISTER_OUT r4 0x0000000000000001
  #_ REGISTER_OUT r8 0x0000000000000014
  #_ REGISTER_OUT cr 0x40000000

test_bclr_17:
  #_ REGISTER_IN r3 0x0000000000000000
  #_ REGISTER_IN r4 0x0000000000000002
  #_ REGISTER_IN cr 0x02000000
  mflr r12
  bl bclr_17_here
bclr_17_here:
  mflr r6
  addi r7, r6, bclr_17_over - bclr_17_here
  mtctr r4
  mtlr r7
  bclr 0, 6
  li r3, 1
bclr_17_over:
  mflr r8
  subf r8, r6, r8
  mfctr r5
  mtlr r12
  li r6, 0
  li r7, 0
  li r12, 0
  blr
  #_ REGISTER_OUT r3 0x0000000000000001
  #_ REGISTER_OUT r4 0x0000000000000002
  #_ REGISTER_OUT r5 0x0000000000000001
  #_ REGISTER_OUT r8 0x0000000000000018
  #_ REGISTER_OUT cr 0x02000000

test_bclr_18:
  #_ REGISTER_IN r3 0x0000000000000000
  #_ REGISTER_IN r4 0x0000000000000002
  #_ REGISTER_IN cr 0xFDFFFFFF
  mflr r12
  bl bclr_18_here
bclr_18_here:
  mflr r6
  addi r7, r6, bclr_18_over - bclr_18_here
  mtctr r4
  mtlr r7
  bclrl 0, 6
  li r3, 1
bclr_18_over:
  mflr r8
  subf r8, r6, r8
  mfctr r5
  mtlr r12
  li r6, 0
  li r7, 0
  li r12, 0
  blr
  #_ REGISTER_OUT r3 0x0000000000000000
  #_ REGISTER_OUT r4 0x0000000000000002
  #_ REGISTER_OUT r5 0x0000000000000001
  #_ REGISTER_OUT r8 0x0000000000000014
  #_ REGISTER_OUT cr 0xFDFFFFFF

test_bclr_19:
  #_ REGISTER_IN r3 0x0000000000000000
  #_ REGISTER_IN r4 0x0000000000000001
  #_ REGISTER_IN cr 0xFDFFFFFF
  mflr r12
  bl bclr_19_here
bclr_19_here:
  mflr r6
  addi r7, r6, bclr_19_over - bclr_19_here
  mtctr r4
  mtlr r7
  bclr 2, 6
  li r3, 1
bclr_19_over:
  mflr r8
  subf r8, r6, r8
  mfctr r5
  mtlr r12
  li r6, 0
  li r7, 0
  li r12, 0
  blr
  #_ REGISTER_OUT r3 0x0000000000000000
  #_ REGISTER_OUT r4 0x0000000000000001
  #_ REGISTER_OUT r8 0x0000000000000018
  #_ REGISTER_OUT cr 0xFDFFFFFF

test_bclr_20:
  #_ REGISTER_IN r3 0x0000000000000000
  #_ REGISTER_IN r4 0x0000000000000007
  #_ REGISTER_IN cr 0x04000000
  mflr r12
  bl bclr_20_here
bclr_20_here:
  mflr r6
  addi r7, r6, bclr_20_over - bclr_20_here
  mtctr r4
  mtlr r7
  bclrl 13, 5
  li r3, 1
bclr_20_over:
  mflr r8
  subf r8, r6, r8
  mfctr r5
  mtlr r12
  li r6, 0
  li r7, 0
  li r12, 0
  blr
  #_ REGISTER_OUT r3 0x0000000000000000
  #_ REGISTER_OUT r4 0x0000000000000007
  #_ REGISTER_OUT r5 0x0000000000000007
  #_ REGISTER_OUT r8 0x0000000000000014
  #_ REGISTER_OUT cr 0x04000000
