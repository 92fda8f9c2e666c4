/* Packages of the SVOD kind: a header beside a folder of data files, which hold a disc's file system in blocks between
 * hash tables. */
#ifndef CYCLE360_HLE_LOADER_SVOD_H
#define CYCLE360_HLE_LOADER_SVOD_H

#include "kernel-hle/loader/stfs_header.h"
#include "kernel-hle/loader/tree_parts.h"

enum sim_status svod_open(struct tree *tree, const struct stfs_header *header, bool verify, struct sim_error *error);

#endif
