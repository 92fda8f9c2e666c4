# eciwx: external control in word; probably not implemented.
# Values: tests/support/isa_reference.

test_eciwx_1:
  #_ REGISTER_IN r4 0x0000000010001000
  #_ REGISTER_IN r5 0x0000000000000004
  #_ REGISTER_IN msr 0x0000000002003000
  eciwx r3, r4, r5
  blr
  #_ INTERRUPT 700
  #_ REGISTER_OUT r4 0x0000000010001000
  #_ REGISTER_OUT r5 0x0000000000000004
  #_ REGISTER_OUT cr 0x00000000
  #_ REGISTER_OUT msr 0x9000000002001000
  #_ REGISTER_OUT srr1 0x0000000002083000
