/* Scalar conversions: to singles, from and to integers. */
#include "models/xenon/isa/ops.h"
#include "models/xenon/isa/ops_fp.h"

enum xenon_outcome xenon_op_FRSP(struct xenon_context *t, const struct xenon_insn *in)
{
    const uint64_t bits[] = {t->fpr[in->b]};
    struct xenon_fp b = xenon_fp_operand(t, bits[0], XENON_FP_DOUBLE);
    if (xenon_fp_is_nan(b))
        return xenon_fp_give_nan(t, in, XENON_FP_SINGLE, bits, 1, 0);
    return xenon_fp_give(t, in, XENON_FP_SINGLE, b, false, XENON_FP_ROUNDED);
}

enum xenon_outcome xenon_op_FCFID(struct xenon_context *t, const struct xenon_insn *in)
{
    bool sign = t->fpr[in->b] >> 63;
    uint64_t magnitude = sign ? 0 - t->fpr[in->b] : t->fpr[in->b];
    struct xenon_fp b = {.class = XENON_FP_ZERO};
    if (magnitude != 0) {
        int zeros = __builtin_clzll(magnitude);
        b = (struct xenon_fp){XENON_FP_FINITE, sign, 63 - zeros, magnitude << zeros};
    }
    return xenon_fp_give(t, in, XENON_FP_DOUBLE, b, false, XENON_FP_ROUNDED);
}

/* To a signed integer of `width` bits, the nearest there is where it does not fit, the least for a NaN. FPRF is
 * undefined after it and stays. */
static enum xenon_outcome to_integer(struct xenon_context *t, const struct xenon_insn *in, unsigned width,
                                     enum xenon_rounding rounding)
{
    struct xenon_fp b = xenon_fp_operand(t, t->fpr[in->b], XENON_FP_DOUBLE);
    uint64_t least = UINT64_C(1) << (width - 1), magnitude = least; /* as magnitude */
    uint32_t exceptions = 0, told = 0;

    if (xenon_fp_is_nan(b)) {
        exceptions = XENON_FPSCR_VXCVI | (b.class == XENON_FP_SNAN ? XENON_FPSCR_VXSNAN : 0U);
        b.sign = true;
    } else {
        unsigned status = 0;
        magnitude = xenon_fp_round_integer(b, rounding, &status);
        if (magnitude > least - !b.sign) {
            exceptions = XENON_FPSCR_VXCVI;
            magnitude = least - !b.sign;
        } else if (status & XENON_FP_INEXACT) {
            exceptions = XENON_FPSCR_XX;
            told = xenon_fpscr_fr_fi(status);
        }
    }
    xenon_fpscr_set(t, exceptions);
    t->fpscr = (t->fpscr & ~(XENON_FPSCR_FR | XENON_FPSCR_FI)) | told;
    if (!(exceptions & XENON_FPSCR_VXCVI) || !(t->fpscr & XENON_FPSCR_VE)) {
        uint64_t result = b.sign ? 0 - magnitude : magnitude;
        if (width == 32 && t->settings.fctiw_high_nan_box)
            result = UINT64_C(0xFFF8000000000000) | (uint32_t)result;
        t->fpr[in->d] = result;
    }
    return xenon_fpscr_finish(t, in);
}

enum xenon_outcome xenon_op_FCTID(struct xenon_context *t, const struct xenon_insn *in)
{
    return to_integer(t, in, 64, xenon_fpscr_rounding(t));
}

enum xenon_outcome xenon_op_FCTIDZ(struct xenon_context *t, const struct xenon_insn *in)
{
    return to_integer(t, in, 64, XENON_TO_ZERO);
}

enum xenon_outcome xenon_op_FCTIW(struct xenon_context *t, const struct xenon_insn *in)
{
    return to_integer(t, in, 32, xenon_fpscr_rounding(t));
}

enum xenon_outcome xenon_op_FCTIWZ(struct xenon_context *t, const struct xenon_insn *in)
{
    return to_integer(t, in, 32, XENON_TO_ZERO);
}
