# Scalar floating point: a product of matrices of doubles, whose sums are exact; a chaotic sequence, which shows each
# wrongly rounded bit; quotients, roots, estimates, conversions and comparisons.

        .set    SIDE, 8

        .org    0x1000
test_matrix:
#_ REGISTER_OUT r3 0xFFFFFFFFFFEB0FC0
#_ REGISTER_OUT r4 0x3FE73BDF34C904EA
#_ REGISTER_OUT r5 153
#_ REGISTER_OUT r6 0x437388F2
        mfmsr   r3
        ori     r3, r3, 0x2000          # FP
        mtmsrd  r3
        isync
        li      r19, constants
        lfd     f31, 0(r19)             # 1.0
        lfd     f30, 8(r19)             # 3.7
        fsub    f0, f31, f31            # 0.0

# a[i][j] = i + 2 j + 1, b[i][j] = i - 3 j, by converting integers.
        li      r17, a_matrix
        li      r18, b_matrix
        li      r7, 0
fill_rows:
        li      r9, 0
fill_columns:
        sldi    r10, r9, 1
        add     r10, r10, r7
        addi    r10, r10, 1
        std     r10, scratch(0)
        lfd     f1, scratch(0)
        fcfid   f1, f1
        stfd    f1, 0(r17)
        mulli   r10, r9, 3
        subf    r10, r10, r7
        std     r10, scratch(0)
        lfd     f1, scratch(0)
        fcfid   f1, f1
        stfd    f1, 0(r18)
        addi    r17, r17, 8
        addi    r18, r18, 8
        addi    r9, r9, 1
        cmpwi   r9, SIDE
        blt     fill_columns
        addi    r7, r7, 1
        cmpwi   r7, SIDE
        blt     fill_rows

# r3: the sum over all elements of the product, each times its number.
        fmr     f20, f0
        fmr     f21, f0                 # the number
        li      r7, 0
rows:
        sldi    r8, r7, 6
        addi    r8, r8, a_matrix
        li      r9, 0
columns:
        sldi    r10, r9, 3
        addi    r10, r10, b_matrix
        fmr     f1, f0
        mr      r11, r8
        li      r12, SIDE
        mtctr   r12
inner:
        lfd     f2, 0(r11)
        lfd     f3, 0(r10)
        fmadd   f1, f2, f3, f1
        addi    r11, r11, 8
        addi    r10, r10, SIDE * 8
        bdnz    inner
        fmadd   f20, f1, f21, f20
        fadd    f21, f21, f31
        addi    r9, r9, 1
        cmpwi   r9, SIDE
        blt     columns
        addi    r7, r7, 1
        cmpwi   r7, SIDE
        blt     rows
        fctid   f20, f20
        stfd    f20, scratch(0)
        ld      r3, scratch(0)

# r4: x = 3.7 x (1 - x), 200 times from 0.25; r5: how often it was above a half.
        lfd     f1, 16(r19)             # 0.25
        lfd     f4, 24(r19)             # 0.5
        li      r5, 0
        li      r7, 200
        mtctr   r7
chaos:
        fsub    f2, f31, f1
        fmul    f3, f30, f1
        fmul    f1, f3, f2
        fcmpu   cr1, f1, f4
        ble     cr1, below
        addi    r5, r5, 1
below:
        bdnz    chaos
        stfd    f1, scratch(0)
        ld      r4, scratch(0)

# r6: the bits of singles: the sum of 1/n and of roots of n for n from 1 to 50.
        fmr     f5, f0
        fmr     f6, f0
        li      r7, 50
        mtctr   r7
series:
        fadds   f6, f6, f31
        fdivs   f7, f31, f6
        fadds   f5, f5, f7
        fsqrts  f7, f6
        fadds   f5, f5, f7
        bdnz    series
        stfs    f5, scratch(0)
        lwz     r6, scratch(0)
done:   b       done

        .balign 128
constants:
        .double 1.0, 3.7, 0.25, 0.5
scratch:
        .quad   0
        .balign 128
a_matrix:
        .space  8 * SIDE * SIDE
b_matrix:
        .space  8 * SIDE * SIDE
