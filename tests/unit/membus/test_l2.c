/* One core, then several, against the L2: how long things take, and what everybody sees. */
#include "tests/support/memory_rig.h"
#include "tests/unit/suites.h"
#include "waves/waves.h"

#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>

#define CORE_CLOCK UINT64_C(3125)

static struct memory_step step(uint32_t gap, bool wait, uint8_t kind, uint64_t address)
{
    return (struct memory_step){
        .gap = gap, .wait = wait, .request = {.kind = kind, .tag = kind, .size = 128, .address = address}};
}

static struct memory_step stores(uint32_t gap, bool wait, uint64_t address, uint64_t value)
{
    struct memory_step s = step(gap, wait, SIM_STORE, address);
    s.request.mask = UINT64_C(0xFF) << address % 64;
    SIM_WORDS_OF(&s.request, core_request)[address % 64 / 8] = value;
    return s;
}

/* Core clocks from the sending of a step to the n-th answer. */
static uint64_t clocks(const struct memory_driver *driver, unsigned sent, unsigned answer)
{
    return (driver->answer[answer].due - driver->sent_at[sent]) / CORE_CLOCK;
}

static uint64_t word_of(const struct memory_answer *answer, unsigned word)
{
    return SIM_WORDS_OF(&answer->reply, core_reply)[word];
}

static int latencies(void *context, unsigned index, FILE *out)
{
    (void)index;
    unsigned core = *(unsigned *)context, failures = 0;
    /* misses: a closed row each; a hit; walks and code the same way */
    const struct memory_step script[] = {
        step(400, false, SIM_READ, 0x1000),   step(10, true, SIM_READ, 0x1000),    step(101, true, SIM_READ, 0x1000),
        step(0, true, SIM_READ_CODE, 0x1000), step(4000, true, SIM_READ, 0x40000),
    };
    struct memory_rig_spec spec = {0};
    spec.script[core] = script;
    spec.steps[core] = 5;
    struct memory_rig *rig = memory_rig_new(&spec);
    const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7, 8};
    membus_poke(&rig->north, 0x1008, bytes, 8);
    memory_rig_run(rig, MEMORY_NS(10000));
    const struct memory_driver *driver = &rig->driver[core];
    EXPECT(driver->answers == 5);
    /* to a load at the load's result, five clocks of the core's own included: 200 ns */
    uint64_t miss = clocks(driver, 0, 0) + 5;
    EXPECT(miss >= 630 && miss <= 655);
    EXPECT(core != 0 || miss == 642);
    /* a hit sent on an edge of the L2's clock, and between two */
    uint64_t hit = core == 0 ? 40 : 44;
    for (unsigned i = 1; i < 4; i++) {
        uint64_t early = driver->sent_at[i] / CORE_CLOCK % 2;
        EXPECT(clocks(driver, i, i) + 5 == hit + early);
    }
    EXPECT(driver->answer[0].reply.status == SIM_FROM_MEMORY && driver->answer[1].reply.status == SIM_FROM_L2);
    EXPECT(word_of(&driver->answer[0], 1) == 0x0102030405060708 &&
           word_of(&driver->answer[2], 1) == 0x0102030405060708);
    EXPECT(rig->l2.counters.misses == 2 && rig->l2.counters.hits == 3);
    memory_rig_free(rig);
    return failures != 0;
}

static void test_latencies(void)
{
    for (unsigned core = 0; core < 3; core++)
        CU_ASSERT(rig_child(latencies, &core));
}

/* The same sum as the rows give it, edge by edge: independent of the model's own arithmetic. */
static int miss_exactly(void *context, unsigned index, FILE *out)
{
    (void)context;
    (void)index;
    unsigned failures = 0;
    const struct memory_step script[] = {step(1001, false, SIM_READ, 0x8000)};
    const struct memory_rig_spec spec = {.script = {script}, .steps = {1}};
    struct memory_rig *rig = memory_rig_new(&spec);
    memory_rig_run(rig, MEMORY_NS(5000));
    const struct membus_timing timing = membus_timing_default();
    double l2 = 1e13 / 1.6e9, memory = 1e13 / 7e8, sent = 1001 * 3125.0;
    double at_l2 = (double)((uint64_t)((sent + l2 - 1) / l2) + timing.core0_request) * l2;
    double at_north = (double)((uint64_t)(at_l2 / memory) + 1 + timing.fsb_request) * memory;
    double ready = at_north + (11 + 10 + 2) * memory; /* tRCD, CL, a burst */
    double back = (double)((uint64_t)(ready / l2) + 1 + timing.fsb_reply) * l2;
    double due = back + timing.core0_reply * 3125.0;
    double model = (double)rig->driver[0].answer[0].due;
    EXPECT(rig->driver[0].answers == 1 && model - due < 10 && due - model < 10);
    if (failures)
        fprintf(out, "%f %f\n", model, due);
    memory_rig_free(rig);
    return failures != 0;
}

