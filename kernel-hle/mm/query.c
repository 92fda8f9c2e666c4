/* What titles ask of addresses, and of memory as a whole. */
#include "kernel-hle/mm/mm_parts.h"

#include <string.h>

/* What lies at an address; a free run where nothing can. */
static struct mm_run run_at(struct mm *mm, uint32_t address, struct mm_heap **heap)
{
    uint32_t stop;
    *heap = mm_heap_at(mm, address);
    return *heap ? mm_runs_at(&(*heap)->runs, mm_page_of(*heap, address), &stop) : (struct mm_run){0};
}

/* Views are translated whether or not anything is allocated there. */
uint32_t mm_real_address(struct mm *mm, uint32_t address)
{
    struct mm_heap *heap;
    mm_begin(mm);
    struct mm_run run = run_at(mm, address, &heap);
    if (!heap)
        return 0;
    if (heap->info->kind != MM_VIEW && (!mm->reference.mm_virtual_real || run.state != MM_COMMITTED))
        return 0;
    uint32_t real = mm_real_page(heap, mm_page_of(heap, address)) << MM_REAL_BITS;
    return real + (address & ((UINT32_C(1) << heap->bits) - 1));
}

uint32_t mm_query_protect(struct mm *mm, uint32_t address)
{
    struct mm_heap *heap;
    mm_begin(mm);
    uint32_t protect = run_at(mm, address, &heap).protect;
    return protect & MM_NOACCESS ? 0 : protect;
}

bool mm_set_protect(struct mm *mm, uint32_t address, uint32_t size, uint32_t protect)
{
    const uint32_t one_of = MM_NOACCESS | MM_READONLY | MM_READWRITE | MM_EXECUTE_READ | MM_EXECUTE_READWRITE;
    mm_begin(mm);
    struct mm_heap *heap = mm_heap_at(mm, address);
    if (__builtin_popcount(protect & one_of) != 1 || !heap || heap->info->kind == MM_IMAGE || size == 0)
        return false;
    uint64_t last = (uint64_t)address + size - 1;
    if (last >= (uint64_t)heap->base + heap->size)
        return false;
    uint32_t first = mm_page_of(heap, address), count = mm_page_of(heap, (uint32_t)last) - first + 1;
    return mm_protect_pages(mm, heap, first, count, mm_stored_protect(mm, protect));
}

uint32_t mm_allocation_size(struct mm *mm, uint32_t address)
{
    struct mm_heap *heap;
    mm_begin(mm);
    struct mm_run run = run_at(mm, address, &heap);
    return heap ? run.region_pages << heap->bits : 0;
}

bool mm_address_valid(struct mm *mm, uint32_t address)
{
    struct mm_heap *heap;
    mm_begin(mm);
    struct mm_run run = run_at(mm, address, &heap);
    uint32_t flags = mm_page_flags(run.protect);
    return run.state == MM_COMMITTED && flags & SIM_PAGE_USER_READ && !(flags & MEMBUS_PAGE_GUARD);
}

uint32_t mm_map_io_space(uint32_t address)
{
    return address;
}

/* Which page of its region, and bit 30 for one of 4 KiB. */
uint32_t mm_image_page_entry(uint32_t address)
{
    const struct membus_region *region = membus_map_region(address);
    for (unsigned i = 0; i < MM_HEAPS; i++) {
        if (mm_heap_info[i].kind != MM_IMAGE || region != &membus_regions[mm_heap_info[i].region])
            continue;
        uint32_t entry = (address - region->base) >> region->page_bits;
        return (entry | (region->page_bits == MM_REAL_BITS ? 0x40000000 : 0)) & 0x400FFFFF;
    }
    return 0;
}

_Static_assert(sizeof(struct mm_statistics) == 104, "what titles pass as the size of the record");

nt_status mm_query_statistics(struct mm *mm, struct mm_statistics *statistics)
{
    mm_begin(mm);
    if (!statistics)
        return NT_INVALID_PARAMETER;
    if (statistics->size != sizeof *statistics)
        return NT_BUFFER_TOO_SMALL;
    bool counted = mm->reference.mm_statistics_counted;
    const uint32_t *pages = mm->committed;
    uint32_t used = counted ? MM_REAL_PAGES - mm->real.free : pages[MM_USE_PHYSICAL];
    *statistics = (struct mm_statistics){
        .size = sizeof *statistics,
        .total_physical_pages = MM_REAL_PAGES,
        .kernel_pages = MM_KERNEL_PAGES,
        .title_available_pages = used < MM_REAL_PAGES - MM_KERNEL_PAGES ? MM_REAL_PAGES - MM_KERNEL_PAGES - used : 0,
        .title_virtual_bytes = 0x2FFE0000,
        .highest_physical_page = MM_REAL_PAGES - 1,
    };
    if (counted) {
        statistics->title_reserved_bytes = mm->reserved[MM_USE_VIRTUAL] << MM_REAL_BITS;
        statistics->title_physical_pages = pages[MM_USE_PHYSICAL];
        statistics->title_pool_pages = pages[MM_USE_POOL];
        statistics->title_stack_pages = pages[MM_USE_STACK];
        statistics->title_image_pages = pages[MM_USE_IMAGE];
        statistics->title_heap_pages = pages[MM_USE_HEAP];
        statistics->title_allocated_pages = pages[MM_USE_VIRTUAL];
    } else {
        statistics->title_reserved_bytes = used << MM_REAL_BITS;
        statistics->title_physical_pages = 0x1000;
        statistics->title_pool_pages = 0x10;
        statistics->title_stack_pages = statistics->title_image_pages = statistics->title_heap_pages =
            statistics->title_allocated_pages = statistics->title_page_table_pages = statistics->title_cache_pages =
                0x100;
    }
    return NT_SUCCESS;
}
