/* IEEE arithmetic in integers, which gives the same bits on every host: operations give an unpacked number that is
 * exact but for its lowest bit, which is sticky; one rounding to single or double follows. NaNs, infinities and operand
 * flushing are the caller's: which NaN comes out differs between the scalar and the vector unit. What most instructions
 * need is inline, because copying unpacked numbers between functions takes longer than the arithmetic. */
#ifndef CYCLE360_XENON_ISA_FP_SOFT_H
#define CYCLE360_XENON_ISA_FP_SOFT_H

#include <stdbool.h>
#include <stdint.h>

#define XENON_FP_INLINE static inline __attribute__((always_inline))

enum xenon_fp_class { XENON_FP_ZERO, XENON_FP_FINITE, XENON_FP_INFINITY, XENON_FP_QNAN, XENON_FP_SNAN };

/* As FPSCR.RN counts them. */
enum xenon_rounding { XENON_TO_NEAREST, XENON_TO_ZERO, XENON_TO_PLUS, XENON_TO_MINUS };

/* FINITE: significand * 2^(exponent - 63), its top bit set; the lowest bit is set too when less than it was cut off. */
struct xenon_fp {
    enum xenon_fp_class class;
    bool sign;
    int32_t exponent;
    uint64_t significand;
};

enum xenon_fp_status {
    XENON_FP_INEXACT = 1,
    XENON_FP_ROUNDED_UP = 2, /* the magnitude grew: FPSCR.FR                            */
    XENON_FP_OVERFLOW = 4,   /* larger than the format's numbers, once rounded          */
    XENON_FP_TINY = 8,       /* before rounding it was below the least normal number    */
};

/* Operands are ZERO or FINITE. Of those that singles and doubles unpack to, nothing is lost but into the sticky bit. */
struct xenon_fp xenon_fp_square_root(struct xenon_fp a);     /* a is not negative, but may be -0    */
struct xenon_fp xenon_fp_reciprocal_root(struct xenon_fp a); /* a is a FINITE single or double, > 0 */

/* Formats. Precision counts the leading one; the exponent field of 2^e is e + bias. */

struct xenon_fp_format {
    unsigned precision, width;
    int32_t bias;
};
#define XENON_FP_FORMAT32 ((struct xenon_fp_format){24, 32, 127})
#define XENON_FP_FORMAT64 ((struct xenon_fp_format){53, 64, 1023})

XENON_FP_INLINE unsigned xenon_fp_stored_bits(struct xenon_fp_format format)
{
    return format.precision - 1;
}

/* The exponent field of infinity, all ones. */
XENON_FP_INLINE int32_t xenon_fp_field_end(struct xenon_fp_format format)
{
    return 2 * format.bias + 1;
}

XENON_FP_INLINE struct xenon_fp xenon_fp_unpack(uint64_t bits, struct xenon_fp_format format)
{
    const unsigned stored = xenon_fp_stored_bits(format);
    uint64_t fraction = bits & ((UINT64_C(1) << stored) - 1);
    int32_t end = xenon_fp_field_end(format), field = (int32_t)(bits >> stored) & end;
    struct xenon_fp a = {XENON_FP_FINITE, bits >> (format.width - 1) & 1, field - format.bias,
                         (fraction | UINT64_C(1) << stored) << (64 - format.precision)};
    if (__builtin_expect(field > 0 && field < end, true))
        return a;

    if (field == end) {
        bool quiet = fraction >> (stored - 1);
        a.class = fraction == 0 ? XENON_FP_INFINITY : quiet ? XENON_FP_QNAN : XENON_FP_SNAN;
    } else if (fraction == 0) {
        a.class = XENON_FP_ZERO;
    } else {
        int zeros = __builtin_clzll(fraction);
        a.exponent = 1 - format.bias - (zeros - (64 - (int32_t)format.precision));
        a.significand = fraction << zeros;
    }
    return a;
}

XENON_FP_INLINE struct xenon_fp xenon_fp_from32(uint32_t bits)
{
    return xenon_fp_unpack(bits, XENON_FP_FORMAT32);
}

XENON_FP_INLINE struct xenon_fp xenon_fp_from64(uint64_t bits)
{
    return xenon_fp_unpack(bits, XENON_FP_FORMAT64);
}

/* Shifts to the right in which the lowest bit remembers whatever falls out. */

XENON_FP_INLINE uint64_t xenon_fp_jam64(uint64_t value, uint32_t count)
{
    if (count > 63)
        return value != 0;
    return value >> count | ((value & ((UINT64_C(1) << count) - 1)) != 0);
}

