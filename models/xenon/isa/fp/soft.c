#include "models/xenon/isa/fp/soft.h"

typedef unsigned __int128 wide;

/* A format: precision counts the leading one; the exponent field of 2^e is e + bias. */
struct format {
    unsigned precision, width;
    int32_t bias;
};
static const struct format SINGLE = {24, 32, 127}, DOUBLE = {53, 64, 1023};

static unsigned stored_bits(const struct format *format)
{
    return format->precision - 1;
}

/* The exponent field of infinity, all ones. */
static int32_t field_end(const struct format *format)
{
    return 2 * format->bias + 1;
}

/* Shifts to the right in which the lowest bit remembers whatever falls out. */
static uint64_t jam64(uint64_t value, uint32_t count)
{
    if (count > 63)
        return value != 0;
    return value >> count | ((value & ((UINT64_C(1) << count) - 1)) != 0);
}

static wide jam128(wide value, uint32_t count)
{
    if (count > 127)
        return value != 0;
    return value >> count | ((value & (((wide)1 << count) - 1)) != 0);
}

static unsigned leading_zeros(wide value)
{
    uint64_t high = (uint64_t)(value >> 64);
    return high ? (unsigned)__builtin_clzll(high) : 64U + (unsigned)__builtin_clzll((uint64_t)value);
}

/* value * 2^(exponent - 127), for any value but 0. */
static struct xenon_fp normalised(bool sign, int32_t exponent, wide value)
{
    unsigned zeros = leading_zeros(value);
    value <<= zeros;
    return (struct xenon_fp){XENON_FP_FINITE, sign, exponent - (int32_t)zeros,
                             (uint64_t)(value >> 64) | ((uint64_t)value != 0)};
}

static struct xenon_fp zero(bool sign)
{
    return (struct xenon_fp){.class = XENON_FP_ZERO, .sign = sign};
}

static struct xenon_fp unpack(uint64_t bits, const struct format *format)
{
    uint64_t fraction = bits & ((UINT64_C(1) << stored_bits(format)) - 1);
    int32_t field = (int32_t)(bits >> stored_bits(format)) & field_end(format);
    struct xenon_fp a = {.class = XENON_FP_FINITE, .sign = bits >> (format->width - 1) & 1};

    if (field == field_end(format)) {
        bool quiet = fraction >> (stored_bits(format) - 1);
        a.class = fraction == 0 ? XENON_FP_INFINITY : quiet ? XENON_FP_QNAN : XENON_FP_SNAN;
    } else if (field != 0) {
        a.exponent = field - format->bias;
        a.significand = (fraction | UINT64_C(1) << stored_bits(format)) << (64 - format->precision);
    } else if (fraction != 0) {
        int zeros = __builtin_clzll(fraction);
        a.exponent = 1 - format->bias - (zeros - (64 - (int32_t)format->precision));
        a.significand = fraction << zeros;
    } else {
        a.class = XENON_FP_ZERO;
    }
    return a;
}

struct xenon_fp xenon_fp_from32(uint32_t bits)
{
    return unpack(bits, &SINGLE);
}

struct xenon_fp xenon_fp_from64(uint64_t bits)
{
    return unpack(bits, &DOUBLE);
}

/* The sum of two values given as normalised() takes them, with the top bit of each set. One bit is given up for the
 * carry. What jam128 cuts off cannot matter more than a sticky bit: when much is cut, the difference loses one bit. */
static struct xenon_fp sum(struct xenon_fp a, wide a_value, struct xenon_fp b, wide b_value,
                           enum xenon_rounding rounding)
{
    if (a.exponent < b.exponent || (a.exponent == b.exponent && a_value < b_value)) {
        struct xenon_fp larger = b;
        wide larger_value = b_value;
        b = a, b_value = a_value;
        a = larger, a_value = larger_value;
    }
    a_value = jam128(a_value, 1);
    b_value = jam128(b_value, (uint32_t)(a.exponent - b.exponent) + 1);
    wide total = a.sign == b.sign ? a_value + b_value : a_value - b_value;
    return total == 0 ? zero(rounding == XENON_TO_MINUS) : normalised(a.sign, a.exponent + 1, total);
}

