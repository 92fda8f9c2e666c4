/* Where QEMU cannot be the oracle: exceptions.def. */
#ifndef CYCLE360_TESTS_CONFORMANCE_ISA_QEMU_EXCEPTIONS_H
#define CYCLE360_TESTS_CONFORMANCE_ISA_QEMU_EXCEPTIONS_H

#include "models/xenon/isa/context.h"

#include <stdbool.h>

/* Reads exceptions.def; before all others. */
void exceptions_open(void);

/* The choices that are QEMU's, where the instruction set is not known. */
void exceptions_choose_settings(struct xenon_isa_settings *settings);

/* Not to be generated. */
bool exceptions_leave_out(enum xenon_op op);

/* NULL, or why the case must be dropped. */
const char *exceptions_avoid(const struct xenon_context *t, const struct xenon_insn *in);

/* What adapting needs of the time before the instruction. */
struct before {
    uint64_t gpr_d, fpr_a, fpr_b, fpr_c, fpr_d;
    uint32_t fpscr;
    union xenon_vector b;
};

bool exceptions_adapt_any(enum xenon_op op);
void exceptions_remember(struct before *before, const struct xenon_context *t, const struct xenon_insn *in);

/* NULL, or what of the model's result is wrong after all. */
const char *exceptions_adapt(const struct before *before, struct xenon_context *t, const struct xenon_insn *in,
                             bool interrupted);

/* Prints exceptions.def. */
void exceptions_list(void);

#endif
