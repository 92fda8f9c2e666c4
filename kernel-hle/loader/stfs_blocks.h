/* The blocks of an STFS volume: where each of them and each hash table is, and whether they are what their hashes say.
 * A hash is looked at once, when its block is first asked for. */
#ifndef CYCLE360_HLE_LOADER_STFS_BLOCKS_H
#define CYCLE360_HLE_LOADER_STFS_BLOCKS_H

#include "models/sim/status.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    STFS_BLOCK = 0x1000,
    STFS_TABLE_ENTRIES = 170,
    STFS_LEVELS = 3,
    STFS_BLOCKS_MAX = STFS_TABLE_ENTRIES * STFS_TABLE_ENTRIES * STFS_TABLE_ENTRIES,
};
#define STFS_NO_BLOCK 0xffffffu

struct stfs_blocks {
    const char *name; /* of the file, for sentences */
    const uint8_t *bytes;
    uint64_t size, data; /* of the file; where the volume begins in it */
    unsigned copies;     /* of each hash table: one in a volume that is only read, else two */
    bool second;         /* the top table's second copy is the one that holds */
    bool verify;
    unsigned top; /* level of the table that all others hang from: 0 to 2 */
    uint32_t total;
    const uint8_t *top_hash;
    uint8_t *seen[1 + STFS_LEVELS]; /* bits: hashes that were right; of data blocks, then of tables by level */
};

/* The caller has set name, bytes, size, data and verify; volume is the descriptor in the header, at offset `at`. */
enum sim_status stfs_blocks_open(struct stfs_blocks *blocks, const uint8_t *volume, uint64_t at,
                                 struct sim_error *error);
void stfs_blocks_close(struct stfs_blocks *blocks);

/* The 4096 bytes of a block, or an error that names it. */
enum sim_status stfs_block(struct stfs_blocks *blocks, uint32_t block, const uint8_t **bytes, struct sim_error *error);
/* The block that follows in a chain, STFS_NO_BLOCK at its end. */
enum sim_status stfs_next_block(struct stfs_blocks *blocks, uint32_t block, uint32_t *next, struct sim_error *error);
/* Where in the file a block is, whether or not the file reaches so far. */
uint64_t stfs_block_offset(const struct stfs_blocks *blocks, uint32_t block);

#endif
