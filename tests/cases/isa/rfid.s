# rfid: MSR from SRR1; NIA = SRR0 & ~3.
# Values: tests/support/isa_reference.

test_rfid_1:
  #_ REGISTER_IN r4 0x0000000002003002
  #_ REGISTER_IN msr 0x0000000002003000
  mflr r12
  bl rfid_1_here
rfid_1_here:
  mflr r6
  addi r6, r6, rfid_1_end - rfid_1_here
  mtlr r12
  mtspr 26, r6
  mtspr 27, r4
  li r6, 0
  li r12, 0
  rfid
  li r3, 1
rfid_1_end:
  blr
  #_ REGISTER_OUT r4 0x0000000002003002
  #_ REGISTER_OUT cr 0x00000000
  #_ REGISTER_OUT msr 0x0000000002003002
  #_ REGISTER_OUT srr1 0x0000000002003002

test_rfid_2:
  #_ REGISTER_IN r4 0x0000000002007000
  #_ REGISTER_IN msr 0x0000000002003000
  mflr r12
  bl rfid_2_here
rfid_2_here:
  mflr r6
  addi r6, r6, rfid_2_end - rfid_2_here
  mtlr r12
  mtspr 26, r6
  mtspr 27, r4
  li r6, 0
  li r12, 0
  rfid
  li r3, 1
rfid_2_end:
  blr
  #_ REGISTER_OUT r4 0x0000000002007000
  #_ REGISTER_OUT cr 0x00000000
  #_ REGISTER_OUT msr 0x000000000200F030
  #_ REGISTER_OUT srr1 0x0000000002007000

test_rfid_3:
  #_ REGISTER_IN r4 0x1000000002002000
  #_ REGISTER_IN msr 0x0000000002003000
  mflr r12
  bl rfid_3_here
rfid_3_here:
  mflr r6
  addi r6, r6, rfid_3_end - rfid_3_here
  mtlr r12
  mtspr 26, r6
  mtspr 27, r4
  li r6, 0
  li r12, 0
  rfid
  li r3, 1
rfid_3_end:
  blr
  #_ REGISTER_OUT r4 0x1000000002002000
  #_ REGISTER_OUT cr 0x00000000
  #_ REGISTER_OUT msr 0x0000000002003000
  #_ REGISTER_OUT srr1 0x1000000002002000

test_rfid_4:
  #_ REGISTER_IN r4 0x0000000002002030
  #_ REGISTER_IN msr 0x1000000002003000
  mflr r12
  bl rfid_4_here
rfid_4_here:
  mflr r6
  addi r6, r6, rfid_4_end - rfid_4_here
  mtlr r12
  mtspr 26, r6
  mtspr 27, r4
  li r6, 0
  li r12, 0
  rfid
  li r3, 1
rfid_4_end:
  blr
  #_ REGISTER_OUT r4 0x0000000002002030
  #_ REGISTER_OUT cr 0x00000000
  #_ REGISTER_OUT msr 0x0000000002002030
  #_ REGISTER_OUT srr1 0x0000000002002030

test_rfid_5:
  #_ REGISTER_IN r4 0x8000000002003000
  #_ REGISTER_IN msr 0x0000000002003000
  mflr r12
  bl rfid_5_here
rfid_5_here:
  mflr r6
  addi r6, r6, rfid_5_end - rfid_5_here
  mtlr r12
  mtspr 26, r6
  mtspr 27, r4
  li r6, 0
  li r12, 0
  rfid
  li r3, 1
rfid_5_end:
  blr
  #_ REGISTER_OUT r4 0x8000000002003000
  #_ REGISTER_OUT cr 0x00000000
  #_ REGISTER_OUT msr 0x8000000002003000
  #_ REGISTER_OUT srr1 0x8000000002003000

test_rfid_6:
  #_ REGISTER_IN msr 0x000000000200F032
  rfid
  blr
  #_ INTERRUPT 700
  #_ REGISTER_OUT cr 0x00000000
  #_ REGISTER_OUT msr 0x9000000002001000
  #_ REGISTER_OUT srr1 0x000000000204F032