static void test_miss_exactly(void)
{
    CU_ASSERT(rig_child(miss_exactly, NULL));
}

/* A stream of independent misses of one core: eight at a time. Three cores: the bus' 10.8 GB/s. */
static struct memory_step stream[3][2000];

static int bandwidth(void *context, unsigned index, FILE *out)
{
    (void)index;
    unsigned cores = *(unsigned *)context, failures = 0;
    struct memory_rig_spec spec = {0};
    for (unsigned core = 0; core < cores; core++) {
        for (unsigned i = 0; i < 2000; i++)
            stream[core][i] = step(0, false, SIM_READ, (core << 22) + i * 128);
        spec.script[core] = stream[core];
        spec.steps[core] = 2000;
    }
    struct memory_rig *rig = memory_rig_new(&spec);
    memory_rig_run(rig, MEMORY_NS(200000));
    uint64_t lines = 0;
    sim_time last = 0, first = rig->driver[0].answer[0].due;
    for (unsigned core = 0; core < cores; core++) {
        EXPECT(rig->driver[core].answers == 2000);
        lines += rig->driver[core].answers;
        sim_time end = rig->driver[core].answer[1999].due;
        last = end > last ? end : last;
    }
    uint64_t mb_s = lines * 128 * 1000000 / ((last - first) / 10); /* bytes a us */
    if (cores == 1)
        EXPECT(mb_s > 5600 && mb_s < 5900); /* eight lines in the 177 ns from L2 to L2 */
    else
        EXPECT(mb_s > 10500 && mb_s <= 10801);
    memory_rig_free(rig);
    return failures != 0;
}

static void test_bandwidth(void)
{
    for (unsigned cores = 1; cores <= 3; cores += 2)
        CU_ASSERT(rig_child(bandwidth, &cores));
}

static int who_sees_what(void *context, unsigned index, FILE *out)
{
    (void)context;
    (void)index;
    unsigned failures = 0;
    const struct memory_step first[] = {
        step(0, false, SIM_READ, 0x2000),     /* 0: has the line */
        stores(2000, false, 0x2040, 0xAAAA),  /* own store: no snoop */
        step(6000, false, SIM_READ, 0x2000),  /* again, after the other's store */
        step(4000, false, SIM_FLUSH, 0x2000), /* the other hears */
        step(4000, false, SIM_ZERO, 0x7000),  /* a line that is nowhere */
        step(100, false, SIM_READ, 0x7000),   step(4000, false, SIM_CLEAN, 0x7000),
    };
    const struct memory_step second[] = {
        step(4000, false, SIM_READ, 0x2000),
        stores(1000, false, 0x2008, 0xBBBB), /* core 0 hears */
        step(100, false, SIM_INVALIDATE_CODE, 0x2000),
        step(100, false, SIM_TLBIE, 0x5000),
    };
    const struct memory_rig_spec spec = {.script = {first, second}, .steps = {7, 4}};
    struct memory_rig *rig = memory_rig_new(&spec);
    memory_rig_run(rig, MEMORY_NS(20000));
    const struct memory_driver *a = &rig->driver[0], *b = &rig->driver[1], *c = &rig->driver[2];
    static const uint8_t kinds_a[] = {SIM_FILL, SIM_SNOOP_LINE, SIM_SNOOP_CODE, SIM_SNOOP_TLB, SIM_FILL, SIM_FILL};
    static const uint8_t kinds_b[] = {SIM_FILL, SIM_SNOOP_LINE}, kinds_c[] = {SIM_SNOOP_CODE, SIM_SNOOP_TLB};
    EXPECT(a->answers == 6 && b->answers == 2 && c->answers == 2);
    for (unsigned i = 0; i < 6; i++)
        EXPECT(a->answer[i].reply.kind == kinds_a[i]);
    for (unsigned i = 0; i < 2; i++)
        EXPECT(b->answer[i].reply.kind == kinds_b[i] && c->answer[i].reply.kind == kinds_c[i]);
    EXPECT(a->answer[1].reply.address == 0x2000 && b->answer[1].reply.address == 0x2000);
    EXPECT(word_of(&b->answer[0], 8) == 0xAAAA);
    EXPECT(word_of(&a->answer[4], 8) == 0xAAAA && word_of(&a->answer[4], 1) == 0xBBBB);
    EXPECT(word_of(&a->answer[5], 0) == 0 && a->answer[5].reply.status == SIM_FROM_L2);
    uint8_t bytes[16];
    EXPECT(membus_peek(&rig->l2, &rig->north, 0x2040, bytes, 8) && bytes[6] == 0xAA && bytes[7] == 0xAA);
    membus_ram_read(&rig->north.ram, 0x2008, bytes, 8); /* flushed: it is in memory itself */
    EXPECT(bytes[6] == 0xBB && bytes[7] == 0xBB);
    memory_rig_free(rig);
    return failures != 0;
}

