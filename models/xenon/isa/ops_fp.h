/* Scalar floating point: from an operand's bits to a number, and from a result to FD and FPSCR. */
#ifndef CYCLE360_XENON_ISA_OPS_FP_H
#define CYCLE360_XENON_ISA_OPS_FP_H

#include "models/xenon/isa/fp/convert.h"
#include "models/xenon/isa/fp/soft.h"
#include "models/xenon/isa/fpscr.h"

/* The format of a result: fadd or fadds. */
enum xenon_fp_format { XENON_FP_DOUBLE, XENON_FP_SINGLE };

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

/* FPSCR.NI, where it makes a denormal operand zero. */
struct xenon_fp xenon_fp_flushed_operand(const struct xenon_context *t, struct xenon_fp a, enum xenon_fp_format format);

static inline struct xenon_fp xenon_fp_operand(const struct xenon_context *t, uint64_t bits,
                                               enum xenon_fp_format format)
{
    struct xenon_fp a = xenon_fp_from64(bits);
    return __builtin_expect(t->fpscr & XENON_FPSCR_NI, 0) ? xenon_fp_flushed_operand(t, a, format) : a;
}

/* Ends an instruction with the first NaN among `count` operands, in the order of FRA, FRB, FRC, and with invalid
 * exceptions: VXSNAN where one of them signals, and `causes`. Without a NaN among them FD is the default one. */
enum xenon_outcome xenon_fp_give_nan(struct xenon_context *t, const struct xenon_insn *in, enum xenon_fp_format format,
                                     const uint64_t *operands, unsigned count, uint32_t causes) __attribute__((cold));

/* Ends one that divided by zero. */
enum xenon_outcome xenon_fp_give_infinity(struct xenon_context *t, const struct xenon_insn *in, bool sign)
    __attribute__((cold));

/* Ends one that has a result, which is rounded here; `negate` turns its sign after that. `rounded` tells nothing of
 * what was rounded away where it is XENON_FP_ESTIMATE. */
enum xenon_fp_kind { XENON_FP_ROUNDED, XENON_FP_ESTIMATE };
enum xenon_outcome xenon_fp_give(struct xenon_context *t, const struct xenon_insn *in, enum xenon_fp_format format,
                                 struct xenon_fp result, bool negate, enum xenon_fp_kind kind);

#endif
