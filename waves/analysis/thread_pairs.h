/* Which thread of one log is which of another: by pairs that somebody gives, or by what threads begin with. */
#ifndef CYCLE360_WAVES_ANALYSIS_THREAD_PAIRS_H
#define CYCLE360_WAVES_ANALYSIS_THREAD_PAIRS_H

#include "models/sim/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A thread in the order in which the log names them. */
struct waves_thread_begin {
    uint64_t number;
    const char *entry, *context; /* NULL: nobody has told */
    size_t analogue;             /* its place among those of the other log + 1; 0: it has none */
};

/* Fills in who is whose analogue: as --tid-map says, and of the others as events_threads.h has it, by
 * entry point, context and order of creation. Numbers of one log differ. 0, which is no thread, is always 0. */
enum sim_status waves_threads_pair(struct waves_thread_begin *a, size_t as, struct waves_thread_begin *b, size_t bs,
                                   const char *map, struct sim_error *error);

#endif
