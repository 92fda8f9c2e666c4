/* The GPU chip's side of memory: the far end of the front-side bus, two memory controllers with their GDDR3, the bytes
 * of memory, and the ways to devices behind the bus.
 *
 * Requests come in over the bus and from units of this chip, its clients. Writes are done when they arrive, as far as
 * anybody can see; reads get the bytes of the time at which their answer leaves. How long both take is the controllers'
 * business. A client's access asks the L2 first, unless the board says that it does not see it. */
#ifndef CYCLE360_MEMBUS_NORTH_H
#define CYCLE360_MEMBUS_NORTH_H

#include "models/membus/dram/controller.h"
#include "models/membus/dram/ram.h"
#include "models/membus/mmio/routes.h"
#include "models/membus/record.h"
#include "models/sim/memory.h"
#include "models/sim/port.h"

enum {
    MEMBUS_CLIENTS_MAX = 4, /* client 0 is the processor's chip */
    MEMBUS_DEVICES_MAX = 8,
    MEMBUS_SLOTS = 80, /* all credits together */
    MEMBUS_DEVICE_WAITING = 16,
};

struct membus_client {
    const char *request, *reply; /* the ports' names */
    enum membus_class kind;
};

struct membus_device {
    const char *request, *reply;
};

struct membus_north_config {
    const struct sim_clock *memory, *fsb; /* GDDR3's clock, and the bus' on this side */
    struct membus_timing timing;
    uint64_t memory_size;
    const struct membus_client *client; /* beside the processor's chip */
    uint32_t clients;
    const struct membus_device *device; /* routes name them by number */
    uint32_t devices;
    const struct membus_route *route;
    uint32_t routes;
};

enum membus_slot_state {
    MEMBUS_SLOT_FREE,
    MEMBUS_SLOT_QUEUED,  /* with a controller */
    MEMBUS_SLOT_SNOOP,   /* a write that waits for the L2's answer */
    MEMBUS_SLOT_LISTED,  /* its answer is in its client's list */
    MEMBUS_SLOT_SNOOPED, /* a read whose bytes have come, and that waits for the L2's answer */
    MEMBUS_SLOT_DEVICE,  /* waits for a device's credit */
    MEMBUS_SLOT_AWAY,    /* with a device */
    MEMBUS_SLOT_FENCE,   /* waits for writes that wait for the L2's answer */
};

/* A request from its arrival until it is done. */
struct membus_slot {
    uint8_t state, client, kind, size, status;
    bool asking; /* the L2 has not answered yet */
    bool posted; /* has been answered although the device has not */
    uint8_t route;
    uint32_t tag;
    uint64_t address;
    uint64_t mask[2]; /* a write's bytes, or what the L2 gave for a read; of a fence the slots that it waits for */
    uint64_t data[16];
    sim_time issued, granted, ready;
};

struct membus_ready {
    sim_time ready;
    uint8_t slot, kind; /* enum sim_memory_reply_kind */
};

struct membus_ready_list {
    uint32_t count;
    struct membus_ready entry[2 * MEMBUS_SLOTS]; /* in the order of `ready`, then of coming in */
};

struct membus_slot_queue {
    uint32_t count;
    uint8_t slot[MEMBUS_SLOTS];
};

struct membus_north_signals {
    uint32_t record, client, kind, address, size, issued, granted, waiting[MEMBUS_CONTROLLERS];
};

struct membus_north {
    struct sim_component component;
    struct sim_in request[MEMBUS_CLIENTS_MAX];
    struct sim_out reply[MEMBUS_CLIENTS_MAX];
    struct sim_out device_request[MEMBUS_DEVICES_MAX];
    struct sim_in device_reply[MEMBUS_DEVICES_MAX];
    struct membus_north_config config;
    uint32_t clients;

    struct membus_ram ram;
    struct membus_routes routes;
    struct membus_dram dram[MEMBUS_CONTROLLERS];
    struct membus_slot slot[MEMBUS_SLOTS];
    struct membus_ready_list list[MEMBUS_CLIENTS_MAX];
    struct membus_slot_queue device_queue[MEMBUS_DEVICES_MAX];
    struct membus_slot_queue snoop_queue; /* not asked yet */
    uint32_t snoops;                      /* asked, not answered */
    sim_time bus_free;                    /* when the bus towards the processor has sent what it is sending */
    uint64_t records;                     /* requests done */

    sim_time pick_time[MEMBUS_CONTROLLERS]; /* follows from the controller */
    uint32_t io_waiting;                    /* for a device's credit; follows from the queues */
    uint32_t fences;                        /* slots in this state; follows from them */
    uint64_t free_slots[2];                 /* bit n: slot n; follows from the slots */
    uint32_t answering;                     /* bit n: list[n] is not empty */
    struct waves_scope *scope;
    struct membus_north_signals signals;
    struct membus_listener *listener;
    struct membus_carried carried;
    uint64_t rows[MEMBUS_CONTROLLERS][MEMBUS_ROW_KINDS]; /* accesses that found their row so, likewise of the run */
};

/* Strings and tables are kept, not copied, but for the routes. */
enum sim_status membus_north_init(struct membus_north *north, const char *name, uint32_t priority,
                                  const struct membus_north_config *config, struct sim_error *error);
void membus_north_free(struct membus_north *north);

#endif
