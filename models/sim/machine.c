/* Building a machine: components, links, the lookahead that follows from them; and what all schedules share. */
#include "models/sim/machine_parts.h"
#include "models/sim/systemc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *allocate(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size);
    SIM_CHECK(memory, "out of memory for %zu x %zu bytes", count, size);
    return memory;
}

struct sim_machine *sim_machine_new(const struct sim_options *options)
{
    struct sim_machine *machine = allocate(1, sizeof *machine);
    machine->options = *options;
    return machine;
}

void sim_machine_free(struct sim_machine *machine)
{
    if (!machine)
        return;
    if (machine->crew)
        crew_free(machine->crew);
    for (unsigned i = 0; i < machine->links; i++) {
        free(machine->link[i].ring);
        free(machine->link[i].credit_ring);
    }
    free(machine->component);
    free(machine->edges);
    free(machine->foreign);
    free(machine->ready);
    free(machine->link);
    free(machine->wake);
    free(machine->reach);
    free(machine);
}

void sim_machine_add(struct sim_machine *machine, struct sim_component *component)
{
    SIM_CHECK(!machine->elaborated, "%s: added after elaboration", component->name);
    SIM_CHECK(machine->components < SIM_INDEX_MAX, "more than %d components", SIM_INDEX_MAX);
    unsigned at = machine->components++;
    machine->component = realloc(machine->component, machine->components * sizeof(struct sim_component *));
    SIM_CHECK(machine->component, "out of memory for %u components", machine->components);
    for (; at > 0 && machine->component[at - 1]->priority > component->priority; at--)
        machine->component[at] = machine->component[at - 1];
    machine->component[at] = component;
    component->machine = machine;
}

enum sim_status sim_machine_connect(struct sim_machine *machine, struct sim_out *from, struct sim_in *to,
                                    struct sim_link_spec spec, struct sim_error *error)
{
    SIM_CHECK(!machine->elaborated, "%s.%s: wired after elaboration", from->owner->name, from->name);
    SIM_CHECK(machine->links < SIM_INDEX_MAX, "more than %d links", SIM_INDEX_MAX);
    if (from->link || to->link)
        return sim_fail(error, SIM_BAD_INPUT, "%s.%s -> %s.%s: a port that is wired already", from->owner->name,
                        from->name, to->owner->name, to->name);
    if (from->type != to->type)
        return sim_fail(error, SIM_BAD_INPUT, "%s.%s -> %s.%s: carries %s, expects %s", from->owner->name, from->name,
                        to->owner->name, to->name, sim_message_types[from->type].name,
                        sim_message_types[to->type].name);
    if (spec.latency < 1 || spec.credits < 1 || spec.credits > 1u << 20)
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s.%s -> %s.%s: a latency of %u clocks and %u credits; both must be at least 1, credits at "
                        "most 1048576",
                        from->owner->name, from->name, to->owner->name, to->name, spec.latency, spec.credits);
    if (machine->links == machine->links_room) {
        machine->links_room = machine->links_room ? 2 * machine->links_room : 16;
        machine->link = realloc(machine->link, machine->links_room * sizeof *machine->link);
        SIM_CHECK(machine->link, "out of memory for %u links", machine->links_room);
        for (unsigned i = 0; i < machine->links; i++) { /* the table has moved */
            machine->link[i].out->link = &machine->link[i];
            machine->link[i].in->link = &machine->link[i];
        }
    }
    uint32_t room = 1;
    while (room < spec.credits)
        room *= 2;
    struct sim_link *link = &machine->link[machine->links];
    *link = (struct sim_link){
        .index = (uint16_t)machine->links,
        .type = from->type,
        .sender = from->owner,
        .receiver = to->owner,
        .out = from,
        .in = to,
        .clock = to->owner->clock[0],
        .latency = spec.latency,
        .credit_clock = from->owner->clock[0],
        .credit_latency = spec.credit_latency ? spec.credit_latency : 1,
        .credits_total = spec.credits,
        .stride = (uint32_t)(sizeof(struct sim_slot) + ((sim_message_types[from->type].size + 7u) & ~7u)),
        .mask = room - 1,
    };
    link->ring = allocate(room, link->stride);
    link->credit_ring = allocate(room, sizeof(sim_time));
    from->link = to->link = link;
    machine->links++;
    return SIM_OK;
}

