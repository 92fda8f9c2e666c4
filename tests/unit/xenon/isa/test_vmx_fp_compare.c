/* Vector compares, minima, maxima and roundings to integers, as the host's comparisons and libm have them. */
#include "tests/unit/suites.h"
#include "tests/unit/xenon/isa/vmx_fp_rig.h"
#include "tests/unit/xenon/isa/vmx_rig.h"

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdlib.h>

enum { QUIET = 0x400000 };
#define SIGN UINT32_C(0x80000000)

static float read_operand(const struct vfp_case *k, uint32_t bits)
{
    return float_of(vfp_zero_denormal(bits, k->nj && !k->settings->nj_compare_keep));
}

enum relation { EQUAL, GREATER_OR_EQUAL, GREATER };

static void compare(struct vfp_case *k, const struct vfp_row *row)
{
    unsigned holding = 0;
    for (unsigned i = 0; i < 4; i++) {
        float a = read_operand(k, k->a[i]), b = read_operand(k, k->b[i]);
        bool holds = row->what == EQUAL ? a == b : row->what == GREATER ? isgreater(a, b) : isgreaterequal(a, b);
        k->want[i] = holds ? UINT32_MAX : 0;
        holding += holds;
    }
    k->cr6 = holding == 4 ? 8 : holding == 0 ? 2 : 0;
}

static void bounds(struct vfp_case *k, const struct vfp_row *row)
{
    (void)row;
    k->cr6 = 2;
    for (unsigned i = 0; i < 4; i++) {
        float a = read_operand(k, k->a[i]), b = read_operand(k, k->b[i]);
        k->want[i] = (islessequal(a, b) ? 0 : SIGN) | (isgreaterequal(a, -b) ? 0 : SIGN >> 1);
        if (isunordered(a, b) && k->settings->vcmpb_nan_low)
            k->want[i] = SIGN >> 1;
        if (k->want[i])
            k->cr6 = 0;
    }
}

enum extremum { MAXIMUM, MINIMUM };

static void extremum(struct vfp_case *k, const struct vfp_row *row)
{
    for (unsigned i = 0; i < 4; i++) {
        float a = read_operand(k, k->a[i]), b = read_operand(k, k->b[i]);
        if (isnan(a) || isnan(b))
            k->want[i] = (isnan(a) ? k->a[i] : k->b[i]) | QUIET;
        else if (a == 0 && b == 0)
            k->want[i] = (row->what == MAXIMUM ? signbit(a) && signbit(b) : signbit(a) || signbit(b)) ? SIGN : 0;
        else
            k->want[i] = bits_of_float((a > b) == (row->what == MAXIMUM) ? a : b);
    }
}

enum direction { NEAREST, TO_ZERO, UP, DOWN };

static void round_to_integer(struct vfp_case *k, const struct vfp_row *row)
{
    for (unsigned i = 0; i < 4; i++) {
        float x = float_of(k->b[i]);
        if (row->what == UP || row->what == DOWN)
            x = read_operand(k, k->b[i]);
        if (isnan(x))
            k->want[i] = k->b[i] | QUIET;
        else
            k->want[i] = bits_of_float(row->what == NEAREST   ? rintf(x)
                                       : row->what == TO_ZERO ? truncf(x)
                                       : row->what == UP      ? ceilf(x)
                                                              : floorf(x));
    }
}

