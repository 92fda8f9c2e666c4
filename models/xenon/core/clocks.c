/* The counters of a core: time base and decrementers, on the time base's exact clock. They are worked out from the
 * number of its edge when somebody looks, never counted. */
#include "models/xenon/core/core_parts.h"

#define HID6_TB_ENABLE (UINT64_C(1) << 48)

/* The number of the time base's last edge at or before a clock. */
static uint64_t edge_at(const struct xenon_core *core, uint64_t clock)
{
    return sim_clock_floor(core->config.timebase, core_time(core, clock));
}

static bool counts(const struct xenon_core *core)
{
    return core->thread[0].context.spr[XENON_SPR_HID6] & HID6_TB_ENABLE;
}

uint64_t core_time_base(const struct xenon_core *core, uint64_t clock)
{
    return core->tb_value + (core->tb_counts ? edge_at(core, clock) - core->tb_edge : 0);
}

static uint32_t decrementer(const struct xenon_core *core, const struct core_thread *th, uint64_t clock,
                            bool hypervisor)
{
    uint32_t value = hypervisor ? th->context.hypervisor_decrementer : th->context.decrementer;
    uint64_t since = hypervisor ? th->hdec_edge : th->dec_edge;
    return core->tb_counts ? value - (uint32_t)(edge_at(core, clock) - since) : value;
}

bool core_decrementer_is_negative(const struct xenon_core *core, const struct core_thread *th, uint64_t clock,
                                  bool hypervisor)
{
    return decrementer(core, th, clock, hypervisor) >> 31;
}

/* Brings the counters of a thread's registers to what they are at a clock. */
void core_counters_read(struct xenon_core *core, struct core_thread *th, uint64_t clock)
{
    struct xenon_context *t = &th->context;
    uint64_t edge = edge_at(core, clock);
    t->time_base = core_time_base(core, clock);
    t->decrementer = decrementer(core, th, clock, false);
    t->hypervisor_decrementer = decrementer(core, th, clock, true);
    th->dec_edge = th->hdec_edge = edge;
}

static uint64_t negative_from(const struct xenon_core *core, uint32_t value, uint64_t since)
{
    if (value >> 31)
        return CLOCK_NEVER;
    sim_time t = sim_clock_edge(core->config.timebase, since + value + 1);
    return core_clock_at(core, t);
}

void core_find_decrementer(struct xenon_core *core, struct core_thread *th, uint64_t clock)
{
    const struct xenon_context *t = &th->context;
    th->dec_clock = CLOCK_NEVER;
    if (!core->tb_counts)
        return;
    core_counters_read(core, th, clock);
    uint64_t dec = negative_from(core, t->decrementer, th->dec_edge);
    uint64_t hdec = negative_from(core, t->hypervisor_decrementer, th->hdec_edge);
    th->dec_clock = dec < hdec ? dec : hdec;
}

void core_counters_written(struct xenon_core *core, struct core_thread *th, uint64_t clock, enum xenon_spr spr)
{
    if (spr == XENON_SPR_TBL || spr == XENON_SPR_TBU || spr == XENON_SPR_HID6) {
        uint64_t value = spr == XENON_SPR_HID6 ? core_time_base(core, clock) : th->context.time_base;
        for (unsigned i = 0; i < CORE_THREADS; i++)
            core_counters_read(core, &core->thread[i], clock);
        core->tb_value = value;
        core->tb_edge = edge_at(core, clock);
        core->tb_counts = counts(core);
    }
    if (spr == XENON_SPR_HDEC) {
        struct core_thread *other = &core->thread[1 - th->index];
        core_counters_read(core, other, clock);
        other->context.hypervisor_decrementer = th->context.hypervisor_decrementer;
    }
    for (unsigned i = 0; i < CORE_THREADS; i++)
        core_find_decrementer(core, &core->thread[i], clock);
    core_event_at(core, core_next_own_event(core, clock + 1));
}