void sim_machine_observe(struct sim_machine *machine, struct sim_observer observer)
{
    SIM_CHECK(machine->observers < SIM_OBSERVERS_MAX, "more than %d observers", SIM_OBSERVERS_MAX);
    machine->observer[machine->observers++] = observer;
}

/* Edge k + n of a clock is at least floor(n * step / divisor) units after edge k, so a message needs at least that
 * long. */
static sim_time least_latency(const struct sim_clock *clock, uint32_t clocks)
{
    unsigned __int128 least = (unsigned __int128)clocks * clock->step / clock->divisor;
    return least > SIM_TIME_MAX ? SIM_TIME_MAX : (sim_time)least;
}

static void shorten(sim_time *way, sim_time length)
{
    if (length < *way)
        *way = length;
}

/* The latency in units, where whoever sends acts on edges of the link's clock only and all its periods are one length:
 * then an arrival takes one addition. 0 where an arrival must be worked out from edges. */
static sim_time uniform_latency(const struct sim_component *sender, const struct sim_clock *clock, uint32_t clocks)
{
    if (sender->foreign || sender->clocks != 1 || sender->clock[0] != clock || !sim_clock_is_uniform(clock))
        return 0;
    unsigned __int128 exact = (unsigned __int128)clocks * clock->step;
    return exact > SIM_TIME_MAX ? 0 : (sim_time)exact;
}

/* The shortest ways from every component to every other, over links forwards and credits backwards. */
static void find_reach(struct sim_machine *machine)
{
    unsigned n = machine->components;
    sim_time *reach = machine->reach = allocate((size_t)n * n, sizeof *reach);
    for (size_t i = 0; i < (size_t)n * n; i++)
        reach[i] = SIM_NEVER;
    for (unsigned i = 0; i < n; i++)
        reach[i * n + i] = 0; /* what a component sends to itself it must see before it runs on */
    machine->lookahead = SIM_NEVER;
    for (unsigned i = 0; i < machine->links; i++) {
        struct sim_link *link = &machine->link[i];
        unsigned from = link->sender->index, to = link->receiver->index;
        sim_time forward = least_latency(link->clock, link->latency);
        sim_time back = least_latency(link->credit_clock, link->credit_latency);
        shorten(&reach[to * n + from], forward);
        shorten(&reach[from * n + to], back);
        shorten(&machine->lookahead, sim_time_min(forward, back));
    }
    for (unsigned via = 0; via < n; via++)
        for (unsigned to = 0; to < n; to++)
            for (unsigned from = 0; from < n; from++)
                shorten(&reach[to * n + from], sim_time_add(reach[via * n + from], reach[to * n + via]));
    for (unsigned i = 0; i < machine->links; i++) {
        struct sim_link *link = &machine->link[i];
        unsigned from = link->sender->index, to = link->receiver->index;
        link->way_back = reach[from * n + to];
        link->credit_way_back = reach[to * n + from];
        link->uniform = uniform_latency(link->sender, link->clock, link->latency);
        link->credit_uniform = uniform_latency(link->receiver, link->credit_clock, link->credit_latency);
    }
}

/* Ties at a receiver go by the sender's priority, then by the order in which the receiver declared its ports. */
static void sort_in_ports(struct sim_component *component)
{
    for (unsigned i = 1; i < component->ins; i++) {
        struct sim_in *port = component->in[i];
        unsigned at = i;
        for (; at > 0 && component->in[at - 1]->link->sender->priority > port->link->sender->priority; at--)
            component->in[at] = component->in[at - 1];
        component->in[at] = port;
    }
}

static bool is_path(const char *name)
{
    bool begun = false;
    for (; *name; name++) {
        if (*name == '.' && !begun)
            return false;
        begun = *name != '.';
    }
    return begun;
}

