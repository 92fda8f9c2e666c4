/* What vectors of invocations do: worked by hand, and held to the steps that the interpreter counts. */
#include "models/xenos/shader/trace.h"
#include "tests/unit/suites.h"
#include "tests/unit/xenos/shader/batch_rig.h"

#include <CUnit/CUnit.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static struct batch_rig rig;
static struct xenos_trace trace;

/* Besides what the rig has: c0 = (-1, 0, 0, 0); c2 is a stream of 40 elements of four floats from 0x2000 on, c3 =
 * (0, 1, 0, 0), so that `mad eA, r0.x, c3, c2` is its element r0.x; c5 is the same from element 16 on, c4 = (0, -8, 0,
 * 0), and c6 is a stream of four bytes an element. */
static void prepare(uint32_t count)
{
    static const uint32_t stream[] = {0x40000000 | 0x2000 >> 2, 0x4B000000, 0x4B072600, 0x4B000000 + 40};
    batch_rig_prepare(&rig, count);
    xenos_trace_free(&trace);
    memcpy(rig.constants.number[2], stream, sizeof stream);
    memcpy(rig.constants.number[5], stream, sizeof stream);
    memcpy(rig.constants.number[6], stream, sizeof stream);
    rig.constants.number[5][1] += 16;
    rig.constants.number[6][2] = 0x4B072400;
    rig.constants.number[0][0] = batch_rig_word(-1);
    rig.constants.number[3][1] = batch_rig_word(1);
    rig.constants.number[4][1] = batch_rig_word(-8);
}

static struct {
    char text[4096];
    size_t size;
} list;

