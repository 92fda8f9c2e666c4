/* What is done after an instruction: what QEMU does otherwise is put into the model's registers, or not compared. */
#include "tests/conformance/isa_qemu/exceptions_parts.h"

#include <math.h>
#include <string.h>

/* Adapted. */

static void record(const struct instant *i, uint64_t result)
{
    if (i->in->flags & XENON_RC)
        i->t->cr[0] = (uint8_t)(((int64_t)result < 0 ? XENON_LT : result == 0 ? XENON_EQ : XENON_GT) | i->t->so);
}

const char *adapt_vector_dar(const struct instant *i)
{
    unsigned size = 16;
    if (i->in->op == XENON_OP_LVEBX || i->in->op == XENON_OP_STVEBX)
        size = 1;
    else if (i->in->op == XENON_OP_LVEHX || i->in->op == XENON_OP_STVEHX)
        size = 2;
    else if (i->in->op == XENON_OP_LVEWX || i->in->op == XENON_OP_STVEWX)
        size = 4;
    if (i->interrupted)
        i->t->interrupt.dar &= ~(uint64_t)(size - 1);
    return NULL;
}

/* Takes some bits of FPSCR as they are in `value`. */
static void put_fpscr(const struct instant *i, uint32_t bits, uint32_t value)
{
    i->t->fpscr = (i->t->fpscr & ~bits) | (value & bits);
    if (i->in->flags & XENON_RC)
        i->t->cr[1] = (uint8_t)(i->t->fpscr >> 28);
}

const char *adapt_compare_fi(const struct instant *i)
{
    if ((i->t->fpscr ^ i->before.fpscr) & FPSCR_FI)
        return "a comparison changes FPSCR.FI";
    if (!i->interrupted)
        put_fpscr(i, FPSCR_FI, 0);
    return NULL;
}

const char *adapt_compare_both(const struct instant *i)
{
    if (!i->interrupted || !(i->before.fpscr & FPSCR_VE) ||
        !(is_signalling(i->before.fpr_a) || is_signalling(i->before.fpr_b)))
        return NULL;
    if ((i->t->fpscr ^ i->before.fpscr) & FPSCR_VXVC)
        return "VXVC along with an enabled VXSNAN";
    put_fpscr(i, FPSCR_VXVC, FPSCR_VXVC);
    return NULL;
}

const char *adapt_compare_class(const struct instant *i)
{
    if (is_nan(i->before.fpr_a) || is_nan(i->before.fpr_b))
        put_fpscr(i, FPSCR_C, FPSCR_C);
    return NULL;
}

/* Does a conversion to an integer of so many bits not fit? */
static bool overflows(uint64_t bits, double limit, unsigned rn)
{
    double value;
    memcpy(&value, &bits, sizeof(value));
    double (*const round[])(double) = {rint, trunc, ceil, floor};
    value = round[rn](value);
    return !(value >= -limit && value < limit);
}

const char *adapt_convert_nan(const struct instant *i)
{
    if (is_nan(i->before.fpr_b) && !i->interrupted)
        i->t->fpr[i->in->d] &= UINT32_MAX;
    return NULL;
}

const char *adapt_single_class(const struct instant *i)
{
    uint64_t magnitude = i->t->fpr[i->in->d] & ~(UINT64_C(1) << 63), least_normal = UINT64_C(0x381) << 52;
    if (i->interrupted || magnitude == 0 || magnitude >= least_normal)
        return NULL;
    if (!(i->t->fpscr & FPSCR_C))
        return "a single denormal result has the class of a normal one";
    put_fpscr(i, FPSCR_C, 0);
    return NULL;
}

const char *adapt_convert_class(const struct instant *i)
{
    double limit = i->in->op == XENON_OP_FCTIW || i->in->op == XENON_OP_FCTIWZ ? 0x1p31 : 0x1p63;
    bool truncates = i->in->op == XENON_OP_FCTIWZ || i->in->op == XENON_OP_FCTIDZ;
    if (overflows(i->before.fpr_b, limit, truncates ? 1 : i->before.fpscr & FPSCR_RN) && !i->interrupted)
        put_fpscr(i, FPSCR_FPRF, FPSCR_FPRF_QNAN);
    return NULL;
}

