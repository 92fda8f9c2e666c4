/* Batches by the interpreter: what each invocation leaves behind, word by word, and that a batch is its invocations. */
#include "tests/unit/suites.h"
#include "tests/unit/xenos/shader/batch_rig.h"

#include <CUnit/CUnit.h>

#include <stdio.h>
#include <string.h>

enum { NOTHING = -1 };

static struct batch_rig rig;

static void exports_stand_side_by_side(void)
{
    batch_rig_prepare(&rig, 3);
    CU_ASSERT_EQUAL_FATAL(batch_rig_run(&rig,
                                        "exec\n mov oPos.xy, r0\n setp_eq r2._, r0.x\n exece\n (p0) mov o3.__z, r1.x\n"
                                        "mov o1.x__1, r1\n mov o7._, r0"),
                          SIM_OK);
    const struct xenos_batch_result *r = &rig.result;
    CU_ASSERT_EQUAL(r->count, 3);
    CU_ASSERT_EQUAL_FATAL(r->exports, 3); /* o7 is not written anywhere */
    CU_ASSERT_EQUAL(r->export_index[0], 1);
    CU_ASSERT_EQUAL(r->export_index[1], 3);
    CU_ASSERT_EQUAL(r->export_index[2], 62);
    for (uint32_t i = 0; i < 3; i++) {
        CU_ASSERT_EQUAL(r->export[i], batch_rig_word((float)(10 + i)));
        CU_ASSERT_EQUAL(r->export[3 * 3 + i], batch_rig_word(1)); /* w */
        CU_ASSERT_EQUAL(r->export[(4 + 2) * 3 + i], i == 0 ? batch_rig_word(10) : 0);
        CU_ASSERT_EQUAL(r->export[8 * 3 + i], batch_rig_word((float)i));
        CU_ASSERT_EQUAL(r->export[9 * 3 + i], batch_rig_word(1 - (float)i));
        CU_ASSERT_EQUAL(r->written[i], 9);
        CU_ASSERT_EQUAL(r->written[3 + i], i == 0 ? 4 : 0);
        CU_ASSERT_EQUAL(r->written[6 + i], 3);
        CU_ASSERT_EQUAL(r->killed[i], 0);
        CU_ASSERT_EQUAL(r->trace_first[i + 1], 0);
    }
    CU_ASSERT_EQUAL(r->memory_exports, 0);
}

static void kills_are_of_their_invocations(void)
{
    batch_rig_prepare(&rig, 4);
    CU_ASSERT_EQUAL_FATAL(batch_rig_run(&rig, "exece\n kill_gt r2, r0.x, c1.x\n mov o0, r0"), SIM_OK);
    for (uint32_t i = 0; i < 4; i++) {
        CU_ASSERT_EQUAL(rig.result.killed[i], i > 0);
        CU_ASSERT_EQUAL(rig.result.written[i], 15);
    }
}

/* Temps that are no input are zero for each, and what one left behind is gone. */
static void nothing_is_left_for_the_next(void)
{
    batch_rig_prepare(&rig, 2);
    rig.constants.loop[1] = 0x010103; /* aL from 1 */
    CU_ASSERT_EQUAL_FATAL(batch_rig_run(&rig,
                                        "exec\n mov o0, r9\n add r9, r0.x, c1.z\n loop i1, E\n label B\n"
                                        "exec\n mov o1, r[50+aL]\n mov r[50+aL], c1.z\n"
                                        "endloop i1, B\n label E\n exece\n movas r2._, c1.z\n setp_gt r2._, c1.x\n"
                                        "add r50, r50, c1.z\n kill_gt r2, r0.y, r9\n mov o2, r50.x"),
                          SIM_OK);
    for (uint32_t i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL(rig.result.export[i], 0);
        CU_ASSERT_EQUAL(rig.result.export[4 * 2 + i], 0);
        CU_ASSERT_EQUAL(rig.result.export[8 * 2 + i], batch_rig_word(8));
    }
}

static void textures_are_asked_for(void)
{
    batch_rig_prepare(&rig, 2);
    rig.constants.fetch[3][0] = batch_rig_word(7);
    CU_ASSERT_EQUAL_FATAL(batch_rig_run(&rig, "exec\n tfetch2D r2, r0.yx, tf3\n exece\n mov o0, r2"), SIM_OK);
    for (uint32_t i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL(rig.result.export[i], batch_rig_word(1 - (float)i));
        CU_ASSERT_EQUAL(rig.result.export[2 + i], batch_rig_word((float)i));
        CU_ASSERT_EQUAL(rig.result.export[6 + i], batch_rig_word(7));
    }
    CU_ASSERT_EQUAL(rig.result.trace_first[2], 0);
    rig.batch.texture = NULL;
    CU_ASSERT_EQUAL_FATAL(xenos_batch_interpret(&rig.batch, &rig.result, &rig.error), SIM_OK);
    CU_ASSERT_EQUAL(rig.result.export[0], 0);
}

