/* Elaboration: checks the wiring, works out the lookahead that follows from it, and brings the machine to life. */
#include "models/sim/machine_parts.h"
#include "models/sim/systemc.h"

#include <stdlib.h>
#include <string.h>

/* Edge k + n of a clock is at least floor(n * step / divisor) units after edge k, so a message needs at least that
 * long. */
static sim_time least_latency(const struct sim_clock *clock, uint32_t clocks)
{
    unsigned __int128 least = (unsigned __int128)clocks * clock->step / clock->divisor;
    return least > SIM_TIME_MAX ? SIM_TIME_MAX : (sim_time)least;
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

/* Before which time the edges of a clock are whole multiples of its step, an arrival's own included. */
static sim_time simple_until(const struct sim_clock *clock, uint32_t clocks)
{
    unsigned __int128 room = ((unsigned __int128)clocks + 2) * clock->step;
    return clock->phase == 0 && sim_clock_is_uniform(clock) && room < SIM_TIME_MAX ? SIM_TIME_MAX - (sim_time)room : 0;
}

/* The shortest way from `to` to `from` that begins with another component than that, and one that would react. Who acts
 * on `to` looks into it next. */
static sim_time way_around(const struct sim_machine *machine, unsigned from, unsigned to, unsigned care)
{
    const sim_time *back = &machine->reach[care][(size_t)from * machine->components];
    sim_time least = SIM_NEVER;
    for (unsigned i = 0; i < machine->component[from]->acts_on; i++)
        if (machine->component[from]->acted_on[i]->index == to)
            least = 1;
    for (unsigned i = 0; i < machine->links; i++) {
        const struct sim_link *link = &machine->link[i];
        unsigned sender = link->sender->index, receiver = link->receiver->index;
        if (sender == to && receiver != from && !link->out->apart && !link->receiver->still)
            shorten(&least, sim_time_add(least_latency(link->clock, link->latency), back[receiver]));
        if (care == SIM_WARY && receiver == to && sender != from && !link->in->apart && !link->sender->still)
            shorten(&least, sim_time_add(least_latency(link->credit_clock, link->credit_latency), back[sender]));
    }
    return least;
}

void machine_find_ways_around(struct sim_machine *machine)
{
    for (unsigned i = 0; i < machine->components; i++)
        machine->component[i]->was_still = machine->component[i]->still;
    for (unsigned i = 0; i < machine->links; i++) {
        struct sim_link *link = &machine->link[i];
        for (unsigned care = 0; care < SIM_CARES; care++)
            link->way_around[care] = way_around(machine, link->sender->index, link->receiver->index, care);
    }
}

/* The shortest ways from every component to every other, over links forwards and, if asked for, credits backwards. */
static sim_time *find_ways(const struct sim_machine *machine, bool credits)
{
    unsigned n = machine->components;
    sim_time *reach = machine_allocate((size_t)n * n, sizeof *reach);
    for (size_t i = 0; i < (size_t)n * n; i++)
        reach[i] = SIM_NEVER;
    for (unsigned i = 0; i < n; i++)
        reach[i * n + i] = 0; /* what a component sends to itself it must see before it runs on */
    for (unsigned i = 0; i < machine->links; i++) {
        const struct sim_link *link = &machine->link[i];
        unsigned from = link->sender->index, to = link->receiver->index;
        shorten(&reach[to * n + from], least_latency(link->clock, link->latency));
        if (credits)
            shorten(&reach[from * n + to], least_latency(link->credit_clock, link->credit_latency));
    }
    for (unsigned i = 0; i < n; i++)
        for (unsigned k = 0; k < machine->component[i]->acts_on; k++)
            reach[machine->component[i]->acted_on[k]->index * n + i] = 0;
    for (unsigned via = 0; via < n; via++)
        for (unsigned to = 0; to < n; to++)
            for (unsigned from = 0; from < n; from++)
                shorten(&reach[to * n + from], sim_time_add(reach[via * n + from], reach[to * n + via]));
    return reach;
}

static sim_time *copy_of(const struct sim_machine *machine, const sim_time *ways)
{
    size_t n = machine->components;
    return memcpy(machine_allocate(n * n, sizeof *ways), ways, n * n * sizeof *ways);
}

/* Ways by messages may end with a credit of the component's own links: of all, or of those that are not single. */
static void add_own_credits(const struct sim_machine *machine, sim_time *reach, const sim_time *ways, bool single)
{
    unsigned n = machine->components;
    for (unsigned i = 0; i < machine->links; i++) {
        const struct sim_link *link = &machine->link[i];
        unsigned self = link->sender->index, other = link->receiver->index;
        sim_time back = least_latency(link->credit_clock, link->credit_latency);
        for (unsigned from = 0; from < n && (single || !link->out->single); from++)
            shorten(&reach[self * n + from], sim_time_add(ways[other * n + from], back));
    }
}

/* Does either act on what the other acts on? */
static bool share(const struct sim_component *a, const struct sim_component *b)
{
    for (unsigned i = 0; i < a->acts_on; i++)
        for (unsigned k = 0; k < b->acts_on; k++)
            if (a->acted_on[i] == b->acted_on[k])
                return true;
    return false;
}

/* Who acts on others acts when they have done what comes before, and after those agents of the same ones that go
 * before it: whatever could still make them act holds it back. These are no ways by which anything reaches it: nothing
 * is nearer to anything because of them. */
static void follow(const struct sim_machine *machine, sim_time *reach, const sim_time *ways)
{
    unsigned n = machine->components;
    for (unsigned i = 0; i < n; i++) {
        const struct sim_component *self = machine->component[i];
        for (unsigned k = 0; k < n && self->acts_on != 0; k++) {
            bool acts_on = false;
            for (unsigned other = 0; other < self->acts_on; other++)
                acts_on |= self->acted_on[other]->index == k;
            if (!acts_on && (k == i || !share(self, machine->component[k])))
                continue;
            for (unsigned from = 0; from < n; from++)
                if (from != i)
                    shorten(&reach[i * n + from], sim_time_add(ways[k * n + from], acts_on || k > i));
        }
    }
}

static void find_reach(struct sim_machine *machine)
{
    unsigned n = machine->components;
    sim_time *by_messages = find_ways(machine, false), *by_all = find_ways(machine, true);
    for (unsigned care = 0; care < SIM_CARES; care++) {
        const sim_time *ways = care == SIM_WARY ? by_all : by_messages;
        machine->reach[care] = copy_of(machine, ways);
        if (care != SIM_WARY)
            add_own_credits(machine, machine->reach[care], ways, care == SIM_SPENT);
        if (machine->agents != 0)
            follow(machine, machine->reach[care], ways);
    }
    free(by_messages);
    free(by_all);
    machine->lookahead = SIM_NEVER;
    for (unsigned i = 0; i < machine->links; i++) {
        struct sim_link *link = &machine->link[i];
        unsigned from = link->sender->index, to = link->receiver->index;
        shorten(&machine->lookahead, least_latency(link->clock, link->latency));
        shorten(&machine->lookahead, least_latency(link->credit_clock, link->credit_latency));
        for (unsigned care = 0; care < SIM_CARES; care++)
            link->way_back[care] = machine->reach[care][from * n + to];
        link->credit_way_back = machine->reach[SIM_WARY][to * n + from];
        link->uniform = uniform_latency(link->sender, link->clock, link->latency);
        link->credit_uniform = uniform_latency(link->receiver, link->credit_clock, link->credit_latency);
        link->simple_until = simple_until(link->clock, link->latency);
        link->credit_simple_until = simple_until(link->credit_clock, link->credit_latency);
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
    for (unsigned i = 0; i < component->ins; i++)
        component->in[i]->place = (uint8_t)i;
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
    if (strcmp(component->name, SIM_SCHEDULER_MODULE) == 0)
        return sim_fail(error, SIM_BAD_INPUT, "no component can be called %s: the scheduler is", component->name);
    for (unsigned i = 0; i < index; i++)
        if (strcmp(machine->component[i]->name, component->name) == 0)
            return sim_fail(error, SIM_BAD_INPUT, "two components are called %s", component->name);
    for (unsigned i = 0; i < component->acts_on; i++)
        if (component->acted_on[i]->machine != machine || component->foreign || component->acted_on[i]->foreign ||
            component->acted_on[i]->acts_on != 0)
            return sim_fail(error, SIM_BAD_INPUT, "%s cannot act on %s: %s", component->name,
                            component->acted_on[i]->name,
                            component->acted_on[i]->machine != machine ? "it was not added to the machine"
                            : component->acted_on[i]->acts_on != 0     ? "that acts on others itself"
                                                                       : "one of them is foreign");
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
        link->waiting = link->dirty_forward = link->dirty_backward = link->quiet = false;
        link->waiting_since = link->last_sent = link->stalled = 0;
        link->sent = link->stalls = 0;
    }
    for (unsigned i = 0; i < machine->components; i++) {
        struct sim_component *component = machine->component[i];
        component->at = component->until = 0;
        component->dirty_links = component->waits = component->pending = 0;
        component->next = 0;
        component->stop_event = SIM_NEVER;
        component->type->reset(component);
        machine_set_wake(machine, i, component->type->next_event(component));
    }
    machine_find_ways_around(machine);
    machine_count_waiting(machine);
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
        machine->agents += machine->component[i]->acts_on != 0;
        sort_in_ports(machine->component[i]);
        machine->component[i]->module = sim_sc_module_at(machine->component[i]->name);
    }
    find_reach(machine);
    if (machine->options.precise)
        machine->options.stop_latency = 1;
    else if (machine->options.stop_latency == 0)
        machine->options.stop_latency =
            machine->lookahead == SIM_NEVER ? SIM_UNITS_PER_SECOND / 1000 : machine->lookahead;
    machine->wake = machine_allocate(machine->components, sizeof *machine->wake);
    machine->awake = machine_allocate(machine->components / 64 + 1, sizeof *machine->awake);
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
