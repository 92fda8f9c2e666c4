/* eA is four floats whose bits are fields: x has the address, y the index, z the format, w the length of the stream. */
#include "models/xenos/shader/memory_export.h"

#include "models/xenos/shader/alu/sums.h"

enum kind { NONE, INTEGER, HALF, SINGLE };

static const struct export_format {
    uint8_t kind, width[4];
} formats[64] = {
#define EXPORT_FORMAT(number, kind, x, y, z, w) [number] = {kind, {x, y, z, w}},
#include "models/xenos/shader/export_formats.def"
#undef EXPORT_FORMAT
};

enum number_format { UNORM, SNORM, UINT, SINT, NUMBER_FORMATS };

/* What a byte's place is exchanged with, by endian code: 8 in 16, 8 in 32, 16 in 32, 8 in 64, 8 in 128. */
static const uint8_t exchange[8] = {0, 1, 3, 2, 7, 15, 0, 0};

/* |a| * factor to the nearest whole number, halves upwards, as far as `most`. */
static uint32_t nearest(uint32_t a, uint32_t factor, uint32_t most)
{
    int32_t shift = 150 - alu_field(a);
    if (alu_is_zero(a) || shift > 41)
        return 0;
    if (shift < 1)
        return most; /* 2^23 and more: no component is so wide */
    uint64_t product = ((uint64_t)alu_significand(a) * factor + (UINT64_C(1) << (shift - 1))) >> shift;
    return product < most ? (uint32_t)product : most;
}

static uint32_t pack_integer(uint32_t a, unsigned width, enum number_format format)
{
    uint32_t all = (UINT32_C(1) << width) - 1, negative = a >> 31;
    if (alu_is_nan(a))
        return 0;
    if (format == UNORM || format == UINT)
        return negative ? 0 : nearest(a, format == UNORM ? all : 1, all);
    uint32_t size = nearest(a, format == SNORM ? all >> 1 : 1, (all >> 1) + (format == SINT ? negative : 0));
    return (negative ? 0 - size : size) & all;
}

/* No infinities and no NaNs: exponent 31 is one like the others. Rounded to the nearest, ties to even. */
static uint32_t pack_half(uint32_t a)
{
    uint32_t sign = a >> 16 & 0x8000;
    int32_t exponent = alu_field(a) - 127 + 15;
    if (alu_is_nan(a))
        return 0;
    if (exponent < 1)
        return sign;
    if (exponent > 31)
        return sign | 0x7FFF;
    uint32_t bits = (uint32_t)exponent << 10 | (a & ALU_FRACTION) >> 13;
    bits += (a & 0x1FFF) + (bits & 1) > 0x1000;
    return sign | (bits < 0x7FFF ? bits : 0x7FFF);
}

/* The element's bytes, lowest first; how many. */
static unsigned pack(const struct export_format *f, enum number_format format, bool swap, const uint32_t element[4],
                     uint8_t bytes[16])
{
    unsigned bits = 0;
    memset(bytes, 0, 16);
    for (unsigned i = 0; i < 4; i++) {
        uint32_t a = element[swap && i != 1 && i != 3 ? 2 - i : i];
        unsigned width = f->width[i];
        if (width == 0)
            continue;
        uint32_t value = f->kind == SINGLE ? a : f->kind == HALF ? pack_half(a) : pack_integer(a, width, format);
        for (unsigned k = 0; k < width; k++, bits++)
            bytes[bits / 8] |= (uint8_t)((value >> k & 1) << bits % 8);
    }
    return bits / 8;
}

bool xenos_memory_export(const uint32_t address[4], const uint32_t element[XENOS_EXPORT_ELEMENTS][4], unsigned written,
                         xenos_store *store, void *self)
{
    enum { TOP = 0x96, WHOLE = 0x7FFFFF };
    uint32_t z = address[2], first = address[1] & WHOLE, count = address[3] & WHOLE;
    const struct export_format *f = &formats[z >> 8 & 63];
    unsigned number = z >> 16 & 7;

    if (address[0] >> 30 != 1 || address[1] >> 23 != TOP || z >> 20 != 0x4B0 || address[3] >> 23 != TOP ||
        f->kind == NONE || (f->kind == INTEGER && number >= NUMBER_FORMATS))
        return false;
    for (unsigned k = 0; k < XENOS_EXPORT_ELEMENTS; k++) {
        uint8_t bytes[16];
        if (!(written >> k & 1) || first + k >= count)
            continue;
        unsigned size = pack(f, (enum number_format)number, z >> 19 & 1, element[k], bytes);
        for (unsigned i = 0; i < size; i++)
            store(self, (address[0] << 2) + (((first + k) * size + i) ^ exchange[z & 7]), bytes[i]);
    }
    return true;
}
