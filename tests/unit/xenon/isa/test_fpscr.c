/* What FPSCR does with exceptions: which NaN, which kind of invalid operation, what is delivered when one is enabled,
 * and the moves from and to it. The cases are worked out by hand from the architecture. */
#include "tests/unit/suites.h"
#include "tests/unit/xenon/isa/fp_insn.h"
#include "tests/unit/xenon/isa/fp_numbers.h"

#include <CUnit/CUnit.h>
#include <stdio.h>

/* The instructions: fd is 4, fa 1, fb 2, fc 3. */
enum word {
    FADD,
    FADDS,
    FSUB,
    FMUL,
    FMULS,
    FDIV,
    FSQRT,
    FMADD,
    FMADDS,
    FMSUB,
    FNMADD,
    FRES,
    FRSQRTE,
    FRSP,
    FCTID,
    FCTIW,
    FSEL,
    WORDS
};
static uint32_t word_of(enum word word)
{
    const uint32_t words[WORDS] = {
        [FADD] = a_form(63, 4, 1, 2, 0, 21),    [FADDS] = a_form(59, 4, 1, 2, 0, 21),
        [FSUB] = a_form(63, 4, 1, 2, 0, 20),    [FMUL] = a_form(63, 4, 1, 0, 3, 25),
        [FMULS] = a_form(59, 4, 1, 0, 3, 25),   [FDIV] = a_form(63, 4, 1, 2, 0, 18),
        [FSQRT] = a_form(63, 4, 0, 2, 0, 22),   [FMADD] = a_form(63, 4, 1, 2, 3, 29),
        [FMADDS] = a_form(59, 4, 1, 2, 3, 29),  [FMSUB] = a_form(63, 4, 1, 2, 3, 28),
        [FNMADD] = a_form(63, 4, 1, 2, 3, 31),  [FRES] = a_form(59, 4, 0, 2, 0, 24),
        [FRSQRTE] = a_form(63, 4, 0, 2, 0, 26), [FRSP] = x_form(4, 0, 2, 12),
        [FCTID] = x_form(4, 0, 2, 814),         [FCTIW] = x_form(4, 0, 2, 14),
        [FSEL] = a_form(63, 4, 1, 2, 3, 23),
    };
    return words[word];
}

/* Numbers. */
#define D(bits)   UINT64_C(0x##bits)
#define ONE       D(3FF0000000000000)
#define MINUS_ONE D(BFF0000000000000)
#define HALF      D(3FE0000000000000)
#define TWO       D(4000000000000000)
#define P1000     D(7E70000000000000) /* 2^1000, 2^-1000 */
#define M1000     D(0170000000000000)
#define LEAST     D(0010000000000000) /* of the normal numbers, 2^-1022 */
#define ZERO      D(0000000000000000)
#define MZERO     D(8000000000000000)
#define INF       D(7FF0000000000000)
#define MINF      D(FFF0000000000000)
#define NAN0      D(7FF8000000000000)
#define QUIET1    D(7FF8000000000001)
#define QUIET2    D(FFF8000000000002)
#define QUIET3    D(7FF8000000000003)
#define SIGNAL1   D(7FF0000000000001)
#define SIGNAL2   D(FFF0000000000002)
#define OLD       D(4045000000000000) /* what was in fd */

/* Groups of bits. */
#define INVALID(kind) (BIT(FX) | BIT(VX) | BIT(kind))
#define IS_NAN        (BIT(C) | BIT(FU))
#define IS_INF        (BIT(FG) | BIT(FU))
#define IS_MINF       (BIT(FL) | BIT(FU))
#define IS_ZERO       BIT(FE)
#define IS_MZERO      (BIT(C) | BIT(FE))
#define IS_NORMAL     BIT(FG)
#define IS_MNORMAL    BIT(FL)
#define IS_DENORMAL   (BIT(C) | BIT(FG))
#define INEXACT       (BIT(XX) | BIT(FI))

