/* Accesses to devices behind the bus. Nothing answers where no route is: reads are all ones, stores are dropped, and
 * the routes keep a report of each. */
#include "models/membus/fsb/north_parts.h"

#include <string.h>

static void nowhere(struct membus_north *north, unsigned index, bool refused, sim_time t)
{
    struct membus_slot *slot = &north->slot[index];
    bool write = slot->kind == SIM_MEMORY_STORE_IO;
    membus_routes_stray(&north->routes, slot->address, slot->size, write, refused);
    slot->status = SIM_FROM_NOWHERE;
    slot->data[0] = slot->size >= 8 ? UINT64_MAX : (UINT64_C(1) << 8 * slot->size) - 1;
    north_answer(north, index, write ? SIM_MEMORY_IO_DONE : SIM_MEMORY_IO_DATA, t);
}

void north_io_begin(struct membus_north *north, unsigned index, sim_time t)
{
    struct membus_slot *slot = &north->slot[index];
    const struct membus_route *route = membus_routes_find(&north->routes, slot->address);
    if (!route || !(route->widths & slot->size) || (slot->size & (slot->size - 1)) != 0) {
        nowhere(north, index, route != NULL, t);
        return;
    }
    slot->route = (uint8_t)(route - north->routes.route);
    slot->state = MEMBUS_SLOT_DEVICE;
    struct membus_slot_queue *queue = &north->device_queue[route->port];
    queue->slot[queue->count++] = (uint8_t)index;
    north->io_waiting++;
}

void north_io_send(struct membus_north *north, sim_time t)
{
    for (unsigned d = 0; d < north->config.devices; d++) {
        struct membus_slot_queue *queue = &north->device_queue[d];
        while (queue->count != 0 && sim_out_ready(&north->device_request[d], t)) {
            unsigned index = queue->slot[0];
            struct membus_slot *slot = &north->slot[index];
            const struct membus_route *route = &north->routes.route[slot->route];
            bool write = slot->kind == SIM_MEMORY_STORE_IO;
            struct sim_msg_mmio_request *request = sim_out_put(&north->device_request[d], t);
            *request = (struct sim_msg_mmio_request){
                .address = route->whole ? slot->address : slot->address - route->base + route->first,
                .data = write ? membus_route_turn(route, slot->data[0], slot->size) : 0,
                .tag = index,
                .size = slot->size,
                .write = write,
            };
            memmove(queue->slot, queue->slot + 1, --queue->count);
            north->io_waiting--;
            slot->state = MEMBUS_SLOT_AWAY;
            slot->granted = t;
            slot->status = SIM_FROM_DEVICE;
            if (write && route->posted) {
                slot->posted = true;
                north_answer(north, index, SIM_MEMORY_IO_DONE, t);
            }
        }
    }
}

void north_io_answered(struct membus_north *north, unsigned device, sim_time t)
{
    struct sim_in *in = &north->device_reply[device];
    struct sim_msg_mmio_response response = *(const struct sim_msg_mmio_response *)sim_in_head(in);
    sim_in_take(in);
    sim_in_credit(in, t);
    struct membus_slot *slot = response.tag < MEMBUS_SLOTS ? &north->slot[response.tag] : NULL;
    if (!slot || (slot->state != MEMBUS_SLOT_AWAY && !(slot->state == MEMBUS_SLOT_LISTED && slot->posted)))
        return; /* nobody asked: a message out of a spoilt file */
    const struct membus_route *route = &north->routes.route[slot->route];
    bool write = slot->kind == SIM_MEMORY_STORE_IO;
    if (response.status != SIM_MMIO_OK) {
        membus_routes_stray(&north->routes, slot->address, slot->size, write, response.status == SIM_MMIO_REFUSED);
        slot->status = SIM_FROM_NOWHERE;
        response.data = UINT64_MAX;
    }
    if (write && slot->posted) {
        slot->posted = false; /* the answer that is still listed frees the slot, or has gone */
        if (slot->state == MEMBUS_SLOT_AWAY)
            north_done(north, response.tag, t);
        return;
    }
    uint64_t ones = slot->size >= 8 ? UINT64_MAX : (UINT64_C(1) << 8 * slot->size) - 1;
    slot->data[0] = membus_route_turn(route, response.data, slot->size) & ones;
    north_answer(north, response.tag, write ? SIM_MEMORY_IO_DONE : SIM_MEMORY_IO_DATA, t);
}

/* Requests that came in at this time are sent at it. */
sim_time north_io_next(const struct membus_north *north)
{
    sim_time next = SIM_NEVER;
    for (unsigned d = 0; d < north->config.devices; d++) {
        if (north->device_request[d].link->waiting)
            next = sim_time_min(next, sim_out_credit_time(&north->device_request[d]));
        else if (north->device_queue[d].count != 0)
            next = sim_time_min(next, north->slot[north->device_queue[d].slot[0]].granted);
    }
    return next;
}
