#include "kernel-hle/loader/stfs_blocks.h"

#include "kernel-hle/loader/bytes.h"

#include <inttypes.h>
#include <nettle/sha1.h>
#include <stdlib.h>
#include <string.h>

enum { L0 = STFS_TABLE_ENTRIES, L1 = L0 * STFS_TABLE_ENTRIES, L2 = STFS_BLOCKS_MAX, HASH_ENTRY = 24 };
enum { READ_ONLY_FORMAT = 1, ROOT_SECOND = 2 };
#define ACTIVE_SECOND (UINT32_C(1) << 30)

/* ---- where things are, counted in blocks from the volume's beginning ---- */

/* A table stands before the first block that it covers; the first of the upper levels come late, where the first table
 * of the level below is full. */
static uint32_t block_place(unsigned copies, uint32_t block)
{
    uint32_t tables = (block + L0) / L0;
    if (block >= L0)
        tables += (block + L1) / L1;
    if (block >= L1)
        tables += (block + L2) / L2;
    return block + tables * copies;
}

static uint32_t table_place(unsigned copies, unsigned level, uint32_t index)
{
    const uint32_t step0 = L0 + copies, step1 = L1 + (L0 + 1) * copies;

    if (level == 2)
        return step1;
    if (level == 1)
        return index == 0 ? step0 : index * step1 + copies;
    if (index == 0)
        return 0;
    return index * step0 + (index / L0 + 1) * copies + (index >= L0 ? copies : 0);
}

uint64_t stfs_block_offset(const struct stfs_blocks *blocks, uint32_t block)
{
    return blocks->data + (uint64_t)block_place(blocks->copies, block) * STFS_BLOCK;
}

/* ---- hashes ---- */

static bool has_hash(const uint8_t *bytes, const uint8_t *hash)
{
    struct sha1_ctx sha1;
    uint8_t digest[SHA1_DIGEST_SIZE];

    sha1_init(&sha1);
    sha1_update(&sha1, STFS_BLOCK, bytes);
    sha1_digest(&sha1, sizeof digest, digest);
    return memcmp(digest, hash, sizeof digest) == 0;
}

static bool is_in_file(const struct stfs_blocks *blocks, uint64_t offset)
{
    return bytes_within(blocks->size, offset, STFS_BLOCK);
}

/* `what` and `index` are for the sentence. */
static enum sim_status check(struct stfs_blocks *blocks, uint8_t *seen, uint32_t index, uint64_t offset,
                             const uint8_t *hash, const char *what, struct sim_error *error)
{
    if (!is_in_file(blocks, offset))
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: offset 0x%" PRIx64 ": %s %" PRIu32 " lies beyond the end of the file, 0x%" PRIx64,
                        blocks->name, offset, what, index, blocks->size);
    if (!blocks->verify || (seen[index / 8] >> index % 8 & 1) != 0)
        return SIM_OK;
    if (!has_hash(blocks->bytes + offset, hash))
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: offset 0x%" PRIx64 ": the SHA-1 of %s %" PRIu32 " is not what the table above it says",
                        blocks->name, offset, what, index);
    seen[index / 8] |= (uint8_t)(1u << index % 8);
    return SIM_OK;
}

static enum sim_status table(struct stfs_blocks *blocks, unsigned level, uint32_t index, const uint8_t **bytes,
                             struct sim_error *error)
{
    static const char *const what[STFS_LEVELS] = {"hash table of level 0, number", "hash table of level 1, number",
                                                  "hash table of level 2, number"};
    const uint8_t *hash = blocks->top_hash, *parent;
    bool second = blocks->second;

    if (level < blocks->top) {
        enum sim_status status = table(blocks, level + 1, index / STFS_TABLE_ENTRIES, &parent, error);
        if (status != SIM_OK)
            return status;
        hash = parent + (size_t)(index % STFS_TABLE_ENTRIES) * HASH_ENTRY;
        second = blocks->copies == 2 && (bytes_be32(hash + SHA1_DIGEST_SIZE) & ACTIVE_SECOND) != 0;
    }
    uint64_t offset = blocks->data + ((uint64_t)table_place(blocks->copies, level, index) + second) * STFS_BLOCK;
    enum sim_status status = check(blocks, blocks->seen[1 + level], index, offset, hash, what[level], error);
    *bytes = status == SIM_OK ? blocks->bytes + offset : NULL;
    return status;
}

