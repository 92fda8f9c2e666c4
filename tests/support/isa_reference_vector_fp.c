/* Floating-point vectors: each element by exact arithmetic and one rounding to nearest. */
#include "tests/support/isa_reference_exact.h"
#include "tests/support/isa_reference_parts.h"

#include <string.h>

static const uint32_t sign_bit = 0x80000000, infinity = 0x7F800000, default_nan = 0x7FC00000, quiet_bit = 0x00400000;

static bool is_nan(uint32_t x)
{
    return (x & ~sign_bit) > infinity;
}

static bool is_infinite(uint32_t x)
{
    return (x & ~sign_bit) == infinity;
}

static bool is_zero(uint32_t x)
{
    return (x & ~sign_bit) == 0;
}

static bool is_denormal(uint32_t x)
{
    return !is_zero(x) && (x & ~sign_bit) < 0x00800000;
}

static bool is_negative(uint32_t x)
{
    return x & sign_bit;
}

static bool nj(const struct isa_reference *r)
{
    return r->vscr & 0x00010000;
}

/* An operand: a denormal reads as zero where `flushes`. */
static uint32_t operand(uint32_t x, bool flushes)
{
    return flushes && is_denormal(x) ? x & sign_bit : x;
}

/* The first NaN of the operands, made quiet; 0 when none is one. */
static uint32_t first_nan(uint32_t a, uint32_t b, uint32_t c)
{
    return is_nan(a) ? a | quiet_bit : is_nan(b) ? b | quiet_bit : is_nan(c) ? c | quiet_bit : 0;
}

/* a + b in single precision */
static uint32_t add(struct isa_reference *r, uint32_t a, uint32_t b)
{
    a = operand(a, nj(r)), b = operand(b, nj(r));
    if (is_infinite(a) || is_infinite(b))
        return is_infinite(a) && is_infinite(b) && a != b ? default_nan : is_infinite(a) ? a : b;
    mpq_t x, y;
    mpq_inits(x, y, NULL);
    exact_get(x, &exact_single, a);
    exact_get(y, &exact_single, b);
    mpq_add(x, x, y);
    uint32_t sum = isa_vector_result(r, x, is_zero(a) && is_zero(b) && is_negative(a) && is_negative(b));
    mpq_clears(x, y, NULL);
    return sum;
}

/* a * c + b, or with `subtract` -(a * c - b); no operand is a NaN. */
static uint32_t multiply_add(struct isa_reference *r, uint32_t a, uint32_t c, uint32_t b, bool subtract)
{
    bool flushes = nj(r) || r->settings.vmadd_flush_always;
    a = operand(a, flushes), b = operand(b, flushes), c = operand(c, flushes);
    if (subtract)
        b ^= sign_bit;
    uint32_t product_sign = (a ^ c) & sign_bit, sum;
    if ((is_infinite(a) && is_zero(c)) || (is_zero(a) && is_infinite(c)))
        return default_nan;
    if (is_infinite(a) || is_infinite(c)) {
        if (is_infinite(b) && ((b ^ product_sign) & sign_bit))
            return default_nan;
        sum = product_sign | infinity;
    } else if (is_infinite(b)) {
        sum = b;
    } else {
        mpq_t x, y;
        mpq_inits(x, y, NULL);
        exact_get(x, &exact_single, a);
        exact_get(y, &exact_single, c);
        mpq_mul(x, x, y);
        bool zeros = mpq_sgn(x) == 0 && is_zero(b);
        exact_get(y, &exact_single, b);
        mpq_add(x, x, y);
        sum = isa_vector_result(r, x, zeros && product_sign && is_negative(b));
        mpq_clears(x, y, NULL);
    }
    return subtract ? sum ^ sign_bit : sum;
}

/* Each element from the elements of up to three registers. The operands are read before anything is written. */
typedef uint32_t element_function(struct isa_reference *r, uint32_t a, uint32_t b, uint32_t c);

