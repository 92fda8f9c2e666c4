# Functions as the console's compiler makes them, with handlers of exceptions, for tests/unit/hle/test_rtl_seh.c, which
# defines the addresses of what they call. DATA: what has happened.
    .equ DATA, 0x82010000
    .equ SAVED, DATA + 0x1000       # a CONTEXT: where who unwinds goes on
    .equ TARGET, DATA + 0x2000      # a CONTEXT: the frame that catches
    .equ CONTEXT_SIZE, 0xA40

    .macro call_kernel NAME
    lis r11, \NAME@h
    ori r11, r11, \NAME@l
    mtctr r11
    bctrl
    .endm

entry:
    b entry

# What saves registers for prologues.
savegprlr_29:
    std r29, -32(r1)
    std r30, -24(r1)
    std r31, -16(r1)
    stw r12, -8(r1)
    blr
restgprlr_29:
    ld r29, -32(r1)
    ld r30, -24(r1)
    ld r31, -16(r1)
    lwz r12, -8(r1)
    mtlr r12
    blr
savevmx_126:
    li r11, -32
    stvx128 v126, r11, r12
    li r11, -16
    stvx128 v127, r11, r12
    blr
savefpr_30:
    stfd f30, -16(r12)
    stfd f31, -8(r12)
    blr

# __try { middle(r3) } __except (filter) { 1 }, else 0
    .long __C_specific_handler, guarded_scopes
guarded:
    mflr r12
    stw r12, -8(r1)
    std r31, -16(r1)
    std r30, -24(r1)
    stfd f14, -32(r1)
    stwu r1, -0x90(r1)
guarded_body:
    li r30, 77
    mr r31, r1
guarded_try:
    bl middle
    nop
guarded_try_end:
    li r3, 0
    b guarded_out
guarded_except:
    lis r5, DATA@h
    stw r3, 0x10(r5)                # the code
    stw r30, 0x14(r5)               # 77 again
    subf r31, r31, r1
    stw r31, 0x18(r5)               # 0
    stfd f30, 0x20(r5)
    li r3, 1
guarded_out:
    addi r1, r1, 0x90
    lwz r12, -8(r1)
    mtlr r12
    lfd f14, -32(r1)
    ld r30, -24(r1)
    ld r31, -16(r1)
    blr
guarded_end:
guarded_scopes:
    .long 1, guarded_try, guarded_try_end, guarded_filter, guarded_except
guarded_filter:
    lwz r5, 0(r3)
    lwz r6, 0(r5)
    lwz r8, 0xC(r5)
    lis r7, DATA@h
    stw r6, 0(r7)                   # the code
    stw r12, 4(r7)                  # the frame
    stw r30, 8(r7)                  # 77
    stw r8, 0xC(r7)                 # where
    lwz r9, 0x48(r7)                # and what to change in r3 there
    cmpwi r9, 0
    beq 1f
    lwz r5, 4(r3)
    std r9, 0x30(r5)
    lwz r10, 8(r5)
    addi r10, r10, 4                # not once more
    stw r10, 8(r5)
1:  lwz r3, 0x40(r7)                # what the test wants to be answered
    blr

# __try { r3() } __finally { ... }, with what saves registers called
    .long __C_specific_handler, middle_scopes
middle:
    mflr r12
    bl savegprlr_29
    addi r12, r1, -32
    bl savefpr_30
    addi r12, r1, -48
    bl savevmx_126
    stwu r1, -0xA0(r1)
middle_body:
    li r29, 29
    li r30, 30
    li r31, 31
    fsub f30, f30, f30
    vxor128 v126, v126, v126
    mtctr r3
middle_try:
    bctrl
    nop
middle_try_end:
    lis r5, DATA@h
    stw r3, 0x50(r5)
    addi r1, r1, 0xA0
    addi r12, r1, -48
    li r11, -32
    lvx128 v126, r11, r12
    lfd f30, -48(r1)
    b restgprlr_29
middle_end:
middle_scopes:
    .long 1, middle_try, middle_try_end, middle_finally, 0
middle_finally:
    lis r7, DATA@h
    stw r3, 0x30(r7)                # 1: it is abnormal
    stw r29, 0x34(r7)               # 29
    stw r12, 0x38(r7)
    lwz r8, 0x3C(r7)
    addi r8, r8, 1
    stw r8, 0x3C(r7)                # how often
    blr

