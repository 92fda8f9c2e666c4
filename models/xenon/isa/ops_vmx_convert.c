/* Between words and single floating point, with a scale of 2^UIMM. */
#include "models/xenon/isa/fp/vector_fp.h"
#include "models/xenon/isa/ops.h"

/* 2^n, for the exponents that a UIMM or its negative can be. */
static uint32_t power_of_two(int n)
{
    return (uint32_t)(127 + n) << 23;
}

/* Integers of 32 bits are rounded once, to nearest; dividing by 2^UIMM then is exact. */
static enum xenon_outcome from_signed(struct xenon_context *t, const struct xenon_insn *in)
{
    vfp_float scale = (vfp_float)vfp_splat(power_of_two(-(int)in->imm));
    vfp_float x = __builtin_convertvector((vfp_int)vfp_load(&t->vr[in->b]), vfp_float);
    vfp_store(&t->vr[in->d], (vfp_word)(x * scale));
    return XENON_NEXT;
}

static enum xenon_outcome from_unsigned(struct xenon_context *t, const struct xenon_insn *in)
{
    vfp_float scale = (vfp_float)vfp_splat(power_of_two(-(int)in->imm));
    vfp_word bits = vfp_load(&t->vr[in->b]);
    vfp_float x = {(float)bits[0], (float)bits[1], (float)bits[2], (float)bits[3]};
    vfp_store(&t->vr[in->d], (vfp_word)(x * scale));
    return XENON_NEXT;
}

/* Lanes whose scaled value is below 2^31 go through the host: scaling a normal number up is exact, and its conversion
 * truncates. Denormal numbers are below one, whatever the scale, and so are zeros. */
static inline bool truncate_on_host(vfp_word x, unsigned scale, bool is_signed, vfp_word *result)
{
    vfp_word limit = vfp_splat(power_of_two(31 - (int)scale));
    vfp_word large = (vfp_word)((vfp_int)(x & VFP_MAGNITUDE) >= (vfp_int)limit);
    vfp_word negative = (vfp_word)((vfp_int)x < 0);
    if (vfp_any(large | (is_signed ? vfp_splat(0) : negative)))
        return false;
    vfp_float scaled = (vfp_float)vfp_flush_lanes(x) * (vfp_float)vfp_splat(power_of_two((int)scale));
    *result = (vfp_word) __builtin_convertvector(scaled, vfp_int);
    return true;
}

/* The magnitude of x * 2^scale without its fraction, or 2^32 where it is that or more. */
static uint64_t truncated_magnitude(uint32_t x, unsigned scale)
{
    const uint64_t MOST = UINT64_C(1) << 32;
    int exponent = (int)((x & VFP_MAGNITUDE) >> 23) - 127 + (int)scale;
    uint64_t significand = (x & (VFP_NORMAL - 1)) | VFP_NORMAL;
    if (exponent < 0)
        return 0;
    if (exponent > 31)
        return MOST;
    return significand << exponent >> 23;
}

static uint32_t to_signed_lane(uint32_t x, unsigned scale, bool *saturated)
{
    if (vfp_is_nan(x))
        return 0;
    bool negative = x & VFP_SIGN;
    uint64_t magnitude = truncated_magnitude(x, scale), most = VFP_MAGNITUDE + (uint64_t)negative;
    if (magnitude > most) {
        *saturated = true;
        magnitude = most;
    }
    return (uint32_t)(negative ? -magnitude : magnitude);
}

static uint32_t to_unsigned_lane(uint32_t x, unsigned scale, uint32_t of_nan, bool *saturated)
{
    if (vfp_is_nan(x))
        return of_nan;
    uint64_t magnitude = truncated_magnitude(x, scale), most = x & VFP_SIGN ? 0 : UINT32_MAX;
    if (magnitude > most) {
        *saturated = true;
        magnitude = most;
    }
    return (uint32_t)magnitude;
}

/* A NaN does not count as saturated: the Power ISA's rule; the older manual leaves it open. */
static inline enum xenon_outcome to_integer(struct xenon_context *t, const struct xenon_insn *in, bool is_signed)
{
    union xenon_vector *d = &t->vr[in->d];
    const union xenon_vector *b = &t->vr[in->b];
    unsigned scale = (unsigned)in->imm;
    vfp_word result;
    if (truncate_on_host(vfp_load(b), scale, is_signed, &result)) {
        vfp_store(d, result);
        return XENON_NEXT;
    }
    uint32_t of_nan = t->settings.vcfux_nan_ones ? UINT32_MAX : 0;
    bool saturated = false;
    for (unsigned i = 0; i < 4; i++)
        d->u32[i] = is_signed ? to_signed_lane(b->u32[i], scale, &saturated)
                              : to_unsigned_lane(b->u32[i], scale, of_nan, &saturated);
    if (saturated)
        t->vscr |= XENON_VSCR_SAT;
    return XENON_NEXT;
}

#define ROW(id, ...)                                                                       \
    enum xenon_outcome xenon_op_##id(struct xenon_context *t, const struct xenon_insn *in) \
    {                                                                                      \
        return __VA_ARGS__;                                                                \
    }

ROW(VCFSX, from_signed(t, in))
ROW(VCSXWFP128, from_signed(t, in))
ROW(VCFUX, from_unsigned(t, in))
ROW(VCUXWFP128, from_unsigned(t, in))
ROW(VCTSXS, to_integer(t, in, true))
ROW(VCFPSXWS128, to_integer(t, in, true))
ROW(VCTUXS, to_integer(t, in, false))
ROW(VCFPUXWS128, to_integer(t, in, false))
