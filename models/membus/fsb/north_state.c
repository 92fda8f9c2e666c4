/* Saved state and signals. A file's state is held against itself: what a slot says, what the queues and lists say, and
 * the credits that the links say are held back. */
#include "models/membus/fsb/north_parts.h"
#include "waves/waves.h"

#include <string.h>

void north_save(const struct sim_component *self, struct sim_writer *writer)
{
    const struct membus_north *north = (const struct membus_north *)self;
    membus_ram_save(&north->ram, writer);
    membus_routes_save(&north->routes, writer);
    for (unsigned c = 0; c < MEMBUS_CONTROLLERS; c++)
        membus_dram_save(&north->dram[c], writer);
    for (unsigned i = 0; i < MEMBUS_SLOTS; i++) {
        const struct membus_slot *slot = &north->slot[i];
        sim_put_u8(writer, slot->state);
        if (slot->state == MEMBUS_SLOT_FREE)
            continue;
        sim_put_u8(writer, slot->client);
        sim_put_u8(writer, slot->kind);
        sim_put_u8(writer, slot->size);
        sim_put_u8(writer, slot->status);
        sim_put_u8(writer, slot->asking);
        sim_put_u8(writer, slot->posted);
        sim_put_u8(writer, slot->route);
        sim_put_u32(writer, slot->tag);
        sim_put_u64(writer, slot->address);
        sim_put_u64(writer, slot->mask[0]);
        sim_put_u64(writer, slot->mask[1]);
        bool line =
            slot->state == MEMBUS_SLOT_SNOOP || (slot->kind == SIM_MEMORY_READ && (slot->mask[0] | slot->mask[1]));
        for (unsigned w = 0; w < (line ? 16u : 1u); w++)
            sim_put_u64(writer, slot->kind == SIM_MEMORY_READ && !line ? 0 : slot->data[w]);
        sim_put_u64(writer, slot->issued);
        sim_put_u64(writer, slot->granted);
        sim_put_u64(writer, slot->ready);
    }
    for (unsigned i = 0; i < north->clients; i++) {
        sim_put_u32(writer, north->list[i].count);
        for (uint32_t e = 0; e < north->list[i].count; e++) {
            sim_put_u64(writer, north->list[i].entry[e].ready);
            sim_put_u8(writer, north->list[i].entry[e].slot);
            sim_put_u8(writer, north->list[i].entry[e].kind);
        }
    }
    for (unsigned d = 0; d <= north->config.devices; d++) {
        const struct membus_slot_queue *queue =
            d == north->config.devices ? &north->snoop_queue : &north->device_queue[d];
        sim_put_u32(writer, queue->count);
        sim_put_bytes(writer, queue->slot, queue->count);
    }
    sim_put_u32(writer, north->snoops);
    sim_put_u64(writer, north->bus_free);
    sim_put_u64(writer, north->records);
}

static void load_slot(struct membus_north *north, struct membus_slot *slot, struct sim_reader *reader)
{
    *slot = (struct membus_slot){.state = sim_get_u8_below(reader, MEMBUS_SLOT_FENCE + 1)};
    if (slot->state == MEMBUS_SLOT_FREE)
        return;
    slot->client = sim_get_u8_below(reader, north->clients);
    slot->kind = sim_get_u8_below(reader, SIM_MEMORY_SNOOPED);
    slot->size = sim_get_u8(reader);
    slot->status = sim_get_u8_below(reader, SIM_FROM_NOWHERE + 1);
    slot->asking = sim_get_u8_below(reader, 2);
    slot->posted = sim_get_u8_below(reader, 2);
    slot->route = sim_get_u8(reader);
    slot->tag = sim_get_u32(reader);
    slot->address = sim_get_u64(reader);
    slot->mask[0] = sim_get_u64(reader);
    slot->mask[1] = sim_get_u64(reader);
    bool line = slot->state == MEMBUS_SLOT_SNOOP || (slot->kind == SIM_MEMORY_READ && (slot->mask[0] | slot->mask[1]));
    for (unsigned w = 0; w < (line ? 16u : 1u); w++)
        slot->data[w] = sim_get_u64(reader);
    slot->issued = sim_get_u64(reader);
    slot->granted = sim_get_u64(reader);
    slot->ready = sim_get_u64(reader);
    bool device = slot->state == MEMBUS_SLOT_DEVICE || slot->state == MEMBUS_SLOT_AWAY || slot->posted;
    bool io = slot->kind == SIM_MEMORY_LOAD_IO || slot->kind == SIM_MEMORY_STORE_IO;
    reader->failed |= device && (!io || slot->route >= north->routes.count || slot->size > 8 || slot->size == 0);
    reader->failed |= slot->route != 0 && slot->route >= north->routes.count;
    reader->failed |= slot->ready > SIM_TIME_MAX;
}

