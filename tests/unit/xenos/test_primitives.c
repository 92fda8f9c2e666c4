/* Primitive assembly of every type, by hand and against an assembler that is given one vertex after another; draws that
 * are tessellated; the fourth vertex of rectangles. */
#include "models/xenos/geometry/primitives.h"
#include "models/xenos/geometry/rectangle.h"
#include "models/xenos/registers/registers.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdio.h>
#include <string.h>

static uint32_t reg[XENOS_REGISTERS];
static uint32_t index_of[XENOS_DRAW_INDICES];
static struct xenos_indices indices = {.index = index_of};
static struct xenos_primitives primitives;

static void assemble(void)
{
    struct sim_error error;
    struct xenos_draw draw = xenos_draw_of(reg);
    CU_ASSERT_EQUAL_FATAL(xenos_primitives_assemble(&draw, &indices, &primitives, &error), SIM_OK);
}

static void set(unsigned type, bool last)
{
    memset(reg, 0, sizeof reg);
    reg[XENOS_VGT_DRAW_INITIATOR] = type;
    reg[XENOS_PA_SU_SC_MODE_CNTL] = (uint32_t)last << 19;
}

/* "0 1 2" for each, the provoking vertex behind it, then a semicolon. */
static void write_down(char *text, size_t size)
{
    size_t at = 0;
    text[0] = 0;
    for (uint32_t p = 0; p < primitives.count && at < size; p++) {
        for (unsigned k = 0; k < primitives.vertices && at < size; k++)
            at += (size_t)snprintf(text + at, size - at, "%u ", primitives.primitive[p].vertex[k]);
        if (at < size)
            at += (size_t)snprintf(text + at, size - at, "(%u); ", primitives.primitive[p].provoking);
    }
    if (at >= 1 && at < size)
        text[at - 1] = 0;
}

enum { FIRST, LAST };

/* Indices: a dot for each, R for a restart. */
static const struct {
    const char *run;
    unsigned type, last, kind;
    bool polygonal;
    const char *primitives;
} worked[] = {
    {"...", 0x00, FIRST, XENOS_KIND_NOTHING, false, ""},
    {"...", 0x01, FIRST, XENOS_KIND_POINT, false, "0 (0); 1 (1); 2 (2);"},
    {".....", 0x02, FIRST, XENOS_KIND_LINE, false, "0 1 (0); 2 3 (2);"},
    {".....", 0x02, LAST, XENOS_KIND_LINE, false, "0 1 (1); 2 3 (3);"},
    {"....", 0x03, FIRST, XENOS_KIND_LINE, false, "0 1 (0); 1 2 (1); 2 3 (2);"},
    {"..RR.R...", 0x03, LAST, XENOS_KIND_LINE, false, "0 1 (1); 6 7 (7); 7 8 (8);"},
    {"........", 0x04, FIRST, XENOS_KIND_TRIANGLE, true, "0 1 2 (0); 3 4 5 (3);"},
    {"......", 0x04, LAST, XENOS_KIND_TRIANGLE, true, "0 1 2 (2); 3 4 5 (5);"},
    {".....", 0x05, FIRST, XENOS_KIND_TRIANGLE, true, "0 1 2 (1); 0 2 3 (2); 0 3 4 (3);"},
    {"R..R....", 0x05, LAST, XENOS_KIND_TRIANGLE, true, "4 5 6 (6); 4 6 7 (7);"},
    {".....", 0x06, FIRST, XENOS_KIND_TRIANGLE, true, "0 1 2 (0); 1 3 2 (1); 2 3 4 (2);"},
    {"....R....R", 0x06, LAST, XENOS_KIND_TRIANGLE, true, "0 1 2 (2); 1 3 2 (3); 5 6 7 (7); 6 8 7 (8);"},
    {"......", 0x07, FIRST, XENOS_KIND_TRIANGLE, true, "0 1 2 (0); 3 4 5 (3);"},
    {".......", 0x08, FIRST, XENOS_KIND_RECTANGLE, false, "0 1 2 (0); 3 4 5 (3);"},
    {"...", 0x08, LAST, XENOS_KIND_RECTANGLE, false, "0 1 2 (2);"},
    {"......", 0x09, FIRST, XENOS_KIND_NOTHING, false, ""},
    {"...", 0x0C, FIRST, XENOS_KIND_LINE, false, "0 1 (0); 1 2 (1); 2 0 (2);"},
    {"..R.R...", 0x0C, LAST, XENOS_KIND_LINE, false, "0 1 (1); 1 0 (0); 5 6 (6); 6 7 (7); 7 5 (5);"},
    {".......", 0x0D, FIRST, XENOS_KIND_TRIANGLE, true, "0 1 2 (0); 0 2 3 (0);"},
    {"........", 0x0D, LAST, XENOS_KIND_TRIANGLE, true, "0 1 2 (3); 0 2 3 (3); 4 5 6 (7); 4 6 7 (7);"},
    {".......", 0x0E, FIRST, XENOS_KIND_TRIANGLE, true, "0 1 3 (0); 0 3 2 (0); 2 3 5 (2); 2 5 4 (2);"},
    {"...R....", 0x0E, LAST, XENOS_KIND_TRIANGLE, true, "4 5 7 (7); 4 7 6 (7);"},
    {"....", 0x0F, FIRST, XENOS_KIND_TRIANGLE, true, "0 1 2 (0); 0 2 3 (0);"},
    {"....", 0x0F, LAST, XENOS_KIND_TRIANGLE, true, "0 1 2 (2); 0 2 3 (3);"},
    {"......", 0x10, FIRST, XENOS_KIND_NOTHING, false, ""},
    {"......", 0x14, FIRST, XENOS_KIND_NOTHING, false, ""},
    {"...R..", 0x15, FIRST, XENOS_KIND_LINE, false, "0 1 (0); 1 2 (1); 4 5 (4);"},
    {"....", 0x16, FIRST, XENOS_KIND_TRIANGLE, false, "0 1 2 (0); 1 3 2 (1);"},
    {"......", 0x17, FIRST, XENOS_KIND_NOTHING, false, ""},
    {"......", 0x3F, FIRST, XENOS_KIND_NOTHING, false, ""},
};

