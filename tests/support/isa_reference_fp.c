/* The scalar estimates, with what they do to FPSCR. */
#include "tests/support/isa_reference_exact.h"
#include "tests/support/isa_reference_parts.h"

enum {
    VXSNAN = 0x01000000,
    ZX = 0x04000000,
    UX = 0x08000000,
    OX = 0x10000000,
    VX = 0x20000000,
    FEX = 0x40000000,
    FR = 0x00040000,
    FI = 0x00020000,
    FPRF = 0x0001F000,
    VXSQRT = 0x00000200,
    VE = 0x80,
    ZE = 0x10,
    NI = 0x4,
};
static const uint32_t FX = 0x80000000, invalids = 0x01F80700, exceptions = 0x1E000000;
static const uint64_t sign_bit = UINT64_C(1) << 63, infinity = UINT64_C(0x7FF0000000000000);
static const uint64_t quiet_bit = UINT64_C(0x0008000000000000), default_nan = UINT64_C(0x7FF8000000000000);

static void raise(struct isa_reference *r, uint32_t which)
{
    if (which & ~r->fpscr)
        r->fpscr |= FX;
    r->fpscr |= which;
}

/* VX and FEX are sums of others; CR1 is the top of FPSCR. */
static void finish(struct isa_reference *r, const struct isa_word *w, bool newly_enabled)
{
    r->fpscr &= ~(uint32_t)(VX | FEX);
    if (r->fpscr & invalids)
        r->fpscr |= VX;
    uint32_t raised = (r->fpscr & exceptions) >> 22 | (r->fpscr & VX ? 0x80 : 0);
    if ((raised & 0x80 && r->fpscr & 0x80) || (raised & r->fpscr & 0x78))
        r->fpscr |= FEX;
    if (w->record)
        isa_set_cr_field(r, 1, r->fpscr >> 28);
    if (newly_enabled && r->msr & ISA_MSR_FE)
        isa_interrupt(r, 0x700, ISA_CAUSE_FP, false);
}

static uint32_t class_of(uint64_t x)
{
    uint64_t size = x & ~sign_bit;
    bool negative = x & sign_bit;
    if (size > infinity)
        return 0x11;
    if (size == infinity)
        return negative ? 0x09 : 0x05;
    if (size == 0)
        return negative ? 0x12 : 0x02;
    if (size < UINT64_C(1) << 52)
        return negative ? 0x18 : 0x14;
    return negative ? 0x08 : 0x04;
}

static void deliver(struct isa_reference *r, const struct isa_word *w, uint64_t value)
{
    r->fpr[w->d] = value;
    r->fpscr = (r->fpscr & ~(uint32_t)FPRF) | class_of(value) << 12;
    r->fpscr_unknown = FR | FI;
    finish(r, w, false);
}

/* An exception whose enable is set: no result. */
static void refuse(struct isa_reference *r, const struct isa_word *w)
{
    r->fpscr &= ~(uint32_t)(FR | FI);
    finish(r, w, true);
}

static bool special_nan(struct isa_reference *r, const struct isa_word *w, uint64_t x, uint64_t keep)
{
    if ((x & ~sign_bit) <= infinity)
        return false;
    if (!(x & quiet_bit))
        raise(r, VXSNAN);
    if (!(x & quiet_bit) && r->fpscr & VE)
        refuse(r, w);
    else
        deliver(r, w, (x | quiet_bit) & keep);
    return true;
}

static bool division_by_zero(struct isa_reference *r, const struct isa_word *w, uint64_t x)
{
    if (x << 1)
        return false;
    raise(r, ZX);
    if (r->fpscr & ZE)
        refuse(r, w);
    else
        deliver(r, w, x | infinity);
    return true;
}

static uint64_t operand(const struct isa_reference *r, const struct isa_word *w)
{
    uint64_t x = r->fpr[w->b];
    bool denormal = (x & ~sign_bit) < UINT64_C(1) << 52;
    return denormal && r->fpscr & NI && r->settings.ni_inputs_flush ? x & sign_bit : x;
}

INSTRUCTION(frsqrte)
{
    static const uint8_t table[16] = {241, 216, 192, 168, 152, 136, 128, 112, 96, 76, 60, 48, 32, 24, 16, 8};
    uint64_t x = operand(r, w);
    if (r->settings.estimates_exact) {
        r->unmodelled = true; /* to which precision is nowhere said */
        return;
    }
    if (special_nan(r, w, x, UINT64_MAX) || division_by_zero(r, w, x))
        return;
    if (x & sign_bit) {
        raise(r, VXSQRT);
        if (r->fpscr & VE)
            refuse(r, w);
        else
            deliver(r, w, default_nan);
        return;
    }
    if (x == infinity) {
        deliver(r, w, 0);
        return;
    }
    int exponent = (int)(x >> 52);
    uint64_t fraction = x << 12; /* its top bit at the top */
    if (exponent == 0) {
        exponent = 1;
        for (bool out = false; !out; exponent--) {
            out = fraction >> 63;
            fraction <<= 1;
        }
    }
    unsigned index = ((unsigned)exponent & 1) * 8 + (unsigned)(fraction >> 61);
    int above = exponent - 1023;
    int halved = (above - (above & 1)) / 2;
    deliver(r, w, (uint64_t)(1022 - halved) << 52 | (uint64_t)table[index ^ 8] << 44);
}

INSTRUCTION(fres)
{
    uint64_t x = operand(r, w);
    if (r->fpscr & NI && r->settings.ni_inputs_flush && (x & ~sign_bit) < UINT64_C(0x3810000000000000)) {
        r->unmodelled = true; /* does an operand that is denormal as a single alone count as one? */
        return;
    }
    if (special_nan(r, w, x, ~UINT64_C(0x1FFFFFFF)) || division_by_zero(r, w, x))
        return;
    if ((x & ~sign_bit) == infinity) {
        deliver(r, w, x & sign_bit);
        return;
    }
    mpq_t value, scale;
    mpq_inits(value, scale, NULL);
    exact_get(value, &exact_double, x);
    mpq_inv(value, value);
    bool tiny = exact_is_tiny(value, &exact_single);
    static const enum exact_mode modes[4] = {EXACT_NEAREST, EXACT_ZERO, EXACT_PLUS, EXACT_MINUS};
    uint32_t rounded = (uint32_t)exact_round(value, x >> 63, &exact_single, modes[r->fpscr & 3]);
    mpq_clears(value, scale, NULL);
    /* too large or too small: flags and scaled results are open */
    uint64_t limit = rounded & 0x7FFFFFFF;
    if (tiny || limit >= 0x7F7FFFFF) {
        r->unmodelled = true;
        return;
    }
    r->bound = r->settings.reciprocals_coarse ? ISA_RECIPROCAL_COARSE : ISA_EXACT;
    deliver(r, w, isa_single_to_double(rounded));
    r->fpscr_unknown |= 0x02000000; /* XX */
}
