/* Event logs as lines: all of them in order, or that at an offset, in some 36 MiB of memory however long the log is.
 *
 * A gzipped log is unpacked into a file without a name first (TMPDIR, else /tmp). Of a log that ends within a line, of
 * a killed run's F.part, that line is left out. */
#ifndef CYCLE360_WAVES_ANALYSIS_EVENTS_FILE_H
#define CYCLE360_WAVES_ANALYSIS_EVENTS_FILE_H

#include "models/sim/status.h"
#include "waves/analysis/events_text.h"

#include <stdbool.h>
#include <stdint.h>

enum { WAVES_LINE_MOST = 4 << 20 };

struct waves_events_file;

struct waves_events_line {
    struct waves_text text; /* without its end; stays until the next is asked for */
    uint64_t offset;        /* in the file, or in what it was unpacked to */
    uint64_t number;        /* from 1 */
    const char *why;        /* the line cannot be read; NULL: it can */
};

enum sim_status waves_events_file_open(const char *path, struct waves_events_file **file, struct sim_error *error);
void waves_events_file_close(struct waves_events_file *file);
const char *waves_events_file_path(const struct waves_events_file *file);
uint64_t waves_events_file_size(const struct waves_events_file *file);

/* The next line. Leaves *more false behind the last. */
enum sim_status waves_events_file_next(struct waves_events_file *file, struct waves_events_line *line, bool *more,
                                       struct sim_error *error);
/* From the first line again. */
void waves_events_file_rewind(struct waves_events_file *file);
/* So much of the file is enough to have in memory, before lines at offsets are asked for: little is fast. */
void waves_events_file_keep(struct waves_events_file *file, uint64_t bytes);
/* The line that begins at an offset; it stays until 16 others have been asked for. */
enum sim_status waves_events_file_at(struct waves_events_file *file, uint64_t offset, struct waves_text *text,
                                     struct sim_error *error);
/* Where the line before the one at `offset` begins. False: that is the first, or it is too long. */
bool waves_events_file_before(struct waves_events_file *file, uint64_t offset, uint64_t *before,
                              struct sim_error *error);
/* The number of the line that begins at an offset, once _next() has been there. */
uint64_t waves_events_file_number(struct waves_events_file *file, uint64_t offset);

#endif
