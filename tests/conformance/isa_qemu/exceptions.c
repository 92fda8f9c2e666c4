#include "tests/conformance/isa_qemu/exceptions.h"

#include "models/xenon/isa/isa.h"
#include "tests/conformance/isa_qemu/protocol.h"

#include <fnmatch.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define FPSCR_FX         UINT32_C(0x80000000)
#define FPSCR_EXCEPTIONS UINT32_C(0x1FF80700)
#define FPSCR_FR         UINT32_C(0x00040000)
#define FPSCR_FI         UINT32_C(0x00020000)
#define FPSCR_FPRF       UINT32_C(0x0001F000)
#define FPSCR_FPRF_QNAN  UINT32_C(0x00011000)
#define FPSCR_C          UINT32_C(0x00010000)
#define FPSCR_VX         UINT32_C(0x20000000)
#define FPSCR_ZX         UINT32_C(0x04000000)
#define FPSCR_VE         UINT32_C(0x00000080)
#define FPSCR_VXVC       UINT32_C(0x00080000)
#define FPSCR_XX         UINT32_C(0x02000000)
#define FPSCR_XE         UINT32_C(0x00000008)
#define FPSCR_ZE         UINT32_C(0x00000010)
#define FPSCR_RN         UINT32_C(0x00000003)
#define FPSCR_NI         UINT32_C(0x00000004)

/* Avoid: does the case have to be dropped? */

static unsigned bytes_at_most(const struct xenon_context *t, const struct xenon_insn *in)
{
    switch (in->op) {
    case XENON_OP_LMW:
    case XENON_OP_STMW:
        return 4 * (32U - in->d);
    case XENON_OP_LSWI:
    case XENON_OP_STSWI:
        return in->sh == 0 ? 32 : in->sh;
    case XENON_OP_LSWX:
    case XENON_OP_STSWX:
        return t->xer_count;
    default:
        return 8;
    }
}

static bool touches_memory(const struct xenon_op_info *info)
{
    return info->group == XENON_LOAD || info->group == XENON_STORE || strncmp(info->mnemonic, "lv", 2) == 0 ||
           strncmp(info->mnemonic, "stv", 3) == 0 || strncmp(info->mnemonic, "dcb", 3) == 0 ||
           strcmp(info->mnemonic, "icbi") == 0;
}

/* The first and last byte that an access may touch. */
static void range(const struct xenon_context *t, const struct xenon_insn *in, uint64_t *first, uint64_t *last)
{
    *first = t->gpr[in->a] + t->gpr[in->b] + in->imm;
    *last = *first + bytes_at_most(t, in) - 1;
    if (in->op == XENON_OP_DCBZ || in->op == XENON_OP_DCBZ128) {
        *first &= ~UINT64_C(127);
        *last = *first + 127;
    } else if (xenon_op_info[in->op].group == XENON_VMX) {
        *first &= ~UINT64_C(15);
        *last = *first + 15;
    }
}

static bool avoid_outside(const struct notes *notes, const struct xenon_context *t, const struct xenon_insn *in)
{
    (void)notes;
    const struct xenon_op_info *info = &xenon_op_info[in->op];
    if (!touches_memory(info) || info->flags & (XENON_SUPERVISOR | XENON_HYPERVISOR))
        return false;
    uint64_t first, last;
    range(t, in, &first, &last);
    uint64_t nowhere = UINT64_C(1) << 32;
    if (first >= nowhere) { /* nothing is there: both fault at once */
        first -= nowhere;
        last -= nowhere;
    }
    return first < GUEST_WINDOW || last >= GUEST_WINDOW + GUEST_WINDOW_SIZE;
}

static bool avoid_invalid_multiple(const struct notes *notes, const struct xenon_context *t,
                                   const struct xenon_insn *in)
{
    (void)notes;
    unsigned registers = in->op == XENON_OP_LMW ? 32U - in->d : (bytes_at_most(t, in) + 3) / 4;
    for (unsigned i = 0; i < registers; i++)
        if ((in->d + i) % 32 == in->a || (in->op == XENON_OP_LSWX && (in->d + i) % 32 == in->b))
            return true;
    return in->op == XENON_OP_LMW && in->d == 0; /* register 0, even as no address */
}

static bool avoid_xer_reserved(const struct notes *notes, const struct xenon_context *t, const struct xenon_insn *in)
{
    (void)notes;
    return in->imm == 1 && t->gpr[in->d] & ~UINT64_C(0xE000007F);
}

