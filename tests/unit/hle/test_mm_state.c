/* Saves: the same pages give the same bytes, and what is no save is refused. */
#include "kernel-hle/mm/mm.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>

static struct mm *new_mm(void)
{
    struct sim_error error;
    struct hle_reference reference = hle_reference(HLE_HARDWARE);
    struct mm *mm = mm_create(&reference, &error);
    CU_ASSERT_FATAL(mm != NULL);
    return mm;
}

static void allocate(struct mm *mm, uint32_t base, uint32_t size, uint32_t type, uint32_t protect)
{
    CU_ASSERT(mm_allocate_virtual(mm, &base, &size, type, protect) == NT_SUCCESS);
}

static void release(struct mm *mm, uint32_t base)
{
    uint32_t size = 0;
    CU_ASSERT(mm_free_virtual(mm, &base, &size, MM_RELEASE) == NT_SUCCESS);
}

/* Some of everything. */
static void fill(struct mm *mm)
{
    struct mm_stack stack;
    uint8_t header[8];
    uint32_t at, base = 0x1002000, size = 0x3000;
    allocate(mm, 0x1000000, 0x10000, MM_RESERVE, MM_READWRITE);
    allocate(mm, 0x1001000, 0x8000, MM_COMMIT, MM_READWRITE);
    CU_ASSERT(mm_protect_virtual(mm, &base, &size, MM_READONLY, NULL) == NT_SUCCESS);
    allocate(mm, 0, 0x20000, MM_RESERVE | MM_COMMIT | MM_LARGE_PAGES, MM_READWRITE);
    CU_ASSERT(mm_allocate_physical(mm, 0x5000, MM_READWRITE | MM_WRITECOMBINE, 0, UINT32_MAX, 0) != 0);
    CU_ASSERT(mm_allocate_physical(mm, 0x5000, MM_READWRITE | MM_LARGE_PAGES, 0, UINT32_MAX, 0) != 0);
    CU_ASSERT(mm_create_thread_stack(mm, 0x8000, &stack) == NT_SUCCESS);
    CU_ASSERT(mm_allocate_system(mm, 0x3000) != 0);
    CU_ASSERT(mm_place_image(mm, 0x82000000, 0x40000) == NT_SUCCESS);
    CU_ASSERT(mm_allocate_encrypted(mm, 0x10000, &base) == NT_SUCCESS);
    for (unsigned i = 0; i < 80; i++)
        CU_ASSERT(mm_allocate_pool(mm, i * 11, i, &at, header) != 0);
    CU_ASSERT(mm_free_pool(mm, 0x30003008));
}

static struct sim_writer saved(const struct mm *mm)
{
    struct sim_writer writer = {0};
    mm_save(mm, &writer);
    return writer;
}

static bool same_bytes(const struct mm *a, const struct mm *b)
{
    struct sim_writer one = saved(a), two = saved(b);
    bool same = one.size == two.size && memcmp(one.bytes, two.bytes, one.size) == 0;
    sim_writer_free(&one);
    sim_writer_free(&two);
    return same;
}

static void test_load(void)
{
    struct mm *mm = new_mm(), *other = new_mm();
    fill(mm);
    allocate(other, 0x5000000, 0x10000, MM_RESERVE | MM_COMMIT, MM_READWRITE);
    struct sim_writer save = saved(mm);
    struct sim_reader reader = {.bytes = save.bytes, .size = save.size};
    mm_load(other, &reader);
    CU_ASSERT(!reader.failed && reader.offset == save.size && mm_change_count(other) == 0);
    CU_ASSERT(same_bytes(mm, other));
    struct mm *both[] = {mm, other};
    uint32_t gives[2][40] = {{0}};
    for (unsigned m = 0; m < 2; m++) {
        for (unsigned i = 0; i < 40; i += 4) {
            uint32_t size = i * 0x1234 + 1, at;
            uint8_t header[8];
            CU_ASSERT(mm_allocate_virtual(both[m], &gives[m][i], &size, MM_RESERVE | MM_COMMIT, MM_READWRITE) == 0);
            gives[m][i + 1] = mm_allocate_physical(both[m], i * 0x777 + 1, MM_READWRITE, 0, UINT32_MAX, 0x3000);
            gives[m][i + 2] = mm_allocate_pool(both[m], i * 20, 0, &at, header);
            gives[m][i + 3] = mm_create_kernel_stack(both[m], i * 0x1000 + 1);
        }
        CU_ASSERT(mm_free_physical(both[m], 0xBFC90000) && mm_remove_image(both[m], 0x82000000) == NT_SUCCESS);
    }
    CU_ASSERT(memcmp(gives[0], gives[1], sizeof gives[0]) == 0);
    CU_ASSERT(same_bytes(mm, other));
    struct mm_statistics one = {.size = 104}, two = {.size = 104};
    CU_ASSERT(mm_query_statistics(mm, &one) == NT_SUCCESS && mm_query_statistics(other, &two) == NT_SUCCESS);
    CU_ASSERT(memcmp(&one, &two, sizeof one) == 0);
    sim_writer_free(&save);
    mm_destroy(mm);
    mm_destroy(other);
}

