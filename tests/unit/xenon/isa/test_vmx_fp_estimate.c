/* The estimates: where they are exact against libm in long double, which no result of theirs is near enough to the
 * middle of two singles to embarrass; the table of 1/sqrt against the numbers in which it was published; and all of
 * them against what the manual promises. */
#include "tests/unit/suites.h"
#include "tests/unit/xenon/isa/vmx_fp_rig.h"
#include "tests/unit/xenon/isa/vmx_rig.h"

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdlib.h>

enum { QUIET = 0x400000, DEFAULT_NAN = 0x7FC00000 };
#define SIGN     UINT32_C(0x80000000)
#define INFINITE UINT32_C(0x7F800000)

/* The first `bits` binary digits. */
static long double truncate_digits(long double x, int bits)
{
    int exponent;
    long double fraction = frexpl(x, &exponent);
    return ldexpl(truncl(ldexpl(fraction, bits)), exponent - bits);
}

/* One rounding; a value that is denormal before it, or after, becomes zero. */
static uint32_t settle(const struct vfp_case *k, long double value)
{
    uint32_t bits = bits_of_float((float)value);
    if (k->settings->nj_result_after_rounding)
        return vfp_zero_denormal(bits, k->nj);
    return k->nj && fabsl(value) < 0x1p-126L ? bits & SIGN : bits;
}

static uint32_t reciprocal(const struct vfp_case *k, uint32_t x)
{
    if (vfp_zero(x) || vfp_infinite(x))
        return bits_of_float(1 / float_of(x));
    long double exact = 1 / (long double)float_of(x);
    return settle(k, k->settings->reciprocals_coarse ? truncate_digits(exact, 13) : exact);
}

/* The 26-bit line through each interval, as it was published: slope above, base in the low 16 bits. */
static uint32_t root_from_table(uint32_t x)
{
    static const uint32_t table[32] = {
        0x568B4FD, 0x4F3AF97, 0x48DAAA5, 0x435A618, 0x3E7A1E4, 0x3A29DFE, 0x3659A5C, 0x32E96F8,
        0x2FC93CA, 0x2D090CE, 0x2A88DFE, 0x2838B57, 0x26188D4, 0x2438673, 0x2268431, 0x20B820B,
        0x3D27FFA, 0x3807C29, 0x33878AA, 0x2F97572, 0x2C27279, 0x2926FB7, 0x2666D26, 0x23F6AC0,
        0x21D6881, 0x1FD6665, 0x1E16468, 0x1C76287, 0x1AF60C1, 0x1995F12, 0x1855D79, 0x1735BF4,
    };
    int exponent, odd;
    double mantissa = frexp((double)float_of(x), &exponent) * 2 - 1; /* of 1.m times 2^(exponent - 1) */
    exponent--;
    odd = exponent % 2 != 0;
    double sixteenths = mantissa * 16, interval = floor(sixteenths);
    double step = floor((sixteenths - interval) * 1024);
    uint32_t line = table[(odd ? 0 : 16) + (int)interval];
    double value = (line & 0xFFFF) * 1024.0 - (line >> 16) * step;
    int power = (-exponent - odd) / 2;
    if (value < 0x1p25) {
        value *= 2;
        power--;
    }
    return bits_of_float((float)ldexp(rint(value / 4), power - 23));
}

static uint32_t root(const struct vfp_case *k, uint32_t x)
{
    if (vfp_zero(x))
        return x | INFINITE;
    if (x & SIGN)
        return DEFAULT_NAN;
    if (vfp_infinite(x))
        return 0;
    return k->settings->estimates_exact ? settle(k, 1 / sqrtl(float_of(x))) : root_from_table(x);
}

static uint32_t power(const struct vfp_case *k, uint32_t x)
{
    long double exact = exp2l(float_of(x));
    if (!k->settings->reciprocals_coarse || isinf(exact))
        return settle(k, exact);
    if (exact == 1 && x & SIGN && !vfp_zero(x)) /* below one by less than a long double knows of */
        return bits_of_float(0x1.Fp-1F);
    return settle(k, truncate_digits(exact, 5));
}

static uint32_t logarithm(const struct vfp_case *k, uint32_t x)
{
    if (x & SIGN && !vfp_zero(x))
        return DEFAULT_NAN;
    long double exact = log2l(float_of(x) + 0.0F);
    return settle(k, k->settings->reciprocals_coarse ? truncl(exact * 64) / 64 : exact);
}

enum estimate { RECIPROCAL, ROOT, POWER, LOGARITHM };

static void estimate(struct vfp_case *k, const struct vfp_row *row)
{
    for (unsigned i = 0; i < 4; i++) {
        uint32_t x = vfp_zero_denormal(k->b[i], k->nj);
        k->want[i] = vfp_nan(x)                ? x | QUIET
                     : row->what == RECIPROCAL ? reciprocal(k, x)
                     : row->what == ROOT       ? root(k, x)
                     : row->what == POWER      ? power(k, x)
                                               : logarithm(k, x);
    }
}

