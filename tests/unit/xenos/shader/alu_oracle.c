#include "tests/unit/xenos/shader/alu_oracle.h"

#include <float.h>
#include <gmp.h>
#include <math.h>
#include <string.h>

static const uint32_t QUIET = 0x7FC00000;

static float number(uint32_t bits)
{
    float f;
    memcpy(&f, &bits, sizeof f);
    return f;
}

static uint32_t bits_of(float f)
{
    uint32_t bits;
    memcpy(&bits, &f, sizeof bits);
    return bits;
}

/* A host's number as a word of the shader. */
static uint32_t word(float f)
{
    if (isnan(f))
        return QUIET;
    return fabsf(f) < FLT_MIN ? bits_of(copysignf(0, f)) : bits_of(f);
}

static uint32_t flush(uint32_t bits)
{
    return isnan(number(bits)) ? bits : word(number(bits));
}

/* The nearest single of a rational, even where two are: 0 <= q * 2^shift - n <= 1, n of 24 bits or a denormal's. */
static uint32_t rounded(const mpq_t q)
{
    bool negative = mpq_sgn(q) < 0;
    if (mpq_sgn(q) == 0)
        return 0;

    mpz_t n, d, rest;
    mpz_inits(n, d, rest, NULL);
    mpz_abs(n, mpq_numref(q));
    mpz_set(d, mpq_denref(q));
    long exponent = (long)mpz_sizeinbase(n, 2) - (long)mpz_sizeinbase(d, 2) - 25;
    for (;; exponent++) {
        if (exponent < -149)
            exponent = -149;
        mpz_abs(n, mpq_numref(q));
        mpz_set(d, mpq_denref(q));
        if (exponent < 0)
            mpz_mul_2exp(n, n, (mp_bitcnt_t)-exponent);
        else
            mpz_mul_2exp(d, d, (mp_bitcnt_t)exponent);
        mpz_fdiv_qr(n, rest, n, d);
        if (mpz_sizeinbase(n, 2) <= 24)
            break;
    }
    mpz_mul_2exp(rest, rest, 1);
    int half = mpz_cmp(rest, d);
    if (half > 0 || (half == 0 && mpz_odd_p(n)))
        mpz_add_ui(n, n, 1);
    float f = exponent > 104 ? INFINITY : (float)ldexp(mpz_get_d(n), (int)exponent);
    mpz_clears(n, d, rest, NULL);
    return word(negative ? -f : f);
}

static uint32_t rational(char operation, uint32_t a, uint32_t b)
{
    mpq_t p, q;
    mpq_inits(p, q, NULL);
    mpq_set_d(p, number(a));
    mpq_set_d(q, number(b));
    if (operation == '+')
        mpq_add(p, p, q);
    else if (operation == '*')
        mpq_mul(p, p, q);
    else
        mpq_div(p, p, q);
    uint32_t result = rounded(p);
    mpq_clears(p, q, NULL);
    return result;
}

static bool finite_word(uint32_t a)
{
    return isfinite(number(a));
}

static uint32_t sum(uint32_t a, uint32_t b)
{
    if (finite_word(a) && finite_word(b) && (number(a) != 0 || number(b) != 0))
        return rational('+', a, b);
    return word(number(a) + number(b)); /* zeros, infinities and NaNs: nothing is rounded */
}

static uint32_t product(uint32_t a, uint32_t b)
{
    if (number(a) == 0 || number(b) == 0)
        return 0;
    if (!finite_word(a) || !finite_word(b))
        return word(number(a) * number(b));
    uint32_t magnitude = rational('*', a & INT32_MAX, b & INT32_MAX);
    return magnitude | ((a ^ b) & ~(uint32_t)INT32_MAX);
}

static uint32_t whole(uint32_t a)
{
    return word(floorf(number(a)));
}

static uint32_t fraction(uint32_t a)
{
    uint32_t below = whole(a);
    return sum(a, isnan(number(below)) ? below : bits_of(-number(below)));
}

