#include "models/xenon/isa/fp/exponential.h"

typedef unsigned __int128 wide;

/* Fractions of 64 bits: value / 2^64. */
static uint64_t times(uint64_t a, uint64_t b)
{
    return (uint64_t)((wide)a * b >> 64);
}

/* x = n + f, and 2^f - 1 = f ln 2 + (f ln 2)^2 / 2! + ...: the coefficients ln(2)^k / k!, of which the next is below
 * 2^-66. The even and the odd ones are summed side by side. Each of the 20 steps cuts off less than 2^-64, and
 * multiplies what was cut off before by less than one. */
static const uint64_t EXP2_COEFFICIENT[] = {
    UINT64_C(0xB17217F7D1CF79AC), UINT64_C(0x3D7F7BFF058B1D51), UINT64_C(0x0E35846B82505FC6),
    UINT64_C(0x0276556DF749CEE5), UINT64_C(0x005761FF9E299CC4), UINT64_C(0x000A184897C363C4),
    UINT64_C(0x0000FFE5FE2C4586), UINT64_C(0x0000162C0223A5C8), UINT64_C(0x000001B5253D395E),
    UINT64_C(0x0000001E4CF5158C), UINT64_C(0x00000001E8CAC735), UINT64_C(0x000000001C3BD651),
    UINT64_C(0x0000000001816193), UINT64_C(0x0000000000131496), UINT64_C(0x000000000000E1B7),
    UINT64_C(0x00000000000009C7), UINT64_C(0x0000000000000066), UINT64_C(0x0000000000000004),
};
enum { EXP2_COEFFICIENTS = sizeof EXP2_COEFFICIENT / sizeof *EXP2_COEFFICIENT };

struct xenon_fp xenon_fp_exp2(struct xenon_fp a)
{
    enum { FRACTION = 50, NEGLIGIBLE = -27, FAR = 1000 };
    const uint64_t ONE = UINT64_C(1) << 63;
    struct xenon_fp result = {.class = XENON_FP_FINITE, .significand = ONE};

    if (a.exponent > 7) { /* beyond any exponent of a single */
        result.exponent = a.sign ? -FAR : FAR;
        return result;
    }
    if (a.exponent <= NEGLIGIBLE) { /* one, but for what the rounding cuts off */
        result.significand = a.sign ? UINT64_MAX : ONE | 1;
        result.exponent = a.sign ? -1 : 0;
        return result;
    }
    /* The operand's lowest bit is worth 2^-49 or more. */
    int64_t magnitude = (int64_t)(a.significand >> (63 - FRACTION - a.exponent));
    int64_t fixed = a.sign ? -magnitude : magnitude;
    uint64_t f = (uint64_t)fixed << (64 - FRACTION), square = times(f, f), odd = 0, even = 0;
    for (unsigned i = EXP2_COEFFICIENTS; i > 0; i -= 2) {
        odd = EXP2_COEFFICIENT[i - 2] + times(square, odd);
        even = EXP2_COEFFICIENT[i - 1] + times(square, even);
    }
    uint64_t power = times(f, odd + times(f, even));
    result.exponent = (int32_t)((fixed - (int64_t)(f >> (64 - FRACTION))) / (INT64_C(1) << FRACTION));
    result.significand = ONE | power >> 1 | (f != 0);
    return result;
}

/* a = 2^k m with m near one, s = (m - 1) / (m + 1), and ln m = 2 s (1 + s^2/3 + s^4/5 + ...): the coefficients 1 / (2n
 * + 1), of which the next term is below 2^-65, as |s| < 0.172. */
static const uint64_t LOG2_COEFFICIENT[] = {
    UINT64_C(0x5555555555555555), UINT64_C(0x3333333333333333), UINT64_C(0x2492492492492492),
    UINT64_C(0x1C71C71C71C71C72), UINT64_C(0x1745D1745D1745D1), UINT64_C(0x13B13B13B13B13B1),
    UINT64_C(0x1111111111111111), UINT64_C(0x0F0F0F0F0F0F0F0F), UINT64_C(0x0D79435E50D79436),
    UINT64_C(0x0C30C30C30C30C31), UINT64_C(0x0B21642C8590B216), UINT64_C(0x0A3D70A3D70A3D71),
};
enum { LOG2_COEFFICIENTS = sizeof LOG2_COEFFICIENT / sizeof *LOG2_COEFFICIENT };

static struct xenon_fp whole(int32_t k)
{
    if (k == 0)
        return (struct xenon_fp){.class = XENON_FP_ZERO};
    uint64_t magnitude = (uint64_t)(k < 0 ? -k : k);
    int zeros = __builtin_clzll(magnitude);
    return (struct xenon_fp){XENON_FP_FINITE, k < 0, 63 - zeros, magnitude << zeros};
}

struct xenon_fp xenon_fp_log2(struct xenon_fp a)
{
    const uint64_t ROOT = 0xB504F4;                             /* 2^(1/2), with 23 bits of fraction */
    const uint64_t HALF_PER_LN2 = UINT64_C(0xB8AA3B295C17F0BC); /* 1 / (2 ln 2)                      */
    uint64_t m = a.significand >> 40, one = UINT64_C(1) << 23;  /* m / one is m                      */
    int32_t k = a.exponent;
    if (m >= ROOT) {
        one <<= 1;
        k++;
    }
    if (m == one)
        return whole(k);

    /* s * 2^zeros, so that a logarithm near zero has as many good bits as any other. */
    uint64_t difference = m > one ? m - one : one - m;
    int zeros = __builtin_clzll(difference) - 40;
    uint64_t s = (uint64_t)(((wide)difference << (64 + zeros)) / (m + one));
    uint64_t square = times(s, s) >> (2 * zeros), series = 0;
    for (unsigned i = LOG2_COEFFICIENTS; i-- > 0;)
        series = times(square, LOG2_COEFFICIENT[i] + series);

    uint64_t quarter = times(s, HALF_PER_LN2); /* of the logarithm, times 2^zeros */
    quarter += times(quarter, series);
    int shift = __builtin_clzll(quarter);
    struct xenon_fp fraction = {XENON_FP_FINITE, m < one, 1 - zeros - shift, quarter << shift | 1};
    return xenon_fp_add(whole(k), fraction, XENON_TO_NEAREST);
}