static void elements(struct isa_reference *r, const struct isa_word *w, unsigned a, unsigned b, unsigned c,
                     element_function *function)
{
    uint8_t to[16];
    for (unsigned i = 0; i < 4; i++)
        isa_set_word(to, i,
                     function(r, isa_get_word(r->vr[a], i), isa_get_word(r->vr[b], i), isa_get_word(r->vr[c], i)));
    memcpy(r->vr[w->d], to, 16);
}

static uint32_t vaddfp(struct isa_reference *r, uint32_t a, uint32_t b, uint32_t c)
{
    (void)c;
    uint32_t nan = first_nan(a, b, 0);
    return nan ? nan : add(r, a, b);
}

static uint32_t vsubfp(struct isa_reference *r, uint32_t a, uint32_t b, uint32_t c)
{
    (void)c;
    uint32_t nan = first_nan(a, b, 0);
    return nan ? nan : add(r, a, b ^ sign_bit);
}

static uint32_t vmulfp(struct isa_reference *r, uint32_t a, uint32_t b, uint32_t c)
{
    (void)c;
    uint32_t nan = first_nan(a, b, 0);
    if (nan)
        return nan;
    a = operand(a, nj(r)), b = operand(b, nj(r));
    uint32_t sign = (a ^ b) & sign_bit;
    if (is_infinite(a) || is_infinite(b))
        return is_zero(a) || is_zero(b) ? default_nan : sign | infinity;
    mpq_t x, y;
    mpq_inits(x, y, NULL);
    exact_get(x, &exact_single, a);
    exact_get(y, &exact_single, b);
    mpq_mul(x, x, y);
    uint32_t product = isa_vector_result(r, x, sign);
    mpq_clears(x, y, NULL);
    return product;
}

/* The names of the parameters are those of the register fields. */
static uint32_t vmaddfp(struct isa_reference *r, uint32_t a, uint32_t b, uint32_t c)
{
    uint32_t nan = first_nan(a, b, c);
    return nan ? nan : multiply_add(r, a, c, b, false);
}

static uint32_t vnmsubfp(struct isa_reference *r, uint32_t a, uint32_t b, uint32_t c)
{
    uint32_t nan = first_nan(a, b, c);
    return nan ? nan : multiply_add(r, a, c, b, true);
}

static uint32_t vmaddfp128(struct isa_reference *r, uint32_t a, uint32_t b, uint32_t d)
{
    uint32_t nan = r->settings.vmadd128_nan_register ? first_nan(a, b, d) : first_nan(a, d, b);
    return nan ? nan : multiply_add(r, a, b, d, false);
}

static uint32_t vmaddcfp128(struct isa_reference *r, uint32_t a, uint32_t b, uint32_t d)
{
    uint32_t nan = first_nan(a, b, d);
    return nan ? nan : multiply_add(r, a, d, b, false);
}

static uint32_t vnmsubfp128(struct isa_reference *r, uint32_t a, uint32_t b, uint32_t d)
{
    uint32_t nan = r->settings.vmadd128_nan_register ? first_nan(a, b, d) : first_nan(a, d, b);
    return nan ? nan : multiply_add(r, a, b, d, true);
}

DOES(vaddfp, elements(r, w, w->a, w->b, w->b, vaddfp))
DOES(vsubfp, elements(r, w, w->a, w->b, w->b, vsubfp))
DOES(vmulfp, elements(r, w, w->a, w->b, w->b, vmulfp))
DOES(vmaddfp, elements(r, w, w->a, w->b, w->c, vmaddfp))
DOES(vnmsubfp, elements(r, w, w->a, w->b, w->c, vnmsubfp))
DOES(vmaddfp128, elements(r, w, w->a, w->b, w->d, vmaddfp128))
DOES(vmaddcfp, elements(r, w, w->a, w->b, w->d, vmaddcfp128))
DOES(vnmsubfp128, elements(r, w, w->a, w->b, w->d, vnmsubfp128))

