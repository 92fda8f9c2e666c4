/* The reference interpreter: compiled shaders run to what their sources say, every kind of control flow, operands and
 * exports, vertex formats, memory exports, and programs that do what none may. */
#include "models/xenos/shader/interpreter.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
    struct xenos_constants constants;
    struct xenos_environment environment;
    struct xenos_invocation s;
    uint32_t memory[256]; /* its dwords, as the loads give them */
    struct sim_error error;
    char log[256]; /* memory exports */
} rig;

static uint32_t load(void *self, uint32_t address)
{
    (void)self;
    return address / 4 < 256 ? rig.memory[address / 4] : 0xDEADBEEF;
}

static void export_memory(void *self, const uint32_t address[4], const uint32_t element[XENOS_EXPORT_ELEMENTS][4],
                          unsigned written)
{
    size_t length = strlen(rig.log);
    (void)self;
    snprintf(rig.log + length, sizeof rig.log - length, "%x:", address[0]);
    for (unsigned i = 0; i < XENOS_EXPORT_ELEMENTS; i++)
        if (written >> i & 1) {
            length = strlen(rig.log);
            snprintf(rig.log + length, sizeof rig.log - length, "%u=%x ", i, element[i][0]);
        }
}

static void texture(void *self, const struct xenos_texture_request *request, uint32_t result[4])
{
    (void)self;
    result[0] = request->constant[1];
    result[1] = request->coordinate[0];
    result[2] = request->coordinate[1];
    result[3] = request->lod;
}

static void reset(void)
{
    memset(&rig, 0, sizeof rig);
    rig.environment = (struct xenos_environment){.constants = &rig.constants,
                                                 .size = 256,
                                                 .steps = 10000,
                                                 .load = load,
                                                 .export_memory = export_memory,
                                                 .texture = texture};
}

static uint32_t word_of(float value)
{
    uint32_t word;
    memcpy(&word, &value, sizeof word);
    return word;
}

static float float_of(uint32_t word)
{
    float value;
    memcpy(&value, &word, sizeof value);
    return value;
}

static void set(uint32_t to[4], float x, float y, float z, float w)
{
    to[0] = word_of(x);
    to[1] = word_of(y);
    to[2] = word_of(z);
    to[3] = word_of(w);
}

static enum sim_status run_text(const char *text)
{
    struct xenos_program p;
    enum sim_status status = xenos_program_assemble(&p, "t", text, strlen(text), &rig.error);
    if (status == SIM_OK)
        status = xenos_interpret(&p, &rig.environment, &rig.s, &rig.error);
    else
        fprintf(stderr, "%s\n", rig.error.text);
    xenos_program_free(&p);
    return status;
}

/* Programs and what o0 or oC0 then holds; r0 = (1, 2, 3, 4), c1 = (0.5, -2, 8, 0), c5 = (5, 5, 5, 5), c6 = (6...),
 * b1 is true, i1 is three times from 1 by 2, i2 is no times, i3 twice from 4 by -1. */
