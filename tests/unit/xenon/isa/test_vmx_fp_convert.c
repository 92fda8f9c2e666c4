/* Conversions between words and singles, against doubles, which hold every word and every scaled single. */
#include "tests/unit/suites.h"
#include "tests/unit/xenon/isa/vmx_fp_rig.h"
#include "tests/unit/xenon/isa/vmx_rig.h"

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdlib.h>

enum signedness { UNSIGNED, SIGNED };

static void from_word(struct vfp_case *k, const struct vfp_row *row)
{
    for (unsigned i = 0; i < 4; i++) {
        double x = row->what == SIGNED ? (double)(int32_t)k->b[i] : (double)k->b[i];
        k->want[i] = bits_of_float((float)ldexp(x, -(int)k->imm));
    }
}

static void to_word(struct vfp_case *k, const struct vfp_row *row)
{
    double least = row->what == SIGNED ? -0x1p31 : 0, most = row->what == SIGNED ? 0x1p31 - 1 : 0x1p32 - 1;
    for (unsigned i = 0; i < 4; i++) {
        double x = trunc(ldexp(float_of(k->b[i]), (int)k->imm));
        if (isnan(x)) {
            k->want[i] = row->what == UNSIGNED && k->settings->vcfux_nan_ones ? UINT32_MAX : 0;
            continue;
        }
        k->saturated |= x < least || x > most;
        k->want[i] = (uint32_t)(int64_t)(x < least ? least : x > most ? most : x);
    }
}

static const struct vfp_row from_rows[] = {
    VFP_ROW(VCFSX, from_word, 1, SIGNED),
    VFP_ROW(VCSXWFP128, from_word, 1, SIGNED),
    VFP_ROW(VCFUX, from_word, 1, UNSIGNED),
    VFP_ROW(VCUXWFP128, from_word, 1, UNSIGNED),
};
static const struct vfp_row to_rows[] = {
    VFP_ROW(VCTSXS, to_word, 1, SIGNED),
    VFP_ROW(VCFPSXWS128, to_word, 1, SIGNED),
    VFP_ROW(VCTUXS, to_word, 1, UNSIGNED),
    VFP_ROW(VCFPUXWS128, to_word, 1, UNSIGNED),
};

static void holds_from_words(void)
{
    vfp_hold(from_rows, sizeof from_rows / sizeof *from_rows, 200000);
}

static void holds_to_words(void)
{
    vfp_hold(to_rows, sizeof to_rows / sizeof *to_rows, 200000);
}

static void knows_limits(void)
{
    struct xenon_context *t = vmx_context();
    vmx_set_words(t, 1, 0x4EFFFFFF, 0xCF000000, 0x80000000, 0x7FC00000);
    VMX_RUN(t, VCTSXS, 0x10600BCA);
    CU_ASSERT(vmx_words_are(t, 3, 0x7FFFFF80, 0x80000000, 0, 0));
    CU_ASSERT_EQUAL(t->vscr, 0); /* the least word is in range */
    vmx_set_words(t, 1, 0x4F000000, 0x7F800000, 0xFF800000, 0xBF000000);
    VMX_RUN(t, VCTSXS, 0x10600BCA);
    CU_ASSERT(vmx_words_are(t, 3, 0x7FFFFFFF, 0x7FFFFFFF, 0x80000000, 0));
    CU_ASSERT_EQUAL(t->vscr, XENON_VSCR_SAT);

    t->vscr = 0;
    vmx_set_words(t, 1, 0x4F000000, 0x4F7FFFFF, 0xBF7FFFFF, 0x80000001);
    VMX_RUN(t, VCTUXS, 0x10600B8A);
    CU_ASSERT(vmx_words_are(t, 3, 0x80000000, 0xFFFFFF00, 0, 0));
    CU_ASSERT_EQUAL(t->vscr, 0); /* what truncates to zero is in range */
    vmx_set_words(t, 1, 0x4F800000, 0x3F800000, 0, 0);
    VMX_RUN(t, VCTUXS, 0x10600B8A);
    CU_ASSERT(vmx_words_are(t, 3, 0xFFFFFFFF, 1, 0, 0));
    CU_ASSERT_EQUAL(t->vscr, XENON_VSCR_SAT);
    t->vscr = 0;
    vmx_set_words(t, 1, 0xBF800000, 0, 0, 0);
    VMX_RUN(t, VCTUXS, 0x10600B8A);
    CU_ASSERT(vmx_words_are(t, 3, 0, 0, 0, 0));
    CU_ASSERT_EQUAL(t->vscr, XENON_VSCR_SAT);
    free(t);
}

/* Above 2^31 singles are 256 apart: 0x80000080 is in the middle of two, and goes to the even one. */
static void knows_words(void)
{
    struct xenon_context *t = vmx_context();
    vmx_set_words(t, 1, 0x3F800000, 0x80000080, 0x80000081, 0xFFFFFFFF);
    VMX_RUN(t, VCFSX, 0x10610B4A);
    CU_ASSERT(vmx_words_are(t, 3, 0x4DFE0000, 0xCE7FFFFF, 0xCE7FFFFF, 0xBF000000));
    VMX_RUN(t, VCFUX, 0x10600B0A);
    CU_ASSERT(vmx_words_are(t, 3, 0x4E7E0000, 0x4F000000, 0x4F000001, 0x4F800000));
    free(t);
}

void test_vmx_fp_convert(void)
{
    CU_pSuite suite = CU_add_suite("xenon/vmx_fp_convert", NULL, NULL);
    CU_add_test(suite, "words become singles, rounded once", holds_from_words);
    CU_add_test(suite, "singles become words, truncated and saturated", holds_to_words);
    CU_add_test(suite, "saturation begins where the range ends", knows_limits);
    CU_add_test(suite, "known words come out", knows_words);
}
