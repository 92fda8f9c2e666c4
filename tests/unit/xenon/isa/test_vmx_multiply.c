/* Products and sums across a register, against numbers that are too wide to overflow. */
#include "tests/unit/suites.h"
#include "tests/unit/xenon/isa/vmx_rig.h"

#include <CUnit/CUnit.h>
#include <stdlib.h>

/* Of each pair of elements the one that `which` numbers. */
static void products(struct vmx_naive *n, const struct vmx_row *row)
{
    for (unsigned i = 0; i < 64 / row->bits; i++)
        vmx_put(n->d, 2 * row->bits, i,
                (uint64_t)(vmx_get_number(n->a, row->bits, 2 * i + row->which, row->is_signed) *
                           vmx_get_number(n->b, row->bits, 2 * i + row->which, row->is_signed)));
}

static int64_t divided_by_32768(int64_t x)
{
    int64_t quotient = x / 32768;
    return x % 32768 < 0 ? quotient - 1 : quotient;
}

/* `which` is what is added for rounding. */
static void upper_products(struct vmx_naive *n, const struct vmx_row *row)
{
    for (unsigned i = 0; i < 8; i++) {
        int64_t product = vmx_get_number(n->a, 16, i, true) * vmx_get_number(n->b, 16, i, true);
        int64_t sum = divided_by_32768(product + row->which) + vmx_get_number(n->c, 16, i, true);
        vmx_put(n->d, 16, i, (uint64_t)vmx_hold_number(n, sum, 16, true));
    }
}

static void lower_products(struct vmx_naive *n, const struct vmx_row *row)
{
    (void)row;
    for (unsigned i = 0; i < 8; i++)
        vmx_put(n->d, 16, i, vmx_get(n->a, 16, i) * vmx_get(n->b, 16, i) + vmx_get(n->c, 16, i));
}

/* Every word: c's and the products of the elements in it. VB's elements have the sign that to_signed says. */
static void word_sums_of_products(struct vmx_naive *n, const struct vmx_row *row)
{
    const unsigned each = 32 / row->bits;
    for (unsigned w = 0; w < 4; w++) {
        int64_t sum = vmx_get_number(n->c, 32, w, row->to_signed);
        for (unsigned i = w * each; i < (w + 1) * each; i++)
            sum +=
                vmx_get_number(n->a, row->bits, i, row->is_signed) * vmx_get_number(n->b, row->bits, i, row->to_signed);
        vmx_put(n->d, 32, w, (uint64_t)(row->saturates ? vmx_hold_number(n, sum, 32, row->to_signed) : sum));
    }
}

static void word_sums(struct vmx_naive *n, const struct vmx_row *row)
{
    const unsigned each = 32 / row->bits;
    for (unsigned w = 0; w < 4; w++) {
        int64_t sum = vmx_get_number(n->b, 32, w, row->is_signed);
        for (unsigned i = w * each; i < (w + 1) * each; i++)
            sum += vmx_get_number(n->a, row->bits, i, row->is_signed);
        vmx_put(n->d, 32, w, (uint64_t)vmx_hold_number(n, sum, 32, row->is_signed));
    }
}

/* Groups of `which` words, each summed into its last. */
static void sums_of_words(struct vmx_naive *n, const struct vmx_row *row)
{
    int64_t sum = 0;
    for (unsigned w = 0; w < 4; w++) {
        sum += vmx_get_number(n->a, 32, w, true);
        vmx_put(n->d, 32, w, 0);
        if ((w + 1) % row->which == 0) {
            sum += vmx_get_number(n->b, 32, w, true);
            vmx_put(n->d, 32, w, (uint64_t)vmx_hold_number(n, sum, 32, true));
            sum = 0;
        }
    }
}