static enum sim_status check_component(const struct sim_machine *machine, unsigned index, struct sim_error *error)
{
    const struct sim_component *component = machine->component[index];
    if (!is_path(component->name))
        return sim_fail(error, SIM_BAD_INPUT, "'%s' is no name for a component: names joined by dots are",
                        component->name);
    for (unsigned i = 0; i < index; i++)
        if (strcmp(machine->component[i]->name, component->name) == 0)
            return sim_fail(error, SIM_BAD_INPUT, "two components are called %s", component->name);
    for (unsigned i = 0; i < component->ins; i++)
        if (!component->in[i]->link)
            return sim_fail(error, SIM_BAD_INPUT, "%s.%s: the port is not wired", component->name,
                            component->in[i]->name);
    for (unsigned i = 0; i < component->outs; i++)
        if (!component->out[i]->link)
            return sim_fail(error, SIM_BAD_INPUT, "%s.%s: the port is not wired", component->name,
                            component->out[i]->name);
    return SIM_OK;
}

static enum sim_status check_links(const struct sim_machine *machine, struct sim_error *error)
{
    for (unsigned i = 0; i < machine->links; i++) {
        const struct sim_link *link = &machine->link[i];
        const struct sim_component *stranger = link->sender->machine != machine     ? link->sender
                                               : link->receiver->machine != machine ? link->receiver
                                                                                    : NULL;
        if (stranger)
            return sim_fail(error, SIM_BAD_INPUT, "%s.%s -> %s.%s: %s is wired but was not added to the machine",
                            link->sender->name, link->out->name, link->receiver->name, link->in->name, stranger->name);
    }
    return SIM_OK;
}

void machine_power_on(struct sim_machine *machine)
{
    machine->now = machine->closed = 0;
    machine->stop = (struct sim_stop){.event_time = SIM_NEVER};
    for (unsigned i = 0; i < machine->links; i++) {
        struct sim_link *link = &machine->link[i];
        memset(link->ring, 0, (size_t)(link->mask + 1) * link->stride);
        link->written = link->tail = link->head = 0;
        link->credit_written = link->credit_tail = link->credit_head = 0;
        link->credits = link->credits_total;
        link->owed = 0;
        link->waiting = link->dirty_forward = link->dirty_backward = false;
        link->waiting_since = link->last_sent = link->stalled = 0;
        link->sent = link->stalls = 0;
    }
    for (unsigned i = 0; i < machine->components; i++) {
        struct sim_component *component = machine->component[i];
        component->at = component->until = 0;
        component->dirty_links = 0;
        component->stop_event = SIM_NEVER;
        component->class->reset(component);
        machine->wake[i] = component->class->next_event(component);
    }
}

enum sim_status sim_machine_elaborate(struct sim_machine *machine, struct sim_error *error)
{
    SIM_CHECK(!machine->elaborated, "a machine elaborated twice");
    enum sim_status status = check_links(machine, error);
    if (status != SIM_OK)
        return status;
    for (unsigned i = 0; i < machine->components; i++) {
        status = check_component(machine, i, error);
        if (status != SIM_OK)
            return status;
        machine->component[i]->index = i;
        sort_in_ports(machine->component[i]);
        machine->component[i]->module = sim_sc_module_at(machine->component[i]->name);
    }
    find_reach(machine);
    if (machine->options.precise)
        machine->options.stop_latency = 1;
    else if (machine->options.stop_latency == 0)
        machine->options.stop_latency =
            machine->lookahead == SIM_NEVER ? SIM_UNITS_PER_SECOND / 1000 : machine->lookahead;
    machine->wake = allocate(machine->components, sizeof *machine->wake);
    if (machine->options.schedule == SIM_LOCKSTEP)
        schedule_lockstep_attach(machine);
    else
        schedule_windowed_attach(machine);
    status = sim_sc_elaborate(error);
    if (status != SIM_OK)
        return status;
    if (machine->options.schedule == SIM_PARALLEL && machine->options.threads > 1)
        machine->crew = crew_new(machine->options.threads);
    machine->elaborated = true;
    machine_power_on(machine);
    return SIM_OK;
}

/* Hands over what a component sent from the time at which it stood. Here is where a broken promise shows: a message
 * must not reach a receiver's past.
 */
