# mftb: TBR 268: RD = 64-bit time base; 269: RD = upper 32 bits.
# Values: tests/support/isa_reference.

test_mftb_1:
  #_ REGISTER_IN r4 0x0000000000000001
  mftb r3
  mftb r4
  subf r5, r3, r4
  srdi r5, r5, 63
  li r3, 0
  li r4, 0
  blr
  #_ REGISTER_OUT r4 0x0000000000000000
  #_ REGISTER_OUT cr 0x00000000

test_mftb_2:
  #_ REGISTER_IN r4 0x0000000000000001
  mftb r3
  mftbu r4
  srdi r3, r3, 32
  subf r5, r3, r4
  li r3, 0
  li r4, 0
  blr
  #_ REGISTER_OUT r4 0x0000000000000000
  #_ REGISTER_OUT cr 0x00000000
