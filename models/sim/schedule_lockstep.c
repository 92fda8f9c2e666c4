/* Lockstep: every edge of every clock is an event of the SystemC kernel, at which its components take one step of one
 * instant each. Nothing runs ahead and nothing is skipped, so it is slow, and it is what the other schedules are
 * checked against. Components of the same clocks share their events, which are those of the first of them. */
#include "models/sim/machine_parts.h"

#include <stdlib.h>

static struct sim_edge *edges_of(const struct sim_component *component)
{
    return &component->machine->edges[(size_t)component->index * SIM_CLOCKS_MAX];
}

/* The edges of a component and of those that share them. */
static sim_time step_on_edge(struct sim_component *component, sim_time now)
{
    struct sim_machine *machine = component->machine;
    struct sim_edge *edge = edges_of(component);
    sim_time first = now > machine->now ? now : machine->now; /* a loaded machine starts later than the kernel */
    sim_time next = SIM_NEVER;
    bool on_edge = false;
    for (uint32_t i = 0; i < component->clocks; i++) {
        const struct sim_clock *clock = component->clock[i];
        if (edge[i].time < first)
            edge[i] = sim_edge_at(clock, sim_clock_ceil(clock, first));
        if (edge[i].time == now) {
            on_edge = true;
            sim_edge_next(clock, &edge[i]);
        }
        next = sim_time_min(next, edge[i].time);
    }
    for (; on_edge && component; component = component->shares_edges) {
        machine_advance(machine, component, now + 1);
        SIM_CHECK(machine->wake[component->index] >= next, "%s: wants to act at %llu, between edges of its clocks",
                  component->name, (unsigned long long)machine->wake[component->index]);
    }
    return next > SIM_TIME_MAX ? SIM_NEVER : next;
}

/* Those who act on others step before these, in their order, whatever the kernel's order. */
static sim_time act_on_edge(void *context, sim_time now)
{
    struct sim_component *component = context;
    struct sim_machine *machine = component->machine;
    for (unsigned i = 0; machine->agents != 0 && i < machine->components; i++)
        if (machine->component[i]->acts_on != 0)
            step_on_edge(machine->component[i], now);
    machine->counters.kernel_events++;
    return step_on_edge(component, now);
}

/* Who acts on others goes before them, and a foreign part's module is its own. */
static bool may_share(const struct sim_component *a, const struct sim_component *b)
{
    bool same = !a->foreign && !b->foreign && a->acts_on == 0 && b->acts_on == 0 && a->clocks == b->clocks;
    for (uint32_t i = 0; same && i < a->clocks; i++)
        same = a->clock[i] == b->clock[i];
    return same;
}

void schedule_lockstep_attach(struct sim_machine *machine)
{
    machine->edges = calloc((size_t)machine->components * SIM_CLOCKS_MAX, sizeof *machine->edges);
    SIM_CHECK(machine->edges, "out of memory for %u clocks", machine->components);
    for (unsigned i = 0; i < machine->components; i++) {
        struct sim_component *component = machine->component[i];
        unsigned with = 0;
        while (with < i && !may_share(machine->component[with], component))
            with++;
        for (uint32_t c = 0; c < component->clocks; c++)
            edges_of(component)[c] = sim_edge_at(component->clock[c], 0);
        struct sim_component *last = machine->component[with];
        while (last->shares_edges)
            last = last->shares_edges;
        if (with < i)
            last->shares_edges = component;
        else
            sim_sc_module_method(component->module, act_on_edge, component);
    }
}

/* The kernel is run in slices no longer than the stop latency, so that a stop asked for in one takes effect at the end
 * of the next at the earliest. */
enum sim_status schedule_lockstep_run(struct sim_machine *machine, struct sim_error *error)
{
    sim_time now = machine->now;
    for (;;) {
        if (machine->interrupted)
            machine->end = sim_time_min(machine->end, now);
        if (now >= machine->end)
            return SIM_OK;
        sim_time slice = machine->options.precise ? sim_sc_next() : now;
        slice = sim_time_min(machine->end, sim_time_add(slice, machine->options.stop_latency));
        enum sim_status status = sim_sc_run(slice, error);
        if (status != SIM_OK)
            return status;
        now = slice > now ? slice : now; /* the kernel may still be on its way to where a machine was loaded */
        machine->counters.windows++;
        if (++machine->rounds_since_closed >= 64 && machine->observers) {
            machine_settle(machine, now);
            machine_close(machine, now);
        }
    }
}
