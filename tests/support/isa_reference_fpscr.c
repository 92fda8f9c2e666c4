#include "tests/support/isa_reference_fpscr.h"

void isa_raise(struct isa_reference *r, uint32_t exceptions)
{
    if (exceptions & ~r->fpscr)
        r->fpscr |= ISA_FX;
    r->fpscr |= exceptions;
}

static uint32_t with_sums(uint32_t fpscr)
{
    fpscr &= ~(ISA_VX | ISA_FEX);
    if (fpscr & ISA_INVALID)
        fpscr |= ISA_VX;
    /* VX OX UX ZX XX stand in the order of VE OE UE ZE XE */
    if (fpscr >> 22 & fpscr & 0xF8)
        fpscr |= ISA_FEX;
    return fpscr;
}

void isa_finish_fp(struct isa_reference *r, const struct isa_word *w)
{
    r->fpscr = with_sums(r->fpscr);
    if (w->record)
        isa_set_cr_field(r, 1, r->fpscr >> 28);
    if (r->fpscr & ISA_FEX && r->msr & ISA_MSR_FE)
        isa_interrupt(r, 0x700, ISA_CAUSE_FP, false);
}

uint64_t isa_operand(const struct isa_reference *r, unsigned number)
{
    uint64_t x = r->fpr[number];
    bool denormal = (x & ~ISA_SIGN) < UINT64_C(1) << 52;
    return denormal && r->fpscr & ISA_NI && r->settings.ni_inputs_flush ? x & ISA_SIGN : x;
}

static uint32_t class_of(uint64_t x)
{
    uint64_t size = x & ~ISA_SIGN;
    bool negative = x & ISA_SIGN;
    if (size > ISA_INFINITY)
        return 0x11;
    if (size == ISA_INFINITY)
        return negative ? 0x09 : 0x05;
    if (size == 0)
        return negative ? 0x12 : 0x02;
    if (size < UINT64_C(1) << 52)
        return negative ? 0x18 : 0x14;
    return negative ? 0x08 : 0x04;
}

static bool is_single(const struct isa_word *w)
{
    return w->bits >> 26 == 59 || (w->bits & 0xFC0007FE) == 0xFC000018; /* frsp */
}

void isa_deliver(struct isa_reference *r, const struct isa_word *w, uint64_t value, bool rounded_up, bool inexact)
{
    uint32_t class = class_of(value);
    /* of a single the class says whether it is denormal as a single */
    if (is_single(w) && (class == 0x04 || class == 0x08) && (value & ~ISA_SIGN) < UINT64_C(0x3810000000000000))
        class |= 0x10;
    r->fpr[w->d] = value;
    r->fpscr &= ~(ISA_FPRF | ISA_FR | ISA_FI);
    r->fpscr |= class << 12 | (rounded_up ? ISA_FR : 0) | (inexact ? ISA_FI : 0);
    isa_finish_fp(r, w);
}

static void refuse(struct isa_reference *r, const struct isa_word *w)
{
    r->fpscr &= ~(ISA_FR | ISA_FI);
    isa_finish_fp(r, w);
}

void isa_invalid(struct isa_reference *r, const struct isa_word *w, uint32_t exceptions, uint64_t value)
{
    isa_raise(r, exceptions);
    if (exceptions && r->fpscr & ISA_VE)
        refuse(r, w);
    else
        isa_deliver(r, w, value, false, false);
}

void isa_division_by_zero(struct isa_reference *r, const struct isa_word *w, uint64_t value)
{
    isa_raise(r, ISA_ZX);
    if (r->fpscr & ISA_ZE)
        refuse(r, w);
    else
        isa_deliver(r, w, value, false, false);
}

/* Moves between FPSCR and the other registers. */

INSTRUCTION(mffs)
{
    r->fpr[w->d] = (r->settings.mffs_high_nan_box ? UINT64_C(0xFFF8000000000000) : 0) | r->fpscr;
    isa_finish_fp(r, w);
}

INSTRUCTION(mcrfs)
{
    unsigned from = isa_bits(w->bits, 11, 13);
    uint32_t field = UINT32_C(15) << (28 - 4 * from);
    isa_set_cr_field(r, isa_bits(w->bits, 6, 8), (r->fpscr & field) >> (28 - 4 * from));
    r->fpscr &= ~(field & (ISA_FX | ISA_EXCEPTION));
    struct isa_word plain = *w; /* it has no record bit */
    plain.record = false;
    isa_finish_fp(r, &plain);
}

/* Bits 1 and 2 are sums and cannot be written; bit 20 is not there. */
static void set_fpscr(struct isa_reference *r, const struct isa_word *w, uint32_t value, uint32_t which)
{
    which &= ~(ISA_FEX | ISA_VX | UINT32_C(0x800));
    r->fpscr = (r->fpscr & ~which) | (value & which);
    isa_finish_fp(r, w);
}

DOES(mtfsb0, set_fpscr(r, w, 0, UINT32_C(0x80000000) >> w->d))

INSTRUCTION(mtfsb1)
{
    uint32_t bit = UINT32_C(0x80000000) >> w->d;
    isa_raise(r, bit & ISA_EXCEPTION);
    set_fpscr(r, w, bit, bit);
}

INSTRUCTION(mtfsfi)
{
    unsigned shift = 28 - 4 * isa_bits(w->bits, 6, 8);
    set_fpscr(r, w, isa_bits(w->bits, 16, 19) << shift, UINT32_C(15) << shift);
}

INSTRUCTION(mtfsf)
{
    uint32_t which = 0;
    for (unsigned i = 0; i < 8; i++)
        if (isa_bits(w->bits, 7 + i, 7 + i))
            which |= UINT32_C(0xF0000000) >> 4 * i;
    set_fpscr(r, w, (uint32_t)r->fpr[w->b], which);
}

/* Moves of bits: FPSCR stays as it is. */

static void move(struct isa_reference *r, const struct isa_word *w, uint64_t value)
{
    r->fpr[w->d] = value;
    isa_finish_fp(r, w);
}

DOES(fmr, move(r, w, r->fpr[w->b]))
DOES(fneg, move(r, w, r->fpr[w->b] ^ ISA_SIGN))
DOES(fabs, move(r, w, r->fpr[w->b] & ~ISA_SIGN))
DOES(fnabs, move(r, w, r->fpr[w->b] | ISA_SIGN))

INSTRUCTION(fsel)
{
    uint64_t a = r->fpr[w->a];
    bool not_negative = !isa_is_nan(a) && (!(a & ISA_SIGN) || isa_is_zero(a));
    move(r, w, not_negative ? r->fpr[w->c] : r->fpr[w->b]);
}