static bool avoid_vscr_reserved(const struct notes *notes, const struct xenon_context *t, const struct xenon_insn *in)
{
    (void)notes;
    return t->vr[in->b].u32[XENON_W(3)] & ~(XENON_VSCR_NJ | XENON_VSCR_SAT);
}

static uint64_t address_of(const struct xenon_context *t, const struct xenon_insn *in)
{
    return t->gpr[in->a] + t->gpr[in->b] + in->imm;
}

static bool avoid_unaligned_conditional(const struct notes *notes, const struct xenon_context *t,
                                        const struct xenon_insn *in)
{
    (void)notes;
    return address_of(t, in) % (in->op == XENON_OP_STDCX ? 8 : 4) != 0;
}

static bool avoid_reserved_store(const struct notes *notes, const struct xenon_context *t, const struct xenon_insn *in)
{
    uint64_t first, last;
    range(t, in, &first, &last);
    return t->reservation.held && in->op != XENON_OP_STWCX && in->op != XENON_OP_STDCX &&
           first < t->reservation.address + notes->reserved && last >= t->reservation.address;
}

static bool avoid_other_size(const struct notes *notes, const struct xenon_context *t, const struct xenon_insn *in)
{
    return t->reservation.held && notes->reserved != (in->op == XENON_OP_STDCX ? 8 : 4);
}

static bool avoid_pvr(const struct notes *notes, const struct xenon_context *t, const struct xenon_insn *in)
{
    const unsigned pvr = 287;
    (void)notes;
    (void)t;
    return in->imm == pvr;
}

static bool avoid_set_ni(const struct notes *notes, const struct xenon_context *t, const struct xenon_insn *in)
{
    const unsigned bit = 29; /* where NI is */
    (void)notes;
    (void)t;
    return in->d == bit;
}

static bool avoid_cache_nowhere(const struct notes *notes, const struct xenon_context *t, const struct xenon_insn *in)
{
    (void)notes;
    return address_of(t, in) > UINT32_MAX;
}

static bool avoid_stream_zero(const struct notes *notes, const struct xenon_context *t, const struct xenon_insn *in)
{
    (void)notes;
    (void)t;
    return in->a == 0;
}

static bool avoid_ni(const struct notes *notes, const struct xenon_context *t, const struct xenon_insn *in)
{
    (void)notes;
    return t->fpscr & FPSCR_NI && in->op != XENON_OP_MFFS;
}

/* Does the instruction calculate, so that FR, FI and FPRF are its own? */
static bool calculates(enum xenon_op op)
{
    switch (op) {
    case XENON_OP_MFFS:
    case XENON_OP_MCRFS:
    case XENON_OP_MTFSB0:
    case XENON_OP_MTFSB1:
    case XENON_OP_MTFSF:
    case XENON_OP_MTFSFI:
    case XENON_OP_FMR:
    case XENON_OP_FNEG:
    case XENON_OP_FABS:
    case XENON_OP_FNABS:
    case XENON_OP_FSEL:
        return false;
    default:
        return true;
    }
}

static bool avoid_fr_moved(const struct notes *notes, const struct xenon_context *t, const struct xenon_insn *in)
{
    (void)t;
    return notes->fpscr & FPSCR_FR && (in->op == XENON_OP_MFFS || in->a == 3);
}

static bool avoid_fx_cleared(const struct notes *notes, const struct xenon_context *t, const struct xenon_insn *in)
{
    (void)notes;
    return calculates(in->op) && t->fpscr & FPSCR_EXCEPTIONS && !(t->fpscr & FPSCR_FX);
}

static bool avoid_estimate_inexact(const struct notes *notes, const struct xenon_context *t,
                                   const struct xenon_insn *in)
{
    (void)notes;
    (void)in;
    return t->fpscr & FPSCR_XE;
}

static bool avoid_reciprocal_of_zero(const struct notes *notes, const struct xenon_context *t,
                                     const struct xenon_insn *in)
{
    (void)notes;
    return t->fpr[in->b] << 1 == 0;
}

static bool is_nan(uint64_t value)
{
    return value << 1 > UINT64_C(0x7FF) << 53;
}

static bool is_signalling(uint64_t value)
{
    return is_nan(value) && !(value >> 51 & 1);
}

static bool avoid_product_and_nan(const struct notes *notes, const struct xenon_context *t, const struct xenon_insn *in)
{
    const uint64_t infinity = UINT64_C(0x7FF) << 53; /* without its sign */
    uint64_t a = t->fpr[in->a] << 1, c = t->fpr[in->c] << 1;
    (void)notes;
    return is_signalling(t->fpr[in->b]) && ((a == 0 && c == infinity) || (a == infinity && c == 0));
}

