/* What the kernel takes for itself and for programs: stacks, whole pages, images, encrypted memory. */
#include "kernel-hle/mm/mm_parts.h"

uint32_t mm_create_kernel_stack(struct mm *mm, uint32_t size)
{
    mm_begin(mm);
    struct mm_heap *heap = mm_heap_at(mm, mm_range[MM_RANGE_STACKS].first);
    uint64_t bytes = mm_up(size, 1u << MM_REAL_BITS);
    int64_t first = mm_search_range(mm, MM_RANGE_STACKS, bytes);
    if (first == MM_NONE)
        return 0;
    uint32_t count = (uint32_t)(mm_up(bytes, UINT64_C(1) << heap->bits) >> heap->bits);
    if (!mm_place(mm, heap, (uint32_t)first, count, MM_USE_STACK, MM_READWRITE))
        return 0;
    return mm_address_of(heap, (uint32_t)first) + (uint32_t)bytes;
}

nt_status mm_delete_kernel_stack(struct mm *mm, uint32_t base, uint32_t end)
{
    (void)base; /* the low end is what counts */
    mm_begin(mm);
    return mm_release_in(mm, MM_RANGE_STACKS, MM_USE_STACK, end) ? NT_SUCCESS : NT_UNSUCCESSFUL;
}

nt_status mm_create_thread_stack(struct mm *mm, uint32_t size, struct mm_stack *stack)
{
    mm_begin(mm);
    struct mm_heap *heap = mm_heap_at(mm, mm_range[MM_RANGE_STACKS].first);
    uint32_t guards = mm->reference.mm_stack_guards;
    uint64_t page = UINT64_C(1) << heap->bits, bytes = mm_up(size, page);
    *stack = (struct mm_stack){0};
    int64_t found = bytes ? mm_search_range(mm, MM_RANGE_STACKS, bytes + 2 * guards * page) : MM_NONE;
    if (found == MM_NONE)
        return NT_NO_MEMORY;
    uint32_t first = (uint32_t)found, count = (uint32_t)(bytes >> heap->bits);
    mm_reserve(mm, heap, first, count + 2 * guards, MM_USE_STACK, MM_READWRITE);
    if (!mm_commit(mm, heap, first + guards, count, MM_READWRITE, true)) {
        mm_release(mm, heap, first);
        return NT_NO_MEMORY;
    }
    mm_bar(mm, heap, first, guards);
    mm_bar(mm, heap, first + guards + count, guards);
    stack->allocation = mm_address_of(heap, first);
    stack->limit = mm_address_of(heap, first + guards);
    stack->base = mm_address_of(heap, first + guards + count);
    return NT_SUCCESS;
}

nt_status mm_delete_thread_stack(struct mm *mm, const struct mm_stack *stack)
{
    mm_begin(mm);
    return mm_release_in(mm, MM_RANGE_STACKS, MM_USE_STACK, stack->allocation) ? NT_SUCCESS : NT_UNSUCCESSFUL;
}

static uint32_t allocate_in(struct mm *mm, enum mm_range_id range, uint32_t size)
{
    struct mm_heap *heap = mm_heap_at(mm, mm_range[range].first);
    int64_t first = mm_search_range(mm, range, size);
    uint32_t count = (uint32_t)(mm_up(size, UINT64_C(1) << heap->bits) >> heap->bits);
    if (first == MM_NONE || !mm_place(mm, heap, (uint32_t)first, count, mm_range[range].use, MM_READWRITE))
        return 0;
    return mm_address_of(heap, (uint32_t)first);
}

uint32_t mm_allocate_system(struct mm *mm, uint32_t size)
{
    mm_begin(mm);
    return allocate_in(mm, MM_RANGE_SYSTEM, size);
}

bool mm_free_system(struct mm *mm, uint32_t base)
{
    mm_begin(mm);
    return mm_release_in(mm, MM_RANGE_SYSTEM, MM_USE_HEAP, base);
}

nt_status mm_allocate_encrypted(struct mm *mm, uint32_t size, uint32_t *base)
{
    mm_begin(mm);
    if (!base || size == 0 || size > 0x1000000)
        return NT_INVALID_PARAMETER;
    uint32_t address = allocate_in(mm, MM_RANGE_ENCRYPTED, size);
    if (address == 0)
        return NT_UNSUCCESSFUL;
    *base = address;
    return NT_SUCCESS;
}

nt_status mm_free_encrypted(struct mm *mm, uint32_t base)
{
    mm_begin(mm);
    return mm_release_in(mm, MM_RANGE_ENCRYPTED, MM_USE_VIRTUAL, base) ? NT_SUCCESS : NT_INVALID_PARAMETER;
}

static struct mm_heap *image_heap(struct mm *mm, uint32_t base, uint32_t size, uint32_t *first, uint32_t *count)
{
    struct mm_heap *heap = mm_heap_at(mm, base);
    if (!heap || heap->info->kind != MM_IMAGE || (base & ((UINT32_C(1) << heap->bits) - 1)) != 0 || size == 0)
        return NULL;
    *first = mm_page_of(heap, base);
    *count = (uint32_t)(mm_up(size, UINT64_C(1) << heap->bits) >> heap->bits);
    return *count <= heap->runs.pages - *first ? heap : NULL;
}

nt_status mm_place_image(struct mm *mm, uint32_t base, uint32_t size)
{
    uint32_t first, count;
    mm_begin(mm);
    struct mm_heap *heap = image_heap(mm, base, size, &first, &count);
    if (!heap)
        return NT_INVALID_PARAMETER;
    if (!mm_all_free(heap, first, count) || !mm_place(mm, heap, first, count, MM_USE_IMAGE, MM_READWRITE))
        return NT_NO_MEMORY;
    return NT_SUCCESS;
}

nt_status mm_protect_image(struct mm *mm, uint32_t base, uint32_t size, uint32_t protect)
{
    uint32_t first, count;
    mm_begin(mm);
    struct mm_heap *heap = image_heap(mm, base, size, &first, &count);
    if (!heap)
        return NT_INVALID_PARAMETER;
    return mm_protect_pages(mm, heap, first, count, protect & MM_PROTECT_BITS) ? NT_SUCCESS : NT_ACCESS_DENIED;
}

nt_status mm_remove_image(struct mm *mm, uint32_t base)
{
    uint32_t first, count, stop;
    mm_begin(mm);
    struct mm_heap *heap = image_heap(mm, base, 1, &first, &count);
    if (!heap)
        return NT_INVALID_PARAMETER;
    struct mm_run run = mm_runs_at(&heap->runs, first, &stop);
    if (run.state == MM_FREE || run.region != first || run.use != MM_USE_IMAGE)
        return NT_UNSUCCESSFUL;
    mm_release(mm, heap, first);
    return NT_SUCCESS;
}
