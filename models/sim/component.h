/* The component contract. A component is a struct that begins with a struct sim_component, and a table of functions.
 *
 * It owns all of its state. It acts only on edges of its clock, it hears of the world only through its in-ports and
 * speaks only through its out-ports (port.h). The scheduler calls `advance` to let it run up to, not including, a time
 * at which somebody else could still reach it. From that alone every schedule gives the same machine.
 *
 * Rules that the scheduler checks: a message is taken at the very time at which it becomes visible (the credit may be
 * given back later); nothing is sent without a credit; `next_event` is a time on an edge of one of the component's
 * clocks. One rule that it cannot check: to be advanced in small steps or in one large one must make no difference. */
#ifndef CYCLE360_SIM_COMPONENT_H
#define CYCLE360_SIM_COMPONENT_H

#include "models/sim/clock.h"
#include "models/sim/messages.h"
#include "models/sim/state.h"
#include "models/sim/time.h"

#include <stdbool.h>

struct sim_component;
struct sim_in;
struct sim_out;
struct sim_machine;
struct sim_sc_module;
struct waves_scope; /* waves/waves.h; a component's trace functions are its only users */

struct sim_class {
    const char *kind;
    uint32_t version; /* of what save writes; a load of another version is refused */

    /* To power-on state, at time 0. Called at elaboration, and again where a file was refused. */
    void (*reset)(struct sim_component *self);
    /* Runs own clock up to, not including, `until`. A send may pull self->until closer (an answer could come back):
     * whoever runs on past a send reads self->until again, not the argument. */
    void (*advance)(struct sim_component *self, sim_time until);
    /* The earliest time at which it would act if nothing arrived; SIM_NEVER if it would not. */
    sim_time (*next_event)(const struct sim_component *self);

    /* Canonical state, with lazily kept counters as they are at self->at. load marks the reader failed on what cannot
     * be; its links are loaded already, so that credits held back (owed) and waits can be held against them. */
    void (*save)(const struct sim_component *self, struct sim_writer *writer);
    void (*load)(struct sim_component *self, struct sim_reader *reader);

    /* Optional: declares its signals (keeping `scope`); then, whenever a dump starts, emits all their values as of time
     * t. */
    void (*trace)(struct sim_component *self, struct waves_scope *scope);
    void (*show)(struct sim_component *self, sim_time t);

    /* For components whose advance is sim_advance_by_events: takes the one message at the head of `in`, which became
     * visible at t; acts on the event that next_event announced for t. At one time, all messages come before the event.
     */
    void (*message)(struct sim_component *self, struct sim_in *in, sim_time t);
    void (*event)(struct sim_component *self, sim_time t);
};

enum { SIM_PORTS_MAX = 16, SIM_CLOCKS_MAX = 2, SIM_ACTED_ON_MAX = 3 };

/* What the horizon of an advance counts with, beside messages. */
enum sim_care {
    SIM_WARY,  /* that any credit makes its sender act */
    SIM_SPENT, /* nobody waits for one: that credits are missing to this component alone */
    SIM_FREE,  /* that they are missing at its out-ports that are not single */
    SIM_CARES
};

struct sim_component {
    const struct sim_class *type;
    const char *name; /* its place in the hierarchy: "xenos.display" */
    uint32_t priority;
    uint32_t index; /* in the machine, in the order of (priority, being added) */
    uint32_t clocks, ins, outs;
    /* Its behaviour lives in SystemC: the kernel runs its `advance` at each of its times, one instant a call, and never
     * ahead of the processes and events that it shares the kernel with. It cannot be saved. Set before sim_machine_add.
     */
    bool foreign;
    /* Components whose state it may read and change directly, at the time at which it acts (sim_component_acts_on). */
    struct sim_component *acted_on[SIM_ACTED_ON_MAX];
    uint32_t acts_on;
    const struct sim_clock *clock[SIM_CLOCKS_MAX]; /* [0] is the clock that its ports are seen on */
    struct sim_in *in[SIM_PORTS_MAX];              /* after elaboration in the order in which ties are taken */
    struct sim_out *out[SIM_PORTS_MAX];
    struct sim_machine *machine;
    struct sim_sc_module *module;       /* its sc_module, board.<name> */
    struct sim_component *shares_edges; /* lockstep: the next one that steps at the same events */
    sim_time at;                        /* it has run up to, not including, this time */
    sim_time until;                     /* the horizon of the advance in progress */
    sim_time next; /* left by an advance that knows it: no earlier than this will it act; 0: next_event says */
    bool still;    /* it sleeps: whatever quiet messages bring about makes it give credits back, and no more */
    bool was_still;
    uint8_t care;                      /* enum sim_care, of the advance in progress */
    bool spent;                        /* a single out-port may be without credits */
    bool was_waiting;                  /* waits, as the machine has counted it */
    uint32_t waits;                    /* out-ports that wait for a credit */
    uint32_t pending;                  /* bit n: in[n] has messages */
    uint32_t dirty_links;              /* links touched by the advance in progress: */
    uint32_t dirty[2 * SIM_PORTS_MAX]; /* twice the link's number, and 1 more where it was credits */
    sim_time stop_event; /* time of the stop that it asked for in the advance in progress; SIM_NEVER: none */
    char stop_reason[96];
};

/* Elaboration: names the component, then its ports. Strings are kept, not copied. */
void sim_component_init(struct sim_component *self, const struct sim_class *type, const char *name,
                        const struct sim_clock *clock, uint32_t priority);
/* A second clock on whose edges it acts (a pixel clock, say). */
void sim_component_also_clocked(struct sim_component *self, const struct sim_clock *clock);
void sim_component_in(struct sim_component *self, struct sim_in *port, const char *name, enum sim_message type);
void sim_component_out(struct sim_component *self, struct sim_out *port, const char *name, enum sim_message type);

/* The one exception to ports. `self` may look into `other` and change it, where it acts: `other` has then done all that
 * happens before that time, and nothing that happens at it, in every schedule. `self` goes first at one time, so its
 * priority must be the lower number. What `other` does about a change it does as an event of its own, at that time or
 * later; after each change `self` says so, and runs no further than up to that event (self->until). */
void sim_component_acts_on(struct sim_component *self, struct sim_component *other);
void sim_component_changed(struct sim_component *self, const struct sim_component *other);

/* The `advance` of every component that is written as reactions: message() and event() in the order of time. */
void sim_advance_by_events(struct sim_component *self, sim_time until);

enum sim_priority {
#define SIM_PRIORITY(name, value, why) SIM_PRIORITY_##name = (value),
#include "models/sim/priorities.def"
#undef SIM_PRIORITY
};

#endif
