# mcrf: copy CR field CRFS to CRFD.
# Values: tests/support/isa_reference; of 16 tests, 16 are the same in qemu-ppc64 -cpu 970 (64-bit mode).

test_mcrf_1:
  #_ REGISTER_IN cr 0x2468ACE1
  mcrf cr0, cr1
  blr
  #_ REGISTER_OUT cr 0x4468ACE1
  #_ REGISTER_OUT xer 0x00000000

test_mcrf_2:
  #_ REGISTER_IN cr 0x48D159C2
  mcrf cr1, cr4
  blr
  #_ REGISTER_OUT cr 0x45D159C2
  #_ REGISTER_OUT xer 0x00000000

test_mcrf_3:
  #_ REGISTER_IN cr 0x6D3A06A3
  #_ REGISTER_IN xer 0x20000000
  mcrf cr2, cr7
  blr
  #_ REGISTER_OUT cr 0x6D3A06A3
  #_ REGISTER_OUT xer 0x20000000

test_mcrf_4:
  #_ REGISTER_IN cr 0x91A2B384
  #_ REGISTER_IN xer 0x20000000
  mcrf cr3, cr2
  blr
  #_ REGISTER_OUT cr 0x91AAB384
  #_ REGISTER_OUT xer 0x20000000

test_mcrf_5:
  #_ REGISTER_IN cr 0xB60B6065
  #_ REGISTER_IN xer 0x80000000
  mcrf cr4, cr5
  blr
  #_ REGISTER_OUT cr 0xB60B0065
  #_ REGISTER_OUT xer 0x80000000

test_mcrf_6:
  #_ REGISTER_IN cr 0xDA740D46
  #_ REGISTER_IN xer 0x80000000
  mcrf cr5, cr0
  blr
  #_ REGISTER_OUT cr 0xDA740D46
  #_ REGISTER_OUT xer 0x80000000

test_mcrf_7:
  #_ REGISTER_IN cr 0xFEDCBA27
  #_ REGISTER_IN xer 0xE0000000
  mcrf cr6, cr3
  blr
  #_ REGISTER_OUT cr 0xFEDCBAC7
  #_ REGISTER_OUT xer 0xE0000000

test_mcrf_8:
  #_ REGISTER_IN cr 0x23456708
  #_ REGISTER_IN xer 0xE0000000
  mcrf cr7, cr6
  blr
  #_ REGISTER_OUT cr 0x23456700
  #_ REGISTER_OUT xer 0xE0000000

test_mcrf_9:
  #_ REGISTER_IN cr 0x47AE13E9
  mcrf cr0, cr1
  blr
  #_ REGISTER_OUT cr 0x77AE13E9
  #_ REGISTER_OUT xer 0x00000000

test_mcrf_10:
  #_ REGISTER_IN cr 0x6C16C0CA
  mcrf cr1, cr4
  blr
  #_ REGISTER_OUT cr 0x6C16C0CA
  #_ REGISTER_OUT xer 0x00000000

test_mcrf_11:
  #_ REGISTER_IN cr 0x907F6DAB
  #_ REGISTER_IN xer 0x20000000
  mcrf cr2, cr7
  blr
  #_ REGISTER_OUT cr 0x90BF6DAB
  #_ REGISTER_OUT xer 0x20000000

test_mcrf_12:
  #_ REGISTER_IN cr 0xB4E81A8C
  #_ REGISTER_IN xer 0x20000000
  mcrf cr3, cr2
  blr
  #_ REGISTER_OUT cr 0xB4EE1A8C
  #_ REGISTER_OUT xer 0x20000000

test_mcrf_13:
  #_ REGISTER_IN cr 0xD950C76D
  #_ REGISTER_IN xer 0x80000000
  mcrf cr4, cr5
  blr
  #_ REGISTER_OUT cr 0xD950776D
  #_ REGISTER_OUT xer 0x80000000

test_mcrf_14:
  #_ REGISTER_IN cr 0xFDB9744E
  #_ REGISTER_IN xer 0x80000000
  mcrf cr5, cr0
  blr
  #_ REGISTER_OUT cr 0xFDB97F4E
  #_ REGISTER_OUT xer 0x80000000

test_mcrf_15:
  #_ REGISTER_IN cr 0x2222212F
  #_ REGISTER_IN xer 0xE0000000
  mcrf cr6, cr3
  blr
  #_ REGISTER_OUT cr 0x2222212F
  #_ REGISTER_OUT xer 0xE0000000

test_mcrf_16:
  #_ REGISTER_IN cr 0x468ACE10
  #_ REGISTER_IN xer 0xE0000000
  mcrf cr7, cr6
  blr
  #_ REGISTER_OUT cr 0x468ACE11
  #_ REGISTER_OUT xer 0xE0000000
