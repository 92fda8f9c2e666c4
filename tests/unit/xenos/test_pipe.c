/* Draws from their packets to what they write to memory: what comes of them and when, worked out here by the rules of
 * docs/shader-timing.md; and who waits for them. */
#include "tests/support/draw_ring.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <string.h>

/* ---- What the command processor says of its packets ---- */

struct heard {
    struct cp_listener listener;
    struct {
        uint32_t header;
        uint64_t cycle;
        sim_time done;
    } packet[256];
    unsigned count;
};

static void hear(void *context, const struct cp_told *told)
{
    struct heard *heard = context;
    if (told->outcome != CP_CARRIED_OUT || heard->count == 256)
        return;
    heard->packet[heard->count].header = told->header;
    heard->packet[heard->count].cycle = told->cycle;
    heard->packet[heard->count++].done = told->done;
}

static void hear_nothing(void *context, uint32_t index, uint32_t value)
{
    (void)context, (void)index, (void)value;
}

/* Which of the packets is the n-th with this opcode; the last one's place where there is none. */
static unsigned heard_at(const struct heard *heard, uint32_t opcode, unsigned n)
{
    for (unsigned i = 0; i < heard->count; i++)
        if (heard->packet[i].header >> 30 == 3 && (heard->packet[i].header >> 8 & 0x7F) == opcode && n-- == 0)
            return i;
    return 255;
}

#define BEGUN(name, n) heard.packet[heard_at(&heard, CP_OP_##name, n)].cycle

static struct cp_rig *run(const struct cp_rig_spec *spec, struct heard *heard, sim_time until)
{
    struct cp_rig *rig = cp_rig_new(spec);
    *heard = (struct heard){.listener = {.packet = hear, .reg = hear_nothing}};
    heard->listener.context = heard;
    rig->cp.listener = &heard->listener;
    cp_rig_run(rig, until);
    return rig;
}

/* ---- By hand ---- */

struct by_hand {
    uint64_t store;         /* the edge at which the first line leaves; the others follow it */
    uint64_t done, through; /* as the command processor sees it */
};

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static sim_time at_memory(const struct cp_rig *rig, uint64_t edge, uint32_t latency)
{
    return sim_clock_edge(&rig->memory, sim_clock_ceil(&rig->memory, sim_clock_edge(&rig->gpu, edge)) + latency);
}

static uint64_t answered(const struct cp_rig *rig, uint64_t edge)
{
    const struct pipe_timing *ways = &rig->pipe.config.timing;
    sim_time ready = at_memory(rig, edge, ways->pipe_memory_request + rig->host.latency);
    return sim_clock_ceil(&rig->gpu, ready) + ways->pipe_memory_reply;
}

/* One vector of `numbers`: control flow, control flow, a pair, control flow, control flow, two pairs, an export. */
static struct by_hand by_hand(const struct cp_rig *rig, uint64_t sent, uint32_t count, bool fetched)
{
    const struct xenos_array_timing *array = &rig->pipe.config.array;
    const struct pipe_timing *ways = &rig->pipe.config.timing;
    struct by_hand hand;
    uint64_t begin = sent + ways->pipe_draw, pair = larger(array->array_alu, array->array_alu_latency);
    uint64_t at = begin + array->array_draw;
    at = fetched ? larger(at, answered(rig, begin)) : at;
    at += (count + array->array_vgt_indices - 1) / array->array_vgt_indices + array->array_thread;
    at += 2 * array->array_cf; /* the first pair */
    at = larger(at + array->array_alu_latency + 2 * array->array_cf, at + array->array_alu);
    hand.store = at + pair + array->array_alu_latency + count * array->array_export;
    uint64_t draw_ring_assembled = hand.store + count * larger(array->array_pa_vertex, array->array_pa_primitive);
    hand.done = answered(rig, draw_ring_assembled) + ways->pipe_done;
    hand.through = hand.done + rig->cp.config.timing.cp_pipe_draw;
    return hand;
}

struct timed {
    struct cp_rig_spec spec;
    bool fetched; /* indices */
};

static sim_time write_time(const struct cp_rig *rig, uint32_t address)
{
    for (uint32_t i = 0; i < rig->host.writes; i++)
        if (rig->host.write[i].address == address)
            return rig->host.write[i].time;
    return 0;
}