XENON_FP_INLINE unsigned __int128 xenon_fp_jam128(unsigned __int128 value, uint32_t count)
{
    if (count > 127)
        return value != 0;
    return value >> count | ((value & (((unsigned __int128)1 << count) - 1)) != 0);
}

XENON_FP_INLINE unsigned xenon_fp_leading_zeros(unsigned __int128 value)
{
    uint64_t high = (uint64_t)(value >> 64);
    return high ? (unsigned)__builtin_clzll(high) : 64U + (unsigned)__builtin_clzll((uint64_t)value);
}

/* value * 2^(exponent - 127), for any value but 0. */
XENON_FP_INLINE struct xenon_fp xenon_fp_normalised(bool sign, int32_t exponent, unsigned __int128 value)
{
    unsigned zeros = xenon_fp_leading_zeros(value);
    value <<= zeros;
    return (struct xenon_fp){XENON_FP_FINITE, sign, exponent - (int32_t)zeros,
                             (uint64_t)(value >> 64) | ((uint64_t)value != 0)};
}

XENON_FP_INLINE struct xenon_fp xenon_fp_zero(bool sign)
{
    return (struct xenon_fp){.class = XENON_FP_ZERO, .sign = sign};
}

/* Sums. The rounding decides the sign of an exact zero difference. */

/* Of two values given as normalised() takes them, with the top bit of each set. One bit is given up for the carry. What
 * jam128 cuts off cannot matter more than a sticky bit: when much is cut, the difference loses one bit. Nothing here
 * branches on what the operands are, which no host predicts. */
XENON_FP_INLINE struct xenon_fp xenon_fp_sum(struct xenon_fp a, unsigned __int128 a_value, struct xenon_fp b,
                                             unsigned __int128 b_value, enum xenon_rounding rounding)
{
    int32_t distance = a.exponent - b.exponent;
    bool less = (distance < 0) | ((distance == 0) & (a_value < b_value)), sign = less ? b.sign : a.sign;
    int32_t exponent = less ? b.exponent : a.exponent;
    unsigned __int128 large = less ? b_value : a_value, small = less ? a_value : b_value;

    large = xenon_fp_jam128(large, 1);
    small = xenon_fp_jam128(small, (uint32_t)(less ? -distance : distance) + 1);
    bool opposite = a.sign != b.sign;
    large += (small ^ -(unsigned __int128)opposite) + opposite;
    return large == 0 ? xenon_fp_zero(rounding == XENON_TO_MINUS) : xenon_fp_normalised(sign, exponent + 1, large);
}

/* Of two terms of which at least one is zero. */
XENON_FP_INLINE struct xenon_fp xenon_fp_sum_with_zero(struct xenon_fp a, struct xenon_fp b,
                                                       enum xenon_rounding rounding)
{
    if (a.class != XENON_FP_ZERO)
        return a;
    if (b.class != XENON_FP_ZERO || a.sign == b.sign)
        return b;
    return xenon_fp_zero(rounding == XENON_TO_MINUS);
}

XENON_FP_INLINE struct xenon_fp xenon_fp_add(struct xenon_fp a, struct xenon_fp b, enum xenon_rounding rounding)
{
    if (a.class == XENON_FP_ZERO || b.class == XENON_FP_ZERO)
        return xenon_fp_sum_with_zero(a, b, rounding);
    return xenon_fp_sum(a, (unsigned __int128)a.significand << 64, b, (unsigned __int128)b.significand << 64, rounding);
}

/* Products. */

XENON_FP_INLINE struct xenon_fp xenon_fp_multiply(struct xenon_fp a, struct xenon_fp b)
{
    if (a.class == XENON_FP_ZERO || b.class == XENON_FP_ZERO)
        return xenon_fp_zero(a.sign != b.sign);
    unsigned __int128 product = (unsigned __int128)a.significand * b.significand;
    bool two = product >> 127;
    product <<= !two;
    return (struct xenon_fp){XENON_FP_FINITE, a.sign != b.sign, a.exponent + b.exponent + two,
                             (uint64_t)(product >> 64) | ((uint64_t)product != 0)};
}

/* a * c + b. */
XENON_FP_INLINE struct xenon_fp xenon_fp_multiply_add(struct xenon_fp a, struct xenon_fp c, struct xenon_fp b,
                                                      enum xenon_rounding rounding)
{
    struct xenon_fp product = xenon_fp_multiply(a, c);
    if (product.class == XENON_FP_ZERO || b.class == XENON_FP_ZERO)
        return xenon_fp_sum_with_zero(product, b, rounding);

