/* Shader instructions: fields, the worked words of real programs, and words as text and back. */
#include "models/xenos/shader/asm_insn.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdio.h>
#include <string.h>

static uint64_t state;

static uint64_t next_random(void)
{
    uint64_t z = state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static void fields_cover_every_bit_once(void)
{
    for (enum xenos_format format = 0; format < XENOS_FORMATS; format++) {
        unsigned bits = format < XENOS_FORMAT_ALU ? 48 : 96, next = 0;
        for (enum xenos_field f = xenos_format_first(format); f <= xenos_format_last(format); f++) {
            CU_ASSERT_EQUAL(xenos_field_info[f].format, format);
            CU_ASSERT_EQUAL(xenos_field_info[f].bit, next);
            next = xenos_field_info[f].bit + xenos_field_info[f].width;
        }
        CU_ASSERT_EQUAL(next, bits);
    }
}

static void fields_keep_their_neighbours(void)
{
    for (enum xenos_field f = 0; f < XENOS_FIELDS; f++) {
        struct xenos_words ones = {{UINT32_MAX, UINT32_MAX, UINT32_MAX}}, zeros = {{0}};
        uint64_t all = (UINT64_C(1) << xenos_field_info[f].width) - 1;
        xenos_put(&ones, f, 0);
        xenos_put(&zeros, f, all);
        CU_ASSERT_EQUAL(xenos_get(&ones, f), 0);
        CU_ASSERT_EQUAL(xenos_get(&zeros, f), all);
        CU_ASSERT_EQUAL(xenos_get_signed(&zeros, f), -1);
        for (unsigned i = 0; i < 3; i++)
            CU_ASSERT_EQUAL(ones.word[i], ~zeros.word[i]);
    }
}

enum kind { ALU, FETCH, CF };

static size_t disassemble(char *text, enum kind kind, const struct xenos_words *w, enum xenos_shader_type type)
{
    return kind == ALU     ? xenos_disassemble_alu(text, XENOS_DISASSEMBLY_MAX, w, type)
           : kind == FETCH ? xenos_disassemble_fetch(text, XENOS_DISASSEMBLY_MAX, w)
                           : xenos_disassemble_cf(text, XENOS_DISASSEMBLY_MAX, w, type, NULL);
}

/* Whether the text is those words; says what it is otherwise. */
static bool is_words(const char *text, enum xenos_shader_type type, const struct xenos_words *words)
{
    struct xenos_insn insn;
    struct xenos_mistake mistake;

    if (!xenos_assemble_insn(text, strlen(text), type, &insn, &mistake)) {
        fprintf(stderr, "'%s': %s\n", text, mistake.error.text);
        return false;
    }
    if (insn.label_length > 0) { /* L and a number */
        unsigned target = 0;
        for (size_t i = 1; i < insn.label_length; i++)
            target = target * 10 + (unsigned)(insn.label[i] - '0');
        xenos_put(&insn.words, XENOS_LOOP_TARGET, target);
    }
    if (memcmp(&insn.words, words, sizeof *words) == 0)
        return true;
    fprintf(stderr, "%08x %08x %08x '%s' became %08x %08x %08x\n", words->word[0], words->word[1], words->word[2], text,
            insn.words.word[0], insn.words.word[1], insn.words.word[2]);
    return false;
}

/* Of compiled shaders: a cube's, and parts of a lens flare's. */
static const struct {
    enum kind kind;
    enum xenos_shader_type type;
    struct xenos_words words;
    const char *text;
} worked[] = {
    {ALU, XENOS_VERTEX_SHADER, {{0xC801803E, 0x00A7A700, 0xAF020000}}, "dp4 oPos.x___, r2.wzxy, c0.wzxy"},
    {FETCH, XENOS_VERTEX_SHADER, {{0x05F82000, 0x00000688, 0}}, "vfetch_full r2, r0.x, vf95"},
    {FETCH, XENOS_VERTEX_SHADER, {{0x05F80000, 0x00000447, 0}}, "vfetch_full r0._xyz, r0.x, vf95"},
    {FETCH,
     XENOS_VERTEX_SHADER,
     {{0x05F82000, 0x00392A88, 8}},
     "vfetch_full r2.xyz1, r0.x, vf95, NumFormat=integer, DataFormat=FMT_32_32_32_FLOAT, Stride=8"},
    {FETCH, XENOS_PIXEL_SHADER, {{0x10081021, 0x1F1FF688, 0x00004000}}, "tfetch2D r1, r1.xy, tf0"},
    {FETCH, XENOS_PIXEL_SHADER, {{0x10287021, 0x1F1FFE88, 0x00004000}}, "tfetch2D r7.xyz_, r1.xy, tf2"},
    {FETCH, XENOS_PIXEL_SHADER, {{0xEC0860C1, 0x1F1FF447, 0x00004000}}, "tfetch2D r6._xyz, r6.wz, tf0"},
    {ALU, XENOS_VERTEX_SHADER, {{0xC80F8001, 0, 0xE2010100}}, "max o1, r1, r1"},
    {ALU, XENOS_VERTEX_SHADER, {{0xC8018000, 0x00C3BE00, 0xB0000400}}, "dp3 o0.x___, r0.wyzz, c4.zxyy"},
    {ALU,
     XENOS_PIXEL_SHADER,
     {{0x14878000, 0x006CC01B, 0xE1000101}},
     "mul oC0.xyz_, r0.x, r1.xyzz\n+ maxs oC0.___w, r1.ww"},
    {ALU, XENOS_PIXEL_SHADER, {{0xC80F8000, 0x00006C00, 0xA0000000}}, "add oC0, r0, c0.x"},
    {ALU, XENOS_VERTEX_SHADER, {{0xC8070003, 0x00C0C6C0, 0x0B120013}}, "mad r3.xyz_, c18.xyzz, c0.z, c19.xyzz"},
    {ALU, XENOS_VERTEX_SHADER, {{0xC8070004, 0x0165BEC0, 0xEB010504}}, "mad r4.xyz_, r1.yzxx, r5.zxyy, -r4.xyzz"},
    {ALU,
     XENOS_VERTEX_SHADER,
     {{0x248F0304, 0x00B4726C, 0xE1030380}},
     "mul r4, r3.xzyy, r3.zyyx\n+ sges r3.___w, r_abs[0].x"},
    {ALU,
     XENOS_VERTEX_SHADER,
     {{0x08120100, 0x00A7A76C, 0xAF040603}},
     "dp4 r0._y__, r4.wzxy, c6.wzxy\n+ muls r1.x___, r3.xx"},
    {ALU,
     XENOS_VERTEX_SHADER,
     {{0x64870000, 0x00BEBE61, 0xE0020001}},
     "add r0.xyz_, r2.zxyy, r0.zxyy\n+ subs r0.___w, r1.xy"},
    {ALU,
     XENOS_PIXEL_SHADER,
     {{0xB817110F, 0x03156C45, 0xA00B0000}},
     "add r15.xyz_, r11.yzww, -c0.x\n+ subsc r17.x___, -c0.x, -r6.y"},
    {ALU,
     XENOS_PIXEL_SHADER,
     {{0xBD210802, 0x01C3C046, 0x9002FF00}},
     "dp3_sat r2.x___, r2.wyzz, c255.xyzz\n+ subsc r8._y__, -c0.x, -r5.z"},
    {ALU,
     XENOS_PIXEL_SHADER,
     {{0xBC170817, 0x03C06C45, 0x80180000}},
     "add r23.xyz_, r24.xyzz, -c0.x\n+ subsc r8.x___, -c0.x, -r5.y"},
    {ALU, XENOS_PIXEL_SHADER, {{0xC8040001, 0x001A1AB1, 0xD10202FA}}, "dp2add r1.__z_, r2.zwww, r2.zwww, c250.y"},
    {ALU,
     XENOS_PIXEL_SHADER,
     {{0x15070005, 0x00B41B6C, 0xE1050103}},
     "mul_sat r5.xyz_, r5.xzyy, r1.w\n+ maxs r0._, r3.xx"},
    {ALU,
     XENOS_PIXEL_SHADER,
     {{0x0F170306, 0x00B41B1B, 0xE1060101}},
     "mul_sat r6.xyz_, r6.xzyy, r1.w\n+ muls_prev_sat r3.x___, r1.w"},
    {CF, XENOS_VERTEX_SHADER, {{0, 0xC200, 0}}, "alloc position"},
    {CF, XENOS_PIXEL_SHADER, {{0, 0xC400, 0}}, "alloc colors"},
    {CF, XENOS_VERTEX_SHADER, {{0x70153003, 0x1200, 0}}, "exec, Address=3, Count=3, Sequence=0x15, VertexCache=0x7"},
    {CF, XENOS_PIXEL_SHADER, {{0x00001003, 0x1000, 0}}, "exec, Address=3, Count=1, PredicateClean=false"},
};

static void worked_words_read_as_compiled(void)
{
    char text[XENOS_DISASSEMBLY_MAX];
    for (size_t i = 0; i < sizeof worked / sizeof *worked; i++) {
        disassemble(text, worked[i].kind, &worked[i].words, worked[i].type);
        CU_ASSERT_STRING_EQUAL(text, worked[i].text);
        if (strcmp(text, worked[i].text) != 0)
            fprintf(stderr, "'%s' is not '%s'\n", text, worked[i].text);
        CU_ASSERT(is_words(worked[i].text, worked[i].type, &worked[i].words));
    }
}

/* All bits at random: reserved fields, opcodes that are none, operands that share bits. */
static void random_words_survive(void)
{
    enum { WORDS = 300000 };
    char text[XENOS_DISASSEMBLY_MAX];
    unsigned bad = 0;

    state = 1;
    for (unsigned i = 0; i < WORDS && bad < 5; i++) {
        uint64_t a = next_random(), b = next_random();
        struct xenos_words w = {{(uint32_t)a, (uint32_t)(a >> 32), (uint32_t)b}};
        enum kind kind = (enum kind)(b >> 32) % 3;
        if (kind == CF) {
            w.word[1] &= 0xFFFF;
            w.word[2] = 0;
        }
        enum xenos_shader_type type = (enum xenos_shader_type)(b >> 63);
        size_t length = disassemble(text, kind, &w, type);
        bad += length >= sizeof text || !is_words(text, type, &w);
    }
    CU_ASSERT_EQUAL(bad, 0);
}

/* Few bits: what people write, and fields that alone are odd. */
static void single_fields_survive(void)
{
    char text[XENOS_DISASSEMBLY_MAX];
    for (enum xenos_field f = 0; f < XENOS_FIELDS; f++)
        for (unsigned i = 0; i < 64; i++) {
            enum xenos_format format = (enum xenos_format)xenos_field_info[f].format;
            enum kind kind = format == XENOS_FORMAT_ALU ? ALU : format > XENOS_FORMAT_ALU ? FETCH : CF;
            struct xenos_words w = xenos_usual(format);
            xenos_put(&w, f, i < xenos_field_info[f].width ? UINT64_C(1) << i : next_random());
            disassemble(text, kind, &w, XENOS_VERTEX_SHADER);
            CU_ASSERT(is_words(text, XENOS_VERTEX_SHADER, &w));
        }
}

static const struct {
    const char *text, *mistake;
    size_t at;
} wrong[] = {
    {"addd r0, r1, r2", "there is no instruction addd", 0},
    {"add r64, r1, r2", "registers are r0 to r63", 4},
    {"add r0, r1", "a , goes here", 10},
    {"add r0, r1, r2, r3", "this instruction has no field", 16},
    {"add r0, r[1+a0], r2", "temps are relative to aL alone", 12},
    {"add r0.xy1_, r1, r2", "only exports have 0 and 1 in the mask", 11},
    {"add oC0, r1, r2", "vertex shaders have no export oC0", 4},
    {"mad r0, c1, c[2+aL], c3", "constants of an instruction share", 0},
    {"add r0, c_abs[1], c2", "constants of an instruction share", 0},
    {"mad r0, r1, r2, r3 + rcp r4, r5.x", "the scalar unit's operands cannot be these", 21},
    {"add o0.x, r1, r2 + rcp o0.x, r3.x", "the vector unit writes that component", 19},
    {"add o0, r1, r2 + rcp r0.x, r3.x", "both halves export, or none", 17},
    {"rcp r0, r1.x + rsq r2, r1.x", "the scalar unit has its instruction already", 15},
    {"rcp r0, r1", "one of xyzw go here", 6},
    {"add r0, r1, r2, VectorDest=64", "VectorDest does not reach so far", 27},
    {"tfetch2D r0, r1.xy, tf32", "a number below 32 follows tf", 20},
    {"tfetch2D r0, r1.xy, tf0, LODBias=0.03", "this is no multiple of 1/16", 33},
    {"tfetch3D r0, r1.xy, tf0", "this takes 3 coordinates", 16},
    {"vfetch_full r0, r1.x, vf0, DataFormat=FMT_1", "DataFormat has no such value", 38},
    {"(p1) add r0, r1, r2", "p0 goes here", 1},
    {"(p0) alloc position", "this instruction takes no predicate", 0},
    {"exec, Opcode=3", "this instruction has no field Opcode", 6},
    {"loop i32, L0", "a number below 32 follows i", 5},
    {"cnop cnop", "this is more than the instruction takes", 5},
};

static void mistakes_have_places(void)
{
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct xenos_insn insn;
        struct xenos_mistake mistake = {.at = SIZE_MAX};
        CU_ASSERT_FALSE(
            xenos_assemble_insn(wrong[i].text, strlen(wrong[i].text), XENOS_VERTEX_SHADER, &insn, &mistake));
        CU_ASSERT(strstr(mistake.error.text, wrong[i].mistake) == mistake.error.text);
        CU_ASSERT_EQUAL(mistake.at, wrong[i].at);
        if (mistake.at != wrong[i].at || strstr(mistake.error.text, wrong[i].mistake) != mistake.error.text)
            fprintf(stderr, "'%s': at %zu: %s\n", wrong[i].text, mistake.at, mistake.error.text);
    }
}

