/* Texels of every plain format, worked by hand, and whole ranges of numbers against the host's division. */
#include "models/xenos/texture/texel.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdio.h>
#include <string.h>

enum { U = XENOS_TEXEL_UNSIGNED, S = XENOS_TEXEL_SIGNED, B = XENOS_TEXEL_BIASED, G = XENOS_TEXEL_GAMMA };
enum { FRACTION, INTEGER, NO_ZERO };
enum {
    ONE = 0x3F800000,
    HALF = 0x3F000000,
    THIRD = 0x3EAAAAAB,
    MINUS = (int)0xBF800000,
};

static uint32_t word_of(float value)
{
    uint32_t word;
    memcpy(&word, &value, sizeof word);
    return word;
}

static const struct {
    uint8_t format, number, sign[4];
    uint32_t word[4], value[4];
} rows[] = {
    /* one component stands for all */
    {2, FRACTION, {U, U, U, U}, {0x80}, {0x3F008081, 0x3F008081, 0x3F008081, 0x3F008081}},
    {8, FRACTION, {U, U, U, U}, {0xFFFFFF00}, {0, 0, 0, 0}},
    {9, FRACTION, {U, S, B, G}, {0xFF}, {ONE, 0xBC010204, ONE, ONE}},
    {10, FRACTION, {U, U, U, U}, {0xFF00}, {0, ONE, ONE, ONE}},
    {10, FRACTION, {S, S, S, U}, {0x8001}, {0x3C010204, MINUS, MINUS, 0x3F008081}},
    {4, FRACTION, {U, U, U, U}, {0x081F}, {ONE, 0, 0x3D042108, 0x3D042108}},
    {4, FRACTION, {U, U, U, U}, {0x07E0}, {0, ONE, 0, 0}},
    {3, FRACTION, {U, U, U, U}, {0x8001}, {0x3D042108, 0, 0, ONE}},
    {3, FRACTION, {S, S, S, S}, {0xC1F0}, {MINUS, ONE, MINUS, MINUS}},
    {5, FRACTION, {U, U, U, U}, {0xFC20}, {0, 0x3D042108, ONE, ONE}},
    {15, FRACTION, {U, U, U, U}, {0xF501}, {0x3D888889, 0, THIRD, ONE}},
    {6, FRACTION, {U, U, U, U}, {0xFF800001}, {0x3B808081, 0, 0x3F008081, ONE}},
    {14, FRACTION, {S, S, S, S}, {0xFF81807F}, {ONE, MINUS, MINUS, 0xBC010204}},
    {50, NO_ZERO, {S, S, S, S}, {0x807FFF00}, {0x3B808081, 0xBB808081, ONE, MINUS}},
    {6, FRACTION, {B, B, B, B}, {0x807FFF00}, {MINUS, ONE, 0xBB808081, 0x3B808081}},
    {6, FRACTION, {G, G, G, G}, {0xFF604000}, {0, 0x3D802008, 0x3E002008, ONE}},
    {6, INTEGER, {U, U, S, S}, {0x80FFFF01}, {ONE, 0x437F0000, MINUS, 0xC3000000}},
    {6, INTEGER, {B, B, G, U}, {0x02FF0003}, {0x40A00000, MINUS, ONE, 0x40000000}},
    {7, FRACTION, {U, U, U, U}, {0x400803FF}, {ONE, 0x3F002008, 0, THIRD}},
    {54, FRACTION, {S, S, S, S}, {0x800801FF}, {ONE, MINUS, 0, MINUS}},
    {54, FRACTION, {U, U, U, S}, {0xC0000000}, {0, 0, 0, MINUS}},
    {16, FRACTION, {U, U, U, U}, {0xFFC007FF}, {ONE, 0, ONE, ONE}},
    {17, FRACTION, {U, U, U, U}, {0xFFC007FF}, {ONE, 0x3A001002, 0x3F7FDFFC, 0x3F7FDFFC}},
    {55, FRACTION, {S, S, S, S}, {0x801FFC00}, {MINUS, ONE, MINUS, MINUS}},
    {56, FRACTION, {S, S, S, S}, {0x801FFE00}, {MINUS, 0xBA802008, MINUS, MINUS}},
    {24, FRACTION, {U, U, U, U}, {0x8000}, {0x3F000080, 0x3F000080, 0x3F000080, 0x3F000080}},
    {25, FRACTION, {S, S, S, S}, {0x7FFF8001}, {MINUS, ONE, ONE, ONE}},
    {26, FRACTION, {U, U, S, U}, {0xFFFF0000, 0x80008000}, {0, ONE, MINUS, 0x3F000080}},
    /* halves: denormals, exponent 31, both zeros; no number format and no signs but the bias */
    {30, INTEGER, {U, S, G, B}, {0x3C00}, {ONE, ONE, ONE, ONE}},
    {31, FRACTION, {S, S, S, B}, {0xC0000001}, {0x33800000, 0xC0000000, 0xC0000000, 0xC0A00000}},
    {32, FRACTION, {U, U, U, U}, {0x7FFFFC00, 0x03FF8000}, {0xC7800000, 0x47FFE000, 0x80000000, 0x387FC000}},
    {27, FRACTION, {U, U, U, U}, {0x3800}, {HALF, HALF, HALF, HALF}},
    {28, FRACTION, {U, U, U, U}, {0x38003C00}, {ONE, HALF, HALF, HALF}},
    {29, FRACTION, {U, U, U, U}, {0x3C000000, 0x3C000000}, {0, ONE, 0, ONE}},
    {33, FRACTION, {U, S, B, G}, {0xFFFFFFFF}, {ONE, 0xB0000000, ONE, ONE}},
    {33, FRACTION, {U, S, B, G}, {0x80000000}, {HALF, MINUS, 0x2F800000, 0x3E7E3F90}},
    {34, INTEGER, {U, S, S, S}, {0xFFFFFFFF, 0x80000000}, {0x4F800000, 0xCF000000, 0xCF000000, 0xCF000000}},
    {35, NO_ZERO, {S, S, S, S}, {0, 0xFFFFFFFF, 0x7FFFFFFF, 0x80000000}, {0x2F800000, 0xAF800000, ONE, MINUS}},
    /* bits as they stand */
    {36, INTEGER, {U, S, G, U}, {0x7FC12345}, {0x7FC12345, 0x7FC12345, 0x7FC12345, 0x7FC12345}},
    {37, FRACTION, {U, U, U, B}, {1, ONE}, {1, ONE, ONE, ONE}},
    {38, FRACTION, {U, U, U, U}, {ONE, HALF, THIRD, MINUS}, {ONE, HALF, THIRD, (uint32_t)MINUS}},
    {57, FRACTION, {U, U, U, U}, {ONE, HALF, THIRD, MINUS}, {ONE, HALF, THIRD, THIRD}},
    /* depth, without what stands below it */
    {22, FRACTION, {U, S, G, B}, {0xFFFFFF00}, {ONE, ONE, ONE, ONE}},
    {22, INTEGER, {U, U, U, U}, {0x40000055}, {0x3E800000, 0x3E800000, 0x3E800000, 0x3E800000}},
    {22, FRACTION, {U, U, U, U}, {0x7FFFFFFF}, {0x3EFFFFFE, 0x3EFFFFFE, 0x3EFFFFFE, 0x3EFFFFFE}},
    {22, FRACTION, {U, U, U, U}, {0x800000FF}, {0x3F000001, 0x3F000001, 0x3F000001, 0x3F000001}},
    {23, FRACTION, {U, U, U, U}, {0xF00000FF}, {ONE, ONE, ONE, ONE}},
    {23, FRACTION, {U, U, U, U}, {0xE8000000}, {0x3F400000, 0x3F400000, 0x3F400000, 0x3F400000}},
    {23, FRACTION, {U, U, U, U}, {0x080000FF}, {0x38000000, 0x38000000, 0x38000000, 0x38000000}},
    {23, FRACTION, {U, U, U, U}, {0x00000101}, {0x2E800000, 0x2E800000, 0x2E800000, 0x2E800000}},
    {23, FRACTION, {U, U, U, U}, {0x000000FF}, {0, 0, 0, 0}},
    /* what nothing decodes */
    {18, FRACTION, {U, U, U, U}, {0xFFFFFFFF, 0xFFFFFFFF}, {0, 0, 0, 0}},
    {11, INTEGER, {S, S, S, S}, {0xFFFFFFFF}, {0, 0, 0, 0}},
};

