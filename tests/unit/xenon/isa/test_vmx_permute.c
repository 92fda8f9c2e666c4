/* Bytes and bits moved about, against loops that move them one by one. */
#include "tests/unit/suites.h"
#include "tests/unit/xenon/isa/vmx_rig.h"

#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>

/* Byte k of VA||VB. */
static uint8_t of_both(const struct vmx_naive *n, unsigned k)
{
    return k < 16 ? n->a[k] : n->b[k - 16];
}

static void merge(struct vmx_naive *n, const struct vmx_row *row)
{
    const unsigned half = 64 / row->bits;
    for (unsigned i = 0; i < half; i++) {
        vmx_put(n->d, row->bits, 2 * i, vmx_get(n->a, row->bits, row->which * half + i));
        vmx_put(n->d, row->bits, 2 * i + 1, vmx_get(n->b, row->bits, row->which * half + i));
    }
}

static void permute(struct vmx_naive *n, const struct vmx_row *row)
{
    (void)row;
    for (unsigned i = 0; i < 16; i++)
        n->d[i] = of_both(n, n->c[i] % 32);
}

static void choose_bits(struct vmx_naive *n, const struct vmx_row *row)
{
    for (unsigned i = 0; i < 128; i++)
        vmx_put_bit(n->d, i, vmx_get_bit(row->which ? n->d : n->c, i) ? vmx_get_bit(n->b, i) : vmx_get_bit(n->a, i));
}

static void shift_double(struct vmx_naive *n, const struct vmx_row *row)
{
    (void)row;
    for (unsigned i = 0; i < 16; i++)
        n->d[i] = of_both(n, n->imm + i);
}

/* Bit i comes from bit i + distance. */
static void shift_bits(struct vmx_naive *n, const struct vmx_row *row)
{
    const int distance = row->which ? -(n->b[15] % 8) : n->b[15] % 8;
    for (int i = 0; i < 128; i++)
        vmx_put_bit(n->d, (unsigned)i,
                    i + distance >= 0 && i + distance < 128 && vmx_get_bit(n->a, (unsigned)(i + distance)));
}

static void shift_bytes(struct vmx_naive *n, const struct vmx_row *row)
{
    const int distance = row->which ? -(n->b[15] / 8 % 16) : n->b[15] / 8 % 16;
    for (int i = 0; i < 16; i++)
        n->d[i] = i + distance >= 0 && i + distance < 16 ? n->a[i + distance] : 0;
}

static void permute_words(struct vmx_naive *n, const struct vmx_row *row)
{
    const unsigned from[4] = {n->imm / 64, n->imm / 16 % 4, n->imm / 4 % 4, n->imm % 4};
    (void)row;
    for (unsigned i = 0; i < 4; i++)
        vmx_put(n->d, 32, i, vmx_get(n->b, 32, from[i]));
}

static void insert_rotated(struct vmx_naive *n, const struct vmx_row *row)
{
    (void)row;
    for (unsigned i = 0; i < 4; i++)
        if (n->mask / (8U >> i) % 2)
            vmx_put(n->d, 32, i, vmx_get(n->b, 32, (i + n->z) % 4));
}

static void splat(struct vmx_naive *n, const struct vmx_row *row)
{
    const unsigned count = 128 / row->bits;
    for (unsigned i = 0; i < count; i++)
        vmx_put(n->d, row->bits, i, vmx_get(n->b, row->bits, n->imm % count));
}

static void splat_immediate(struct vmx_naive *n, const struct vmx_row *row)
{
    for (unsigned i = 0; i < 128 / row->bits; i++)
        vmx_put(n->d, row->bits, i, n->imm);
}

static void count_left(struct vmx_naive *n, const struct vmx_row *row)
{
    (void)row;
    for (unsigned i = 0; i < 16; i++)
        n->d[i] = (uint8_t)(n->ea % 16 + i);
}

