/* Flat memory: what it answers and when, who hears of whose stores, reservations, devices; and that all of it is the
 * same in every schedule, saved and loaded on the way. */
#include "models/membus/flat.h"
#include "models/sim/machine.h"
#include "tests/support/core_driver.h"
#include "tests/support/node.h"
#include "tests/support/rig.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CLOCK SIM_UNITS_PER_SECOND / 3200000000U /* of the cores */

/* Clocks of the receiver; a credit takes as long as an answer. */
enum { THERE = 8, BACK = 17, TO_DEVICE = 30, FROM_DEVICE = 40 };

static struct stage {
    struct sim_clock core, l2, gpu;
    struct flat flat;
    struct core_driver driver[FLAT_CORES];
    struct core_device device[FLAT_DEVICES];
    struct sim_machine *machine;
} stage;

static struct core_step steps[FLAT_CORES][CORE_STEPS_MAX];
static uint32_t count[FLAT_CORES];
static char text[NODE_TEXT];

static void join(struct sim_out *from, struct sim_in *to, uint32_t latency, uint32_t credits, uint32_t back)
{
    struct sim_error error;
    node_must(sim_machine_connect(stage.machine, from, to, (struct sim_link_spec){latency, credits, back}, &error),
              &error);
}

/* A machine whose cores play `steps`, and hold credits of replies back for up to `late` clocks. */
static void build(unsigned schedule, uint32_t credits, uint32_t late)
{
    static const char *const names[] = {"core0", "core1", "core2"}, *const devices[] = {"gpu", "iic", "uart"};
    struct sim_error error;
    stage.core = node_clock("core", 3200000000, 1, 0);
    stage.l2 = node_clock("l2", 1600000000, 1, 0);
    stage.gpu = node_clock("gpu", 500000000, 1, 0);
    stage.machine = sim_machine_new(&node_schedules[schedule]);
    flat_init(&stage.flat, "membus", SIM_PRIORITY_MEMORY,
              &(struct flat_config){.clock = &stage.l2, .size = 512 << 20, .timing = flat_timing_default()});
    sim_machine_add(stage.machine, &stage.flat.component);
    for (unsigned i = 0; i < FLAT_CORES; i++) {
        core_driver_init(&stage.driver[i], names[i], &stage.core, SIM_PRIORITY_CORE0 + i, steps[i], count[i]);
        stage.driver[i].late = late;
        stage.driver[i].keeps = late != 0;
        sim_machine_add(stage.machine, &stage.driver[i].component);
        join(&stage.driver[i].request, &stage.flat.queue[i].request, THERE, credits, BACK);
        join(&stage.flat.queue[i].reply, &stage.driver[i].reply, BACK, credits, THERE);
    }
    for (unsigned i = 0; i < FLAT_DEVICES; i++) {
        core_device_init(&stage.device[i], devices[i], &stage.gpu, SIM_PRIORITY_TEST + i);
        sim_machine_add(stage.machine, &stage.device[i].component);
        join(&stage.flat.device[i].request, &stage.device[i].mmio.request, TO_DEVICE, 2, FROM_DEVICE);
        join(&stage.device[i].mmio.reply, &stage.flat.device[i].reply, FROM_DEVICE, 2, TO_DEVICE);
    }
    node_must(sim_machine_elaborate(stage.machine, &error), &error);
}

static void run(sim_time until)
{
    struct sim_stop stop;
    struct sim_error error;
    node_must(sim_machine_run(stage.machine, until, &stop, &error), &error);
}

static int done(unsigned failures, FILE *out)
{
    for (unsigned i = 0; i < FLAT_CORES; i++)
        core_driver_print(&stage.driver[i], out);
    node_print_digest(stage.machine, out);
    sim_machine_free(stage.machine);
    flat_free(&stage.flat);
    return failures != 0;
}

static struct sim_msg_core_request *ask(unsigned core, uint32_t gap, enum sim_core_request_kind kind, uint64_t address)
{
    struct core_step *step = &steps[core][count[core]++];
    *step = (struct core_step){.gap = gap, .request = {.kind = (uint8_t)kind, .address = address}};
    step->request.tag = (uint8_t)count[core];
    return &step->request;
}

