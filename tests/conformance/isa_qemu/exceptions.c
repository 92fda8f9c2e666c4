#include "tests/conformance/isa_qemu/exceptions.h"

#include "models/xenon/isa/isa.h"
#include "tests/conformance/isa_qemu/protocol.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

enum { FPSCR_NI = 4 };

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

static bool avoid_outside(const struct xenon_context *t, const struct xenon_insn *in)
{
    const struct xenon_op_info *info = &xenon_op_info[in->op];
    if (!touches_memory(info) || info->flags & (XENON_SUPERVISOR | XENON_HYPERVISOR))
        return false;
    uint64_t first = t->gpr[in->a] + t->gpr[in->b] + in->imm, last = first + bytes_at_most(t, in) - 1;
    if (in->op == XENON_OP_DCBZ || in->op == XENON_OP_DCBZ128) {
        first &= ~UINT64_C(127);
        last = first + 127;
    } else if (info->group == XENON_VMX) {
        first &= ~UINT64_C(15);
        last = first + 15;
    }
    uint64_t nowhere = UINT64_C(1) << 32;
    if (first >= nowhere) { /* nothing is there: both fault at once */
        first -= nowhere;
        last -= nowhere;
    }
    return first < GUEST_WINDOW || last >= GUEST_WINDOW + GUEST_WINDOW_SIZE;
}

static bool avoid_invalid_multiple(const struct xenon_context *t, const struct xenon_insn *in)
{
    unsigned registers = in->op == XENON_OP_LMW ? 32U - in->d : (bytes_at_most(t, in) + 3) / 4;
    for (unsigned i = 0; i < registers; i++)
        if ((in->d + i) % 32 == in->a || (in->op == XENON_OP_LSWX && (in->d + i) % 32 == in->b))
            return true;
    return in->op == XENON_OP_LMW && in->d == 0; /* register 0, even as no address */
}

static bool avoid_xer_reserved(const struct xenon_context *t, const struct xenon_insn *in)
{
    return in->imm == 1 && t->gpr[in->d] & ~UINT64_C(0xE000007F);
}

static bool avoid_vscr_reserved(const struct xenon_context *t, const struct xenon_insn *in)
{
    return t->vr[in->b].u32[XENON_W(3)] & ~(XENON_VSCR_NJ | XENON_VSCR_SAT);
}

static uint64_t address_of(const struct xenon_context *t, const struct xenon_insn *in)
{
    return t->gpr[in->a] + t->gpr[in->b] + in->imm;
}

static bool avoid_unaligned_conditional(const struct xenon_context *t, const struct xenon_insn *in)
{
    return address_of(t, in) % (in->op == XENON_OP_STDCX ? 8 : 4) != 0;
}

static bool avoid_cache_nowhere(const struct xenon_context *t, const struct xenon_insn *in)
{
    return address_of(t, in) > UINT32_MAX;
}

static bool avoid_ni(const struct xenon_context *t, const struct xenon_insn *in)
{
    return t->fpscr & FPSCR_NI && in->op != XENON_OP_MFFS;
}

/* Adapt: what QEMU does instead. */

static void record(struct xenon_context *t, const struct xenon_insn *in, uint64_t result)
{
    if (in->flags & XENON_RC)
        t->cr[0] = (uint8_t)(((int64_t)result < 0 ? XENON_LT : result == 0 ? XENON_EQ : XENON_GT) | t->so);
}

static const char *adapt_vrsave_high(const struct before *before, struct xenon_context *t, const struct xenon_insn *in)
{
    enum { NUMBER = 256 };
    (void)before;
    if (in->imm != NUMBER)
        return NULL;
    bool right = t->spr[XENON_SPR_VRSAVE] == (uint32_t)t->gpr[in->d];
    t->spr[XENON_SPR_VRSAVE] = t->gpr[in->d];
    return right ? NULL : "VRSAVE is not the lower word";
}

static const char *adapt_mulhw_high(const struct before *before, struct xenon_context *t, const struct xenon_insn *in)
{
    (void)before;
    t->gpr[in->d] &= UINT32_MAX;
    record(t, in, t->gpr[in->d]);
    return NULL;
}

/* The table. */

enum kind { LEAVE_OUT, AVOID, ADAPT };

typedef bool avoid_function(const struct xenon_context *t, const struct xenon_insn *in);
typedef const char *adapt_function(const struct before *before, struct xenon_context *t, const struct xenon_insn *in);

#define FUNCTION_LEAVE_OUT(name) .avoid = NULL
#define FUNCTION_AVOID(name)     .avoid = avoid_##name
#define FUNCTION_ADAPT(name)     .adapt = adapt_##name

static const struct exception {
    enum kind kind;
    const char *name, *rows, *reason, *instead;
    avoid_function *avoid;
    adapt_function *adapt;
} exceptions[] = {
#define EXCEPTION(kind, name, rows, reason, instead) {kind, #name, rows, reason, instead, FUNCTION_##kind(name)},
#include "tests/conformance/isa_qemu/exceptions.def"
#undef EXCEPTION
};

enum { COUNT = sizeof(exceptions) / sizeof(exceptions[0]) };
_Static_assert(COUNT <= 64, "a bit for each");

static uint64_t of_op[3][XENON_OP_COUNT]; /* which exceptions a row has, by kind */

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
}

bool exceptions_leave_out(enum xenon_op op)
{
    return of_op[LEAVE_OUT][op] != 0;
}

const char *exceptions_avoid(const struct xenon_context *t, const struct xenon_insn *in)
{
    for (uint64_t left = of_op[AVOID][in->op]; left != 0; left &= left - 1) {
        const struct exception *e = &exceptions[__builtin_ctzll(left)];
        if (e->avoid(t, in))
            return e->name;
    }
    return NULL;
}

bool exceptions_adapt_any(enum xenon_op op)
{
    return of_op[ADAPT][op] != 0;
}

void exceptions_remember(struct before *before, const struct xenon_context *t, const struct xenon_insn *in)
{
    *before = (struct before){.gpr_d = t->gpr[in->d & 31],
                              .fpr_a = t->fpr[in->a & 31],
                              .fpr_b = t->fpr[in->b & 31],
                              .fpr_c = t->fpr[in->c & 31],
                              .fpr_d = t->fpr[in->d & 31],
                              .fpscr = t->fpscr,
                              .b = t->vr[in->b & 31]};
}

const char *exceptions_adapt(const struct before *before, struct xenon_context *t, const struct xenon_insn *in,
                             bool interrupted)
{
    const char *wrong = NULL;
    if (interrupted)
        return NULL;
    for (uint64_t left = of_op[ADAPT][in->op]; left != 0 && wrong == NULL; left &= left - 1)
        wrong = exceptions[__builtin_ctzll(left)].adapt(before, t, in);
    return wrong;
}

void exceptions_list(void)
{
    static const char *const kinds[] = {"left out", "avoided", "adapted"};
    for (unsigned i = 0; i < COUNT; i++)
        printf("%-18s %-8s  %s\n%28s  %s; instead: %s\n", exceptions[i].name, kinds[exceptions[i].kind],
               exceptions[i].rows, "", exceptions[i].reason, exceptions[i].instead);
}
