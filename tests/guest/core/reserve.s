# Reservations of one thread, kept and lost. A bit of r3 for each stwcx. or stdcx. that stored, the first the highest;
# r4 and r5: what then stands in memory. No plain store comes between: whether it ends one's own is not promised.

        .macro  outcome
        mfcr    r9
        rlwinm  r9, r9, 3, 31, 31       # CR0.EQ
        sldi    r3, r3, 1
        or      r3, r3, r9
        .endm

        .org    0x1000
test_reserve:
#_ REGISTER_OUT r3 0x29
#_ REGISTER_OUT r4 8
#_ REGISTER_OUT r5 77
        li      r20, words
        li      r21, others
        li      r3, 0

        li      r6, 8                   # added eight times, by the usual loop
        mtctr   r6
1:
        lwarx   r7, 0, r20
        addi    r7, r7, 1
        stwcx.  r7, 0, r20
        bne-    1b
        bdnz    1b

        lwarx   r7, 0, r20              # 1: nothing between
        stwcx.  r7, 0, r20
        outcome
        stwcx.  r7, 0, r20              # 0: the reservation is used up
        outcome
        ldarx   r7, 0, r21              # 1: a doubleword
        addi    r7, r7, 77
        stdcx.  r7, 0, r21
        outcome
        lwarx   r7, 0, r20              # 0: made for another line
        lwarx   r8, 0, r21
        stwcx.  r7, 0, r20
        outcome
        stwcx.  r8, 0, r21              # 0: and that failure has ended it
        outcome
        lwarx   r7, 0, r20              # 1: the last
        stwcx.  r7, 0, r20
        outcome

        lwz     r4, 0(r20)
        ld      r5, 0(r21)
done:   b       done

        .balign 128
words:  .space  128
others: .space  128
