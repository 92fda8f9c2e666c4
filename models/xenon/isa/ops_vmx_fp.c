/* Vector floating point that rounds once: sums, products, and products added to. */
#include "models/xenon/isa/fp/vector_fp.h"
#include "models/xenon/isa/ops.h"

typedef const union xenon_vector *source;

/* VA + VB and VA - VB. `negate` is the sign bit where VB is subtracted; a NaN of VB keeps its sign. */

static uint32_t add_lane(const struct xenon_context *t, uint32_t a, uint32_t b, uint32_t negate)
{
    a = vfp_flush(a, vfp_non_java(t));
    b = vfp_flush(b, vfp_non_java(t));
    if (vfp_is_nan(a))
        return a | VFP_QUIET;
    if (vfp_is_nan(b))
        return b | VFP_QUIET;
    b ^= negate;
    if (vfp_is_infinite(a))
        return vfp_is_infinite(b) && a != b ? VFP_DEFAULT : a;
    if (vfp_is_infinite(b))
        return b;
    return vfp_round(t, xenon_fp_add(xenon_fp_from32(a), xenon_fp_from32(b), XENON_TO_NEAREST));
}

static enum xenon_outcome add(struct xenon_context *t, const struct xenon_insn *in, uint32_t negate)
{
    union xenon_vector *d = &t->vr[in->d];
    source a = &t->vr[in->a], b = &t->vr[in->b];
    vfp_word x = vfp_load(a), y = vfp_load(b), r = (vfp_word)((vfp_float)x + (vfp_float)(y ^ negate));

    /* A sum of normal numbers that is zero, or not denormal, is not touched by underflow: below 2^-126 sums are exact.
     */
    vfp_int rank = vfp_rank(r);
    vfp_word doubtful = vfp_below(vfp_rank(x), VFP_RANK_NORMAL) | vfp_below(vfp_rank(y), VFP_RANK_NORMAL) |
                        vfp_below(rank, VFP_RANK_NORMAL) | vfp_infinite_lanes(rank);
    if (!vfp_any(doubtful)) {
        vfp_store(d, r);
        return XENON_NEXT;
    }
    for (unsigned i = 0; i < 4; i++)
        d->u32[i] = add_lane(t, a->u32[i], b->u32[i], negate);
    return XENON_NEXT;
}

/* Lanes of a rounded result that may not be final: what is infinite may have to be a NaN, what is denormal zero, and
 * what is 2^-126 may have been less before rounding. What is zero is zero in any mode. */
static inline vfp_word rounded_doubtfully(vfp_word result)
{
    vfp_int rank = vfp_rank(result);
    return vfp_below(rank, VFP_RANK_NORMAL + 2) | vfp_infinite_lanes(rank);
}

/* A * C + B, or -(A * C - B), in one rounding. */

enum fused_sign { PLAIN, NEGATED };

static uint32_t fused_number(const struct xenon_context *t, uint32_t a, uint32_t c, uint32_t b)
{
    uint32_t sign = (a ^ c) & VFP_SIGN;
    if (vfp_is_infinite(a) || vfp_is_infinite(c)) {
        bool invalid = vfp_is_zero(a) || vfp_is_zero(c) || b == (VFP_INFINITY | (sign ^ VFP_SIGN));
        return invalid ? VFP_DEFAULT : sign | VFP_INFINITY;
    }
    if (vfp_is_infinite(b))
        return b;
    return vfp_round(
        t, xenon_fp_multiply_add(xenon_fp_from32(a), xenon_fp_from32(c), xenon_fp_from32(b), XENON_TO_NEAREST));
}

/* Operands stand in the order in which their NaNs win. A NaN, given or made, is not negated. */
static uint32_t fused_lane(const struct xenon_context *t, uint32_t a, uint32_t c, uint32_t b, enum fused_sign sign,
                           bool addend_last)
{
    bool flush = vfp_non_java(t) || t->settings.vmadd_flush_always;
    a = vfp_flush(a, flush);
    b = vfp_flush(b, flush);
    c = vfp_flush(c, flush);
    uint32_t second = addend_last ? c : b, third = addend_last ? b : c;
    if (vfp_is_nan(a))
        return a | VFP_QUIET;
    if (vfp_is_nan(second))
        return second | VFP_QUIET;
    if (vfp_is_nan(third))
        return third | VFP_QUIET;
    if (sign == PLAIN)
        return fused_number(t, a, c, b);
    uint32_t result = fused_number(t, a, c, b ^ VFP_SIGN);
    return vfp_is_nan(result) ? result : result ^ VFP_SIGN;
}

/* On the host, in lanes that are normal or zero and whose results are normal, one rounding to nearest. False where it
 * is in doubt that it was one. */
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
static inline bool multiply_add(vfp_float a, vfp_float c, vfp_float b, vfp_float *result)
{
    for (unsigned i = 0; i < 4; i++)
        (*result)[i] = __builtin_fmaf(a[i], c[i], b[i]); /* one instruction here, and no call of a library */
    return true;
}
#else
/* Doubles hold the product of two singles exactly, so their sum with a third is rounded once to double and once to
 * single. That differs from one rounding only where the first lands on the middle between two normal singles, of which
 * the 29 bits that go are a one and zeros; or where the result is not normal. */