static void print(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void print(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    list.size += (size_t)vsnprintf(list.text + list.size, sizeof list.text - list.size, format, arguments);
    va_end(arguments);
    CU_ASSERT_FATAL(list.size < sizeof list.text);
}

/* Ops as text: c and a, how many; v and the lines; t, w, l and the kind; x, elements, and lines with how many bytes; e.
 * Behind @ stands how many take part, where these are not all. */
static void print_op(const struct xenos_trace_op *op, unsigned lanes)
{
    print("%s%c", list.size > 0 ? " " : "", "cavtwlxe"[op->kind]);
    if (op->kind == XENOS_OP_CF || op->kind == XENOS_OP_ALU)
        print("%u", op->count);
    if (op->kind == XENOS_OP_ALLOC || op->kind == XENOS_OP_EXPORT)
        print("%u", op->detail);
    for (uint32_t i = 0; op->kind == XENOS_OP_VERTEX && i < op->count; i++)
        print("%c%x", i == 0 ? ' ' : ',', trace.line[op->first + i]);
    for (uint32_t i = 0; op->kind == XENOS_OP_EXPORT && i < op->count; i++) {
        const struct xenos_trace_store *s = &trace.store[op->first + i];
        print("%c%x:%d", i == 0 ? ' ' : ',', s->line,
              __builtin_popcountll(s->mask[0]) + __builtin_popcountll(s->mask[1]));
    }
    if (op->lanes != lanes)
        print("@%u", op->lanes);
}

static const char *print_ops(uint32_t from, unsigned lanes)
{
    list.size = 0;
    for (uint32_t i = from; i < trace.ops; i++)
        print_op(&trace.op[i], lanes);
    return list.text;
}

#define F1 ", DataFormat=FMT_32_FLOAT"
#define F4 ", DataFormat=FMT_32_32_32_32_FLOAT"

static const struct {
    unsigned count;
    const char *text, *ops;
} programs[] = {
    {3, "exec\n mov o0, r0\n mov o1, r1\n alloc position\n exece\n mov oPos, r0", "c1 a2 c1 l1 c1 a1 e"},
    {3, "cnop\n mark_vs_fetch_done\n cnop\n alloc interpolators\n alloc none\n exece", "c4 l2 c1 l0 c1 e"},
    /* waits: behind an exec that fetched, for the first of its ALU instructions; where it is serialized; nowhere else
     */
    {3,
     "exec\n vfetch_full r2, r0.x, vf0, Stride=1" F1 "\n mov r3, r0\n exec\n mov o0, r2\n mov o1, r2\n exece\n"
     "tfetch2D r3, r0.xy, tf3\n tfetch2D r4, r0.xy, tf3\n serialize\n mov o0, r3",
     "c1 v 100 a1 c1 w a2 c1 t t w a1 e"},
    {3, "exec\n serialize\n mov o0, r0\n serialize\n mov o1, r0\n exece", "c1 a2 c1 e"},
    {3,
     "exec\n vfetch_full r2, r0.x, vf0, Stride=32" F1 "\n exec\n vfetch_mini r3, Offset=1" F1 "\n mov o0, r0\n"
     "vfetch_mini r4, Offset=2" F1 "\n mov o1, r0\n exece\n mov o2, r0",
     "c1 v 100,180 c1 v 100,180 w a1 v 100,180 a1 c1 w a1 e"},
    {2,
     "loop i2, E\n label B\n exec\n mov r2, r0\n setTexLOD r2.x\n endloop i2, B\n label E\n exece\n serialize\n"
     "tfetch2D r2, r0.xy, tf3",
     "c2 a1 t c2 w a1 t c2 w t e"},
    /* lines: of both ends, each once, as invocations come; what is outside of the window has none */
    {3, "exece\n vfetch_full r2, r0.x, vf0, Stride=31" F4, "c1 v 100,180,200 e"},
    {1, "exece\n vfetch_full r2, r0.x, vf0, Stride=31, Offset=30" F4, "c1 v 100,180 e"},
    {3, "exece\n vfetch_full r2, r0.y, vf0, Stride=32" F1, "c1 v 180,100 e"},
    {64, "exece\n vfetch_full r2, r0.x, vf0, Stride=1" F1, "c1 v 100,180 e"},
    {3, "exece\n vfetch_full r2, r0.x, vf0, Stride=1, DataFormat=0", "c1 v e"},
    {3, "exece\n setp_gt r2._, r0.x\n (p0) vfetch_full r2, r0.x, vf0, Stride=32" F1, "c1 a1 v 180 e"},
    {3, "exece\n (p0) vfetch_full r2, r0.x, vf0, Stride=32" F1, "c1 v e"},
    /* predicated execs, and an end that some take */
    {3, "exec\n setp_gt r2._, r0.x\n (p0) exec\n mov o0, r0\n (!p0) exece\n mov o1, r0\n exece\n mov o2, r0",
     "c1 a1 c1 a1@2 c1 a1@1 c1@2 a1@2 e"},
    {3, "(p0) exec\n mov o0, r0\n exece", "c2 e"},
    {3, "cexec !b1\n mov o0, r0\n cexece b1\n mov o1, r0\n exece\n mov o2, r0", "c2 a1 e"},
    /* jumps: those behind go first, and all meet */
    {3, "exec\n setp_gt r2._, r0.x\n (p0) jmp E\n exec\n mov o0, r0\n label E\n exece\n mov o1, r0",
     "c1 a1 c1 c1@1 a1@1 c1 a1 e"},
    {3, "cjmp b1, E\n exec\n mov o0, r0\n label E\n exece\n mov o1, r0", "c2 a1 e"},
    /* loops */
    {3,
     "loop i1, E\n label B\n exec\n setp_eq r2._, r0.x\n add r0.x, r0.x, c0.x\n"
     "endloop i1, B, PredicatedBreak=true, Condition=true\n label E\n exece",
     "c2 a2 c1 c1@2 a2@2 c1@2 c1@1 a2@1 c1@1 c1 e"},
    {2,
     "loop i2, E\n label B\n loop i2, F\n label C\n exec\n setp_eq r2._, r0.x\n"
     "endloop i2, C, PredicatedBreak=true, Condition=true\n label F\n endloop i2, B\n label E\n exece",
     "c3 a1 c1 c1@1 a1@1 c1@1 c3 a1 c1 c1@1 a1@1 c1@1 c2 e"},
    {3, "loop i3, E\n label B\n exec\n mov r2, r0\n endloop i3, B\n label E\n exece", "c2 e"},
    /* calls */
    {3, "call S\n exece\n mov o0, r0\n label S\n exec\n mov r2, r0\n ret", "c2 a1 c2 a1 e"},
    {3, "exec\n setp_gt r2._, r0.x\n (p0) call S\n exece\n mov o0, r0\n label S\n exec\n mov r2, r0\n ret",
     "c1 a1 c1 c1@1 a1@1 c1@2 a1@2 c2@2 a1@2 e"},
    /* memory exports: closed at the end, at an alloc, where something is serialized; with nothing in them; without an
     * address; beyond the stream's end */
    {3, "alloc export\n exec\n mad eA, r0.x, c3, c2\n mov eM0, r0\n exece", "c1 l3 c1 a2 c1 x3 2000:48 e"},
    {3,
     "alloc export\n exec\n setp_gt r2._, r0.x\n mad eA, r0.x, c3, c2\n (p0) mov eM0, r0\n (p0) mov eM1, r0\n"
     "alloc none\n exece",
     "c1 l3 c1 a4 c1 x4 2000:48 l0 c1 e"},
    {3, "exece\n mad eA, r0.x, c4, c5\n mov eM0, r0\n tfetch2D r2, r0.xy, tf3\n serialize\n mov o0, r0",
     "c1 a2 t w x3 2100:16,2080:16,2000:16 a1 e"},
    {3, "exece\n mov eA, r0\n mov eM0, r0", "c1 a2 x0 e"},
    {3, "exece\n mov eM0, r0", "c1 a1 e"},
    {64, "exece\n mad eA, r0.x, c3, c6\n mov eM0, r0\n mov eM1, r0", "c1 a3 x79 2000:128,2080:32 e"},
    /* those that end first export first */
    {3, "exec\n setp_gt r2._, r0.x\n mad eA, r0.x, c3, c2\n mov eM0, r0\n (p0) exece\n mov r2, r0\n exece",
     "c1 a3 c1 a1@2 x2 2000:32@2 c1@1 x1 2000:16@1 e"},
};

static void programs_do_what_they_say(void)
{
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        prepare(programs[i].count);
        CU_ASSERT_EQUAL(batch_rig_run(&rig, programs[i].text), SIM_OK);
        enum sim_status status = xenos_trace_vector(&trace, &rig.batch, &rig.result, 0, programs[i].count, &rig.error);
        CU_ASSERT_EQUAL(status, SIM_OK);
        const char *ops = print_ops(0, programs[i].count);
        CU_ASSERT_STRING_EQUAL(ops, programs[i].ops);
        if (status != SIM_OK || strcmp(ops, programs[i].ops) != 0)
            fprintf(stderr, "%s\n%s\n%s\n%s\n", programs[i].text, rig.error.text, ops, programs[i].ops);
        uint32_t from = trace.ops;
        CU_ASSERT_EQUAL(xenos_trace_apart(&trace, &rig.batch, &rig.result, 0, programs[i].count, &rig.error), SIM_OK);
        CU_ASSERT_STRING_EQUAL(print_ops(from, programs[i].count), programs[i].ops);
    }
}