static int timed(void *context, unsigned index, FILE *out)
{
    const struct timed *timed = context;
    (void)index;
    unsigned failures = 0;
    static struct heard heard;
    struct cp_rig *rig = run(&timed->spec, &heard, CP_RIG_NS(60000));
    const struct cp_timing *timing = &rig->cp.config.timing;
    uint64_t sent = timed->fetched ? BEGUN(DRAW_INDX, 0) : BEGUN(DRAW_INDX_2, 0);
    struct by_hand hand = by_hand(rig, sent, DRAW_COUNT, timed->fetched);
    for (uint32_t i = 0; i < DRAW_COUNT; i++)
        EXPECT(draw_ring_is_number(rig, i, 0.5F) &&
               cp_rig_word(rig, DRAW_RESULTS + 16 * i + 12) == draw_ring_bits((float)i * 4096));
    EXPECT(cp_rig_word(rig, DRAW_RESULTS + 16 * DRAW_COUNT) == 0 && rig->pipe.draws_done == 1 &&
           rig->pipe.vertices == DRAW_COUNT);
    for (uint32_t i = 0; i < DRAW_LINES; i++)
        EXPECT(write_time(rig, DRAW_RESULTS + SIM_LINE * i) ==
               at_memory(rig, hand.store + i, rig->pipe.config.timing.pipe_memory_request));
    uint64_t stamp = larger(hand.through, BEGUN(EVENT_WRITE_SHD, 0) + timing->cp_pipe_flush);
    EXPECT(write_time(rig, DRAW_STAMP) == at_memory(rig, stamp, 4) && cp_rig_word(rig, DRAW_STAMP) == 0x1234);
    return failures != 0;
}

static unsigned in_all_schedules(sim_child_job *job, struct timed *timed)
{
    unsigned bad = 0;
    for (enum sim_schedule schedule = SIM_LOCKSTEP; schedule <= SIM_PARALLEL; schedule++) {
        timed->spec.schedule = schedule;
        bad += !rig_child(job, timed);
    }
    return bad;
}

#define ARRAY(name, value)                              \
    {                                                   \
        offsetof(struct cp_rig_spec, array.name), value \
    }
#define WAYS(name, value)                              \
    {                                                  \
        offsetof(struct cp_rig_spec, ways.name), value \
    }
#define TIMING(name, value)                              \
    {                                                    \
        offsetof(struct cp_rig_spec, timing.name), value \
    }
static const struct {
    size_t where;
    uint32_t value;
} changes[] = {
    {offsetof(struct cp_rig_spec, latency), 40},
    {offsetof(struct cp_rig_spec, latency), 901},
    ARRAY(array_draw, 400),
    ARRAY(array_vgt_indices, 5),
    ARRAY(array_thread, 31),
    ARRAY(array_cf, 7),
    ARRAY(array_alu, 33),
    ARRAY(array_alu_latency, 45),
    ARRAY(array_export, 3),
    ARRAY(array_pa_vertex, 5),
    ARRAY(array_pa_primitive, 6),
    WAYS(pipe_draw, 50),
    WAYS(pipe_done, 77),
    WAYS(pipe_memory_request, 90),
    WAYS(pipe_memory_reply, 333),
    TIMING(cp_pipe_draw, 1000),
    TIMING(cp_pipe_flush, 3000),
};

static void a_draw_takes_what_the_rules_say(void)
{
    static struct timed t[2];
    static struct draw_ring ring[2];
    for (unsigned fetched = 0; fetched < 2; fetched++) {
        ring[fetched] = draw_ring_of(draw_ring_numbers);
        if (fetched)
            draw_ring_fetched_draw(&ring[1]);
        else
            draw_ring_draw(&ring[0], DRAW_POINTS | DRAW_AUTO | DRAW_COUNT << 16);
        draw_ring_stamp(&ring[fetched]);
        for (unsigned i = 0; i < sizeof changes / sizeof *changes; i++) {
            t[fetched] = (struct timed){.spec = draw_ring_spec(&ring[fetched]), .fetched = fetched};
            t[fetched].spec.buffer = draw_ring_indices();
            t[fetched].spec.buffer_words = DRAW_BUFFER_WORDS;
            t[fetched].spec.slow_reference = i % 2;
            memcpy((char *)&t[fetched].spec + changes[i].where, &changes[i].value, sizeof changes[i].value);
            CU_ASSERT(in_all_schedules(timed, &t[fetched]) == 0);
        }
    }
}

/* ---- Who waits ---- */