static const struct vfp_row rows[] = {
    VFP_ROW(VREFP, estimate, 1, RECIPROCAL),  VFP_ROW(VREFP128, estimate, 1, RECIPROCAL),
    VFP_ROW(VRSQRTEFP, estimate, 1, ROOT),    VFP_ROW(VRSQRTEFP128, estimate, 1, ROOT),
    VFP_ROW(VEXPTEFP, estimate, 1, POWER),    VFP_ROW(VEXPTEFP128, estimate, 1, POWER),
    VFP_ROW(VLOGEFP, estimate, 1, LOGARITHM), VFP_ROW(VLOGEFP128, estimate, 1, LOGARITHM),
};

static void holds_estimates(void)
{
    vfp_hold(rows, sizeof rows / sizeof *rows, 100000);
}

static void knows_published_roots(void)
{
    struct xenon_context *t = vmx_context();
    vmx_set_words(t, 1, 0x3F800000, 0x40000000, 0x3F000000, 0x40400000);
    VMX_RUN(t, VRSQRTEFP, 0x1060094A);
    CU_ASSERT(vmx_words_are(t, 3, 0x3F7FF400, 0x3F34FD00, 0x3FB4FD00, 0x3F13CA00));
    vmx_set_words(t, 1, 0x40800000, 0x42C80000, 0x00800000, 0x00400000);
    VMX_RUN(t, VRSQRTEFP, 0x1060094A);
    CU_ASSERT(vmx_words_are(t, 3, 0x3EFFF400, 0x3DCCCA00, 0x5EFFF400, 0x5F34FD00));
    free(t);
}

static void knows_powers_of_integers(void)
{
    struct xenon_context *t = vmx_context();
    for (unsigned coarse = 0; coarse < 2; coarse++) {
        xenon_isa_settings_choose(&t->settings, XENON_ISA_SETTING_reciprocals, coarse);
        for (int n = -149; n <= 127; n++) {
            uint32_t x = bits_of_float((float)n), want = bits_of_float(ldexpf(1, n));
            vmx_set_words(t, 1, x, x, x, x);
            VMX_RUN(t, VEXPTEFP, 0x1060098A);
            CU_ASSERT(vmx_words_are(t, 3, want, want, want, want));
            vmx_set_words(t, 1, want, want, want, want);
            VMX_RUN(t, VLOGEFP, 0x106009CA);
            CU_ASSERT(vmx_words_are(t, 3, x, x, x, x));
        }
    }
    free(t);
}

/* How far each estimate is from the truth, against what the manual allows. */
static void keeps_the_manuals_promises(void)
{
    struct numbers numbers = {.state = 12};
    struct xenon_context *t = vmx_context();
    const struct xenon_insn re = xenon_decode(0, 0x1060090A), rsqrte = xenon_decode(0, 0x1060094A);
    const struct xenon_insn expte = xenon_decode(0, 0x1060098A), loge = xenon_decode(0, 0x106009CA);
    unsigned broken = 0;
    for (unsigned n = 0; n < 400000; n++) {
        uint64_t how = random_bits(&numbers);
        xenon_isa_settings_choose(&t->settings, XENON_ISA_SETTING_reciprocals, how & 1);
        float x = float_of((uint32_t)(how >> 20 & 0x7FFFFF) | ((uint32_t)(how >> 8 & 0xFFF) % 240 + 8) << 23);
        float y = float_of((uint32_t)(how >> 20 & 0x7FFFFF) | (116 + (uint32_t)(how >> 8 & 15)) << 23 |
                           (uint32_t)(how >> 63) << 31);
        if (fabsf(y) >= 126)
            continue;
        union xenon_vector of_x = {.u32 = {bits_of_float(x)}}, of_y = {.u32 = {bits_of_float(y)}};
        t->vr[1] = of_x;
        xenon_op_VREFP(t, &re);
        broken += fabs((double)float_of(t->vr[3].u32[0]) * x - 1) > 1 / 4096.0;
        xenon_op_VRSQRTEFP(t, &rsqrte);
        broken += fabs(float_of(t->vr[3].u32[0]) * sqrt((double)x) - 1) > 1 / 4096.0;
        double logarithm = log2((double)x);
        xenon_op_VLOGEFP(t, &loge);
        double off = fabs(float_of(t->vr[3].u32[0]) - logarithm);
        broken += off > 1 / 32.0 || (fabs(x - 1.0) > 1 / 8.0 && off > fabs(logarithm) / 8);
        t->vr[1] = of_y;
        xenon_op_VEXPTEFP(t, &expte);
        broken += fabs(float_of(t->vr[3].u32[0]) / exp2((double)y) - 1) > 1 / 16.0;
    }
    CU_ASSERT_EQUAL(broken, 0);
    free(t);
}

void test_vmx_fp_estimate(void)
{
    CU_pSuite suite = CU_add_suite("xenon/vmx_fp_estimate", NULL, NULL);
    CU_add_test(suite, "estimates are exact, from their table, or coarse, as the settings say", holds_estimates);
    CU_add_test(suite, "published values of 1/sqrt come out", knows_published_roots);
    CU_add_test(suite, "powers of integers are exact, and so are their logarithms", knows_powers_of_integers);
    CU_add_test(suite, "estimates are as near as the manual promises", keeps_the_manuals_promises);
}