static uint32_t word_at(const struct xenos_trace_store *s, unsigned at)
{
    return (uint32_t)s->bytes[at + 3] << 24 | (uint32_t)s->bytes[at + 2] << 16 | (uint32_t)s->bytes[at + 1] << 8 |
           s->bytes[at];
}

static void stores_have_their_bytes(void)
{
    prepare(3);
    CU_ASSERT_EQUAL(batch_rig_run(&rig, "exece\n mad eA, r0.x, c3, c5\n mov eM1, r1"), SIM_OK);
    CU_ASSERT_EQUAL_FATAL(xenos_trace_vector(&trace, &rig.batch, &rig.result, 0, 3, &rig.error), SIM_OK);
    CU_ASSERT_EQUAL_FATAL(trace.stores, 1);
    CU_ASSERT_EQUAL(trace.store->line, 0x2100);
    CU_ASSERT_EQUAL(trace.store->mask[0], 0xFFFFFFFFFFFF0000);
    CU_ASSERT_EQUAL(trace.store->mask[1], 0);
    for (unsigned i = 0; i < 3; i++)
        CU_ASSERT_EQUAL(word_at(trace.store, 16 + 16 * i), batch_rig_word((float)(10 + i)));
}

static void the_last_one_stays(void)
{
    prepare(3);
    CU_ASSERT_EQUAL(batch_rig_run(&rig, "exece\n setp_gt r2._, r0.y\n mov eA, c2\n mov eM0, r0\n (!p0) mov eM1, r0\n"
                                        "(p0) mov eM1, r1"),
                    SIM_OK);
    CU_ASSERT_EQUAL_FATAL(xenos_trace_vector(&trace, &rig.batch, &rig.result, 0, 3, &rig.error), SIM_OK);
    CU_ASSERT_EQUAL_FATAL(trace.stores, 1);
    CU_ASSERT_EQUAL(trace.store->mask[0], 0xFFFFFFFF);
    CU_ASSERT_EQUAL(word_at(trace.store, 0), batch_rig_word(2));
    CU_ASSERT_EQUAL(word_at(trace.store, 16 + 4), batch_rig_word(-1));
    trace.stores = 0; /* a vector of the first alone */
    CU_ASSERT_EQUAL_FATAL(xenos_trace_vector(&trace, &rig.batch, &rig.result, 0, 1, &rig.error), SIM_OK);
    CU_ASSERT_EQUAL_FATAL(trace.stores, 1);
    CU_ASSERT_EQUAL(word_at(trace.store, 0), 0);
    CU_ASSERT_EQUAL(word_at(trace.store, 16), batch_rig_word(10));
}