struct arithmetic {
    enum word word;
    uint64_t a, b, c;
    uint32_t before;
    uint64_t d;
    uint32_t after;
};

static void check(const struct arithmetic *row, size_t count, struct xenon_isa_settings settings)
{
    for (size_t i = 0; i < count; i++) {
        const struct arithmetic *r = &row[i];
        for (unsigned trapping = 0; trapping < 2; trapping++) {
            struct xenon_context t = {.fpscr = r->before, .settings = settings};
            t.msr = trapping ? XENON_MSR_FE1 : 0;
            t.fpr[1] = r->a, t.fpr[2] = r->b, t.fpr[3] = r->c, t.fpr[4] = OLD;
            enum xenon_outcome outcome = execute_fp(&t, word_of(r->word) | 1);
            bool interrupts = trapping && r->after & BIT(FEX);
            CU_ASSERT_EQUAL(outcome, interrupts ? XENON_INTERRUPT : XENON_NEXT);
            CU_ASSERT(!interrupts || (t.interrupt.vector == 0x700 && t.interrupt.cause == 0x00100000));
            CU_ASSERT_EQUAL(t.cr[1], r->after >> 28);
            CU_ASSERT_EQUAL(t.fpr[4], r->d);
            CU_ASSERT_EQUAL(t.fpscr, r->after);
            if (t.fpr[4] != r->d || t.fpscr != r->after)
                printf("row %u: fd %016lx fpscr %08x, not %016lx %08x\n", (unsigned)i, (long)t.fpr[4], t.fpscr,
                       (long)r->d, r->after);
        }
    }
}
#define CHECK(rows, ...) check(rows, sizeof(rows) / sizeof(rows[0]), (struct xenon_isa_settings){__VA_ARGS__})

static void nans_are_chosen_in_order(void)
{
    static const struct arithmetic rows[] = {
        {FADD, QUIET1, QUIET2, 0, 0, QUIET1, IS_NAN},
        {FADD, ONE, QUIET2, 0, 0, QUIET2, IS_NAN},
        {FADD, ONE, SIGNAL2, 0, 0, QUIET2, INVALID(VXSNAN) | IS_NAN},
        {FADD, QUIET1, SIGNAL2, 0, 0, QUIET1, INVALID(VXSNAN) | IS_NAN},
        {FSUB, ONE, QUIET2, 0, 0, QUIET2, IS_NAN}, /* with its sign */
        {FMUL, QUIET1, 0, QUIET3, 0, QUIET1, IS_NAN},
        {FMADD, ONE, QUIET2, QUIET3, 0, QUIET2, IS_NAN}, /* FRB before FRC */
        {FMADD, QUIET1, QUIET2, QUIET3, 0, QUIET1, IS_NAN},
        {FMADD, ONE, ONE, SIGNAL1, 0, QUIET1, INVALID(VXSNAN) | IS_NAN},
        {FMSUB, ONE, QUIET2, ONE, 0, QUIET2, IS_NAN},
        {FNMADD, ONE, QUIET2, ONE, 0, QUIET2, IS_NAN},
        {FADDS, D(7FF8000FFFFFFFFF), ONE, 0, 0, D(7FF8000FE0000000), IS_NAN},
        {FRSP, 0, D(FFF000001FFFFFFF), 0, 0, D(FFF8000000000000), INVALID(VXSNAN) | IS_NAN},
        {FRES, 0, SIGNAL1, 0, 0, NAN0, INVALID(VXSNAN) | IS_NAN},
        {FRSQRTE, 0, SIGNAL2, 0, 0, QUIET2, INVALID(VXSNAN) | IS_NAN},
        {FSQRT, 0, QUIET2, 0, 0, QUIET2, IS_NAN},
        /* A sign that is read as one of arithmetic would select FC. */
        {FSEL, QUIET1, ONE, TWO, 0, ONE, 0},
        {FSEL, MZERO, ONE, TWO, 0, TWO, 0},
        {FSEL, D(8000000000000001), ONE, TWO, 0, ONE, 0},
    };
    CHECK(rows, 0);
}

