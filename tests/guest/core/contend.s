# A reservation that the sibling's store ends: in the same word, elsewhere in the line, and, not ended, in the next line.
# r3: a bit for each stwcx. that stored. Thread 0 makes the reservation and says so; thread 1 stores and says so.

        .org    0x100
        b       sibling

        .org    0x1000
test_contend:
#_ REGISTER_OUT r3 1
#_ REGISTER_OUT r4 3
        li      r20, words
        li      r21, turn
        li      r22, places
        mfspr   r5, ctrl
        oris    r5, r5, 0x0040          # TE1
        mtctrl  r5
        li      r3, 0
        li      r4, 0
round:
        lwarx   r7, 0, r20
        addi    r4, r4, 1
        stw     r4, 0(r21)
1:
        lwz     r8, 4(r21)
        cmpw    r8, r4
        bne     1b
        sync
        stwcx.  r7, 0, r20
        mfcr    r9
        rlwinm  r9, r9, 3, 31, 31
        sldi    r3, r3, 1
        or      r3, r3, r9
        cmpwi   r4, 3
        bne     round
done:   b       done

        .org    0x1800
sibling:
        li      r20, words
        li      r21, turn
        li      r22, places - 4
        li      r4, 0
1:
        addi    r4, r4, 1
2:
        lwz     r8, 0(r21)
        cmpw    r8, r4
        bne     2b
        lwzu    r9, 4(r22)
        stwx    r4, r20, r9
        sync
        stw     r4, 4(r21)
        cmpwi   r4, 3
        bne     1b
halted: b       halted

        .balign 128
words:  .space  256
turn:   .long   0, 0
        .balign 128
places: .long   0, 96, 128              # from `words`
