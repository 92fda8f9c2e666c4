/* Order at one instant: messages as they arrive, by sender and port; then answers that were a matter of time, messages
 * that had no credit, the crossbar, devices, the bus. */
#include "models/membus/l2/l2_parts.h"

#include <stdlib.h>
#include <string.h>

struct sim_msg_core_reply *l2_tell_line(struct membus_l2 *l2, unsigned core, enum sim_core_reply_kind kind,
                                        const uint64_t *word, sim_time t)
{
    struct membus_outbox *outbox = &l2->outbox[core];
    struct sim_msg_core_reply *reply;
    if (outbox->count == 0 && sim_out_ready(&l2->reply[core], t)) {
        reply = sim_out_put(&l2->reply[core], t);
    } else {
        SIM_CHECK(outbox->count < MEMBUS_OUTBOX, "%s: too many messages for core %u", l2->component.name, core);
        reply = &outbox->message[(outbox->first + outbox->count++) % MEMBUS_OUTBOX];
        l2->outbox_messages++;
    }
    reply->kind = (uint8_t)kind;
    reply->thread = reply->tag = reply->status = 0;
    reply->address = 0;
    memcpy(SIM_WORDS_OF(reply, core_reply), word, SIM_LINE);
    return reply;
}

struct sim_msg_core_reply *l2_tell(struct membus_l2 *l2, unsigned core, enum sim_core_reply_kind kind, sim_time t)
{
    static const uint64_t zero[MEMBUS_LINE_WORDS];
    return l2_tell_line(l2, core, kind, zero, t);
}

static void drain_outbox(struct membus_l2 *l2, unsigned core, sim_time t)
{
    struct membus_outbox *outbox = &l2->outbox[core];
    while (outbox->count != 0 && sim_out_ready(&l2->reply[core], t)) {
        struct sim_msg_core_reply *reply = sim_out_put(&l2->reply[core], t);
        *reply = outbox->message[outbox->first];
        outbox->first = (outbox->first + 1) % MEMBUS_OUTBOX;
        outbox->count--;
        if (--l2->outbox_messages == 0)
            l2_changed(l2, t);
    }
}

struct sim_msg_memory_request *l2_bus(struct membus_l2 *l2, enum sim_memory_request_kind kind)
{
    SIM_CHECK(l2->outs < MEMBUS_OUT, "%s: too many messages for the bus", l2->component.name);
    struct sim_msg_memory_request *request = &l2->out[(l2->out_first + l2->outs++) % MEMBUS_OUT];
    request->kind = (uint8_t)kind;
    request->size = 0;
    request->tag = 0;
    request->address = request->mask0 = request->mask1 = 0;
    sim_clear_line(SIM_WORDS_OF(request, memory_request));
    return request;
}

static bool is_castout(const struct sim_msg_memory_request *request)
{
    return request->kind == SIM_MEMORY_WRITE && (request->mask0 & request->mask1) == UINT64_MAX;
}

static void drive_bus(struct membus_l2 *l2, sim_time t)
{
    const struct membus_timing *timing = &l2->config.timing;
    while (l2->outs != 0 && l2->bus_free <= t && sim_out_ready(&l2->bus, t)) {
        const struct sim_msg_memory_request *from = &l2->out[l2->out_first];
        struct sim_msg_memory_request *to = sim_out_put(&l2->bus, t);
        *to = *from;
        uint64_t clocks = timing->fsb_command, bytes = from->kind == SIM_MEMORY_STORE_IO ? from->size : 0;
        if (from->kind == SIM_MEMORY_WRITE || (from->kind == SIM_MEMORY_SNOOPED && (from->mask0 | from->mask1))) {
            bool whole = from->mask0 && from->mask1;
            clocks += whole ? timing->fsb_line : (timing->fsb_line + 1) / 2;
            bytes = whole ? SIM_LINE : SIM_BLOCK;
        }
        l2->bus_free = sim_clock_edge(l2->config.fsb, sim_clock_ceil(l2->config.fsb, t) + clocks);
        l2->carried.messages++;
        l2->carried.clocks += clocks;
        l2->carried.bytes += bytes;
        /* only who found no room can go now */
        bool room = l2->outs == MEMBUS_POSTED || (is_castout(from) && l2->castouts == timing->l2_castouts);
        l2->castouts -= is_castout(from);
        l2->out_first = (l2->out_first + 1) % MEMBUS_OUT;
        l2->outs--;
        if (room)
            l2_changed(l2, t);
    }
}

