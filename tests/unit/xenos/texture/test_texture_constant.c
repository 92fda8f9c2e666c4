/* Texture fetch constants taken apart: a real one, and every field by itself. */
#include "models/xenos/texture/constant.h"
#include "models/xenos/texture/format.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <string.h>

static void a_mipmapped_texture(void)
{
    /* 256 by 128, 8_8_8_8, tiled, at 0x01234000, levels at 0x02345000; as libxenon fills in the rest. */
    const uint32_t word[6] = {0x82000002, 0x01234086, 0x000FE0FF, 0x00A00C14, 0x00000E03, 0x02345A00};
    struct xenos_texture t = xenos_texture_constant(word);
    CU_ASSERT_EQUAL(t.type, XENOS_TEXTURE_VALID);
    CU_ASSERT_EQUAL(t.pitch, 256);
    CU_ASSERT(t.tiled);
    CU_ASSERT_EQUAL(t.format, 6);
    CU_ASSERT_EQUAL(t.endian, 2);
    CU_ASSERT_EQUAL(t.base, 0x01234000);
    CU_ASSERT_EQUAL(t.mips, 0x02345000);
    CU_ASSERT_EQUAL(t.width, 256);
    CU_ASSERT_EQUAL(t.height, 128);
    CU_ASSERT_EQUAL(t.depth, 1);
    CU_ASSERT(memcmp(t.swizzle, (uint8_t[4]){2, 1, 0, 3}, 4) == 0);
    CU_ASSERT_EQUAL(t.min_filter, 1);
    CU_ASSERT_EQUAL(t.mip_filter, 1);
    CU_ASSERT_EQUAL(t.mag_filter, 0);
    CU_ASSERT_EQUAL(t.vol_mag_filter, 1);
    CU_ASSERT_EQUAL(t.vol_min_filter, 1);
    CU_ASSERT_EQUAL(t.mip_min, 0);
    CU_ASSERT_EQUAL(t.mip_max, 8);
    CU_ASSERT(t.mag_aniso_walk && t.min_aniso_walk);
    CU_ASSERT_EQUAL(t.dimension, XENOS_TEXTURE_2D);
    CU_ASSERT(t.packed_mips);
}

static void sizes_go_by_the_dimension(void)
{
    static const struct {
        uint32_t size, stacked, dimension, width, height, depth;
    } rows[] = {
        {0xFFFFFFFF, 0, 0, 1 << 24, 1, 1},    {0xFFFFFFFF, 0, 1, 8192, 8192, 1},
        {0xFFFFFFFF, 1, 1, 8192, 8192, 64},   {0x08002003, 1, 1, 4, 2, 3},
        {0xFFFFFFFF, 0, 2, 2048, 2048, 1024}, {0x00800803, 0, 2, 4, 2, 3},
        {0x14002003, 0, 3, 4, 2, 6},          {0, 0, 3, 1, 1, 6},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const uint32_t word[6] = {[1] = rows[i].stacked << 10, [2] = rows[i].size, [5] = rows[i].dimension << 9};
        struct xenos_texture t = xenos_texture_constant(word);
        CU_ASSERT_EQUAL(t.width, rows[i].width);
        CU_ASSERT_EQUAL(t.height, rows[i].height);
        CU_ASSERT_EQUAL(t.depth, rows[i].depth);
    }
}

/* The number that a single bit makes of a field. */
static int64_t value_of(unsigned field, const struct xenos_texture *t)
{
    const int64_t value[] = {
        t->type,
        t->sign[0],
        t->sign[1],
        t->sign[2],
        t->sign[3],
        t->clamp[0],
        t->clamp[1],
        t->clamp[2],
        t->no_zero,
        t->multisample,
        t->pitch,
        t->tiled,
        t->format,
        t->endian,
        t->request_size,
        t->stacked,
        t->clamp_policy,
        t->base,
        t->integer,
        t->swizzle[0],
        t->swizzle[1],
        t->swizzle[2],
        t->swizzle[3],
        t->exp_adjust,
        t->mag_filter,
        t->min_filter,
        t->mip_filter,
        t->aniso_filter,
        t->arbitrary_filter,
        t->border_size,
        t->vol_mag_filter,
        t->vol_min_filter,
        t->mip_min,
        t->mip_max,
        t->mag_aniso_walk,
        t->min_aniso_walk,
        t->lod_bias,
        t->grad_exp_adjust[0],
        t->grad_exp_adjust[1],
        t->border,
        t->border_w_max,
        t->tri_clamp,
        t->aniso_bias,
        t->dimension,
        t->packed_mips,
        t->mips,
    };
    return field < sizeof value / sizeof *value ? value[field] : 0;
}

