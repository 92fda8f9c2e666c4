/* The file table of an STFS volume as a tree. The table is read when the package is opened; the chain of a file's
 * blocks when the file is first read. */
#include "kernel-hle/loader/bytes.h"
#include "kernel-hle/loader/cp1252.h"
#include "kernel-hle/loader/fat_time.h"
#include "kernel-hle/loader/stfs_blocks.h"
#include "kernel-hle/loader/stfs_header.h"
#include "kernel-hle/loader/svod.h"
#include "kernel-hle/loader/tree_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ENTRY_SIZE = 0x40,
    ENTRIES_A_BLOCK = STFS_BLOCK / ENTRY_SIZE,
    ENTRY_NAME = 40,
    IS_CONTIGUOUS = 0x40,
    IS_DIRECTORY = 0x80,
    NAME_LENGTH = 0x3f,
    PARENT_IS_ROOT = 0xffff,
};

/* Blocks that follow each other in the volume as they do in the file. */
struct run {
    uint32_t index, block; /* of the first, in the file and in the volume */
};

struct chain {
    struct run *run;
    uint32_t runs, room, blocks;
};

struct stfs {
    struct stfs_blocks blocks;
    struct chain table;  /* of the file table */
    uint32_t entries;    /* that the table has room for */
    tree_node *node;     /* by entry */
    struct chain *chain; /* by entry, of those that were read */
    uint8_t *taken;      /* bits: the block belongs to a chain */
};

/* ---- chains ---- */

static bool append(struct chain *chain, uint32_t block)
{
    const struct run *last = chain->runs > 0 ? &chain->run[chain->runs - 1] : NULL;

    if (last == NULL || last->block + (chain->blocks - last->index) != block) {
        if (chain->runs == chain->room) {
            uint32_t room = chain->room == 0 ? 4 : chain->room * 2;
            struct run *run = realloc(chain->run, room * sizeof *run);
            if (run == NULL)
                return false;
            chain->run = run;
            chain->room = room;
        }
        chain->run[chain->runs++] = (struct run){chain->blocks, block};
    }
    chain->blocks++;
    return true;
}

static uint32_t block_of(const struct chain *chain, uint32_t index)
{
    uint32_t low = 0, high = chain->runs;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (chain->run[middle].index <= index)
            low = middle;
        else
            high = middle;
    }
    return chain->run[low].block + (index - chain->run[low].index);
}

static void release(struct stfs *stfs, struct chain *chain)
{
    for (uint32_t i = 0; i < chain->blocks; i++) {
        uint32_t block = block_of(chain, i);
        stfs->taken[block / 8] &= (uint8_t) ~(1u << block % 8);
    }
    free(chain->run);
    *chain = (struct chain){0};
}

/* No block may be in two files or twice in one: a chain that returns to itself would never end. */
static enum sim_status take(struct stfs *stfs, struct chain *chain, uint32_t block, const char *what,
                            struct sim_error *error)
{
    const struct stfs_blocks *blocks = &stfs->blocks;

    if (block >= blocks->total)
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: %s: block %" PRIu32 " of its chain is %" PRIu32 "; the volume has %" PRIu32, blocks->name,
                        what, chain->blocks, block, blocks->total);
    if ((stfs->taken[block / 8] >> block % 8 & 1) != 0)
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: offset 0x%" PRIx64 ": %s: block %" PRIu32 " is in a chain of blocks twice", blocks->name,
                        stfs_block_offset(blocks, block), what, block);
    if (!append(chain, block))
        return sim_fail(error, SIM_HOST, "%s: no memory to read it", blocks->name);
    stfs->taken[block / 8] |= (uint8_t)(1u << block % 8);
    return SIM_OK;
}

static enum sim_status build_chain(struct stfs *stfs, struct chain *chain, uint32_t first, uint32_t count,
                                   bool contiguous, const char *what, struct sim_error *error)
{
    struct stfs_blocks *blocks = &stfs->blocks;
    enum sim_status status = SIM_OK;
    uint32_t block = first;

    if (count > blocks->total)
        return sim_fail(error, SIM_BAD_INPUT, "%s: %s: it is %" PRIu32 " blocks long; the volume has %" PRIu32,
                        blocks->name, what, count, blocks->total);
    for (uint32_t i = 0; i < count && status == SIM_OK; i++) {
        status = take(stfs, chain, block, what, error);
        if (status == SIM_OK && i + 1 < count) {
            if (contiguous)
                block++;
            else
                status = stfs_next_block(blocks, block, &block, error);
        }
    }
    if (status != SIM_OK)
        release(stfs, chain);
    return status;
}

/* ---- the file table ---- */

