/* Ports and the links between them: the only way from one component to another.
 *
 * A message sent at time t over a link of latency n is seen at edge ceil(t) + n of the receiver's clock: n clocks after
 * the edge at which t itself would be seen. n is at least 1. A link starts with a number of credits; a message takes
 * one, and the receiver gives it back with sim_in_credit, which is a message of its own, seen by the sender in the same
 * way after the link's credit latency. A sender looks with sim_out_ready before it sends; where there is no credit the
 * link records a stall, and the sender is run again when a credit comes.
 *
 *     if (sim_out_ready(&self->request, t)) {
 *         struct sim_msg_mmio_request *m = sim_out_put(&self->request, t);
 *         *m = (struct sim_msg_mmio_request){.address = ...};
 *     }
 *
 *     const struct sim_msg_mmio_request *m = sim_in_head(in);     // in message(self, in, t)
 *     ...
 *     sim_in_take(in);
 *     sim_in_credit(in, t);                                       // now, or once there is room again
 */
#ifndef CYCLE360_SIM_PORT_H
#define CYCLE360_SIM_PORT_H

#include "models/sim/component.h"

#include <stdbool.h>

struct sim_slot {
    sim_time due;    /* when the receiver sees it  */
    sim_time sent;   /* when the sender let it go */
    uint64_t body[]; /* the message */
};

struct sim_link {
    uint16_t index; /* in the machine */
    enum sim_message type;
    struct sim_component *sender, *receiver;
    struct sim_out *out;
    struct sim_in *in;

    /* forward: a ring of messages. The sender fills from `written`; the scheduler publishes up to `tail` when the
     * sender's advance is over; the receiver takes from `head`. */
    const struct sim_clock *clock; /* the receiver's */
    uint32_t latency;              /* in its clocks */
    sim_time uniform;              /* the latency in units, where it is the same from every time of sending; else 0 */
    sim_time simple_until;         /* before this, times of sending are rounded up to whole steps of `clock` */
    uint8_t *ring;
    uint32_t stride, mask;
    uint32_t written, tail, head;
    sim_time way_back[SIM_CARES];   /* least time in which the receiver could make itself felt at the sender, */
    sim_time way_around[SIM_CARES]; /* and in which it could by way of others */

    /* backward: a ring of the times at which credits come back */
    const struct sim_clock *credit_clock; /* the sender's */
    uint32_t credit_latency;
    sim_time credit_uniform, credit_simple_until;
    sim_time *credit_ring;
    uint32_t credit_written, credit_tail, credit_head;
    sim_time credit_way_back;

    uint32_t credits, credits_total;
    uint32_t owed; /* messages taken whose credit is not given back yet */
    bool waiting;  /* the sender looked for a credit and found none */
    sim_time waiting_since;
    sim_time last_sent;
    uint64_t sent, stalls; /* messages so far; times that a sender found no credit */
    sim_time stalled;      /* time spent without one, in waits that are over */

    bool dirty_forward, dirty_backward;
    bool quiet; /* the advance in progress has sent something that only a credit answers */
};

/* apart: nothing that a quiet message to the owner brings about goes over this port, or gives back its credit.
 * single: having sent over it, the owner does not look for another credit at that time. So it can run on while it has
 * one, whatever credits are on their way. */
struct sim_out {
    const char *name;
    enum sim_message type;
    bool apart, single;
    struct sim_component *owner;
    struct sim_link *link;
};

struct sim_in {
    const char *name;
    enum sim_message type;
    bool apart;
    uint8_t place; /* among the owner's, after elaboration */
    struct sim_component *owner;
    struct sim_link *link;
};

/* What the inline functions below leave to link.c. */
sim_time sim_link_due(const struct sim_clock *clock, uint32_t latency, sim_time t);
bool sim_link_wait(struct sim_link *link, sim_time t);
void sim_link_spent(struct sim_link *link, sim_time t);

/* What is n clocks after t: as sim_link_due says, which is the slow way. */
static inline sim_time sim_link_after(const struct sim_clock *clock, uint32_t n, sim_time uniform,
                                      sim_time simple_until, sim_time t)
{
    if (uniform)
        return t + uniform;
    if (t < simple_until)
        return (sim_divide(t + clock->step - 1, clock->by_step) + n) * clock->step;
    return sim_link_due(clock, n, t);
}

/* When a message sent at t is seen; when a credit given back at t is. */
static inline sim_time sim_link_arrival(const struct sim_link *link, sim_time t)
{
    return sim_link_after(link->clock, link->latency, link->uniform, link->simple_until, t);
}

static inline sim_time sim_link_credit_arrival(const struct sim_link *link, sim_time t)
{
    return sim_link_after(link->credit_clock, link->credit_latency, link->credit_uniform, link->credit_simple_until, t);
}

