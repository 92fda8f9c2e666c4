/* Order at one instant: messages as they arrive, by sender and port; then accesses to devices, questions to the L2,
 * controllers 0 and 1, answers by client. */
#include "models/membus/fsb/north_parts.h"

#include <string.h>

static unsigned take_slot(struct membus_north *north)
{
    unsigned word = north->free_slots[0] == 0;
    SIM_CHECK(north->free_slots[word] != 0, "%s: more requests than credits", north->component.name);
    unsigned bit = (unsigned)__builtin_ctzll(north->free_slots[word]);
    north->free_slots[word] &= north->free_slots[word] - 1;
    return 64 * word + bit;
}

void north_done(struct membus_north *north, unsigned index, sim_time t)
{
    struct membus_slot *slot = &north->slot[index];
    sim_in_credit(&north->request[slot->client], t);
    if (slot->kind != SIM_MEMORY_FENCE) /* which is no access */
        north_record(north, slot, t);
    slot->state = MEMBUS_SLOT_FREE;
    north->free_slots[index / 64] |= UINT64_C(1) << index % 64;
}

void north_answer(struct membus_north *north, unsigned index, enum sim_memory_reply_kind kind, sim_time ready)
{
    struct membus_slot *slot = &north->slot[index];
    struct membus_ready_list *list = &north->list[kind == SIM_MEMORY_SNOOP ? 0 : slot->client];
    uint32_t at = list->count++;
    north->answering |= 1u << (list - north->list);
    while (at != 0 && list->entry[at - 1].ready > ready) {
        list->entry[at] = list->entry[at - 1];
        at--;
    }
    list->entry[at] = (struct membus_ready){ready, (uint8_t)index, (uint8_t)kind};
    if (kind != SIM_MEMORY_SNOOP)
        slot->state = MEMBUS_SLOT_LISTED;
}

/* The clock edge of t, which lies on one. */
static uint64_t edge_of(const struct membus_north *north, sim_time t)
{
    return sim_clock_ceil(north->config.memory, t);
}

static uint8_t bursts_of(const struct membus_slot *slot)
{
    if (slot->kind == SIM_MEMORY_READ) {
        unsigned first = slot->address % SIM_LINE;
        unsigned last = first + slot->size - 1 < SIM_LINE ? first + slot->size - 1 : SIM_LINE - 1;
        return (uint8_t)(last / 32 - first / 32 + 1);
    }
    uint8_t bursts = 0;
    for (unsigned i = 0; i < 4; i++)
        bursts += (slot->mask[i / 2] >> (i % 2 * 32) & UINT32_MAX) != 0;
    return bursts ? bursts : 1;
}

static void queue_access(struct membus_north *north, unsigned index, sim_time t)
{
    struct membus_slot *slot = &north->slot[index];
    unsigned c = membus_controller_of(slot->address);
    struct membus_dram *dram = &north->dram[c];
    const struct membus_dram_access access = {
        .address = slot->address,
        .tag = index,
        .kind = slot->client == 0 ? MEMBUS_CPU : (uint8_t)north->config.client[slot->client - 1].kind,
        .bursts = bursts_of(slot),
        .write = slot->kind == SIM_MEMORY_WRITE,
    };
    slot->state = MEMBUS_SLOT_QUEUED;
    membus_dram_queue(dram, &access);
    if (dram->count == 1)
        north->pick_time[c] =
            edge_of(north, t) < dram->next_pick ? sim_clock_edge(north->config.memory, dram->next_pick) : t;
}

static void write_bytes(struct membus_north *north, uint64_t address, const uint64_t mask[2], const uint64_t *data)
{
    uint8_t bytes[SIM_LINE];
    sim_words_to_bytes(bytes, data, 16);
    uint8_t *line = membus_ram_line_to_write(&north->ram, address);
    if ((mask[0] & mask[1]) == UINT64_MAX) {
        memcpy(line, bytes, SIM_LINE);
        return;
    }
    for (unsigned i = 0; i < SIM_LINE; i++)
        if (mask[i / 64] >> i % 64 & 1)
            line[i] = bytes[i];
}