static const struct {
    const char *text;
    float value[4];
} programs[] = {
    /* operands */
    {"exece\n mov o0, -r0.wzyx", {-4, -3, -2, -1}},
    {"exece\n mov o0, c_abs[1]", {0.5F, 2, 8, 0}},
    {"exec\n mov r1, -r0\n exece\n mov o0, -r_abs[1]", {-1, -2, -3, -4}},
    {"exece\n mul o0, r0, c1", {0.5F, -4, 24, 0}},
    {"exece\n mad_sat o0, r0, c1, c1", {1, 0, 1, 0}},
    /* masks and exports */
    {"exece\n mov o0.x1_0, r0\n + adds o0.__z, r0.zw", {1, 1, 7, 0}},
    {"exece\n mov o0, r0\n mov o0._y, r0.w\n rcp o0.___w, r0.y", {1, 4, 3, 0.5F}},
    /* both units read before either writes; the scalar unit's result stays */
    {"exece\n mov r0.xy, r0.y\n + adds r0.yz, r0.xy\n mov o0, r0", {2, 3, 3, 4}},
    {"exece\n maxs r2._, r0.ww\n muls_prev r2.x, r0.z\n mov o0, r2\n + retain_prev o0._", {12, 0, 0, 0}},
    {"exece\n adds_sat r2.x, r0.zw\n adds_prev r2.y, r0.x\n mov o0, r2", {1, 8, 0, 0}}, /* ps is not clamped */
    {"exece\n subsc r2.x, c1.z, r0.w\n subsc r2.y, -c1.z, -r0.w\n mov o0, r2", {4, -4, 0, 0}},
    /* addresses */
    {"exece\n movas r1._, r0.w\n mov o0, c[1+a0]", {5, 5, 5, 5}},
    {"exece\n maxasf r1._, -c1.xx\n mov o0, c[7+a0]", {6, 6, 6, 6}},
    {"exece\n movas r1._, -c6.x\n mov o0, c[5+a0]", {0, 0, 0, 0}}, /* below the window */
    /* predicates */
    {"exece\n setp_gt r1.x, r0.x\n (p0) mov o0, r0\n (!p0) mov o0, c5", {1, 2, 3, 4}},
    {"exece\n setp_gt r1.x, -r0.x\n (p0) setp_eq r1.y, r1.x\n mov o0, r1", {1, 0, 0, 0}},
    {"exec\n setp_eq r1.x, r0.x\n (p0) exece\n mov o0, c5\n (!p0) exece\n mov o0, c6", {6, 6, 6, 6}},
    /* booleans; an end that is not taken does not end */
    {"cexec !b1\n mov o0, c5\n cexec b1\n mov o0.x, c6\n cexece b2\n mov o0, c5\n exece\n mov o0.y, r0", {6, 2, 0, 0}},
    {"cexece b1\n mov o0, c5\n exece\n mov o0, c6", {5, 5, 5, 5}},
    /* loops */
    {"loop i1, L3\n label L1\n exec\n add r1.x, r1.x, c5\n add r1.y, r1.y, c[0+aL]\n endloop i1, L1\n label L3\n"
     "exece\n mov o0, r1",
     {15, 3, 0, 0}}, /* y of c1, c3 and c5 */
    {"loop i2, L2\n label L1\n exec\n mov r1, c5\n endloop i2, L1\n label L2\n exece\n mov o0, r1", {0, 0, 0, 0}},
    {"loop i1, L9\n label L1\n loop i3, L8\n label L2\n exec\n add r[5+aL].x, r[5+aL].x, r0\n endloop i3, L2\n label "
     "L8\n"
     "exec\n add r[20+aL].x, r0.x, r0.x\n endloop i1, L1\n label L9\n exece\n mov o0.x, r9\n mov o0.y, r8.x\n"
     "mov o0.z, r21.x\n mov o0.w, r25.x",
     {3, 3, 2, 2}},
    {"loop i1, L3\n label L1\n exec\n add r1.x, r1.x, r0.x\n setp_gt r2.x, r1.x\n"
     "endloop i1, L1, PredicatedBreak=true, Condition=true\n label L3\n exece\n mov o0, r1",
     {1, 0, 0, 0}},
    /* calls and jumps */
    {"call S\n call S\n jmp E\n label S\n exec\n add r1.x, r1.x, r0.w\n ret\n label E\n exece\n mov o0, r1",
     {8, 0, 0, 0}},
    {"cjmp !b1, E\n exec\n mov r1.x, r0\n label E\n exece\n mov o0, r1", {1, 0, 0, 0}},
    {"exec\n setp_gt r1._, r0.x\n (p0) jmp E\n exec\n mov r1.x, r0\n label E\n exece\n mov o0, r1", {0, 0, 0, 0}},
    {"ret\n exece\n mov o0, r0", {1, 2, 3, 4}},
    /* textures: the constant's second word, two coordinates, the register's LOD */
    {"exece\n setTexLOD r0.w\n tfetch2D r1.xyz_, r0.zy, tf3\n tfetch2D r2._y1w, r0.xy, tf3\n mov o0.xyz, r1\n"
     "+ maxs o0.___w, r2.ww",
     {7, 3, 2, 4}},
    {"exece\n tfetch2D r1.0yw1, r0.zy, tf3\n mov o0, r1", {0, 3, 0, 1}},
};

