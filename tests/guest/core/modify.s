# Code that writes code, and says so: dcbst, sync, icbi, sync, isync. The instruction is `li r4, n` for n from 1 to 40;
# then the line above, which was never executed before.

        .org    0x1000
test_modify:
#_ REGISTER_OUT r3 820
#_ REGISTER_OUT r5 7
        li      r20, patched
        li      r21, fresh
        lis     r22, 0x3880             # li r4, 0
        li      r3, 0
        li      r6, 1
round:
        add     r7, r22, r6
        stw     r7, 0(r20)
        dcbst   0, r20
        sync
        icbi    0, r20
        sync
        isync
        bl      patched
        add     r3, r3, r4
        addi    r6, r6, 1
        cmpwi   r6, 40
        ble     round

        li      r7, 7
        oris    r7, r7, 0x38A0          # li r5, 7
        stw     r7, 0(r21)
        lwz     r8, template(0)
        stw     r8, 4(r21)
        dcbst   0, r21
        sync
        isync
        mtctr   r21
        bctrl
done:   b       done

        .balign 128
patched:
        li      r4, 0
        blr
template:
        blr
        .balign 128
fresh:  .space  128
