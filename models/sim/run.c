/* What all schedules share: a step of one component and what follows from it, horizons, stops, and the run itself. */
#include "models/sim/machine_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Hands over what a component sent since the time at which it stood. Here a broken promise shows: nothing may reach
 * its receiver's past. */
static void publish(struct sim_machine *machine, struct sim_component *component, sim_time stood)
{
    for (unsigned i = 0; i < component->dirty_links; i++) {
        struct sim_link *link = &machine->link[component->dirty[i] / 2];
        if (component->dirty[i] % 2 == 0) {
            struct sim_slot *first = (struct sim_slot *)(link->ring + (link->tail & link->mask) * link->stride);
            struct sim_component *receiver = link->receiver;
            SIM_CHECK(first->sent >= stood || component->foreign, "%s.%s: sent at %llu, before %llu, where it stood",
                      component->name, link->out->name, (unsigned long long)first->sent, (unsigned long long)stood);
            SIM_CHECK(first->due >= receiver->at,
                      "%s.%s -> %s.%s: a message sent at %llu is due at %llu, but its receiver is at %llu already: the "
                      "link's latency is shorter than it says",
                      component->name, link->out->name, receiver->name, link->in->name, (unsigned long long)first->sent,
                      (unsigned long long)first->due, (unsigned long long)receiver->at);
            machine_wake_by(machine, receiver->index, first->due);
            receiver->pending |= 1u << link->in->place;
            for (unsigned o = 0; o < machine->observers; o++)
                if (machine->observer[o].link)
                    for (uint32_t at = link->tail; at != link->written; at++)
                        machine->observer[o].link(machine->observer[o].context, link,
                                                  (struct sim_slot *)(link->ring + (at & link->mask) * link->stride),
                                                  0);
            link->tail = link->written;
            link->dirty_forward = link->quiet = false;
        } else {
            sim_time first = link->credit_ring[link->credit_tail & link->mask];
            struct sim_component *sender = link->sender;
            SIM_CHECK(first >= sender->at || !link->waiting, "%s.%s: a credit is due in the past of %s",
                      component->name, link->in->name, sender->name);
            if (link->waiting)
                machine_wake_by(machine, sender->index, first);
            for (unsigned o = 0; o < machine->observers; o++)
                if (machine->observer[o].link)
                    for (uint32_t at = link->credit_tail; at != link->credit_written; at++)
                        machine->observer[o].link(machine->observer[o].context, link, NULL,
                                                  link->credit_ring[at & link->mask]);
            link->credit_tail = link->credit_written;
            link->dirty_backward = false;
        }
    }
    component->dirty_links = 0;
}

void machine_after_advance(struct sim_machine *machine, struct sim_component *component)
{
    sim_time stood = component->at;
    component->at = component->until;
    publish(machine, component, stood);
    sim_time wake = component->next ? component->next : component->type->next_event(component);
    component->next = 0;
    for (uint32_t left = component->pending; left != 0; left &= left - 1) /* others may have sent since it ran */
        shorten(&wake, sim_link_head(component->in[__builtin_ctz(left)]->link)->due);
    for (unsigned i = 0; component->waits != 0 && i < component->outs; i++)
        if (component->out[i]->link->waiting)
            shorten(&wake, sim_out_credit_time(component->out[i]));
    SIM_CHECK(wake >= component->at, "%s: stands at %llu and has left work of %llu undone", component->name,
              (unsigned long long)component->at, (unsigned long long)wake);
    machine_set_wake(machine, component->index, wake);
    for (unsigned i = 0; i < component->acts_on; i++) {
        const struct sim_component *other = component->acted_on[i];
        machine_wake_by(machine, other->index, other->type->next_event(other));
    }
    if ((component->waits != 0) != component->was_waiting) {
        component->was_waiting = component->waits != 0;
        machine->waiting += component->was_waiting ? 1 : -1u;
    }
    if (component->still != component->was_still)
        machine_find_ways_around(machine);
    if (component->stop_event != SIM_NEVER) {
        if (component->stop_event < machine->stop.event_time ||
            (component->stop_event == machine->stop.event_time && component->index < machine->stop.by->index)) {
            machine->stop.event_time = component->stop_event;
            machine->stop.by = component;
            memcpy(machine->stop.reason, component->stop_reason, sizeof machine->stop.reason);
            machine->end = sim_time_min(machine->end, machine_stop_time(machine));
        }
        component->stop_event = SIM_NEVER;
    }
    machine->counters.advances++;
}

