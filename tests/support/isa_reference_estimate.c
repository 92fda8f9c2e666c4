/* Reciprocals, roots, powers and logarithms. Where a table is known it decides; elsewhere the correctly rounded value
 * is given, and `bound` says how near one must be. */
#include "tests/support/isa_reference_exact.h"
#include "tests/support/isa_reference_parts.h"

#include <string.h>

static const uint32_t sign_bit = 0x80000000, infinity = 0x7F800000, default_nan = 0x7FC00000, quiet_bit = 0x00400000;

static bool nj(const struct isa_reference *r)
{
    return r->vscr & 0x00010000;
}

/* Each of the four gets an operand that is no NaN and, with NJ, no denormal. */
typedef uint32_t estimate_function(struct isa_reference *r, uint32_t x);

static void elements(struct isa_reference *r, const struct isa_word *w, estimate_function *function)
{
    for (unsigned i = 0; i < 4; i++) {
        uint32_t x = isa_get_word(r->vr[w->b], i), size = x & ~sign_bit;
        if (nj(r) && size < 0x00800000)
            x &= sign_bit;
        isa_set_word(r->vr[w->d], i, size > infinity ? x | quiet_bit : function(r, x));
    }
}

static uint32_t reciprocal(struct isa_reference *r, uint32_t x)
{
    uint32_t size = x & ~sign_bit;
    if (size == infinity)
        return x & sign_bit;
    if (size == 0)
        return x | infinity;
    mpq_t value;
    mpq_init(value);
    exact_get(value, &exact_single, x);
    mpq_inv(value, value);
    uint32_t estimate = isa_vector_result(r, value, false);
    mpq_clear(value);
    return estimate;
}

static uint32_t power_of_two(struct isa_reference *r, uint32_t x)
{
    uint32_t size = x & ~sign_bit;
    if (size >= 0x43800000) /* 256 and more */
        return x & sign_bit ? 0 : infinity;
    mpq_t value;
    mpq_init(value);
    exact_get(value, &exact_single, x);
    exact_exp2(value, value);
    uint32_t estimate = isa_vector_result(r, value, false);
    mpq_clear(value);
    return estimate;
}

static uint32_t logarithm(struct isa_reference *r, uint32_t x)
{
    if ((x & ~sign_bit) == 0)
        return sign_bit | infinity;
    if (x & sign_bit)
        return default_nan;
    if (x == infinity)
        return infinity;
    mpq_t value;
    mpq_init(value);
    exact_get(value, &exact_single, x);
    exact_log2(value, value);
    uint32_t estimate = isa_vector_result(r, value, false);
    mpq_clear(value);
    return estimate;
}

static const uint32_t root_table[32] = {
    0x568B4FD, 0x4F3AF97, 0x48DAAA5, 0x435A618, 0x3E7A1E4, 0x3A29DFE, 0x3659A5C, 0x32E96F8,
    0x2FC93CA, 0x2D090CE, 0x2A88DFE, 0x2838B57, 0x26188D4, 0x2438673, 0x2268431, 0x20B820B,
    0x3D27FFA, 0x3807C29, 0x33878AA, 0x2F97572, 0x2C27279, 0x2926FB7, 0x2666D26, 0x23F6AC0,
    0x21D6881, 0x1FD6665, 0x1E16468, 0x1C76287, 0x1AF60C1, 0x1995F12, 0x1855D79, 0x1735BF4,
};

/* 1/sqrt of a positive finite number, by a base and a slope for each 32nd of two octaves. */
static uint32_t root_by_table(uint32_t x)
{
    int exponent = (int)(x >> 23);
    uint32_t fraction = x & 0x7FFFFF;
    if (exponent == 0) {
        exponent = 1;
        while (!(fraction & 0x800000)) {
            fraction <<= 1;
            exponent--;
        }
        fraction &= 0x7FFFFF;
    }
    bool odd = (exponent - 127) % 2 != 0;
    uint32_t entry = root_table[(odd ? 0 : 16) + (fraction >> 19)];
    uint32_t value = ((entry & 0xFFFF) << 10) - (entry >> 16) * (fraction >> 9 & 0x3FF);
    int halved = 127 - exponent;
    halved = (halved - (halved & 1)) / 2;
    while (!(value & 0x2000000)) {
        value <<= 1;
        halved--;
    }
    if (value & 2 && value & 5)
        value += 4;
    return (uint32_t)(0x3F800000 + halved * 0x800000) | (value >> 2 & 0x7FFFFF);
}

static uint32_t inverse_root(struct isa_reference *r, uint32_t x)
{
    if ((x & ~sign_bit) == 0)
        return x | infinity;
    if (x & sign_bit)
        return default_nan;
    if (x == infinity)
        return 0;
    if (!r->settings.estimates_exact)
        return root_by_table(x);
    mpq_t value;
    mpq_init(value);
    exact_get(value, &exact_single, x);
    mpq_inv(value, value);
    exact_root(value, value);
    uint32_t estimate = isa_vector_result(r, value, false);
    mpq_clear(value);
    return estimate;
}

INSTRUCTION(vrefp)
{
    r->bound = r->settings.reciprocals_coarse ? ISA_RECIPROCAL : ISA_EXACT;
    elements(r, w, reciprocal);
}

INSTRUCTION(vexptefp)
{
    r->bound = r->settings.reciprocals_coarse ? ISA_EXP2 : ISA_EXACT;
    elements(r, w, power_of_two);
}

INSTRUCTION(vlogefp)
{
    r->bound = r->settings.reciprocals_coarse ? ISA_LOG2 : ISA_EXACT;
    elements(r, w, logarithm);
}

DOES(vrsqrtefp, elements(r, w, inverse_root))
