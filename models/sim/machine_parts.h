/* The inside of a machine, shared by the files that make it up: machine.c builds it, schedule_*.c run it, snapshot.c
 * writes it down. Nobody else includes this. */
#ifndef CYCLE360_SIM_MACHINE_PARTS_H
#define CYCLE360_SIM_MACHINE_PARTS_H

#include "models/sim/machine.h"
#include "models/sim/systemc.h"

#include <signal.h>

enum { SIM_OBSERVERS_MAX = 4, SIM_INDEX_MAX = UINT16_MAX /* a component, or a link, is known by 16 bits */ };

#define SIM_SCHEDULER_MODULE "scheduler" /* the scheduler's own sc_module */

struct sim_machine {
    struct sim_options options;
    struct sim_component **component; /* in the order of (priority, being added) */
    unsigned components, agents;      /* agents: how many act on others */
    struct sim_link *link;
    unsigned links, links_room;
    struct sim_observer observer[SIM_OBSERVERS_MAX];
    unsigned observers;
    bool elaborated, ran;

    sim_time now;    /* every component stands here between runs */
    sim_time *wake;  /* by component: the earliest time at which it has anything to do */
    uint64_t *awake; /* bit n: component n has any such time */
    /* [care][to * components + from]: least time from an act of one to its effect on the other. Where somebody waits
     * for a credit, by messages and credits. Else nobody acts on a credit who has not acted before: by messages, and
     * the credits of the other's own links. */
    sim_time *reach[SIM_CARES];
    unsigned waiting;   /* components that wait for a credit */
    sim_time lookahead; /* least latency of any link */

    sim_time end;         /* of the run in progress */
    struct sim_stop stop; /* the earliest stop asked for in it */
    volatile sig_atomic_t interrupted;
    sim_time closed; /* what observers were told last */
    unsigned rounds_since_closed;
    struct sim_counters counters;
    struct sim_crew *crew;         /* host threads of SIM_PARALLEL */
    struct sim_edge *edges;        /* SIM_LOCKSTEP: [component][clock], the next edge of each */
    struct sim_sc_event *go;       /* SIM_WINDOWED, SIM_PARALLEL: starts the scheduler's method */
    struct sim_sc_event **foreign; /* there, by component: runs a foreign component */
    struct sim_component **ready;  /* SIM_PARALLEL: the components of one round */
};

/* Zeroed memory; a host that has none ends the program. */
void *machine_allocate(size_t count, size_t size);

static inline void shorten(sim_time *way, sim_time length)
{
    if (length < *way)
        *way = length;
}

/* When a component acts: at t; or earlier than it would, at t. */
static inline void machine_set_wake(struct sim_machine *machine, unsigned index, sim_time t)
{
    uint64_t bit = UINT64_C(1) << index % 64, *awake = &machine->awake[index / 64];
    machine->wake[index] = t;
    *awake = t == SIM_NEVER ? *awake & ~bit : *awake | bit;
}

static inline void machine_wake_by(struct sim_machine *machine, unsigned index, sim_time t)
{
    if (t < machine->wake[index])
        machine_set_wake(machine, index, t);
}

/* Does it find no credit at a single port, as far as is known? */
bool machine_is_spent(struct sim_component *component);

/* Counts who waits anew. */
void machine_count_waiting(struct sim_machine *machine);

/* Again, where a component became still, or is so no more. */
void machine_find_ways_around(struct sim_machine *machine);

/* Everything to power-on state, at time 0. */
void machine_power_on(struct sim_machine *machine);

/* One step of a component to `until`, and what follows from it on the scheduler's thread: the next wake, messages
 * handed over, stops noted. machine_stepped is the second half alone, for a step that another thread has taken;
 * machine_after_advance the same where something happened for certain. */
void machine_advance(struct sim_machine *machine, struct sim_component *component, sim_time until);
void machine_stepped(struct sim_machine *machine, struct sim_component *component);
void machine_after_advance(struct sim_machine *machine, struct sim_component *component);

/* When the stop that is on record takes effect; SIM_NEVER without one. */
sim_time machine_stop_time(const struct sim_machine *machine);

/* The earliest time at which anything happens, and who does it first. */
static inline sim_time machine_first_wake(const struct sim_machine *machine, unsigned *index)
{
    sim_time first = SIM_NEVER;
    for (unsigned i = 0; i < machine->components; i += 64)
        for (uint64_t left = machine->awake[i / 64]; left != 0; left &= left - 1) {
            unsigned at = i + (unsigned)__builtin_ctzll(left);
            if (machine->wake[at] < first) {
                first = machine->wake[at];
                *index = at;
            }
        }
    return first;
}

/* How far a component can run before another could reach it. */
static inline sim_time machine_horizon(const struct sim_machine *machine, unsigned index, sim_time limit)
{
    struct sim_component *component = machine->component[index];
    unsigned care = machine->waiting != 0                             ? SIM_WARY
                    : component->spent && machine_is_spent(component) ? SIM_SPENT
                                                                      : SIM_FREE;
    const sim_time *reach = &machine->reach[care][(size_t)index * machine->components];
    component->care = (uint8_t)care;
    for (unsigned i = 0; i < machine->components; i += 64)
        for (uint64_t left = machine->awake[i / 64]; left != 0; left &= left - 1) {
            unsigned from = i + (unsigned)__builtin_ctzll(left);
            if (from != index)
                limit = sim_time_min(limit, sim_time_add(machine->wake[from], reach[from]));
        }
    return limit;
}

/* Brings every component to t, where nothing happens before t; tells the observers that all before t is over. */
void machine_settle(struct sim_machine *machine, sim_time t);
void machine_close(struct sim_machine *machine, sim_time t);

/* Each runs the machine until machine->end, which a stop may pull closer. */
enum sim_status schedule_lockstep_run(struct sim_machine *machine, struct sim_error *error);
enum sim_status schedule_windowed_run(struct sim_machine *machine, struct sim_error *error);
/* Called before SystemC elaborates: creates the methods and events that the schedule lives on. */
void schedule_lockstep_attach(struct sim_machine *machine);
void schedule_windowed_attach(struct sim_machine *machine);

/* The host threads of the parallel schedule: run `advance` for each of the given components, and return when all are
 * done. */
struct sim_crew *crew_new(unsigned threads);
void crew_free(struct sim_crew *crew);
void crew_advance(struct sim_crew *crew, struct sim_component *const *components, unsigned count);

#endif
