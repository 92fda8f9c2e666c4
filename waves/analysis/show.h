/* Dumps as text, or as JSON lines. */
#ifndef CYCLE360_WAVES_ANALYSIS_SHOW_H
#define CYCLE360_WAVES_ANALYSIS_SHOW_H

#include "waves/analysis/reader.h"

#include <stdio.h>

/* A value as people read it: "1", "0x1f", "2 (blank)", "1125 line". */
void waves_show_value(FILE *out, const struct waves_signal *signal, uint64_t value);

struct waves_listing {
    const char *path;
    const char *probe; /* NULL: all signals */
    sim_time from, to; /* [from, to); to == 0: the end */
    uint64_t limit;    /* of lines; 0: no limit */
    bool json;
};

/* The changes: first the values at the beginning, then one line for each change. */
enum sim_status waves_show_changes(const struct waves_listing *listing, FILE *out, struct sim_error *error);
/* The signals: name, width, how often each changes, and when first and last. */
enum sim_status waves_show_signals(const struct waves_listing *listing, FILE *out, struct sim_error *error);

#endif
