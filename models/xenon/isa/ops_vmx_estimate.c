/* The vector unit's estimates: 1/x, 1/sqrt(x), 2^x, log2(x). */
#include "models/xenon/isa/fp/exponential.h"
#include "models/xenon/isa/fp/vector_fp.h"
#include "models/xenon/isa/ops.h"

typedef uint32_t lane_function(const struct xenon_context *t, uint32_t x);

static inline enum xenon_outcome each_lane(struct xenon_context *t, const struct xenon_insn *in, lane_function *lane)
{
    union xenon_vector *d = &t->vr[in->d];
    const union xenon_vector *b = &t->vr[in->b];
    for (unsigned i = 0; i < 4; i++)
        d->u32[i] = lane(t, b->u32[i]);
    return XENON_NEXT;
}

/* The first `bits` bits of the significand, which leave a relative error below 2^(1 - bits). */
static struct xenon_fp truncate(struct xenon_fp a, unsigned bits)
{
    a.significand &= UINT64_MAX << (64 - bits);
    return a;
}

/* 1/x. No table is published, so it is correctly rounded; coarse, it is good to the 1/4096 that the manual promises. */

static uint32_t reciprocal_lane(const struct xenon_context *t, uint32_t x)
{
    enum { COARSE_BITS = 13 };
    x = vfp_flush(x, vfp_non_java(t));
    if (vfp_is_nan(x))
        return x | VFP_QUIET;
    if (vfp_is_zero(x))
        return x | VFP_INFINITY;
    if (vfp_is_infinite(x))
        return x & VFP_SIGN;
    struct xenon_fp result = xenon_fp_divide(xenon_fp_from32(VFP_ONE), xenon_fp_from32(x));
    return vfp_round(t, t->settings.reciprocals_coarse ? truncate(result, COARSE_BITS) : result);
}

/* Between 2^-125 and 2^125 the host's division has normal operands and results. */
static enum xenon_outcome reciprocal(struct xenon_context *t, const struct xenon_insn *in)
{
    const int32_t LEAST = 0x01000000, MOST = 0x7E000000;
    vfp_word x = vfp_load(&t->vr[in->b]);
    vfp_int magnitude = (vfp_int)(x & VFP_MAGNITUDE);
    if (t->settings.reciprocals_coarse || !vfp_all((vfp_word)((magnitude > LEAST) & (magnitude < MOST))))
        return each_lane(t, in, reciprocal_lane);
    vfp_store(&t->vr[in->d], (vfp_word)((vfp_float)vfp_splat(VFP_ONE) / (vfp_float)x));
    return XENON_NEXT;
}

/* 1/sqrt(x): for each of 32 intervals, those of odd exponents first, a base and a slope that the next ten bits are
 * multiplied with. */
static const struct {
    uint16_t base, slope;
} ROOT_TABLE[32] = {
    {0xB4FD, 0x568}, {0xAF97, 0x4F3}, {0xAAA5, 0x48D}, {0xA618, 0x435}, {0xA1E4, 0x3E7}, {0x9DFE, 0x3A2},
    {0x9A5C, 0x365}, {0x96F8, 0x32E}, {0x93CA, 0x2FC}, {0x90CE, 0x2D0}, {0x8DFE, 0x2A8}, {0x8B57, 0x283},
    {0x88D4, 0x261}, {0x8673, 0x243}, {0x8431, 0x226}, {0x820B, 0x20B}, {0x7FFA, 0x3D2}, {0x7C29, 0x380},
    {0x78AA, 0x338}, {0x7572, 0x2F9}, {0x7279, 0x2C2}, {0x6FB7, 0x292}, {0x6D26, 0x266}, {0x6AC0, 0x23F},
    {0x6881, 0x21D}, {0x6665, 0x1FD}, {0x6468, 0x1E1}, {0x6287, 0x1C7}, {0x60C1, 0x1AF}, {0x5F12, 0x199},
    {0x5D79, 0x185}, {0x5BF4, 0x173},
};

/* Of 2^exponent * (1 + fraction / 2^23). The line's value is the result's significand in 26 bits, or 25; it is rounded
 * to 24, to nearest. */