/* How often each slot is named by who may name a slot of its state. */
struct named {
    unsigned times[MEMBUS_SLOTS], asked[MEMBUS_SLOTS];
};

static void load_lists(struct membus_north *north, struct sim_reader *reader, struct named *named)
{
    for (unsigned i = 0; i < north->clients; i++) {
        struct membus_ready_list *list = &north->list[i];
        list->count = sim_get_u32_below(reader, 2 * MEMBUS_SLOTS + 1);
        for (uint32_t e = 0; e < list->count; e++) {
            struct membus_ready *entry = &list->entry[e];
            entry->ready = sim_get_u64_below(reader, SIM_TIME_MAX);
            entry->slot = sim_get_u8_below(reader, MEMBUS_SLOTS);
            entry->kind = sim_get_u8_below(reader, SIM_MEMORY_REPLIES);
            const struct membus_slot *slot = &north->slot[entry->slot];
            reader->failed |= e != 0 && entry->ready < list->entry[e - 1].ready;
            if (entry->kind == SIM_MEMORY_SNOOP) {
                reader->failed |= i != 0 || !slot->asking;
                named->asked[entry->slot]++;
            } else {
                reader->failed |= slot->state != MEMBUS_SLOT_LISTED || slot->client != i;
                named->times[entry->slot]++;
            }
        }
    }
    for (unsigned d = 0; d <= north->config.devices; d++) {
        bool snoops = d == north->config.devices;
        struct membus_slot_queue *queue = snoops ? &north->snoop_queue : &north->device_queue[d];
        queue->count = sim_get_u32_below(reader, MEMBUS_SLOTS + 1);
        for (uint32_t e = 0; e < queue->count; e++) {
            uint8_t index = queue->slot[e] = sim_get_u8_below(reader, MEMBUS_SLOTS);
            const struct membus_slot *slot = &north->slot[index];
            if (snoops) {
                reader->failed |= !slot->asking;
                named->asked[index]++;
            } else {
                reader->failed |= slot->state != MEMBUS_SLOT_DEVICE || north->routes.route[slot->route].port != d;
                named->times[index]++;
            }
        }
        if (!snoops)
            reader->failed |= queue->count != 0 && !north->device_request[d].link->waiting;
    }
}

/* It waits for something, and only for writes of its sender that the L2 has not answered for. */
static bool fence_can_be(const struct membus_north *north, const struct membus_slot *fence)
{
    for (unsigned i = 0; i < 128; i++)
        if ((fence->mask[i / 64] >> i % 64 & 1) &&
            (i >= MEMBUS_SLOTS || north->slot[i].state != MEMBUS_SLOT_SNOOP || north->slot[i].client != fence->client))
            return false;
    return fence->kind == SIM_MEMORY_FENCE && (fence->mask[0] | fence->mask[1]) != 0;
}

void north_load(struct sim_component *self, struct sim_reader *reader)
{
    struct membus_north *north = (struct membus_north *)self;
    const struct sim_clock *clock = north->config.memory;
    struct named named = {0};
    uint32_t used[MEMBUS_CLIENTS_MAX] = {0}, asking = 0;
    membus_ram_load(&north->ram, reader);
    membus_routes_load(&north->routes, reader);
    for (unsigned c = 0; c < MEMBUS_CONTROLLERS; c++) {
        struct membus_dram *dram = &north->dram[c];
        membus_dram_load(dram, reader, sim_clock_ceil(clock, self->at), MEMBUS_SLOTS);
        north->pick_time[c] = dram->count ? sim_clock_edge(clock, dram->next_pick) : SIM_NEVER;
        reader->failed |= north->pick_time[c] < self->at;
        for (uint32_t i = 0; i < dram->count; i++)
            named.times[dram->queue[i].tag]++;
    }
    for (unsigned i = 0; i < MEMBUS_SLOTS; i++)
        load_slot(north, &north->slot[i], reader);
    for (unsigned c = 0; c < MEMBUS_CONTROLLERS; c++)
        for (uint32_t i = 0; i < north->dram[c].count; i++) {
            const struct membus_slot *slot = &north->slot[north->dram[c].queue[i].tag];
            reader->failed |= slot->state != MEMBUS_SLOT_QUEUED || slot->kind > SIM_MEMORY_WRITE ||
                              (slot->kind == SIM_MEMORY_WRITE) != north->dram[c].queue[i].write;
        }
    load_lists(north, reader, &named);
    north->snoops = sim_get_u32_below(reader, MEMBUS_SLOTS + 1);
    north->bus_free = sim_get_u64_below(reader, SIM_TIME_MAX);
    north->records = sim_get_u64(reader);
    for (unsigned i = 0; i < MEMBUS_SLOTS; i++) {
        const struct membus_slot *slot = &north->slot[i];
        bool once =
            slot->state == MEMBUS_SLOT_QUEUED || slot->state == MEMBUS_SLOT_LISTED || slot->state == MEMBUS_SLOT_DEVICE;
        reader->failed |= named.times[i] != once || named.asked[i] > 1;
        reader->failed |= (slot->state == MEMBUS_SLOT_SNOOP || slot->state == MEMBUS_SLOT_SNOOPED) && !slot->asking;
        used[slot->client] += slot->state != MEMBUS_SLOT_FREE;
        asking += slot->asking;
        reader->failed |= slot->state == MEMBUS_SLOT_FENCE && !fence_can_be(north, slot);
    }
    for (unsigned i = 0; i < north->clients; i++) {
        reader->failed |= used[i] != north->request[i].link->owed;
        const struct membus_ready_list *list = &north->list[i];
        if (list->count != 0 && !north->reply[i].link->waiting)
            reader->failed |=
                (i == 0 && north->bus_free > list->entry[0].ready ? north->bus_free : list->entry[0].ready) < self->at;
    }
    reader->failed |= asking != north->snoops + north->snoop_queue.count;
    reader->failed |= north->snoop_queue.count != 0 && north->snoops < north->config.timing.l2_snoops;
    north_rebuild(north);
}

