/* One memory controller and its GDDR3: which access goes next, and when its commands and data fall. Edges are of the
 * memory clock; nothing here knows of time or of bytes.
 *
 * An access is the bursts of one line. Whole lines are interleaved over two controllers, by address bit 7. Of what is
 * left, the column comes first, then the bank, then the row. Rows stay open. */
#ifndef CYCLE360_MEMBUS_CONTROLLER_H
#define CYCLE360_MEMBUS_CONTROLLER_H

#include "models/membus/timing.h"
#include "models/sim/state.h"

#include <stdbool.h>

enum membus_class { MEMBUS_DISPLAY, MEMBUS_CPU, MEMBUS_GPU, MEMBUS_IO, MEMBUS_CLASSES };

enum { MEMBUS_CONTROLLERS = 2, MEMBUS_BANKS_MAX = 16, MEMBUS_QUEUE_MAX = 128 };

struct membus_dram_access {
    uint64_t address;
    uint32_t tag;   /* the caller's */
    uint8_t kind;   /* enum membus_class, of reads */
    uint8_t bursts; /* of 32 bytes, 1 to 4 */
    bool write;
};

struct membus_bank {
    bool open;
    uint32_t row;
    uint64_t opened;          /* edge of the command that opened it, or 0 */
    uint64_t precharge_ready; /* earliest edge for the commands */
    uint64_t active_ready;
};

struct membus_dram {
    const struct membus_timing *timing;
    struct membus_bank bank[MEMBUS_BANKS_MAX];
    uint64_t active_ready, read_ready, write_ready; /* earliest edges, by what other banks and the bus allow */
    uint64_t next_pick;                             /* earliest edge for choosing again */
    uint64_t refreshes;                             /* done or skipped */
    uint32_t hits;                                  /* in turn that passed an older access */
    bool draining;                                  /* writes go before reads */
    uint32_t count, writes;
    struct membus_dram_access queue[MEMBUS_QUEUE_MAX]; /* oldest first */
};

enum membus_row { MEMBUS_ROW_HIT, MEMBUS_ROW_CLOSED, MEMBUS_ROW_CONFLICT, MEMBUS_ROW_KINDS };

struct membus_dram_pick {
    struct membus_dram_access access;
    enum membus_row row;
    uint64_t column;      /* edge of the first read or write command */
    uint64_t first, last; /* edges at which the first and the last burst are over */
};

static inline unsigned membus_controller_of(uint64_t address)
{
    return address >> 7 & 1;
}

void membus_dram_reset(struct membus_dram *dram, const struct membus_timing *timing);
void membus_dram_queue(struct membus_dram *dram, const struct membus_dram_access *access);
/* Chooses at edge `now`, which is not before next_pick, from a queue that is not empty. */
struct membus_dram_pick membus_dram_choose(struct membus_dram *dram, uint64_t now);

void membus_dram_save(const struct membus_dram *dram, struct sim_writer *writer);
/* `now`: the edge at which the machine stands; tags must lie below `tags`. */
void membus_dram_load(struct membus_dram *dram, struct sim_reader *reader, uint64_t now, uint32_t tags);

#endif
