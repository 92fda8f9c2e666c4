/* A second model of one core's timing, written from docs/core.md alone: plain and slow, one clock after the other. The
 * core in models/xenon/core is compared with it. What instructions do, and the tables of classes and figures, it shares
 * with the core; when they do it, it works out by itself.
 *
 * In it: real mode, two threads, L1I, L1D, ERATs, misses, stores, barriers, reservations, cache operations. Not in it:
 * interrupts, storage that is not cached, page tables, starting and stopping of threads. */
#ifndef CYCLE360_TESTS_CONFORMANCE_CORE_REFERENCE_H
#define CYCLE360_TESTS_CONFORMANCE_CORE_REFERENCE_H

#include "models/xenon/core/timing.h"
#include "models/xenon/isa/context.h"
#include "tests/support/core_memory.h"

struct core_reference;

#define CORE_REFERENCE_BLOCKS (INT64_MAX - 1) /* `ready` of a load that holds its thread up until it is complete */

/* An instruction that issued. */
struct core_reference_issue {
    unsigned thread;
    const struct xenon_insn *in;
    uint64_t clock;
    uint64_t ready; /* of its first result; UINT64_MAX where that is not known yet or there is none */
    bool paired;    /* with the one before it, in its clock */
};

struct core_reference_watch {
    void *context;
    void (*issued)(void *context, const struct core_reference_issue *issue);
    /* What a load that was under way writes is ready at `ready`. */
    void (*filled)(void *context, unsigned thread, uint8_t resource, uint64_t ready);
    /* A message leaves for memory. */
    void (*requested)(void *context, uint64_t clock, const struct sim_msg_core_request *request);
};

struct core_reference_config {
    struct xenon_core_timing timing;
    struct core_memory_latencies latencies;
    uint32_t running; /* bit n: thread n runs */
    struct core_reference_watch watch;
};

/* NULL where the host has no memory. */
struct core_reference *core_reference_new(void);
void core_reference_free(struct core_reference *r);

/* Back to clock 0. Registers are as at reset, memory is zero: both can be changed before the first clock. */
void core_reference_reset(struct core_reference *r, const struct core_reference_config *config);
/* Where each thread's program ends: in a branch to itself. */
void core_reference_halt_at(struct core_reference *r, const uint64_t address[2]);
struct xenon_context *core_reference_context(struct core_reference *r, unsigned thread);
struct core_memory *core_reference_memory(struct core_reference *r);

/* One clock. */
void core_reference_clock(struct core_reference *r);
/* Clocks until every thread that runs has come to its halt and nothing is under way any more, or `limit` is reached:
 * then false. False too where an instruction asks for an interrupt or memory does not know a request. */
bool core_reference_run(struct core_reference *r, uint64_t limit);
/* The next clock to be done. */
uint64_t core_reference_now(const struct core_reference *r);
/* Why it cannot go on; NULL where it can. */
const char *core_reference_failure(const struct core_reference *r);

#endif
