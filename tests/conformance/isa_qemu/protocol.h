/* What the host program and the guest harness share: one piece of memory in which batches of cases travel, and the
 * guest's address space. The assembler reads the numbers, too. All numbers in the shared memory are big-endian. */
#ifndef CYCLE360_TESTS_CONFORMANCE_ISA_QEMU_PROTOCOL_H
#define CYCLE360_TESTS_CONFORMANCE_ISA_QEMU_PROTOCOL_H

/* The guest's addresses. What an absolute branch or a displacement from register 0 must reach lies below 32 KiB. */
#define GUEST_SCRATCH     0x1000 /* what the harness needs when no register is free */
#define GUEST_CODE        0x2000 /* slots of 16 instructions */
#define GUEST_CODE_SIZE   0x2000
#define GUEST_DATA        0x6000 /* two pages of zeros; the window lies across their border */
#define GUEST_DATA_SIZE   0x2000
#define GUEST_WINDOW      0x6F00
#define GUEST_WINDOW_SIZE 512
#define GUEST_EXIT        0x01000000 /* where a block goes at its end */
#define GUEST_SHARED      0x10000000

#define SLOT_SIZE  64
#define SLOT_COUNT (GUEST_CODE_SIZE / SLOT_SIZE)

/* Words of the scratch page. */
#define SCRATCH_STACK  (GUEST_SCRATCH + 0)
#define SCRATCH_RESULT (GUEST_SCRATCH + 8)
#define SCRATCH_CTR    (GUEST_SCRATCH + 16)
#define SCRATCH_R0     (GUEST_SCRATCH + 24)
#define SCRATCH_R31    (GUEST_SCRATCH + 32)
#define SCRATCH_STWCX  (GUEST_SCRATCH + 40)

/* Where things are in struct guest_state. */
#define STATE_VR     0
#define STATE_GPR    512
#define STATE_FPR    768
#define STATE_VSCR   1024 /* 16 bytes, as mfvscr gives it */
#define STATE_LR     1040
#define STATE_CTR    1048
#define STATE_CR     1056
#define STATE_XER    1064
#define STATE_FPSCR  1072
#define STATE_VRSAVE 1080
#define STATE_SIZE   1088

#ifndef __ASSEMBLER__
#include <stdint.h>

struct guest_state {
    uint64_t vr[32][2], gpr[32], fpr[32], vscr[2], lr, ctr, cr, xer, fpscr, vrsave;
};

struct guest_case {
    struct guest_state state;
    uint64_t entry, unused;
    uint8_t window[GUEST_WINDOW_SIZE];
};

struct guest_result {
    struct guest_state state;
    uint64_t signal, code, nip, address; /* signal is 0 where the block came to its end */
    uint8_t window[GUEST_WINDOW_SIZE];
};

enum { BATCH_CASES = 1024 };

struct guest_batch {
    uint64_t cases, unused;
    uint8_t code[GUEST_CODE_SIZE];
    struct guest_case in[BATCH_CASES];
    struct guest_result out[BATCH_CASES];
};

_Static_assert(sizeof(struct guest_state) == STATE_SIZE, "the assembler's offsets");
_Static_assert(sizeof(struct guest_case) % 16 == 0 && sizeof(struct guest_result) % 16 == 0, "vectors are aligned");

enum { BATCH_COUNT = 3, BATCH_SINGLE = 2 }; /* one with QEMU, one with the model; one for a case alone */

/* Commands on the guest's standard input are the number of a batch as a byte; the same byte on its standard output says
 * that it is done. The shared memory is file descriptor 3. */
#endif
#endif
