/* Shader programs: images of real ones, control flow as text, compiled shaders' files, and images that are malformed.
 */
#include "models/xenos/shader/program.h"
#include "tests/support/corpus.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int fuzz_shader(const uint8_t *data, size_t size);

struct text {
    char bytes[8192];
    size_t size;
};

static void take_line(void *self, const struct xenos_line *line)
{
    struct text *t = self;
    int length = snprintf(t->bytes + t->size, sizeof t->bytes - t->size, "%s\n", line->text);
    t->size += (size_t)length;
}

/* The cube's vertex shader. */
static const uint32_t cube[15][3] = {
    {0x70153003, 0x00001200, 0xC2000000}, {0x00004006, 0x00001200, 0xC4000000}, {0x0000400A, 0x00002200, 0},
    {0x05F82000, 0x00000688, 0},          {0x05F80000, 0x00000447, 0},          {0x05F81000, 0x00000688, 0},
    {0xC801803E, 0x00A7A700, 0xAF020000}, {0xC802803E, 0x00A7A700, 0xAF020100}, {0xC804803E, 0x00A7A700, 0xAF020200},
    {0xC808803E, 0x00A7A700, 0xAF020300}, {0xC80F8001, 0, 0xE2010100},          {0xC8018000, 0x00C3BE00, 0xB0000400},
    {0xC8028000, 0x00C3BE00, 0xB0000500}, {0xC8048000, 0x00C3BE00, 0xB0000600}, {0, 0, 0},
};

static const char cube_text[] = "xvs_3_0\n"
                                "exec\n"
                                "vfetch_full r2, r0.x, vf95\n"
                                "vfetch_full r0._xyz, r0.x, vf95\n"
                                "vfetch_full r1, r0.x, vf95\n"
                                "alloc position\n"
                                "exec\n"
                                "dp4 oPos.x___, r2.wzxy, c0.wzxy\n"
                                "dp4 oPos._y__, r2.wzxy, c1.wzxy\n"
                                "dp4 oPos.__z_, r2.wzxy, c2.wzxy\n"
                                "dp4 oPos.___w, r2.wzxy, c3.wzxy\n"
                                "alloc interpolators\n"
                                "exece\n"
                                "max o1, r1, r1\n"
                                "dp3 o0.x___, r0.wyzz, c4.zxyy\n"
                                "dp3 o0._y__, r0.wyzz, c5.zxyy\n"
                                "dp3 o0.__z_, r0.wyzz, c6.zxyy\n"
                                ".slot 0x0, 0x0, 0x0\n";

static void put_big(uint8_t *at, uint32_t word)
{
    for (unsigned i = 0; i < 4; i++)
        at[i] = (uint8_t)(word >> (24 - 8 * i));
}

static void cube_reads_in_either_order(void)
{
    uint8_t big[sizeof cube];
    struct sim_error error;

    for (unsigned i = 0; i < 45; i++)
        put_big(big + 4 * i, cube[i / 3][i % 3]);
    for (unsigned order = 0; order < 2; order++) {
        struct text text = {.size = 0};
        struct xenos_program p;
        const uint8_t *bytes = order == XENOS_BIG_ENDIAN ? big : (const uint8_t *)cube;
        CU_ASSERT_EQUAL_FATAL(xenos_program_read(&p, "cube", bytes, sizeof cube, (enum xenos_byte_order)order,
                                                 XENOS_TYPE_UNKNOWN, &error),
                              SIM_OK);
        CU_ASSERT_EQUAL(p.type, XENOS_VERTEX_SHADER);
        CU_ASSERT_EQUAL(p.slots, 15);
        CU_ASSERT_EQUAL(p.cfs, 6);
        xenos_program_list(&p, take_line, &text);
        CU_ASSERT_STRING_EQUAL(text.bytes, cube_text);
        xenos_program_free(&p);
    }
}