static void invalid_operations_are_told_apart(void)
{
    static const struct arithmetic rows[] = {
        {FADD, INF, MINF, 0, 0, NAN0, INVALID(VXISI) | IS_NAN},
        {FSUB, INF, INF, 0, 0, NAN0, INVALID(VXISI) | IS_NAN},
        {FMUL, INF, 0, ZERO, 0, NAN0, INVALID(VXIMZ) | IS_NAN},
        {FMUL, MZERO, 0, INF, 0, NAN0, INVALID(VXIMZ) | IS_NAN},
        {FDIV, ZERO, MZERO, 0, 0, NAN0, INVALID(VXZDZ) | IS_NAN},
        {FDIV, INF, MINF, 0, 0, NAN0, INVALID(VXIDI) | IS_NAN},
        {FSQRT, 0, MINUS_ONE, 0, 0, NAN0, INVALID(VXSQRT) | IS_NAN},
        {FSQRT, 0, MINF, 0, 0, NAN0, INVALID(VXSQRT) | IS_NAN},
        {FSQRT, 0, MZERO, 0, 0, MZERO, IS_MZERO},
        {FRSQRTE, 0, MINUS_ONE, 0, 0, NAN0, INVALID(VXSQRT) | IS_NAN},
        {FMADD, INF, MINF, ONE, 0, NAN0, INVALID(VXISI) | IS_NAN},
        {FMADD, INF, ONE, ZERO, 0, NAN0, INVALID(VXIMZ) | IS_NAN},
        {FMADD, INF, QUIET2, ZERO, 0, QUIET2, INVALID(VXIMZ) | IS_NAN},
        {FMADD, INF, SIGNAL2, ZERO, 0, QUIET2, INVALID(VXIMZ) | BIT(VXSNAN) | IS_NAN},
        /* FX follows only what was not set before. */
        {FADD, INF, MINF, 0, BIT(VX) | BIT(VXISI), NAN0, BIT(VX) | BIT(VXISI) | IS_NAN},
        {FADD, INF, MINF, 0, BIT(VX) | BIT(VXIDI), NAN0, INVALID(VXISI) | BIT(VXIDI) | IS_NAN},
        /* Integers: the nearest, or the least for a NaN; FPRF stays. */
        {FCTIW, 0, NAN0, 0, IS_NORMAL | INEXACT, D(FFFFFFFF80000000), INVALID(VXCVI) | IS_NORMAL | BIT(XX)},
        {FCTIW, 0, SIGNAL1, 0, 0, D(FFFFFFFF80000000), INVALID(VXCVI) | BIT(VXSNAN)},
        {FCTIW, 0, INF, 0, 0, D(000000007FFFFFFF), INVALID(VXCVI)},
        {FCTIW, 0, MINF, 0, 0, D(FFFFFFFF80000000), INVALID(VXCVI)},
        {FCTIW, 0, D(41DFFFFFFFE00000), 0, 0, D(000000007FFFFFFF), INVALID(VXCVI)}, /* 2^31 - 1/2 is rounded up */
        {FCTIW, 0, D(41DFFFFFFFE00000), 0, 1, D(000000007FFFFFFF), BIT(FX) | INEXACT | 1},
        {FCTID, 0, QUIET1, 0, 0, D(8000000000000000), INVALID(VXCVI)},
        {FCTID, 0, D(43E0000000000000), 0, 0, D(7FFFFFFFFFFFFFFF), INVALID(VXCVI)},
        {FCTID, 0, D(C3E0000000000000), 0, 0, D(8000000000000000), 0},
    };
    CHECK(rows, 0);
    static const struct arithmetic boxed[] = {
        {FCTIW, 0, NAN0, 0, 0, D(FFF8000080000000), INVALID(VXCVI)},
        {FCTIW, 0, MINUS_ONE, 0, 0, D(FFF80000FFFFFFFF), 0},
        {FCTID, 0, MINUS_ONE, 0, 0, D(FFFFFFFFFFFFFFFF), 0},
    };
    CHECK(boxed, .fctiw_high_nan_box = true);
}