static const struct vfp_row compare_rows[] = {
    VFP_ROW(VCMPEQFP, compare, 2, EQUAL),
    VFP_ROW(VCMPEQFP128, compare, 2, EQUAL),
    VFP_ROW(VCMPGEFP, compare, 2, GREATER_OR_EQUAL),
    VFP_ROW(VCMPGEFP128, compare, 2, GREATER_OR_EQUAL),
    VFP_ROW(VCMPGTFP, compare, 2, GREATER),
    VFP_ROW(VCMPGTFP128, compare, 2, GREATER),
    VFP_ROW(VCMPBFP, bounds, 2, 0),
    VFP_ROW(VCMPBFP128, bounds, 2, 0),
};
static const struct vfp_row extremum_rows[] = {
    VFP_ROW(VMAXFP, extremum, 2, MAXIMUM),
    VFP_ROW(VMAXFP128, extremum, 2, MAXIMUM),
    VFP_ROW(VMINFP, extremum, 2, MINIMUM),
    VFP_ROW(VMINFP128, extremum, 2, MINIMUM),
};
static const struct vfp_row round_rows[] = {
    VFP_ROW(VRFIN, round_to_integer, 1, NEAREST), VFP_ROW(VRFIN128, round_to_integer, 1, NEAREST),
    VFP_ROW(VRFIZ, round_to_integer, 1, TO_ZERO), VFP_ROW(VRFIZ128, round_to_integer, 1, TO_ZERO),
    VFP_ROW(VRFIP, round_to_integer, 1, UP),      VFP_ROW(VRFIP128, round_to_integer, 1, UP),
    VFP_ROW(VRFIM, round_to_integer, 1, DOWN),    VFP_ROW(VRFIM128, round_to_integer, 1, DOWN),
};

static void holds_compares(void)
{
    vfp_hold(compare_rows, sizeof compare_rows / sizeof *compare_rows, 40000);
}

static void holds_extrema(void)
{
    vfp_hold(extremum_rows, sizeof extremum_rows / sizeof *extremum_rows, 40000);
}

static void holds_roundings(void)
{
    vfp_hold(round_rows, sizeof round_rows / sizeof *round_rows, 100000);
}

/* 7, -7 and twice 5 within 5: only the last two. */
static void knows_the_published_bounds(void)
{
    struct xenon_context *t = vmx_context();
    vmx_set_words(t, 1, 0x40E00000, 0xC0E00000, 0x40A00000, 0x40A00000);
    vmx_set_words(t, 2, 0x40A00000, 0x40A00000, 0x40A00000, 0x40A00000);
    VMX_RUN(t, VCMPBFP, 0x106117C6);
    CU_ASSERT(vmx_words_are(t, 3, 0x80000000, 0x40000000, 0, 0));
    CU_ASSERT_EQUAL(t->cr[6], 0);
    VMX_RUN(t, VCMPBFP, 0x106217C6);
    CU_ASSERT(vmx_words_are(t, 3, 0, 0, 0, 0));
    CU_ASSERT_EQUAL(t->cr[6], 2);
    free(t);
}

/* Under NJ a positive denormal rounds up to zero; otherwise to one. Two and a half is rounded to even. */
static void knows_roundings(void)
{
    struct xenon_context *t = vmx_context();
    vmx_set_words(t, 1, 0x00000001, 0x80000001, 0x40200000, 0xBF000000);
    VMX_RUN(t, VRFIP, 0x10600A8A);
    CU_ASSERT(vmx_words_are(t, 3, 0x3F800000, 0x80000000, 0x40400000, 0x80000000));
    VMX_RUN(t, VRFIM, 0x10600ACA);
    CU_ASSERT(vmx_words_are(t, 3, 0x00000000, 0xBF800000, 0x40000000, 0xBF800000));
    VMX_RUN(t, VRFIN, 0x10600A0A);
    CU_ASSERT(vmx_words_are(t, 3, 0x00000000, 0x80000000, 0x40000000, 0x80000000));
    t->vscr = XENON_VSCR_NJ;
    VMX_RUN(t, VRFIP, 0x10600A8A);
    CU_ASSERT(vmx_words_are(t, 3, 0x00000000, 0x80000000, 0x40400000, 0x80000000));
    free(t);
}

void test_vmx_fp_compare(void)
{
    CU_pSuite suite = CU_add_suite("xenon/vmx_fp_compare", NULL, NULL);
    CU_add_test(suite, "compares hold as on the host, and sum up in CR6", holds_compares);
    CU_add_test(suite, "minima and maxima know NaNs and the signs of zeros", holds_extrema);
    CU_add_test(suite, "roundings go where libm's go", holds_roundings);
    CU_add_test(suite, "the published bounds come out", knows_the_published_bounds);
    CU_add_test(suite, "NJ decides where a denormal rounds to", knows_roundings);
}
