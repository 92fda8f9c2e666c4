#include "kernel-hle/mm/mm_parts.h"

#include <stdlib.h>

struct mm *mm_create(const struct hle_reference *reference, struct sim_error *error)
{
    struct mm *mm = calloc(1, sizeof *mm);
    bool complete = mm != NULL;
    if (complete) {
        mm->reference = *reference;
        mm->change = malloc(MM_MOST_CHANGES * sizeof *mm->change);
        mm->piece = malloc(MM_REAL_PAGES * sizeof *mm->piece);
        complete = mm->change && mm->piece && mm_free_init(&mm->real, MM_REAL_PAGES, MM_REAL_STRIDES) &&
                   mm_pool_init(&mm->pool);
    }
    for (unsigned i = 0; complete && i < MM_HEAPS; i++) {
        struct mm_heap *heap = &mm->heap[i];
        const struct membus_region *region = &membus_regions[mm_heap_info[i].region];
        *heap = (struct mm_heap){
            .info = &mm_heap_info[i], .base = region->base, .size = region->size, .bits = region->page_bits};
        uint32_t pages = heap->size >> heap->bits;
        heap->step = 1u << (heap->bits - MM_REAL_BITS);
        complete = mm_runs_init(&heap->runs, pages);
        if (heap->info->kind != MM_VIEW) {
            heap->real = calloc(pages, sizeof *heap->real);
            complete = complete && heap->real && mm_free_init(&heap->free, pages, 1);
        }
    }
    if (!complete) {
        mm_destroy(mm);
        (void)sim_fail(error, SIM_HOST, "no memory for the title's memory manager");
        return NULL;
    }
    mm_reset(mm);
    return mm;
}

void mm_destroy(struct mm *mm)
{
    if (!mm)
        return;
    for (unsigned i = 0; i < MM_HEAPS; i++) {
        mm_runs_destroy(&mm->heap[i].runs);
        mm_free_destroy(&mm->heap[i].free);
        free(mm->heap[i].real);
    }
    mm_free_destroy(&mm->real);
    mm_pool_destroy(&mm->pool);
    free(mm->change);
    free(mm->piece);
    free(mm);
}

void mm_begin(struct mm *mm)
{
    mm->changes = 0;
}

const struct mm_change *mm_changes(const struct mm *mm)
{
    return mm->change;
}

size_t mm_change_count(const struct mm *mm)
{
    return mm->changes;
}

static uint32_t pages_of(const struct mm_heap *heap, uint32_t size)
{
    return size >> heap->bits;
}

/* Rows of fixed.def. */
static void take_view(struct mm *mm, uint32_t base, uint32_t size)
{
    struct mm_heap *heap = mm_heap_at(mm, base);
    mm_place_view(mm, heap, mm_page_of(heap, base), pages_of(heap, size), MM_READWRITE, true);
}

static void take_addresses(struct mm *mm, uint32_t base, uint32_t size, bool commit)
{
    struct mm_heap *heap = mm_heap_at(mm, base);
    uint32_t first = mm_page_of(heap, base), count = pages_of(heap, size);
    mm_reserve(mm, heap, first, count, MM_USE_IMAGE, commit ? MM_READWRITE : MM_NOACCESS);
    if (commit)
        (void)mm_commit(mm, heap, first, count, MM_READWRITE, true);
}

void mm_clear(struct mm *mm)
{
    mm_begin(mm);
    mm_free_reset(&mm->real);
    mm_free_give(&mm->real, 0, MM_REAL_PAGES);
    mm_pool_reset(&mm->pool);
    for (unsigned i = 0; i < MM_USES; i++)
        mm->committed[i] = mm->reserved[i] = 0;
    for (unsigned i = 0; i < MM_HEAPS; i++) {
        struct mm_heap *heap = &mm->heap[i];
        mm_runs_reset(&heap->runs);
        if (heap->info->kind == MM_VIEW)
            continue;
        mm_free_reset(&heap->free);
        mm_free_give(&heap->free, 0, heap->runs.pages);
    }
#define VIEW(...)
#define PHYSICAL(...)
#define RESERVED(...)
#define COMMITTED(...)
#define REAL(base, size, source, note) mm_free_take(&mm->real, (base) >> MM_REAL_BITS, (size) >> MM_REAL_BITS);
#include "kernel-hle/mm/fixed.def"
#undef REAL
#undef VIEW
#undef PHYSICAL
#undef RESERVED
#undef COMMITTED
}

void mm_reset(struct mm *mm)
{
    mm_clear(mm);
#define REAL(...)
#define VIEW(base, size, source, note)        take_view(mm, base, size);
#define PHYSICAL(size, protect, source, note) (void)mm_give_physical(mm, size, protect, 0, UINT32_MAX, 0);
#define RESERVED(base, size, source, note)    take_addresses(mm, base, size, false);
#define COMMITTED(base, size, source, note)   take_addresses(mm, base, size, true);
#include "kernel-hle/mm/fixed.def"
#undef REAL
#undef VIEW
#undef PHYSICAL
#undef RESERVED
#undef COMMITTED
}
