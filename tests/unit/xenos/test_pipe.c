/* Draws from their packets to what they write to memory: what comes of them and when, worked out here by the rules of
 * docs/shader-timing.md; who waits for them; and saves in the middle. */
#include "models/sim/child.h"
#include "models/xenos/pipe/pipe_parts.h"
#include "models/xenos/shader/opencl/opencl.h"
#include "models/xenos/shader/program.h"
#include "tests/support/cp_rig.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <string.h>

enum {
    R = CP_RIG_RESULT, /* a stream of elements of four floats */
    ELEMENTS = 1024,
    STAMP = R + 16 * ELEMENTS,
    MARK = STAMP + 4,
    INDICES = CP_RIG_BUFFER,
    VERTICES = CP_RIG_BUFFER + 0x200,
};
enum { POINTS = 1, BY_DMA = 0 << 6, IMMEDIATE = 1 << 6, AUTO = 2 << 6, FLUSH = 0x14 };
enum { COUNT = 36, LINES = (16 * COUNT + SIM_LINE - 1) / SIM_LINE };

static const char numbers[] = "xvs_3_0\nalloc position\nexec\nmov oPos, r0.xxxx\n"
                              "alloc export\nexece\nmad eA, r0.xxxx, c1, c0\nmul eM0, r0.xxxx, c2\n";
static const char endless[] = "xvs_3_0\nlabel again\nexec\nadd r0, r0, r0\njmp again\nexece\n";
static const char fetches[] = "xvs_3_0\nexec\n"
                              "vfetch_full r1, r0.x, vf0, DataFormat=FMT_32_32_32_32_FLOAT, Stride=4\n"
                              "alloc position\nexec\nserialize\nmov oPos, r1\n"
                              "alloc export\nexece\nmad eA, r0.xxxx, c1, c0\nmul eM0, r1, c2\n";

static uint32_t bits(float number)
{
    uint32_t word;
    memcpy(&word, &number, sizeof word);
    return word;
}

struct ring {
    uint32_t word[1000], count;
};

static void put(struct ring *ring, const uint32_t *word, uint32_t count)
{
    if (ring->count + count > sizeof ring->word / sizeof *ring->word)
        exit(71);
    memcpy(ring->word + ring->count, word, count * sizeof *word);
    ring->count += count;
}

#define PUT(ring, ...) put(ring, (const uint32_t[]){__VA_ARGS__}, sizeof((const uint32_t[]){__VA_ARGS__}) / 4)

static struct xenos_program assembled(const char *text)
{
    struct xenos_program program = {0};
    struct sim_error error;
    if (xenos_program_assemble(&program, "a test", text, strlen(text), &error) == SIM_OK)
        return program;
    fprintf(stderr, "%s\n", error.text);
    exit(70);
}

static void put_program(struct ring *ring, const char *text)
{
    struct xenos_program program = assembled(text);
    uint32_t words = 3 * program.slots;
    PUT(ring, CP_TYPE3(IM_LOAD_IMMEDIATE, words + 2), 0, words);
    put(ring, program.slot->word, words);
    xenos_program_free(&program);
}

static void put_constant(struct ring *ring, uint32_t n, float x, float y, float z, float w)
{
    PUT(ring, CP_TYPE0(XENOS_SQ_CONSTANT + 4 * n, 4), bits(x), bits(y), bits(z), bits(w));
}

static void put_draw(struct ring *ring, uint32_t initiator)
{
    PUT(ring, CP_TYPE3(DRAW_INDX_2, 1), initiator);
}

static void put_mark(struct ring *ring, uint32_t value)
{
    PUT(ring, CP_TYPE3(MEM_WRITE, 2), MARK | 2, value);
}

