/* What run.h is made of, apart from its handlers. */
#ifndef CYCLE360_XENON_CORE_RUN_PARTS_H
#define CYCLE360_XENON_CORE_RUN_PARTS_H

#include "models/xenon/core/lookup.h"
#include "models/xenon/core/shape.h"
#include "models/xenon/isa/isa_flags.h"
#include "models/xenon/isa/may_execute.h"
#include "models/xenon/isa/ops.h"
#include "models/xenon/isa/ops_branch.h"
#include "models/xenon/isa/ops_int.h"
#include "models/xenon/isa/ops_storage.h"

/* Is thread 0 preferred in this clock, if both could issue? */
static inline bool core_prefers_first(const struct xenon_core *core, uint64_t clock)
{
    const struct core_thread *a = &core->thread[0], *b = &core->thread[1];
    if (__builtin_expect(a->priority == b->priority, 1))
        return core->last_thread != 0;
    return (a->priority > b->priority) == (clock % core->timing.smt_share != 0);
}

/* What comes before issuing: an interrupt, or looking for the code. */
static void core_attend(struct xenon_core *core, struct core_thread *th, uint64_t clock)
{
    if (th->interrupt)
        core_take_interrupt(core, th, clock);
    else
        core_look_up(core, th, clock);
}

/* The thread whose turn it is, with core->horizon set to where it ends; NULL when nobody can issue before core->limit
 * and core->event. */
static inline struct core_thread *core_pick(struct xenon_core *core)
{
    for (;;) {
        struct core_thread *a = &core->thread[0], *const b = &core->thread[1];
        uint64_t stop = core->limit < core->event ? core->limit : core->event;
        if (b->state != XENON_THREAD_RUNS) { /* as below, with nobody to share with */
            if (a->state != XENON_THREAD_RUNS || CLOCK_OF(a->bound) >= stop)
                return NULL;
            if (__builtin_expect(a->lookup || a->interrupt, 0)) {
                core_attend(core, a, CLOCK_OF(a->bound));
                continue;
            }
            core->horizon = stop << CAUSE_BITS;
            return a;
        }
        uint64_t first = a->state == XENON_THREAD_RUNS ? CLOCK_OF(a->bound) : CLOCK_NEVER;
        uint64_t second = b->state == XENON_THREAD_RUNS ? CLOCK_OF(b->bound) : CLOCK_NEVER;
        bool tie = first == second;
        if (second < first ||
            (tie && !a->lookup && !a->interrupt && (b->lookup || b->interrupt || !core_prefers_first(core, first)))) {
            uint64_t swapped = first;
            a = b;
            first = second, second = swapped;
        }
        if (first >= stop)
            return NULL;
        if (__builtin_expect(a->lookup || a->interrupt, 0)) {
            core_attend(core, a, first);
            continue;
        }
        if (tie)
            second++;
        core->horizon = (second < stop ? second : stop) << CAUSE_BITS;
        return a;
    }
}

/* A load or a reservation is under way, so that a register may be pending. */
static inline bool core_is_pending(const struct core_thread *th)
{
    return th->loads_under_way != 0 || th->conditional_under_way;
}

/* Moment of an instruction that overwrites what a load is still to write. */
static inline uint64_t core_behind_load(const struct core_thread *th, const struct core_insn *in)
{
    return (th->ready[in->writes[0]] | th->ready[in->writes[1]] | th->ready[in->writes[2]]) & PENDING;
}

/* th->now, with what has happened since: the other thread's issue, and its bound. */
static inline uint64_t core_now(const struct xenon_core *core, const struct core_thread *th)
{
    uint64_t floor = th->bound;
    if (core->last_thread != th->index)
        floor = later(floor, MOMENT(core->last_issue, smt));
    return th->now + th->in->step < floor ? floor - th->in->step : th->now;
}

/* A record that was not taken apart yet. */
static __attribute__((noinline, cold)) void core_decode_here(struct xenon_core *core, struct core_insn *in)
{
    size_t line = (size_t)((const char *)in - (const char *)core->l1i) / sizeof(struct core_code_line);
    core_decode_pair(core, &core->l1i[line], (unsigned)(in - core->l1i[line].insn));
}

/* th->in has issued and is done; what follows is not before `floor`. */
static void core_go_on(struct xenon_core *core, struct core_thread *th, uint64_t floor)
{
    th->in++;
    if (th->in->handler == HANDLER_UNKNOWN)
        core_decode_here(core, th->in);
    th->context.nia = th->in->in.pc & xenon_address_mask(&th->context);
    th->lookup = th->in->handler == HANDLER_LINE_END;
    th->now = th->lookup ? floor : floor - th->in->step;
    th->bound = floor;
}

