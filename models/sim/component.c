#include "models/sim/component.h"

#include "models/sim/port.h"

#include <string.h>

void sim_component_init(struct sim_component *self, const struct sim_class *type, const char *name,
                        const struct sim_clock *clock, uint32_t priority)
{
    memset(self, 0, sizeof *self);
    self->type = type;
    self->name = name;
    self->priority = priority;
    self->clock[0] = clock;
    self->clocks = 1;
}

void sim_component_also_clocked(struct sim_component *self, const struct sim_clock *clock)
{
    SIM_CHECK(self->clocks < SIM_CLOCKS_MAX, "%s: more than %d clocks", self->name, SIM_CLOCKS_MAX);
    self->clock[self->clocks++] = clock;
}

void sim_component_in(struct sim_component *self, struct sim_in *port, const char *name, enum sim_message type)
{
    SIM_CHECK(self->ins < SIM_PORTS_MAX, "%s: more than %d in-ports", self->name, SIM_PORTS_MAX);
    *port = (struct sim_in){.name = name, .type = type, .owner = self};
    self->in[self->ins++] = port;
}

void sim_component_out(struct sim_component *self, struct sim_out *port, const char *name, enum sim_message type)
{
    SIM_CHECK(self->outs < SIM_PORTS_MAX, "%s: more than %d out-ports", self->name, SIM_PORTS_MAX);
    *port = (struct sim_out){.name = name, .type = type, .owner = self};
    self->out[self->outs++] = port;
}

void sim_component_acts_on(struct sim_component *self, struct sim_component *other)
{
    SIM_CHECK(self->acts_on < SIM_ACTED_ON_MAX, "%s: acts on more than %d others", self->name, SIM_ACTED_ON_MAX);
    SIM_CHECK(self->priority < other->priority, "%s: acts on %s, which goes before it", self->name, other->name);
    self->acted_on[self->acts_on++] = other;
}

void sim_component_changed(struct sim_component *self, const struct sim_component *other)
{
    self->until = sim_time_min(self->until, sim_time_add(other->type->next_event(other), 1));
}

enum { REPEATS_MAX = 1000000 }; /* events of one component at one time: more is a loop without end */

static inline struct sim_in *earliest_message(const struct sim_component *self, sim_time *earliest)
{
    struct sim_in *first = NULL;
    for (uint32_t left = self->pending; left != 0; left &= left - 1) { /* in[] is sorted: the first of equals wins */
        struct sim_in *in = self->in[__builtin_ctz(left)];
        sim_time due = sim_link_head(in->link)->due;
        if (due < *earliest) {
            *earliest = due;
            first = in;
        }
    }
    return first;
}

struct sim_in *sim_next_message(struct sim_component *self)
{
    sim_time earliest = self->until;
    return earliest_message(self, &earliest);
}

/* A message at the time of the event goes first. Both end at the horizon, which a send may pull closer. */
void sim_advance_by_events(struct sim_component *self, sim_time until)
{
    (void)until; /* self->until says the same, and keeps saying it after a send */
    sim_time last = SIM_NEVER;
    unsigned repeats = 0;
    for (;;) {
        sim_time event = self->type->next_event(self), due = SIM_NEVER;
        struct sim_in *in = earliest_message(self, &due);
        if (due < self->until && due <= event) {
            uint32_t head = in->link->head;
            self->type->message(self, in, due);
            SIM_CHECK(in->link->head != head, "%s.%s: left a message untaken", self->name, in->name);
        } else if (event < self->until) {
            repeats = event == last ? repeats + 1 : 0;
            last = event;
            SIM_CHECK(repeats < REPEATS_MAX, "%s: does not get past its event at %llu", self->name,
                      (unsigned long long)event);
            self->type->event(self, event);
        } else {
            self->next = sim_time_min(event, due);
            break;
        }
    }
}
