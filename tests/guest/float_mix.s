# A floating-point mix to measure executors with: products of matrices in doubles by the scalar unit, in singles by the
# vector unit. `rounds` says how often. It ends as a Linux program does: it writes the eight bytes at `result` to file 1,
# then exits.

        .set    SIDE, 32

_start:
        lis     r4, rounds@ha
        lwz     r14, rounds@l(r4)
        lis     r17, doubles@ha
        addi    r17, r17, doubles@l
        lis     r18, singles@ha
        addi    r18, r18, singles@l
        lis     r19, constants@ha
        addi    r19, r19, constants@l
        lfd     f31, 0(r19)             # 1.0
        lfd     f30, 8(r19)             # near 1: keeps sums finite
        fmr     f29, f31

# Both matrices are filled with numbers that grow a little, the same for both.
        li      r5, SIDE * SIDE
        mtctr   r5
        mr      r4, r17
        mr      r6, r18
fill:
        fmul    f29, f29, f30
        stfd    f29, 0(r4)
        stfs    f29, 0(r6)
        addi    r4, r4, 8
        addi    r6, r6, 4
        bdnz    fill

round:
        fsub    f20, f31, f31           # the trace of the product, doubles
        li      r7, 0                   # the row
rows:
        slwi    r8, r7, 8
        add     r8, r8, r17             # its first element
        li      r9, 0                   # the column
columns:
        slwi    r10, r9, 3
        add     r10, r10, r17
        fsub    f1, f31, f31
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
        fadd    f20, f20, f1
        addi    r9, r9, 1
        cmpwi   r9, SIDE
        blt     columns
        addi    r7, r7, 1
        cmpwi   r7, SIDE
        blt     rows

        vxor    v20, v20, v20           # four sums of the product, singles
        li      r7, 0
vector_rows:
        slwi    r8, r7, 7
        add     r8, r8, r18
        li      r9, 0
vector_columns:
        slwi    r10, r9, 4
        add     r10, r10, r18
        vxor    v1, v1, v1
        mr      r11, r8
        li      r12, SIDE
        mtctr   r12
vector_inner:
        lvewx   v2, 0, r11
        lvsl    v3, 0, r11
        vperm   v2, v2, v2, v3
        vspltw  v2, v2, 0
        lvx     v4, 0, r10
        vmaddfp v1, v2, v4, v1
        addi    r11, r11, 4
        addi    r10, r10, SIDE * 4
        bdnz    vector_inner
        vaddfp  v20, v20, v1
        addi    r9, r9, 1
        cmpwi   r9, SIDE / 4
        blt     vector_columns
        addi    r7, r7, 1
        cmpwi   r7, SIDE
        blt     vector_rows

        addi    r14, r14, -1
        cmpwi   r14, 0
        bne     round

        lis     r4, result@ha
        addi    r4, r4, result@l
        lis     r5, sums@ha
        addi    r5, r5, sums@l
        stvx    v20, 0, r5
        stfd    f20, 0(r4)
        ld      r6, 0(r4)
        ld      r7, 0(r5)
        xor     r6, r6, r7
        std     r6, 0(r4)
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
constants:
        .double 1.0, 1.0009765625

        .balign 16
sums:   .space  16
        .balign 128
doubles:
        .space  8 * SIDE * SIDE
singles:
        .space  4 * SIDE * SIDE
