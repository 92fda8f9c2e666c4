# What GCC calls for 64-bit arithmetic with -m32: arguments and results are pairs of registers. The processor has it all.
    .macro function NAME
    .section .text.\NAME, "ax", @progbits
    .globl \NAME
    .type \NAME, @function
\NAME:
    .endm
    .macro join_both
    rldimi r4, r3, 32, 0
    rldimi r6, r5, 32, 0
    .endm
    .macro split_result
    srdi r3, r4, 32
    blr
    .endm

    function __udivdi3
    join_both
    divdu r4, r4, r6
    split_result

    function __divdi3
    join_both
    divd r4, r4, r6
    split_result

    function __umoddi3
    join_both
    divdu r7, r4, r6
    mulld r7, r7, r6
    subf r4, r7, r4
    split_result

    function __moddi3
    join_both
    divd r7, r4, r6
    mulld r7, r7, r6
    subf r4, r7, r4
    split_result

    function __ashldi3
    rldimi r4, r3, 32, 0
    sld r4, r4, r5
    split_result

    function __lshrdi3
    rldimi r4, r3, 32, 0
    srd r4, r4, r5
    split_result

    function __ashrdi3
    rldimi r4, r3, 32, 0
    srad r4, r4, r5
    split_result

# Signed integers and floating point.
    function __floatdidf
    stwu r1, -0x20(r1)
    stw r3, 8(r1)
    stw r4, 12(r1)
    lfd f1, 8(r1)
    fcfid f1, f1
    addi r1, r1, 0x20
    blr

    function __fixdfdi
    stwu r1, -0x20(r1)
    fctidz f0, f1
    stfd f0, 8(r1)
    lwz r3, 8(r1)
    lwz r4, 12(r1)
    addi r1, r1, 0x20
    blr
