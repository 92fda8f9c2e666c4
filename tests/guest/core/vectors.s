# The vector unit: points through a matrix by splats and multiply-adds, the same by dot products of VMX128, bytes turned
# round by vperm, unaligned loads by halves, and branches on CR6. All sums are of small integers, so exact.

        .set    POINTS, 16

        .org    0x1000
test_vectors:
#_ REGISTER_OUT r3 12
#_ REGISTER_OUT r4 16
#_ REGISTER_OUT v10 [45438000, 455D0000, 45768000, 45880000]
#_ REGISTER_OUT v11 [45438000, 455D0000, 45768000, 45880000]
#_ REGISTER_OUT v12 [00010203, 08090A0B, 04050607, 00010203]
#_ REGISTER_OUT v13 [03040506, 0708090A, 0B0C0D0E, 0F101112]
        mfmsr   r3
        oris    r3, r3, 0x0200          # VXU
        mtmsrd  r3
        isync
        li      r17, points
        li      r18, matrix
        li      r19, 16
        li      r20, 32
        li      r21, 48
        vxor    v0, v0, v0

# The points: x, y, z = n, 2 - n, 3 n, and w = 1.
        vspltisw v1, 1
        vcfsx   v1, v1, 0               # 1.0
        lvx     v2, 0, r18              # the first point, then what is added
        lvx     v3, r19, r18
        li      r5, POINTS
        mtctr   r5
        mr      r6, r17
fill:
        stvx    v2, 0, r6
        addi    r6, r6, 16
        vaddfp  v2, v2, v3
        bdnz    fill

# v10: the sum of all points by columns: m0 x + m1 y + m2 z + m3 w.
        addi    r18, r18, 32
        lvx     v4, 0, r18
        lvx     v5, r19, r18
        lvx     v6, r20, r18
        lvx     v7, r21, r18
        vor     v10, v0, v0
        li      r5, POINTS
        mtctr   r5
        mr      r6, r17
columns:
        lvx     v2, 0, r6
        addi    r6, r6, 16
        vspltw  v20, v2, 0
        vspltw  v21, v2, 1
        vspltw  v22, v2, 2
        vspltw  v23, v2, 3
        vmaddfp v24, v20, v4, v0
        vmaddfp v24, v21, v5, v24
        vmaddfp v24, v22, v6, v24
        vmaddfp v24, v23, v7, v24
        vaddfp  v10, v10, v24
        bdnz    columns

# v11: the same by rows: dot products, put together by merges. Registers above 31.
        vmrghw  v26, v4, v6
        vmrghw  v27, v5, v7
        vmrglw  v28, v4, v6
        vmrglw  v29, v5, v7
        vmrghw128 v100, v26, v27        # the rows of the transposed matrix
        vmrglw128 v101, v26, v27
        vmrghw128 v102, v28, v29
        vmrglw128 v103, v28, v29
        vor     v11, v0, v0
        li      r3, 0                   # points whose transformed x is above 100
        li      r4, 0                   # points that are equal to the first in some word
        lis     r7, 0x42C8              # 100.0
        stw     r7, limit(0)
        li      r7, limit
        lvx     v14, 0, r7
        vspltw  v14, v14, 0
        lvx     v15, 0, r17
        li      r5, POINTS
        mtctr   r5
        mr      r6, r17
rows:
        lvx128  v64, 0, r6
        addi    r6, r6, 16
        vmsum4fp128 v65, v64, v100
        vmsum4fp128 v66, v64, v101
        vmsum4fp128 v67, v64, v102
        vmsum4fp128 v68, v64, v103
        vmrghw128 v69, v65, v67
        vmrghw128 v70, v66, v68
        vmrghw128 v71, v69, v70
        vaddfp128 v11, v11, v71
        vcmpgtfp128. v72, v65, v14      # all or none: the words are alike
        bge     cr6, 1f
        addi    r3, r3, 1
1:
        vcmpeqfp128. v73, v64, v15
        beq     cr6, 2f                 # none
        addi    r4, r4, 1
2:
        bdnz    rows

# v12: sixteen bytes in another order; v13: sixteen bytes from an address that is not aligned.
        li      r7, bytes
        lvx     v16, 0, r7
        lvx     v17, r19, r7
        vperm   v12, v16, v16, v17
        li      r7, bytes + 3
        li      r8, bytes + 3 + 16
        lvlx    v18, 0, r7
        lvrx    v19, 0, r8
        vor     v13, v18, v19
done:   b       done

        .balign 128
matrix: .float  0.0, 2.0, 0.0, 1.0
        .float  1.0, -1.0, 3.0, 0.0
        .float  1.0, 2.0, 3.0, 4.0
        .float  5.0, 6.0, 7.0, 8.0
        .float  9.0, 10.0, 11.0, 12.0
        .float  13.0, 14.0, 15.0, 16.0
        .balign 16
bytes:  .byte   0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        .byte   16, 17, 18, 19, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3
limit:  .space  16
        .balign 128
points: .space  16 * POINTS
