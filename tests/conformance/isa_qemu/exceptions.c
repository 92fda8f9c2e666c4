#include "tests/conformance/isa_qemu/exceptions.h"

#include "tests/conformance/isa_qemu/exceptions_parts.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

enum kind { LEAVE_OUT, POWER7, SETTING, LAST, AVOID, IGNORE, ADAPT, TURN, KINDS };

static const char *const kind_names[KINDS] = {"left out", "POWER7",  "setting", "last",
                                              "avoided",  "ignored", "adapted", "turned"};

#define FUNCTION_LEAVE_OUT(name) .avoid = NULL
#define FUNCTION_POWER7(name)    .avoid = NULL
#define FUNCTION_SETTING(name)   .avoid = NULL
#define FUNCTION_LAST(name)      .avoid = NULL
#define FUNCTION_AVOID(name)     .avoid = avoid_##name
#define FUNCTION_IGNORE(name)    .ignore = ignore_##name
#define FUNCTION_ADAPT(name)     .adapt = adapt_##name
#define FUNCTION_TURN(name)      .turn = turn_##name, .adapt = adapt_##name

static const struct exception {
    enum kind kind;
    const char *name, *rows, *reason, *instead;
    bool (*avoid)(const struct instant *i);
    void (*ignore)(const struct instant *i);
    const char *(*adapt)(const struct instant *i);
    void (*turn)(const struct instant *i);
} exceptions[] = {
#define EXCEPTION(kind, name, rows, reason, instead) {kind, #name, rows, reason, instead, FUNCTION_##kind(name)},
#include "tests/conformance/isa_qemu/exceptions.def"
#undef EXCEPTION
};

enum { COUNT = sizeof(exceptions) / sizeof(exceptions[0]) };
_Static_assert(COUNT <= 64, "a bit for each");

static uint64_t of_op[KINDS][XENON_OP_COUNT]; /* which exceptions a row has, by kind */

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
        for (unsigned n = 0; n < COUNT; n++)
            if (names(exceptions[n].rows, &xenon_op_info[op]))
                of_op[exceptions[n].kind][op] |= UINT64_C(1) << n;
}

void exceptions_choose_settings(struct xenon_isa_settings *settings)
{
#define CHOOSE_LEAVE_OUT(name)
#define CHOOSE_POWER7(name)
#define CHOOSE_SETTING(name) settings->name = true;
#define CHOOSE_LAST(name)
#define CHOOSE_AVOID(name)
#define CHOOSE_IGNORE(name)
#define CHOOSE_ADAPT(name)
#define CHOOSE_TURN(name)
#define EXCEPTION(kind, name, ...) CHOOSE_##kind(name)
#include "tests/conformance/isa_qemu/exceptions.def"
#undef EXCEPTION
}

bool exceptions_leave_out(enum xenon_op op, const char *cpu)
{
    return of_op[LEAVE_OUT][op] != 0 || (of_op[POWER7][op] != 0) != (strcmp(cpu, "power7") == 0);
}

bool exceptions_last(enum xenon_op op)
{
    return of_op[LAST][op] != 0;
}

const char *exceptions_before(struct instant *i)
{
    const struct xenon_context *t = i->t;
    const struct xenon_insn *in = i->in;
    for (uint64_t left = of_op[AVOID][in->op]; left != 0; left &= left - 1) {
        const struct exception *e = &exceptions[__builtin_ctzll(left)];
        if (e->avoid(i))
            return e->name;
    }
    i->before.fpr_a = t->fpr[in->a & 31];
    i->before.fpr_b = t->fpr[in->b & 31];
    i->before.fpr_c = t->fpr[in->c & 31];
    i->before.fpscr = t->fpscr;
    for (uint64_t left = of_op[TURN][in->op]; left != 0; left &= left - 1)
        exceptions[__builtin_ctzll(left)].turn(i);
    return NULL;
}

const char *exceptions_after(const struct instant *i)
{
    const char *wrong = NULL;
    for (uint64_t left = of_op[TURN][i->in->op] | of_op[ADAPT][i->in->op]; left != 0 && wrong == NULL; left &= left - 1)
        wrong = exceptions[__builtin_ctzll(left)].adapt(i);
    for (uint64_t left = of_op[IGNORE][i->in->op]; left != 0; left &= left - 1)
        exceptions[__builtin_ctzll(left)].ignore(i);
    return wrong;
}

void exceptions_list(void)
{
    for (unsigned n = 0; n < COUNT; n++) {
        const struct exception *e = &exceptions[n];
        printf("%-20s %-8s  %s\n%30s  %s\n%30s  instead: %s\n", e->name, kind_names[e->kind], e->rows, "", e->reason,
               "", e->instead);
    }
}