static bool avoid_negated_rounding(const struct notes *notes, const struct xenon_context *t,
                                   const struct xenon_insn *in)
{
    (void)notes;
    (void)in;
    return (t->fpscr & FPSCR_RN) >= 2;
}

/* Adapt: what QEMU does instead. */

static void record(struct xenon_context *t, const struct xenon_insn *in, uint64_t result)
{
    if (in->flags & XENON_RC)
        t->cr[0] = (uint8_t)(((int64_t)result < 0 ? XENON_LT : result == 0 ? XENON_EQ : XENON_GT) | t->so);
}

static const char *adapt_vector_dar(const struct step *step, struct xenon_context *t, const struct xenon_insn *in)
{
    unsigned size = 16;
    if (in->op == XENON_OP_LVEBX || in->op == XENON_OP_STVEBX)
        size = 1;
    else if (in->op == XENON_OP_LVEHX || in->op == XENON_OP_STVEHX)
        size = 2;
    else if (in->op == XENON_OP_LVEWX || in->op == XENON_OP_STVEWX)
        size = 4;
    if (step->interrupted)
        t->interrupt.dar &= ~(uint64_t)(size - 1);
    return NULL;
}

/* Takes some bits of FPSCR as they are in `value`. */
static void put_fpscr(struct xenon_context *t, const struct xenon_insn *in, uint32_t bits, uint32_t value)
{
    t->fpscr = (t->fpscr & ~bits) | (value & bits);
    if (in->flags & XENON_RC)
        t->cr[1] = (uint8_t)(t->fpscr >> 28);
}

static const char *adapt_compare_fi(const struct step *step, struct xenon_context *t, const struct xenon_insn *in)
{
    if ((t->fpscr ^ step->fpscr) & FPSCR_FI)
        return "a comparison changes FPSCR.FI";
    if (!step->interrupted)
        put_fpscr(t, in, FPSCR_FI, 0);
    return NULL;
}

static const char *adapt_compare_both(const struct step *step, struct xenon_context *t, const struct xenon_insn *in)
{
    if (!step->interrupted || !(step->fpscr & FPSCR_VE) || !(is_signalling(step->fpr_a) || is_signalling(step->fpr_b)))
        return NULL;
    if ((t->fpscr ^ step->fpscr) & FPSCR_VXVC)
        return "VXVC along with an enabled VXSNAN";
    put_fpscr(t, in, FPSCR_VXVC, FPSCR_VXVC);
    return NULL;
}

static const char *adapt_compare_class(const struct step *step, struct xenon_context *t, const struct xenon_insn *in)
{
    if (is_nan(step->fpr_a) || is_nan(step->fpr_b))
        put_fpscr(t, in, FPSCR_C, FPSCR_C);
    return NULL;
}

/* Does a conversion to an integer of so many bits not fit? */
static bool overflows(uint64_t bits, double limit, unsigned rn)
{
    double value;
    memcpy(&value, &bits, sizeof(value));
    double (*const round[])(double) = {rint, trunc, ceil, floor};
    value = round[rn](value);
    return !(value >= -limit && value < limit);
}

static const char *adapt_convert_nan(const struct step *step, struct xenon_context *t, const struct xenon_insn *in)
{
    if (is_nan(step->fpr_b) && !step->interrupted)
        t->fpr[in->d] &= UINT32_MAX;
    return NULL;
}

static const char *adapt_single_class(const struct step *step, struct xenon_context *t, const struct xenon_insn *in)
{
    uint64_t magnitude = t->fpr[in->d] & ~(UINT64_C(1) << 63), least_normal = UINT64_C(0x381) << 52;
    if (step->interrupted || magnitude == 0 || magnitude >= least_normal)
        return NULL;
    if (!(t->fpscr & FPSCR_C))
        return "a single denormal result has the class of a normal one";
    put_fpscr(t, in, FPSCR_C, 0);
    return NULL;
}

static const char *adapt_convert_class(const struct step *step, struct xenon_context *t, const struct xenon_insn *in)
{
    double limit = in->op == XENON_OP_FCTIW || in->op == XENON_OP_FCTIWZ ? 0x1p31 : 0x1p63;
    bool truncates = in->op == XENON_OP_FCTIWZ || in->op == XENON_OP_FCTIDZ;
    if (overflows(step->fpr_b, limit, truncates ? 1 : step->fpscr & FPSCR_RN) && !step->interrupted)
        put_fpscr(t, in, FPSCR_FPRF, FPSCR_FPRF_QNAN);
    return NULL;
}