static void formats_decode(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct xenos_texture t = {
            .format = rows[i].format, .integer = rows[i].number == INTEGER, .no_zero = rows[i].number == NO_ZERO};
        uint32_t value[4];
        memcpy(t.sign, rows[i].sign, sizeof t.sign);
        xenos_texel_decode(&t, rows[i].word, value);
        for (unsigned k = 0; k < 4; k++) {
            CU_ASSERT_EQUAL(value[k], rows[i].value[k]);
            if (value[k] != rows[i].value[k])
                fprintf(stderr, "row %zu, component %u: %08x\n", i, k, value[k]);
        }
    }
}

/* The host divides 24-bit numbers as exactly. */
static void numbers_of_16_bits(void)
{
    unsigned wrong = 0;
    for (uint32_t bits = 0; bits < 0x10000; bits++) {
        static const struct xenos_texture t = {.format = 24, .sign = {U, S, B, U}};
        const uint32_t word[4] = {bits};
        uint32_t value[4];
        float fraction = (float)(int16_t)bits / 32767.0F;
        xenos_texel_decode(&t, word, value);
        wrong += value[0] != word_of((float)bits / 65535.0F);
        wrong += value[1] != word_of(fraction < -1 ? -1 : fraction);
        wrong += value[2] != word_of((float)(2 * (int32_t)bits - 65535) / 65535.0F);
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

static void the_gamma_curve(void)
{
    static const uint16_t points[][2] = {
        {0, 0},     {1, 1},     {63, 63},   {64, 64},    {65, 66},    {95, 126},  {96, 128},
        {97, 132},  {127, 252}, {128, 257}, {159, 381},  {160, 385},  {191, 509}, {192, 516},
        {193, 524}, {223, 765}, {224, 774}, {254, 1015}, {255, 1023},
    };
    static const struct xenos_texture t = {.format = 2, .sign = {G}};
    uint32_t value[4], last = 0;
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        const uint32_t word[4] = {points[i][0]};
        xenos_texel_decode(&t, word, value);
        CU_ASSERT_EQUAL(value[0], word_of((float)points[i][1] / 1023.0F));
    }
    for (uint32_t bits = 1; bits < 256; bits++) {
        const uint32_t word[4] = {bits};
        xenos_texel_decode(&t, word, value);
        CU_ASSERT(value[0] > last);
        last = value[0];
    }
    /* Numbers of 16 bits, 257 of which are one of 8: between 96 and 97, and between 192 and 193, with a little more. */
    static const struct xenos_texture wide = {.format = 24, .sign = {G}};
    xenos_texel_decode(&wide, (uint32_t[4]){24801}, value);
    CU_ASSERT_EQUAL(value[0], word_of((float)(4 * 24801 - 256 * 257) / (257.0F * 1023)));
    xenos_texel_decode(&wide, (uint32_t[4]){49346}, value);
    CU_ASSERT_EQUAL(value[0], word_of((float)(8 * 49346 - 1024 * 257 + 4 * 257) / (257.0F * 1023)));
}

static void bytes_are_exchanged(void)
{
    static const uint32_t swapped[4] = {0x11223344, 0x22114433, 0x44332211, 0x33441122};
    for (uint32_t endian = 0; endian < 4; endian++)
        CU_ASSERT_EQUAL(xenos_texel_swap(0x11223344, endian), swapped[endian]);
}

static void swizzles_and_exponents(void)
{
    static const uint32_t value[4] = {ONE, 0x80000001, 0x7F000000, 0xFF800000};
    static const struct {
        uint8_t swizzle[4];
        int8_t exponent;
        uint32_t result[4];
    } finished[] = {
        {{0, 1, 2, 3}, 0, {ONE, 0x80000001, 0x7F000000, 0xFF800000}},
        {{2, 0, 4, 5}, 0, {0x7F000000, ONE, 0, ONE}},
        {{6, 7, 3, 3}, 0, {0, ONE, 0xFF800000, 0xFF800000}},
        {{0, 1, 2, 3}, 1, {0x40000000, 0, 0x7F800000, 0xFF800000}},
        {{0, 4, 5, 0}, -1, {HALF, 0, ONE, HALF}},
        {{0, 0, 0, 2}, 31, {0x4F000000, 0x4F000000, 0x4F000000, 0x7F800000}},
        {{0, 0, 0, 2}, -32, {0x2F800000, 0x2F800000, 0x2F800000, 0x6F000000}},
    };
    for (size_t i = 0; i < sizeof finished / sizeof *finished; i++) {
        struct xenos_texture t = {.exp_adjust = finished[i].exponent};
        uint32_t result[4];
        memcpy(t.swizzle, finished[i].swizzle, sizeof t.swizzle);
        xenos_texel_finish(&t, value, result);
        for (unsigned k = 0; k < 4; k++)
            CU_ASSERT_EQUAL(result[k], finished[i].result[k]);
    }
}

void test_texel(void)
{
    CU_pSuite suite = CU_add_suite("texture/texel", NULL, NULL);
    CU_add_test(suite, "formats decode", formats_decode);
    CU_add_test(suite, "numbers of 16 bits", numbers_of_16_bits);
    CU_add_test(suite, "the gamma curve", the_gamma_curve);
    CU_add_test(suite, "bytes are exchanged", bytes_are_exchanged);
    CU_add_test(suite, "swizzles and exponents", swizzles_and_exponents);
}
