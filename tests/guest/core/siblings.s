# Both threads of a core: thread 0 starts its sibling through CTRL, which begins at 0x100. Each adds up half of the
# numbers from 1 to 1000, with hints of every kind on the way; thread 1 hands its half over and stops itself.

        .org    0x100
        b       sibling

        .org    0x1000
test_siblings:
#_ REGISTER_OUT r3 500500
#_ REGISTER_OUT r4 1
#_ REGISTER_OUT r5 0x00800000
        li      r20, result
        mfspr   r5, ctrl
        oris    r5, r5, 0x0040          # TE1
        mtctrl  r5
        li      r6, 500
        mtctr   r6
        li      r7, 1                   # the odd ones
        li      r3, 0
1:
        add     r3, r3, r7
        addi    r7, r7, 2
        bdnz    1b
        or      1, 1, 1                 # low
2:
        or      31, 31, 31              # wait a little
        lwz     r8, 0(r20)
        cmpwi   r8, 0
        beq     2b
        or      2, 2, 2                 # medium
        lwsync
        ld      r8, 8(r20)
        add     r3, r3, r8
        ld      r4, 16(r20)
3:
        mfspr   r5, ctrl                # until the sibling has stopped
        andis.  r9, r5, 0x0040
        bne     3b
        andis.  r5, r5, 0x00C0
done:   b       done

        .org    0x1800
sibling:
        mfspr   r10, pir
        or      3, 3, 3                 # high
        li      r20, result
        li      r6, 500
        mtctr   r6
        li      r7, 2                   # the even ones
        li      r3, 0
1:
        add     r3, r3, r7
        or      28, 28, 28
        addi    r7, r7, 2
        bdnz    1b
        or      29, 29, 29
        or      30, 30, 30
        std     r3, 8(r20)
        std     r10, 16(r20)
        lwsync
        li      r8, 1
        stw     r8, 0(r20)
        li      r9, 0
        mtctrl  r9                # the sibling's bit cannot be cleared
halted: b       halted                  # not reached

        .balign 128
result: .space  128
