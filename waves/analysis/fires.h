/* Who signals what: the calls of an event log that let waiters go on, by operation and caller, and what one log has of
 * them that another one lacks. docs/comparing.md. */
#ifndef CYCLE360_WAVES_ANALYSIS_FIRES_H
#define CYCLE360_WAVES_ANALYSIS_FIRES_H

#include "models/sim/status.h"
#include "waves/analysis/families.h"

#include <stdint.h>
#include <stdio.h>

enum waves_fires_form { WAVES_FIRES_MARKDOWN, WAVES_FIRES_CSV, WAVES_FIRES_JSON };

enum { WAVES_FIRES_DEPTH_MOST = 64, WAVES_FIRES_UNDER = 50 };

struct waves_fires {
    const char *path[2];                   /* the second one NULL: one log alone */
    uint64_t depth;                        /* which of a call's callers tells it from others: 0 its link register */
    const char *operations;                /* globs between commas: these calls; NULL: those of producers.def */
    const char *threads;                   /* pairs between commas, 6=1,7=2; NULL: by what threads begin with */
    const struct waves_families *families; /* NULL: none */
    uint64_t under;                        /* per cent; who fires less often than that in the second log is told */
    enum waves_fires_form form;
};

enum sim_status waves_fires(const struct waves_fires *fires, FILE *out, struct sim_error *error);

#endif