/* The sum of which at least one term is zero. */
static struct xenon_fp sum_with_zero(struct xenon_fp a, struct xenon_fp b, enum xenon_rounding rounding)
{
    if (a.class != XENON_FP_ZERO)
        return a;
    if (b.class != XENON_FP_ZERO || a.sign == b.sign)
        return b;
    return zero(rounding == XENON_TO_MINUS);
}

struct xenon_fp xenon_fp_add(struct xenon_fp a, struct xenon_fp b, enum xenon_rounding rounding)
{
    if (a.class == XENON_FP_ZERO || b.class == XENON_FP_ZERO)
        return sum_with_zero(a, b, rounding);
    return sum(a, (wide)a.significand << 64, b, (wide)b.significand << 64, rounding);
}

struct xenon_fp xenon_fp_multiply(struct xenon_fp a, struct xenon_fp b)
{
    if (a.class == XENON_FP_ZERO || b.class == XENON_FP_ZERO)
        return zero(a.sign != b.sign);
    return normalised(a.sign != b.sign, a.exponent + b.exponent + 1, (wide)a.significand * b.significand);
}

struct xenon_fp xenon_fp_multiply_add(struct xenon_fp a, struct xenon_fp c, struct xenon_fp b,
                                      enum xenon_rounding rounding)
{
    struct xenon_fp product = xenon_fp_multiply(a, c);
    if (product.class == XENON_FP_ZERO || b.class == XENON_FP_ZERO)
        return sum_with_zero(product, b, rounding);

    wide whole = (wide)a.significand * c.significand;
    whole <<= leading_zeros(whole);
    return sum(product, whole, b, (wide)b.significand << 64, rounding);
}

struct xenon_fp xenon_fp_divide(struct xenon_fp a, struct xenon_fp b)
{
    if (a.class == XENON_FP_ZERO)
        return zero(a.sign != b.sign);

    bool less = a.significand < b.significand;
    wide dividend = (wide)a.significand << (less ? 64 : 63);
    return (struct xenon_fp){XENON_FP_FINITE, a.sign != b.sign, a.exponent - b.exponent - less,
                             (uint64_t)(dividend / b.significand) | (dividend % b.significand != 0)};
}

struct xenon_fp xenon_fp_square_root(struct xenon_fp a)
{
    if (a.class == XENON_FP_ZERO)
        return a;

    /* The root of significand * 2^(63 or 64), bit by bit: `rest` is what the root so far leaves of the digits seen. */
    bool odd = a.exponent % 2 != 0;
    wide digits = (wide)a.significand << (odd ? 64 : 63), rest = 0;
    uint64_t root = 0;
    for (unsigned i = 0; i < 64; i++) {
        rest = rest << 2 | (wide)(digits >> 126);
        digits <<= 2;
        wide trial = (wide)root << 2 | 1;
        bool one = rest >= trial;
        if (one)
            rest -= trial;
        root = root << 1 | one;
    }
    return (struct xenon_fp){XENON_FP_FINITE, false, (a.exponent - odd) / 2, root | (rest != 0)};
}

struct xenon_fp xenon_fp_reciprocal_root(struct xenon_fp a)
{
    /* a is digits * 2^(exponent - 52), so its reciprocal root is that of 2^(179 or 180) / digits, times a power of two.
     * Again bit by bit: `rest` is what root^2 * digits leaves of that power, as far as it has been seen. */
    bool even = a.exponent % 2 == 0;
    if (even && a.significand << 1 == 0)
        return (struct xenon_fp){XENON_FP_FINITE, false, -(a.exponent / 2), a.significand};

