# mfsr: segment register read (32-bit bridge); probably not implemented.
# Values: tests/support/isa_reference.

test_mfsr_1:
  #_ REGISTER_IN msr 0x0000000002003000
  mfsr r3, 5
  blr
  #_ INTERRUPT 700
  #_ REGISTER_OUT cr 0x00000000
  #_ REGISTER_OUT msr 0x9000000002001000
  #_ REGISTER_OUT srr1 0x0000000002083000

test_mfsr_2:
  #_ REGISTER_IN msr 0x000000000200F032
  mfsr r3, 5
  blr
  #_ INTERRUPT 700
  #_ REGISTER_OUT cr 0x00000000
  #_ REGISTER_OUT msr 0x9000000002001000
  #_ REGISTER_OUT srr1 0x000000000208F032
