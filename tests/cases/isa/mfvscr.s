# mfvscr: VD = 96 zero bits then VSCR.
# Values: tests/support/isa_reference; of 4 tests, 4 are the same in qemu-ppc64 -cpu 970 (64-bit mode).

test_mfvscr_1:
  #_ REGISTER_IN r4 0x0000000000000001
  vspltisw v4, 0
  mtvscr v4
  mfvscr v31
  blr
  #_ REGISTER_OUT r4 0x0000000000000001
  #_ REGISTER_OUT cr 0x00000000

test_mfvscr_2:
  #_ REGISTER_IN r4 0x0000000000000001
  vspltisw v4, 1
  mtvscr v4
  mfvscr v0
  blr
  #_ REGISTER_OUT r4 0x0000000000000001
  #_ REGISTER_OUT v0 [00000000, 00000000, 00000000, 00000001]
  #_ REGISTER_OUT v4 [00000001, 00000001, 00000001, 00000001]
  #_ REGISTER_OUT cr 0x00000000

test_mfvscr_3:
  #_ REGISTER_IN r4 0x0000000000000001
  vspltisw v4, -1
  vspltisw v5, 0
  mtvscr v5
  vpkuwus v6, v4, v4
  mfvscr v7
  blr
  #_ REGISTER_OUT r4 0x0000000000000001
  #_ REGISTER_OUT v4 [FFFFFFFF, FFFFFFFF, FFFFFFFF, FFFFFFFF]
  #_ REGISTER_OUT v6 [FFFFFFFF, FFFFFFFF, FFFFFFFF, FFFFFFFF]
  #_ REGISTER_OUT v7 [00000000, 00000000, 00000000, 00000001]
  #_ REGISTER_OUT cr 0x00000000

test_mfvscr_4:
  #_ REGISTER_IN r4 0x0000000000000001
  vspltisw v4, -1
  vspltisw v5, 0
  mtvscr v5
  vpkshus v6, v4, v4
  mfvscr v7
  blr
  #_ REGISTER_OUT r4 0x0000000000000001
  #_ REGISTER_OUT v4 [FFFFFFFF, FFFFFFFF, FFFFFFFF, FFFFFFFF]
  #_ REGISTER_OUT v7 [00000000, 00000000, 00000000, 00000001]
  #_ REGISTER_OUT cr 0x00000000
