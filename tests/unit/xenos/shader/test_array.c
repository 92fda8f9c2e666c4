/* The shader array: what draws take by the formulas of docs/shader-timing.md. */
#include "tests/unit/suites.h"
#include "tests/unit/xenos/shader/array_rig.h"

#include <CUnit/CUnit.h>

enum { LINE = XENOS_ARRAY_LINE, VECTORS = 60 };

static struct array_plan plan;
static struct array_log result;

static void start(void)
{
    array_plan_init(&plan);
}

static void run(enum array_way way)
{
    array_run(&plan, way, &result);
    CU_ASSERT_FALSE(result.stuck);
}

static void over(void)
{
    array_log_free(&result);
    array_plan_free(&plan);
}

/* When the last work is done. */
static uint64_t clocks(void)
{
    run(ARRAY_SKIPS);
    uint64_t edge = array_done(&result, plan.works - 1);
    over();
    return edge;
}

/* From the beginning of a draw to its only vector's first instruction, and from its end to the end of the draw. */
static uint64_t frame(const struct xenos_array_timing *t, uint64_t lanes)
{
    return t->array_draw + lanes * t->array_vgt_indices + t->array_thread + lanes * t->array_pa_vertex;
}

/* ---- One vector ---- */

static void dependent_instructions(void)
{
    static const uint32_t count[] = {1, 2, 5, 36, 1000};
    for (size_t i = 0; i < sizeof count / sizeof *count; i++) {
        start();
        struct xenos_work *work = array_plan_draw(&plan, 4);
        array_vector(work, 64, 0);
        array_op(work, XENOS_OP_ALU, 0, count[i]);
        array_op(work, XENOS_OP_END, 0, 0);
        uint64_t expected = frame(&plan.timing, 64) + count[i] * plan.timing.array_alu_latency;
        CU_ASSERT_EQUAL(clocks(), expected);
    }
}

/* The shader of the examples in docs/shader-timing.md. */
static void example(struct xenos_work *work, uint8_t lanes, uint32_t address, uint32_t lines)
{
    array_vector(work, lanes, lanes / 3);
    array_op(work, XENOS_OP_CF, 0, 1);
    for (unsigned i = 0; i < 3; i++)
        array_vertex_fetch(work, address, LINE, lines);
    array_op(work, XENOS_OP_WAIT, 0, 0);
    array_op(work, XENOS_OP_CF, 0, 2);
    array_op(work, XENOS_OP_ALLOC, XENOS_ALLOC_POSITION, 0);
    array_op(work, XENOS_OP_ALU, 0, 6);
    array_op(work, XENOS_OP_CF, 0, 2);
    array_op(work, XENOS_OP_ALLOC, XENOS_ALLOC_INTERPOLATORS, 0);
    array_op(work, XENOS_OP_ALU, 0, 2);
    array_op(work, XENOS_OP_END, 0, 0);
}

static void draws_worked_by_hand(void)
{
    start();
    example(array_plan_draw(&plan, 4), 36, 0x1000, 9);
    CU_ASSERT_EQUAL(clocks(), 282);
    start();
    struct xenos_work *work = array_plan_draw(&plan, 4);
    for (uint32_t i = 0; i < 1000; i++)
        example(work, 64, i * 16 * LINE, 16);
    uint64_t large = clocks();
    CU_ASSERT(large >= 64000 && large < 64000 + 400);
}