/* A doubleword, at its place in the aligned 64 bytes. */
static struct sim_msg_core_request *write_at(unsigned core, uint32_t gap, enum sim_core_request_kind kind,
                                             uint64_t address, uint64_t value)
{
    struct sim_msg_core_request *request = ask(core, gap, kind, address);
    (&request->data0)[address % SIM_BLOCK / 8] = value;
    request->mask = UINT64_C(0xFF) << address % SIM_BLOCK;
    request->size = 8;
    return request;
}

static const struct core_log_entry *reply(unsigned core, unsigned index)
{
    static const struct core_log_entry none = {0, {.kind = 0xFF}};
    return index < stage.driver[core].logged ? &stage.driver[core].log[index] : &none;
}

static bool is(unsigned core, unsigned index, enum sim_core_reply_kind kind, uint64_t address, uint64_t data0)
{
    const struct sim_msg_core_reply *r = &reply(core, index)->reply;
    return r->kind == kind && r->address == address && r->data0 == data0;
}

static uint64_t peek(uint64_t address)
{
    uint8_t bytes[8];
    uint64_t value;
    SIM_CHECK(flat_peek(&stage.flat, address, bytes, 8), "no memory at 0x%llx", (unsigned long long)address);
    sim_bytes_to_words(&value, bytes, 1);
    return value;
}

static void poke(uint64_t address, uint64_t value)
{
    uint8_t bytes[8];
    sim_words_to_bytes(bytes, &value, 1);
    SIM_CHECK(flat_poke(&stage.flat, address, bytes, 8), "no memory at 0x%llx", (unsigned long long)address);
}

static int lines(void *context, unsigned index, FILE *out)
{
    (void)context;
    unsigned failures = 0;
    memset(count, 0, sizeof count);
    ask(0, 0, SIM_READ, 0x12348);
    ask(0, 99, SIM_READ_CODE, 0x8001FF80);     /* the image of RAM at 0x80000000 */
    ask(0, 99, SIM_READ_ALONE, 0x10F0001FF80); /* hashed */
    ask(0, 99, SIM_READ_WALK, 0x3000001FF80);  /* encrypted */
    ask(0, 99, SIM_READ, 0x20000000);          /* nothing */
    ask(0, 99, SIM_READ, 0xEC806544);          /* a device, which has no lines */
    ask(0, 99, SIM_RESERVE, 0x20000050000)->thread = 1;
    write_at(0, 99, SIM_STORE, 0x20000000, 1); /* nowhere */
    write_at(0, 0, SIM_STORE, 0x12350, 0x1122334455667788)->mask = UINT64_C(0x81) << 16;
    ask(0, 0, SIM_READ, 0x12340);
    ask(0, 0, SIM_ZERO, 0x12345);
    ask(0, 0, SIM_CLEAN, 0x12345);
    ask(0, 0, SIM_READ, 0x12380);
    ask(0, 0, SIM_READ, 0x12340);
    build(index, 4, 0);
    for (uint64_t at = 0x12300; at < 0x12400; at += 8)
        poke(at, 0xA5A5000000000000 | at);
    poke(0x1FF80, 77);
    run(2000 * CLOCK);
    EXPECT(is(0, 0, SIM_FILL, 0x12300, 0xA5A5000000012300));
    EXPECT(reply(0, 0)->reply.data15 == 0xA5A5000000012378);
    EXPECT(reply(0, 0)->reply.tag == 1 && reply(0, 0)->reply.status == SIM_FROM_L2);
    /* there, the time of flat.def, and back */
    EXPECT(reply(0, 0)->t == (2 * THERE + 2 * 1 + BACK) * CLOCK);
    EXPECT(is(0, 1, SIM_FILL, 0x8001FF80, 77));
    EXPECT(is(0, 2, SIM_FILL, 0x10F0001FF80, 77));
    EXPECT(is(0, 3, SIM_FILL, 0x3000001FF80, 77));
    EXPECT(is(0, 4, SIM_FILL, 0x20000000, UINT64_MAX) && reply(0, 4)->reply.status == SIM_FROM_NOWHERE);
    EXPECT(is(0, 5, SIM_FILL, 0xEC806500, UINT64_MAX) && reply(0, 5)->reply.status == SIM_FROM_NOWHERE);
    EXPECT(is(0, 6, SIM_RESERVED, 0x20000050000, UINT64_MAX) && reply(0, 6)->reply.thread == 1);
    EXPECT(reply(0, 7)->reply.data10 == 0x11A5000000012388 && is(0, 7, SIM_FILL, 0x12300, 0xA5A5000000012300));
    EXPECT(is(0, 8, SIM_FILL, 0x12380, 0xA5A5000000012380)); /* ZERO ends with its line */
    EXPECT(is(0, 9, SIM_FILL, 0x12300, 0) && reply(0, 9)->reply.data15 == 0);
    EXPECT(stage.driver[0].logged == 10);
    return done(failures, out);
}

