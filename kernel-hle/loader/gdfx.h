/* The file system of game discs (GDFX, XDVDFS): little-endian, sectors of 2048 bytes, a directory a binary tree of
 * entries. Disc images hold it as it is, SVOD packages in blocks between hash tables. */
#ifndef CYCLE360_HLE_LOADER_GDFX_H
#define CYCLE360_HLE_LOADER_GDFX_H

#include "kernel-hle/loader/tree_parts.h"

#define GDFX_MAGIC "MICROSOFT*XBOX*MEDIA"

enum {
    GDFX_SECTOR = 2048,
    GDFX_DESCRIPTOR_SECTOR = 32,
    GDFX_MAGIC_SIZE = 20,
    GDFX_TAIL_MAGIC = 0x7ec, /* where the descriptor's sector holds the magic again */
    GDFX_ENTRY = 14,         /* bytes of a directory entry before its name */
    GDFX_NO_ENTRY = 0xffff,  /* in place of an entry's left child: filler up to the end of the sector */
    GDFX_TABLE_MAX = 0x10000 * 4,
    GDFX_NAME_MAX = 255,
};

/* Where the bytes of a partition are: fetch copies some that lie below `size`, place says where in the container one
 * is. */
struct gdfx_source {
    enum sim_status (*fetch)(const struct tree *tree, void *self, uint64_t offset, uint8_t *bytes, size_t size,
                             struct sim_error *error);
    uint64_t (*place)(const void *self, uint64_t offset);
    void (*close)(void *self);
    void *self;
    uint64_t size;
};

/* The tree of a partition whose root directory is known; `descriptor` is the offset in the container of the fields that
 * say so. The source is closed with the tree, and where this fails. */
enum sim_status gdfx_open_source(struct tree *tree, const struct gdfx_source *source, uint32_t root_sector,
                                 uint32_t root_size, uint64_t descriptor, struct sim_error *error);

#endif
