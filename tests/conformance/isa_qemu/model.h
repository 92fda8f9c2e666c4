/* The model's side of a case. */
#ifndef CYCLE360_TESTS_CONFORMANCE_ISA_QEMU_MODEL_H
#define CYCLE360_TESTS_CONFORMANCE_ISA_QEMU_MODEL_H

#include "models/xenon/isa/stepper.h"
#include "tests/conformance/isa_qemu/case.h"

enum { STEPS_MAX = 64 };

struct model {
    struct xenon_stepper *stepper;
    unsigned executed; /* in the last case: */
    uint16_t op[STEPS_MAX];
    struct xenon_insn insn[BLOCK_MAX];
    const char *wrong; /* what an exception's own check found wrong, or NULL */
};

void model_open(struct model *m);
void model_close(struct model *m);

/* Puts a block where it belongs. */
void model_load(struct model *m, const struct block *block);

/* NULL, or why QEMU must not see the case: it would leave the block, its memory or what the two agree on. */
const char *model_run(struct model *m, const struct block *block, const struct state *state, struct outcome *outcome);

#endif
