/* A file that is seen under its name only once it is whole: until then it stands beside it as .cycle360-part-..., where
 * even a killed process leaves no half of a file that looks like one. */
#ifndef CYCLE360_HLE_LOADER_PART_FILE_H
#define CYCLE360_HLE_LOADER_PART_FILE_H

#include "models/sim/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct part_file {
    int folder, fd; /* the folder's descriptor is the caller's */
    char name[48];
    const char *shown; /* the path for sentences */
};

enum sim_status part_file_create(struct part_file *file, int folder, const char *shown, struct sim_error *error);
enum sim_status part_file_write(struct part_file *file, const void *bytes, size_t size, struct sim_error *error);
/* Ends it under its name in the folder, in place of what has that name only if `replace`; a link is never followed. */
enum sim_status part_file_keep(struct part_file *file, const char *name, bool replace, struct sim_error *error);
/* Ends it without a trace. */
void part_file_drop(struct part_file *file);

#endif