    uint64_t digits = a.significand >> 11, root = 0;
    wide rest = (wide)1 << (even ? 52 : 51);
    for (unsigned i = 0; i < 64; i++) {
        rest <<= 2;
        wide trial = ((wide)root << 2 | 1) * digits;
        bool one = rest >= trial;
        if (one)
            rest -= trial;
        root = root << 1 | one;
    }
    return (struct xenon_fp){XENON_FP_FINITE, false, -(a.exponent + 1 + even) / 2, root | (rest != 0)};
}

/* Whether the magnitude kept + rest/2^64, rest being the bits cut off, goes up to kept + 1. */
static bool rounds_up(bool sign, bool kept_odd, uint64_t rest, enum xenon_rounding rounding)
{
    const uint64_t HALF = UINT64_C(1) << 63;
    switch (rounding) {
    case XENON_TO_NEAREST:
        return rest > HALF || (rest == HALF && kept_odd);
    case XENON_TO_PLUS:
        return rest != 0 && !sign;
    case XENON_TO_MINUS:
        return rest != 0 && sign;
    default:
        return false;
    }
}

static uint64_t round_to(const struct format *format, struct xenon_fp a, enum xenon_rounding rounding, unsigned *status)
{
    uint64_t sign = (uint64_t)a.sign << (format->width - 1);
    uint64_t infinity = (uint64_t)field_end(format) << stored_bits(format);
    if (a.class == XENON_FP_ZERO || a.class == XENON_FP_INFINITY)
        return sign | (a.class == XENON_FP_ZERO ? 0 : infinity);

    int32_t field = a.exponent + format->bias;
    if (field < 1) {
        *status |= XENON_FP_TINY;
        a.significand = jam64(a.significand, (uint32_t)(1 - field));
        field = 1;
    }
    uint64_t kept = a.significand >> (64 - format->precision), rest = a.significand << format->precision;
    bool up = rounds_up(a.sign, kept & 1, rest, rounding);

    /* The leading one of `kept`, where there is one, adds one to the exponent field; so does a carry. */
    uint64_t bits = kept + up + ((uint64_t)(field - 1) << stored_bits(format));
    if (field >= field_end(format) || bits >= infinity) {
        up = rounds_up(a.sign, true, UINT64_MAX, rounding);
        *status |= XENON_FP_OVERFLOW | XENON_FP_INEXACT | (up ? XENON_FP_ROUNDED_UP : 0U);
        return sign | (infinity - !up);
    }
    *status |= (rest != 0 ? XENON_FP_INEXACT : 0U) | (up ? XENON_FP_ROUNDED_UP : 0U);
    return sign | bits;
}

uint32_t xenon_fp_round32(struct xenon_fp a, enum xenon_rounding rounding, unsigned *status)
{
    return (uint32_t)round_to(&SINGLE, a, rounding, status);
}

uint64_t xenon_fp_round64(struct xenon_fp a, enum xenon_rounding rounding, unsigned *status)
{
    return round_to(&DOUBLE, a, rounding, status);
}

uint64_t xenon_fp_round_integer(struct xenon_fp a, enum xenon_rounding rounding, unsigned *status)
{
    if (a.class == XENON_FP_ZERO)
        return 0;
    if (a.class == XENON_FP_INFINITY || a.exponent > 63) {
        *status |= XENON_FP_OVERFLOW | XENON_FP_INEXACT;
        return UINT64_MAX;
    }
    uint64_t kept = 0, rest = 1; /* less than a half */
    if (a.exponent == 63)
        kept = a.significand, rest = 0;
    else if (a.exponent >= 0)
        kept = a.significand >> (63 - a.exponent), rest = a.significand << (a.exponent + 1);
    else if (a.exponent == -1)
        rest = a.significand;

    bool up = rounds_up(a.sign, kept & 1, rest, rounding);
    *status |= (rest != 0 ? XENON_FP_INEXACT : 0U) | (up ? XENON_FP_ROUNDED_UP : 0U);
    return kept + up;
}
