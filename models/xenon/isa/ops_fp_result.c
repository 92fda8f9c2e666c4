/* How a scalar operation ends: FD, and what FPSCR says of it. */
#include "models/xenon/isa/ops_fp.h"

enum xenon_outcome xenon_fp_give_nan(struct xenon_context *t, const struct xenon_insn *in, enum xenon_fp_width format,
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

/* What an enabled overflow or underflow delivers: the result as if exponents knew no end, its own moved into the middle
 * of the range by a stated step. Singles made of doubles no single equals may lie further out than the step goes: the
 * exponent wraps. */
static struct xenon_fp_outcome scaled(enum xenon_fp_width format, struct xenon_fp a, enum xenon_rounding rounding,
                                      bool up)
{
    int32_t step = format == XENON_FP_SINGLE ? 192 : 1536, exponent = a.exponent + (up ? step : -step);
    a.exponent = 0;
    struct xenon_fp_outcome o = xenon_fp_rounded(format, a, rounding);
    uint64_t field = ((o.bits >> 52) + (uint64_t)(int64_t)exponent) & 0x7FF;
    o.bits = (o.bits & UINT64_C(0x800FFFFFFFFFFFFF)) | field << 52;
    return o;
}

/* A result out of the range of normal numbers. */
struct xenon_fp_outcome xenon_fp_out_of_range(const struct xenon_context *t, enum xenon_fp_width format,
                                              struct xenon_fp a, struct xenon_fp_outcome o)
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
        o = (struct xenon_fp_outcome){.bits = o.bits & XENON_FP_SIGN, .status = XENON_FP_INEXACT};
    if (o.status & XENON_FP_INEXACT)
        o.exceptions = XENON_FPSCR_UX;
    return o;
}
