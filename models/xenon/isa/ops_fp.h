/* Scalar floating point: from an operand's bits to a number, and from a result to FD and FPSCR. */
#ifndef CYCLE360_XENON_ISA_OPS_FP_H
#define CYCLE360_XENON_ISA_OPS_FP_H

#include "models/xenon/isa/fp/convert.h"
#include "models/xenon/isa/fp/soft.h"
#include "models/xenon/isa/fpscr.h"

/* The format of a result: fadd or fadds. */
enum xenon_fp_width { XENON_FP_DOUBLE, XENON_FP_SINGLE };

#define XENON_FP_SIGN  UINT64_C(0x8000000000000000)
#define XENON_FP_QUIET UINT64_C(0x0008000000000000)
#define XENON_FP_NAN   UINT64_C(0x7FF8000000000000) /* what an invalid operation gives */

static inline bool xenon_fp_is_nan(struct xenon_fp a)
{
    return a.class >= XENON_FP_QNAN;
}

static inline bool xenon_fp_nan_bits(uint64_t bits)
{
    return (bits & ~XENON_FP_SIGN) > UINT64_C(0x7FF0000000000000);
}

/* An operand; in non-IEEE mode, where the settings have it so, zero for a denormal one. */
XENON_FP_INLINE struct xenon_fp xenon_fp_operand(const struct xenon_context *t, uint64_t bits,
                                                 enum xenon_fp_width format)
{
    struct xenon_fp a = xenon_fp_from64(bits);
    if (__builtin_expect(t->fpscr & XENON_FPSCR_NI, 0) && t->settings.ni_inputs_flush && a.class == XENON_FP_FINITE &&
        a.exponent < (format == XENON_FP_SINGLE ? -126 : -1022))
        a.class = XENON_FP_ZERO;
    return a;
}

/* Ends an instruction with the first NaN among `count` operands, in the order of FRA, FRB, FRC, and with invalid
 * exceptions: VXSNAN where one of them signals, and `causes`. Without a NaN among them FD is the default one. */
enum xenon_outcome xenon_fp_give_nan(struct xenon_context *t, const struct xenon_insn *in, enum xenon_fp_width format,
                                     const uint64_t *operands, unsigned count, uint32_t causes) __attribute__((cold));

/* Ends one that divided by zero. */
enum xenon_outcome xenon_fp_give_infinity(struct xenon_context *t, const struct xenon_insn *in, bool sign)
    __attribute__((cold));

/* A result and what there is to say of it. */
struct xenon_fp_outcome {
    uint64_t bits; /* a double */
    unsigned status;
    uint32_t exceptions;
    bool denormal; /* as a number of its format */
};

/* One rounding to the format. */
XENON_FP_INLINE struct xenon_fp_outcome xenon_fp_rounded(enum xenon_fp_width format, struct xenon_fp a,
                                                         enum xenon_rounding rounding)
{
    struct xenon_fp_outcome o = {0};
    if (format == XENON_FP_SINGLE) {
        uint32_t single = xenon_fp_round32(a, rounding, &o.status);
        o.bits = xenon_single_to_double(single);
        o.denormal = (single & UINT32_C(0x7F800000)) == 0 && single << 1 != 0;
    } else {
        o.bits = xenon_fp_round64(a, rounding, &o.status);
        o.denormal = (o.bits & UINT64_C(0x7FF0000000000000)) == 0 && o.bits << 1 != 0;
    }
    return o;
}

/* A result out of the range of normal numbers. */
struct xenon_fp_outcome xenon_fp_out_of_range(const struct xenon_context *t, enum xenon_fp_width format,
                                              struct xenon_fp a, struct xenon_fp_outcome o) __attribute__((cold));

/* FPRF, of plus and minus. */
static const uint8_t XENON_FP_NORMAL_CODE[2] = {XENON_FPRF_NORMAL, XENON_FPRF_MINUS_NORMAL};
static const uint8_t XENON_FP_DENORMAL_CODE[2] = {XENON_FPRF_DENORMAL, XENON_FPRF_MINUS_DENORMAL};
static const uint8_t XENON_FP_INFINITY_CODE[2] = {XENON_FPRF_INFINITY, XENON_FPRF_MINUS_INFINITY};
static const uint8_t XENON_FP_ZERO_CODE[2] = {XENON_FPRF_ZERO, XENON_FPRF_MINUS_ZERO};

XENON_FP_INLINE uint32_t xenon_fp_class_of(const struct xenon_fp_outcome *o)
{
    uint64_t magnitude = o->bits & ~XENON_FP_SIGN;
    const uint8_t *code = magnitude == 0                              ? XENON_FP_ZERO_CODE
                          : magnitude == UINT64_C(0x7FF0000000000000) ? XENON_FP_INFINITY_CODE
                          : o->denormal                               ? XENON_FP_DENORMAL_CODE
                                                                      : XENON_FP_NORMAL_CODE;
    return code[o->bits >> 63];
}

/* Ends one that has a result, which is rounded here; `negate` turns its sign after that. FPSCR is told nothing of what
 * an estimate rounds away. */
enum xenon_fp_kind { XENON_FP_ROUNDED, XENON_FP_ESTIMATE };
XENON_FP_INLINE enum xenon_outcome xenon_fp_give(struct xenon_context *t, const struct xenon_insn *in,
                                                 enum xenon_fp_width format, struct xenon_fp result, bool negate,
                                                 enum xenon_fp_kind kind)
{
    struct xenon_fp_outcome o = xenon_fp_rounded(format, result, xenon_fpscr_rounding(t));
    if (__builtin_expect((o.status & (XENON_FP_OVERFLOW | XENON_FP_TINY)) != 0, 0))
        o = xenon_fp_out_of_range(t, format, result, o);
    o.bits ^= (uint64_t)negate << 63;

    uint32_t told = xenon_fp_class_of(&o) << XENON_FPRF_SHIFT;
    if (kind == XENON_FP_ROUNDED) {
        told |= xenon_fpscr_fr_fi(o.status);
        o.exceptions |= (o.status & XENON_FP_INEXACT) * XENON_FPSCR_XX;
    }
    xenon_fpscr_set(t, o.exceptions);
    t->fpscr = (t->fpscr & ~(XENON_FPSCR_FR | XENON_FPSCR_FI | XENON_FPSCR_FPRF)) | told;
    t->fpr[in->d] = o.bits;
    return xenon_fpscr_finish(t, in);
}

#endif
