/* The controller against sums of the data sheet, written down here again. */
#include "models/membus/dram/controller.h"
#include "tests/support/rig.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <string.h>

/* GDDR3-1400, in clocks: Qimonda HYB18H512321AF-14; CL and WL Samsung. */
enum {
    RC = 30,
    RAS = 18,
    RP = 12,
    RCD = 11,
    RCDW = 5,
    RRD = 7,
    CL = 10,
    WL = 5,
    WR = 8,
    WTR = 5,
    RTW = 9,
    RFC = 37,
    BL = 2,
    REFI = 2730
};

static struct membus_timing timing;
static struct membus_dram dram;

static void start(void)
{
    timing = membus_timing_default();
    membus_dram_reset(&dram, &timing);
}

/* Row, bank and column of one controller. */
static uint64_t at(uint64_t row, uint64_t bank, uint64_t line)
{
    return row << 16 | bank << 13 | line << 8;
}

static struct membus_dram_pick one(uint64_t now, uint64_t address, bool write, uint8_t bursts)
{
    const struct membus_dram_access access = {.address = address, .kind = MEMBUS_CPU, .bursts = bursts, .write = write};
    membus_dram_queue(&dram, &access);
    return membus_dram_choose(&dram, now > dram.next_pick ? now : dram.next_pick);
}

static void test_rows(void)
{
    start();
    struct membus_dram_pick pick = one(100, at(5, 3, 0), false, 4);
    CU_ASSERT(pick.row == MEMBUS_ROW_CLOSED && pick.first == 100 + RCD + CL + BL && pick.last == pick.first + 3 * BL);
    pick = one(1000, at(5, 3, 31), false, 4);
    CU_ASSERT(pick.row == MEMBUS_ROW_HIT && pick.first == 1000 + CL + BL);
    pick = one(2000, at(6, 3, 0), false, 4);
    CU_ASSERT(pick.row == MEMBUS_ROW_CONFLICT && pick.first == 2000 + RP + RCD + CL + BL);
    pick = one(2100, at(7, 4, 0), true, 1);
    CU_ASSERT(pick.row == MEMBUS_ROW_CLOSED && pick.first == 2100 + RCDW + WL + BL && pick.last == pick.first);
    pick = one(2200, at(7, 4, 1), true, 4);
    CU_ASSERT(pick.row == MEMBUS_ROW_HIT && pick.last == 2200 + WL + 4 * BL);
}

static void test_addresses(void)
{
    start();
    CU_ASSERT(membus_controller_of(0x7F) == 0 && membus_controller_of(0x80) == 1 && membus_controller_of(0x100) == 0);
    (void)one(100, 0, false, 4);
    CU_ASSERT(one(200, 0x1F00, false, 4).row == MEMBUS_ROW_HIT);       /* the last line of the row */
    CU_ASSERT(one(300, 0x2000, false, 4).row == MEMBUS_ROW_CLOSED);    /* the next bank */
    CU_ASSERT(one(400, 0xE000, false, 4).row == MEMBUS_ROW_CLOSED);    /* the last one */
    CU_ASSERT(one(500, 0x10000, false, 4).row == MEMBUS_ROW_CONFLICT); /* the first again, another row */
}

/* The least distance from one access to the next, both of whole lines and chosen as early as can be. */
static void test_distances(void)
{
    static const struct {
        const char *what;
        bool write[2];
        uint64_t address[2]; /* by row, bank, line */
        uint64_t columns;    /* from first command to first command */
    } cases[] = {
        {"reads of a row", {false, false}, {0x00000, 0x00100}, 8},
        {"writes of a row", {true, true}, {0x00000, 0x00100}, 8},
        {"read, write", {false, true}, {0x00000, 0x00100}, 6 + RTW},
        {"write, read", {true, false}, {0x00000, 0x00100}, 6 + WL + BL + WTR},
        {"reads of two banks", {false, false}, {0x00000, 0x02000}, 8},
        {"reads of two rows", {false, false}, {0x00000, 0x10000}, RCD + 6 + 2 + RP}, /* longer than tRC */
        {"writes of two rows", {true, true}, {0x00000, 0x10000}, 6 + WL + BL + WR + RP + RCDW},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        start();
        struct membus_dram_access access = {.kind = MEMBUS_CPU, .bursts = 4};
        access.address = cases[i].address[0];
        access.write = cases[i].write[0];
        membus_dram_queue(&dram, &access);
        struct membus_dram_pick first = membus_dram_choose(&dram, 100);
        access.address = cases[i].address[1];
        access.write = cases[i].write[1];
        membus_dram_queue(&dram, &access);
        struct membus_dram_pick second = membus_dram_choose(&dram, dram.next_pick);
        CU_ASSERT(second.column - first.column == cases[i].columns);
        if (second.column - first.column != cases[i].columns)
            printf("%s: %d\n", cases[i].what, (int)(second.column - first.column));
    }
    /* two banks opened in turn: tRRD, single bursts */
    start();
    struct membus_dram_pick a = one(100, at(0, 0, 0), false, 1), b = one(101, at(0, 1, 0), false, 1);
    CU_ASSERT(b.column - a.column == RRD);
    /* and precharge waits for tRAS: opened at 100, a conflict at once */
    start();
    (void)one(100, at(0, 0, 0), false, 1);
    b = one(101, at(1, 0, 0), false, 1);
    CU_ASSERT(b.column == 100 + (RAS + RP > RC ? RAS + RP : RC) + RCD);
}

