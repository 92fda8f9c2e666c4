#include "tests/conformance/isa_qemu/values.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static uint64_t single_bits(struct random *r)
{
    uint64_t bit = UINT64_C(1) << random_below(r, 64);
    switch (random_below(r, 4)) {
    case 0:
        return bit;
    case 1:
        return bit - 1;
    case 2:
        return ~bit;
    default:
        return -bit;
    }
}

uint64_t value_integer(struct random *r, uint64_t near)
{
    static const uint64_t edges[] = {
        0,
        1,
        2,
        UINT64_MAX,
        UINT64_MAX - 1,
        INT64_MAX,
        (uint64_t)INT64_MIN,
        INT64_MAX - 1,
        INT32_MAX,
        0x80000000,
        UINT32_MAX,
        0x100000000,
        0xFFFFFFFF80000000,
        0xFFFFFFFF7FFFFFFF,
        0x7FFFFFFF00000000,
        0x7FFF,
        0x8000,
        0xFFFF,
        0xFFFFFFFFFFFF8000,
        0x7F,
        0x80,
        0xFF,
        0xFFFFFFFFFFFFFF80,
        31,
        32,
        33,
        63,
        64,
        65,
        127,
        0xFFFFFFFF00000000,
    };
    uint64_t any = random_u64(r);
    switch (random_below(r, 8)) {
    case 0:
    case 1:
        return edges[random_below(r, COUNT(edges))];
    case 2:
        return near + random_below(r, 5) - 2;
    case 3:
        return (uint64_t)(int64_t)(int32_t)any;
    case 4:
        return single_bits(r);
    case 5:
        return any >> random_below(r, 64);
    default:
        return any;
    }
}

static uint64_t double_of(uint64_t sign, uint64_t exponent, uint64_t fraction)
{
    return sign << 63 | (exponent & 0x7FF) << 52 | (fraction & UINT64_C(0xFFFFFFFFFFFFF));
}

/* A fraction that ends where something is decided: few bits, all ones, halfway between two singles or near that. */
static uint64_t double_fraction(struct random *r)
{
    uint64_t random = random_u64(r);
    switch (random_below(r, 8)) {
    case 0:
        return 0;
    case 1:
        return UINT64_MAX;
    case 2:
        return UINT64_C(1) << random_below(r, 52);
    case 3:
        return random << 29; /* a single */
    case 4:
        return (random << 29) + 0x10000000 + random_below(r, 3) - 1; /* between two singles */
    case 5:
        return random << random_below(r, 52);
    default:
        return random;
    }
}

uint64_t value_double(struct random *r, uint64_t near)
{
    static const uint64_t edges[] = {
        0x0000000000000000, 0x3FF0000000000000, 0x4000000000000000, 0x3FE0000000000000, 0x7FF0000000000000,
        0x7FF8000000000000, 0x7FF0000000000001, 0x7FF4000000000000, 0x7FFFFFFFFFFFFFFF, 0x7FF800000000002A,
        0x7FF7FFFFFFFFFFFF, 0x7FF0000020000000, 0x0000000000000001, 0x000FFFFFFFFFFFFF, 0x0010000000000000,
        0x0010000000000001, 0x7FEFFFFFFFFFFFFF, 0x3CA0000000000000, 0x3CB0000000000000, 0x47EFFFFFE0000000,
        0x47EFFFFFEFFFFFFF, 0x47EFFFFFF0000000, 0x47F0000000000000, 0x3810000000000000, 0x380FFFFFFFFFFFFF,
        0x380FFFFFE0000000, 0x36A0000000000000, 0x3690000000000000, 0x3690000000000001, 0x41DFFFFFFFC00000,
        0x41E0000000000000, 0x41DFFFFFFFE00000, 0xC1E0000000000000, 0xC1E0000000100000, 0xC1E0000000200000,
        0x43E0000000000000, 0xC3E0000000000000, 0x43DFFFFFFFFFFFFF, 0xC3E0000000000001, 0x3FDFFFFFFFFFFFFF,
        0x3FF8000000000000, 0x4004000000000000, 0x4330000000000001, 0x432FFFFFFFFFFFFF, 0x3FE0000000000001,
    };
    /* One draw to a statement: C leaves the order of operands and arguments open. */
    uint64_t sign = random_u64(r) & 1, any = random_u64(r), fraction = double_fraction(r);
    switch (random_below(r, 12)) {
    case 0:
    case 1:
    case 2:
        return edges[random_below(r, COUNT(edges))] ^ sign << 63;
    case 3:
    case 4: /* near one, so that sums and products meet */
        return double_of(sign, 1023 - 32 + random_below(r, 64), fraction);
    case 5: /* about as large as the other one */
        return double_of(sign, (near >> 52) + random_below(r, 110) - 55, fraction);
    case 6: /* the other one, hardly changed */
        return (near + random_below(r, 5) - 2) ^ sign << 63;
    case 7: /* where singles end */
        return double_of(sign, (any & 1 ? 1023 - 150 : 1023 + 120) + random_below(r, 28), fraction);
    case 8: /* where doubles end; denormal ones */
        return double_of(sign, any & 1 ? random_below(r, 3) : 2044 + random_below(r, 4), fraction);
    case 9: { /* an integer, or one and a half */
        uint64_t shift = random_below(r, 64);
        return double_of(sign, 1023 + shift, shift > 52 ? any : any << (52 - shift) << random_below(r, 2) >> 1);
    }
    default:
        return double_of(sign, any & 0x7FF, fraction);
    }
}