static int who_hears(void *context, unsigned index, FILE *out)
{
    (void)context;
    unsigned failures = 0;
    memset(count, 0, sizeof count);
    ask(0, 0, SIM_READ, 0x1000);
    ask(1, 0, SIM_READ, 0x1000);
    ask(2, 0, SIM_READ_CODE, 0x1000);
    ask(2, 0, SIM_READ_ALONE, 0x1000);
    write_at(0, 200, SIM_STORE, 0x1048, 5); /* core 1 hears */
    write_at(0, 200, SIM_STORE, 0x1048, 6); /* nobody has it any more */
    ask(1, 600, SIM_READ, 0x1000);
    write_at(1, 200, SIM_STORE, 0x1040, 7); /* core 0 hears: it has kept it all the time */
    ask(2, 1200, SIM_READ, 0x1000);
    ask(0, 900, SIM_FLUSH, 0x1000); /* cores 1 and 2 hear */
    ask(1, 900, SIM_INVALIDATE_CODE, 0x1234);
    struct sim_msg_core_request *tlbie = ask(2, 900, SIM_TLBIE, 0);
    tlbie->data0 = 0x4000;
    tlbie->data1 = 12;
    write_at(2, 200, SIM_STORE_IO, 0x1040, 8); /* what is not cached: also for the line that core 2 has itself */
    build(index, 4, 0);
    run(6000 * CLOCK);
    EXPECT(is(0, 0, SIM_FILL, 0x1000, 0));
    EXPECT(is(0, 1, SIM_SNOOP_LINE, 0x1000, 0));
    EXPECT(is(0, 2, SIM_SNOOP_CODE, 0x1234, 0));
    EXPECT(is(0, 3, SIM_SNOOP_TLB, 0, 0x4000) && reply(0, 3)->reply.data1 == 12);
    EXPECT(stage.driver[0].logged == 4);
    EXPECT(is(1, 0, SIM_FILL, 0x1000, 0));
    EXPECT(is(1, 1, SIM_SNOOP_LINE, 0x1000, 0));
    EXPECT(is(1, 2, SIM_FILL, 0x1000, 0) && reply(1, 2)->reply.data9 == 6);
    EXPECT(is(1, 3, SIM_SNOOP_LINE, 0x1000, 0));
    EXPECT(is(1, 4, SIM_SNOOP_TLB, 0, 0x4000));
    EXPECT(stage.driver[1].logged == 5);
    EXPECT(is(2, 2, SIM_FILL, 0x1000, 0) && reply(2, 2)->reply.data8 == 7);
    EXPECT(is(2, 3, SIM_SNOOP_LINE, 0x1000, 0));
    EXPECT(is(2, 4, SIM_SNOOP_CODE, 0x1234, 0));
    EXPECT(stage.driver[2].logged == 5);
    EXPECT(peek(0x1040) == 8 && peek(0x1048) == 6);
    return done(failures, out);
}