/* Enabled, an invalid operation or a division by zero delivers nothing, and FPRF is what it was. */
static void enabled_exceptions_leave_the_target(void)
{
    const uint32_t was = IS_MNORMAL | BIT(FR) | BIT(FI);
    const struct arithmetic rows[] = {
        {FADD, INF, MINF, 0, BIT(VE) | was, OLD, INVALID(VXISI) | BIT(FEX) | BIT(VE) | IS_MNORMAL},
        {FADD, SIGNAL1, ONE, 0, BIT(VE) | was, OLD, INVALID(VXSNAN) | BIT(FEX) | BIT(VE) | IS_MNORMAL},
        {FADD, QUIET1, ONE, 0, BIT(VE) | was, QUIET1, BIT(VE) | IS_NAN},
        {FCTIW, 0, INF, 0, BIT(VE) | was, OLD, INVALID(VXCVI) | BIT(FEX) | BIT(VE) | IS_MNORMAL},
        {FDIV, ONE, MZERO, 0, was, MINF, BIT(FX) | BIT(ZX) | IS_MINF},
        {FDIV, ONE, MZERO, 0, BIT(ZE) | was, OLD, BIT(FX) | BIT(FEX) | BIT(ZX) | BIT(ZE) | IS_MNORMAL},
        {FRES, 0, MZERO, 0, was, MINF, BIT(FX) | BIT(ZX) | IS_MINF},
        {FRES, 0, ZERO, 0, BIT(ZE) | was, OLD, BIT(FX) | BIT(FEX) | BIT(ZX) | BIT(ZE) | IS_MNORMAL},
        {FRSQRTE, 0, MZERO, 0, was, MINF, BIT(FX) | BIT(ZX) | IS_MINF},
        {FDIV, INF, ZERO, 0, BIT(ZE) | was, INF, BIT(ZE) | IS_INF},
        /* An enabled one of before still counts. */
        {FADD, ONE, ONE, 0, BIT(FX) | BIT(FEX) | BIT(ZX) | BIT(ZE), TWO,
         BIT(FX) | BIT(FEX) | BIT(ZX) | BIT(ZE) | IS_NORMAL},
        {FADD, ONE, D(3C00000000000000), 0, BIT(XE), ONE, BIT(FX) | BIT(FEX) | BIT(XE) | INEXACT | IS_NORMAL},
    };
    CHECK(rows, 0);
}

