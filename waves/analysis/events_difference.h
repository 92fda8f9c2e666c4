/* What is in two event logs, in numbers beside each other: records by kind, calls by export, and of each thread its
 * calls, signals and waits. */
#ifndef CYCLE360_WAVES_ANALYSIS_EVENTS_DIFFERENCE_H
#define CYCLE360_WAVES_ANALYSIS_EVENTS_DIFFERENCE_H

#include "models/sim/status.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct waves_events_difference {
    const char *path[2];
    const char *threads; /* pairs between commas, 6=1,7=2; NULL: by what threads begin with */
    uint64_t top;        /* rows of each table, those that differ most; 0: all */
    bool json;
};

enum sim_status waves_events_difference(const struct waves_events_difference *difference, FILE *out,
                                        struct sim_error *error);

#endif
