# Litmus tests, row after row of `rows`, each many times. Threads 0 to 4 run the tests' bodies; thread 5 starts each
# round, waits for who has a part in it, counts what came out, and makes the variables zero again.
#
# Variables lie in sets, which the rounds take in turn: x, y and z on a line each, then a line of results for each part.
# A row is of 64 bytes: addresses of four bodies, the part of each thread (255: none), the places in the set of up to
# four values of 0 to 3 that are the outcome, how many they are, rounds.
#
# What a round begins with is random: which lines each thread has in its cache or flushes, which blocks of 64 bytes the
# core has a gather buffer for already (a neighbour of the variable was stored to), and when each thread begins.

        .set    SETS, 0x200000
        .set    GO, 0x210000            # row * 65536 + round
        .set    ARRIVED, 0x211000       # a line for each thread
        .set    STRANGE, 0x212000       # outcomes that nobody stored
        .set    COUNTS, 0x300000        # of each row, by outcome: two bits for each value
        .set    RESULTS, 384

begin:  lis     r17, GO >> 16
        lis     r18, ARRIVED >> 16
        ori     r18, r18, ARRIVED & 0xFFFF
        lis     r12, SETS >> 16
        lis     r19, rows >> 16
        ori     r19, r19, rows & 0xFFFF
        sldi    r5, r3, 7
        add     r18, r18, r5
        li      r0, 0
        cmpwi   r3, 5
        beq     conductor

        li      r21, 1
        li      r22, 2
        li      r28, 0
wait:   lwz     r29, 0(r17)
        cmpw    r29, r28
        bne     2f
        or      r31, r31, r31
        b       wait
2:      mr      r28, r29
        cmpwi   r29, -1
        beq     finish
        isync
        srwi    r30, r29, 16
        sldi    r30, r30, 6
        add     r30, r30, r19
        addi    r5, r3, 16
        lbzx    r31, r30, r5
        cmpwi   r31, 255
        beq     wait
        bl      variables
        sldi    r5, r31, 2
        lwzx    r6, r30, r5
        bl      random
        srdi    r5, r14, 61             # begins so much later
        slw     r7, r21, r5
        subi    r7, r7, 1
        srdi    r5, r14, 40
        and     r5, r5, r7
        addi    r5, r5, 1
        mtctr   r5
3:      bdnz    3b
        li      r10, 0
        li      r11, 0
        srdi    r5, r14, 32
        andi.   r7, r5, 9
        bne     4f
        stw     r0, 32(r24)
4:      andi.   r7, r5, 18
        bne     5f
        stw     r0, 32(r25)
5:      andi.   r7, r5, 36
        bne     6f
        stw     r0, 32(r26)
6:      or      r30, r30, r30           # those buffers are a little older, but do not go yet
        mtctr   r6
        bctrl
        sldi    r5, r31, 7
        add     r5, r5, r20
        stw     r10, RESULTS(r5)
        stw     r11, RESULTS + 4(r5)

        addi    r29, r28, 1             # the next round's lines
        bl      variables
        bl      random
        srdi    r5, r14, 33
        mr      r7, r24
        li      r8, 3
1:      andi.   r9, r5, 7
        srdi    r5, r5, 3
        cmpwi   r9, 1
        bgt     3f
        beq     2f
        dcbf    0, r7
        b       3f
2:      lwz     r9, 0(r7)
3:      addi    r7, r7, 128
        subi    r8, r8, 1
        cmpwi   r8, 0
        bne     1b
        sync
        stw     r28, 0(r18)
        b       wait

# r29's round -> r20 its set, r24 to r26 its variables
variables:
        clrlwi  r20, r29, 30
        sldi    r20, r20, 10
        add     r20, r20, r12
        mr      r24, r20
        addi    r25, r20, 128
        addi    r26, r20, 256
        blr

conductor:
        lis     r18, ARRIVED >> 16
        ori     r18, r18, ARRIVED & 0xFFFF
        lis     r11, COUNTS >> 16
        li      r21, 0
        mr      r30, r19
nextrow:
        lwz     r23, 36(r30)
        li      r22, 1
nextround:
        sldi    r29, r21, 16
        or      r29, r29, r22
        lwsync
        stw     r29, 0(r17)
        sync
        li      r4, 0
1:      addi    r5, r4, 16
        lbzx    r6, r30, r5
        cmpwi   r6, 255
        beq     3f
        sldi    r5, r4, 7
2:      lwzx    r6, r18, r5
        cmpw    r6, r29
        bne     2b
3:      addi    r4, r4, 1
        cmpwi   r4, 5
        bne     1b
        lwsync

        bl      variables
        li      r4, 0                   # bits so far
        li      r5, 0                   # outcome
        li      r6, 0                   # all bits that a value had
        lwz     r8, 32(r30)
        mtctr   r8
        addi    r7, r30, 24
4:      lhz     r8, 0(r7)
        lwzx    r8, r20, r8
        or      r6, r6, r8
        slw     r8, r8, r4
        or      r5, r5, r8
        addi    r4, r4, 2
        addi    r7, r7, 2
        bdnz    4b
        clrlwi  r5, r5, 24
        sldi    r5, r5, 2
        lwzx    r8, r11, r5
        addi    r8, r8, 1
        stwx    r8, r11, r5
        cmplwi  r6, 3
        ble     5f
        lis     r7, STRANGE >> 16
        ori     r7, r7, STRANGE & 0xFFFF
        lwz     r8, 0(r7)
        addi    r8, r8, 1
        stw     r8, 0(r7)

5:      stw     r0, 0(r24)
        stw     r0, 0(r25)
        stw     r0, 0(r26)
        bl      random
        srdi    r5, r14, 61
        cmpwi   r5, 3
        bgt     6f
        dcbf    0, r24
        andi.   r6, r5, 1
        bne     6f
        dcbf    0, r25
        dcbf    0, r26
6:      addi    r22, r22, 1
        cmpw    r22, r23
        ble     nextround
        addi    r30, r30, 64
        addi    r11, r11, 1024
        addi    r21, r21, 1
        cmpwi   r21, ROWS
        bne     nextrow
        lwsync
        li      r29, -1
        stw     r29, 0(r17)
        b       finish
