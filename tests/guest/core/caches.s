# Cache operations and barriers between loads and stores of the same lines: dcbz, dcbf, dcbst, dcbt, dcbtst, sync,
# lwsync, eieio. None of them may be seen in what memory holds, but dcbz.

        .org    0x1000
test_caches:
#_ REGISTER_OUT r3 0xE960C2DB8D703FD5
#_ REGISTER_OUT r4 0x87302F72D0B057EE
        li      r3, 0
        li      r20, lines
        li      r14, 24
        mtctr   r14
        li      r6, 0x1357
1:
        std     r6, 0(r20)
        stw     r6, 124(r20)
        dcbf    0, r20
        ld      r7, 0(r20)
        stw     r7, 8(r20)
        dcbst   0, r20
        lwz     r8, 8(r20)
        sync
        sth     r8, 130(r20)
        eieio
        lhz     r9, 130(r20)
        dcbt    0, r20
        std     r9, 16(r20)
        lwsync
        dcbtst  0, r20
        ld      r10, 16(r20)
        add     r3, r3, r7
        xor     r3, r3, r8
        rotldi  r3, r3, 7
        add     r3, r3, r9
        xor     r3, r3, r10
        std     r3, 24(r20)
        dcbz    0, r20
        ld      r11, 24(r20)            # 0
        lwz     r12, 124(r20)           # 0
        or      r11, r11, r12
        add     r3, r3, r11
        stb     r6, 31(r20)
        ld      r13, 24(r20)
        add     r3, r3, r13
        mulli   r6, r6, 7
        clrldi  r6, r6, 40
        addi    r20, r20, 64
        bdnz    1b

        li      r4, 0                   # all that there is
        li      r20, lines
        li      r14, 256
        mtctr   r14
2:
        ld      r7, 0(r20)
        rotldi  r4, r4, 1
        add     r4, r4, r7
        addi    r20, r20, 8
        bdnz    2b
done:   b       done

        .balign 128
lines:  .space  2048