static void run_of(const char *run)
{
    indices.count = (uint32_t)strlen(run);
    for (uint32_t i = 0; i < indices.count; i++)
        index_of[i] = run[i] == 'R' ? XENOS_INDEX_RESTART : 1000 + i;
}

static void worked_by_hand(void)
{
    for (size_t i = 0; i < sizeof worked / sizeof *worked; i++) {
        char text[512];
        set(worked[i].type, worked[i].last);
        run_of(worked[i].run);
        assemble();
        write_down(text, sizeof text);
        bool good = strcmp(text, worked[i].primitives) == 0;
        CU_ASSERT(good);
        if (!good)
            fprintf(stderr, "type 0x%02x: %s\n", worked[i].type, text);
        CU_ASSERT_EQUAL(primitives.kind, worked[i].kind);
        CU_ASSERT_EQUAL(primitives.polygonal, worked[i].polygonal);
        bool silent = xenos_draw_of(reg).missing == NULL;
        CU_ASSERT_EQUAL(silent, worked[i].kind != XENOS_KIND_NOTHING || worked[i].type == 0);
    }
}

/* One index fewer than a type needs gives nothing, nor do restarts alone. */
static void too_few(void)
{
    for (unsigned type = 0; type < 0x40; type++) {
        set(type, false);
        struct xenos_draw draw = xenos_draw_of(reg);
        indices.count = draw.rule.first == 0 ? 0 : draw.rule.first - 1u;
        for (uint32_t i = 0; i < indices.count; i++)
            index_of[i] = i;
        assemble();
        CU_ASSERT_EQUAL(primitives.count, 0);
        run_of("RRR");
        if (draw.rule.restarts)
            assemble();
        CU_ASSERT_EQUAL(primitives.count, 0);
    }
}

static void as_many_as_can_be(void)
{
    static const uint32_t most[0x17] = {
        [0x01] = 65535, [0x02] = 32767, [0x03] = 65534, [0x04] = 21845, [0x05] = 65533, [0x06] = 65533, [0x07] = 21845,
        [0x08] = 21845, [0x0C] = 65535, [0x0D] = 32766, [0x0E] = 65532, [0x0F] = 65533, [0x15] = 65534, [0x16] = 65533};
    indices.count = XENOS_DRAW_INDICES;
    for (uint32_t i = 0; i < indices.count; i++)
        index_of[i] = i;
    for (unsigned type = 0; type < 0x17; type++) {
        set(type, true);
        assemble();
        CU_ASSERT_EQUAL(primitives.count, most[type]);
        for (uint32_t p = 0; p < primitives.count; p++)
            for (unsigned k = 0; k < primitives.vertices; k++)
                CU_ASSERT_FATAL(primitives.primitive[p].vertex[k] < XENOS_DRAW_INDICES);
    }
}

