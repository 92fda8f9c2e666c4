/* The integer arithmetic against two oracles: the host's floating point in its four rounding modes, flags included, and
 * rational numbers of GMP, which know of no format at all. */
#include "models/xenon/isa/fp/soft.h"
#include "tests/unit/suites.h"
#include "tests/unit/xenon/isa/fp_numbers.h"

#include <CUnit/CUnit.h>
#include <fenv.h>
#include <gmp.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum operation { ADD, SUBTRACT, MULTIPLY, DIVIDE, SQUARE_ROOT, MULTIPLY_ADD, RECIPROCAL_ROOT, OPERATIONS };
static const char *const operation_name[OPERATIONS] = {"add",  "subtract",     "multiply",       "divide",
                                                       "root", "multiply-add", "reciprocal root"};

enum { FLAGS = XENON_FP_INEXACT | XENON_FP_OVERFLOW | XENON_FP_ROUNDED_UP | XENON_FP_TINY };

/* What is asked, in bits, and what comes of it. */
struct question {
    enum operation operation;
    enum xenon_rounding rounding;
    bool single_operands, single_result;
    uint64_t a, b, c; /* a op b; a * c + b */
};
struct answer {
    uint64_t bits;
    unsigned status;
};

static bool is_number(struct xenon_fp a)
{
    return a.class == XENON_FP_ZERO || a.class == XENON_FP_FINITE;
}

static struct xenon_fp operand(const struct question *q, uint64_t bits)
{
    return q->single_operands ? xenon_fp_from32((uint32_t)bits) : xenon_fp_from64(bits);
}

/* The routines take numbers alone, and what IEEE calls invalid is their caller's affair. */
static bool sensible(const struct question *q)
{
    struct xenon_fp a = operand(q, q->a), b = operand(q, q->b), c = operand(q, q->c);
    bool root = q->operation == SQUARE_ROOT || q->operation == RECIPROCAL_ROOT;
    if (!is_number(a) || (!root && !is_number(b)))
        return false;
    switch (q->operation) {
    case DIVIDE:
        return b.class == XENON_FP_FINITE;
    case SQUARE_ROOT:
        return a.class == XENON_FP_ZERO || !a.sign;
    case RECIPROCAL_ROOT:
        return a.class == XENON_FP_FINITE && !a.sign;
    case MULTIPLY_ADD:
        return is_number(c);
    default:
        return true;
    }
}

static struct answer ours(const struct question *q)
{
    struct xenon_fp a = operand(q, q->a), b = operand(q, q->b), result = {.class = XENON_FP_ZERO};
    switch (q->operation) {
    case SUBTRACT:
        b.sign = !b.sign;
        result = xenon_fp_add(a, b, q->rounding);
        break;
    case ADD:
        result = xenon_fp_add(a, b, q->rounding);
        break;
    case MULTIPLY:
        result = xenon_fp_multiply(a, b);
        break;
    case DIVIDE:
        result = xenon_fp_divide(a, b);
        break;
    case SQUARE_ROOT:
        result = xenon_fp_square_root(a);
        break;
    case RECIPROCAL_ROOT:
        result = xenon_fp_reciprocal_root(a);
        break;
    default:
        result = xenon_fp_multiply_add(a, operand(q, q->c), b, q->rounding);
        break;
    }
    struct answer answer = {0};
    answer.bits = q->single_result ? xenon_fp_round32(result, q->rounding, &answer.status)
                                   : xenon_fp_round64(result, q->rounding, &answer.status);
    return answer;
}

/* Whether two answers agree in the status bits of `flags`; the first few that do not are printed. */
static bool agree(const struct question *q, struct answer is, struct answer should, unsigned flags)
{
    static unsigned printed;
    bool equal = is.bits == should.bits && ((is.status ^ should.status) & flags) == 0;
    if (!equal && printed++ < 20)
        printf("%s%s rounding %d: a %016lx b %016lx c %016lx: %016lx status %x, not %016lx status %x\n",
               operation_name[q->operation], q->single_result ? " to single" : "", (int)q->rounding, (long)q->a,
               (long)q->b, (long)q->c, (long)is.bits, is.status, (long)should.bits, should.status);
    return equal;
}

/* The host. Operands and result go through volatiles, so that no compiler moves the operation out from between
 * the calls that set its rounding and read its flags. */

