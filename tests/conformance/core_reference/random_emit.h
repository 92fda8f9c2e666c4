/* What the generator's two files share: the program in the making, and how a word is put into it. */
#ifndef CYCLE360_TESTS_CONFORMANCE_RANDOM_EMIT_H
#define CYCLE360_TESTS_CONFORMANCE_RANDOM_EMIT_H

#include "tests/conformance/core_reference/random_program.h"
#include "tests/conformance/isa_qemu/random.h"

/* Registers. Those that addresses are made of are written by what keeps them inside their areas, and by nothing else:
 * lmw and the string loads begin at r24 or above. */
enum {
    R_HOT = 1,       /* an area that both threads work in */
    R_SPREAD = 2,    /* lines of all sets */
    R_CONFLICT = 13, /* lines of few sets of L1D */
    R_PAGES = 14,    /* to 16: pages of one set of the ERAT */
    R_CODE = 17,     /* this thread's code */
    R_SMALL = 18,    /* an index of 0 to 511 */
    R_LARGE = 19,    /* one of 0 to 0x7FF8, a multiple of 8 */
    R_MOVING = 20,   /* what update forms move */
    R_STEP = 21,     /* 0 to 63 */
    R_COUNT = 22,    /* of loops */
    R_RETRIES = 23,
    R_LINKS = 8, /* to 12: return addresses, by depth of calls */
    DEPTHS = 5,
};

enum { HOT_SIZE = 1024, SPREAD_SIZE = 0x8000, CONFLICT_STRIDE = 0x2000 };
#define CODE_AT(thread) (UINT64_C(0x10000) + UINT64_C(0x10000) * (thread))
#define HOT_AT          UINT64_C(0x40000)
#define SPREAD_AT       UINT64_C(0x48000)
#define CONFLICT_AT     UINT64_C(0x50000)
#define PAGES_AT(i)     (UINT64_C(0x60000) + UINT64_C(0x20000) * (i))
#define MOVING_AT       UINT64_C(0xE8000)

struct emitter {
    struct random_program *p;
    struct random random;
    unsigned thread, depth; /* of calls */
    uint64_t at;
    bool counts; /* CTR belongs to a loop */
    bool main;   /* LR is free */
    int budget;  /* instructions that may still be executed */
    int times;   /* that what is emitted now is executed, at most */
};

unsigned emit_below(struct emitter *e, unsigned limit);
bool emit_one_in(struct emitter *e, unsigned n);
void emit_word(struct emitter *e, uint32_t word);
/* By row of isa.def, with operands in the assembler's order. */
uint32_t encoded(enum xenon_op op, const int64_t *value);
#define EMIT(e, op, ...) emit_word(e, encoded(XENON_OP_##op, (const int64_t[]){__VA_ARGS__}))
/* A register that anything may be written to. */
unsigned scratch(struct emitter *e);

/* random_mix.c: one instruction, or a few that belong together. */
void emit_group(struct emitter *e);

#endif
