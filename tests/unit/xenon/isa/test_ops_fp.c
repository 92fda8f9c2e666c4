/* Scalar arithmetic, operands of all kinds, against the host's: the result, and of FPSCR every bit. What the host does
 * not tell (which NaN, which kind of invalid operation, FR, FPRF) is derived here from the operands, and from the
 * host's result in another rounding mode. */
#include "models/xenon/isa/fp/convert.h"
#include "tests/unit/suites.h"
#include "tests/unit/xenon/isa/fp_insn.h"
#include "tests/unit/xenon/isa/fp_numbers.h"

#include <CUnit/CUnit.h>
#include <fenv.h>
#include <math.h>
#include <stdio.h>

enum operation { ADD, SUBTRACT, MULTIPLY, DIVIDE, ROOT, MADD, MSUB, NMADD, NMSUB, OPERATIONS };

static const struct {
    const char *name;
    unsigned extended;
    bool has_a, has_b, has_c;
} operation_info[OPERATIONS] = {
    [ADD] = {"fadd", 21, true, true, false},      [SUBTRACT] = {"fsub", 20, true, true, false},
    [MULTIPLY] = {"fmul", 25, true, false, true}, [DIVIDE] = {"fdiv", 18, true, true, false},
    [ROOT] = {"fsqrt", 22, false, true, false},   [MADD] = {"fmadd", 29, true, true, true},
    [MSUB] = {"fmsub", 28, true, true, true},     [NMADD] = {"fnmadd", 31, true, true, true},
    [NMSUB] = {"fnmsub", 30, true, true, true},
};

struct expected {
    uint64_t bits;
    uint32_t exceptions, rest; /* rest: FR, FI, FPRF */
};

static bool infinite_bits(uint64_t bits)
{
    return (bits & UINT64_C(0x7FFFFFFFFFFFFFFF)) == UINT64_C(0x7FF0000000000000);
}

static bool nan_bits(uint64_t bits)
{
    return (bits & UINT64_C(0x7FFFFFFFFFFFFFFF)) > UINT64_C(0x7FF0000000000000);
}

static bool zero_bits(uint64_t bits)
{
    return bits << 1 == 0;
}

static double on_doubles(enum operation operation, double a, double b, double c)
{
    switch (operation) {
    case ADD:
        return a + b;
    case SUBTRACT:
        return a - b;
    case MULTIPLY:
        return a * c;
    case DIVIDE:
        return a / b;
    case ROOT:
        return sqrt(b);
    case MADD:
    case NMADD:
        return fma(a, c, b);
    default:
        return fma(a, c, -b);
    }
}

static float on_singles(enum operation operation, float a, float b, float c)
{
    switch (operation) {
    case ADD:
        return a + b;
    case SUBTRACT:
        return a - b;
    case MULTIPLY:
        return a * c;
    case DIVIDE:
        return a / b;
    case ROOT:
        return sqrtf(b);
    case MADD:
    case NMADD:
        return fmaf(a, c, b);
    default:
        return fmaf(a, c, -b);
    }
}

/* The host's result in one of its modes, as a double, and its flags. The volatiles keep it between the calls. */
static double on_host(enum operation operation, bool single, const uint64_t operand[3], int mode, int *flags)
{
    volatile double a = double_of(operand[0]), b = double_of(operand[1]), c = double_of(operand[2]), d;
    volatile float x = (float)a, y = (float)b, z = (float)c, w = 0;
    fesetround(mode);
    feclearexcept(FE_ALL_EXCEPT);
    if (single)
        w = on_singles(operation, x, y, z);
    else
        d = on_doubles(operation, a, b, c);
    *flags = fetestexcept(FE_ALL_EXCEPT);
    fesetround(FE_TONEAREST);
    if (single)
        d = (double)w;
    return d;
}

static uint32_t fprf_of(double d, bool single)
{
    uint32_t side = signbit(d) ? BIT(FL) : BIT(FG);
    switch (single ? fpclassify((float)d) : fpclassify(d)) {
    case FP_NAN:
        return BIT(C) | BIT(FU);
    case FP_INFINITE:
        return side | BIT(FU);
    case FP_ZERO:
        return BIT(FE) | (signbit(d) ? BIT(C) : 0);
    case FP_SUBNORMAL:
        return side | BIT(C);
    default:
        return side;
    }
}

static uint32_t kind_of_invalid(enum operation operation, const uint64_t operand[3])
{
    bool times_zero =
        (infinite_bits(operand[0]) && zero_bits(operand[2])) || (zero_bits(operand[0]) && infinite_bits(operand[2]));
    switch (operation) {
    case ADD:
    case SUBTRACT:
        return BIT(VXISI);
    case MULTIPLY:
        return BIT(VXIMZ);
    case DIVIDE:
        return zero_bits(operand[0]) ? BIT(VXZDZ) : BIT(VXIDI);
    case ROOT:
        return BIT(VXSQRT);
    default:
        return times_zero ? BIT(VXIMZ) : BIT(VXISI);
    }
}

