# Interrupts of instructions, in the first and in the second half of a doubleword: each neighbour is executed once, and
# SRR0 is exact. The handlers fold vector, SRR0, SRR1 and, where they are set, DAR and DSISR into r20, and count in r21;
# r5 counts the neighbours.

        .macro  handler vector, skip
        .org    \vector
        li      r22, \vector
        li      r23, \skip
        b       common
        .endm

        handler 0x600, 4
        handler 0x700, 4
        handler 0x800, 4
        handler 0xC00, 0
        handler 0xF20, 4

        .org    0xF80
common:
        mfcr    r24
        mfspr   r25, srr0
        mfspr   r26, srr1
        rotldi  r20, r20, 5
        xor     r20, r20, r22
        add     r20, r20, r25
        xor     r20, r20, r26
        cmpwi   r22, 0x600
        bne     1f
        mfspr   r27, dar
        mfspr   r28, dsisr
        add     r20, r20, r27
        xor     r20, r20, r28
1:
        add     r25, r25, r23
        mtspr   srr0, r25
        addi    r21, r21, 1
        mtcr    r24
        rfid

# In the first half, in the second, and in the second of a doubleword whose first branches there.
        .macro  both insn
        .balign 8
        \insn
        addi    r5, r5, 1
        addi    r5, r5, 1
        \insn
        b       1f
1:
        \insn
        addi    r5, r5, 1
        nop
        .endm

        .org    0x1100
test_faults:
#_ REGISTER_OUT r3 0x96F0B4C297EC997F
#_ REGISTER_OUT r4 39
#_ REGISTER_OUT r5 42
        li      r20, 0
        li      r21, 0
        li      r5, 0
        li      r6, words + 2
        li      r7, 7
        both    ".long 0"
        both    "trap"
        both    "twi 4, r7, 7"            # if equal
        both    "twi 4, r7, 8"            # not taken
        both    "tdi 1, r7, 3"
        both    "lwarx r8, 0, r6"
        both    "stwcx. r8, 0, r6"
        both    "ldarx r8, 0, r6"
        both    "sc"
        both    "fadd f1, f1, f1"
        both    "lfd f1, 0(r7)"
        both    "stfs f1, 0(r7)"
        both    "vaddfp v1, v1, v1"
        both    "lvx v1, r6, r7"
        mr      r3, r20
        mr      r4, r21
done:   b       done

        .balign 128
words:  .space  16