static enum sim_status entry_of(struct stfs_blocks *blocks, uint32_t block, const uint8_t **entry,
                                struct sim_error *error)
{
    const uint8_t *bytes;

    if (block >= blocks->total)
        return sim_fail(error, SIM_BAD_INPUT, "%s: block %" PRIu32 ": the volume has only %" PRIu32, blocks->name,
                        block, blocks->total);
    enum sim_status status = table(blocks, 0, block / STFS_TABLE_ENTRIES, &bytes, error);
    if (status == SIM_OK)
        *entry = bytes + (size_t)(block % STFS_TABLE_ENTRIES) * HASH_ENTRY;
    return status;
}

enum sim_status stfs_next_block(struct stfs_blocks *blocks, uint32_t block, uint32_t *next, struct sim_error *error)
{
    const uint8_t *entry = NULL;
    enum sim_status status = entry_of(blocks, block, &entry, error);
    if (status == SIM_OK)
        *next = bytes_be32(entry + SHA1_DIGEST_SIZE) & STFS_NO_BLOCK;
    return status;
}

enum sim_status stfs_block(struct stfs_blocks *blocks, uint32_t block, const uint8_t **bytes, struct sim_error *error)
{
    const uint8_t *entry = NULL;
    uint64_t offset = stfs_block_offset(blocks, block);
    enum sim_status status = entry_of(blocks, block, &entry, error);
    if (status == SIM_OK)
        status = check(blocks, blocks->seen[0], block, offset, entry, "block", error);
    *bytes = status == SIM_OK ? blocks->bytes + offset : NULL;
    return status;
}

/* ---- opening ---- */

/* One table reaches over 170 blocks. Where it is exactly full there are writers that put another above it already; the
 * hash tells. */
static unsigned top_level(struct stfs_blocks *blocks)
{
    unsigned level = blocks->total <= L0 ? 0 : blocks->total <= L1 ? 1 : 2;
    const uint8_t *bytes;

    if (!blocks->verify || (blocks->total != L0 && blocks->total != L1))
        return level;
    blocks->top = level;
    if (table(blocks, level, 0, &bytes, NULL) == SIM_OK)
        return level;
    blocks->top = level + 1;
    return table(blocks, level + 1, 0, &bytes, NULL) == SIM_OK ? level + 1 : level;
}

enum sim_status stfs_blocks_open(struct stfs_blocks *blocks, const uint8_t *volume, uint64_t at,
                                 struct sim_error *error)
{
    blocks->copies = (volume[2] & READ_ONLY_FORMAT) != 0 ? 1 : 2;
    blocks->second = blocks->copies == 2 && (volume[2] & ROOT_SECOND) != 0;
    blocks->top_hash = volume + 8;
    blocks->total = bytes_be32(volume + 0x1c);
    if (blocks->total > STFS_BLOCKS_MAX)
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: offset 0x%" PRIx64 ": total blocks: %" PRIu32 " are more than a volume can have",
                        blocks->name, at + 0x1c, blocks->total);
    uint32_t count = blocks->total;
    for (unsigned i = 0; i < 1 + STFS_LEVELS; i++) {
        blocks->seen[i] = calloc(count / 8 + 1, 1);
        if (blocks->seen[i] == NULL)
            return sim_fail(error, SIM_HOST, "%s: no memory to open it", blocks->name);
        count = (count + STFS_TABLE_ENTRIES - 1) / STFS_TABLE_ENTRIES;
    }
    blocks->top = top_level(blocks);
    return SIM_OK;
}

void stfs_blocks_close(struct stfs_blocks *blocks)
{
    for (unsigned i = 0; i < 1 + STFS_LEVELS; i++)
        free(blocks->seen[i]);
}