/* Order of two numbers that are no NaNs, as vcmp*fp, vmaxfp and vminfp see them. */
static int order(const struct isa_reference *r, uint32_t a, uint32_t b)
{
    bool flushes = nj(r) && !r->settings.nj_compare_keep;
    a = operand(a, flushes), b = operand(b, flushes);
    int64_t x = is_negative(a) ? -(int64_t)(a & ~sign_bit) : a, y = is_negative(b) ? -(int64_t)(b & ~sign_bit) : b;
    return x < y ? -1 : x > y;
}

static uint32_t extreme(struct isa_reference *r, uint32_t a, uint32_t b, int wanted)
{
    uint32_t nan = first_nan(a, b, 0);
    if (nan)
        return nan;
    bool flushes = nj(r) && !r->settings.nj_compare_keep;
    int o = order(r, a, b);
    a = operand(a, flushes), b = operand(b, flushes);
    if (o == 0) /* the same but for a zero's sign */
        return is_negative(a) == (wanted < 0) ? a : b;
    return o == wanted ? a : b;
}

static uint32_t vmaxfp(struct isa_reference *r, uint32_t a, uint32_t b, uint32_t c)
{
    (void)c;
    return extreme(r, a, b, 1);
}

static uint32_t vminfp(struct isa_reference *r, uint32_t a, uint32_t b, uint32_t c)
{
    (void)c;
    return extreme(r, a, b, -1);
}

DOES(vmaxfp, elements(r, w, w->a, w->b, w->b, vmaxfp))
DOES(vminfp, elements(r, w, w->a, w->b, w->b, vminfp))

static uint32_t vcmpeqfp(struct isa_reference *r, uint32_t a, uint32_t b, uint32_t c)
{
    (void)c;
    return !is_nan(a) && !is_nan(b) && order(r, a, b) == 0 ? UINT32_MAX : 0;
}

static uint32_t vcmpgefp(struct isa_reference *r, uint32_t a, uint32_t b, uint32_t c)
{
    (void)c;
    return !is_nan(a) && !is_nan(b) && order(r, a, b) >= 0 ? UINT32_MAX : 0;
}

static uint32_t vcmpgtfp(struct isa_reference *r, uint32_t a, uint32_t b, uint32_t c)
{
    (void)c;
    return !is_nan(a) && !is_nan(b) && order(r, a, b) > 0 ? UINT32_MAX : 0;
}

static uint32_t vcmpbfp(struct isa_reference *r, uint32_t a, uint32_t b, uint32_t c)
{
    (void)c;
    if (is_nan(a) || is_nan(b))
        return r->settings.vcmpb_nan_low ? 0x40000000 : 0xC0000000;
    return (order(r, a, b) <= 0 ? 0 : 0x80000000) | (order(r, a, b ^ sign_bit) >= 0 ? 0 : 0x40000000);
}

static void compare(struct isa_reference *r, const struct isa_word *w, element_function *function, bool bounds)
{
    elements(r, w, w->a, w->b, w->b, function);
    if (!w->record)
        return;
    bool all = true, none = true;
    for (unsigned i = 0; i < 4; i++) {
        all &= isa_get_word(r->vr[w->d], i) == UINT32_MAX;
        none &= isa_get_word(r->vr[w->d], i) == 0;
    }
    isa_set_cr_field(r, 6, (all && !bounds ? 8U : 0U) | (none ? 2U : 0U));
}

DOES(vcmpeqfp, compare(r, w, vcmpeqfp, false))
DOES(vcmpgefp, compare(r, w, vcmpgefp, false))
DOES(vcmpgtfp, compare(r, w, vcmpgtfp, false))
DOES(vcmpbfp, compare(r, w, vcmpbfp, true))

/* To whole numbers. */
static uint32_t to_whole(uint32_t x, enum exact_mode mode)
{
    if (is_nan(x))
        return x | quiet_bit;
    if (is_infinite(x) || is_zero(x))
        return x;
    mpq_t value;
    mpq_init(value);
    exact_get(value, &exact_single, x);
    exact_round_whole(value, value, mode);
    uint32_t rounded = (uint32_t)exact_round(value, is_negative(x), &exact_single, EXACT_NEAREST);
    mpq_clear(value);
    return rounded;
}

