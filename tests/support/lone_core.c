#include "tests/support/lone_core.h"

#include "models/sim/machine.h"

#include <stdlib.h>

enum { RING = 4096, CORE_HZ = 1000000000 }; /* a clock is a whole number of units */

struct lone_core {
    struct sim_clock clock, timebase;
    sim_time period;
    struct xenon_core *core;
    struct sim_component memory_side; /* nothing but the other end of the links */
    struct sim_out reply_out, line_out;
    struct sim_in request_in;
    struct sim_link request, reply, line;
    struct sim_machine *machine;
    struct core_memory_latencies latencies;
    void *context;
    lone_core_request *watch;
    sim_time now;
    struct core_memory memory;
};

static bool wire(struct lone_core *d, struct sim_link *link, unsigned index, struct sim_out *out, struct sim_in *in)
{
    *link = (struct sim_link){
        .index = (uint16_t)index,
        .type = out->type,
        .sender = out->owner,
        .receiver = in->owner,
        .out = out,
        .in = in,
        .clock = &d->clock,
        .latency = 1,
        .uniform = d->period,
        .stride = (uint32_t)(sizeof(struct sim_slot) + ((sim_message_types[out->type].size + 7U) & ~7U)),
        .mask = RING - 1,
        .way_back[SIM_WARY] = d->period,
        .credit_clock = &d->clock,
        .credit_latency = 1,
        .credit_uniform = d->period,
        .credit_way_back = d->period,
        .credits = RING,
        .credits_total = RING,
    };
    link->ring = calloc(RING, link->stride);
    link->credit_ring = calloc(RING, sizeof(sim_time));
    out->link = in->link = link;
    return link->ring != NULL && link->credit_ring != NULL;
}

struct lone_core *lone_core_new(const struct xenon_core_timing *timing, uint32_t running)
{
    static const struct sim_class other_end = {.kind = "other end"};
    static const struct sim_options options = {.schedule = SIM_WINDOWED};
    struct sim_error error;
    struct lone_core *d = calloc(1, sizeof *d);
    if (d == NULL || sim_clock_init(&d->clock, "core", CORE_HZ, 1, 0, 1, &error) != SIM_OK ||
        sim_clock_init(&d->timebase, "timebase", 50000000, 1, 0, 1, &error) != SIM_OK) {
        free(d);
        return NULL;
    }
    d->period = sim_clock_edge(&d->clock, 1);
    const struct xenon_core_config config = {
        .clock = &d->clock, .timebase = &d->timebase, .timing = *timing, .running = running};
    d->core = xenon_core_new("core", SIM_PRIORITY_CORE0, &config);
    d->machine = sim_machine_new(&options); /* who reports a stall looks for observers in it */
    sim_component_init(&d->memory_side, &other_end, "memory", &d->clock, 0);
    sim_component_out(&d->memory_side, &d->reply_out, "reply", SIM_MSG_core_reply);
    sim_component_out(&d->memory_side, &d->line_out, "line", SIM_MSG_interrupt_line);
    sim_component_in(&d->memory_side, &d->request_in, "request", SIM_MSG_core_request);
    if (d->core == NULL || !wire(d, &d->request, 0, xenon_core_request(d->core), &d->request_in) ||
        !wire(d, &d->reply, 1, &d->reply_out, xenon_core_reply(d->core)) ||
        !wire(d, &d->line, 2, &d->line_out, xenon_core_line(d->core))) {
        lone_core_free(d);
        return NULL;
    }
    xenon_core_component(d->core)->machine = d->memory_side.machine = d->machine;
    return d;
}

void lone_core_free(struct lone_core *d)
{
    if (d == NULL)
        return;
    struct sim_link *links[] = {&d->request, &d->reply, &d->line};
    for (unsigned i = 0; i < 3; i++) {
        free(links[i]->ring);
        free(links[i]->credit_ring);
    }
    if (d->core != NULL)
        xenon_core_free(d->core);
    sim_machine_free(d->machine);
    free(d);
}

struct xenon_core *lone_core_core(struct lone_core *d)
{
    return d->core;
}

