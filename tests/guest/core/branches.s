# Branches: on data that no predictor knows, on counts and conditions together, with and without hints, by tables, and
# CR logic between.

        .org    0x1000
test_branches:
#_ REGISTER_OUT r3 0x89DB9480EF39CABE
#_ REGISTER_OUT r4 0xAB44
#_ REGISTER_OUT r5 0xCD4811C75E73AB42
        li      r3, 0
        li      r4, 0
        li      r5, 0
        lis     r6, 0x9E37
        ori     r6, r6, 0x79B9          # a generator of bits
        li      r7, 400
        mtctr   r7
bits:
        rlwinm  r8, r6, 13, 0, 18
        xor     r6, r6, r8
        rlwinm  r8, r6, 15, 17, 31
        xor     r6, r6, r8
        rlwinm  r8, r6, 5, 0, 26
        xor     r6, r6, r8
        clrldi  r6, r6, 32
        andi.   r9, r6, 1
        beq     even
        addi    r3, r3, 3
        b       joined
even:
        rotldi  r3, r3, 1
joined:
        cmpwi   cr1, r6, 0
        cmplwi  cr2, r9, 1
        crand   4*cr3+eq, 4*cr1+lt, 4*cr2+eq
        crnor   4*cr3+gt, 4*cr1+lt, 4*cr2+eq
        bne     cr3, 1f
        addi    r4, r4, 1
1:
        bgt     cr3, 2f
        addi    r4, r4, 16
2:
        rlwinm  r10, r6, 5, 27, 29      # one of eight
        addi    r10, r10, table
        lwz     r10, 0(r10)
        mtlr    r10
        blrl
        bdnz    bits

# bdnz with a condition: the first element that is not less than the one before it.
        li      r7, 20
        mtctr   r7
        li      r11, falling - 4
        lwzu    r12, 4(r11)
3:
        lwzu    r13, 4(r11)
        cmpw    r13, r12
        mr      r12, r13
        bdnzt   lt, 3b
        mfctr   r14
        sldi    r14, r14, 56
        xor     r3, r3, r14

# Hints, right and wrong.
        li      r7, 32
        mtctr   r7
4:
        mfctr   r8
        andi.   r9, r8, 3
        beq+    5f
        addi    r4, r4, 256
5:
        bne-    6f
        addi    r4, r4, 4096
6:
        bdnz+   4b
done:   b       done

case_0: addi    r5, r5, 1
        blr
case_1: addi    r5, r5, 2
        blr
case_2: rotldi  r5, r5, 3
        blr
case_3: xor     r5, r5, r6
        blr
case_4: beqlr
        addi    r5, r5, 5
        blr
case_5: bgtlr   cr3
        addi    r5, r5, 9
        blr
case_6: neg     r5, r5
        blr
case_7: b       case_1

        .balign 4
table:  .long   case_0, case_1, case_2, case_3, case_4, case_5, case_6, case_7
falling:
        .long   90, 80, 70, 60, 50, 55, 40, 30