static void overflow_and_underflow(void)
{
    const uint32_t ox = BIT(FX) | BIT(OX), ux = BIT(FX) | BIT(UX);
    const uint32_t oe = BIT(FEX) | BIT(OE), ue = BIT(FEX) | BIT(UE);
    const struct arithmetic rows[] = {
        {FMUL, P1000, 0, P1000, 0, INF, ox | INEXACT | BIT(FR) | IS_INF},
        {FMUL, P1000, 0, P1000, 1, D(7FEFFFFFFFFFFFFF), ox | INEXACT | IS_NORMAL | 1},
        /* Enabled: 1536 off the exponent, or 192, and no more than rounding to tell. */
        {FMUL, P1000, 0, D(7E78000000000000), BIT(OE), D(5CF8000000000000), ox | oe | IS_NORMAL},
        {FMUL, D(7E70000000000001), 0, D(7E70000000000001), BIT(OE), D(5CF0000000000002),
         ox | oe | INEXACT | IS_NORMAL},
        {FNMADD, P1000, ZERO, P1000, BIT(OE), D(DCF0000000000000), ox | oe | IS_MNORMAL},
        {FMULS, D(4630000000000000), 0, D(4630000000000000), BIT(OE), D(4070000000000000), ox | oe | IS_NORMAL},
        {FRSP, 0, P1000, 0, BIT(OE), D(7270000000000000), ox | oe | IS_NORMAL},
        {FRSP, 0, D(47EFFFFFFFFFFFFF), 0, BIT(OE), D(3BF0000000000000), ox | oe | INEXACT | BIT(FR) | IS_NORMAL},
        {FRSP, 0, D(47EFFFFFFFFFFFFF), 0, BIT(OE) | 1, D(47EFFFFFE0000000),
         BIT(FX) | INEXACT | BIT(OE) | IS_NORMAL | 1},
        /* Underflow: when disabled, what is tiny and inexact; when enabled, what is tiny. */
        {FMUL, LEAST, 0, HALF, 0, D(0008000000000000), IS_DENORMAL},
        {FMUL, LEAST, 0, HALF, BIT(UE), D(6000000000000000), ux | ue | IS_NORMAL},
        {FMUL, M1000, 0, M1000, 0, ZERO, ux | INEXACT | IS_ZERO},
        {FMUL, M1000, 0, M1000, 2, 1, ux | INEXACT | BIT(FR) | IS_DENORMAL | 2},
        {FMUL, M1000, 0, M1000, BIT(UE), D(22F0000000000000), ux | ue | IS_NORMAL},
        {FMULS, D(39B0000000000000), 0, D(39B0000000000000), BIT(UE), D(3F70000000000000), ux | ue | IS_NORMAL},
        {FRSP, 0, M1000, 0, BIT(UE), D(0D70000000000000), ux | ue | IS_NORMAL},
        {FMUL, LEAST, 0, D(3FEFFFFFFFFFFFFF), 0, LEAST, ux | INEXACT | BIT(FR) | IS_NORMAL}, /* tiny before rounding */
        {FRSP, 0, D(3800000000000000), 0, 0, D(3800000000000000), IS_DENORMAL},              /* 2^-127, of singles */
    };
    CHECK(rows, 0);
}

static void non_ieee_mode_flushes(void)
{
    const uint32_t flushed = BIT(FX) | BIT(UX) | INEXACT | BIT(NI);
    const struct arithmetic keep[] = {
        {FMUL, LEAST, 0, HALF, BIT(NI), ZERO, flushed | IS_ZERO},
        {FMUL, LEAST, 0, D(BFE0000000000000), BIT(NI), MZERO, flushed | IS_MZERO},
        {FMUL, LEAST, 0, D(3FEFFFFFFFFFFFFF), BIT(NI), ZERO, flushed | IS_ZERO},
        {FRSP, 0, D(3800000000000000), 0, BIT(NI), ZERO, flushed | IS_ZERO},
        {FMUL, 1, 0, P1000, BIT(NI), D(3B50000000000000), BIT(NI) | IS_NORMAL}, /* 2^-74 */
    };
    CHECK(keep, 0);
    const struct arithmetic late[] = {
        {FMUL, LEAST, 0, HALF, BIT(NI), ZERO, flushed | IS_ZERO},
        {FMUL, LEAST, 0, D(3FEFFFFFFFFFFFFF), BIT(NI), LEAST, flushed | BIT(FR) | IS_NORMAL},
    };
    CHECK(late, .ni_result_after_rounding = true);
    const struct arithmetic inputs[] = {
        {FMUL, 1, 0, P1000, BIT(NI), ZERO, BIT(NI) | IS_ZERO},
        {FMUL, 1, 0, P1000, 0, D(3B50000000000000), IS_NORMAL},
        {FDIV, ONE, 1, 0, BIT(NI), INF, BIT(FX) | BIT(ZX) | BIT(NI) | IS_INF},
        {FADDS, D(3800000000000000), ONE, 0, BIT(NI), ONE, BIT(NI) | IS_NORMAL}, /* 2^-127 is no normal single */
        {FADD, D(3800000000000000), ONE, 0, BIT(NI), ONE, BIT(FX) | INEXACT | BIT(NI) | IS_NORMAL},
        {FRSQRTE, 0, D(8000000000000001), 0, BIT(NI), MINF, BIT(FX) | BIT(ZX) | BIT(NI) | IS_MINF},
    };
    CHECK(inputs, .ni_inputs_flush = true);
}