# Raises what DATA + 0x44 says, with the flags at + 0x4C; returns 55 if somebody goes on.
raise:
    mflr r12
    stw r12, -8(r1)
    stwu r1, -0xC0(r1)
raise_body:
    lis r7, DATA@h
    lwz r4, 0x44(r7)
    stw r4, 0x60(r1)
    lwz r4, 0x4C(r7)
    stw r4, 0x64(r1)
    li r4, 0
    stw r4, 0x68(r1)
    stw r4, 0x70(r1)
    addi r3, r1, 0x60
    call_kernel RtlRaiseException
raise_back:
    li r3, 55
    addi r1, r1, 0xC0
    lwz r12, -8(r1)
    mtlr r12
    blr
raise_end:

# The same by status.
raise_status:
    mflr r12
    stw r12, -8(r1)
    stwu r1, -0x60(r1)
raise_status_body:
    lis r3, 0xC000
    ori r3, r3, 0x1234
    call_kernel RtlRaiseStatus
    addi r1, r1, 0x60
    lwz r12, -8(r1)
    mtlr r12
    blr
raise_status_end:

# A function without a frame that the processor cannot go through with.
fault:
    li r3, 12
fault_at:
    .long 0
    blr

# What compilers put behind a division by zero.
divide:
    li r3, 0
divide_at:
    twi 6, r3, 0
    blr

# The same as fault in the middle of a prologue.
fault_early:
    mflr r12
    stw r12, -8(r1)
    std r31, -16(r1)
fault_early_at:
    .long 0
    stwu r1, -0x60(r1)
fault_early_body:
    addi r1, r1, 0x60
    lwz r12, -8(r1)
    mtlr r12
    blr
fault_early_end:

# Fails once more in __finally: r3() is what does it.
    .long __C_specific_handler, twice_scopes
twice:
    mflr r12
    stw r12, -8(r1)
    std r31, -16(r1)
    stwu r1, -0x60(r1)
twice_body:
    li r31, 3
twice_try:
    bl raise
    nop
twice_try_end:
    addi r1, r1, 0x60
    lwz r12, -8(r1)
    mtlr r12
    ld r31, -16(r1)
    blr
twice_end:
twice_scopes:
    .long 1, twice_try, twice_try_end, twice_finally, 0
twice_finally:
    mflr r12
    stw r12, -8(r1)
    stwu r1, -0x60(r1)
twice_finally_body:
    lis r7, DATA@h
    lwz r8, 0x54(r7)
    addi r8, r8, 1
    stw r8, 0x54(r7)
    lis r9, 0xE000
    ori r9, r9, 2
    stw r9, 0x44(r7)
    bl raise
    addi r1, r1, 0x60
    lwz r12, -8(r1)
    mtlr r12
    blr
twice_finally_end:

# try { r3() } catch: as the C++ library does it, with a handler of its own. Returns what the catch block has left in r31.
    .long cxx_handler, 0
catcher:
    mflr r12
    stw r12, -8(r1)
    std r31, -16(r1)
    stwu r1, -0x70(r1)
catcher_body:
    li r31, 1000
    mtctr r3
    bctrl
    nop
    li r3, 0
    b catcher_out
catcher_goes_on:
    mr r3, r31
catcher_out:
    addi r1, r1, 0x70
    lwz r12, -8(r1)
    mtlr r12
    ld r31, -16(r1)
    blr
catcher_end:

# The block: r12 is the frame; returns where to go on. It throws anew while DATA + 0x58 is not 0.
catch_block:
    addi r31, r12, -0x70
    mflr r12
    stw r12, -8(r1)
    stwu r1, -0x60(r1)
catch_block_body:
    lis r7, DATA@h
    lwz r8, 0x5C(r7)
    addi r8, r8, 1
    stw r8, 0x5C(r7)
    stw r31, 0x60(r7)
    lwz r8, 0x58(r7)
    cmpwi r8, 0
    beq 1f
    addi r8, r8, -1
    stw r8, 0x58(r7)
    bl raise
1:  lis r3, catcher_goes_on@h
    ori r3, r3, catcher_goes_on@l
    addi r1, r1, 0x60
    lwz r12, -8(r1)
    mtlr r12
    blr
catch_block_end:

copy_context:                       # from r4 to r3
    li r9, CONTEXT_SIZE / 8
    mtctr r9
    addi r3, r3, -8
    addi r4, r4, -8
1:  ldu r9, 8(r4)
    stdu r9, 8(r3)
    bdnz 1b
    blr

