/* The usual case of scalar arithmetic, made short: normal operands, a result that is certainly normal too, rounding to
 * nearest, no exception enabled, IEEE mode. Each operation says whether it was that; if not, nothing is done, and the
 * general way of ops_fp.h follows, which gives the same where both can be taken. Nothing here branches on signs or on
 * what is rounded away, which no host predicts. */
#ifndef CYCLE360_XENON_ISA_OPS_FP_USUAL_H
#define CYCLE360_XENON_ISA_OPS_FP_USUAL_H

#include "models/xenon/isa/ops_fp.h"

XENON_FP_INLINE bool xenon_fp_usual_mode(const struct xenon_context *t)
{
    return (t->fpscr & (XENON_FPSCR_ENABLES | XENON_FPSCR_NI | XENON_FPSCR_RN)) == 0;
}

/* A normal number, its leading one in bit 62 of the significand. */
struct xenon_fp_normal {
    uint64_t sign; /* 0 or 1 */
    int32_t exponent;
    uint64_t significand;
};

XENON_FP_INLINE bool xenon_fp_is_normal(uint64_t bits)
{
    return (((bits >> 52) + 1) & 0x7FF) > 1;
}

XENON_FP_INLINE struct xenon_fp_normal xenon_fp_normal(uint64_t bits)
{
    return (struct xenon_fp_normal){bits >> 63, (int32_t)(bits >> 52 & 0x7FF) - 1023,
                                    (bits << 10 & (UINT64_MAX >> 2)) | UINT64_C(1) << 62};
}

/* Ends the instruction with significand * 2^(exponent - 63), whose top bit is set. FEX stays clear and VX what it is.
 */
XENON_FP_INLINE bool xenon_fp_usual_result(struct xenon_context *t, const struct xenon_insn *in,
                                           enum xenon_fp_width format, uint64_t sign, int32_t exponent,
                                           uint64_t significand)
{
    const unsigned precision = format == XENON_FP_SINGLE ? 24 : 53;
    const int32_t limit = format == XENON_FP_SINGLE ? 126 : 1022; /* one more might overflow in rounding */
    if (__builtin_expect((uint32_t)(exponent + limit) > (uint32_t)(2 * limit), 0))
        return false;

    uint64_t kept = significand >> (64 - precision), rest = significand << precision;
    bool up = rest > XENON_FP_SIGN - (kept & 1), inexact = rest != 0;
    t->fpr[in->d] = sign << 63 | (((uint64_t)(exponent + 1022) << 52) + ((kept + up) << (53 - precision)));

    uint32_t told = (uint32_t)XENON_FP_NORMAL_CODE[sign] << XENON_FPRF_SHIFT |
                    xenon_fpscr_fr_fi(up * XENON_FP_ROUNDED_UP | inexact * XENON_FP_INEXACT);
    xenon_fpscr_set(t, inexact * XENON_FPSCR_XX);
    t->fpscr = (t->fpscr & ~(XENON_FPSCR_FR | XENON_FPSCR_FI | XENON_FPSCR_FPRF)) | told;
    xenon_fpscr_record(t, in);
    return true;
}

/* a + b. The smaller comes to the exponent of the larger; below its 53 bits are ten, which hold all that is cut off
 * until so much is that only a sticky bit matters. Exact zeros are not usual. */
XENON_FP_INLINE bool xenon_fp_usual_add(struct xenon_context *t, const struct xenon_insn *in,
                                        enum xenon_fp_width format, uint64_t a, uint64_t b)
{
    bool less = a << 1 < b << 1;
    struct xenon_fp_normal large = xenon_fp_normal(less ? b : a), small = xenon_fp_normal(less ? a : b);
    if (!xenon_fp_is_normal(a) || !xenon_fp_is_normal(b))
        return false;

