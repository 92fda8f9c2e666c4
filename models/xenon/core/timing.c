#include "models/xenon/core/timing.h"

#include <stddef.h>

const struct xenon_timing_info xenon_timing_info[XENON_TIMING_ROWS] = {
#define TIMING(name, value, low, high, unit, confidence, source, note) \
    {#name, value, low, high, #unit, #confidence, source, note},
#include "models/xenon/core/timing.def"
#undef TIMING
};

static const size_t offset[XENON_TIMING_ROWS] = {
#define TIMING(name, ...) offsetof(struct xenon_core_timing, name),
#include "models/xenon/core/timing.def"
#undef TIMING
};

struct xenon_core_timing xenon_core_timing_default(void)
{
    return (struct xenon_core_timing){
#define TIMING(name, value, ...) .name = (value),
#include "models/xenon/core/timing.def"
#undef TIMING
    };
}

uint32_t xenon_core_timing_get(const struct xenon_core_timing *timing, enum xenon_timing_row row)
{
    return *(const uint32_t *)((const char *)timing + offset[row]);
}

void xenon_core_timing_set(struct xenon_core_timing *timing, enum xenon_timing_row row, uint32_t value)
{
    *(uint32_t *)((char *)timing + offset[row]) = value;
}

const char *const xenon_cause_name[XENON_CAUSES] = {
#define CAUSE(name, text) #name,
#include "models/xenon/core/causes.def"
#undef CAUSE
};

const char *const xenon_cause_text[XENON_CAUSES] = {
#define CAUSE(name, text) text,
#include "models/xenon/core/causes.def"
#undef CAUSE
};

enum { ROW_NONE = -1, ROW_ONE = -2 };
#define XENON_TIMING_NONE ROW_NONE
#define XENON_TIMING_ONE  ROW_ONE
#define MICRO             XENON_CLASS_IS_MICRO
#define BLOCKS            XENON_CLASS_BLOCKS
#define SYNC              XENON_CLASS_IS_SYNC

const struct xenon_class_info xenon_class_info[XENON_CLASS_COUNT] = {
#define CLASS(name, unit, latency, busy, pairs, flags) \
    {#name, XENON_UNIT_##unit, XENON_TIMING_##latency, XENON_TIMING_##busy, flags},
#include "models/xenon/core/classes.def"
#undef CLASS
};

static uint32_t clocks(const struct xenon_core_timing *timing, int row)
{
    return row == ROW_NONE ? 0 : row == ROW_ONE ? 1 : xenon_core_timing_get(timing, (enum xenon_timing_row)row);
}

uint32_t xenon_class_latency(const struct xenon_core_timing *timing, enum xenon_class class)
{
    return clocks(timing, xenon_class_info[class].latency);
}

uint32_t xenon_class_busy(const struct xenon_core_timing *timing, enum xenon_class class)
{
    return clocks(timing, xenon_class_info[class].busy);
}

enum pairs { FXU, LSU, BRU, VS1, VS2, ALONE };

static const uint8_t pairs_of[XENON_CLASS_COUNT] = {
#define CLASS(name, unit, latency, busy, pairs, flags) pairs,
#include "models/xenon/core/classes.def"
#undef CLASS
};

static const bool pair[ALONE][ALONE] = {
#define PAIRS(kind, fxu, lsu, bru, vs1, vs2) [kind] = {fxu, lsu, bru, vs1, vs2},
#include "models/xenon/core/pairs.def"
#undef PAIRS
};

bool xenon_may_pair(const struct xenon_core_timing *timing, const struct xenon_uses *first,
                    const struct xenon_uses *second)
{
    enum pairs a = pairs_of[first->class], b = pairs_of[second->class];
    if (a == ALONE || b == ALONE || a == BRU || xenon_class_info[first->class].flags & XENON_CLASS_BLOCKS)
        return false;
    if (first->flags & second->flags & XENON_USES_CR)
        return false;
    if ((a == LSU && b == VS1) || (a == VS1 && b == LSU))
        return timing->pair_load_with_vector;
    return pair[a][b];
}
