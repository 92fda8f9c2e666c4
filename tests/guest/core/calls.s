# Calls: recursion far deeper than any stack of return addresses that a processor keeps, calls through CTR, returns that
# go elsewhere than back, and the call that is none.

        .org    0x1000
test_calls:
#_ REGISTER_OUT r3 9
#_ REGISTER_OUT r4 55
#_ REGISTER_OUT r5 1275
#_ REGISTER_OUT r6 120
#_ REGISTER_OUT r7 10
        li      r1, stack_top

        li      r3, 2
        li      r4, 3
        bl      ackermann
        mr      r20, r3

        li      r3, 10
        bl      fibonacci
        mr      r21, r3

        li      r3, 50
        bl      sum
        mr      r22, r3

# 1 to 5 into a product, each by the function of a table that the number's low bits choose.
        li      r23, 1
        li      r24, 5
each:
        clrlwi  r25, r24, 30
        sldi    r25, r25, 3
        addi    r25, r25, table
        ld      r25, 0(r25)
        mtctr   r25
        bctrl
        addi    r24, r24, -1
        cmpwi   r24, 0
        bne     each

# Where am I: bcl 20,31,.+4 pushes nothing. Then ten returns to a place that nobody called from.
        li      r26, 0
        bcl     20, 31, here
here:
        mflr    r27
        cmpldi  r27, here
        bne     done
        li      r28, 10
        addi    r27, r27, thrown - here
again:
        mtlr    r27
        blr
        addi    r26, r26, 100           # never
thrown:
        addi    r26, r26, 1
        cmpw    r26, r28
        bne     again

        mr      r3, r20
        mr      r4, r21
        mr      r5, r22
        mr      r6, r23
        mr      r7, r26
done:   b       done

times_0:
        mulld   r23, r23, r24
        blr
times_1:
        mulld   r23, r24, r23
        blr
times_2:
        mflr    r29
        bl      times_0
        mtlr    r29
        blr
times_3:
        b       times_1

# A(m, n) of r3 and r4.
ackermann:
        cmpdi   r3, 0
        bne     1f
        addi    r3, r4, 1
        blr
1:
        mflr    r0
        stdu    r1, -32(r1)
        std     r0, 8(r1)
        std     r3, 16(r1)
        cmpdi   r4, 0
        bne     2f
        li      r4, 1
        b       3f
2:
        addi    r4, r4, -1
        bl      ackermann
        mr      r4, r3
3:
        ld      r3, 16(r1)
        addi    r3, r3, -1
        bl      ackermann
        ld      r0, 8(r1)
        mtlr    r0
        addi    r1, r1, 32
        blr

fibonacci:
        cmpdi   r3, 2
        bge     1f
        blr
1:
        mflr    r0
        stdu    r1, -32(r1)
        std     r0, 8(r1)
        std     r3, 16(r1)
        addi    r3, r3, -1
        bl      fibonacci
        ld      r4, 16(r1)
        std     r3, 24(r1)
        addi    r3, r4, -2
        bl      fibonacci
        ld      r4, 24(r1)
        add     r3, r3, r4
        ld      r0, 8(r1)
        mtlr    r0
        addi    r1, r1, 32
        blr

# 1 + ... + r3, straight down and straight up again.
sum:
        cmpdi   r3, 1
        beqlr
        mflr    r0
        stdu    r1, -32(r1)
        std     r0, 8(r1)
        std     r3, 16(r1)
        addi    r3, r3, -1
        bl      sum
        ld      r4, 16(r1)
        add     r3, r3, r4
        ld      r0, 8(r1)
        addi    r1, r1, 32
        mtlr    r0
        blr

        .balign 8
table:  .quad   times_0, times_1, times_2, times_3
        .balign 128
        .space  4096
stack_top:
        .space  64
