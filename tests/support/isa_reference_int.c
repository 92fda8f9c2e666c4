/* Integer instructions, in both modes. A 32-bit mode concerns the carry, the overflow and CR0 alone: results have all
 * of their 64 bits. */
#include "tests/support/isa_reference_parts.h"

typedef unsigned __int128 wide;

#define RS    r->gpr[w->d]
#define RA    r->gpr[w->a]
#define RB    r->gpr[w->b]
#define SIMM  ((uint64_t)isa_sign_extend(isa_bits(w->bits, 16, 31), 16))
#define UIMM  ((uint64_t)isa_bits(w->bits, 16, 31))
#define CARRY ((uint64_t)(r->xer >> 29 & 1))
#define OE    isa_bits(w->bits, 21, 21)

static unsigned compare(struct isa_reference *r, bool less, bool greater)
{
    return (less ? 8U : greater ? 4U : 2U) | r->xer >> 31;
}

static unsigned compare_signed(struct isa_reference *r, int64_t a, int64_t b)
{
    return compare(r, a<b, a> b);
}

static void record(struct isa_reference *r, uint64_t value)
{
    isa_set_cr_field(r, 0, compare_signed(r, isa_is_64(r) ? (int64_t)value : (int32_t)(uint32_t)value, 0));
}

static void set_carry(struct isa_reference *r, bool carry)
{
    r->xer = (r->xer & ~ISA_XER_CA) | (carry ? ISA_XER_CA : 0);
}

static void set_overflow(struct isa_reference *r, bool overflow)
{
    r->xer = (r->xer & ~ISA_XER_OV) | (overflow ? ISA_XER_OV | ISA_XER_SO : 0);
}

/* a + b + carry as numbers of the mode's width: whether it carries out, and whether a signed sum overflows. */
static bool carries(struct isa_reference *r, uint64_t a, uint64_t b, uint64_t carry)
{
    wide limit = (wide)1 << (isa_is_64(r) ? 64 : 32);
    return a % limit + b % limit + carry >= limit;
}

static bool overflows(struct isa_reference *r, uint64_t a, uint64_t b, uint64_t carry)
{
    unsigned width = isa_is_64(r) ? 64 : 32;
    __int128 sum = (__int128)isa_sign_extend(a, width) + isa_sign_extend(b, width) + (__int128)carry;
    return sum != isa_sign_extend((uint64_t)sum, width);
}

static void finish(struct isa_reference *r, const struct isa_word *w, unsigned target, uint64_t value)
{
    r->gpr[target] = value;
    if (w->record)
        record(r, value);
}

static void add(struct isa_reference *r, const struct isa_word *w, uint64_t a, uint64_t b, uint64_t carry,
                bool sets_carry)
{
    bool overflow = overflows(r, a, b, carry);
    if (sets_carry)
        set_carry(r, carries(r, a, b, carry));
    if (OE)
        set_overflow(r, overflow);
    finish(r, w, w->d, a + b + carry);
}

DOES(add, add(r, w, RA, RB, 0, false))
DOES(addc, add(r, w, RA, RB, 0, true))
DOES(adde, add(r, w, RA, RB, CARRY, true))
DOES(addme, add(r, w, RA, UINT64_MAX, CARRY, true))
DOES(addze, add(r, w, RA, 0, CARRY, true))
DOES(subf, add(r, w, ~RA, RB, 1, false))
DOES(subfc, add(r, w, ~RA, RB, 1, true))
DOES(subfe, add(r, w, ~RA, RB, CARRY, true))
DOES(subfme, add(r, w, ~RA, UINT64_MAX, CARRY, true))
DOES(subfze, add(r, w, ~RA, 0, CARRY, true))
DOES(neg, add(r, w, ~RA, 0, 1, false))
DOES(addi, RS = (w->a ? RA : 0) + SIMM)
DOES(addis, RS = (w->a ? RA : 0) + (SIMM << 16))

INSTRUCTION(addic)
{
    set_carry(r, carries(r, RA, SIMM, 0));
    RS = RA + SIMM;
}

INSTRUCTION(addic_dot)
{
    isa_reference_addic(r, w);
    record(r, RS);
}

INSTRUCTION(subfic)
{
    set_carry(r, carries(r, ~RA, SIMM, 1));
    RS = ~RA + SIMM + 1;
}

DOES(mulli, RS = RA * SIMM)

INSTRUCTION(mulld)
{
    __int128 product = (__int128)(int64_t)RA * (int64_t)RB;
    if (OE)
        set_overflow(r, product != (int64_t)(uint64_t)product);
    finish(r, w, w->d, (uint64_t)product);
}

INSTRUCTION(mullw)
{
    int64_t product = isa_sign_extend(RA, 32) * isa_sign_extend(RB, 32);
    if (OE)
        set_overflow(r, product != isa_sign_extend((uint64_t)product, 32));
    finish(r, w, w->d, (uint64_t)product);
}

