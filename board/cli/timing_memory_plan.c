/* What `timing memory` runs for each of its parts, and what comes of it. */
#include "board/cli/timing_memory_print.h"
#include "board/memory.h"

#include <stdlib.h>
#include <string.h>

const char *const timing_memory_part_name[TIMING_MEMORY_PARTS] = {
    [TIMING_MEMORY_LATENCY] = "latency",       [TIMING_MEMORY_BANDWIDTH] = "bandwidth", [TIMING_MEMORY_DRAM] = "dram",
    [TIMING_MEMORY_CONTENTION] = "contention", [TIMING_MEMORY_EMERGENT] = "emergent",
};

#define ON(core, what)                                                                \
    {                                                                                 \
        (core) == 0 ? (what) : TIMING_NOTHING, (core) == 1 ? (what) : TIMING_NOTHING, \
            (core) == 2 ? (what) : TIMING_NOTHING                                     \
    }
#define ON_EACH(mask, what)                                                                                          \
    {                                                                                                                \
        (mask) & 1 ? (what) : TIMING_NOTHING, (mask)&2 ? (what) : TIMING_NOTHING, (mask)&4 ? (what) : TIMING_NOTHING \
    }

const struct timing_memory_row timing_memory_row[] = {
#define CHASE(core, order, bytes)                                                                    \
    {                                                                                                \
        .part = TIMING_MEMORY_EMERGENT, .task = ON(core, TIMING_CHASE), .ring = TIMING_RING_##order, \
        .footprint = (bytes)                                                                         \
    }
#define STREAMS(mask, kind)                                                                                  \
    {                                                                                                        \
        .part = TIMING_MEMORY_EMERGENT, .task = ON_EACH(mask, TIMING_STREAM), .stream = TIMING_STREAM_##kind \
    }
#define NO_RUN \
    {          \
        0      \
    }
#define EMERGES(row, name, unit, settings, least, most, source, ...) \
    {{row, name, false, TIMING_CPU_SPAN, 1, unit, settings, least, most, source, NULL}, false, __VA_ARGS__},
#define EMERGES_CPU(row, name, per, settings, least, most, source, body) \
    {{row, name, false, TIMING_CPU_SPAN, per, "clocks", settings, least, most, source, body}, false, NO_RUN, NO_RUN},
#define EMERGES_OF_CPU(row, name) \
    {{row, name, false, TIMING_CPU_SPAN, 1, "", "", 0, 0, "", NULL}, true, NO_RUN, NO_RUN},
#include "board/cli/timing_memory.def"
};
const unsigned timing_memory_rows = sizeof timing_memory_row / sizeof *timing_memory_row;

const struct timing_cpu_row *timing_memory_published(const struct timing_memory_row *row)
{
    for (unsigned i = 0; row->of_cpu && i < timing_cpu_rows; i++)
        if (strcmp(timing_cpu_row[i].name, row->cpu.name) == 0)
            return &timing_cpu_row[i];
    SIM_CHECK(!row->of_cpu, "timing_memory.def: no row %s in timing_cpu.def", row->cpu.name);
    return &row->cpu;
}

bool timing_memory_counts(const struct timing_cpu_row *row)
{
    for (unsigned i = 0; i < timing_memory_rows; i++)
        if (timing_memory_row[i].of_cpu && strcmp(timing_memory_row[i].cpu.name, row->name) == 0)
            return false;
    return !row->set;
}

static void add(struct timing_memory_report *report, struct timing_memory_run run)
{
    report->run = realloc(report->run, (report->runs + 1) * sizeof *report->run);
    SIM_CHECK(report->run, "out of memory for %u runs", report->runs + 1);
    report->run[report->runs++] = run;
}

