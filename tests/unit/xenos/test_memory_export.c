/* What memory exports store: every kind of format, the orders of bytes, and what is left out. */
#include "models/xenos/shader/memory_export.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdio.h>
#include <string.h>

enum { BASE = 0x1000, SIZE = 64 };

static uint8_t memory[SIZE];
static unsigned stores;

static void store(void *self, uint32_t address, uint8_t byte)
{
    (void)self;
    CU_ASSERT_FATAL(address >= BASE && address < BASE + SIZE);
    memory[address - BASE] = byte;
    stores++;
}

static bool export(uint32_t z, uint32_t index, uint32_t count, const uint32_t element[XENOS_EXPORT_ELEMENTS][4],
                   unsigned written)
{
    const uint32_t address[4] = {0x40000000 | BASE >> 2, 0x4B000000 | index, z, 0x4B000000 | count};
    memset(memory, 0xCC, sizeof memory);
    stores = 0;
    return xenos_memory_export(address, element, written, store, NULL);
}

/* 0x4B0 above, then swap and number format, format, endian. */
static const struct {
    uint32_t z, value[4];
    unsigned size;
    uint8_t bytes[16];
} packed[] = {
    {0x4B072600, {1, 2, 3, 0x7FC00000}, 16, {1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0xC0, 0x7F}},
    {0x4B072602, {0x11223344}, 16, {0x11, 0x22, 0x33, 0x44}},
    {0x4B072603, {0x11223344}, 16, {0x22, 0x11, 0x44, 0x33, 0, 0, 0, 0}},
    {0x4B072604, {0x11223344, 0x55667788}, 16, {0x55, 0x66, 0x77, 0x88, 0x11, 0x22, 0x33, 0x44}},
    {0x4B072605,
     {0x11223344, 0, 0, 0x55667788},
     16,
     {0x55, 0x66, 0x77, 0x88, 0, 0, 0, 0, 0, 0, 0, 0, 0x11, 0x22, 0x33, 0x44}},
    /* 8_8_8_8: 0, 0.5, 1 and more, less than 0 */
    {0x4B000600, {0, 0x3F000000, 0x40000000, 0xBF800000}, 4, {0, 128, 255, 0}},
    {0x4B080600, {0x3F800000, 0, 0, 0}, 4, {0, 0, 255, 0}}, /* red and blue exchanged */
    {0x4B010600, {0x3F800000, 0xBF800000, 0xFF800000, 0xBF000000}, 4, {127, 0x81, 0x81, 0xC0}},
    {0x4B020600, {0x40200000, 0x3EFFFFFF, 0x7F800000, 0x7FC00000}, 4, {3, 0, 255, 0}}, /* 2.5 away from zero */
    {0x4B030600, {0xC0200000, 0x44000000, 0xC4000000, 0xBF000000}, 4, {0xFD, 127, 0x80, 0xFF}},
    {0x4B020700, {0x3F800000, 0x40000000, 0x40400000, 0x40400000}, 4, {0x01, 0x08, 0x30, 0xC0}},
    {0x4B020400, {0x3F800000, 0x40000000, 0x40400000}, 2, {0x41, 0x18}},
    {0x4B020301, {0x3F800000, 0x40000000, 0x40400000, 0x3F800000}, 2, {0x8C, 0x41}},
    {0x4B001900, {0x3F800000, 0x37800000}, 4, {0xFF, 0xFF, 1, 0}},
    /* halves: 1, -65536, beyond the largest, a denormal */
    {0x4B072000, {0x3F800000, 0xC7800000, 0x7F800000, 0x80800000}, 8, {0, 0x3C, 0, 0xFC, 0xFF, 0x7F, 0, 0x80}},
    {0x4B072001, {0x3F801000, 0x3F803000, 0x3FFFF000, 0x7FC00000}, 8, {0x3C, 0, 0x3C, 2, 0x40, 0, 0, 0}},
};

static void formats_pack_their_components(void)
{
    for (size_t i = 0; i < sizeof packed / sizeof *packed; i++) {
        uint32_t element[XENOS_EXPORT_ELEMENTS][4] = {{0}};
        memcpy(element[0], packed[i].value, sizeof packed[i].value);
        CU_ASSERT(export(packed[i].z, 0, 1, (const uint32_t(*)[4])element, 1));
        bool good = stores == packed[i].size && memcmp(memory, packed[i].bytes, packed[i].size) == 0;
        CU_ASSERT(good);
        for (unsigned k = 0; !good && k < packed[i].size; k++)
            fprintf(stderr, "%s%02x%s", k == 0 ? "row: " : "", memory[k], k + 1 == packed[i].size ? "\n" : " ");
    }
}

/* Elements stand at index and behind; those not written, and those beyond the count, stay away. */
static void elements_have_places(void)
{
    static const uint32_t element[XENOS_EXPORT_ELEMENTS][4] = {{0xA0}, {0xA1}, {0xA2}, {0xA3}, {0xA4}};
    CU_ASSERT(export(0x4B072400, 3, 7, element, 0x1B));
    CU_ASSERT_EQUAL(stores, 12);
    CU_ASSERT_EQUAL(memory[12], 0xA0);
    CU_ASSERT_EQUAL(memory[16], 0xA1);
    CU_ASSERT_EQUAL(memory[20], 0xCC);
    CU_ASSERT_EQUAL(memory[24], 0xA3);
    CU_ASSERT_EQUAL(memory[28], 0xCC);
    CU_ASSERT(export(0x4B072400, 7, 7, element, 0x1F));
    CU_ASSERT_EQUAL(stores, 0);
}

static void what_is_no_address_stores_nothing(void)
{
    static const uint32_t good[4] = {0x40000000 | BASE >> 2, 0x4B000000, 0x4B072600, 0x4B000001};
    static const uint32_t element[XENOS_EXPORT_ELEMENTS][4];
    static const struct {
        unsigned at;
        uint32_t word;
    } bad[] = {{0, BASE >> 2},  {0, 0x80000000}, {1, 0},          {1, 0xCB000000},
               {2, 0x4A072600}, {2, 0x4B072100}, {2, 0x4B070600}, {3, 1}};

    stores = 0;
    CU_ASSERT(xenos_memory_export(good, element, 1, store, NULL));
    CU_ASSERT_EQUAL(stores, 16);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        uint32_t address[4];
        memcpy(address, good, sizeof address);
        address[bad[i].at] = bad[i].word;
        stores = 0;
        CU_ASSERT_FALSE(xenos_memory_export(address, element, 1, store, NULL));
        CU_ASSERT_EQUAL(stores, 0);
    }
}

void test_memory_export(void)
{
    CU_pSuite suite = CU_add_suite("shader/memory_export", NULL, NULL);
    CU_add_test(suite, "formats pack their components", formats_pack_their_components);
    CU_add_test(suite, "elements have places", elements_have_places);
    CU_add_test(suite, "what is no address stores nothing", what_is_no_address_stores_nothing);
}
