# Thread 1 sends the numbers 1 to 100 through a ring of eight places, thread 0 adds up their squares. Nothing but lwsync
# and sync orders the stores.

        .org    0x100
        b       sibling

        .org    0x1000
test_messages:
#_ REGISTER_OUT r3 338350
#_ REGISTER_OUT r4 100
        li      r20, ring
        li      r21, written
        li      r22, read
        mfspr   r5, ctrl
        oris    r5, r5, 0x0040          # TE1
        mtctrl  r5
        li      r3, 0
        li      r4, 0
1:
        lwz     r6, 0(r21)
        cmpw    r6, r4
        beq     1b
        lwsync
        rlwinm  r7, r4, 3, 26, 28
        ldx     r8, r20, r7
        mulld   r8, r8, r8
        add     r3, r3, r8
        addi    r4, r4, 1
        sync
        stw     r4, 0(r22)
        cmpwi   r4, 100
        bne     1b
done:   b       done

        .org    0x1800
sibling:
        li      r20, ring
        li      r21, written
        li      r22, read
        li      r4, 0
1:
        lwz     r6, 0(r22)
        subf    r6, r6, r4
        cmpwi   r6, 8
        beq     1b
        rlwinm  r7, r4, 3, 26, 28
        addi    r4, r4, 1
        stdx    r4, r20, r7
        lwsync
        stw     r4, 0(r21)
        cmpwi   r4, 100
        bne     1b
halted: b       halted

        .balign 128
ring:   .space  64
        .balign 128
written:
        .long   0
        .balign 128
read:   .long   0
