# tlbsync: wait for other processors tlbie completion.
# Values: tests/support/isa_reference.

test_tlbsync_1:
  #_ REGISTER_IN msr 0x1000000002003000
  tlbsync
  blr
  #_ REGISTER_OUT cr 0x00000000
  #_ REGISTER_OUT msr 0x1000000002003000

test_tlbsync_2:
  #_ REGISTER_IN msr 0x0000000002003000
  tlbsync
  blr
  #_ INTERRUPT 700
  #_ REGISTER_OUT cr 0x00000000
  #_ REGISTER_OUT msr 0x9000000002001000
  #_ REGISTER_OUT srr1 0x0000000002043000

test_tlbsync_3:
  #_ REGISTER_IN msr 0x000000000200F032
  tlbsync
  blr
  #_ INTERRUPT 700
  #_ REGISTER_OUT cr 0x00000000
  #_ REGISTER_OUT msr 0x9000000002001000
  #_ REGISTER_OUT srr1 0x000000000204F032
