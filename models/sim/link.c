/* The slow end of port.h. */
#include "models/sim/machine_parts.h"

sim_time sim_link_due(const struct sim_clock *clock, uint32_t latency, sim_time t)
{
    return sim_clock_edge(clock, sim_clock_ceil(clock, t) + latency);
}

static void report_stall(const struct sim_link *link, sim_time t)
{
    const struct sim_machine *machine = link->sender->machine;
    for (unsigned i = 0; i < machine->observers; i++)
        if (machine->observer[i].stall)
            machine->observer[i].stall(machine->observer[i].context, link, t, link->waiting);
}

/* Counts the credits that have come back by t. */
static void fold(struct sim_link *link, sim_time t)
{
    while (link->credit_head != link->credit_tail && link->credit_ring[link->credit_head & link->mask] <= t) {
        link->credit_head++;
        link->credits++;
    }
}

/* The last credit that is known of went at t. Others may be back already: that must be known before one is wanted. */
void sim_link_spent(struct sim_link *link, sim_time t)
{
    struct sim_component *self = link->sender;
    fold(link, t);
    if (link->credits != 0)
        return;
    self->spent |= link->out->single;
    if (link->quiet || (link->out->single && self->care == SIM_FREE))
        self->until = sim_time_min(self->until, t + 1);
}

bool machine_is_spent(struct sim_component *component)
{
    component->spent = false;
    for (uint32_t i = 0; i < component->outs; i++) {
        struct sim_link *link = component->out[i]->link;
        if (link->out->single && link->credits == 0) {
            if (component->at != 0)
                fold(link, component->at - 1);
            component->spent |= link->credits == 0;
        }
    }
    return component->spent;
}

bool sim_link_wait(struct sim_link *link, sim_time t)
{
    fold(link, t);
    if (link->credits != 0) {
        if (link->waiting) {
            link->stalled += t - link->waiting_since;
            link->waiting = false;
            link->sender->waits--;
            report_stall(link, t);
        }
        return true;
    }
    if (!link->waiting) {
        SIM_CHECK(!link->out->single || link->sent == 0 || link->last_sent < t,
                  "%s.%s: said that it looks for one credit at a time, and looked for two", link->sender->name,
                  link->out->name);
        link->waiting = true;
        link->sender->waits++;
        link->waiting_since = t;
        link->stalls++;
        report_stall(link, t);
    }
    return false;
}

uint32_t sim_link_credits(const struct sim_link *link, sim_time t)
{
    uint32_t credits = link->credits;
    for (uint32_t at = link->credit_head; at != link->credit_tail && link->credit_ring[at & link->mask] < t; at++)
        credits++;
    return credits;
}