static void count_right(struct vmx_naive *n, const struct vmx_row *row)
{
    (void)row;
    for (unsigned i = 0; i < 16; i++)
        n->d[i] = (uint8_t)(16 - n->ea % 16 + i);
}

static void from_vscr(struct vmx_naive *n, const struct vmx_row *row)
{
    (void)row;
    memset(n->d, 0, 12);
    vmx_put(n->d, 32, 3, n->vscr_before);
}

static void to_vscr(struct vmx_naive *n, const struct vmx_row *row)
{
    (void)row;
    n->vscr = (uint32_t)vmx_get(n->b, 32, 3) & 0x00010001;
}

static void nothing(struct vmx_naive *n, const struct vmx_row *row)
{
    (void)n, (void)row;
}

static void merges(void)
{
    static const struct vmx_row rows[] = {
        VMX_ROW(VMRGHB, merge, .bits = 8, .which = 0),     VMX_ROW(VMRGHH, merge, .bits = 16, .which = 0),
        VMX_ROW(VMRGHW, merge, .bits = 32, .which = 0),    VMX_ROW(VMRGLB, merge, .bits = 8, .which = 1),
        VMX_ROW(VMRGLH, merge, .bits = 16, .which = 1),    VMX_ROW(VMRGLW, merge, .bits = 32, .which = 1),
        VMX_ROW(VMRGHW128, merge, .bits = 32, .which = 0), VMX_ROW(VMRGLW128, merge, .bits = 32, .which = 1),
    };
    vmx_hold(rows, sizeof rows / sizeof rows[0], 500, NULL);
}

static void permutes(void)
{
    static const struct vmx_row rows[] = {
        VMX_ROW(VPERM, permute),
        VMX_ROW(VPERM128, permute),
        VMX_ROW(VSEL, choose_bits),
        VMX_ROW(VSEL128, choose_bits, .which = 1),
        VMX_ROW(VPERMWI128, permute_words),
        VMX_ROW(VRLIMI128, insert_rotated),
    };
    vmx_hold(rows, sizeof rows / sizeof rows[0], 1000, NULL);
}

static void whole_shifts(void)
{
    static const struct vmx_row rows[] = {
        VMX_ROW(VSL, shift_bits, .which = 0),
        VMX_ROW(VSR, shift_bits, .which = 1),
        VMX_ROW(VSLO, shift_bytes, .which = 0),
        VMX_ROW(VSRO, shift_bytes, .which = 1),
        VMX_ROW(VSLO128, shift_bytes, .which = 0),
        VMX_ROW(VSRO128, shift_bytes, .which = 1),
        VMX_ROW(VSLDOI, shift_double),
        VMX_ROW(VSLDOI128, shift_double),
    };
    vmx_hold(rows, sizeof rows / sizeof rows[0], 1000, NULL);
}

static void splats(void)
{
    static const struct vmx_row rows[] = {
        VMX_ROW(VSPLTB, splat, .bits = 8),
        VMX_ROW(VSPLTH, splat, .bits = 16),
        VMX_ROW(VSPLTW, splat, .bits = 32),
        VMX_ROW(VSPLTW128, splat, .bits = 32),
        VMX_ROW(VSPLTISB, splat_immediate, .bits = 8),
        VMX_ROW(VSPLTISH, splat_immediate, .bits = 16),
        VMX_ROW(VSPLTISW, splat_immediate, .bits = 32),
        VMX_ROW(VSPLTISW128, splat_immediate, .bits = 32),
    };
    vmx_hold(rows, sizeof rows / sizeof rows[0], 500, NULL);
}

static void addresses(void)
{
    static const struct vmx_row rows[] = {
        VMX_ROW(LVSL, count_left),
        VMX_ROW(LVSR, count_right),
        VMX_ROW(LVSL128, count_left),
        VMX_ROW(LVSR128, count_right),
    };
    vmx_hold(rows, sizeof rows / sizeof rows[0], 500, NULL);
}

