# A device's registers: words and doublewords that keep what is written, by loads and stores of every size, between stores
# to memory. What is not aligned is an interrupt. The register at 128 counts the accesses before it: none may be missing
# and none made twice. `device` is poked with its address.

        .org    0x600
        mfspr   r22, srr0
        addi    r22, r22, 4
        mtspr   srr0, r22
        addi    r21, r21, 1
        rfid

        .org    0x1000
test_mmio:
#_ REGISTER_OUT r3 0xAA0
#_ REGISTER_OUT r4 22
#_ REGISTER_OUT r5 2
#_ REGISTER_OUT r9 0x11
#_ REGISTER_OUT r10 0x11
#_ REGISTER_OUT r11 0x1100
#_ REGISTER_OUT r12 0x0000001100000033
#_ REGISTER_OUT r13 0x0000001100000033
#_ REGISTER_OUT r14 22
#_ REGISTER_OUT r15 0x0000003300000011
        ld      r20, device(0)
        li      r23, buffer
        li      r21, 0
        li      r3, 0
        li      r6, 4
        mtctr   r6
        li      r7, 0x11
        li      r8, 0
1:
        stwx    r7, r20, r8
        stwx    r7, r23, r8
        lwzx    r9, r20, r8
        add     r3, r3, r9
        lwzx    r9, r23, r8
        add     r3, r3, r9
        addi    r8, r8, 4
        mulli   r7, r7, 3
        bdnz    1b
        sldi    r3, r3, 1

        lbz     r9, 3(r20)
        sth     r9, 2(r20)
        lhz     r10, 2(r20)
        li      r8, 2
        lhbrx   r11, r8, r20
        ld      r12, 0(r20)
        eieio
        std     r12, 32(r20)
        ldu     r13, 32(r20)
        lwz     r16, 4(r20)
        stw     r16, 40(r20)
        addi    r20, r20, -32
        lwz     r17, 1(r20)             # interrupts
        std     r17, 4(r20)
        stwu    r9, 76(r20)
        stb     r9, -1(r20)             # 0x11 at 75
        lwz     r15, 72 - 32(r20)       # from 116: 0
        addi    r20, r20, -76
        lwz     r15, 36(r20)
        sldi    r15, r15, 32
        lwz     r18, 32(r20)
        or      r15, r15, r18
        sync
        lwz     r4, 128(r20)
        lwz     r14, 128(r20)
        addi    r14, r14, -1
        mr      r5, r21
done:   b       done

        .balign 128
device: .quad   0
buffer: .space  128