static int reservations(void *context, unsigned index, FILE *out)
{
    (void)context;
    unsigned failures = 0;
    memset(count, 0, sizeof count);
    ask(0, 0, SIM_READ, 0x1000);
    ask(1, 0, SIM_READ, 0x1000);
    ask(0, 99, SIM_RESERVE, 0x1008);
    write_at(0, 300, SIM_CONDITIONAL, 0x1008, 1); /* 1: done; both cores drop the line first */
    write_at(0, 300, SIM_CONDITIONAL, 0x1008, 2); /* 2: the reservation is used up */
    ask(0, 300, SIM_RESERVE, 0x1008);
    write_at(0, 300, SIM_CONDITIONAL, 0x1088, 3); /* 3: another line */
    write_at(0, 300, SIM_CONDITIONAL, 0x1008, 4); /* 4: which took the reservation */
    ask(0, 300, SIM_RESERVE, 0x1008)->thread = 1;
    write_at(0, 300, SIM_CONDITIONAL, 0x1008, 5);             /* 5: it is thread 1's */
    write_at(0, 300, SIM_CONDITIONAL, 0x1078, 6)->thread = 1; /* 6: done: the line is what counts */
    ask(0, 300, SIM_RESERVE, 0x1100);
    ask(0, 300, SIM_RESERVE, 0x1008);
    write_at(0, 300, SIM_CONDITIONAL, 0x1100, 7); /* 7: replaced */
    ask(0, 300, SIM_RESERVE, 0x1008);
    write_at(1, 3200, SIM_CONDITIONAL, 0x1008, 8);
    write_at(1, 2000, SIM_STORE, 0x1070, 9);        /* between the last RESERVE and 8 */
    write_at(0, 3000, SIM_CONDITIONAL, 0x1008, 10); /* 8: lost */
    build(index, 4, 0);
    run(12000 * CLOCK);
    static const uint8_t stored[] = {1, 0, 0, 0, 0, 1, 0, 0};
    unsigned seen = 0;
    for (unsigned i = 0; i < stage.driver[0].logged; i++) {
        const struct sim_msg_core_reply *r = &reply(0, i)->reply;
        if (r->kind == SIM_CONDITIONAL_DONE) {
            EXPECT(seen < sizeof stored && r->status == stored[seen]);
            seen++;
        }
    }
    EXPECT(seen == sizeof stored);
    EXPECT(is(0, 1, SIM_RESERVED, 0x1000, 0));
    EXPECT(is(0, 2, SIM_SNOOP_LINE, 0x1000, 0) && reply(0, 3)->reply.kind == SIM_CONDITIONAL_DONE);
    EXPECT(is(1, 1, SIM_SNOOP_LINE, 0x1000, 0) && reply(1, 1)->t <= reply(0, 3)->t);
    EXPECT(reply(1, 2)->reply.kind == SIM_CONDITIONAL_DONE && reply(1, 2)->reply.status == 0);
    EXPECT(peek(0x1008) == 1 && peek(0x1078) == 6 && peek(0x1088) == 0 && peek(0x1100) == 0 && peek(0x1070) == 9);
    return done(failures, out);
}

/* Two are due at one instant: the one that came first goes first, although its port is the later. */
static int order(void *context, unsigned index, FILE *out)
{
    (void)context;
    unsigned failures = 0;
    const struct flat_timing timing = flat_timing_default();
    memset(count, 0, sizeof count);
    ask(1, 0, SIM_RESERVE, 0x1000);
    write_at(1, 299, SIM_CONDITIONAL, 0x1000, 1); /* in clock 300 */
    write_at(0, 300 + 2 * (timing.conditional - timing.store), SIM_STORE, 0x1008, 2);
    build(index, 4, 0);
    run(2000 * CLOCK);
    EXPECT(reply(1, 1)->reply.kind == SIM_CONDITIONAL_DONE && reply(1, 1)->reply.status == 1);
    EXPECT(peek(0x1000) == 1 && peek(0x1008) == 2);
    return done(failures, out);
}