static inline uint32_t root_from_table(int32_t exponent, uint32_t fraction)
{
    const uint32_t FULL = UINT32_C(1) << 25;
    bool odd = exponent & 1;
    unsigned entry = (odd ? 0 : 16) + (fraction >> 19);
    uint32_t value = ((uint32_t)ROOT_TABLE[entry].base << 10) - ROOT_TABLE[entry].slope * (fraction >> 9 & 0x3FF);
    int32_t result = -(exponent + odd) / 2;
    if (value < FULL) {
        value <<= 1;
        result--;
    }
    value += (value & 2) && (value & 5) ? 4 : 0;
    return ((uint32_t)(result + 127) << 23) | (value >> 2 & (VFP_NORMAL - 1));
}

static uint32_t root_lane(const struct xenon_context *t, uint32_t x)
{
    bool positive_normal = x - VFP_NORMAL < VFP_INFINITY - VFP_NORMAL;
    if (positive_normal && !t->settings.estimates_exact)
        return root_from_table((int32_t)(x >> 23) - 127, x & (VFP_NORMAL - 1));

    x = vfp_flush(x, vfp_non_java(t));
    if (vfp_is_nan(x))
        return x | VFP_QUIET;
    if (vfp_is_zero(x))
        return x | VFP_INFINITY;
    if (x & VFP_SIGN)
        return VFP_DEFAULT;
    if (vfp_is_infinite(x))
        return 0;
    struct xenon_fp number = xenon_fp_from32(x);
    if (!t->settings.estimates_exact)
        return root_from_table(number.exponent, (uint32_t)(number.significand >> 40) & (VFP_NORMAL - 1));
    /* The quotient's 64 bits are enough for the root's 24: of all operands, none comes near the middle of two singles.
     */
    return vfp_round(t, xenon_fp_square_root(xenon_fp_divide(xenon_fp_from32(VFP_ONE), number)));
}

/* 2^x and log2(x): no table is published either. Coarse, a power is good to the 1/16 that the manual promises, and
 * exact where x is an integer; a logarithm is a multiple of 1/64, good to 1/32 and, unless x is within 1/8 of 1, to 1/8
 * of itself. */

static uint32_t power_lane(const struct xenon_context *t, uint32_t x)
{
    enum { COARSE_BITS = 5 };
    x = vfp_flush(x, vfp_non_java(t));
    if (vfp_is_nan(x))
        return x | VFP_QUIET;
    if (vfp_is_infinite(x))
        return x & VFP_SIGN ? 0 : VFP_INFINITY;
    if (vfp_is_zero(x))
        return VFP_ONE;
    struct xenon_fp result = xenon_fp_exp2(xenon_fp_from32(x));
    return vfp_round(t, t->settings.reciprocals_coarse ? truncate(result, COARSE_BITS) : result);
}

static struct xenon_fp truncate_logarithm(struct xenon_fp a)
{
    enum { FRACTION_BITS = 6 };
    int32_t bits = a.exponent + 1 + FRACTION_BITS;
    if (a.class == XENON_FP_FINITE && bits <= 0)
        return (struct xenon_fp){.class = XENON_FP_ZERO, .sign = a.sign};
    return a.class == XENON_FP_FINITE ? truncate(a, (unsigned)bits) : a;
}

static uint32_t logarithm_lane(const struct xenon_context *t, uint32_t x)
{
    x = vfp_flush(x, vfp_non_java(t));
    if (vfp_is_nan(x))
        return x | VFP_QUIET;
    if (vfp_is_zero(x))
        return VFP_SIGN | VFP_INFINITY;
    if (x & VFP_SIGN)
        return VFP_DEFAULT;
    if (vfp_is_infinite(x))
        return x;
    struct xenon_fp result = xenon_fp_log2(xenon_fp_from32(x));
    return vfp_round(t, t->settings.reciprocals_coarse ? truncate_logarithm(result) : result);
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

ROWS(VREFP, reciprocal(t, in))
ROWS(VRSQRTEFP, each_lane(t, in, root_lane))
ROWS(VEXPTEFP, each_lane(t, in, power_lane))
ROWS(VLOGEFP, each_lane(t, in, logarithm_lane))
