# guest_call_slots: calls what r12 points to, in the console's convention, with r3 arguments from the array at r4, each
# of 64 bits. guest_call_slots_wide does the same, and splits what comes back in r3 into r3 and r4.
    .section .text.guest_call_slots_wide, "ax", @progbits
    .globl guest_call_slots_wide
    .type guest_call_slots_wide, @function
guest_call_slots_wide:
    stwu r1, -0x10(r1)
    mflr r0
    std r0, 8(r1)
    bl guest_call_slots
    mr r4, r3
    srdi r3, r3, 32
    ld r0, 8(r1)
    mtlr r0
    addi r1, r1, 0x10
    blr

    .section .text.guest_call_slots, "ax", @progbits
    .globl guest_call_slots
    .type guest_call_slots, @function
guest_call_slots:
    mflr r0
    stw r0, 4(r1)
    mr r11, r4
    li r7, 0
    cmplwi r3, 8
    ble 1f
    addi r7, r3, -8             # those that go to the stack
    li r3, 8
1:  slwi r8, r7, 3
    addi r8, r8, 0x50 + 15      # room for all of them, and for the eight in registers
    rlwinm r8, r8, 0, 0, 27
    neg r8, r8
    stwux r1, r1, r8
    cmplwi r7, 0
    beq 3f
    mtctr r7
    addi r9, r11, 8 * 8 - 8
    addi r10, r1, 0x50 - 8
2:  ldu r0, 8(r9)
    stdu r0, 8(r10)
    bdnz 2b
3:  slwi r3, r3, 2              # registers from the last one down, no more than there are
    lis r9, guest_slot_loads@ha
    addi r9, r9, guest_slot_loads@l
    subf r9, r3, r9
    mtctr r9
    bctr
    ld r10, 56(r11)
    ld r9, 48(r11)
    ld r8, 40(r11)
    ld r7, 32(r11)
    ld r6, 24(r11)
    ld r5, 16(r11)
    ld r4, 8(r11)
    ld r3, 0(r11)
guest_slot_loads:
    mtctr r12
    bctrl
    lwz r1, 0(r1)
    lwz r0, 4(r1)
    mtlr r0
    blr