/* c0: the stream; c1: what an element's number is multiplied with; c2: factors. */
static struct ring ring_of(const char *text)
{
    struct ring ring = {.count = 0};
    PUT(&ring, CP_TYPE0(XENOS_SQ_VS_CONST, 1), 255 << 12, CP_TYPE0(XENOS_SQ_PROGRAM_CNTL, 1), 3);
    PUT(&ring, CP_TYPE0(XENOS_VGT_MAX_VTX_INDX, 4), 0xFFFFFF, 0, 0, 0xFFFF);
    PUT(&ring, CP_TYPE0(XENOS_SQ_CONSTANT, 4), 0x40000000 | R >> 2, 0x4B000000, 0x4B072602, 0x4B000000 | ELEMENTS);
    put_constant(&ring, 1, 0, 1, 0, 0);
    put_constant(&ring, 2, 1, 0.5F, -1, 4096);
    PUT(&ring, CP_TYPE0(XENOS_SQ_FETCH, 2), VERTICES | 3, 400 << 2 | 2);
    put_program(&ring, text);
    return ring;
}

static struct cp_rig_spec spec_of(const struct ring *ring)
{
    return (struct cp_rig_spec){.ring = ring->word,
                                .words = ring->count,
                                .timing = cp_timing_default(),
                                .pipe = true,
                                .ways = cp_rig_ways_default(),
                                .array = xenos_array_timing_default(),
                                .latency = 40};
}

/* Element n is what `numbers` makes of vertex n. */
static bool is_number(const struct cp_rig *rig, uint32_t n, float factor)
{
    float number = (float)n;
    return cp_rig_word(rig, R + 16 * n) == bits(number) && cp_rig_word(rig, R + 16 * n + 4) == bits(number * factor);
}

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
    uint64_t assembled = hand.store + count * larger(array->array_pa_vertex, array->array_pa_primitive);
    hand.done = answered(rig, assembled) + ways->pipe_done;
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
    struct by_hand hand = by_hand(rig, sent, COUNT, timed->fetched);
    for (uint32_t i = 0; i < COUNT; i++)
        EXPECT(is_number(rig, i, 0.5F) && cp_rig_word(rig, R + 16 * i + 12) == bits((float)i * 4096));
    EXPECT(cp_rig_word(rig, R + 16 * COUNT) == 0 && rig->pipe.draws_done == 1 && rig->pipe.vertices == COUNT);
    for (uint32_t i = 0; i < LINES; i++)
        EXPECT(write_time(rig, R + SIM_LINE * i) ==
               at_memory(rig, hand.store + i, rig->pipe.config.timing.pipe_memory_request));
    uint64_t stamp = larger(hand.through, BEGUN(EVENT_WRITE_SHD, 0) + timing->cp_pipe_flush);
    EXPECT(write_time(rig, STAMP) == at_memory(rig, stamp, 4) && cp_rig_word(rig, STAMP) == 0x1234);
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

static void put_stamp(struct ring *ring)
{
    PUT(ring, CP_TYPE3(EVENT_WRITE_SHD, 3), FLUSH, STAMP | 2, 0x1234);
}

static void put_fetched_draw(struct ring *ring)
{
    PUT(ring, CP_TYPE3(DRAW_INDX, 4), 0, POINTS | BY_DMA | COUNT << 16, INDICES, 1U << 30 | COUNT); /* 8 in 16 */
}

/* Indices 0, 1, 2, ..., of 16 bits; and from 0x200 on vertices. */
static const uint32_t *buffer_of_indices(void)
{
    static uint32_t buffer[0x280];
    for (uint32_t i = 0; i < COUNT / 2; i++)
        buffer[i] = (2 * i) << 16 | (2 * i + 1);
    for (uint32_t i = 0x80; i < 0x280; i++)
        buffer[i] = bits((float)i);
    return buffer;
}

