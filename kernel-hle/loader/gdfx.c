#include "kernel-hle/loader/gdfx.h"

#include "kernel-hle/loader/bytes.h"
#include "kernel-hle/loader/cp1252.h"

#include <inttypes.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

enum { ROOT_SIZE_MAX = 32 << 20, ATTRIBUTES = 0x37 };

struct gdfx {
    struct gdfx_source source;
    void *extents; /* tsearch: what the listed directories have told of, by sector */
};

/* Sectors from `first` up to, not including, `end`. */
struct extent {
    uint64_t first, end, told_at; /* the last: offset in the container of the entry that says so */
    bool directory;
};

/* Extents that overlap are equal, so that the set finds them. */
static int by_sector(const void *a_, const void *b_)
{
    const struct extent *a = a_, *b = b_;
    return a->end <= b->first ? -1 : a->first >= b->end;
}

static uint64_t place_of_sector(const struct gdfx *gdfx, uint32_t sector)
{
    return gdfx->source.place(gdfx->source.self, (uint64_t)sector * GDFX_SECTOR);
}

/* Takes note of where something is. Two files may be the same sectors, but nothing else may be twice: a directory that
 * is in two places would make the tree endless. */
static enum sim_status claim(struct tree *tree, uint32_t sector, uint64_t size, bool directory, uint64_t told_at,
                             struct sim_error *error)
{
    struct gdfx *gdfx = tree->self;
    struct extent extent = {sector, sector + (size + GDFX_SECTOR - 1) / GDFX_SECTOR, told_at, directory};

    if (size == 0)
        return SIM_OK;
    if (extent.first * GDFX_SECTOR + size > gdfx->source.size)
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: offset 0x%" PRIx64 ": start sector %" PRIu32 " and size %" PRIu64
                        " lead beyond the end of the partition, which has %" PRIu64 " bytes",
                        tree->path, told_at, sector, size, gdfx->source.size);
    struct extent *own = malloc(sizeof *own);
    if (own == NULL)
        return sim_fail(error, SIM_HOST, "%s: no memory to list it", tree->path);
    *own = extent;
    struct extent *const *found = tsearch(own, &gdfx->extents, by_sector);
    if (found != NULL && *found == own)
        return SIM_OK;
    free(own);
    if (found == NULL)
        return sim_fail(error, SIM_HOST, "%s: no memory to list it", tree->path);
    const struct extent *other = *found;
    if (!directory && !other->directory && other->first == extent.first && other->end == extent.end)
        return SIM_OK;
    return sim_fail(error, SIM_BAD_INPUT,
                    "%s: offset 0x%" PRIx64 ": start sector %" PRIu32
                    ": the sectors belong to what the fields at offset "
                    "0x%" PRIx64 " tell of",
                    tree->path, told_at, sector, other->told_at);
}

/* ---- a directory ---- */

struct table {
    uint8_t *bytes;
    uint32_t size;
    uint64_t base;  /* in the partition */
    uint8_t *taken; /* of each four bytes: they belong to an entry */
    uint16_t *stack;
    uint32_t height;
};

static enum sim_status add_entry(struct tree *tree, tree_node directory, const uint8_t *entry, uint64_t at,
                                 struct sim_error *error)
{
    char name[3 * GDFX_NAME_MAX];
    struct gdfx *gdfx = tree->self;
    uint32_t sector = bytes_le32(entry + 4), size = bytes_le32(entry + 8);
    bool is_directory = (entry[12] & TREE_DIRECTORY) != 0;

    struct tree_new child = {
        .name = name,
        .name_length = cp1252_to_utf8(entry + GDFX_ENTRY, entry[13], name),
        .info = {.size = is_directory ? 0 : size,
                 .attributes = entry[12] & ATTRIBUTES,
                 .offset = size > 0 ? place_of_sector(gdfx, sector) : UINT64_MAX},
        .place = is_directory ? (uint64_t)size << 32 | sector : sector,
        .at = at,
    };
    enum sim_status status = claim(tree, sector, size, is_directory, at, error);
    return status == SIM_OK ? tree_add(tree, directory, &child, NULL, error) : status;
}