const char *adapt_set_bit_fx(const struct instant *i)
{
    uint32_t bit = UINT32_C(0x80000000) >> i->in->d;
    if (bit & FPSCR_FX)
        return NULL;
    if (bit & FPSCR_EXCEPTIONS && !(i->before.fpscr & bit) && !(i->t->fpscr & FPSCR_FX))
        return "FPSCR.FX is not set";
    put_fpscr(i, FPSCR_FX, i->before.fpscr);
    return NULL;
}

const char *adapt_vrsave_high(const struct instant *i)
{
    enum { NUMBER = 256 };
    if (i->in->imm != NUMBER)
        return NULL;
    bool right = i->t->spr[XENON_SPR_VRSAVE] == (uint32_t)i->t->gpr[i->in->d];
    i->t->spr[XENON_SPR_VRSAVE] = i->t->gpr[i->in->d];
    return right ? NULL : "VRSAVE is not the lower word";
}

const char *adapt_mulhw_high(const struct instant *i)
{
    i->t->gpr[i->in->d] &= UINT32_MAX;
    record(i, i->t->gpr[i->in->d]);
    return NULL;
}

/* QEMU negates before it rounds, so it rounds up what should be rounded down. */
static bool is_turned(const struct instant *i)
{
    return (i->before.fpscr & FPSCR_RN) >= 2;
}

void turn_negated_rounding(const struct instant *i)
{
    if (is_turned(i))
        i->t->fpscr ^= 1;
}

const char *adapt_negated_rounding(const struct instant *i)
{
    const uint64_t sign = UINT64_C(1) << 63;
    if (!is_turned(i))
        return NULL;
    i->t->fpscr ^= 1;
    bool subtracts = i->in->op == XENON_OP_FNMSUB || i->in->op == XENON_OP_FNMSUBS;
    bool cancels = (i->before.fpr_a ^ i->before.fpr_c ^ i->before.fpr_b ^ (subtracts ? sign : 0)) & sign;
    uint64_t *result = &i->t->fpr[i->in->d];
    if (!i->interrupted && cancels && *result << 1 == 0 && !(i->t->fpscr & FPSCR_FI)) {
        *result ^= sign; /* the sign of an exact zero is right in QEMU */
        i->t->fpscr ^= FPSCR_C;
    }
    return NULL;
}

/* Not compared. */

void ignore_fr(const struct instant *i)
{
    const unsigned field = 3, bit = 13; /* where FR is */
    if (exceptions_calculates(i->in->op))
        i->notes->fpscr |= FPSCR_FR;
    else if ((i->in->op == XENON_OP_MTFSF && i->in->imm >> (7 - field) & 1) ||
             (i->in->op == XENON_OP_MTFSFI && i->in->d == field) ||
             ((i->in->op == XENON_OP_MTFSB0 || i->in->op == XENON_OP_MTFSB1) && i->in->d == bit))
        i->notes->fpscr &= ~FPSCR_FR;
}

void ignore_scalar_estimate(const struct instant *i)
{
    i->notes->fpscr |= FPSCR_FX | FPSCR_XX | FPSCR_FI;
    i->notes->cr |= i->in->flags & XENON_RC ? UINT32_C(0x08000000) : 0;
    if (!i->interrupted)
        i->notes->close_fpr |= UINT32_C(1) << i->in->d;
    i->notes->tolerance = i->in->op == XENON_OP_FRES ? 0x1p-22 : 0x1p-5;
}

void ignore_vector_estimate(const struct instant *i)
{
    i->notes->close_vr |= UINT32_C(1) << i->in->d;
    i->notes->tolerance = 0x1p-12;
}

void ignore_reserve(const struct instant *i)
{
    i->notes->reserved = i->in->op == XENON_OP_LDARX ? 8 : 4;
}

void ignore_enabled_fp(const struct instant *i)
{
    if (!i->interrupted || !exceptions_calculates(i->in->op))
        return;
    i->notes->fpscr |= FPSCR_FI | FPSCR_FPRF;
    i->notes->cr |= UINT32_C(0x0F000000);
    bool no_result =
        (i->t->fpscr & FPSCR_VX && i->t->fpscr & FPSCR_VE) || (i->t->fpscr & FPSCR_ZX && i->t->fpscr & FPSCR_ZE);
    if (!no_result && i->in->op != XENON_OP_FCMPU && i->in->op != XENON_OP_FCMPO)
        i->notes->fpr |= UINT32_C(1) << i->in->d;
}