static void programs_give_their_values(void)
{
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        char text[1024];
        snprintf(text, sizeof text, "xvs_3_0\n%s\n", programs[i].text);
        reset();
        set(rig.s.temp[0], 1, 2, 3, 4);
        set(rig.constants.number[1], 0.5F, -2, 8, 0);
        set(rig.constants.number[5], 5, 5, 5, 5);
        set(rig.constants.number[6], 6, 6, 6, 6);
        rig.constants.boolean[0] = 2;
        rig.constants.loop[1] = 0x020103;
        rig.constants.loop[3] = 0xFF0402;
        rig.constants.fetch[3][1] = word_of(7);
        bool good = run_text(text) == SIM_OK;
        for (unsigned k = 0; k < 4; k++)
            good = good && rig.s.export[0][k] == word_of(programs[i].value[k]);
        CU_ASSERT(good);
        if (!good)
            fprintf(stderr, "%s%s: %g %g %g %g\n", text, rig.error.text, (double)float_of(rig.s.export[0][0]),
                    (double)float_of(rig.s.export[0][1]), (double)float_of(rig.s.export[0][2]),
                    (double)float_of(rig.s.export[0][3]));
    }
}

/* What no program may. */
static const struct {
    const char *text, *mistake;
} bad[] = {
    {"label A\n jmp A\n exece", "control flow 0 takes more instructions than it may"},
    {"endloop i1, A\n label A\n exece", "control flow 0 ends a loop that was not begun"},
    {"label A\n call A\n exece", "control flow 0 nests calls too deeply"},
    {"label A\n loop i1, B\n label B\n jmp A\n exece", "control flow 0 nests loops too deeply"},
    {"exece\n fetch9", "slot 1 has a fetch that is not known: 9"},
    {"cexece b2\n exec\n mov r0, r0", "control flow 1 is the last, and the program goes on"},
};

static void what_no_program_may_is_said(void)
{
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[256];
        snprintf(text, sizeof text, "xvs_3_0\n%s\n", bad[i].text);
        reset();
        rig.constants.loop[1] = 3;
        CU_ASSERT_EQUAL(run_text(text), SIM_GUEST);
        CU_ASSERT_STRING_EQUAL(rig.error.text, bad[i].mistake);
    }
}

static void kills_stay(void)
{
    reset();
    CU_ASSERT_EQUAL(run_text("xps_3_0\nexece\n kill_gt r0._, r0, r0\n"), SIM_OK);
    CU_ASSERT_FALSE(rig.s.alu.killed);
    CU_ASSERT_EQUAL(run_text("xps_3_0\nexece\n kills_eq r0._, r1.x\n mov oC0, r0\n"), SIM_OK);
    CU_ASSERT(rig.s.alu.killed);
    CU_ASSERT_EQUAL(rig.s.written[0], 15);
}

/* Closed by the next alloc, by a wait, and by the end; elements without an address, and those not written, stay away.
 */
static void memory_exports_are_closed(void)
{
    reset();
    set(rig.s.temp[0], 1, 2, 3, 4);
    CU_ASSERT_EQUAL(run_text("xvs_3_0\n"
                             "alloc export, Size=2\n"
                             "exec\n mov eA, r0.x\n mov eM0, r0.y\n mov eM2, r0.z\n"
                             "alloc export\n"
                             "exec\n mov eA, r0.w\n mov eM1, r0.x\n"
                             "serialize\n mov eM3, r0.x\n"
                             "exece\n mov eA, r0.y\n mov eM4, r0.w\n"),
                    SIM_OK);
    CU_ASSERT_STRING_EQUAL(rig.log,
                           "3f800000:0=40000000 2=40400000 40800000:1=3f800000 40000000:3=3f800000 4=40800000 ");
}

