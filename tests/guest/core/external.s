# An external interrupt somewhere in a loop, whose sum must not notice. Whoever runs it raises the line of thread 0 when
# it likes, once or for good, and looks for it on every clock; the handler leaves EE off. r4: how often it came.

        .org    0x500
        mfspr   r26, srr1
        rldicl  r26, r26, 48, 1         # EE off
        rotldi  r26, r26, 16
        mtspr   srr1, r26
        mfspr   r25, srr0
        addi    r24, r24, 1
        rfid

        .org    0x1000
test_external:
#_ REGISTER_OUT r3 0xB400025BA0
#_ REGISTER_OUT r4 1
        li      r24, 0
        li      r3, 0
        li      r8, buffer
        mfmsr   r10
        ori     r10, r10, 0xA000        # EE, FP
        li      r11, 60
        mtmsrd  r10
        mtctr   r11
        lfd     f1, constant(0)
        fsub    f2, f1, f1
loop:
        mulld   r13, r11, r11
        std     r13, 0(r8)
        fadd    f2, f2, f1
        add     r3, r3, r13
        lwz     r14, 4(r8)              # behind the store
        lha     r15, 6(r8)
        rlwinm. r16, r11, 0, 30, 31
        beq     1f
        bl      step
        stmw    r28, 16(r8)
1:
        xor     r3, r3, r14
        add     r3, r3, r15
        lwarx   r17, 0, r8
        stwcx.  r17, 0, r8
        addi    r11, r11, -1
        bdnz    loop
2:
        cmpwi   r24, 0                  # still to come
        beq     2b
        fctid   f2, f2
        stfd    f2, 0(r8)
        ld      r18, 0(r8)
        sldi    r18, r18, 32
        add     r3, r3, r18
        mr      r4, r24
done:   b       done

step:
        add     r14, r14, r11
        blr

        .balign 128
constant:
        .double 3.0
        .balign 128
buffer: .space  128