static void signals_say_what_is_under_way(void)
{
    start();
    struct xenos_array array;
    struct xenos_array_signals signals;
    struct xenos_work *work = array_plan_draw(&plan, 4);
    array_vector(work, 10, 0);
    array_op(work, XENOS_OP_ALLOC, XENOS_ALLOC_POSITION, 0);
    array_op(work, XENOS_OP_ALU, 0, 2);
    work->indices += 20;
    xenos_array_init(&array, &(struct xenos_array_config){.timing = plan.timing});
    xenos_array_look(&array, 0, &signals);
    CU_ASSERT(xenos_array_idle(&array) && signals.draws == 0 && !signals.vgt && !signals.simd[0]);
    xenos_array_begin(&array, work, 0);
    xenos_array_run(&array, 0);
    /* the VGT's time, ten indices, and the thread's: the first pair */
    uint64_t edge = 0, pair = plan.timing.array_draw + 10 + plan.timing.array_thread;
    for (; edge < pair; edge = xenos_array_next(&array))
        xenos_array_run(&array, edge);
    CU_ASSERT_EQUAL(edge, pair);
    xenos_array_run(&array, edge);
    xenos_array_look(&array, edge, &signals);
    CU_ASSERT(signals.draws == 1 && signals.vectors == 1 && signals.threads[0] == 1 && signals.threads[1] == 0);
    CU_ASSERT(signals.vgt && signals.simd[0] && !signals.simd[1] && !signals.vertex && !signals.assembly);
    CU_ASSERT(signals.indices_left == 20 && signals.held[XENOS_ALLOC_POSITION] == 1);
    xenos_array_look(&array, edge + plan.timing.array_alu, &signals);
    CU_ASSERT_FALSE(signals.simd[0]);
    over();
}

static void a_draw_of_nothing(void)
{
    start();
    array_plan_draw(&plan, 4);
    CU_ASSERT_EQUAL(clocks(), plan.timing.array_draw);
    start(); /* indices of which nothing comes */
    array_plan_draw(&plan, 4)->indices = 100;
    CU_ASSERT_EQUAL(clocks(), plan.timing.array_draw + 100);
}

static void indices_come_from_memory(void)
{
    start(); /* 64 of 16 bits are one line */
    struct xenos_work *work = array_plan_draw(&plan, 4);
    array_vector(work, 64, 0);
    array_indices(work, 0x8000, 2);
    CU_ASSERT_EQUAL(clocks(), plan.latency + frame(&plan.timing, 64) - plan.timing.array_draw);
    start(); /* the four that are read ahead are too few for this memory: a line in 100/4 + ... */
    plan.latency = 1000;
    work = array_plan_draw(&plan, 4);
    for (unsigned i = 0; i < 16; i++)
        array_vector(work, 64, 0);
    array_indices(work, 0x8000, 2);
    run(ARRAY_SKIPS);
    CU_ASSERT_EQUAL(result.counters.index_reads, 16);
    for (size_t i = 0; i < result.count; i++)
        if (result.event[i].kind == ARRAY_READ && result.event[i].value >= 0x8000 + 4 * LINE) {
            CU_ASSERT_EQUAL(result.event[i].edge, 1000 + 64); /* the first one is gone through */
            break;
        }
    over();
}

/* ---- Throughput: clocks for each vector, in the middle of many ---- */

/* What the edge of the last vector's end grows by for one vector more, times 100. */
static uint64_t rate(void (*fill)(struct xenos_work *work), uint8_t registers)
{
    uint64_t done[2];
    for (unsigned i = 0; i < 2; i++) {
        start();
        plan.timing.array_vgt_indices = 64; /* so that neither the VGT nor primitive assembly is what bounds it */
        plan.timing.array_position_buffers = plan.timing.array_interpolator_buffers = 64;
        struct xenos_work *work = array_plan_draw(&plan, registers);
        for (unsigned n = 0; n < VECTORS * (i + 1); n++) {
            array_vector(work, 1, 0);
            fill(work);
            array_op(work, XENOS_OP_END, 0, 0);
        }
        done[i] = clocks();
    }
    return (done[1] - done[0]) * 100 / VECTORS;
}

static uint32_t fill_count;

static void fill_alu(struct xenos_work *work)
{
    array_op(work, XENOS_OP_ALU, 0, fill_count);
}

static void fill_cf(struct xenos_work *work)
{
    array_op(work, XENOS_OP_CF, 0, fill_count);
}

static void fill_texture(struct xenos_work *work)
{
    for (unsigned i = 0; i < fill_count; i++)
        array_op(work, XENOS_OP_TEXTURE, 0, 0);
}