static inline bool multiply_add(vfp_float a, vfp_float c, vfp_float b, vfp_float *result)
{
    const uint64_t LEAST = UINT64_C(0x3820000000000000); /* 2^-125 */
    const uint64_t CUT = 0x1FFFFFFF, MIDDLE = 0x10000000;
    bool certain = true;
    for (unsigned i = 0; i < 4; i++) {
        double sum = (double)a[i] * c[i] + b[i];
        uint64_t bits;
        memcpy(&bits, &sum, sizeof(bits));
        uint64_t magnitude = bits & INT64_MAX;
        certain &= (bits & CUT) != MIDDLE && (magnitude >= LEAST || magnitude == 0);
        (*result)[i] = (float)sum;
    }
    return certain;
}
#endif

static inline bool fused_fast(union xenon_vector *d, vfp_word a, vfp_word c, vfp_word b, enum fused_sign sign)
{
    vfp_float result;
    bool certain = multiply_add((vfp_float)a, (vfp_float)c, (vfp_float)(sign == PLAIN ? b : b ^ VFP_SIGN), &result);
    vfp_word doubtful = vfp_below(vfp_rank(a), VFP_RANK_NORMAL) | vfp_below(vfp_rank(b), VFP_RANK_NORMAL) |
                        vfp_below(vfp_rank(c), VFP_RANK_NORMAL) | rounded_doubtfully((vfp_word)result);
    if (!certain || vfp_any(doubtful))
        return false;
    vfp_store(d, sign == PLAIN ? (vfp_word)result : (vfp_word)result ^ VFP_SIGN);
    return true;
}

struct fused_registers {
    uint8_t a, c, b;
};

/* Kept apart, so that the fast way needs no room for what this one does. */
static __attribute__((noinline, cold)) enum xenon_outcome fused_slow(struct xenon_context *t, union xenon_vector *d,
                                                                     struct fused_registers from, enum fused_sign sign,
                                                                     bool addend_last)
{
    source a = &t->vr[from.a], c = &t->vr[from.c], b = &t->vr[from.b];
    for (unsigned i = 0; i < 4; i++)
        d->u32[i] = fused_lane(t, a->u32[i], c->u32[i], b->u32[i], sign, addend_last);
    return XENON_NEXT;
}

static inline enum xenon_outcome fused(struct xenon_context *t, const struct xenon_insn *in,
                                       struct fused_registers from, enum fused_sign sign, bool addend_last)
{
    union xenon_vector *d = &t->vr[in->d];
    if (fused_fast(d, vfp_load(&t->vr[from.a]), vfp_load(&t->vr[from.c]), vfp_load(&t->vr[from.b]), sign))
        return XENON_NEXT;
    return fused_slow(t, d, from, sign, addend_last);
}

/* A product: what is added is -0, which changes nothing, not even the sign of a zero. */

static uint32_t multiply_lane(const struct xenon_context *t, uint32_t a, uint32_t c)
{
    a = vfp_flush(a, vfp_non_java(t));
    c = vfp_flush(c, vfp_non_java(t));
    if (vfp_is_nan(a))
        return a | VFP_QUIET;
    return vfp_is_nan(c) ? c | VFP_QUIET : fused_number(t, a, c, VFP_SIGN);
}

static enum xenon_outcome multiply(struct xenon_context *t, const struct xenon_insn *in)
{
    union xenon_vector *d = &t->vr[in->d];
    source a = &t->vr[in->a], b = &t->vr[in->b];
    vfp_word x = vfp_load(a), y = vfp_load(b), r = (vfp_word)((vfp_float)x * (vfp_float)y);

    vfp_word doubtful =
        vfp_below(vfp_rank(x), VFP_RANK_NORMAL) | vfp_below(vfp_rank(y), VFP_RANK_NORMAL) | rounded_doubtfully(r);
    if (!vfp_any(doubtful)) {
        vfp_store(d, r);
        return XENON_NEXT;
    }
    for (unsigned i = 0; i < 4; i++)
        d->u32[i] = multiply_lane(t, a->u32[i], b->u32[i]);
    return XENON_NEXT;
}

#define ROW(id, ...)                                                                       \
    enum xenon_outcome xenon_op_##id(struct xenon_context *t, const struct xenon_insn *in) \
    {                                                                                      \
        return __VA_ARGS__;                                                                \
    }

ROW(VADDFP, add(t, in, 0))
ROW(VADDFP128, add(t, in, 0))
ROW(VSUBFP, add(t, in, VFP_SIGN))
ROW(VSUBFP128, add(t, in, VFP_SIGN))
ROW(VMULFP128, multiply(t, in))
ROW(VMADDFP, fused(t, in, (struct fused_registers){in->a, in->c, in->b}, PLAIN, false))
ROW(VNMSUBFP, fused(t, in, (struct fused_registers){in->a, in->c, in->b}, NEGATED, false))
ROW(VMADDFP128, fused(t, in, (struct fused_registers){in->a, in->b, in->d}, PLAIN, t->settings.vmadd128_nan_register))
ROW(VNMSUBFP128,
    fused(t, in, (struct fused_registers){in->a, in->b, in->d}, NEGATED, t->settings.vmadd128_nan_register))
ROW(VMADDCFP128, fused(t, in, (struct fused_registers){in->a, in->d, in->b}, PLAIN, false))