static const char *adapt_set_bit_fx(const struct step *step, struct xenon_context *t, const struct xenon_insn *in)
{
    uint32_t bit = UINT32_C(0x80000000) >> in->d;
    if (bit & FPSCR_FX)
        return NULL;
    if (bit & FPSCR_EXCEPTIONS && !(step->fpscr & bit) && !(t->fpscr & FPSCR_FX))
        return "FPSCR.FX is not set";
    put_fpscr(t, in, FPSCR_FX, step->fpscr);
    return NULL;
}

static const char *adapt_vrsave_high(const struct step *step, struct xenon_context *t, const struct xenon_insn *in)
{
    enum { NUMBER = 256 };
    (void)step;
    if (in->imm != NUMBER)
        return NULL;
    bool right = t->spr[XENON_SPR_VRSAVE] == (uint32_t)t->gpr[in->d];
    t->spr[XENON_SPR_VRSAVE] = t->gpr[in->d];
    return right ? NULL : "VRSAVE is not the lower word";
}

static const char *adapt_mulhw_high(const struct step *step, struct xenon_context *t, const struct xenon_insn *in)
{
    (void)step;
    t->gpr[in->d] &= UINT32_MAX;
    record(t, in, t->gpr[in->d]);
    return NULL;
}

/* Ignore: what is not compared. */

static void ignore_fr(const struct step *step, const struct xenon_context *t, const struct xenon_insn *in,
                      struct notes *notes)
{
    (void)step;
    (void)t;
    const unsigned field = 3, bit = 13; /* where FR is */
    if (calculates(in->op))
        notes->fpscr |= FPSCR_FR;
    else if ((in->op == XENON_OP_MTFSF && in->imm >> (7 - field) & 1) ||
             (in->op == XENON_OP_MTFSFI && in->d == field) ||
             ((in->op == XENON_OP_MTFSB0 || in->op == XENON_OP_MTFSB1) && in->d == bit))
        notes->fpscr &= ~FPSCR_FR;
}

static void ignore_scalar_estimate(const struct step *step, const struct xenon_context *t, const struct xenon_insn *in,
                                   struct notes *notes)
{
    (void)t;
    notes->fpscr |= FPSCR_FX | FPSCR_XX | FPSCR_FI;
    notes->cr |= in->flags & XENON_RC ? UINT32_C(0x08000000) : 0;
    if (!step->interrupted)
        notes->close_fpr |= UINT32_C(1) << in->d;
    notes->tolerance = in->op == XENON_OP_FRES ? 0x1p-22 : 0x1p-5;
}

static void ignore_vector_estimate(const struct step *step, const struct xenon_context *t, const struct xenon_insn *in,
                                   struct notes *notes)
{
    (void)step;
    (void)t;
    notes->close_vr |= UINT32_C(1) << in->d;
    notes->tolerance = 0x1p-12;
}

static void ignore_reserve(const struct step *step, const struct xenon_context *t, const struct xenon_insn *in,
                           struct notes *notes)
{
    (void)step;
    (void)t;
    notes->reserved = in->op == XENON_OP_LDARX ? 8 : 4;
}

static void ignore_enabled_fp(const struct step *step, const struct xenon_context *t, const struct xenon_insn *in,
                              struct notes *notes)
{
    if (!step->interrupted || !calculates(in->op))
        return;
    notes->fpscr |= FPSCR_FI | FPSCR_FPRF;
    notes->cr |= UINT32_C(0x0F000000);
    bool no_result = (t->fpscr & FPSCR_VX && t->fpscr & FPSCR_VE) || (t->fpscr & FPSCR_ZX && t->fpscr & FPSCR_ZE);
    if (!no_result && in->op != XENON_OP_FCMPU && in->op != XENON_OP_FCMPO)
        notes->fpr |= UINT32_C(1) << in->d;
}

/* The table. */

enum kind { LEAVE_OUT, POWER7, LAST, AVOID, IGNORE, ADAPT };

typedef bool avoid_function(const struct notes *notes, const struct xenon_context *t, const struct xenon_insn *in);
typedef void ignore_function(const struct step *step, const struct xenon_context *t, const struct xenon_insn *in,
                             struct notes *notes);
typedef const char *adapt_function(const struct step *step, struct xenon_context *t, const struct xenon_insn *in);

