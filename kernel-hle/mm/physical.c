/* MmAllocatePhysicalMemoryEx and MmFreePhysicalMemory. */
#include "kernel-hle/mm/mm_parts.h"

static uint64_t within(uint64_t value, uint64_t low, uint64_t high)
{
    if (value < low)
        return low;
    return value < high ? value : high;
}

uint32_t mm_give_physical(struct mm *mm, uint32_t size, uint32_t protect, uint32_t min, uint32_t max,
                          uint32_t alignment)
{
    enum mm_heap_id id = MM_HEAP_vE0000000;
    if (!(protect & (MM_READONLY | MM_READWRITE)))
        return 0;
    if (protect & MM_LARGE_PAGES)
        id = MM_HEAP_vA0000000;
    else if (protect & MM_16MB_PAGES)
        id = MM_HEAP_vC0000000;
    struct mm_heap *heap = &mm->heap[id];
    uint64_t page = UINT64_C(1) << heap->bits, bytes = mm_up(size, page);
    if (bytes == 0)
        bytes = mm->reference.mm_physical_empty * page;

    /* The limits are real addresses, of what the view shows. */
    uint64_t lowest = (uint64_t)mm_real_page(heap, 0) << MM_REAL_BITS, highest = lowest + heap->size - 1;
    int64_t real = mm_search(&mm->real, MM_REAL_BITS, 0, within(min, lowest, highest), within(max, lowest, highest),
                             bytes, mm_up(alignment ? alignment : page, page), true);
    if (real == MM_NONE)
        return 0;
    uint32_t first = (uint32_t)((((uint64_t)real << MM_REAL_BITS) - lowest) >> heap->bits);
    mm_place_view(mm, heap, first, (uint32_t)(bytes >> heap->bits), mm_stored_protect(mm, protect),
                  mm->reference.mm_physical_zero);
    return mm_address_of(heap, first);
}

uint32_t mm_allocate_physical(struct mm *mm, uint32_t size, uint32_t protect, uint32_t min, uint32_t max,
                              uint32_t alignment)
{
    mm_begin(mm);
    return mm_give_physical(mm, size, protect, min, max, alignment);
}

bool mm_free_physical(struct mm *mm, uint32_t base)
{
    uint32_t stop;
    mm_begin(mm);
    struct mm_heap *heap = mm_heap_at(mm, base);
    if (!heap || heap->info->kind != MM_VIEW)
        return false;
    uint32_t first = mm_page_of(heap, base);
    struct mm_run run = mm_runs_at(&heap->runs, first, &stop);
    if (run.state == MM_FREE || run.region != first)
        return false;
    mm_release(mm, heap, first);
    return true;
}
