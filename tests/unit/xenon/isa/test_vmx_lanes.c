/* Vector integers, element by element, against numbers that are too wide to overflow. */
#include "tests/unit/suites.h"
#include "tests/unit/xenon/isa/vmx_rig.h"

#include <CUnit/CUnit.h>
#include <stdlib.h>

/* `element` of each pair; cut or, where the row says so, held to the element's width. */
static void lanes(struct vmx_naive *n, const struct vmx_row *row)
{
    for (unsigned i = 0; i < 128 / row->bits; i++) {
        int64_t x = row->element(vmx_get_number(n->a, row->bits, i, row->is_signed),
                                 vmx_get_number(n->b, row->bits, i, row->is_signed), row->bits);
        if (row->saturates)
            x = vmx_hold_number(n, x, row->bits, row->is_signed);
        vmx_put(n->d, row->bits, i, (uint64_t)x);
    }
}

static void compared(struct vmx_naive *n, const struct vmx_row *row)
{
    const unsigned count = 128 / row->bits;
    unsigned ones = 0;
    for (unsigned i = 0; i < count; i++) {
        bool is = row->element(vmx_get_number(n->a, row->bits, i, row->is_signed),
                               vmx_get_number(n->b, row->bits, i, row->is_signed), row->bits);
        ones += is;
        for (unsigned k = 0; k < row->bits; k++)
            vmx_put_bit(n->d, i * row->bits + k, is);
    }
    n->cr6 = (ones == count) << 3 | (ones == 0) << 1;
}

#define ELEMENT(name, expression)                            \
    static int64_t name(int64_t a, int64_t b, unsigned bits) \
    {                                                        \
        (void)bits;                                          \
        return expression;                                   \
    }

ELEMENT(add, a + b)
ELEMENT(subtract, a - b)
ELEMENT(carry, (a + b) >> bits)
ELEMENT(no_borrow, a - b >= 0)
ELEMENT(greater, a > b ? a : b)
ELEMENT(lesser, a < b ? a : b)
ELEMENT(equal, a == b)
ELEMENT(above, a > b)
ELEMENT(both, a &b)
ELEMENT(and_not, a &(255 - b))
ELEMENT(either, a | b)
ELEMENT(one_of, a ^ b)
ELEMENT(neither, 255 - (a | b))

/* The sum's half, and one more where it has a half left over. */
static int64_t average(int64_t a, int64_t b, unsigned bits)
{
    int64_t sum = a + b, half = sum / 2;
    (void)bits;
    return sum > 0 && sum % 2 != 0 ? half + 1 : half;
}

static unsigned count_of(int64_t b, unsigned bits)
{
    return (unsigned)(((b % bits) + bits) % bits);
}

static int64_t shift_left(int64_t a, int64_t b, unsigned bits)
{
    return a * (INT64_C(1) << count_of(b, bits));
}

/* Division that rounds down, for negative numbers too. */
static int64_t shift_right(int64_t a, int64_t b, unsigned bits)
{
    int64_t divisor = INT64_C(1) << count_of(b, bits), quotient = a / divisor;
    return a % divisor < 0 ? quotient - 1 : quotient;
}

static int64_t rotate(int64_t a, int64_t b, unsigned bits)
{
    for (unsigned i = count_of(b, bits); i > 0; i--)
        a = a * 2 >= INT64_C(1) << bits ? a * 2 - (INT64_C(1) << bits) + 1 : a * 2;
    return a;
}

#define U(id, width, function)  VMX_ROW(id, lanes, .bits = width, .element = function)
#define S(id, width, function)  VMX_ROW(id, lanes, .bits = width, .element = function, .is_signed = true)
#define US(id, width, function) VMX_ROW(id, lanes, .bits = width, .element = function, .saturates = true)
#define SS(id, width, function) \
    VMX_ROW(id, lanes, .bits = width, .element = function, .is_signed = true, .saturates = true)
#define UC(id, width, function) VMX_ROW(id, compared, .bits = width, .element = function)
#define SC(id, width, function) VMX_ROW(id, compared, .bits = width, .element = function, .is_signed = true)

static void sums(void)
{
    static const struct vmx_row rows[] = {
        U(VADDUBM, 8, add),        U(VADDUHM, 16, add),      U(VADDUWM, 32, add),       U(VSUBUBM, 8, subtract),
        U(VSUBUHM, 16, subtract),  U(VSUBUWM, 32, subtract), U(VADDCUW, 32, carry),     U(VSUBCUW, 32, no_borrow),
        US(VADDUBS, 8, add),       US(VADDUHS, 16, add),     US(VADDUWS, 32, add),      SS(VADDSBS, 8, add),
        SS(VADDSHS, 16, add),      SS(VADDSWS, 32, add),     US(VSUBUBS, 8, subtract),  US(VSUBUHS, 16, subtract),
        US(VSUBUWS, 32, subtract), SS(VSUBSBS, 8, subtract), SS(VSUBSHS, 16, subtract), SS(VSUBSWS, 32, subtract),
    };
    vmx_hold(rows, sizeof rows / sizeof rows[0], 2000, NULL);
}

