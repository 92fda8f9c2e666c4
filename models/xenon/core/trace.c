/* A core's signals. */
#include "models/xenon/core/core_parts.h"
#include "waves/waves.h"

static const char *const state_names[] = {"stopped", "runs", "fetches", "translates", "accesses", "waits"};

void core_trace(struct sim_component *self, struct waves_scope *scope)
{
    struct xenon_core *core = (struct xenon_core *)self;
    struct core_signals *s = &core->signals;
    static const char *const of_thread[CORE_THREADS][5] = {
        {"thread0.pc", "thread0.state", "thread0.cause", "thread0.issued", "thread0.line"},
        {"thread1.pc", "thread1.state", "thread1.cause", "thread1.issued", "thread1.line"},
    };
    core->scope = scope;
    for (unsigned i = 0; i < CORE_THREADS; i++) {
        s->pc[i] = waves_bus(scope, of_thread[i][0], 64, NULL);
        s->state[i] = waves_enum(scope, of_thread[i][1], 3, state_names, sizeof state_names / sizeof *state_names);
        s->cause[i] = waves_enum(scope, of_thread[i][2], 5, xenon_cause_name, XENON_CAUSES);
        s->issued[i] = waves_bus(scope, of_thread[i][3], 32, "instruction");
        s->line[i] = waves_wire(scope, of_thread[i][4]);
    }
    s->misses = waves_bus(scope, "misses", 4, "line");
    s->stores = waves_bus(scope, "stores", 7, "store");
    s->gathers = waves_bus(scope, "gathers", 4, "buffer");
    s->outbox = waves_bus(scope, "outbox", 7, "message");
    s->l1d_fill = waves_bus(scope, "l1d.fill", 42, NULL); /* the line that came last */
    s->l1d_drop = waves_bus(scope, "l1d.drop", 42, NULL); /* that a store of somebody else took away */
    s->l1i_fill = waves_bus(scope, "l1i.fill", 42, NULL);
}

void core_show_issue(struct xenon_core *core, const struct core_thread *th, uint64_t pc, uint64_t m)
{
    const struct core_signals *s = &core->signals;
    sim_time t = core_time(core, CLOCK_OF(m));
    unsigned cause = (unsigned)(m & CAUSE_MASK);
    waves_set(core->scope, s->pc[th->index], t, pc);
    waves_set(core->scope, s->cause[th->index], t, cause >= XENON_CAUSES ? XENON_CAUSE_OF_vmx : cause);
    waves_set(core->scope, s->issued[th->index], t, (uint32_t)++core->shown[th->index]);
}

void core_show_state(struct xenon_core *core, uint64_t clock)
{
    const struct core_signals *s = &core->signals;
    sim_time t = core_time(core, clock);
    for (unsigned i = 0; i < CORE_THREADS; i++) {
        waves_set(core->scope, s->state[i], t, core->thread[i].state);
        waves_set(core->scope, s->line[i], t, core->thread[i].line_up);
    }
    waves_set(core->scope, s->misses, t, core->misses);
    waves_set(core->scope, s->stores, t, core->stores);
    waves_set(core->scope, s->gathers, t, core->gathers);
    waves_set(core->scope, s->outbox, t, core->out_count);
}

/* A thread begins to wait, or stops, between the events of the core. */
void core_show_thread(struct xenon_core *core, const struct core_thread *th, uint64_t clock)
{
    waves_set(core->scope, core->signals.state[th->index], core_time(core, clock), th->state);
}

void core_show_line(struct xenon_core *core, enum core_line_event event, uint64_t line, uint64_t clock)
{
    const struct core_signals *s = &core->signals;
    const uint32_t signal[] = {
        [CORE_L1D_FILL] = s->l1d_fill, [CORE_L1D_DROP] = s->l1d_drop, [CORE_L1I_FILL] = s->l1i_fill};
    waves_set(core->scope, signal[event], core_time(core, clock), line);
}

void core_show(struct sim_component *self, sim_time t)
{
    struct xenon_core *core = (struct xenon_core *)self;
    const struct core_signals *s = &core->signals;
    for (unsigned i = 0; i < CORE_THREADS; i++) {
        const struct core_thread *th = &core->thread[i];
        core->shown[i] = th->instructions;
        waves_set(core->scope, s->pc[i], t, th->context.nia);
        waves_set(core->scope, s->cause[i], t, 0);
        waves_set(core->scope, s->issued[i], t, (uint32_t)th->instructions);
    }
    waves_set(core->scope, s->l1d_fill, t, 0);
    waves_set(core->scope, s->l1d_drop, t, 0);
    waves_set(core->scope, s->l1i_fill, t, 0);
    core_show_state(core, core_clock_at(core, t));
    core->tracing = core->scope->any;
    core->watched |= core->tracing;
}
