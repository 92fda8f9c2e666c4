#include "kernel-hle/loader/svod.h"

#include "kernel-hle/loader/bytes.h"
#include "kernel-hle/loader/gdfx.h"

#include <inttypes.h>
#include <nettle/sha1.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A data file: a table of hashes of the tables in it, then up to 203 groups of a table and 408 sectors. A hash of a
 * group's table covers two sectors. */
enum {
    TABLE = 0x1000,
    GROUP_SECTORS = 0x198,
    GROUPS = 0xcb,
    GROUP = TABLE + GROUP_SECTORS * GDFX_SECTOR,
    FILE_SECTORS = GROUPS * GROUP_SECTORS,
    HASHED = 2 * GDFX_SECTOR,
    FILES_MAX = 10000,
    ENHANCED = 0x40,
    SINGLE_BASE = 0xb000, /* where data begin that follow their own header */
};

/* Where a disc's volume descriptor is, by the layout that the package has. */
enum { DESCRIPTOR_ENHANCED = 0x2000, DESCRIPTOR_CONVERTED = 0x12000, DESCRIPTOR_SINGLE = SINGLE_BASE + 0x2000 };

struct svod {
    struct loader_file *file; /* the data files; none where the data follow the header */
    uint32_t files;
    const uint8_t *single; /* the header's file then */
    uint64_t single_size;
    uint64_t base; /* of the first table in each file */
    int64_t first; /* number on the disc of the volume's first sector */
    uint64_t sectors;
    const uint8_t *top_hash;
    bool verify;
    uint8_t *seen; /* bits: pairs of sectors, then tables of groups, then those of files, whose hashes were right */
    uint64_t seen_groups, seen_files;
};

static const uint8_t *file_bytes(const struct svod *svod, uint32_t file, uint64_t *size, const char **name,
                                 const struct tree *tree)
{
    if (svod->single != NULL) {
        *size = svod->single_size;
        *name = tree->path;
        return svod->single;
    }
    *size = svod->file[file].size;
    *name = svod->file[file].name;
    return svod->file[file].bytes;
}

/* ---- hashes ---- */

static bool is_seen(const struct svod *svod, uint64_t bit)
{
    return (svod->seen[bit / 8] >> bit % 8 & 1) != 0;
}

static enum sim_status check(struct svod *svod, uint64_t bit, const uint8_t *bytes, const uint8_t *hash,
                             const char *name, uint64_t offset, const char *what, struct sim_error *error)
{
    struct sha1_ctx sha1;
    uint8_t digest[SHA1_DIGEST_SIZE];

    if (!svod->verify || is_seen(svod, bit))
        return SIM_OK;
    sha1_init(&sha1);
    sha1_update(&sha1, TABLE, bytes);
    sha1_digest(&sha1, sizeof digest, digest);
    if (memcmp(digest, hash, sizeof digest) != 0)
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: offset 0x%" PRIx64 ": the SHA-1 of %s is not what the table above it says", name, offset,
                        what);
    svod->seen[bit / 8] |= (uint8_t)(1u << bit % 8);
    return SIM_OK;
}

/* The bytes of a sector, counted from the volume's first. The last pair of sectors may be cut off in the middle; no
 * hash can then be looked at. */