static uint32_t chosen(bool condition)
{
    return bits_of(condition ? 1 : 0);
}

static bool compare(unsigned kind, float a, float b) /* 0 eq, 1 ne, 2 gt, 3 ge */
{
    return kind == 0 ? a == b : kind == 1 ? a != b : kind == 2 ? a > b : a >= b;
}

static int32_t address(double v)
{
    if (!(v >= -256))
        return -256;
    return v > 255 ? 255 : (int32_t)v;
}

static uint32_t negated(uint32_t a)
{
    return a ^ UINT32_C(0x80000000);
}

static void cube(uint32_t x, uint32_t y, uint32_t z, uint32_t *r)
{
    float ax = fabsf(number(x)), ay = fabsf(number(y)), az = fabsf(number(z));
    if (az >= ax && az >= ay) {
        bool back = number(z) < 0;
        r[0] = negated(y), r[1] = back ? negated(x) : x, r[2] = sum(z, z), r[3] = bits_of(back ? 5 : 4);
    } else if (ay >= ax) {
        bool back = number(y) < 0;
        r[0] = back ? negated(z) : z, r[1] = x, r[2] = sum(y, y), r[3] = bits_of(back ? 3 : 2);
    } else {
        bool back = number(x) < 0;
        r[0] = negated(y), r[1] = back ? z : negated(z), r[2] = sum(x, x), r[3] = bits_of(back ? 1 : 0);
    }
}

static uint32_t lane(enum xenos_vector_op op, uint32_t a, uint32_t b, uint32_t c)
{
    float x = number(a), y = number(b);
    switch (op) {
    case XENOS_V_ADD:
        return sum(a, b);
    case XENOS_V_MUL:
        return product(a, b);
    case XENOS_V_MAX:
    case XENOS_V_MAXA:
        return x >= y ? a : b;
    case XENOS_V_MIN:
        return x < y ? a : b;
    case XENOS_V_SEQ:
        return chosen(x == y);
    case XENOS_V_SGT:
        return chosen(x > y);
    case XENOS_V_SGE:
        return chosen(x >= y);
    case XENOS_V_SNE:
        return chosen(x != y);
    case XENOS_V_FRC:
        return fraction(a);
    case XENOS_V_TRUNC:
        return word(truncf(x));
    case XENOS_V_FLOOR:
        return whole(a);
    case XENOS_V_MAD:
        return sum(product(a, b), c);
    case XENOS_V_CNDEQ:
        return x == 0 ? b : c;
    case XENOS_V_CNDGE:
        return x >= 0 ? b : c;
    case XENOS_V_CNDGT:
        return x > 0 ? b : c;
    default:
        return 0;
    }
}

