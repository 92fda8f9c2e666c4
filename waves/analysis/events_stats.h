/* What is in an event log, in numbers. */
#ifndef CYCLE360_WAVES_ANALYSIS_EVENTS_STATS_H
#define CYCLE360_WAVES_ANALYSIS_EVENTS_STATS_H

#include "models/sim/status.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct waves_events_stats {
    const char *path;
    uint64_t top; /* so many exports; 0: all */
    bool json;
};

/* Records by kind, calls by export, threads, the time from the first record to the last. */
enum sim_status waves_events_stats(const struct waves_events_stats *stats, FILE *out, struct sim_error *error);

#endif