# record, frame, context, dispatcher
cxx_handler:
    mflr r12
    bl savegprlr_29
    stwu r1, -0x80(r1)
cxx_handler_body:
    mr r31, r3
    mr r30, r4
    mr r29, r5
    lwz r7, 4(r3)
    andi. r8, r7, 0x66
    beq cxx_found
    andi. r8, r7, 0x20
    beq cxx_search
    lis r8, DATA@h
    lwz r8, 0x64(r8)
    cmpwi r8, 0
    beq cxx_search
    lis r3, TARGET@h                # the frame's registers are kept,
    ori r3, r3, TARGET@l
    mr r4, r29
    bl copy_context
    mr r3, r29                      # and the unwinding ends where it has begun
    lis r4, SAVED@h
    ori r4, r4, SAVED@l
    bl copy_context
cxx_search:
    li r3, 1
    addi r1, r1, 0x80
    b restgprlr_29
cxx_found:
    lis r3, SAVED@h
    ori r3, r3, SAVED@l
    call_kernel RtlCaptureContext
    lis r3, SAVED@h
    ori r3, r3, SAVED@l
    lis r4, cxx_unwound@h
    ori r4, r4, cxx_unwound@l
    stw r4, 8(r3)
    lis r7, DATA@h
    li r8, 1
    stw r8, 0x64(r7)
    mr r3, r30
    mr r5, r31
    li r6, 0
    call_kernel RtlUnwind
cxx_unwound:
    lis r7, DATA@h
    li r8, 0
    stw r8, 0x64(r7)
    lwz r8, 4(r31)
    clrrwi r8, r8, 7                # the flags of unwinding
    stw r8, 4(r31)
    mr r12, r30
    bl catch_block
    lis r4, TARGET@h                # jump to r3 with the frame's registers
    ori r4, r4, TARGET@l
    mtlr r3
    ld r31, 0x110(r4)
    ld r30, 0x108(r4)
    ld r29, 0x100(r4)
    ld r1, 0x20(r4)
    blr
cxx_handler_end:

# Unwinds to its own frame, as longjmp does: r3 is where the address of its frame is put.
    .long 0, 0
jumper:
    mflr r12
    stw r12, -8(r1)
    std r31, -16(r1)
    stwu r1, -0x60(r1)
jumper_body:
    li r31, 9
    addi r3, r1, 0x60
    bl jump
    li r3, 0
    b jumper_out
jumper_target:
    add r3, r3, r31
jumper_out:
    addi r1, r1, 0x60
    lwz r12, -8(r1)
    mtlr r12
    ld r31, -16(r1)
    blr
jumper_end:
jump:                               # keeps LR in a register, and makes a frame whose size is in one
    std r31, -8(r1)
    mflr r31
    li r12, -0x50
    stwux r1, r1, r12
jump_body:
    lis r4, jumper_target@h
    ori r4, r4, jumper_target@l
    li r5, 0
    li r6, 33
    call_kernel RtlUnwind
    mtlr r31
    ld r31, 0x48(r1)
    addi r1, r1, 0x50
    blr
jump_end:

# Where it has been called from.
tracer:
    mflr r12
    stw r12, -8(r1)
    stwu r1, -0x60(r1)
tracer_body:
    li r3, 0
    li r4, 8
    lis r5, (DATA + 0x80)@h
    ori r5, r5, (DATA + 0x80)@l
    addi r6, r5, 0x40
    call_kernel RtlCaptureStackBackTrace
tracer_1:
    lis r5, DATA@h
    stw r3, 0x7C(r5)
    lis r3, (DATA + 0xD0)@h
    ori r3, r3, (DATA + 0xD0)@l
    addi r4, r3, 4
    call_kernel RtlGetCallersAddress
    li r3, 8
    addi r1, r1, 0x60
    lwz r12, -8(r1)
    mtlr r12
    blr
tracer_end:
program_end:

    .macro function NAME, HANDLED=0
    .long \NAME, (\HANDLED << 31) | (1 << 30) | ((\NAME\()_end - \NAME) / 4 << 8) | ((\NAME\()_body - \NAME) / 4)
    .endm
    .org 0x8000
pdata:
    function guarded, 1
    function middle, 1
    function raise
    function raise_status
    function fault_early
    function twice, 1
    function twice_finally
    function catcher, 1
    function catch_block
    function cxx_handler
    function jumper
    function jump
    function tracer
    .space 64
pdata_end:
    .org 0x20000
