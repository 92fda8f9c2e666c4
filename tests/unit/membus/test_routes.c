#include "models/membus/dram/ram.h"
#include "models/membus/mmio/routes.h"
#include "models/membus/timing.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <string.h>

static struct sim_error error;

static bool is(uint64_t real, enum membus_place place, uint64_t address)
{
    struct membus_target target = membus_target_of(real, 0x20000000);
    return target.place == place && target.address == address;
}

static void test_places(void)
{
    CU_ASSERT(is(0, MEMBUS_MEMORY, 0));
    CU_ASSERT(is(0x1FFFFFFF, MEMBUS_MEMORY, 0x1FFFFFFF));
    CU_ASSERT(is(0x20000000, MEMBUS_MEMORY, 0));
    CU_ASSERT(is(0x8FFFFE00, MEMBUS_MEMORY, 0x0FFFFE00));
    CU_ASSERT(is(0xBFFFFFFF, MEMBUS_MEMORY, 0x1FFFFFFF));
    CU_ASSERT(is(0xC0000000, MEMBUS_BUS, 0xC0000000));
    CU_ASSERT(is(0xEC806534, MEMBUS_BUS, 0xEC806534));
    CU_ASSERT(is(0x200EC806534, MEMBUS_BUS, 0xEC806534));
    CU_ASSERT(is(0x20000000000, MEMBUS_CHIP, 0x20000000000));
    CU_ASSERT(is(0x200000FFFFF, MEMBUS_CHIP, 0x200000FFFFF));
    CU_ASSERT(is(0x20000100000, MEMBUS_MEMORY, 0x100000));
    CU_ASSERT(is(0x10000001000, MEMBUS_MEMORY, 0x1000));
    CU_ASSERT(is(0x100C0001000, MEMBUS_MEMORY, 0x1000));
    CU_ASSERT(is(0x30000001000, MEMBUS_MEMORY, 0x1000));
    CU_ASSERT(is(0x40000001000, MEMBUS_NOWHERE, 0x40000001000));
}

static void test_table(void)
{
    static struct membus_routes routes;
    memset(&routes, 0, sizeof routes);
    const struct membus_route gpu = {.name = "gpu", .base = 0xEC800000, .size = 0x20000, .port = 1, .widths = 4},
                              bridge = {.name = "bridge", .base = 0xE0000000, .size = 0x1000000, .widths = 4},
                              pci = {.name = "pci", .base = 0xEA000000, .size = 0x10000, .widths = 7};
    CU_ASSERT(membus_routes_add(&routes, &gpu, &error) == SIM_OK);
    CU_ASSERT(membus_routes_add(&routes, &bridge, &error) == SIM_OK);
    CU_ASSERT(membus_routes_add(&routes, &pci, &error) == SIM_OK);
    const struct membus_route over = {.name = "other", .base = 0xEA00FFFF, .size = 1, .widths = 4};
    CU_ASSERT(membus_routes_add(&routes, &over, &error) == SIM_BAD_INPUT);
    CU_ASSERT(strcmp(error.text, "routes pci and other overlap at 0xea00ffff") == 0);
    const struct membus_route empty = {.name = "empty", .base = 0xEB000000, .widths = 4};
    CU_ASSERT(membus_routes_add(&routes, &empty, &error) == SIM_BAD_INPUT);
    CU_ASSERT(routes.count == 3);
    static const struct {
        uint64_t address;
        const char *name;
    } cases[] = {{0xDFFFFFFF, NULL},  {0xE0000000, "bridge"}, {0xE0FFFFFF, "bridge"}, {0xE1000000, NULL},
                 {0xEA00FFFF, "pci"}, {0xEA010000, NULL},     {0xEC7FFFFF, NULL},     {0xEC800000, "gpu"},
                 {0xEC81FFFF, "gpu"}, {0xEC820000, NULL},     {UINT64_MAX, NULL}};
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct membus_route *found = membus_routes_find(&routes, cases[i].address);
        CU_ASSERT((found ? strcmp(found->name, cases[i].name ? cases[i].name : "") == 0 : !cases[i].name));
    }
}

static void test_strays(void)
{
    static struct membus_routes routes, loaded;
    memset(&routes, 0, sizeof routes);
    CU_ASSERT(membus_routes_stray(&routes, 0xE5000010, 4, false, false));
    CU_ASSERT(!membus_routes_stray(&routes, 0xE5000FFC, 4, false, false));
    CU_ASSERT(membus_routes_stray(&routes, 0xE5000010, 4, true, false));
    CU_ASSERT(membus_routes_stray(&routes, 0xE5001000, 4, false, false));
    CU_ASSERT(routes.strays == 3 && routes.stray_accesses == 4);
    for (uint64_t i = 0; i < 1000; i++)
        membus_routes_stray(&routes, i << 12, 4, false, false);
    CU_ASSERT(routes.strays == MEMBUS_STRAYS_MAX && routes.stray_accesses == 1004);
    struct sim_writer writer = {0};
    membus_routes_save(&routes, &writer);
    struct sim_reader reader = {.bytes = writer.bytes, .size = writer.size};
    membus_routes_load(&loaded, &reader);
    CU_ASSERT(!reader.failed && reader.offset == writer.size && loaded.stray_accesses == 1004);
    CU_ASSERT(loaded.stray[2].address == 0xE5001000);
    sim_writer_free(&writer);
}