struct core_memory *lone_core_memory(struct lone_core *d)
{
    return &d->memory;
}

void lone_core_watch(struct lone_core *d, void *context, lone_core_request *request)
{
    d->context = context;
    d->watch = request;
}

static void rewind_link(struct sim_link *link, uint32_t credits)
{
    link->written = link->tail = link->head = 0;
    link->credit_written = link->credit_tail = link->credit_head = 0;
    link->credits = link->credits_total = credits;
    link->owed = 0;
    link->waiting = link->dirty_forward = link->dirty_backward = false;
    link->last_sent = link->stalled = 0;
    link->sent = link->stalls = 0;
}

void lone_core_reset(struct lone_core *d, const struct core_memory_latencies *latencies)
{
    struct sim_component *core = xenon_core_component(d->core);
    d->latencies = *latencies;
    d->now = 0;
    core_memory_clear(&d->memory);
    rewind_link(&d->request, latencies->credits);
    d->request.latency = latencies->request;
    d->request.uniform = latencies->request * d->period;
    rewind_link(&d->reply, RING);
    rewind_link(&d->line, RING);
    core->at = core->until = 0;
    core->dirty_links = 0;
    core->stop_event = SIM_NEVER;
    core->type->reset(core);
}

static void put_reply(struct sim_link *reply, sim_time due, sim_time period, const struct sim_msg_core_reply *message)
{
    struct sim_slot *to = (struct sim_slot *)(reply->ring + (reply->written++ & reply->mask) * reply->stride);
    to->due = due;
    to->sent = due - period;
    memcpy(to->body, message, sizeof *message);
}

void lone_core_tell(struct lone_core *d, uint64_t clock, const struct sim_msg_core_reply *message)
{
    put_reply(&d->reply, clock * d->period, d->period, message);
    d->reply.tail = d->reply.written;
    d->memory.last_due = clock;
}

/* What the core sent in its last advance, to memory; and memory's answers and credits on their way. */
static bool exchange(struct lone_core *d)
{
    struct sim_component *core = xenon_core_component(d->core);
    struct sim_link *request = &d->request, *reply = &d->reply;
    for (; request->head != request->written; request->head++) {
        const struct sim_slot *slot = sim_link_head(request);
        const struct sim_msg_core_request *message = (const struct sim_msg_core_request *)slot->body;
        struct core_memory_reply answer[CORE_MEMORY_REPLIES_MAX];
        uint64_t sent = slot->sent / d->period;
        if (d->watch != NULL)
            d->watch(d->context, sent, message);
        int answers = core_memory_take(&d->memory, &d->latencies, message, sent, answer);
        if (answers < 0)
            return false;
        for (int i = 0; i < answers; i++)
            put_reply(reply, answer[i].due * d->period, d->period, &answer[i].message);
        request->credit_ring[request->credit_written++ & request->mask] =
            (sent + d->latencies.credit_return) * d->period;
    }
    request->tail = request->written;
    request->credit_tail = request->credit_written;
    reply->tail = reply->written;
    reply->credit_head = reply->credit_tail = reply->credit_written;
    request->dirty_forward = reply->dirty_backward = d->line.dirty_backward = false;
    core->dirty_links = 0;
    return true;
}

static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

bool lone_core_run(struct lone_core *d, uint64_t clock, uint64_t split)
{
    struct sim_component *core = xenon_core_component(d->core);
    const sim_time end = clock * d->period;
    while (d->now < end) {
        sim_time until = end;
        if (split != 0) {
            uint64_t random = next_random(&split);
            sim_time step =
                random % 4 == 0 ? 1 + (random >> 8) % (40 * d->period) : (1 + (random >> 8) % 12) * d->period;
            until = sim_time_min(until, d->now + step);
            /* A scheduler leaves alone what has nothing to do. */
            sim_time wake = sim_time_min(core->type->next_event(core), sim_in_time(xenon_core_reply(d->core)));
            if (random >> 40 & 1 && wake >= until) {
                d->now = until;
                continue;
            }
        }
        core->until = until;
        core->type->advance(core, until);
        core->at = d->now = core->until;
        if (!exchange(d))
            return false;
    }
    return true;
}