static inline void core_refetch(struct core_thread *th, uint64_t floor)
{
    th->lookup = true;
    th->now = th->bound = floor;
}

/* Branches. */

static inline void core_link_push(const struct xenon_core *core, struct core_thread *th, const struct core_insn *in)
{
    unsigned limit = core->timing.link_stack;
    if (th->links == limit) {
        for (unsigned i = 1; i < limit; i++)
            th->link_stack[i - 1] = th->link_stack[i];
        th->links--;
    }
    th->link_stack[th->links++] = (in->in.pc + 4) & xenon_address_mask(&th->context);
    th->lr_ready = 0;
}

/* Was the direction of a branch predicted? What is learnt is kept. */
static inline bool core_predicted(struct xenon_core *core, struct core_thread *th, const struct core_insn *in,
                                  bool jumps)
{
    static const uint8_t learnt[2][4] = {{0, 0, 1, 2}, {1, 2, 3, 3}};
    if (in->flags & (CORE_ALWAYS | CORE_HINTED))
        return in->flags & CORE_ALWAYS || (in->in.d & 1) == jumps;
    uint32_t history = (th->history & core->predicts.history_mask) << core->predicts.history_shift;
    uint8_t *counter = &core->predictor[((uint32_t)(in->in.pc >> 2) ^ history) & core->predicts.mask];
    bool right = *counter >> 1 == jumps;
    *counter = learnt[jumps][*counter];
    th->history = th->history << 1 | jumps;
    return right;
}

/* Moment from which on a branch predicted wrongly goes on. */
static inline uint64_t core_wrong(const struct xenon_core *core, uint64_t m, uint64_t known)
{
    uint64_t resolved = later((m & ~CAUSE_MASK) + ONE_CLOCK, known & ~CAUSE_MASK);
    return resolved + MOMENT(core->timing.branch_mispredict, branch);
}

/* Each says from when on the next instruction may issue; 0: as if there had been no branch. */
static inline __attribute__((always_inline)) uint64_t core_branch_BC(struct xenon_core *core, struct core_thread *th,
                                                                     const struct core_insn *in, uint64_t m, bool jumps)
{
    bool right = core_predicted(core, th, in, jumps);
    if (in->in.flags & XENON_LK) {
        th->lr_ready = 0;
        if (!(in->flags & CORE_ALWAYS && jumps && th->context.nia == th->context.lr))
            core_link_push(core, th, in);
    }
    if (!(in->in.d & XENON_BO_NO_CTR))
        th->ctr_ready = 0;
    if (!right)
        return core_wrong(core, m, th->ready[in->reads[0]]);
    return jumps ? (m & ~CAUSE_MASK) + MOMENT(1 + core->timing.branch_taken, branch) : 0;
}

static inline uint64_t core_branch_BCLR(struct xenon_core *core, struct core_thread *th, const struct core_insn *in,
                                        uint64_t m, bool jumps)
{
    bool right = core_predicted(core, th, in, jumps);
    uint64_t guess = 1, lr_ready = th->lr_ready; /* no address */
    if (jumps && th->links > 0)
        guess = th->link_stack[--th->links];
    if (in->in.flags & XENON_LK)
        core_link_push(core, th, in);
    if (!(in->in.d & XENON_BO_NO_CTR))
        th->ctr_ready = 0;
    bool known = guess == th->context.nia;
    if (!right)
        return core_wrong(core, m, later(th->ready[in->reads[0]], jumps && !known ? lr_ready : 0));
    if (!jumps)
        return 0;
    if (!known)
        return core_wrong(core, m, lr_ready);
    return (m & ~CAUSE_MASK) + MOMENT(1 + core->timing.branch_register, branch);
}

static inline uint64_t core_branch_BCCTR(struct xenon_core *core, struct core_thread *th, const struct core_insn *in,
                                         uint64_t m, bool jumps)
{
    if (in->in.flags & XENON_LK)
        core_link_push(core, th, in);
    return jumps ? core_wrong(core, m, th->ctr_ready) : 0;
}

/* Instructions that few programs are full of. */

