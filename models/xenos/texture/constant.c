/* The fields of a texture fetch constant. */
#include "models/xenos/texture/constant.h"

/* Bits low to high of a word. */
static uint32_t bits(uint32_t word, unsigned low, unsigned high)
{
    return word >> low & (UINT32_MAX >> (31 - (high - low)));
}

static int32_t signed_bits(uint32_t word, unsigned low, unsigned high)
{
    uint32_t value = bits(word, low, high), sign = UINT32_C(1) << (high - low);
    return (int32_t)(value ^ sign) - (int32_t)sign;
}

/* Pages of 4 KiB in 512 MiB. */
static uint32_t address(uint32_t word)
{
    return word & 0x1FFFF000;
}

static void take_size(struct xenos_texture *t, uint32_t word)
{
    enum { FACES = 6 };
    t->height = t->depth = 1;
    switch (t->dimension) {
    case XENOS_TEXTURE_1D:
        t->width = bits(word, 0, 23) + 1;
        break;
    case XENOS_TEXTURE_3D:
        t->width = bits(word, 0, 10) + 1;
        t->height = bits(word, 11, 21) + 1;
        t->depth = bits(word, 22, 31) + 1;
        break;
    default:
        t->width = bits(word, 0, 12) + 1;
        t->height = bits(word, 13, 25) + 1;
        t->depth = t->dimension == XENOS_TEXTURE_CUBE ? FACES : t->stacked ? bits(word, 26, 31) + 1 : 1;
        break;
    }
}

struct xenos_texture xenos_texture_constant(const uint32_t word[6])
{
    struct xenos_texture t = {
        .type = (uint8_t)bits(word[0], 0, 1),
        .no_zero = bits(word[0], 19, 19),
        .multisample = (uint8_t)bits(word[0], 20, 21),
        .pitch = bits(word[0], 22, 30) * 32,
        .tiled = bits(word[0], 31, 31),

        .format = (uint8_t)bits(word[1], 0, 5),
        .endian = (uint8_t)bits(word[1], 6, 7),
        .request_size = (uint8_t)bits(word[1], 8, 9),
        .stacked = bits(word[1], 10, 10),
        .clamp_policy = bits(word[1], 11, 11),
        .base = address(word[1]),

        .integer = bits(word[3], 0, 0),
        .exp_adjust = (int8_t)signed_bits(word[3], 13, 18),
        .mag_filter = (uint8_t)bits(word[3], 19, 20),
        .min_filter = (uint8_t)bits(word[3], 21, 22),
        .mip_filter = (uint8_t)bits(word[3], 23, 24),
        .aniso_filter = (uint8_t)bits(word[3], 25, 27),
        .arbitrary_filter = (uint8_t)bits(word[3], 28, 30),
        .border_size = bits(word[3], 31, 31),

        .vol_mag_filter = (uint8_t)bits(word[4], 0, 0),
        .vol_min_filter = (uint8_t)bits(word[4], 1, 1),
        .mip_min = (uint8_t)bits(word[4], 2, 5),
        .mip_max = (uint8_t)bits(word[4], 6, 9),
        .mag_aniso_walk = bits(word[4], 10, 10),
        .min_aniso_walk = bits(word[4], 11, 11),
        .lod_bias = (int16_t)signed_bits(word[4], 12, 21),
        .grad_exp_adjust = {(int8_t)signed_bits(word[4], 22, 26), (int8_t)signed_bits(word[4], 27, 31)},

        .border = (uint8_t)bits(word[5], 0, 1),
        .border_w_max = bits(word[5], 2, 2),
        .tri_clamp = (uint8_t)bits(word[5], 3, 4),
        .aniso_bias = (int8_t)signed_bits(word[5], 5, 8),
        .dimension = (uint8_t)bits(word[5], 9, 10),
        .packed_mips = bits(word[5], 11, 11),
        .mips = address(word[5]),
    };
    for (unsigned i = 0; i < 4; i++) {
        t.sign[i] = (uint8_t)bits(word[0], 2 + 2 * i, 3 + 2 * i);
        t.swizzle[i] = (uint8_t)bits(word[3], 1 + 3 * i, 3 + 3 * i);
    }
    for (unsigned i = 0; i < 3; i++)
        t.clamp[i] = (uint8_t)bits(word[0], 10 + 3 * i, 12 + 3 * i);
    take_size(&t, word[2]);
    return t;
}
