/* A case: a block of instructions, and the registers and memory that it begins with. */
#ifndef CYCLE360_TESTS_CONFORMANCE_ISA_QEMU_CASE_H
#define CYCLE360_TESTS_CONFORMANCE_ISA_QEMU_CASE_H

#include "models/xenon/isa/context.h"
#include "tests/conformance/isa_qemu/exceptions.h"
#include "tests/conformance/isa_qemu/protocol.h"

enum { BLOCK_MAX = 8, BLOCK_STATES = 32 }; /* QEMU translates a block once for so many states */

/* What a register must hold for the block to make sense. The block's other instructions leave it alone. */
enum role {
    ROLE_NONE,
    ROLE_BASE,  /* an address in the window, or one that nothing is at            */
    ROLE_INDEX, /* a small distance                                               */
    ROLE_XER,   /* written to XER: no bits that are reserved there                */
    ROLE_VSCR,  /* a vector register written to VSCR: no reserved bits in word 3  */
};

struct block {
    uint32_t word[BLOCK_MAX];
    unsigned count, slot;
    uint8_t role[32];
    uint8_t vector_role[32];
    uint64_t lr, ctr; /* what LR and CTR begin with, where not 0 */
    bool loop;        /* CTR begins small */
    bool needs_byte_count;
};

/* Everything that is compared, in the host's byte order; vr[i][0] is the left half. */
struct state {
    struct guest_state r;
    uint8_t window[GUEST_WINDOW_SIZE];
};

enum ending_kind {
    ENDED,
    ENDED_ILLEGAL,
    ENDED_PRIVILEGED,
    ENDED_TRAP,
    ENDED_FP,
    ENDED_ALIGNMENT,
    ENDED_STORAGE,
    ENDED_OTHERWISE,
};

struct ending {
    enum ending_kind kind;
    uint64_t at;      /* the instruction that did not end, unless ENDED */
    uint64_t address; /* of ENDED_STORAGE */
};

struct outcome {
    struct state state;
    struct ending ending;
    struct notes notes; /* the model's */
};

extern const char *const ending_names[];

/* Slot addresses: a block stands behind the few instructions that load the last registers. */
enum { PROLOGUE = 3 };
static inline uint64_t block_entry(const struct block *b)
{
    return GUEST_CODE + (uint64_t)b->slot * SLOT_SIZE;
}
static inline uint64_t block_start(const struct block *b)
{
    return block_entry(b) + 4 * PROLOGUE;
}
static inline uint64_t block_end(const struct block *b)
{
    return block_start(b) + 4 * (uint64_t)b->count;
}

#endif
