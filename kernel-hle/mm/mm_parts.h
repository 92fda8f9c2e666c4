/* What the files of this folder share. */
#ifndef CYCLE360_HLE_MM_PARTS_H
#define CYCLE360_HLE_MM_PARTS_H

#include "kernel-hle/mm/free.h"
#include "kernel-hle/mm/mm.h"
#include "kernel-hle/mm/runs.h"
#include "models/membus/map/map.h"

enum {
    MM_REAL_BITS = 12,
    MM_REAL_PAGES = 0x20000, /* 512 MiB */
    MM_REAL_STRIDES = 3,     /* of MM_FREE_STRIDES: the pages of all heaps */
    /* Of one request: what is mapped is a real page at least, and what is protected lies between. */
    MM_MOST_CHANGES = 2 * MM_REAL_PAGES + 64,
    MM_POOL_UNITS = 64,      /* of a page, 64 bytes each */
    MM_POOL_PAGES = 0x10000, /* of the system's range */
    MM_POOL_HEADER = 8,
    MM_POOL_SMALL = 0xFD8,
    MM_KERNEL_PAGES = 0x100
};

enum mm_heap_kind { MM_VIRTUAL, MM_IMAGE, MM_VIEW };

enum mm_heap_id {
#define HEAP(region, ...) MM_HEAP_##region,
#include "kernel-hle/mm/heaps.def"
#undef HEAP
    MM_HEAPS
};

struct mm_heap_info {
    enum membus_region_id region;
    enum mm_heap_kind kind;
    uint64_t plain_end;
};
extern const struct mm_heap_info mm_heap_info[MM_HEAPS];

struct mm_heap {
    const struct mm_heap_info *info;
    uint32_t base, size;
    unsigned bits; /* log2 of the page's size */
    uint32_t step; /* real pages of a page */
    struct mm_runs runs;
    uint32_t *real;      /* the first real page of each page that is committed; views have none */
    struct mm_free free; /* addresses; views have none: what is free there, the real pages say */
};

enum mm_range_id {
#define RANGE(name, ...) MM_RANGE_##name,
#include "kernel-hle/mm/ranges.def"
#undef RANGE
    MM_RANGES
};

struct mm_range {
    uint32_t first, last;
    enum mm_use use;
};
extern const struct mm_range mm_range[MM_RANGES];

/* Small blocks of the pool: 64 units of each page of the system's range, taken or not, and where blocks begin.
 * `longest` is a tree over the pages: units that lie free side by side, 0 for a page that is not the pool's. */
struct mm_pool {
    uint64_t *taken, *begins;
    uint8_t *longest;
};

struct mm_piece {
    uint32_t first, count; /* real pages */
};

struct mm {
    struct hle_reference reference;
    struct mm_heap heap[MM_HEAPS];
    struct mm_free real;
    struct mm_pool pool;
    uint32_t committed[MM_USES], reserved[MM_USES]; /* real pages; addresses, in pages of 4 KiB */

    struct mm_change *change;
    size_t changes;
    struct mm_piece *piece;
};

/* mm_allocate_physical(), for whom the changes go on. */
uint32_t mm_give_physical(struct mm *mm, uint32_t size, uint32_t protect, uint32_t min, uint32_t max,
                          uint32_t alignment);

/* Nothing is allocated then but real memory that no view can have. */
void mm_clear(struct mm *mm);
/* Forgets the changes of the request before. */
void mm_begin(struct mm *mm);

/* Addresses (heap.c). */
struct mm_heap *mm_heap_at(struct mm *mm, uint32_t address); /* NULL: a hole */
uint32_t mm_page_of(const struct mm_heap *heap, uint32_t address);
uint32_t mm_address_of(const struct mm_heap *heap, uint32_t page);
uint64_t mm_up(uint64_t value, uint64_t unit); /* 0 stays 0 */
uint32_t mm_stored_protect(const struct mm *mm, uint32_t protect);

/* Where `size` bytes fit: the first page, or -1. `first` and `last` are addresses, or real addresses for mm->real. */
int64_t mm_search(struct mm_free *tree, unsigned bits, uint64_t base, uint64_t first, uint64_t last, uint64_t size,
                  uint64_t alignment, bool top_down);
int64_t mm_search_range(struct mm *mm, enum mm_range_id range, uint64_t size);

/* Pages of a heap (pages.c). Callers have looked at whether they are what they must be. */
/* The real page of one that is committed. */
uint32_t mm_real_page(const struct mm_heap *heap, uint32_t page);
bool mm_all_free(const struct mm_heap *heap, uint32_t first, uint32_t count);
/* Whether [first, first + count) lies in one region; its run at `first` then. */
bool mm_one_region(const struct mm_heap *heap, uint32_t first, uint32_t count, struct mm_run *run);
void mm_reserve(struct mm *mm, struct mm_heap *heap, uint32_t first, uint32_t count, enum mm_use use, uint32_t protect);
/* Pages that are reserved get the lowest free real pages, the others the protection. False, and nothing changes, where
 * there are not enough. */
bool mm_commit(struct mm *mm, struct mm_heap *heap, uint32_t first, uint32_t count, uint32_t protect, bool zero);
/* Reserved pages become guard pages. */
void mm_bar(struct mm *mm, struct mm_heap *heap, uint32_t first, uint32_t count);
void mm_decommit(struct mm *mm, struct mm_heap *heap, uint32_t first, uint32_t count);
/* The region that begins at `first`. */
void mm_release(struct mm *mm, struct mm_heap *heap, uint32_t first);
/* False, and nothing changes, where not all of it is of one region and has memory. */
bool mm_protect_pages(struct mm *mm, struct mm_heap *heap, uint32_t first, uint32_t count, uint32_t protect);
/* Reserves and commits; false, and nothing changes, where memory is short. */
bool mm_place(struct mm *mm, struct mm_heap *heap, uint32_t first, uint32_t count, enum mm_use use, uint32_t protect);
/* The same for a view, whose real pages must be free. */
void mm_place_view(struct mm *mm, struct mm_heap *heap, uint32_t first, uint32_t count, uint32_t protect, bool zero);
/* Releases the region that begins at `address`, if it lies in the range and is of that use. */
bool mm_release_in(struct mm *mm, enum mm_range_id range, enum mm_use use, uint32_t address);

bool mm_pool_init(struct mm_pool *pool);
void mm_pool_destroy(struct mm_pool *pool);
void mm_pool_reset(struct mm_pool *pool);
/* For state.c: the units of a page of the range. */
void mm_pool_restore(struct mm_pool *pool, uint32_t page, uint64_t taken, uint64_t begins);

#endif