/* With a NaN among the operands. */
static bool expect_nan(enum operation operation, bool single, const uint64_t operand[3], struct expected *e)
{
    const bool counts[3] = {operation_info[operation].has_a, operation_info[operation].has_b,
                            operation_info[operation].has_c};
    bool found = false;
    *e = (struct expected){.rest = BIT(C) | BIT(FU)};
    for (unsigned i = 0; i < 3; i++) {
        if (!counts[i] || !nan_bits(operand[i]))
            continue;
        if (!(operand[i] >> 51 & 1))
            e->exceptions |= BIT(VXSNAN);
        if (!found)
            e->bits = (operand[i] | UINT64_C(1) << 51) & (single ? ~UINT64_C(0x1FFFFFFF) : UINT64_MAX);
        found = true;
    }
    if (found && operation >= MADD && kind_of_invalid(operation, operand) == BIT(VXIMZ))
        e->exceptions |= BIT(VXIMZ);
    return found;
}

static struct expected expect(enum operation operation, bool single, const uint64_t operand[3], unsigned rounding)
{
    static const int mode[] = {FE_TONEAREST, FE_TOWARDZERO, FE_UPWARD, FE_DOWNWARD};
    struct expected e;
    if (expect_nan(operation, single, operand, &e))
        return e;

    int flags, ignored;
    double d = on_host(operation, single, operand, mode[rounding], &flags);
    double cut = on_host(operation, single, operand, FE_TOWARDZERO, &ignored);
    if (flags & FE_INVALID)
        return (struct expected){UINT64_C(0x7FF8000000000000), kind_of_invalid(operation, operand), BIT(C) | BIT(FU)};
    if (operation == NMADD || operation == NMSUB)
        d = -d;
    e = (struct expected){.bits = bits_of_double(d), .rest = fprf_of(d, single)};
    if (flags & FE_DIVBYZERO)
        e.exceptions |= BIT(ZX);
    if (flags & FE_OVERFLOW)
        e.exceptions |= BIT(OX);
    if (flags & FE_INEXACT) {
        e.exceptions |= BIT(XX);
        e.rest |= BIT(FI) | (fabs(d) > fabs(cut) ? BIT(FR) : 0);
        /* The host looks for underflow after rounding, this processor before. */
        if (fabs(cut) < (single ? 0x1p-126 : 0x1p-1022))
            e.exceptions |= BIT(UX);
    }
    return e;
}

/* FPSCR as it must be after, by the rules of FX, VX and FEX; no exception is enabled. */
static uint32_t fpscr_after(uint32_t before, const struct expected *e)
{
    const uint32_t invalid = UINT32_C(0x01F80700);
    uint32_t after = (before & ~UINT32_C(0x0007F000)) | e->exceptions | e->rest;
    if (e->exceptions & ~before)
        after |= BIT(FX);
    after &= ~(BIT(VX) | BIT(FEX));
    return after & invalid ? after | BIT(VX) : after;
}

static bool as_expected(enum operation operation, bool single, const uint64_t operand[3], uint32_t fpscr)
{
    static unsigned printed;
    struct expected e = expect(operation, single, operand, fpscr & 3);
    struct xenon_context t = {.fpscr = fpscr, .msr = XENON_MSR_FE0 | XENON_MSR_FE1};
    for (unsigned i = 0; i < 3; i++)
        t.fpr[i + 1] = operand[i];
    uint32_t word =
        a_form(single ? 59 : 63, 4, operation_info[operation].has_a ? 1 : 0, operation_info[operation].has_b ? 2 : 0,
               operation_info[operation].has_c ? 3 : 0, operation_info[operation].extended);
    enum xenon_outcome outcome = execute_fp(&t, word | 1);
    uint32_t after = fpscr_after(fpscr, &e);
    if (outcome == XENON_NEXT && t.fpr[4] == e.bits && t.fpscr == after && t.cr[1] == after >> 28)
        return true;
    if (printed++ < 20)
        printf("%s%s fpscr %08x, %016lx %016lx %016lx: %016lx fpscr %08x, not %016lx fpscr %08x\n",
               operation_info[operation].name, single ? "s" : "", fpscr, (long)operand[0], (long)operand[1],
               (long)operand[2], (long)t.fpr[4], t.fpscr, (long)e.bits, after);
    return false;
}