uint32_t value_single(struct random *r, uint32_t near)
{
    static const uint32_t edges[] = {
        0x00000000, 0x3F800000, 0x40000000, 0x3F000000, 0x7F800000, 0x7FC00000, 0x7F800001, 0x7FA00000,
        0x7FFFFFFF, 0x7FC0002A, 0x7FBFFFFF, 0x00000001, 0x007FFFFF, 0x00800000, 0x00800001, 0x7F7FFFFF,
        0x4F000000, 0x4EFFFFFF, 0x4F800000, 0x4F7FFFFF, 0x3EFFFFFF, 0x3FC00000, 0x40200000, 0x4B000001,
        0x4AFFFFFF, 0x4B800000, 0x33800000, 0x34000000, 0x42FE0000, 0x43000000, 0xC2FC0000, 0xC3160000,
    };
    uint32_t sign = (uint32_t)random_u64(r) & 0x80000000;
    uint32_t fraction = (uint32_t)random_u64(r) & 0x7FFFFF;
    if (random_one_in(r, 3))
        fraction = fraction << random_below(r, 23) & 0x7FFFFF;
    switch (random_below(r, 10)) {
    case 0:
    case 1:
    case 2:
        return edges[random_below(r, COUNT(edges))] ^ sign;
    case 3:
    case 4:
        return sign | (127 - 16 + random_below(r, 48)) << 23 | fraction;
    case 5:
        return sign | (((near >> 23) + random_below(r, 52) - 26) & 0xFF) << 23 | fraction;
    case 6:
        return (near + random_below(r, 5) - 2) ^ sign;
    case 7:
        return sign | (random_one_in(r, 2) ? random_below(r, 3) : 252 + random_below(r, 4)) << 23 | fraction;
    default:
        return sign | ((uint32_t)random_u64(r) & 0x7F800000) | fraction;
    }
}

static uint64_t elements(struct random *r, unsigned bits)
{
    uint64_t value = 0;
    for (unsigned at = 0; at < 64; at += bits)
        value = value << bits | (value_integer(r, value) & (UINT64_MAX >> (64 - bits)));
    return value;
}

/* Bytes at the ends of their range: what saturates. */
static uint64_t edge_bytes(struct random *r)
{
    static const uint8_t edges[] = {0, 1, 0x7F, 0x80, 0x81, 0xFE, 0xFF, 0x40};
    uint64_t value = 0, random = random_u64(r);
    for (unsigned i = 0; i < 8; i++, random >>= 8)
        value = value << 8 | (random & 0x80 ? edges[random & 7] : (random & 0x7F) * 2);
    return value;
}

void value_vector(struct random *r, uint64_t value[2], const uint64_t near[2])
{
    unsigned kind = random_below(r, 12);
    for (unsigned half = 0; half < 2; half++) {
        switch (kind) {
        case 0:
            value[half] = edge_bytes(r);
            break;
        case 1:
            value[half] = elements(r, 16);
            break;
        case 2:
            value[half] = elements(r, 32);
            break;
        case 3:
            value[half] = near[half] ^ (random_one_in(r, 2) ? single_bits(r) : 0);
            break;
        case 4: /* one element everywhere */
            value[half] = half == 0 ? (random_u64(r) & 0xFF) * UINT64_C(0x0101010101010101) : value[0];
            break;
        case 5:
        case 6:
            value[half] = random_u64(r);
            break;
        default:
            value[half] = (uint64_t)value_single(r, (uint32_t)(near[half] >> 32)) << 32;
            value[half] |= value_single(r, (uint32_t)(kind == 7 ? value[half] >> 32 : near[half]));
            break;
        }
    }
}
