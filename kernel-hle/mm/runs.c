#include "kernel-hle/mm/runs.h"

#include <stdlib.h>
#include <string.h>

static uint32_t words(const struct mm_runs *runs, unsigned level)
{
    return (uint32_t)((runs->pages + (UINT64_C(64) << (6 * level)) - 1) >> (6 * (level + 1)));
}

bool mm_runs_init(struct mm_runs *runs, uint32_t pages)
{
    *runs = (struct mm_runs){.pages = pages};
    runs->run = calloc(pages, sizeof *runs->run);
    bool complete = runs->run != NULL;
    for (unsigned level = 0; level < MM_RUN_LEVELS; level++) {
        runs->begins[level] = calloc(words(runs, level), sizeof **runs->begins);
        complete = complete && runs->begins[level];
    }
    if (complete)
        mm_runs_reset(runs);
    else
        mm_runs_destroy(runs);
    return complete;
}

void mm_runs_destroy(struct mm_runs *runs)
{
    free(runs->run);
    runs->run = NULL;
    for (unsigned level = 0; level < MM_RUN_LEVELS; level++) {
        free(runs->begins[level]);
        runs->begins[level] = NULL;
    }
}

void mm_runs_reset(struct mm_runs *runs)
{
    for (unsigned level = 0; level < MM_RUN_LEVELS; level++) {
        memset(runs->begins[level], 0, words(runs, level) * sizeof **runs->begins);
        runs->begins[level][0] = 1;
    }
    runs->run[0] = (struct mm_run){0};
}

static void begin(struct mm_runs *runs, uint32_t page)
{
    for (unsigned level = 0; level < MM_RUN_LEVELS; level++, page >>= 6)
        runs->begins[level][page >> 6] |= UINT64_C(1) << (page & 63);
}

static void unbegin(struct mm_runs *runs, uint32_t page)
{
    for (unsigned level = 0; level < MM_RUN_LEVELS; level++, page >>= 6) {
        uint64_t *word = &runs->begins[level][page >> 6];
        *word &= ~(UINT64_C(1) << (page & 63));
        if (*word != 0)
            return;
    }
}

/* Where the run of `page` begins: page 0 always begins one. */
static uint32_t beginning(const struct mm_runs *runs, uint32_t page)
{
    unsigned level = 0;
    uint64_t word;
    while ((word = runs->begins[level][page >> 6] & (UINT64_MAX >> (63 - (page & 63)))) == 0) {
        page = (page >> 6) - 1;
        level++;
    }
    page = (page & ~63u) + 63 - (unsigned)__builtin_clzll(word);
    while (level-- > 0)
        page = page * 64 + 63 - (unsigned)__builtin_clzll(runs->begins[level][page]);
    return page;
}

static uint32_t next(const struct mm_runs *runs, uint32_t page)
{
    unsigned level = 0;
    uint64_t word;
    for (page++;; page = (page >> 6) + 1, level++) {
        if (level == MM_RUN_LEVELS || page >> 6 >= words(runs, level))
            return runs->pages;
        if ((word = runs->begins[level][page >> 6] & (UINT64_MAX << (page & 63))) != 0)
            break;
    }
    page = (page & ~63u) + (unsigned)__builtin_ctzll(word);
    while (level-- > 0)
        page = page * 64 + (unsigned)__builtin_ctzll(runs->begins[level][page]);
    return page;
}

struct mm_run mm_runs_at(const struct mm_runs *runs, uint32_t page, uint32_t *end)
{
    *end = next(runs, page);
    return runs->run[beginning(runs, page)];
}

static bool alike(const struct mm_run *a, const struct mm_run *b)
{
    return a->state == b->state && a->region == b->region && a->region_pages == b->region_pages &&
           a->protect == b->protect && a->given == b->given && a->use == b->use;
}

static void split(struct mm_runs *runs, uint32_t page)
{
    uint32_t from = beginning(runs, page);
    if (from == page)
        return;
    runs->run[page] = runs->run[from];
    begin(runs, page);
}

static void merge(struct mm_runs *runs, uint32_t page)
{
    if (page == 0 || page >= runs->pages)
        return;
    if (alike(&runs->run[beginning(runs, page - 1)], &runs->run[page]))
        unbegin(runs, page);
}

void mm_runs_set(struct mm_runs *runs, uint32_t first, uint32_t count, struct mm_run run)
{
    uint32_t end = first + count;
    split(runs, first);
    if (end < runs->pages)
        split(runs, end);
    for (uint32_t page = next(runs, first); page < end; page = next(runs, page))
        unbegin(runs, page);
    runs->run[first] = run;
    merge(runs, first);
    merge(runs, end);
}