static void aliases_are_max(void)
{
    struct xenos_insn a, b;
    struct xenos_mistake mistake;
    static const char *const pairs[][2] = {
        {"mov r1.xy, r2.yx", "max r1.xy__, r2.yxxx, r2.yxxx"},
        {"movs r1.x, c3.w", "maxs r1.x, c3.ww"},
        {"movas r1._, -r3.z", "maxas r1._, -r3.zz"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        CU_ASSERT(xenos_assemble_insn(pairs[i][0], strlen(pairs[i][0]), XENOS_PIXEL_SHADER, &a, &mistake));
        CU_ASSERT(xenos_assemble_insn(pairs[i][1], strlen(pairs[i][1]), XENOS_PIXEL_SHADER, &b, &mistake));
        CU_ASSERT(memcmp(&a.words, &b.words, sizeof a.words) == 0);
    }
}

void test_shader_isa(void)
{
    CU_pSuite suite = CU_add_suite("shader/isa", NULL, NULL);
    CU_add_test(suite, "fields cover every bit once", fields_cover_every_bit_once);
    CU_add_test(suite, "fields keep their neighbours", fields_keep_their_neighbours);
    CU_add_test(suite, "worked words read as compiled", worked_words_read_as_compiled);
    CU_add_test(suite, "random words survive", random_words_survive);
    CU_add_test(suite, "single fields survive", single_fields_survive);
    CU_add_test(suite, "mistakes have places", mistakes_have_places);
    CU_add_test(suite, "aliases are max", aliases_are_max);
}
