/* One core of the processor and a memory (core_memory.h), wired by hand: no scheduler, no SystemC, so that one process
 * runs as many programs as it likes, one after the other. */
#ifndef CYCLE360_TESTS_SUPPORT_CORE_DRIVER_H
#define CYCLE360_TESTS_SUPPORT_CORE_DRIVER_H

#include "models/xenon/core/core.h"
#include "tests/support/core_memory.h"

struct core_driver;

/* A request of the core, as its memory saw it. */
typedef void core_driver_request(void *context, uint64_t clock, const struct sim_msg_core_request *request);

/* running: as in struct xenon_core_config. NULL where the host has no memory. */
struct core_driver *core_driver_new(const struct xenon_core_timing *timing, uint32_t running);
void core_driver_free(struct core_driver *d);
struct xenon_core *core_driver_core(struct core_driver *d);
struct core_memory *core_driver_memory(struct core_driver *d);
void core_driver_watch(struct core_driver *d, void *context, core_driver_request *request);

/* Back to power-on, with memory all zero; registers are set afterwards, through the core. */
void core_driver_reset(struct core_driver *d, const struct core_memory_latencies *latencies);
/* Runs every clock before `clock`. split: a seed for horizons of 1 to 40 clocks, or 0 for as far as goes at once. False
 * where the core says something to memory that memory does not know. */
bool core_driver_run(struct core_driver *d, uint64_t clock, uint64_t split);

#endif
