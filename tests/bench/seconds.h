/* The host's clocks. */
#ifndef CYCLE360_TESTS_BENCH_SECONDS_H
#define CYCLE360_TESTS_BENCH_SECONDS_H

#include <time.h>

static inline double seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

#endif
