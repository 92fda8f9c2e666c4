# A memory mix to measure executors with: a walk along pointers all over 2 MiB, sums and copies in order, and words
# changed at random. `rounds` says how often. It ends as a Linux program does: it writes the eight bytes at `result` to
# file 1, then exits.

        .set    NODES, 16384            # of 128 bytes

_start:
        lis     r4, rounds@ha
        lwz     r14, rounds@l(r4)
        lis     r17, nodes@ha
        addi    r17, r17, nodes@l
        lis     r18, NODES@ha
        addi    r18, r18, NODES@l
        li      r16, 0                  # the sum
        lis     r15, 0x1234             # the seed
        lis     r19, 1664525@h
        ori     r19, r19, 1664525@l
        lis     r20, 1013904223@h
        ori     r20, r20, 1013904223@l

# Each node leads to the one 6007 further on, going round: a walk through all.
        li      r7, 0
        mr      r6, r17
        mtctr   r18
make:
        addi    r9, r7, 6007
        clrlwi  r9, r9, 18
        slwi    r10, r9, 7
        add     r10, r10, r17
        stw     r10, 0(r6)
        stw     r7, 4(r6)
        addi    r7, r7, 1
        addi    r6, r6, 128
        bdnz    make

round:
        mr      r6, r17
        mtctr   r18
walk:
        lwz     r9, 4(r6)
        rotldi  r16, r16, 1
        add     r16, r16, r9
        lwz     r6, 0(r6)
        bdnz    walk

        mr      r6, r17                 # the second half of each node: from the first, changed
        mtctr   r18
copy:
        ld      r9, 0(r6)
        ld      r10, 8(r6)
        ld      r11, 16(r6)
        ld      r12, 24(r6)
        add     r10, r10, r16
        std     r9, 64(r6)
        std     r10, 72(r6)
        xor     r11, r11, r10
        std     r11, 80(r6)
        std     r12, 88(r6)
        addi    r6, r6, 128
        bdnz    copy

        mtctr   r18
change:
        mullw   r15, r15, r19
        add     r15, r15, r20
        clrldi  r15, r15, 32
        rlwinm  r9, r15, 28, 11, 24     # the second words of any node
        add     r9, r9, r17
        lwz     r10, 12(r9)
        add     r10, r10, r15
        stw     r10, 12(r9)
        xor     r16, r16, r10
        bdnz    change
        addi    r14, r14, -1
        cmpwi   r14, 0
        bne     round

        lis     r4, result@ha
        addi    r4, r4, result@l
        std     r16, 0(r4)
        li      r0, 4                   # write
        li      r3, 1
        li      r5, 8
        sc
        li      r0, 1                   # exit
        li      r3, 0
        sc

# A page of its own: writing beside code is slow wherever code is translated.
        .balign 4096
rounds: .long   20
        .balign 8
result: .quad   0

        .balign 128
nodes:  .space  128 * NODES