static void ask_l2(struct membus_north *north, unsigned index)
{
    north->slot[index].asking = true;
    north->snoop_queue.slot[north->snoop_queue.count++] = (uint8_t)index;
}

static void ask_some(struct membus_north *north, sim_time t)
{
    while (north->snoop_queue.count != 0 && north->snoops < north->config.timing.l2_snoops) {
        north_answer(north, north->snoop_queue.slot[0], SIM_MEMORY_SNOOP, t);
        memmove(north->snoop_queue.slot, north->snoop_queue.slot + 1, --north->snoop_queue.count);
        north->snoops++;
    }
}

/* A fence waits for the sender's writes that came before it and are not done yet: those that ask the L2. */
static void begin_fence(struct membus_north *north, unsigned index, sim_time t)
{
    struct membus_slot *slot = &north->slot[index];
    slot->mask[0] = slot->mask[1] = 0;
    for (unsigned i = 0; i < MEMBUS_SLOTS; i++)
        if (i != index && north->slot[i].state == MEMBUS_SLOT_SNOOP && north->slot[i].client == slot->client)
            slot->mask[i / 64] |= UINT64_C(1) << i % 64;
    slot->state = MEMBUS_SLOT_FENCE;
    if ((slot->mask[0] | slot->mask[1]) == 0)
        north_answer(north, index, SIM_MEMORY_FENCED, t);
    else
        north->fences++;
}

static void write_is_done(struct membus_north *north, unsigned index, sim_time t)
{
    for (unsigned i = 0; i < MEMBUS_SLOTS && north->fences != 0; i++) {
        struct membus_slot *slot = &north->slot[i];
        if (slot->state != MEMBUS_SLOT_FENCE)
            continue;
        slot->mask[index / 64] &= ~(UINT64_C(1) << index % 64);
        if ((slot->mask[0] | slot->mask[1]) == 0) {
            north->fences--;
            north_answer(north, i, SIM_MEMORY_FENCED, t);
        }
    }
}

static void snooped(struct membus_north *north, const struct sim_msg_memory_request *answer, sim_time t)
{
    if (answer->tag >= MEMBUS_SLOTS || !north->slot[answer->tag].asking || north->snoops == 0)
        return; /* nobody asked: a message out of a spoilt file */
    struct membus_slot *slot = &north->slot[answer->tag];
    const uint64_t mask[2] = {answer->mask0, answer->mask1}, *words = SIM_WORDS_OF(answer, memory_request);
    slot->asking = false;
    north->snoops--;
    if (slot->kind == SIM_MEMORY_WRITE) {
        if (mask[0] | mask[1])
            write_bytes(north, slot->address, mask, words);
        write_bytes(north, slot->address, slot->mask, slot->data);
        queue_access(north, answer->tag, t);
        write_is_done(north, answer->tag, t);
        return;
    }
    slot->mask[0] = mask[0];
    slot->mask[1] = mask[1];
    memcpy(slot->data, words, sizeof slot->data);
    if (slot->state == MEMBUS_SLOT_SNOOPED)
        north_answer(north, answer->tag, SIM_MEMORY_DATA, slot->ready > t ? slot->ready : t);
}

static bool snoops(const struct membus_north *north, unsigned client)
{
    const struct membus_timing *timing = &north->config.timing;
    bool display = north->config.client[client - 1].kind == MEMBUS_DISPLAY;
    return display ? timing->display_snoop : timing->gpu_snoop;
}

