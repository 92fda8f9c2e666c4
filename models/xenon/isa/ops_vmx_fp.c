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

typedef double double4 __attribute__((vector_size(32)));
typedef int64_t long4 __attribute__((vector_size(32)));
typedef uint64_t long2 __attribute__((vector_size(16)));

/* Doubles hold the product of two singles exactly, so their sum with a third is rounded once to double and once to
 * single. That differs from one rounding only where the first lands on the middle between two singles: the 29 bits
 * that go are a one and zeros. Sums between 2^-125 and 2^127 are clear of underflow and overflow; a zero is exact. */
static inline bool fused_fast(union xenon_vector *d, vfp_word x, vfp_word z, vfp_word y, enum fused_sign sign)
{
    const int64_t LEAST = INT64_C(0x3820000000000000), MOST = INT64_C(0x47E0000000000000);
    const int64_t CUT = 0x1FFFFFFF, MIDDLE = 0x10000000;
    double4 a = __builtin_convertvector((vfp_float)x, double4), b = __builtin_convertvector((vfp_float)y, double4);
    double4 c = __builtin_convertvector((vfp_float)z, double4);
    double4 sum = sign == PLAIN ? a * c + b : a * c - b;

    long4 magnitude = (long4)sum & INT64_MAX;
    long4 certain = ((magnitude > LEAST) & (magnitude < MOST) & (((long4)sum & CUT) != MIDDLE)) | (magnitude == 0);
    vfp_word denormal = vfp_below(vfp_rank(x), VFP_RANK_NORMAL) | vfp_below(vfp_rank(y), VFP_RANK_NORMAL) |
                        vfp_below(vfp_rank(z), VFP_RANK_NORMAL);
    int64_t lanes[4];
    memcpy(lanes, &certain, sizeof(lanes));
    if (vfp_any(denormal) || (lanes[0] & lanes[1] & lanes[2] & lanes[3]) != -1)
        return false;
    vfp_word r = (vfp_word) __builtin_convertvector(sum, vfp_float);
    vfp_store(d, sign == PLAIN ? r : r ^ VFP_SIGN);
    return true;
}

static inline enum xenon_outcome fused(struct xenon_context *t, const struct xenon_insn *in, uint8_t multiplier,
                                       uint8_t addend, enum fused_sign sign, bool addend_last)
{
    union xenon_vector *d = &t->vr[in->d];
    source a = &t->vr[in->a], c = &t->vr[multiplier], b = &t->vr[addend];
    if (fused_fast(d, vfp_load(a), vfp_load(c), vfp_load(b), sign))
        return XENON_NEXT;
    for (unsigned i = 0; i < 4; i++)
        d->u32[i] = fused_lane(t, a->u32[i], c->u32[i], b->u32[i], sign, addend_last);
    return XENON_NEXT;
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

    /* What is 2^-126 may have been less before rounding; what is zero was so only if an operand is. */
    vfp_int rank_x = vfp_rank(x), rank_y = vfp_rank(y), rank = vfp_rank(r);
    vfp_word doubtful = vfp_below(rank_x, VFP_RANK_NORMAL) | vfp_below(rank_y, VFP_RANK_NORMAL) |
                        vfp_below(rank, VFP_RANK_NORMAL + 2) | vfp_infinite_lanes(rank) |
                        (vfp_zero_lanes(rank) & ~(vfp_zero_lanes(rank_x) | vfp_zero_lanes(rank_y)));
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
ROW(VMADDFP, fused(t, in, in->c, in->b, PLAIN, false))
ROW(VNMSUBFP, fused(t, in, in->c, in->b, NEGATED, false))
ROW(VMADDFP128, fused(t, in, in->b, in->d, PLAIN, t->settings.vmadd128_nan_register))
ROW(VNMSUBFP128, fused(t, in, in->b, in->d, NEGATED, t->settings.vmadd128_nan_register))
ROW(VMADDCFP128, fused(t, in, in->d, in->b, PLAIN, false))