/* Word, lowest and highest bit of each; negative: what the highest bit alone is worth. */
static const struct {
    uint8_t word, low, high;
    int64_t top;
} fields[] = {
    {0, 0, 1, 2},        {0, 2, 3, 2},
    {0, 4, 5, 2},        {0, 6, 7, 2},
    {0, 8, 9, 2},        {0, 10, 12, 4},
    {0, 13, 15, 4},      {0, 16, 18, 4},
    {0, 19, 19, 1},      {0, 20, 21, 2},
    {0, 22, 30, 0x2000}, {0, 31, 31, 1},
    {1, 0, 5, 32},       {1, 6, 7, 2},
    {1, 8, 9, 2},        {1, 10, 10, 1},
    {1, 11, 11, 1},      {1, 12, 28, 0x10000000},
    {3, 0, 0, 1},        {3, 1, 3, 4},
    {3, 4, 6, 4},        {3, 7, 9, 4},
    {3, 10, 12, 4},      {3, 13, 18, -32},
    {3, 19, 20, 2},      {3, 21, 22, 2},
    {3, 23, 24, 2},      {3, 25, 27, 4},
    {3, 28, 30, 4},      {3, 31, 31, 1},
    {4, 0, 0, 1},        {4, 1, 1, 1},
    {4, 2, 5, 8},        {4, 6, 9, 8},
    {4, 10, 10, 1},      {4, 11, 11, 1},
    {4, 12, 21, -512},   {4, 22, 26, -16},
    {4, 27, 31, -16},    {5, 0, 1, 2},
    {5, 2, 2, 1},        {5, 3, 4, 2},
    {5, 5, 8, -8},       {5, 9, 10, 2},
    {5, 11, 11, 1},      {5, 12, 28, 0x10000000},
};

static void every_field_has_its_bits(void)
{
    const uint32_t nothing[6] = {0};
    const unsigned count = sizeof fields / sizeof *fields;
    struct xenos_texture zero = xenos_texture_constant(nothing);
    for (unsigned i = 0; i < count; i++) {
        for (unsigned bit = 0; bit < 2; bit++) {
            uint32_t word[6] = {0};
            word[fields[i].word] = UINT32_C(1) << (bit == 0 ? fields[i].low : fields[i].high);
            struct xenos_texture t = xenos_texture_constant(word);
            if (bit == 1)
                CU_ASSERT_EQUAL(value_of(i, &t), fields[i].top);
            CU_ASSERT_NOT_EQUAL(value_of(i, &t), 0);
            for (unsigned k = 0; k < count; k++)
                if (k != i)
                    CU_ASSERT_EQUAL(value_of(k, &t), value_of(k, &zero));
        }
    }
}

static void formats_say_whether_they_are_read(void)
{
    static const uint8_t plain[] = {2,  3,  4,  5,  6,  7,  8,  9,  10, 14, 15, 16, 17, 22, 23, 24, 25, 26,
                                    27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 50, 54, 55, 56, 57};
    unsigned next = 0;
    for (uint32_t number = 0; number < 64; number++) {
        const struct xenos_texture_format *f = xenos_texture_format(number);
        bool is_plain = next < sizeof plain && plain[next] == number;
        unsigned bits = 0;
        next += is_plain;
        CU_ASSERT_EQUAL(xenos_texture_unread(number) == NULL, is_plain);
        CU_ASSERT(f->bytes > 0 && f->width > 0 && f->height > 0);
        for (unsigned i = 0; i < 4; i++)
            bits += f->bits[i];
        if (is_plain)
            CU_ASSERT_EQUAL(bits, 8U * f->bytes);
    }
    CU_ASSERT_STRING_EQUAL(xenos_texture_unread(18), "DXT1");
    CU_ASSERT_STRING_EQUAL(xenos_texture_unread(60 | 0xFC0), "CTX1");
}

void test_texture_constant(void)
{
    CU_pSuite suite = CU_add_suite("texture/constant", NULL, NULL);
    CU_add_test(suite, "a mipmapped texture", a_mipmapped_texture);
    CU_add_test(suite, "sizes go by the dimension", sizes_go_by_the_dimension);
    CU_add_test(suite, "every field has its bits", every_field_has_its_bits);
    CU_add_test(suite, "formats say whether they are read", formats_say_whether_they_are_read);
}