static void accept(struct membus_north *north, unsigned client, sim_time t)
{
    struct sim_in *in = &north->request[client];
    const struct sim_msg_memory_request *request = sim_in_head(in);
    const uint64_t *words = SIM_WORDS_OF(request, memory_request);
    sim_time issued = sim_link_head(in->link)->sent;
    sim_in_take(in);
    if (request->kind >= SIM_MEMORY_SNOOPED) {
        if (request->kind == SIM_MEMORY_SNOOPED)
            snooped(north, request, t);
        sim_in_credit(in, t);
        ask_some(north, t);
        return;
    }
    unsigned index = take_slot(north);
    struct membus_slot *slot = &north->slot[index];
    slot->client = (uint8_t)client;
    slot->kind = request->kind;
    slot->size = request->size;
    slot->tag = request->tag;
    slot->address = request->address;
    slot->mask[0] = request->mask0;
    slot->mask[1] = request->mask1;
    slot->issued = issued;
    slot->granted = slot->ready = t;
    slot->asking = slot->posted = false;
    slot->status = SIM_FROM_MEMORY;
    slot->route = 0;
    bool asks = client != 0 && snoops(north, client);
    switch (request->kind) {
    case SIM_MEMORY_READ:
        slot->mask[0] = slot->mask[1] = 0;
        if (asks)
            ask_l2(north, index);
        queue_access(north, index, t);
        break;
    case SIM_MEMORY_WRITE:
        if (asks) {
            memcpy(slot->data, words, sizeof slot->data);
            slot->state = MEMBUS_SLOT_SNOOP;
            ask_l2(north, index);
        } else {
            write_bytes(north, slot->address, slot->mask, words);
            queue_access(north, index, t);
        }
        break;
    case SIM_MEMORY_FENCE:
        begin_fence(north, index, t);
        break;
    default:
        slot->data[0] = request->data0;
        north_io_begin(north, index, t);
    }
}

static void pick(struct membus_north *north, unsigned c, sim_time t)
{
    struct membus_dram *dram = &north->dram[c];
    const struct sim_clock *clock = north->config.memory;
    struct membus_dram_pick pick = membus_dram_choose(dram, edge_of(north, t));
    struct membus_slot *slot = &north->slot[pick.access.tag];
    slot->granted = t;
    north->rows[c][pick.row]++;
    if (pick.access.write) {
        north_done(north, pick.access.tag, t);
    } else {
        slot->ready = sim_clock_edge(clock, pick.first);
        if (slot->asking)
            slot->state = MEMBUS_SLOT_SNOOPED;
        else
            north_answer(north, pick.access.tag, SIM_MEMORY_DATA, slot->ready);
    }
    north->pick_time[c] = dram->count ? sim_clock_edge(clock, dram->next_pick) : SIM_NEVER;
}

static void put_answer(struct membus_north *north, struct sim_out *out, const struct membus_ready *ready, sim_time t)
{
    struct membus_slot *slot = &north->slot[ready->slot];
    struct sim_msg_memory_reply *reply = sim_out_put(out, t);
    uint64_t *words = SIM_WORDS_OF(reply, memory_reply);
    reply->kind = ready->kind;
    reply->address = slot->address;
    if (ready->kind == SIM_MEMORY_SNOOP) {
        reply->status = slot->kind == SIM_MEMORY_WRITE;
        reply->tag = ready->slot;
        sim_clear_line(words);
        return;
    }
    reply->status = slot->status;
    reply->tag = slot->tag;
    const uint8_t *line = ready->kind == SIM_MEMORY_DATA ? membus_ram_line(&north->ram, slot->address) : NULL;
    if (!line) {
        sim_clear_line(words);
        if (ready->kind == SIM_MEMORY_IO_DATA)
            reply->data0 = slot->data[0];
    } else {
        sim_bytes_to_words(words, line, 16);
    }
    if (ready->kind == SIM_MEMORY_DATA && (slot->mask[0] | slot->mask[1])) {
        uint8_t bytes[SIM_LINE], have[SIM_LINE];
        sim_words_to_bytes(bytes, words, 16);
        sim_words_to_bytes(have, slot->data, 16);
        for (unsigned i = 0; i < SIM_LINE; i++)
            if (slot->mask[i / 64] >> i % 64 & 1)
                bytes[i] = have[i];
        sim_bytes_to_words(words, bytes, 16);
    }
    if (slot->posted)
        slot->state = MEMBUS_SLOT_AWAY;
    else
        north_done(north, ready->slot, t);
}