static void test_who_sees_what(void)
{
    CU_ASSERT(rig_child(who_sees_what, NULL));
}

/* While core 0 waits for a line it stores to it, and then core 1 does: core 0's copy would be of its own store. */
static int store_on_the_way(void *context, unsigned index, FILE *out)
{
    (void)context;
    (void)index;
    unsigned failures = 0;
    const struct memory_step first[] = {step(0, false, SIM_READ, 0x6000), stores(0, false, 0x6000, 1)};
    const struct memory_step second[] = {stores(100, false, 0x6000, 2)};
    const struct memory_rig_spec spec = {.script = {first, second}, .steps = {2, 1}};
    struct memory_rig *rig = memory_rig_new(&spec);
    memory_rig_run(rig, MEMORY_NS(2000));
    const struct memory_driver *a = &rig->driver[0];
    EXPECT(a->answers == 2 && a->answer[0].reply.kind == SIM_FILL && a->answer[1].reply.kind == SIM_SNOOP_LINE);
    EXPECT(a->answer[1].reply.address == 0x6000 && word_of(&a->answer[0], 0) == 2);
    EXPECT(rig->driver[1].answers == 0 && rig->l2.counters.misses == 1);
    memory_rig_free(rig);
    return failures != 0;
}

static void test_store_on_the_way(void)
{
    CU_ASSERT(rig_child(store_on_the_way, NULL));
}

static struct memory_step conditional(uint32_t gap, bool wait, uint8_t thread, uint64_t address, uint64_t value)
{
    struct memory_step s = stores(gap, wait, address, value);
    s.request.kind = s.request.tag = SIM_CONDITIONAL;
    s.request.thread = thread;
    return s;
}

static struct memory_step by_thread(struct memory_step s, uint8_t thread)
{
    s.request.thread = thread;
    return s;
}

/* A core's READ is answered with what was there before the same core's later store, and others' stores until the line
 * came. Code is not waited for. */
static int own_store_later(void *context, unsigned index, FILE *out)
{
    (void)context;
    (void)index;
    unsigned failures = 0;
    const struct memory_step first[] = {
        step(0, false, SIM_READ, 0x3000),        stores(60, false, 0x3000, 1), step(0, false, SIM_LWSYNC, 0),
        step(2000, true, SIM_RESERVE, 0x5000),   stores(60, false, 0x5000, 2), step(0, false, SIM_LWSYNC, 0),
        step(4000, true, SIM_READ_CODE, 0x7000), stores(60, false, 0x7000, 3), step(0, false, SIM_LWSYNC, 0),
    };
    const struct memory_step second[] = {stores(100, false, 0x3000, 4), stores(0, false, 0x3008, 5)};
    const struct memory_rig_spec spec = {.script = {first, second}, .steps = {9, 2}};
    struct memory_rig *rig = memory_rig_new(&spec);
    memory_rig_run(rig, MEMORY_NS(20000));
    const struct memory_driver *a = &rig->driver[0];
    static const uint8_t kinds[] = {SIM_FILL,         SIM_SNOOP_LINE,   SIM_BARRIER_DONE, SIM_RESERVED,
                                    SIM_BARRIER_DONE, SIM_BARRIER_DONE, SIM_FILL};
    EXPECT(a->answers == 7);
    for (unsigned i = 0; i < 7; i++)
        EXPECT(a->answer[i].reply.kind == kinds[i]);
    EXPECT(word_of(&a->answer[0], 0) == 4 && word_of(&a->answer[0], 1) == 5);
    EXPECT(word_of(&a->answer[3], 0) == 0 && word_of(&a->answer[6], 0) == 3);
    uint8_t byte;
    EXPECT(membus_peek(&rig->l2, &rig->north, 0x3007, &byte, 1) && byte == 1);
    EXPECT(membus_peek(&rig->l2, &rig->north, 0x5007, &byte, 1) && byte == 2);
    memory_rig_free(rig);
    return failures != 0;
}

static void test_own_store_later(void)
{
    CU_ASSERT(rig_child(own_store_later, NULL));
}

/* Core 0 has no miss left for a second line. That core 1 asks for it does not let core 0's queue go: the store behind
 * is heard of when the first line has come. */
