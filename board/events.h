/* The file of the kernel's event log: `boot --events F`. docs/event-log.md has the schema.
 *
 *     events_open(&events, &options, &error);
 *     kernel_config.log = events_log(events);
 *     ... a run ...
 *     events_close(events, true, &records, &error);
 *
 * The kernel acts on one timeline, so records come in the order of time in every schedule, from one host thread at a
 * time. */
#ifndef CYCLE360_BOARD_EVENTS_H
#define CYCLE360_BOARD_EVENTS_H

#include "kernel-hle/log/log.h"

struct events;

enum { EVENTS_CALLERS = 3 };

struct events_pair {
    const char *name, *value;
};

/* What the first record says. Strings may be NULL: then nothing is said of it. */
struct events_made_of {
    const char *version;                     /* of the program */
    const char *image_sha256, *board_sha256; /* 64 digits */
    const struct events_pair *mount;         /* where titles see what */
    size_t mounts;
    const struct events_pair *option; /* that the run depends on */
    size_t options;
};

struct events_options {
    const char *path; /* ending in .jsonl or .jsonl.gz, or a thing that is no regular file */
    uint64_t callers; /* length of caller chains */
    struct events_made_of made_of;
};

/* Errors name --events and --events-lr-depth. */
enum sim_status events_open(struct events **events, const struct events_options *options, struct sim_error *error);
struct kernel_log *events_log(struct events *events);
/* Can no more be written? events_close says why. */
bool events_failed(const struct events *events);
/* Between runs, when no kernel has the log any more. With `keep` the file takes its name, if all went well; otherwise
 * it is removed. */
enum sim_status events_close(struct events *events, bool keep, uint64_t *records, struct sim_error *error);

#endif
