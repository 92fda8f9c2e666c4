# Code that writes code, and does not say so: the processor goes on with what it has fetched, until icbi. r3: before the
# store; r4: after it; r5: after sync and isync, which do not help; r6: after icbi. Elsewhere, r4 and r5 may be 2.

        .org    0x1000
test_stale:
#_ REGISTER_OUT r3 1
#_ REGISTER_OUT r4 1
#_ REGISTER_OUT r5 1
#_ REGISTER_OUT r6 2
#_ REGISTER_OUT r7 2
        li      r20, patched
        lwz     r21, template(0)
        bl      patched
        mr      r3, r10
        stw     r21, 0(r20)
        bl      patched
        mr      r4, r10
        lwz     r7, 0(r20)              # a load sees it at once
        clrlwi  r7, r7, 16
        dcbst   0, r20
        sync
        isync
        bl      patched
        mr      r5, r10
        icbi    0, r20
        sync
        isync
        bl      patched
        mr      r6, r10
done:   b       done

        .balign 128
patched:
        li      r10, 1
        blr
        .balign 128
template:
        li      r10, 2