static void estimates_come_from_their_table(void)
{
    static const struct arithmetic rows[] = {
        {FRSQRTE, 0, ONE, 0, INEXACT, D(3FEF100000000000), BIT(XX) | IS_NORMAL},
        {FRSQRTE, 0, HALF, 0, 0, D(3FF6000000000000), IS_NORMAL},
        {FRSQRTE, 0, TWO, 0, 0, D(3FE6000000000000), IS_NORMAL},
        {FRSQRTE, 0, D(4008000000000000), 0, 0, D(3FE2000000000000), IS_NORMAL},
        {FRSQRTE, 0, D(4010000000000000), 0, 0, D(3FDF100000000000), IS_NORMAL},
        {FRSQRTE, 0, D(4050000000000000), 0, 0, D(3FBF100000000000), IS_NORMAL},
        {FRSQRTE, 0, 1, 0, 0, D(617F100000000000), IS_NORMAL}, /* 2^-1074 is normalised first */
        {FRSQRTE, 0, INF, 0, 0, ZERO, IS_ZERO},
        {FRES, 0, D(4008000000000000), 0, 0, D(3FD5555560000000), IS_NORMAL},
        {FRES, 0, MINF, 0, 0, MZERO, IS_MZERO},
        {FRES, 0, D(37D0000000000000), 0, 0, INF, BIT(FX) | BIT(OX) | IS_INF}, /* 2^-130 */
        {FRES, 0, D(47E0000000000000), 0, 0, D(3800000000000000), IS_DENORMAL},
        {FRES, 0, D(47E8000000000000), 0, 0, D(37F5555580000000), BIT(FX) | BIT(UX) | IS_DENORMAL},
    };
    CHECK(rows, 0);
    static const struct arithmetic exact[] = {
        {FRSQRTE, 0, D(4010000000000000), 0, 0, HALF, IS_NORMAL},
        {FRSQRTE, 0, TWO, 0, 0, D(3FE6A09E667F3BCD), IS_NORMAL},
        {FRSQRTE, 0, D(4008000000000000), 0, 0, D(3FE279A74590331C), IS_NORMAL},
        {FRSQRTE, 0, 1, 0, 0, D(6180000000000000), IS_NORMAL},
    };
    CHECK(exact, .estimates_exact = true);
}

static void singles_are_rounded_once(void)
{
    static const struct arithmetic rows[] = {
        /* 1 + 2^-24 + 2^-54 and 1 + 2^-24 - 2^-54: doubles would put both in the middle of two singles. */
        {FADDS, D(3FF0000010000000), D(3C90000000000000), 0, 0, D(3FF0000020000000),
         BIT(FX) | INEXACT | BIT(FR) | IS_NORMAL},
        {FMADDS, ONE, D(BC90000000000000), D(3FF0000010000000), 0, ONE, BIT(FX) | INEXACT | IS_NORMAL},
        {FADDS, D(3FF0000010000000), ZERO, 0, 0, ONE, BIT(FX) | INEXACT | IS_NORMAL},
    };
    CHECK(rows, 0);
}

/* Comparisons. */

