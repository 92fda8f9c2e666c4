/* Who looks at every instruction: watchers, breakpoints, profiles, waves. Reads the machine, and changes nothing. */
#include "models/sim/machine.h"
#include "models/xenon/core/core_parts.h"

void core_charge(struct core_thread *th, uint64_t clock, uint64_t why)
{
    unsigned cause = (unsigned)(why & CAUSE_MASK);
    if (clock <= th->charged)
        return;
    th->profile[cause >= XENON_CAUSES ? XENON_CAUSE_OF_vmx : cause] += clock - th->charged;
    th->charged = clock;
}

void core_issuing(struct xenon_core *core, struct core_thread *th, const struct core_insn *in, uint64_t m)
{
    if (core->watch != NULL && core->watch->issuing != NULL) {
        th->context.nia = in->in.pc;
        core->watch->issuing(core->watch->context, core, th->index, &in->in, CLOCK_OF(m));
    }
    for (unsigned i = 0; i < core->breaks; i++)
        if (core->break_at[i] == in->in.pc)
            sim_request_stop(&core->component, core_time(core, CLOCK_OF(m)), "pc 0x%llx of thread %u",
                             (unsigned long long)in->in.pc, core->config.number * 2 + th->index);
}

void core_issued(struct xenon_core *core, struct core_thread *th, const struct core_insn *in, uint64_t m, bool faulted)
{
    uint64_t clock = CLOCK_OF(m), lost = clock > th->charged ? clock - th->charged : 0;
    bool paired = clock + 1 == th->charged;
    unsigned cause = (unsigned)(m & CAUSE_MASK);
    core_charge(th, clock, m);
    core_charge(th, clock + 1, in->step);
    if (core->watch != NULL && core->watch->issued != NULL) {
        uint64_t ready = th->ready[in->writes[0]];
        bool none = faulted || in->writes[0] == XENON_R_SINK || ready & PENDING;
        const struct xenon_issue issue = {
            .thread = th->index,
            .in = &in->in,
            .clock = clock,
            .ready = none ? UINT64_MAX : CLOCK_OF(ready),
            .lost = lost,
            .cause = cause >= XENON_CAUSES ? XENON_CAUSE_OF_vmx : (enum xenon_cause)cause,
            .own = (enum xenon_cause)(in->step & CAUSE_MASK),
            .paired = paired,
            .faulted = faulted,
        };
        core->watch->issued(core->watch->context, core, &issue);
    }
    if (core->tracing)
        core_show_issue(core, th, in->in.pc, m);
}

static void choose(struct xenon_core *core)
{
    core->watched = core->watch != NULL || core->profiling || core->tracing || core->breaks != 0;
}

void xenon_core_set_watch(struct xenon_core *core, const struct xenon_core_watch *watch)
{
    core->watch = watch;
    choose(core);
}

bool xenon_core_break_at(struct xenon_core *core, uint64_t pc)
{
    if (core->breaks == BREAKS_MAX)
        return false;
    core->break_at[core->breaks++] = pc;
    choose(core);
    return true;
}

void xenon_core_break_clear(struct xenon_core *core, uint64_t pc)
{
    for (unsigned i = 0; i < core->breaks; i++)
        if (core->break_at[i] == pc)
            core->break_at[i--] = core->break_at[--core->breaks];
    choose(core);
}

void xenon_core_set_profile(struct xenon_core *core, bool on)
{
    core->profiling = on;
    for (unsigned i = 0; i < CORE_THREADS; i++) {
        core->thread[i].charged = core_clock_at(core, core->component.at);
        memset(core->thread[i].profile, 0, sizeof core->thread[i].profile);
    }
    choose(core);
}

/* What the thread waits for now: the cause of clocks that have gone by since it issued. */
static enum xenon_cause waits_for(const struct core_thread *th)
{
    unsigned cause = (unsigned)(th->bound & CAUSE_MASK);
    switch (th->state) {
    case XENON_THREAD_STOPPED:
        return XENON_CAUSE_OF_idle;
    case XENON_THREAD_FETCHES:
        return XENON_CAUSE_OF_fetch;
    case XENON_THREAD_TRANSLATES:
        return XENON_CAUSE_OF_tlb;
    case XENON_THREAD_ACCESSES:
        return XENON_CAUSE_OF_microcode;
    case XENON_THREAD_WAITS:
        return th->idles                 ? XENON_CAUSE_OF_idle
               : th->barrier == SIM_TRAP ? XENON_CAUSE_OF_kernel
                                         : XENON_CAUSE_OF_barrier;
    default:
        return cause >= XENON_CAUSES ? XENON_CAUSE_OF_vmx : (enum xenon_cause)cause;
    }
}

void xenon_core_profile(const struct xenon_core *core, unsigned thread, uint64_t clocks[XENON_CAUSES])
{
    const struct core_thread *th = &core->thread[thread];
    uint64_t now = core_clock_at(core, core->component.at);
    memcpy(clocks, th->profile, sizeof th->profile);
    if (now > th->charged)
        clocks[waits_for(th)] += now - th->charged;
}
