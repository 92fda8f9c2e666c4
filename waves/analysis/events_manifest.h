/* From an event log to a manifest of contention: contention.h. */
#ifndef CYCLE360_WAVES_ANALYSIS_EVENTS_MANIFEST_H
#define CYCLE360_WAVES_ANALYSIS_EVENTS_MANIFEST_H

#include "waves/analysis/contention.h"

#include <stdio.h>

struct waves_events_manifest {
    const char *path, *out;
    const char *threads; /* pairs between commas: 6=1,7=2, a thread of the log and the one of the manifest; NULL: they
                            keep their numbers */
    enum waves_contention_by by;
};

/* Writes the file and says in a line what is in it. With `threads`, other threads' entries are left out and told. */
enum sim_status waves_events_manifest(const struct waves_events_manifest *manifest, FILE *report,
                                      struct sim_error *error);

#endif
