/* Scalar floating-point arithmetic, conversions, compares and estimates. */
#include "tests/support/isa_reference_fpscr.h"

/* The instructions of primary opcode 59 and frsp round to single. */
static bool rounds_to_single(const struct isa_word *w)
{
    return w->bits >> 26 == 59 || (w->bits & 0xFC0007FE) == 0xFC000018;
}

/* What is left in FPSCR where NI made a result zero is not known. */
static void flushed(struct isa_reference *r, const struct isa_word *w)
{
    r->fpscr_unknown = ISA_FX | ISA_UX | ISA_XX | ISA_FR | ISA_FI;
    if (w->record || r->fpscr & 0x28) /* it shows in CR1, or it may interrupt */
        r->unmodelled = true;
}

/* A result that is out of range while its exception is enabled: of the format's precision, with its exponent moved
 * already. Singles then need not be singles. */
static uint64_t scaled(struct isa_reference *r, mpq_t value, const struct exact_format *format)
{
    const struct exact_format unbounded = {format->precision, -8000, 8000, 64};
    mpq_t rounded;
    mpq_init(rounded);
    exact_round_value(rounded, value, &unbounded, isa_rounding(r));
    uint64_t bits = exact_round(rounded, false, &exact_double, EXACT_ZERO);
    exact_get(value, &exact_double, bits);
    /* operands of a single operation that were far from singles */
    if (mpq_cmp(value, rounded) != 0 || exact_is_tiny(rounded, &exact_double))
        r->unmodelled = true;
    mpq_clear(rounded);
    return bits;
}

/* An exact result other than through an invalid operation; a zero's sign is the caller's. */
static void round_and_deliver(struct isa_reference *r, const struct isa_word *w, mpq_t value, bool negative_zero,
                              bool negate)
{
    bool single = rounds_to_single(w);
    const struct exact_format *format = single ? &exact_single : &exact_double;
    const struct exact_format unbounded = {format->precision, -8000, 8000, 64};
    const long scale = single ? 192 : 1536;
    enum exact_mode mode = isa_rounding(r);
    uint64_t bits;
    mpq_t exact, delivered;
    mpq_inits(exact, delivered, NULL);

    bool tiny = exact_is_tiny(value, format), ni = r->fpscr & ISA_NI;
    if (tiny && ni && !r->settings.ni_result_after_rounding) {
        negative_zero = mpq_sgn(value) < 0;
        mpq_set_ui(value, 0, 1);
        flushed(r, w);
        tiny = false;
    }
    exact_round_value(delivered, value, &unbounded, mode);
    bool large = mpq_sgn(value) != 0 && exact_exponent(delivered) > format->most;
    bool is_scaled = (tiny && r->fpscr & ISA_UE) || (large && r->fpscr & ISA_OE);
    if (is_scaled) {
        isa_raise(r, tiny ? ISA_UX : ISA_OX);
        exact_scale(value, tiny ? scale : -scale);
        mpq_set(exact, value);
        bits = scaled(r, value, format);
        mpq_set(delivered, value);
    } else {
        mpq_set(exact, value);
        bits = exact_round(value, negative_zero, format, mode);
        if (large) {
            isa_raise(r, ISA_OX);
            r->fpscr_unknown |= ISA_FR;
        } else {
            exact_get(delivered, format, bits);
        }
        if (single)
            bits = isa_single_to_double((uint32_t)bits);
    }
    bool inexact = large && !is_scaled, up;
    inexact |= mpq_cmp(delivered, exact) != 0;
    mpq_abs(delivered, delivered);
    mpq_abs(exact, exact);
    up = inexact && mpq_cmp(delivered, exact) > 0;
    mpq_clears(exact, delivered, NULL);

    if (tiny && ni) { /* after rounding */
        if ((bits & ~ISA_SIGN) < (single ? UINT64_C(0x3810000000000000) : UINT64_C(0x0010000000000000)))
            bits &= ISA_SIGN;
        flushed(r, w);
    }
    if (inexact)
        isa_raise(r, ISA_XX | (tiny ? ISA_UX : 0));
    isa_deliver(r, w, negate ? bits ^ ISA_SIGN : bits, up, inexact);
    if (is_scaled) /* a normal number, wherever it lies */
        r->fpscr &= ~UINT32_C(0x10000);
}