static int devices(void *context, unsigned index, FILE *out)
{
    (void)context;
    unsigned failures = 0;
    memset(count, 0, sizeof count);
    ask(0, 0, SIM_LOAD_IO, 0xEC806544)->size = 4;
    ask(0, 0, SIM_LOAD_IO, 0x200EC806548)->size = 4; /* with the prefix of the bus */
    ask(0, 0, SIM_LOAD_IO, 0x20000052050)->size = 8;
    ask(0, 0, SIM_LOAD_IO, 0xEA001018)->size = 4; /* bytes come swapped */
    ask(0, 0, SIM_LOAD_IO, 0xEB000000)->size = 2; /* nobody */
    ask(0, 0, SIM_READ, 0x1000);                  /* does not wait for them */
    write_at(0, 2000, SIM_STORE_IO, 0xEA001010, 0x41000000)->size = 4;
    steps[0][count[0] - 1].request.mask = UINT64_C(0xF) << 20;
    steps[0][count[0] - 1].request.address = 0xEA001014;
    ask(0, 0, SIM_LWSYNC, 0);
    ask(0, 0, SIM_SYNC, 0)->thread = 1; /* waits for the store */
    ask(1, 2100, SIM_SYNC, 0);          /* which is not its own */
    ask(0, 2000, SIM_EIEIO, 0);
    ask(0, 0, SIM_LOAD_IO, 0x2004)->size = 4; /* RAM, past the caches */
    build(index, 8, 0);
    poke(0x2000, 0x1122334455667788);
    run(8000 * CLOCK);
    /* what memory has itself comes first */
    EXPECT(is(0, 0, SIM_IO_DATA, 0xEB000000, 0xFFFF) && reply(0, 0)->reply.status == SIM_FROM_NOWHERE);
    EXPECT(is(0, 1, SIM_FILL, 0x1000, 0));
    unsigned found = 0;
    static const struct {
        uint8_t tag;
        uint64_t data;
    } expected[] = {{1, 0x044}, {2, 0x148}, {3, 0x050}, {4, 0x18000000}};
    for (unsigned i = 2; i < 6; i++)
        for (unsigned n = 0; n < 4; n++)
            found += reply(0, i)->reply.kind == SIM_IO_DATA && reply(0, i)->reply.tag == expected[n].tag &&
                     reply(0, i)->reply.data0 == expected[n].data && reply(0, i)->reply.status == SIM_FROM_DEVICE;
    EXPECT(found == 4);
    const struct core_device *gpu = &stage.device[FLAT_DEVICE_gpu], *uart = &stage.device[FLAT_DEVICE_uart];
    const struct core_device *iic = &stage.device[FLAT_DEVICE_iic];
    EXPECT(gpu->accesses == 2 && gpu->log[0].address == 0x6544 && gpu->log[0].size == 4 && !gpu->log[0].write);
    EXPECT(gpu->log[1].address == 0x6548);
    EXPECT(iic->accesses == 1 && iic->log[0].address == 0x2050 && iic->log[0].size == 8);
    EXPECT(uart->accesses == 2 && uart->log[1].address == 0x14 && uart->log[1].write && uart->log[1].data == 0x41);
    EXPECT(reply(0, 6)->reply.kind == SIM_BARRIER_DONE && reply(0, 6)->t < uart->at[1]);
    EXPECT(reply(0, 7)->reply.kind == SIM_BARRIER_DONE && reply(0, 7)->reply.thread == 1);
    EXPECT(reply(0, 7)->t >= uart->at[1] + (sim_time)(2 * FROM_DEVICE + BACK) * CLOCK);
    EXPECT(reply(1, 0)->reply.kind == SIM_BARRIER_DONE && reply(1, 0)->t < reply(0, 7)->t);
    EXPECT(reply(0, 8)->reply.kind == SIM_BARRIER_DONE);
    EXPECT(is(0, 9, SIM_IO_DATA, 0x2004, 0x55667788) && reply(0, 9)->reply.status == SIM_FROM_MEMORY);
    return done(failures, out);
}

static int title_map(void *context, unsigned index, FILE *out)
{
    (void)context;
    unsigned failures = 0;
    static const struct {
        uint64_t ea, page, bits;
    } expected[] = {
        {0x00012345, 0x00012000, 12}, {0x40012345, 0x00010000, 16}, {0x82010004, 0x02010000, 16},
        {0xA1234567, 0x01230000, 16}, {0xC1234567, 0x01000000, 24}, {0xE0000004, 0x00001000, 12},
        {0xFFFFEFFF, 0x1FFFF000, 12},
    };
    enum { EXPECTED = sizeof expected / sizeof *expected };
    memset(count, 0, sizeof count);
    for (unsigned i = 0; i < EXPECTED; i++)
        ask(2, 0, SIM_TRANSLATE, expected[i].ea);
    ask(2, 0, SIM_TRANSLATE, 0xFFFFF000);
    build(index, 4, 0);
    run(4000 * CLOCK);
    for (unsigned i = 0; i < EXPECTED; i++) {
        const struct sim_msg_core_reply *r = &reply(2, i)->reply;
        EXPECT(r->kind == SIM_TRANSLATION && r->status == 1 && r->address == expected[i].ea);
        EXPECT((r->data0 & ~UINT64_C(0xFFF)) == expected[i].page && r->data1 == expected[i].bits);
        EXPECT((r->data0 & 0xFFF) ==
               (SIM_PAGE_USER_READ | SIM_PAGE_USER_WRITE | SIM_PAGE_READ | SIM_PAGE_WRITE | SIM_PAGE_EXECUTE));
    }
    EXPECT(reply(2, EXPECTED)->reply.status == 0);
    return done(failures, out);
}