/* 32 bytes of each of 64 vertices, which stay in the cache. */
static void fill_vertex(struct xenos_work *work)
{
    for (unsigned i = 0; i < fill_count; i++)
        array_vertex_fetch(work, 0x10000, LINE, 16);
}

static void the_compilers_estimates(void)
{
    static const struct {
        void (*fill)(struct xenos_work *work);
        uint32_t count;
        uint64_t clocks;
    } estimate[] = {
        {fill_alu, 5, 666},     {fill_alu, 9, 1200},      {fill_alu, 36, 4800},   {fill_alu, 74, 9866},
        {fill_alu, 108, 14400}, {fill_cf, 3, 600},        {fill_cf, 5, 1000},     {fill_cf, 16, 3200},
        {fill_texture, 2, 800}, {fill_texture, 13, 5200}, {fill_vertex, 4, 3200}, {fill_vertex, 8, 6400},
    };
    for (size_t i = 0; i < sizeof estimate / sizeof *estimate; i++) {
        fill_count = estimate[i].count;
        uint64_t measured = rate(estimate[i].fill, 3);
        CU_ASSERT(measured + 50 >= estimate[i].clocks && measured <= estimate[i].clocks + 50);
    }
}

static void a_vertex_a_clock(void)
{
    uint64_t done[2];
    for (unsigned i = 0; i < 2; i++) {
        start();
        struct xenos_work *work = array_plan_draw(&plan, 4);
        for (unsigned n = 0; n < 10 * (i + 1); n++) {
            array_vector(work, 64, 64);
            array_op(work, XENOS_OP_ALU, 0, 20);
        }
        done[i] = clocks();
    }
    CU_ASSERT_EQUAL(done[1] - done[0], 640);
}

/* ---- Threads ---- */

static void registers_limit_threads(void)
{
    static const struct {
        uint8_t registers;
        uint32_t threads;
    } limit[] = {{0, 31},  {3, 31},  {5, 31},  {6, 30},  {7, 27}, {9, 21},
                 {11, 15}, {12, 15}, {13, 12}, {14, 12}, {25, 6}, {64, 3}};
    for (size_t i = 0; i < sizeof limit / sizeof *limit; i++) {
        start();
        plan.timing.array_vgt_indices = 64;
        plan.latency = 5000;
        struct xenos_work *work = array_plan_draw(&plan, limit[i].registers);
        for (unsigned n = 0; n < VECTORS; n++) {
            array_vector(work, 64, 0);
            array_vertex_fetch(work, 0x10000, LINE, 1);
            array_op(work, XENOS_OP_WAIT, 0, 0);
        }
        run(ARRAY_SKIPS);
        CU_ASSERT_EQUAL(result.most_threads, limit[i].threads);
        over();
    }
}

/* Every vector fetches lines of its own and waits for them: with n threads n vectors pass in the time of one. */
static void threads_hide_latency(void)
{
    static const uint8_t registers[] = {64, 32, 16, 8};
    uint64_t before = UINT64_MAX;
    for (size_t i = 0; i < sizeof registers; i++) {
        start();
        plan.timing.array_vgt_indices = 64;
        plan.timing.array_pa_vertex = 1;
        plan.latency = 2000;
        struct xenos_work *work = array_plan_draw(&plan, registers[i]);
        for (unsigned n = 0; n < 96; n++) {
            array_vector(work, 1, 0);
            array_vertex_fetch(work, 0x100000 + n * LINE, LINE, 1);
            array_op(work, XENOS_OP_WAIT, 0, 0);
        }
        uint64_t threads = 3 * (64u / registers[i]), rounds = 96 / threads, done = clocks();
        CU_ASSERT(done >= rounds * 2020 && done < rounds * 2020 + rounds * (threads * 8 + 64));
        CU_ASSERT(done < before / 19 * 10);
        before = done;
    }
}

/* ---- The cache ---- */

