/* The pool against a list of blocks. */
#include "kernel-hle/mm/mm.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <string.h>

enum { BLOCKS = 400, PAGES = 256, UNITS = 64 };

static struct mm *new_mm(enum hle_reference_kind kind)
{
    struct sim_error error;
    struct hle_reference reference = hle_reference(kind);
    struct mm *mm = mm_create(&reference, &error);
    CU_ASSERT_FATAL(mm != NULL);
    return mm;
}

static void test_header(void)
{
    struct mm *mm = new_mm(HLE_HARDWARE);
    uint8_t header[8];
    uint32_t at;
    static const uint8_t expected[8] = {0, 0, 170, 0, 0x65, 0x6E, 0x6F, 0x4E};
    CU_ASSERT(mm_allocate_pool(mm, 100, 0x656E6F4E, &at, header) == 0x30000008 && at == 0x30000000);
    CU_ASSERT(memcmp(header, expected, 8) == 0);
    CU_ASSERT(mm_change_count(mm) == 1 && mm_changes(mm)->address == 0x30000000 && mm_changes(mm)->zero);
    CU_ASSERT(mm_allocate_pool(mm, 100, 1, &at, header) == 0x30000088 && at == 0x30000080);
    CU_ASSERT(mm_change_count(mm) == 0);
    CU_ASSERT(mm_allocate_pool(mm, 0xFD9, 1, &at, header) == 0x30001000 && at == 0);
    CU_ASSERT(mm_free_pool(mm, 0x30000008) && mm_change_count(mm) == 0);
    CU_ASSERT(mm_free_pool(mm, 0x30000088));
    CU_ASSERT(mm_change_count(mm) == 1 && mm_changes(mm)->kind == MM_UNMAP && mm_changes(mm)->address == 0x30000000);
    mm_destroy(mm);
}

static void test_bad_frees(void)
{
    struct mm *mm = new_mm(HLE_HARDWARE);
    uint8_t header[8];
    uint32_t at;
    uint32_t block = mm_allocate_pool(mm, 200, 0, &at, header), pages = mm_allocate_pool(mm, 0x2000, 0, &at, header);
    uint32_t own = mm_allocate_system(mm, 0x1000);
    const uint32_t bad[] = {
        0,   8,       0x2FFFF008, block - 8,  block + 1,  block + 0x40, block + 0x100, pages + 8, pages + 0x1000,
        own, own + 8, 0x40000008, 0x3FFFF008, 0x3FFFF000, 0xFFFFFFFF,   0xFFFFF000};
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        CU_ASSERT(!mm_free_pool(mm, bad[i]));
        CU_ASSERT(mm_pool_block_size(mm, bad[i]) == 0);
    }
    CU_ASSERT(mm_pool_block_size(mm, block) == 4 * 64 - 8 && mm_pool_block_size(mm, pages) == 0x2000);
    CU_ASSERT(!mm_free_system(mm, block - 8) && !mm_free_system(mm, pages));
    CU_ASSERT(mm_free_pool(mm, block) && mm_free_pool(mm, pages) && mm_free_system(mm, own));
    CU_ASSERT(!mm_free_pool(mm, block) && !mm_free_pool(mm, pages) && !mm_free_system(mm, own));
    CU_ASSERT(mm_allocate_pool(mm, 0xFFFFFFFF, 0, &at, header) == 0);
    CU_ASSERT(mm_allocate_pool(mm, 0x10000000, 0, &at, header) == 0);
    mm_destroy(mm);
}

