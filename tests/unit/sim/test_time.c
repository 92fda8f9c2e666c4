#include "models/sim/clock.h"
#include "models/sim/time.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <gmp.h>

#include <stdio.h>
#include <string.h>

static bool core(struct sim_clock *clock)
{
    return sim_clock_init(clock, "core", 3200000000, 1, 0, 1, NULL) == SIM_OK;
}

static void good_times(void)
{
    static const struct {
        const char *text;
        sim_time time;
    } good[] = {
        {"0s", 0},
        {"1.5s", 15000000000000},
        {"20ms", 200000000000},
        {"300us", 3000000000},
        {"5ns", 50000},
        {"7ps", 70},
        {"100fs", 1},
        {"0.1ps", 1},
        {"0.0000000000001s", 1},
        {"0.00000000000010000s", 1},
        {"312.5ps", 3125},
        {"1000.0fs", 10},
        {"400 ns", 4000000},
        {"000000000000000000000000000000000000001s", 10000000000000},
        {"922337.2036854775807s", SIM_TIME_MAX},
        {"922337203685477580700fs", SIM_TIME_MAX},
        {"1000cyc", 3125000},
        {"1.0cyc", 3125},
        {"0cyc", 0},
        {"2951479051793528cyc", 9223372036854775000},
    };
    struct sim_clock clock;

    CU_ASSERT_FATAL(core(&clock));
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        sim_time time = 99;
        CU_ASSERT_EQUAL(sim_time_parse(good[i].text, &clock, &time, NULL), SIM_OK);
        CU_ASSERT_EQUAL(time, good[i].time);
    }
}

static void bad_times(void)
{
    static const struct {
        const char *text, *says;
    } bad[] = {
        {"", "not a time"},
        {"s", "not a time"},
        {".5s", "not a time"},
        {"5.s", "not a time"},
        {"-1s", "not a time"},
        {"+1s", "not a time"},
        {" 1s", "not a time"},
        {"5", "no unit"},
        {"5 ", "no unit"},
        {"1e3s", "unknown unit"},
        {"0x10ns", "unknown unit"},
        {"5 nsx", "unknown unit"},
        {"5S", "unknown unit"},
        {"5s ", "unknown unit"},
        {"5 sec", "unknown unit"},
        {"1.2.3s", "unknown unit"},
        {"50fs", "finer"},
        {"100.5fs", "finer"},
        {"0.01ps", "finer"},
        {"0.00000000000001s", "finer"},
        {"1.5cyc", "finer"},
        {"922337.2036854775808s", "end of time"},
        {"922337203685477580800fs", "end of time"},
        {"18446744073709551616s", "end of time"},
        {"99999999999999999999999999999999999999999999999999999999999999999fs", "end of time"},
        {"2951479051793529cyc", "end of time"},
        {"18446744073709551615cyc", "end of time"},
        {"18446744073709551616cyc", "end of time"},
        {"340282366920938463463374607431768211457cyc", "end of time"},
    };
    struct sim_clock clock;

    CU_ASSERT_FATAL(core(&clock));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct sim_error error = {""};
        sim_time time = 99;
        CU_ASSERT_EQUAL(sim_time_parse(bad[i].text, &clock, &time, &error), SIM_BAD_INPUT);
        CU_ASSERT_EQUAL(time, 99);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, bad[i].says));
    }
}

static void cycles_need_a_clock(void)
{
    struct sim_error error = {""};
    sim_time time;

    CU_ASSERT_EQUAL(sim_time_parse("5cyc", NULL, &time, &error), SIM_BAD_INPUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "no clock"));
    CU_ASSERT_EQUAL(sim_time_parse("5parsec", NULL, &time, &error), SIM_BAD_INPUT);
    CU_ASSERT_PTR_NULL(strstr(error.text, "cyc"));
}

static void prints(void)
{
    static const struct {
        sim_time time;
        const char *text;
    } good[] = {
        {0, "0s"},
        {1, "100fs"},
        {9, "900fs"},
        {10, "1ps"},
        {3125, "312.5ps"},
        {9999, "999.9ps"},
        {10000, "1ns"},
        {4000000, "400ns"},
        {100000000, "10us"},
        {166833333333, "16.6833333333ms"},
        {9999999999999, "999.9999999999ms"},
        {10000000000000, "1s"},
        {SIM_TIME_MAX, "922337.2036854775807s"},
        {SIM_NEVER - 1, "1844674.4073709551614s"},
        {SIM_NEVER, "never"},
    };

    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        char text[SIM_TIME_TEXT];
        CU_ASSERT_STRING_EQUAL(sim_time_print(good[i].time, text), good[i].text);
    }
}

/* What is printed, read back by GMP as a decimal fraction, is the time; the unit is the largest that it holds once. */
static void print_round_trips(void)
{
    static const struct {
        const char *unit;
        uint64_t units;
    } scale[] = {{"s", 10000000000000}, {"ms", 10000000000}, {"us", 10000000}, {"ns", 10000}, {"ps", 10}};
    uint64_t seed = 88172645463325252u;
    unsigned wrong = 0;
    mpz_t number, divisor;

    mpz_inits(number, divisor, NULL);
    for (unsigned i = 0; i < 200000; i++) {
        seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
        sim_time time = seed >> (1 + i % 63), back = 0;
        char text[SIM_TIME_TEXT], digits[SIM_TIME_TEXT];
        sim_time_print(time, text);
        wrong += sim_time_parse(text, NULL, &back, NULL) != SIM_OK || back != time;

        size_t length = strspn(text, "0123456789.");
        const char *unit = text + length;
        for (size_t n = 0; n < sizeof scale / sizeof *scale; n++) {
            if (strcmp(unit, scale[n].unit) != 0)
                continue;
            wrong += time != 0 && (time < scale[n].units || (n > 0 && time >= scale[n - 1].units));
            size_t places = 0, used = 0;
            for (size_t c = 0; c < length; c++) {
                if (text[c] == '.')
                    places = length - c - 1;
                else
                    digits[used++] = text[c];
            }
            digits[used] = '\0';
            mpz_set_str(number, digits, 10);
            mpz_mul_ui(number, number, scale[n].units);
            mpz_ui_pow_ui(divisor, 10, places);
            wrong += !mpz_divisible_p(number, divisor);
            mpz_divexact(number, number, divisor);
            wrong += mpz_cmp_ui(number, time) != 0;
            wrong += places > 0 && text[length - 1] == '0';
        }
    }
    mpz_clears(number, divisor, NULL);
    CU_ASSERT_EQUAL(wrong, 0);
}

void test_time(void)
{
    CU_pSuite suite = CU_add_suite("sim/time", NULL, NULL);
    CU_add_test(suite, "decimal times and counts of clocks are read exactly", good_times);
    CU_add_test(suite, "what is no time, too fine or too long is refused", bad_times);
    CU_add_test(suite, "cycles are refused where there is no clock", cycles_need_a_clock);
    CU_add_test(suite, "times are printed in the largest unit", prints);
    CU_add_test(suite, "what is printed reads back as the same time", print_round_trips);
}
