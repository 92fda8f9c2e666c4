/* Random draws with random figures: the shader array does what the plain reference does, clock by clock, also where it
 * is saved and loaded at every step; and saves that have been spoilt do no harm. */
#include "tests/unit/suites.h"
#include "tests/unit/xenos/shader/array_rig.h"

#include <CUnit/CUnit.h>

enum { LINE = XENOS_ARRAY_LINE };

static struct array_plan plan;
static struct array_log result;

static uint32_t random_state;

static uint32_t below(uint32_t limit)
{
    random_state = random_state * 1664525 + 1013904223;
    return (uint32_t)(((uint64_t)(random_state >> 8) * limit) >> 24);
}

static void random_op(struct xenos_work *work)
{
    switch (below(12)) {
    case 0:
    case 1:
        array_op(work, XENOS_OP_CF, 0, below(4));
        break;
    case 2:
    case 3:
    case 4:
        array_op(work, XENOS_OP_ALU, 0, below(9));
        break;
    case 5:
    case 6:
        array_vertex_fetch(work, LINE * below(24), LINE * (1 + below(3)), below(20));
        break;
    case 7:
        array_op(work, XENOS_OP_TEXTURE, 0, 0);
        break;
    case 8:
        array_op(work, XENOS_OP_WAIT, 0, 0);
        break;
    case 9:
    case 10:
        array_op(work, XENOS_OP_ALLOC, (uint16_t)below(4), 0);
        break;
    default:
        array_export(work, (uint16_t)below(40), LINE * below(100), below(10));
        break;
    }
}

static void random_draw(void)
{
    struct xenos_work *work = array_plan_draw(&plan, (uint8_t)below(40));
    uint32_t vectors = below(7), ops = below(14);
    for (uint32_t v = 0; v < vectors; v++) {
        array_vector(work, (uint8_t)(below(4) ? 1 + below(64) : 64), below(100));
        if (below(4) == 0)
            work->vector[v].index_end = work->indices += below(30); /* some that are dropped */
        for (uint32_t i = 0; i < ops; i++)
            random_op(work);
        if (below(2) == 0)
            array_op(work, XENOS_OP_END, 0, 0);
    }
    work->indices += below(3) ? 0 : below(100);
    work->primitives += below(3) ? 0 : below(100);
    if (below(3) != 0) {
        uint32_t bytes = below(2) ? 2 : 4;
        array_indices(work, 0x100000 + below(64) * bytes, bytes);
    }
}

static void random_timing(struct xenos_array_timing *t)
{
    t->array_draws = 1 + below(8);
    t->array_draw = 1 + below(6);
    t->array_index_lines = 1 + below(4);
    t->array_vgt_indices = 1 + below(3);
    t->array_vgt_vectors = 1 + below(3);
    t->array_thread = 1 + below(5);
    t->array_threads = 1 + below(12);
    t->array_vectors = 1 + below(12);
    t->array_cf = 1 + below(3);
    t->array_alu = 1 + below(5);
    t->array_alu_latency = 1 + below(9);
    t->array_vertex = 1 + below(9);
    t->array_vertex_lines = 1 + below(3);
    t->array_vertex_latency = 1 + below(30);
    t->array_vertex_sets = 1 + below(3);
    t->array_vertex_ways = 1 + below(3);
    t->array_vertex_misses = 1 + below(6);
    t->array_texture = 1 + below(5);
    t->array_texture_latency = 1 + below(200);
    t->array_position_buffers = 1 + below(3);
    t->array_interpolator_buffers = 1 + below(3);
    t->array_memory_buffers = 1 + below(3);
    t->array_export = 1 + below(2);
    t->array_export_queue = 1 + below(3);
    t->array_pa_vertex = 1 + below(2);
    t->array_pa_primitive = 1 + below(2);
}

static void random_plan(uint32_t seed)
{
    random_state = seed * 2654435761u + 1;
    array_plan_init(&plan);
    if (below(4) != 0)
        random_timing(&plan.timing);
    plan.latency = 1 + below(150);
    plan.spread = below(2) * 80;
    if (below(3) == 0) {
        plan.read_of = 1 + below(50);
        plan.read_open = 1 + below(plan.read_of);
    }
    if (below(3) == 0) {
        plan.write_of = 1 + below(50);
        plan.write_open = 1 + below(plan.write_of);
    }
    plan.invalidate = below(3) ? 0 : 1 + below(2000);
    uint32_t works = 1 + below(ARRAY_WORKS), begin = 0;
    for (uint32_t i = 0; i < works; i++) {
        random_draw();
        begin += below(2) * below(400);
        plan.begin[i] = begin;
    }
}

static void agrees_with_the_reference(void)
{
    uint64_t acts = 0, edges = 0;
    for (uint32_t seed = 0; seed < 200; seed++) {
        static const enum array_way way[] = {ARRAY_SKIPS, ARRAY_EVERY_EDGE, ARRAY_SAVES};
        struct array_log reference;
        random_plan(seed);
        array_reference(&plan, &reference);
        CU_ASSERT_FALSE(reference.stuck);
        for (size_t i = 0; i < sizeof way / sizeof *way; i++) {
            array_run(&plan, way[i], &result);
            CU_ASSERT_FALSE(result.stuck);
            CU_ASSERT(array_same(&result, &reference));
            CU_ASSERT_FALSE(result.differs);
            *(way[i] == ARRAY_EVERY_EDGE ? &edges : &acts) += result.acts;
            array_log_free(&result);
        }
        array_log_free(&reference);
        array_plan_free(&plan);
    }
    CU_ASSERT(acts < 2 * edges); /* both ways that skip together */
}

static void bad_saves_are_refused_or_run(void)
{
    for (uint32_t seed = 0; seed < 40; seed++) {
        random_plan(seed);
        unsigned refused = array_bad_saves(&plan, 20 + 10 * seed, 200);
        CU_ASSERT(refused >= 50 && refused < 200); /* those that are cut off; not every number has only one value */
        array_plan_free(&plan);
    }
}

void test_shader_array_reference(void)
{
    CU_pSuite suite = CU_add_suite("shader/array_reference", NULL, NULL);
    CU_add_test(suite, "agrees with the reference", agrees_with_the_reference);
    CU_add_test(suite, "bad saves are refused or run", bad_saves_are_refused_or_run);
}
