# Six threads at the same few lines, epoch after epoch: each runs the program that the host has made for it, then all
# meet; one of them, in turn, copies the lines to where the host finds them and fills them with 0xFF.
#
# The lines lie in pairs, more of them in one set of each cache than that has ways. Four pairs are in use in an epoch;
# `pairs` says which, 64 epochs long.
#
# What programs find: r3 the thread, r20 to r23 their pairs, r24 ones in each byte, r25 the first value to store (its
# eight bytes are alike), r26 and r2 free, r27 a table of the same values for vectors, r28 the thread's log, r29 the
# epoch, r30 what all share, r1 the thread's last message. They return by r31.

        .set    ARENA, 0x400000
        .set    APART, 0x20000          # from pair to pair
        .set    SHARED, 0x300000
        .set    ARRIVED, 0x310000       # a line for each thread
        .set    GO, 0x311000
        .set    LOGS, 0x4000000
        .set    LOG_SIZE, 0x4000000
        .set    LAST, 0x1C000000        # the lines at the end of each epoch, 1 KiB

begin:  lis     r30, SHARED >> 16
        lis     r27, values >> 16
        ori     r27, r27, values & 0xFFFF
        addi    r28, r3, 1
        sldi    r28, r28, 26
        li      r24, 0x0101
        sldi    r26, r24, 16
        or      r24, r24, r26
        sldi    r26, r24, 32
        or      r24, r24, r26
        li      r29, 0
        li      r1, 0
        cmpwi   r3, 0
        bne     3f
        li      r4, -1                  # thread 0 fills all lines before anybody goes
        lis     r20, ARENA >> 16
        li      r5, PAIRS
1:      li      r6, 0
2:      stdx    r4, r20, r6
        addi    r6, r6, 8
        cmpwi   r6, 256
        bne     2b
        addis   r20, r20, APART >> 16
        subi    r5, r5, 1
        cmpwi   r5, 0
        bne     1b
        lis     r26, LINE_OF_GO
        ori     r26, r26, GO & 0xFFFF
        lwsync
        li      r5, 1
        std     r5, 0(r26)

3:      lis     r26, LINE_OF_GO         # goes on when epoch + 1 is there
        ori     r26, r26, GO & 0xFFFF
4:      ld      r5, 0(r26)
        cmpd    r5, r29
        bgt     5f
        or      r31, r31, r31
        b       4b
5:      isync
        clrldi  r5, r29, 58
        sldi    r5, r5, 4
        lis     r26, pairs >> 16
        ori     r26, r26, pairs & 0xFFFF
        add     r26, r26, r5
        lwz     r20, 0(r26)
        lwz     r21, 4(r26)
        lwz     r22, 8(r26)
        lwz     r23, 12(r26)
        mulli   r5, r3, VALUES
        addi    r5, r5, 1
        mulld   r25, r24, r5
        andi.   r5, r29, PROGRAMS - 1
        mulli   r5, r5, 24
        sldi    r6, r3, 2
        add     r5, r5, r6
        lis     r26, programs >> 16
        ori     r26, r26, programs & 0xFFFF
        lwzx    r5, r26, r5
        mtctr   r5
        bctrl

        sync
        addi    r29, r29, 1
        lis     r26, ARRIVED >> 16
        ori     r26, r26, ARRIVED & 0xFFFF
        sldi    r5, r3, 7
        stdx    r29, r26, r5
        subi    r5, r29, 1              # is it this thread's turn?
        li      r6, 6
        divdu   r4, r5, r6
        mulld   r4, r4, r6
        subf    r4, r4, r5
        cmpw    r4, r3
        bne     9f
        li      r4, 0
6:      ldx     r6, r26, r4
        cmpd    r6, r29
        bne     6b
        addi    r4, r4, 128
        cmpwi   r4, 768
        bne     6b
        lwsync
        sldi    r5, r5, 10
        lis     r6, LAST >> 16
        add     r5, r5, r6
        mr      r7, r20
        bl      copy
        mr      r7, r21
        bl      copy
        mr      r7, r22
        bl      copy
        mr      r7, r23
        bl      copy
        lis     r26, LINE_OF_GO
        ori     r26, r26, GO & 0xFFFF
        addi    r5, r29, 1
        lwsync
        std     r5, 0(r26)
9:      lis     r5, EPOCHS >> 16
        ori     r5, r5, EPOCHS & 0xFFFF
        cmpd    r29, r5
        bne     3b
        b       finish

copy:   li      r6, 32                  # the pair at r7 to r5, and fills it
        mtctr   r6
        li      r8, -1
1:      ld      r6, 0(r7)
        std     r6, 0(r5)
        std     r8, 0(r7)
        addi    r7, r7, 8
        addi    r5, r5, 8
        bdnz    1b
        blr

        .set    LINE_OF_GO, GO >> 16
        .balign 128
routine:                                # `li r4, version`, changed while others call it
        li      r4, 0
        blr
        .balign 128