/* What follows a wait begins when the draw is through: WAIT_FOR_IDLE, WAIT_UNTIL, and COHER's own time. */
static int waits(void *context, unsigned index, FILE *out)
{
    const struct timed *timed = context;
    (void)index;
    unsigned failures = 0;
    static struct heard heard;
    struct cp_rig *rig = run(&timed->spec, &heard, CP_RIG_NS(60000));
    struct by_hand hand = by_hand(rig, BEGUN(DRAW_INDX_2, 0), 8, false);
    EXPECT(BEGUN(MEM_WRITE, 0) == hand.through);
    hand = by_hand(rig, BEGUN(DRAW_INDX_2, 1), 8, false);
    EXPECT(BEGUN(MEM_WRITE, 1) == hand.through);
    hand = by_hand(rig, BEGUN(DRAW_INDX_2, 2), 8, false);
    EXPECT(rig->cp.coher_done[CP_COHER_HOST] == hand.through + rig->cp.config.timing.cp_coherency);
    EXPECT(cp_rig_word(rig, DRAW_STAMP) == 0x83000000 && cp_rig_word(rig, DRAW_STAMP + 8) == 0x03000000);
    EXPECT(BEGUN(REG_TO_MEM, 0) < hand.done && BEGUN(REG_TO_MEM, 1) >= rig->cp.coher_done[CP_COHER_HOST]);
    return failures != 0;
}

static void what_follows_waits(void)
{
    static struct draw_ring ring;
    static struct timed t;
    const uint32_t draw = DRAW_POINTS | DRAW_AUTO | 8 << 16;
    ring = draw_ring_of(draw_ring_numbers);
    draw_ring_draw(&ring, draw);
    PUT(&ring, CP_TYPE3(WAIT_FOR_IDLE, 1), 0);
    draw_ring_mark(&ring, 1);
    draw_ring_draw(&ring, draw);
    PUT(&ring, CP_TYPE0(XENOS_WAIT_UNTIL, 1), 0x20000);
    draw_ring_mark(&ring, 2);
    draw_ring_draw(&ring, draw);
    PUT(&ring, CP_TYPE0(XENOS_COHER_STATUS_HOST, 1), 0x03000000, CP_TYPE0(XENOS_COHER_SIZE_HOST, 2), 0x20000000, 0);
    PUT(&ring, CP_TYPE3(REG_TO_MEM, 2), XENOS_COHER_STATUS_HOST, DRAW_STAMP | 2);
    PUT(&ring, CP_TYPE3(WAIT_REG_MEM, 5), 3, XENOS_COHER_STATUS_HOST, 0, 0x80000000, 1);
    PUT(&ring, CP_TYPE3(REG_TO_MEM, 2), XENOS_COHER_STATUS_HOST, (DRAW_STAMP + 8) | 2);
    t = (struct timed){.spec = draw_ring_spec(&ring)};
    t.spec.latency = 300;
    CU_ASSERT(in_all_schedules(waits, &t) == 0);
}

/* A register of the processor says that the pipe is busy for as long as it is. */
static int busy(void *context, unsigned index, FILE *out)
{
    enum { PIPE = 0x47600000, GUI = 1U << 31 };
    const struct timed *timed = context;
    (void)index;
    unsigned failures = 0;
    static struct heard heard;
    struct cp_rig *rig = run(&timed->spec, &heard, CP_RIG_NS(40000));
    struct by_hand hand = by_hand(rig, BEGUN(DRAW_INDX_2, 0), 8, false);
    const struct cp_rig_access *access = rig->host.access;
    EXPECT(rig->host.accesses == 2);
    EXPECT(sim_clock_ceil(&rig->gpu, access[0].done) < hand.done && access[0].done > CP_RIG_NS(6000));
    EXPECT((access[0].value & (PIPE | GUI)) == (PIPE | GUI) && (access[1].value & (PIPE | GUI)) == 0);
    return failures != 0;
}

static void status_says_busy(void)
{
    static struct draw_ring ring;
    static struct cp_rig_step script[CP_RIG_START + 2];
    static struct timed t;
    ring = draw_ring_of(draw_ring_numbers);
    draw_ring_draw(&ring, DRAW_POINTS | DRAW_AUTO | 8 << 16);
    cp_rig_start(script, ring.count, CP_RIG_RING_LOG | 6 << 8 | 2 << 16);
    script[CP_RIG_START] = (struct cp_rig_step){CP_RIG_NS(6000), CP_RIG_READ, XENOS_RBBM_STATUS, 0};
    script[CP_RIG_START + 1] = (struct cp_rig_step){CP_RIG_NS(30000), CP_RIG_READ, XENOS_RBBM_STATUS, 0};
    t = (struct timed){.spec = draw_ring_spec(&ring)};
    t.spec.script = script;
    t.spec.steps = CP_RIG_START + 2;
    t.spec.array.array_draw = 4000;
    CU_ASSERT(in_all_schedules(busy, &t) == 0);
}

