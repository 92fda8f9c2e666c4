# b: NIA = (AA ? 0 : CIA) + LI; LK sets LR = CIA + 4.
# Values: tests/support/isa_reference.

test_b_1:
  #_ REGISTER_IN r4 0x0000000000000005
  b b_1_over
  li r4, 1
b_1_over:
  addi r3, r4, 1
  blr
  #_ REGISTER_OUT r3 0x0000000000000006
  #_ REGISTER_OUT r4 0x0000000000000005
  #_ REGISTER_OUT cr 0x00000000

test_b_2:
  #_ REGISTER_IN r4 0x0000000000000005
  b b_2_forward
b_2_back:
  addi r4, r4, 16
  b b_2_end
b_2_forward:
  addi r4, r4, 1
  b b_2_back
b_2_end:
  blr
  #_ REGISTER_OUT r4 0x0000000000000016
  #_ REGISTER_OUT cr 0x00000000

test_b_3:
  #_ REGISTER_IN r4 0x0000000000000005
  mflr r12
  bl b_3_call
  addi r4, r4, 1
  mtlr r12
  li r12, 0
  b b_3_end
b_3_call:
  slwi r4, r4, 4
  blr
b_3_end:
  blr
  #_ REGISTER_OUT r4 0x0000000000000051
  #_ REGISTER_OUT cr 0x00000000

test_b_4:
  #_ REGISTER_IN r4 0x0000000000000005
  mflr r12
  bl b_4_call
b_4_call:
  mflr r3
  bl b_4_next
b_4_next:
  mflr r5
  subf r3, r3, r5
  mtlr r12
  li r12, 0
  li r5, 0
  blr
  #_ REGISTER_OUT r3 0x0000000000000008
  #_ REGISTER_OUT r4 0x0000000000000005
  #_ REGISTER_OUT cr 0x00000000
