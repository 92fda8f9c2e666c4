/* Scalar arithmetic. Each operation sees to NaNs, infinities and what is invalid, leaves numbers to soft.h, and ends in
 * one of the ways of ops_fp.h. */
#include "models/xenon/isa/ops.h"
#include "models/xenon/isa/ops_fp_usual.h"

#define INLINE static inline __attribute__((always_inline)) enum xenon_outcome

INLINE invalid(struct xenon_context *t, const struct xenon_insn *in, enum xenon_fp_width format, uint32_t cause)
{
    return xenon_fp_give_nan(t, in, format, NULL, 0, cause);
}

INLINE give(struct xenon_context *t, const struct xenon_insn *in, enum xenon_fp_width format, struct xenon_fp result)
{
    return xenon_fp_give(t, in, format, result, false, XENON_FP_ROUNDED);
}

static bool infinite(struct xenon_fp a)
{
    return a.class == XENON_FP_INFINITY;
}

INLINE add(struct xenon_context *t, const struct xenon_insn *in, enum xenon_fp_width format, bool subtract)
{
    const uint64_t bits[] = {t->fpr[in->a], t->fpr[in->b]};
    struct xenon_fp a = xenon_fp_operand(t, bits[0], format), b = xenon_fp_operand(t, bits[1], format);
    if (xenon_fp_is_nan(a) || xenon_fp_is_nan(b))
        return xenon_fp_give_nan(t, in, format, bits, 2, 0);

    b.sign ^= subtract;
    if (infinite(a) && infinite(b) && a.sign != b.sign)
        return invalid(t, in, format, XENON_FPSCR_VXISI);
    if (infinite(a) || infinite(b))
        return give(t, in, format, infinite(a) ? a : b);
    return give(t, in, format, xenon_fp_add(a, b, xenon_fpscr_rounding(t)));
}

INLINE multiply(struct xenon_context *t, const struct xenon_insn *in, enum xenon_fp_width format)
{
    const uint64_t bits[] = {t->fpr[in->a], t->fpr[in->c]};
    struct xenon_fp a = xenon_fp_operand(t, bits[0], format), c = xenon_fp_operand(t, bits[1], format);
    if (xenon_fp_is_nan(a) || xenon_fp_is_nan(c))
        return xenon_fp_give_nan(t, in, format, bits, 2, 0);

    if (infinite(a) || infinite(c)) {
        if (a.class == XENON_FP_ZERO || c.class == XENON_FP_ZERO)
            return invalid(t, in, format, XENON_FPSCR_VXIMZ);
        return give(t, in, format, (struct xenon_fp){.class = XENON_FP_INFINITY, .sign = a.sign != c.sign});
    }
    return give(t, in, format, xenon_fp_multiply(a, c));
}

INLINE divide(struct xenon_context *t, const struct xenon_insn *in, enum xenon_fp_width format)
{
    const uint64_t bits[] = {t->fpr[in->a], t->fpr[in->b]};
    struct xenon_fp a = xenon_fp_operand(t, bits[0], format), b = xenon_fp_operand(t, bits[1], format);
    if (xenon_fp_is_nan(a) || xenon_fp_is_nan(b))
        return xenon_fp_give_nan(t, in, format, bits, 2, 0);

    bool sign = a.sign != b.sign;
    if (infinite(a)) {
        if (infinite(b))
            return invalid(t, in, format, XENON_FPSCR_VXIDI);
        return give(t, in, format, (struct xenon_fp){.class = XENON_FP_INFINITY, .sign = sign});
    }
    if (infinite(b))
        return give(t, in, format, (struct xenon_fp){.class = XENON_FP_ZERO, .sign = sign});
    if (b.class == XENON_FP_ZERO) {
        if (a.class == XENON_FP_ZERO)
            return invalid(t, in, format, XENON_FPSCR_VXZDZ);
        return xenon_fp_give_infinity(t, in, sign);
    }
    return give(t, in, format, xenon_fp_divide(a, b));
}

INLINE square_root(struct xenon_context *t, const struct xenon_insn *in, enum xenon_fp_width format)
{
    const uint64_t bits[] = {t->fpr[in->b]};
    struct xenon_fp b = xenon_fp_operand(t, bits[0], format);
    if (xenon_fp_is_nan(b))
        return xenon_fp_give_nan(t, in, format, bits, 1, 0);
    if (b.sign && b.class != XENON_FP_ZERO)
        return invalid(t, in, format, XENON_FPSCR_VXSQRT);
    return give(t, in, format, infinite(b) ? b : xenon_fp_square_root(b));
}

