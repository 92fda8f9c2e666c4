/* Dot products: products are exact; sums are rounded to double in a given order, or not at all. */
#include "tests/support/isa_reference_exact.h"
#include "tests/support/isa_reference_parts.h"

#include <string.h>

/* A term: a NaN, an infinity, or an exact value with the sign that it has if it is zero. */
struct term {
    enum { NUMBER, INFINITE, NOT_A_NUMBER } kind;
    bool negative;
    uint32_t nan;
    mpq_t value;
};

static const uint32_t sign_bit = 0x80000000, infinity = 0x7F800000, default_nan = 0x7FC00000, quiet_bit = 0x00400000;

static void product(struct isa_reference *r, struct term *t, uint32_t a, uint32_t b)
{
    mpq_init(t->value);
    uint32_t size_a = a & ~sign_bit, size_b = b & ~sign_bit;
    if (r->vscr & 0x00010000) { /* NJ */
        size_a = size_a < 0x00800000 ? 0 : size_a;
        size_b = size_b < 0x00800000 ? 0 : size_b;
    }
    t->negative = (a ^ b) & sign_bit;
    if (size_a > infinity || size_b > infinity) {
        t->kind = NOT_A_NUMBER;
        t->nan = (size_a > infinity ? a : b) | quiet_bit;
    } else if ((size_a == infinity && size_b == 0) || (size_a == 0 && size_b == infinity)) {
        t->kind = NOT_A_NUMBER;
        t->nan = default_nan;
    } else if (size_a == infinity || size_b == infinity) {
        t->kind = INFINITE;
    } else {
        mpq_t other;
        mpq_init(other);
        t->kind = NUMBER;
        exact_get(t->value, &exact_single, size_a);
        exact_get(other, &exact_single, size_b);
        mpq_mul(t->value, t->value, other);
        if (t->negative)
            mpq_neg(t->value, t->value);
        mpq_clear(other);
    }
}

/* a += b */
static void add(struct isa_reference *r, struct term *a, const struct term *b)
{
    if (a->kind == NOT_A_NUMBER)
        return;
    if (b->kind == NOT_A_NUMBER) {
        a->kind = NOT_A_NUMBER;
        a->nan = b->nan;
    } else if (a->kind == INFINITE && b->kind == INFINITE && a->negative != b->negative) {
        a->kind = NOT_A_NUMBER;
        a->nan = default_nan;
    } else if (b->kind == INFINITE) {
        a->kind = INFINITE;
        a->negative = b->negative;
    } else if (a->kind == NUMBER) {
        bool zeros = mpq_sgn(a->value) == 0 && mpq_sgn(b->value) == 0;
        a->negative = zeros && a->negative && b->negative;
        mpq_add(a->value, a->value, b->value);
        if (!r->settings.vmsum_sum_exact) {
            uint64_t rounded = exact_round(a->value, a->negative, &exact_double, EXACT_NEAREST);
            a->negative = rounded >> 63;
            exact_get(a->value, &exact_double, rounded);
        } else if (!zeros) {
            a->negative = mpq_sgn(a->value) < 0;
        }
    }
}

static uint32_t finish(struct isa_reference *r, const struct term *t)
{
    uint32_t sign = t->negative ? sign_bit : 0;
    if (t->kind == NOT_A_NUMBER)
        return t->nan;
    if (t->kind == INFINITE)
        return sign | infinity;
    uint32_t rounded = isa_vector_result(r, t->value, t->negative);
    bool overflow = (rounded & ~sign_bit) == infinity;
    return overflow && !r->settings.vmsum_overflow_infinity ? default_nan : rounded;
}

/* (x + z) + y, (x + z) + (y + w) */
static void dot(struct isa_reference *r, const struct isa_word *w, bool four)
{
    struct term t[4];
    memset(t, 0, sizeof t);
    for (unsigned i = 0; i < 4; i++)
        product(r, &t[i], isa_get_word(r->vr[w->a], i), isa_get_word(r->vr[w->b], i));
    add(r, &t[0], &t[2]);
    if (four)
        add(r, &t[1], &t[3]);
    add(r, &t[0], &t[1]);
    uint32_t sum = finish(r, &t[0]);
    for (unsigned i = 0; i < 4; i++) {
        isa_set_word(r->vr[w->d], i, sum);
        mpq_clear(t[i].value);
    }
}

DOES(vmsum3fp, dot(r, w, false))
DOES(vmsum4fp, dot(r, w, true))
