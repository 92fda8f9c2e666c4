#include "models/sim/clock.h"

/* Why nothing here or in clock.h can overflow. With phase < 2^64, step < 2^64 and divisor <= 2^63:
 *   - edge k: k * step + phase <= (2^64 - 1)^2 + 2^64 - 1 < 2^128, for every 64-bit k;
 *   - ceil of t <= 2^63: t * divisor <= 2^126, and step - 1 more is still far below 2^128; the quotient is at most
 *     t / 10 + 1, because no clock is faster than 1 THz = one edge in 10 units;
 *   - walking: two remainders add up to less than 2 * divisor <= 2^64; a period is at most 1000 s = 10^16 units, so the
 *     edge after the last one within SIM_TIME_MAX still fits in 64 bits.
 * sim_clock_init lets nothing else through. */
#define DIVISOR_MAX (UINT64_C(1) << 63)
#define HZ_MAX      UINT64_C(1000000000000)

typedef unsigned __int128 wide;

static uint64_t common_divisor(wide a, uint64_t b)
{
    while (b != 0) {
        uint64_t rest = (uint64_t)(a % b);
        a = b;
        b = rest;
    }
    return (uint64_t)a;
}

/* Of d from 2 up to 2^63, with 2^(L-1) < d <= 2^L: factor = (2^(63+L) + e) / d with 0 < e <= d, so that n * factor /
 * 2^(63+L) is too large by n * e / (d * 2^(63+L)) < 1/d where n < 2^63, which no floor can see. */
static struct sim_divider divider(uint64_t d)
{
    if (d < 2)
        return (struct sim_divider){0}; /* nobody divides by that */
    unsigned bits = 64 - (unsigned)__builtin_clzll(d - 1);
    return (struct sim_divider){(uint64_t)(((wide)1 << (63 + bits)) / d + 1), bits - 1};
}

enum sim_status sim_clock_init(struct sim_clock *clock, const char *name, uint64_t hz_numerator,
                               uint64_t hz_denominator, uint64_t phase_numerator, uint64_t phase_denominator,
                               struct sim_error *error)
{
    if (hz_denominator == 0 || phase_denominator == 0)
        return sim_fail(error, SIM_BAD_INPUT, "clock %s: a denominator is zero", name);
    uint64_t common = common_divisor(hz_numerator, hz_denominator);
    uint64_t hz = hz_numerator / common, per = hz_denominator / common;
    if ((wide)hz * 1000 < per || hz > (wide)per * HZ_MAX)
        return sim_fail(error, SIM_BAD_INPUT, "clock %s: %llu/%llu Hz is outside 1/1000 Hz to 1 THz", name,
                        (unsigned long long)hz, (unsigned long long)per);

    /* The period is per * units / hz; the phase joins it over a common denominator. */
    wide step = (wide)per * SIM_UNITS_PER_SECOND;
    common = common_divisor(step, hz);
    step /= common;
    wide divisor = hz / common;

    common = common_divisor(phase_numerator, phase_denominator);
    wide phase = phase_numerator / common;
    uint64_t phase_per = phase_denominator / common;
    if (phase / phase_per > SIM_TIME_MAX)
        return sim_fail(error, SIM_BAD_INPUT, "clock %s: its first edge is after the end of time (256 hours)", name);
    common = common_divisor(divisor, phase_per);
    uint64_t step_by = phase_per / common, phase_by = (uint64_t)(divisor / common);
    /* Each product's factors are below 2^64 once the step is known to be. */
    if (step > UINT64_MAX || step * step_by > UINT64_MAX || phase * phase_by > UINT64_MAX ||
        divisor * step_by > DIVISOR_MAX)
        return sim_fail(error, SIM_BAD_INPUT,
                        "clock %s: %llu/%llu Hz from %llu/%llu units has too fine a period for 64-bit integers", name,
                        (unsigned long long)hz, (unsigned long long)per, (unsigned long long)phase_numerator,
                        (unsigned long long)phase_denominator);

    *clock = (struct sim_clock){.name = name,
                                .phase = (uint64_t)(phase * phase_by),
                                .step = (uint64_t)(step * step_by),
                                .divisor = (uint64_t)(divisor * step_by),
                                .hz_numerator = hz,
                                .hz_denominator = per,
                                .by_step = divider((uint64_t)(step * step_by)),
                                .by_divisor = divider((uint64_t)(divisor * step_by))};
    if (clock->phase == 0 && clock->step < SIM_TIME_MAX)
        clock->simple_until = (SIM_TIME_MAX - clock->step) / clock->divisor;
    return SIM_OK;
}