DOES(mulhd, finish(r, w, w->d, (uint64_t)((wide)((__int128)(int64_t)RA *(int64_t)RB) >> 64)))
DOES(mulhdu, finish(r, w, w->d, (uint64_t)((wide)RA *RB >> 64)))

static uint64_t high_word(struct isa_reference *r, uint64_t product, bool is_signed)
{
    uint64_t high = product >> 32;
    if (r->settings.mulhw_high_repeated)
        return high << 32 | high;
    return is_signed ? (uint64_t)isa_sign_extend(high, 32) : high;
}

DOES(mulhw, finish(r, w, w->d, high_word(r, (uint64_t)(isa_sign_extend(RA, 32) * isa_sign_extend(RB, 32)), true)))
DOES(mulhwu, finish(r, w, w->d, high_word(r, (RA & UINT32_MAX) * (RB & UINT32_MAX), false)))

/* A quotient, or what stands for one that there is not. */
static void divided(struct isa_reference *r, const struct isa_word *w, bool valid, uint64_t quotient)
{
    if (OE)
        set_overflow(r, !valid);
    if (!valid)
        quotient = r->settings.divide_invalid_dividend ? RA : 0;
    finish(r, w, w->d, quotient);
}

static uint64_t word_quotient(struct isa_reference *r, uint64_t quotient, bool is_signed)
{
    return is_signed && r->settings.divw_high_sign ? (uint64_t)isa_sign_extend(quotient, 32) : quotient & UINT32_MAX;
}

INSTRUCTION(divd)
{
    bool valid = RB != 0 && !(RA == UINT64_C(1) << 63 && RB == UINT64_MAX);
    divided(r, w, valid, valid ? (uint64_t)((int64_t)RA / (int64_t)RB) : 0);
}

DOES(divdu, divided(r, w, RB != 0, RB ? RA / RB : 0))

INSTRUCTION(divw)
{
    int64_t a = isa_sign_extend(RA, 32), b = isa_sign_extend(RB, 32);
    bool valid = b != 0 && !(a == INT32_MIN && b == -1);
    if (!valid && r->settings.divide_invalid_dividend) {
        if (OE)
            set_overflow(r, true);
        finish(r, w, w->d, word_quotient(r, RA, true));
        return;
    }
    divided(r, w, valid, valid ? word_quotient(r, (uint64_t)(a / b), true) : 0);
}

INSTRUCTION(divwu)
{
    uint64_t a = RA & UINT32_MAX, b = RB & UINT32_MAX;
    if (!b && r->settings.divide_invalid_dividend) {
        if (OE)
            set_overflow(r, true);
        finish(r, w, w->d, a);
        return;
    }
    divided(r, w, b != 0, b ? a / b : 0);
}

/* The width of a comparison is the instruction's, whatever the mode. */
static bool long_compare(const struct isa_word *w)
{
    return isa_bits(w->bits, 10, 10);
}

static void compare_any(struct isa_reference *r, const struct isa_word *w, uint64_t b, bool is_signed)
{
    unsigned width = long_compare(w) ? 64 : 32, field = isa_bits(w->bits, 6, 8);
    uint64_t a = RA, mask = width == 64 ? UINT64_MAX : UINT32_MAX;
    if (is_signed)
        isa_set_cr_field(r, field, compare_signed(r, isa_sign_extend(a, width), isa_sign_extend(b, width)));
    else
        isa_set_cr_field(r, field, compare(r, (a & mask) < (b & mask), (a & mask) > (b & mask)));
}

DOES(cmpi, compare_any(r, w, SIMM, true))
DOES(cmpli, compare_any(r, w, UIMM, false))
DOES(cmp, compare_any(r, w, RB, true))
DOES(cmpl, compare_any(r, w, RB, false))
DOES(ori, RA = RS | UIMM)
DOES(oris, RA = RS | UIMM << 16)
DOES(xori, RA = RS ^ UIMM)
DOES(xoris, RA = RS ^ UIMM << 16)

INSTRUCTION(andi_dot)
{
    RA = RS & UIMM;
    record(r, RA);
}

INSTRUCTION(andis_dot)
{
    RA = RS & UIMM << 16;
    record(r, RA);
}

DOES(and, finish(r, w, w->a, RS &RB))
DOES(andc, finish(r, w, w->a, RS & ~RB))
DOES(eqv, finish(r, w, w->a, ~(RS ^ RB)))
DOES(nand, finish(r, w, w->a, ~(RS &RB)))
DOES(nor, finish(r, w, w->a, ~(RS | RB)))
DOES(or, finish(r, w, w->a, RS | RB))
DOES(orc, finish(r, w, w->a, RS | ~RB))
DOES(xor, finish(r, w, w->a, RS ^ RB))

static uint64_t leading_zeros(uint64_t value, unsigned width)
{
    uint64_t count = 0;
    while (count < width && !(value >> (width - 1 - count) & 1))
        count++;
    return count;
}