static void test_stream(void)
{
    start();
    uint64_t first = 0, last = 0, lines = 256;
    for (uint64_t i = 0; i < lines; i++) { /* rows of all banks in turn: the bus never waits */
        struct membus_dram_pick pick = one(100, i * 256, false, 4);
        first = i == 0 ? pick.first : first;
        last = pick.last;
    }
    CU_ASSERT(last - first + BL == lines * 8); /* 11.2 GB/s of one controller: half of 22.4 */
}

static void test_refresh(void)
{
    start();
    (void)one(100, at(0, 0, 0), false, 4);
    struct membus_dram_pick pick = one(REFI - 1, at(0, 0, 1), false, 4);
    CU_ASSERT(pick.row == MEMBUS_ROW_HIT);
    /* the refresh waits for that one's precharge, then closes all */
    uint64_t precharge = pick.column + 6 + 2 > REFI ? pick.column + 6 + 2 : REFI;
    pick = one(REFI, at(0, 0, 2), false, 4);
    CU_ASSERT(pick.row == MEMBUS_ROW_CLOSED && pick.column == precharge + RP + RFC + RCD);
    /* long after many of them: only closed rows remain */
    pick = one(1000 * REFI + 500, at(0, 0, 3), false, 4);
    CU_ASSERT(pick.row == MEMBUS_ROW_CLOSED && pick.column == 1000 * REFI + 500 + RCD && dram.refreshes == 1000);
    /* just behind one that found the banks closed */
    pick = one(UINT64_C(5000000) * REFI + 10, at(0, 0, 4), false, 4);
    CU_ASSERT(pick.column == UINT64_C(5000000) * REFI + RFC + RCD);
    CU_ASSERT(dram.refreshes == 5000000);
}

/* The lazy count against one that steps through every refresh, on random access times. */
static void test_refresh_lazily(void)
{
    static struct membus_dram eager;
    uint64_t random = 7, now = 0;
    start();
    membus_dram_reset(&eager, &timing);
    for (unsigned i = 0; i < 2000; i++) {
        now += rig_random(&random) % (1u << (rig_random(&random) % 16)) + 1;
        now = now > dram.next_pick ? now : dram.next_pick;
        struct membus_dram_access access = {.address = rig_random(&random) % 0x100000 & ~UINT64_C(0xFF),
                                            .kind = MEMBUS_CPU,
                                            .bursts = (uint8_t)(1 + rig_random(&random) % 4),
                                            .write = rig_random(&random) % 2};
        /* the eager one: time goes on in single refreshes */
        for (uint64_t k = eager.refreshes + 1; k * REFI <= now; k++) {
            uint64_t start_edge = k * REFI;
            for (unsigned b = 0; b < 8; b++) {
                struct membus_bank *bank = &eager.bank[b];
                uint64_t ready = bank->active_ready;
                if (bank->open)
                    ready = (bank->precharge_ready > k * REFI ? bank->precharge_ready : k * REFI) + RP;
                start_edge = ready > start_edge ? ready : start_edge;
                bank->open = false;
            }
            for (unsigned b = 0; b < 8; b++)
                eager.bank[b].active_ready = start_edge + RFC;
            eager.refreshes = k;
        }
        membus_dram_queue(&dram, &access);
        membus_dram_queue(&eager, &access);
        struct membus_dram_pick a = membus_dram_choose(&dram, now), b = membus_dram_choose(&eager, now);
        CU_ASSERT(a.column == b.column && a.row == b.row && a.first == b.first);
        CU_ASSERT(dram.next_pick == eager.next_pick);
    }
}

