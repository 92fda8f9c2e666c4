/* Heaps, and where in them something fits. */
#include "kernel-hle/mm/mm_parts.h"

const struct mm_heap_info mm_heap_info[MM_HEAPS] = {
#define HEAP(region, kind, plain_end, source) {MEMBUS_REGION_##region, MM_##kind, plain_end},
#include "kernel-hle/mm/heaps.def"
#undef HEAP
};

const struct mm_range mm_range[MM_RANGES] = {
#define RANGE(name, first, last, use, source) {first, last, MM_USE_##use},
#include "kernel-hle/mm/ranges.def"
#undef RANGE
};

struct mm_heap *mm_heap_at(struct mm *mm, uint32_t address)
{
    for (unsigned i = 0; i < MM_HEAPS; i++)
        if (address - mm->heap[i].base < mm->heap[i].size)
            return &mm->heap[i];
    return NULL;
}

uint32_t mm_page_of(const struct mm_heap *heap, uint32_t address)
{
    return (address - heap->base) >> heap->bits;
}

uint32_t mm_address_of(const struct mm_heap *heap, uint32_t page)
{
    return heap->base + (page << heap->bits);
}

uint64_t mm_up(uint64_t value, uint64_t unit)
{
    return (value + unit - 1) / unit * unit;
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Xenia knows of reading, writing and two ways of caching. */
uint32_t mm_stored_protect(const struct mm *mm, uint32_t protect)
{
    if (mm->reference.mm_protection_kept)
        return protect & MM_PROTECT_BITS;
    uint32_t kept = MM_NOACCESS;
    if (protect & (MM_READONLY | MM_EXECUTE_READ))
        kept = MM_READONLY;
    else if (protect & (MM_READWRITE | MM_EXECUTE_READWRITE))
        kept = MM_READWRITE;
    return kept | (protect & (MM_NOCACHE | MM_WRITECOMBINE));
}

/* The limits are rounded up to the alignment, and `last` stays out of the result where it is a heap's last byte: the
 * highest page of a heap is never given. */
int64_t mm_search(struct mm_free *tree, unsigned bits, uint64_t base, uint64_t first, uint64_t last, uint64_t size,
                  uint64_t alignment, bool top_down)
{
    uint64_t page = UINT64_C(1) << bits, end = base + ((uint64_t)tree->pages << bits);
    alignment = alignment ? mm_up(alignment, page) : page;
    uint64_t count = mm_up(size, page) >> bits, stride = alignment >> bits;
    first = mm_up(first, alignment);
    first = first > base ? first : base;
    last = least(mm_up(last, alignment), end - 1);
    if (first > last || count == 0)
        return MM_NONE;
    uint32_t low = (uint32_t)((first - base) >> bits), high = (uint32_t)((last - base) >> bits);
    if (count > high - low)
        return MM_NONE;
    if (!top_down)
        return mm_free_lowest(tree, low, high, (uint32_t)count, (uint32_t)stride);
    uint64_t room = mm_up(count, stride);
    if (room > high)
        return MM_NONE;
    return mm_free_highest(tree, low, (uint32_t)(high - room + count), (uint32_t)count, (uint32_t)stride);
}

int64_t mm_search_range(struct mm *mm, enum mm_range_id range, uint64_t size)
{
    struct mm_heap *heap = mm_heap_at(mm, mm_range[range].first);
    return mm_search(&heap->free, heap->bits, heap->base, mm_range[range].first, mm_range[range].last, size, 0, false);
}

uint32_t mm_page_flags(uint32_t protect)
{
    static const struct {
        uint32_t protect, flags;
    } rows[] = {
        {MM_READONLY | MM_EXECUTE_READ, MEMBUS_READ_ONLY},
        {MM_READWRITE | MM_WRITECOPY | MM_EXECUTE_READWRITE | MM_EXECUTE_WRITECOPY, MEMBUS_READ_WRITE},
        {MM_EXECUTE | MM_EXECUTE_READ | MM_EXECUTE_READWRITE | MM_EXECUTE_WRITECOPY, SIM_PAGE_EXECUTE},
        {MM_GUARD, MEMBUS_PAGE_GUARD},
        {MM_NOCACHE, SIM_PAGE_UNCACHED},
        {MM_WRITECOMBINE, SIM_PAGE_UNCACHED | SIM_PAGE_COMBINES},
    };
    uint32_t flags = 0;
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++)
        if (protect & rows[i].protect)
            flags |= rows[i].flags;
    return flags;
}
