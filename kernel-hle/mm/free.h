/* Which of some pages are free, and the first or last place where a number of them lie free side by side. A tree of
 * halves: each node knows its free run at the beginning, at the end, and for each of a few strides the longest one that
 * begins at a multiple of it. So a search by one of these costs the depth of the tree, however torn the pages are; by
 * others, that for each run that is long enough. */
#ifndef CYCLE360_HLE_MM_FREE_H
#define CYCLE360_HLE_MM_FREE_H

#include <stdbool.h>
#include <stdint.h>

/* The strides, as powers of two: a page; 64 KiB and 16 MiB in pages of 4 KiB. */
#define MM_FREE_STRIDES \
    {                   \
        0, 4, 12        \
    }

enum { MM_FREE_LEVELS = 18, MM_NONE = -1 };

struct mm_free {
    uint32_t pages, free;
    unsigned top;                      /* the level of the root; nodes of level l have 2^l pages */
    unsigned strides;                  /* how many of them nodes know of */
    uint8_t width[MM_FREE_LEVELS + 1]; /* of a node */
    uint32_t *level[MM_FREE_LEVELS + 1];
};

/* All pages are taken then. False without memory. */
bool mm_free_init(struct mm_free *tree, uint32_t pages, unsigned strides);
void mm_free_destroy(struct mm_free *tree);
void mm_free_reset(struct mm_free *tree);

/* All of the pages must be the other way. */
void mm_free_give(struct mm_free *tree, uint32_t first, uint32_t count);
void mm_free_take(struct mm_free *tree, uint32_t first, uint32_t count);

/* The lowest, or highest, multiple of `stride` from which on `count` pages are free, all of them in [low, high); -1
 * where there is none. A stride that is no power of two, or more than the tree knows of, is looked for run by run. */
int64_t mm_free_lowest(struct mm_free *tree, uint32_t low, uint32_t high, uint32_t count, uint32_t stride);
int64_t mm_free_highest(struct mm_free *tree, uint32_t low, uint32_t high, uint32_t count, uint32_t stride);
/* The first page from `page` on that is not free. */
uint32_t mm_free_end(struct mm_free *tree, uint32_t page);

#endif
