/* What memory did in a run, as numbers: `boot --memory-report`. */
#ifndef CYCLE360_BOARD_BUS_COUNT_H
#define CYCLE360_BOARD_BUS_COUNT_H

#include "models/membus/fsb/north.h"
#include "models/membus/l2/l2.h"

enum { BUS_COUNT_SPANS = 64 };

struct bus_count_core {
    uint64_t requests;              /* of all kinds */
    uint64_t hits, misses;          /* of lines read and of stores: those that needed memory are misses */
    uint64_t io;                    /* loads and stores of devices */
    uint64_t loads, waited;         /* what a core waits for bytes of, and the sum of all their clocks */
    uint64_t span[BUS_COUNT_SPANS]; /* loads of 2^n to 2^(n+1) - 1 clocks of the core; 0 counts as 1 */
};

/* Each component tells on a thread of its own, and has its own part. The members must stay where they are. */
struct bus_count {
    struct membus_listener at_l2;
    const struct sim_clock *clock;
    struct membus_l2 *l2;
    struct membus_north *north;
    sim_time begun;
    struct membus_l2_counters before;
    struct bus_count_core core[MEMBUS_CORES];
};

/* Counts from now on. `clock`: of the cores. */
void bus_count_begin(struct bus_count *count, struct membus_l2 *l2, struct membus_north *north,
                     const struct sim_clock *clock, sim_time now);
void bus_count_end(struct bus_count *count);

/* How many a second, rounded down; 0 in no time. */
uint64_t bus_count_rate(uint64_t number, sim_time time);

#endif
