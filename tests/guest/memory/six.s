# All six threads of the board: each begins at `begin`, in real mode, with its number in r3, and ends by a branch to
# `finish`. Their random numbers are their own: r14, from SEED; r15 and r16 make the next one.

        .org    0x100
        b       start
        .org    0x1000
seed:   .quad   SEED
start:  mfspr   r3, pir
        andi.   r4, r3, 1
        bne     2f                      # odd threads are started by their siblings
        lis     r4, 0xC0                # TE0 and TE1
        mtctrl  r4
        li      r10, 0x200              # the interrupt controller
        sldi    r10, r10, 32
        oris    r10, r10, 5
        cmpwi   r3, 0
        bne     1f
        lis     r5, 0x14                # wakes threads 2 and 4
        ori     r5, r5, 0x20
        std     r5, 0x10(r10)
        b       2f
1:      sldi    r11, r3, 12             # who was woken says so, or would be again when it stops
        add     r10, r10, r11
        ld      r5, 0x50(r10)
        std     r5, 0x60(r10)
2:      mfmsr   r5
        oris    r5, r5, 0x0200          # vectors
        mtmsrd  r5
        isync
        lis     r15, 0x5851
        ori     r15, r15, 0xF42D
        sldi    r15, r15, 32
        oris    r15, r15, 0x4C95
        ori     r15, r15, 0x7F2D
        li      r16, 12345
        ld      r14, seed(0)
        addi    r5, r3, 1
        mulld   r14, r14, r5
        bl      random
        bl      random
        b       begin

random: mulld   r14, r14, r15
        add     r14, r14, r16
        blr

finish: sync
        li      r4, 0
        mtctrl  r4
        b       finish