/* Looks at the entry of that number, adds it, and puts its two subtrees on the stack. */
static enum sim_status visit(struct tree *tree, tree_node directory, struct table *table, uint16_t number,
                             struct sim_error *error)
{
    const struct gdfx *gdfx = tree->self;
    uint32_t offset = number * 4u;
    uint64_t at = gdfx->source.place(gdfx->source.self, table->base + offset);

    if (offset + GDFX_ENTRY > table->size || offset + GDFX_ENTRY + table->bytes[offset + GDFX_ENTRY - 1] > table->size)
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: offset 0x%" PRIx64 ": directory entry %u does not lie within the directory's %" PRIu32
                        " bytes",
                        tree->path, at, number, table->size);
    const uint8_t *entry = table->bytes + offset;
    uint16_t left = bytes_le16(entry), right = bytes_le16(entry + 2);
    if (left == GDFX_NO_ENTRY)
        return number == 0 ? SIM_OK
                           : sim_fail(error, SIM_BAD_INPUT, "%s: offset 0x%" PRIx64 ": directory entry %u is filler",
                                      tree->path, at, number);
    for (uint32_t i = number; i * 4 < offset + GDFX_ENTRY + entry[13]; i++)
        if (table->taken[i]++ != 0)
            return sim_fail(error, SIM_BAD_INPUT,
                            "%s: offset 0x%" PRIx64 ": directory entry %u overlaps another one or is reached twice",
                            tree->path, at, number);
    if (right != 0)
        table->stack[table->height++] = right;
    if (left != 0)
        table->stack[table->height++] = left;
    return add_entry(tree, directory, entry, at, error);
}

static enum sim_status gdfx_list(struct tree *tree, tree_node directory, struct sim_error *error)
{
    struct gdfx *gdfx = tree->self;
    uint64_t place = tree->entry[directory].place;
    uint64_t size = place >> 32;
    struct table table = {.base = (place & UINT32_MAX) * GDFX_SECTOR};

    if (size == 0)
        return SIM_OK;
    /* What lies beyond the reach of a 16-bit number cannot be an entry. */
    table.size = size < GDFX_TABLE_MAX + GDFX_ENTRY + GDFX_NAME_MAX ? (uint32_t)size
                                                                    : GDFX_TABLE_MAX + GDFX_ENTRY + GDFX_NAME_MAX;
    uint32_t words = (table.size + 3) / 4;
    table.bytes = malloc(table.size);
    table.taken = calloc(words, 1);
    /* Each visit takes at least four words and leaves at most two numbers. */
    table.stack = malloc((words + 2) * sizeof *table.stack);
    enum sim_status status = SIM_OK;
    if (table.bytes == NULL || table.taken == NULL || table.stack == NULL)
        status = sim_fail(error, SIM_HOST, "%s: no memory to list it", tree->path);
    else
        status = gdfx->source.fetch(tree, gdfx->source.self, table.base, table.bytes, table.size, error);
    if (status == SIM_OK)
        table.stack[table.height++] = 0;
    while (status == SIM_OK && table.height > 0)
        status = visit(tree, directory, &table, table.stack[--table.height], error);
    free(table.bytes);
    free(table.taken);
    free(table.stack);
    return status;
}

static enum sim_status gdfx_read(struct tree *tree, tree_node file, uint64_t offset, uint8_t *bytes, size_t size,
                                 struct sim_error *error)
{
    struct gdfx *gdfx = tree->self;
    return gdfx->source.fetch(tree, gdfx->source.self, tree->entry[file].place * GDFX_SECTOR + offset, bytes, size,
                              error);
}

static void gdfx_close(void *self)
{
    struct gdfx *gdfx = self;
    gdfx->source.close(gdfx->source.self);
    tdestroy(gdfx->extents, free);
    free(gdfx);
}

