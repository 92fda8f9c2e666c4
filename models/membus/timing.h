/* The figures of timing.def. */
#ifndef CYCLE360_MEMBUS_TIMING_H
#define CYCLE360_MEMBUS_TIMING_H

#include "models/sim/status.h"

#include <stdint.h>

struct membus_timing {
#define MEMBUS(name, ...) uint32_t name;
#include "models/membus/timing.def"
#undef MEMBUS
};

enum membus_timing_row {
#define MEMBUS(name, ...) MEMBUS_TIMING_##name,
#include "models/membus/timing.def"
#undef MEMBUS
    MEMBUS_TIMING_ROWS
};

struct membus_timing_info {
    const char *name;
    uint32_t value, low, high;
    const char *unit, *confidence, *source, *note;
};
extern const struct membus_timing_info membus_timing_info[MEMBUS_TIMING_ROWS];

/* The retail board's. */
struct membus_timing membus_timing_default(void);
uint32_t membus_timing_get(const struct membus_timing *timing, enum membus_timing_row row);
void membus_timing_set(struct membus_timing *timing, enum membus_timing_row row, uint32_t value);
/* Refuses what lies outside a row's limits, or does not fit together. */
enum sim_status membus_timing_check(const struct membus_timing *timing, struct sim_error *error);

#endif
