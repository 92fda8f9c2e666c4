/* FPSCR, and how floating-point instructions end. */
#ifndef CYCLE360_TESTS_SUPPORT_ISA_REFERENCE_FPSCR_H
#define CYCLE360_TESTS_SUPPORT_ISA_REFERENCE_FPSCR_H

#include "tests/support/isa_reference_exact.h"
#include "tests/support/isa_reference_parts.h"

#define ISA_FX     UINT32_C(0x80000000)
#define ISA_FEX    UINT32_C(0x40000000)
#define ISA_VX     UINT32_C(0x20000000)
#define ISA_OX     UINT32_C(0x10000000)
#define ISA_UX     UINT32_C(0x08000000)
#define ISA_ZX     UINT32_C(0x04000000)
#define ISA_XX     UINT32_C(0x02000000)
#define ISA_VXSNAN UINT32_C(0x01000000)
#define ISA_VXISI  UINT32_C(0x00800000)
#define ISA_VXIDI  UINT32_C(0x00400000)
#define ISA_VXZDZ  UINT32_C(0x00200000)
#define ISA_VXIMZ  UINT32_C(0x00100000)
#define ISA_VXVC   UINT32_C(0x00080000)
#define ISA_FR     UINT32_C(0x00040000)
#define ISA_FI     UINT32_C(0x00020000)
#define ISA_FPRF   UINT32_C(0x0001F000)
#define ISA_FPCC   UINT32_C(0x0000F000)
#define ISA_VXSOFT UINT32_C(0x00000400)
#define ISA_VXSQRT UINT32_C(0x00000200)
#define ISA_VXCVI  UINT32_C(0x00000100)
#define ISA_VE     UINT32_C(0x00000080)
#define ISA_OE     UINT32_C(0x00000040)
#define ISA_UE     UINT32_C(0x00000020)
#define ISA_ZE     UINT32_C(0x00000010)
#define ISA_NI     UINT32_C(0x00000004)

/* What of FPSCR is an invalid operation; what is an exception at all, sums left out. */
#define ISA_INVALID   UINT32_C(0x01F80700)
#define ISA_EXCEPTION (ISA_OX | ISA_UX | ISA_ZX | ISA_XX | ISA_INVALID)

#define ISA_SIGN     (UINT64_C(1) << 63)
#define ISA_INFINITY UINT64_C(0x7FF0000000000000)
#define ISA_QUIET    UINT64_C(0x0008000000000000)
#define ISA_NAN      UINT64_C(0x7FF8000000000000)

static inline bool isa_is_nan(uint64_t x)
{
    return (x & ~ISA_SIGN) > ISA_INFINITY;
}

static inline bool isa_is_signalling(uint64_t x)
{
    return isa_is_nan(x) && !(x & ISA_QUIET);
}

static inline bool isa_is_infinite(uint64_t x)
{
    return (x & ~ISA_SIGN) == ISA_INFINITY;
}

static inline bool isa_is_zero(uint64_t x)
{
    return x << 1 == 0;
}

static inline enum exact_mode isa_rounding(const struct isa_reference *r)
{
    return (enum exact_mode)(r->fpscr & 3);
}

/* Notes exceptions: FX goes on with the first that was not there. */
void isa_raise(struct isa_reference *r, uint32_t exceptions);

/* A register as an operand: with NI a denormal may count as zero. */
uint64_t isa_operand(const struct isa_reference *r, unsigned number);

/* A result with its class, FR and FI. */
void isa_deliver(struct isa_reference *r, const struct isa_word *w, uint64_t value, bool rounded_up, bool inexact);

/* An invalid operation: its result unless VE refuses it. */
void isa_invalid(struct isa_reference *r, const struct isa_word *w, uint32_t exceptions, uint64_t value);

/* A quotient by zero. */
void isa_division_by_zero(struct isa_reference *r, const struct isa_word *w, uint64_t value);

/* The sums of FPSCR, CR1, and the interrupt that an enabled exception asks for: the end of every instruction. */
void isa_finish_fp(struct isa_reference *r, const struct isa_word *w);

#endif
