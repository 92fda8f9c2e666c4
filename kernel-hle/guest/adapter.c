/* Order within a body: what goes to the stack, moves between registers, what comes from the stack. Nothing that is
 * still to be read is overwritten: both conventions hand registers out in the order of the arguments, so there always
 * is a move whose target nobody needs any more. */
#include "kernel-hle/guest/adapter.h"

enum {
    STACK_ALIGNMENT = 16,
    SAVED_LR = 8,       /* bytes at the upper end of the frame, where the console keeps a function's LR */
    SYSV_HOME = 8,      /* the back chain, and the callee's LR */
    CONSOLE_HOME = 0x50 /* the same, and room for eight arguments */
};

struct adapter {
    FILE *out;
    const struct hle_signature *signature;
    enum hle_convention from, to;
    uint32_t frame; /* how far r1 has come down from the caller's */
};

struct move {
    enum hle_width width;
    struct hle_place from, to;
};

static struct move move_of(const struct adapter *a, unsigned index)
{
    const struct hle_argument *argument = &a->signature->argument[index];
    struct move move = {hle_type_info[argument->type].width, argument->place[a->from], argument->place[a->to]};
    if (move.from.where == HLE_ON_STACK)
        move.from.offset += a->frame;
    return move;
}

static bool is_wide(enum hle_width width)
{
    return width == HLE_WIDE || width == HLE_DOUBLE;
}

static bool is_pair(enum hle_convention convention, enum hle_width width)
{
    return width == HLE_WIDE && hle_convention_info[convention].pairs;
}

/* A bit for each register that a value is in. */
static uint32_t registers(enum hle_convention convention, enum hle_width width, struct hle_place place)
{
    if (place.where != HLE_IN_GPR)
        return 0;
    return (is_pair(convention, width) ? 3u : 1u) << place.reg;
}

/* Onto the stack. A slot of eight bytes is written whole, so that its upper half is never left over from something. */
static void store(const struct adapter *a, const struct move *move)
{
    bool whole = hle_convention_info[a->to].slot == 8 && move->width == HLE_WORD;
    unsigned to = move->to.offset - (whole ? 4 : 0), reg = move->from.reg;
    if (move->from.where == HLE_ON_STACK) {
        fprintf(a->out, "    %s r0, 0x%x(r1)\n", is_wide(move->width) ? "ld" : "lwz", move->from.offset);
        fprintf(a->out, "    %s r0, 0x%x(r1)\n", is_wide(move->width) || whole ? "std" : "stw", to);
    } else if (move->from.where == HLE_IN_FPR) {
        fprintf(a->out, "    %s f%u, 0x%x(r1)\n", move->width == HLE_DOUBLE ? "stfd" : "stfs", reg, to);
    } else if (is_pair(a->from, move->width)) {
        fprintf(a->out, "    stw r%u, 0x%x(r1)\n    stw r%u, 0x%x(r1)\n", reg, to, reg + 1, to + 4);
    } else {
        fprintf(a->out, "    %s r%u, 0x%x(r1)\n", is_wide(move->width) || whole ? "std" : "stw", reg, to);
    }
}

/* From the stack. */
static void load(const struct adapter *a, const struct move *move)
{
    unsigned from = move->from.offset, reg = move->to.reg;
    if (move->to.where == HLE_IN_FPR)
        fprintf(a->out, "    %s f%u, 0x%x(r1)\n", move->width == HLE_DOUBLE ? "lfd" : "lfs", reg, from);
    else if (is_pair(a->to, move->width))
        fprintf(a->out, "    lwz r%u, 0x%x(r1)\n    lwz r%u, 0x%x(r1)\n", reg, from, reg + 1, from + 4);
    else
        fprintf(a->out, "    %s r%u, 0x%x(r1)\n", is_wide(move->width) ? "ld" : "lwz", reg, from);
}

static void copy(const struct adapter *a, unsigned to, unsigned from)
{
    if (to != from)
        fprintf(a->out, "    mr r%u, r%u\n", to, from);
}

static void join(const struct adapter *a, unsigned to, unsigned upper, unsigned lower)
{
    fprintf(a->out, "    rldimi r%u, r%u, 32, 0\n", lower, upper);
    copy(a, to, lower);
}

