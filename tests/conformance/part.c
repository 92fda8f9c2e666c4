#include "tests/conformance/part.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const in_names[PART_PORTS] = {"in0", "in1", "in2", "in3", "in4", "in5"};
static const char *const out_names[PART_PORTS] = {"out0", "out1", "out2", "out3", "out4", "out5"};

uint64_t part_random(uint64_t *state) /* splitmix64 */
{
    uint64_t x = *state += 0x9E3779B97F4A7C15u;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

static struct part *part_of(const struct sim_component *component)
{
    return (struct part *)(uintptr_t)component;
}

static void mix(struct part *part, uint64_t a, uint64_t b)
{
    part->hash = (part->hash ^ a) * 0x100000001B3u;
    part->hash = (part->hash ^ b ^ part->hash >> 29) * 0x100000001B3u;
}

static const struct sim_clock *clock_of(const struct part *part)
{
    return part->component.clock[0];
}

/* When a message sent at t must arrive, from the definition and nothing else: the first edge at or after t is the
 * least k with floor((phase + k * step) / divisor) >= t, found by search; then `latency` edges more. */
static sim_time expected_arrival(const struct sim_clock *clock, uint32_t latency, sim_time t)
{
    uint64_t low = 0, high = UINT64_C(1) << 40;
    while (low < high) {
        uint64_t middle = (low + high) / 2;
        unsigned __int128 at = ((unsigned __int128)middle * clock->step + clock->phase) / clock->divisor;
        if (at >= t)
            high = middle;
        else
            low = middle + 1;
    }
    return (sim_time)(((unsigned __int128)(low + latency) * clock->step + clock->phase) / clock->divisor);
}

static void part_reset(struct sim_component *self)
{
    struct part *part = part_of(self);
    part->random = part->config.seed;
    part->hash = part->config.seed ^ 0xCBF29CE484222325u;
    part->ticks = part->quiet_hash = 0;
    part->arrived = 0;
    part->edge = part_random(&part->random) % (part->config.gap + 1);
    part->blocked_on = self->outs;
    part->held = 0;
}

static void show_state(struct part *part, sim_time t)
{
    if (part->scope) {
        waves_set(part->scope, part->hash_signal, t, part->hash & 0xFFFF);
        waves_set(part->scope, part->blocked_signal, t, part->blocked_on != part->component.outs);
        waves_set(part->scope, part->arrived_signal, t, part->arrived);
    }
}

static void part_show(struct sim_component *self, sim_time t)
{
    show_state(part_of(self), t);
}

static bool try_to_send(struct part *part, sim_time t)
{
    struct sim_out *out = &part->out[part->blocked_on];
    if (!sim_out_ready(out, t))
        return false;
    struct sim_msg_token *token = part->quiet_out[part->blocked_on] ? sim_out_put_quiet(out, t) : sim_out_put(out, t);
    *token = (struct sim_msg_token){.a = part->hash, .b = t};
    mix(part, t, part->blocked_on);
    part->blocked_on = part->component.outs;
    return true;
}

static void give_back(struct part *part, uint64_t edge, sim_time t)
{
    uint32_t given = 0;
    while (given < part->held && part->hold[given].edge <= edge)
        sim_in_credit(part->component.in[part->hold[given++].port], t);
    memmove(part->hold, part->hold + given, (part->held - given) * sizeof part->hold[0]);
    part->held -= given;
}

/* Looks at those that it acts on, changes them, and now and then makes them tick at once. */
static void act(struct part *part, sim_time t)
{
    for (uint32_t i = 0; i < part->component.acts_on; i++) {
        struct part *other = part_of(part->component.acted_on[i]);
        uint64_t edge = sim_clock_ceil(clock_of(other), t);
        mix(part, other->hash, other->ticks ^ other->quiet_hash);
        mix(other, part->hash, t);
        other->random ^= part->hash;
        if (part_random(&part->random) % 3 == 0 && other->edge > edge)
            other->edge = edge;
        sim_component_changed(&part->component, &other->component);
        show_state(other, t);
    }
}

static void tick(struct part *part, uint64_t edge, sim_time t)
{
    part->ticks++;
    mix(part, t, part->ticks);
    act(part, t);
    if (part->ticks == part->config.stop_at)
        sim_request_stop(&part->component, t, "tick %llu", (unsigned long long)part->ticks);
    part->edge = edge + 1 + part_random(&part->random) % part->config.gap;
    if (part->component.outs && part_random(&part->random) % 4 != 0) {
        part->blocked_on = (uint32_t)(part_random(&part->random) % part->component.outs);
        try_to_send(part, t);
    }
}

static void take(struct part *part, struct sim_in *in, sim_time t)
{
    const struct sim_link *link = in->link;
    const struct sim_msg_token *token = sim_in_head(in);
    if (expected_arrival(link->clock, part->stated_latency[in - part->in], token->b) != t) {
        fprintf(stderr, "%s.%s: a token sent at %llu arrived at %llu\n", part->component.name, in->name,
                (unsigned long long)token->b, (unsigned long long)t);
        _Exit(70);
    }
    if (part->quiet_in[in - part->in]) {
        part->quiet_hash = (part->quiet_hash ^ token->a ^ t) * 0x100000001B3u;
        sim_in_take(in);
        sim_in_credit(in, t);
        return;
    }
    uint32_t port = 0;
    while (part->component.in[port] != in)
        port++;
    mix(part, token->a ^ t, port);
    part->arrived = (uint32_t)token->a;
    sim_in_take(in);
    uint64_t edge = sim_clock_floor(clock_of(part), t);
    uint64_t wait = part_random(&part->random) % (part->config.hold + 1);
    if (wait == 0 || part->held == PART_HELD) {
        sim_in_credit(in, t);
    } else { /* kept in the order of edges; behind those of the same edge */
        uint32_t at = part->held++;
        for (; at > 0 && part->hold[at - 1].edge > edge + wait; at--)
            part->hold[at] = part->hold[at - 1];
        part->hold[at] = (struct part_held){edge + wait, port};
    }
    uint64_t sooner = edge + part_random(&part->random) % part->config.gap;
    if (part->edge > sooner && part_random(&part->random) % 2 == 0)
        part->edge = sooner;
}

static sim_time reactive_next(const struct sim_component *self)
{
    const struct part *part = part_of(self);
    sim_time next = part->blocked_on == self->outs ? sim_clock_edge(clock_of(part), part->edge)
                                                   : sim_out_credit_time(&part->out[part->blocked_on]);
    if (part->held)
        next = sim_time_min(next, sim_clock_edge(clock_of(part), part->hold[0].edge));
    return next;
}

static void reactive_message(struct sim_component *self, struct sim_in *in, sim_time t)
{
    take(part_of(self), in, t);
    show_state(part_of(self), t);
}

static void reactive_event(struct sim_component *self, sim_time t)
{
    struct part *part = part_of(self);
    uint64_t edge = sim_clock_floor(clock_of(part), t);
    give_back(part, edge, t);
    if (part->blocked_on != self->outs) {
        if (try_to_send(part, t) && part->edge <= edge)
            part->edge = edge + 1;
    } else if (part->edge <= edge) {
        tick(part, edge, t);
    }
    show_state(part, t);
}

static sim_time clocked_next(const struct sim_component *self)
{
    return sim_clock_edge(self->clock[0], sim_clock_ceil(self->clock[0], self->at));
}

/* Visits every edge up to the horizon, and looks at the horizon again after whatever it sent. */
static void clocked_advance(struct sim_component *self, sim_time until)
{
    struct part *part = part_of(self);
    (void)until;
    struct sim_edge edge = sim_edge_at(self->clock[0], sim_clock_ceil(self->clock[0], self->at));
    for (; edge.time < self->until; sim_edge_next(self->clock[0], &edge)) {
        struct sim_in *in = sim_next_message(self);
        for (; in && sim_in_time(in) <= edge.time; in = sim_next_message(self))
            take(part, in, edge.time);
        give_back(part, edge.index, edge.time);
        if (part->blocked_on != self->outs)
            try_to_send(part, edge.time);
        else if (part->edge <= edge.index)
            tick(part, edge.index, edge.time);
        mix(part, edge.index, 1);
        show_state(part, edge.time);
    }
}

static void part_save(const struct sim_component *self, struct sim_writer *writer)
{
    const struct part *part = part_of(self);
    sim_put_u64(writer, part->random);
    sim_put_u64(writer, part->hash);
    sim_put_u64(writer, part->ticks);
    sim_put_u64(writer, part->quiet_hash);
    sim_put_u64(writer, part->edge);
    sim_put_u32(writer, part->arrived);
    sim_put_u32(writer, part->blocked_on);
    sim_put_u32(writer, part->held);
    for (uint32_t i = 0; i < part->held; i++) {
        sim_put_u64(writer, part->hold[i].edge);
        sim_put_u32(writer, part->hold[i].port);
    }
}

static void part_load(struct sim_component *self, struct sim_reader *reader)
{
    struct part *part = part_of(self);
    part->random = sim_get_u64(reader);
    part->hash = sim_get_u64(reader);
    part->ticks = sim_get_u64(reader);
    part->quiet_hash = sim_get_u64(reader);
    part->edge = sim_get_u64(reader);
    part->arrived = sim_get_u32(reader);
    part->blocked_on = sim_get_u32(reader);
    part->held = sim_get_u32(reader);
    if (part->blocked_on > self->outs || part->held > PART_HELD) {
        reader->failed = true;
        return;
    }
    for (uint32_t i = 0; i < part->held; i++) {
        part->hold[i].edge = sim_get_u64(reader);
        part->hold[i].port = sim_get_u32(reader);
        reader->failed |= part->hold[i].port >= self->ins;
    }
}

static void part_trace(struct sim_component *self, struct waves_scope *scope)
{
    struct part *part = part_of(self);
    part->scope = scope;
    part->hash_signal = waves_bus(scope, "hash", 16, NULL);
    part->blocked_signal = waves_wire(scope, "blocked");
    part->arrived_signal = waves_bus(scope, "arrived", 32, NULL);
}

static const struct sim_class reactive_class = {
    .kind = "test.reactive",
    .version = 1,
    .reset = part_reset,
    .advance = sim_advance_by_events,
    .next_event = reactive_next,
    .save = part_save,
    .load = part_load,
    .trace = part_trace,
    .show = part_show,
    .message = reactive_message,
    .event = reactive_event,
};

static const struct sim_class clocked_class = {
    .kind = "test.clocked",
    .version = 1,
    .reset = part_reset,
    .advance = clocked_advance,
    .next_event = clocked_next,
    .save = part_save,
    .load = part_load,
    .trace = part_trace,
    .show = part_show,
};

void part_init(struct part *part, const char *name, const struct sim_clock *clock, uint32_t priority,
               const struct part_config *config)
{
    memset(part, 0, sizeof *part);
    part->config = *config;
    sim_component_init(&part->component, config->kind == PART_CLOCKED ? &clocked_class : &reactive_class, name, clock,
                       priority);
}

struct sim_in *part_add_in(struct part *part)
{
    uint32_t port = part->component.ins;
    sim_component_in(&part->component, &part->in[port], in_names[port], SIM_MSG_token);
    return &part->in[port];
}

struct sim_out *part_add_out(struct part *part)
{
    uint32_t port = part->component.outs;
    sim_component_out(&part->component, &part->out[port], out_names[port], SIM_MSG_token);
    return &part->out[port];
}
