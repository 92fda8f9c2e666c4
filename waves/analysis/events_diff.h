/* Two event logs, thread by thread: how far each thread does the same in both, and where it first does not.
 * docs/comparing.md says by which rules. */
#ifndef CYCLE360_WAVES_ANALYSIS_EVENTS_DIFF_H
#define CYCLE360_WAVES_ANALYSIS_EVENTS_DIFF_H

#include "models/sim/status.h"
#include "waves/analysis/events_walk.h"

#include <stdio.h>

struct waves_events_diff {
    const char *path[WAVES_SIDES];
    const char *fields;  /* a file of names for logs of other programs; NULL: none */
    const char *tid_map; /* "6=1,7=2"; NULL: none */
    const char *strict;  /* names of rules that are off; NULL: none */
    const char *const *skip;
    unsigned skips;
    uint64_t context; /* records before and behind a difference */
    bool prefix;      /* a thread that ends in one log is no difference */
    bool json;
    const char *html; /* a file; NULL: none */
    waves_progress *progress;
    void *progress_context;
};

struct waves_diff_result {
    const struct waves_events_diff *diff;
    struct waves_events_log log[WAVES_SIDES];
    struct waves_walker walker;
    struct waves_walk *walk; /* the first differences first, then the threads that are the same */
    uint32_t walks, different;
    uint64_t absorbed[WAVES_RULES], alone, alone_records;
    bool same;
};

/* Prints what there is to say. Lines that cannot be read are SIM_BAD_INPUT, after all else was compared and printed. */
enum sim_status waves_events_diff(const struct waves_events_diff *diff, FILE *out, bool *same, struct sim_error *error);

bool waves_diff_differs(const struct waves_diff_result *result, const struct waves_walk *walk);
enum sim_status waves_diff_text(struct waves_diff_result *result, FILE *out, struct sim_error *error);
enum sim_status waves_diff_json(struct waves_diff_result *result, FILE *out, struct sim_error *error);
enum sim_status waves_diff_html(struct waves_diff_result *result, FILE *out, struct sim_error *error);

#endif