/* Two ways to the same pages. */
static void test_canonical(void)
{
    struct mm *mm = new_mm(), *other = new_mm();
    allocate(mm, 0x1000000, 0x10000, MM_RESERVE | MM_COMMIT, MM_READWRITE);
    allocate(mm, 0x2000000, 0x10000, MM_RESERVE | MM_COMMIT, MM_READWRITE);
    release(mm, 0x2000000);
    allocate(other, 0x1000000, 0x10000, MM_RESERVE, MM_READWRITE);
    for (uint32_t page = 0; page < 0x10; page++)
        allocate(other, 0x1000000 + page * 0x1000, 0x1000, MM_COMMIT, page % 2 ? MM_READONLY : MM_READWRITE);
    CU_ASSERT(!same_bytes(mm, other));
    allocate(other, 0x1000000, 0x10000, MM_COMMIT, MM_READWRITE);
    CU_ASSERT(same_bytes(mm, other));
    mm_reset(mm);
    mm_destroy(other);
    other = new_mm();
    CU_ASSERT(same_bytes(mm, other));
    mm_destroy(mm);
    mm_destroy(other);
}

static void test_bad_saves(void)
{
    struct mm *mm = new_mm(), *fresh = new_mm();
    fill(mm);
    struct sim_writer save = saved(mm);
    uint8_t *bytes = malloc(save.size);
    CU_ASSERT_FATAL(bytes != NULL);
    for (size_t size = 0; size < save.size; size += size < 400 ? 1 : 17) {
        struct sim_reader reader = {.bytes = save.bytes, .size = size};
        mm_load(mm, &reader);
        CU_ASSERT(reader.failed);
        if (size % 64 == 0)
            CU_ASSERT(same_bytes(mm, fresh));
    }
    uint64_t seed = 9;
    unsigned refused = 0, taken = 0;
    for (unsigned i = 0; i < 3000; i++) {
        memcpy(bytes, save.bytes, save.size);
        for (unsigned flips = 0; flips <= i % 3; flips++) {
            seed = seed * 6364136223846793005 + 1442695040888963407;
            bytes[(seed >> 33) % save.size] ^= (uint8_t)(1u << (seed >> 29) % 8);
        }
        struct sim_reader reader = {.bytes = bytes, .size = save.size};
        mm_load(mm, &reader);
        if (reader.failed) {
            refused++;
            continue;
        }
        /* What is taken is a state like any other: it can be worked with, and saved and loaded again. */
        taken++;
        struct sim_writer again = saved(mm);
        uint32_t base = 0, size = 0x30000;
        (void)mm_allocate_virtual(mm, &base, &size, MM_RESERVE | MM_COMMIT, MM_READWRITE);
        for (uint32_t page = 0x1000000; page < 0x1010000; page += 0x1000) {
            base = page;
            size = 0x1000;
            (void)mm_free_virtual(mm, &base, &size, MM_DECOMMIT);
        }
        for (uint32_t address = 0x30000008; address < 0x3000A000; address += 64)
            (void)mm_free_pool(mm, address);
        (void)mm_free_physical(mm, 0xBFC90000);
        (void)mm_delete_kernel_stack(mm, 0, 0x70000000);
        (void)mm_remove_image(mm, 0x82000000);
        reader = (struct sim_reader){.bytes = again.bytes, .size = again.size};
        mm_load(mm, &reader);
        CU_ASSERT(!reader.failed);
        sim_writer_free(&again);
    }
    CU_ASSERT(refused > 1000 && taken > 10);
    free(bytes);
    sim_writer_free(&save);
    mm_destroy(mm);
    mm_destroy(fresh);
}

struct run {
    uint32_t count, page, region, region_pages;
    uint16_t protect, given;
    uint8_t state, use;
    uint32_t real; /* of all its pages; NONE */
};
enum { NONE = 0xFFFFFFFF, HEAPS = 7, R = 1, C = 2, G = 3 };