static void publish(struct sim_machine *machine, struct sim_component *component, sim_time stood)
{
    for (unsigned i = 0; i < component->dirty_links; i++) {
        struct sim_link *link = &machine->link[component->dirty[i]];
        if (link->sender == component && link->dirty_forward) {
            struct sim_slot *first = (struct sim_slot *)(link->ring + (link->tail & link->mask) * link->stride);
            struct sim_component *receiver = link->receiver;
            SIM_CHECK(first->sent >= stood || component->foreign, "%s.%s: sent at %llu, before %llu, where it stood",
                      component->name, link->out->name, (unsigned long long)first->sent, (unsigned long long)stood);
            SIM_CHECK(first->due >= receiver->at,
                      "%s.%s -> %s.%s: a message sent at %llu is due at %llu, but its receiver is at %llu already: the "
                      "link's latency is shorter than it says",
                      component->name, link->out->name, receiver->name, link->in->name, (unsigned long long)first->sent,
                      (unsigned long long)first->due, (unsigned long long)receiver->at);
            shorten(&machine->wake[receiver->index], first->due);
            for (unsigned o = 0; o < machine->observers; o++)
                if (machine->observer[o].link)
                    for (uint32_t at = link->tail; at != link->written; at++)
                        machine->observer[o].link(machine->observer[o].context, link,
                                                  (struct sim_slot *)(link->ring + (at & link->mask) * link->stride),
                                                  0);
            link->tail = link->written;
            link->dirty_forward = false;
        }
        if (link->receiver == component && link->dirty_backward) {
            sim_time first = link->credit_ring[link->credit_tail & link->mask];
            struct sim_component *sender = link->sender;
            SIM_CHECK(first >= sender->at, "%s.%s: a credit is due in the past of %s", component->name, link->in->name,
                      sender->name);
            if (link->waiting)
                shorten(&machine->wake[sender->index], first);
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
    sim_time wake = component->class->next_event(component);
    for (unsigned i = 0; i < component->ins; i++)
        shorten(&wake, sim_in_time(component->in[i]));
    for (unsigned i = 0; i < component->outs; i++)
        if (component->out[i]->link->waiting)
            shorten(&wake, sim_out_credit_time(component->out[i]));
    SIM_CHECK(wake >= component->at, "%s: stands at %llu and has left work of %llu undone", component->name,
              (unsigned long long)component->at, (unsigned long long)wake);
    machine->wake[component->index] = wake;
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

void machine_advance(struct sim_machine *machine, struct sim_component *component, sim_time until)
{
    bool idle = machine->wake[component->index] >= until;
    component->until = until;
    component->class->advance(component, until);
    if (idle) { /* nothing to look for, then: it may only have brought lazy counters up to date */
        SIM_CHECK(component->dirty_links == 0 && component->stop_event == SIM_NEVER,
                  "%s: acted before %llu, the time that it had announced", component->name,
                  (unsigned long long)machine->wake[component->index]);
        component->at = until;
    } else {
        machine_after_advance(machine, component);
    }
}

sim_time machine_first_wake(const struct sim_machine *machine)
{
    sim_time first = SIM_NEVER;
    for (unsigned i = 0; i < machine->components; i++)
        first = sim_time_min(first, machine->wake[i]);
    return first;
}

sim_time machine_horizon(const struct sim_machine *machine, unsigned index, sim_time limit)
{
    const sim_time *reach = &machine->reach[(size_t)index * machine->components];
    for (unsigned from = 0; from < machine->components; from++)
        if (from != index)
            limit = sim_time_min(limit, sim_time_add(machine->wake[from], reach[from]));
    return limit;
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
        shorten(&machine->wake[i], machine->component[i]->class->next_event(machine->component[i]));
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

sim_time sim_machine_time(const struct sim_machine *machine)
{
    return machine->now;
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

void sim_foreign_acted(struct sim_component *self, sim_time t)
{
    self->until = self->at > t ? self->at : t;
    machine_after_advance(self->machine, self);
}

void sim_machine_interrupt(struct sim_machine *machine)
{
    machine->interrupted = 1;
}

unsigned sim_machine_component_count(const struct sim_machine *machine)
{
    return machine->components;
}

struct sim_component *sim_machine_component(const struct sim_machine *machine, unsigned index)
{
    return machine->component[index];
}

unsigned sim_machine_link_count(const struct sim_machine *machine)
{
    return machine->links;
}

const struct sim_link *sim_machine_link(const struct sim_machine *machine, unsigned index)
{
    return &machine->link[index];
}

struct sim_counters sim_machine_counters(const struct sim_machine *machine)
{
    return machine->counters;
}