/* With eight draws under way no packet begins; the ninth goes when the first is done. Where each has a context, it
 * waits longer: until the first is through. */
static int queued(void *context, unsigned index, FILE *out)
{
    const struct timed *timed = context;
    (void)index;
    unsigned failures = 0;
    static struct heard heard;
    struct cp_rig *rig = run(&timed->spec, &heard, CP_RIG_NS(100000));
    const struct cp_timing *timing = &rig->cp.config.timing;
    struct by_hand hand = by_hand(rig, BEGUN(DRAW_INDX_2, 0), 8, false);
    EXPECT(BEGUN(DRAW_INDX_2, 7) < hand.done && BEGUN(DRAW_INDX_2, 8) >= hand.done);
    EXPECT(rig->pipe.draws_done == 24 && rig->cp.draws_done == 24 && rig->pipe.vertices == 24 * 8);
    for (uint32_t i = 0; i < 24 * 8 && timed->fetched; i++) {
        uint32_t draw = i / 8;
        EXPECT(draw_ring_is_number(rig, i, (float)draw));
    }
    uint64_t done = heard.packet[heard_at(&heard, CP_OP_DRAW_INDX_2, 8)].done / sim_clock_edge(&rig->gpu, 1);
    if (timed->fetched)
        EXPECT(done == hand.through + timing->cp_me_roll + timing->cp_me_packet + timing->cp_me_draw);
    else
        EXPECT(BEGUN(DRAW_INDX_2, 8) == hand.done);
    return failures != 0;
}

static void draws_queue_up(void)
{
    static struct draw_ring ring[2];
    static struct timed t[2];
    for (unsigned own = 0; own < 2; own++) {
        ring[own] = draw_ring_of(draw_ring_numbers);
        for (uint32_t i = 0; i < 24; i++) {
            if (own) { /* constants that the draw before must not see */
                draw_ring_constant(&ring[own], 2, 1, (float)i, 0, 0);
                PUT(&ring[own], CP_TYPE0(XENOS_VGT_INDX_OFFSET, 1), 8 * i);
            }
            draw_ring_draw(&ring[own], DRAW_POINTS | DRAW_AUTO | 8 << 16);
        }
        t[own] = (struct timed){.spec = draw_ring_spec(&ring[own]), .fetched = own}; /* here: has its own registers */
        t[own].spec.latency = 900;
        CU_ASSERT(in_all_schedules(queued, &t[own]) == 0);
    }
}

/* Eight contexts: the one of a draw is taken again when it is through, and not before. */
static int rolled(void *context, unsigned index, FILE *out)
{
    const struct timed *timed = context;
    (void)index;
    unsigned failures = 0;
    static struct heard heard;
    struct cp_rig *rig = run(&timed->spec, &heard, CP_RIG_NS(40000));
    const struct cp_timing *timing = &rig->cp.config.timing;
    struct by_hand hand = by_hand(rig, BEGUN(DRAW_INDX_2, 0), 8, false);
    unsigned last = heard_at(&heard, CP_OP_CONTEXT_UPDATE, CP_CONTEXTS - 1);
    EXPECT(BEGUN(CONTEXT_UPDATE, CP_CONTEXTS - 2) < hand.done && heard.packet[last].cycle < hand.done);
    EXPECT(heard.packet[last].done ==
           sim_clock_edge(&rig->gpu, hand.through + timing->cp_me_roll + timing->cp_me_packet + timing->cp_me_packet));
    return failures != 0;
}

static void contexts_run_out(void)
{
    static struct draw_ring ring;
    static struct timed t;
    ring = draw_ring_of(draw_ring_numbers);
    draw_ring_draw(&ring, DRAW_POINTS | DRAW_AUTO | 8 << 16);
    for (uint32_t i = 0; i < CP_CONTEXTS; i++)
        PUT(&ring, CP_TYPE0(XENOS_SQ_PROGRAM_CNTL, 1), i, CP_TYPE3(CONTEXT_UPDATE, 1), 0);
    t = (struct timed){.spec = draw_ring_spec(&ring)};
    t.spec.latency = 2000;
    CU_ASSERT(in_all_schedules(rolled, &t) == 0);
}