static void comparisons(void)
{
    enum { UNORDERED = 0, ORDERED = 32 };
    const uint32_t un = BIT(FU);
    const struct {
        unsigned extended;
        uint64_t a, b;
        uint32_t before, after;
        uint8_t cr;
    } rows[] = {
        {UNORDERED, ONE, TWO, IS_NAN | BIT(FR) | BIT(FI), BIT(C) | BIT(FR) | BIT(FI) | BIT(FL), 8},
        {UNORDERED, MINUS_ONE, D(C000000000000000), 0, BIT(FG), 4},
        {UNORDERED, ZERO, MZERO, 0, BIT(FE), 2},
        {UNORDERED, MINF, INF, 0, BIT(FL), 8},
        {ORDERED, ONE, ONE, 0, BIT(FE), 2},
        {UNORDERED, NAN0, ONE, 0, un, 1},
        {UNORDERED, ONE, SIGNAL1, 0, un | INVALID(VXSNAN), 1},
        {ORDERED, ONE, NAN0, 0, un | INVALID(VXVC), 1},
        {ORDERED, ONE, SIGNAL1, 0, un | INVALID(VXVC) | BIT(VXSNAN), 1},
        {ORDERED, ONE, SIGNAL1, BIT(VE), un | INVALID(VXSNAN) | BIT(FEX) | BIT(VE), 1},
        {ORDERED, ONE, NAN0, BIT(VE), un | INVALID(VXVC) | BIT(FEX) | BIT(VE), 1},
    };
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct xenon_context t = {.fpscr = rows[i].before};
        t.fpr[1] = rows[i].a, t.fpr[2] = rows[i].b;
        CU_ASSERT_EQUAL(execute_fp(&t, x_form(5 << 2, 1, 2, rows[i].extended)), XENON_NEXT);
        CU_ASSERT_EQUAL(t.fpscr, rows[i].after);
        CU_ASSERT_EQUAL(t.cr[5], rows[i].cr);
    }
}

/* Moves. */

/* FPSCR after bits moved to where `to` has ones: FEX and VX are sums, bit 20 is not there. */
static uint32_t moved(uint32_t before, uint32_t to, uint32_t value)
{
    static const uint8_t invalid[] = {VXSNAN, VXISI, VXIDI, VXZDZ, VXIMZ, VXVC, VXSOFT, VXSQRT, VXCVI};
    static const uint8_t enabled[][2] = {{VX, VE}, {OX, OE}, {UX, UE}, {ZX, ZE}, {XX, XE}};
    uint32_t after = 0;
    for (unsigned n = 0; n < 32; n++)
        if (n != FEX && n != VX && n != RESERVED)
            after |= (to & BIT(n) ? value : before) & BIT(n);
    for (unsigned i = 0; i < sizeof(invalid); i++)
        after |= after & BIT(invalid[i]) ? BIT(VX) : 0;
    for (unsigned i = 0; i < sizeof(enabled) / sizeof(enabled[0]); i++)
        after |= after & BIT(enabled[i][0]) && after & BIT(enabled[i][1]) ? BIT(FEX) : 0;
    return after;
}

