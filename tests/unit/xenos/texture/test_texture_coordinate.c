/* From coordinates to texels: the clamp modes, and positions against the host's arithmetic where that is exact. */
#include "models/xenos/texture/coordinate.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <math.h>
#include <string.h>

static uint32_t word_of(float value)
{
    uint32_t word;
    memcpy(&word, &value, sizeof word);
    return word;
}

/* Texels at -9 to 9 of an image of four; B is the border. */
static void clamp_modes(void)
{
    static const char *const texels[8] = {
        "3012301230123012301", "0012332100123321001", "0000000000123333333", "3333332100123333333",
        "0000000000123333333", "3333332100123333333", "BBBBBBBBB0123BBBBBB", "BBBBB32100123BBBBBB",
    };
    for (unsigned mode = 0; mode < 8; mode++)
        for (int position = -9; position <= 9; position++) {
            char is = texels[mode][position + 9];
            CU_ASSERT_EQUAL(xenos_texture_wrap((enum xenos_texture_clamp)mode, position, 4), is == 'B' ? -1 : is - '0');
        }
}

static void one_texel_and_far_positions(void)
{
    for (unsigned mode = 0; mode < 8; mode++)
        for (unsigned side = 0; side < 2; side++) {
            int64_t far = side == 0 ? INT64_C(1) << 56 : -(INT64_C(1) << 56);
            int32_t one = xenos_texture_wrap((enum xenos_texture_clamp)mode, far, 1);
            CU_ASSERT_EQUAL(one, mode < 6 ? 0 : -1);
            int32_t texel = xenos_texture_wrap((enum xenos_texture_clamp)mode, far, 1 << 24);
            CU_ASSERT(texel >= -1 && texel < 1 << 24);
        }
    CU_ASSERT_EQUAL(xenos_texture_wrap(XENOS_CLAMP_MIRROR_ONCE_BORDER, -1, 1), 0);
}

static void worked_positions(void)
{
    static const struct {
        uint32_t coordinate, size;
        int64_t halves, position;
    } rows[] = {
        {0x3F800000, 4, 0, 4}, /* 1 */
        {0x3F7FFFFF, 4, 0, 3}, /* the float before */
        {0x3E800000, 4, 0, 1}, /* 1/4 */
        {0x3E7FFFFF, 4, 0, 0},
        {0x3E800000, 4, 1, 1},
        {0x3E7FFFFF, 4, 1, 1}, /* 1.49... */
        {0x3EC00000, 4, 1, 2}, /* 1.5 and a half */
        {0, 4, -1, -1},
        {0, 4, -16, -8},
        {0, 4, 15, 7},
        {0x80000000, 4, 0, 0},
        {0x80000001, 4, 0, 0}, /* denormals are zeros */
        {0x007FFFFF, 4, -1, -1},
        {0x80800000, 1, 0, -1},
        {0x80800000, 1, 2, 0}, /* just below 1 */
        {0x00800000, 1, 0, 0},
        {0xBF800000, 4, 0, -4},
        {0xBE800001, 4, 0, -2},
        {0x3EAAAAAB, 3, 0, 1}, /* 1/3, rounded upwards */
        {0x7FC00000, 8, 0, 0},
        {0xFFC00000, 8, 3, 1},
        {0x7F800000, 3, 0, 3LL << 31},
        {0xFF800000, 3, 0, -(3LL << 31)},
        {0x4F000000, 5, 0, 5LL << 31},
        {0x4EFFFFFF, 1, 0, 0x7FFFFF80},
        {0x7F7FFFFF, 1 << 24, 0, 1LL << 55},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CU_ASSERT_EQUAL(xenos_texture_position(rows[i].coordinate, rows[i].size, rows[i].halves), rows[i].position);
}

static void positions_are_exact(void)
{
    uint32_t state = 7;
    unsigned wrong = 0;
    for (unsigned i = 0; i < 100000; i++) {
        state = state * 1664525 + 1013904223;
        uint32_t draw = state >> 8;
        float coordinate = ldexpf((float)(draw | 0x800000), (int)(i % 6) - 27) * (i & 64 ? -1.0F : 1.0F);
        uint32_t size = i & 1 ? draw % 8192 + 1 : draw % 16 + 1;
        int halves = (int)(draw % 32) - 16;
        double exact = floor((double)coordinate * size + halves / 2.0);
        wrong += xenos_texture_position(word_of(coordinate), size, halves) != (int64_t)exact;
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

void test_texture_coordinate(void)
{
    CU_pSuite suite = CU_add_suite("texture/coordinate", NULL, NULL);
    CU_add_test(suite, "clamp modes", clamp_modes);
    CU_add_test(suite, "one texel, and positions far away", one_texel_and_far_positions);
    CU_add_test(suite, "worked positions", worked_positions);
    CU_add_test(suite, "positions are exact", positions_are_exact);
}