/* One word of data, or up to four, and the float that a format makes of it. */
static const struct {
    const char *fields;
    uint32_t data[4];
    uint32_t value[4];
} formats[] = {
    {"DataFormat=FMT_8_8_8_8", {0xFF800100}, {0, 0x3B808081, 0x3F008081, 0x3F800000}},
    {"DataFormat=FMT_8_8_8_8, NumFormat=integer", {0xFF800100}, {0, 0x3F800000, 0x43000000, 0x437F0000}},
    {"DataFormat=FMT_8_8_8_8, Signed=true", {0x817F8001}, {0x3C010204, 0xBF800000, 0x3F800000, 0xBF800000}},
    {"DataFormat=FMT_8_8_8_8, Signed=true, NoZero=true",
     {0x00FF807F},
     {0x3F800000, 0xBF800000, 0xBB808081, 0x3B808081}},
    {"DataFormat=FMT_2_10_10_10, NumFormat=integer", {0xC0300801}, {0x3F800000, 0x40000000, 0x40400000, 0x40400000}},
    {"DataFormat=FMT_2_10_10_10, Signed=true", {0x80000000}, {0, 0, 0, 0xBF800000}}, /* -2 of 1 */
    {"DataFormat=FMT_10_11_11, NumFormat=integer", {0x00C01001}, {0x3F800000, 0x40000000, 0x40400000, 0}},
    {"DataFormat=FMT_11_11_10, NumFormat=integer, Signed=true", {0x00600BFF}, {0xBF800000, 0x40000000, 0x40400000, 0}},
    {"DataFormat=FMT_16_16", {0x0000FFFF}, {0x3F800000, 0, 0, 0}},
    {"DataFormat=FMT_16_16_16_16, NumFormat=integer, Signed=true",
     {0x80000001, 0xFFFF7FFF},
     {0x3F800000, 0xC7000000, 0x46FFFE00, 0xBF800000}},
    {"DataFormat=FMT_16_16_FLOAT", {0xBC00FC00}, {0xC7800000, 0xBF800000, 0, 0}}, /* no infinity: -65536 */
    {"DataFormat=FMT_16_16_16_16_FLOAT", {0x7FFF0001, 0x04008000}, {0, 0x47FFE000, 0x80000000, 0x38800000}},
    {"DataFormat=FMT_32", {0xFFFFFFFF}, {0x3F800000, 0, 0, 0}},
    {"DataFormat=FMT_32_32, NumFormat=integer, Signed=true", {0x80000000, 3}, {0xCF000000, 0x40400000, 0, 0}},
    {"DataFormat=FMT_32_32_32_32, NumFormat=integer, ExpAdjust=-1",
     {1, 2, 3, 4},
     {0x3F000000, 0x3F800000, 0x3FC00000, 0x40000000}},
    {"DataFormat=FMT_32_FLOAT, ExpAdjust=3", {0x3F800000}, {0x41000000, 0, 0, 0}},
    {"DataFormat=FMT_32_32_FLOAT", {0x7F800001, 0x00000001}, {0x7F800001, 0x00000001, 0, 0}}, /* bits, as they stand */
    {"DataFormat=FMT_32_32_32_FLOAT", {1, 2, 3, 4}, {1, 2, 3, 0}},
    {"DataFormat=FMT_32_32_32_32_FLOAT", {1, 2, 3, 4}, {1, 2, 3, 4}},
    {"DataFormat=0", {1, 2, 3, 4}, {0, 0, 0, 0}},
};

static void vertex_formats_give_their_floats(void)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        char text[256];
        snprintf(text, sizeof text, "xvs_3_0\nexece\n vfetch_full r1, r0.x, vf4, %s\n", formats[i].fields);
        reset();
        memcpy(rig.memory + 16, formats[i].data, sizeof formats[i].data);
        rig.constants.fetch[1][2] = 16 << 2 | 3;
        rig.constants.fetch[1][3] = 4 << 2;
        CU_ASSERT_EQUAL(run_text(text), SIM_OK);
        bool good = memcmp(rig.s.temp[1], formats[i].value, sizeof formats[i].value) == 0;
        CU_ASSERT(good);
        if (!good)
            fprintf(stderr, "%s: %08x %08x %08x %08x\n", formats[i].fields, rig.s.temp[1][0], rig.s.temp[1][1],
                    rig.s.temp[1][2], rig.s.temp[1][3]);
    }
}

