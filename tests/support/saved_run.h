/* A machine that runs to its end at once, or that is saved on the way and goes on in another process: what a rig's
 * digests are compared by. SystemC elaborates once per process, so each run has one of its own. */
#ifndef CYCLE360_TESTS_SUPPORT_SAVED_RUN_H
#define CYCLE360_TESTS_SUPPORT_SAVED_RUN_H

#include "models/sim/machine.h"

/* Builds it, in the child; `spec` is what saved_run_digest was given. What it holds goes with the process. */
typedef struct sim_machine *saved_run_build(const void *spec);

/* The digest at `end`, saved at `save` and loaded by another process if that is not 0. False where anything went wrong,
 * which is said on standard error. */
bool saved_run_digest(saved_run_build *build, const void *spec, sim_time end, sim_time save,
                      uint8_t digest[SIM_DIGEST_SIZE]);

#endif
