# Loads close behind stores: of every size into every other, from inside, from across and from further on; over lines
# that are in the cache and over lines that are not; and loads whose line is under way while a younger store is made.

        .org    0x1000
test_forward:
#_ REGISTER_OUT r3 0x19E35F5845CC23C5
#_ REGISTER_OUT r4 0x2F0532AA186BC529
#_ REGISTER_OUT r5 0xEB
        li      r3, 0
        lis     r6, 0x8192
        ori     r6, r6, 0xA3B4
        sldi    r6, r6, 32
        oris    r6, r6, 0xC5D6
        ori     r6, r6, 0xE7F8
        li      r20, lines - 9
        li      r14, 48
        mtctr   r14
place:
        std     r6, 0(r20)
        lbz     r7, 3(r20)
        lhz     r8, 3(r20)
        lwz     r9, 3(r20)
        ld      r10, 0(r20)
        stb     r7, 5(r20)
        lwz     r11, 4(r20)
        sth     r8, 7(r20)
        ld      r12, 4(r20)
        stw     r9, 2(r20)
        ld      r13, 0(r20)
        add     r3, r3, r7
        xor     r3, r3, r8
        rotldi  r3, r3, 9
        add     r3, r3, r9
        xor     r3, r3, r10
        rotldi  r3, r3, 11
        add     r3, r3, r11
        xor     r3, r3, r12
        rotldi  r3, r3, 13
        add     r3, r3, r13
        addi    r20, r20, 11
        rotldi  r6, r6, 5
        bdnz    place

# A line that is not in the cache: loads before and after stores into it, none of which may see what is younger.
        li      r4, 0
        li      r21, far
        li      r14, 30
        mtctr   r14
1:
        ld      r7, 0(r21)              # misses; old
        li      r8, 17
        stw     r8, 4(r21)              # younger
        lwz     r9, 0(r21)              # old
        lwz     r10, 4(r21)             # 17
        ld      r11, 120(r21)           # the same line's end
        stb     r8, 121(r21)
        lbz     r12, 121(r21)
        rotldi  r4, r4, 3
        add     r4, r4, r7
        add     r4, r4, r9
        xor     r4, r4, r10
        add     r4, r4, r11
        xor     r4, r4, r12
        addi    r21, r21, 384
        bdnz    1b

# A store that misses, then loads of it; vectors and floats across the register files.
        mfmsr   r7
        ori     r7, r7, 0x2000          # FP
        oris    r7, r7, 0x0200          # VXU
        mtmsrd  r7
        isync
        li      r5, 0
        li      r21, far + 64
        li      r14, 10
        mtctr   r14
2:
        std     r14, 0(r21)
        lfd     f1, 0(r21)
        stfd    f1, 8(r21)
        lvx     v1, 0, r21
        li      r7, 16
        stvx    v1, r21, r7
        ld      r8, 24(r21)
        ld      r9, 16(r21)
        xor     r8, r8, r9
        add     r5, r5, r8
        add     r5, r5, r9
        addi    r21, r21, 1152
        addi    r14, r14, 3
        bdnz    2b
done:   b       done

        .balign 128
        .space  112
lines:  .space  1024
        .balign 128
far:    .fill   1500, 8, 0x0123456789ABCDEF