/* Whether an operand that would be denormal as a single, in an instruction that rounds to single, counts as denormal is
 * said nowhere. */
static void doubt(struct isa_reference *r, const struct isa_word *w, uint64_t x)
{
    if (rounds_to_single(w) && r->fpscr & ISA_NI && r->settings.ni_inputs_flush && !isa_is_zero(x) &&
        (x & ~ISA_SIGN) < UINT64_C(0x3810000000000000))
        r->unmodelled = true;
}

static uint64_t operand(struct isa_reference *r, const struct isa_word *w, unsigned number)
{
    doubt(r, w, r->fpr[number]);
    return isa_operand(r, number);
}

/* The operand NaN that is the result: of FRA, FRB, FRC the first. */
static uint64_t propagated(const struct isa_word *w, uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t nan = isa_is_nan(a) ? a : isa_is_nan(b) ? b : c;
    return (nan | ISA_QUIET) & (rounds_to_single(w) ? ~UINT64_C(0x1FFFFFFF) : UINT64_MAX);
}

static uint32_t signalling(uint64_t a, uint64_t b, uint64_t c)
{
    return isa_is_signalling(a) || isa_is_signalling(b) || isa_is_signalling(c) ? ISA_VXSNAN : 0;
}

static void add(struct isa_reference *r, const struct isa_word *w, uint64_t b_sign)
{
    uint64_t a = operand(r, w, w->a), b = operand(r, w, w->b);
    if (isa_is_nan(a) || isa_is_nan(b)) {
        isa_invalid(r, w, signalling(a, b, 0), propagated(w, a, b, 0));
        return;
    }
    b ^= b_sign;
    if (isa_is_infinite(a) && isa_is_infinite(b) && a != b) {
        isa_invalid(r, w, ISA_VXISI, ISA_NAN);
    } else if (isa_is_infinite(a) || isa_is_infinite(b)) {
        isa_deliver(r, w, isa_is_infinite(a) ? a : b, false, false);
    } else {
        mpq_t x, y;
        mpq_inits(x, y, NULL);
        exact_get(x, &exact_double, a);
        exact_get(y, &exact_double, b);
        mpq_add(x, x, y);
        bool same_zeros = isa_is_zero(a) && a == b;
        round_and_deliver(r, w, x, same_zeros ? a >> 63 : isa_rounding(r) == EXACT_MINUS, false);
        mpq_clears(x, y, NULL);
    }
}

static void multiply(struct isa_reference *r, const struct isa_word *w)
{
    uint64_t a = operand(r, w, w->a), c = operand(r, w, w->c), sign = (a ^ c) & ISA_SIGN;
    if (isa_is_nan(a) || isa_is_nan(c)) {
        isa_invalid(r, w, signalling(a, 0, c), propagated(w, a, 0, c));
    } else if ((isa_is_infinite(a) && isa_is_zero(c)) || (isa_is_zero(a) && isa_is_infinite(c))) {
        isa_invalid(r, w, ISA_VXIMZ, ISA_NAN);
    } else if (isa_is_infinite(a) || isa_is_infinite(c)) {
        isa_deliver(r, w, sign | ISA_INFINITY, false, false);
    } else {
        mpq_t x, y;
        mpq_inits(x, y, NULL);
        exact_get(x, &exact_double, a);
        exact_get(y, &exact_double, c);
        mpq_mul(x, x, y);
        round_and_deliver(r, w, x, sign, false);
        mpq_clears(x, y, NULL);
    }
}

