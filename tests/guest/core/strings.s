# Strings and blocks of bytes: lswi, stswi, lswx, stswx, lmw, stmw, loops by bytes, swapped halves and words; at odd
# addresses and across the borders of 8, 32, 64, 128 and 4096 bytes.

        .org    0x1000
test_strings:
#_ REGISTER_OUT r3 0xF64F220438609F22
#_ REGISTER_OUT r4 43
#_ REGISTER_OUT r5 0
#_ REGISTER_OUT r6 0x9789BD74
        li      r20, text
        li      r21, page - 21

# r4: the length.
        li      r4, -1
        addi    r7, r20, -1
length:
        lbzu    r8, 1(r7)
        addi    r4, r4, 1
        cmpwi   r8, 0
        bne     length

# To just below a page's end: 32 bytes at once, the rest counted.
        lswi    r22, r20, 32            # r22 to r29
        stswi   r22, r21, 32
        addi    r9, r4, 1 - 32
        mtxer   r9
        li      r10, 32
        lswx    r22, r20, r10
        stswx   r22, r21, r10

# r5: bytes that differ.
        li      r5, 0
        addi    r9, r4, 1
        mtctr   r9
        addi    r7, r20, -1
        addi    r8, r21, -1
compare:
        lbzu    r11, 1(r7)
        lbzu    r12, 1(r8)
        cmpw    cr7, r11, r12
        beq     cr7, same
        addi    r5, r5, 1
same:
        bdnz    compare

# Eight words away and back, aligned to 4, across a line.
        lmw     r24, 0(r20)
        li      r13, lines + 128 - 12
        stmw    r24, 0(r13)
        li      r24, 0
        lmw     r24, 0(r13)
        xor     r6, r24, r31
        add     r6, r6, r28

# Swapped and unaligned: each of 16 places across a border of 128 bytes.
        li      r3, 0
        li      r14, 16
        mtctr   r14
        li      r15, lines + 256 - 8
        li      r0, -3
places:
        lwbrx   r16, 0, r20
        stwbrx  r16, 0, r15
        lhbrx   r17, 0, r15             # the loop goes by bytes, so these cross whatever there is
        lwz     r18, 0(r15)
        ldx     r19, r15, r0
        sthbrx  r17, 0, r15
        lhz     r17, 1(r15)
        rotldi  r3, r3, 7
        xor     r3, r3, r18
        add     r3, r3, r19
        xor     r3, r3, r17
        addi    r15, r15, 1
        addi    r20, r20, 1
        bdnz    places
done:   b       done

        .balign 128
text:   .asciz  "The quick brown fox jumps over the lazy dog"
        .balign 128
lines:  .space  512
        .balign 4096
page:   .space  128