static void vertices_come_as_bytes(void)
{
    batch_rig_prepare(&rig, 3);
    CU_ASSERT_EQUAL_FATAL(
        batch_rig_run(
            &rig, "exec\n vfetch_full r2.xy__, r0.x, vf0, DataFormat=FMT_32_32_FLOAT, Stride=3\n exece\n mov o0, r2"),
        SIM_OK);
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t at = 0x100 + 12 * i, x = 0;
        for (unsigned k = 4; k-- > 0;)
            x = x << 8 | rig.memory[at + k];
        CU_ASSERT_EQUAL(rig.result.export[i], x);
        CU_ASSERT_EQUAL(rig.result.trace[i], at / 4);
    }
    rig.batch.read = NULL;
    CU_ASSERT_EQUAL_FATAL(xenos_batch_interpret(&rig.batch, &rig.result, &rig.error), SIM_OK);
    CU_ASSERT_EQUAL(rig.result.export[0], 0);
    CU_ASSERT_EQUAL(rig.result.trace[2], 0x40 + 6);
}

/* Two memory exports an invocation; the second without eA goes nowhere, and the third is of those that are not 1. */
static void memory_exports_are_records(void)
{
    batch_rig_prepare(&rig, 2);
    CU_ASSERT_EQUAL_FATAL(batch_rig_run(&rig,
                                        "exec\n mov eA, r1\n mov eM0, r0\n mov eM2.x, r1\n setp_eq r2._, r0.x\n"
                                        "alloc export\n exec\n mov eM1, r0\n serialize\n (p0) mov eA, c1\n exece\n"
                                        "(p0) mov eM4, r1.xxxx"),
                          SIM_OK);
    static const uint32_t words[] = {5, 0, 16, 5, 0, 0};
    const struct xenos_batch_export *m = rig.result.memory_export;
    CU_ASSERT_EQUAL_FATAL(rig.result.memory_exports, 3);
    CU_ASSERT_EQUAL(rig.result.exports, 0);
    CU_ASSERT_EQUAL_FATAL(rig.result.trace_first[2], 6);
    CU_ASSERT_EQUAL(memcmp(rig.result.trace, words, sizeof words), 0);
    CU_ASSERT(m[0].invocation == 0 && m[0].written == 5 && m[0].address[0] == batch_rig_word(10));
    CU_ASSERT(m[0].element[0][1] == batch_rig_word(1) && m[0].element[2][0] == batch_rig_word(10));
    CU_ASSERT(m[0].element[2][1] == 0 && m[0].element[1][0] == 0);
    CU_ASSERT(m[1].invocation == 0 && m[1].written == 16 && m[1].address[1] == batch_rig_word(-2));
    CU_ASSERT(m[1].element[4][3] == batch_rig_word(10) && m[1].element[0][1] == 0);
    CU_ASSERT(m[2].invocation == 1 && m[2].written == 5 && m[2].element[2][0] == batch_rig_word(11));
}

