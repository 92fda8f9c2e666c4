# crxor: CR[D] = CR[A] ^ CR[B].
# Values: tests/support/isa_reference; of 16 tests, 16 are the same in qemu-ppc64 -cpu 970 (64-bit mode).

test_crxor_1:
  #_ REGISTER_IN cr 0x2468ACE1
  crxor lt, gt, eq
  blr
  #_ REGISTER_OUT cr 0xA468ACE1
  #_ REGISTER_OUT xer 0x00000000

test_crxor_2:
  #_ REGISTER_IN cr 0x48D159C2
  crxor 4*cr1+so, 4*cr3+lt, 4*cr1+so
  blr
  #_ REGISTER_OUT cr 0x48D159C2
  #_ REGISTER_OUT xer 0x00000000

test_crxor_3:
  #_ REGISTER_IN cr 0x6D3A06A3
  #_ REGISTER_IN xer 0x20000000
  crxor 4*cr3+eq, 4*cr5+so, 4*cr3+lt
  blr
  #_ REGISTER_OUT cr 0x6D3A06A3
  #_ REGISTER_OUT xer 0x20000000

test_crxor_4:
  #_ REGISTER_IN cr 0x91A2B384
  #_ REGISTER_IN xer 0x20000000
  crxor 4*cr5+gt, eq, 4*cr4+gt
  blr
  #_ REGISTER_OUT cr 0x91A2B384
  #_ REGISTER_OUT xer 0x20000000

test_crxor_5:
  #_ REGISTER_IN cr 0xB60B6065
  #_ REGISTER_IN xer 0x80000000
  crxor 4*cr7+lt, 4*cr3+gt, 4*cr5+eq
  blr
  #_ REGISTER_OUT cr 0xB60B6065
  #_ REGISTER_OUT xer 0x80000000

test_crxor_6:
  #_ REGISTER_IN cr 0xDA740D46
  #_ REGISTER_IN xer 0x80000000
  crxor so, 4*cr6+lt, 4*cr6+so
  blr
  #_ REGISTER_OUT cr 0xCA740D46
  #_ REGISTER_OUT xer 0x80000000

test_crxor_7:
  #_ REGISTER_IN cr 0xFEDCBA27
  #_ REGISTER_IN xer 0xE0000000
  crxor 4*cr2+eq, so, lt
  blr
  #_ REGISTER_OUT cr 0xFEDCBA27
  #_ REGISTER_OUT xer 0xE0000000

test_crxor_8:
  #_ REGISTER_IN cr 0x23456708
  #_ REGISTER_IN xer 0xE0000000
  crxor 4*cr4+gt, 4*cr3+eq, 4*cr1+gt
  blr
  #_ REGISTER_OUT cr 0x23452708
  #_ REGISTER_OUT xer 0xE0000000

test_crxor_9:
  #_ REGISTER_IN cr 0x47AE13E9
  crxor 4*cr6+lt, 4*cr6+gt, 4*cr2+eq
  blr
  #_ REGISTER_OUT cr 0x47AE1369
  #_ REGISTER_OUT xer 0x00000000

test_crxor_10:
  #_ REGISTER_IN cr 0x6C16C0CA
  crxor 4*cr7+so, 4*cr1+lt, 4*cr3+so
  blr
  #_ REGISTER_OUT cr 0x6C16C0CB
  #_ REGISTER_OUT xer 0x00000000

test_crxor_11:
  #_ REGISTER_IN cr 0x907F6DAB
  #_ REGISTER_IN xer 0x20000000
  crxor 4*cr1+eq, 4*cr3+so, 4*cr5+lt
  blr
  #_ REGISTER_OUT cr 0x907F6DAB
  #_ REGISTER_OUT xer 0x20000000

test_crxor_12:
  #_ REGISTER_IN cr 0xB4E81A8C
  #_ REGISTER_IN xer 0x20000000
  crxor 4*cr3+gt, 4*cr6+eq, 4*cr6+gt
  blr
  #_ REGISTER_OUT cr 0xB4E81A8C
  #_ REGISTER_OUT xer 0x20000000

test_crxor_13:
  #_ REGISTER_IN cr 0xD950C76D
  #_ REGISTER_IN xer 0x80000000
  crxor 4*cr5+lt, 4*cr1+gt, 4*cr7+eq
  blr
  #_ REGISTER_OUT cr 0xD950C76D
  #_ REGISTER_OUT xer 0x80000000

test_crxor_14:
  #_ REGISTER_IN cr 0xFDB9744E
  #_ REGISTER_IN xer 0x80000000
  crxor 4*cr6+so, 4*cr4+lt, so
  blr
  #_ REGISTER_OUT cr 0xFDB9745E
  #_ REGISTER_OUT xer 0x80000000

test_crxor_15:
  #_ REGISTER_IN cr 0x2222212F
  #_ REGISTER_IN xer 0xE0000000
  crxor eq, 4*cr6+so, 4*cr2+lt
  blr
  #_ REGISTER_OUT cr 0x0222212F
  #_ REGISTER_OUT xer 0xE0000000

test_crxor_16:
  #_ REGISTER_IN cr 0x468ACE10
  #_ REGISTER_IN xer 0xE0000000
  crxor 4*cr2+gt, 4*cr1+eq, 4*cr3+gt
  blr
  #_ REGISTER_OUT cr 0x46CACE10
  #_ REGISTER_OUT xer 0xE0000000
