/* Disc images as the format describes them, written apart from the loader and able to be wrong on purpose. Directories
 * are binary trees by insertion: the order in which entries are given decides the shape, and a list in order of names
 * becomes a tree that is only a list. */
#ifndef CYCLE360_TESTS_SUPPORT_GDFX_WRITER_H
#define CYCLE360_TESTS_SUPPORT_GDFX_WRITER_H

#include <stddef.h>
#include <stdint.h>

enum { GDFX_WRITER_IS_DIRECTORY = 0x10, GDFX_WRITER_AUTO = 0 };

struct gdfx_writer_node {
    const char *name;
    size_t name_length; /* 0: of the string */
    int parent;         /* index of a directory that was given before, or -1 for the root */
    uint8_t attributes;
    uint32_t sector; /* GDFX_WRITER_AUTO: the next free one */
    uint32_t size;
    const uint8_t *bytes; /* NULL: nothing is written */
};

/* Writes to an open file, from `base` on. Every directory's table begins at the sector that table_sector[index + 1]
 * tells afterwards (index -1 is the root); the array has room for all nodes and the root. Returns the first byte after
 * what was written. */
uint64_t gdfx_writer(int fd, uint64_t base, const struct gdfx_writer_node *node, int nodes, uint32_t *table_sector);

/* The same in memory; the caller frees it. */
uint8_t *gdfx_writer_bytes(const struct gdfx_writer_node *node, int nodes, uint32_t *table_sector, size_t *size);

#endif