static int waits_for_line(void *context, unsigned index, FILE *out)
{
    (void)context;
    (void)index;
    unsigned failures = 0;
    const struct memory_step first[] = {step(3000, false, SIM_READ, 0xA000), step(0, false, SIM_READ, 0xB000),
                                        stores(0, false, 0xC000, 1)};
    const struct memory_step second[] = {step(0, false, SIM_READ, 0xC000), stores(3050, true, 0xB000, 2)};
    struct memory_rig_spec spec = {.script = {first, second}, .steps = {3, 2}, .timing = membus_timing_default()};
    spec.timing.l2_core_misses = 1;
    struct memory_rig *rig = memory_rig_new(&spec);
    memory_rig_run(rig, MEMORY_NS(4000));
    const struct memory_driver *a = &rig->driver[0], *b = &rig->driver[1];
    EXPECT(a->answers == 2 && word_of(&a->answer[1], 0) == 2);
    EXPECT(b->answers == 2 && b->answer[1].reply.kind == SIM_SNOOP_LINE);
    EXPECT(b->sent_at[1] > a->sent_at[2] && b->sent_at[1] < a->answer[0].sent);
    EXPECT(b->answer[1].sent > a->answer[0].sent);
    memory_rig_free(rig);
    return failures != 0;
}

static void test_waits_for_line(void)
{
    CU_ASSERT(rig_child(waits_for_line, NULL));
}

static int reservations(void *context, unsigned index, FILE *out)
{
    (void)context;
    (void)index;
    unsigned failures = 0;
    const struct memory_step first[] = {
        step(0, false, SIM_RESERVE, 0x3000),   conditional(0, true, 0, 0x3000, 1),       /* stored */
        conditional(0, true, 0, 0x3000, 2),                                              /* no reservation any more */
        step(0, true, SIM_RESERVE, 0x3000),    stores(0, true, 0x3000, 3),               /* its own store counts too */
        conditional(0, true, 0, 0x3000, 4),                                              /* so not stored */
        step(0, true, SIM_RESERVE, 0x3000),    by_thread(stores(0, true, 0x3010, 5), 1), /* the other thread's does */
        conditional(0, true, 0, 0x3000, 6),    step(0, true, SIM_RESERVE, 0x3000),
        conditional(8000, true, 0, 0x3000, 7),                                     /* core 1 has stored */
        step(0, true, SIM_RESERVE, 0x9000),    conditional(0, true, 0, 0x3000, 8), /* another line */
    };
    const struct memory_step second[] = {step(6000, false, SIM_READ, 0x3000), stores(10, true, 0x3078, 9)};
    const struct memory_rig_spec spec = {.script = {first, second}, .steps = {13, 2}};
    struct memory_rig *rig = memory_rig_new(&spec);
    memory_rig_run(rig, MEMORY_NS(20000));
    static const uint8_t expected[] = {9, 1, 0, 9, 0, 9, 0, 9, 0, 9, 0}; /* 9: RESERVED */
    const struct memory_driver *a = &rig->driver[0];
    EXPECT(a->answers == 11);
    for (unsigned i = 0; i < 11; i++) {
        const struct sim_msg_core_reply *reply = &a->answer[i].reply;
        EXPECT(reply->kind == (expected[i] == 9 ? SIM_RESERVED : SIM_CONDITIONAL_DONE));
        EXPECT(expected[i] == 9 || reply->status == expected[i]);
    }
    uint8_t byte[3];
    EXPECT(membus_peek(&rig->l2, &rig->north, 0x3007, byte, 1) && byte[0] == 3);
    memory_rig_free(rig);
    return failures != 0;
}

static void test_reservations(void)
{
    CU_ASSERT(rig_child(reservations, NULL));
}

static int barriers(void *context, unsigned index, FILE *out)
{
    (void)context;
    (void)index;
    unsigned failures = 0;
    const struct memory_step script[] = {
        step(0, false, SIM_LWSYNC, 0), step(1, true, SIM_SYNC, 0),
        step(1, true, SIM_EIEIO, 0),   stores(1, true, 0xA000, 1), /* misses */
        step(0, false, SIM_LWSYNC, 0), step(0, true, SIM_SYNC, 0),
    };
    const struct memory_rig_spec spec = {.script = {script}, .steps = {6}};
    struct memory_rig *rig = memory_rig_new(&spec);
    memory_rig_run(rig, MEMORY_NS(3000));
    const struct memory_driver *a = &rig->driver[0];
    EXPECT(a->answers == 5);
    EXPECT(clocks(a, 0, 0) >= 33 && clocks(a, 0, 0) <= 48);
    EXPECT(clocks(a, 1, 1) >= 100 && clocks(a, 1, 1) <= 102);
    EXPECT(clocks(a, 2, 2) >= 33 && clocks(a, 2, 2) <= 48);
    EXPECT(clocks(a, 4, 3) >= 33 && clocks(a, 4, 3) <= 48); /* lwsync does not wait for the line */
    EXPECT(clocks(a, 5, 4) >= 500);                         /* sync does */
    memory_rig_free(rig);
    return failures != 0;
}

static void test_barriers(void)
{
    CU_ASSERT(rig_child(barriers, NULL));
}

