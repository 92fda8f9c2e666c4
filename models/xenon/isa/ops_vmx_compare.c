/* Vector floating-point compares, minima, maxima and roundings to integers. Single numbers order as their bits do, so
 * the comparing is done on integers. */
#include "models/xenon/isa/fp/vector_fp.h"
#include "models/xenon/isa/ops.h"

static inline vfp_word operand(const struct xenon_context *t, uint8_t number)
{
    vfp_word x = vfp_load(&t->vr[number]);
    return vfp_compares_flush(t) ? vfp_flush_lanes(x) : x;
}

/* Integers that compare as the numbers do, both zeros alike. NaNs are for the caller to see to. */
static inline vfp_int key(vfp_word x)
{
    vfp_word negative = (vfp_word)((vfp_int)x < 0);
    return (vfp_int)(((x & VFP_MAGNITUDE) ^ negative) - negative);
}

enum relation { EQUAL, GREATER_OR_EQUAL, GREATER };

static inline enum xenon_outcome compare(struct xenon_context *t, const struct xenon_insn *in, enum relation relation)
{
    vfp_word a = operand(t, in->a), b = operand(t, in->b);
    vfp_int holds = relation == EQUAL              ? key(a) == key(b)
                    : relation == GREATER_OR_EQUAL ? key(a) >= key(b)
                                                   : key(a) > key(b);
    vfp_word result = (vfp_word)holds & ~(vfp_nan_lanes(a) | vfp_nan_lanes(b));
    vfp_store(&t->vr[in->d], result);
    if (in->flags & XENON_RC)
        t->cr[6] = vfp_all(result) ? XENON_LT : vfp_any(result) ? 0 : XENON_EQ;
    return XENON_NEXT;
}

/* Whether -VB <= VA <= VB. A negative VB bounds nothing. */
static enum xenon_outcome compare_bounds(struct xenon_context *t, const struct xenon_insn *in)
{
    const uint32_t ABOVE = VFP_SIGN, BELOW = VFP_SIGN >> 1;
    vfp_word a = operand(t, in->a), b = operand(t, in->b);
    vfp_word above = (vfp_word)(key(a) > key(b)), below = (vfp_word)(key(a) < -key(b));
    vfp_word nan = vfp_nan_lanes(a) | vfp_nan_lanes(b);
    vfp_word result = vfp_select(nan, vfp_splat(t->settings.vcmpb_nan_low ? BELOW : ABOVE | BELOW),
                                 (above & ABOVE) | (below & BELOW));
    vfp_store(&t->vr[in->d], result);
    if (in->flags & XENON_RC)
        t->cr[6] = vfp_any(result) ? 0 : XENON_EQ;
    return XENON_NEXT;
}

/* Here -0 is less than +0. */
static inline enum xenon_outcome extremum(struct xenon_context *t, const struct xenon_insn *in, bool greatest)
{
    vfp_word a = operand(t, in->a), b = operand(t, in->b);
    vfp_int order_a = (vfp_int)(a ^ ((vfp_word)((vfp_int)a < 0) & VFP_MAGNITUDE));
    vfp_int order_b = (vfp_int)(b ^ ((vfp_word)((vfp_int)b < 0) & VFP_MAGNITUDE));
    vfp_word first = (vfp_word)(greatest ? order_a > order_b : order_a < order_b);
    vfp_word result = vfp_select(first, a, b), nan_a = vfp_nan_lanes(a), nan_b = vfp_nan_lanes(b);
    result = vfp_select(nan_b, b | VFP_QUIET, result);
    vfp_store(&t->vr[in->d], vfp_select(nan_a, a | VFP_QUIET, result));
    return XENON_NEXT;
}

/* Magnitudes below 2^23 are rounded by adding 2^23, whose lowest bit is worth one, and taking it away again; where the
 * mode is not to nearest, the result is then corrected by one. The rest are integers already. */
static inline enum xenon_outcome round_to_integer(struct xenon_context *t, const struct xenon_insn *in,
                                                  enum xenon_rounding rounding)
{
    const uint32_t ALL_INTEGERS = UINT32_C(0x4B000000); /* 2^23 */
    bool flush = rounding == XENON_TO_PLUS || rounding == XENON_TO_MINUS;
    vfp_word x = flush ? operand(t, in->b) : vfp_load(&t->vr[in->b]);
    vfp_word bits = x & VFP_MAGNITUDE, sign = x & VFP_SIGN;
    vfp_word denormal = vfp_below(vfp_rank(x), VFP_RANK_NORMAL), tiny = VFP_NORMAL & denormal;
    vfp_word integer = (vfp_word)((vfp_int)bits >= (int32_t)ALL_INTEGERS);

    /* A denormal rounds as the least normal number does, an integer is given as 0 and put back. */
    bits = ((bits & ~denormal) | tiny) & ~integer;
    vfp_float magnitude = (vfp_float)bits, big = (vfp_float)vfp_splat(ALL_INTEGERS),
              one = (vfp_float)vfp_splat(VFP_ONE);
    vfp_float nearest = magnitude + big - big;
    vfp_word negative = (vfp_word)((vfp_int)x < 0), away = vfp_splat(0);
    if (rounding == XENON_TO_PLUS)
        away = ~negative;
    else if (rounding == XENON_TO_MINUS)
        away = negative;
    if (rounding != XENON_TO_NEAREST) {
        vfp_word up = (vfp_word)(nearest < magnitude) & away, down = (vfp_word)(nearest > magnitude) & ~away;
        nearest += (vfp_float)((vfp_word)one & up);
        nearest -= (vfp_float)((vfp_word)one & down);
    }
    vfp_word kept = x | (vfp_nan_lanes(x) & VFP_QUIET);
    vfp_store(&t->vr[in->d], vfp_select(integer, kept, (vfp_word)nearest | sign));
    return XENON_NEXT;
}

#define ROWS(id, ...)                                                                            \
    enum xenon_outcome xenon_op_##id(struct xenon_context *t, const struct xenon_insn *in)       \
    {                                                                                            \
        return __VA_ARGS__;                                                                      \
    }                                                                                            \
    enum xenon_outcome xenon_op_##id##128(struct xenon_context * t, const struct xenon_insn *in) \
    {                                                                                            \
        return __VA_ARGS__;                                                                      \
    }

ROWS(VCMPEQFP, compare(t, in, EQUAL))
ROWS(VCMPGEFP, compare(t, in, GREATER_OR_EQUAL))
ROWS(VCMPGTFP, compare(t, in, GREATER))
ROWS(VCMPBFP, compare_bounds(t, in))
ROWS(VMAXFP, extremum(t, in, true))
ROWS(VMINFP, extremum(t, in, false))
ROWS(VRFIM, round_to_integer(t, in, XENON_TO_MINUS))
ROWS(VRFIN, round_to_integer(t, in, XENON_TO_NEAREST))
ROWS(VRFIP, round_to_integer(t, in, XENON_TO_PLUS))
ROWS(VRFIZ, round_to_integer(t, in, XENON_TO_ZERO))
