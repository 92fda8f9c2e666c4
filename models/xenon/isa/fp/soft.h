/* IEEE arithmetic in integers, for whatever the host's own cannot be trusted with: operations give an unpacked number
 * that is exact but for its lowest bit, which is sticky; one rounding to single or double follows. NaNs, infinities and
 * operand flushing are the caller's: which NaN comes out differs between the scalar and the vector unit. */
#ifndef CYCLE360_XENON_ISA_FP_SOFT_H
#define CYCLE360_XENON_ISA_FP_SOFT_H

#include <stdbool.h>
#include <stdint.h>

enum xenon_fp_class { XENON_FP_ZERO, XENON_FP_FINITE, XENON_FP_INFINITY, XENON_FP_QNAN, XENON_FP_SNAN };

/* As FPSCR.RN counts them. */
enum xenon_rounding { XENON_TO_NEAREST, XENON_TO_ZERO, XENON_TO_PLUS, XENON_TO_MINUS };

/* FINITE: significand * 2^(exponent - 63), its top bit set; the lowest bit is set too when less than it was cut off. */
struct xenon_fp {
    enum xenon_fp_class class;
    bool sign;
    int32_t exponent;
    uint64_t significand;
};

enum xenon_fp_status {
    XENON_FP_INEXACT = 1,
    XENON_FP_ROUNDED_UP = 2, /* the magnitude grew: FPSCR.FR                           */
    XENON_FP_OVERFLOW = 4,
    XENON_FP_TINY = 8, /* before rounding it was below the least normal number  */
};

struct xenon_fp xenon_fp_from32(uint32_t bits);
struct xenon_fp xenon_fp_from64(uint64_t bits);

/* Operands are ZERO or FINITE. The rounding decides the sign of an exact zero difference. */
struct xenon_fp xenon_fp_add(struct xenon_fp a, struct xenon_fp b, enum xenon_rounding rounding);
struct xenon_fp xenon_fp_multiply(struct xenon_fp a, struct xenon_fp b);
struct xenon_fp xenon_fp_multiply_add(struct xenon_fp a, struct xenon_fp c, struct xenon_fp b,
                                      enum xenon_rounding rounding);   /* a * c + b, exact before the sticky bit */
struct xenon_fp xenon_fp_divide(struct xenon_fp a, struct xenon_fp b); /* b is FINITE */
struct xenon_fp xenon_fp_square_root(struct xenon_fp a);               /* a is not negative, but may be -0 */
struct xenon_fp xenon_fp_reciprocal_root(struct xenon_fp a);           /* a is FINITE and positive         */

/* One rounding, denormal results included. Of ZERO and INFINITY the bits; never given a NaN. */
uint32_t xenon_fp_round32(struct xenon_fp a, enum xenon_rounding rounding, unsigned *status);
uint64_t xenon_fp_round64(struct xenon_fp a, enum xenon_rounding rounding, unsigned *status);

/* The magnitude of a rounded to an integer. OVERFLOW and UINT64_MAX from 2^64 on; never given a NaN. */
uint64_t xenon_fp_round_integer(struct xenon_fp a, enum xenon_rounding rounding, unsigned *status);

#endif