void oracle_vector(enum xenos_vector_op op, const uint32_t operand[3][4], uint32_t r[4], struct xenos_alu_state *state)
{
    static const unsigned SETP[] = {0, 1, 2, 3}, KILL[] = {0, 2, 3, 1};
    uint32_t a[4], b[4], c[4], all = 0;
    for (unsigned i = 0; i < 4; i++)
        a[i] = flush(operand[0][i]), b[i] = flush(operand[1][i]), c[i] = flush(operand[2][i]);
    bool any = false;

    switch (op) {
    case XENOS_V_DP2ADD:
        all = sum(sum(sum(0, product(a[0], b[0])), product(a[1], b[1])), c[0]);
        break;
    case XENOS_V_DP3:
    case XENOS_V_DP4:
        for (unsigned i = 0; i < (op == XENOS_V_DP3 ? 3 : 4); i++)
            all = sum(all, product(a[i], b[i]));
        break;
    case XENOS_V_CUBE:
        cube(a[2], a[3], a[0], r);
        return;
    case XENOS_V_MAX4: {
        float x = number(a[0]), y = number(a[1]), z = number(a[2]), w = number(a[3]);
        all = x >= y && x >= z && x >= w ? a[0] : y >= z && y >= w ? a[1] : z >= w ? a[2] : a[3];
        break;
    }
    case XENOS_V_SETP_EQ_PUSH:
    case XENOS_V_SETP_NE_PUSH:
    case XENOS_V_SETP_GT_PUSH:
    case XENOS_V_SETP_GE_PUSH: {
        unsigned kind = SETP[op - XENOS_V_SETP_EQ_PUSH];
        state->predicate = number(a[3]) == 0 && compare(kind, number(b[3]), 0);
        all = number(a[0]) == 0 && compare(kind, number(b[0]), 0) ? 0 : sum(a[0], bits_of(1));
        break;
    }
    case XENOS_V_KILL_EQ:
    case XENOS_V_KILL_GT:
    case XENOS_V_KILL_GE:
    case XENOS_V_KILL_NE:
        for (unsigned i = 0; i < 4; i++)
            any = any || compare(KILL[op - XENOS_V_KILL_EQ], number(a[i]), number(b[i]));
        state->killed = state->killed || any;
        all = chosen(any);
        break;
    case XENOS_V_DST:
        r[0] = bits_of(1), r[1] = product(a[1], b[1]), r[2] = a[2], r[3] = b[3];
        return;
    case XENOS_V_MAXA:
        state->address = address(number(whole(sum(a[3], bits_of(0.5F)))));
        __attribute__((fallthrough));
    default:
        for (unsigned i = 0; i < 4; i++)
            r[i] = lane(op, a[i], b[i], c[i]);
        return;
    }
    for (unsigned i = 0; i < 4; i++)
        r[i] = all;
}

static uint32_t reciprocal(uint32_t a)
{
    return finite_word(a) && number(a) != 0 ? rational('/', bits_of(1), a) : word(1 / number(a));
}

/* Two roundings of 64 bits cannot spoil the third to 24: the root of a single is never so near to a middle. */
static uint32_t reciprocal_root(uint32_t a)
{
    return word((float)(1 / sqrtl(number(a))));
}

static uint32_t infinity_to(uint32_t a, float magnitude)
{
    return isinf(number(a)) ? bits_of(copysignf(magnitude, number(a))) : a;
}

static long double near(enum xenos_scalar_op op, uint32_t a)
{
    long double x = number(a);
    switch (op) {
    case XENOS_S_EXP:
        return exp2l(x);
    case XENOS_S_SIN:
        return sinl(x);
    case XENOS_S_COS:
        return cosl(x);
    default:
        return log2l(x);
    }
}

bool oracle_is_near(enum xenos_scalar_op op)
{
    return op == XENOS_S_EXP || op == XENOS_S_LOG || op == XENOS_S_LOGC || op == XENOS_S_SIN || op == XENOS_S_COS;
}

double oracle_distance(enum xenos_scalar_op op, uint32_t a, uint32_t bits)
{
    long double right = near(op, flush(a));
    int exponent;
    frexpl(right, &exponent);
    return (double)fabsl(ldexpl(number(bits) - right, 24 - exponent));
}

static uint32_t predicated(struct xenos_alu_state *state, bool condition, uint32_t otherwise)
{
    state->predicate = condition;
    return condition ? 0 : otherwise;
}

static uint32_t kills(struct xenos_alu_state *state, bool condition)
{
    state->killed = state->killed || condition;
    return chosen(condition);
}

