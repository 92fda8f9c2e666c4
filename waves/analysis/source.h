/* What the readers of single formats have in common. Reader.c makes of their events what reader.h promises. */
#ifndef CYCLE360_WAVES_ANALYSIS_SOURCE_H
#define CYCLE360_WAVES_ANALYSIS_SOURCE_H

#include "waves/analysis/reader.h"

enum waves_source_event {
    WAVES_SOURCE_CHANGE, /* in the order of time, otherwise in any, and repeated as often as the file likes */
    WAVES_SOURCE_TIME,   /* the file reaches this time */
    WAVES_SOURCE_END,
};

struct waves_source;

struct waves_source_class {
    enum sim_status (*next)(struct waves_source *source, enum waves_source_event *kind, struct waves_event *event,
                            struct sim_error *error);
    void (*close)(struct waves_source *source);
};

struct waves_source {
    const struct waves_source_class *class;
    struct waves_signals signals;
    char *comment; /* or NULL */
    bool whole;    /* once the end is reached */
};

enum sim_status waves_vcd_source(const char *path, struct waves_source **source, struct sim_error *error);
enum sim_status waves_fst_source(const char *path, struct waves_source **source, struct sim_error *error);
/* Takes the file descriptor over. `path` is only for messages. */
enum sim_status waves_raw_source(const char *path, int file, struct waves_source **source, struct sim_error *error);

/* Appends a line to source->comment, as long as that stays small. */
void waves_source_comment(struct waves_source *source, const char *line);

#endif