DOES(cntlzd, finish(r, w, w->a, leading_zeros(RS, 64)))
DOES(cntlzw, finish(r, w, w->a, leading_zeros(RS, 32)))
DOES(extsb, finish(r, w, w->a, (uint64_t)isa_sign_extend(RS, 8)))
DOES(extsh, finish(r, w, w->a, (uint64_t)isa_sign_extend(RS, 16)))
DOES(extsw, finish(r, w, w->a, (uint64_t)isa_sign_extend(RS, 32)))
DOES(sld, finish(r, w, w->a, (uint64_t)((RB & 127) < 64 ? (wide)RS << (RB & 127) : 0)))
DOES(slw, finish(r, w, w->a, RS << (RB & 63) & (RB & 32 ? 0 : UINT32_MAX)))
DOES(srd, finish(r, w, w->a, (uint64_t)((wide)RS >> (RB & 127))))
DOES(srw, finish(r, w, w->a, (RS & UINT32_MAX) >> (RB & 63)))

/* CA says that a negative number lost ones. */
static void shift_right_signed(struct isa_reference *r, const struct isa_word *w, unsigned width, unsigned count)
{
    __int128 value = isa_sign_extend(RS, width), result = value;
    bool lost = false;
    for (unsigned i = 0; i < count; i++) {
        lost |= result & 1;
        result = (result - (result & 1)) / 2;
    }
    set_carry(r, value < 0 && lost);
    finish(r, w, w->a, (uint64_t)result);
}

DOES(srad, shift_right_signed(r, w, 64, RB & 127))
DOES(sraw, shift_right_signed(r, w, 32, RB & 63))
DOES(srawi, shift_right_signed(r, w, 32, w->b))
DOES(sradi, shift_right_signed(r, w, 64, isa_bits(w->bits, 30, 30) << 5 | w->b))

/* Ones from bit first to bit last, around the end if last is before first. */
static uint64_t mask(unsigned first, unsigned last)
{
    uint64_t ones = 0;
    for (unsigned i = first;; i = (i + 1) % 64) {
        ones |= UINT64_C(1) << (63 - i);
        if (i == last)
            return ones;
    }
}

static uint64_t rotate(uint64_t value, uint64_t count)
{
    for (; count; count--)
        value = value << 1 | value >> 63;
    return value;
}

static uint64_t rotate_word(uint64_t value, uint64_t count)
{
    value &= UINT32_MAX;
    return rotate(value | value << 32, count);
}

#define MB32 (isa_bits(w->bits, 21, 25) + 32)
#define ME32 (isa_bits(w->bits, 26, 30) + 32)
#define SH64 (isa_bits(w->bits, 30, 30) << 5 | w->b)
#define MB64 (isa_bits(w->bits, 26, 26) << 5 | isa_bits(w->bits, 21, 25))

INSTRUCTION(rlwimi)
{
    uint64_t m = mask(MB32, ME32);
    finish(r, w, w->a, (rotate_word(RS, w->b) & m) | (RA & ~m));
}

DOES(rlwinm, finish(r, w, w->a, rotate_word(RS, w->b) & mask(MB32, ME32)))
DOES(rlwnm, finish(r, w, w->a, rotate_word(RS, RB & 31) & mask(MB32, ME32)))
DOES(rldicl, finish(r, w, w->a, rotate(RS, SH64) & mask(MB64, 63)))
DOES(rldicr, finish(r, w, w->a, rotate(RS, SH64) & mask(0, MB64)))
DOES(rldic, finish(r, w, w->a, rotate(RS, SH64) & mask(MB64, 63 - SH64)))
DOES(rldcl, finish(r, w, w->a, rotate(RS, RB & 63) & mask(MB64, 63)))
DOES(rldcr, finish(r, w, w->a, rotate(RS, RB & 63) & mask(0, MB64)))

INSTRUCTION(rldimi)
{
    uint64_t m = mask(MB64, 63 - SH64);
    finish(r, w, w->a, (rotate(RS, SH64) & m) | (RA & ~m));
}

static uint32_t field_mask(const struct isa_word *w)
{
    uint32_t ones = 0;
    for (unsigned i = 0; i < 8; i++)
        if (isa_bits(w->bits, 12 + i, 12 + i))
            ones |= UINT32_C(0xF0000000) >> 4 * i;
    return ones;
}

DOES(mfcr, RS = r->cr)
DOES(mfocrf, RS = r->cr & field_mask(w))
DOES(mtcrf, r->cr = (r->cr & ~field_mask(w)) | ((uint32_t)RS & field_mask(w)))
DOES(mtocrf, isa_reference_mtcrf(r, w))

INSTRUCTION(mcrxr)
{
    if (r->settings.mcrxr_illegal) {
        isa_interrupt(r, 0x700, ISA_CAUSE_ILLEGAL, false);
        return;
    }
    isa_set_cr_field(r, isa_bits(w->bits, 6, 8), r->xer >> 28);
    r->xer &= 0x0FFFFFFF;
}
