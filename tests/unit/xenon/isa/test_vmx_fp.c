/* Vector sums, products and dot products, against exact integers rounded once. */
#include "tests/unit/suites.h"
#include "tests/unit/xenon/isa/vmx_fp_rig.h"
#include "tests/unit/xenon/isa/vmx_rig.h"

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdlib.h>

enum { QUIET = 0x400000, DEFAULT_NAN = 0x7FC00000 };
#define SIGN UINT32_C(0x80000000)

static struct vfp_exact *exact; /* as long as a test runs */

/* a * b + c, each a number or an infinity: the host knows what the infinities among them give, but for the sign of a
 * NaN. */
static uint32_t infinite_result(uint32_t a, uint32_t b, uint32_t c)
{
    float result = float_of(a) * float_of(b) + float_of(c);
    return isnan(result) ? DEFAULT_NAN : bits_of_float(result);
}

/* The sign that the host gives a zero. */
static bool sign_of_zero(uint32_t a, uint32_t b, uint32_t c)
{
    return signbit((double)float_of(a) * float_of(b) + float_of(c));
}

static uint32_t number(const struct vfp_case *k, uint32_t a, uint32_t b, uint32_t c)
{
    if (vfp_infinite(a) || vfp_infinite(b) || vfp_infinite(c)) {
        bool product = vfp_infinite(a) || vfp_infinite(b);
        return infinite_result(product ? a : 0, product ? b : 0, c); /* no overflow of numbers in between */
    }
    vfp_exact_clear(exact);
    vfp_exact_add_product(exact, a, b);
    vfp_exact_add(exact, c, false);
    return vfp_settle(k, exact, sign_of_zero(a, b, c));
}

/* The first NaN of three, quiet, or 0. */
static uint32_t first_nan(uint32_t a, uint32_t b, uint32_t c)
{
    return vfp_nan(a) ? a | QUIET : vfp_nan(b) ? b | QUIET : vfp_nan(c) ? c | QUIET : 0;
}

enum arithmetic { ADD, SUBTRACT, MULTIPLY };

static void arithmetic(struct vfp_case *k, const struct vfp_row *row)
{
    for (unsigned i = 0; i < 4; i++) {
        uint32_t a = vfp_zero_denormal(k->a[i], k->nj), b = vfp_zero_denormal(k->b[i], k->nj);
        uint32_t nan = first_nan(a, b, 0);
        if (row->what == MULTIPLY)
            k->want[i] = nan ? nan : number(k, a, b, SIGN);
        else
            k->want[i] = nan ? nan : number(k, a, 0x3F800000, row->what == ADD ? b : b ^ SIGN);
    }
}

/* Which registers are multiplied and which is added; or, negated, taken away before the sign changes. */
enum roles { A_C_PLUS_B, A_B_PLUS_D, A_D_PLUS_B, NEGATED = 4 };

static void fused(struct vfp_case *k, const struct vfp_row *row)
{
    bool flush = k->nj || k->settings->vmadd_flush_always;
    int roles = row->what & ~NEGATED;
    for (unsigned i = 0; i < 4; i++) {
        uint32_t factor = roles == A_C_PLUS_B ? k->c[i] : roles == A_B_PLUS_D ? k->b[i] : k->d[i];
        uint32_t addend = roles == A_B_PLUS_D ? k->d[i] : k->b[i], a = vfp_zero_denormal(k->a[i], flush);
        factor = vfp_zero_denormal(factor, flush);
        addend = vfp_zero_denormal(addend, flush);
        uint32_t nan = first_nan(a, addend, factor);
        if (roles == A_B_PLUS_D && k->settings->vmadd128_nan_register)
            nan = first_nan(a, factor, addend);
        if (nan) {
            k->want[i] = nan;
        } else if (roles == row->what) {
            k->want[i] = number(k, a, factor, addend);
        } else {
            uint32_t negated = number(k, a, factor, addend ^ SIGN);
            k->want[i] = vfp_nan(negated) ? negated : negated ^ SIGN;
        }
    }
}

static const struct vfp_row arithmetic_rows[] = {
    VFP_ROW(VADDFP, arithmetic, 2, ADD),         VFP_ROW(VADDFP128, arithmetic, 2, ADD),
    VFP_ROW(VSUBFP, arithmetic, 2, SUBTRACT),    VFP_ROW(VSUBFP128, arithmetic, 2, SUBTRACT),
    VFP_ROW(VMULFP128, arithmetic, 2, MULTIPLY),
};
static const struct vfp_row fused_rows[] = {
    VFP_ROW(VMADDFP, fused, 3, A_C_PLUS_B),
    VFP_ROW(VNMSUBFP, fused, 3, A_C_PLUS_B | NEGATED),
    VFP_ROW(VMADDFP128, fused, 3, A_B_PLUS_D),
    VFP_ROW(VMADDCFP128, fused, 3, A_D_PLUS_B),
    VFP_ROW(VNMSUBFP128, fused, 3, A_B_PLUS_D | NEGATED),
};

