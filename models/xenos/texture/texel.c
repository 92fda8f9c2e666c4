/* Texels of plain formats. Every number is rounded once, from the exact quotient. */
#include "models/xenos/texture/texel.h"

#include "models/xenos/shader/alu/sums.h"
#include "models/xenos/texture/format.h"

uint32_t xenos_texel_swap(uint32_t word, uint32_t endian)
{
    uint32_t bytes = (word & 0x00FF00FF) << 8 | (word >> 8 & 0x00FF00FF);
    switch (endian) {
    case 1:
        return bytes;
    case 2:
        return bytes << 16 | bytes >> 16;
    case 3:
        return word << 16 | word >> 16;
    default:
        return word;
    }
}

/* number * 2^power. */
static uint32_t scaled(uint32_t sign, uint64_t number, int32_t power)
{
    enum { FIELD = 127 + 63 }; /* of 2^63 */
    return number == 0 ? sign : alu_round_any(sign, FIELD + power, number);
}

/* number / divisor: 40 bits of it, and one that tells of the rest. */
static uint32_t ratio(int64_t number, uint64_t divisor)
{
    if (number == 0)
        return 0;
    uint64_t size = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    uint32_t zeros = alu_zeros64(size), divisor_zeros = alu_zeros64(divisor);
    unsigned __int128 top = (unsigned __int128)(size << zeros) << 40;
    uint64_t bits = (uint64_t)(top / (divisor << divisor_zeros));
    bits = bits << 1 | (top % (divisor << divisor_zeros) != 0);
    return scaled(number < 0 ? ALU_SIGN : 0, bits, (int32_t)divisor_zeros - (int32_t)zeros - 41);
}

/* The curve that frame buffers are stored by: straight pieces, whose slopes double, from 0...255 to 0...1023, where a
 * little is added so that 255 leads to 1023. */
static uint32_t gamma_decoded(uint64_t bits, uint64_t all)
{
    static const struct {
        uint16_t from, slope, less;
    } pieces[] = {{192, 8, 1024}, {96, 4, 256}, {64, 2, 64}, {0, 1, 0}};
    unsigned i = 0;
    while (bits * 255 < pieces[i].from * all)
        i++;
    uint64_t line = pieces[i].slope * 255 * bits - pieces[i].less * all; /* of `all` */
    line += line * pieces[i].slope / (1024 * all) * all;
    return ratio((int64_t)line, 1023 * all);
}

static uint32_t from_integer(const struct xenos_texture *t, enum xenos_texture_sign sign, uint64_t bits, unsigned width)
{
    uint64_t all = (UINT64_C(1) << width) - 1, top = UINT64_C(1) << (width - 1);
    uint64_t divisor = t->integer ? 1 : all;
    int64_t value = (int64_t)(bits ^ top) - (int64_t)top, most = width > 1 ? (int64_t)(all >> 1) : 1;
    switch (sign) {
    case XENOS_TEXEL_GAMMA:
        return gamma_decoded(bits, all);
    case XENOS_TEXEL_BIASED:
        return ratio(2 * (int64_t)bits - (int64_t)divisor, divisor);
    case XENOS_TEXEL_SIGNED:
        if (t->integer)
            return ratio(value, 1);
        if (t->no_zero)
            return ratio(2 * value + 1, all);
        return ratio(value < -most ? -most : value, (uint64_t)most); /* the least value is -1 as well */
    default:
        return ratio((int64_t)bits, divisor);
    }
}

/* Numbers without infinities and NaNs: the largest exponent is one like the others. */
static uint32_t from_small_float(uint32_t sign, uint32_t exponent, uint32_t fraction, unsigned fraction_bits)
{
    enum { BIAS = 15 };
    uint32_t number = exponent == 0 ? fraction : fraction | UINT32_C(1) << fraction_bits;
    return scaled(sign, number, (int32_t)(exponent == 0 ? 1 : exponent) - BIAS - (int32_t)fraction_bits);
}

/* Numbers of formats that have one meaning; of the signs only the bias applies to them. */
static uint32_t from_number(enum xenos_texture_kind kind, enum xenos_texture_sign sign, uint32_t bits)
{
    const uint32_t MINUS_ONE = ALU_SIGN | ALU_ONE;
    uint32_t depth = bits >> 8, value = bits;
    if (kind == XENOS_TEXTURE_HALF)
        value = from_small_float(bits >> 15 << 31, bits >> 10 & 31, bits & 0x3FF, 10);
    else if (kind == XENOS_TEXTURE_DEPTH_FLOAT)
        value = from_small_float(0, depth >> 20, depth & 0xFFFFF, 20);
    else if (kind == XENOS_TEXTURE_DEPTH)
        value = scaled(0, depth + (depth >> 23), -24);
    return sign == XENOS_TEXEL_BIASED ? alu_mad(alu_flush(value), ALU_TWO, MINUS_ONE) : value;
}

static uint32_t component(const struct xenos_texture *t, const struct xenos_texture_format *f, const uint32_t word[4],
                          unsigned from, enum xenos_texture_sign sign)
{
    unsigned at = 0, width = f->bits[from];
    for (unsigned i = 0; i < from; i++)
        at += f->bits[i];
    uint32_t bits = word[at / 32] >> at % 32 & (UINT32_MAX >> (32 - width));
    return f->kind == XENOS_TEXTURE_INTEGER ? from_integer(t, sign, bits, width)
                                            : from_number((enum xenos_texture_kind)f->kind, sign, bits);
}

void xenos_texel_decode(const struct xenos_texture *t, const uint32_t word[4], uint32_t value[4])
{
    const struct xenos_texture_format *f = xenos_texture_format(t->format);
    unsigned from = 0;
    for (unsigned i = 0; i < 4; i++) {
        if (f->bits[i] != 0)
            from = i;
        value[i] =
            f->kind == XENOS_TEXTURE_UNREAD ? 0 : component(t, f, word, from, (enum xenos_texture_sign)t->sign[i]);
    }
}

void xenos_texel_finish(const struct xenos_texture *t, const uint32_t value[4], uint32_t result[4])
{
    const uint32_t power = (uint32_t)(127 + t->exp_adjust) << 23;
    for (unsigned i = 0; i < 4; i++) {
        unsigned code = t->swizzle[i];
        if (code >= 4)
            result[i] = code & 1 ? ALU_ONE : 0;
        else
            result[i] = t->exp_adjust == 0 ? value[code] : alu_mul(alu_flush(value[code]), power);
    }
}
