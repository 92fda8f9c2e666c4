/* NtAllocateVirtualMemory, NtFreeVirtualMemory, NtProtectVirtualMemory, NtQueryVirtualMemory. */
#include "kernel-hle/mm/mm_parts.h"

/* The heap of an address that a title may ask for by itself. */
static struct mm_heap *titles_heap(struct mm *mm, uint32_t address)
{
    struct mm_heap *heap = mm_heap_at(mm, address);
    return heap && heap->info->kind == MM_VIRTUAL ? heap : NULL;
}

static nt_status allocate_at(struct mm *mm, struct mm_heap *heap, uint32_t first, uint32_t count, uint32_t type,
                             uint32_t protect)
{
    struct mm_run run;
    bool fresh = mm_all_free(heap, first, count);
    if (fresh && (type & MM_RESERVE || mm->reference.mm_commit_reserves))
        mm_reserve(mm, heap, first, count, MM_USE_VIRTUAL, protect);
    else if (fresh || !(type & MM_COMMIT) || !mm_one_region(heap, first, count, &run) || run.use != MM_USE_VIRTUAL)
        return mm->reference.mm_conflict;
    if (!(type & MM_COMMIT) || mm_commit(mm, heap, first, count, protect, !(type & MM_NOZERO)))
        return NT_SUCCESS;
    if (fresh)
        mm_release(mm, heap, first);
    return NT_NO_MEMORY;
}

/* MEM_RESET: the contents do not matter any more. Nothing changes; but the pages must be a title's, and there. */
static nt_status reset(const struct mm_heap *heap, uint32_t first, uint32_t count)
{
    struct mm_run run;
    uint32_t end = first + count, stop;
    if (!mm_one_region(heap, first, count, &run))
        return NT_MEMORY_NOT_ALLOCATED;
    for (uint32_t page = first; page < end; page = stop)
        if (mm_runs_at(&heap->runs, page, &stop).state != MM_COMMITTED)
            return NT_MEMORY_NOT_ALLOCATED;
    return NT_SUCCESS;
}

nt_status mm_allocate_virtual(struct mm *mm, uint32_t *base, uint32_t *size, uint32_t type, uint32_t protect)
{
    mm_begin(mm);
    if (!base || !size || *size == 0 || !(type & (MM_COMMIT | MM_RESET | MM_RESERVE)))
        return NT_INVALID_PARAMETER;
    if (type & MM_RESET && (type != MM_RESET || *base == 0))
        return NT_INVALID_PARAMETER;
    bool placed = *base != 0;
    struct mm_heap *heap = &mm->heap[type & MM_LARGE_PAGES ? MM_HEAP_v40000000 : MM_HEAP_v00000000];
    if (placed && !(heap = titles_heap(mm, *base)))
        return NT_INVALID_PARAMETER;

    uint32_t page = UINT32_C(1) << heap->bits, granule = mm->reference.mm_unplaced_granule;
    uint64_t bytes = mm->reference.mm_negative_size && *size > INT32_MAX ? -*size : *size;
    bytes = mm_up(bytes, placed || granule < page ? page : granule);
    protect = mm_stored_protect(mm, protect);
    int64_t first;
    if (placed)
        first = mm_page_of(heap, *base);
    else
        first = mm_search(&heap->free, heap->bits, heap->base, heap->base, heap->info->plain_end - 1, bytes, 0,
                          type & MM_TOP_DOWN);
    uint64_t count = bytes >> heap->bits;
    if (first == MM_NONE || count > heap->runs.pages - (uint64_t)first)
        return NT_NO_MEMORY;
    nt_status status = type & MM_RESET ? reset(heap, (uint32_t)first, (uint32_t)count)
                                       : allocate_at(mm, heap, (uint32_t)first, (uint32_t)count, type, protect);
    if (status == NT_SUCCESS) {
        *base = mm_address_of(heap, (uint32_t)first);
        *size = (uint32_t)bytes;
    }
    return status;
}