static void moves_to_fpscr(void)
{
    struct numbers numbers = {.state = 9};
    for (unsigned n = 0; n < 40000; n++) {
        uint64_t some = random_bits(&numbers);
        uint32_t before = moved(0, UINT32_MAX, (uint32_t)(some & some >> 32));
        uint64_t value = random_bits(&numbers);
        unsigned field = value >> 40 & 7, bit = value >> 50 & 31, mask = value >> 56, immediate = value >> 36 & 15;
        uint32_t nibble = UINT32_C(0xF0000000) >> (4 * field), to = 0, word, expected;
        struct xenon_context t = {.fpscr = before, .msr = n & 4 ? XENON_MSR_FE0 : 0};
        t.fpr[2] = value;

        switch (n % 5) {
        case 0: /* mtfsf */
            for (unsigned i = 0; i < 8; i++)
                to |= mask >> (7 - i) & 1 ? UINT32_C(0xF0000000) >> (4 * i) : 0;
            word = UINT32_C(63) << 26 | mask << 17 | 2 << 11 | 711 << 1 | 1;
            expected = moved(before, to, (uint32_t)value);
            break;
        case 1: /* mtfsfi */
            word = UINT32_C(63) << 26 | field << 23 | immediate << 12 | 134 << 1 | 1;
            expected = moved(before, nibble, immediate << (28 - 4 * field));
            break;
        case 2: /* mtfsb0 */
            word = x_form(bit, 0, 0, 70) | 1;
            expected = moved(before, BIT(bit), 0);
            break;
        case 3: /* mtfsb1 */
            word = x_form(bit, 0, 0, 38) | 1;
            to = (bit >= OX && bit <= VXVC) || (bit >= VXSOFT && bit <= VXCVI) ? BIT(FX) : 0;
            expected = moved(before, BIT(bit) | (before & BIT(bit) ? 0 : to), UINT32_MAX);
            break;
        default: /* mcrfs: FR, FI, FPRF, the enables and modes are read but not cleared */
            word = x_form(6 << 2, field << 2, 0, 64);
            expected = moved(before, nibble & UINT32_C(0x9FF80700), 0);
            break;
        }
        bool interrupts = n & 4 && expected & BIT(FEX);
        CU_ASSERT_EQUAL(execute_fp(&t, word), interrupts ? XENON_INTERRUPT : XENON_NEXT);
        CU_ASSERT_EQUAL(t.fpscr, expected);
        CU_ASSERT_EQUAL(t.cr[1], n % 5 == 4 ? 0 : expected >> 28);
        CU_ASSERT_EQUAL(t.cr[6], n % 5 == 4 ? before >> (28 - 4 * field) & 15 : 0);
    }
}

static void moves_from_fpscr_and_between_registers(void)
{
    struct xenon_context t = {.fpscr = UINT32_C(0x92345604)};
    execute_fp(&t, x_form(4, 0, 0, 583) | 1);
    CU_ASSERT_EQUAL(t.fpr[4], D(0000000092345604));
    CU_ASSERT_EQUAL(t.cr[1], 9);
    t.settings.mffs_high_nan_box = true;
    execute_fp(&t, x_form(4, 0, 0, 583));
    CU_ASSERT_EQUAL(t.fpr[4], D(FFF8000092345604));

    static const struct {
        unsigned extended;
        uint64_t d;
    } moves[] = {{72, SIGNAL2}, {40, SIGNAL2 ^ MZERO}, {264, SIGNAL2 ^ MZERO}, {136, SIGNAL2}};
    t.fpr[2] = SIGNAL2;
    for (unsigned i = 0; i < 4; i++) {
        t.cr[1] = 0;
        CU_ASSERT_EQUAL(execute_fp(&t, x_form(4, 0, 2, moves[i].extended) | 1), XENON_NEXT);
        CU_ASSERT_EQUAL(t.fpr[4], moves[i].d);
        CU_ASSERT_EQUAL(t.fpscr, UINT32_C(0x92345604));
        CU_ASSERT_EQUAL(t.cr[1], 9);
    }
}

void test_fpscr(void)
{
    CU_pSuite suite = CU_add_suite("xenon/fpscr", NULL, NULL);
    CU_add_test(suite, "of NaNs the first comes through, quieted", nans_are_chosen_in_order);
    CU_add_test(suite, "invalid operations are told apart", invalid_operations_are_told_apart);
    CU_add_test(suite, "enabled, they and divisions by zero deliver nothing", enabled_exceptions_leave_the_target);
    CU_add_test(suite, "overflow and underflow, disabled and enabled", overflow_and_underflow);
    CU_add_test(suite, "non-IEEE mode flushes as the settings say", non_ieee_mode_flushes);
    CU_add_test(suite, "estimates come from their table or are exact", estimates_come_from_their_table);
    CU_add_test(suite, "singles are rounded once", singles_are_rounded_once);
    CU_add_test(suite, "comparisons", comparisons);
    CU_add_test(suite, "moves to FPSCR", moves_to_fpscr);
    CU_add_test(suite, "moves from FPSCR and between registers", moves_from_fpscr_and_between_registers);
}