/* What vectors append begins where the one before ended. */
static void vectors_follow_one_another(void)
{
    prepare(5);
    CU_ASSERT_EQUAL(batch_rig_run(&rig, "exece\n mad eA, r0.x, c4, c5\n mov eM0, r0\n"
                                        "vfetch_full r2, r0.x, vf0, Stride=16" F1),
                    SIM_OK);
    CU_ASSERT_EQUAL(xenos_trace_vector(&trace, &rig.batch, &rig.result, 0, 2, &rig.error), SIM_OK);
    CU_ASSERT_STRING_EQUAL(print_ops(0, 2), "c1 a2 v 100 x2 2100:16,2080:16 e");
    uint32_t ops = trace.ops;
    CU_ASSERT_EQUAL(xenos_trace_vector(&trace, &rig.batch, &rig.result, 2, 3, &rig.error), SIM_OK);
    CU_ASSERT_STRING_EQUAL(print_ops(ops, 3), "c1 a2 v 180 x1 2000:16 e");
    CU_ASSERT_EQUAL(ops, 5);
    CU_ASSERT_EQUAL(trace.lines, 2);
    CU_ASSERT_EQUAL(trace.stores, 3);
}

/* Instructions that ops stand for, each as often as invocations take part. */
static uint64_t steps_of(uint32_t from)
{
    uint64_t steps = 0;
    for (uint32_t i = from; i < trace.ops; i++) {
        const struct xenos_trace_op *op = &trace.op[i];
        if (op->kind == XENOS_OP_CF || op->kind == XENOS_OP_ALU)
            steps += (uint64_t)op->lanes * op->count;
        if (op->kind == XENOS_OP_VERTEX || op->kind == XENOS_OP_TEXTURE)
            steps += op->lanes;
    }
    return steps;
}