nt_status mm_free_virtual(struct mm *mm, uint32_t *base, uint32_t *size, uint32_t type)
{
    mm_begin(mm);
    if (!base || !size)
        return NT_INVALID_PARAMETER;
    if (*base == 0)
        return NT_MEMORY_NOT_ALLOCATED;
    struct mm_heap *heap = titles_heap(mm, *base);
    if (!heap)
        return NT_INVALID_PARAMETER;
    uint32_t first = mm_page_of(heap, *base), stop;
    struct mm_run run = mm_runs_at(&heap->runs, first, &stop);
    uint64_t count = mm_up(*size, UINT64_C(1) << heap->bits) >> heap->bits;
    if (run.state == MM_FREE || run.use != MM_USE_VIRTUAL)
        return NT_UNSUCCESSFUL;
    if (count == 0)
        count = run.region_pages;
    if (count > run.region + run.region_pages - first)
        return NT_UNSUCCESSFUL;
    if (type == MM_DECOMMIT)
        mm_decommit(mm, heap, first, (uint32_t)count);
    else if (run.region == first && count == run.region_pages)
        mm_release(mm, heap, first);
    else
        return NT_UNSUCCESSFUL;
    *base = mm_address_of(heap, first);
    *size = (uint32_t)count << heap->bits;
    return NT_SUCCESS;
}

nt_status mm_protect_virtual(struct mm *mm, uint32_t *base, uint32_t *size, uint32_t protect, uint32_t *old)
{
    const uint32_t execute = MM_EXECUTE | MM_EXECUTE_READ | MM_EXECUTE_READWRITE | MM_EXECUTE_WRITECOPY;
    mm_begin(mm);
    if (!base || !size || *size == 0)
        return NT_INVALID_PARAMETER;
    if (protect & execute)
        return NT_INVALID_PAGE_PROTECTION;
    struct mm_heap *heap = titles_heap(mm, *base);
    if (!heap)
        return NT_INVALID_PARAMETER;
    uint32_t first = mm_page_of(heap, *base), stop;
    uint64_t count = mm_up(*size, UINT64_C(1) << heap->bits) >> heap->bits;
    uint32_t before = mm_runs_at(&heap->runs, first, &stop).protect;
    if (count > heap->runs.pages - first ||
        !mm_protect_pages(mm, heap, first, (uint32_t)count, mm_stored_protect(mm, protect)))
        return NT_ACCESS_DENIED;
    *base = mm_address_of(heap, first);
    *size = (uint32_t)count << heap->bits;
    if (old)
        *old = before;
    return NT_SUCCESS;
}

nt_status mm_query_virtual(struct mm *mm, uint32_t address, struct mm_information *information, uint32_t region_type)
{
    static const uint32_t states[MM_STATES] = {MM_UNUSED, MM_RESERVE, MM_COMMIT, MM_COMMIT};
    mm_begin(mm);
    struct mm_heap *heap = titles_heap(mm, address);
    if (!information || region_type > 2 || !heap)
        return NT_INVALID_PARAMETER;
    uint32_t first = mm_page_of(heap, address), end, stop;
    struct mm_run run = mm_runs_at(&heap->runs, first, &end);
    *information = (struct mm_information){
        .base = mm->reference.mm_query_rounds ? mm_address_of(heap, first) : address,
        .state = states[run.state],
        .type = MM_PRIVATE,
    };
    uint32_t none = mm->reference.mm_protection_kept ? 0 : MM_NOACCESS;
    if (run.state == MM_FREE) {
        information->allocation_protect = none;
        information->protect = MM_NOACCESS;
    } else {
        /* What it was allocated with does not count. */
        uint32_t region_end = run.region + run.region_pages;
        for (struct mm_run next; end < region_end; end = stop) {
            next = mm_runs_at(&heap->runs, end, &stop);
            if (next.state != run.state || next.protect != run.protect)
                break;
        }
        information->allocation_base = mm_address_of(heap, run.region);
        information->allocation_protect = run.given;
        information->protect = run.protect ? run.protect : none;
    }
    information->region_size = (end - first) << heap->bits;
    return NT_SUCCESS;
}
