/* Where QEMU cannot be the oracle: exceptions.def. */
#ifndef CYCLE360_TESTS_CONFORMANCE_ISA_QEMU_EXCEPTIONS_H
#define CYCLE360_TESTS_CONFORMANCE_ISA_QEMU_EXCEPTIONS_H

#include "models/xenon/isa/context.h"

#include <stdbool.h>

/* What is known of a case, besides the registers. */
struct notes {
    uint32_t fpscr, cr, fpr;      /* not to be compared: bits; of fpr a bit for each register */
    uint32_t close_fpr, close_vr; /* registers that may differ by this part of themselves     */
    double tolerance;
    uint8_t reserved; /* bytes that the last larx loaded */
};

/* The model about to execute an instruction, or just after. */
struct instant {
    struct xenon_context *t;
    const struct xenon_insn *in;
    struct notes *notes;
    struct {
        uint64_t fpr_a, fpr_b, fpr_c;
        uint32_t fpscr;
    } before;         /* registers, once it was executed */
    bool interrupted; /* it ended in an interrupt        */
};

/* Reads exceptions.def; before all others. */
void exceptions_open(void);

/* The choices that are QEMU's, where the instruction set is not known. */
void exceptions_choose_settings(struct xenon_isa_settings *settings);

/* Not to be generated for a processor of QEMU's. */
bool exceptions_leave_out(enum xenon_op op, const char *cpu);

/* To be generated only at the end of a block. */
bool exceptions_last(enum xenon_op op);

/* NULL, or why the case must be dropped. */
const char *exceptions_before(struct instant *i);

/* NULL, or what of the model's result is wrong after all. */
const char *exceptions_after(const struct instant *i);

/* Prints exceptions.def. */
void exceptions_list(void);

#endif