sim_time machine_stop_time(const struct sim_machine *machine)
{
    return sim_time_add(machine->stop.event_time, machine->options.stop_latency);
}

void machine_stepped(struct sim_machine *machine, struct sim_component *component)
{
    if (machine->wake[component->index] < component->until) {
        machine_after_advance(machine, component);
        return;
    }
    /* nothing to look for, then: it may only have brought lazy counters up to date */
    SIM_CHECK(component->dirty_links == 0 && component->stop_event == SIM_NEVER,
              "%s: acted before %llu, the time that it had announced", component->name,
              (unsigned long long)machine->wake[component->index]);
    component->next = 0;
    component->at = component->until;
}

void machine_advance(struct sim_machine *machine, struct sim_component *component, sim_time until)
{
    component->until = until;
    component->type->advance(component, until);
    machine_stepped(machine, component);
}

void machine_count_waiting(struct sim_machine *machine)
{
    machine->waiting = 0;
    for (unsigned i = 0; i < machine->components; i++) {
        struct sim_component *component = machine->component[i];
        component->was_waiting = component->waits != 0;
        component->spent = true; /* perhaps */
        machine->waiting += component->was_waiting;
    }
}

void machine_settle(struct sim_machine *machine, sim_time t)
{
    for (unsigned i = 0; i < machine->components; i++) {
        struct sim_component *component = machine->component[i];
        if (component->at >= t)
            continue;
        if (component->foreign)
            component->at = t;
        else
            machine_advance(machine, component, t);
    }
}

void machine_close(struct sim_machine *machine, sim_time t)
{
    machine->rounds_since_closed = 0;
    if (t <= machine->closed)
        return;
    machine->closed = t;
    for (unsigned o = 0; o < machine->observers; o++)
        if (machine->observer[o].closed)
            machine->observer[o].closed(machine->observer[o].context, t);
}

sim_time sim_machine_next(const struct sim_machine *machine)
{
    unsigned index;
    sim_time next = machine_first_wake(machine, &index);
    for (unsigned i = 0; i < machine->components; i++)
        next = sim_time_min(next, machine->component[i]->type->next_event(machine->component[i]));
    return next;
}

enum sim_status sim_machine_run(struct sim_machine *machine, sim_time until, struct sim_stop *stop,
                                struct sim_error *error)
{
    if (until > SIM_TIME_MAX || until < machine->now)
        return sim_fail(error, SIM_USAGE, "cannot run to %llu: time ends at %llu units of 100 fs and is %llu now",
                        (unsigned long long)until, (unsigned long long)SIM_TIME_MAX, (unsigned long long)machine->now);
    SIM_CHECK(machine->elaborated, "a machine run before its elaboration");
    machine->ran = true;
    /* A stop may be on its way from the last run, or from a machine that was saved where stops took longer. */
    machine->end = sim_time_min(until, machine_stop_time(machine));
    if (machine->end < machine->now)
        machine->end = machine->now;
    /* Between runs a dump may have begun, for which a lazy component wants to be run now and then. */
    for (unsigned i = 0; i < machine->components; i++)
        machine_wake_by(machine, i, machine->component[i]->type->next_event(machine->component[i]));
    enum sim_status status = machine->options.schedule == SIM_LOCKSTEP ? schedule_lockstep_run(machine, error)
                                                                       : schedule_windowed_run(machine, error);
    if (status != SIM_OK)
        return status;
    machine->now = machine->end;
    machine_settle(machine, machine->now);
    machine_close(machine, machine->now);
    static const struct sim_stop none = {.event_time = SIM_NEVER};
    *stop = none;
    if (machine->now >= machine_stop_time(machine)) {
        *stop = machine->stop;
        machine->stop = none;
    } else if (machine->interrupted && machine->now < until) {
        snprintf(stop->reason, sizeof stop->reason, "interrupted");
        machine->interrupted = 0;
    }
    stop->time = machine->now;
    return SIM_OK;
}

void sim_request_stop(struct sim_component *self, sim_time t, const char *format, ...)
{
    if (self->stop_event <= t)
        return;
    self->stop_event = t;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(self->stop_reason, sizeof self->stop_reason, format, arguments);
    va_end(arguments);
}

void sim_machine_forget_stop(struct sim_machine *machine)
{
    machine->stop = (struct sim_stop){.event_time = SIM_NEVER};
}

void sim_foreign_acted(struct sim_component *self, sim_time t)
{
    self->until = self->at > t ? self->at : t;
    machine_after_advance(self->machine, self);
}

void sim_machine_interrupt(struct sim_machine *machine)
{
    machine->interrupted = 1;
}
