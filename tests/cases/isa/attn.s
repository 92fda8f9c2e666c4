# attn: support-processor attention; only when HID0.en_attn = 1 else illegal.
# Values: tests/support/isa_reference.

test_attn_1:
  #_ REGISTER_IN msr 0x0000000002003000
  attn
  blr
  #_ INTERRUPT 700
  #_ REGISTER_OUT cr 0x00000000
  #_ REGISTER_OUT msr 0x9000000002001000
  #_ REGISTER_OUT srr1 0x0000000002083000

test_attn_2:
  #_ REGISTER_IN msr 0x1000000002003000
  attn
  blr
  #_ INTERRUPT 700
  #_ REGISTER_OUT cr 0x00000000
  #_ REGISTER_OUT msr 0x9000000002001000
  #_ REGISTER_OUT srr1 0x1000000002083000
