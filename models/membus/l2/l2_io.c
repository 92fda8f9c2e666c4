/* What is not cached, and what only waits: accesses to devices and uncached ones to memory, barriers, translations. */
#include "models/membus/l2/l2_parts.h"

#include <string.h>

static uint64_t ones(unsigned size)
{
    return size >= 8 ? UINT64_MAX : (UINT64_C(1) << 8 * size) - 1;
}

static int free_entry(const struct membus_l2 *l2, unsigned core)
{
    if (l2->ios[core] >= l2->config.timing.io_entries)
        return -1;
    int i = 0;
    while (l2->io[core][i].state != MEMBUS_IO_FREE)
        i++;
    return i;
}

static void answer(struct membus_l2 *l2, unsigned core, const struct membus_io *io, uint64_t value, uint8_t source,
                   sim_time t)
{
    struct sim_msg_core_reply *reply = l2_tell(l2, core, SIM_IO_DATA, t);
    reply->thread = io->thread;
    reply->tag = io->tag;
    reply->status = source;
    reply->address = io->address;
    reply->data0 = value & ones(io->size);
    const struct sim_msg_core_request request = {
        .kind = SIM_LOAD_IO, .thread = io->thread, .size = io->size, .address = io->address};
    l2_record(l2, core, &request, io->issued, io->granted, t, (enum sim_source)source);
}

/* One access of a device; false where there is no room for it. */
static bool begin(struct membus_l2 *l2, unsigned core, const struct membus_target *target, struct membus_io *io,
                  sim_time t)
{
    const struct membus_route *route = membus_routes_find(&l2->routes, target->address);
    bool refused = route && (!(route->widths & io->size) || (io->size & (io->size - 1)) != 0);
    if (refused || (!route && target->place != MEMBUS_BUS)) {
        membus_routes_stray(&l2->routes, target->address, io->size, io->write, refused);
        if (!io->write)
            answer(l2, core, io, UINT64_MAX, SIM_FROM_NOWHERE, t);
        return true;
    }
    int entry = free_entry(l2, core);
    if (entry < 0 || (!route && l2->bus_ios >= l2->config.timing.fsb_io))
        return false;
    uint8_t index = (uint8_t)(core * MEMBUS_IOS + (unsigned)entry);
    io->state = route ? MEMBUS_IO_WAITS : MEMBUS_IO_BUS;
    io->address = target->address;
    l2->ios[core]++;
    l2->io_stores[core] += io->write;
    if (route) {
        io->route = (uint8_t)(route - l2->routes.route);
        l2->near_queue[route->port].entry[l2->near_queue[route->port].count++] = index;
        l2->near_waiting++;
    } else {
        l2->bus_ios++;
        struct sim_msg_memory_request *request = l2_bus(l2, io->write ? SIM_MEMORY_STORE_IO : SIM_MEMORY_LOAD_IO);
        request->address = io->address;
        request->size = io->size;
        request->tag = L2_BUS_IO + index;
        request->data0 = io->data;
    }
    l2->io[core][entry] = *io;
    return true;
}

/* An uncached load of the line is under way: its bytes are taken when memory answers. */
static bool loads_line(const struct membus_l2 *l2, uint64_t address)
{
    for (unsigned i = 0; l2->bus_ios != 0 && i < MEMBUS_CORES * MEMBUS_IOS; i++) {
        const struct membus_io *io = &l2->io[i / MEMBUS_IOS][i % MEMBUS_IOS];
        if (io->state == MEMBUS_IO_BUS && io->memory && io->address / SIM_LINE == address / SIM_LINE)
            return true;
    }
    return false;
}