const char *const membus_north_kinds[MEMBUS_NORTH_KINDS] = {
    [SIM_MEMORY_READ] = "read",
    [SIM_MEMORY_WRITE] = "write",
    [SIM_MEMORY_LOAD_IO] = "load_io",
    [SIM_MEMORY_STORE_IO] = "store_io",
};

static void emit(struct membus_north *north, const struct membus_record *record)
{
    struct waves_scope *scope = north->scope;
    const struct membus_north_signals *signals = &north->signals;
    sim_time done = record->done;
    waves_set(scope, signals->record, done, north->records & UINT32_MAX);
    waves_set(scope, signals->client, done, record->who);
    waves_set(scope, signals->kind, done, record->kind);
    waves_set(scope, signals->address, done, record->address);
    waves_set(scope, signals->size, done, record->size);
    waves_set(scope, signals->issued, done, record->issued);
    waves_set(scope, signals->granted, done, record->granted);
    for (unsigned c = 0; c < MEMBUS_CONTROLLERS; c++)
        waves_set(scope, signals->waiting[c], done, north->dram[c].count);
}

void north_tell_record(struct membus_north *north, const struct membus_slot *slot, sim_time done)
{
    bool shown = north->scope && north->scope->any;
    if (!shown && !north->listener)
        return;
    bool from_l2 = slot->kind == SIM_MEMORY_READ && (slot->mask[0] | slot->mask[1]) != 0;
    const struct membus_record record = {
        .issued = slot->issued,
        .granted = slot->granted,
        .done = done,
        .address = slot->address,
        .who = slot->client,
        .kind = slot->kind,
        .size = slot->size,
        .source = from_l2 ? SIM_FROM_L2 : slot->status,
    };
    if (shown)
        emit(north, &record);
    membus_tell(north->listener, &record);
}

void north_trace(struct sim_component *self, struct waves_scope *scope)
{
    struct membus_north *north = (struct membus_north *)self;
    north->scope = scope;
    north->signals = (struct membus_north_signals){
        .record = waves_bus(scope, "record", 32, "request"),
        .client = waves_bus(scope, "who", 2, NULL),
        .kind = waves_enum(scope, "what", 2, membus_north_kinds, MEMBUS_NORTH_KINDS),
        .address = waves_bus(scope, "address", 42, NULL),
        .size = waves_bus(scope, "size", 8, "byte"),
        .issued = waves_bus(scope, "issued", 64, "100fs"),
        .granted = waves_bus(scope, "granted", 64, "100fs"),
        .waiting = {waves_bus(scope, "waiting0", 8, "access"), waves_bus(scope, "waiting1", 8, "access")},
    };
}

void north_show(struct sim_component *self, sim_time t)
{
    struct membus_north *north = (struct membus_north *)self;
    waves_set(north->scope, north->signals.record, t, north->records & UINT32_MAX);
    for (unsigned c = 0; c < MEMBUS_CONTROLLERS; c++)
        waves_set(north->scope, north->signals.waiting[c], t, north->dram[c].count);
}
