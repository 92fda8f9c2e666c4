/* Two threads that are partners, walked record by record until they differ. A walk can be taken up where it was left,
 * so that many pairs go through two files together. */
#ifndef CYCLE360_WAVES_ANALYSIS_EVENTS_WALK_H
#define CYCLE360_WAVES_ANALYSIS_EVENTS_WALK_H

#include "waves/analysis/events_compare.h"

enum { WAVES_OPEN_CALLS = 16, WAVES_CONTEXT_MOST = 1000 };

/* Where in one thread's records. */
struct waves_cursor {
    struct waves_track_place place;
    bool has, ended;  /* place is that of a record that is still to be compared; there is none */
    uint64_t skipped; /* of local kinds */
};

enum waves_walk_end {
    WAVES_WALK_GOES_ON,
    WAVES_WALK_SAME,      /* both have ended */
    WAVES_WALK_DIFFERS,   /* two records differ */
    WAVES_WALK_ENDS_IN_A, /* only the other goes on */
    WAVES_WALK_ENDS_IN_B,
};

struct waves_walk {
    uint32_t thread[WAVES_SIDES]; /* places */
    struct waves_cursor cursor[WAVES_SIDES];
    enum waves_walk_end end;
    uint64_t matched, absorbed[WAVES_RULES];
    struct {
        uint64_t offset[WAVES_SIDES];
    } * before; /* a ring of the last that matched */
    uint64_t last[WAVES_SIDES], last_done[WAVES_SIDES];
    /* calls that have not returned: what they are of, as enum of events_walk.c */
    uint8_t open[WAVES_OPEN_CALLS];
    unsigned opens;
};

struct waves_walker {
    struct waves_events_log *log; /* two */
    struct waves_comparer comparer;
    const char *const *skip; /* globs of kinds that do not count */
    unsigned skips, context;
    struct waves_record record[WAVES_SIDES];
    struct waves_kind_cache {
        char kind[48];
        uint8_t length, class;
    } cache[64];
};

void waves_walk_begin(struct waves_walker *walker, struct waves_walk *walk, uint32_t a, uint32_t b);
/* On until the first log's records reach `limit`, an offset in its file. */
enum sim_status waves_walk_on(struct waves_walker *walker, struct waves_walk *walk, uint64_t limit,
                              struct sim_error *error);
/* The next record that counts, without comparing anything; false at the end. What cannot be read is left out, and told
 * where `told`. */
enum sim_status waves_walk_peek(struct waves_walker *walker, unsigned side, struct waves_cursor *cursor, bool told,
                                struct sim_error *error);

#endif
