/* One number for a log: SHA-256 over its records but the first, each in a form that does not depend on how it was
 * written. What the host had to do with (members whose names begin with `host_`) does not count. */
#ifndef CYCLE360_WAVES_ANALYSIS_EVENTS_DIGEST_H
#define CYCLE360_WAVES_ANALYSIS_EVENTS_DIGEST_H

#include "models/sim/status.h"

#include <stdbool.h>
#include <stdio.h>

struct waves_events_digest {
    const char *path;
    const char *without; /* names of members between commas, which do not count either; NULL: none */
    const char *events;  /* globs between commas: only these records; NULL: all */
    bool threads;        /* one for each thread as well */
    bool json;
};

enum sim_status waves_events_digest(const struct waves_events_digest *digest, FILE *out, struct sim_error *error);

#endif