/* The lowest page that has room, the lowest place in it; else the lowest page that is free. */
static void random_blocks(enum hle_reference_kind kind, uint64_t seed)
{
    static uint8_t unit[PAGES][UNITS]; /* 0 free, else taken */
    static struct {
        uint32_t address, page, first, units, pages;
    } block[BLOCKS];
    static bool used[PAGES];
    struct mm *mm = new_mm(kind);
    memset(unit, 0, sizeof unit);
    memset(block, 0, sizeof block);
    memset(used, 0, sizeof used);
    for (unsigned step = 0; step < 6000; step++) {
        seed = seed * 6364136223846793005 + 1442695040888963407;
        unsigned i = (unsigned)(seed >> 40) % BLOCKS;
        if (kind == HLE_XENIA)
            i %= 100;
        if (block[i].address) {
            CU_ASSERT(mm_free_pool(mm, block[i].address));
            memset(&unit[block[i].page][block[i].first], 0, block[i].units);
            bool empty = true;
            for (unsigned u = 0; u < UNITS; u++)
                empty = empty && unit[block[i].page][u] == 0;
            for (unsigned p = 0; p < block[i].pages; p++)
                used[block[i].page + p] = block[i].units != 0 && !empty;
            block[i].address = 0;
            continue;
        }
        uint32_t size = (seed >> 20) % 8 ? (uint32_t)(seed >> 50) % 600 : (uint32_t)(seed >> 50) % 0x2800;
        uint32_t units = size > 0xFD8 ? 0 : (size + 8 + 63) / 64, pages = (size + 0xFFF) / 0x1000, page, first = 0;
        if (units && kind == HLE_XENIA)
            units = UNITS;
        bool found = false;
        for (page = 0; units && !found && page < PAGES; page++) {
            bool shared = false;
            for (unsigned u = 0; u < UNITS; u++)
                shared = shared || unit[page][u];
            for (first = 0; shared && !found && first + units <= UNITS; first++) {
                found = true;
                for (unsigned u = 0; u < units; u++)
                    found = found && unit[page][first + u] == 0;
            }
        }
        page -= found;
        first -= found;
        if (!found) {
            pages = units ? 1 : pages;
            first = 0;
            for (page = 0; !found; page++) {
                found = true;
                for (unsigned p = 0; p < pages; p++)
                    found = found && !used[page + p];
            }
            page--;
            for (unsigned p = 0; p < pages; p++)
                used[page + p] = true;
        } else {
            pages = 1;
        }
        memset(&unit[page][first], 1, units);
        uint8_t header[8];
        uint32_t at, expected = 0x30000000 + page * 0x1000 + first * 64 + (units ? 8 : 0);
        block[i].address = mm_allocate_pool(mm, size, (uint32_t)seed, &at, header);
        CU_ASSERT_FATAL(block[i].address == expected && at == (units ? expected - 8 : 0));
        CU_ASSERT(mm_pool_block_size(mm, expected) == (units ? units * 64 - 8 : pages * 0x1000));
        block[i].page = page;
        block[i].first = first;
        block[i].units = units;
        block[i].pages = pages;
    }
    mm_destroy(mm);
}

static void test_random(void)
{
    random_blocks(HLE_HARDWARE, 5);
    random_blocks(HLE_XENIA, 6);
}

/* As many blocks as there can be: then no more; and all of them go back. */
static void test_exhausted(void)
{
    struct mm *mm = new_mm(HLE_HARDWARE);
    uint8_t header[8];
    uint32_t at, count = 0, last = 0, address;
    while ((address = mm_allocate_pool(mm, 0xFD8, 0, &at, header)) != 0) {
        last = address;
        count++;
    }
    /* The highest page of the heap is never given. */
    CU_ASSERT(count == 0xFFFF && last == 0x3FFFE008);
    CU_ASSERT(mm_allocate_system(mm, 1) == 0);
    for (uint32_t page = 0; page < count; page++)
        if (!mm_free_pool(mm, 0x30000008 + page * 0x1000))
            CU_FAIL("a block is lost");
    CU_ASSERT(mm_allocate_system(mm, 0xFFFF000) == 0x30000000);
    mm_destroy(mm);
}

void test_mm_pool(void)
{
    CU_pSuite suite = CU_add_suite("mm pool", NULL, NULL);
    CU_add_test(suite, "the header of a block", test_header);
    CU_add_test(suite, "what is no block is not freed", test_bad_frees);
    CU_add_test(suite, "random blocks", test_random);
    CU_add_test(suite, "as many blocks as there can be", test_exhausted);
}