/* Whether a save of these runs, all in one heap, and of a page of the pool, is taken. */
static bool is_taken(struct mm *mm, unsigned heap, const struct run *run, unsigned runs, uint32_t pool, uint64_t taken,
                     uint64_t begins)
{
    struct sim_writer writer = {0};
    for (unsigned h = 0; h < HEAPS; h++) {
        for (unsigned i = 0; h == heap && i < runs; i++) {
            sim_put_u32(&writer, run[i].count);
            sim_put_u32(&writer, run[i].page);
            sim_put_u32(&writer, run[i].region);
            sim_put_u32(&writer, run[i].region_pages);
            sim_put_u16(&writer, run[i].protect);
            sim_put_u16(&writer, run[i].given);
            sim_put_u8(&writer, run[i].state);
            sim_put_u8(&writer, run[i].use);
            if (run[i].real != NONE) {
                sim_put_u32(&writer, run[i].real);
                sim_put_u32(&writer, run[i].count);
            }
        }
        sim_put_u32(&writer, 0);
    }
    if (pool) {
        sim_put_u32(&writer, pool);
        sim_put_u64(&writer, taken);
        sim_put_u64(&writer, begins);
    }
    sim_put_u32(&writer, 0);
    struct sim_reader reader = {.bytes = writer.bytes, .size = writer.size};
    mm_load(mm, &reader);
    bool good = !reader.failed && reader.offset == reader.size;
    sim_writer_free(&writer);
    return good;
}