/* Past the L2, which gives up what it has of the line. */
static unsigned uncached(struct membus_l2 *l2, unsigned core, struct membus_l2_request *request, uint64_t address,
                         sim_time t)
{
    const struct sim_msg_core_request *message = &request->message;
    bool write = message->kind == SIM_STORE_IO;
    uint32_t number = (uint32_t)(address / SIM_LINE) + 1;
    int entry = write ? 0 : free_entry(l2, core);
    bool room = write ? l2->outs < MEMBUS_POSTED : entry >= 0 && l2->bus_ios < l2->config.timing.fsb_io;
    int place = l2_find(l2, number);
    if (!room || (write && loads_line(l2, address)) || l2_find_miss(l2, number) || (place >= 0 && !l2_clean(l2, place)))
        return 0;
    struct sim_msg_memory_request *out = l2_bus(l2, write ? SIM_MEMORY_WRITE : SIM_MEMORY_READ);
    if (write) {
        unsigned half = address / SIM_BLOCK % 2;
        out->address = address & ~(uint64_t)(SIM_LINE - 1);
        out->size = SIM_BLOCK;
        *(half ? &out->mask1 : &out->mask0) = message->mask;
        memcpy(SIM_WORDS_OF(out, memory_request) + 8 * half, SIM_WORDS_OF(message, core_request), SIM_BLOCK);
        l2_stored(l2, place, NULL, L2_NOBODY, number, t);
        if (place >= 0)
            l2_drop(l2, place, L2_NOBODY, t);
        l2_record(l2, core, message, request->issued, t, t, SIM_FROM_MEMORY);
        return l2->config.timing.l2_store_beats;
    }
    out->address = address;
    out->size = message->size;
    out->tag = L2_BUS_IO + core * MEMBUS_IOS + (unsigned)entry;
    l2->io[core][entry] = (struct membus_io){.state = MEMBUS_IO_BUS,
                                             .thread = message->thread,
                                             .tag = message->tag,
                                             .size = message->size,
                                             .memory = true,
                                             .address = address,
                                             .issued = request->issued,
                                             .granted = t};
    l2->ios[core]++;
    l2->bus_ios++;
    return l2->config.timing.l2_tag_beats;
}

unsigned l2_io(struct membus_l2 *l2, unsigned core, struct membus_l2_request *request, sim_time t)
{
    struct sim_msg_core_request *message = &request->message;
    struct membus_target target = membus_target_of(message->address, l2->config.memory_size);
    if (target.place == MEMBUS_MEMORY)
        return uncached(l2, core, request, target.address, t);
    struct membus_io io = {.thread = message->thread,
                           .tag = message->tag,
                           .size = message->size,
                           .write = message->kind == SIM_STORE_IO,
                           .address = target.address,
                           .issued = request->issued,
                           .granted = t};
    if (!io.write)
        return begin(l2, core, &target, &io, t) ? l2->config.timing.l2_tag_beats : 0;
    /* The largest aligned pieces whose bytes are all written, in order; those that went are taken out of the mask. */
    uint64_t block = target.address & ~(uint64_t)(SIM_BLOCK - 1);
    while (message->mask != 0) {
        unsigned first = (unsigned)__builtin_ctzll(message->mask), size = 8;
        while (first % size != 0 || (message->mask >> first & ((1u << size) - 1)) != (1u << size) - 1)
            size /= 2;
        io.size = (uint8_t)size;
        io.data = SIM_WORDS_OF(message, core_request)[first / 8] >> 8 * (8 - first % 8 - size) & ones(size);
        target.address = block + first;
        if (!begin(l2, core, &target, &io, t))
            return 0;
        message->mask &= ~((UINT64_C(1) << first) * ((1u << size) - 1));
    }
    bool sent = io.state != MEMBUS_IO_FREE; /* of the last pieces: what the bus' far end says is not waited for */
    l2_record(l2, core, message, request->issued, t, t, sent ? SIM_FROM_DEVICE : SIM_FROM_NOWHERE);
    return l2->config.timing.l2_tag_beats;
}

void l2_io_done(struct membus_l2 *l2, unsigned core, unsigned entry, uint64_t value, uint8_t source, sim_time t)
{
    struct membus_io *io = &l2->io[core][entry];
    if (!io->write)
        answer(l2, core, io, value, source, t);
    l2->ios[core]--;
    l2->io_stores[core] -= io->write;
    l2->bus_ios -= io->state == MEMBUS_IO_BUS;
    *io = (struct membus_io){.state = MEMBUS_IO_FREE};
    l2_barriers(l2, t);
    l2_changed(l2, t);
}