/* Can a message be sent at t? Otherwise the stall is on record and the component is advanced again when a credit comes.
 */
static inline bool sim_out_ready(struct sim_out *out, sim_time t)
{
    struct sim_link *link = out->link;
    return __builtin_expect(link->credits != 0 && !link->waiting, 1) || sim_link_wait(link, t);
}

/* When the next credit becomes visible, as far as is known; SIM_NEVER while none is on its way. A component that found
 * no credit lets its next_event answer this. */
static inline sim_time sim_out_credit_time(const struct sim_out *out)
{
    const struct sim_link *link = out->link;
    return link->credit_head == link->credit_tail ? SIM_NEVER : link->credit_ring[link->credit_head & link->mask];
}

/* See sim_out_put and sim_out_put_quiet. */
static inline void *sim_link_put(struct sim_out *out, sim_time t, bool quiet)
{
    struct sim_link *link = out->link;
    SIM_CHECK(link->credits != 0 && t >= link->last_sent + link->quiet,
              "%s.%s: sent without a credit, or into the past, or twice at one time", out->owner->name, out->name);
    struct sim_slot *slot = (struct sim_slot *)(link->ring + (link->written & link->mask) * link->stride);
    sim_time due = sim_link_arrival(link, t);
    slot->due = due;
    slot->sent = t;
    link->last_sent = t;
    link->written++;
    link->credits--;
    link->sent++;
    link->quiet |= quiet;
    if (!link->dirty_forward) {
        link->dirty_forward = true;
        out->owner->dirty[out->owner->dirty_links++] = 2u * link->index;
    }
    struct sim_component *self = out->owner;
    self->until = sim_time_min(self->until, sim_time_add(due, (quiet ? link->way_around : link->way_back)[self->care]));
    if (__builtin_expect(link->credits == 0, 0))
        sim_link_spent(link, t);
    return slot->body;
}

/* Sends at t, which is not before the last send: the caller fills in every member of the message returned. */
static inline void *sim_out_put(struct sim_out *out, sim_time t)
{
    return sim_link_put(out, t, false);
}

/* The same, where the message's kind is one to which the receiver itself answers nothing, ever, but gives the credit
 * back: then the sender can run on until others could have heard of it. No second one at the same t. */
static inline void *sim_out_put_quiet(struct sim_out *out, sim_time t)
{
    return sim_link_put(out, t, true);
}

/* The message sent last, taken or not; all zero before the first. */
static inline struct sim_slot *sim_link_last(const struct sim_link *link)
{
    return (struct sim_slot *)(link->ring + ((link->written - 1) & link->mask) * link->stride);
}

/* The credits that the sender has at t, those included that it has not looked for yet. */
uint32_t sim_link_credits(const struct sim_link *link, sim_time t);

static inline struct sim_slot *sim_link_head(const struct sim_link *link)
{
    return (struct sim_slot *)(link->ring + (link->head & link->mask) * link->stride);
}

/* When the next message becomes visible; SIM_NEVER while none is under way. */
static inline sim_time sim_in_time(const struct sim_in *in)
{
    const struct sim_link *link = in->link;
    return link->head == link->tail ? SIM_NEVER : sim_link_head(link)->due;
}

static inline const void *sim_in_head(const struct sim_in *in)
{
    return sim_link_head(in->link)->body;
}

static inline void sim_in_take(struct sim_in *in)
{
    struct sim_link *link = in->link;
    if (++link->head == link->tail)
        in->owner->pending &= ~(1u << in->place);
    link->owed++;
}

/* Gives one credit back at t. */
static inline void sim_in_credit(struct sim_in *in, sim_time t)
{
    struct sim_link *link = in->link;
    SIM_CHECK(link->owed != 0, "%s.%s: gave back a credit that it did not have", in->owner->name, in->name);
    sim_time due = sim_link_credit_arrival(link, t);
    link->credit_ring[link->credit_written++ & link->mask] = due;
    link->owed--;
    if (!link->dirty_backward) {
        link->dirty_backward = true;
        in->owner->dirty[in->owner->dirty_links++] = 2u * link->index + 1;
    }
    if (in->owner->care != SIM_WARY && in->owner != link->sender)
        return; /* its sender acts of itself, or on a message, before this can matter to it */
    /* a sender that has run past it, on others, feels it later */
    sim_time felt = due > link->sender->at ? due : link->sender->at;
    in->owner->until = sim_time_min(in->owner->until, sim_time_add(felt, link->credit_way_back));
}

/* The in-port with the earliest message that is visible before self->until, ties in the order of (sender's priority,
 * port); NULL where there is none. */
struct sim_in *sim_next_message(struct sim_component *self);

#endif