static void lines_are_kept(void)
{
    start();
    plan.works = 0;
    for (unsigned i = 0; i < 3; i++) {
        struct xenos_work *work = array_plan_draw(&plan, 4);
        array_vector(work, 64, 0);
        array_vertex_fetch(work, 0x20000, LINE, 16);
        array_op(work, XENOS_OP_WAIT, 0, 0);
    }
    plan.begin[1] = 1000;
    plan.begin[2] = 2000;
    plan.invalidate = 1500;
    run(ARRAY_SKIPS);
    CU_ASSERT_EQUAL(result.counters.hits, 16);
    CU_ASSERT_EQUAL(result.counters.misses, 32);
    const struct xenos_array_timing *t = &plan.timing;
    uint64_t hit = frame(t, 64) + t->array_vertex + t->array_vertex_latency;
    CU_ASSERT_EQUAL(array_done(&result, 1) - 1000, hit);
    /* the last of 16 lines is asked for 15 clocks after the first */
    CU_ASSERT_EQUAL(array_done(&result, 0), frame(t, 64) + 15 + plan.latency + t->array_vertex_latency);
    CU_ASSERT_EQUAL(array_done(&result, 2) - 2000, array_done(&result, 0));
    over();
}

static void the_oldest_line_of_a_set_is_lost(void)
{
    start();
    const uint32_t step = plan.timing.array_vertex_sets * LINE, ways = plan.timing.array_vertex_ways;
    struct xenos_work *work = array_plan_draw(&plan, 4);
    array_vector(work, 64, 0);
    array_vertex_fetch(work, 0, step, ways); /* fills a set */
    array_op(work, XENOS_OP_WAIT, 0, 0);
    array_vertex_fetch(work, 0, step, 1); /* hit: line 1 is the oldest now */
    array_vertex_fetch(work, ways * step, step, 1);
    array_op(work, XENOS_OP_WAIT, 0, 0);
    array_vertex_fetch(work, 0, step, 1); /* hit */
    array_vertex_fetch(work, step, step, 1);
    run(ARRAY_SKIPS);
    CU_ASSERT_EQUAL(result.counters.hits, 2);
    CU_ASSERT_EQUAL(result.counters.misses, ways + 2);
    over();
}

/* ---- Exports to memory ---- */

static void exports_leave_in_order(void)
{
    start();
    struct xenos_work *work = array_plan_draw(&plan, 4);
    array_vector(work, 64, 0);
    array_op(work, XENOS_OP_ALLOC, XENOS_ALLOC_MEMORY, 0);
    array_export(work, 64, 0x40000, 8);
    array_export(work, 64, 0x30000, 200); /* more lines than elements: the writes bound it */
    run(ARRAY_SKIPS);
    const struct xenos_array_timing *t = &plan.timing;
    uint64_t first = t->array_draw + 64 + t->array_thread + 64; /* 64 elements, one a clock */
    CU_ASSERT_EQUAL_FATAL(result.count, 209);
    for (unsigned i = 0; i < 208; i++) {
        const struct array_event *event = &result.event[i];
        CU_ASSERT_EQUAL(event->kind, ARRAY_WRITE);
        CU_ASSERT_EQUAL(event->value, i < 8 ? 0x40000 + i * LINE : 0x30000 + (i - 8) * LINE);
        CU_ASSERT_EQUAL(event->edge, i < 8 ? first + i : first + 64 + (i - 8));
    }
    CU_ASSERT_EQUAL(array_done(&result, 0), first + 64 + 199);
    over();
}

static void memory_refuses(void)
{
    start();
    plan.write_of = 1000;
    plan.write_open = 10; /* ten writes, then none until the next thousand */
    struct xenos_work *work = array_plan_draw(&plan, 4);
    array_vector(work, 64, 0);
    array_export(work, 1, 0x40000, 25);
    run(ARRAY_SKIPS);
    CU_ASSERT_EQUAL(result.event[0].edge, 1000);
    CU_ASSERT_EQUAL(result.event[9].edge, 1009);
    CU_ASSERT_EQUAL(result.event[24].edge, 3004);
    CU_ASSERT_EQUAL(array_done(&result, 0), 3004);
    CU_ASSERT(result.acts < 100);
    over();
}

