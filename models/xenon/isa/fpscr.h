/* FPSCR: its bits, and what every instruction that changes them has in common. */
#ifndef CYCLE360_XENON_ISA_FPSCR_H
#define CYCLE360_XENON_ISA_FPSCR_H

#include "models/xenon/isa/context.h"
#include "models/xenon/isa/fp/soft.h"
#include "models/xenon/isa/interrupt.h"

#include <assert.h>

#define XENON_FPSCR_FX     UINT32_C(0x80000000) /* an exception bit went from 0 to 1 */
#define XENON_FPSCR_FEX    UINT32_C(0x40000000) /* some exception is set and enabled */
#define XENON_FPSCR_VX     UINT32_C(0x20000000) /* some kind of invalid operation    */
#define XENON_FPSCR_OX     UINT32_C(0x10000000)
#define XENON_FPSCR_UX     UINT32_C(0x08000000)
#define XENON_FPSCR_ZX     UINT32_C(0x04000000)
#define XENON_FPSCR_XX     UINT32_C(0x02000000)
#define XENON_FPSCR_VXSNAN UINT32_C(0x01000000)
#define XENON_FPSCR_VXISI  UINT32_C(0x00800000) /* infinity - infinity */
#define XENON_FPSCR_VXIDI  UINT32_C(0x00400000) /* infinity / infinity */
#define XENON_FPSCR_VXZDZ  UINT32_C(0x00200000) /* zero / zero         */
#define XENON_FPSCR_VXIMZ  UINT32_C(0x00100000) /* infinity * zero     */
#define XENON_FPSCR_VXVC   UINT32_C(0x00080000) /* ordered compare     */
#define XENON_FPSCR_FR     UINT32_C(0x00040000) /* rounded up          */
#define XENON_FPSCR_FI     UINT32_C(0x00020000) /* inexact             */
#define XENON_FPSCR_FPRF   UINT32_C(0x0001F000) /* class of the result */
#define XENON_FPSCR_FPCC   UINT32_C(0x0000F000) /* FPRF but for C      */
#define XENON_FPSCR_VXSOFT UINT32_C(0x00000400) /* software's request  */
#define XENON_FPSCR_VXSQRT UINT32_C(0x00000200)
#define XENON_FPSCR_VXCVI  UINT32_C(0x00000100) /* conversion to integer */
#define XENON_FPSCR_VE     UINT32_C(0x00000080)
#define XENON_FPSCR_OE     UINT32_C(0x00000040)
#define XENON_FPSCR_UE     UINT32_C(0x00000020)
#define XENON_FPSCR_ZE     UINT32_C(0x00000010)
#define XENON_FPSCR_XE     UINT32_C(0x00000008)
#define XENON_FPSCR_NI     UINT32_C(0x00000004)
#define XENON_FPSCR_RN     UINT32_C(0x00000003)

/* The kinds of invalid operation; the exceptions, each of which sets FX; the bits that can be written one by one. */
#define XENON_FPSCR_VX_ANY     UINT32_C(0x01F80700)
#define XENON_FPSCR_EXCEPTIONS UINT32_C(0x1FF80700)
#define XENON_FPSCR_WRITABLE   UINT32_C(0x9FFFF7FF)
#define XENON_FPSCR_ENABLES    UINT32_C(0x000000F8)

enum { XENON_FPRF_SHIFT = 12, XENON_FPCC_UNORDERED = 1 };

/* Codes of FPRF: bit 4 is C, then less, greater, equal, unordered. */
enum xenon_fprf {
    XENON_FPRF_QNAN = 0x11,
    XENON_FPRF_INFINITY = 0x05,
    XENON_FPRF_NORMAL = 0x04,
    XENON_FPRF_DENORMAL = 0x14,
    XENON_FPRF_ZERO = 0x02,
    XENON_FPRF_MINUS_INFINITY = 0x09,
    XENON_FPRF_MINUS_NORMAL = 0x08,
    XENON_FPRF_MINUS_DENORMAL = 0x18,
    XENON_FPRF_MINUS_ZERO = 0x12,
};

static inline enum xenon_rounding xenon_fpscr_rounding(const struct xenon_context *t)
{
    return (enum xenon_rounding)(t->fpscr & XENON_FPSCR_RN);
}

/* Sets exception bits, and FX where one of them was not set before. */
static inline void xenon_fpscr_set(struct xenon_context *t, uint32_t exceptions)
{
    if (exceptions & ~t->fpscr)
        t->fpscr |= exceptions | XENON_FPSCR_FX;
}

/* FR and FI of a rounding: its status bits, in their order. */
static inline uint32_t xenon_fpscr_fr_fi(unsigned status)
{
    static_assert(XENON_FPSCR_FI == XENON_FP_INEXACT << 17 && XENON_FPSCR_FR == XENON_FP_ROUNDED_UP << 17, "one shift");
    return (status & (XENON_FP_INEXACT | XENON_FP_ROUNDED_UP)) << 17;
}

static inline void xenon_fpscr_set_fprf(struct xenon_context *t, enum xenon_fprf code)
{
    t->fpscr = (t->fpscr & ~XENON_FPSCR_FPRF) | (uint32_t)code << XENON_FPRF_SHIFT;
}

/* FPSCR with FEX and VX as the other bits make them. XX, ZX, UX, OX and VX stand above XE, ZE, UE, OE and VE. */
static inline uint32_t xenon_fpscr_summed_up(uint32_t fpscr)
{
    fpscr &= ~(XENON_FPSCR_FEX | XENON_FPSCR_VX);
    if (fpscr & XENON_FPSCR_VX_ANY)
        fpscr |= XENON_FPSCR_VX;
    if (fpscr >> 22 & fpscr & XENON_FPSCR_ENABLES)
        fpscr |= XENON_FPSCR_FEX;
    return fpscr;
}

/* CR1, where the instruction records. */
static inline void xenon_fpscr_record(struct xenon_context *t, const struct xenon_insn *in)
{
    if (in->flags & XENON_RC)
        t->cr[1] = t->fpscr >> 28;
}

/* The end of every instruction that may have changed FPSCR. What it was to write is written by then: where an enabled
 * exception forbids that, only that is left out. */
static inline enum xenon_outcome xenon_fpscr_finish(struct xenon_context *t, const struct xenon_insn *in)
{
    t->fpscr = xenon_fpscr_summed_up(t->fpscr);
    xenon_fpscr_record(t, in);
    if (t->fpscr & XENON_FPSCR_FEX && t->msr & (XENON_MSR_FE0 | XENON_MSR_FE1))
        return xenon_raise(t, XENON_PROGRAM, XENON_CAUSE_FP);
    return XENON_NEXT;
}

#endif