static uint32_t scalar(enum xenos_scalar_op op, uint32_t a, uint32_t b, struct xenos_alu_state *state)
{
    const uint32_t LEAST = bits_of(-FLT_MAX);
    uint32_t p = flush(state->previous);
    float x = number(a), y = number(b), before = number(p);
    switch (op) {
    case XENOS_S_ADDS:
    case XENOS_S_ADDSC0:
    case XENOS_S_ADDSC1:
        return sum(a, b);
    case XENOS_S_ADDS_PREV:
        return sum(a, p);
    case XENOS_S_MULS:
    case XENOS_S_MULSC0:
    case XENOS_S_MULSC1:
        return product(a, b);
    case XENOS_S_MULS_PREV:
        return product(a, p);
    case XENOS_S_MULS_PREV2:
        return p == LEAST || !isfinite(before) || !isfinite(y) || y <= 0 ? LEAST : product(a, p);
    case XENOS_S_MAXAS:
        state->address = address(number(whole(sum(a, bits_of(0.5F)))));
        return x >= y ? a : b;
    case XENOS_S_MAXASF:
        state->address = address(floorf(x));
        return x >= y ? a : b;
    case XENOS_S_MAXS:
        return x >= y ? a : b;
    case XENOS_S_MINS:
        return x < y ? a : b;
    case XENOS_S_SEQS:
        return chosen(x == 0);
    case XENOS_S_SGTS:
        return chosen(x > 0);
    case XENOS_S_SGES:
        return chosen(x >= 0);
    case XENOS_S_SNES:
        return chosen(x != 0);
    case XENOS_S_FRCS:
        return fraction(a);
    case XENOS_S_TRUNCS:
        return word(truncf(x));
    case XENOS_S_FLOORS:
        return whole(a);
    case XENOS_S_RCPC:
        return infinity_to(reciprocal(a), FLT_MAX);
    case XENOS_S_RCPF:
        return infinity_to(reciprocal(a), 0);
    case XENOS_S_RCP:
        return reciprocal(a);
    case XENOS_S_RSQC:
        return infinity_to(reciprocal_root(a), FLT_MAX);
    case XENOS_S_RSQF:
        return infinity_to(reciprocal_root(a), 0);
    case XENOS_S_RSQ:
        return reciprocal_root(a);
    case XENOS_S_SQRT:
        return word((float)sqrtl(x));
    case XENOS_S_SUBS:
    case XENOS_S_SUBSC0:
    case XENOS_S_SUBSC1:
        return sum(a, negated(b));
    case XENOS_S_SUBS_PREV:
        return sum(a, negated(p));
    case XENOS_S_SETP_EQ:
        return predicated(state, x == 0, bits_of(1));
    case XENOS_S_SETP_NE:
        return predicated(state, x != 0, bits_of(1));
    case XENOS_S_SETP_GT:
        return predicated(state, x > 0, bits_of(1));
    case XENOS_S_SETP_GE:
        return predicated(state, x >= 0, bits_of(1));
    case XENOS_S_SETP_INV:
        return predicated(state, x == 1, x == 0 ? bits_of(1) : a);
    case XENOS_S_SETP_POP: {
        uint32_t depth = sum(a, bits_of(-1));
        return predicated(state, number(depth) <= 0, depth);
    }
    case XENOS_S_SETP_CLR:
        state->predicate = 0;
        return bits_of(FLT_MAX);
    case XENOS_S_SETP_RSTR:
        return predicated(state, x == 0, a);
    case XENOS_S_KILLS_EQ:
        return kills(state, x == 0);
    case XENOS_S_KILLS_GT:
        return kills(state, x > 0);
    case XENOS_S_KILLS_GE:
        return kills(state, x >= 0);
    case XENOS_S_KILLS_NE:
        return kills(state, x != 0);
    case XENOS_S_KILLS_ONE:
        return kills(state, x == 1);
    case XENOS_S_LOGC: {
        uint32_t log = word((float)near(op, a));
        return isinf(number(log)) && number(log) < 0 ? LEAST : log;
    }
    case XENOS_S_EXP:
    case XENOS_S_LOG:
    case XENOS_S_SIN:
    case XENOS_S_COS:
        return word((float)near(op, a));
    case XENOS_S_RETAIN_PREV:
        return p;
    default:
        return state->previous;
    }
}

uint32_t oracle_scalar(enum xenos_scalar_op op, uint32_t a, uint32_t b, struct xenos_alu_state *state)
{
    state->previous = scalar(op, flush(a), flush(b), state);
    return state->previous;
}