static void averages_and_extremes(void)
{
    static const struct vmx_row rows[] = {
        U(VAVGUB, 8, average),  U(VAVGUH, 16, average), U(VAVGUW, 32, average), S(VAVGSB, 8, average),
        S(VAVGSH, 16, average), S(VAVGSW, 32, average), U(VMAXUB, 8, greater),  U(VMAXUH, 16, greater),
        U(VMAXUW, 32, greater), S(VMAXSB, 8, greater),  S(VMAXSH, 16, greater), S(VMAXSW, 32, greater),
        U(VMINUB, 8, lesser),   U(VMINUH, 16, lesser),  U(VMINUW, 32, lesser),  S(VMINSB, 8, lesser),
        S(VMINSH, 16, lesser),  S(VMINSW, 32, lesser),
    };
    vmx_hold(rows, sizeof rows / sizeof rows[0], 1000, NULL);
}

static void comparisons(void)
{
    static const struct vmx_row rows[] = {
        UC(VCMPEQUB, 8, equal),  UC(VCMPEQUH, 16, equal),    UC(VCMPEQUW, 32, equal), UC(VCMPGTUB, 8, above),
        UC(VCMPGTUH, 16, above), UC(VCMPGTUW, 32, above),    SC(VCMPGTSB, 8, above),  SC(VCMPGTSH, 16, above),
        SC(VCMPGTSW, 32, above), UC(VCMPEQUW128, 32, equal),
    };
    vmx_hold(rows, sizeof rows / sizeof rows[0], 2000, NULL);
}

static void logic(void)
{
    static const struct vmx_row rows[] = {
        U(VAND, 8, both),      U(VANDC, 8, and_not),   U(VOR, 8, either),       U(VXOR, 8, one_of),
        U(VNOR, 8, neither),   U(VAND128, 8, both),    U(VANDC128, 8, and_not), U(VOR128, 8, either),
        U(VXOR128, 8, one_of), U(VNOR128, 8, neither),
    };
    vmx_hold(rows, sizeof rows / sizeof rows[0], 500, NULL);
}

static void shifts(void)
{
    static const struct vmx_row rows[] = {
        U(VRLB, 8, rotate),       U(VRLH, 16, rotate),       U(VRLW, 32, rotate),       U(VRLW128, 32, rotate),
        U(VSLB, 8, shift_left),   U(VSLH, 16, shift_left),   U(VSLW, 32, shift_left),   U(VSLW128, 32, shift_left),
        U(VSRB, 8, shift_right),  U(VSRH, 16, shift_right),  U(VSRW, 32, shift_right),  U(VSRW128, 32, shift_right),
        S(VSRAB, 8, shift_right), S(VSRAH, 16, shift_right), S(VSRAW, 32, shift_right), S(VSRAW128, 32, shift_right),
    };
    vmx_hold(rows, sizeof rows / sizeof rows[0], 1000, NULL);
}

static void cr6(void)
{
    struct xenon_context *t = vmx_context();
    vmx_set_words(t, 1, 1, 2, 3, 4);
    vmx_set_words(t, 2, 1, 2, 3, 5);
    vmx_set_words(t, 3, 9, 9, 9, 9);
    VMX_RUN(t, VCMPEQUW, 0x10810C86); /* vcmpequw. v4,v1,v1 */
    CU_ASSERT_EQUAL(xenon_cr(t), 0x80);
    VMX_RUN(t, VCMPEQUW, 0x10811486); /* vcmpequw. v4,v1,v2 */
    CU_ASSERT_EQUAL(xenon_cr(t), 0);
    VMX_RUN(t, VCMPEQUW, 0x10811C86); /* vcmpequw. v4,v1,v3 */
    CU_ASSERT_EQUAL(xenon_cr(t), 0x20);
    VMX_RUN(t, VCMPEQUW, 0x10810886); /* vcmpequw v4,v1,v1 */
    CU_ASSERT_EQUAL(xenon_cr(t), 0x20);
    free(t);
}

static void sticky(void)
{
    struct xenon_context *t = vmx_context();
    vmx_set_words(t, 1, 0xFFFFFFFF, 0, 0, 0);
    vmx_set_words(t, 2, 1, 0, 0, 0);
    VMX_RUN(t, VADDUWS, 0x10611280); /* vadduws v3,v1,v2 */
    CU_ASSERT(vmx_words_are(t, 3, 0xFFFFFFFF, 0, 0, 0));
    CU_ASSERT_EQUAL(t->vscr, XENON_VSCR_SAT);
    VMX_RUN(t, VADDUWS, 0x10641280); /* vadduws v3,v4,v2: nothing saturates */
    VMX_RUN(t, VADDUWM, 0x10611080); /* vadduwm v3,v1,v2 wraps and says nothing */
    CU_ASSERT(vmx_words_are(t, 3, 0, 0, 0, 0));
    CU_ASSERT_EQUAL(t->vscr, XENON_VSCR_SAT);
    VMX_RUN(t, MTVSCR, 0x10001644); /* mtvscr v2 reads the last word: 0 */
    CU_ASSERT_EQUAL(t->vscr, 0);
    free(t);
}

void test_vmx_lanes(void)
{
    CU_pSuite suite = CU_add_suite("xenon/isa/vmx_lanes", NULL, NULL);
    CU_add_test(suite, "sums and differences wrap, carry or saturate as wide numbers say", sums);
    CU_add_test(suite, "averages round up, and the extremes are those of the numbers", averages_and_extremes);
    CU_add_test(suite, "comparisons fill elements and, with Rc, CR6", comparisons);
    CU_add_test(suite, "logic works bit by bit", logic);
    CU_add_test(suite, "shifts and rotates of elements count modulo the width", shifts);
    CU_add_test(suite, "CR6 reads 80, 20 or 00 in CR and stays without Rc", cr6);
    CU_add_test(suite, "SAT stays until mtvscr clears it", sticky);
}