/* When the head of a list can go, credits aside. */
static sim_time head_time(const struct membus_north *north, unsigned client)
{
    const struct membus_ready_list *list = &north->list[client];
    sim_time ready = list->entry[0].ready;
    return client == 0 && north->bus_free > ready ? north->bus_free : ready;
}

static void send(struct membus_north *north, unsigned client, sim_time t)
{
    struct membus_ready_list *list = &north->list[client];
    struct sim_out *out = &north->reply[client];
    while (list->count != 0 && head_time(north, client) <= t && sim_out_ready(out, t)) {
        struct membus_ready ready = list->entry[0];
        if (--list->count == 0)
            north->answering &= ~(1u << client);
        else
            memmove(list->entry, list->entry + 1, list->count * sizeof ready);
        put_answer(north, out, &ready, t);
        if (client == 0) {
            const struct membus_timing *timing = &north->config.timing;
            uint64_t clocks = ready.kind == SIM_MEMORY_DATA ? timing->fsb_reply_line : timing->fsb_reply_command;
            north->bus_free = sim_clock_edge(north->config.fsb, sim_clock_ceil(north->config.fsb, t) + clocks);
            north->carried.messages++;
            north->carried.clocks += clocks;
            north->carried.bytes += ready.kind == SIM_MEMORY_DATA      ? SIM_LINE
                                    : ready.kind == SIM_MEMORY_IO_DATA ? north->slot[ready.slot].size
                                                                       : 0u;
        }
    }
}

static void message(struct sim_component *self, struct sim_in *in, sim_time t)
{
    struct membus_north *north = (struct membus_north *)self;
    for (unsigned i = 0; i < north->clients; i++)
        if (in == &north->request[i]) {
            accept(north, i, t);
            return;
        }
    for (unsigned i = 0; i < north->config.devices; i++)
        if (in == &north->device_reply[i])
            north_io_answered(north, i, t);
}

static void event(struct sim_component *self, sim_time t)
{
    struct membus_north *north = (struct membus_north *)self;
    if (north->io_waiting != 0)
        north_io_send(north, t);
    if (north->snoop_queue.count != 0)
        ask_some(north, t);
    for (unsigned c = 0; c < MEMBUS_CONTROLLERS; c++)
        if (north->pick_time[c] <= t)
            pick(north, c, t);
    for (uint32_t left = north->answering; left != 0; left &= left - 1)
        send(north, (unsigned)__builtin_ctz(left), t);
}

static sim_time next_event(const struct sim_component *self)
{
    const struct membus_north *north = (const struct membus_north *)self;
    sim_time next = sim_time_min(north->pick_time[0], north->pick_time[1]);
    for (uint32_t left = north->answering; left != 0; left &= left - 1) {
        unsigned i = (unsigned)__builtin_ctz(left);
        next = sim_time_min(next, north->reply[i].link->waiting ? sim_out_credit_time(&north->reply[i])
                                                                : head_time(north, i));
    }
    if (north->io_waiting != 0)
        next = sim_time_min(next, north_io_next(north));
    if (north->snoop_queue.count != 0 && north->snoops < north->config.timing.l2_snoops)
        next = sim_time_min(next, north->slot[north->snoop_queue.slot[0]].granted);
    return next;
}

void north_rebuild(struct membus_north *north)
{
    north->free_slots[0] = UINT64_MAX;
    north->free_slots[1] = (UINT64_C(1) << (MEMBUS_SLOTS - 64)) - 1;
    for (unsigned i = 0; i < MEMBUS_SLOTS; i++)
        if (north->slot[i].state != MEMBUS_SLOT_FREE)
            north->free_slots[i / 64] &= ~(UINT64_C(1) << i % 64);
    north->answering = 0;
    for (unsigned i = 0; i < MEMBUS_CLIENTS_MAX; i++)
        north->answering |= (uint32_t)(north->list[i].count != 0) << i;
    north->fences = 0;
    for (unsigned i = 0; i < MEMBUS_SLOTS; i++)
        north->fences += north->slot[i].state == MEMBUS_SLOT_FENCE;
    north->io_waiting = 0;
    for (unsigned d = 0; d < MEMBUS_DEVICES_MAX; d++)
        north->io_waiting += north->device_queue[d].count;
}

