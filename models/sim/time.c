#include "models/sim/time.h"

#include "models/sim/clock.h"

#include <stdbool.h>
#include <string.h>

/* Largest first: what a time is printed in is the first that it holds at least once. `places` decimal digits of the
 * unit are whole units of 100 fs; -2 where 100 of it are one. */
static const struct unit {
    const char *name;
    int places;
} units[] = {{"s", 13}, {"ms", 10}, {"us", 7}, {"ns", 4}, {"ps", 1}, {"fs", -2}};

enum { UNITS = sizeof units / sizeof units[0] };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static enum sim_status too_long(const char *text, struct sim_error *error)
{
    return sim_fail(error, SIM_BAD_INPUT, "time '%.60s' is after the end of time (256 hours, %llu units of 100 fs)",
                    text, (unsigned long long)SIM_TIME_MAX);
}

enum sim_status sim_time_parse(const char *text, const struct sim_clock *cycles, sim_time *time,
                               struct sim_error *error)
{
    const char *whole = text, *end = text;
    while (is_digit(*end))
        end++;
    const char *fraction = end, *fraction_end = end;
    if (*end == '.') {
        fraction = ++end;
        while (is_digit(*end))
            end++;
        fraction_end = end;
    }
    if (!is_digit(*whole) || end[-1] == '.')
        return sim_fail(error, SIM_BAD_INPUT, "'%.60s' is not a time such as 1.5s, 20ms, 300us, 5ns or 1000cyc", text);
    while (*end == ' ')
        end++;

    bool count = strcmp(end, "cyc") == 0;
    const struct unit *unit = units;
    while (!count && unit < units + UNITS && strcmp(end, unit->name) != 0)
        unit++;
    if (unit == units + UNITS)
        return sim_fail(error, SIM_BAD_INPUT, "time '%.60s' %s: the units are s, ms, us, ns, ps, fs%s", text,
                        *end == '\0' ? "has no unit" : "has an unknown unit", cycles ? " and cyc" : "");
    if (count && cycles == NULL)
        return sim_fail(error, SIM_BAD_INPUT, "time '%.60s' counts clocks, but there is no clock here", text);
    int places = count ? 0 : unit->places;

    /* Everything is counted in units of 100 fs, or in fs or clocks; 128 bits hold ten times the largest of them. */
    unsigned __int128 value = 0, limit = count ? UINT64_MAX : SIM_TIME_MAX;
    unsigned per = 1;
    if (places < 0) {
        per = 100;
        limit *= per;
        limit += per - 1;
        places = 0;
    }
    for (const char *digit = whole; is_digit(*digit); digit++) {
        value = value * 10 + (unsigned)(*digit - '0');
        if (value > limit)
            return too_long(text, error);
    }
    for (const char *digit = fraction; digit < fraction_end || places > 0; digit++) {
        unsigned next = digit < fraction_end ? (unsigned)(*digit - '0') : 0;
        if (places > 0) {
            places--;
            value = value * 10 + next;
            if (value > limit)
                return too_long(text, error);
        } else if (next != 0)
            return sim_fail(error, SIM_BAD_INPUT, "time '%.60s' is finer than %s", text, count ? "a clock" : "100 fs");
    }
    if (value % per != 0)
        return sim_fail(error, SIM_BAD_INPUT, "time '%.60s' is finer than 100 fs", text);
    sim_time result = count ? sim_clock_edge(cycles, (uint64_t)value) : (sim_time)(value / per);
    if (result == SIM_NEVER)
        return too_long(text, error);
    *time = result;
    return SIM_OK;
}

const char *sim_time_print(sim_time time, char text[SIM_TIME_TEXT])
{
    if (time == SIM_NEVER)
        return strcpy(text, "never");
    if (time == 0)
        return strcpy(text, "0s");

    uint64_t scale = SIM_UNITS_PER_SECOND; /* 100 fs in one of the unit */
    const struct unit *unit = units;
    while (unit->places > 0 && time < scale) {
        unit++;
        scale = unit->places > 0 ? scale / 1000 : 1;
    }
    uint64_t whole = time / scale, rest = time % scale;
    char digits[24];
    int length = 0;
    char *out = text;
    do
        digits[length++] = (char)('0' + whole % 10);
    while ((whole /= 10) != 0);
    while (length > 0)
        *out++ = digits[--length];
    if (unit->places < 0) {
        *out++ = '0';
        *out++ = '0';
    }
    if (rest != 0)
        *out++ = '.';
    while (rest != 0) {
        scale /= 10;
        *out++ = (char)('0' + rest / scale);
        rest %= scale;
    }
    strcpy(out, unit->name);
    return text;
}