/* 4 KiB to 64 MiB, two or three to an octave. */
static void plan_latency(struct timing_memory_report *report)
{
    for (unsigned core = 0; core < BOARD_CORES; core++)
        for (unsigned ring = TIMING_RING_RANDOM; report->core[core] && ring <= TIMING_RING_BY_PAGE; ring++)
            for (uint64_t bytes = 4 << 10; bytes <= 64 << 20; bytes *= 2)
                for (unsigned more = 2; more < 4; more++)
                    if (bytes * more / 2 % 4096 == 0 && bytes * more / 2 <= 64 << 20)
                        add(report, (struct timing_memory_run){.part = TIMING_MEMORY_LATENCY,
                                                               .task = ON(core, TIMING_CHASE),
                                                               .ring = ring,
                                                               .footprint = bytes * more / 2});
}

static void plan_bandwidth(struct timing_memory_report *report)
{
    static const unsigned mask[] = {1, 2, 4, 7};
    for (unsigned stream = 0; stream < TIMING_STREAMS; stream++)
        for (unsigned i = 0; i < sizeof mask / sizeof *mask; i++)
            add(report, (struct timing_memory_run){.part = TIMING_MEMORY_BANDWIDTH,
                                                   .task = ON_EACH(mask[i], TIMING_STREAM),
                                                   .stream = stream});
}

static void plan_dram(struct timing_memory_report *report)
{
    const struct timing_memory_run run = {
        .part = TIMING_MEMORY_DRAM, .task = ON(0, TIMING_CHASE), .ring = TIMING_RING_ROW, .one_by_one = true};
    add(report, run);
    for (unsigned i = 0; i < 2; i++) {
        struct timing_memory_run rows = run;
        rows.ring = TIMING_RING_ROWS;
        rows.rests = i == 0;
        add(report, rows);
    }
}

/* The core that chases alone; then beside one and two cores that read, and two that write, ever faster. */
static void plan_contention(struct timing_memory_report *report)
{
    static const struct {
        unsigned mask;
        enum timing_stream_number stream;
    } beside[] = {{2, TIMING_STREAM_read_touched}, {6, TIMING_STREAM_read_touched}, {6, TIMING_STREAM_write}};
    static const uint32_t pause[] = {400, 160, 80, 40, 24, 12, 6, 0};
    struct timing_memory_run run = {.part = TIMING_MEMORY_CONTENTION,
                                    .task = ON(0, TIMING_CHASE),
                                    .ring = TIMING_RING_BY_PAGE,
                                    .footprint = 64 << 20};
    for (unsigned b = 0; b < sizeof beside / sizeof *beside; b++) {
        run.task[1] = run.task[2] = TIMING_NOTHING;
        add(report, run);
        for (unsigned i = 0; i < sizeof pause / sizeof *pause; i++) {
            run.task[1] = beside[b].mask & 2 ? TIMING_STREAM : TIMING_NOTHING;
            run.task[2] = beside[b].mask & 4 ? TIMING_STREAM : TIMING_NOTHING;
            run.stream = beside[b].stream;
            run.pause = pause[i];
            add(report, run);
        }
    }
}

static void plan_emergent(struct timing_memory_report *report)
{
    for (unsigned i = 0; i < timing_memory_rows; i++) {
        const struct timing_memory_row *row = &timing_memory_row[i];
        const struct timing_cpu_row *cpu = timing_memory_published(row);
        if (cpu->body)
            add(report, (struct timing_memory_run){.part = TIMING_MEMORY_EMERGENT, .cpu = cpu});
        else
            add(report, row->run);
        if (row->less.part == TIMING_MEMORY_EMERGENT)
            add(report, row->less);
    }
    for (unsigned i = 0; i < timing_cpu_rows; i++)
        if (timing_memory_counts(&timing_cpu_row[i]))
            add(report, (struct timing_memory_run){.part = TIMING_MEMORY_EMERGENT, .cpu = &timing_cpu_row[i]});
}