static inline uint64_t core_dot_moment(const struct xenon_core *core, const struct core_thread *th,
                                       const struct core_insn *in)
{
    uint64_t m = 0;
    for (unsigned i = 0; i < XENON_READS_MAX; i++) {
        uint64_t ready = th->ready[in->reads[i]];
        if ((ready & CAUSE_MASK) == CAUSE_DOT)
            ready -= (uint64_t)core->timing.vmx_dot_cross << CAUSE_BITS;
        m = later(m, ready);
    }
    return m;
}

/* mfcr, mfocrf, mtcrf, mtocrf: bit n of `imm`, from the left of eight, is field n. */
static inline bool core_has_field(const struct core_insn *in, unsigned field)
{
    return in->in.op == XENON_OP_MFCR || in->in.imm >> (7 - field) & 1;
}

static inline bool core_fields_read(const struct core_insn *in)
{
    return in->in.op == XENON_OP_MFCR || in->in.op == XENON_OP_MFOCRF;
}

static uint64_t core_fields_moment(const struct core_thread *th, const struct core_insn *in)
{
    uint64_t m = later(th->ready[in->reads[0]], th->ready[in->writes[0]] & PENDING);
    for (unsigned i = 0; i < 8; i++) {
        uint64_t field = th->ready[XENON_R_CR + i];
        if (core_has_field(in, i))
            m = later(m, core_fields_read(in) ? field : field & PENDING);
    }
    return m;
}

static void core_fields(struct core_thread *th, const struct core_insn *in, uint64_t m)
{
    struct xenon_context *t = &th->context;
    uint64_t ready = (m & ~CAUSE_MASK) + in->latency;
    switch (in->in.op) {
    case XENON_OP_MFCR:
        xenon_op_MFCR(t, &in->in);
        break;
    case XENON_OP_MFOCRF:
        xenon_op_MFOCRF(t, &in->in);
        break;
    case XENON_OP_MTCRF:
        xenon_op_MTCRF(t, &in->in);
        break;
    default:
        xenon_op_MTOCRF(t, &in->in);
        break;
    }
    th->ready[in->writes[0]] = ready;
    for (unsigned i = 0; !core_fields_read(in) && i < 8; i++)
        if (core_has_field(in, i))
            th->ready[XENON_R_CR + i] = ready;
}

/* or 1,1,1 and its kin: a priority, or a wait. Says from when on the next instruction may issue. */
static uint64_t core_hint(struct xenon_core *core, struct core_thread *th, const struct core_insn *in, uint64_t m)
{
    const struct xenon_core_timing *timing = &core->timing;
    const uint32_t wait[] = {timing->nop_8, timing->nop_10, timing->nop_12, timing->nop_16};
    unsigned n = in->in.b;
    if (n >= 28)
        return (m & ~CAUSE_MASK) + MOMENT(wait[n - 28], smt);
    th->priority = (uint8_t)(n - 1);
    return 0;
}

/* Registers that loads and stores of many bytes use. */
static unsigned core_many(const struct core_thread *th, const struct core_insn *in)
{
    switch (in->in.op) {
    case XENON_OP_LMW:
    case XENON_OP_STMW:
        return 32U - in->in.d;
    case XENON_OP_LSWI:
    case XENON_OP_STSWI:
        return in->in.sh == 0 ? 8 : (in->in.sh + 3U) / 4;
    case XENON_OP_LSWX:
    case XENON_OP_STSWX:
        return (th->context.xer_count + 3U) / 4;
    default:
        return 0;
    }
}

static inline bool core_is_many_store(const struct core_insn *in)
{
    return in->in.op == XENON_OP_STMW || in->in.op == XENON_OP_STSWI || in->in.op == XENON_OP_STSWX;
}

static uint64_t core_storage_moment(const struct xenon_core *core, const struct core_thread *th,
                                    const struct core_insn *in)
{
    const uint64_t skew = (uint64_t)core->timing.address_skew << CAUSE_BITS;
    uint64_t m = later(th->ready[in->address[0]] + skew, th->ready[in->address[1]] + skew);
    for (unsigned i = 0; i < XENON_READS_MAX; i++)
        m = later(m, th->ready[in->reads[i]]);
    for (unsigned i = 0; i < XENON_WRITES_MAX; i++)
        m = later(m, th->ready[in->writes[i]] & PENDING);
    bool store = core_is_many_store(in);
    for (unsigned i = 0, n = core_many(th, in); i < n; i++) {
        uint64_t ready = th->ready[(in->in.d + i) & 31];
        m = later(m, store ? ready : ready & PENDING);
    }
    return m;
}

#endif