/* Three cores at eight lines and a counter, with few credits that come back late. */
enum { ROUNDS = 400, COUNTER = 0x20000, FIRST_LINE = 0x10000 };

static void make_traffic(void)
{
    uint64_t seed = 360;
    memset(count, 0, sizeof count);
    for (unsigned i = 0; i < ROUNDS; i++) {
        for (unsigned core = 0; core < FLAT_CORES; core++) {
            uint64_t r = rig_random(&seed),
                     address = FIRST_LINE + (r >> 8) % CORE_LINES * SIM_LINE + (r >> 16) % 16 * 8;
            uint32_t gap = r >> 24 & 7;
            switch (r % 8) {
            case 0:
            case 1:
            case 2:
                ask(core, gap, SIM_READ, address);
                break;
            case 3:
            case 4:
                write_at(core, gap, SIM_STORE, address, r);
                break;
            case 5:
                ask(core, gap, r >> 32 & 1 ? SIM_ZERO : SIM_FLUSH, address);
                break;
            case 6:
                ask(core, gap, r >> 32 & 1 ? SIM_LWSYNC : SIM_SYNC, 0);
                ask(core, gap, SIM_LOAD_IO, r >> 33 & 1 ? 0xEC800000 : 0xEA001010)->size = 4;
                break;
            default:
                ask(core, gap, SIM_RESERVE, COUNTER);
                write_at(core, 0, SIM_CONDITIONAL, COUNTER, 0);
                steps[core][count[core] - 1].waits = true;
            }
        }
    }
}

#define TRAFFIC_END ((sim_time)300000 * CLOCK)

/* In the end, what a core still has is what memory has, and nothing is under way. */
static int traffic(void *context, unsigned index, FILE *out)
{
    (void)context;
    unsigned failures = 0, held = 0, fills = 0;
    uint64_t stored = 0;
    make_traffic();
    build(index, 3, 60);
    run(TRAFFIC_END);
    for (unsigned core = 0; core < FLAT_CORES; core++) {
        const struct core_driver *driver = &stage.driver[core];
        EXPECT(driver->next == driver->steps && stage.flat.queue[core].count == 0 && stage.flat.queue[core].io == 0);
        stored += driver->stored;
        for (unsigned i = 0; i < CORE_LINES; i++) {
            uint8_t bytes[SIM_LINE];
            flat_peek(&stage.flat, driver->line[i].address, bytes, sizeof bytes);
            EXPECT(!driver->line[i].pending);
            EXPECT(!driver->line[i].held || memcmp(bytes, driver->line[i].bytes, sizeof bytes) == 0);
            held += driver->line[i].held;
        }
        for (unsigned i = 0; i < driver->logged; i++)
            fills += driver->log[i].reply.kind == SIM_FILL;
    }
    EXPECT(held > 4 && fills > 100);
    EXPECT(stored > 20 && peek(COUNTER) == stored);
    EXPECT(stage.flat.queue[0].reply.link->stalls > 10);
    return done(failures, out);
}

/* Parts of the same run: from `load`, or power-on, to `to`, then to `save`. */
struct part {
    const char *load, *save;
    sim_time to;
};

static int run_part(void *context, unsigned index, FILE *out)
{
    const struct part *part = context;
    struct sim_error error;
    (void)index;
    make_traffic();
    build(1, 3, 60);
    if (part->load)
        node_must(sim_machine_load(stage.machine, "flat", part->load, &error), &error);
    run(part->to);
    if (part->save)
        node_must(sim_machine_save(stage.machine, "flat", part->save, &error), &error);
    node_print_digest(stage.machine, out);
    return 0;
}