#define FUNCTION_LEAVE_OUT(name) .avoid = NULL
#define FUNCTION_POWER7(name)    .avoid = NULL
#define FUNCTION_LAST(name)      .avoid = NULL
#define FUNCTION_AVOID(name)     .avoid = avoid_##name
#define FUNCTION_IGNORE(name)    .ignore = ignore_##name
#define FUNCTION_ADAPT(name)     .adapt = adapt_##name

static const struct exception {
    enum kind kind;
    const char *name, *rows, *reason, *instead;
    avoid_function *avoid;
    ignore_function *ignore;
    adapt_function *adapt;
} exceptions[] = {
#define EXCEPTION(kind, name, rows, reason, instead) {kind, #name, rows, reason, instead, FUNCTION_##kind(name)},
#include "tests/conformance/isa_qemu/exceptions.def"
#undef EXCEPTION
};

enum { COUNT = sizeof(exceptions) / sizeof(exceptions[0]) };
_Static_assert(COUNT <= 64, "a bit for each");

static uint64_t of_op[6][XENON_OP_COUNT]; /* which exceptions a row has, by kind */

static bool names(const char *rows, const struct xenon_op_info *info)
{
    static const char *const groups[] = {"@int", "@branch", "@load", "@store", "@system", "@fp", "@vmx", "@vmx128"};
    char word[32];
    for (int length; sscanf(rows, " %31s%n", word, &length) == 1; rows += length)
        if (fnmatch(word, info->mnemonic, 0) == 0 || strcmp(word, groups[info->group]) == 0)
            return true;
    return false;
}

void exceptions_open(void)
{
    for (unsigned op = 0; op < XENON_OP_COUNT; op++)
        for (unsigned i = 0; i < COUNT; i++)
            if (names(exceptions[i].rows, &xenon_op_info[op]))
                of_op[exceptions[i].kind][op] |= UINT64_C(1) << i;
}

void exceptions_choose_settings(struct xenon_isa_settings *settings)
{
    settings->dcbz_block_32 = true;
    settings->divide_invalid_dividend = true;
    settings->element_load_keep = true;
    settings->reservation_match_address = true;
    settings->segment_registers_present = true; /* and privileged */
}

bool exceptions_leave_out(enum xenon_op op, const char *cpu)
{
    return of_op[LEAVE_OUT][op] != 0 || (of_op[POWER7][op] != 0) != (strcmp(cpu, "power7") == 0);
}

bool exceptions_last(enum xenon_op op)
{
    return of_op[LAST][op] != 0;
}

const char *exceptions_avoid(const struct notes *notes, const struct xenon_context *t, const struct xenon_insn *in)
{
    for (uint64_t left = of_op[AVOID][in->op]; left != 0; left &= left - 1) {
        const struct exception *e = &exceptions[__builtin_ctzll(left)];
        if (e->avoid(notes, t, in))
            return e->name;
    }
    return NULL;
}

bool exceptions_after_any(enum xenon_op op)
{
    return (of_op[IGNORE][op] | of_op[ADAPT][op]) != 0;
}

void exceptions_remember(struct step *step, const struct xenon_context *t, const struct xenon_insn *in)
{
    *step = (struct step){.gpr_d = t->gpr[in->d & 31],
                          .fpr_a = t->fpr[in->a & 31],
                          .fpr_b = t->fpr[in->b & 31],
                          .fpr_c = t->fpr[in->c & 31],
                          .fpr_d = t->fpr[in->d & 31],
                          .fpscr = t->fpscr,
                          .cr1 = t->cr[1],
                          .b = t->vr[in->b & 31]};
}

const char *exceptions_after(const struct step *step, struct xenon_context *t, const struct xenon_insn *in,
                             struct notes *notes)
{
    const char *wrong = NULL;
    for (uint64_t left = of_op[IGNORE][in->op]; left != 0; left &= left - 1)
        exceptions[__builtin_ctzll(left)].ignore(step, t, in, notes);
    for (uint64_t left = of_op[ADAPT][in->op]; left != 0 && wrong == NULL; left &= left - 1)
        wrong = exceptions[__builtin_ctzll(left)].adapt(step, t, in);
    return wrong;
}

void exceptions_list(void)
{
    static const char *const kinds[] = {"left out", "POWER7", "last", "avoided", "notes", "adapted"};
    for (unsigned i = 0; i < COUNT; i++)
        printf("%-18s %-8s  %s\n%28s  %s; instead: %s\n", exceptions[i].name, kinds[exceptions[i].kind],
               exceptions[i].rows, "", exceptions[i].reason, exceptions[i].instead);
}