static struct answer hosts(const struct question *q)
{
    static const int mode[] = {FE_TONEAREST, FE_TOWARDZERO, FE_UPWARD, FE_DOWNWARD};
    volatile double a = double_of(q->a), b = double_of(q->b), c = double_of(q->c), d = 0;
    volatile float x = float_of((uint32_t)q->a), y = float_of((uint32_t)q->b), z = float_of((uint32_t)q->c), w = 0;
    bool single = q->single_result;

    fesetround(mode[q->rounding]);
    feclearexcept(FE_ALL_EXCEPT);
    switch (q->operation) {
    case ADD:
        single ? (void)(w = x + y) : (void)(d = a + b);
        break;
    case SUBTRACT:
        single ? (void)(w = x - y) : (void)(d = a - b);
        break;
    case MULTIPLY:
        single ? (void)(w = x * y) : (void)(d = a * b);
        break;
    case DIVIDE:
        single ? (void)(w = x / y) : (void)(d = a / b);
        break;
    case SQUARE_ROOT:
        single ? (void)(w = sqrtf(x)) : (void)(d = sqrt(a));
        break;
    default:
        single ? (void)(w = fmaf(x, z, y)) : (void)(d = fma(a, c, b));
        break;
    }
    struct answer answer = {.status = (fetestexcept(FE_INEXACT) ? XENON_FP_INEXACT : 0U) |
                                      (fetestexcept(FE_OVERFLOW) ? XENON_FP_OVERFLOW : 0U)};
    fesetround(FE_TONEAREST);
    answer.bits = single ? bits_of_float(w) : bits_of_double(d);
    return answer;
}

static void agrees_with_the_host(enum operation operation, bool single, unsigned count)
{
    struct numbers numbers = {.state = (uint64_t)operation * 2 + single};
    unsigned different = 0, asked = 0;
    while (asked < count) {
        struct question q = {.operation = operation, .single_operands = single, .single_result = single};
        draw(&numbers, single, &q.a, &q.b, &q.c);
        if (operation == SQUARE_ROOT)
            q.a &= single ? UINT32_MAX >> 1 : UINT64_MAX >> 1;
        if (!sensible(&q))
            continue;
        for (unsigned mode = 0; mode < 4; mode++, asked++) {
            q.rounding = (enum xenon_rounding)mode;
            different += !agree(&q, ours(&q), hosts(&q), XENON_FP_INEXACT | XENON_FP_OVERFLOW);
        }
    }
    CU_ASSERT_EQUAL(different, 0);
}

static void double_as_on_the_host(void)
{
    for (unsigned i = 0; i <= MULTIPLY_ADD; i++) /* no host has the other */
        agrees_with_the_host((enum operation)i, false, 250000);
}

static void single_as_on_the_host(void)
{
    for (unsigned i = 0; i <= MULTIPLY_ADD; i++) /* no host has the other */
        agrees_with_the_host((enum operation)i, true, 250000);
}

/* GMP. */

static void power_of_two(mpq_t q, long exponent)
{
    mpq_set_ui(q, 1, 1);
    if (exponent >= 0)
        mpq_mul_2exp(q, q, (mp_bitcnt_t)exponent);
    else
        mpq_div_2exp(q, q, (mp_bitcnt_t)-exponent);
}

/* A root that is not rational: enough digits of it, and a one after them. */
static void square_root(mpq_t q)
{
    enum { DIGITS = 1400 };
    mpz_t scaled, cut, rest;
    mpz_inits(scaled, cut, rest, NULL);
    mpq_mul_2exp(q, q, 2 * DIGITS);
    mpz_tdiv_qr(scaled, cut, mpq_numref(q), mpq_denref(q));
    mpz_sqrtrem(scaled, rest, scaled);
    mpz_mul_2exp(scaled, scaled, 1);
    if (mpz_sgn(cut) != 0 || mpz_sgn(rest) != 0)
        mpz_add_ui(scaled, scaled, 1);
    mpq_set_z(q, scaled);
    mpq_div_2exp(q, q, DIGITS + 1);
    mpz_clears(scaled, cut, rest, NULL);
}

static void set_operand(mpq_t q, const struct question *question, uint64_t bits)
{
    mpq_set_d(q, question->single_operands ? (double)float_of((uint32_t)bits) : double_of(bits));
}

/* The largest n with 2^n <= q, for a positive q. */
static long magnitude(const mpq_t q)
{
    long n = (long)mpz_sizeinbase(mpq_numref(q), 2) - (long)mpz_sizeinbase(mpq_denref(q), 2);
    mpq_t power;
    mpq_init(power);
    power_of_two(power, n);
    if (mpq_cmp(q, power) < 0)
        n--;
    mpq_clear(power);
    return n;
}