void l2_io_send(struct membus_l2 *l2, sim_time t)
{
    for (unsigned d = 0; d < l2->config.devices; d++)
        while (l2->near_queue[d].count != 0 && sim_out_ready(&l2->device_request[d], t)) {
            unsigned index = l2->near_queue[d].entry[0];
            struct membus_io *io = &l2->io[index / MEMBUS_IOS][index % MEMBUS_IOS];
            const struct membus_route *route = &l2->routes.route[io->route];
            struct sim_msg_mmio_request *request = sim_out_put(&l2->device_request[d], t);
            *request = (struct sim_msg_mmio_request){
                .address = route->whole ? io->address : io->address - route->base + route->first,
                .data = io->write ? membus_route_turn(route, io->data, io->size) : 0,
                .tag = index,
                .size = io->size,
                .write = io->write,
            };
            io->state = MEMBUS_IO_NEAR;
            memmove(l2->near_queue[d].entry, l2->near_queue[d].entry + 1, --l2->near_queue[d].count);
            l2->near_waiting--;
        }
}

void l2_io_near_answered(struct membus_l2 *l2, unsigned device, sim_time t)
{
    struct sim_in *in = &l2->device_reply[device];
    struct sim_msg_mmio_response response = *(const struct sim_msg_mmio_response *)sim_in_head(in);
    sim_in_take(in);
    sim_in_credit(in, t);
    unsigned core = response.tag / MEMBUS_IOS, entry = response.tag % MEMBUS_IOS;
    if (core >= MEMBUS_CORES || l2->io[core][entry].state != MEMBUS_IO_NEAR)
        return; /* nobody asked: a message out of a spoilt file */
    const struct membus_io *io = &l2->io[core][entry];
    bool well = response.status == SIM_MMIO_OK;
    if (!well)
        membus_routes_stray(&l2->routes, io->address, io->size, io->write, response.status == SIM_MMIO_REFUSED);
    uint64_t value = well ? membus_route_turn(&l2->routes.route[io->route], response.data, io->size) : UINT64_MAX;
    l2_io_done(l2, core, entry, value, well ? SIM_FROM_DEVICE : SIM_FROM_NOWHERE, t);
}

void l2_io_bus_answered(struct membus_l2 *l2, const struct sim_msg_memory_reply *reply, sim_time t)
{
    unsigned core = (reply->tag - L2_BUS_IO) / MEMBUS_IOS, entry = reply->tag % MEMBUS_IOS;
    if (core >= MEMBUS_CORES || l2->io[core][entry].state != MEMBUS_IO_BUS)
        return; /* nobody asked: a message out of a spoilt file */
    const struct membus_io *io = &l2->io[core][entry];
    uint64_t value = reply->data0;
    if (io->memory) {
        uint8_t bytes[SIM_LINE];
        sim_words_to_bytes(bytes, SIM_WORDS_OF(reply, memory_reply), MEMBUS_LINE_WORDS);
        value = 0;
        for (unsigned i = 0; i < io->size; i++)
            value = value << 8 | bytes[(io->address + i) % SIM_LINE];
    }
    l2_io_done(l2, core, entry, value, reply->status, t);
}

/* Barriers and translations. */

static void finish(struct membus_l2 *l2, const struct membus_delayed *delayed, sim_time t)
{
    struct sim_msg_core_reply *reply = l2_tell(l2, delayed->core,
                                               delayed->kind == SIM_TRANSLATE     ? SIM_TRANSLATION
                                               : delayed->kind == SIM_CONDITIONAL ? SIM_CONDITIONAL_DONE
                                                                                  : SIM_BARRIER_DONE,
                                               t);
    reply->thread = delayed->thread;
    reply->tag = delayed->tag;
    reply->status = delayed->status;
    reply->address = delayed->address;
    if (delayed->kind == SIM_TRANSLATE)
        membus_map_translate(&l2->map, delayed->address, reply);
    const struct sim_msg_core_request request = {
        .kind = delayed->kind, .thread = delayed->thread, .address = delayed->address};
    l2_record(l2, delayed->core, &request, delayed->issued, delayed->granted, t, SIM_FROM_L2);
}

