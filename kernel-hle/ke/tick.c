/* Clock ticks, one a millisecond on each hardware thread, and what they bring: time, timers, the end of a quantum. */
#include "kernel-hle/io/io.h"
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/kernel/launch.h"

enum { TICK_100NS = 10000, TICK_QUANTUM = 3, BUNDLE_SYSTEM = 8, BUNDLE_TICKS = 0x10 };

/* Edges of the time base between ticks. */
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
    sim_time park = ke_park_next(k, cpu);
    if (park < sim_clock_edge(k->config.timebase, edge))
        edge = sim_clock_floor(k->config.timebase, park);
    return edge > now ? (uint32_t)(edge - now) : 0;
}

void ke_catch_up(struct kernel *k, unsigned cpu)
{
    uint64_t edges = sim_clock_floor(k->config.timebase, k->now);
    if (k->cpu[cpu].tick <= edges / period(k))
        k->cpu[cpu].tick = edges / period(k) + 1;
}

uint64_t ke_interrupt_time(const struct kernel *k)
{
    return k->ke->interrupt_time;
}

uint64_t ke_system_time(const struct kernel *k)
{
    return k->config.start_time + k->ke->time_shift + k->ke->interrupt_time;
}

uint32_t ke_tick_count(const struct kernel *k)
{
    return (uint32_t)(k->ke->interrupt_time / TICK_100NS);
}

uint64_t ke_time_base_frequency(const struct kernel *k)
{
    return k->config.timebase->hz_numerator / k->config.timebase->hz_denominator;
}

void ke_show_time(struct kernel *k)
{
    uint32_t bundle = KERNEL_VARIABLE(KeTimeStampBundle);
    ke_show(k, bundle, ke_interrupt_time(k), 8);
    ke_show(k, bundle + BUNDLE_SYSTEM, ke_system_time(k), 8);
    ke_show(k, bundle + BUNDLE_TICKS, ke_tick_count(k), 4);
}

/* The first hardware thread keeps the time. Its thread, or whoever is ready beside it, pays for what timers cost. */
static uint64_t keep_time(struct kernel *k)
{
    k->ke->interrupt_time = (k->cpu[0].tick - 1) * TICK_100NS;
    ke_show_time(k);
    k->ticks = true;
    io_tick(k);
    unsigned fired = ke_expire_timers(k);
    k->ticks = false;
    return (uint64_t)fired * kernel_timing_info[KERNEL_COST_TIMER].cycles;
}

void ke_tick(struct kernel *k, unsigned cpu)
{
    struct kernel_cpu *p = &k->cpu[cpu];
    struct ke_thread *thread = p->thread;
    if (ke_tick_time(k, p->tick) > k->now)
        return; /* the title has set its decrementer */
    ke_catch_up(k, cpu);
    uint64_t cost = kernel_timing_info[KERNEL_COST_TICK].cycles + (cpu == 0 ? keep_time(k) : 0);
    if (thread == p->idle)
        return;
    sim_time due = kernel_after(k, cost);
    if (thread->due < due)
        thread->due = due;
    if (thread->priority >= KE_REALTIME || thread->state != KE_RUNNING)
        return;
    thread->quantum -= TICK_QUANTUM;
    if (thread->quantum <= 0) {
        ke_end_quantum(k, thread);
        if (p->irql < KE_DISPATCH)
            (void)ke_give_way(k, cpu, thread->priority);
    }
    ke_show(k, thread->address + KE_THREAD_QUANTUM, (uint32_t)thread->quantum, 4);
}