/* Stride, rounding, negative offsets, mini fetches, endianness, and the bounds of the constant. */
static void vertices_are_found(void)
{
    reset();
    for (unsigned i = 0; i < 256; i++)
        rig.memory[i] = i << 24 | i;
    rig.constants.fetch[0][0] = 100 << 2 | 3;
    rig.constants.fetch[0][1] = 20 << 2 | 2;
    set(rig.s.temp[0], 1.5F, 3.75F, -1, 0);
    CU_ASSERT_EQUAL(run_text("xvs_3_0\nexece\n"
                             "vfetch_full r1.x___, r0.x, vf0, DataFormat=FMT_32_FLOAT, Stride=5\n"
                             "vfetch_mini r1._x__, DataFormat=FMT_32_FLOAT, Offset=2\n"
                             "vfetch_full r1.__x_, r0.x, vf0, DataFormat=FMT_32_FLOAT, Stride=5, RoundIndex=true\n"
                             "vfetch_mini r1.___x, DataFormat=FMT_32_FLOAT, Offset=-1\n"
                             "vfetch_full r2.xy__, r0.y, vf0, DataFormat=FMT_32_32_FLOAT, Stride=5, Offset=4\n"
                             "vfetch_full r2.__xy, r0.z, vf0, DataFormat=FMT_32_32_FLOAT, Stride=1\n"),
                    SIM_OK);
    static const unsigned at[] = {105, 107, 110, 109, 119, 0, 0, 100}; /* 120 is beyond, 99 before */
    for (unsigned i = 0; i < 8; i++) {
        uint32_t word = at[i] << 24 | at[i];
        CU_ASSERT_EQUAL(rig.s.temp[1 + i / 4][i % 4], (at[i] == 0 ? 0 : word));
    }
    rig.constants.fetch[0][0] = 100 << 2 | 2; /* a texture's constant */
    CU_ASSERT_EQUAL(run_text("xvs_3_0\nexece\n vfetch_full r3, r0.w, vf0, DataFormat=FMT_32_FLOAT\n"), SIM_OK);
    CU_ASSERT_EQUAL(rig.s.temp[3][0], 0);
}

static void all_bytes_orders_are_read(void)
{
    static const uint32_t order[4] = {0x44332211, 0x33441122, 0x11223344, 0x22114433};
    for (unsigned i = 0; i < 4; i++) {
        reset();
        rig.memory[0] = 0x44332211;
        rig.constants.fetch[0][0] = 3;
        rig.constants.fetch[0][1] = 1 << 2 | i;
        CU_ASSERT_EQUAL(run_text("xvs_3_0\nexece\n vfetch_full r3, r0.w, vf0, DataFormat=FMT_32_FLOAT\n"), SIM_OK);
        CU_ASSERT_EQUAL(rig.s.temp[3][0], order[i]);
    }
}

/* A compiled shader of 36 ALU instructions, lit by spherical harmonics, beside its source in double arithmetic. Its
 * fetches are bound as a loader does: four floats each, 16 dwords a vertex. */