enum sim_status gdfx_open_source(struct tree *tree, const struct gdfx_source *source, uint32_t root_sector,
                                 uint32_t root_size, uint64_t descriptor, struct sim_error *error)
{
    static const struct tree_container container = {gdfx_list, gdfx_read, gdfx_close};
    struct gdfx *gdfx = calloc(1, sizeof *gdfx);

    if (gdfx == NULL) {
        source->close(source->self);
        return sim_fail(error, SIM_HOST, "%s: no memory to open it", tree->path);
    }
    gdfx->source = *source;
    tree->container = &container;
    tree->self = gdfx;
    tree->kind = TREE_GDFX;
    tree->entry[0].place = (uint64_t)root_size << 32 | root_sector;
    if (root_size > ROOT_SIZE_MAX)
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: offset 0x%" PRIx64 ": root directory size: %" PRIu32 " bytes are more than 32 MiB",
                        tree->path, descriptor, root_size);
    if (root_size > 0)
        tree->entry[0].offset = place_of_sector(gdfx, root_sector);
    return claim(tree, root_sector, root_size, true, descriptor, error);
}

/* ---- disc images ---- */

/* Where the game partition of an image may begin, in the order in which they are looked at. */
static const uint64_t partition_offset[] = {
    0,          /* the partition alone */
    0xfb20,     /* trimmed dumps */
    0x20600,    /* the same */
    0x02080000, /* XGD3 */
    0x0fd90000, /* XGD2 */
    0x18300000, /* XGD1, of the first Xbox */
    0x89d80000, /* discs that are a film as well */
};

static bool find_partition(const uint8_t *bytes, uint64_t size, uint64_t *base)
{
    for (size_t i = 0; i < sizeof partition_offset / sizeof *partition_offset; i++) {
        uint64_t descriptor = partition_offset[i] + GDFX_DESCRIPTOR_SECTOR * GDFX_SECTOR;
        if (size >= GDFX_SECTOR && descriptor <= size - GDFX_SECTOR &&
            memcmp(bytes + descriptor, GDFX_MAGIC, GDFX_MAGIC_SIZE) == 0) {
            *base = partition_offset[i];
            return true;
        }
    }
    return false;
}

struct disc {
    const uint8_t *bytes;
    uint64_t base;
};

static enum sim_status disc_fetch(const struct tree *tree, void *self, uint64_t offset, uint8_t *bytes, size_t size,
                                  struct sim_error *error)
{
    const struct disc *disc = self;
    (void)tree, (void)error;
    memcpy(bytes, disc->bytes + disc->base + offset, size);
    return SIM_OK;
}

static uint64_t disc_place(const void *self, uint64_t offset)
{
    const struct disc *disc = self;
    return disc->base + offset;
}

bool gdfx_is(const uint8_t *bytes, uint64_t size)
{
    uint64_t base;
    return find_partition(bytes, size, &base);
}

enum sim_status gdfx_open(struct tree *tree, struct sim_error *error)
{
    struct disc *disc = calloc(1, sizeof *disc);
    if (disc == NULL)
        return sim_fail(error, SIM_HOST, "%s: no memory to open it", tree->path);
    disc->bytes = tree->bytes;
    find_partition(tree->bytes, tree->size, &disc->base);
    uint64_t descriptor = disc->base + GDFX_DESCRIPTOR_SECTOR * GDFX_SECTOR;
    const struct gdfx_source source = {disc_fetch, disc_place, free, disc, tree->size - disc->base};
    enum sim_status status = gdfx_open_source(tree, &source, bytes_le32(tree->bytes + descriptor + 0x14),
                                              bytes_le32(tree->bytes + descriptor + 0x18), descriptor + 0x14, error);
    if (status == SIM_OK) /* nothing may lie over the descriptor itself */
        status = claim(tree, GDFX_DESCRIPTOR_SECTOR, GDFX_SECTOR, true, descriptor, error);
    return status;
}