static void divide(struct isa_reference *r, const struct isa_word *w)
{
    uint64_t a = operand(r, w, w->a), b = operand(r, w, w->b), sign = (a ^ b) & ISA_SIGN;
    if (isa_is_nan(a) || isa_is_nan(b)) {
        isa_invalid(r, w, signalling(a, b, 0), propagated(w, a, b, 0));
    } else if (isa_is_infinite(a) && isa_is_infinite(b)) {
        isa_invalid(r, w, ISA_VXIDI, ISA_NAN);
    } else if (isa_is_zero(a) && isa_is_zero(b)) {
        isa_invalid(r, w, ISA_VXZDZ, ISA_NAN);
    } else if (isa_is_infinite(a)) {
        isa_deliver(r, w, sign | ISA_INFINITY, false, false);
    } else if (isa_is_zero(b)) {
        isa_division_by_zero(r, w, sign | ISA_INFINITY);
    } else if (isa_is_infinite(b)) {
        isa_deliver(r, w, sign, false, false);
    } else {
        mpq_t x, y;
        mpq_inits(x, y, NULL);
        exact_get(x, &exact_double, a);
        exact_get(y, &exact_double, b);
        mpq_div(x, x, y);
        round_and_deliver(r, w, x, sign, false);
        mpq_clears(x, y, NULL);
    }
}

static void root(struct isa_reference *r, const struct isa_word *w)
{
    uint64_t b = operand(r, w, w->b);
    if (isa_is_nan(b)) {
        isa_invalid(r, w, signalling(0, b, 0), propagated(w, 0, b, 0));
    } else if (isa_is_zero(b)) {
        isa_deliver(r, w, b, false, false);
    } else if (b & ISA_SIGN) {
        isa_invalid(r, w, ISA_VXSQRT, ISA_NAN);
    } else if (isa_is_infinite(b)) {
        isa_deliver(r, w, b, false, false);
    } else {
        mpq_t x;
        mpq_init(x);
        exact_get(x, &exact_double, b);
        exact_root(x, x);
        round_and_deliver(r, w, x, false, false);
        mpq_clear(x);
    }
}

/* FRA * FRC + FRB, one rounding; the signs of the addend and of the result may be turned. */
static void multiply_add(struct isa_reference *r, const struct isa_word *w, uint64_t b_sign, bool negate)
{
    uint64_t a = operand(r, w, w->a), b = operand(r, w, w->b), c = operand(r, w, w->c);
    bool no_product = (isa_is_infinite(a) && isa_is_zero(c)) || (isa_is_zero(a) && isa_is_infinite(c));
    uint32_t invalid = signalling(a, b, c) | (no_product ? ISA_VXIMZ : 0);
    if (isa_is_nan(a) || isa_is_nan(b) || isa_is_nan(c)) {
        isa_invalid(r, w, invalid, propagated(w, a, b, c));
        return;
    }
    if (no_product) {
        isa_invalid(r, w, invalid, ISA_NAN);
        return;
    }
    b ^= b_sign;
    uint64_t sign = (a ^ c) & ISA_SIGN, turn = negate ? ISA_SIGN : 0;
    bool infinite = isa_is_infinite(a) || isa_is_infinite(c);
    if (infinite && isa_is_infinite(b) && (sign ^ b) & ISA_SIGN) {
        isa_invalid(r, w, ISA_VXISI, ISA_NAN);
    } else if (infinite || isa_is_infinite(b)) {
        isa_deliver(r, w, (infinite ? sign | ISA_INFINITY : b) ^ turn, false, false);
    } else {
        mpq_t x, y;
        mpq_inits(x, y, NULL);
        exact_get(x, &exact_double, a);
        exact_get(y, &exact_double, c);
        mpq_mul(x, x, y);
        bool same_zeros = mpq_sgn(x) == 0 && isa_is_zero(b) && sign == (b & ISA_SIGN);
        exact_get(y, &exact_double, b);
        mpq_add(x, x, y);
        round_and_deliver(r, w, x, same_zeros ? sign != 0 : isa_rounding(r) == EXACT_MINUS, negate);
        mpq_clears(x, y, NULL);
    }
}