/* Programs for three invocations, whose r0.x is 0, 1 and 2, and their words. */
static const struct {
    const char *text;
    uint32_t first[4], word[24];
} traces[] = {
    /* what does not look at p0 has none */
    {"loop i1, E\n label B\n cexec b1\n mov r2, r0\n endloop i1, B\n label E\n call S\n cexece b1\n mov o0, r2\n"
     "label S\n ret",
     {0},
     {0}},
    /* predicated execs; an end that is not taken goes on */
    {"exec\n setp_eq r2._, r0.x\n (p0) exece\n mov o0, r0\n (!p0) exec\n mov o0, r1\n (p0) exec\n mov o0, r1\n exece",
     {0, 1, 4, 7},
     {1, 0, 1, 0, 0, 1, 0}},
    /* jumps */
    {"exec\n setp_gt r2._, r0.x\n (p0) jmp E\n exec\n mov o0, r0\n (!p0) jmp E\n cjmp b1, E\n label E\n exece",
     {0, 2, 3, 4},
     {0, 1, 1, 1}},
    /* calls, and what is called looks too */
    {"exec\n setp_gt r2._, r0.x\n (p0) call S\n jmp E\n label S\n (p0) exec\n mov o0, r0\n ret\n label E\n exece",
     {0, 1, 3, 5},
     {0, 1, 1, 1, 1}},
    /* a loop that each leaves after another iteration, which the last looks at as well */
    {"loop i1, E\n label B\n exec\n setp_eq r2._, r0.x\n add r0.x, r0.x, c0.x\n"
     "endloop i1, B, PredicatedBreak=true, Condition=true\n label E\n exece",
     {0, 1, 3, 6},
     {1, 0, 1, 0, 0, 1}},
    /* the last iteration's word is what p0 was, whether or not anything is left to break */
    {"loop i2, E\n label B\n exec\n setp_gt r2._, r0.x\n endloop i2, B, PredicatedBreak=true, Condition=false\n"
     "label E\n exece",
     {0, 1, 3, 5},
     {1, 0, 0, 0, 0}},
    /* one in the other */
    {"loop i2, E\n label B\n loop i2, F\n label C\n exec\n setp_eq r2._, r0.x\n"
     "endloop i2, C, PredicatedBreak=true, Condition=true\n label F\n endloop i2, B\n label E\n exece",
     {0, 2, 6, 10},
     {1, 1, 0, 0, 0, 0, 0, 0, 0, 0}},
    /* fetches: dwords of the vertex; predicated away; mini fetches; beyond the end */
    {"exece\n setp_gt r2._, r0.x\n"
     "vfetch_full r2, r0.x, vf0, DataFormat=FMT_32_FLOAT, Stride=31\n"
     "vfetch_mini r3, DataFormat=FMT_32_32_32_32_FLOAT, Offset=2\n"
     "(p0) vfetch_mini r4, DataFormat=FMT_32_FLOAT, Offset=1\n",
     {0, 3, 6, 9},
     {0x40, 0x42, (uint32_t)NOTHING, 0x5F, 0x61, 0x60, 0x7E, (uint32_t)NOTHING, 0x7F}},
    /* before the constant's first dword; of a constant that is none, and formats that are none */
    {"exece\n vfetch_full r2, r0.x, vf0, DataFormat=FMT_32_FLOAT, Stride=1, Offset=-1\n"
     "vfetch_full r2, r0.x, vf1, DataFormat=FMT_32_FLOAT, Stride=1\n"
     "vfetch_full r2, r0.x, vf0, DataFormat=0, Stride=2\n",
     {0, 3, 6, 9},
     {(uint32_t)NOTHING, (uint32_t)NOTHING, 0x40, 0x40, (uint32_t)NOTHING, 0x42, 0x41, (uint32_t)NOTHING, 0x44}},
    /* memory exports: alloc, a serialized fetch before its own word, the end */
    {"alloc export\n exec\n mov eA, r0\n mov eM0, r0\n mov eM4, r0\n serialize\n"
     "vfetch_full r2, r0.x, vf0, DataFormat=FMT_32_FLOAT, Stride=1\n alloc none\n exece",
     {0, 5, 10, 15},
     {0, 17, 0x40, 0, 0, 0, 17, 0x41, 0, 0, 0, 17, 0x42, 0, 0}},
    /* eA alone exports nothing, and is no word */
    {"alloc export\n exec\n mov eA, r0\n serialize\n mov eM2._, r0\n exece", {0}, {0}},
};

static void traces_are_word_for_word(void)
{
    for (size_t i = 0; i < sizeof traces / sizeof *traces; i++) {
        batch_rig_prepare(&rig, 3);
        rig.constants.number[0][0] = batch_rig_word(-1);
        CU_ASSERT_EQUAL(batch_rig_run(&rig, traces[i].text), SIM_OK);
        bool good = memcmp(rig.result.trace_first, traces[i].first, sizeof traces[i].first) == 0;
        for (uint32_t k = 0; good && k < traces[i].first[3]; k++)
            good = rig.result.trace[k] == traces[i].word[k];
        CU_ASSERT(good);
        if (good)
            continue;
        fprintf(stderr, "%s\n%s", traces[i].text, rig.error.text);
        for (uint32_t k = 0; k < 3; k++) {
            fprintf(stderr, "\n%u:", k);
            for (uint32_t w = rig.result.trace_first[k]; w < rig.result.trace_first[k + 1]; w++)
                fprintf(stderr, " %x", rig.result.trace[w]);
        }
        fputc('\n', stderr);
    }
}

/* The first invocation that may not. */
static void what_no_program_may_is_said(void)
{
    batch_rig_prepare(&rig, 3);
    CU_ASSERT_EQUAL(
        batch_rig_run(&rig,
                      "exec\n setp_eq r2._, r0.x\n (p0) exece\n mov o0, r0\n cnop\n endloop i1, L1\n label L1\n exece"),
        SIM_GUEST);
    CU_ASSERT_STRING_EQUAL(rig.error.text, "control flow 3 ends a loop that was not begun");
    CU_ASSERT_EQUAL(rig.result.count, 0);
    rig.batch.count = 1; /* and those before it are fine */
    CU_ASSERT_EQUAL(xenos_batch_interpret(&rig.batch, &rig.result, &rig.error), SIM_OK);
    CU_ASSERT_EQUAL(rig.result.count, 1);
    rig.batch.count = 0;
    CU_ASSERT_EQUAL(xenos_batch_interpret(&rig.batch, &rig.result, &rig.error), SIM_OK);
    CU_ASSERT_EQUAL(rig.result.trace_first[0], 0);
}

