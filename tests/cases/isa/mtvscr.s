# mtvscr: VSCR = VB[96:127].
# Values: tests/support/isa_reference; of 2 tests, 2 are the same in qemu-ppc64 -cpu 970 (64-bit mode).

test_mtvscr_1:
  #_ REGISTER_IN r4 0x0000000000000001
  vspltisw v4, 0
  mtvscr v4
  mfvscr v5
  blr
  #_ REGISTER_OUT r4 0x0000000000000001
  #_ REGISTER_OUT cr 0x00000000

test_mtvscr_2:
  #_ REGISTER_IN r4 0x0000000000000001
  vspltisw v4, 1
  mtvscr v4
  mfvscr v5
  blr
  #_ REGISTER_OUT r4 0x0000000000000001
  #_ REGISTER_OUT v4 [00000001, 00000001, 00000001, 00000001]
  #_ REGISTER_OUT v5 [00000000, 00000000, 00000000, 00000001]
  #_ REGISTER_OUT cr 0x00000000
