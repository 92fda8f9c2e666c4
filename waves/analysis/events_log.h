/* An event log as a comparison needs it: its threads, where the records of each are, and what its addresses, handles
 * and ids stand for. One pass over the file; two to three bytes a record are kept. */
#ifndef CYCLE360_WAVES_ANALYSIS_EVENTS_LOG_H
#define CYCLE360_WAVES_ANALYSIS_EVENTS_LOG_H

#include "waves/analysis/events_file.h"
#include "waves/analysis/events_scan.h"
#include "waves/analysis/events_things.h"
#include "waves/analysis/events_threads.h"

#include <stdio.h>

enum { WAVES_BAD_LINES_TOLD = 10 };

/* Where a thread's records are: the distances between them, seven bits a byte, the lowest first. */
struct waves_track_piece {
    struct waves_track_piece *next;
    uint32_t used, room;
    uint8_t byte[];
};

struct waves_track {
    struct waves_track_piece *first, *last;
    uint64_t end; /* offset of the last record */
};

struct waves_events_log {
    struct waves_events_file *file;
    const struct waves_events_names *names;
    struct waves_events_names *own_names;
    bool foreign;
    struct waves_threads threads;
    struct waves_track *track; /* by a thread's place */
    uint32_t tracks;
    struct waves_things things;
    uint64_t records, bad;
    char *told[WAVES_BAD_LINES_TOLD]; /* the first complaints, each with file and line */
};

/* Told from time to time how much is done; may end the work. */
typedef enum sim_status waves_progress(void *context, uint64_t done, uint64_t total, struct sim_error *error);

/* `fields`: the file of names for a log that does not begin with our log.begin; NULL: then it is refused. Lines that
 * are no records are told and left out. */
enum sim_status waves_events_log_open(const char *path, const char *fields, struct waves_events_log *log,
                                      struct sim_error *error);
enum sim_status waves_events_log_index(struct waves_events_log *log, waves_progress *progress, void *context,
                                       struct sim_error *error);
void waves_events_log_close(struct waves_events_log *log);
void waves_events_log_bad(struct waves_events_log *log, uint64_t line, const char *why);

/* The kind of a record of one of our own logs, where it can be had without looking at the whole line. */
bool waves_events_log_kind(const struct waves_events_log *log, struct waves_text line, struct waves_text *kind);

uint64_t waves_events_time(const struct waves_scan *scan, uint64_t offset);

/* Where in a track one is. */
struct waves_track_place {
    const struct waves_track_piece *piece;
    uint32_t at;
    uint64_t offset, done; /* of the record that was read last; how many were read */
};

static inline struct waves_track_place waves_track_begin(const struct waves_track *track)
{
    return (struct waves_track_place){.piece = track->first};
}
/* False behind the last record. */
bool waves_track_next(struct waves_track_place *place);

#endif
