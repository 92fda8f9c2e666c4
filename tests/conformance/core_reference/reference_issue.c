/* When an instruction issues, and what that sets going, in the reference. */
#include "tests/conformance/core_reference/reference_parts.h"

enum kind { KIND_FXU, KIND_LSU, KIND_BRU, KIND_VS1, KIND_VS2, KIND_ALONE };

static const uint8_t kind_of[XENON_CLASS_COUNT] = {
#define CLASS(name, unit, latency, busy, pairs, flags) KIND_##pairs,
#include "models/xenon/core/classes.def"
#undef CLASS
};

static const uint8_t together[KIND_ALONE][KIND_ALONE] = {
#define PAIRS(kind, fxu, lsu, bru, vs1, vs2) [KIND_##kind] = {fxu, lsu, bru, vs1, vs2},
#include "models/xenon/core/pairs.def"
#undef PAIRS
};

static bool may_pair(const struct core_reference *r, const struct xenon_uses *first, const struct xenon_uses *second)
{
    unsigned a = kind_of[first->class], b = kind_of[second->class];
    if (a == KIND_ALONE || b == KIND_ALONE || a == KIND_BRU)
        return false;
    if (xenon_class_info[first->class].flags & XENON_CLASS_BLOCKS)
        return false;
    if (first->flags & second->flags & XENON_USES_CR)
        return false;
    if ((a == KIND_LSU && b == KIND_VS1) || (a == KIND_VS1 && b == KIND_LSU))
        return r->timing.pair_load_with_vector;
    return together[a][b];
}

void cr_hold(struct reference_thread *t, int64_t until)
{
    if (t->not_before < until)
        t->not_before = until;
}

void cr_go_on(struct reference_thread *t, const struct xenon_insn *in)
{
    t->c.nia = in->pc + 4;
    if (cr_line_of(t->c.nia) != t->code_line)
        t->code = CODE_TO_LOOK_UP;
}

void cr_report(struct core_reference *r, unsigned n, const struct decoded *d, int64_t ready, bool paired)
{
    if (d->uses.writes[0] == XENON_R_SINK)
        ready = NEVER;
    if (r->config.watch.issued != NULL)
        r->config.watch.issued(r->config.watch.context,
                               &(struct core_reference_issue){.thread = n,
                                                              .in = &d->in,
                                                              .clock = (uint64_t)r->now,
                                                              .ready = ready == NEVER ? UINT64_MAX : (uint64_t)ready,
                                                              .paired = paired});
}

int64_t cr_micro_end(const struct core_reference *r, const struct decoded *d, unsigned words)
{
    uint32_t busy = r->timing.micro_short; /* microcoded by address */
    if (d->uses.class == XENON_CLASS_micro_block)
        busy = r->timing.micro_step * (words == 0 ? 1 : words);
    else if (d->uses.class == XENON_CLASS_micro_fields)
        busy = r->timing.micro_step * (uint32_t)__builtin_popcountll(d->in.imm & 0xFF);
    else if (xenon_class_info[d->uses.class].flags & XENON_CLASS_IS_MICRO)
        busy = xenon_class_busy(&r->timing, d->uses.class);
    return r->now + r->timing.micro_entry + busy;
}

/* Waiting for registers. */

static bool field_named(const struct decoded *d, unsigned field)
{
    return d->in.op == XENON_OP_MFCR || d->in.imm >> (7 - field) & 1;
}

static bool many_ready(const struct core_reference *r, unsigned n, const struct decoded *d)
{
    const struct reference_thread *t = &r->thread[n];
    unsigned count = (cr_access_of(&t->c, &d->in).bytes + 3) / 4;
    for (unsigned i = 0; i < count; i++) {
        unsigned gpr = (d->in.d + i) % 32;
        if (d->uses.flags & XENON_USES_READS_MANY ? t->ready[gpr] > r->now : t->under_way[gpr])
            return false;
    }
    return true;
}

