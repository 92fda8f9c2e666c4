/* What a kind of container gives to the tree, and what the tree gives to it. Only the loader's own files include this.
 */
#ifndef CYCLE360_HLE_LOADER_TREE_PARTS_H
#define CYCLE360_HLE_LOADER_TREE_PARTS_H

#include "kernel-hle/loader/files.h"
#include "kernel-hle/loader/tree.h"

struct tree_container {
    /* Adds the children of a directory, in any order, with tree_add(). NULL where all nodes were added on opening. */
    enum sim_status (*list)(struct tree *tree, tree_node directory, struct sim_error *error);
    /* Reads `size` bytes that lie within the file. */
    enum sim_status (*read)(struct tree *tree, tree_node file, uint64_t offset, uint8_t *bytes, size_t size,
                            struct sim_error *error);
    void (*close)(void *self);
};

struct tree_entry {
    char *name;
    char *failure; /* why it cannot be listed, once that was tried */
    uint64_t size, offset, created, modified;
    uint64_t place; /* the container's own: where the contents are */
    tree_node parent;
    tree_node first_child, next; /* in the order in which they were added */
    tree_node *children;         /* in the order of their names, once listed */
    uint32_t children_count;
    uint32_t attributes;
    uint16_t depth;
    bool listed;
};

struct tree {
    const struct tree_container *container;
    void *self; /* the container's own state */
    enum tree_kind kind;
    char *path;
    struct loader_file file; /* not open of a folder or of bytes in memory */
    const uint8_t *bytes;
    uint64_t size;
    struct tree_entry *entry;
    uint32_t entries, room;
};

/* `info` without its name, which is looked at here: empty and overlong names, separators, control characters and
 * "." and ".." are refused. `at` is where the entry stands in the container, for that sentence. */
struct tree_new {
    const char *name;
    size_t name_length;
    struct tree_info info;
    uint64_t place, at;
};

enum sim_status tree_add(struct tree *tree, tree_node parent, const struct tree_new *child, tree_node *node,
                         struct sim_error *error);

/* Each recognises what it can open: */
bool gdfx_is(const uint8_t *bytes, uint64_t size);
enum sim_status gdfx_open(struct tree *tree, struct sim_error *error);
bool stfs_is(const uint8_t *bytes, uint64_t size);
enum sim_status stfs_open(struct tree *tree, bool verify, struct sim_error *error);
enum sim_status tree_folder_open(struct tree *tree, struct sim_error *error);

#endif