static void split(const struct adapter *a, unsigned upper, unsigned lower, unsigned from)
{
    copy(a, lower, from);
    fprintf(a->out, "    srdi r%u, r%u, 32\n", upper, from);
}

static void between_registers(const struct adapter *a, const struct move *move)
{
    bool from_pair = is_pair(a->from, move->width), to_pair = is_pair(a->to, move->width);
    unsigned from = move->from.reg, to = move->to.reg;
    if (from_pair == to_pair)
        copy(a, to, from);
    else if (from_pair)
        join(a, to, from, from + 1);
    else
        split(a, to, to + 1, from);
}

/* What arguments that stay in integer registers need. */
static void move_registers(const struct adapter *a)
{
    struct move pending[HLE_ARGUMENTS_MAX];
    unsigned count = 0;
    for (unsigned i = 0; i < a->signature->arguments; i++) {
        struct move move = move_of(a, i);
        if (move.from.where == HLE_IN_GPR && move.to.where == HLE_IN_GPR)
            pending[count++] = move;
    }
    while (count > 0) {
        unsigned chosen = count;
        for (unsigned i = 0; i < count && chosen == count; i++) {
            uint32_t read = 0;
            for (unsigned k = 0; k < count; k++)
                read |= k == i ? 0 : registers(a->from, pending[k].width, pending[k].from);
            if ((read & registers(a->to, pending[i].width, pending[i].to)) == 0)
                chosen = i;
        }
        SIM_CHECK(chosen < count, "arguments of a call stand in each other's way");
        between_registers(a, &pending[chosen]);
        pending[chosen] = pending[--count];
    }
}

static void move_arguments(const struct adapter *a)
{
    unsigned count = a->signature->arguments;
    for (unsigned i = 0; i < count; i++) {
        struct move move = move_of(a, i);
        if (move.to.where == HLE_ON_STACK)
            store(a, &move);
    }
    move_registers(a);
    for (unsigned i = 0; i < count; i++) {
        struct move move = move_of(a, i);
        SIM_CHECK(move.from.where != HLE_IN_FPR || move.to.where != HLE_IN_FPR || move.from.reg == move.to.reg,
                  "two conventions count floating-point registers alike");
        if (move.from.where == HLE_ON_STACK && move.to.where != HLE_ON_STACK)
            load(a, &move);
    }
}

/* A result of 64 bits is in r3, or in r3 and r4. */
static bool result_differs(const struct hle_signature *s, enum hle_convention from, enum hle_convention to)
{
    enum hle_width width = hle_type_info[s->result].width;
    return is_pair(from, width) != is_pair(to, width);
}

static bool uses_stack(const struct hle_signature *s)
{
    for (unsigned i = 0; i < s->arguments; i++)
        for (enum hle_convention convention = 0; convention < HLE_CONVENTIONS; convention++)
            if (s->argument[i].place[convention].where == HLE_ON_STACK)
                return true;
    return false;
}

void hle_adapter_write(FILE *out, const struct hle_signature *s, enum hle_convention from, enum hle_convention to,
                       const char *call, const char *jump)
{
    struct adapter a = {out, s, from, to, 0};
    if (jump != NULL && !uses_stack(s) && !result_differs(s, from, to)) {
        move_arguments(&a);
        fputs(jump, out);
        return;
    }
    uint32_t home = to == HLE_CONVENTION_console ? CONSOLE_HOME : SYSV_HOME,
             used = s->stack[to] > home ? s->stack[to] : home;
    a.frame = (used + SAVED_LR + STACK_ALIGNMENT - 1) / STACK_ALIGNMENT * STACK_ALIGNMENT;
    fprintf(out, "    stwu r1, -0x%x(r1)\n    mflr r0\n    std r0, 0x%x(r1)\n", a.frame, a.frame - SAVED_LR);
    move_arguments(&a);
    fprintf(out, "    %s\n", call);
    if (result_differs(s, from, to) && is_pair(from, HLE_WIDE))
        split(&a, 3, 4, 3);
    else if (result_differs(s, from, to))
        join(&a, 3, 3, 4);
    fprintf(out, "    ld r0, 0x%x(r1)\n    mtlr r0\n    addi r1, r1, 0x%x\n    blr\n", a.frame - SAVED_LR, a.frame);
}
