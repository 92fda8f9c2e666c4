#include "models/membus/map/map.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <string.h>

static struct sim_error error;

static void with(void (*test)(struct membus_map *))
{
    struct membus_map map;
    CU_ASSERT_FATAL(membus_map_init(&map, 0x20000000, &error) == SIM_OK);
    test(&map);
    membus_map_free(&map);
}

/* The rows again, from the facts: base, last byte, page, real address of base if it is a view. */
static const struct {
    uint32_t first, last, page;
    bool view;
    uint32_t real;
} rows[] = {
    {0x00000000, 0x3FFFFFFF, 0x1000, false, 0},         {0x40000000, 0x7EFFFFFF, 0x10000, false, 0},
    {0x80000000, 0x8FFFFFFF, 0x10000, false, 0},        {0x90000000, 0x9FFFFFFF, 0x1000, false, 0},
    {0xA0000000, 0xBFFFFFFF, 0x10000, true, 0},         {0xC0000000, 0xDFFFFFFF, 0x1000000, true, 0},
    {0xE0000000, 0xFFCFFFFF, 0x1000, true, 0x00001000},
};

static uint64_t real_of(const struct membus_map *map, uint64_t address)
{
    struct membus_fault fault;
    uint64_t real = 0;
    return membus_map_access(map, address, MEMBUS_READ, &real, &fault) ? real : UINT64_MAX;
}

static void row_edges(struct membus_map *map)
{
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t first = rows[i].first, page = rows[i].page, last_page = rows[i].last - page + 1;
        CU_ASSERT(membus_map_region(first) && membus_map_region(first)->base == first);
        CU_ASSERT(membus_map_region(rows[i].last) == membus_map_region(first));
        CU_ASSERT(membus_map_region((uint64_t)rows[i].last + 1) != membus_map_region(first));
        CU_ASSERT(real_of(map, first) == UINT64_MAX && real_of(map, rows[i].last) == UINT64_MAX);
        CU_ASSERT(membus_map_set(map, first, page, 0, MEMBUS_READ_WRITE, &error) == SIM_OK);
        CU_ASSERT(membus_map_set(map, last_page, page, 0x1F000000, MEMBUS_READ_WRITE, &error) == SIM_OK);
        CU_ASSERT(real_of(map, first) == (rows[i].view ? rows[i].real : 0));
        CU_ASSERT(real_of(map, first + page - 1) == (rows[i].view ? rows[i].real : 0) + page - 1);
        CU_ASSERT(real_of(map, (uint64_t)first + page) == UINT64_MAX);
        uint32_t real_last = rows[i].view ? (rows[i].last & 0x1FFFFFFF) + rows[i].real : 0x1F000000 + page - 1;
        CU_ASSERT(real_of(map, rows[i].last) == real_last);
        struct membus_query query = membus_map_query(map, rows[i].last);
        CU_ASSERT(query.base == last_page && query.size == page && query.real == real_last - page + 1);
    }
}

static void test_rows(void)
{
    with(row_edges);
}

static void physical_rules(struct membus_map *map)
{
    CU_ASSERT(membus_map_set(map, 0xA0000000, 0x20000000, 0, MEMBUS_READ_WRITE, &error) == SIM_OK);
    CU_ASSERT(membus_map_set(map, 0xC0000000, 0x20000000, 0, MEMBUS_READ_WRITE, &error) == SIM_OK);
    CU_ASSERT(membus_map_set(map, 0xE0000000, 0x1FD00000, 0, MEMBUS_READ_WRITE, &error) == SIM_OK);
    CU_ASSERT(real_of(map, 0xBC220000) == 0x1C220000);
    CU_ASSERT(real_of(map, 0xDFFFFFFF) == 0x1FFFFFFF);
    CU_ASSERT(real_of(map, 0xE0000000) == 0x1000);
    CU_ASSERT(real_of(map, 0xFFCAE000) == 0x1FCAF000);
    CU_ASSERT(real_of(map, 0xFFCFFFFF) == 0x1FD00FFF);
    CU_ASSERT(real_of(map, 0xFFD00000) == UINT64_MAX);
    CU_ASSERT(real_of(map, 0x1FFFFFFFF) == UINT64_MAX);
}

static void test_physical(void)
{
    with(physical_rules);
}