static enum sim_status entry_at(struct stfs *stfs, uint32_t index, const uint8_t **entry, uint64_t *at,
                                struct sim_error *error)
{
    const uint8_t *bytes;
    uint32_t block = block_of(&stfs->table, index / ENTRIES_A_BLOCK);
    enum sim_status status = stfs_block(&stfs->blocks, block, &bytes, error);
    if (status != SIM_OK)
        return status;
    *entry = bytes + (size_t)(index % ENTRIES_A_BLOCK) * ENTRY_SIZE;
    *at = stfs_block_offset(&stfs->blocks, block) + (uint64_t)(index % ENTRIES_A_BLOCK) * ENTRY_SIZE;
    return SIM_OK;
}

/* An entry without a name stands for a file that was deleted, or for none at all. */
static bool is_unused(const uint8_t *entry)
{
    return entry[0] == 0 || (entry[0x28] & NAME_LENGTH) == 0;
}

static uint32_t le24(const uint8_t *p)
{
    return bytes_le16(p) | (uint32_t)p[2] << 16;
}

static enum sim_status add_entry(struct tree *tree, uint32_t index, tree_node parent, struct sim_error *error)
{
    struct stfs *stfs = tree->self;
    char name[3 * ENTRY_NAME];
    const uint8_t *entry;
    uint64_t at;

    enum sim_status status = entry_at(stfs, index, &entry, &at, error);
    if (status != SIM_OK)
        return status;
    unsigned length = entry[0x28] & NAME_LENGTH;
    if (length > ENTRY_NAME)
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: offset 0x%" PRIx64
                        ": name length: %u characters do not fit into an entry of the file table",
                        tree->path, at + 0x28, length);
    bool directory = (entry[0x28] & IS_DIRECTORY) != 0;
    uint32_t first = le24(entry + 0x2f), size = bytes_be32(entry + 0x34);
    struct tree_new child = {
        .name = name,
        .name_length = cp1252_to_utf8(entry, length, name),
        .info = {.size = directory ? 0 : size,
                 .attributes = directory ? TREE_DIRECTORY : 0,
                 .offset = directory || size == 0 ? UINT64_MAX : stfs_block_offset(&stfs->blocks, first),
                 .created = fat_time(bytes_be16(entry + 0x38), bytes_be16(entry + 0x3a)),
                 .modified = fat_time(bytes_be16(entry + 0x3c), bytes_be16(entry + 0x3e))},
        .place = index,
        .at = at,
    };
    return tree_add(tree, parent, &child, &stfs->node[index], error);
}

/* Adds an entry after those that it is in; an entry may stand before its directory. */
static enum sim_status place_entry(struct tree *tree, uint32_t index, struct sim_error *error)
{
    struct stfs *stfs = tree->self;
    uint32_t way[TREE_DEPTH_MAX];
    const uint8_t *entry;
    unsigned depth = 0;
    uint64_t at = 0;

    tree_node parent = TREE_NONE;
    while (parent == TREE_NONE) {
        enum sim_status status = entry_at(stfs, index, &entry, &at, error);
        if (status != SIM_OK)
            return status;
        if (depth == TREE_DEPTH_MAX)
            return sim_fail(error, SIM_BAD_INPUT,
                            "%s: offset 0x%" PRIx64 ": parent directory: the entry is in itself or more than %d levels "
                            "deep",
                            tree->path, at + 0x32, TREE_DEPTH_MAX);
        way[depth++] = index;
        index = bytes_be16(entry + 0x32);
        const uint8_t *above = NULL;
        uint64_t above_at;
        if (index == PARENT_IS_ROOT) {
            parent = 0;
            break;
        }
        if (index < stfs->entries)
            status = entry_at(stfs, index, &above, &above_at, error);
        if (status != SIM_OK)
            return status;
        if (above == NULL || is_unused(above) || (above[0x28] & IS_DIRECTORY) == 0)
            return sim_fail(error, SIM_BAD_INPUT,
                            "%s: offset 0x%" PRIx64 ": parent directory: entry %" PRIu32 " is no directory", tree->path,
                            at + 0x32, index);
        parent = stfs->node[index];
    }
    while (depth > 0) {
        enum sim_status status = add_entry(tree, way[--depth], parent, error);
        if (status != SIM_OK)
            return status;
        parent = stfs->node[way[depth]];
    }
    return SIM_OK;
}

static enum sim_status read_file_table(struct tree *tree, uint32_t first, uint32_t count, struct sim_error *error)
{
    struct stfs *stfs = tree->self;
    enum sim_status status = build_chain(stfs, &stfs->table, first, count, false, "the file table", error);

    if (status != SIM_OK)
        return status;
    stfs->entries = count * ENTRIES_A_BLOCK;
    stfs->node = malloc((stfs->entries + 1) * sizeof *stfs->node);
    stfs->chain = calloc(stfs->entries + 1, sizeof *stfs->chain);
    if (stfs->node == NULL || stfs->chain == NULL)
        return sim_fail(error, SIM_HOST, "%s: no memory for its file table", tree->path);
    for (uint32_t i = 0; i < stfs->entries; i++)
        stfs->node[i] = TREE_NONE;
    for (uint32_t i = 0; i < stfs->entries && status == SIM_OK; i++) {
        const uint8_t *entry;
        uint64_t at;
        status = entry_at(stfs, i, &entry, &at, error);
        if (status == SIM_OK && stfs->node[i] == TREE_NONE && !is_unused(entry))
            status = place_entry(tree, i, error);
    }
    return status;
}