/* The sources of `sources` ask at an edge, or somebody asked before and could not go. */
static void ask(struct membus_l2 *l2, unsigned sources, sim_time edge)
{
    l2->asking |= sources;
    l2->blocked = false;
    if (l2->grant_time == SIM_NEVER)
        l2->grant_time = edge > l2->arrays_free ? edge : l2->arrays_free;
}

void l2_changed(struct membus_l2 *l2, sim_time t)
{
    if (l2->blocked)
        ask(l2, 0, l2_after(l2, t, 0));
}

static unsigned try_source(struct membus_l2 *l2, unsigned source, sim_time t)
{
    if (source == L2_FROM_BUS)
        return l2_fill(l2, t);
    if (source == L2_FROM_QUESTIONS)
        return l2_answer_question(l2, t);
    struct membus_l2_queue *queue = &l2->queue[source];
    unsigned beats = queue->waits ? 0 : l2_accept(l2, source, &queue->request[queue->first], t);
    if (beats != 0) {
        queue->first = (queue->first + 1) % MEMBUS_QUEUE;
        if (--queue->count == 0)
            l2->asking &= ~(1u << source);
        sim_in_credit(&l2->request[source], t);
    }
    return beats;
}

/* One goes in, in turn. While a core has messages without credits nobody does. */
static void grant(struct membus_l2 *l2, sim_time t)
{
    unsigned sources = l2->asking, twice = sources | sources << L2_SOURCES; /* from whose turn it is, round */
    l2->grant_time = SIM_NEVER;
    for (twice >>= l2->turn, twice &= (1u << L2_SOURCES) - 1; twice != 0 && l2->outbox_messages == 0;
         twice &= twice - 1) {
        unsigned source = l2->turn + (unsigned)__builtin_ctz(twice);
        source -= source >= L2_SOURCES ? L2_SOURCES : 0;
        unsigned beats = try_source(l2, source, t);
        if (beats == 0)
            continue;
        l2->turn = (uint8_t)(source + 1 == L2_SOURCES ? 0 : source + 1);
        l2->arrays_free = l2_after_edge(l2, t, beats);
        l2->grant_time = l2->asking ? l2->arrays_free : SIM_NEVER;
        l2->blocked = false;
        return;
    }
    l2->blocked = sources != 0;
}

static void from_bus(struct membus_l2 *l2, sim_time t)
{
    struct sim_in *in = &l2->bus_reply;
    const struct sim_msg_memory_reply *reply = sim_in_head(in);
    sim_in_take(in);
    if (reply->kind == SIM_MEMORY_SNOOP) {
        l2->question[(l2->question_first + l2->questions++) % MEMBUS_QUEUE] =
            (struct membus_question){.tag = reply->tag, .write = reply->status, .address = reply->address};
        ask(l2, 1u << L2_FROM_QUESTIONS, t);
    } else if (reply->kind == SIM_MEMORY_DATA && reply->tag < L2_BUS_IO) {
        struct membus_fill *fill = &l2->fill[(l2->fill_first + l2->fills++) % MEMBUS_QUEUE];
        fill->tag = reply->tag;
        memcpy(fill->word, SIM_WORDS_OF(reply, memory_reply), SIM_LINE);
        ask(l2, 1u << L2_FROM_BUS, t);
    } else {
        l2_io_bus_answered(l2, reply, t);
        sim_in_credit(in, t);
    }
}

static void message(struct sim_component *self, struct sim_in *in, sim_time t)
{
    struct membus_l2 *l2 = (struct membus_l2 *)self;
    if (in >= l2->request && in < l2->request + MEMBUS_CORES) {
        unsigned core = (unsigned)(in - l2->request);
        struct membus_l2_queue *queue = &l2->queue[core];
        struct membus_l2_request *request = &queue->request[(queue->first + queue->count++) % MEMBUS_QUEUE];
        request->message = *(const struct sim_msg_core_request *)sim_in_head(in);
        request->issued = sim_link_head(in->link)->sent;
        sim_in_take(in);
        ask(l2, 1u << core, t);
        return;
    }
    if (in == &l2->bus_reply) {
        from_bus(l2, t);
        return;
    }
    for (unsigned d = 0; d < l2->config.devices; d++)
        if (in == &l2->device_reply[d])
            l2_io_near_answered(l2, d, t);
}

static void event(struct sim_component *self, sim_time t)
{
    struct membus_l2 *l2 = (struct membus_l2 *)self;
    l2->told = SIM_NEVER;
    if (l2->delays != 0)
        l2_delays(l2, t);
    for (unsigned core = 0; core < MEMBUS_CORES && l2->outbox_messages != 0; core++)
        drain_outbox(l2, core, t);
    if (l2->grant_time <= t)
        grant(l2, t);
    if (l2->near_waiting != 0)
        l2_io_send(l2, t);
    drive_bus(l2, t);
}