static void status_and_hints(void)
{
    static const struct vmx_row rows[] = {
        VMX_ROW(MFVSCR, from_vscr), VMX_ROW(MTVSCR, to_vscr), VMX_ROW(DST, nothing),
        VMX_ROW(DSTST, nothing),    VMX_ROW(DSS, nothing),
    };
    vmx_hold(rows, sizeof rows / sizeof rows[0], 500, NULL);
}

/* What is known of the instructions that only this processor has. */
static void known(void)
{
    struct xenon_context *t = vmx_context();
    vmx_set_words(t, 3, 0x11111111, 0x22222222, 0x33333333, 0x44444444);
    VMX_RUN(t, VPERMWI128, 0x189B1A10); /* vpermwi128 v4,v3,0x1B: as they are */
    CU_ASSERT(vmx_words_are(t, 4, 0x11111111, 0x22222222, 0x33333333, 0x44444444));
    VMX_RUN(t, VPERMWI128, 0x18841BD0); /* vpermwi128 v4,v3,0xE4: reversed */
    CU_ASSERT(vmx_words_are(t, 4, 0x44444444, 0x33333333, 0x22222222, 0x11111111));

    vmx_set_words(t, 4, 1, 2, 3, 4);
    VMX_RUN(t, VRLIMI128, 0x18801F10); /* vrlimi128 v4,v3,0,0 */
    CU_ASSERT(vmx_words_are(t, 4, 1, 2, 3, 4));
    VMX_RUN(t, VRLIMI128, 0x18881F90); /* vrlimi128 v4,v3,8,2 */
    CU_ASSERT(vmx_words_are(t, 4, 0x33333333, 2, 3, 4));
    VMX_RUN(t, VRLIMI128, 0x18811FD0); /* vrlimi128 v4,v3,1,3 */
    CU_ASSERT(vmx_words_are(t, 4, 0x33333333, 2, 3, 0x33333333));
    VMX_RUN(t, VRLIMI128, 0x188F1F50); /* vrlimi128 v4,v3,0xF,1 */
    CU_ASSERT(vmx_words_are(t, 4, 0x22222222, 0x33333333, 0x44444444, 0x11111111));

    vmx_set_words(t, 63, 0x00010203, 0x04050607, 0x08090A0B, 0x0C0D0E0F);
    VMX_RUN(t, VSLDOI128, 0x13FFF935); /* vsldoi128 v63,v63,v63,4 */
    CU_ASSERT(vmx_words_are(t, 63, 0x04050607, 0x08090A0B, 0x0C0D0E0F, 0x00010203));
    VMX_RUN(t, VSPLTISW128, 0x1B1F077C); /* vspltisw128 v120,-1 */
    CU_ASSERT(vmx_words_are(t, 120, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX));

    t->gpr[4] = UINT64_C(0xFFFFFFFF80000003);
    VMX_RUN(t, LVSL, 0x7CA0200C); /* lvsl v5,0,r4 */
    CU_ASSERT(vmx_words_are(t, 5, 0x03040506, 0x0708090A, 0x0B0C0D0E, 0x0F101112));
    VMX_RUN(t, LVSR, 0x7CA0204C); /* lvsr v5,0,r4 */
    CU_ASSERT(vmx_words_are(t, 5, 0x0D0E0F10, 0x11121314, 0x15161718, 0x191A1B1C));
    free(t);
}

void test_vmx_permute(void)
{
    CU_pSuite suite = CU_add_suite("xenon/isa/vmx_permute", NULL, NULL);
    CU_add_test(suite, "merges take the elements of a half in turn", merges);
    CU_add_test(suite, "permutes and selections move every byte, bit and word where they say", permutes);
    CU_add_test(suite, "shifts of the whole register fill with zeros", whole_shifts);
    CU_add_test(suite, "splats fill all elements", splats);
    CU_add_test(suite, "lvsl and lvsr count from the address, and touch no memory", addresses);
    CU_add_test(suite, "VSCR has two bits, and data streams do nothing", status_and_hints);
    CU_add_test(suite, "vpermwi128 and vrlimi128 give the published results", known);
}