    unsigned __int128 whole = (unsigned __int128)a.significand * c.significand;
    whole <<= !(whole >> 127);
    return xenon_fp_sum(product, whole, b, (unsigned __int128)b.significand << 64, rounding);
}

/* Quotients; b is FINITE. */
XENON_FP_INLINE struct xenon_fp xenon_fp_divide(struct xenon_fp a, struct xenon_fp b)
{
    if (a.class == XENON_FP_ZERO)
        return xenon_fp_zero(a.sign != b.sign);

    bool less = a.significand < b.significand;
    unsigned __int128 dividend = (unsigned __int128)a.significand << (less ? 64 : 63);
    uint64_t quotient = (uint64_t)(dividend / b.significand);
    bool rest = (uint64_t)dividend != quotient * b.significand; /* it is below 2^64, so its lower half tells */
    return (struct xenon_fp){XENON_FP_FINITE, a.sign != b.sign, a.exponent - b.exponent - less, quotient | rest};
}

/* Rounding. */

/* Whether a magnitude goes up to the next one, by `rest`, the bits cut off of it, with a weight of 2^-64. */
XENON_FP_INLINE bool xenon_fp_rounds_up(bool sign, bool kept_odd, uint64_t rest, enum xenon_rounding rounding)
{
    const uint64_t HALF = UINT64_C(1) << 63;
    switch (rounding) {
    case XENON_TO_NEAREST:
        return rest > HALF - kept_odd;
    case XENON_TO_PLUS:
        return rest != 0 && !sign;
    case XENON_TO_MINUS:
        return rest != 0 && sign;
    default:
        return false;
    }
}

/* One rounding, denormal results included. Of ZERO and INFINITY the bits; never given a NaN. */
XENON_FP_INLINE uint64_t xenon_fp_round(struct xenon_fp a, struct xenon_fp_format format, enum xenon_rounding rounding,
                                        unsigned *status)
{
    const unsigned stored = xenon_fp_stored_bits(format);
    uint64_t sign = (uint64_t)a.sign << (format.width - 1);
    uint64_t infinity = (uint64_t)xenon_fp_field_end(format) << stored;
    if (__builtin_expect(a.class != XENON_FP_FINITE, 0))
        return sign | (a.class == XENON_FP_ZERO ? 0 : infinity);

    int32_t field = a.exponent + format.bias;
    if (__builtin_expect(field < 1, 0)) {
        *status |= XENON_FP_TINY;
        a.significand = xenon_fp_jam64(a.significand, (uint32_t)(1 - field));
        field = 1;
    }
    uint64_t kept = a.significand >> (64 - format.precision), rest = a.significand << format.precision;
    bool up = xenon_fp_rounds_up(a.sign, kept & 1, rest, rounding);

    /* The leading one of `kept`, where there is one, adds one to the exponent field; so does a carry. */
    uint64_t bits = kept + up + ((uint64_t)(field - 1) << stored);
    if (__builtin_expect(field >= xenon_fp_field_end(format) || bits >= infinity, 0)) {
        up = xenon_fp_rounds_up(a.sign, true, UINT64_MAX, rounding);
        *status |= XENON_FP_OVERFLOW | XENON_FP_INEXACT | (up ? XENON_FP_ROUNDED_UP : 0U);
        return sign | (infinity - !up);
    }
    *status |= (rest != 0) * XENON_FP_INEXACT | up * XENON_FP_ROUNDED_UP;
    return sign | bits;
}

XENON_FP_INLINE uint32_t xenon_fp_round32(struct xenon_fp a, enum xenon_rounding rounding, unsigned *status)
{
    return (uint32_t)xenon_fp_round(a, XENON_FP_FORMAT32, rounding, status);
}

XENON_FP_INLINE uint64_t xenon_fp_round64(struct xenon_fp a, enum xenon_rounding rounding, unsigned *status)
{
    return xenon_fp_round(a, XENON_FP_FORMAT64, rounding, status);
}

/* The magnitude of a rounded to an integer. OVERFLOW and UINT64_MAX from 2^64 on; never given a NaN. */
XENON_FP_INLINE uint64_t xenon_fp_round_integer(struct xenon_fp a, enum xenon_rounding rounding, unsigned *status)
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

    bool up = xenon_fp_rounds_up(a.sign, kept & 1, rest, rounding);
    *status |= (rest != 0) * XENON_FP_INEXACT | up * XENON_FP_ROUNDED_UP;
    return kept + up;
}

#endif