static struct memory_step io(uint32_t gap, bool wait, bool write, uint64_t address, uint8_t size, uint64_t value)
{
    struct memory_step s = step(gap, wait, write ? SIM_STORE_IO : SIM_LOAD_IO, address);
    s.request.size = size;
    if (write) {
        s.request.mask = (size == 8 ? UINT64_C(0xFF) : (UINT64_C(1) << size) - 1) << address % 64;
        SIM_WORDS_OF(&s.request, core_request)[address % 64 / 8] = value << 8 * (8 - address % 8 - size);
    }
    return s;
}

static int devices(void *context, unsigned index, FILE *out)
{
    (void)context;
    (void)index;
    unsigned failures = 0;
    struct memory_step both = io(0, false, true, 0xEC800020, 4, 0x11111111); /* two registers in one message */
    both.request.mask |= UINT64_C(0xF) << 40;
    SIM_WORDS_OF(&both.request, core_request)[5] = UINT64_C(0x22222222) << 32;
    const struct memory_step script[] = {
        io(0, false, true, 0xEC800008, 4, 0x12345678),
        io(0, false, false, 0x200EC800008, 4, 0), /* with the bus' prefix */
        io(0, false, true, 0xEA001010, 4, 0x12345678),
        io(0, false, false, 0xEA001010, 4, 0),
        io(0, false, true, 0x20000050010, 8, 0x0123456789ABCDEF),
        io(0, false, false, 0x20000050010, 8, 0),
        io(0, false, false, 0xEC800008, 8, 0), /* not with this size */
        io(0, false, false, 0xE5000000, 4, 0), /* nobody */
        io(0, false, false, 0xE5000004, 2, 0),
        both,
        io(0, false, false, 0xEC800020, 4, 0),
        io(0, false, false, 0xEC800028, 4, 0),
        step(0, false, SIM_READ, 0xE5000000), /* a line where no memory is */
        io(0, true, false, 0x20000090000, 4, 0),
    };
    const struct memory_rig_spec spec = {.script = {script}, .steps = {14}};
    struct memory_rig *rig = memory_rig_new(&spec);
    memory_rig_run(rig, MEMORY_NS(20000));
    static const struct {
        uint64_t address, value;
        uint8_t status;
    } expected[] = {
        {0xEC800008, 0x12345678, SIM_FROM_DEVICE},
        {0xEA001010, 0x12345678, SIM_FROM_DEVICE},
        {0x20000050010, 0x0123456789ABCDEF, SIM_FROM_DEVICE},
        {0xEC800008, UINT64_MAX, SIM_FROM_NOWHERE},
        {0xE5000000, 0xFFFFFFFF, SIM_FROM_NOWHERE},
        {0xE5000004, 0xFFFF, SIM_FROM_NOWHERE},
        {0xEC800020, 0x11111111, SIM_FROM_DEVICE},
        {0xEC800028, 0x22222222, SIM_FROM_DEVICE},
        {0xE5000000, UINT64_MAX, SIM_FROM_NOWHERE},
        {0x20000090000, 0xFFFFFFFF, SIM_FROM_NOWHERE},
    };
    const struct memory_driver *a = &rig->driver[0];
    EXPECT(a->answers == 10);
    for (unsigned e = 0; e < 10; e++) { /* in any order between devices */
        bool found = false;
        for (unsigned i = 0; i < a->answers && i < 10; i++) {
            const struct sim_msg_core_reply *reply = &a->answer[i].reply;
            found |= reply->address == expected[e].address && reply->data0 == expected[e].value &&
                     reply->status == expected[e].status;
        }
        EXPECT(found);
        if (!found)
            fprintf(out, "expected %u\n", e);
    }
    EXPECT(rig->far.reg[2] == 0x78563412); /* as the little-endian device means it */
    EXPECT(rig->north.routes.strays == 2 && rig->north.routes.stray_accesses == 3);
    EXPECT(rig->north.routes.stray[1].address == 0xE5000000 && rig->north.routes.stray[0].refused);
    EXPECT(rig->l2.routes.strays == 2);
    memory_rig_free(rig);
    return failures != 0;
}

static void test_devices(void)
{
    CU_ASSERT(rig_child(devices, NULL));
}

