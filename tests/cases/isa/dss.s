# dss: data stream stop; T=1 is dssall; treated as no-op.
# Values: tests/support/isa_reference; of 2 tests, 2 are the same in qemu-ppc64 -cpu 970 (64-bit mode).

test_dss_1:
  #_ REGISTER_IN r4 0x0000000000000001
  dss 2
  blr
  #_ REGISTER_OUT r4 0x0000000000000001
  #_ REGISTER_OUT cr 0x00000000

test_dss_2:
  #_ REGISTER_IN r4 0x0000000000000001
  dssall
  blr
  #_ REGISTER_OUT r4 0x0000000000000001
  #_ REGISTER_OUT cr 0x00000000