void timing_memory_plan(struct timing_memory_report *report)
{
    static void (*const plan[TIMING_MEMORY_PARTS])(struct timing_memory_report *) = {
        plan_latency, plan_bandwidth, plan_dram, plan_contention, plan_emergent};
    report->limits = timing_memory_limits(report->board);
    for (unsigned i = 0; i < TIMING_MEMORY_PARTS; i++)
        if (report->part[i])
            plan[i](report);
    report->measured = calloc(report->runs + 1, sizeof *report->measured);
    SIM_CHECK(report->measured, "out of memory for %u runs", report->runs);
}

unsigned timing_memory_first(const struct timing_memory_report *report, enum timing_memory_part part)
{
    unsigned i = 0;
    while (i < report->runs && report->run[i].part != part)
        i++;
    return i;
}

/* Rounded up. */
static uint64_t line_rate(struct board_frequency clock, uint64_t clocks)
{
    unsigned __int128 a = (unsigned __int128)clock.numerator * SIM_LINE;
    unsigned __int128 per = (unsigned __int128)clock.denominator * clocks;
    return (uint64_t)((a + per - 1) / per);
}

struct timing_memory_limits timing_memory_limits(const struct board_description *board)
{
    return (struct timing_memory_limits){
        .bus_in = line_rate(board->clock_fsb_gpu, board->membus_fsb_reply_line),
        .bus_out = line_rate(board->clock_fsb_cpu, board->membus_fsb_line),
        .l2 = line_rate(board->clock_l2, board->membus_l2_line_beats),
    };
}

int64_t timing_memory_clocks(const struct timing_memory_measured *measured)
{
    return measured->loads ? (int64_t)((200 * measured->clocks + measured->loads) / (2 * measured->loads)) : 0;
}

int64_t timing_memory_rate(uint64_t bytes, sim_time time)
{
    /* 10^13 units are a second; hundredths of 10^9 */
    return time ? (int64_t)((2 * bytes * 1000000 + time) / (2 * time)) : 0;
}

static int64_t value_of(const struct timing_memory_run *run, const struct timing_memory_measured *measured)
{
    if (run->cpu)
        return measured->cpu;
    if (measured->loads)
        return timing_memory_clocks(measured);
    return timing_memory_rate(measured->lines * SIM_LINE, measured->time);
}

bool timing_memory_row_value(const struct timing_memory_report *report, unsigned row, unsigned *at, int64_t *value)
{
    bool there = report->measured[*at].there;
    *value = value_of(&report->run[*at], &report->measured[*at]);
    ++*at;
    if (timing_memory_row[row].less.part == TIMING_MEMORY_EMERGENT) {
        there &= report->measured[*at].there;
        *value -= value_of(&report->run[*at], &report->measured[*at]);
        ++*at;
    }
    return there;
}

struct timing_memory_count timing_memory_count(const struct timing_memory_report *report, FILE *names)
{
    struct timing_memory_count count = {0};
    unsigned at = timing_memory_first(report, TIMING_MEMORY_EMERGENT);
    for (unsigned i = 0; i < timing_memory_rows + timing_cpu_rows; i++) {
        bool own = i < timing_memory_rows, there;
        const struct timing_cpu_row *row =
            own ? timing_memory_published(&timing_memory_row[i]) : &timing_cpu_row[i - timing_memory_rows];
        int64_t value;
        if (own) {
            there = timing_memory_row_value(report, i, &at, &value);
        } else if (timing_memory_counts(row)) {
            there = report->measured[at].there;
            value = report->measured[at++].cpu;
        } else {
            continue;
        }
        if (row->least == 0 && row->most == 0)
            continue;
        count.published++;
        if (!there || timing_cpu_difference(row, value) != 0)
            continue;
        count.agree++;
        if (strcmp(row->settings, "-") != 0)
            continue;
        if (names)
            fprintf(names, "%s%s", count.unfitted ? "; " : "", row->name);
        count.unfitted++;
    }
    return count;
}