static void faults_of(struct membus_map *map)
{
    struct membus_fault fault;
    uint64_t real;
    static const uint32_t holes[] = {0x7F000000, 0x7FC7FFFF, 0x7FC90000, 0xFFD00000, 0xFFFFFFFF};
    for (unsigned i = 0; i < sizeof holes / sizeof *holes; i++) {
        CU_ASSERT(!membus_map_access(map, holes[i], MEMBUS_READ, &real, &fault));
        CU_ASSERT(fault.reason == MEMBUS_FAULT_HOLE && fault.address == holes[i] && fault.access == MEMBUS_READ);
    }
    CU_ASSERT(!membus_map_access(map, 0x10000, MEMBUS_WRITE, &real, &fault));
    CU_ASSERT(fault.reason == MEMBUS_FAULT_ABSENT && fault.access == MEMBUS_WRITE && fault.address == 0x10000);
    CU_ASSERT(membus_map_set(map, 0x10000, 0x3000, 0x5000, MEMBUS_READ_ONLY, &error) == SIM_OK);
    CU_ASSERT(membus_map_access(map, 0x11234, MEMBUS_READ, &real, &fault) && real == 0x6234);
    CU_ASSERT(!membus_map_access(map, 0x11234, MEMBUS_WRITE, &real, &fault));
    CU_ASSERT(fault.reason == MEMBUS_FAULT_PROTECTED);
    CU_ASSERT(!membus_map_access(map, 0x11234, MEMBUS_EXECUTE, &real, &fault));
    CU_ASSERT(membus_map_protect(map, 0x11000, 0x1000, MEMBUS_READ_WRITE | MEMBUS_PAGE_GUARD, &error) == SIM_OK);
    CU_ASSERT(!membus_map_access(map, 0x11FFF, MEMBUS_READ, &real, &fault));
    CU_ASSERT(fault.reason == MEMBUS_FAULT_GUARDED);
    CU_ASSERT(membus_map_access(map, 0x10FFF, MEMBUS_READ, &real, &fault));
    CU_ASSERT(membus_map_access(map, 0x12000, MEMBUS_READ, &real, &fault));
    CU_ASSERT(membus_map_unset(map, 0x10000, 0x3000, &error) == SIM_OK);
    CU_ASSERT(!membus_map_access(map, 0x12000, MEMBUS_READ, &real, &fault) && fault.reason == MEMBUS_FAULT_ABSENT);
    CU_ASSERT(membus_map_access(map, 0x7FC80000 + 0x6534, MEMBUS_WRITE, &real, &fault) && real == 0xEC806534);
    CU_ASSERT(membus_map_access(map, 0x7FEA1800, MEMBUS_READ, &real, &fault) && real == 0xEA001800);
}

static void test_faults(void)
{
    with(faults_of);
}

static void refusals(struct membus_map *map)
{
    static const struct {
        uint64_t base, size, real;
    } bad[] = {
        {0x1001, 0x1000, 0},
        {0x1000, 0x800, 0},
        {0x1000, 0, 0},
        {0x3FFFF000, 0x2000, 0},
        {0x40001000, 0x10000, 0},
        {0x40000000, 0x10000, 0x1000},
        {0x1000, 0x1000, 0x800},
        {0x1000, 0x2000, 0x1FFFF000},
        {0x1000, 0x1000, 0x20000000},
        {0x7FC80000, 0x1000, 0},
        {0x7F000000, 0x1000, 0},
        {0xFFD00000, 0x1000, 0},
        {UINT64_MAX, 0x1000, 0},
        {0x1000, 0x1000, UINT64_MAX - 0xFFF},
        {0x1000, UINT64_MAX - 0xFFF, 0},
    };
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        error.text[0] = '\0';
        CU_ASSERT(membus_map_set(map, bad[i].base, bad[i].size, bad[i].real, MEMBUS_READ_WRITE, &error) == SIM_GUEST);
        CU_ASSERT(error.text[0] != '\0');
    }
    CU_ASSERT(membus_map_set(map, 0x1000, 0x1000, 0, MEMBUS_READ_WRITE, &error) == SIM_OK);
    CU_ASSERT(membus_map_protect(map, 0x1000, 0x2000, MEMBUS_READ_ONLY, &error) == SIM_GUEST);
    CU_ASSERT(strstr(error.text, "0x2000") != NULL);
    CU_ASSERT(membus_map_query(map, 0x1000).flags == (MEMBUS_READ_WRITE | MEMBUS_PAGE_PRESENT));
}

static void test_refusals(void)
{
    with(refusals);
}

