/* What is done to pages of a heap, once it is known that it may be. */
#include "kernel-hle/mm/mm_parts.h"

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Changes that go on where the last one ended become part of it. */
static void emit(struct mm *mm, const struct mm_heap *heap, enum mm_change_kind kind, uint32_t first, uint32_t count,
                 uint32_t real, uint32_t protect, bool zero)
{
    struct mm_change *last = mm->changes ? &mm->change[mm->changes - 1] : NULL;
    uint32_t address = mm_address_of(heap, first), size = count << heap->bits;
    real = kind == MM_MAP ? real << MM_REAL_BITS : 0;
    if (last && last->kind == kind && last->protect == protect && last->zero == zero && last->address >= heap->base &&
        last->address + last->size == address && (kind != MM_MAP || last->real + last->size == real)) {
        last->size += size;
        return;
    }
    SIM_CHECK(mm->changes < MM_MOST_CHANGES, "a request of the memory manager makes more than %d changes",
              MM_MOST_CHANGES);
    mm->change[mm->changes++] = (struct mm_change){
        .kind = kind, .address = address, .size = size, .real = real, .protect = (uint16_t)protect, .zero = zero};
}

uint32_t mm_real_page(const struct mm_heap *heap, uint32_t page)
{
    if (heap->real)
        return heap->real[page];
    uint32_t real = (mm_address_of(heap, page) & MEMBUS_VIEW_MASK) + membus_regions[heap->info->region].real;
    return real >> MM_REAL_BITS;
}

bool mm_all_free(const struct mm_heap *heap, uint32_t first, uint32_t count)
{
    uint32_t end;
    return mm_runs_at(&heap->runs, first, &end).state == MM_FREE && end - first >= count;
}

bool mm_one_region(const struct mm_heap *heap, uint32_t first, uint32_t count, struct mm_run *run)
{
    uint32_t end;
    *run = mm_runs_at(&heap->runs, first, &end);
    return run->state != MM_FREE && count <= run->region + run->region_pages - first;
}

void mm_reserve(struct mm *mm, struct mm_heap *heap, uint32_t first, uint32_t count, enum mm_use use, uint32_t protect)
{
    struct mm_run run = {.region = first,
                         .region_pages = count,
                         .protect = mm->reference.mm_reserved_protection ? (uint16_t)protect : 0,
                         .given = (uint16_t)protect,
                         .state = MM_RESERVED,
                         .use = (uint8_t)use};
    mm_runs_set(&heap->runs, first, count, run);
    mm->reserved[use] += count * heap->step;
    if (heap->info->kind != MM_VIEW)
        mm_free_take(&heap->free, first, count);
}

/* The lowest free real pages, in pieces that are as long as they can be. */
static size_t take_real(struct mm *mm, uint32_t step, uint32_t need)
{
    size_t pieces = 0;
    if (need > mm->real.free)
        return 0;
    for (uint32_t low = 0; need != 0;) {
        int64_t first = mm_free_lowest(&mm->real, low, MM_REAL_PAGES, step, step);
        if (first == MM_NONE) {
            while (pieces-- > 0)
                mm_free_give(&mm->real, mm->piece[pieces].first, mm->piece[pieces].count);
            return 0;
        }
        uint32_t count = mm_free_end(&mm->real, (uint32_t)first) - (uint32_t)first;
        count = least(count - count % step, need);
        mm_free_take(&mm->real, (uint32_t)first, count);
        mm->piece[pieces++] = (struct mm_piece){(uint32_t)first, count};
        need -= count;
        low = (uint32_t)first + count;
    }
    return pieces;
}

bool mm_commit(struct mm *mm, struct mm_heap *heap, uint32_t first, uint32_t count, uint32_t protect, bool zero)
{
    uint32_t end = first + count, need = 0, stop;
    for (uint32_t page = first; page < end; page = stop)
        if (mm_runs_at(&heap->runs, page, &stop).state == MM_RESERVED)
            need += (least(stop, end) - page) * heap->step;
    if (need != 0 && take_real(mm, heap->step, need) == 0)
        return false;
    struct mm_piece *piece = mm->piece;
    for (uint32_t page = first; page < end; page = stop) {
        struct mm_run run = mm_runs_at(&heap->runs, page, &stop);
        stop = least(stop, end);
        if (run.state == MM_COMMITTED && run.protect != protect)
            emit(mm, heap, MM_REPROTECT, page, stop - page, 0, protect, false);
        if (run.state == MM_RESERVED) {
            mm->committed[run.use] += (stop - page) * heap->step;
            for (uint32_t from = page, pages; from < stop; from += pages) {
                pages = least(stop - from, piece->count / heap->step);
                for (uint32_t i = 0; i < pages; i++)
                    heap->real[from + i] = piece->first + i * heap->step;
                emit(mm, heap, MM_MAP, from, pages, piece->first, protect, zero);
                piece->first += pages * heap->step;
                piece->count -= pages * heap->step;
                piece += piece->count == 0;
            }
        }
        run.state = MM_COMMITTED;
        run.protect = (uint16_t)protect;
        if (mm->reference.mm_commit_regives)
            run.given = (uint16_t)protect;
        mm_runs_set(&heap->runs, page, stop - page, run);
    }
    return true;
}

