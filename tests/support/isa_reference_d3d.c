/* vpkd3d128 and vupkd3d128: singles to and from the graphics processor's vertex formats. */
#include "tests/support/isa_reference_exact.h"
#include "tests/support/isa_reference_parts.h"

#include <string.h>

enum { D3DCOLOR, NORMSHORT2, NORMPACKED32, FLOAT16_2, NORMSHORT4, FLOAT16_4, NORMPACKED64 };

static bool is_nan(uint32_t x)
{
    return (x & 0x7FFFFFFF) > 0x7F800000;
}

/* a < b, of numbers */
static bool less(uint32_t a, uint32_t b)
{
    bool smaller = false;
    if ((a & 0x7FFFFFFF) == 0x7F800000)
        return a >> 31;
    mpq_t x, y;
    mpq_inits(x, y, NULL);
    exact_get(x, &exact_single, a);
    exact_get(y, &exact_single, b);
    smaller = mpq_cmp(x, y) < 0;
    mpq_clears(x, y, NULL);
    return smaller;
}

/* The low bits of 3.0 + an integer, held between two such numbers. */
static uint64_t biased(const struct isa_reference *r, uint32_t x, uint32_t low, uint32_t high, unsigned bits)
{
    if (is_nan(x))
        x = r->settings.pack_nan_high ? high : low;
    else if (less(x, low))
        x = low;
    else if (!less(x, high))
        x = high;
    return x & ((UINT64_C(1) << bits) - 1);
}

/* 16 bits whose greatest exponent is a number's like any other. */
static uint64_t half(const struct isa_reference *r, uint32_t x)
{
    uint32_t sign = x >> 31 << 15, size = x & 0x7FFFFFFF;
    bool denormals = r->settings.pack_half_denormals;
    uint32_t limit = denormals ? 0x477FE001 : 0x47FFE000; /* what is above 65504, or from 131008 on */
    if (size >= limit)
        return sign | 0x7FFF;
    if (size >= 0x38800000)
        return sign | (((size >> 23) - 112) << 10 | (size >> 13 & 0x3FF));
    if (!denormals || size < 0x00800000)
        return sign;
    uint32_t significand = (size & 0x7FFFFF) | 0x800000;
    unsigned shift = 126 - (size >> 23); /* in units of 2^-24 */
    return sign | (shift > 31 ? 0 : significand >> shift);
}

INSTRUCTION(vpkd3d)
{
    unsigned type = isa_bits(w->bits, 11, 13), insert = isa_bits(w->bits, 14, 15), z = isa_bits(w->bits, 24, 25);
    uint32_t v[4];
    for (unsigned i = 0; i < 4; i++)
        v[i] = isa_get_word(r->vr[w->b], i);

    uint64_t packed = 0; /* words 2 and 3 */
#define BYTE(i)   biased(r, v[i], 0x40400000, 0x404000FF, 8)
#define SHORT(i)  biased(r, v[i], 0x403F8001, 0x40407FFF, 16)
#define TEN(i)    biased(r, v[i], 0x403FFE01, 0x404001FF, 10)
#define TWENTY(i) biased(r, v[i], 0x40380001, 0x4047FFFF, 20)
    switch (type) {
    case D3DCOLOR:
        packed = BYTE(3) << 24 | BYTE(0) << 16 | BYTE(1) << 8 | BYTE(2);
        break;
    case NORMSHORT2:
        packed = SHORT(0) << 16 | SHORT(1);
        break;
    case NORMPACKED32:
        packed = biased(r, v[3], 0x40400000, 0x40400003, 2) << 30 | TEN(2) << 20 | TEN(1) << 10 | TEN(0);
        break;
    case FLOAT16_2:
        packed = half(r, v[0]) << 16 | half(r, v[1]);
        break;
    case NORMSHORT4:
        packed = SHORT(0) << 48 | SHORT(1) << 32 | SHORT(2) << 16 | SHORT(3);
        break;
    case FLOAT16_4:
        packed = half(r, v[0]) << 48 | half(r, v[1]) << 32 | half(r, v[2]) << 16 | half(r, v[3]);
        break;
    case NORMPACKED64:
        packed = biased(r, v[3], 0x40400000, 0x4040000F, 4) << 60 | TWENTY(2) << 40 | TWENTY(1) << 20 | TWENTY(0);
        break;
    default:
        if (!r->settings.pack_type_7_zero)
            return;
    }
    if (insert == 0) /* undefined */
        r->unmodelled = true;

    /* which words of the packed quadword go to which of the target: -1 keeps the target's */
    static const int8_t words[4][4][4] = {
        {{-1, -1, -1, -1}, {-1, -1, -1, -1}, {-1, -1, -1, -1}, {-1, -1, -1, -1}},
        {{-1, -1, -1, 3}, {-1, -1, 3, -1}, {-1, 3, -1, -1}, {3, -1, -1, -1}},
        {{-1, -1, 2, 3}, {-1, 2, 3, -1}, {2, 3, -1, -1}, {3, -1, -1, -1}},
        {{-1, -1, 2, 3}, {-1, 2, 3, -1}, {2, 3, -1, -1}, {-1, -1, -1, 2}},
    };
    for (unsigned i = 0; i < 4; i++) {
        int from = words[insert][z][i];
        if (from >= 0)
            isa_set_word(r->vr[w->d], i, (uint32_t)(from == 2 ? packed >> 32 : packed));
    }
}

