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

void test_mm_state(void)
{
    CU_pSuite suite = CU_add_suite("mm state", NULL, NULL);
    CU_add_test(suite, "a load goes on as what was saved", test_load);
    CU_add_test(suite, "one form for the same pages", test_canonical);
    CU_add_test(suite, "saves that are none", test_bad_saves);
}