static void agrees_with_the_host(bool single)
{
    unsigned different = 0;
    for (unsigned i = 0; i < OPERATIONS; i++) {
        struct numbers numbers = {.state = 77 + i + (single ? 100 : 0)};
        for (unsigned n = 0; n < 120000; n++) {
            uint64_t operand[3];
            draw(&numbers, single, &operand[0], &operand[1], &operand[2]);
            for (unsigned k = 0; single && k < 3; k++)
                operand[k] = xenon_single_to_double((uint32_t)operand[k]);
            /* Any flags may stand from before; the enables do not. */
            uint32_t sticky = (uint32_t)random_bits(&numbers) & UINT32_C(0x9FFFF703);
            uint32_t fpscr = n % 2 ? sticky : n / 2 % 4;
            fpscr |= fpscr & UINT32_C(0x01F80700) ? BIT(VX) : 0;
            different += !as_expected((enum operation)i, single, operand, fpscr);
        }
    }
    CU_ASSERT_EQUAL(different, 0);
}

static void doubles_as_on_the_host(void)
{
    agrees_with_the_host(false);
}

static void singles_as_on_the_host(void)
{
    agrees_with_the_host(true);
}

/* Conversions. */

static struct xenon_context convert(uint32_t word, uint64_t b, uint32_t fpscr)
{
    struct xenon_context t = {.fpscr = fpscr};
    t.fpr[2] = b;
    CU_ASSERT_EQUAL(execute_fp(&t, word), XENON_NEXT);
    return t;
}

/* Of a result of the host: XX and FX, FI, FR. */
static uint32_t flags_of(bool inexact, bool up)
{
    return inexact ? BIT(FX) | BIT(XX) | BIT(FI) | (up ? BIT(FR) : 0) : 0;
}

static void to_integers_as_on_the_host(void)
{
    static const int mode[] = {FE_TONEAREST, FE_TOWARDZERO, FE_UPWARD, FE_DOWNWARD};
    struct numbers numbers = {.state = 5};
    unsigned different = 0;
    for (unsigned n = 0; n < 400000; n++) {
        bool wide = n & 1, truncates = n & 2;
        unsigned rounding = n >> 2 & 3;
        uint64_t bits = draw_one(&numbers, 52, 11, 1023 + n % 67);
        double d = double_of(bits);
        if (isnan(d))
            continue;
        fesetround(truncates ? FE_TOWARDZERO : mode[rounding]);
        volatile double source = d, whole = nearbyint(source);
        fesetround(FE_TONEAREST);

        double end = wide ? 0x1p63 : 0x1p31;
        bool invalid = whole >= end || whole < -end;
        uint64_t result = whole >= end   ? (uint64_t)(wide ? INT64_MAX : INT32_MAX)
                          : whole < -end ? (uint64_t)(wide ? INT64_MIN : INT32_MIN)
                                         : (uint64_t)(int64_t)whole;
        uint32_t fpscr = rounding | BIT(C) | BIT(FL) | BIT(FI) | BIT(FR), kept = rounding | BIT(C) | BIT(FL);
        kept |= invalid ? BIT(FX) | BIT(VX) | BIT(VXCVI) : flags_of(whole != d, fabs(whole) > fabs(d));
        struct xenon_context t =
            convert(x_form(4, 0, 2, wide ? (truncates ? 815 : 814) : (truncates ? 15 : 14)), bits, fpscr);
        different += t.fpr[4] != result || t.fpscr != kept;
    }
    CU_ASSERT_EQUAL(different, 0);
}

static void integers_and_singles_as_on_the_host(void)
{
    static const int mode[] = {FE_TONEAREST, FE_TOWARDZERO, FE_UPWARD, FE_DOWNWARD};
    struct numbers numbers = {.state = 6};
    unsigned different = 0;
    for (unsigned n = 0; n < 200000; n++) {
        unsigned rounding = n & 3;
        uint64_t bits = random_bits(&numbers) >> (n % 64) ^ (n & 4 ? UINT64_MAX : 0);
        volatile int64_t integer = (int64_t)bits;
        fesetround(mode[rounding]);
        volatile double d = (double)integer;
        fesetround(FE_TOWARDZERO);
        volatile double cut = (double)integer;
        fesetround(FE_TONEAREST);
        /* No double reaches 2^63 without being it, and INT64_MAX rounds to it. */
        bool inexact = d == 0x1p63 || (int64_t)d != (int64_t)bits;
        struct xenon_context t = convert(x_form(4, 0, 2, 846), bits, rounding);
        different += t.fpr[4] != bits_of_double(d) ||
                     t.fpscr != (rounding | flags_of(inexact, fabs(d) > fabs(cut)) | fprf_of(d, false));

        volatile double source = double_of(draw_one(&numbers, 52, 11, n & 8 ? 1023 : 880 + n % 300));
        if (isnan(source))
            continue;
        fesetround(mode[rounding]);
        feclearexcept(FE_ALL_EXCEPT);
        volatile float single = (float)source;
        uint32_t range = fetestexcept(FE_OVERFLOW) ? BIT(OX) : 0;
        fesetround(FE_TONEAREST);
        inexact = (double)single != source;
        range |= inexact && fabs(source) < 0x1p-126 ? BIT(UX) : 0;
        t = convert(x_form(4, 0, 2, 12), bits_of_double(source), rounding);
        different += t.fpr[4] != bits_of_double((double)single) ||
                     t.fpscr != (rounding | flags_of(inexact, fabs((double)single) > fabs(source)) | range |
                                 fprf_of((double)single, true));
    }
    CU_ASSERT_EQUAL(different, 0);
}