static sim_time next_event(const struct sim_component *self)
{
    const struct membus_l2 *l2 = (const struct membus_l2 *)self;
    sim_time next = sim_time_min(l2->grant_time, l2->told);
    if (l2->outs != 0)
        next = sim_time_min(next, l2->bus.link->waiting ? sim_out_credit_time(&l2->bus) : l2->bus_free);
    if ((l2->delays | l2->outbox_messages | l2->near_waiting) == 0)
        return next;
    for (uint32_t i = 0; i < l2->delays; i++)
        next = sim_time_min(next, l2->delayed[i].due);
    for (unsigned core = 0; core < MEMBUS_CORES && l2->outbox_messages != 0 && l2->told == SIM_NEVER; core++)
        if (l2->outbox[core].count != 0)
            next = sim_time_min(next, sim_out_credit_time(&l2->reply[core]));
    for (unsigned d = 0; d < l2->config.devices && l2->near_waiting != 0; d++)
        if (l2->device_request[d].link->waiting)
            next = sim_time_min(next, sim_out_credit_time(&l2->device_request[d]));
    return next;
}

void l2_count(struct membus_l2 *l2)
{
    memset(l2->core_misses, 0, sizeof l2->core_misses);
    memset(l2->ios, 0, sizeof l2->ios);
    memset(l2->io_stores, 0, sizeof l2->io_stores);
    l2->bus_ios = l2->outbox_messages = l2->castouts = l2->near_waiting = l2->misses_at = 0;
    l2->misses_maybe = 0;
    for (unsigned i = 0; i < MEMBUS_MISSES; i++) {
        l2->core_misses[l2->miss[i].core] += l2->miss[i].number != 0;
        l2->misses_at |= (uint32_t)(l2->miss[i].number != 0) << i;
        l2->misses_maybe |= (uint64_t)(l2->miss[i].number != 0) << l2->miss[i].number % 64;
    }
    l2->barriers = 0;
    for (unsigned thread = 0; thread < MEMBUS_THREADS; thread++)
        l2->barriers += l2->barrier[thread].kind != 0;
    for (unsigned d = 0; d < MEMBUS_NEAR_MAX; d++)
        l2->near_waiting += l2->near_queue[d].count;
    for (unsigned core = 0; core < MEMBUS_CORES; core++) {
        l2->outbox_messages += l2->outbox[core].count;
        for (unsigned i = 0; i < MEMBUS_IOS; i++) {
            const struct membus_io *io = &l2->io[core][i];
            l2->ios[core] += io->state != MEMBUS_IO_FREE;
            l2->io_stores[core] += io->state != MEMBUS_IO_FREE && io->write;
            l2->bus_ios += io->state == MEMBUS_IO_BUS;
        }
    }
    l2->asking = (l2->fills != 0) << L2_FROM_BUS | (l2->questions != 0) << L2_FROM_QUESTIONS;
    for (unsigned core = 0; core < MEMBUS_CORES; core++)
        l2->asking |= (uint32_t)(l2->queue[core].count != 0) << core;
    for (uint32_t i = 0; i < l2->outs; i++)
        l2->castouts += is_castout(&l2->out[(l2->out_first + i) % MEMBUS_OUT]);
}

static void reset(struct sim_component *self)
{
    struct membus_l2 *l2 = (struct membus_l2 *)self;
    for (unsigned core = 0; core < MEMBUS_CORES; core++) {
        SIM_CHECK(l2->request[core].link->credits_total <= MEMBUS_QUEUE, "%s: more than %d credits", self->name,
                  MEMBUS_QUEUE);
        l2->queue[core].first = l2->queue[core].count = 0;
        l2->queue[core].waits = false;
        l2->outbox[core].first = l2->outbox[core].count = 0;
    }
    SIM_CHECK(l2->bus_reply.link->credits_total <= MEMBUS_QUEUE, "%s: more than %d credits", self->name, MEMBUS_QUEUE);
    membus_map_reset(&l2->map);
    membus_routes_reset(&l2->routes);
    memset(l2->number, 0, MEMBUS_L2_LINES * sizeof *l2->number);
    memset(l2->state, 0, MEMBUS_L2_LINES);
    memset(l2->holders, 0, MEMBUS_L2_LINES);
    memset(l2->reservation, 0, sizeof l2->reservation);
    memset(l2->miss, 0, sizeof l2->miss);
    memset(l2->barrier, 0, sizeof l2->barrier);
    memset(l2->io, 0, sizeof l2->io);
    memset(l2->near_queue, 0, sizeof l2->near_queue);
    l2->delays = l2->fill_first = l2->fills = l2->question_first = l2->questions = 0;
    l2->out_first = l2->outs = 0;
    l2->replacements = 0;
    l2->map_changes = l2->held = 0;
    memset(l2->map_known, 0, sizeof l2->map_known);
    l2->turn = 0;
    l2->blocked = false;
    l2->arrays_free = l2->bus_free = 0;
    l2->grant_time = l2->told = SIM_NEVER;
    l2->counters = (struct membus_l2_counters){0};
    l2_count(l2);
}

