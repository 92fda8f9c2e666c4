# bcctr: branch on condition to CTR & ~3; BO[2]=0 (decrement) is an invalid form.
# Values: tests/support/isa_reference.

test_bcctr_1:
  #_ REGISTER_IN r3 0x0000000000000000
  #_ REGISTER_IN r4 0x0000000000000005
  mflr r12
  bl bcctr_1_here
bcctr_1_here:
  mflr r6
  addi r7, r6, bcctr_1_over - bcctr_1_here
  mtctr r4
  mtctr r7
  bcctr 20, 0
  li r3, 1
bcctr_1_over:
  mflr r8
  subf r8, r6, r8
  li r5, 0
  mtlr r12
  li r6, 0
  li r7, 0
  li r12, 0
  blr
  #_ REGISTER_OUT r3 0x0000000000000000
  #_ REGISTER_OUT r4 0x0000000000000005
  #_ REGISTER_OUT cr 0x00000000

test_bcctr_2:
  #_ REGISTER_IN r3 0x0000000000000000
  #_ REGISTER_IN r4 0x0000000000000005
  #_ REGISTER_IN cr 0x80000000
  mflr r12
  bl bcctr_2_here
bcctr_2_here:
  mflr r6
  addi r7, r6, bcctr_2_over - bcctr_2_here
  mtctr r4
  mtctr r7
  bcctrl 12, 0
  li r3, 1
bcctr_2_over:
  mflr r8
  subf r8, r6, r8
  li r5, 0
  mtlr r12
  li r6, 0
  li r7, 0
  li r12, 0
  blr
  #_ REGISTER_OUT r3 0x0000000000000000
  #_ REGISTER_OUT r4 0x0000000000000005
  #_ REGISTER_OUT r8 0x0000000000000014
  #_ REGISTER_OUT cr 0x80000000

test_bcctr_3:
  #_ REGISTER_IN r3 0x0000000000000000
  #_ REGISTER_IN r4 0x0000000000000005
  #_ REGISTER_IN cr 0x7FFFFFFF
  mflr r12
  bl bcctr_3_here
bcctr_3_here:
  mflr r6
  addi r7, r6, bcctr_3_over - bcctr_3_here
  mtctr r4
  mtctr r7
  bcctr 12, 0
  li r3, 1
bcctr_3_over:
  mflr r8
  subf r8, r6, r8
  li r5, 0
  mtlr r12
  li r6, 0
  li r7, 0
  li r12, 0
  blr
  #_ REGISTER_OUT r3 0x0000000000000001
  #_ REGISTER_OUT r4 0x0000000000000005
  #_ REGISTER_OUT cr 0x7FFFFFFF

test_bcctr_4:
  #_ REGISTER_IN r3 0x0000000000000000
  #_ REGISTER_IN r4 0x0000000000000005
  #_ REGISTER_IN cr 0x20000000
  mflr r12
  bl bcctr_4_here
bcctr_4_here:
  mflr r6
  addi r7, r6, bcctr_4_over - bcctr_4_here
  mtctr r4
  mtctr r7
  bcctrl 4, 2
  li r3, 1
bcctr_4_over:
  mflr r8
  subf r8, r6, r8
  li r5, 0
  mtlr r12
  li r6, 0
  li r7, 0
  li r12, 0
  blr
  #_ REGISTER_OUT r3 0x0000000000000001
  #_ REGISTER_OUT r4 0x0000000000000005
  #_ REGISTER_OUT r8 0x0000000000000014
  #_ REGISTER_OUT cr 0x20000000

test_bcctr_5:
  #_ REGISTER_IN r3 0x0000000000000000
  #_ REGISTER_IN r4 0x0000000000000005
  #_ REGISTER_IN cr 0xDFFFFFFF
  mflr r12
  bl bcctr_5_here
bcctr_5_here:
  mflr r6
  addi r7, r6, bcctr_5_over - bcctr_5_here
  mtctr r4
  mtctr r7
  bcctr 4, 2
  li r3, 1
bcctr_5_over:
  mflr r8
  subf r8, r6, r8
  li r5, 0
  mtlr r12
  li r6, 0
  li r7, 0
  li r12, 0
  blr
  #_ REGISTER_OUT r3 0x0000000000000000
  #_ REGISTER_OUT r4 0x0000000000000005
  #_ REGISTER_OUT cr 0xDFFFFFFF

test_bcctr_6:
  #_ REGISTER_IN r3 0x0000000000000000
  #_ REGISTER_IN r4 0x0000000000000005
  #_ REGISTER_IN cr 0x00000001
  mflr r12
  bl bcctr_6_here
bcctr_6_here:
  mflr r6
  addi r7, r6, bcctr_6_over - bcctr_6_here
  mtctr r4
  mtctr r7
  bcctrl 12, 31
  li r3, 1
bcctr_6_over:
  mflr r8
  subf r8, r6, r8
  li r5, 0
  mtlr r12
  li r6, 0
  li r7, 0
  li r12, 0
  blr
  #_ REGISTER_OUT r3 0x0000000000000000
  #_ REGISTER_OUT r4 0x0000000000000005
  #_ REGISTER_OUT r8 0x0000000000000014
  #_ REGISTER_OUT cr 0x00000001

test_bcctr_7:
  #_ REGISTER_IN r3 0x0000000000000000
  #_ REGISTER_IN r4 0x0000000000000007
  #_ REGISTER_IN cr 0x04000000
  mflr r12
  bl bcctr_7_here
bcctr_7_here:
  mflr r6
  addi r7, r6, bcctr_7_over - bcctr_7_here
  mtctr r4
  mtctr r7
  bcctr 13, 5
  li r3, 1
bcctr_7_over:
  mflr r8
  subf r8, r6, r8
  li r5, 0
  mtlr r12
  li r6, 0
  li r7, 0
  li r12, 0
  blr
  #_ REGISTER_OUT r3 0x0000000000000000
  #_ REGISTER_OUT r4 0x0000000000000007
  #_ REGISTER_OUT cr 0x04000000