/* Loads and stores of singles. */

static void singles_are_doubles_in_registers(void)
{
    struct numbers numbers = {.state = 7};
    for (unsigned n = 0; n < 200000; n++) {
        uint32_t bits = (uint32_t)draw_one(&numbers, 23, 8, n & 255);
        uint64_t d = xenon_single_to_double(bits);
        if (!isnan(float_of(bits)))
            CU_ASSERT_EQUAL(d, bits_of_double((double)float_of(bits)));
        CU_ASSERT_EQUAL(xenon_double_to_single_store(d), bits);
    }
    CU_ASSERT_EQUAL(xenon_single_to_double(0x7F800001), UINT64_C(0x7FF0000020000000)); /* signals still */
    CU_ASSERT_EQUAL(xenon_single_to_double(0xFFC00001), UINT64_C(0xFFF8000020000000));

    static const struct {
        uint64_t d;
        uint32_t single;
    } cases[] = {
        {UINT64_C(0x3FF00000FFFFFFFF), 0x3F800007}, /* bits are cut off, never rounded              */
        {UINT64_C(0x4800000000000000), 0x40000000}, /* 2^129: bits 0, 1 and 5 to 34                 */
        {UINT64_C(0x3810000000000000), 0x00800000}, /* 2^-126                                       */
        {UINT64_C(0x380FFFFFFFFFFFFF), 0x007FFFFF}, /* below: denormal, cut off too                 */
        {UINT64_C(0x36A0000000000000), 0x00000001}, /* 2^-149                                       */
        {UINT64_C(0xB6AFFFFFFFFFFFFF), 0x80000001},
        {UINT64_C(0x3690000000000000), 0x00000000}, /* below that                                   */
        {UINT64_C(0x8000000000000001), 0x80000000},
    };
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        CU_ASSERT_EQUAL(xenon_double_to_single_store(cases[i].d), cases[i].single);
}

/* Estimates. */

static void estimates_are_as_close_as_promised(void)
{
    struct numbers numbers = {.state = 8};
    for (unsigned n = 0; n < 100000; n++) {
        double d = fabs(double_of(draw_one(&numbers, 52, 11, n % 2047)));
        if (!(isfinite(d) && d > 0))
            continue;
        struct xenon_context t = convert(x_form(4, 0, 2, 0) | 26 << 1, bits_of_double(d), 0);
        CU_ASSERT(fabs(double_of(t.fpr[4]) * sqrt(d) - 1) < 1 / 31.99);
        CU_ASSERT_EQUAL(t.fpscr, BIT(FG));

        float single = fabsf(float_of((uint32_t)draw_one(&numbers, 23, 8, n % 255)));
        if (!(single > 0x1p-126F && single < 0x1p125F))
            continue;
        t = convert(a_form(59, 4, 0, 2, 0, 24), bits_of_double((double)single), 0);
        CU_ASSERT_EQUAL(t.fpr[4], bits_of_double((double)(1 / single)));
        CU_ASSERT_EQUAL(t.fpscr, BIT(FG));

        struct xenon_context coarse = {.settings.reciprocals_coarse = true};
        coarse.fpr[2] = bits_of_double((double)single);
        execute_fp(&coarse, a_form(59, 4, 0, 2, 0, 24));
        CU_ASSERT(fabs(double_of(coarse.fpr[4]) * (double)single - 1) < 1 / 256.0);
        CU_ASSERT_EQUAL(coarse.fpr[4] & (UINT64_MAX >> 20), 0);
    }
}

void test_ops_fp(void)
{
    CU_pSuite suite = CU_add_suite("xenon/ops fp", NULL, NULL);
    CU_add_test(suite, "arithmetic on doubles is the host's, and FPSCR says so", doubles_as_on_the_host);
    CU_add_test(suite, "arithmetic on singles is the host's, and FPSCR says so", singles_as_on_the_host);
    CU_add_test(suite, "conversions to integers are the host's", to_integers_as_on_the_host);
    CU_add_test(suite, "conversions from integers and to singles are the host's", integers_and_singles_as_on_the_host);
    CU_add_test(suite, "singles are doubles in registers", singles_are_doubles_in_registers);
    CU_add_test(suite, "estimates are as close as promised", estimates_are_as_close_as_promised);
}