DOES(fadd, add(r, w, 0))
DOES(fadds, add(r, w, 0))
DOES(fsub, add(r, w, ISA_SIGN))
DOES(fsubs, add(r, w, ISA_SIGN))
DOES(fmul, multiply(r, w))
DOES(fmuls, multiply(r, w))
DOES(fdiv, divide(r, w))
DOES(fdivs, divide(r, w))
DOES(fsqrt, root(r, w))
DOES(fsqrts, root(r, w))
DOES(fmadd, multiply_add(r, w, 0, false))
DOES(fmadds, multiply_add(r, w, 0, false))
DOES(fmsub, multiply_add(r, w, ISA_SIGN, false))
DOES(fmsubs, multiply_add(r, w, ISA_SIGN, false))
DOES(fnmadd, multiply_add(r, w, 0, true))
DOES(fnmadds, multiply_add(r, w, 0, true))
DOES(fnmsub, multiply_add(r, w, ISA_SIGN, true))
DOES(fnmsubs, multiply_add(r, w, ISA_SIGN, true))

INSTRUCTION(frsp)
{
    uint64_t b = operand(r, w, w->b);
    if (isa_is_nan(b)) {
        isa_invalid(r, w, signalling(0, b, 0), propagated(w, 0, b, 0));
    } else if (isa_is_infinite(b)) {
        isa_deliver(r, w, b, false, false);
    } else {
        mpq_t x;
        mpq_init(x);
        exact_get(x, &exact_double, b);
        round_and_deliver(r, w, x, b >> 63, false);
        mpq_clear(x);
    }
}

INSTRUCTION(fcfid)
{
    mpq_t x;
    mpq_init(x);
    mpq_set_si(x, (int64_t)r->fpr[w->b], 1);
    round_and_deliver(r, w, x, false, false);
    mpq_clear(x);
}

/* To an integer of so many bits; the class of the result is left open. */
static void to_integer(struct isa_reference *r, const struct isa_word *w, unsigned width, enum exact_mode mode)
{
    uint64_t b = operand(r, w, w->b), most = (UINT64_C(1) << (width - 1)) - 1, integer;
    uint32_t invalid = signalling(0, b, 0);
    bool up = false, inexact = false;
    if (isa_is_nan(b)) {
        invalid |= ISA_VXCVI;
        integer = ~most;
    } else if (isa_is_infinite(b)) {
        invalid |= ISA_VXCVI;
        integer = b & ISA_SIGN ? ~most : most;
    } else {
        mpq_t x, rounded;
        mpq_inits(x, rounded, NULL);
        exact_get(x, &exact_double, b);
        exact_round_whole(rounded, x, mode);
        int against = mpq_cmp(rounded, x), sign = mpq_sgn(x);
        inexact = against != 0;
        up = sign < 0 ? against < 0 : against > 0;
        mpz_t low, high;
        mpz_init_set_si(low, (int64_t)~most);
        mpz_init_set_ui(high, most);
        if (mpz_cmp(mpq_numref(rounded), low) < 0 || mpz_cmp(mpq_numref(rounded), high) > 0) {
            invalid |= ISA_VXCVI;
            integer = sign < 0 ? ~most : most;
        } else {
            integer = (uint64_t)mpz_get_si(mpq_numref(rounded));
        }
        mpz_clears(low, high, NULL);
        mpq_clears(x, rounded, NULL);
    }
    if (width == 32) {
        integer &= UINT32_MAX;
        integer |=
            r->settings.fctiw_high_nan_box ? UINT64_C(0xFFF8000000000000) : (uint64_t)isa_sign_extend(integer, 32);
    }
    uint32_t class = r->fpscr & ISA_FPRF;
    if (invalid) {
        isa_invalid(r, w, invalid, integer);
        if (r->fpscr & ISA_VE) /* refused: the class stays as it was */
            return;
    } else {
        if (inexact)
            isa_raise(r, ISA_XX);
        isa_deliver(r, w, integer, up, inexact);
    }
    r->fpscr = (r->fpscr & ~ISA_FPRF) | class;
    r->fpscr_unknown = ISA_FPRF;
}