static void delay(struct membus_l2 *l2, const struct membus_delayed *delayed, sim_time t)
{
    if (delayed->due <= t)
        finish(l2, delayed, t);
    else
        l2->delayed[l2->delays++] = *delayed;
}

bool l2_may_delay(const struct membus_l2 *l2)
{
    return l2->delays < MEMBUS_DELAYED - MEMBUS_THREADS; /* the rest is for barriers that wait */
}

bool l2_delay(struct membus_l2 *l2, unsigned core, const struct membus_l2_request *request, uint8_t status,
              uint32_t clocks, sim_time t)
{
    const struct sim_msg_core_request *message = &request->message;
    if (!l2_may_delay(l2))
        return false;
    delay(l2,
          &(struct membus_delayed){.due = l2_after(l2, t, clocks),
                                   .issued = request->issued,
                                   .granted = t,
                                   .kind = message->kind,
                                   .core = (uint8_t)core,
                                   .thread = message->thread,
                                   .tag = message->tag,
                                   .status = status,
                                   .address = message->address},
          t);
    return true;
}

void l2_delays(struct membus_l2 *l2, sim_time t)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < l2->delays; i++)
        if (l2->delayed[i].due <= t)
            finish(l2, &l2->delayed[i], t);
        else
            l2->delayed[kept++] = l2->delayed[i];
    if (kept != l2->delays)
        l2_changed(l2, t);
    l2->delays = kept;
}

/* lwsync has nothing to wait for: what went in before it is done. */
static bool possible(const struct membus_l2 *l2, unsigned core, uint8_t kind)
{
    if (kind == SIM_LWSYNC)
        return true;
    if (l2->io_stores[core] != 0)
        return false;
    for (uint32_t left = kind == SIM_SYNC ? l2->misses_at : 0; left != 0; left &= left - 1)
        if (l2->miss[__builtin_ctz(left)].stores >> core & 1)
            return false;
    return true;
}

static uint32_t clocks_of(const struct membus_l2 *l2, uint8_t kind)
{
    const struct membus_timing *timing = &l2->config.timing;
    return kind == SIM_SYNC ? timing->sync : kind == SIM_EIEIO ? timing->eieio : timing->lwsync;
}

unsigned l2_barrier(struct membus_l2 *l2, unsigned core, const struct membus_l2_request *request, sim_time t)
{
    const struct sim_msg_core_request *message = &request->message;
    struct membus_barrier *barrier = &l2->barrier[2 * core + (message->thread & 1)];
    if (barrier->kind != 0)
        return 0;
    if (possible(l2, core, message->kind))
        return l2_delay(l2, core, request, 0, clocks_of(l2, message->kind), t) ? l2->config.timing.l2_tag_beats : 0;
    *barrier =
        (struct membus_barrier){.kind = message->kind, .tag = message->tag, .issued = request->issued, .granted = t};
    l2->barriers++;
    return l2->config.timing.l2_tag_beats;
}

void l2_barriers(struct membus_l2 *l2, sim_time t)
{
    for (unsigned thread = 0; thread < MEMBUS_THREADS && l2->barriers != 0; thread++) {
        struct membus_barrier *barrier = &l2->barrier[thread];
        if (barrier->kind == 0 || !possible(l2, thread / 2, barrier->kind))
            continue;
        delay(l2,
              &(struct membus_delayed){.due = l2_after(l2, barrier->granted, clocks_of(l2, barrier->kind)),
                                       .issued = barrier->issued,
                                       .granted = barrier->granted,
                                       .kind = barrier->kind,
                                       .core = (uint8_t)(thread / 2),
                                       .thread = (uint8_t)(thread % 2),
                                       .tag = barrier->tag},
              t);
        barrier->kind = 0;
        l2->barriers--;
    }
}