void mm_bar(struct mm *mm, struct mm_heap *heap, uint32_t first, uint32_t count)
{
    uint32_t stop;
    if (count == 0)
        return;
    struct mm_run run = mm_runs_at(&heap->runs, first, &stop);
    run.state = MM_BARRED;
    run.protect = MM_NOACCESS;
    mm_runs_set(&heap->runs, first, count, run);
    emit(mm, heap, MM_GUARD_PAGES, first, count, 0, MM_NOACCESS, false);
}

/* The memory of committed pages is free again. */
static void give_real(struct mm *mm, const struct mm_heap *heap, uint32_t first, uint32_t end)
{
    for (uint32_t page = first, stop; page < end; page = stop) {
        uint32_t real = mm_real_page(heap, page);
        for (stop = page + 1; stop < end && mm_real_page(heap, stop) == real + (stop - page) * heap->step; stop++) {
        }
        mm_free_give(&mm->real, real, (stop - page) * heap->step);
    }
}

static void drop(struct mm *mm, const struct mm_heap *heap, uint32_t first, uint32_t count)
{
    uint32_t end = first + count, stop;
    for (uint32_t page = first; page < end; page = stop) {
        struct mm_run run = mm_runs_at(&heap->runs, page, &stop);
        stop = least(stop, end);
        if (run.state == MM_COMMITTED) {
            give_real(mm, heap, page, stop);
            mm->committed[run.use] -= (stop - page) * heap->step;
        }
        if (run.state == MM_COMMITTED || run.state == MM_BARRED)
            emit(mm, heap, MM_UNMAP, page, stop - page, 0, 0, false);
    }
}

void mm_decommit(struct mm *mm, struct mm_heap *heap, uint32_t first, uint32_t count)
{
    uint32_t end = first + count, stop;
    drop(mm, heap, first, count);
    for (uint32_t page = first; page < end; page = stop) {
        struct mm_run run = mm_runs_at(&heap->runs, page, &stop);
        stop = least(stop, end);
        run.state = MM_RESERVED;
        if (!mm->reference.mm_reserved_protection)
            run.protect = 0;
        mm_runs_set(&heap->runs, page, stop - page, run);
    }
}

void mm_release(struct mm *mm, struct mm_heap *heap, uint32_t first)
{
    uint32_t stop;
    struct mm_run run = mm_runs_at(&heap->runs, first, &stop);
    drop(mm, heap, first, run.region_pages);
    mm_runs_set(&heap->runs, first, run.region_pages, (struct mm_run){0});
    mm->reserved[run.use] -= run.region_pages * heap->step;
    if (heap->info->kind != MM_VIEW)
        mm_free_give(&heap->free, first, run.region_pages);
}

bool mm_protect_pages(struct mm *mm, struct mm_heap *heap, uint32_t first, uint32_t count, uint32_t protect)
{
    struct mm_run run;
    uint32_t end = first + count, stop;
    if (!mm_one_region(heap, first, count, &run))
        return false;
    for (uint32_t page = first; page < end; page = stop)
        if (mm_runs_at(&heap->runs, page, &stop).state != MM_COMMITTED)
            return false;
    for (uint32_t page = first; page < end; page = stop) {
        run = mm_runs_at(&heap->runs, page, &stop);
        stop = least(stop, end);
        if (run.protect == protect)
            continue;
        run.protect = (uint16_t)protect;
        mm_runs_set(&heap->runs, page, stop - page, run);
        emit(mm, heap, MM_REPROTECT, page, stop - page, 0, protect, false);
    }
    return true;
}

bool mm_place(struct mm *mm, struct mm_heap *heap, uint32_t first, uint32_t count, enum mm_use use, uint32_t protect)
{
    mm_reserve(mm, heap, first, count, use, protect);
    if (mm_commit(mm, heap, first, count, protect, true))
        return true;
    mm_release(mm, heap, first);
    return false;
}

void mm_place_view(struct mm *mm, struct mm_heap *heap, uint32_t first, uint32_t count, uint32_t protect, bool zero)
{
    uint32_t real = mm_real_page(heap, first), pages = count * heap->step, stop;
    mm_reserve(mm, heap, first, count, MM_USE_PHYSICAL, protect);
    mm_free_take(&mm->real, real, pages);
    mm->committed[MM_USE_PHYSICAL] += pages;
    struct mm_run run = mm_runs_at(&heap->runs, first, &stop);
    run.state = MM_COMMITTED;
    run.protect = (uint16_t)protect;
    mm_runs_set(&heap->runs, first, count, run);
    emit(mm, heap, MM_MAP, first, count, real, protect, zero);
}

bool mm_release_in(struct mm *mm, enum mm_range_id range, enum mm_use use, uint32_t address)
{
    if (address < mm_range[range].first || address > mm_range[range].last)
        return false;
    struct mm_heap *heap = mm_heap_at(mm, address);
    uint32_t page = mm_page_of(heap, address), stop;
    struct mm_run run = mm_runs_at(&heap->runs, page, &stop);
    if (run.state == MM_FREE || run.use != use || run.region != page || mm_address_of(heap, page) != address)
        return false;
    mm_release(mm, heap, page);
    return true;
}
