# A lock that both threads of a core take 60 times each, around a counter and a sum that must be exact.

        .org    0x100
        b       sibling

        .org    0x1000
test_spinlock:
#_ REGISTER_OUT r3 120
#_ REGISTER_OUT r4 7260
#_ REGISTER_OUT r5 0
        mfspr   r5, ctrl
        oris    r5, r5, 0x0040          # TE1
        mtctrl  r5
        bl      work
1:
        lwz     r6, finished(0)
        cmpwi   r6, 1
        bne     1b
        lwsync
        lwz     r3, counter(0)
        ld      r4, sum(0)
        lwz     r5, lock(0)
done:   b       done

        .org    0x1800
sibling:
        bl      work
        lwsync
        li      r6, 1
        stw     r6, finished(0)
halted: b       halted

work:
        li      r20, lock
        li      r6, 60
        mtctr   r6
        li      r10, 1
1:
        lwarx   r7, 0, r20
        cmpwi   r7, 0
        bne-    1b
        stwcx.  r10, 0, r20
        bne-    1b
        isync
        lwz     r8, counter(0)
        addi    r8, r8, 1
        stw     r8, counter(0)
        ld      r9, sum(0)
        add     r9, r9, r8
        std     r9, sum(0)
        lwsync
        li      r7, 0
        stw     r7, 0(r20)
        bdnz    1b
        blr

        .balign 128
lock:   .long   0
        .balign 128
counter:
        .long   0
        .balign 8
sum:    .quad   0
        .balign 128
finished:
        .long   0