static void even_and_odd(void)
{
    static const struct vmx_row rows[] = {
        VMX_ROW(VMULEUB, products, .bits = 8, .which = 0),
        VMX_ROW(VMULEUH, products, .bits = 16, .which = 0),
        VMX_ROW(VMULESB, products, .bits = 8, .which = 0, .is_signed = true),
        VMX_ROW(VMULESH, products, .bits = 16, .which = 0, .is_signed = true),
        VMX_ROW(VMULOUB, products, .bits = 8, .which = 1),
        VMX_ROW(VMULOUH, products, .bits = 16, .which = 1),
        VMX_ROW(VMULOSB, products, .bits = 8, .which = 1, .is_signed = true),
        VMX_ROW(VMULOSH, products, .bits = 16, .which = 1, .is_signed = true),
    };
    vmx_hold(rows, sizeof rows / sizeof rows[0], 1000, NULL);
}

static void with_addend(void)
{
    static const struct vmx_row rows[] = {
        VMX_ROW(VMHADDSHS, upper_products, .which = 0, .saturates = true),
        VMX_ROW(VMHRADDSHS, upper_products, .which = 16384, .saturates = true),
        VMX_ROW(VMLADDUHM, lower_products),
    };
    vmx_hold(rows, sizeof rows / sizeof rows[0], 3000, NULL);
}

static void across(void)
{
    static const struct vmx_row rows[] = {
        VMX_ROW(VMSUMUBM, word_sums_of_products, .bits = 8),
        VMX_ROW(VMSUMMBM, word_sums_of_products, .bits = 8, .is_signed = true),
        VMX_ROW(VMSUMUHM, word_sums_of_products, .bits = 16),
        VMX_ROW(VMSUMSHM, word_sums_of_products, .bits = 16, .is_signed = true, .to_signed = true),
        VMX_ROW(VMSUMUHS, word_sums_of_products, .bits = 16, .saturates = true),
        VMX_ROW(VMSUMSHS, word_sums_of_products, .bits = 16, .is_signed = true, .to_signed = true, .saturates = true),
        VMX_ROW(VSUM4UBS, word_sums, .bits = 8, .saturates = true),
        VMX_ROW(VSUM4SBS, word_sums, .bits = 8, .is_signed = true, .saturates = true),
        VMX_ROW(VSUM4SHS, word_sums, .bits = 16, .is_signed = true, .saturates = true),
        VMX_ROW(VSUM2SWS, sums_of_words, .which = 2, .saturates = true),
        VMX_ROW(VSUMSWS, sums_of_words, .which = 4, .saturates = true),
    };
    vmx_hold(rows, sizeof rows / sizeof rows[0], 3000, NULL);
}

/* Products that stand at the edges of what is cut off. */
static void rounded(void)
{
    struct xenon_context *t = vmx_context();
    vmx_set_words(t, 1, 0x007F0080, 0xFFFF0001, 0x80008000, 0x80007FFF); /* 127, 128, -1, 1, ... */
    vmx_set_words(t, 2, 0x00810080, 0x00010001, 0x80008000, 0x7FFF7FFF); /* 129, 128, 1, 1, ... */
    vmx_set_words(t, 3, 0, 0, 0x7FFFFFFF, 0x80018000);
    VMX_RUN(t, VMHADDSHS, 0x108110E0); /* vmhaddshs v4,v1,v2,v3 */
    CU_ASSERT(vmx_words_are(t, 4, 0x00000000, 0xFFFF0000, 0x7FFF7FFF, 0x8000FFFE));
    VMX_RUN(t, VMHRADDSHS, 0x108110E1); /* vmhraddshs v4,v1,v2,v3 */
    CU_ASSERT(vmx_words_are(t, 4, 0x00000001, 0x00000000, 0x7FFF7FFF, 0x8000FFFE));
    free(t);
}

void test_vmx_multiply(void)
{
    CU_pSuite suite = CU_add_suite("xenon/isa/vmx_multiply", NULL, NULL);
    CU_add_test(suite, "products of even and odd elements have all their bits", even_and_odd);
    CU_add_test(suite, "products with an addend keep their upper or lower half", with_addend);
    CU_add_test(suite, "upper products are rounded where the instruction says so", rounded);
    CU_add_test(suite, "sums across words wrap or saturate once, at the end", across);
}