static void survives_saves(void)
{
    static struct node_result whole, second;
    char path[] = "/tmp/cycle360-test-XXXXXX";
    int file = mkstemp(path);
    uint64_t seed = 7;
    CU_ASSERT_FATAL(file >= 0);
    close(file);
    node_run_child(run_part, &(struct part){.to = TRAFFIC_END}, 0, &whole);
    CU_ASSERT_EQUAL(whole.exit_status, 0);
    for (unsigned i = 0; i < 12; i++) {
        struct part first = {.save = path, .to = rig_random(&seed) % ((sim_time)20000 * CLOCK)};
        struct part rest = {.load = path, .to = TRAFFIC_END};
        node_run_child(run_part, &first, 0, &second);
        CU_ASSERT_EQUAL(second.exit_status, 0);
        node_run_child(run_part, &rest, 0, &second);
        CU_ASSERT_EQUAL(second.exit_status, 0);
        CU_ASSERT_STRING_EQUAL(second.text, whole.text);
    }
    unlink(path);
}

/* By themselves, without a machine. */
static void peeks_and_pokes(void)
{
    static struct flat flat;
    struct sim_clock clock = node_clock("l2", 1600000000, 1, 0);
    uint8_t bytes[300], back[300];
    flat_init(&flat, "membus", SIM_PRIORITY_MEMORY,
              &(struct flat_config){.clock = &clock, .size = 1 << 20, .timing = flat_timing_default()});
    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i + 1);
    CU_ASSERT(flat_poke(&flat, FLAT_PAGE - 100, bytes, sizeof bytes)); /* across pages */
    CU_ASSERT(flat_peek(&flat, 0x80000000 + FLAT_PAGE - 100, back, sizeof back));
    CU_ASSERT_EQUAL(memcmp(bytes, back, sizeof bytes), 0);
    CU_ASSERT(flat_peek(&flat, (1 << 20) - 300, back, sizeof back));
    CU_ASSERT(back[0] == 0 && back[299] == 0);
    CU_ASSERT_FALSE(flat_peek(&flat, (1 << 20) - 299, back, sizeof back));
    CU_ASSERT_FALSE(flat_poke(&flat, (1 << 20) - 299, bytes, sizeof bytes));
    CU_ASSERT_FALSE(flat_peek(&flat, UINT64_MAX, back, 1));
    CU_ASSERT_FALSE(flat_peek(&flat, 0, back, SIZE_MAX));
    CU_ASSERT_FALSE(flat_peek(&flat, 0x20000000000, back, 1));
    flat_free(&flat);
}

static void same_in_all(sim_child_job *job)
{
    bool well = node_run_all(job, NULL, text);
    CU_ASSERT(well);
    if (!well)
        fprintf(stderr, "%s", text);
}

static void lines_are_read_and_written(void)
{
    same_in_all(lines);
}

static void cores_hear_of_stores(void)
{
    same_in_all(who_hears);
}

static void reservations_are_of_lines(void)
{
    same_in_all(reservations);
}

static void the_first_goes_first(void)
{
    same_in_all(order);
}

static void accesses_reach_devices(void)
{
    same_in_all(devices);
}

static void the_title_has_a_map(void)
{
    same_in_all(title_map);
}

static void nothing_is_lost(void)
{
    same_in_all(traffic);
}

void test_flat(void)
{
    CU_pSuite suite = CU_add_suite("membus/flat", NULL, NULL);
    CU_add_test(suite, "lines are read and written, and RAM has images", lines_are_read_and_written);
    CU_add_test(suite, "who may have a line hears of stores to it", cores_hear_of_stores);
    CU_add_test(suite, "a reservation is one thread's, of one line", reservations_are_of_lines);
    CU_add_test(suite, "of two requests the first goes first", the_first_goes_first);
    CU_add_test(suite, "accesses reach devices, and sync waits for its own", accesses_reach_devices);
    CU_add_test(suite, "the title's map", the_title_has_a_map);
    CU_add_test(suite, "nothing is lost, and what cores keep is what memory has", nothing_is_lost);
    CU_add_test(suite, "saved and loaded in the middle it goes on as it would", survives_saves);
    CU_add_test(suite, "loaders peek and poke", peeks_and_pokes);
}
