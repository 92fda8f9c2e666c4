/* QEMU's side: a child process that runs the guest harness over batches in shared memory. */
#ifndef CYCLE360_TESTS_CONFORMANCE_ISA_QEMU_QEMU_H
#define CYCLE360_TESTS_CONFORMANCE_ISA_QEMU_QEMU_H

#include "tests/conformance/isa_qemu/case.h"

#include <sys/types.h>

struct qemu {
    const char *program, *cpu, *guest;
    struct guest_batch *batch; /* BATCH_COUNT of them */
    int memory, to, from;
    pid_t child;
};

/* Exits with a message if there is no such thing. */
void qemu_open(struct qemu *q, const char *program, const char *cpu, const char *guest);
void qemu_close(struct qemu *q);

/* A batch is filled case by case. A block's code may be put any number of times. */
void qemu_put_block(struct qemu *q, unsigned batch, const struct block *block);
void qemu_put_case(struct qemu *q, unsigned batch, unsigned i, const struct block *block, const struct state *state);

void qemu_start(struct qemu *q, unsigned batch, unsigned cases);

/* False if QEMU died or did not answer in time; it is started anew, and nothing of the batch is known. */
bool qemu_wait(struct qemu *q, unsigned batch);

struct outcome qemu_outcome(const struct qemu *q, unsigned batch, unsigned i);

#endif