static uint32_t load(void *self, uint32_t address)
{
    uint8_t b[4];
    rig.batch.read(self, address, b, sizeof b);
    return (uint32_t)b[3] << 24 | (uint32_t)b[2] << 16 | (uint32_t)b[1] << 8 | b[0];
}

static unsigned interpreter_steps(uint32_t invocation)
{
    struct xenos_invocation s = {0};
    struct xenos_environment e = {.constants = &rig.constants,
                                  .size = 256,
                                  .steps = rig.batch.steps,
                                  .self = &rig,
                                  .load = load,
                                  .texture = rig.batch.texture};
    for (unsigned k = 0; k < 4 * BATCH_RIG_INPUTS; k++)
        s.temp[k / 4][k % 4] = rig.input[k * rig.batch.count + invocation];
    CU_ASSERT_EQUAL(xenos_interpret(&rig.program, &e, &s, &rig.error), SIM_OK);
    return s.steps;
}

static void no_step_is_lost(void)
{
    uint32_t seed = 7, parted = 0;
    for (unsigned round = 0; round < 200; round++) {
        xenos_trace_free(&trace);
        batch_rig_random(&rig, &seed, true);
        uint32_t count = rig.batch.count;
        uint64_t all = 0;
        bool good = true;
        for (uint32_t i = 0; i < count; i++) {
            uint32_t from = trace.ops;
            uint64_t steps = interpreter_steps(i);
            all += steps;
            good = good && xenos_trace_vector(&trace, &rig.batch, &rig.result, i, 1, &rig.error) == SIM_OK &&
                   steps_of(from) == steps;
        }
        uint32_t from = trace.ops;
        good = good && xenos_trace_vector(&trace, &rig.batch, &rig.result, 0, count, &rig.error) == SIM_OK &&
               steps_of(from) == all && trace.op[trace.ops - 1].kind == XENOS_OP_END &&
               trace.op[trace.ops - 1].lanes == count;
        for (uint32_t i = from; i < trace.ops; i++)
            parted += trace.op[i].lanes != count;
        CU_ASSERT(good);
    }
    CU_ASSERT(parted > 500);
}

