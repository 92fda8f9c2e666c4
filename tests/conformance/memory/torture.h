/* Torture of the board's memory: the programs of six threads, and what may come of them. */
#ifndef CYCLE360_TESTS_CONFORMANCE_MEMORY_TORTURE_H
#define CYCLE360_TESTS_CONFORMANCE_MEMORY_TORTURE_H

#include "tests/support/board_guest.h"

enum {
    TORTURE_THREADS = 6,
    TORTURE_PROGRAMS = 16, /* of each thread, in turn; a power of two */
    TORTURE_STEPS = 104,   /* of a program */
    TORTURE_SLOTS = 4,     /* pairs of lines in use in an epoch */
    TORTURE_PAIR = 256,
    TORTURE_PAIRS = 12,
    TORTURE_TABLE = 64,  /* epochs after which the pairs repeat */
    TORTURE_VALUES = 42, /* that a thread may store in an epoch: 42 t + 1 and on */
    TORTURE_BEGIN = 255, /* what each byte is at the beginning of an epoch; dcbz makes it 0 */
    TORTURE_EPOCHS_MAX = 60000,
    TORTURE_COUNTERS = 4,
};

enum torture_kind {
#define STEP(name, ...) TORTURE_##name,
#include "tests/conformance/memory/torture.def"
    TORTURE_KINDS
};

struct torture_info {
    const char *name;
    uint8_t weight, bytes, results;
};
extern const struct torture_info torture_info[TORTURE_KINDS];

struct torture_step {
    uint8_t kind, slot, offset, bytes;
    uint8_t value;  /* that it stores in each byte */
    uint8_t choice; /* which barrier, whose message, which counter, how long */
    uint16_t log;   /* doublewords from the beginning of the program's log */
};

struct torture_program {
    struct torture_step step[TORTURE_STEPS];
    unsigned steps, log;
};

/* What is left out on purpose, so that it must be noticed. */
enum torture_fault { TORTURE_SOUND, TORTURE_NO_BARRIER, TORTURE_NO_RESERVATION, TORTURE_NO_ICBI, TORTURE_FAULTS };
extern const char *const torture_fault[TORTURE_FAULTS];

struct torture {
    uint64_t seed;
    unsigned epochs;
    enum torture_fault fault;
    struct torture_program program[TORTURE_PROGRAMS][TORTURE_THREADS];
};

/* Where what all share lies, from the guest's SHARED on. */
enum {
    TORTURE_LOCK = 0x180,
    TORTURE_LOCKED_DATA = 0x1F0, /* four doublewords on two lines */
    TORTURE_FLAGS = 0x280,       /* of each thread's messages: on one line */
    TORTURE_VERSION = 0x2C0,
    TORTURE_MESSAGES = 0x300, /* 256 bytes of each thread */
};

/* Makes the programs of a seed. */
void torture_make(struct torture *torture);
/* Writes them, as assembler. */
void torture_write(const struct torture *torture, FILE *out);
/* Holds what the guest has left to the rules; complaints, the first few of them, go to `out`. Answers how many. */
uint64_t torture_check(const struct torture *torture, const struct board_guest *guest, FILE *out);
/* Steps done, by kind. */
void torture_count(const struct torture *torture, uint64_t steps[TORTURE_KINDS]);

/* check_lines.c: the lines of one epoch. `log` is each thread's, `last` the lines as they were at its end. */
unsigned torture_check_lines(const struct torture_program *const program[TORTURE_THREADS],
                             const uint64_t *const log[TORTURE_THREADS],
                             const uint64_t last[TORTURE_SLOTS * TORTURE_PAIR / 8], unsigned epoch, FILE *out);

#endif