static void holds_arithmetic(void)
{
    exact = vfp_exact();
    vfp_hold(arithmetic_rows, sizeof arithmetic_rows / sizeof *arithmetic_rows, 40000);
    vfp_exact_free(exact);
}

static void holds_fused(void)
{
    exact = vfp_exact();
    vfp_hold(fused_rows, sizeof fused_rows / sizeof *fused_rows, 40000);
    vfp_exact_free(exact);
}

/* Dot products. `volatile` keeps the host's doubles in the stated order. */

static uint32_t term(uint32_t a, uint32_t b)
{
    uint32_t nan = first_nan(a, b, 0);
    if (nan)
        return nan;
    return vfp_infinite(a) || vfp_infinite(b) ? infinite_result(a, b, 0) : 0;
}

static uint32_t sum_of_specials(uint32_t a, uint32_t b)
{
    uint32_t nan = first_nan(a, b, 0);
    return nan ? nan : infinite_result(a, 0x3F800000, b);
}

static uint32_t in_doubles(const struct vfp_case *k, const uint32_t a[4], const uint32_t b[4], unsigned words)
{
    volatile double product[4] = {0}, left, right, sum;
    for (unsigned i = 0; i < words; i++)
        product[i] = (double)float_of(a[i]) * float_of(b[i]);
    left = product[0] + product[2];
    right = product[1];
    if (words == 4)
        right = product[1] + product[3];
    sum = left + right;

    double size = fabs(sum);
    bool tiny = size > 0 && size < 0x1p-126;
    uint32_t result = bits_of_float((float)sum);
    if (k->settings->nj_result_after_rounding)
        return vfp_zero_denormal(result, k->nj);
    return k->nj && tiny ? result & SIGN : result;
}

static void dot(struct vfp_case *k, const struct vfp_row *row)
{
    unsigned words = (unsigned)row->what;
    uint32_t a[4] = {0}, b[4] = {0}, special[4] = {0}, result;
    bool minus = true;
    for (unsigned i = 0; i < words; i++) {
        a[i] = vfp_zero_denormal(k->a[i], k->nj);
        b[i] = vfp_zero_denormal(k->b[i], k->nj);
        special[i] = term(a[i], b[i]);
        minus &= (vfp_zero(a[i]) || vfp_zero(b[i])) && (a[i] ^ b[i]) & SIGN;
    }
    if (special[0] || special[1] || special[2] || special[3]) {
        result = sum_of_specials(sum_of_specials(special[0], special[2]), sum_of_specials(special[1], special[3]));
    } else {
        if (k->settings->vmsum_sum_exact) {
            vfp_exact_clear(exact);
            for (unsigned i = 0; i < words; i++)
                vfp_exact_add_product(exact, a[i], b[i]);
            result = vfp_settle(k, exact, minus);
        } else {
            result = in_doubles(k, a, b, words);
        }
        if (vfp_infinite(result) && !k->settings->vmsum_overflow_infinity)
            result = DEFAULT_NAN;
    }
    for (unsigned i = 0; i < 4; i++)
        k->want[i] = result;
}

static void holds_dot_products(void)
{
    static const struct vfp_row rows[] = {VFP_ROW(VMSUM3FP128, dot, 2, 3), VFP_ROW(VMSUM4FP128, dot, 2, 4)};
    exact = vfp_exact();
    vfp_hold(rows, sizeof rows / sizeof *rows, 100000);
    vfp_exact_free(exact);
}

/* Values that others published, and those of the manual. */

static void knows_published_dot_products(void)
{
    struct xenon_context *t = vmx_context();
    vmx_set_words(t, 1, 0x3F800000, 0x3FC00000, 0x3F8CCCCD, 0x3FF33333);
    vmx_set_words(t, 2, 0x40000000, 0x40700000, 0x4013D70A, 0x40B051EB);
    VMX_RUN(t, VMSUM3FP128, 0x14611190);
    CU_ASSERT(vmx_words_are(t, 3, 0x4122A7F0, 0x4122A7F0, 0x4122A7F0, 0x4122A7F0));
    VMX_RUN(t, VMSUM4FP128, 0x146111D0);
    CU_ASSERT(vmx_words_are(t, 3, 0x41A5147B, 0x41A5147B, 0x41A5147B, 0x41A5147B));
    free(t);
}

/* The largest single and half of its last place round to more than there is; a little less does not. */
static void dot_products_overflow_where_rounding_says(void)
{
    static const struct {
        uint32_t addend, usual, infinite;
    } known[] = {
        {0x73000000, 0x7FC00000, 0x7F800000},
        {0x72FFFFFF, 0x7F7FFFFF, 0x7F7FFFFF},
    };
    for (unsigned i = 0; i < 4; i++) {
        struct xenon_context *t = vmx_context();
        uint32_t want = i & 1 ? known[i >> 1].infinite : known[i >> 1].usual;
        t->settings.vmsum_overflow_infinity = i & 1;
        vmx_set_words(t, 1, 0x7F7FFFFF, 0, known[i >> 1].addend, 0);
        vmx_set_words(t, 2, 0x3F800000, 0x3F800000, 0x3F800000, 0x3F800000);
        VMX_RUN(t, VMSUM3FP128, 0x14611190);
        CU_ASSERT(vmx_words_are(t, 3, want, want, want, want));
        VMX_RUN(t, VMSUM4FP128, 0x146111D0);
        CU_ASSERT(vmx_words_are(t, 3, want, want, want, want));
        free(t);
    }
}