static int crowded(void *context, unsigned index, FILE *out)
{
    const struct timed *timed = context;
    (void)index;
    unsigned failures = 0, marks = 0;
    struct cp_rig *rig = cp_rig_new(&timed->spec);
    cp_rig_run(rig, CP_RIG_NS(100000));
    for (uint32_t i = 0; i < rig->host.writes; i++)
        marks += rig->host.write[i].address == DRAW_RESULTS;
    EXPECT(rig->cp.draws == 71 && rig->pipe.draws_done == 71 && rig->pipe.vertices == 71 * 4 && marks == 71);
    EXPECT(cp_rig_word(rig, DRAW_MARK) == 1 && write_time(rig, DRAW_MARK) != 0);
    return failures != 0;
}

/* Seven draws, and packets of one register that have one in each word. */
static void a_packet_full_of_draws(void)
{
    static struct draw_ring ring;
    static struct timed t;
    const uint32_t draw = DRAW_POINTS | DRAW_AUTO | 4 << 16;
    ring = draw_ring_of(draw_ring_numbers);
    for (unsigned i = 0; i < 7; i++)
        draw_ring_draw(&ring, draw);
    for (unsigned i = 0; i < 2; i++) {
        const unsigned words = 32;
        PUT(&ring, CP_TYPE0_ONE(XENOS_VGT_DRAW_INITIATOR, words));
        for (unsigned k = 0; k < words; k++)
            PUT(&ring, draw);
    }
    draw_ring_mark(&ring, 1);
    t = (struct timed){.spec = draw_ring_spec(&ring)};
    CU_ASSERT(in_all_schedules(crowded, &t) == 0);
}

/* ---- Registers ---- */

static int as_they_were(void *context, unsigned index, FILE *out)
{
    const struct timed *timed = context;
    (void)index;
    unsigned failures = 0;
    struct cp_rig *rig = cp_rig_new(&timed->spec);
    cp_rig_run(rig, CP_RIG_NS(40000));
    for (uint32_t i = 0; i < DRAW_COUNT; i++)
        EXPECT(draw_ring_is_number(rig, i, 0.5F));
    EXPECT(cp_rig_word(rig, DRAW_MARK) == 1 && rig->pipe.draws_done == 1);
    for (unsigned i = 0; i < PIPE_ERRORS; i++)
        EXPECT(rig->pipe.report[i].count == 0);
    return failures != 0;
}

