/* ExAllocatePoolTypeWithTag, ExFreePool, ExQueryPoolBlockSize. A small block goes to the lowest page of the pool that
 * has room, and there to the lowest place; a page is given back with its last block. */
#include "kernel-hle/mm/mm_parts.h"

#include <stdlib.h>
#include <string.h>

enum { UNIT_BITS = 6, PAGE = 1 << MM_REAL_BITS };

bool mm_pool_init(struct mm_pool *pool)
{
    pool->taken = calloc(MM_POOL_PAGES, sizeof *pool->taken);
    pool->begins = calloc(MM_POOL_PAGES, sizeof *pool->begins);
    pool->longest = calloc(2 * MM_POOL_PAGES, sizeof *pool->longest);
    return pool->taken && pool->begins && pool->longest;
}

void mm_pool_destroy(struct mm_pool *pool)
{
    free(pool->taken);
    free(pool->begins);
    free(pool->longest);
}

void mm_pool_reset(struct mm_pool *pool)
{
    memset(pool->taken, 0, MM_POOL_PAGES * sizeof *pool->taken);
    memset(pool->begins, 0, MM_POOL_PAGES * sizeof *pool->begins);
    memset(pool->longest, 0, 2 * MM_POOL_PAGES * sizeof *pool->longest);
}

static uint64_t mask(unsigned first, unsigned units)
{
    return UINT64_MAX >> (MM_POOL_UNITS - units) << first;
}

/* Bit p: units p to p + units - 1 are free. */
static uint64_t places(uint64_t taken, unsigned units)
{
    uint64_t all = ~taken;
    for (unsigned have = 1, more; have < units; have += more) {
        more = have < units - have ? have : units - have;
        all &= all >> more;
    }
    return all;
}

/* 0 for a page that has no blocks. */
static unsigned longest(uint64_t taken)
{
    unsigned units = 0;
    if (taken == 0)
        return 0;
    for (uint64_t all = ~taken; all != 0; all &= all >> 1)
        units++;
    return units;
}

static void update(struct mm_pool *pool, uint32_t page)
{
    uint32_t at = MM_POOL_PAGES + page;
    pool->longest[at] = (uint8_t)longest(pool->taken[page]);
    for (at /= 2; at != 0; at /= 2) {
        uint8_t left = pool->longest[2 * at], right = pool->longest[2 * at + 1];
        pool->longest[at] = left > right ? left : right;
    }
}

void mm_pool_restore(struct mm_pool *pool, uint32_t page, uint64_t taken, uint64_t begins)
{
    pool->taken[page] = taken;
    pool->begins[page] = begins;
    update(pool, page);
}

static uint32_t base(void)
{
    return mm_range[MM_RANGE_SYSTEM].first;
}

/* A page of its own, or the first of several; 0 where there is none. */
static uint32_t new_pages(struct mm *mm, uint32_t size)
{
    struct mm_heap *heap = mm_heap_at(mm, base());
    int64_t first = mm_search_range(mm, MM_RANGE_SYSTEM, size);
    uint32_t count = (uint32_t)(mm_up(size, PAGE) >> heap->bits);
    if (first == MM_NONE || !mm_place(mm, heap, (uint32_t)first, count, MM_USE_POOL, MM_READWRITE))
        return 0;
    return mm_address_of(heap, (uint32_t)first);
}

uint32_t mm_allocate_pool(struct mm *mm, uint32_t size, uint32_t tag, uint32_t *header_at, uint8_t header[8])
{
    struct mm_pool *pool = &mm->pool;
    mm_begin(mm);
    *header_at = 0;
    if (size > MM_POOL_SMALL)
        return new_pages(mm, size);
    unsigned units = MM_POOL_UNITS;
    if (mm->reference.mm_pool_packs)
        units = (size + MM_POOL_HEADER + (1u << UNIT_BITS) - 1) >> UNIT_BITS;
    uint32_t page, at = 1;
    if (pool->longest[at] >= units) {
        while (at < MM_POOL_PAGES)
            at = pool->longest[2 * at] >= units ? 2 * at : 2 * at + 1;
        page = at - MM_POOL_PAGES;
    } else {
        uint32_t address = new_pages(mm, PAGE);
        if (address == 0)
            return 0;
        page = (address - base()) >> MM_REAL_BITS;
    }
    unsigned first = (unsigned)__builtin_ctzll(places(pool->taken[page], units));
    pool->taken[page] |= mask(first, units);
    pool->begins[page] |= UINT64_C(1) << first;
    update(pool, page);

    const uint8_t bytes[MM_POOL_HEADER] = {
        0, 0, 170, 0, (uint8_t)(tag >> 24), (uint8_t)(tag >> 16), (uint8_t)(tag >> 8), (uint8_t)tag};
    memcpy(header, bytes, sizeof bytes);
    *header_at = base() + (page << MM_REAL_BITS) + (first << UNIT_BITS);
    return *header_at + MM_POOL_HEADER;
}

/* The units of the small block whose payload is at `address`: 0 if there is none. */
static unsigned block(const struct mm_pool *pool, uint32_t address, uint32_t *page, unsigned *first)
{
    uint32_t offset = address - MM_POOL_HEADER - base();
    *page = offset >> MM_REAL_BITS;
    *first = offset % PAGE >> UNIT_BITS;
    if (*page >= MM_POOL_PAGES || offset % (1u << UNIT_BITS) != 0 || !(pool->begins[*page] >> *first & 1))
        return 0;
    uint64_t ends = pool->begins[*page] | ~pool->taken[*page];
    ends = *first + 1 < MM_POOL_UNITS ? ends >> (*first + 1) << (*first + 1) : 0;
    return (ends ? (unsigned)__builtin_ctzll(ends) : MM_POOL_UNITS) - *first;
}

/* Whether a block of whole pages begins at `address`. */
static bool large(struct mm *mm, uint32_t address, uint32_t *size)
{
    uint32_t page = (address - base()) >> MM_REAL_BITS, stop;
    if (address % PAGE != 0 || page >= MM_POOL_PAGES || mm->pool.taken[page] != 0)
        return false;
    struct mm_heap *heap = mm_heap_at(mm, address);
    struct mm_run run = mm_runs_at(&heap->runs, mm_page_of(heap, address), &stop);
    *size = run.region_pages << heap->bits;
    return run.state != MM_FREE && run.use == MM_USE_POOL && run.region == mm_page_of(heap, address);
}

bool mm_free_pool(struct mm *mm, uint32_t address)
{
    uint32_t page, size;
    unsigned first, units = block(&mm->pool, address, &page, &first);
    mm_begin(mm);
    if (units == 0)
        return large(mm, address, &size) && mm_release_in(mm, MM_RANGE_SYSTEM, MM_USE_POOL, address);
    mm->pool.taken[page] &= ~mask(first, units);
    mm->pool.begins[page] &= ~(UINT64_C(1) << first);
    update(&mm->pool, page);
    if (mm->pool.taken[page] == 0)
        (void)mm_release_in(mm, MM_RANGE_SYSTEM, MM_USE_POOL, base() + (page << MM_REAL_BITS));
    return true;
}

uint32_t mm_pool_block_size(struct mm *mm, uint32_t address)
{
    uint32_t page, size;
    unsigned first, units = block(&mm->pool, address, &page, &first);
    mm_begin(mm);
    if (units != 0)
        return (units << UNIT_BITS) - MM_POOL_HEADER;
    return large(mm, address, &size) ? size : 0;
}