    uint32_t distance = (uint32_t)(large.exponent - small.exponent);
    uint64_t opposite = large.sign ^ small.sign;
    uint64_t aligned = xenon_fp_jam64(small.significand, distance > 63 ? 63 : distance);
    uint64_t sum = large.significand + (aligned ^ (0 - opposite)) + opposite;
    if (__builtin_expect(sum == 0, 0))
        return false;
    int zeros = __builtin_clzll(sum);
    return xenon_fp_usual_result(t, in, format, large.sign, large.exponent + 1 - zeros, sum << zeros);
}

/* a * c */
XENON_FP_INLINE bool xenon_fp_usual_multiply(struct xenon_context *t, const struct xenon_insn *in,
                                             enum xenon_fp_width format, uint64_t a, uint64_t c)
{
    if (!xenon_fp_is_normal(a) || !xenon_fp_is_normal(c))
        return false;
    struct xenon_fp_normal x = xenon_fp_normal(a), y = xenon_fp_normal(c);
    unsigned __int128 product = (unsigned __int128)(x.significand << 1) * (y.significand << 1);
    uint64_t high = (uint64_t)(product >> 64) | ((uint64_t)product != 0), below_two = !(high >> 63);
    return xenon_fp_usual_result(t, in, format, x.sign ^ y.sign, x.exponent + y.exponent + 1 - (int32_t)below_two,
                                 high << below_two);
}

/* a / b */
XENON_FP_INLINE bool xenon_fp_usual_divide(struct xenon_context *t, const struct xenon_insn *in,
                                           enum xenon_fp_width format, uint64_t a, uint64_t b)
{
    if (!xenon_fp_is_normal(a) || !xenon_fp_is_normal(b))
        return false;
    struct xenon_fp quotient = xenon_fp_divide(xenon_fp_from64(a), xenon_fp_from64(b));
    return xenon_fp_usual_result(t, in, format, quotient.sign, quotient.exponent, quotient.significand);
}

/* a * c + b, negated where `negate` is 1. Product and addend have their leading ones in bit 124 or 125; the one with
 * the lower exponent comes to that of the other, as for xenon_fp_usual_add. Either may prove to be the larger. */
XENON_FP_INLINE bool xenon_fp_usual_multiply_add(struct xenon_context *t, const struct xenon_insn *in,
                                                 enum xenon_fp_width format, uint64_t a, uint64_t c, uint64_t b,
                                                 uint64_t negate)
{
    if (!xenon_fp_is_normal(a) || !xenon_fp_is_normal(c) || !xenon_fp_is_normal(b))
        return false;
    struct xenon_fp_normal x = xenon_fp_normal(a), y = xenon_fp_normal(c), z = xenon_fp_normal(b);
    unsigned __int128 product = (unsigned __int128)x.significand * y.significand;
    unsigned __int128 addend = (unsigned __int128)z.significand << 62;

    int32_t exponent = x.exponent + y.exponent, distance = exponent - z.exponent;
    bool below = distance < 0;
    exponent = below ? z.exponent : exponent;
    distance = below ? -distance : distance;
    unsigned __int128 moved = xenon_fp_jam128(below ? product : addend, distance > 127 ? 127 : (uint32_t)distance);

    uint64_t sign = x.sign ^ y.sign, opposite = sign ^ z.sign;
    sign = below ? z.sign : sign;
    unsigned __int128 sum = (below ? addend : product) + (moved ^ -(unsigned __int128)opposite) + opposite;
    uint64_t negative = (uint64_t)(sum >> 127);
    sum = (sum ^ -(unsigned __int128)negative) + negative;
    if (__builtin_expect(sum == 0, 0))
        return false;
    unsigned zeros = xenon_fp_leading_zeros(sum);
    sum <<= zeros;
    return xenon_fp_usual_result(t, in, format, sign ^ negative ^ negate, exponent + 3 - (int32_t)zeros,
                                 (uint64_t)(sum >> 64) | ((uint64_t)sum != 0));
}

#endif