DOES(fctid, to_integer(r, w, 64, isa_rounding(r)))
DOES(fctidz, to_integer(r, w, 64, EXACT_ZERO))
DOES(fctiw, to_integer(r, w, 32, isa_rounding(r)))
DOES(fctiwz, to_integer(r, w, 32, EXACT_ZERO))

static void compare(struct isa_reference *r, const struct isa_word *w, bool ordered)
{
    uint64_t a = operand(r, w, w->a), b = operand(r, w, w->b);
    unsigned field;
    if (isa_is_nan(a) || isa_is_nan(b)) {
        uint32_t snan = signalling(a, b, 0);
        field = 1;
        isa_raise(r, snan);
        if (ordered && !(snan && r->fpscr & ISA_VE))
            isa_raise(r, ISA_VXVC);
    } else {
        int64_t x = a & ISA_SIGN ? -(int64_t)(a & ~ISA_SIGN) : (int64_t)a;
        int64_t y = b & ISA_SIGN ? -(int64_t)(b & ~ISA_SIGN) : (int64_t)b;
        field = x < y ? 8 : x > y ? 4 : 2;
    }
    isa_set_cr_field(r, isa_bits(w->bits, 6, 8), field);
    r->fpscr = (r->fpscr & ~ISA_FPCC) | field << 12;
    struct isa_word plain = *w; /* it has no record bit */
    plain.record = false;
    isa_finish_fp(r, &plain);
}

DOES(fcmpu, compare(r, w, false))
DOES(fcmpo, compare(r, w, true))

/* An estimate; whether it is inexact is left open. */
static void estimate(struct isa_reference *r, const struct isa_word *w, uint64_t value)
{
    isa_deliver(r, w, value, false, false);
    r->fpscr_unknown = ISA_FR | ISA_FI;
}

INSTRUCTION(frsqrte)
{
    static const uint8_t table[16] = {241, 216, 192, 168, 152, 136, 128, 112, 96, 76, 60, 48, 32, 24, 16, 8};
    uint64_t x = operand(r, w, w->b);
    if (r->settings.estimates_exact) {
        r->unmodelled = true; /* to which precision is nowhere said */
    } else if (isa_is_nan(x)) {
        isa_invalid(r, w, signalling(0, x, 0), x | ISA_QUIET);
    } else if (isa_is_zero(x)) {
        isa_division_by_zero(r, w, x | ISA_INFINITY);
    } else if (x & ISA_SIGN) {
        isa_invalid(r, w, ISA_VXSQRT, ISA_NAN);
    } else if (x == ISA_INFINITY) {
        estimate(r, w, 0);
    } else {
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
        estimate(r, w, (uint64_t)(1022 - halved) << 52 | (uint64_t)table[index ^ 8] << 44);
    }
}

INSTRUCTION(fres)
{
    uint64_t x = operand(r, w, w->b);
    if (isa_is_nan(x)) {
        isa_invalid(r, w, signalling(0, x, 0), propagated(w, 0, x, 0));
    } else if (isa_is_zero(x)) {
        isa_division_by_zero(r, w, x | ISA_INFINITY);
    } else if (isa_is_infinite(x)) {
        estimate(r, w, x & ISA_SIGN);
    } else {
        mpq_t value;
        mpq_init(value);
        exact_get(value, &exact_double, x);
        mpq_inv(value, value);
        bool tiny = exact_is_tiny(value, &exact_single);
        uint32_t rounded = (uint32_t)exact_round(value, x >> 63, &exact_single, isa_rounding(r));
        mpq_clear(value);
        if (tiny || (rounded & 0x7FFFFFFF) >= 0x7F7FFFFF) {
            r->unmodelled = true; /* what becomes of the flags is open */
            return;
        }
        r->bound = r->settings.reciprocals_coarse ? ISA_RECIPROCAL_COARSE : ISA_EXACT;
        estimate(r, w, isa_single_to_double(rounded));
        r->fpscr_unknown |= ISA_XX;
    }
}