/* One run of the interpreter, as it was before there were batches. */
struct single {
    struct xenos_batch_export export[64];
    unsigned exports;
};

static uint32_t load(void *self, uint32_t address)
{
    uint8_t b[4];
    (void)self;
    rig.batch.read(&rig, address, b, sizeof b);
    return (uint32_t)b[3] << 24 | (uint32_t)b[2] << 16 | (uint32_t)b[1] << 8 | b[0];
}

static void export_memory(void *self, const uint32_t address[4], const uint32_t element[XENOS_EXPORT_ELEMENTS][4],
                          unsigned written)
{
    struct single *s = self;
    if (s->exports == 64)
        return;
    struct xenos_batch_export *to = &s->export[s->exports++];
    to->written = written;
    memcpy(to->address, address, sizeof to->address);
    memcpy(to->element, element, sizeof to->element);
}

static void sample(void *self, const struct xenos_texture_request *request, uint32_t result[4])
{
    (void)self;
    rig.batch.texture(&rig, request, result);
}

static bool same_exports(const struct xenos_invocation *s, uint32_t i)
{
    const struct xenos_batch_result *r = &rig.result;
    size_t count = rig.batch.count, k = 0;
    bool good = r->killed[i] == s->alu.killed;
    for (unsigned index = 0; index < XENOS_EXPORT_INDICES; index++) {
        if (k < r->exports && r->export_index[k] == index) {
            good = good && r->written[k * count + i] == s->written[index];
            for (unsigned c = 0; c < 4; c++)
                good = good && r->export[(4 * k + c) * count + i] == s->export[index][c];
            k++;
        } else {
            good = good && s->written[index] == 0;
        }
    }
    return good;
}

static bool same_memory_exports(const struct single *s, uint32_t i, uint32_t *at)
{
    bool good = true;
    for (unsigned k = 0; good && k < s->exports; k++) {
        struct xenos_batch_export wanted = s->export[k];
        wanted.invocation = i;
        good =
            *at < rig.result.memory_exports && memcmp(&rig.result.memory_export[(*at)++], &wanted, sizeof wanted) == 0;
    }
    return good;
}

static void batches_are_their_invocations(void)
{
    uint32_t seed = 1, exported = 0, words = 0;
    for (unsigned round = 0; round < 300; round++) {
        batch_rig_random(&rig, &seed, round % 3 != 0);
        uint32_t at = 0;
        bool good = rig.result.count == rig.batch.count;
        for (uint32_t i = 0; good && i < rig.batch.count; i++) {
            struct xenos_invocation s = {0};
            struct single single = {.exports = 0};
            struct xenos_environment e = {.constants = &rig.constants,
                                          .size = 256,
                                          .steps = rig.batch.steps,
                                          .self = &single,
                                          .load = load,
                                          .export_memory = export_memory,
                                          .texture = sample};
            for (unsigned k = 0; k < 4 * BATCH_RIG_INPUTS; k++)
                s.temp[k / 4][k % 4] = rig.input[k * rig.batch.count + i];
            good = xenos_interpret(&rig.program, &e, &s, &rig.error) == SIM_OK && same_exports(&s, i) &&
                   same_memory_exports(&single, i, &at);
        }
        CU_ASSERT(good);
        CU_ASSERT_EQUAL(at, rig.result.memory_exports);
        exported += at;
        words += rig.result.trace_first[rig.batch.count];
    }
    CU_ASSERT(exported > 1000 && words > 10000); /* that something was compared */
}

void test_batch(void)
{
    CU_pSuite suite = CU_add_suite("shader/batch", NULL, NULL);
    CU_add_test(suite, "exports stand side by side", exports_stand_side_by_side);
    CU_add_test(suite, "kills are of their invocations", kills_are_of_their_invocations);
    CU_add_test(suite, "nothing is left for the next", nothing_is_left_for_the_next);
    CU_add_test(suite, "textures are asked for", textures_are_asked_for);
    CU_add_test(suite, "vertices come as bytes", vertices_come_as_bytes);
    CU_add_test(suite, "memory exports are records", memory_exports_are_records);
    CU_add_test(suite, "traces are word for word", traces_are_word_for_word);
    CU_add_test(suite, "batches are their invocations", batches_are_their_invocations);
    CU_add_test(suite, "what no program may is said", what_no_program_may_is_said);
}
