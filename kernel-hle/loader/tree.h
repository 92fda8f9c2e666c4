/* A read-only tree of files: a folder of the host, a disc image or a package, all looked at in one way. The kernel's
 * I/O and the command line share it.
 *
 * Names are compared as the console does: letters of ASCII without case, '\' and '/' both separate. Directories list
 * their children in the order of those names, whatever the container's order. Nothing is written, and nothing outside
 * of what was opened is read: links that lead out of a folder are not followed. */
#ifndef CYCLE360_HLE_LOADER_TREE_H
#define CYCLE360_HLE_LOADER_TREE_H

#include "models/sim/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TREE_NAME_MAX = 255, TREE_DEPTH_MAX = 64, TREE_NODES_MAX = 1 << 22 };

enum tree_kind { TREE_FOLDER, TREE_GDFX, TREE_STFS, TREE_SVOD };

/* FAT-like attribute bits, as titles see them. */
enum tree_attributes {
    TREE_READ_ONLY = 1,
    TREE_HIDDEN = 2,
    TREE_SYSTEM = 4,
    TREE_DIRECTORY = 0x10,
    TREE_ARCHIVE = 0x20
};

struct tree;

/* A file or directory, by number; 0 is the root. Numbers stay what they are while the tree is open. */
typedef uint32_t tree_node;
#define TREE_NONE UINT32_MAX

struct tree_info {
    const char *name; /* UTF-8; "" of the root */
    uint64_t size;    /* of a file, bytes */
    uint32_t attributes;
    uint64_t offset;            /* in the container, of its first byte; UINT64_MAX where that means nothing */
    uint64_t created, modified; /* 100 ns since 1601, 0 where the container does not say */
};

/* Opens what stands at path: a folder, or a file whose kind its contents tell. Errors name file, offset and field.
 * tree_open_unverified is for rescuing what is left of a damaged package: it looks at no hash. */
enum sim_status tree_open(struct tree **tree, const char *path, struct sim_error *error);
enum sim_status tree_open_unverified(struct tree **tree, const char *path, struct sim_error *error);
/* A container that is in memory already and stays there while the tree is open. */
enum sim_status tree_open_bytes(struct tree **tree, const char *name, const uint8_t *bytes, uint64_t size, bool verify,
                                struct sim_error *error);
void tree_close(struct tree *tree);

enum tree_kind tree_kind(const struct tree *tree);
const char *tree_path(const struct tree *tree);

void tree_info(const struct tree *tree, tree_node node, struct tree_info *info);
tree_node tree_parent(const struct tree *tree, tree_node node); /* TREE_NONE of the root */
/* "media/intro.bik", from the root; "" of the root itself. Hands `text` back. */
enum { TREE_PATH_MAX = TREE_DEPTH_MAX * (TREE_NAME_MAX + 1) };
char *tree_node_path(const struct tree *tree, tree_node node, char text[TREE_PATH_MAX]);

/* Directories are read when they are first listed, so these can fail: the container may be damaged further in.
 * tree_children hands out the children in order; the array is the tree's. */
enum sim_status tree_children(struct tree *tree, tree_node directory, const tree_node **children, size_t *count,
                              struct sim_error *error);
/* The node at a path from the root ("media\intro.bik", "" the root itself); *node is TREE_NONE where there is none. */
enum sim_status tree_find(struct tree *tree, const char *path, tree_node *node, struct sim_error *error);

/* Reads up to `size` bytes from `offset`; *got is less only at the end of the file. */
enum sim_status tree_read(struct tree *tree, tree_node file, uint64_t offset, void *bytes, size_t size, size_t *got,
                          struct sim_error *error);

#endif
