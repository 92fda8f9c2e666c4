/* Which device a real address belongs to, and what kind of address it is at all.
 *
 * A real address has 42 bits. Bits 41:40 choose plain memory, hashed memory, the chip's own registers and the bus, or
 * encrypted memory. Software reaches the bus with and without that prefix, and memory through mirrors of it. */
#ifndef CYCLE360_MEMBUS_ROUTES_H
#define CYCLE360_MEMBUS_ROUTES_H

#include "models/sim/state.h"
#include "models/sim/status.h"

#include <stdbool.h>
#include <stdint.h>

enum membus_place { MEMBUS_MEMORY, MEMBUS_CHIP /* registers on the processor's chip */, MEMBUS_BUS, MEMBUS_NOWHERE };

struct membus_target {
    enum membus_place place;
    uint64_t address; /* in memory; 0x200_000xxxxx of the chip; 32 bits on the bus */
};

/* `memory`: its size, a power of two. */
struct membus_target membus_target_of(uint64_t real, uint64_t memory);

enum membus_endian { MEMBUS_BIG, MEMBUS_LITTLE /* a register's low byte lies first */ };

struct membus_route {
    const char *name;
    uint64_t base, size; /* as membus_target_of gives addresses */
    uint8_t port;        /* the device's, by number */
    uint8_t widths;      /* sizes in bytes that it takes, 1 | 2 | 4 | 8 */
    uint8_t endian;
    bool posted;    /* its stores count as done when they are sent */
    uint64_t first; /* what the device is sent for base */
    bool whole;     /* requests carry the whole address, not where the device has it */
};

enum { MEMBUS_ROUTES_MAX = 64, MEMBUS_STRAYS_MAX = 64 };

/* An access to where nothing answers, or not in that way: reported once for each aligned 4 KiB and direction. */
struct membus_stray {
    uint64_t address; /* of the first one */
    uint8_t size, write, refused;
};

struct membus_routes {
    struct membus_route route[MEMBUS_ROUTES_MAX]; /* in the order of addresses */
    uint32_t count;
    struct membus_stray stray[MEMBUS_STRAYS_MAX];
    uint32_t strays;
    uint64_t stray_accesses;
};

/* Refuses a row that overlaps another, is empty, or names no width. */
enum sim_status membus_routes_add(struct membus_routes *routes, const struct membus_route *row,
                                  struct sim_error *error);
const struct membus_route *membus_routes_find(const struct membus_routes *routes, uint64_t address);

/* Counts an access that nobody answers; true where it is the first of its page and direction and the report had room.
 */
bool membus_routes_stray(struct membus_routes *routes, uint64_t address, uint8_t size, bool write, bool refused);

/* Strays are state, routes are not. */
void membus_routes_reset(struct membus_routes *routes);
void membus_routes_save(const struct membus_routes *routes, struct sim_writer *writer);
void membus_routes_load(struct membus_routes *routes, struct sim_reader *reader);

/* The value of `size` bytes, right-justified, as the device means it, and back. */
uint64_t membus_route_turn(const struct membus_route *route, uint64_t value, uint8_t size);

#endif
