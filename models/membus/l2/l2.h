/* The processor chip's side of memory: the crossbar of the three cores, the L2 cache with its directory, misses and
 * castouts, reservations, barriers, the title's map, the ways to devices on the chip, and the near end of the
 * front-side bus.
 *
 * A request of a core is done, as far as others can see, when the crossbar lets it in: stores to lines that are not
 * there are kept with the miss and merged when the line comes. So all cores agree on one order of stores, and a barrier
 * has little to wait for. The lines of L1D are a part of the L2's; who has one is in the directory. */
#ifndef CYCLE360_MEMBUS_L2_H
#define CYCLE360_MEMBUS_L2_H

#include "models/membus/map/map.h"
#include "models/membus/mmio/routes.h"
#include "models/membus/record.h"
#include "models/membus/timing.h"
#include "models/sim/memory.h"
#include "models/sim/port.h"

enum {
    MEMBUS_CORES = 3,
    MEMBUS_THREADS = 6,
    MEMBUS_L2_SETS = 1024,
    MEMBUS_L2_WAYS = 8,
    MEMBUS_L2_LINES = MEMBUS_L2_SETS * MEMBUS_L2_WAYS,
    MEMBUS_LINE_WORDS = SIM_LINE / 8,
    MEMBUS_MISSES = 24,
    MEMBUS_WAITERS = 16,
    MEMBUS_QUEUE = 32,  /* of a core's requests, of lines and of questions from the bus */
    MEMBUS_OUT = 64,    /* messages that wait for the bus */
    MEMBUS_POSTED = 16, /* no uncached store enters while so many wait */
    MEMBUS_OUTBOX = 96, /* messages that wait for a core's credits */
    MEMBUS_DELAYED = 32,
    MEMBUS_IOS = 16, /* of a core */
    MEMBUS_NEAR_MAX = 4,
    MEMBUS_HELD = 4 * MEMBUS_THREADS, /* a thread is let go twice at most: to idle, and on; and as often by a file */
};

struct membus_near_device {
    const char *request, *reply;
};

struct membus_l2_config {
    const struct sim_clock *l2, *fsb; /* the bus' clock on this side */
    struct membus_timing timing;
    uint64_t memory_size;
    uint64_t seed;                           /* of replacement */
    const struct membus_near_device *device; /* on the chip; routes name them by number */
    uint32_t devices;
    const struct membus_route *route;
    uint32_t routes;
    bool kernel; /* there is one, on port `trap` */
};

enum membus_line_state { MEMBUS_INVALID, MEMBUS_CLEAN, MEMBUS_MODIFIED };

struct membus_l2_request {
    struct sim_msg_core_request message;
    sim_time issued;
};

struct membus_l2_queue {
    uint32_t first, count;
    bool waits; /* the first can go only when a line has come, whatever others ask for */
    struct membus_l2_request request[MEMBUS_QUEUE];
};

struct membus_fill {
    uint32_t tag;
    uint64_t word[MEMBUS_LINE_WORDS];
};

struct membus_question {
    uint32_t tag;
    uint8_t write;
    uint64_t address;
};

struct membus_waiter {
    uint8_t kind, core, thread, tag;
    bool snooped;     /* somebody else has stored to the line since: the answer is followed by SNOOP_LINE */
    uint64_t address; /* as the core says it */
    sim_time issued, granted;
};

struct membus_miss {
    uint32_t number; /* of the line, + 1; 0: free */
    uint8_t core;    /* whose entry it is */
    uint8_t stores;  /* bit n: core n has stored into it */
    bool alone;      /* nobody wants it in the L2 */
    uint8_t waiters;
    uint64_t mask[2]; /* bytes stored since */
    uint64_t word[MEMBUS_LINE_WORDS];
    struct membus_waiter waiter[MEMBUS_WAITERS];
};

enum membus_io_state { MEMBUS_IO_FREE, MEMBUS_IO_WAITS /* for a device's credit */, MEMBUS_IO_NEAR, MEMBUS_IO_BUS };

struct membus_io {
    uint8_t state, thread, tag, size, route;
    bool write;
    bool memory; /* uncached memory, not a device */
    uint64_t address, data;
    sim_time issued, granted;
};