/* (1 + 2^-12)^2 + 2^-80: 1 + 2^-11 and a bit more than half of a last place; in double it is just half. */
static void rounds_sums_of_products_once(void)
{
    struct xenon_context *t = vmx_context();
    vmx_set_words(t, 1, 0x3F800800, 0x3F800800, 0x3F800800, 0x3F800800);
    vmx_set_words(t, 2, 0x17800000, 0x97800000, 0x00000000, 0x3F800000);
    VMX_RUN(t, VMADDFP, 0x1061106E);
    CU_ASSERT(vmx_words_are(t, 3, 0x3F801001, 0x3F801000, 0x3F801000, 0x40000800));
    free(t);
}

/* -(1 * 1 - 1) is -0; and the addend's NaN comes before the second factor's. */
static void negates_a_zero(void)
{
    struct xenon_context *t = vmx_context();
    vmx_set_words(t, 1, 0x3F800000, 0x3F800000, 0x3F800000, 0x7F800000);
    vmx_set_words(t, 2, 0x3F800000, 0x7F800002, 0x3F800000, 0x7F800000);
    vmx_set_words(t, 4, 0x3F800000, 0xFF800003, 0xFF800004, 0x3F800000);
    VMX_RUN(t, VNMSUBFP, 0x1061112F); /* v3 = -(v1 * v4 - v2) */
    CU_ASSERT(vmx_words_are(t, 3, 0x80000000, 0x7FC00002, 0xFFC00004, 0x7FC00000));
    free(t);
}

/* Ordinary numbers by the million, as the host adds, multiplies and fuses them. */
static void agrees_with_the_host(void)
{
    struct numbers numbers = {.state = 360};
    struct xenon_context *t = vmx_context();
    unsigned different = 0;
    const struct xenon_insn add = xenon_decode(0, 0x1061100A), multiply = xenon_decode(0, 0x14611090);
    const struct xenon_insn fuse = xenon_decode(0, 0x1061112E); /* v3 = v1 * v4 + v2 */
    CU_ASSERT(add.op == XENON_OP_VADDFP && multiply.op == XENON_OP_VMULFP128 && fuse.op == XENON_OP_VMADDFP);
    for (unsigned n = 0; n < 500000; n++) {
        uint32_t x[5][4];
        uint64_t how = random_bits(&numbers);
        for (unsigned reg = 1; reg <= 4; reg++)
            for (unsigned i = 0; i < 4; i++) {
                uint32_t bits = (uint32_t)random_bits(&numbers);
                if (how >> (4 * reg + i) & 1)
                    bits &= 0xFFFFF000; /* few digits, so that sums and products often end in the middle */
                x[reg][i] = (bits & 0x807FFFFF) | ((112 + (bits >> 23 & 31)) << 23);
                t->vr[reg].u32[i] = x[reg][i];
            }
        t->vscr = how & 1 ? XENON_VSCR_NJ : 0;
        xenon_op_VADDFP(t, &add);
        for (unsigned i = 0; i < 4; i++)
            different += t->vr[3].u32[i] != bits_of_float(float_of(x[1][i]) + float_of(x[2][i]));
        xenon_op_VMULFP128(t, &multiply);
        for (unsigned i = 0; i < 4; i++)
            different += t->vr[3].u32[i] != bits_of_float(float_of(x[1][i]) * float_of(x[2][i]));
        xenon_op_VMADDFP(t, &fuse);
        for (unsigned i = 0; i < 4; i++)
            different +=
                t->vr[3].u32[i] != bits_of_float(fmaf(float_of(x[1][i]), float_of(x[4][i]), float_of(x[2][i])));
    }
    CU_ASSERT_EQUAL(different, 0);
    free(t);
}

void test_vmx_fp(void)
{
    CU_pSuite suite = CU_add_suite("xenon/vmx_fp", NULL, NULL);
    CU_add_test(suite, "sums and products are exact, rounded once", holds_arithmetic);
    CU_add_test(suite, "products added to are exact, rounded once", holds_fused);
    CU_add_test(suite, "dot products are summed as the settings say", holds_dot_products);
    CU_add_test(suite, "published dot products come out", knows_published_dot_products);
    CU_add_test(suite, "dot products overflow where rounding says", dot_products_overflow_where_rounding_says);
    CU_add_test(suite, "a sum of products is not rounded to double first", rounds_sums_of_products_once);
    CU_add_test(suite, "zeros are negated, and NaNs have their order", negates_a_zero);
    CU_add_test(suite, "ordinary numbers come out as on the host", agrees_with_the_host);
}
