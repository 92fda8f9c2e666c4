# A decrementer that runs out somewhere in a loop, whose sum must not notice. Whoever runs it pokes `skew`, 0 to 63: how
# many instructions of one clock go before, so that the interrupt falls on every clock of the loop. The time base counts
# once in 64 clocks.

        .org    0x900
        mfspr   r25, srr0
        lis     r26, 0x7FFF
        mtspr   dec, r26
        addi    r24, r24, 1
        cmpldi  cr7, r25, loop
        blt     cr7, 1f
        cmpldi  cr7, r25, done
        bge     cr7, 1f
        addi    r23, r23, 1
1:
        rfid

        .org    0x1000
test_decrement:
#_ REGISTER_OUT r3 0x85C442
#_ REGISTER_OUT r4 1
#_ REGISTER_OUT r5 1
        li      r23, 0
        li      r24, 0
        mftb    r20
        li      r21, slide + 4 * 64
        lwz     r6, skew(0)
        sldi    r7, r6, 2
        subf    r21, r7, r21
        mtctr   r21
        li      r3, 0
        li      r8, buffer
        li      r9, 10
        mtspr   dec, r9
        mfmsr   r10
        ori     r10, r10, 0x8000        # EE
        li      r11, 300
        bctr
        .balign 8
slide:
        .rept   64
        addi    r12, r12, 1
        .endr
        mtmsrd  r10, 1
        mtctr   r11
loop:
        mullw   r13, r11, r11
        stw     r13, 0(r8)
        add     r3, r3, r13
        lwz     r14, 4(r8)
        rlwinm. r15, r11, 0, 30, 31
        beq     1f
        add     r14, r14, r11
        stw     r14, 4(r8)
1:
        xor     r3, r3, r14
        addi    r11, r11, -1
        bdnz    loop
2:
        cmpwi   r24, 0                  # still to come
        beq     2b
        mftb    r22
        cmpld   r22, r20
        li      r5, 1
        bgt     3f
        li      r5, 0
3:
        mr      r4, r24
done:   b       done

        .balign 128
skew:   .long   0
        .balign 128
buffer: .space  128
