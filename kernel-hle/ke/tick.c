/* Clock ticks and time. */
#include "kernel-hle/io/io.h"
#include "kernel-hle/ke/ke_parts.h"

/* Edges of the time base between ticks: 1 ms. */
static uint64_t period(const struct kernel *k)
{
    return k->config.timebase->hz_numerator / (k->config.timebase->hz_denominator * 1000);
}

sim_time ke_tick_time(const struct kernel *k, uint64_t tick)
{
    return sim_clock_edge(k->config.timebase, tick * period(k));
}

uint32_t ke_decrementer(const struct kernel *k, unsigned cpu)
{
    uint64_t edge = k->cpu[cpu].tick * period(k), now = sim_clock_floor(k->config.timebase, k->now);
    return edge > now ? (uint32_t)(edge - now) : 0;
}

void ke_catch_up(struct kernel *k, unsigned cpu)
{
    uint64_t edges = sim_clock_floor(k->config.timebase, k->now);
    if (k->cpu[cpu].tick <= edges / period(k))
        k->cpu[cpu].tick = edges / period(k) + 1;
}

/* 100 ns are 10^6 units of time. */
uint64_t ke_interrupt_time(const struct kernel *k)
{
    return k->now / (SIM_UNITS_PER_SECOND / 10000000);
}

uint64_t ke_system_time(const struct kernel *k)
{
    return k->config.start_time + ke_interrupt_time(k);
}

uint32_t ke_tick_count(const struct kernel *k)
{
    return (uint32_t)(k->now / (SIM_UNITS_PER_SECOND / 1000));
}

uint64_t ke_time_base_frequency(const struct kernel *k)
{
    return k->config.timebase->hz_numerator / k->config.timebase->hz_denominator;
}

void ke_tick(struct kernel *k, unsigned cpu)
{
    struct ke_thread *thread = k->cpu[cpu].thread;
    if (ke_tick_time(k, k->cpu[cpu].tick) > k->now)
        return;
    ke_catch_up(k, cpu);
    if (cpu == 0)
        io_tick(k);
    sim_time due = kernel_after(k, kernel_timing_info[KERNEL_COST_TICK].cycles);
    if (thread->due < due && thread != k->cpu[cpu].idle)
        thread->due = due;
}
