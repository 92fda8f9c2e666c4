/* How a scalar operation ends: FD, and what FPSCR says of it. */
#include "models/xenon/isa/ops_fp.h"

struct xenon_fp xenon_fp_flushed_operand(const struct xenon_context *t, struct xenon_fp a, enum xenon_fp_format format)
{
    int32_t least = format == XENON_FP_SINGLE ? -126 : -1022;
    if (t->settings.ni_inputs_flush && a.class == XENON_FP_FINITE && a.exponent < least)
        a.class = XENON_FP_ZERO;
    return a;
}

enum xenon_outcome xenon_fp_give_nan(struct xenon_context *t, const struct xenon_insn *in, enum xenon_fp_format format,
                                     const uint64_t *operands, unsigned count, uint32_t causes)
{
    uint64_t nan = XENON_FP_NAN;
    for (unsigned i = count; i-- > 0;) {
        if (!xenon_fp_nan_bits(operands[i]))
            continue;
        nan = operands[i] | XENON_FP_QUIET;
        if (nan != operands[i])
            causes |= XENON_FPSCR_VXSNAN;
    }
    xenon_fpscr_set(t, causes);
    t->fpscr &= ~(XENON_FPSCR_FR | XENON_FPSCR_FI);
    if (causes == 0 || !(t->fpscr & XENON_FPSCR_VE)) {
        t->fpr[in->d] = format == XENON_FP_SINGLE ? nan & ~UINT64_C(0x1FFFFFFF) : nan;
        xenon_fpscr_set_fprf(t, XENON_FPRF_QNAN);
    }
    return xenon_fpscr_finish(t, in);
}

enum xenon_outcome xenon_fp_give_infinity(struct xenon_context *t, const struct xenon_insn *in, bool sign)
{
    xenon_fpscr_set(t, XENON_FPSCR_ZX);
    t->fpscr &= ~(XENON_FPSCR_FR | XENON_FPSCR_FI);
    if (!(t->fpscr & XENON_FPSCR_ZE)) {
        t->fpr[in->d] = (uint64_t)sign << 63 | UINT64_C(0x7FF0000000000000);
        xenon_fpscr_set_fprf(t, sign ? XENON_FPRF_MINUS_INFINITY : XENON_FPRF_INFINITY);
    }
    return xenon_fpscr_finish(t, in);
}

/* A result and what there is to say of it. */
struct outcome {
    uint64_t bits; /* a double */
    unsigned status;
    uint32_t exceptions;
    bool denormal; /* as a number of its format */
};

/* One rounding to the format. */
static inline struct outcome rounded(enum xenon_fp_format format, struct xenon_fp a, enum xenon_rounding rounding)
{
    struct outcome o = {0};
    if (format == XENON_FP_SINGLE) {
        uint32_t single = xenon_fp_round32(a, rounding, &o.status);
        o.bits = xenon_single_to_double(single);
        o.denormal = (single & UINT32_C(0x7F800000)) == 0 && single << 1 != 0;
    } else {
        o.bits = xenon_fp_round64(a, rounding, &o.status);
        o.denormal = (o.bits & UINT64_C(0x7FF0000000000000)) == 0 && o.bits << 1 != 0;
    }
    return o;
}

/* What an enabled overflow or underflow delivers: the result as if exponents knew no end, its own moved into the middle
 * of the range by a stated step. Singles made of doubles no single equals may lie further out than the step goes: the
 * exponent wraps. */
static struct outcome scaled(enum xenon_fp_format format, struct xenon_fp a, enum xenon_rounding rounding, bool up)
{
    int32_t step = format == XENON_FP_SINGLE ? 192 : 1536, exponent = a.exponent + (up ? step : -step);
    a.exponent = 0;
    struct outcome o = rounded(format, a, rounding);
    uint64_t field = ((o.bits >> 52) + (uint64_t)(int64_t)exponent) & 0x7FF;
    o.bits = (o.bits & UINT64_C(0x800FFFFFFFFFFFFF)) | field << 52;
    return o;
}

/* A result out of the range of normal numbers. */
__attribute__((cold)) static struct outcome out_of_range(const struct xenon_context *t, enum xenon_fp_format format,
                                                         struct xenon_fp a, struct outcome o)
{
    enum xenon_rounding rounding = xenon_fpscr_rounding(t);
    if (o.status & XENON_FP_OVERFLOW) {
        if (t->fpscr & XENON_FPSCR_OE)
            o = scaled(format, a, rounding, false);
        o.exceptions = XENON_FPSCR_OX;
        return o;
    }
    if (t->fpscr & XENON_FPSCR_UE) {
        o = scaled(format, a, rounding, true);
        o.exceptions = XENON_FPSCR_UX;
        return o;
    }
    /* In non-IEEE mode a zero stands for it, which loses it all the same. */
    if (t->fpscr & XENON_FPSCR_NI && (o.denormal || !t->settings.ni_result_after_rounding))
        o = (struct outcome){.bits = o.bits & XENON_FP_SIGN, .status = XENON_FP_INEXACT};
    if (o.status & XENON_FP_INEXACT)
        o.exceptions = XENON_FPSCR_UX;
    return o;
}

static inline enum xenon_fprf class_of(const struct outcome *o)
{
    uint64_t magnitude = o->bits & ~XENON_FP_SIGN;
    bool minus = o->bits >> 63;
    if (magnitude == 0)
        return minus ? XENON_FPRF_MINUS_ZERO : XENON_FPRF_ZERO;
    if (magnitude == UINT64_C(0x7FF0000000000000))
        return minus ? XENON_FPRF_MINUS_INFINITY : XENON_FPRF_INFINITY;
    if (o->denormal)
        return minus ? XENON_FPRF_MINUS_DENORMAL : XENON_FPRF_DENORMAL;
    return minus ? XENON_FPRF_MINUS_NORMAL : XENON_FPRF_NORMAL;
}

enum xenon_outcome xenon_fp_give(struct xenon_context *t, const struct xenon_insn *in, enum xenon_fp_format format,
                                 struct xenon_fp result, bool negate, enum xenon_fp_kind kind)
{
    struct outcome o = rounded(format, result, xenon_fpscr_rounding(t));
    if (__builtin_expect((o.status & (XENON_FP_OVERFLOW | XENON_FP_TINY)) != 0, 0))
        o = out_of_range(t, format, result, o);
    o.bits ^= (uint64_t)negate << 63;

    t->fpscr &= ~(XENON_FPSCR_FR | XENON_FPSCR_FI);
    if (kind == XENON_FP_ROUNDED && o.status & XENON_FP_INEXACT) {
        o.exceptions |= XENON_FPSCR_XX;
        t->fpscr |= XENON_FPSCR_FI | (o.status & XENON_FP_ROUNDED_UP ? XENON_FPSCR_FR : 0U);
    }
    xenon_fpscr_set(t, o.exceptions);
    xenon_fpscr_set_fprf(t, class_of(&o));
    t->fpr[in->d] = o.bits;
    return xenon_fpscr_finish(t, in);
}
