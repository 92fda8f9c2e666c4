/* One machine: its clocks' users, their links, and the schedule that runs them. A process builds one (SystemC
 * elaborates once); whatever needs several runs each in a child process (child.h).
 *
 *     machine = sim_machine_new(&options);
 *     sim_machine_add(machine, &display->component); ...
 *     sim_machine_connect(machine, &display->irq, &iic->graphics, (struct sim_link_spec){.latency = 200, .credits = 2},
 * &error); sim_machine_elaborate(machine, &error); sim_machine_run(machine, until, &stop, &error);
 *     sim_machine_free(machine);
 */
#ifndef CYCLE360_SIM_MACHINE_H
#define CYCLE360_SIM_MACHINE_H

#include "models/sim/component.h"
#include "models/sim/port.h"

enum sim_schedule {
    SIM_WINDOWED, /* components run ahead inside the lookahead, idle spans are skipped */
    SIM_LOCKSTEP, /* every edge of every clock is an event of the SystemC kernel       */
    SIM_PARALLEL, /* windowed, with independent components on host threads             */
};

struct sim_options {
    enum sim_schedule schedule;
    bool no_skip;     /* fixed windows of the least latency, each an event of the SystemC kernel. With foreign parts
                       * among the components it does nothing: the kernel's events decide the windows then */
    bool precise;     /* windows of one instant: a stop takes effect right after the instant of its event */
    unsigned threads; /* for SIM_PARALLEL; 0 or 1 runs it on one */
    /* From an event that stops the run to the stop; 0: the least latency of the machine's links. */
    sim_time stop_latency;
};

struct sim_link_spec {
    uint32_t latency;        /* clocks of the receiver, at least 1 */
    uint32_t credits;        /* at least 1 */
    uint32_t credit_latency; /* clocks of the sender, at least 1; 0 means 1 */
};

/* Who watches the machine run: waves and link tracers. Called on the scheduler's thread, but for `stall`. */
struct sim_observer {
    void *context;
    /* Everything before t is over: no change with an earlier time will come any more. */
    void (*closed)(void *context, sim_time t);
    /* A message was sent (slot), or a credit given back that is seen at `credit_due` (slot is NULL). */
    void (*link)(void *context, const struct sim_link *link, const struct sim_slot *slot, sim_time credit_due);
    /* From t on the link's sender waits for a credit, or does no more. Called on the sender's thread. */
    void (*stall)(void *context, const struct sim_link *link, sim_time t, bool waiting);
};

/* Why a run ended. */
struct sim_stop {
    sim_time time; /* where the machine stands now */
    sim_time
        event_time; /* of the event that stopped it; SIM_NEVER where the end asked for was reached, or a signal came */
    const struct sim_component *by;
    char reason[96];
};

struct sim_machine *sim_machine_new(const struct sim_options *options);
void sim_machine_free(struct sim_machine *machine);

void sim_machine_add(struct sim_machine *machine, struct sim_component *component);
enum sim_status sim_machine_connect(struct sim_machine *machine, struct sim_out *from, struct sim_in *to,
                                    struct sim_link_spec spec, struct sim_error *error);
void sim_machine_observe(struct sim_machine *machine, struct sim_observer observer);
/* Checks that every port is wired, creates the SystemC hierarchy, works out the lookahead, and resets all components.
 */
enum sim_status sim_machine_elaborate(struct sim_machine *machine, struct sim_error *error);

/* Runs up to, not including, `until`, or to an earlier stop; every component then stands at stop->time. */
enum sim_status sim_machine_run(struct sim_machine *machine, sim_time until, struct sim_stop *stop,
                                struct sim_error *error);
sim_time sim_machine_time(const struct sim_machine *machine);
/* Between runs: the earliest time at which anything can happen; SIM_NEVER if nothing ever will. */
sim_time sim_machine_next(const struct sim_machine *machine);

/* Called by a component while it acts on an event at t: the run ends at t + stop_latency. Of several stops the earliest
 * counts; those asked for between its event and its taking effect are forgotten. */
void sim_request_stop(struct sim_component *self, sim_time t, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Drops a stop that is still on its way, between runs: for who loads a machine and has ends of its own in mind. */
void sim_machine_forget_stop(struct sim_machine *machine);
/* Called by a process of a foreign component's own after it has sent or taken messages at t, outside of advance. */
void sim_foreign_acted(struct sim_component *self, sim_time t);

/* From a signal handler: the run in progress, else the next one, ends soon, at a time that depends on the host; its
 * reason is "interrupted". */
void sim_machine_interrupt(struct sim_machine *machine);

/* SHA-256 over the canonical state at the machine's time. */
#define SIM_DIGEST_SIZE 32
void sim_machine_digest(const struct sim_machine *machine, uint8_t digest[SIM_DIGEST_SIZE]);

/* Whole-machine files. `board` is the identity of what the machine was built from; a file of another board is refused.
 * A machine is loaded before its first run. A file that is refused leaves it at power-on. */
enum sim_status sim_machine_save(const struct sim_machine *machine, const char *board, const char *path,
                                 struct sim_error *error);
enum sim_status sim_machine_load(struct sim_machine *machine, const char *board, const char *path,
                                 struct sim_error *error);

unsigned sim_machine_component_count(const struct sim_machine *machine);
struct sim_component *sim_machine_component(const struct sim_machine *machine, unsigned index);
unsigned sim_machine_link_count(const struct sim_machine *machine);
const struct sim_link *sim_machine_link(const struct sim_machine *machine, unsigned index);

/* What the scheduler did, for benches and the report. Not part of the machine's state: differs between schedules. */
struct sim_counters {
    uint64_t windows, advances, kernel_events;
};
struct sim_counters sim_machine_counters(const struct sim_machine *machine);

#endif