static void cube_assembles_to_its_words(void)
{
    struct xenos_program p;
    struct sim_error error;
    CU_ASSERT_EQUAL_FATAL(xenos_program_assemble(&p, "cube", cube_text, sizeof cube_text - 1, &error), SIM_OK);
    CU_ASSERT_EQUAL(p.slots, 15);
    CU_ASSERT(memcmp(p.slot, cube, sizeof cube) == 0);
    xenos_program_free(&p);
}

/* Every kind of control flow, comments, and execs whose slots do not follow. */
static const char flow[] = "xps_3_0 // a pixel shader\n"
                           "exec, PredicateClean=false\n"
                           "  /* two lines\n of comment */ setp_gt r0._, r1.x ; and one more\n"
                           "  serialize\n"
                           "  (!p0) add r2.xyz_, r2, c[4+aL]\n"
                           "    + rcp r3.x___, r_abs[1].w\n"
                           "(p0) exec\n"
                           "  (p0) tfetch3D r4.xyz1, r1.xyw, tf3, MagFilter=linear, LODBias=-0.5\n"
                           "cexec !b130\n"
                           "  kills_eq r0._, r1.x\n"
                           "cexec b2, PredicateClean=false, Yield=true\n"
                           "  nothing\n";

static void control_flow_survives(void)
{
    static const char program[] = "xps_3_0\n"
                                  "exec, PredicateClean=false\n"
                                  "setp_gt r0._, r1.x\n"
                                  "serialize\n"
                                  "(!p0) add r2.xyz_, r2, c[4+aL]\n"
                                  "+ rcp r3.x___, c[4+aL].w\n"
                                  "(p0) exec\n"
                                  "(p0) tfetch3D r4.xyz1, r1.xyw, tf3, MagFilter=linear, LODBias=-0.5\n"
                                  "cexec !b130\n"
                                  "kills_eq r0._, r1.x\n"
                                  "cexec b2, PredicateClean=false, Yield=true\n"
                                  "add oC0.xy01, r1, r2\n"
                                  "loop i5, L8\n"
                                  "label L5\n"
                                  "exec, Address=9, Count=1\n"
                                  "(!p0) call L9\n"
                                  "endloop i5, L5, PredicatedBreak=true, Condition=true\n"
                                  "label L8\n"
                                  "cjmp b7, L10\n"
                                  "label L9\n"
                                  "ret\n"
                                  "label L10\n"
                                  "alloc export, Size=2\n"
                                  "mark_vs_fetch_done\n"
                                  "exece\n";
    struct xenos_program p;
    struct sim_error error = {""};
    struct text text = {.size = 0};

    CU_ASSERT_EQUAL_FATAL(xenos_program_assemble(&p, "flow", program, sizeof program - 1, &error), SIM_OK);
    CU_ASSERT_EQUAL(p.cfs, 14);
    struct xenos_words cf = xenos_program_cf(&p, 4);
    struct xenos_cf d = xenos_decode_cf(&cf);
    CU_ASSERT_EQUAL(d.op, XENOS_CF_LOOP);
    CU_ASSERT_EQUAL(d.address, 8);
    CU_ASSERT_EQUAL(d.constant, 5);
    cf = xenos_program_cf(&p, 0);
    d = xenos_decode_cf(&cf);
    CU_ASSERT_EQUAL(d.address, 7);
    CU_ASSERT_EQUAL(d.count, 2);
    CU_ASSERT_EQUAL(d.sequence, 8); /* the second waits */
    CU_ASSERT_FALSE(d.predicate_clean);
    xenos_program_list(&p, take_line, &text);
    CU_ASSERT_STRING_EQUAL(text.bytes, program);
    xenos_program_free(&p);
}

static void mistakes_have_lines(void)
{
    struct xenos_program p;
    struct sim_error error = {""};
    CU_ASSERT_EQUAL(xenos_program_assemble(&p, "flow", flow, sizeof flow - 1, &error), SIM_BAD_INPUT);
    CU_ASSERT_STRING_EQUAL(error.text, "flow:13:3: there is no instruction nothing");
    xenos_program_free(&p);
}