struct membus_barrier {
    uint8_t kind; /* 0: none */
    uint8_t tag;
    sim_time issued, granted;
};

/* An answer that is only a matter of time. */
struct membus_delayed {
    sim_time due, issued, granted;
    uint8_t kind, core, thread, tag; /* of the request */
    uint8_t status;                  /* of the answer */
    uint64_t address;
};

struct membus_outbox {
    uint32_t first, count;
    struct sim_msg_core_reply message[MEMBUS_OUTBOX];
};

/* A RESUME that goes when all cores have answered for so many changes of the map. */
struct membus_hold {
    uint8_t core;
    uint32_t changes;
    struct sim_msg_core_reply message;
};

struct membus_l2_counters {
    uint64_t requests, hits, misses, castouts, snoops; /* snoops: messages to cores */
};

struct membus_l2_signals {
    uint32_t record, core, thread, kind, address, size, issued, granted, misses, out;
};

struct membus_l2 {
    struct sim_component component;
    struct sim_in request[MEMBUS_CORES];
    struct sim_out reply[MEMBUS_CORES];
    struct sim_out bus;
    struct sim_in bus_reply;
    struct sim_out device_request[MEMBUS_NEAR_MAX];
    struct sim_in device_reply[MEMBUS_NEAR_MAX];
    struct sim_out trap;
    struct membus_l2_config config;

    struct membus_map map;
    struct membus_routes routes;

    /* the arrays: way w of set s is at s * 8 + w */
    uint32_t *number; /* of the line, + 1; 0: none */
    uint8_t *state, *holders;
    uint64_t (*word)[MEMBUS_LINE_WORDS];
    uint64_t replacements;

    uint32_t reservation[MEMBUS_THREADS]; /* number of the line, + 1; 0: none */
    struct membus_miss miss[MEMBUS_MISSES];
    struct membus_barrier barrier[MEMBUS_THREADS];
    struct membus_delayed delayed[MEMBUS_DELAYED];
    uint32_t delays;
    struct membus_io io[MEMBUS_CORES][MEMBUS_IOS];
    struct {
        uint32_t count;
        uint8_t entry[MEMBUS_CORES * MEMBUS_IOS]; /* core * MEMBUS_IOS + entry */
    } near_queue[MEMBUS_NEAR_MAX];

    /* the crossbar */
    struct membus_l2_queue queue[MEMBUS_CORES];
    struct membus_fill fill[MEMBUS_QUEUE];
    uint32_t fill_first, fills;
    struct membus_question question[MEMBUS_QUEUE];
    uint32_t question_first, questions;
    uint8_t turn;         /* whose turn it is: cores, lines, questions */
    bool blocked;         /* nobody could go; look again when something has changed */
    sim_time arrays_free; /* an edge of the L2's clock */
    sim_time grant_time;  /* SIM_NEVER while nobody asks, or blocked */
    sim_time told;        /* not state: an agent has put messages for cores into the outboxes; else SIM_NEVER */

    uint32_t map_changes, map_known[MEMBUS_CORES]; /* that cores were told of; that each has answered for */
    struct membus_hold hold[MEMBUS_HELD];          /* the oldest first */
    uint32_t held;
    struct membus_outbox outbox[MEMBUS_CORES];
    struct sim_msg_memory_request out[MEMBUS_OUT];
    uint32_t out_first, outs, castouts;
    sim_time bus_free;
    struct membus_l2_counters counters;

    /* these follow from the above */
    uint32_t core_misses[MEMBUS_CORES], bus_ios, io_stores[MEMBUS_CORES], ios[MEMBUS_CORES];
    uint32_t outbox_messages, near_waiting;
    uint32_t barriers;     /* that wait */
    uint32_t asking;       /* bit n: source n of the crossbar asks */
    uint32_t misses_at;    /* bit n: miss[n] is taken */
    uint64_t misses_maybe; /* bit n: there may be one of a line whose number ends in n; where not, there is none */

    struct waves_scope *scope;
    struct membus_l2_signals signals;
    struct membus_listener *listener;
    struct membus_carried carried;
};

enum sim_status membus_l2_init(struct membus_l2 *l2, const char *name, uint32_t priority,
                               const struct membus_l2_config *config, struct sim_error *error);
void membus_l2_free(struct membus_l2 *l2);

#endif