static void a_draw_takes_what_the_rules_say(void)
{
    static struct timed t[2];
    static struct ring ring[2];
    for (unsigned fetched = 0; fetched < 2; fetched++) {
        ring[fetched] = ring_of(numbers);
        if (fetched)
            put_fetched_draw(&ring[1]);
        else
            put_draw(&ring[0], POINTS | AUTO | COUNT << 16);
        put_stamp(&ring[fetched]);
        for (unsigned i = 0; i < sizeof changes / sizeof *changes; i++) {
            t[fetched] = (struct timed){.spec = spec_of(&ring[fetched]), .fetched = fetched};
            t[fetched].spec.buffer = buffer_of_indices();
            t[fetched].spec.buffer_words = 0x280;
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
    EXPECT(cp_rig_word(rig, STAMP) == 0x83000000 && cp_rig_word(rig, STAMP + 8) == 0x03000000);
    EXPECT(BEGUN(REG_TO_MEM, 0) < hand.done && BEGUN(REG_TO_MEM, 1) >= rig->cp.coher_done[CP_COHER_HOST]);
    return failures != 0;
}

static void what_follows_waits(void)
{
    static struct ring ring;
    static struct timed t;
    const uint32_t draw = POINTS | AUTO | 8 << 16;
    ring = ring_of(numbers);
    put_draw(&ring, draw);
    PUT(&ring, CP_TYPE3(WAIT_FOR_IDLE, 1), 0);
    put_mark(&ring, 1);
    put_draw(&ring, draw);
    PUT(&ring, CP_TYPE0(XENOS_WAIT_UNTIL, 1), 0x20000);
    put_mark(&ring, 2);
    put_draw(&ring, draw);
    PUT(&ring, CP_TYPE0(XENOS_COHER_STATUS_HOST, 1), 0x03000000, CP_TYPE0(XENOS_COHER_SIZE_HOST, 2), 0x20000000, 0);
    PUT(&ring, CP_TYPE3(REG_TO_MEM, 2), XENOS_COHER_STATUS_HOST, STAMP | 2);
    PUT(&ring, CP_TYPE3(WAIT_REG_MEM, 5), 3, XENOS_COHER_STATUS_HOST, 0, 0x80000000, 1);
    PUT(&ring, CP_TYPE3(REG_TO_MEM, 2), XENOS_COHER_STATUS_HOST, (STAMP + 8) | 2);
    t = (struct timed){.spec = spec_of(&ring)};
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
    static struct ring ring;
    static struct cp_rig_step script[CP_RIG_START + 2];
    static struct timed t;
    ring = ring_of(numbers);
    put_draw(&ring, POINTS | AUTO | 8 << 16);
    cp_rig_start(script, ring.count, CP_RIG_RING_LOG | 6 << 8 | 2 << 16);
    script[CP_RIG_START] = (struct cp_rig_step){CP_RIG_NS(6000), CP_RIG_READ, XENOS_RBBM_STATUS, 0};
    script[CP_RIG_START + 1] = (struct cp_rig_step){CP_RIG_NS(30000), CP_RIG_READ, XENOS_RBBM_STATUS, 0};
    t = (struct timed){.spec = spec_of(&ring)};
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
    for (uint32_t i = 0; i < 24 * 8 && timed->fetched; i++)
        EXPECT(is_number(rig, i, (float)(i / 8)));
    uint64_t done = heard.packet[heard_at(&heard, CP_OP_DRAW_INDX_2, 8)].done / sim_clock_edge(&rig->gpu, 1);
    if (timed->fetched)
        EXPECT(done == hand.through + timing->cp_me_roll + timing->cp_me_packet + timing->cp_me_draw);
    else
        EXPECT(BEGUN(DRAW_INDX_2, 8) == hand.done);
    return failures != 0;
}

static void draws_queue_up(void)
{
    static struct ring ring[2];
    static struct timed t[2];
    for (unsigned own = 0; own < 2; own++) {
        ring[own] = ring_of(numbers);
        for (uint32_t i = 0; i < 24; i++) {
            if (own) { /* constants that the draw before must not see */
                put_constant(&ring[own], 2, 1, (float)i, 0, 0);
                PUT(&ring[own], CP_TYPE0(XENOS_VGT_INDX_OFFSET, 1), 8 * i);
            }
            put_draw(&ring[own], POINTS | AUTO | 8 << 16);
        }
        t[own] = (struct timed){.spec = spec_of(&ring[own]), .fetched = own}; /* here: has its own registers */
        t[own].spec.latency = 900;
        CU_ASSERT(in_all_schedules(queued, &t[own]) == 0);
    }
}

static int crowded(void *context, unsigned index, FILE *out)
{
    const struct timed *timed = context;
    (void)index;
    unsigned failures = 0, marks = 0;
    struct cp_rig *rig = cp_rig_new(&timed->spec);
    cp_rig_run(rig, CP_RIG_NS(100000));
    for (uint32_t i = 0; i < rig->host.writes; i++)
        marks += rig->host.write[i].address == R;
    EXPECT(rig->cp.draws == 71 && rig->pipe.draws_done == 71 && rig->pipe.vertices == 71 * 4 && marks == 71);
    EXPECT(cp_rig_word(rig, MARK) == 1 && write_time(rig, MARK) != 0);
    return failures != 0;
}

/* Seven draws, and packets of one register that have one in each word. */
static void a_packet_full_of_draws(void)
{
    static struct ring ring;
    static struct timed t;
    const uint32_t draw = POINTS | AUTO | 4 << 16;
    ring = ring_of(numbers);
    for (unsigned i = 0; i < 7; i++)
        put_draw(&ring, draw);
    for (unsigned i = 0; i < 2; i++) {
        const unsigned words = 32;
        PUT(&ring, CP_TYPE0_ONE(XENOS_VGT_DRAW_INITIATOR, words));
        for (unsigned k = 0; k < words; k++)
            PUT(&ring, draw);
    }
    put_mark(&ring, 1);
    t = (struct timed){.spec = spec_of(&ring)};
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
    for (uint32_t i = 0; i < COUNT; i++)
        EXPECT(is_number(rig, i, 0.5F));
    EXPECT(cp_rig_word(rig, MARK) == 1 && rig->pipe.draws_done == 1);
    for (unsigned i = 0; i < PIPE_ERRORS; i++)
        EXPECT(rig->pipe.report[i].count == 0);
    return failures != 0;
}

/* All that a draw looks at is overwritten right behind it, when it has not even arrived. */
static void registers_are_as_they_were(void)
{
    static struct ring ring;
    static struct timed t;
    ring = ring_of(numbers);
    put_draw(&ring, POINTS | AUTO | COUNT << 16);
    PUT(&ring, CP_TYPE0(XENOS_SQ_CONSTANT, 12), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    PUT(&ring, CP_TYPE0(XENOS_VGT_MAX_VTX_INDX, 3), 1, 1, 1, CP_TYPE0(XENOS_SQ_VS_CONST, 1), 0);
    put_program(&ring, endless);
    put_mark(&ring, 1);
    t = (struct timed){.spec = spec_of(&ring)};
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
    EXPECT(write_time(rig, MARK) != 0 && write_time(rig, R) > write_time(rig, MARK));
    for (uint32_t i = 0; i < rig->host.writes; i++)
        EXPECT(rig->host.write[i].time >= write_time(rig, MARK) || rig->host.write[i].address < R);
    EXPECT(is_number(rig, 1, 0.5F) && cp_rig_word(rig, R + 16 * 2) == 0);
    return failures != 0;
}

static void what_is_wrong_does_nothing(void)
{
    static struct ring ring;
    static struct timed t;
    static const uint32_t nothing[12];
    ring = ring_of(numbers);
    put_draw(&ring, POINTS | AUTO); /* no vertices */
    put_program(&ring, endless);
    put_draw(&ring, POINTS | AUTO | 2 << 16);
    PUT(&ring, CP_TYPE3(IM_LOAD_IMMEDIATE, 14), 0, 12);
    put(&ring, nothing, 12);
    put_draw(&ring, POINTS | AUTO | 2 << 16);
    put_program(&ring, numbers);
    put_draw(&ring, 9 | AUTO | 2 << 16); /* no primitive */
    PUT(&ring, CP_TYPE3(WAIT_FOR_IDLE, 1), 0);
    put_mark(&ring, 1);
    put_draw(&ring, POINTS | AUTO | 2 << 16);
    t = (struct timed){.spec = spec_of(&ring)};
    CU_ASSERT(in_all_schedules(wrong, &t) == 0);
}

static int missing(void *context, unsigned index, FILE *out)
{
    const struct timed *timed = context;
    (void)index;
    unsigned failures = 0;
    struct cp_rig *rig = cp_rig_new(&timed->spec);
    cp_rig_run(rig, CP_RIG_NS(40000));
    EXPECT(cp_rig_word(rig, MARK) == 1 && rig->cp.draws == 3 && rig->pipe.draws_done == 2 && rig->pipe.vertices == 6);
    for (uint32_t i = 0; i < 4; i++)
        EXPECT(is_number(rig, i, 0.5F));
    EXPECT(is_number(rig, 7, 0.5F) && is_number(rig, 9, 0.5F) && cp_rig_word(rig, R + 16 * 5) == 0);
    return failures != 0;
}

/* A draw whose indices do not all come is none, and nobody waits for it; indices that come too late are no one's. */
static void indices_that_never_come(void)
{
    static struct ring ring;
    static struct timed t;
    ring = ring_of(numbers);
    PUT(&ring, CP_TYPE0(XENOS_VGT_DRAW_INITIATOR, 1), POINTS | IMMEDIATE | 6 << 16, CP_TYPE0(XENOS_VGT_IMMED_DATA, 1),
        5);
    PUT(&ring, CP_TYPE3(WAIT_FOR_IDLE, 1), 0);
    put_mark(&ring, 1);
    put_draw(&ring, POINTS | AUTO | 4 << 16);
    PUT(&ring, CP_TYPE0_ONE(XENOS_VGT_IMMED_DATA, 2), 5, 5);
    PUT(&ring, CP_TYPE3(DRAW_INDX_2, 2), POINTS | IMMEDIATE | 2 << 16, 9 << 16 | 7);
    t = (struct timed){.spec = spec_of(&ring)};
    CU_ASSERT(in_all_schedules(missing, &t) == 0);
}

/* ---- Saves ---- */

/* Something of everything: indices and vertices from memory, draws that wait, events, stamps. */
static const struct cp_rig_spec *all_kinds(void)
{
    static struct ring ring;
    static struct cp_rig_spec spec;
    ring = ring_of(numbers);
    for (uint32_t i = 0; i < 5; i++) {
        PUT(&ring, CP_TYPE0(XENOS_VGT_INDX_OFFSET, 1), 70 * i);
        put_draw(&ring, POINTS | AUTO | 70 << 16);
    }
    PUT(&ring, CP_TYPE0(XENOS_VGT_INDX_OFFSET, 1), 0);
    put_program(&ring, fetches);
    put_fetched_draw(&ring);
    put_stamp(&ring);
    put_fetched_draw(&ring);
    PUT(&ring, CP_TYPE3(WAIT_FOR_IDLE, 1), 0);
    put_mark(&ring, 1);
    spec = spec_of(&ring);
    spec.buffer = buffer_of_indices();
    spec.buffer_words = 0x280;
    spec.array.array_draws = 2;
    spec.latency = 100;
    return &spec;
}

#define ALL_KINDS_END CP_RIG_NS(12000)

enum { ON_ITS_WAY, WAITS, BEGUN_ONLY, IN_THREADS, STORES_LEFT, LINES_AWAY, INDICES_AWAY, AT_FENCE, STATES };

static bool is_in(const struct cp_rig *rig, unsigned state)
{
    const struct pipe *pipe = &rig->pipe;
    uint32_t draws = pipe->array.draws, vectors = pipe->array.vectors;
    switch (state) {
    case ON_ITS_WAY:
        return rig->cp.draws_sent > pipe->draws_done + pipe->count;
    case WAITS:
        return pipe->count > pipe->begun;
    case BEGUN_ONLY:
        return draws != 0 && vectors == 0;
    case IN_THREADS:
        return vectors > 1 && pipe->array.exports == 0;
    case STORES_LEFT:
        return pipe->array.exports != 0 && pipe->array.export[pipe->array.export_first].next != 0;
    case LINES_AWAY:
        return pipe->array.misses != 0;
    case INDICES_AWAY:
        return pipe->array.index.count != 0;
    default:
        return pipe->begun != 0 && pipe_draw_at(pipe, 0)->phase == PIPE_FENCED;
    }
}

/* When each state is first seen, 0 where never. */
static int find_states(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    sim_time found[STATES] = {0};
    struct cp_rig *rig = cp_rig_new(all_kinds());
    for (sim_time t = CP_RIG_NS(10); t < ALL_KINDS_END; t += CP_RIG_NS(10)) {
        cp_rig_run(rig, t);
        for (unsigned i = 0; i < STATES; i++)
            if (found[i] == 0 && is_in(rig, i))
                found[i] = t;
    }
    fwrite(found, sizeof *found, STATES, out);
    return 0;
}

static void states_found(void *context, unsigned index, const struct sim_child *child)
{
    (void)index;
    if (child->exit_status == 0 && child->size == STATES * sizeof(sim_time))
        memcpy(context, child->output, child->size);
}

static void saves_and_schedules(void)
{
    sim_time save[STATES + 12] = {0};
    uint8_t whole[SIM_DIGEST_SIZE], other[SIM_DIGEST_SIZE];
    struct sim_error error;
    struct cp_rig_spec spec = *all_kinds();
    CU_ASSERT(sim_children_run(1, 1, find_states, states_found, save, &error) == SIM_OK);
    for (unsigned i = 0; i < STATES; i++)
        CU_ASSERT(save[i] != 0);
    for (unsigned i = 0; i < 12; i++)
        save[STATES + i] = CP_RIG_NS(900) * (i + 1) + 12345 * i;
    CU_ASSERT(cp_rig_digest(&spec, ALL_KINDS_END, 0, whole));
    for (unsigned i = 0; i < STATES + 12; i++)
        CU_ASSERT(cp_rig_digest(&spec, ALL_KINDS_END, save[i], other) && memcmp(whole, other, sizeof whole) == 0);
    for (spec.schedule = SIM_LOCKSTEP; spec.schedule <= SIM_PARALLEL; spec.schedule++)
        CU_ASSERT(cp_rig_digest(&spec, ALL_KINDS_END, 0, other) && memcmp(whole, other, sizeof whole) == 0);
}

/* A save that ends too early is refused; one that has been changed too, or the machine runs on. */
static int meddled(void *context, unsigned index, FILE *out)
{
    (void)index;
    unsigned failures = 0;
    uint64_t state = *(uint64_t *)context;
    struct cp_rig *rig = cp_rig_new(all_kinds());
    cp_rig_run(rig, CP_RIG_NS(1500) + rig_random(&state) % CP_RIG_NS(7000));
    struct sim_component *self = &rig->pipe.component;
    struct sim_writer writer = {0};
    self->type->save(self, &writer);
    uint8_t *bytes = malloc(writer.size);
    for (unsigned i = 0; i < 40 && bytes; i++) {
        size_t size = rig_random(&state) % writer.size;
        memcpy(bytes, writer.bytes, size);
        struct sim_reader reader = {.bytes = bytes, .size = size};
        self->type->load(self, &reader);
        EXPECT(reader.failed);
    }
    for (unsigned tries = 0; tries < 200 && bytes; tries++) {
        memcpy(bytes, writer.bytes, writer.size);
        for (unsigned i = 0; i <= tries % 3; i++)
            bytes[rig_random(&state) % (tries % 2 ? writer.size : 200)] =
                (uint8_t)(rig_random(&state) >> (rig_random(&state) % 7 + 8));
        struct sim_reader reader = {.bytes = bytes, .size = writer.size};
        self->type->load(self, &reader);
        if (!reader.failed) {
            cp_rig_run(rig, sim_machine_time(rig->machine) + CP_RIG_NS(5000));
            break;
        }
    }
    free(bytes);
    sim_writer_free(&writer);
    return failures != 0;
}

static void meddled_saves(void)
{
    for (uint64_t seed = 1; seed <= 60; seed++)
        CU_ASSERT(rig_child(meddled, &seed));
}

/* ---- Who runs shaders ---- */

#ifdef CYCLE360_HAS_OPENCL
static void read_places(void *self, uint32_t address, void *bytes, size_t size)
{
    (void)self;
    for (size_t i = 0; i < size; i++)
        ((uint8_t *)bytes)[i] = (uint8_t)((address + i) * 37 >> ((address + i) & 3) & 0x47);
}

static const struct xenos_backend *the_device(void *self)
{
    return self;
}

static void save_draw(struct sim_writer *writer, const struct cp *commands, const struct xenos_backend *backend)
{
    static struct sim_clock clock;
    static struct pipe pipe;
    struct sim_error error;
    CU_ASSERT(sim_clock_init(&clock, "gpu", 500000000, 1, 0, 1, &error) == SIM_OK);
    const struct pipe_config config = {.clock = &clock,
                                       .array = xenos_array_timing_default(),
                                       .commands = commands,
                                       .memory_size = CP_RIG_MEMORY,
                                       .self = (void *)backend,
                                       .read = read_places,
                                       .backend = backend ? the_device : NULL};
    pipe_init(&pipe, "pipe", SIM_PRIORITY_PIPE, &config);
    CU_ASSERT(pipe_bind(&pipe, &pipe.draw[0], &error) == SIM_OK);
    CU_ASSERT(pipe.draw[0].work.trace.stores != 0);
    pipe.count = 1;
    pipe_save(&pipe.component, writer);
    pipe_free(&pipe);
}
#endif

/* What a draw has to do is the same, to the last byte, where a device has run its shader. */
static void a_device_changes_nothing(void)
{
#ifdef CYCLE360_HAS_OPENCL
    static struct xenos_opencl_device device[XENOS_OPENCL_DEVICES];
    static struct cp commands;
    struct xenos_opencl *opencl;
    struct sim_error error;
    if (xenos_opencl_devices(device) == 0)
        return;
    CU_ASSERT(xenos_opencl_open(&opencl, -1, NULL, &error) == SIM_OK);
    const struct xenos_backend backend = xenos_opencl_backend(opencl);
    const uint32_t stream[12] = {
        0x40000000 | R >> 2, 0x4B000000, 0x4B072602, 0x4B000000 | ELEMENTS, 0, bits(1), 0, 0, bits(1),
        bits(0.5F),          bits(-1),   bits(4096)};
    memcpy(&commands.reg[XENOS_SQ_CONSTANT], stream, sizeof stream);
    commands.reg[XENOS_SQ_FETCH] = VERTICES | 3;
    commands.reg[XENOS_SQ_FETCH + 1] = 400 << 2 | 2;
    commands.reg[XENOS_SQ_VS_CONST] = 255 << 12;
    commands.reg[XENOS_SQ_PROGRAM_CNTL] = 3;
    commands.reg[XENOS_VGT_MAX_VTX_INDX] = 0xFFFFFF;
    commands.reg[XENOS_VGT_DRAW_INITIATOR] = POINTS | AUTO | 200U << 16;
    for (unsigned i = 0; i < 2; i++) {
        struct sim_writer by_hand_of = {0}, by_device = {0};
        struct xenos_program program = assembled(i ? fetches : numbers);
        memcpy(commands.store[0], program.slot, program.slots * sizeof *program.slot);
        save_draw(&by_hand_of, &commands, NULL);
        save_draw(&by_device, &commands, &backend);
        CU_ASSERT(by_hand_of.size == by_device.size && memcmp(by_hand_of.bytes, by_device.bytes, by_device.size) == 0);
        xenos_program_free(&program);
        sim_writer_free(&by_hand_of);
        sim_writer_free(&by_device);
    }
    xenos_opencl_close(opencl);
#endif
}

void test_pipe(void)
{
    CU_pSuite suite = CU_add_suite("xenos/pipe", NULL, NULL);
    CU_ADD_TEST(suite, a_draw_takes_what_the_rules_say);
    CU_ADD_TEST(suite, what_follows_waits);
    CU_ADD_TEST(suite, status_says_busy);
    CU_ADD_TEST(suite, draws_queue_up);
    CU_ADD_TEST(suite, a_packet_full_of_draws);
    CU_ADD_TEST(suite, registers_are_as_they_were);
    CU_ADD_TEST(suite, what_is_wrong_does_nothing);
    CU_ADD_TEST(suite, indices_that_never_come);
    CU_ADD_TEST(suite, saves_and_schedules);
    CU_ADD_TEST(suite, meddled_saves);
    CU_ADD_TEST(suite, a_device_changes_nothing);
}
