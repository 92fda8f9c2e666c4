/* Scalar moves, which look at no number and tell FPSCR nothing, and comparisons. */
#include "models/xenon/isa/ops.h"
#include "models/xenon/isa/ops_fp.h"

static enum xenon_outcome move(struct xenon_context *t, const struct xenon_insn *in, uint64_t bits)
{
    t->fpr[in->d] = bits;
    xenon_fpscr_record(t, in);
    return XENON_NEXT;
}

enum xenon_outcome xenon_op_FMR(struct xenon_context *t, const struct xenon_insn *in)
{
    return move(t, in, t->fpr[in->b]);
}

enum xenon_outcome xenon_op_FNEG(struct xenon_context *t, const struct xenon_insn *in)
{
    return move(t, in, t->fpr[in->b] ^ XENON_FP_SIGN);
}

enum xenon_outcome xenon_op_FABS(struct xenon_context *t, const struct xenon_insn *in)
{
    return move(t, in, t->fpr[in->b] & ~XENON_FP_SIGN);
}

enum xenon_outcome xenon_op_FNABS(struct xenon_context *t, const struct xenon_insn *in)
{
    return move(t, in, t->fpr[in->b] | XENON_FP_SIGN);
}

/* Bits as an integer that orders as the numbers do, NaNs excepted; both zeros are 0. */
static int64_t order(uint64_t bits)
{
    int64_t magnitude = (int64_t)(bits & ~XENON_FP_SIGN);
    return bits & XENON_FP_SIGN ? -magnitude : magnitude;
}

enum xenon_outcome xenon_op_FSEL(struct xenon_context *t, const struct xenon_insn *in)
{
    uint64_t a = t->fpr[in->a];
    return move(t, in, order(a) >= 0 && !xenon_fp_nan_bits(a) ? t->fpr[in->c] : t->fpr[in->b]);
}

static enum xenon_outcome compare(struct xenon_context *t, const struct xenon_insn *in, bool ordered)
{
    uint64_t bits_a = t->fpr[in->a], bits_b = t->fpr[in->b];
    struct xenon_fp a = xenon_fp_operand(t, bits_a, XENON_FP_DOUBLE), b = xenon_fp_operand(t, bits_b, XENON_FP_DOUBLE);
    uint8_t code = XENON_FPCC_UNORDERED;

    if (xenon_fp_is_nan(a) || xenon_fp_is_nan(b)) {
        bool signals = a.class == XENON_FP_SNAN || b.class == XENON_FP_SNAN;
        if (signals)
            xenon_fpscr_set(t, XENON_FPSCR_VXSNAN);
        if (ordered && !(signals && t->fpscr & XENON_FPSCR_VE))
            xenon_fpscr_set(t, XENON_FPSCR_VXVC);
    } else {
        int64_t x = a.class == XENON_FP_ZERO ? 0 : order(bits_a), y = b.class == XENON_FP_ZERO ? 0 : order(bits_b);
        code = x < y ? XENON_LT : x > y ? XENON_GT : XENON_EQ;
    }
    t->fpscr = (t->fpscr & ~XENON_FPSCR_FPCC) | (uint32_t)code << XENON_FPRF_SHIFT;
    t->cr[in->d] = code;
    return xenon_fpscr_finish(t, in);
}

enum xenon_outcome xenon_op_FCMPU(struct xenon_context *t, const struct xenon_insn *in)
{
    return compare(t, in, false);
}

enum xenon_outcome xenon_op_FCMPO(struct xenon_context *t, const struct xenon_insn *in)
{
    return compare(t, in, true);
}