static bool same_store(const struct xenos_trace_store *a, const struct xenos_trace_store *b)
{
    return a->line == b->line && memcmp(a->mask, b->mask, sizeof a->mask) == 0 &&
           memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

/* Programs that do not look at p0 have a shorter way, which leads to the same. */
static void both_ways_are_the_same(void)
{
    uint32_t seed = 99, stores = 0, lines = 0;
    for (unsigned round = 0; round < 200; round++) {
        xenos_trace_free(&trace);
        batch_rig_random(&rig, &seed, false);
        uint32_t count = rig.batch.count;
        struct xenos_trace apart = {0};
        bool good = xenos_trace_vector(&trace, &rig.batch, &rig.result, 0, count, &rig.error) == SIM_OK &&
                    xenos_trace_apart(&apart, &rig.batch, &rig.result, 0, count, &rig.error) == SIM_OK &&
                    trace.ops == apart.ops && trace.lines == apart.lines && trace.stores == apart.stores &&
                    memcmp(trace.op, apart.op, trace.ops * sizeof *trace.op) == 0 &&
                    (trace.lines == 0 || memcmp(trace.line, apart.line, trace.lines * sizeof *trace.line) == 0);
        for (uint32_t i = 0; good && i < trace.stores; i++)
            good = same_store(&trace.store[i], &apart.store[i]);
        CU_ASSERT(good);
        stores += trace.stores;
        lines += trace.lines;
        xenos_trace_free(&apart);
    }
    CU_ASSERT(stores > 50 && lines > 100);
}

/* Results of one program, taken for those of another: nothing is appended. */
static const struct {
    const char *ran, *walked;
} misfits[] = {
    {"exece\n mov o0, r0", "exece\n vfetch_mini r2" F1}, /* too few words */
    {"exece\n vfetch_mini r2" F1, "exece\n mov o0, r0"}, /* too many */
    {"exece\n mov o0, r0", "label A\n (p0) jmp A\n exece"},
    {"exece\n mov o0, r0", "label A\n jmp A\n exece"}, /* no end */
    {"exece\n mov o0, r0", "label A\n call A\n exece"},
    {"exece\n mov o0, r0", "label A\n loop i1, A\n jmp A\n exece"},
    {"exece\n mov o0, r0", "cnop\n label A\n endloop i1, A\n exece"},
    {"exece\n mov o0, r0", "cexece b2\n mov o0, r0"},
    {"exece\n vfetch_mini r2" F1, "exece\n mov eA, c2\n mov eM0, r0"}, /* no records */
    {"exece\n mov eA, c2\n mov eM0, r0", "exec\n mov eM0, r0\n mov eM1, r0\n exece\n serialize\n mov r2, r0"},
};

static void misfits_are_refused(void)
{
    for (size_t i = 0; i < sizeof misfits / sizeof *misfits; i++) {
        prepare(3);
        CU_ASSERT_EQUAL(batch_rig_run(&rig, misfits[i].ran), SIM_OK);
        CU_ASSERT_EQUAL(xenos_trace_vector(&trace, &rig.batch, &rig.result, 1, 2, &rig.error), SIM_OK);
        uint32_t ops = trace.ops, stores = trace.stores, lines = trace.lines;
        batch_rig_assemble(&rig, misfits[i].walked);
        enum sim_status status = xenos_trace_vector(&trace, &rig.batch, &rig.result, 1, 2, &rig.error);
        CU_ASSERT_EQUAL(status, SIM_HOST);
        CU_ASSERT(strstr(rig.error.text, "has a trace that is none of its program") != NULL);
        CU_ASSERT(trace.ops == ops && trace.stores == stores && trace.lines == lines);
        if (status != SIM_HOST)
            fprintf(stderr, "%s\n%s\n", misfits[i].walked, print_ops(ops, 2));
    }
}

/* A record that says otherwise than the trace. */
static void records_belong_to_their_words(void)
{
    prepare(2);
    CU_ASSERT_EQUAL(batch_rig_run(&rig, "exece\n mov eA, c2\n mov eM0, r0"), SIM_OK);
    rig.result.memory_export[1].written = 2;
    CU_ASSERT_EQUAL(xenos_trace_vector(&trace, &rig.batch, &rig.result, 0, 2, &rig.error), SIM_HOST);
    CU_ASSERT_STRING_EQUAL(rig.error.text, "invocation 1 has a trace that is none of its program");
    rig.result.memory_export[1].written = 1;
    rig.result.memory_export[1].invocation = 2;
    CU_ASSERT_EQUAL(xenos_trace_vector(&trace, &rig.batch, &rig.result, 0, 2, &rig.error), SIM_HOST);
    rig.result.memory_export[1].invocation = 1;
    CU_ASSERT_EQUAL(xenos_trace_vector(&trace, &rig.batch, &rig.result, 0, 2, &rig.error), SIM_OK);
    rig.result.memory_exports = 1;
    CU_ASSERT_EQUAL(xenos_trace_vector(&trace, &rig.batch, &rig.result, 0, 2, &rig.error), SIM_HOST);
}

void test_shader_trace(void)
{
    CU_pSuite suite = CU_add_suite("shader/trace", NULL, NULL);
    CU_add_test(suite, "programs do what they say", programs_do_what_they_say);
    CU_add_test(suite, "stores have their bytes", stores_have_their_bytes);
    CU_add_test(suite, "the last one stays", the_last_one_stays);
    CU_add_test(suite, "vectors follow one another", vectors_follow_one_another);
    CU_add_test(suite, "no step is lost", no_step_is_lost);
    CU_add_test(suite, "both ways are the same", both_ways_are_the_same);
    CU_add_test(suite, "misfits are refused", misfits_are_refused);
    CU_add_test(suite, "records belong to their words", records_belong_to_their_words);
}
