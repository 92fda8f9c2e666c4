# Integers: quicksort of 256 words, a hash over their bytes, and a fold of products, quotients, carries and rotates.

        .set    WORDS, 256

        .org    0x1000
test_sort:
#_ REGISTER_OUT r3 0x78E3241A
#_ REGISTER_OUT r4 0x1AAD703550DA4697
#_ REGISTER_OUT r5 0
        li      r1, stack_top
        li      r17, array
        lis     r15, 0x1234             # the seed
        lis     r19, 1664525@h
        ori     r19, r19, 1664525@l
        lis     r20, 1013904223@h
        ori     r20, r20, 1013904223@l
        lis     r21, 16777619@h
        ori     r21, r21, 16777619@l

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

        li      r22, 0                  # neighbours out of order
        mr      r4, r17
        li      r5, WORDS - 1
        mtctr   r5
        lwz     r6, 0(r4)
order:
        lwzu    r7, 4(r4)
        cmplw   r6, r7
        ble     ordered
        addi    r22, r22, 1
ordered:
        mr      r6, r7
        bdnz    order

        mr      r4, r17
        li      r5, 4 * WORDS
        mtctr   r5
        lis     r23, 2166136261@h
        ori     r23, r23, 2166136261@l
hash:
        lbz     r6, 0(r4)
        addi    r4, r4, 1
        xor     r23, r23, r6
        mullw   r23, r23, r21
        clrldi  r23, r23, 32
        rotlwi  r23, r23, 5
        bdnz    hash

        li      r6, WORDS
        mtctr   r6
        mr      r5, r23
        mr      r16, r23                # the fold
fold:
        rlwinm  r5, r5, 2, 22, 29       # any word of the array
        lwzx    r7, r17, r5
        add     r5, r5, r7
        ori     r8, r7, 1
        divwu   r9, r16, r8
        mulhwu  r10, r7, r16
        clrldi  r10, r10, 32
        addc    r16, r16, r9
        adde    r16, r16, r10
        rotldi  r11, r16, 17
        cntlzw  r12, r7
        srd     r11, r11, r12
        xor     r16, r16, r11
        cmplw   cr1, r9, r10
        ble     cr1, smaller
        addi    r16, r16, 3
smaller:
        bdnz    fold

        mr      r3, r23
        mr      r4, r16
        mr      r5, r22
done:   b       done

# Orders the words from r3 to r4, the last one included. The lower part by a call, the upper part by going round.
sort:
        mflr    r0
        stdu    r1, -32(r1)
        std     r0, 8(r1)
part:
        cmpld   r3, r4
        bge     sorted
        subf    r5, r3, r4
        srdi    r5, r5, 3
        sldi    r5, r5, 2
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
        cmpld   r7, r8
        bgt     5f
        stw     r10, 0(r7)
        stw     r9, 0(r8)
        addi    r7, r7, 4
        addi    r8, r8, -4
        cmpld   r7, r8
        ble     2b
5:
        std     r7, 16(r1)
        std     r4, 24(r1)
        mr      r4, r8
        bl      sort
        ld      r3, 16(r1)
        ld      r4, 24(r1)
        b       part
sorted:
        ld      r0, 8(r1)
        mtlr    r0
        addi    r1, r1, 32
        blr

        .balign 128
array:  .space  4 * WORDS
        .space  2048
stack_top:
        .space  64