static const struct {
    const char *text, *mistake;
} bad_texts[] = {
    {"", "t:1:1: there is no control flow"},
    {"exec\n", "t:1:1: a program begins with xvs_3_0 or xps_3_0"},
    {"xvs_3_0\n add r0, r1, r2\n", "t:2:2: an instruction stands behind an exec"},
    {"xvs_3_0\nexece, Count=0\nmov r0, r1", "t:3:1: the exec above was given its count, and has no instructions here"},
    {"xvs_3_0\njmp here\nexece\n", "t:2:5: there is no such label"},
    {"xvs_3_0\nlabel a\nlabel a\nexece\n", "t:3:7: this label is there already"},
    {"xvs_3_0\nexece\nserialize\n", "t:4:1: serialize is of an instruction that follows"},
    {"xvs_3_0\n.slot 1, 2\nexece", "t:2:11: a , goes here"},
    {"xvs_3_0\nexec\n", "t: offset 0x0: no exec ends this program"},
    {"xvs_3_0\nexece, Address=9, Count=1\n", "t: offset 0x0: control flow 0 executes beyond the last slot, to 9"},
};

static void bad_texts_are_refused(void)
{
    for (size_t i = 0; i < sizeof bad_texts / sizeof *bad_texts; i++) {
        struct xenos_program p;
        struct sim_error error = {""};
        CU_ASSERT_EQUAL(xenos_program_assemble(&p, "t", bad_texts[i].text, strlen(bad_texts[i].text), &error),
                        SIM_BAD_INPUT);
        CU_ASSERT_STRING_EQUAL(error.text, bad_texts[i].mistake);
        if (strcmp(error.text, bad_texts[i].mistake) != 0)
            fprintf(stderr, "'%s': %s\n", bad_texts[i].text, error.text);
        xenos_program_free(&p);
    }
}

/* One slot of control flow and one more. */
static const struct {
    uint32_t word[3];
    const char *mistake;
} bad_images[] = {
    {{0x00001000, 0x2000, 0}, "i: offset 0x0: control flow 0 executes control flow, slot 0"},
    {{0x00002001, 0x2000, 0}, "i: offset 0x0: control flow 0 executes beyond the last slot, to 2"},
    {{0x00007001, 0x2000, 0}, "i: offset 0x0: control flow 0 executes more than 6 instructions: 7"},
    {{0x00001001, 0x1FFF2000, 0xB0000000},
     "i: offset 0x0: control flow 1 goes beyond the last of control flow, to 8191"},
    {{0x00001001, 0x1000, 0}, "i: offset 0x0: no exec ends this program"},
};

static void bad_images_are_refused(void)
{
    uint8_t bytes[24] = {0};
    struct xenos_program p;
    struct sim_error error;

    for (size_t i = 0; i < sizeof bad_images / sizeof *bad_images; i++) {
        for (unsigned k = 0; k < 3; k++)
            put_big(bytes + 4 * k, bad_images[i].word[k]);
        enum sim_status status =
            xenos_program_read(&p, "i", bytes, sizeof bytes, XENOS_BIG_ENDIAN, XENOS_TYPE_UNKNOWN, &error);
        CU_ASSERT_EQUAL(status, SIM_BAD_INPUT);
        CU_ASSERT_STRING_EQUAL(error.text, bad_images[i].mistake);
        if (strcmp(error.text, bad_images[i].mistake) != 0)
            fprintf(stderr, "%zu: %s\n", i, error.text);
        xenos_program_free(&p);
    }
    CU_ASSERT_EQUAL(xenos_program_read(&p, "i", bytes, 13, XENOS_BIG_ENDIAN, XENOS_TYPE_UNKNOWN, &error),
                    SIM_BAD_INPUT);
    CU_ASSERT_STRING_EQUAL(error.text, "i: offset 0x0: 13 bytes are no slots of 12 bytes each");
    xenos_program_free(&p);
}

/* A compiled shader's file around the cube: constants of 16 bytes before the microcode. */
enum { PART = 0x40, CONSTANTS = 16, FILE_SIZE = PART + CONSTANTS + sizeof cube };