/* ---- Draws ---- */

static void draws_are_done_in_order(void)
{
    start();
    for (unsigned i = 0; i < ARRAY_WORKS; i++) { /* the first one takes longer */
        struct xenos_work *work = array_plan_draw(&plan, 4);
        array_vector(work, 1, 0);
        if (i == 0)
            array_op(work, XENOS_OP_ALU, 0, 500);
    }
    run(ARRAY_SKIPS);
    const struct xenos_array_timing *t = &plan.timing;
    CU_ASSERT_EQUAL_FATAL(result.count, ARRAY_WORKS);
    for (uint32_t i = 0; i < ARRAY_WORKS; i++)
        CU_ASSERT_EQUAL(result.event[i].value, i);
    CU_ASSERT_EQUAL(array_done(&result, 0), frame(t, 1) + 500 * t->array_alu_latency);
    for (uint32_t i = 1; i < t->array_draws; i++) /* they ran beside it, and wait for primitive assembly */
        CU_ASSERT_EQUAL(array_done(&result, i), array_done(&result, 0) + i * t->array_pa_vertex);
    /* the next one begins in the clock behind the first one's end */
    CU_ASSERT_EQUAL(array_done(&result, t->array_draws), array_done(&result, 0) + 1 + frame(t, 1));
    over();
}

/* Of one position buffer, and one for memory: who waits for it goes on, whatever the order in which vectors ask. */
static void room_for_exports_is_given_in_order(void)
{
    start();
    plan.timing.array_position_buffers = plan.timing.array_interpolator_buffers = 1;
    plan.timing.array_memory_buffers = 1;
    struct xenos_work *work = array_plan_draw(&plan, 4);
    for (unsigned i = 0; i < 20; i++) {
        array_vector(work, 64, 64);
        array_op(work, XENOS_OP_ALU, 0, 20 - i); /* younger ones ask first */
        array_op(work, XENOS_OP_ALLOC, (uint16_t)(i % 2 != 0 ? XENOS_ALLOC_POSITION : XENOS_ALLOC_MEMORY), 0);
        array_op(work, XENOS_OP_ALU, 0, 3);
        array_op(work, XENOS_OP_ALLOC, (uint16_t)(i % 3 != 0 ? XENOS_ALLOC_MEMORY : XENOS_ALLOC_INTERPOLATORS), 0);
        array_op(work, XENOS_OP_ALLOC, XENOS_ALLOC_POSITION, 0);
    }
    run(ARRAY_SKIPS);
    CU_ASSERT(result.counters.alloc_wait > 0);
    over();
}

void test_shader_array(void)
{
    CU_pSuite suite = CU_add_suite("shader/array", NULL, NULL);
    CU_add_test(suite, "dependent instructions", dependent_instructions);
    CU_add_test(suite, "draws worked by hand", draws_worked_by_hand);
    CU_add_test(suite, "signals say what is under way", signals_say_what_is_under_way);
    CU_add_test(suite, "a draw of nothing", a_draw_of_nothing);
    CU_add_test(suite, "indices come from memory", indices_come_from_memory);
    CU_add_test(suite, "the compiler's estimates", the_compilers_estimates);
    CU_add_test(suite, "a vertex a clock", a_vertex_a_clock);
    CU_add_test(suite, "registers limit threads", registers_limit_threads);
    CU_add_test(suite, "threads hide latency", threads_hide_latency);
    CU_add_test(suite, "lines are kept", lines_are_kept);
    CU_add_test(suite, "the oldest line of a set is lost", the_oldest_line_of_a_set_is_lost);
    CU_add_test(suite, "exports leave in order", exports_leave_in_order);
    CU_add_test(suite, "memory refuses", memory_refuses);
    CU_add_test(suite, "draws are done in order", draws_are_done_in_order);
    CU_add_test(suite, "room for exports is given in order", room_for_exports_is_given_in_order);
}
