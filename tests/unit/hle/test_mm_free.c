/* The tree of free pages and the map of runs, each against an array. */
#include "kernel-hle/mm/free.h"
#include "kernel-hle/mm/runs.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>

static uint64_t seed;

static uint32_t below(uint32_t limit)
{
    seed = seed * 6364136223846793005 + 1442695040888963407;
    return (uint32_t)((seed >> 33) % limit);
}

static bool fits(const bool *is_free, uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (!is_free[first + i])
            return false;
    return true;
}

static int64_t lowest(const bool *is_free, uint32_t low, uint32_t high, uint32_t count, uint32_t stride)
{
    for (uint32_t at = low; at + count <= high; at++)
        if (at % stride == 0 && fits(is_free, at, count))
            return at;
    return MM_NONE;
}

static int64_t highest(const bool *is_free, uint32_t low, uint32_t high, uint32_t count, uint32_t stride)
{
    for (int64_t at = (int64_t)high - count; at >= low; at--)
        if (at % stride == 0 && fits(is_free, (uint32_t)at, count))
            return at;
    return MM_NONE;
}

/* All of a span becomes one way, whatever it was. */
static void turn(struct mm_free *tree, bool *is_free, uint32_t first, uint32_t end, bool give)
{
    for (uint32_t at = first, stop; at < end; at = stop) {
        for (stop = at + 1; stop < end && is_free[stop] == is_free[at]; stop++) {
        }
        if (is_free[at] == give)
            continue;
        if (give)
            mm_free_give(tree, at, stop - at);
        else
            mm_free_take(tree, at, stop - at);
    }
    for (uint32_t at = first; at < end; at++)
        is_free[at] = give;
}

static void searches(uint32_t pages, unsigned strides, unsigned rounds)
{
    static const uint32_t stride[] = {1, 1, 1, 2, 8, 16, 16, 16, 64, 3, 6, 12, 48, 100, 4096, 8192, 12288};
    struct mm_free tree;
    static bool is_free[0x6000];
    memset(is_free, 0, sizeof is_free);
    CU_ASSERT_FATAL(mm_free_init(&tree, pages, strides));
    bool same = true;
    for (unsigned i = 0; same && i < rounds; i++) {
        uint32_t first = below(pages), end = first + 1 + below(below(8) ? 12 : pages);
        turn(&tree, is_free, first, end < pages ? end : pages, below(2));
        uint32_t low = below(3) ? 0 : below(pages), high = below(3) ? pages : below(pages + 1);
        uint32_t count = 1 + below(below(4) ? 8 : 90), by = stride[below(sizeof stride / sizeof *stride)];
        same = mm_free_lowest(&tree, low, high, count, by) == lowest(is_free, low, high, count, by) &&
               mm_free_highest(&tree, low, high, count, by) == highest(is_free, low, high, count, by);
        uint32_t stop = first, free = 0;
        while (stop < pages && is_free[stop])
            stop++;
        for (uint32_t at = 0; at < pages; at++)
            free += is_free[at];
        same = same && mm_free_end(&tree, first) == stop && tree.free == free;
    }
    CU_ASSERT(same);
    mm_free_reset(&tree);
    CU_ASSERT(tree.free == 0 && mm_free_lowest(&tree, 0, pages, 1, 1) == MM_NONE);
    mm_free_destroy(&tree);
}

static void test_searches(void)
{
    seed = 1;
    searches(1024, 3, 10000);
    searches(1000, 2, 10000);
    searches(777, 1, 10000);
    searches(64, 2, 10000);
    searches(0x6000, 3, 1500);
    searches(1, 1, 100);
}

static void test_search_limits(void)
{
    struct mm_free tree;
    CU_ASSERT_FATAL(mm_free_init(&tree, 100, 2));
    mm_free_give(&tree, 0, 100);
    CU_ASSERT(mm_free_lowest(&tree, 0, 100, 0, 1) == MM_NONE && mm_free_highest(&tree, 0, 100, 0, 1) == MM_NONE);
    CU_ASSERT(mm_free_lowest(&tree, 0, 100, 100, 1) == 0 && mm_free_highest(&tree, 0, 100, 100, 1) == 0);
    CU_ASSERT(mm_free_lowest(&tree, 0, UINT32_MAX, 100, 1) == 0 && mm_free_highest(&tree, 0, UINT32_MAX, 1, 1) == 99);
    CU_ASSERT(mm_free_lowest(&tree, 0, 100, 101, 1) == MM_NONE && mm_free_highest(&tree, 0, 100, 101, 1) == MM_NONE);
    CU_ASSERT(mm_free_lowest(&tree, 0, 100, UINT32_MAX, 1) == MM_NONE);
    CU_ASSERT(mm_free_highest(&tree, 0, 100, UINT32_MAX, 1) == MM_NONE);
    CU_ASSERT(mm_free_lowest(&tree, 1, 100, 1, 0x80000000) == MM_NONE);
    CU_ASSERT(mm_free_highest(&tree, 0, 100, 1, 0x80000000) == 0);
    CU_ASSERT(mm_free_lowest(&tree, 50, 40, 1, 1) == MM_NONE && mm_free_highest(&tree, 50, 40, 1, 1) == MM_NONE);
    mm_free_destroy(&tree);
}

static bool alike(const struct mm_run *a, const struct mm_run *b)
{
    return a->region == b->region && a->region_pages == b->region_pages && a->protect == b->protect &&
           a->given == b->given && a->state == b->state && a->use == b->use;
}

static void runs_of(uint32_t pages, unsigned rounds)
{
    struct mm_runs runs;
    struct mm_run *naive = calloc(pages, sizeof *naive);
    CU_ASSERT_FATAL(naive && mm_runs_init(&runs, pages));
    bool same = true;
    for (unsigned i = 0; same && i < rounds; i++) {
        uint32_t first = below(pages), count = 1 + below(below(4) ? 10 : pages), end;
        count = count < pages - first ? count : pages - first;
        struct mm_run run = {.state = (uint8_t)below(3), .protect = (uint16_t)below(2), .region = below(2)};
        mm_runs_set(&runs, first, count, run);
        for (uint32_t at = first; at < first + count; at++)
            naive[at] = run;
        uint32_t at = below(2) ? below(pages) : first, stop = at + 1;
        run = mm_runs_at(&runs, at, &end);
        while (stop < pages && alike(&naive[stop], &naive[at]))
            stop++;
        same = alike(&run, &naive[at]) && end == stop;
    }
    CU_ASSERT(same);
    mm_runs_destroy(&runs);
    free(naive);
}

static void test_runs(void)
{
    seed = 2;
    runs_of(0x40000, 3000);
    runs_of(0x3F00, 5000);
    runs_of(130, 20000);
    runs_of(64, 5000);
    runs_of(1, 50);
}

void test_mm_free(void)
{
    CU_pSuite suite = CU_add_suite("mm free", NULL, NULL);
    CU_add_test(suite, "searches, as an array finds", test_searches);
    CU_add_test(suite, "searches at their limits", test_search_limits);
    CU_add_test(suite, "runs, as an array keeps them", test_runs);
}