static enum sim_status sector_bytes(const struct tree *tree, struct svod *svod, uint64_t sector,
                                    const uint8_t **sector_, struct sim_error *error)
{
    uint32_t number = (uint32_t)(sector / FILE_SECTORS), within = (uint32_t)(sector % FILE_SECTORS);
    uint32_t group = within / GROUP_SECTORS, pair = within % GROUP_SECTORS / 2;
    uint64_t table = svod->base + TABLE + (uint64_t)group * GROUP, offset = table + TABLE + (uint64_t)pair * HASHED;
    const char *name;
    uint64_t size;
    const uint8_t *bytes = file_bytes(svod, number, &size, &name, tree);
    enum sim_status status = SIM_OK;

    if (!bytes_within(size, offset + (within & 1) * GDFX_SECTOR, GDFX_SECTOR))
        return sim_fail(error, SIM_BAD_INPUT, "%s: offset 0x%" PRIx64 ": the file ends before this sector", name,
                        offset);
    *sector_ = bytes + offset + (size_t)(within & 1) * GDFX_SECTOR;
    if (number == 0)
        status = check(svod, svod->seen_files, bytes + svod->base, svod->top_hash, name, svod->base,
                       "the file's table of hashes", error);
    if (status == SIM_OK)
        status = check(svod, svod->seen_groups + (uint64_t)number * GROUPS + group, bytes + table,
                       bytes + svod->base + (size_t)group * SHA1_DIGEST_SIZE, name, table, "a group's table of hashes",
                       error);
    if (status == SIM_OK && bytes_within(size, offset, HASHED))
        status = check(svod, sector / 2, bytes + offset, bytes + table + (size_t)pair * SHA1_DIGEST_SIZE, name, offset,
                       "two sectors", error);
    return status;
}

/* ---- as the source of a disc ---- */

static enum sim_status svod_fetch(const struct tree *tree, void *self, uint64_t offset, uint8_t *bytes, size_t size,
                                  struct sim_error *error)
{
    struct svod *svod = self;

    while (size > 0) {
        uint64_t sector = offset / GDFX_SECTOR;
        size_t within = (size_t)(offset % GDFX_SECTOR);
        size_t part = size < GDFX_SECTOR - within ? size : GDFX_SECTOR - within;
        const uint8_t *from = NULL;
        if ((int64_t)sector < svod->first || sector - (uint64_t)svod->first >= svod->sectors)
            return sim_fail(error, SIM_BAD_INPUT, "%s: sector %" PRIu64 " of the disc is in none of its data files",
                            tree->path, sector);
        enum sim_status status = sector_bytes(tree, svod, sector - (uint64_t)svod->first, &from, error);
        if (status != SIM_OK)
            return status;
        memcpy(bytes, from + within, part);
        bytes += part;
        offset += part;
        size -= part;
    }
    return SIM_OK;
}

/* Offsets of sentences are those of the data file that has the byte. */
static uint64_t svod_place(const void *self, uint64_t offset)
{
    const struct svod *svod = self;
    uint64_t sector = offset / GDFX_SECTOR - (uint64_t)svod->first, within = sector % FILE_SECTORS;
    return svod->base + TABLE + (within / GROUP_SECTORS + 1) * TABLE + within * GDFX_SECTOR + offset % GDFX_SECTOR;
}

static void svod_close(void *self)
{
    struct svod *svod = self;
    for (uint32_t i = 0; i < svod->files; i++)
        loader_file_close(&svod->file[i]);
    free(svod->file);
    free(svod->seen);
    free(svod);
}

/* ---- opening ---- */

static enum sim_status open_files(const struct tree *tree, struct svod *svod, uint32_t files, struct sim_error *error)
{
    if (files == 0 || files > FILES_MAX)
        return sim_fail(error, SIM_BAD_INPUT, "%s: offset 0x39d: data files: there cannot be %" PRIu32, tree->path,
                        files);
    size_t room = strlen(tree->path) + 32;
    char *path = malloc(room);
    svod->file = calloc(files, sizeof *svod->file);
    enum sim_status status = SIM_OK;
    if (path == NULL || svod->file == NULL)
        status = sim_fail(error, SIM_HOST, "%s: no memory to open it", tree->path);
    for (uint32_t i = 0; i < files && status == SIM_OK; i++) {
        snprintf(path, room, "%s.data/Data%04" PRIu32, tree->path, i);
        status = loader_file_open(&svod->file[i], path, error);
        svod->files = i + 1;
    }
    free(path);
    return status;
}

/* How many sectors a data file of that size holds. */
static uint64_t sectors_of(uint64_t size, uint64_t base)
{
    if (size < base + TABLE)
        return 0;
    size -= base + TABLE;
    uint64_t rest = size % GROUP;
    return size / GROUP * GROUP_SECTORS + (rest > TABLE ? (rest - TABLE) / GDFX_SECTOR : 0);
}

