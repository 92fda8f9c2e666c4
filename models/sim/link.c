/* The slow end of port.h. */
#include "models/sim/machine_parts.h"

sim_time sim_link_due(const struct sim_clock *clock, uint32_t latency, sim_time t)
{
    return sim_clock_edge(clock, sim_clock_ceil(clock, t) + latency);
}

void sim_link_touch(struct sim_component *self, struct sim_link *link)
{
    self->dirty[self->dirty_links++] = link->index;
}

static void report_stall(const struct sim_link *link, sim_time t)
{
    const struct sim_machine *machine = link->sender->machine;
    for (unsigned i = 0; i < machine->observers; i++)
        if (machine->observer[i].stall)
            machine->observer[i].stall(machine->observer[i].context, link, t, link->waiting);
}

bool sim_link_wait(struct sim_link *link, sim_time t)
{
    while (link->credit_head != link->credit_tail && link->credit_ring[link->credit_head & link->mask] <= t) {
        link->credit_head++;
        link->credits++;
    }
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
