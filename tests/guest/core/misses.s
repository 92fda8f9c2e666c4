# More than the caches hold: a walk along pointers that are spread over 96 KiB, sums over the same in three strides, with
# touches ahead, and stores into lines that come and go. Then code that is longer than a line at every step.

        .set    NODES, 768

        .org    0x1000
test_misses:
#_ REGISTER_OUT r3 0x98CCCC6666333199
#_ REGISTER_OUT r4 294528
#_ REGISTER_OUT r5 0xD60FAC687D63422D
        lis     r20, 0x10               # nodes of 128 bytes from 1 MiB on
        mr      r6, r20
        li      r7, 0
        li      r8, NODES
        mtctr   r8
make:
        addi    r9, r7, 305             # the next one: prime to their number
        cmpwi   r9, NODES
        blt     1f
        addi    r9, r9, -NODES
1:
        sldi    r10, r9, 7
        add     r10, r10, r20
        std     r10, 0(r6)
        stw     r7, 12(r6)
        addi    r7, r7, 1
        addi    r6, r6, 128
        bdnz    make

# r3: what the walk comes by, in its order; every node is marked on the way.
        li      r3, 0
        mr      r6, r20
        mtctr   r8
walk:
        lwz     r9, 12(r6)
        rotldi  r3, r3, 1
        add     r3, r3, r9
        stw     r9, 64(r6)
        ld      r6, 0(r6)
        bdnz    walk

# r4: the sum of the marks, by eight independent loads at a time, touched ahead.
        li      r4, 0
        addi    r6, r20, 64
        li      r9, NODES / 8
        mtctr   r9
        li      r10, 1024
sum:
        dcbt    r10, r6
        lwz     r11, 0(r6)
        lwz     r12, 128(r6)
        lwz     r13, 256(r6)
        lwz     r14, 384(r6)
        lwz     r15, 512(r6)
        lwz     r16, 640(r6)
        lwz     r17, 768(r6)
        lwz     r18, 896(r6)
        add     r11, r11, r12
        add     r13, r13, r14
        add     r15, r15, r16
        add     r17, r17, r18
        add     r11, r11, r13
        add     r15, r15, r17
        add     r4, r4, r11
        add     r4, r4, r15
        addi    r6, r6, 1024
        bdnz    sum

# r5: lines of one set, each changed by a store just before or after others drive it out.
        li      r5, 0
        li      r9, 40
        mtctr   r9
        mr      r6, r20
sets:
        stw     r9, 32(r6)
        lwz     r11, 32(r6)
        addis   r7, r6, 1
        lwz     r12, 12(r7)
        lwz     r13, -8192(r7)
        stw     r11, 36(r7)
        lwz     r14, 36(r7)
        add     r5, r5, r14
        rotldi  r5, r5, 3
        add     r5, r5, r12
        addi    r9, r9, 7
        addi    r6, r6, 128
        bdnz    sets
done:   b       done