static const uint32_t lit[46][3] = {
    {0xF0554005, 0x00001200, 0xC2000000}, {0x00004009, 0x00001200, 0xC4000000},
    {0x0000600D, 0x60131200, 0x12000000}, {0x00006019, 0x601F1200, 0x12000000},
    {0x00006025, 0x202B1200, 0x22000000}, {0x00086000, 0x00260688, 0x00000010},
    {0x00085000, 0x00260688, 0x00000410}, {0x00081000, 0x00260E88, 0x00000810},
    {0x00080000, 0x00260FC8, 0x00000C10}, {0xC80F0002, 0x001B8800, 0xA1060C00},
    {0xC80F0002, 0x00C68800, 0xAB060B02}, {0xC80F0002, 0x00B13494, 0xAB060A02},
    {0xC80F803E, 0x006C0034, 0xAB060902}, {0xC8070003, 0x00C0C6C0, 0x0B120013},
    {0xC8070002, 0x00B41B00, 0x21130100}, {0xC8070002, 0x00C0C6B4, 0x2B120102},
    {0xC8070004, 0x00BE6500, 0xE1010500}, {0xC8070008, 0x00B4B1B4, 0x2B110003},
    {0xC80B0003, 0x00651B00, 0xA1011400}, {0xC8070007, 0x00B1B400, 0xA1030F00},
    {0xC8070008, 0x00C06CB4, 0x2B100008}, {0xC8070004, 0x0165BEC0, 0xEB010504},
    {0xC8070002, 0x00B4B1B4, 0x2B110102}, {0xC8070002, 0x00C06CB4, 0x2B100102},
    {0xC8070004, 0x00C01B00, 0xE1040500}, {0xC8070006, 0x01C01BC0, 0xAB081406},
    {0xC8070003, 0x006CB4C0, 0xAB030E07}, {0xC8070003, 0x001BB4C0, 0xAB030D03},
    {0xC8018001, 0x00BEBE00, 0xF0060500}, {0xC8028001, 0x00BEBE00, 0xF0040600},
    {0xC8048001, 0x00BEBE00, 0xF0060100}, {0xC8018002, 0x00BEBE00, 0xF0020500},
    {0xC8028002, 0x00BEBE00, 0xF0040200}, {0xC8048002, 0x00BEBE00, 0xF0020100},
    {0xC8038000, 0x00B0B01A, 0x8B001515}, {0xC80C8000, 0x00ACAC06, 0x8B001616},
    {0x248F0304, 0x00B4726C, 0xE1030380}, {0xC8010002, 0x003E0D00, 0x6F020300},
    {0xC8020002, 0x003E0D00, 0x6F030300}, {0xC8040002, 0x003E0D00, 0x6F040300},
    {0xC8010000, 0x00A7A700, 0xAF040500}, {0x08120100, 0x00A7A76C, 0xAF040603},
    {0x08240100, 0x00A7A7C6, 0xAF040703}, {0x64870000, 0x00BEBE61, 0xE0020001},
    {0xC8078003, 0x001BC065, 0xAB000800}, {0, 0, 0},
};

struct vertex {
    double position[4], tangent[4], normal[4], uv[4];
};

/* The columns from c[first] on times v, three or four of them. */
static void transform(const double c[][4], unsigned first, const double *v, unsigned columns, double out[4])
{
    for (unsigned i = 0; i < 4; i++) {
        out[i] = 0;
        for (unsigned k = 0; k < columns; k++)
            out[i] += c[first + k][i] * v[k];
    }
}

static void lit_by_source(const double c[][4], const struct vertex *v, double out[5][4])
{
    const double *n = v->normal, *t = v->tangent, *p = v->position;
    double scaled[3] = {n[0] * c[20][3], n[1] * c[20][3], n[2] * c[20][3]}, camera[4], light[4], wn[4], bt[3];
    double eye[4] = {c[0][0], c[0][1], c[0][2], 1};

    transform(c, 9, p, 4, out[4]);
    for (unsigned i = 0; i < 2; i++) {
        out[0][i] = v->uv[i] * c[21][i] + c[21][2 + i];
        out[0][2 + i] = v->uv[i] * c[22][i] + c[22][2 + i];
    }
    for (unsigned i = 0; i < 3; i++)
        bt[i] = (n[(i + 1) % 3] * t[(i + 2) % 3] - n[(i + 2) % 3] * t[(i + 1) % 3]) * t[3];
    transform(c, 16, eye, 4, camera);
    transform(c, 16, c[1], 4, light);
    for (unsigned i = 0; i < 3; i++)
        camera[i] = camera[i] * c[20][3] - p[i];
    for (unsigned i = 0; i < 3; i++) {
        out[1][0] += camera[i] * t[i];
        out[1][1] += camera[i] * bt[i];
        out[1][2] += camera[i] * n[i];
        out[2][0] += light[i] * t[i];
        out[2][1] += light[i] * bt[i];
        out[2][2] += light[i] * n[i];
    }
    transform(c, 13, scaled, 3, wn);
    double b[4] = {wn[0] * wn[1], wn[1] * wn[2], wn[2] * wn[2], wn[2] * wn[0]};
    for (unsigned i = 0; i < 3; i++) {
        out[3][i] = c[2 + i][3] + c[8][i] * (wn[0] * wn[0] - wn[1] * wn[1]);
        for (unsigned k = 0; k < 3; k++)
            out[3][i] += c[2 + i][k] * wn[k];
        for (unsigned k = 0; k < 4; k++)
            out[3][i] += c[5 + i][k] * b[k];
    }
}