/* Uncached accesses to memory, and the barrier that waits for stores to devices. */
static int uncached(void *context, unsigned index, FILE *out)
{
    (void)context;
    (void)index;
    unsigned failures = 0;
    const struct memory_step script[] = {
        step(0, false, SIM_READ, 0x4000),     stores(0, true, 0x4008, 0x5555),
        io(0, false, false, 0x4008, 8, 0),    /* memory is asked, and knows of the store */
        io(0, true, true, 0x4010, 8, 0x6666), /* the line leaves the L2 and L1D */
        io(0, false, false, 0x4010, 8, 0),    step(0, true, SIM_READ, 0x4000),
        io(0, true, true, 0xEC800008, 4, 1),  step(0, false, SIM_EIEIO, 0),
    };
    const struct memory_rig_spec spec = {.script = {script}, .steps = {8}};
    struct memory_rig *rig = memory_rig_new(&spec);
    memory_rig_run(rig, MEMORY_NS(20000));
    const struct memory_driver *a = &rig->driver[0];
    EXPECT(a->answers == 6);
    EXPECT(a->answer[1].reply.kind == SIM_IO_DATA && a->answer[1].reply.data0 == 0x5555);
    EXPECT(a->answer[1].reply.status == SIM_FROM_MEMORY);
    EXPECT(a->answer[2].reply.kind == SIM_SNOOP_LINE && a->answer[2].reply.address == 0x4000);
    EXPECT(a->answer[3].reply.data0 == 0x6666);
    EXPECT(word_of(&a->answer[4], 1) == 0x5555 && word_of(&a->answer[4], 2) == 0x6666);
    EXPECT(a->answer[4].reply.status == SIM_FROM_MEMORY);
    EXPECT(a->answer[5].reply.kind == SIM_BARRIER_DONE && clocks(a, 7, 5) > 400);
    memory_rig_free(rig);
    return failures != 0;
}

static void test_uncached(void)
{
    CU_ASSERT(rig_child(uncached, NULL));
}

/* A load is answered with what was there before a later store to its place, which does not wait for the answer. */
static int uncached_in_order(void *context, unsigned index, FILE *out)
{
    (void)context;
    (void)index;
    unsigned failures = 0;
    const struct memory_step script[] = {
        io(0, false, true, 0x4010, 8, 0x1111),
        io(0, false, false, 0x4010, 8, 0),
        io(0, false, true, 0x4010, 8, 0x2222),
        io(0, true, false, 0x4010, 8, 0),
    };
    const struct memory_rig_spec spec = {.script = {script}, .steps = {4}};
    struct memory_rig *rig = memory_rig_new(&spec);
    memory_rig_run(rig, MEMORY_NS(20000));
    const struct memory_driver *a = &rig->driver[0];
    EXPECT(a->answers == 2);
    EXPECT(a->answer[0].reply.data0 == 0x1111 && a->answer[1].reply.data0 == 0x2222);
    memory_rig_free(rig);
    return failures != 0;
}

static void test_uncached_in_order(void)
{
    CU_ASSERT(rig_child(uncached_in_order, NULL));
}

static void map_some(struct memory_rig *rig)
{
    struct sim_error error;
    membus_map_set(&rig->l2.map, 0x82000000, 0x10000, 0x100000, MEMBUS_READ_ONLY, &error);
}

static int translations(void *context, unsigned index, FILE *out)
{
    (void)context;
    (void)index;
    unsigned failures = 0;
    const struct memory_step script[] = {step(0, false, SIM_TRANSLATE, 0x82001234),
                                         step(0, true, SIM_TRANSLATE, 0x83000000)};
    const struct memory_rig_spec spec = {.script = {script}, .steps = {2}, .prepare = map_some};
    struct memory_rig *rig = memory_rig_new(&spec);
    memory_rig_run(rig, MEMORY_NS(1000));
    const struct memory_driver *a = &rig->driver[0];
    EXPECT(a->answers == 2);
    EXPECT(a->answer[0].reply.kind == SIM_TRANSLATION && a->answer[0].reply.status == 1);
    EXPECT(a->answer[0].reply.data0 == (0x100000 | MEMBUS_READ_ONLY) && a->answer[0].reply.data1 == 16);
    EXPECT(a->answer[1].reply.status == 0 && clocks(a, 1, 1) == 35 + 40 + a->sent_at[1] / CORE_CLOCK % 2);
    memory_rig_free(rig);
    return failures != 0;
}

static void test_translations(void)
{
    CU_ASSERT(rig_child(translations, NULL));
}

/* Two changes of the map are under way, and a thread of core 0 is to go on after the first, one of core 2 after both.
 */
static void change_map(struct memory_rig *rig)
{
    struct sim_msg_core_reply resume = {.kind = SIM_RESUME, .thread = 1, .tag = 7, .data0 = 1234};
    rig->l2.map_changes = 2;
    rig->l2.held = 2;
    rig->l2.hold[0] = (struct membus_hold){.core = 0, .changes = 1, .message = resume};
    rig->l2.hold[1] = (struct membus_hold){.core = 2, .changes = 2, .message = resume};
}

static struct memory_step unmapped(uint32_t gap, uint64_t changes)
{
    struct memory_step s = step(gap, false, SIM_UNMAPPED, 0);
    s.request.data0 = changes;
    return s;
}

