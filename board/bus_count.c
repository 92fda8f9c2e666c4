#include "board/bus_count.h"

static bool is_load(unsigned kind)
{
    return kind == SIM_READ || kind == SIM_READ_ALONE || kind == SIM_RESERVE || kind == SIM_LOAD_IO;
}

static void count_load(struct bus_count_core *core, const struct sim_clock *clock, const struct membus_record *record)
{
    uint64_t clocks = sim_clock_ceil(clock, record->done) - sim_clock_ceil(clock, record->issued);
    core->loads++;
    core->waited += clocks;
    core->span[clocks ? 63 - __builtin_clzll(clocks) : 0]++;
}

static void heard(void *context, const struct membus_record *record)
{
    struct bus_count *count = context;
    struct bus_count_core *core = &count->core[record->who];
    core->requests++;
    switch (record->kind) {
    case SIM_READ:
    case SIM_READ_CODE:
    case SIM_READ_ALONE:
    case SIM_READ_WALK:
    case SIM_RESERVE:
    case SIM_STORE:
        core->hits += record->source == SIM_FROM_L2;
        core->misses += record->source == SIM_FROM_MEMORY;
        break;
    case SIM_LOAD_IO:
    case SIM_STORE_IO:
        core->io++;
        break;
    default:
        break;
    }
    if (is_load(record->kind))
        count_load(core, count->clock, record);
}

void bus_count_begin(struct bus_count *count, struct membus_l2 *l2, struct membus_north *north,
                     const struct sim_clock *clock, sim_time now)
{
    *count = (struct bus_count){
        .at_l2 = {.context = count, .heard = heard},
        .clock = clock,
        .l2 = l2,
        .north = north,
        .begun = now,
        .before = l2->counters,
    };
    membus_listen(&l2->listener, &count->at_l2);
}

void bus_count_end(struct bus_count *count)
{
    membus_listen_no_more(&count->l2->listener, &count->at_l2);
}

uint64_t bus_count_rate(uint64_t number, sim_time time)
{
    return time ? (uint64_t)((unsigned __int128)number * SIM_UNITS_PER_SECOND / time) : 0;
}