static void test_bad_runs(void)
{
    struct mm *mm = new_mm();
    static const struct {
        bool good;
        unsigned heap;
        struct run run[2];
        uint32_t pool;
        uint64_t taken, begins;
    } row[] = {
        {true, 0, {{4, 0x20, 0x20, 4, 4, 4, C, 0, 0x1000}}, 0, 0, 0},
        {true, 0, {{2, 0x20, 0x20, 4, 4, 4, C, 0, 0x1000}, {2, 0x22, 0x20, 4, 0, 4, R, 0, NONE}}, 0, 0, 0},
        {true, 0, {{4, 0x20, 0x20, 4, 4, 4, R, 0, NONE}, {2, 0x24, 0x24, 2, 4, 4, R, 0, NONE}}, 0, 0, 0},
        {false, 0, {{2, 0x20, 0x20, 4, 4, 4, C, 0, 0x1000}, {2, 0x22, 0x20, 4, 4, 4, C, 0, 0x2000}}, 0, 0, 0}, /* alike
                                                                                                                */
        {false, 0, {{2, 0x20, 0x20, 4, 4, 4, C, 0, 0x1000}}, 0, 0, 0}, /* half a region */
        {false, 0, {{2, 0x20, 0x20, 4, 4, 4, C, 0, 0x1000}, {2, 0x22, 0x20, 5, 0, 4, R, 0, NONE}}, 0, 0, 0}, /* grown */
        {false, 0, {{4, 0x20, 0x1F, 5, 4, 4, C, 0, 0x1000}}, 0, 0, 0}, /* the other half */
        {false, 0, {{4, 0x20, 0x20, 3, 4, 4, C, 0, 0x1000}}, 0, 0, 0}, /* more than a region */
        {false, 0, {{2, 0x20, 0x20, 4, 4, 4, C, 0, 0x1000}, {1, 0x23, 0x20, 4, 0, 4, R, 0, NONE}}, 0, 0, 0}, /* a gap */
        {false, 0, {{2, 0x20, 0x20, 4, 4, 4, C, 0, 0x1000}, {2, 0x22, 0x22, 2, 0, 4, R, 0, NONE}}, 0, 0, 0}, /* begun
                                                                                                                again */
        {false, 0, {{2, 0x20, 0x20, 4, 4, 4, C, 0, 0x1000}, {2, 0x22, 0x20, 4, 0, 4, R, 1, NONE}}, 0, 0, 0}, /* other
                                                                                                                use */
        {false, 0, {{4, 0x20, 0x20, 4, 4, 4, R, 0, NONE}, {4, 0x10, 0x10, 4, 4, 4, R, 0, NONE}}, 0, 0, 0},   /* order */
        {false, 0, {{2, 0x3FFFF, 0x3FFFF, 2, 4, 4, R, 0, NONE}}, 0, 0, 0}, /* beyond the end */
        {false, 0, {{1, 0x40000, 0x40000, 1, 4, 4, R, 0, NONE}}, 0, 0, 0},
        {false, 0, {{1, 0xFFFFFFFF, 0xFFFFFFFF, 1, 4, 4, R, 0, NONE}}, 0, 0, 0},
        {false, 0, {{4, 0x20, 0x20, 0xFFFFFFFF, 4, 4, R, 0, NONE}}, 0, 0, 0},
        {false, 0, {{4, 0x20, 0x20, 4, 0x800, 4, R, 0, NONE}}, 0, 0, 0}, /* no such protection */
        {false, 0, {{4, 0x20, 0x20, 4, 4, 0x8000, R, 0, NONE}}, 0, 0, 0},
        {false, 0, {{4, 0x20, 0x20, 4, 4, 4, 0, 0, NONE}}, 0, 0, 0},    /* free */
        {false, 0, {{4, 0x20, 0x20, 4, 4, 4, 4, 0, NONE}}, 0, 0, 0},    /* no such state */
        {false, 0, {{4, 0x20, 0x20, 4, 4, 4, R, 6, NONE}}, 0, 0, 0},    /* no such use */
        {false, 0, {{4, 0x20, 0x20, 4, 4, 4, R, 1, NONE}}, 0, 0, 0},    /* a view's */
        {false, 0, {{4, 0x20, 0x20, 4, 4, 4, G, 0, NONE}}, 0, 0, 0},    /* guard pages of no stack */
        {false, 0, {{4, 0x20, 0x20, 4, 4, 4, C, 0, 0x1FFFD}}, 0, 0, 0}, /* beyond memory */
        {false, 0, {{4, 0x20, 0x20, 4, 4, 4, C, 0, 0xFFFFFFFE}}, 0, 0, 0},
        {false, 0, {{4, 0x20, 0x20, 4, 4, 4, C, 0, 0x1FFEE}}, 0, 0, 0}, /* what no view can have */
        {false, 0, {{2, 0x20, 0x20, 2, 4, 4, C, 0, 0x1000}, {2, 0x24, 0x24, 2, 4, 4, C, 0, 0x1001}}, 0, 0, 0}, /* twice
                                                                                                                */
        {true, 1, {{1, 0, 0, 1, 4, 4, C, 0, 0x1010}}, 0, 0, 0},
        {false, 1, {{1, 0, 0, 1, 4, 4, C, 0, 0x1008}}, 0, 0, 0}, /* not at a multiple */
        {true, 1, {{1, 0x3000, 0x3000, 1, 1, 4, G, 3, NONE}}, 0, 0, 0},
        {true, 4, {{1, 3, 3, 1, 4, 4, C, 1, NONE}}, 0, 0, 0},
        {false, 4, {{1, 3, 3, 1, 4, 4, R, 1, NONE}}, 0, 0, 0}, /* views are committed */
        {false, 4, {{1, 3, 3, 1, 4, 4, C, 0, NONE}}, 0, 0, 0}, /* and physical */
        {false, 4, {{1, 0x1FFF, 0x1FFF, 1, 4, 4, C, 1, NONE}}, 0, 0, 0},
        {true, 0, {{1, 0x30000, 0x30000, 1, 4, 4, C, 2, 0x1000}}, 1, 3, 1},
        {true, 0, {{1, 0x30000, 0x30000, 1, 4, 4, C, 2, 0x1000}}, 1, 7, 5},
        {false, 0, {{1, 0x30000, 0x30000, 1, 4, 4, C, 2, 0x1000}}, 1, 0, 0}, /* no blocks */
        {false, 0, {{1, 0x30000, 0x30000, 1, 4, 4, C, 2, 0x1000}}, 1, 3, 5}, /* begins in what is free */
        {false, 0, {{1, 0x30000, 0x30000, 1, 4, 4, C, 2, 0x1000}}, 1, 3, 2}, /* begins too late */
        {false, 0, {{1, 0x30000, 0x30000, 1, 4, 4, C, 2, 0x1000}}, 1, 11, 1},
        {false, 0, {{1, 0x30000, 0x30000, 1, 4, 4, C, 2, 0x1000}}, 2, 3, 1}, /* another page */
        {false, 0, {{1, 0x30000, 0x30000, 1, 4, 4, C, 5, 0x1000}}, 1, 3, 1}, /* not the pool's */
        {false, 0, {{2, 0x30000, 0x30000, 2, 4, 4, C, 2, 0x1000}}, 1, 3, 1}, /* a large block */
        {false, 0, {{1, 0x30000, 0x30000, 1, 4, 4, C, 2, 0x1000}}, 0x10001, 3, 1},
    };
    for (unsigned i = 0; i < sizeof row / sizeof *row; i++) {
        bool good = is_taken(mm, row[i].heap, row[i].run, row[i].run[1].count ? 2 : 1, row[i].pool, row[i].taken,
                             row[i].begins);
        if (good != row[i].good)
            CU_assertImplementation(CU_FALSE, i, row[i].good ? "refused, row" : "taken, row", __FILE__, "", CU_FALSE);
    }
    CU_ASSERT(is_taken(mm, 0, row[0].run, 0, 0, 0, 0));
    mm_destroy(mm);
}

void test_mm_state(void)
{
    CU_pSuite suite = CU_add_suite("mm state", NULL, NULL);
    CU_add_test(suite, "a load goes on as what was saved", test_load);
    CU_add_test(suite, "one form for the same pages", test_canonical);
    CU_add_test(suite, "saves that are none", test_bad_saves);
    CU_add_test(suite, "runs that cannot be", test_bad_runs);
}