/* All that a draw looks at is overwritten right behind it, when it has not even arrived. */
static void registers_are_as_they_were(void)
{
    static struct draw_ring ring;
    static struct timed t;
    ring = draw_ring_of(draw_ring_numbers);
    draw_ring_draw(&ring, DRAW_POINTS | DRAW_AUTO | DRAW_COUNT << 16);
    PUT(&ring, CP_TYPE0(XENOS_SQ_CONSTANT, 12), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    PUT(&ring, CP_TYPE0(XENOS_VGT_MAX_VTX_INDX, 3), 1, 1, 1, CP_TYPE0(XENOS_SQ_VS_CONST, 1), 0);
    draw_ring_program(&ring, draw_ring_endless);
    draw_ring_mark(&ring, 1);
    t = (struct timed){.spec = draw_ring_spec(&ring)};
    t.spec.ways.pipe_draw = 100;
    CU_ASSERT(in_all_schedules(as_they_were, &t) == 0);
}

/* ---- What is wrong ---- */

static int wrong(void *context, unsigned index, FILE *out)
{
    const struct timed *timed = context;
    (void)index;
    unsigned failures = 0;
    struct cp_rig *rig = cp_rig_new(&timed->spec);
    cp_rig_run(rig, CP_RIG_NS(60000));
    const struct pipe_report *report = rig->pipe.report;
    EXPECT(rig->pipe.draws_done == 5 && rig->pipe.vertices == 2);
    EXPECT(report[PIPE_ERROR_PRIMITIVE].count == 1 && report[PIPE_ERROR_PRIMITIVE].draw == 3);
    EXPECT(report[PIPE_ERROR_PROGRAM].count == 1 && report[PIPE_ERROR_PROGRAM].draw == 2);
    EXPECT(report[PIPE_ERROR_SHADER].count == 1 && report[PIPE_ERROR_SHADER].draw == 1);
    EXPECT(write_time(rig, DRAW_MARK) != 0 && write_time(rig, DRAW_RESULTS) > write_time(rig, DRAW_MARK));
    for (uint32_t i = 0; i < rig->host.writes; i++)
        EXPECT(rig->host.write[i].time >= write_time(rig, DRAW_MARK) || rig->host.write[i].address < DRAW_RESULTS);
    EXPECT(draw_ring_is_number(rig, 1, 0.5F) && cp_rig_word(rig, DRAW_RESULTS + 16 * 2) == 0);
    return failures != 0;
}

static void what_is_wrong_does_nothing(void)
{
    static struct draw_ring ring;
    static struct timed t;
    static const uint32_t nothing[12];
    ring = draw_ring_of(draw_ring_numbers);
    draw_ring_draw(&ring, DRAW_POINTS | DRAW_AUTO); /* no vertices */
    draw_ring_program(&ring, draw_ring_endless);
    draw_ring_draw(&ring, DRAW_POINTS | DRAW_AUTO | 2 << 16);
    PUT(&ring, CP_TYPE3(IM_LOAD_IMMEDIATE, 14), 0, 12);
    draw_ring_put(&ring, nothing, 12);
    draw_ring_draw(&ring, DRAW_POINTS | DRAW_AUTO | 2 << 16);
    draw_ring_program(&ring, draw_ring_numbers);
    draw_ring_draw(&ring, 9 | DRAW_AUTO | 2 << 16); /* no primitive */
    PUT(&ring, CP_TYPE3(WAIT_FOR_IDLE, 1), 0);
    draw_ring_mark(&ring, 1);
    draw_ring_draw(&ring, DRAW_POINTS | DRAW_AUTO | 2 << 16);
    t = (struct timed){.spec = draw_ring_spec(&ring)};
    CU_ASSERT(in_all_schedules(wrong, &t) == 0);
}

static int missing(void *context, unsigned index, FILE *out)
{
    const struct timed *timed = context;
    (void)index;
    unsigned failures = 0;
    struct cp_rig *rig = cp_rig_new(&timed->spec);
    cp_rig_run(rig, CP_RIG_NS(40000));
    EXPECT(cp_rig_word(rig, DRAW_MARK) == 1 && rig->cp.draws == 3 && rig->pipe.draws_done == 2 &&
           rig->pipe.vertices == 6);
    for (uint32_t i = 0; i < 4; i++)
        EXPECT(draw_ring_is_number(rig, i, 0.5F));
    EXPECT(draw_ring_is_number(rig, 7, 0.5F) && draw_ring_is_number(rig, 9, 0.5F) &&
           cp_rig_word(rig, DRAW_RESULTS + 16 * 5) == 0);
    return failures != 0;
}

/* A draw whose indices do not all come is none, and nobody waits for it; indices that come too late are no one's. */
static void indices_that_never_come(void)
{
    static struct draw_ring ring;
    static struct timed t;
    ring = draw_ring_of(draw_ring_numbers);
    PUT(&ring, CP_TYPE0(XENOS_VGT_DRAW_INITIATOR, 1), DRAW_POINTS | DRAW_IMMEDIATE | 6 << 16,
        CP_TYPE0(XENOS_VGT_IMMED_DATA, 1), 5);
    PUT(&ring, CP_TYPE3(WAIT_FOR_IDLE, 1), 0);
    draw_ring_mark(&ring, 1);
    draw_ring_draw(&ring, DRAW_POINTS | DRAW_AUTO | 4 << 16);
    PUT(&ring, CP_TYPE0_ONE(XENOS_VGT_IMMED_DATA, 2), 5, 5);
    PUT(&ring, CP_TYPE3(DRAW_INDX_2, 2), DRAW_POINTS | DRAW_IMMEDIATE | 2 << 16, 9 << 16 | 7);
    t = (struct timed){.spec = draw_ring_spec(&ring)};
    CU_ASSERT(in_all_schedules(missing, &t) == 0);
}

void test_pipe(void)
{
    CU_pSuite suite = CU_add_suite("xenos/pipe", NULL, NULL);
    CU_ADD_TEST(suite, a_draw_takes_what_the_rules_say);
    CU_ADD_TEST(suite, what_follows_waits);
    CU_ADD_TEST(suite, status_says_busy);
    CU_ADD_TEST(suite, draws_queue_up);
    CU_ADD_TEST(suite, contexts_run_out);
    CU_ADD_TEST(suite, a_packet_full_of_draws);
    CU_ADD_TEST(suite, registers_are_as_they_were);
    CU_ADD_TEST(suite, what_is_wrong_does_nothing);
    CU_ADD_TEST(suite, indices_that_never_come);
}
