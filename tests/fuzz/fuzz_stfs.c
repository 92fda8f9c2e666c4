/* Packages from anywhere: never a crash, never a tree or a chain without an end, with the hashes looked at and without:
 * what makes up all hashes can go as far as what looks at none. */
#include "kernel-hle/loader/stfs_header.h"
#include "kernel-hle/loader/tree.h"

#include <stdlib.h>
#include <string.h>

enum { NODES_MAX = 2000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void visit(struct tree *tree, tree_node node, unsigned *nodes)
{
    static uint8_t bytes[70000];
    const tree_node *children;
    struct sim_error error = {""};
    struct tree_info info;
    size_t count, got;

    if (++*nodes > NODES_MAX)
        return;
    tree_info(tree, node, &info);
    enum sim_status status;
    if ((info.attributes & TREE_DIRECTORY) == 0) {
        status = tree_read(tree, node, info.size / 2, bytes, sizeof bytes, &got, &error);
        count = 0;
    } else {
        status = tree_children(tree, node, &children, &count, &error);
    }
    if (status != SIM_OK && error.text[0] == '\0')
        abort(); /* a failure without a sentence */
    for (size_t i = 0; i < count; i++)
        visit(tree, children[i], nodes);
}

static void read_header(const uint8_t *data, size_t size)
{
    struct stfs_header header;
    struct stfs_field field;
    char text[STFS_TEXT_MAX];
    uint32_t picture;

    if (stfs_header_read(&header, "fuzz", data, size, NULL) != SIM_OK)
        return;
    for (size_t i = 0; stfs_field_next(&header, &i, &field);)
        if (strlen(stfs_field_text(&header, &field, text)) >= STFS_TEXT_MAX)
            abort();
    for (unsigned language = 0; language < STFS_LANGUAGES; language++) {
        stfs_display_name(&header, language, text);
        stfs_description(&header, language, text);
    }
    for (unsigned i = 0; i < 2; i++) {
        const uint8_t *bytes = stfs_thumbnail(&header, i == 1, &picture);
        if (bytes != NULL && (bytes < data || bytes + picture > data + size))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (unsigned verify = 0; verify < 2; verify++) {
        struct sim_error error = {""};
        unsigned nodes = 0;
        struct tree *tree;
        if (tree_open_bytes(&tree, "fuzz", data, size, verify != 0, &error) == SIM_OK) {
            visit(tree, 0, &nodes);
            tree_close(tree);
        } else if (error.text[0] == '\0') {
            abort();
        }
    }
    read_header(data, size);
    return 0;
}
