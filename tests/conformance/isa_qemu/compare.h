/* Runs cases on both sides and compares. While QEMU has one batch, the model runs the next. */
#ifndef CYCLE360_TESTS_CONFORMANCE_ISA_QEMU_COMPARE_H
#define CYCLE360_TESTS_CONFORMANCE_ISA_QEMU_COMPARE_H

#include "tests/conformance/isa_qemu/generate.h"
#include "tests/conformance/isa_qemu/model.h"
#include "tests/conformance/isa_qemu/qemu.h"

enum { ENDINGS = ENDED_OTHERWISE + 1, REASONS_MAX = 32 };

struct tally {
    uint64_t passed, failed;
    bool chosen[XENON_OP_COUNT];       /* a row that was to be compared */
    uint64_t executed[XENON_OP_COUNT]; /* in cases that passed */
    uint64_t ended[ENDINGS];
    struct {
        const char *why;
        uint64_t cases;
    } dropped[REASONS_MAX];
    unsigned reasons;
};

/* A case that the model has run. */
struct tried {
    uint64_t seed;
    struct outcome outcome;
    const char *wrong;
    uint16_t op[STEPS_MAX];
    uint8_t executed;
};

struct comparison {
    struct generator generator;
    const char *only, *cpu;
    unsigned show; /* differences that are still to be printed */
    bool fault;    /* one bit of what the model did is changed in each case, which must be noticed */
    struct model model;
    struct qemu qemu;
    struct tally tally;
    struct tried tried[2][BATCH_CASES];
    unsigned cases[2];
    uint64_t next, end; /* seeds                        */
    uint64_t shown;     /* the block last printed        */
};

void compare_seeds(struct comparison *c, uint64_t first, uint64_t count);

#endif