static void make_container(uint8_t *file)
{
    memset(file, 0, FILE_SIZE);
    put_big(file, 0x102A1101);
    put_big(file + 4, PART);
    put_big(file + 8, CONSTANTS + sizeof cube);
    put_big(file + 0x18, 0x24);
    put_big(file + 0x24, CONSTANTS);
    put_big(file + 0x28, sizeof cube);
    for (unsigned i = 0; i < 45; i++)
        put_big(file + PART + CONSTANTS + 4 * i, cube[i / 3][i % 3]);
}

static void containers_are_read(void)
{
    static const struct {
        size_t at;
        uint32_t word;
        const char *mistake;
    } bad[] = {
        {0, 0x102A1102, "c: offset 0x3: shaders are of type 0 or 1, not 2"},
        {4, UINT32_MAX, "c: offset 0x4: the microcode's part lies beyond the file's end"},
        {8, 0xC5, "c: offset 0x4: the microcode's part lies beyond the file's end"},
        {0x18, FILE_SIZE - 4, "c: offset 0x18: the shader's header lies beyond the file's end"},
        {0x24, UINT32_MAX, "c: offset 0x24: the microcode lies beyond its part's end"},
        {0x28, sizeof cube + 12, "c: offset 0x24: the microcode lies beyond its part's end"},
        {0x28, 0, "c: offset 0x50: 0 bytes are no slots of 12 bytes each"},
        {PART + CONSTANTS, 0x70153000, "c: offset 0x50: control flow 0 executes control flow, slot 0"},
    };
    uint8_t file[FILE_SIZE];
    struct xenos_program p;
    struct sim_error error;

    make_container(file);
    CU_ASSERT_EQUAL_FATAL(
        xenos_program_read(&p, "c", file, sizeof file, XENOS_LITTLE_ENDIAN, XENOS_PIXEL_SHADER, &error), SIM_OK);
    CU_ASSERT_EQUAL(p.type, XENOS_VERTEX_SHADER);
    CU_ASSERT(p.slots == 15 && memcmp(p.slot, cube, sizeof cube) == 0);
    xenos_program_free(&p);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        make_container(file);
        put_big(file + bad[i].at, bad[i].word);
        CU_ASSERT_EQUAL(xenos_program_read(&p, "c", file, sizeof file, XENOS_BIG_ENDIAN, XENOS_TYPE_UNKNOWN, &error),
                        SIM_BAD_INPUT);
        CU_ASSERT_STRING_EQUAL(error.text, bad[i].mistake);
        if (strcmp(error.text, bad[i].mistake) != 0)
            fprintf(stderr, "%zu: %s\n", i, error.text);
        xenos_program_free(&p);
    }
    for (size_t size = 4; size < sizeof file; size += 4) { /* cut short anywhere */
        make_container(file);
        CU_ASSERT_EQUAL(xenos_program_read(&p, "c", file, size, XENOS_BIG_ENDIAN, XENOS_TYPE_UNKNOWN, &error),
                        SIM_BAD_INPUT);
        xenos_program_free(&p);
    }
}

static void corpus_does_not_crash(void)
{
    CU_ASSERT(corpus_replay("shader", fuzz_shader) >= 4);
}

void test_shader_program(void)
{
    CU_pSuite suite = CU_add_suite("shader/program", NULL, NULL);
    CU_add_test(suite, "cube reads in either order", cube_reads_in_either_order);
    CU_add_test(suite, "cube assembles to its words", cube_assembles_to_its_words);
    CU_add_test(suite, "control flow survives", control_flow_survives);
    CU_add_test(suite, "mistakes have lines", mistakes_have_lines);
    CU_add_test(suite, "bad texts are refused", bad_texts_are_refused);
    CU_add_test(suite, "bad images are refused", bad_images_are_refused);
    CU_add_test(suite, "containers are read", containers_are_read);
    CU_add_test(suite, "corpus does not crash", corpus_does_not_crash);
}