static void translations(struct membus_map *map)
{
    struct sim_msg_core_reply reply = {.status = 9};
    membus_map_translate(map, 0x82000000, &reply);
    CU_ASSERT(reply.status == 0 && reply.data0 == 0 && reply.data1 == 0);
    uint32_t flags = MEMBUS_READ_WRITE | SIM_PAGE_UNCACHED | SIM_PAGE_COMBINES;
    CU_ASSERT(membus_map_set(map, 0x82000000, 0x10000, 0x1230000, flags, &error) == SIM_OK);
    membus_map_translate(map, 0x8200FFFF, &reply);
    CU_ASSERT(reply.status == 1 && reply.data0 == (0x1230000 | flags) && reply.data1 == 16);
    CU_ASSERT(membus_map_protect(map, 0x82000000, 0x10000, flags | MEMBUS_PAGE_GUARD, &error) == SIM_OK);
    membus_map_translate(map, 0x82000000, &reply);
    CU_ASSERT(reply.status == 1 && reply.data0 == (0x1230000 | SIM_PAGE_UNCACHED | SIM_PAGE_COMBINES));
}

static void test_translations(void)
{
    with(translations);
}

static void printed(struct membus_map *map)
{
    char text[2048], few[10];
    CU_ASSERT(membus_map_set(map, 0xA0000000, 0x30000, 0, MEMBUS_READ_WRITE, &error) == SIM_OK);
    size_t length = membus_map_print(map, text, sizeof text);
    CU_ASSERT(length == strlen(text));
    CU_ASSERT(strstr(text, "40000000-7EFFFFFF v40000000 virtual, pages of 64 KiB, 0 there\n") != NULL);
    CU_ASSERT(strstr(text, "A0000000-BFFFFFFF vA0000000 physical, pages of 64 KiB, 3 there\n") != NULL);
    CU_ASSERT(strstr(text, "E0000000-FFCFFFFF vE0000000 physical, pages of 4 KiB, 0 there\n") != NULL);
    CU_ASSERT(membus_map_print(map, few, sizeof few) == length && strcmp(few, "00000000-") == 0);
}

static void test_print(void)
{
    with(printed);
}

static void saved(struct membus_map *map)
{
    CU_ASSERT(membus_map_set(map, 0x10000, 0x5000, 0x5000, MEMBUS_READ_ONLY, &error) == SIM_OK);
    CU_ASSERT(membus_map_set(map, 0x15000, 0x1000, 0x0, MEMBUS_READ_ONLY, &error) == SIM_OK);
    CU_ASSERT(membus_map_set(map, 0xE0010000, 0x5000, 0, MEMBUS_READ_WRITE, &error) == SIM_OK);
    struct sim_writer writer = {0}, again = {0};
    membus_map_save(map, &writer);
    struct sim_reader reader = {.bytes = writer.bytes, .size = writer.size};
    membus_map_reset(map);
    membus_map_load(map, &reader);
    CU_ASSERT(!reader.failed && reader.offset == writer.size);
    membus_map_save(map, &again);
    CU_ASSERT(again.size == writer.size && memcmp(again.bytes, writer.bytes, writer.size) == 0);
    CU_ASSERT(real_of(map, 0x14FFF) == 0x9FFF && real_of(map, 0x15000) == 0 && real_of(map, 0xE0010000) == 0x11000);
    for (size_t size = 0; size < writer.size; size += 4) { /* cut off, and one word spoiled */
        struct sim_reader cut = {.bytes = writer.bytes, .size = size};
        membus_map_load(map, &cut);
        CU_ASSERT(cut.failed);
        memset(again.bytes + size, 0xFF, 4);
        struct sim_reader spoiled = {.bytes = again.bytes, .size = again.size};
        membus_map_load(map, &spoiled); /* must only not crash */
        memcpy(again.bytes + size, writer.bytes + size, 4);
    }
    sim_writer_free(&writer);
    sim_writer_free(&again);
}

static void test_saved(void)
{
    with(saved);
}

void test_map(void)
{
    CU_pSuite suite = CU_add_suite("membus/map", NULL, NULL);
    CU_add_test(suite, "each row from its first byte to its last", test_rows);
    CU_add_test(suite, "views of memory", test_physical);
    CU_add_test(suite, "faults", test_faults);
    CU_add_test(suite, "what is refused", test_refusals);
    CU_add_test(suite, "translations", test_translations);
    CU_add_test(suite, "printed", test_print);
    CU_add_test(suite, "saved and loaded", test_saved);
}