/* ---- One vertex after another ---- */

static struct slow {
    unsigned type, held, turn;
    uint32_t corner[4], first, runs;
    bool last;
    uint32_t count, vertex[XENOS_DRAW_INDICES][3], provoking[XENOS_DRAW_INDICES];
} slow;

static void emit(uint32_t a, uint32_t b, uint32_t c, uint32_t provoking)
{
    uint32_t *vertex = slow.vertex[slow.count];
    vertex[0] = a, vertex[1] = b, vertex[2] = c;
    slow.provoking[slow.count++] = provoking;
}

static void slow_end(void)
{
    if (slow.type == 0x0C && slow.runs >= 2)
        emit(slow.corner[0], slow.first, 0, slow.last ? slow.first : slow.corner[0]);
    slow.held = slow.turn = slow.runs = 0;
}

/* Keeps what the next primitive needs in corner[]. */
static void slow_vertex(uint32_t n)
{
    uint32_t *c = slow.corner;
    if (slow.runs++ == 0)
        slow.first = n;
    switch (slow.type) {
    case 0x01:
        emit(n, 0, 0, n);
        return;
    case 0x03:
    case 0x0C:
    case 0x15:
        if (slow.runs > 1)
            emit(c[0], n, 0, slow.last ? n : c[0]);
        c[0] = n;
        return;
    case 0x05:
    case 0x0F:
        if (slow.runs > 2)
            emit(slow.first, c[0], n, slow.last ? n : slow.type == 0x05 ? c[0] : slow.first);
        c[0] = n;
        return;
    case 0x06:
    case 0x16:
        if (slow.runs > 2) {
            uint32_t provoking = slow.last ? n : c[0];
            if (slow.turn)
                emit(c[0], n, c[1], provoking);
            else
                emit(c[0], c[1], n, provoking);
            slow.turn = !slow.turn;
        }
        c[0] = c[1];
        c[1] = n;
        return;
    default:
        break;
    }
    c[slow.held++] = n;
    if (slow.type == 0x02 && slow.held == 2) {
        emit(c[0], c[1], 0, c[slow.last]);
        slow.held = 0;
    } else if ((slow.type == 0x04 || slow.type == 0x07 || slow.type == 0x08) && slow.held == 3) {
        emit(c[0], c[1], c[2], slow.last ? c[2] : c[0]);
        slow.held = 0;
    } else if (slow.type == 0x0D && slow.held == 4) {
        emit(c[0], c[1], c[2], slow.last ? n : c[0]);
        emit(c[0], c[2], c[3], slow.last ? n : c[0]);
        slow.held = 0;
    } else if (slow.type == 0x0E && slow.held == 4) {
        emit(c[0], c[1], c[3], slow.last ? n : c[0]);
        emit(c[0], c[3], c[2], slow.last ? n : c[0]);
        c[0] = c[2];
        c[1] = c[3];
        slow.held = 2;
    }
}

static uint64_t state = 11;

static uint32_t random_below(uint32_t limit)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) % limit;
}

static uint32_t differences(void)
{
    uint32_t wrong = primitives.count != slow.count;
    for (uint32_t p = 0; p < slow.count && wrong == 0; p++) {
        for (unsigned k = 0; k < primitives.vertices; k++)
            wrong += primitives.primitive[p].vertex[k] != slow.vertex[p][k];
        wrong += primitives.primitive[p].provoking != slow.provoking[p];
    }
    return wrong;
}

static void as_one_after_another(void)
{
    static const unsigned types[] = {1, 2, 3, 4, 5, 6, 7, 8, 0x0C, 0x0D, 0x0E, 0x0F, 0x15, 0x16};
    for (unsigned round = 0; round < 14 * 40; round++) {
        slow.type = types[round % 14];
        slow.last = round / 14 % 2;
        slow.count = 0;
        set(slow.type, slow.last);
        bool restarts = xenos_draw_of(reg).rule.restarts;
        indices.count = random_below(round < 14 * 38 ? 100 : 65536);
        for (uint32_t i = 0; i < indices.count; i++) {
            bool restart = restarts && random_below(8) == 0;
            index_of[i] = restart ? XENOS_INDEX_RESTART : random_below(20);
            if (restart)
                slow_end();
            else
                slow_vertex(i);
        }
        slow_end();
        assemble();
        CU_ASSERT_EQUAL(differences(), 0);
    }
}

