# An integer mix to measure executors with: a generator of random words fills an array, quicksort orders it, a hash reads
# it byte by byte, and a loop of products, quotients, carries and rotates folds the result. `rounds` says how often. It
# ends as a Linux program does: it writes the eight bytes at `result` to file 1, then exits.

        .set    WORDS, 4096

_start:
        lis     r1, stack_top@ha
        addi    r1, r1, stack_top@l
        lis     r17, array@ha
        addi    r17, r17, array@l
        lis     r4, rounds@ha
        lwz     r14, rounds@l(r4)
        lis     r15, 0x1234             # the seed
        lis     r19, 1664525@h
        ori     r19, r19, 1664525@l
        lis     r20, 1013904223@h
        ori     r20, r20, 1013904223@l
        lis     r21, 16777619@h
        ori     r21, r21, 16777619@l
        li      r16, 0                  # the sum

round:
        mr      r4, r17
        li      r5, WORDS
        mtctr   r5
fill:
        mullw   r15, r15, r19
        add     r15, r15, r20
        clrldi  r15, r15, 32
        srwi    r6, r15, 3
        stw     r6, 0(r4)
        addi    r4, r4, 4
        bdnz    fill

        mr      r3, r17
        addi    r4, r17, 4 * WORDS - 4
        bl      sort

        mr      r4, r17
        li      r5, 4 * WORDS
        mtctr   r5
        lis     r5, 2166136261@h
        ori     r5, r5, 2166136261@l
hash:
        lbz     r6, 0(r4)
        addi    r4, r4, 1
        xor     r5, r5, r6
        mullw   r5, r5, r21
        rotlwi  r5, r5, 5
        bdnz    hash

        add     r16, r16, r5
        li      r6, WORDS
        mtctr   r6
fold:
        rlwinm  r5, r5, 2, 18, 29       # any word of the array
        lwzx    r7, r17, r5
        add     r5, r5, r7
        ori     r8, r7, 1
        divwu   r9, r16, r8
        mulhwu  r10, r7, r16
        addc    r16, r16, r9
        adde    r16, r16, r10
        rldicl  r11, r16, 17, 0
        cntlzw  r12, r7
        srd     r11, r11, r12
        xor     r16, r16, r11
        cmplw   cr1, r9, r10
        crandc  gt, 4*cr1+lt, 4*cr1+eq
        ble     smaller
        addi    r16, r16, 3
smaller:
        bdnz    fold
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

# Orders the words from r3 to r4, the last one included. The lower part by a call, the upper part by going round.
sort:
        mflr    r0
        stwu    r1, -32(r1)
        stw     r0, 36(r1)
part:
        cmplw   r3, r4
        bge     sorted
        subf    r5, r3, r4
        srwi    r5, r5, 3
        slwi    r5, r5, 2
        lwzx    r6, r3, r5
        mr      r7, r3
        mr      r8, r4
2:
        lwz     r9, 0(r7)
        cmplw   r9, r6
        bge     3f
        addi    r7, r7, 4
        b       2b
3:
        lwz     r10, 0(r8)
        cmplw   r10, r6
        ble     4f
        addi    r8, r8, -4
        b       3b
4:
        cmplw   r7, r8
        bgt     5f
        stw     r10, 0(r7)
        stw     r9, 0(r8)
        addi    r7, r7, 4
        addi    r8, r8, -4
        cmplw   r7, r8
        ble     2b
5:
        stw     r7, 8(r1)
        stw     r4, 12(r1)
        mr      r4, r8
        bl      sort
        lwz     r3, 8(r1)
        lwz     r4, 12(r1)
        b       part
sorted:
        lwz     r0, 36(r1)
        mtlr    r0
        addi    r1, r1, 32
        blr

# A page of its own: writing beside code is slow wherever code is translated.
        .balign 4096
rounds: .long   100
        .balign 8
result: .quad   0

        .balign 128
array:  .space  4 * WORDS
        .space  65536
stack_top:
        .space  64
