/* Clock domains. Edge k of a domain is at floor(phase + k / frequency), exactly: a domain is three integers, and
 * nothing is ever accumulated in floating point, so edge 10^15 is as exact as edge 1. */
#ifndef CYCLE360_SIM_CLOCK_H
#define CYCLE360_SIM_CLOCK_H

#include "models/sim/time.h"

#include <stdbool.h>
#include <stdint.h>

/* To divide by a number that stays the same takes a multiplication, for dividends below 2^63. */
struct sim_divider {
    uint64_t factor;
    unsigned shift;
};

struct sim_clock {
    const char *name;
    uint64_t phase, step, divisor; /* edge k = floor((phase + k * step) / divisor), in 100 fs units */
    uint64_t hz_numerator, hz_denominator;
    struct sim_divider by_step, by_divisor;
    sim_time simple_until; /* before it, edges are found from times in 64 bits */
};

/* The place of one edge, for walking from edge to edge without a division. */
struct sim_edge {
    uint64_t index;
    sim_time time;
    uint64_t remainder; /* of the division that gave `time` */
};

/* The first edge's time is phase_numerator/phase_denominator units of 100 fs (normally 0/1). Frequencies from 1/1000 Hz
 * to 1 THz, any rational whose parts fit; SIM_BAD_INPUT otherwise. Frequencies in board files are worked out in GMP. */
enum sim_status sim_clock_init(struct sim_clock *clock, const char *name, uint64_t hz_numerator,
                               uint64_t hz_denominator, uint64_t phase_numerator, uint64_t phase_denominator,
                               struct sim_error *error);

static inline uint64_t sim_divide(uint64_t n, struct sim_divider by)
{
    return (uint64_t)((unsigned __int128)n * by.factor >> 64) >> by.shift;
}

/* Time of edge k; SIM_NEVER where that passes SIM_TIME_MAX. */
static inline sim_time sim_clock_edge(const struct sim_clock *clock, uint64_t k)
{
    unsigned __int128 exact = (unsigned __int128)k * clock->step + clock->phase;
    if (exact <= SIM_TIME_MAX) /* as it is for days of most clocks */
        return clock->divisor == 1 ? (sim_time)exact : sim_divide((uint64_t)exact, clock->by_divisor);
    exact /= clock->divisor;
    return exact > SIM_TIME_MAX ? SIM_NEVER : (sim_time)exact;
}

/* Index of the first edge at or after t: the number of edges before t. t must not pass SIM_TIME_MAX. */
static inline uint64_t sim_clock_ceil(const struct sim_clock *clock, sim_time t)
{
    /* floor(x / divisor) >= t exactly when x >= t * divisor */
    if (t < clock->simple_until)
        return sim_divide(t * clock->divisor + clock->step - 1, clock->by_step);
    unsigned __int128 target = (unsigned __int128)t * clock->divisor;
    if (target <= clock->phase)
        return 0;
    target -= clock->phase;
    if ((target + clock->step) >> 63 == 0)
        return sim_divide((uint64_t)target + clock->step - 1, clock->by_step);
    return (uint64_t)((target + clock->step - 1) / clock->step);
}

/* Index of the last edge at or before t; UINT64_MAX (that is, -1) before the first. */
static inline uint64_t sim_clock_floor(const struct sim_clock *clock, sim_time t)
{
    return sim_clock_ceil(clock, t + 1) - 1;
}

/* Walking. */
static inline struct sim_edge sim_edge_at(const struct sim_clock *clock, uint64_t k)
{
    unsigned __int128 exact = (unsigned __int128)k * clock->step + clock->phase;
    return (struct sim_edge){k, (sim_time)(exact / clock->divisor), (uint64_t)(exact % clock->divisor)};
}

static inline void sim_edge_next(const struct sim_clock *clock, struct sim_edge *edge)
{
    uint64_t remainder = edge->remainder + clock->step % clock->divisor;
    uint64_t carry = remainder >= clock->divisor;
    edge->index++;
    edge->time += clock->step / clock->divisor + carry;
    edge->remainder = remainder - (carry ? clock->divisor : 0);
}

/* True where every period is the same whole number of units (3.2 GHz is, 700 MHz is not). */
static inline bool sim_clock_is_uniform(const struct sim_clock *clock)
{
    return clock->divisor == 1;
}

#endif
