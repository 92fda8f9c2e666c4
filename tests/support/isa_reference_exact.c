#include "tests/support/isa_reference_exact.h"

const struct exact_format exact_single = {24, -126, 127, 32}, exact_double = {53, -1022, 1023, 64};

enum { DIGITS = 320 }; /* binary digits after the point, of what is irrational */

void exact_scale(mpq_t value, long power)
{
    if (power >= 0)
        mpq_mul_2exp(value, value, (mp_bitcnt_t)power);
    else
        mpq_div_2exp(value, value, (mp_bitcnt_t)-power);
}

void exact_get(mpq_t value, const struct exact_format *format, uint64_t bits)
{
    int stored = format->precision - 1;
    uint64_t fraction = bits & ((UINT64_C(1) << stored) - 1);
    int exponent = (int)(bits >> stored) & ((1 << (format->width - format->precision)) - 1);
    if (exponent)
        fraction |= UINT64_C(1) << stored;
    else
        exponent = 1;
    mpz_import(mpq_numref(value), 1, 1, sizeof fraction, 0, 0, &fraction);
    mpz_set_ui(mpq_denref(value), 1);
    exact_scale(value, exponent - 1 + format->least - stored);
    if (bits >> (format->width - 1) & 1)
        mpq_neg(value, value);
}

int exact_exponent(const mpq_t value)
{
    if (mpq_sgn(value) == 0)
        return 0;
    int e = (int)mpz_sizeinbase(mpq_numref(value), 2) - (int)mpz_sizeinbase(mpq_denref(value), 2);
    mpq_t power, magnitude;
    mpq_inits(power, magnitude, NULL);
    mpq_abs(magnitude, value);
    mpq_set_ui(power, 1, 1);
    exact_scale(power, e);
    while (mpq_cmp(power, magnitude) > 0) {
        exact_scale(power, -1);
        e--;
    }
    mpq_clears(power, magnitude, NULL);
    return e;
}

bool exact_is_tiny(const mpq_t value, const struct exact_format *format)
{
    return mpq_sgn(value) != 0 && exact_exponent(value) < format->least;
}

/* Whether a magnitude goes up to the next unit. remainder: what is left of a unit is less than half of one, half, or
 * more (-1, 0, 1); exact: nothing is left. */
static bool goes_up(enum exact_mode mode, bool negative, bool odd, int remainder, bool exact)
{
    switch (mode) {
    case EXACT_NEAREST:
        return remainder > 0 || (remainder == 0 && odd);
    case EXACT_PLUS:
        return !exact && !negative;
    case EXACT_MINUS:
        return !exact && negative;
    default:
        return false;
    }
}

/* The whole number of units of 2^unit next to a magnitude. */
static void round_units(mpz_t whole, const mpq_t value, long unit, enum exact_mode mode)
{
    mpq_t units, rest;
    mpq_inits(units, rest, NULL);
    mpq_abs(units, value);
    exact_scale(units, -unit);
    mpz_fdiv_q(whole, mpq_numref(units), mpq_denref(units));
    mpq_set_z(rest, whole);
    mpq_sub(rest, units, rest);
    if (goes_up(mode, mpq_sgn(value) < 0, mpz_odd_p(whole), mpq_cmp_ui(rest, 1, 2), mpq_sgn(rest) == 0))
        mpz_add_ui(whole, whole, 1);
    mpq_clears(units, rest, NULL);
}

static int last_place(const mpq_t value, const struct exact_format *format)
{
    int exponent = exact_exponent(value);
    return (exponent < format->least ? format->least : exponent) - (format->precision - 1);
}

static void round_to(mpq_t result, const mpq_t value, long unit, enum exact_mode mode)
{
    bool negative = mpq_sgn(value) < 0;
    mpz_t whole;
    mpz_init(whole);
    round_units(whole, value, unit, mode);
    mpq_set_z(result, whole);
    exact_scale(result, unit);
    if (negative)
        mpq_neg(result, result);
    mpz_clear(whole);
}

void exact_round_value(mpq_t result, const mpq_t value, const struct exact_format *format, enum exact_mode mode)
{
    round_to(result, value, last_place(value, format), mode);
}

void exact_round_whole(mpq_t result, const mpq_t value, enum exact_mode mode)
{
    round_to(result, value, 0, mode);
}

uint64_t exact_infinity(const struct exact_format *format)
{
    return (uint64_t)(format->most - format->least + 2) << (format->precision - 1);
}

uint64_t exact_round(const mpq_t value, bool negative_zero, const struct exact_format *format, enum exact_mode mode)
{
    int stored = format->precision - 1, sign = mpq_sgn(value);
    bool negative = sign ? sign < 0 : negative_zero;
    uint64_t sign_bit = (uint64_t)negative << (format->width - 1);
    if (sign == 0)
        return sign_bit;

    int unit = last_place(value, format), exponent = unit + stored;
    mpz_t whole;
    mpz_init(whole);
    round_units(whole, value, unit, mode);
    uint64_t count = mpz_get_ui(whole);
    mpz_clear(whole);
    if (count >> format->precision) {
        count >>= 1;
        exponent++;
    }
    if (exponent > format->most) {
        bool away = mode == EXACT_NEAREST || (mode == EXACT_PLUS && !negative) || (mode == EXACT_MINUS && negative);
        return sign_bit | (exact_infinity(format) - (away ? 0 : 1));
    }
    bool normal = count >> stored;
    return sign_bit | (normal ? (uint64_t)(exponent - format->least + 1) << stored : 0) |
           (count & ((UINT64_C(1) << stored) - 1));
}

