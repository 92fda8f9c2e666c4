/* A host file as bytes in memory: mapped, so that a disc image costs no more than what is read of it. */
#ifndef CYCLE360_HLE_LOADER_FILES_H
#define CYCLE360_HLE_LOADER_FILES_H

#include "models/sim/status.h"

#include <stdint.h>

struct loader_file {
    const uint8_t *bytes;
    uint64_t size;
    const char *name; /* the path as it was given; the file's own copy */
};

/* Regular files only. A file that shrinks while it is open ends the process by SIGBUS, as with every mapping; nothing
 * here writes to it. */
enum sim_status loader_file_open(struct loader_file *file, const char *path, struct sim_error *error);
void loader_file_close(struct loader_file *file);

#endif
