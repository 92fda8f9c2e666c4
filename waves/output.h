/* A file that is written once, from front to back, plain or gzipped. A regular file is written as `F.part` and takes
 * its name when it is whole; devices and pipes are written where they are. The first trouble is kept and ends the
 * writing. */
#ifndef CYCLE360_WAVES_OUTPUT_H
#define CYCLE360_WAVES_OUTPUT_H

#include "models/sim/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { WAVES_OUTPUT_SIZE = 256 * 1024 };

struct waves_output {
    char *path;
    char *part; /* the name while it is written: path itself for what is no regular file */
    int file;
    bool regular;
    bool failed;
    struct sim_error error;
    char *buffer;
    size_t used;
    struct waves_deflate *deflate; /* NULL: plain */
};

/* Is `path` a thing that is there already and is no regular file? */
bool waves_is_special(const char *path);

enum sim_status waves_output_open(struct waves_output *output, const char *path, bool gzip, struct sim_error *error);

/* Where to write the next `bytes` (at most WAVES_OUTPUT_SIZE). waves_output_wrote says up to where that was done. */
static inline char *waves_output_at(struct waves_output *output, size_t bytes);
static inline void waves_output_wrote(struct waves_output *output, const char *end)
{
    output->used = (size_t)(end - output->buffer);
}
void waves_output_write(struct waves_output *output, const void *data, size_t bytes);
void waves_output_text(struct waves_output *output, const char *text);

/* Hands everything so far to the host. */
void waves_output_flush(struct waves_output *output);
/* Keeps the first trouble. */
void waves_output_fail(struct waves_output *output, const char *what, int code);

/* Ends the file. With `keep` and without trouble it takes its name; otherwise what was written is removed. */
enum sim_status waves_output_close(struct waves_output *output, bool keep, struct sim_error *error);

static inline char *waves_output_at(struct waves_output *output, size_t bytes)
{
    if (output->used + bytes > WAVES_OUTPUT_SIZE)
        waves_output_flush(output);
    return output->buffer + output->used;
}

#endif
