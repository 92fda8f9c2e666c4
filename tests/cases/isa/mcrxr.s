# mcrxr: CR field = XER[32:35] then clear those XER bits; not known to be there.
# Values: tests/support/isa_reference; of 16 tests, 16 are the same in qemu-ppc64 -cpu 970 (64-bit mode).

test_mcrxr_1:
  mcrxr cr0
  blr
  #_ REGISTER_OUT cr 0x00000000
  #_ REGISTER_OUT xer 0x00000000

test_mcrxr_2:
  mcrxr cr1
  blr
  #_ REGISTER_OUT cr 0x00000000
  #_ REGISTER_OUT xer 0x00000000

test_mcrxr_3:
  #_ REGISTER_IN xer 0x20000000
  mcrxr cr2
  blr
  #_ REGISTER_OUT cr 0x00200000
  #_ REGISTER_OUT xer 0x00000000

test_mcrxr_4:
  #_ REGISTER_IN xer 0x20000000
  mcrxr cr3
  blr
  #_ REGISTER_OUT cr 0x00020000
  #_ REGISTER_OUT xer 0x00000000

test_mcrxr_5:
  #_ REGISTER_IN xer 0x80000000
  mcrxr cr4
  blr
  #_ REGISTER_OUT cr 0x00008000
  #_ REGISTER_OUT xer 0x00000000

test_mcrxr_6:
  #_ REGISTER_IN xer 0x80000000
  mcrxr cr5
  blr
  #_ REGISTER_OUT cr 0x00000800
  #_ REGISTER_OUT xer 0x00000000

test_mcrxr_7:
  #_ REGISTER_IN xer 0xE0000000
  mcrxr cr6
  blr
  #_ REGISTER_OUT cr 0x000000E0
  #_ REGISTER_OUT xer 0x00000000

test_mcrxr_8:
  #_ REGISTER_IN xer 0xE0000000
  mcrxr cr7
  blr
  #_ REGISTER_OUT cr 0x0000000E
  #_ REGISTER_OUT xer 0x00000000

test_mcrxr_9:
  mcrxr cr0
  blr
  #_ REGISTER_OUT cr 0x00000000
  #_ REGISTER_OUT xer 0x00000000

test_mcrxr_10:
  mcrxr cr1
  blr
  #_ REGISTER_OUT cr 0x00000000
  #_ REGISTER_OUT xer 0x00000000

test_mcrxr_11:
  #_ REGISTER_IN xer 0x20000000
  mcrxr cr2
  blr
  #_ REGISTER_OUT cr 0x00200000
  #_ REGISTER_OUT xer 0x00000000

test_mcrxr_12:
  #_ REGISTER_IN xer 0x20000000
  mcrxr cr3
  blr
  #_ REGISTER_OUT cr 0x00020000
  #_ REGISTER_OUT xer 0x00000000

test_mcrxr_13:
  #_ REGISTER_IN xer 0x80000000
  mcrxr cr4
  blr
  #_ REGISTER_OUT cr 0x00008000
  #_ REGISTER_OUT xer 0x00000000

test_mcrxr_14:
  #_ REGISTER_IN xer 0x80000000
  mcrxr cr5
  blr
  #_ REGISTER_OUT cr 0x00000800
  #_ REGISTER_OUT xer 0x00000000

test_mcrxr_15:
  #_ REGISTER_IN xer 0xE0000000
  mcrxr cr6
  blr
  #_ REGISTER_OUT cr 0x000000E0
  #_ REGISTER_OUT xer 0x00000000

test_mcrxr_16:
  #_ REGISTER_IN xer 0xE0000000
  mcrxr cr7
  blr
  #_ REGISTER_OUT cr 0x0000000E
  #_ REGISTER_OUT xer 0x00000000