/* A NaN does not stop infinity * zero from being invalid too, and keeps its sign where the result is negated. */
INLINE multiply_add(struct xenon_context *t, const struct xenon_insn *in, enum xenon_fp_width format, bool subtract,
                    bool negate)
{
    const uint64_t bits[] = {t->fpr[in->a], t->fpr[in->b], t->fpr[in->c]};
    struct xenon_fp a = xenon_fp_operand(t, bits[0], format), b = xenon_fp_operand(t, bits[1], format),
                    c = xenon_fp_operand(t, bits[2], format);
    bool times_zero = (infinite(a) && c.class == XENON_FP_ZERO) || (a.class == XENON_FP_ZERO && infinite(c));
    if (times_zero || xenon_fp_is_nan(a) || xenon_fp_is_nan(b) || xenon_fp_is_nan(c))
        return xenon_fp_give_nan(t, in, format, bits, 3, times_zero ? XENON_FPSCR_VXIMZ : 0);

    b.sign ^= subtract;
    bool sign = a.sign != c.sign;
    if (infinite(a) || infinite(c)) {
        if (infinite(b) && b.sign != sign)
            return invalid(t, in, format, XENON_FPSCR_VXISI);
        b = (struct xenon_fp){.class = XENON_FP_INFINITY, .sign = sign};
    }
    if (!infinite(b))
        b = xenon_fp_multiply_add(a, c, b, xenon_fpscr_rounding(t));
    return xenon_fp_give(t, in, format, b, negate, XENON_FP_ROUNDED);
}

/* The instructions, of doubles and of singles. */

#define EACH_WIDTH(define, id, ...) define(id, XENON_FP_DOUBLE, __VA_ARGS__) define(id##S, XENON_FP_SINGLE, __VA_ARGS__)
#define ARGUMENTS                   struct xenon_context *t, const struct xenon_insn *in

#define ALWAYS(id, width, operation)              \
    enum xenon_outcome xenon_op_##id(ARGUMENTS)   \
    {                                             \
        const enum xenon_fp_width format = width; \
        return operation;                         \
    }

/* The general way stands in a function of its own, which leaves the usual one few registers to save. */
#define USUALLY(id, width, usual, operation)                                       \
    __attribute__((noinline)) static enum xenon_outcome general_##id(ARGUMENTS)    \
    {                                                                              \
        const enum xenon_fp_width format = width;                                  \
        return operation;                                                          \
    }                                                                              \
    enum xenon_outcome xenon_op_##id(ARGUMENTS)                                    \
    {                                                                              \
        const enum xenon_fp_width format = width;                                  \
        return xenon_fp_usual_mode(t) && usual ? XENON_NEXT : general_##id(t, in); \
    }

#define FRA (t->fpr[in->a])
#define FRB (t->fpr[in->b])
#define FRC (t->fpr[in->c])

EACH_WIDTH(USUALLY, FADD, xenon_fp_usual_add(t, in, format, FRA, FRB), add(t, in, format, false))
EACH_WIDTH(USUALLY, FSUB, xenon_fp_usual_add(t, in, format, FRA, FRB ^ XENON_FP_SIGN), add(t, in, format, true))
EACH_WIDTH(USUALLY, FMUL, xenon_fp_usual_multiply(t, in, format, FRA, FRC), multiply(t, in, format))
EACH_WIDTH(USUALLY, FDIV, xenon_fp_usual_divide(t, in, format, FRA, FRB), divide(t, in, format))
EACH_WIDTH(ALWAYS, FSQRT, square_root(t, in, format))
EACH_WIDTH(USUALLY, FMADD, xenon_fp_usual_multiply_add(t, in, format, FRA, FRC, FRB, 0),
           multiply_add(t, in, format, false, false))
EACH_WIDTH(USUALLY, FMSUB, xenon_fp_usual_multiply_add(t, in, format, FRA, FRC, FRB ^ XENON_FP_SIGN, 0),
           multiply_add(t, in, format, true, false))
EACH_WIDTH(USUALLY, FNMADD, xenon_fp_usual_multiply_add(t, in, format, FRA, FRC, FRB, 1),
           multiply_add(t, in, format, false, true))
EACH_WIDTH(USUALLY, FNMSUB, xenon_fp_usual_multiply_add(t, in, format, FRA, FRC, FRB ^ XENON_FP_SIGN, 1),
           multiply_add(t, in, format, true, true))
