# What GCC calls with -Os to save and restore registers: from one register on to the last, just below r11. With _x it
# returns from the function whose frame begins there.
    .macro entry NAME, OP, SIZE, FIRST
    .globl \NAME\FIRST
\NAME\FIRST:
    \OP \FIRST, \SIZE * (\FIRST - 32)(r11)
    .endm
    .macro entry_x NAME, OP, SIZE, FIRST
    .globl \NAME\FIRST\()_x
\NAME\FIRST\()_x:
    \OP \FIRST, \SIZE * (\FIRST - 32)(r11)
    .endm

    .section .text.savegpr, "ax", @progbits
    entry _savegpr_, stw, 4, 14
    entry _savegpr_, stw, 4, 15
    entry _savegpr_, stw, 4, 16
    entry _savegpr_, stw, 4, 17
    entry _savegpr_, stw, 4, 18
    entry _savegpr_, stw, 4, 19
    entry _savegpr_, stw, 4, 20
    entry _savegpr_, stw, 4, 21
    entry _savegpr_, stw, 4, 22
    entry _savegpr_, stw, 4, 23
    entry _savegpr_, stw, 4, 24
    entry _savegpr_, stw, 4, 25
    entry _savegpr_, stw, 4, 26
    entry _savegpr_, stw, 4, 27
    entry _savegpr_, stw, 4, 28
    entry _savegpr_, stw, 4, 29
    entry _savegpr_, stw, 4, 30
    entry _savegpr_, stw, 4, 31
    blr

    .section .text.restgpr, "ax", @progbits
    entry _restgpr_, lwz, 4, 14
    entry _restgpr_, lwz, 4, 15
    entry _restgpr_, lwz, 4, 16
    entry _restgpr_, lwz, 4, 17
    entry _restgpr_, lwz, 4, 18
    entry _restgpr_, lwz, 4, 19
    entry _restgpr_, lwz, 4, 20
    entry _restgpr_, lwz, 4, 21
    entry _restgpr_, lwz, 4, 22
    entry _restgpr_, lwz, 4, 23
    entry _restgpr_, lwz, 4, 24
    entry _restgpr_, lwz, 4, 25
    entry _restgpr_, lwz, 4, 26
    entry _restgpr_, lwz, 4, 27
    entry _restgpr_, lwz, 4, 28
    entry _restgpr_, lwz, 4, 29
    entry _restgpr_, lwz, 4, 30
    entry _restgpr_, lwz, 4, 31
    blr

    .section .text.restgpr_x, "ax", @progbits
    entry_x _restgpr_, lwz, 4, 14
    entry_x _restgpr_, lwz, 4, 15
    entry_x _restgpr_, lwz, 4, 16
    entry_x _restgpr_, lwz, 4, 17
    entry_x _restgpr_, lwz, 4, 18
    entry_x _restgpr_, lwz, 4, 19
    entry_x _restgpr_, lwz, 4, 20
    entry_x _restgpr_, lwz, 4, 21
    entry_x _restgpr_, lwz, 4, 22
    entry_x _restgpr_, lwz, 4, 23
    entry_x _restgpr_, lwz, 4, 24
    entry_x _restgpr_, lwz, 4, 25
    entry_x _restgpr_, lwz, 4, 26
    entry_x _restgpr_, lwz, 4, 27
    entry_x _restgpr_, lwz, 4, 28
    entry_x _restgpr_, lwz, 4, 29
    entry_x _restgpr_, lwz, 4, 30
    entry_x _restgpr_, lwz, 4, 31
    lwz r0, 4(r11)
    mtlr r0
    mr r1, r11
    blr

    .section .text.savefpr, "ax", @progbits
    entry _savefpr_, stfd, 8, 14
    entry _savefpr_, stfd, 8, 15
    entry _savefpr_, stfd, 8, 16
    entry _savefpr_, stfd, 8, 17
    entry _savefpr_, stfd, 8, 18
    entry _savefpr_, stfd, 8, 19
    entry _savefpr_, stfd, 8, 20
    entry _savefpr_, stfd, 8, 21
    entry _savefpr_, stfd, 8, 22
    entry _savefpr_, stfd, 8, 23
    entry _savefpr_, stfd, 8, 24
    entry _savefpr_, stfd, 8, 25
    entry _savefpr_, stfd, 8, 26
    entry _savefpr_, stfd, 8, 27
    entry _savefpr_, stfd, 8, 28
    entry _savefpr_, stfd, 8, 29
    entry _savefpr_, stfd, 8, 30
    entry _savefpr_, stfd, 8, 31
    blr

    .section .text.restfpr, "ax", @progbits
    entry _restfpr_, lfd, 8, 14
    entry _restfpr_, lfd, 8, 15
    entry _restfpr_, lfd, 8, 16
    entry _restfpr_, lfd, 8, 17
    entry _restfpr_, lfd, 8, 18
    entry _restfpr_, lfd, 8, 19
    entry _restfpr_, lfd, 8, 20
    entry _restfpr_, lfd, 8, 21
    entry _restfpr_, lfd, 8, 22
    entry _restfpr_, lfd, 8, 23
    entry _restfpr_, lfd, 8, 24
    entry _restfpr_, lfd, 8, 25
    entry _restfpr_, lfd, 8, 26
    entry _restfpr_, lfd, 8, 27
    entry _restfpr_, lfd, 8, 28
    entry _restfpr_, lfd, 8, 29
    entry _restfpr_, lfd, 8, 30
    entry _restfpr_, lfd, 8, 31
    blr

    .section .text.restfpr_x, "ax", @progbits
    entry_x _restfpr_, lfd, 8, 14
    entry_x _restfpr_, lfd, 8, 15
    entry_x _restfpr_, lfd, 8, 16
    entry_x _restfpr_, lfd, 8, 17
    entry_x _restfpr_, lfd, 8, 18
    entry_x _restfpr_, lfd, 8, 19
    entry_x _restfpr_, lfd, 8, 20
    entry_x _restfpr_, lfd, 8, 21
    entry_x _restfpr_, lfd, 8, 22
    entry_x _restfpr_, lfd, 8, 23
    entry_x _restfpr_, lfd, 8, 24
    entry_x _restfpr_, lfd, 8, 25
    entry_x _restfpr_, lfd, 8, 26
    entry_x _restfpr_, lfd, 8, 27
    entry_x _restfpr_, lfd, 8, 28
    entry_x _restfpr_, lfd, 8, 29
    entry_x _restfpr_, lfd, 8, 30
    entry_x _restfpr_, lfd, 8, 31
    lwz r0, 4(r11)
    mtlr r0
    mr r1, r11
    blr