static void reset(struct sim_component *self)
{
    struct membus_north *north = (struct membus_north *)self;
    uint32_t credits = 0;
    for (unsigned i = 0; i < north->clients; i++)
        credits += north->request[i].link->credits_total;
    SIM_CHECK(credits <= MEMBUS_SLOTS, "%s: links of more than %d credits together", self->name, MEMBUS_SLOTS);
    membus_ram_reset(&north->ram);
    membus_routes_reset(&north->routes);
    for (unsigned c = 0; c < MEMBUS_CONTROLLERS; c++) {
        membus_dram_reset(&north->dram[c], &north->config.timing);
        north->pick_time[c] = SIM_NEVER;
    }
    memset(north->slot, 0, sizeof north->slot);
    for (unsigned i = 0; i < MEMBUS_CLIENTS_MAX; i++)
        north->list[i].count = 0;
    for (unsigned i = 0; i < MEMBUS_DEVICES_MAX; i++)
        north->device_queue[i].count = 0;
    north->snoop_queue.count = north->snoops = 0;
    north->bus_free = 0;
    north->records = 0;
    north_rebuild(north);
}

static const struct sim_class north_class = {
    .kind = "membus.north",
    .version = 1,
    .reset = reset,
    .advance = sim_advance_by_events,
    .next_event = next_event,
    .save = north_save,
    .load = north_load,
    .trace = north_trace,
    .show = north_show,
    .message = message,
    .event = event,
};

enum sim_status membus_north_init(struct membus_north *north, const char *name, uint32_t priority,
                                  const struct membus_north_config *config, struct sim_error *error)
{
    memset(north, 0, sizeof *north);
    north->config = *config;
    north->clients = 1 + config->clients;
    enum sim_status status = membus_timing_check(&config->timing, error);
    if (status != SIM_OK)
        return status;
    if (north->clients > MEMBUS_CLIENTS_MAX || config->devices > MEMBUS_DEVICES_MAX)
        return sim_fail(error, SIM_BAD_INPUT, "%s: more than %d clients or %d devices", name, MEMBUS_CLIENTS_MAX - 1,
                        MEMBUS_DEVICES_MAX);
    for (uint32_t i = 0; i < config->routes && status == SIM_OK; i++) {
        if (config->route[i].port >= config->devices)
            status = sim_fail(error, SIM_BAD_INPUT, "route %s: %s has no device %u", config->route[i].name, name,
                              config->route[i].port);
        else
            status = membus_routes_add(&north->routes, &config->route[i], error);
    }
    if (status == SIM_OK)
        status = membus_ram_init(&north->ram, config->memory_size, error);
    if (status != SIM_OK)
        return status;
    struct sim_component *self = &north->component;
    sim_component_init(self, &north_class, name, config->memory, priority);
    sim_component_also_clocked(self, config->fsb);
    sim_component_in(self, &north->request[0], "fsb", SIM_MSG_memory_request);
    sim_component_out(self, &north->reply[0], "fsb_reply", SIM_MSG_memory_reply);
    north->reply[0].single = true; /* the bus is taken for a clock at least */
    for (unsigned i = 1; i < north->clients; i++) {
        sim_component_in(self, &north->request[i], config->client[i - 1].request, SIM_MSG_memory_request);
        sim_component_out(self, &north->reply[i], config->client[i - 1].reply, SIM_MSG_memory_reply);
    }
    for (unsigned i = 0; i < config->devices; i++) {
        sim_component_out(self, &north->device_request[i], config->device[i].request, SIM_MSG_mmio_request);
        sim_component_in(self, &north->device_reply[i], config->device[i].reply, SIM_MSG_mmio_response);
    }
    return SIM_OK;
}

void membus_north_free(struct membus_north *north)
{
    membus_ram_free(&north->ram);
}
