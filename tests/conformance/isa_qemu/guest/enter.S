/* Gives a block of instructions all registers, and takes them back. */
#include "tests/conformance/isa_qemu/protocol.h"

#define EACH_32(op) \
    op 0; op 1; op 2; op 3; op 4; op 5; op 6; op 7; op 8; op 9; op 10; op 11; op 12; op 13; op 14; op 15; \
    op 16; op 17; op 18; op 19; op 20; op 21; op 22; op 23; op 24; op 25; op 26; op 27; op 28; op 29; op 30; op 31

    .macro function name
    .globl \name
    .section ".opd", "aw"
    .align 3
\name:
    .quad .\name, .TOC.@tocbase, 0
    .text
    .align 4
.\name:
    .endm

    .macro load_fpr n
    lfd \n, STATE_FPR + 8 * \n(31)
    .endm
    .macro store_fpr n
    stfd \n, STATE_FPR + 8 * \n(31)
    .endm
    .macro load_vr n
    li 0, STATE_VR + 16 * \n
    lvx \n, 31, 0
    .endm
    .macro store_vr n
    li 0, STATE_VR + 16 * \n
    stvx \n, 31, 0
    .endm

    .set i, 0

/* The linker puts this section at GUEST_EXIT: every block ends with a branch to here. */
    .section ".block_exit", "ax"
block_exit:
    std 31, SCRATCH_R31(0)
    ld 31, SCRATCH_RESULT(0)
    .rept 31
    std i, STATE_GPR + 8 * i(31)
    .set i, i + 1
    .endr
    ld 0, SCRATCH_R31(0)
    std 0, STATE_GPR + 8 * 31(31)
    mflr 0
    std 0, STATE_LR(31)
    mfctr 0
    std 0, STATE_CTR(31)
    mfcr 0
    std 0, STATE_CR(31)
    mfxer 0
    std 0, STATE_XER(31)
    mfspr 0, 256
    std 0, STATE_VRSAVE(31)
    bl save_floats
    mffs 0
    stfd 0, STATE_FPSCR(31)
    bl save_vectors
    b .resume

    .text
save_floats:
    EACH_32(store_fpr)
    blr

save_vectors:
    EACH_32(store_vr)
    mfvscr 0
    li 0, STATE_VSCR
    stvx 0, 31, 0
    blr

/* void enter(const struct guest_state *state, uint64_t entry, struct guest_state *result)
 * Returns when the block has ended and its registers are in result, or when a signal handler calls resume. */
function enter
    mflr 0
    std 0, 16(1)
    mfcr 0
    std 0, 8(1)
    stdu 1, -256(1)
    std 2, 40(1)
    .set i, 14
    .rept 18
    std i, 8 * i(1)
    .set i, i + 1
    .endr
    std 1, SCRATCH_STACK(0)
    std 5, SCRATCH_RESULT(0)
    mr 31, 3
    mtctr 4
    ld 0, STATE_CTR(31) /* the block's first instructions load CTR and r0 */
    std 0, SCRATCH_CTR(0)
    ld 0, STATE_GPR(31)
    std 0, SCRATCH_R0(0)
    lfd 0, STATE_FPSCR(31)
    mtfsf 255, 0
    EACH_32(load_fpr)
    li 0, STATE_VSCR
    lvx 0, 31, 0
    mtvscr 0
    EACH_32(load_vr)
    li 3, SCRATCH_STWCX /* no reservation is left */
    stwcx. 0, 0, 3
    ld 0, STATE_VRSAVE(31)
    mtspr 256, 0
    ld 0, STATE_LR(31)
    mtlr 0
    ld 0, STATE_CR(31)
    mtcr 0
    ld 0, STATE_XER(31)
    mtxer 0
    .set i, 1
    .rept 31
    ld i, STATE_GPR + 8 * i(31)
    .set i, i + 1
    .endr
    bctr

/* void resume(void): enter returns. */
function resume
    ld 1, SCRATCH_STACK(0)
    ld 2, 40(1)
    .set i, 14
    .rept 18
    ld i, 8 * i(1)
    .set i, i + 1
    .endr
    addi 1, 1, 256
    ld 0, 8(1)
    mtcr 0
    ld 0, 16(1)
    mtlr 0
    blr

/* void save_floats_and_vectors(struct guest_state *result), for the signal handler: it has them as they were. */
function save_floats_and_vectors
    mflr 0
    std 0, 16(1)
    std 31, -8(1)
    mr 31, 3
    bl save_floats
    bl save_vectors
    ld 31, -8(1)
    ld 0, 16(1)
    mtlr 0
    blr

/* Where the kernel begins. */
function _start
    stdu 1, -112(1)
    bl main
    nop

    .section ".rodata"
    .align 3
    .globl block_exit_address
block_exit_address:
    .quad block_exit