static struct answer rounded(mpq_t q, const struct question *question)
{
    bool single = question->single_result, negative = mpq_sgn(q) < 0, away;
    long precision = single ? 24 : 53, bias = single ? 127 : 1023;
    struct answer answer = {.bits = (uint64_t)negative << (single ? 31 : 63)};
    mpq_abs(q, q);

    long least = magnitude(q);
    if (least < 1 - bias) {
        answer.status |= XENON_FP_TINY;
        least = 1 - bias;
    }
    mpq_t unit;
    mpz_t count, rest;
    mpq_init(unit);
    mpz_inits(count, rest, NULL);
    power_of_two(unit, least - (precision - 1));
    mpq_div(q, q, unit);
    mpz_fdiv_qr(count, rest, mpq_numref(q), mpq_denref(q));

    mpz_mul_2exp(rest, rest, 1);
    int half = mpz_cmp(rest, mpq_denref(q));
    switch (question->rounding) {
    case XENON_TO_NEAREST:
        away = half > 0 || (half == 0 && mpz_odd_p(count));
        break;
    case XENON_TO_ZERO:
        away = false;
        break;
    default:
        away = mpz_sgn(rest) != 0 && negative == (question->rounding == XENON_TO_MINUS);
        break;
    }
    if (mpz_sgn(rest) != 0)
        answer.status |= XENON_FP_INEXACT;
    if (away) {
        answer.status |= XENON_FP_ROUNDED_UP;
        mpz_add_ui(count, count, 1);
    }
    uint64_t kept = mpz_get_ui(count);
    if (kept >> precision) {
        kept >>= 1;
        least++;
    }
    if (least > bias) {
        bool infinite = question->rounding == XENON_TO_NEAREST || (question->rounding == XENON_TO_PLUS && !negative) ||
                        (question->rounding == XENON_TO_MINUS && negative);
        answer.status = XENON_FP_OVERFLOW | XENON_FP_INEXACT | (infinite ? XENON_FP_ROUNDED_UP : 0U);
        answer.bits |= infinite ? (single ? 0x7F800000 : UINT64_C(0x7FF0000000000000))
                                : (single ? 0x7F7FFFFF : UINT64_C(0x7FEFFFFFFFFFFFFF));
    } else if (kept >> (precision - 1)) {
        answer.bits |= (uint64_t)(least + bias) << (precision - 1) | (kept ^ UINT64_C(1) << (precision - 1));
    } else {
        answer.bits |= kept;
    }
    mpq_clear(unit);
    mpz_clears(count, rest, NULL);
    return answer;
}

/* False where the exact result is zero: its sign is nothing that a rational knows. */
static bool exactly(const struct question *question, struct answer *answer)
{
    mpq_t a, b, c;
    mpq_inits(a, b, c, NULL);
    set_operand(a, question, question->a);
    switch (question->operation) {
    case ADD:
        set_operand(b, question, question->b);
        mpq_add(a, a, b);
        break;
    case SUBTRACT:
        set_operand(b, question, question->b);
        mpq_sub(a, a, b);
        break;
    case MULTIPLY:
        set_operand(b, question, question->b);
        mpq_mul(a, a, b);
        break;
    case DIVIDE:
        set_operand(b, question, question->b);
        mpq_div(a, a, b);
        break;
    case RECIPROCAL_ROOT:
        mpq_inv(a, a);
        square_root(a);
        break;
    case SQUARE_ROOT:
        square_root(a);
        break;
    default:
        set_operand(b, question, question->b);
        set_operand(c, question, question->c);
        mpq_mul(a, a, c);
        mpq_add(a, a, b);
        break;
    }
    bool nonzero = mpq_sgn(a) != 0;
    if (nonzero)
        *answer = rounded(a, question);
    mpq_clears(a, b, c, NULL);
    return nonzero;
}

