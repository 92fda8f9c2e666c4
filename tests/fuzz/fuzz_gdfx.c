/* Disc images from anywhere: never a crash, never a tree without an end. The input is a partition from its volume
 * descriptor on, so that it can be small. */
#include "kernel-hle/loader/tree.h"

#include <stdlib.h>
#include <string.h>

enum { HEAD = 0x10000, NODES_MAX = 2000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void visit(struct tree *tree, tree_node node, unsigned *nodes)
{
    char path[TREE_PATH_MAX];
    const tree_node *children;
    struct sim_error error = {""};
    struct tree_info info;
    uint8_t bytes[256];
    size_t count, got;
    tree_node found;

    if (++*nodes > NODES_MAX)
        return;
    tree_info(tree, node, &info);
    if (tree_find(tree, tree_node_path(tree, node, path), &found, &error) != SIM_OK || found != node)
        abort(); /* what is listed must be found */
    if ((info.attributes & TREE_DIRECTORY) == 0) {
        if (tree_read(tree, node, info.size / 2, bytes, sizeof bytes, &got, &error) != SIM_OK)
            abort(); /* it lies within the image, or its directory would have been refused */
        return;
    }
    if (tree_children(tree, node, &children, &count, &error) != SIM_OK && error.text[0] == '\0')
        abort(); /* a failure without a sentence */
    for (size_t i = 0; i < count; i++)
        visit(tree, children[i], nodes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sim_error error = {""};
    unsigned nodes = 0;
    struct tree *tree;

    uint8_t *image = calloc(1, HEAD + size);
    if (image == NULL)
        abort();
    if (size > 0)
        memcpy(image + HEAD, data, size);
    if (tree_open_bytes(&tree, "fuzz", image, HEAD + size, true, &error) == SIM_OK) {
        visit(tree, 0, &nodes);
        tree_close(tree);
    } else if (error.text[0] == '\0') {
        abort();
    }
    free(image);
    return 0;
}
