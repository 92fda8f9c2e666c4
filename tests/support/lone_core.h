/* One core of the processor and a memory (core_memory.h), wired by hand: no scheduler, no SystemC, so that one process
 * runs as many programs as it likes, one after the other. */
#ifndef CYCLE360_TESTS_SUPPORT_LONE_CORE_H
#define CYCLE360_TESTS_SUPPORT_LONE_CORE_H

#include "models/xenon/core/core.h"
#include "tests/support/core_memory.h"

struct lone_core;

/* A request of the core, as its memory saw it. */
typedef void lone_core_request(void *context, uint64_t clock, const struct sim_msg_core_request *request);

/* running: as in struct xenon_core_config. NULL where the host has no memory. */
struct lone_core *lone_core_new(const struct xenon_core_timing *timing, uint32_t running);
void lone_core_free(struct lone_core *d);
struct xenon_core *lone_core_core(struct lone_core *d);
struct core_memory *lone_core_memory(struct lone_core *d);
void lone_core_watch(struct lone_core *d, void *context, lone_core_request *request);

/* Back to power-on, with memory all zero; registers are set afterwards, through the core. */
void lone_core_reset(struct lone_core *d, const struct core_memory_latencies *latencies);
/* Runs every clock before `clock`. split: a seed for horizons of 1 to 40 clocks, or 0 for as far as goes at once. False
 * where the core says something to memory that memory does not know. */
bool lone_core_run(struct lone_core *d, uint64_t clock, uint64_t split);
/* A message that nothing of the core's has brought about, to be seen at `clock`, not before the ones under way. */
void lone_core_tell(struct lone_core *d, uint64_t clock, const struct sim_msg_core_reply *message);

#endif