static bool registers_ready(const struct core_reference *r, unsigned n, const struct decoded *d)
{
    const struct reference_thread *t = &r->thread[n];
    const struct xenon_uses *u = &d->uses;
    const int64_t *ready = u->class == XENON_CLASS_vmx_dot ? t->dot_ready : t->ready;
    bool branch = u->class == XENON_CLASS_branch;

    for (unsigned i = 0; i < 2; i++)
        if (u->address[i] != XENON_R_ZERO &&
            (t->ready[u->address[i]] == NEVER || t->ready[u->address[i]] + r->timing.address_skew > r->now))
            return false;
    for (unsigned i = 0; i < XENON_READS_MAX && !branch; i++)
        if (u->reads[i] != XENON_R_ZERO && ready[u->reads[i]] > r->now)
            return false;
    for (unsigned i = 0; i < XENON_WRITES_MAX; i++)
        if (u->writes[i] != XENON_R_SINK && t->under_way[u->writes[i]])
            return false;
    for (unsigned f = 0; f < 8; f++)
        if ((u->flags & XENON_USES_READS_FIELDS && field_named(d, f) && t->ready[XENON_R_CR + f] > r->now) ||
            (u->flags & XENON_USES_WRITES_FIELDS && field_named(d, f) && t->under_way[XENON_R_CR + f]))
            return false;
    if (u->flags & (XENON_USES_READS_MANY | XENON_USES_WRITES_MANY) && !many_ready(r, n, d))
        return false;
    if (u->class == XENON_CLASS_fp_status && t->fp_ready > r->now)
        return false;
    return !branch || cr_branch_may_issue(r, n, d);
}

/* What writes registers only. */
static int64_t write_registers(struct core_reference *r, struct reference_thread *t, const struct decoded *d)
{
    const struct xenon_uses *u = &d->uses;
    const struct xenon_class_info *info = &xenon_class_info[u->class];
    int64_t at = r->now + xenon_class_latency(&r->timing, u->class), first = NEVER;
    unsigned record = XENON_WRITES_MAX;

    if (info->flags & XENON_CLASS_IS_MICRO)
        at = cr_micro_end(r, d, 0);
    for (unsigned i = 0; i < XENON_WRITES_MAX && u->flags & XENON_USES_RECORD; i++)
        if (u->writes[i] != XENON_R_SINK)
            record = i;
    for (unsigned i = 0; i < XENON_WRITES_MAX; i++) {
        int64_t ready = at;
        if (u->writes[i] == XENON_R_SINK)
            continue;
        if (i == record && info->unit == XENON_UNIT_VMX)
            ready = r->now + r->timing.vmx_compare_cr;
        t->ready[u->writes[i]] = t->dot_ready[u->writes[i]] = ready;
        if (u->class == XENON_CLASS_vmx_dot)
            t->ready[u->writes[i]] += r->timing.vmx_dot_cross;
        if (i == 0)
            first = t->ready[u->writes[0]];
    }
    for (unsigned f = 0; f < 8; f++)
        if (u->flags & XENON_USES_WRITES_FIELDS && field_named(d, f))
            first = t->ready[XENON_R_CR + f] = at;
    if (info->unit == XENON_UNIT_FPU && t->fp_ready < at)
        t->fp_ready = at;
    return first;
}

/* Priorities and pauses are a kind of `or`: its register where it is one, else 0. */
static unsigned hint_of(const struct xenon_insn *in)
{
    bool same = in->op == XENON_OP_OR && !(in->flags & XENON_RC) && in->a == in->d && in->a == in->b;
    return same && ((in->a >= 1 && in->a <= 3) || in->a >= 28) ? in->a : 0;
}

static void hint(struct core_reference *r, struct reference_thread *t, const struct xenon_insn *in)
{
    const uint32_t pause[] = {r->timing.nop_8, r->timing.nop_10, r->timing.nop_12, r->timing.nop_16};
    if (hint_of(in) >= 28)
        cr_hold(t, r->now + pause[hint_of(in) - 28]);
    else if (hint_of(in) != 0)
        t->priority = hint_of(in);
}

