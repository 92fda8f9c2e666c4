#include "models/membus/flat_parts.h"
#include "waves/waves.h"

#include <string.h>

struct flat_timing flat_timing_default(void)
{
    return (struct flat_timing){
#define FLAT(name, value, ...) .name = (value),
#include "models/membus/flat.def"
#undef FLAT
    };
}

static uint32_t time_of(const struct flat_timing *timing, uint8_t kind)
{
    switch (kind) {
    case SIM_READ:
    case SIM_READ_CODE:
    case SIM_READ_ALONE:
    case SIM_READ_WALK:
        return timing->read;
    case SIM_RESERVE:
        return timing->reserve;
    case SIM_CONDITIONAL:
        return timing->conditional;
    case SIM_LWSYNC:
        return timing->lwsync;
    case SIM_SYNC:
        return timing->sync;
    case SIM_EIEIO:
        return timing->eieio;
    case SIM_LOAD_IO:
    case SIM_STORE_IO:
        return timing->io;
    case SIM_TRANSLATE:
        return timing->translate;
    default:
        return timing->store;
    }
}

static void take_request(struct flat *flat, struct flat_queue *queue, sim_time t)
{
    const struct sim_clock *clock = flat->config.clock;
    struct flat_request *last = &queue->entry[(queue->first + queue->count - 1) % FLAT_QUEUE_MAX];
    struct flat_request *entry = &queue->entry[(queue->first + queue->count) % FLAT_QUEUE_MAX];
    entry->came = t;
    entry->message = *(const struct sim_msg_core_request *)sim_in_head(&queue->request);
    SIM_CHECK(entry->message.kind < SIM_CORE_REQUESTS && entry->message.thread < FLAT_THREADS,
              "%s.%s: a request of kind %u for thread %u", flat->component.name, queue->request.name,
              entry->message.kind, entry->message.thread);
    entry->due = sim_clock_edge(clock, sim_clock_ceil(clock, t) + time_of(&flat->config.timing, entry->message.kind));
    if (queue->count != 0 && entry->due < last->due)
        entry->due = last->due;
    queue->count++;
    sim_in_take(&queue->request);
}

/* The core whose first request is to be carried out now: of those that are due and not stuck the one that came first.
 * FLAT_CORES for none. */
static unsigned choose(const struct flat *flat, sim_time t)
{
    unsigned best = FLAT_CORES;
    sim_time earliest = SIM_NEVER;
    for (unsigned i = 0; i < FLAT_CORES; i++) {
        const struct flat_queue *queue = &flat->queue[i];
        const struct flat_request *first = &queue->entry[queue->first];
        if (queue->count != 0 && !queue->stuck && first->due <= t && first->came < earliest) {
            best = i;
            earliest = first->came;
        }
    }
    return best;
}

static void drop_first(struct flat *flat, struct flat_queue *queue, unsigned core, sim_time t)
{
    const struct sim_msg_core_request *request = &queue->entry[queue->first].message;
    flat->acted++;
    flat->last.core = (uint8_t)core;
    flat->last.kind = request->kind;
    flat->last.address = request->address;
    queue->first = (queue->first + 1) % FLAT_QUEUE_MAX;
    queue->count--;
    sim_in_credit(&queue->request, t);
}

/* Whatever can be done at t: credits that came are taken note of, answers go on, then requests whose time has come. */
static void settle(struct flat *flat, sim_time t)
{
    for (uint32_t i = 0; i < flat->component.outs; i++)
        if (flat->component.out[i]->link->waiting)
            (void)sim_out_ready(flat->component.out[i], t);
    flat_send_answers(flat, t);
    for (unsigned i = 0; i < FLAT_CORES; i++)
        flat->queue[i].stuck = false;
    for (unsigned core; (core = choose(flat, t)) != FLAT_CORES;) {
        struct flat_queue *queue = &flat->queue[core];
        queue->stuck = !flat_act(flat, core, t);
        if (!queue->stuck)
            drop_first(flat, queue, core, t);
    }
}

/* A request is never due when it comes, so all of an instant are there before one of them is carried out. */
static void message(struct sim_component *self, struct sim_in *in, sim_time t)
{
    struct flat *flat = (struct flat *)self;
    for (unsigned i = 0; i < FLAT_CORES; i++)
        if (in == &flat->queue[i].request)
            take_request(flat, &flat->queue[i], t);
    for (unsigned i = 0; i < FLAT_DEVICES; i++) {
        if (in == &flat->device[i].reply) {
            flat_accept_answer(flat, &flat->device[i], t);
            settle(flat, t);
        }
    }
    if (flat->scope && flat->scope->any)
        flat_show(self, t);
}

static void event(struct sim_component *self, sim_time t)
{
    struct flat *flat = (struct flat *)self;
    settle(flat, t);
    if (flat->scope && flat->scope->any)
        flat_show(self, t);
}

/* What is stuck waits for a credit, or for the answer of a device. */
static sim_time next_event(const struct sim_component *self)
{
    const struct flat *flat = (const struct flat *)self;
    sim_time next = SIM_NEVER;
    for (uint32_t i = 0; i < self->outs; i++)
        if (self->out[i]->link->waiting)
            next = sim_time_min(next, sim_out_credit_time(self->out[i]));
    for (unsigned i = 0; i < FLAT_CORES; i++) {
        const struct flat_queue *queue = &flat->queue[i];
        if (queue->count != 0 && !queue->stuck)
            next = sim_time_min(next, queue->entry[queue->first].due);
    }
    return next;
}

static const struct sim_class flat_class = {
    .kind = "flat memory",
    .version = 1,
    .reset = flat_reset,
    .advance = sim_advance_by_events,
    .next_event = next_event,
    .save = flat_save,
    .load = flat_load,
    .trace = flat_trace,
    .show = flat_show,
    .message = message,
    .event = event,
};

void flat_init(struct flat *flat, const char *name, uint32_t priority, const struct flat_config *config)
{
    static const char *const requests[FLAT_CORES] = {"request0", "request1", "request2"};
    static const char *const replies[FLAT_CORES] = {"reply0", "reply1", "reply2"};
    static const char *const devices[] = {
#define DEVICE(name) #name,
#include "models/membus/routes.def"
    };
    static const char *const device_replies[] = {
#define DEVICE(name) #name "_reply",
#include "models/membus/routes.def"
    };
    struct sim_component *component = &flat->component;
    memset(flat, 0, sizeof *flat);
    SIM_CHECK(config->size % FLAT_PAGE == 0 && config->size / FLAT_PAGE <= FLAT_PAGES_MAX, "%s: RAM of %llu bytes",
              name, (unsigned long long)config->size);
    flat->config = *config;
    sim_component_init(component, &flat_class, name, config->clock, priority);
    for (unsigned i = 0; i < FLAT_CORES; i++) {
        sim_component_in(component, &flat->queue[i].request, requests[i], SIM_MSG_core_request);
        sim_component_out(component, &flat->queue[i].reply, replies[i], SIM_MSG_core_reply);
    }
    for (unsigned i = 0; i < FLAT_DEVICES; i++) {
        sim_component_out(component, &flat->device[i].request, devices[i], SIM_MSG_mmio_request);
        sim_component_in(component, &flat->device[i].reply, device_replies[i], SIM_MSG_mmio_response);
    }
}