static void a_lit_vertex_is_what_its_source_says(void)
{
    static const unsigned export[5] = {0, 1, 2, 3, 62}, components[5] = {4, 3, 3, 3, 4};
    uint32_t seed = 1;
    struct xenos_program p = {.type = XENOS_VERTEX_SHADER, .slots = 46};
    struct xenos_words slots[46];

    memcpy(slots, lit, sizeof slots);
    p.slot = slots; /* the program's own is what was taken apart */
    CU_ASSERT_EQUAL_FATAL(xenos_program_check(&p, "lit", 0, &rig.error), SIM_OK);
    CU_ASSERT_EQUAL(p.cfs, 10);
    for (unsigned round = 0; round < 50; round++) {
        double c[32][4], data[16], out[5][4] = {{0}};
        struct vertex v;
        reset();
        for (unsigned i = 0; i < 32 * 4 + 16; i++) {
            seed = seed * 1664525 + 1013904223;
            float value = (float)((int32_t)seed >> 8) / (1 << 22);
            if (i < 128) {
                c[i / 4][i % 4] = (double)value;
                rig.constants.number[i / 4][i % 4] = word_of(value);
            } else {
                data[i - 128] = (double)value;
                rig.memory[16 + i - 128] = word_of(value);
            }
        }
        memcpy(&v, data, sizeof v);
        rig.constants.fetch[0][0] = 3;
        rig.constants.fetch[0][1] = 32 << 2;
        rig.s.temp[0][0] = word_of(1);
        CU_ASSERT_EQUAL(xenos_interpret(&p, &rig.environment, &rig.s, &rig.error), SIM_OK);
        lit_by_source((const double(*)[4])c, &v, out);
        for (unsigned i = 0; i < 5; i++)
            for (unsigned k = 0; k < components[i]; k++) {
                double got = (double)float_of(rig.s.export[export[i]][k]), wanted = i == 4 ? out[4][k] : out[i][k];
                CU_ASSERT(fabs(got - wanted) <= 2e-5 * (1 + fabs(wanted)));
                if (!(fabs(got - wanted) <= 2e-5 * (1 + fabs(wanted))))
                    fprintf(stderr, "round %u export %u.%u: %g, not %g\n", round, export[i], k, got, wanted);
            }
    }
    free(p.decoded);
}

void test_shader_interpreter(void)
{
    CU_pSuite suite = CU_add_suite("shader/interpreter", NULL, NULL);
    CU_add_test(suite, "operands, masks, units and control flow", programs_give_their_values);
    CU_add_test(suite, "what no program may is said", what_no_program_may_is_said);
    CU_add_test(suite, "kills stay, and what follows is exported", kills_stay);
    CU_add_test(suite, "memory exports are closed by alloc, wait and end", memory_exports_are_closed);
    CU_add_test(suite, "vertex formats give their floats", vertex_formats_give_their_floats);
    CU_add_test(suite, "vertices are found, and nothing beyond them", vertices_are_found);
    CU_add_test(suite, "bytes are read in all orders", all_bytes_orders_are_read);
    CU_add_test(suite, "a lit vertex is what its source says", a_lit_vertex_is_what_its_source_says);
}