static void issue_other(struct core_reference *r, unsigned n, const struct decoded *d, bool paired)
{
    struct reference_thread *t = &r->thread[n];
    const struct xenon_insn *in = &d->in;
    const struct xenon_class_info *info = &xenon_class_info[d->uses.class];
    enum xenon_outcome outcome = cr_execute(&t->c, in);

    if (outcome != XENON_NEXT && outcome != XENON_CHANGED)
        r->failure = "an instruction asks for an interrupt, or for more than the reference knows";
    int64_t ready = write_registers(r, t, d);
    if (in->op == XENON_OP_MTSPR && in->imm == 8)
        t->lr_for_branches = r->now + r->timing.branch_after_move;
    if (in->op == XENON_OP_MTSPR && in->imm == 9)
        t->ctr_for_branches = r->now + r->timing.branch_after_move;
    if (info->flags & XENON_CLASS_BLOCKS) {
        int64_t until = r->now + xenon_class_busy(&r->timing, d->uses.class);
        r->unit_until[info->unit] = until;
        cr_hold(t, until);
    }
    if (info->flags & XENON_CLASS_IS_MICRO)
        cr_hold(t, cr_micro_end(r, d, 0));
    if (info->flags & XENON_CLASS_IS_SYNC) {
        cr_hold(t, r->now + 1 + r->timing.context_sync);
        t->code = CODE_TO_LOOK_UP;
    }
    hint(r, t, in);
    cr_report(r, n, d, ready, paired);
}

static bool is_barrier(unsigned op)
{
    return op == XENON_OP_LWSYNC || op == XENON_OP_SYNC || op == XENON_OP_PTESYNC || op == XENON_OP_EIEIO;
}

static void issue_barrier(struct core_reference *r, unsigned n, const struct decoded *d)
{
    struct reference_thread *t = &r->thread[n];
    t->barrier = true;
    t->barrier_posted = false;
    t->barrier_kind = d->in.op == XENON_OP_LWSYNC ? SIM_LWSYNC : d->in.op == XENON_OP_EIEIO ? SIM_EIEIO : SIM_SYNC;
    cr_report(r, n, d, NEVER, false);
    cr_barrier_step(r, n);
}

/* Issues the instruction if it can. */
static bool attempt(struct core_reference *r, unsigned n, const struct decoded *d, bool paired)
{
    struct reference_thread *t = &r->thread[n];
    unsigned unit = xenon_class_info[d->uses.class].unit;
    if (!registers_ready(r, n, d) || r->unit_until[unit] > r->now)
        return false;
    if (d->uses.class == XENON_CLASS_branch) {
        t->next = r->now + 1;
        cr_branch_issue(r, n, d);
        cr_report(r, n, d, NEVER, paired);
        return true;
    }
    if (cr_access_of(&t->c, &d->in).kind != ACCESS_NONE) {
        if (!cr_access_issue(r, n, d, paired))
            return false;
    } else if (is_barrier(d->in.op)) {
        issue_barrier(r, n, d);
    } else {
        issue_other(r, n, d, paired);
    }
    t->next = r->now + 1;
    cr_go_on(t, &d->in);
    return true;
}

static struct decoded *decoded_at_nia(struct core_reference *r, unsigned n)
{
    const struct reference_thread *t = &r->thread[n];
    uint64_t pc = t->c.nia;
    const uint8_t *p = t->code_bytes + pc % SIM_LINE;
    uint32_t word = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    struct decoded *d = &r->decoded[pc / 4 % DECODED_MAX];
    if (d->in.pc != pc || d->in.word != word) {
        d->in = xenon_decode(pc, word);
        d->uses = xenon_uses_of(&d->in);
    }
    return d;
}

bool cr_issue(struct core_reference *r, unsigned n)
{
    struct reference_thread *t = &r->thread[n];
    const struct decoded first = *decoded_at_nia(r, n);
    if (!attempt(r, n, &first, false))
        return false;
    if (first.in.pc & 4 || t->c.nia != first.in.pc + 4 || t->not_before > r->now || t->barrier || t->blocking.active ||
        t->code != CODE_THERE)
        return true;
    const struct decoded *second = decoded_at_nia(r, n);
    if (may_pair(r, &first.uses, &second->uses))
        attempt(r, n, second, true);
    return true;
}