/* 3.0 and a signed integer in its last places; the most negative one stands for no number. */
static uint32_t unbiased(const struct isa_reference *r, uint64_t bits, unsigned width)
{
    int64_t value = isa_sign_extend(bits, width);
    if (value == -(INT64_C(1) << (width - 1)) && !r->settings.unpack_lowest_value)
        return 0x7FC00000;
    return (uint32_t)(0x40400000 + value);
}

static uint32_t from_half(uint32_t h)
{
    uint32_t sign = (h & 0x8000) << 16, exponent = h >> 10 & 31;
    return exponent ? sign | (exponent + 112) << 23 | (h & 0x3FF) << 13 : sign;
}

INSTRUCTION(vupkd3d)
{
    const uint32_t one = 0x3F800000;
    uint32_t w2 = isa_get_word(r->vr[w->b], 2), w3 = isa_get_word(r->vr[w->b], 3), v[4] = {0, 0, 0, one};
    uint64_t q = (uint64_t)w2 << 32 | w3;
    switch (isa_bits(w->bits, 11, 13)) {
    case D3DCOLOR:
        for (unsigned i = 0; i < 4; i++)
            v[i] = one | isa_bits(w3, 8 * ((i + 1) % 4), 8 * ((i + 1) % 4) + 7);
        break;
    case NORMSHORT2:
        v[0] = unbiased(r, w3 >> 16, 16);
        v[1] = unbiased(r, w3, 16);
        break;
    case NORMPACKED32:
        for (unsigned i = 0; i < 3; i++)
            v[i] = unbiased(r, w3 >> 10 * i, 10);
        v[3] = one + (w3 >> 30);
        break;
    case FLOAT16_2:
        v[0] = from_half(w3 >> 16);
        v[1] = from_half(w3 & 0xFFFF);
        break;
    case NORMSHORT4:
        for (unsigned i = 0; i < 4; i++)
            v[i] = unbiased(r, q >> (48 - 16 * i), 16);
        break;
    case FLOAT16_4:
        for (unsigned i = 0; i < 4; i++)
            v[i] = from_half(q >> (48 - 16 * i) & 0xFFFF);
        break;
    case NORMPACKED64:
        for (unsigned i = 0; i < 3; i++)
            v[i] = unbiased(r, q >> 20 * i, 20);
        v[3] = one + (uint32_t)(q >> 60);
        break;
    default:
        if (!r->settings.pack_type_7_zero)
            return;
        v[3] = 0;
    }
    for (unsigned i = 0; i < 4; i++)
        isa_set_word(r->vr[w->d], i, v[i]);
}