static bool has_magic(const uint8_t *bytes, uint64_t size, uint64_t offset)
{
    return bytes_within(size, offset, GDFX_SECTOR) && memcmp(bytes + offset, GDFX_MAGIC, GDFX_MAGIC_SIZE) == 0;
}

static enum sim_status find_descriptor(const struct tree *tree, struct svod *svod, bool enhanced, uint64_t *descriptor,
                                       const uint8_t **bytes, struct sim_error *error)
{
    const char *name;
    uint64_t size;
    *bytes = file_bytes(svod, 0, &size, &name, tree);
    *descriptor = svod->single != NULL ? DESCRIPTOR_SINGLE : enhanced ? DESCRIPTOR_ENHANCED : DESCRIPTOR_CONVERTED;
    svod->base = svod->single != NULL ? SINGLE_BASE : 0;
    if (has_magic(*bytes, size, *descriptor))
        return SIM_OK;
    return sim_fail(error, SIM_BAD_INPUT,
                    "%s: offset 0x%" PRIx64 ": no MICROSOFT*XBOX*MEDIA, where the disc should begin", name,
                    *descriptor);
}

static enum sim_status prepare(struct tree *tree, struct svod *svod, const struct stfs_header *header,
                               uint64_t *descriptor, const uint8_t **bytes, struct sim_error *error)
{
    const uint8_t *volume = header->bytes + STFS_VOLUME;
    bool enhanced = (volume[0x18] & ENHANCED) != 0;
    uint32_t start = bytes_le16(volume + 0x1c) | (uint32_t)volume[0x1e] << 16;
    enum sim_status status = SIM_OK;

    svod->top_hash = volume + 4;
    /* Without data files at its side, the data follow the header. */
    if (has_magic(tree->bytes, tree->size, DESCRIPTOR_SINGLE) || tree->file.bytes == NULL) {
        svod->single = tree->bytes;
        svod->single_size = tree->size;
    } else {
        status = open_files(tree, svod, bytes_be32(header->bytes + 0x39d), error);
    }
    if (status == SIM_OK)
        status = find_descriptor(tree, svod, enhanced, descriptor, bytes, error);
    if (status != SIM_OK)
        return status;
    svod->first = (int64_t)start * 2 - (enhanced && svod->single == NULL ? 2 : 0);
    uint32_t files = svod->single != NULL ? 1 : svod->files;
    uint64_t last = sectors_of(svod->single != NULL ? svod->single_size : svod->file[files - 1].size, svod->base);
    svod->sectors = (uint64_t)(files - 1) * FILE_SECTORS + (last < FILE_SECTORS ? last : FILE_SECTORS);
    svod->seen_groups = svod->sectors / 2 + 1;
    svod->seen_files = svod->seen_groups + (uint64_t)files * GROUPS;
    svod->seen = calloc(svod->seen_files / 8 + 1, 1);
    return svod->seen != NULL ? SIM_OK : sim_fail(error, SIM_HOST, "%s: no memory to open it", tree->path);
}

enum sim_status svod_open(struct tree *tree, const struct stfs_header *header, bool verify, struct sim_error *error)
{
    struct svod *svod = calloc(1, sizeof *svod);
    const uint8_t *bytes;
    uint64_t descriptor;

    if (svod == NULL)
        return sim_fail(error, SIM_HOST, "%s: no memory to open it", tree->path);
    svod->verify = verify;
    enum sim_status status = prepare(tree, svod, header, &descriptor, &bytes, error);
    if (status != SIM_OK) {
        svod_close(svod);
        return status;
    }
    const struct gdfx_source source = {svod_fetch, svod_place, svod_close, svod,
                                       ((uint64_t)svod->first + svod->sectors) * GDFX_SECTOR};
    uint32_t root_sector = bytes_le32(bytes + descriptor + 0x14), root_size = bytes_le32(bytes + descriptor + 0x18);
    status = gdfx_open_source(tree, &source, root_sector, root_size, descriptor + 0x14, error);
    tree->kind = TREE_SVOD;
    return status;
}
