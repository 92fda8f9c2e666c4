# creqv: CR[D] = ~(CR[A] ^ CR[B]).
# Values: tests/support/isa_reference; of 16 tests, 16 are the same in qemu-ppc64 -cpu 970 (64-bit mode).

test_creqv_1:
  #_ REGISTER_IN cr 0x2468ACE1
  creqv lt, gt, eq
  blr
  #_ REGISTER_OUT cr 0x2468ACE1
  #_ REGISTER_OUT xer 0x00000000

test_creqv_2:
  #_ REGISTER_IN cr 0x48D159C2
  creqv 4*cr1+so, 4*cr3+lt, 4*cr1+so
  blr
  #_ REGISTER_OUT cr 0x49D159C2
  #_ REGISTER_OUT xer 0x00000000

test_creqv_3:
  #_ REGISTER_IN cr 0x6D3A06A3
  #_ REGISTER_IN xer 0x20000000
  creqv 4*cr3+eq, 4*cr5+so, 4*cr3+lt
  blr
  #_ REGISTER_OUT cr 0x6D3806A3
  #_ REGISTER_OUT xer 0x20000000

test_creqv_4:
  #_ REGISTER_IN cr 0x91A2B384
  #_ REGISTER_IN xer 0x20000000
  creqv 4*cr5+gt, eq, 4*cr4+gt
  blr
  #_ REGISTER_OUT cr 0x91A2B784
  #_ REGISTER_OUT xer 0x20000000

test_creqv_5:
  #_ REGISTER_IN cr 0xB60B6065
  #_ REGISTER_IN xer 0x80000000
  creqv 4*cr7+lt, 4*cr3+gt, 4*cr5+eq
  blr
  #_ REGISTER_OUT cr 0xB60B606D
  #_ REGISTER_OUT xer 0x80000000

test_creqv_6:
  #_ REGISTER_IN cr 0xDA740D46
  #_ REGISTER_IN xer 0x80000000
  creqv so, 4*cr6+lt, 4*cr6+so
  blr
  #_ REGISTER_OUT cr 0xDA740D46
  #_ REGISTER_OUT xer 0x80000000

test_creqv_7:
  #_ REGISTER_IN cr 0xFEDCBA27
  #_ REGISTER_IN xer 0xE0000000
  creqv 4*cr2+eq, so, lt
  blr
  #_ REGISTER_OUT cr 0xFEFCBA27
  #_ REGISTER_OUT xer 0xE0000000

test_creqv_8:
  #_ REGISTER_IN cr 0x23456708
  #_ REGISTER_IN xer 0xE0000000
  creqv 4*cr4+gt, 4*cr3+eq, 4*cr1+gt
  blr
  #_ REGISTER_OUT cr 0x23456708
  #_ REGISTER_OUT xer 0xE0000000

test_creqv_9:
  #_ REGISTER_IN cr 0x47AE13E9
  creqv 4*cr6+lt, 4*cr6+gt, 4*cr2+eq
  blr
  #_ REGISTER_OUT cr 0x47AE13E9
  #_ REGISTER_OUT xer 0x00000000

test_creqv_10:
  #_ REGISTER_IN cr 0x6C16C0CA
  creqv 4*cr7+so, 4*cr1+lt, 4*cr3+so
  blr
  #_ REGISTER_OUT cr 0x6C16C0CA
  #_ REGISTER_OUT xer 0x00000000

test_creqv_11:
  #_ REGISTER_IN cr 0x907F6DAB
  #_ REGISTER_IN xer 0x20000000
  creqv 4*cr1+eq, 4*cr3+so, 4*cr5+lt
  blr
  #_ REGISTER_OUT cr 0x927F6DAB
  #_ REGISTER_OUT xer 0x20000000

test_creqv_12:
  #_ REGISTER_IN cr 0xB4E81A8C
  #_ REGISTER_IN xer 0x20000000
  creqv 4*cr3+gt, 4*cr6+eq, 4*cr6+gt
  blr
  #_ REGISTER_OUT cr 0xB4EC1A8C
  #_ REGISTER_OUT xer 0x20000000

test_creqv_13:
  #_ REGISTER_IN cr 0xD950C76D
  #_ REGISTER_IN xer 0x80000000
  creqv 4*cr5+lt, 4*cr1+gt, 4*cr7+eq
  blr
  #_ REGISTER_OUT cr 0xD950CF6D
  #_ REGISTER_OUT xer 0x80000000

test_creqv_14:
  #_ REGISTER_IN cr 0xFDB9744E
  #_ REGISTER_IN xer 0x80000000
  creqv 4*cr6+so, 4*cr4+lt, so
  blr
  #_ REGISTER_OUT cr 0xFDB9744E
  #_ REGISTER_OUT xer 0x80000000

test_creqv_15:
  #_ REGISTER_IN cr 0x2222212F
  #_ REGISTER_IN xer 0xE0000000
  creqv eq, 4*cr6+so, 4*cr2+lt
  blr
  #_ REGISTER_OUT cr 0x2222212F
  #_ REGISTER_OUT xer 0xE0000000

test_creqv_16:
  #_ REGISTER_IN cr 0x468ACE10
  #_ REGISTER_IN xer 0xE0000000
  creqv 4*cr2+gt, 4*cr1+eq, 4*cr3+gt
  blr
  #_ REGISTER_OUT cr 0x468ACE10
  #_ REGISTER_OUT xer 0xE0000000
