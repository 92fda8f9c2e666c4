/* fres and frsqrte. What they round away is not told: FR and FI are clear, XX stays. */
#include "models/xenon/isa/ops.h"
#include "models/xenon/isa/ops_fp.h"

/* 256 times what 1/sqrt(x) has beyond one, by three bits of the fraction of x: x in [1, 2), then in [2, 4). */
static const uint8_t RECIPROCAL_ROOT[16] = {
    241, 216, 192, 168, 152, 136, 128, 112, /* of a result in [1/2, 1) */
    96,  76,  60,  48,  32,  24,  16,  8,
};

/* The eight bits of fraction that an error below 1/256 needs. */
#define COARSE (UINT64_MAX << 55)

enum xenon_outcome xenon_op_FRES(struct xenon_context *t, const struct xenon_insn *in)
{
    const uint64_t bits[] = {t->fpr[in->b]};
    struct xenon_fp b = xenon_fp_operand(t, bits[0], XENON_FP_SINGLE);
    if (xenon_fp_is_nan(b))
        return xenon_fp_give_nan(t, in, XENON_FP_SINGLE, bits, 1, 0);
    if (b.class == XENON_FP_ZERO)
        return xenon_fp_give_infinity(t, in, b.sign);

    struct xenon_fp result = {.class = XENON_FP_ZERO, .sign = b.sign};
    if (b.class == XENON_FP_FINITE) {
        result = xenon_fp_divide(xenon_fp_from32(UINT32_C(0x3F800000)), b);
        if (t->settings.reciprocals_coarse)
            result.significand &= COARSE;
    }
    return xenon_fp_give(t, in, XENON_FP_SINGLE, result, false, XENON_FP_ESTIMATE);
}

static struct xenon_fp reciprocal_root(const struct xenon_context *t, struct xenon_fp b)
{
    if (b.class == XENON_FP_INFINITY)
        return (struct xenon_fp){.class = XENON_FP_ZERO};
    if (t->settings.estimates_exact)
        return xenon_fp_reciprocal_root(b);

    bool odd = b.exponent % 2 != 0;
    uint64_t entry = RECIPROCAL_ROOT[(odd ? 8 : 0) + (b.significand >> 60 & 7)];
    return (struct xenon_fp){XENON_FP_FINITE, false, -1 - (b.exponent - odd) / 2, UINT64_C(1) << 63 | entry << 55};
}

enum xenon_outcome xenon_op_FRSQRTE(struct xenon_context *t, const struct xenon_insn *in)
{
    const uint64_t bits[] = {t->fpr[in->b]};
    struct xenon_fp b = xenon_fp_operand(t, bits[0], XENON_FP_DOUBLE);
    if (xenon_fp_is_nan(b))
        return xenon_fp_give_nan(t, in, XENON_FP_DOUBLE, bits, 1, 0);
    if (b.class == XENON_FP_ZERO)
        return xenon_fp_give_infinity(t, in, b.sign);
    if (b.sign)
        return xenon_fp_give_nan(t, in, XENON_FP_DOUBLE, NULL, 0, XENON_FPSCR_VXSQRT);
    return xenon_fp_give(t, in, XENON_FP_DOUBLE, reciprocal_root(t, b), false, XENON_FP_ESTIMATE);
}
