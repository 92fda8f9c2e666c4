/* The curves of `timing memory`: latency by footprint, and beside streams. */
#include "board/cli/svg_chart.h"
#include "board/cli/timing_memory_print.h"

#include <stdlib.h>
#include <string.h>

#define KIB UINT64_C(1024)
#define MIB (1024 * KIB)

static const char *const colour[] = {"#1b6ca8", "#c8553d", "#3a7d44"};

static void put_subtitle(char text[192], const struct timing_memory_report *report, const char *what)
{
    char core[BOARD_VALUE_TEXT];
    snprintf(text, 192, "board %.24s, core %.16s; %.120s", report->board_name,
             board_description_value(report->board, BOARD_KEY_clock_core, core), what);
}

/* Latencies to be drawn are in hundredths of a clock. */
static unsigned take(const struct timing_memory_report *report, unsigned at, struct svg_point *point, bool by_rate)
{
    const struct timing_memory_measured *m = &report->measured[at];
    if (!m->there)
        return 0;
    uint64_t y = (uint64_t)timing_memory_clocks(m);
    *point = (struct svg_point){
        by_rate ? (uint64_t)timing_memory_rate(m->lines * SIM_LINE, m->time) : report->run[at].footprint, y};
    return 1;
}

static struct svg_point *points_of(const struct timing_memory_report *report)
{
    struct svg_point *point = calloc(report->runs + 1, sizeof *point);
    SIM_CHECK(point, "out of memory for %u points", report->runs);
    return point;
}

void timing_memory_draw_latency(const struct timing_memory_report *report, FILE *file)
{
    static const struct svg_tick x[] = {{4 * KIB, "4 KiB"}, {16 * KIB, "16"},   {32 * KIB, "32"},
                                        {64 * KIB, "64"},   {256 * KIB, "256"}, {MIB, "1 MiB"},
                                        {4 * MIB, "4"},     {16 * MIB, "16"},   {64 * MIB, "64 MiB"}};
    static const struct svg_tick y[] = {{200, "2"},     {500, "5"},     {1000, "10"},   {2000, "20"},    {5000, "50"},
                                        {10000, "100"}, {20000, "200"}, {50000, "500"}, {100000, "1000"}};
    static const struct svg_mark mark[] = {{"L1D", true, 32 * KIB},
                                           {"ERAT", true, 256 * KIB},
                                           {"L2", true, MIB},
                                           {"a miss, published: 640", false, 64000}};
    static const char *const names[] = {"core 0, random",   "core 0, by pages", "core 1, random",
                                        "core 1, by pages", "core 2, random",   "core 2, by pages"};
    unsigned at = timing_memory_first(report, TIMING_MEMORY_LATENCY), curves = 0;
    struct svg_point *points = points_of(report), *point = points;
    struct svg_curve curve[2 * BOARD_CORES];
    char subtitle[192];
    put_subtitle(subtitle, report, "loads that depend on one another");
    for (unsigned core = 0; core < BOARD_CORES; core++)
        for (unsigned ring = TIMING_RING_RANDOM; report->core[core] && ring <= TIMING_RING_BY_PAGE; ring++) {
            struct svg_curve *c = &curve[curves++];
            *c = (struct svg_curve){names[2 * core + ring - TIMING_RING_RANDOM],
                                    colour[core],
                                    ring == TIMING_RING_BY_PAGE,
                                    core == 1,
                                    point,
                                    0};
            for (; at < report->runs && report->run[at].part == TIMING_MEMORY_LATENCY &&
                   report->run[at].task[core] == TIMING_CHASE && report->run[at].ring == ring;
                 at++)
                c->points += take(report, at, &point[c->points], false);
            point += c->points;
        }
    svg_chart(file, &(struct svg_chart){
                        .title = "Latency by footprint",
                        .subtitle = subtitle,
                        .x = {"footprint, bytes", true, x, sizeof x / sizeof *x},
                        .y = {"clocks of the core from load to load", true, y, sizeof y / sizeof *y},
                        .curve = curve,
                        .curves = curves,
                        .mark = mark,
                        .marks = sizeof mark / sizeof *mark,
                    });
    free(points);
}

/* Whole numbers from 0 on, up to what is to be seen, at most a dozen steps. */
static unsigned ticks_to(struct svg_tick *tick, uint64_t high, uint64_t step, uint64_t unit)
{
    unsigned count = 0;
    while (step * 12 < high)
        step *= 2;
    do {
        tick[count].at = count * step;
        snprintf(tick[count].label, sizeof tick[count].label, "%u", (unsigned)(count * step / unit));
        count++;
    } while (tick[count - 1].at < high);
    return count;
}

void timing_memory_draw_contention(const struct timing_memory_report *report, FILE *file)
{
    enum { TICKS = 16, CURVES = 8 };
    unsigned at = timing_memory_first(report, TIMING_MEMORY_CONTENTION), curves = 0;
    struct svg_point *points = points_of(report), *point = points;
    struct svg_curve curve[CURVES];
    struct svg_tick x[TICKS], y[TICKS];
    char subtitle[192], names[CURVES][48];
    uint64_t most = 100, slowest = 100;
    put_subtitle(subtitle, report, "core 0 loads line after line of 64 MiB, each when the one before has come");
    for (; at < report->runs && report->run[at].part == TIMING_MEMORY_CONTENTION && curves < CURVES; curves++) {
        struct svg_curve *c = &curve[curves];
        timing_memory_beside(names[curves], &report->run[at + 1]);
        *c = (struct svg_curve){names[curves], colour[curves % 3], false, false, point, 0};
        do
            c->points += take(report, at++, &point[c->points], true);
        while (at < report->runs && report->run[at].part == TIMING_MEMORY_CONTENTION &&
               (report->run[at].task[1] == TIMING_STREAM || report->run[at].task[2] == TIMING_STREAM));
        point += c->points;
    }
    for (struct svg_point *p = points; p < point; p++) {
        most = p->x > most ? p->x : most;
        slowest = p->y > slowest ? p->y : slowest;
    }
    svg_chart(file, &(struct svg_chart){
                        .title = "Latency beside streams",
                        .subtitle = subtitle,
                        .x = {"what the others carry, GB/s", false, x, ticks_to(x, most, 100, 100)},
                        .y = {"clocks of the core from load to load", false, y, ticks_to(y, slowest, 20000, 100)},
                        .curve = curve,
                        .curves = curves,
                    });
    free(points);
}
