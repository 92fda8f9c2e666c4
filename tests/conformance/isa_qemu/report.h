/* What differs, told so that somebody can act on it. */
#ifndef CYCLE360_TESTS_CONFORMANCE_ISA_QEMU_REPORT_H
#define CYCLE360_TESTS_CONFORMANCE_ISA_QEMU_REPORT_H

#include "tests/conformance/isa_qemu/case.h"

/* Gives QEMU's outcome the model's bits where they are not to be compared. */
void outcome_ignore(struct outcome *qemu, const struct outcome *model);
bool outcomes_equal(const struct outcome *a, const struct outcome *b);

/* The block, what it began with (zeros left out), and each register in which the two outcomes differ. */
void report_difference(const struct block *block, const struct state *start, const struct outcome *model,
                       const struct outcome *qemu);

#endif