static void test_turning(void)
{
    const struct membus_route big = {.endian = MEMBUS_BIG}, little = {.endian = MEMBUS_LITTLE};
    CU_ASSERT(membus_route_turn(&big, 0x12345678, 4) == 0x12345678);
    CU_ASSERT(membus_route_turn(&little, 0x12345678, 4) == 0x78563412);
    CU_ASSERT(membus_route_turn(&little, 0x1234, 2) == 0x3412);
    CU_ASSERT(membus_route_turn(&little, 0x12, 1) == 0x12);
    CU_ASSERT(membus_route_turn(&little, 0x0102030405060708, 8) == 0x0807060504030201);
}

static void test_ram(void)
{
    struct membus_ram ram;
    CU_ASSERT(membus_ram_init(&ram, 0x18000, &error) == SIM_BAD_INPUT);
    CU_ASSERT(membus_ram_init(&ram, 0x8000, &error) == SIM_BAD_INPUT);
    CU_ASSERT_FATAL(membus_ram_init(&ram, 0x20000000, &error) == SIM_OK);
    uint8_t bytes[300], back[300];
    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 7 + 1);
    CU_ASSERT(membus_ram_line(&ram, 0x1000) == NULL);
    membus_ram_write(&ram, 0x2FFFF, bytes, 300); /* over an edge of two pages */
    membus_ram_read(&ram, 0x2FFFF, back, 300);
    CU_ASSERT(memcmp(bytes, back, 300) == 0);
    CU_ASSERT(membus_ram_line(&ram, 0x2FFFF)[127] == 1 && membus_ram_line(&ram, 0x30000)[0] == 8);
    membus_ram_write(&ram, 0x1FFFFFFF, bytes, 2); /* round the end */
    membus_ram_read(&ram, 0x20000000, back, 2);
    CU_ASSERT(back[0] == 8 && back[1] == 0);
    membus_ram_line_to_write(&ram, 0x500000); /* touched, and still zero: no part of the state */
    struct sim_writer writer = {0}, again = {0};
    membus_ram_save(&ram, &writer);
    CU_ASSERT(writer.size == 4 * (4 + MEMBUS_RAM_PAGE) + 4);
    struct sim_reader reader = {.bytes = writer.bytes, .size = writer.size};
    membus_ram_load(&ram, &reader);
    CU_ASSERT(!reader.failed && reader.offset == writer.size);
    membus_ram_save(&ram, &again);
    CU_ASSERT(again.size == writer.size && memcmp(again.bytes, writer.bytes, writer.size) == 0);
    memcpy(again.bytes + 4 + MEMBUS_RAM_PAGE, writer.bytes, 4); /* a page twice */
    struct sim_reader twice = {.bytes = again.bytes, .size = again.size};
    membus_ram_load(&ram, &twice);
    CU_ASSERT(twice.failed);
    sim_writer_free(&writer);
    sim_writer_free(&again);
    membus_ram_free(&ram);
}

static void test_rows(void)
{
    struct membus_timing timing = membus_timing_default();
    CU_ASSERT(membus_timing_check(&timing, &error) == SIM_OK);
    for (unsigned i = 0; i < MEMBUS_TIMING_ROWS; i++) {
        enum membus_timing_row row = (enum membus_timing_row)i;
        uint32_t value = membus_timing_get(&timing, row);
        CU_ASSERT(value == membus_timing_info[i].value);
        membus_timing_set(&timing, row, membus_timing_info[i].high + 1);
        CU_ASSERT(membus_timing_check(&timing, &error) == SIM_BAD_INPUT);
        CU_ASSERT(strstr(error.text, membus_timing_info[i].name) != NULL);
        membus_timing_set(&timing, row, value);
    }
    timing.write_low = timing.write_high;
    CU_ASSERT(membus_timing_check(&timing, &error) == SIM_BAD_INPUT);
}

void test_routes(void)
{
    CU_pSuite suite = CU_add_suite("membus/routes", NULL, NULL);
    CU_add_test(suite, "what a real address is", test_places);
    CU_add_test(suite, "the table", test_table);
    CU_add_test(suite, "where nobody answers", test_strays);
    CU_add_test(suite, "byte orders", test_turning);
    CU_add_test(suite, "bytes of memory", test_ram);
    CU_add_test(suite, "figures and their limits", test_rows);
}
