/* A whole file in memory. */
#ifndef CYCLE360_BOARD_CLI_READ_FILE_H
#define CYCLE360_BOARD_CLI_READ_FILE_H

#include "models/sim/status.h"

#include <stddef.h>
#include <stdint.h>

struct whole_file {
    char *text; /* a zero follows it, which size does not count */
    size_t size;
};

/* Reads `size` bytes from `offset` on, or what there is of them, from a regular file or a pipe; "-" is standard input.
 * More than `limit` bytes, which need not fit in memory, are an error. To be freed with free(file->text). */
enum sim_status read_file(const char *path, uint64_t offset, uint64_t size, uint64_t limit, struct whole_file *file,
                          struct sim_error *error);

#endif
