#include "models/membus/timing.h"

const struct membus_timing_info membus_timing_info[MEMBUS_TIMING_ROWS] = {
#define MEMBUS(name, value, low, high, unit, confidence, source, note) \
    {#name, value, low, high, #unit, #confidence, source, note},
#include "models/membus/timing.def"
#undef MEMBUS
};

struct membus_timing membus_timing_default(void)
{
    return (struct membus_timing){
#define MEMBUS(name, value, ...) .name = (value),
#include "models/membus/timing.def"
#undef MEMBUS
    };
}

uint32_t membus_timing_get(const struct membus_timing *timing, enum membus_timing_row row)
{
    switch (row) {
#define MEMBUS(name, ...)      \
    case MEMBUS_TIMING_##name: \
        return timing->name;
#include "models/membus/timing.def"
#undef MEMBUS
    default:
        SIM_BUG("no row %d", (int)row);
    }
}

void membus_timing_set(struct membus_timing *timing, enum membus_timing_row row, uint32_t value)
{
    switch (row) {
#define MEMBUS(name, ...)      \
    case MEMBUS_TIMING_##name: \
        timing->name = value;  \
        return;
#include "models/membus/timing.def"
#undef MEMBUS
    default:
        SIM_BUG("no row %d", (int)row);
    }
}

enum sim_status membus_timing_check(const struct membus_timing *timing, struct sim_error *error)
{
    for (unsigned i = 0; i < MEMBUS_TIMING_ROWS; i++) {
        const struct membus_timing_info *info = &membus_timing_info[i];
        uint32_t value = membus_timing_get(timing, (enum membus_timing_row)i);
        if (value < info->low || value > info->high)
            return sim_fail(error, SIM_BAD_INPUT, "membus.%s = %u: from %u to %u", info->name, value, info->low,
                            info->high);
    }
    if (timing->write_low >= timing->write_high)
        return sim_fail(error, SIM_BAD_INPUT, "membus.write_low = %u is not below membus.write_high = %u",
                        timing->write_low, timing->write_high);
    if (timing->fsb_credits <= 3 * timing->l2_core_misses + timing->fsb_io)
        return sim_fail(error, SIM_BAD_INPUT,
                        "membus.fsb_credits = %u: lines going out need more than three times membus.l2_core_misses and "
                        "membus.fsb_io together",
                        timing->fsb_credits);
    if (timing->fsb_reply_credits <= timing->l2_snoops)
        return sim_fail(error, SIM_BAD_INPUT,
                        "membus.fsb_reply_credits = %u: lines coming in need more than membus.l2_snoops = %u",
                        timing->fsb_reply_credits, timing->l2_snoops);
    return SIM_OK;
}