/* ---- Tessellated draws, and paths ---- */

/* Modes: 0 discrete, 1 continuous, 2 adaptive. */
static const struct {
    unsigned type, is_explicit, mode;
    bool factors, polygonal;
    const char *patches;
} tessellated[] = {
    {0x04, 1, 0, false, true, "0 1 2 (0); 3 4 5 (3);"},
    {0x04, 1, 2, false, false, NULL},
    {0x0D, 1, 1, false, true, "0 1 2 3 (0);"},
    {0x10, 0, 0, false, false, "0 (0); 1 (1); 2 (2); 3 (3); 4 (4); 5 (5);"},
    {0x10, 0, 2, false, false, NULL},
    {0x11, 0, 1, false, true, "0 (0); 1 (1); 2 (2); 3 (3); 4 (4); 5 (5);"},
    {0x11, 0, 2, true, true, "0 1 2 (0); 3 4 5 (3);"},
    {0x12, 0, 2, true, true, "0 1 2 3 (0);"},
    {0x12, 0, 3, false, false, NULL},
    {0x06, 1, 0, false, false, NULL},
    {0x13, 0, 0, false, false, NULL},
    {0x20, 0, 0, false, false, NULL},
};

static void patches(void)
{
    run_of("......");
    index_of[1] = 0x80000000; /* of factors, -0: not a restart */
    for (size_t i = 0; i < sizeof tessellated / sizeof *tessellated; i++) {
        char text[512];
        set(tessellated[i].type | tessellated[i].is_explicit << 8, false);
        reg[XENOS_VGT_OUTPUT_PATH_CNTL] = XENOS_PATH_TESSELLATION;
        reg[XENOS_VGT_HOS_CNTL] = tessellated[i].mode;
        struct xenos_draw draw = xenos_draw_of(reg);
        CU_ASSERT(draw.tessellated && draw.reuse == 0);
        CU_ASSERT_EQUAL(draw.factors, tessellated[i].factors);
        assemble();
        write_down(text, sizeof text);
        CU_ASSERT_STRING_EQUAL(text, tessellated[i].patches == NULL ? "" : tessellated[i].patches);
        CU_ASSERT_EQUAL(primitives.kind, tessellated[i].patches == NULL ? XENOS_KIND_NOTHING : XENOS_KIND_PATCH);
        CU_ASSERT_EQUAL(primitives.polygonal, tessellated[i].polygonal);
        CU_ASSERT_EQUAL(draw.missing == NULL, tessellated[i].patches != NULL);
    }
}

/* The path is looked at in explicit mode; vertices are used again on the way that is for it, and not when counted. */
static void paths(void)
{
    static const struct {
        uint32_t initiator, path, depth, reuse;
        bool tessellated;
    } way[] = {
        {0x004, 0, 0, XENOS_REUSE_DEPTH, false},
        {0x004, 1, 0, XENOS_REUSE_DEPTH, false},
        {0x104, 0, 5, 5, false},
        {0x104, 1, 5, 0, true},
        {0x104, 2, 5, 0, false},
        {0x104, 3, 0, 0, false},
        {0x204, 1, 0, XENOS_REUSE_DEPTH, false},
        {0x016, 2, 0, 0, false},
        {0x011, 1, 0, 0, true},
        {0x084, 0, 0, 0, false},
        {0x044, 0, 7, 7, false},
    };
    for (size_t i = 0; i < sizeof way / sizeof *way; i++) {
        set(way[i].initiator, false);
        reg[XENOS_VGT_OUTPUT_PATH_CNTL] = way[i].path;
        reg[XENOS_VGT_VERTEX_REUSE_BLOCK_CNTL] = way[i].depth;
        struct xenos_draw draw = xenos_draw_of(reg);
        CU_ASSERT_EQUAL(draw.reuse, way[i].reuse);
        CU_ASSERT_EQUAL(draw.tessellated, way[i].tessellated);
    }
}

/* ---- Rectangles ---- */

enum {
    ZERO = 0,
    ONE = 0x3F800000,
    TWO = 0x40000000,
    THREE = 0x40400000,
    FOUR = 0x40800000,
    NINE = 0x41100000,
    NOT_A_NUMBER = 0x7FC00000,
};