static uint32_t vrfim(struct isa_reference *r, uint32_t a, uint32_t b, uint32_t c)
{
    (void)b, (void)c;
    return to_whole(operand(a, nj(r) && !r->settings.nj_compare_keep), EXACT_MINUS);
}

static uint32_t vrfip(struct isa_reference *r, uint32_t a, uint32_t b, uint32_t c)
{
    (void)b, (void)c;
    return to_whole(operand(a, nj(r) && !r->settings.nj_compare_keep), EXACT_PLUS);
}

static uint32_t vrfin(struct isa_reference *r, uint32_t a, uint32_t b, uint32_t c)
{
    (void)r, (void)b, (void)c;
    return to_whole(a, EXACT_NEAREST);
}

static uint32_t vrfiz(struct isa_reference *r, uint32_t a, uint32_t b, uint32_t c)
{
    (void)r, (void)b, (void)c;
    return to_whole(a, EXACT_ZERO);
}

DOES(vrfim, elements(r, w, w->b, w->b, w->b, vrfim))
DOES(vrfin, elements(r, w, w->b, w->b, w->b, vrfin))
DOES(vrfip, elements(r, w, w->b, w->b, w->b, vrfip))
DOES(vrfiz, elements(r, w, w->b, w->b, w->b, vrfiz))

/* Conversions: w->a's field holds the power of two. */
static void from_words(struct isa_reference *r, const struct isa_word *w, bool is_signed)
{
    unsigned power = isa_bits(w->bits, 11, 15);
    mpq_t value;
    mpq_init(value);
    uint8_t to[16];
    for (unsigned i = 0; i < 4; i++) {
        uint32_t word = isa_get_word(r->vr[w->b], i);
        mpq_set_si(value, is_signed ? (int32_t)word : (long)word, 1);
        exact_scale(value, -(long)power);
        isa_set_word(to, i, (uint32_t)exact_round(value, false, &exact_single, EXACT_NEAREST));
    }
    mpq_clear(value);
    memcpy(r->vr[w->d], to, 16);
}

DOES(vcfsx, from_words(r, w, true))
DOES(vcfux, from_words(r, w, false))

static void to_words(struct isa_reference *r, const struct isa_word *w, long least, long most, uint32_t of_nan)
{
    unsigned power = isa_bits(w->bits, 11, 15);
    bool saturated = false;
    mpq_t value;
    mpz_t whole;
    mpq_init(value);
    mpz_init(whole);
    uint8_t to[16];
    for (unsigned i = 0; i < 4; i++) {
        uint32_t x = isa_get_word(r->vr[w->b], i);
        if (is_nan(x)) {
            isa_set_word(to, i, of_nan);
            continue;
        }
        if (is_infinite(x)) {
            mpz_set_si(whole, is_negative(x) ? -1 : 1);
            mpz_mul_2exp(whole, whole, 100);
        } else {
            exact_get(value, &exact_single, x);
            exact_scale(value, power);
            mpz_tdiv_q(whole, mpq_numref(value), mpq_denref(value));
        }
        if (mpz_cmp_si(whole, least) < 0 || mpz_cmp_si(whole, most) > 0) {
            saturated = true;
            mpz_set_si(whole, mpz_sgn(whole) < 0 ? least : most);
        }
        isa_set_word(to, i, (uint32_t)mpz_get_si(whole));
    }
    mpz_clear(whole);
    mpq_clear(value);
    memcpy(r->vr[w->d], to, 16);
    r->vscr |= saturated;
}

DOES(vctsxs, to_words(r, w, INT32_MIN, INT32_MAX, 0))
DOES(vctuxs, to_words(r, w, 0, UINT32_MAX, r->settings.vcfux_nan_ones ? UINT32_MAX : 0))