static void agrees_with_rationals(enum operation operation, bool single_operands, bool single_result, unsigned count)
{
    struct numbers numbers = {.state = 1000 + (uint64_t)operation};
    unsigned different = 0, asked = 0;
    while (asked < count) {
        struct question q = {.operation = operation,
                             .rounding = (enum xenon_rounding)(asked % 4),
                             .single_operands = single_operands,
                             .single_result = single_result};
        struct answer answer;
        draw(&numbers, single_operands, &q.a, &q.b, &q.c);
        if (operation == SQUARE_ROOT || operation == RECIPROCAL_ROOT)
            q.a &= single_operands ? UINT32_MAX >> 1 : UINT64_MAX >> 1;
        if (!sensible(&q) || !exactly(&q, &answer))
            continue;
        asked++;
        different += !agree(&q, ours(&q), answer, FLAGS);
    }
    CU_ASSERT_EQUAL(different, 0);
}

static void double_as_rationals(void)
{
    for (unsigned i = 0; i < OPERATIONS; i++)
        agrees_with_rationals((enum operation)i, false, false, 20000);
}

static void single_as_rationals(void)
{
    for (unsigned i = 0; i < OPERATIONS; i++)
        agrees_with_rationals((enum operation)i, true, true, 20000);
}

static void double_to_single_as_rationals(void)
{
    for (unsigned i = 0; i < OPERATIONS; i++)
        agrees_with_rationals((enum operation)i, false, true, 20000);
}

/* Integers: what the host's arithmetic finds easy, since all of these are exact. */
static void rounds_to_integers(void)
{
    for (int64_t quarters = -4000; quarters < 4000; quarters++) {
        struct xenon_fp a = xenon_fp_from64(bits_of_double((double)quarters / 4));
        uint64_t magnitude = (uint64_t)(quarters < 0 ? -quarters : quarters), rest = magnitude % 4;
        bool odd = magnitude / 4 % 2,
             away[] = {rest > 2 || (rest == 2 && odd), false, rest && quarters > 0, rest && quarters < 0};
        for (unsigned mode = 0; mode < 4; mode++) {
            unsigned status = 0;
            CU_ASSERT_EQUAL(xenon_fp_round_integer(a, (enum xenon_rounding)mode, &status), magnitude / 4 + away[mode]);
            CU_ASSERT_EQUAL(status, (rest ? XENON_FP_INEXACT : 0U) | (away[mode] ? XENON_FP_ROUNDED_UP : 0U));
        }
    }
    static const struct {
        double a;
        uint64_t magnitude;
        unsigned status;
    } ends[] = {{0x1p63, UINT64_C(1) << 63, 0},
                {0x1.fffffffffffffp63, UINT64_C(0xFFFFFFFFFFFFF800), 0},
                {0x1.fffffffffffffp62, UINT64_C(0x7FFFFFFFFFFFFC00), 0},
                {0x1p64, UINT64_MAX, XENON_FP_OVERFLOW | XENON_FP_INEXACT},
                {0x1p-1074, 0, XENON_FP_INEXACT}};
    for (unsigned i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        unsigned status = 0;
        struct xenon_fp a = xenon_fp_from64(bits_of_double(ends[i].a));
        CU_ASSERT_EQUAL(xenon_fp_round_integer(a, XENON_TO_NEAREST, &status), ends[i].magnitude);
        CU_ASSERT_EQUAL(status, ends[i].status);
    }
}

/* 1 + 2^-24 + 2^-53 lies above the middle of two singles; rounded to double first, it would lie in the middle. */
static void rounds_once(void)
{
    unsigned status = 0;
    struct xenon_fp a = xenon_fp_from64(UINT64_C(0x3FF0000010000000));
    struct xenon_fp b = xenon_fp_from64(UINT64_C(0x3CA0000000000000));
    uint32_t bits = xenon_fp_round32(xenon_fp_add(a, b, XENON_TO_NEAREST), XENON_TO_NEAREST, &status);
    CU_ASSERT_EQUAL(bits, 0x3F800001);
    CU_ASSERT_EQUAL(status, XENON_FP_INEXACT | XENON_FP_ROUNDED_UP);
}

/* The largest number below the normal ones, and what is tiny before rounding but not after. */
static void says_what_is_tiny(void)
{
    unsigned status = 0;
    struct xenon_fp a = {XENON_FP_FINITE, false, -127, UINT64_MAX};
    CU_ASSERT_EQUAL(xenon_fp_round32(a, XENON_TO_NEAREST, &status), 0x00800000);
    CU_ASSERT_EQUAL(status, XENON_FP_TINY | XENON_FP_INEXACT | XENON_FP_ROUNDED_UP);
    status = 0;
    a.significand = UINT64_C(1) << 63;
    CU_ASSERT_EQUAL(xenon_fp_round32(a, XENON_TO_NEAREST, &status), 0x00400000);
    CU_ASSERT_EQUAL(status, XENON_FP_TINY);
    status = 0;
    a.exponent = -100000;
    CU_ASSERT_EQUAL(xenon_fp_round32(a, XENON_TO_PLUS, &status), 1);
    CU_ASSERT_EQUAL(status, XENON_FP_TINY | XENON_FP_INEXACT | XENON_FP_ROUNDED_UP);
}

