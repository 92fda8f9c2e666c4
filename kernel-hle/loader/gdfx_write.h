/* Makes a disc image of a tree: the game partition alone, as homebrew's images are. The same tree makes the same image:
 * there is no date in it, directories and files stand in the order of their names. */
#ifndef CYCLE360_HLE_LOADER_GDFX_WRITE_H
#define CYCLE360_HLE_LOADER_GDFX_WRITE_H

#include "kernel-hle/loader/tree.h"
#include "kernel-hle/loader/work.h"

struct gdfx_write_result {
    uint64_t files, directories, bytes; /* the last: of the image */
};

/* The image stands at `path` only once it is whole, in place of what is there only with `force`. */
enum sim_status gdfx_write(struct tree *tree, const char *path, bool force, const struct loader_work *work,
                           struct gdfx_write_result *result, struct sim_error *error);

#endif