static void test_order(void)
{
    start();
    static const struct {
        uint8_t kind;
        bool write;
        uint32_t tag;
    } in[] = {{MEMBUS_CPU, true, 0},  {MEMBUS_IO, false, 1},  {MEMBUS_GPU, false, 2},
              {MEMBUS_CPU, false, 3}, {MEMBUS_CPU, false, 4}, {MEMBUS_DISPLAY, false, 5}};
    static const uint32_t order[] = {5, 3, 4, 2, 1, 0};
    for (unsigned i = 0; i < 6; i++) {
        const struct membus_dram_access access = {
            .address = at(i, i, 0), .tag = in[i].tag, .kind = in[i].kind, .bursts = 4, .write = in[i].write};
        membus_dram_queue(&dram, &access);
    }
    for (unsigned i = 0; i < 6; i++)
        CU_ASSERT(membus_dram_choose(&dram, dram.next_pick).access.tag == order[i]);
    CU_ASSERT(dram.count == 0 && dram.writes == 0);

    /* an open row passes an older access, but not for ever */
    start();
    (void)one(100, at(0, 0, 0), false, 4);
    struct membus_dram_access access = {.address = at(9, 0, 0), .tag = 99, .kind = MEMBUS_CPU, .bursts = 4};
    membus_dram_queue(&dram, &access);
    unsigned passed = 0;
    for (uint32_t tag = 0;; tag++) {
        access =
            (struct membus_dram_access){.address = at(0, 0, tag % 32), .tag = tag, .kind = MEMBUS_CPU, .bursts = 4};
        membus_dram_queue(&dram, &access);
        if (membus_dram_choose(&dram, dram.next_pick).access.tag == 99)
            break;
        passed++;
    }
    CU_ASSERT(passed == timing.row_hits);

    /* many writes go before reads until few are left */
    start();
    for (uint32_t i = 0; i < timing.write_high; i++) {
        access = (struct membus_dram_access){
            .address = at(0, 0, i), .tag = i, .kind = MEMBUS_CPU, .bursts = 4, .write = true};
        membus_dram_queue(&dram, &access);
    }
    access = (struct membus_dram_access){.address = at(0, 1, 0), .tag = 99, .kind = MEMBUS_DISPLAY, .bursts = 4};
    membus_dram_queue(&dram, &access);
    unsigned before = 0;
    while (membus_dram_choose(&dram, dram.next_pick).access.tag != 99)
        before++;
    CU_ASSERT(before == timing.write_high - timing.write_low);
}

static void test_saved(void)
{
    static struct membus_dram loaded;
    start();
    (void)one(100, at(1, 2, 3), false, 4);
    const struct membus_dram_access access = {.address = at(4, 2, 0), .tag = 7, .kind = MEMBUS_GPU, .bursts = 2};
    membus_dram_queue(&dram, &access);
    struct sim_writer writer = {0}, again = {0};
    membus_dram_save(&dram, &writer);
    struct sim_reader reader = {.bytes = writer.bytes, .size = writer.size};
    membus_dram_reset(&loaded, &timing);
    membus_dram_load(&loaded, &reader, 101, 8);
    CU_ASSERT(!reader.failed && reader.offset == writer.size);
    membus_dram_save(&loaded, &again);
    CU_ASSERT(again.size == writer.size && memcmp(again.bytes, writer.bytes, writer.size) == 0);
    struct sim_reader tag = {.bytes = writer.bytes, .size = writer.size};
    membus_dram_load(&loaded, &tag, 101, 7);
    CU_ASSERT(tag.failed);
    sim_writer_free(&writer);
    sim_writer_free(&again);
}

void test_dram(void)
{
    CU_pSuite suite = CU_add_suite("membus/dram", NULL, NULL);
    CU_add_test(suite, "open, closed and other rows", test_rows);
    CU_add_test(suite, "where an address lies", test_addresses);
    CU_add_test(suite, "from one access to the next", test_distances);
    CU_add_test(suite, "a stream has the whole bus", test_stream);
    CU_add_test(suite, "refreshes", test_refresh);
    CU_add_test(suite, "refreshes counted lazily", test_refresh_lazily);
    CU_add_test(suite, "who goes first", test_order);
    CU_add_test(suite, "saved and loaded", test_saved);
}