/* Core 1 answers last: the first time behind a read of its own that misses, the second time in clock 3000. */
static int map_changes(void *context, unsigned index, FILE *out)
{
    (void)context;
    (void)index;
    unsigned failures = 0;
    const struct memory_step early[] = {unmapped(0, 2)}, late[] = {unmapped(100, 2)};
    const struct memory_step last[] = {step(0, false, SIM_READ, 0x1280), unmapped(0, 1), unmapped(3000, 1)};
    const struct memory_rig_spec spec = {.script = {early, last, late}, .steps = {1, 3, 1}, .prepare = change_map};
    struct memory_rig *rig = memory_rig_new(&spec);
    memory_rig_run(rig, MEMORY_NS(2000));
    const struct memory_driver *a = &rig->driver[0], *b = &rig->driver[1], *c = &rig->driver[2];
    EXPECT(a->answers == 1 && b->answers == 1 && c->answers == 1 && rig->l2.held == 0);
    EXPECT(b->answer[0].reply.kind == SIM_FILL && a->answer[0].reply.kind == SIM_RESUME);
    EXPECT(a->answer[0].reply.thread == 1 && a->answer[0].reply.tag == 7 && a->answer[0].reply.data0 == 1234);
    EXPECT(a->answer[0].sent > b->answer[0].sent && a->answer[0].sent < b->answer[0].sent + MEMORY_NS(10));
    EXPECT(c->answer[0].reply.kind == SIM_RESUME && c->answer[0].sent > b->sent_at[2]);
    EXPECT(b->sent_at[2] >= 3000 * CORE_CLOCK && c->answer[0].sent < b->sent_at[2] + MEMORY_NS(10));
    memory_rig_free(rig);
    return failures != 0;
}

static void test_map_changes(void)
{
    CU_ASSERT(rig_child(map_changes, NULL));
}

/* A machine that is saved while answers are waited for, and in another schedule. */
static void test_map_changes_saved(void)
{
    const struct memory_step early[] = {unmapped(0, 2)}, late[] = {unmapped(100, 2)};
    const struct memory_step last[] = {step(0, false, SIM_READ, 0x1280), unmapped(0, 1), unmapped(3000, 1)};
    struct memory_rig_spec spec = {.script = {early, last, late}, .steps = {1, 3, 1}, .prepare = change_map};
    uint8_t digest[SIM_DIGEST_SIZE], again[SIM_DIGEST_SIZE];
    CU_ASSERT(memory_rig_digest(&spec, MEMORY_NS(2000), 0, digest));
    CU_ASSERT(memory_rig_digest(&spec, MEMORY_NS(2000), MEMORY_NS(100), again));
    CU_ASSERT_EQUAL(memcmp(digest, again, sizeof digest), 0);
    spec.schedule = SIM_LOCKSTEP;
    CU_ASSERT(memory_rig_digest(&spec, MEMORY_NS(2000), 0, again));
    CU_ASSERT_EQUAL(memcmp(digest, again, sizeof digest), 0);
}

/* Lines that share a set: the ninth sends one out, and memory has its bytes. */
static int replacement(void *context, unsigned index, FILE *out)
{
    unsigned failures = 0, locked = *(unsigned *)context;
    (void)index;
    static struct memory_step script[64];
    unsigned lines = 24, n = 0;
    for (unsigned i = 0; i < lines; i++) {
        script[n++] = step(0, true, SIM_READ, 0x100000 + i * 0x20000);
        script[n++] = stores(0, true, 0x100000 + i * 0x20000, i + 1);
    }
    struct memory_rig_spec spec = {.script = {script}, .steps = {n}};
    spec.timing = membus_timing_default();
    spec.timing.l2_locked_ways = locked;
    struct memory_rig *rig = memory_rig_new(&spec);
    memory_rig_run(rig, MEMORY_NS(50000));
    unsigned ways = 8 - locked, there = 0, snooped = 0;
    EXPECT(rig->l2.counters.castouts == lines - ways);
    for (unsigned way = 0; way < 8; way++) {
        there += rig->l2.number[0x100000 / 128 % 1024 * 8 + way] != 0;
        EXPECT(way >= locked || rig->l2.number[0x100000 / 128 % 1024 * 8 + way] == 0);
    }
    EXPECT(there == ways);
    for (unsigned i = 0; i < rig->driver[0].answers; i++)
        snooped += rig->driver[0].answer[i].reply.kind == SIM_SNOOP_LINE;
    EXPECT(snooped == lines - ways); /* L1D loses what the L2 loses */
    unsigned in_memory = 0;
    for (unsigned i = 0; i < lines; i++) {
        uint8_t bytes[8];
        EXPECT(membus_peek(&rig->l2, &rig->north, 0x100000 + i * 0x20000, bytes, 8) && bytes[7] == i + 1);
        membus_ram_read(&rig->north.ram, 0x100000 + i * 0x20000, bytes, 8);
        in_memory += bytes[7] == i + 1;
    }
    EXPECT(in_memory == lines - ways);
    memory_rig_free(rig);
    return failures != 0;
}