static const uint32_t corners[4][2] = {{ONE, ONE}, {NINE, ONE}, {ONE, FOUR}, {NINE, FOUR}}; /* the strip */

/* Whichever vertex comes first, the fourth is the one that was left out. */
static void fourth_vertices(void)
{
    static const uint8_t order[3][3] = {{0, 1, 2}, {2, 0, 1}, {1, 2, 0}};
    for (unsigned first = 0; first < 3; first++) {
        uint32_t position[3][2], fourth[4];
        const uint32_t *vertex[3];
        uint32_t words[3][4] = {{0}};
        for (unsigned k = 0; k < 3; k++) {
            memcpy(position[k], corners[order[first][k]], sizeof position[k]);
            memcpy(words[k], position[k], sizeof position[k]);
            words[k][2] = order[first][k] == 0 ? ONE : order[first][k] == 1 ? THREE : TWO; /* 3 + 2 - 1 */
            words[k][3] = ONE;
            vertex[k] = words[k];
        }
        unsigned corner = xenos_rectangle_corner((const uint32_t(*)[2])position);
        CU_ASSERT_EQUAL(corner, first);
        xenos_rectangle_extend(corner, vertex, fourth);
        CU_ASSERT(fourth[0] == NINE && fourth[1] == FOUR && fourth[2] == FOUR && fourth[3] == ONE);
    }
}

/* The edge from 1 to 2 must be longer than both, that from 2 to 0 then longer than the other. */
static void equal_edges(void)
{
    static const struct {
        uint32_t position[3][2];
        unsigned corner;
    } tie[] = {
        {{{ONE, ONE}, {ONE, ONE}, {ONE, ONE}}, 2},
        {{{ZERO, ZERO}, {ONE, ZERO}, {ZERO, ZERO}}, 2},         /* 01 and 12 are 1, 20 is 0 */
        {{{ZERO, ZERO}, {ZERO, ZERO}, {ONE, ZERO}}, 1},         /* 12 and 20 are 1, 01 is 0 */
        {{{ONE, ZERO}, {ZERO, ZERO}, {ZERO, ZERO}}, 2},         /* 01 and 20 are 1, 12 is 0 */
        {{{ZERO, ZERO}, {TWO, ZERO}, {NOT_A_NUMBER, ZERO}}, 2}, /* nothing is longer than what is no number */
        {{{ZERO, ZERO}, {1, ZERO}, {0x807FFFFF, ZERO}}, 2},     /* denormals count as zeros */
    };
    for (size_t i = 0; i < sizeof tie / sizeof *tie; i++)
        CU_ASSERT_EQUAL(xenos_rectangle_corner(tie[i].position), tie[i].corner);
}

/* From left to right, rounded twice: (b + c) - a. */
static void order_of_the_sum(void)
{
    static const uint32_t a[4] = {0x4B800000, ONE, 1, NOT_A_NUMBER}, b[4] = {0x4B800000, TWO, ZERO, ONE},
                          c[4] = {ONE, ONE, ZERO, ONE};
    const uint32_t *const vertex[3] = {a, b, c};
    uint32_t fourth[4];
    xenos_rectangle_extend(0, vertex, fourth);
    CU_ASSERT(fourth[0] == ZERO && fourth[1] == TWO && fourth[2] == ZERO && fourth[3] == NOT_A_NUMBER);
    xenos_rectangle_extend(2, vertex, fourth);
    CU_ASSERT_EQUAL(fourth[0], 0x4C000000); /* 2^24 + 2^24 - 1 */
}

static int clean(void)
{
    xenos_primitives_free(&primitives);
    return primitives.primitive != NULL;
}

void test_xenos_primitives(void)
{
    CU_pSuite suite = CU_add_suite("geometry/primitives", NULL, clean);
    CU_add_test(suite, "worked by hand", worked_by_hand);
    CU_add_test(suite, "too few", too_few);
    CU_add_test(suite, "as many as can be", as_many_as_can_be);
    CU_add_test(suite, "as one after another", as_one_after_another);
    CU_add_test(suite, "patches", patches);
    CU_add_test(suite, "paths", paths);
    CU_add_test(suite, "fourth vertices", fourth_vertices);
    CU_add_test(suite, "equal edges", equal_edges);
    CU_add_test(suite, "order of the sum", order_of_the_sum);
}
