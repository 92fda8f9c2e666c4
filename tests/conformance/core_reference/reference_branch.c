/* What branches cost, in the reference. */
#include "models/xenon/isa/ops_branch.h"
#include "tests/conformance/core_reference/reference_parts.h"

enum hint { HINT_NONE, HINT_NOT_TAKEN, HINT_TAKEN };

/* The `at` bits: of branches on a condition alone BO's two low bits, of those on the count alone 8 and 1. */
static enum hint hint_of(unsigned bo)
{
    unsigned a = (bo & 0x14) == 0x04 ? bo & 2 : (bo & 0x14) == 0x10 ? bo & 8 : 0;
    return a == 0 ? HINT_NONE : bo & 1 ? HINT_TAKEN : HINT_NOT_TAKEN;
}

static bool always(unsigned bo)
{
    return (bo & 0x14) == 0x14;
}

static bool tests_cr(unsigned bo)
{
    return !(bo & 0x10);
}

/* What is predicted; the counter and the history learn what happens. */
static bool predict(struct core_reference *r, struct reference_thread *t, const struct xenon_insn *in, bool taken)
{
    enum hint hint = hint_of(in->d);
    if (hint != HINT_NONE)
        return hint == HINT_TAKEN;
    uint32_t entries = UINT32_C(1) << r->timing.predictor_bits;
    uint32_t remembered = UINT32_C(1) << r->timing.predictor_history;
    uint32_t index = (uint32_t)(in->pc >> 2) ^ t->history << (r->timing.predictor_bits - r->timing.predictor_history);
    uint8_t *counter = &r->counter[index & (entries - 1)];
    bool predicted = *counter >= 2;
    if (taken && *counter < 3)
        ++*counter;
    if (!taken && *counter > 0)
        --*counter;
    t->history = (t->history << 1 | taken) & (remembered - 1);
    return predicted;
}

static void push(struct core_reference *r, struct reference_thread *t, uint64_t address)
{
    if (t->links == r->timing.link_stack) {
        memmove(&t->link[0], &t->link[1], (t->links - 1) * sizeof t->link[0]);
        t->links--;
    }
    t->link[t->links++] = address;
}

bool cr_branch_may_issue(const struct core_reference *r, unsigned n, const struct decoded *d)
{
    const struct reference_thread *t = &r->thread[n];
    const struct xenon_insn *in = &d->in;
    if (in->op == XENON_OP_B || !tests_cr(in->d))
        return true;
    return t->ready[XENON_R_CR + in->a / 4] != NEVER;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

void cr_branch_issue(struct core_reference *r, unsigned n, const struct decoded *d)
{
    struct reference_thread *t = &r->thread[n];
    const struct xenon_insn *in = &d->in;
    const int64_t now = r->now, next = now + 1, wrong = r->timing.branch_mispredict;
    const unsigned bo = in->op == XENON_OP_B ? 0x14 : in->d;
    int64_t cr_ready = tests_cr(bo) ? t->ready[XENON_R_CR + in->a / 4] : ALWAYS;
    int64_t from = next; /* the thread issues nothing before */

    bool taken = cr_execute(&t->c, in) == XENON_JUMP;
    uint64_t target = t->c.nia;
    bool direction = true; /* predicted rightly */
    if (!always(bo) && in->op != XENON_OP_BCCTR)
        direction = predict(r, t, in, taken) == taken;
    if (!direction)
        from = later(next, cr_ready) + wrong;
    if (in->op == XENON_OP_BCCTR) {
        if (taken)
            from = later(next, t->ctr_for_branches) + wrong;
    } else if (in->op == XENON_OP_BCLR) {
        bool known = t->links > 0 && t->link[t->links - 1] == target;
        if (taken && !known)
            from = later(from, later(next, t->lr_for_branches) + wrong);
        else if (taken && direction)
            from = next + r->timing.branch_register;
        if (taken && t->links > 0)
            t->links--;
    } else if (taken && direction) {
        from = next + r->timing.branch_taken;
    }
    uint64_t next_pc = taken ? target : in->pc + 4;
    if ((taken || !direction) && next_pc & 8 && r->config.running >> (1 - n) & 1)
        from += r->timing.fetch_share;

    if (in->flags & XENON_LK) {
        bool reads_its_address = in->op == XENON_OP_BC && bo == 20 && in->a == 31 && in->imm == 4;
        if (!reads_its_address)
            push(r, t, in->pc + 4);
        t->lr_for_branches = now;
    }
    if (in->op != XENON_OP_B && in->op != XENON_OP_BCCTR && !(bo & XENON_BO_NO_CTR))
        t->ctr_for_branches = now;

    cr_hold(t, from);
    if (!taken)
        cr_go_on(t, in);
    else if (cr_line_of(target) != t->code_line)
        t->code = CODE_TO_LOOK_UP;
}