uint32_t isa_vector_result(const struct isa_reference *r, const mpq_t value, bool negative_zero)
{
    uint32_t rounded = (uint32_t)exact_round(value, negative_zero, &exact_single, EXACT_NEAREST);
    if (!(r->vscr & 0x00010000))
        return rounded;
    bool tiny = (rounded & 0x7FFFFFFF) < 0x00800000;
    if (!r->settings.nj_result_after_rounding)
        tiny |= exact_is_tiny(value, &exact_single);
    return tiny ? rounded & 0x80000000 : rounded;
}

void exact_root(mpq_t result, const mpq_t x)
{
    /* sqrt(4^k x) / 2^k, with k so large that the root of the least double has hundreds of whole digits */
    const long k = 1000;
    mpq_t scaled;
    mpz_t square, root, left;
    mpq_init(scaled);
    mpz_inits(square, root, left, NULL);
    mpq_set(scaled, x);
    exact_scale(scaled, 2 * k);
    mpz_fdiv_q(square, mpq_numref(scaled), mpq_denref(scaled));
    mpz_sqrtrem(root, left, square);
    /* exact roots stay so; others get a last digit that says that there is more */
    bool exact = mpz_sgn(left) == 0 && mpz_divisible_p(mpq_numref(scaled), mpq_denref(scaled));
    mpz_mul_2exp(root, root, 1);
    if (!exact)
        mpz_add_ui(root, root, 1);
    mpq_set_z(result, root);
    exact_scale(result, -k - 1);
    mpz_clears(square, root, left, NULL);
    mpq_clear(scaled);
}

/* atanh(1/n) in units of 2^-DIGITS */
static void inverse_tangent(mpz_t sum, unsigned long n)
{
    mpz_t power, term;
    mpz_inits(power, term, NULL);
    mpz_set_ui(power, 1);
    mpz_mul_2exp(power, power, DIGITS);
    mpz_fdiv_q_ui(power, power, n);
    mpz_set_ui(sum, 0);
    for (unsigned long i = 1; mpz_sgn(power) != 0; i += 2) {
        mpz_fdiv_q_ui(term, power, i);
        mpz_add(sum, sum, term);
        mpz_fdiv_q_ui(power, power, n * n);
    }
    mpz_clears(power, term, NULL);
}

/* ln 2 = 2 atanh(1/3) in units of 2^-DIGITS */
static void natural_log_of_2(mpz_t log)
{
    inverse_tangent(log, 3);
    mpz_mul_2exp(log, log, 1);
}

static void to_fixed(mpz_t fixed, const mpq_t x)
{
    mpq_t scaled;
    mpq_init(scaled);
    mpq_set(scaled, x);
    exact_scale(scaled, DIGITS);
    mpz_fdiv_q(fixed, mpq_numref(scaled), mpq_denref(scaled));
    mpq_clear(scaled);
}

void exact_exp2(mpq_t result, const mpq_t x)
{
    mpz_t whole, argument, log, sum, term;
    mpq_t fraction;
    mpz_inits(whole, argument, log, sum, term, NULL);
    mpq_init(fraction);
    mpz_fdiv_q(whole, mpq_numref(x), mpq_denref(x));
    mpq_set_z(fraction, whole);
    mpq_sub(fraction, x, fraction);

    /* e^(fraction ln 2) by its series; an integral x gives exactly 1 */
    to_fixed(argument, fraction);
    natural_log_of_2(log);
    mpz_mul(argument, argument, log);
    mpz_fdiv_q_2exp(argument, argument, DIGITS);
    mpz_set_ui(term, 1);
    mpz_mul_2exp(term, term, DIGITS);
    mpz_set_ui(sum, 0);
    for (unsigned long i = 1; mpz_sgn(term) != 0; i++) {
        mpz_add(sum, sum, term);
        mpz_mul(term, term, argument);
        mpz_fdiv_q_2exp(term, term, DIGITS);
        mpz_fdiv_q_ui(term, term, i);
    }
    if (mpq_sgn(fraction) != 0 && mpz_scan1(sum, 0) >= DIGITS) /* so near 1 that the series did not see it */
        mpz_add_ui(sum, sum, 1);
    mpq_set_z(result, sum);
    exact_scale(result, mpz_get_si(whole) - DIGITS);
    mpz_clears(whole, argument, log, sum, term, NULL);
    mpq_clear(fraction);
}

void exact_log2(mpq_t result, const mpq_t x)
{
    int exponent = exact_exponent(x);
    mpq_t ratio, top, bottom;
    mpq_inits(ratio, top, bottom, NULL);
    mpq_set(ratio, x);
    exact_scale(ratio, -exponent); /* 1 <= ratio < 2 */
    mpq_set_ui(top, 1, 1);
    mpq_add(bottom, ratio, top);
    mpq_sub(top, ratio, top);
    mpq_div(ratio, top, bottom);

    /* ln m = 2 atanh((m - 1) / (m + 1)) */
    mpz_t argument, square, power, sum, term, log;
    mpz_inits(argument, square, power, sum, term, log, NULL);
    to_fixed(argument, ratio);
    mpz_mul(square, argument, argument);
    mpz_fdiv_q_2exp(square, square, DIGITS);
    mpz_set(power, argument);
    for (unsigned long i = 1; mpz_sgn(power) != 0; i += 2) {
        mpz_fdiv_q_ui(term, power, i);
        mpz_add(sum, sum, term);
        mpz_mul(power, power, square);
        mpz_fdiv_q_2exp(power, power, DIGITS);
    }
    mpz_mul_2exp(sum, sum, 1);
    natural_log_of_2(log);
    mpq_set_z(result, sum);
    mpq_set_z(bottom, log);
    mpq_div(result, result, bottom);
    mpq_set_si(top, exponent, 1);
    mpq_add(result, result, top);
    mpz_clears(argument, square, power, sum, term, log, NULL);
    mpq_clears(ratio, top, bottom, NULL);
}
