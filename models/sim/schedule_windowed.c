/* Windowed and parallel: one SystemC method runs the whole board in plain C until its next turn in the kernel, which is
 * the next event of a foreign part, or the end of the run.
 *
 * In each round the component that has something to do first runs ahead to its horizon: the earliest time at which any
 * other could reach it, from what they are about to do and the latencies of the ways between. What it sends is handed
 * over when it returns. Idle components cost nothing; idle time is jumped over. Who is not the first is left alone: the
 * later it runs, the further.
 *
 * In a round of the parallel schedule all run that can. The horizons are all taken first; then the components are
 * independent, and run on several host threads. What follows from a step is done afterwards, in the order of
 * components, on this thread. */
#include "models/sim/machine_parts.h"

#include <stdlib.h>

enum { ROUNDS_BETWEEN_CLOSINGS = 256 };

/* Advances the first `ready` of machine->ready, each to its own `until`, on as many threads as there are. */
static void advance_together(struct sim_machine *machine, unsigned ready)
{
    if (ready > 1 && machine->crew)
        crew_advance(machine->crew, machine->ready, ready);
    else
        for (unsigned i = 0; i < ready; i++)
            machine->ready[i]->type->advance(machine->ready[i], machine->ready[i]->until);
    for (unsigned i = 0; i < ready; i++)
        machine_stepped(machine, machine->ready[i]);
}

static void run_parallel_round(struct sim_machine *machine, sim_time limit)
{
    unsigned ready = 0;
    for (unsigned i = 0; i < machine->components; i++) {
        struct sim_component *component = machine->component[i];
        if (machine->wake[i] >= limit || component->foreign)
            continue;
        sim_time horizon = machine_horizon(machine, i, limit);
        if (machine->wake[i] >= horizon)
            continue;
        component->until = horizon;
        machine->ready[ready++] = component;
    }
    advance_together(machine, ready);
}

static void close_now_and_then(struct sim_machine *machine, sim_time t)
{
    if (machine->observers && ++machine->rounds_since_closed >= ROUNDS_BETWEEN_CLOSINGS) {
        machine_settle(machine, t);
        machine_close(machine, t);
    }
}

/* A run that a signal cut short ends where the component that is furthest stands. */
static void end_here(struct sim_machine *machine)
{
    sim_time furthest = machine->now;
    for (unsigned i = 0; i < machine->components; i++)
        if (machine->component[i]->at > furthest)
            furthest = machine->component[i]->at;
    machine->end = sim_time_min(machine->end, furthest);
}

/* Fixed windows of the least latency: everybody steps to the same time, with something to do or not. */
static sim_time run_window(struct sim_machine *machine)
{
    sim_time start = SIM_NEVER;
    for (unsigned i = 0; i < machine->components; i++)
        start = sim_time_min(start, machine->component[i]->at);
    if (machine->interrupted)
        end_here(machine);
    if (start >= machine->end)
        return SIM_NEVER;
    sim_time window = sim_time_min(machine->lookahead, machine->options.stop_latency);
    sim_time until = sim_time_min(machine->end, sim_time_add(start, window));
    for (unsigned i = 0; machine->agents != 0 && i < machine->components; i++) { /* they act when all stand there */
        struct sim_component *component = machine->component[i];
        if (component->acts_on != 0 && component->at == start && machine->wake[i] == start)
            machine_advance(machine, component, start + 1);
        if (component->acts_on != 0)
            until = sim_time_min(until, machine->wake[i]);
    }
    unsigned ready = 0;
    for (unsigned i = 0; i < machine->components; i++) {
        struct sim_component *component = machine->component[i];
        if (component->at >= until)
            continue;
        if (machine->crew) {
            component->until = until;
            machine->ready[ready++] = component;
        } else {
            machine_advance(machine, component, until);
        }
    }
    advance_together(machine, ready);
    close_now_and_then(machine, until);
    machine->counters.windows++;
    return until;
}

/* Runs rounds until the kernel must have its turn at `foreign`, or nothing is left before the end. Answers the time of
 * the turn, SIM_NEVER when the run is over. */
static sim_time run_rounds(struct sim_machine *machine, sim_time foreign)
{
    for (;;) {
        unsigned index = 0;
        sim_time first = machine_first_wake(machine, &index);
        if (machine->interrupted)
            end_here(machine);
        if (first >= machine->end)
            return foreign < machine->end ? foreign : SIM_NEVER;
        for (unsigned i = 0; machine->foreign && i < machine->components; i++)
            if (machine->component[i]->foreign && machine->wake[i] <= foreign && machine->wake[i] != SIM_NEVER) {
                foreign = machine->wake[i]; /* at the kernel's own time too: a message may be due in the same instant */
                sim_sc_event_notify(machine->foreign[i], foreign);
            }
        if (first >= foreign)
            return foreign;
        close_now_and_then(machine, first);
        sim_time limit = sim_time_min(machine->end, sim_time_add(first, machine->options.stop_latency));
        if (machine->options.schedule == SIM_PARALLEL)
            run_parallel_round(machine, limit);
        else
            machine_advance(machine, machine->component[index], machine_horizon(machine, index, limit));
        machine->counters.windows++;
    }
}

static sim_time scheduler_method(void *context, sim_time now)
{
    struct sim_machine *machine = context;
    sim_time foreign = machine->foreign ? sim_sc_next() : SIM_NEVER;
    machine->counters.kernel_events++;
    if (machine->end <= machine->now) /* SystemC runs every method once at its start, whether there is a run or not */
        return SIM_NEVER;
    for (unsigned i = 0; machine->foreign && i < machine->components; i++)
        if (machine->component[i]->foreign) /* any of the kernel's events may make it act */
            machine_wake_by(machine, i, foreign);
    sim_time turn = machine->options.no_skip && !machine->foreign ? run_window(machine) : run_rounds(machine, foreign);
    if (turn == SIM_NEVER) {
        sim_sc_pause();
        return SIM_NEVER;
    }
    return machine->options.no_skip && !machine->foreign ? (turn > now ? turn : now + 1) : turn + 1;
}

static sim_time foreign_method(void *context, sim_time now)
{
    struct sim_component *component = context;
    machine_advance(component->machine, component, now + 1);
    return SIM_NEVER; /* the scheduler's method notifies its event when it is due */
}

void schedule_windowed_attach(struct sim_machine *machine)
{
    struct sim_sc_module *scheduler = sim_sc_module_at(SIM_SCHEDULER_MODULE);
    sim_sc_module_method(scheduler, scheduler_method, machine);
    machine->go = sim_sc_event_new(scheduler, "go");
    machine->ready = calloc(machine->components, sizeof *machine->ready);
    SIM_CHECK(machine->ready, "out of memory for %u components", machine->components);
    for (unsigned i = 0; i < machine->components; i++) {
        struct sim_component *component = machine->component[i];
        if (!component->foreign)
            continue;
        if (!machine->foreign)
            machine->foreign = calloc(machine->components, sizeof *machine->foreign);
        SIM_CHECK(machine->foreign, "out of memory for %u components", machine->components);
        sim_sc_module_method(component->module, foreign_method, component);
        machine->foreign[i] = sim_sc_event_new(component->module, "due");
    }
}

enum sim_status schedule_windowed_run(struct sim_machine *machine, struct sim_error *error)
{
    sim_sc_event_notify(machine->go, sim_sc_time());
    enum sim_status status = sim_sc_run(machine->end, error); /* up to the pause, at a time of the kernel's */
    if (status == SIM_OK)
        status = sim_sc_run(machine->end, error); /* nothing happens any more: its time catches up */
    return status;
}
