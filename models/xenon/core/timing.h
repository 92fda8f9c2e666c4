/* The figures of timing.def and what follows from the tables: units, latencies, pairs. */
#ifndef CYCLE360_XENON_CORE_TIMING_H
#define CYCLE360_XENON_CORE_TIMING_H

#include "models/sim/status.h"
#include "models/xenon/core/uses.h"

#include <stdbool.h>
#include <stdint.h>

struct xenon_core_timing {
#define TIMING(name, ...) uint32_t name;
#include "models/xenon/core/timing.def"
#undef TIMING
};

enum xenon_timing_row {
#define TIMING(name, ...) XENON_TIMING_##name,
#include "models/xenon/core/timing.def"
#undef TIMING
    XENON_TIMING_ROWS
};

struct xenon_timing_info {
    const char *name;
    uint32_t value, low, high;
    const char *unit, *confidence, *source, *note;
};
extern const struct xenon_timing_info xenon_timing_info[XENON_TIMING_ROWS];

/* The retail board's. */
struct xenon_core_timing xenon_core_timing_default(void);
uint32_t xenon_core_timing_get(const struct xenon_core_timing *timing, enum xenon_timing_row row);
void xenon_core_timing_set(struct xenon_core_timing *timing, enum xenon_timing_row row, uint32_t value);

enum xenon_unit {
    XENON_UNIT_FXU,
    XENON_UNIT_LSU,
    XENON_UNIT_BRU,
    XENON_UNIT_FPU,
    XENON_UNIT_VMX,
    XENON_UNIT_VLS,
    XENON_UNITS
};

enum xenon_class_flags { XENON_CLASS_IS_MICRO = 1, XENON_CLASS_BLOCKS = 2, XENON_CLASS_IS_SYNC = 4 };

enum xenon_cause {
#define CAUSE(name, text) XENON_CAUSE_OF_##name,
#include "models/xenon/core/causes.def"
#undef CAUSE
    XENON_CAUSES
};
extern const char *const xenon_cause_name[XENON_CAUSES];
extern const char *const xenon_cause_text[XENON_CAUSES];

struct xenon_class_info {
    const char *name;
    enum xenon_unit unit;
    int16_t latency, busy; /* rows; -1: NONE, -2: ONE */
    uint8_t flags;         /* enum xenon_class_flags */
};
extern const struct xenon_class_info xenon_class_info[XENON_CLASS_COUNT];

uint32_t xenon_class_latency(const struct xenon_core_timing *timing, enum xenon_class class); /* 0 for NONE */
uint32_t xenon_class_busy(const struct xenon_core_timing *timing, enum xenon_class class);

/* May the instruction at the upper half of a doubleword issue in the clock of the one at its lower half? */
bool xenon_may_pair(const struct xenon_core_timing *timing, const struct xenon_uses *first,
                    const struct xenon_uses *second);

#endif