static const struct sim_class l2_class = {
    .kind = "membus.l2",
    .version = 3,
    .reset = reset,
    .advance = sim_advance_by_events,
    .next_event = next_event,
    .save = l2_save,
    .load = l2_load,
    .trace = l2_trace,
    .show = l2_show,
    .message = message,
    .event = event,
};

static enum sim_status allocate(struct membus_l2 *l2, const char *name, struct sim_error *error)
{
    l2->number = calloc(MEMBUS_L2_LINES, sizeof *l2->number);
    l2->state = calloc(MEMBUS_L2_LINES, 1);
    l2->holders = calloc(MEMBUS_L2_LINES, 1);
    l2->word = calloc(MEMBUS_L2_LINES, sizeof *l2->word);
    if (!l2->number || !l2->state || !l2->holders || !l2->word)
        return sim_fail(error, SIM_HOST, "%s: no memory for the cache", name);
    return membus_map_init(&l2->map, l2->config.memory_size, error);
}

enum sim_status membus_l2_init(struct membus_l2 *l2, const char *name, uint32_t priority,
                               const struct membus_l2_config *config, struct sim_error *error)
{
    static const char *const requests[] = {"core0", "core1", "core2"};
    static const char *const replies[] = {"core0_reply", "core1_reply", "core2_reply"};
    memset(l2, 0, sizeof *l2);
    l2->config = *config;
    enum sim_status status = membus_timing_check(&config->timing, error);
    if (status == SIM_OK && config->devices > MEMBUS_NEAR_MAX)
        status = sim_fail(error, SIM_BAD_INPUT, "%s: more than %d devices", name, MEMBUS_NEAR_MAX);
    for (uint32_t i = 0; i < config->routes && status == SIM_OK; i++) {
        if (config->route[i].port >= config->devices)
            status = sim_fail(error, SIM_BAD_INPUT, "route %s: %s has no device %u", config->route[i].name, name,
                              config->route[i].port);
        else
            status = membus_routes_add(&l2->routes, &config->route[i], error);
    }
    if (status == SIM_OK)
        status = allocate(l2, name, error);
    if (status != SIM_OK) {
        membus_l2_free(l2);
        return status;
    }
    struct sim_component *self = &l2->component;
    sim_component_init(self, &l2_class, name, config->l2, priority);
    sim_component_also_clocked(self, config->fsb);
    for (unsigned core = 0; core < MEMBUS_CORES; core++) {
        sim_component_in(self, &l2->request[core], requests[core], SIM_MSG_core_request);
        sim_component_out(self, &l2->reply[core], replies[core], SIM_MSG_core_reply);
    }
    sim_component_out(self, &l2->bus, "fsb", SIM_MSG_memory_request);
    l2->bus.single = true; /* the bus is taken for a clock at least */
    sim_component_in(self, &l2->bus_reply, "fsb_reply", SIM_MSG_memory_reply);
    for (unsigned d = 0; d < config->devices; d++) {
        sim_component_out(self, &l2->device_request[d], config->device[d].request, SIM_MSG_mmio_request);
        sim_component_in(self, &l2->device_reply[d], config->device[d].reply, SIM_MSG_mmio_response);
        l2->device_request[d].apart = l2->device_reply[d].apart = true; /* memory is stored to */
    }
    if (config->kernel) {
        sim_component_out(self, &l2->trap, "trap", SIM_MSG_trap);
        l2->trap.apart = true;
    }
    return SIM_OK;
}

void membus_l2_free(struct membus_l2 *l2)
{
    free(l2->number);
    free(l2->state);
    free(l2->holders);
    free(l2->word);
    l2->number = NULL;
    l2->state = l2->holders = NULL;
    l2->word = NULL;
    membus_map_free(&l2->map);
}