/* Signs of zeros: no rational knows them. */
static void signs_zeros(void)
{
    struct xenon_fp plus = xenon_fp_from64(0), minus = xenon_fp_from64(UINT64_C(1) << 63);
    struct xenon_fp one = xenon_fp_from32(0x3F800000), less = xenon_fp_from32(0xBF800000);
    for (unsigned i = 0; i < 4; i++) {
        enum xenon_rounding mode = (enum xenon_rounding)i;
        bool down = mode == XENON_TO_MINUS;
        CU_ASSERT_EQUAL(xenon_fp_add(plus, plus, mode).sign, false);
        CU_ASSERT_EQUAL(xenon_fp_add(minus, minus, mode).sign, true);
        CU_ASSERT_EQUAL(xenon_fp_add(plus, minus, mode).sign, down);
        CU_ASSERT_EQUAL(xenon_fp_add(one, less, mode).sign, down);
        CU_ASSERT_EQUAL(xenon_fp_multiply_add(one, one, less, mode).sign, down);
        CU_ASSERT_EQUAL(xenon_fp_multiply_add(less, plus, minus, mode).sign, true);
        CU_ASSERT_EQUAL(xenon_fp_multiply_add(less, plus, plus, mode).sign, down);
    }
    CU_ASSERT_EQUAL(xenon_fp_multiply(less, plus).sign, true);
    CU_ASSERT_EQUAL(xenon_fp_divide(minus, less).sign, false);
    CU_ASSERT_EQUAL(xenon_fp_square_root(minus).sign, true);
}

static void knows_its_classes(void)
{
    CU_ASSERT_EQUAL(xenon_fp_from32(0x7F800000).class, XENON_FP_INFINITY);
    CU_ASSERT_EQUAL(xenon_fp_from32(0xFF800001).class, XENON_FP_SNAN);
    CU_ASSERT_EQUAL(xenon_fp_from32(0x7FC00000).class, XENON_FP_QNAN);
    CU_ASSERT_EQUAL(xenon_fp_from32(0x80000000).class, XENON_FP_ZERO);
    CU_ASSERT_EQUAL(xenon_fp_from32(0x00000001).class, XENON_FP_FINITE);
    CU_ASSERT_EQUAL(xenon_fp_from32(0x00000001).exponent, -149);
    CU_ASSERT_EQUAL(xenon_fp_from64(UINT64_C(0x7FF0000000000000)).class, XENON_FP_INFINITY);
    CU_ASSERT_EQUAL(xenon_fp_from64(UINT64_C(0x7FF0000000000001)).class, XENON_FP_SNAN);
    CU_ASSERT_EQUAL(xenon_fp_from64(UINT64_C(0xFFF8000000000000)).class, XENON_FP_QNAN);
    CU_ASSERT_EQUAL(xenon_fp_from64(1).exponent, -1074);
    CU_ASSERT_EQUAL(xenon_fp_from64(1).significand, UINT64_C(1) << 63);
}

void test_soft(void)
{
    CU_pSuite suite = CU_add_suite("xenon/soft", NULL, NULL);
    CU_add_test(suite, "operands fall into their classes", knows_its_classes);
    CU_add_test(suite, "doubles come out as on the host, in four rounding modes", double_as_on_the_host);
    CU_add_test(suite, "singles come out as on the host, in four rounding modes", single_as_on_the_host);
    CU_add_test(suite, "doubles come out as rationals rounded", double_as_rationals);
    CU_add_test(suite, "singles come out as rationals rounded", single_as_rationals);
    CU_add_test(suite, "doubles give singles as rationals rounded", double_to_single_as_rationals);
    CU_add_test(suite, "a single result is rounded once", rounds_once);
    CU_add_test(suite, "integers come out of each rounding mode", rounds_to_integers);
    CU_add_test(suite, "tiny is what is below the normal numbers before rounding", says_what_is_tiny);
    CU_add_test(suite, "zeros get their signs", signs_zeros);
}
