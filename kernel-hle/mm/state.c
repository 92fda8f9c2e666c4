/* The saved form: the runs of each heap in their order, with the real pages of those that have some; then the pages
 * that small blocks of the pool share. Everything else follows from these. */
#include "kernel-hle/mm/mm_parts.h"

static void save_real(const struct mm_heap *heap, uint32_t page, uint32_t end, struct sim_writer *writer)
{
    for (uint32_t stop; page < end; page = stop) {
        for (stop = page + 1; stop < end && heap->real[stop] == heap->real[stop - 1] + heap->step; stop++) {
        }
        sim_put_u32(writer, heap->real[page]);
        sim_put_u32(writer, stop - page);
    }
}

void mm_save(const struct mm *mm, struct sim_writer *writer)
{
    for (unsigned i = 0; i < MM_HEAPS; i++) {
        const struct mm_heap *heap = &mm->heap[i];
        for (uint32_t page = 0, stop; page < heap->runs.pages; page = stop) {
            struct mm_run run = mm_runs_at(&heap->runs, page, &stop);
            if (run.state == MM_FREE)
                continue;
            sim_put_u32(writer, stop - page);
            sim_put_u32(writer, page);
            sim_put_u32(writer, run.region);
            sim_put_u32(writer, run.region_pages);
            sim_put_u16(writer, run.protect);
            sim_put_u16(writer, run.given);
            sim_put_u8(writer, run.state);
            sim_put_u8(writer, run.use);
            if (run.state == MM_COMMITTED && heap->real)
                save_real(heap, page, stop, writer);
        }
        sim_put_u32(writer, 0);
    }
    for (uint32_t page = 0; page < MM_POOL_PAGES; page++) {
        if (mm->pool.taken[page] == 0)
            continue;
        sim_put_u32(writer, page + 1);
        sim_put_u64(writer, mm->pool.taken[page]);
        sim_put_u64(writer, mm->pool.begins[page]);
    }
    sim_put_u32(writer, 0);
}

static bool take_real(struct mm *mm, uint32_t first, uint32_t count)
{
    if (first >= MM_REAL_PAGES || count > MM_REAL_PAGES - first || mm_free_end(&mm->real, first) < first + count)
        return false;
    mm_free_take(&mm->real, first, count);
    return true;
}

static bool load_real(struct mm *mm, struct mm_heap *heap, uint32_t page, uint32_t end, struct sim_reader *reader)
{
    if (!heap->real)
        return take_real(mm, mm_real_page(heap, page), (end - page) * heap->step);
    while (page < end) {
        uint32_t real = sim_get_u32(reader), count = sim_get_u32(reader);
        if (count == 0 || count > end - page || real % heap->step != 0 || !take_real(mm, real, count * heap->step))
            return false;
        for (; count != 0; count--, page++, real += heap->step)
            heap->real[page] = real;
    }
    return true;
}

/* Whether a run can follow one that ends at `next`: regions are whole, and what is alike is one run. */
static bool follows(const struct mm_heap *heap, const struct mm_run *before, uint32_t next, const struct mm_run *run,
                    uint32_t page, uint32_t count)
{
    bool open = before->state != MM_FREE && next < before->region + before->region_pages;
    if (page < next || page >= heap->runs.pages || count > heap->runs.pages - page)
        return false;
    if (run->state == MM_FREE || run->protect > MM_PROTECT_BITS || run->given > MM_PROTECT_BITS)
        return false;
    if ((heap->info->kind == MM_VIEW) != (run->use == MM_USE_PHYSICAL) ||
        (heap->info->kind == MM_VIEW && run->state != MM_COMMITTED) ||
        (run->state == MM_BARRED && run->use != MM_USE_STACK))
        return false;
    if (open)
        return page == next && run->region == before->region && run->region_pages == before->region_pages &&
               run->use == before->use && count <= run->region + run->region_pages - page &&
               (run->state != before->state || run->protect != before->protect || run->given != before->given);
    return run->region == page && run->region_pages <= heap->runs.pages - page && count <= run->region_pages;
}

static bool load_heap(struct mm *mm, struct mm_heap *heap, struct sim_reader *reader)
{
    struct mm_run before = {0};
    uint32_t next = 0, count;
    while ((count = sim_get_u32(reader)) != 0) {
        uint32_t page = sim_get_u32(reader);
        struct mm_run run = {0};
        run.region = sim_get_u32(reader);
        run.region_pages = sim_get_u32(reader);
        run.protect = sim_get_u16(reader);
        run.given = sim_get_u16(reader);
        run.state = sim_get_u8_below(reader, MM_STATES);
        run.use = sim_get_u8_below(reader, MM_USES);
        if (reader->failed || !follows(heap, &before, next, &run, page, count))
            return false;
        if (run.region == page)
            mm->reserved[run.use] += run.region_pages * heap->step;
        if (run.state == MM_COMMITTED) {
            if (!load_real(mm, heap, page, page + count, reader))
                return false;
            mm->committed[run.use] += count * heap->step;
        }
        mm_runs_set(&heap->runs, page, count, run);
        if (heap->info->kind != MM_VIEW)
            mm_free_take(&heap->free, page, count);
        before = run;
        next = page + count;
    }
    return !reader->failed && (before.state == MM_FREE || next == before.region + before.region_pages);
}

static bool load_pool(struct mm *mm, struct sim_reader *reader)
{
    struct mm_heap *heap = mm_heap_at(mm, mm_range[MM_RANGE_SYSTEM].first);
    uint32_t next = 0, number, stop;
    while ((number = sim_get_u32(reader)) != 0) {
        uint32_t page = number - 1;
        uint64_t taken = sim_get_u64(reader), begins = sim_get_u64(reader);
        if (reader->failed || page < next || page >= MM_POOL_PAGES || taken == 0)
            return false;
        uint32_t at = mm_page_of(heap, mm_range[MM_RANGE_SYSTEM].first) + page;
        struct mm_run run = mm_runs_at(&heap->runs, at, &stop);
        if (run.state != MM_COMMITTED || run.use != MM_USE_POOL || run.region_pages != 1)
            return false;
        /* Blocks begin in what is taken, and where something is taken behind what is not. */
        if (begins & ~taken || (taken & ~(taken << 1) & ~begins) != 0)
            return false;
        mm_pool_restore(&mm->pool, page, taken, begins);
        next = page + 1;
    }
    return !reader->failed;
}

void mm_load(struct mm *mm, struct sim_reader *reader)
{
    mm_clear(mm);
    bool good = !reader->failed;
    for (unsigned i = 0; good && i < MM_HEAPS; i++)
        good = load_heap(mm, &mm->heap[i], reader);
    if (good && load_pool(mm, reader))
        return;
    reader->failed = true;
    mm_reset(mm);
    mm_begin(mm);
}
