/* Writing files of a tree into a folder of the host, and nowhere else. */
#ifndef CYCLE360_HLE_LOADER_EXTRACT_H
#define CYCLE360_HLE_LOADER_EXTRACT_H

#include "kernel-hle/loader/tree.h"
#include "kernel-hle/loader/work.h"

struct extract_request {
    const char *const *path; /* of what to extract, with all that is in it; none: everything */
    size_t paths;
    const char *folder; /* made if it is not there */
    bool force;         /* files that are there already are replaced */
    struct loader_work work;
};

struct extract_result {
    uint64_t files, directories, bytes;
};

/* Everything is looked at before anything is written: paths that are not there, directories that cannot be read, names
 * that a folder cannot hold, and whether there is room. Each file then stands in the folder at its path in the tree,
 * and only once it is whole. Links in the folder are not followed. */
enum sim_status extract(struct tree *tree, const struct extract_request *request, struct extract_result *result,
                        struct sim_error *error);

#endif