/* ---- reading ---- */

static enum sim_status file_chain(struct tree *tree, tree_node file, const struct chain **chain,
                                  struct sim_error *error)
{
    struct stfs *stfs = tree->self;
    uint32_t index = (uint32_t)tree->entry[file].place;
    uint64_t count = (tree->entry[file].size + STFS_BLOCK - 1) / STFS_BLOCK;
    const uint8_t *entry;
    char what[80];
    uint64_t at;

    *chain = &stfs->chain[index];
    if (stfs->chain[index].blocks > 0)
        return SIM_OK;
    enum sim_status status = entry_at(stfs, index, &entry, &at, error);
    if (status != SIM_OK)
        return status;
    snprintf(what, sizeof what, "'%.40s', file table entry %" PRIu32, tree->entry[file].name, index);
    return build_chain(stfs, &stfs->chain[index], le24(entry + 0x2f), (uint32_t)count,
                       (entry[0x28] & IS_CONTIGUOUS) != 0, what, error);
}

static enum sim_status stfs_read(struct tree *tree, tree_node file, uint64_t offset, uint8_t *bytes, size_t size,
                                 struct sim_error *error)
{
    struct stfs *stfs = tree->self;
    const struct chain *chain;
    enum sim_status status = file_chain(tree, file, &chain, error);

    while (status == SIM_OK && size > 0) {
        uint32_t within = (uint32_t)(offset % STFS_BLOCK);
        size_t part = size < STFS_BLOCK - within ? size : STFS_BLOCK - within;
        const uint8_t *block;
        status = stfs_block(&stfs->blocks, block_of(chain, (uint32_t)(offset / STFS_BLOCK)), &block, error);
        if (status == SIM_OK)
            memcpy(bytes, block + within, part);
        bytes += part;
        offset += part;
        size -= part;
    }
    return status;
}

static void stfs_close(void *self)
{
    struct stfs *stfs = self;
    for (uint32_t i = 0; stfs->chain != NULL && i < stfs->entries; i++)
        free(stfs->chain[i].run);
    stfs_blocks_close(&stfs->blocks);
    free(stfs->table.run);
    free(stfs->node);
    free(stfs->chain);
    free(stfs->taken);
    free(stfs);
}

static enum sim_status open_volume(struct tree *tree, const struct stfs_header *header, bool verify,
                                   struct sim_error *error)
{
    static const struct tree_container container = {NULL, stfs_read, stfs_close};
    const uint8_t *volume = tree->bytes + STFS_VOLUME;
    struct stfs *stfs = calloc(1, sizeof *stfs);

    if (stfs == NULL)
        return sim_fail(error, SIM_HOST, "%s: no memory to open it", tree->path);
    tree->kind = TREE_STFS;
    tree->container = &container;
    tree->self = stfs;
    stfs->blocks.name = tree->path;
    stfs->blocks.bytes = tree->bytes;
    stfs->blocks.size = tree->size;
    stfs->blocks.data = header->data;
    stfs->blocks.verify = verify;
    enum sim_status status = stfs_blocks_open(&stfs->blocks, volume, STFS_VOLUME, error);
    if (status != SIM_OK)
        return status;
    stfs->taken = calloc(stfs->blocks.total / 8 + 1, 1);
    if (stfs->taken == NULL)
        return sim_fail(error, SIM_HOST, "%s: no memory to open it", tree->path);
    return read_file_table(tree, le24(volume + 5), bytes_le16(volume + 3), error);
}

enum sim_status stfs_open(struct tree *tree, bool verify, struct sim_error *error)
{
    struct stfs_header header;
    enum sim_status status = stfs_header_read(&header, tree->path, tree->bytes, tree->size, error);

    if (status != SIM_OK)
        return status;
    if (verify && !stfs_header_is_whole(&header))
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: offset 0x%x: content id: it is not the SHA-1 of the header from 0x%x to 0x%" PRIx64,
                        tree->path, STFS_CONTENT_ID, STFS_METADATA, header.data);
    if (tree->bytes[STFS_VOLUME] != STFS_VOLUME_SIZE)
        return sim_fail(error, SIM_BAD_INPUT, "%s: offset 0x%x: volume descriptor: %u bytes instead of %u", tree->path,
                        STFS_VOLUME, tree->bytes[STFS_VOLUME], STFS_VOLUME_SIZE);
    switch (header.volume_type) {
    case STFS_VOLUME_STFS:
        return open_volume(tree, &header, verify, error);
    case STFS_VOLUME_SVOD:
        return svod_open(tree, &header, verify, error);
    default:
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: offset 0x%x: volume type: %" PRIu32 " is neither STFS (0) nor SVOD (1)", tree->path,
                        STFS_VOLUME_TYPE, header.volume_type);
    }
}
