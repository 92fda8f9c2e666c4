/* Simulated time: one unsigned count of 100 fs units, shared by the whole board. */
#ifndef CYCLE360_SIM_TIME_H
#define CYCLE360_SIM_TIME_H

#include "models/sim/status.h"

#include <stdint.h>

struct sim_clock;

typedef uint64_t sim_time;

#define SIM_UNITS_PER_SECOND UINT64_C(10000000000000)
#define SIM_TIME_MAX         ((sim_time)INT64_MAX) /* 256 hours: wave readers hold times in signed 64 bits */
#define SIM_NEVER            UINT64_MAX            /* later than every time */

static inline sim_time sim_time_min(sim_time a, sim_time b)
{
    return a < b ? a : b;
}

/* a + b, SIM_NEVER where that passes the end of time. */
static inline sim_time sim_time_add(sim_time a, sim_time b)
{
    sim_time sum = a + b;
    return sum < a ? SIM_NEVER : sum;
}

/* Reads `1.5s`, `20ms`, `300us`, `5ns`, `7ps`, `100fs`, `1000cyc`, exactly: what is finer than 100 fs or past
 * SIM_TIME_MAX is refused. `cyc` counts edges of `cycles`; NULL refuses it. */
enum sim_status sim_time_parse(const char *text, const struct sim_clock *cycles, sim_time *time,
                               struct sim_error *error);

/* Writes the shortest exact decimal in the largest unit that keeps it at least 1: `16.6833333333ms`. */
#define SIM_TIME_TEXT 32
const char *sim_time_print(sim_time time, char text[SIM_TIME_TEXT]);

#endif
