# hrfid: MSR from HSRR1; NIA = HSRR0 & ~3.
# Values: tests/support/isa_reference.

test_hrfid_1:
  #_ REGISTER_IN r4 0x0000000002003002
  #_ REGISTER_IN msr 0x1000000002003000
  mflr r12
  bl hrfid_1_here
hrfid_1_here:
  mflr r6
  addi r6, r6, hrfid_1_end - hrfid_1_here
  mtlr r12
  mtspr 314, r6
  mtspr 315, r4
  li r6, 0
  li r12, 0
  hrfid
  li r3, 1
hrfid_1_end:
  blr
  #_ REGISTER_OUT r4 0x0000000002003002
  #_ REGISTER_OUT cr 0x00000000
  #_ REGISTER_OUT msr 0x0000000002003002
  #_ REGISTER_OUT hsrr1 0x0000000002003002

test_hrfid_2:
  #_ REGISTER_IN r4 0x1000000002002000
  #_ REGISTER_IN msr 0x1000000002003000
  mflr r12
  bl hrfid_2_here
hrfid_2_here:
  mflr r6
  addi r6, r6, hrfid_2_end - hrfid_2_here
  mtlr r12
  mtspr 314, r6
  mtspr 315, r4
  li r6, 0
  li r12, 0
  hrfid
  li r3, 1
hrfid_2_end:
  blr
  #_ REGISTER_OUT r4 0x1000000002002000
  #_ REGISTER_OUT cr 0x00000000
  #_ REGISTER_OUT msr 0x1000000002002000
  #_ REGISTER_OUT hsrr1 0x1000000002002000

test_hrfid_3:
  #_ REGISTER_IN r4 0x0000000002006000
  #_ REGISTER_IN msr 0x1000000002003000
  mflr r12
  bl hrfid_3_here
hrfid_3_here:
  mflr r6
  addi r6, r6, hrfid_3_end - hrfid_3_here
  mtlr r12
  mtspr 314, r6
  mtspr 315, r4
  li r6, 0
  li r12, 0
  hrfid
  li r3, 1
hrfid_3_end:
  blr
  #_ REGISTER_OUT r4 0x0000000002006000
  #_ REGISTER_OUT cr 0x00000000
  #_ REGISTER_OUT msr 0x000000000200E030
  #_ REGISTER_OUT hsrr1 0x0000000002006000

test_hrfid_4:
  #_ REGISTER_IN r4 0x8000000002003000
  #_ REGISTER_IN msr 0x1000000002003000
  mflr r12
  bl hrfid_4_here
hrfid_4_here:
  mflr r6
  addi r6, r6, hrfid_4_end - hrfid_4_here
  mtlr r12
  mtspr 314, r6
  mtspr 315, r4
  li r6, 0
  li r12, 0
  hrfid
  li r3, 1
hrfid_4_end:
  blr
  #_ REGISTER_OUT r4 0x8000000002003000
  #_ REGISTER_OUT cr 0x00000000
  #_ REGISTER_OUT msr 0x8000000002003000
  #_ REGISTER_OUT hsrr1 0x8000000002003000

test_hrfid_5:
  #_ REGISTER_IN msr 0x0000000002003000
  hrfid
  blr
  #_ INTERRUPT 700
  #_ REGISTER_OUT cr 0x00000000
  #_ REGISTER_OUT msr 0x9000000002001000
  #_ REGISTER_OUT srr1 0x0000000002043000

test_hrfid_6:
  #_ REGISTER_IN msr 0x000000000200F032
  hrfid
  blr
  #_ INTERRUPT 700
  #_ REGISTER_OUT cr 0x00000000
  #_ REGISTER_OUT msr 0x9000000002001000
  #_ REGISTER_OUT srr1 0x000000000204F032
