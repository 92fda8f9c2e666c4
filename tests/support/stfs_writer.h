/* STFS packages as the format describes them, written apart from the loader: where tables and blocks stand comes from
 * walking over the volume once, not from formulas. */
#ifndef CYCLE360_TESTS_SUPPORT_STFS_WRITER_H
#define CYCLE360_TESTS_SUPPORT_STFS_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STFS_WRITER_ROOT = 0xffff };

struct stfs_writer_file {
    const char *name;
    unsigned parent; /* index of a directory's entry, or STFS_WRITER_ROOT */
    bool directory, contiguous;
    uint32_t size;
    const uint8_t *bytes;
    const uint32_t *chain;      /* the blocks, ceil(size / 4096) of them; NULL: the next free ones */
    uint32_t created, modified; /* date << 16 | time */
};

struct stfs_writer {
    const char *magic;
    unsigned copies;       /* of hash tables, 1 or 2 */
    uint32_t seed;         /* of two copies, which one holds: a bit for each table comes from here */
    uint32_t header_size;  /* 0x971a, 0xad0e or what the test likes */
    uint32_t total_blocks; /* 0: as many as are needed */
    uint32_t shuffle;      /* 0: free blocks are taken in order; else a seed for their order */
    const struct stfs_writer_file *file;
    unsigned files;
    uint32_t relink[2]; /* a block and what is to follow it, to make a chain wrong; none where both are 0 */
    /* Handed back: */
    uint32_t *place; /* of each block, counted in blocks from the data's beginning */
    uint32_t *next;  /* of each block in its chain, 0xffffff at the end */
    uint32_t blocks, table_first, table_blocks;
    uint32_t used; /* blocks in use */
};

/* The caller frees what comes back, and the arrays with stfs_writer_free(). */
uint8_t *stfs_writer(struct stfs_writer *writer, size_t *size);
void stfs_writer_free(struct stfs_writer *writer);

/* The walk: sets the place of each block and of each table's first copy by level, counted in blocks. Returns where the
 * volume ends. */
uint32_t stfs_writer_walk(uint32_t copies, uint32_t blocks, uint32_t *place, uint32_t *table_place[3]);

/* Where data begins: the header's size, rounded up. */
uint32_t stfs_writer_data(const struct stfs_writer *writer);

/* Sets the content id again, after a test has changed a field of the header. */
void stfs_writer_seal(uint8_t *bytes);

/* Big-endian numbers, for tests that change fields. */
void stfs_writer_be(uint8_t *p, uint64_t value, int bytes);

#endif