static void test_replacement(void)
{
    for (unsigned locked = 0; locked <= 6; locked += 3)
        CU_ASSERT(rig_child(replacement, &locked));
}

/* The records that both components leave of a miss: the last value of each signal. */
static uint64_t last_of(const struct waves_scope *scope, uint32_t code)
{
    uint64_t value = UINT64_MAX;
    for (uint32_t i = 0; i < scope->used; i++)
        if (scope->changes[i].code == code)
            value = scope->changes[i].value;
    return value;
}

static sim_time time_of_last(const struct waves_scope *scope, uint32_t code)
{
    sim_time time = SIM_NEVER;
    for (uint32_t i = 0; i < scope->used; i++)
        if (scope->changes[i].code == code)
            time = scope->changes[i].time;
    return time;
}

static int records(void *context, unsigned index, FILE *out)
{
    (void)context;
    (void)index;
    unsigned failures = 0;
    static uint8_t wanted[64];
    const struct memory_step script[] = {step(64, false, SIM_READ, 0x1280)};
    const struct memory_rig_spec spec = {.script = {NULL, script}, .steps = {0, 1}};
    struct memory_rig *rig = memory_rig_new(&spec);
    struct waves_registry *registry = waves_registry_new();
    struct waves_scope *l2 = waves_scope_new(registry, "membus.l2", 1);
    struct waves_scope *north = waves_scope_new(registry, "membus.north", 2);
    rig->l2.component.type->trace(&rig->l2.component, l2);
    rig->north.component.type->trace(&rig->north.component, north);
    memset(wanted, 1, sizeof wanted);
    l2->wanted = north->wanted = wanted;
    l2->any = north->any = true;
    memory_rig_run(rig, MEMORY_NS(1000));
    const struct memory_answer *answer = &rig->driver[1].answer[0];
    sim_time l2_period = 6250, sent = 64 * CORE_CLOCK;
    EXPECT(last_of(l2, rig->l2.signals.record) == 1 && last_of(l2, rig->l2.signals.core) == 1);
    EXPECT(last_of(l2, rig->l2.signals.kind) == SIM_READ && last_of(l2, rig->l2.signals.address) == 0x1280);
    EXPECT(last_of(l2, rig->l2.signals.issued) == sent);
    EXPECT(last_of(l2, rig->l2.signals.granted) == sent + 7 * l2_period);
    EXPECT(time_of_last(l2, rig->l2.signals.record) == answer->sent);
    EXPECT(last_of(north, rig->north.signals.record) == 1 && last_of(north, rig->north.signals.client) == 0);
    EXPECT(last_of(north, rig->north.signals.kind) == SIM_MEMORY_READ);
    EXPECT(last_of(north, rig->north.signals.issued) == sent + 7 * l2_period);
    sim_time granted = last_of(north, rig->north.signals.granted),
             done = time_of_last(north, rig->north.signals.record);
    EXPECT(granted > sent && done > granted &&
           (done - granted) * 7 / 100000 == 22); /* tRCD, CL, a burst: 23 edges, cut off */
    waves_registry_free(registry);
    memory_rig_free(rig);
    return failures != 0;
}

static void test_records(void)
{
    CU_ASSERT(rig_child(records, NULL));
}

void test_l2(void)
{
    CU_pSuite suite = CU_add_suite("membus/l2", NULL, NULL);
    CU_add_test(suite, "hits and misses take as long as the rows say", test_latencies);
    CU_add_test(suite, "a miss, edge by edge", test_miss_exactly);
    CU_add_test(suite, "bandwidth", test_bandwidth);
    CU_add_test(suite, "who sees what", test_who_sees_what);
    CU_add_test(suite, "a store to a line that is on its way", test_store_on_the_way);
    CU_add_test(suite, "a core's store behind its own read of the line", test_own_store_later);
    CU_add_test(suite, "a core without misses left", test_waits_for_line);
    CU_add_test(suite, "reservations", test_reservations);
    CU_add_test(suite, "barriers", test_barriers);
    CU_add_test(suite, "devices, and where none is", test_devices);
    CU_add_test(suite, "uncached memory", test_uncached);
    CU_add_test(suite, "uncached memory, a store behind a load", test_uncached_in_order);
    CU_add_test(suite, "translations", test_translations);
    CU_add_test(suite, "changes of the map are answered by all", test_map_changes);
    CU_add_test(suite, "the same, saved, and in lockstep", test_map_changes_saved);
    CU_add_test(suite, "replacement", test_replacement);
    CU_add_test(suite, "records of what was done", test_records);
}
