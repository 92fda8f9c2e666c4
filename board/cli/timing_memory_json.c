/* The report of `timing memory` as one JSON object. */
#include "board/cli/json.h"
#include "board/cli/timing_memory_print.h"

#include <string.h>

static int64_t rate(const struct timing_memory_measured *m)
{
    return timing_memory_rate(m->lines * SIM_LINE, m->time);
}

static void put_latency(const struct timing_memory_report *report, unsigned first, unsigned last, FILE *file)
{
    for (unsigned i = first; i < last; i++) {
        const struct timing_memory_run *run = &report->run[i];
        unsigned core = run->task[0] == TIMING_CHASE ? 0 : run->task[1] == TIMING_CHASE ? 1 : 2;
        fprintf(file, "%s\n  {\"core\": %u, \"order\": \"%s\", \"bytes\": %llu", i > first ? "," : "", core,
                run->ring == TIMING_RING_RANDOM ? "random" : "by pages", (unsigned long long)run->footprint);
        timing_cpu_json_number("clocks", timing_memory_clocks(&report->measured[i]), file);
        fputc('}', file);
    }
}

static void put_bandwidth(const struct timing_memory_report *report, unsigned first, unsigned last, FILE *file)
{
    for (unsigned i = first; i < last; i++) {
        const struct timing_memory_run *run = &report->run[i];
        const struct timing_memory_measured *m = &report->measured[i];
        const char *before = "";
        fprintf(file, "%s\n  {\"cores\": [", i > first ? "," : "");
        for (unsigned core = 0; core < BOARD_CORES; core++)
            if (run->task[core] == TIMING_STREAM) {
                fprintf(file, "%s%u", before, core);
                before = ", ";
            }
        fputc(']', file);
        json_text_member("stream", timing_stream[run->stream].name, file);
        timing_cpu_json_number("rate", rate(m), file);
        timing_cpu_json_number("bus_in", timing_memory_rate(m->in.bytes, m->in.time), file);
        timing_cpu_json_number("bus_out", timing_memory_rate(m->out.bytes, m->out.time), file);
        fprintf(file, ", \"within_limits\": %s}",
                timing_memory_within(&m->in, report->limits.bus_in) &&
                        timing_memory_within(&m->out, report->limits.bus_out)
                    ? "true"
                    : "false");
    }
}

static void put_dram(const struct timing_memory_report *report, unsigned first, unsigned last, FILE *file)
{
    for (unsigned i = first; i < last; i++) {
        const struct timing_memory_measured *m = &report->measured[i];
        struct timing_dram_sum sum = timing_dram_sum(i - first, report->board);
        fprintf(file, "%s\n  {\"as_set\": %llu, \"simulated\": %llu, \"loads\": %llu, \"like_this\": %llu",
                i > first ? "," : "", (unsigned long long)sum.clocks, (unsigned long long)m->usual,
                (unsigned long long)m->count, (unsigned long long)m->usual_count);
        json_text_member("row", sum.name, file);
        json_text_member("settings", sum.settings, file);
        fprintf(file, ", \"load_to_use\": %llu}", (unsigned long long)m->use);
    }
}

static void put_contention(const struct timing_memory_report *report, unsigned first, unsigned last, FILE *file)
{
    for (unsigned i = first; i < last; i++) {
        const struct timing_memory_measured *m = &report->measured[i];
        char beside[TIMING_CELL];
        timing_memory_beside(beside, &report->run[i]);
        fprintf(file, "%s\n  {\"pause\": %u", i > first ? "," : "", report->run[i].pause);
        json_text_member("beside", beside, file);
        timing_cpu_json_number("rate", rate(m), file);
        timing_cpu_json_number("clocks", timing_memory_clocks(m), file);
        fputc('}', file);
    }
}

static void put_emergent(const struct timing_memory_report *report, unsigned first, unsigned last, FILE *file)
{
    (void)last;
    for (unsigned i = 0; i < timing_memory_rows; i++) {
        const struct timing_cpu_row *row = timing_memory_published(&timing_memory_row[i]);
        int64_t value;
        fprintf(file, "%s\n  {\"row\": %u", i ? "," : "", row->row);
        json_text_member("name", row->name, file);
        json_text_member("unit", row->unit, file);
        json_text_member("settings", row->settings, file);
        if (timing_memory_row_value(report, i, &first, &value)) {
            timing_cpu_json_number("simulated", value, file);
            timing_cpu_json_number("difference", timing_cpu_difference(row, value), file);
        }
        if (row->least != 0)
            timing_cpu_json_number("published_least", row->least, file);
        if (row->most != 0)
            timing_cpu_json_number("published_most", row->most, file);
        json_text_member("source", row->source, file);
        fputc('}', file);
    }
}

void timing_memory_print_json(const struct timing_memory_report *report, FILE *file)
{
    static void (*const put[TIMING_MEMORY_PARTS])(const struct timing_memory_report *, unsigned, unsigned, FILE *) = {
        put_latency, put_bandwidth, put_dram, put_contention, put_emergent};
    char identity[BOARD_IDENTITY_TEXT];
    fputs("{\"board\": ", file);
    json_text(file, report->board_name);
    fprintf(file, ", \"identity\": \"%s\"", board_description_identity(report->board, identity));
    timing_cpu_json_number("limit_in", timing_memory_rate(report->limits.bus_in, SIM_UNITS_PER_SECOND), file);
    timing_cpu_json_number("limit_out", timing_memory_rate(report->limits.bus_out, SIM_UNITS_PER_SECOND), file);
    for (unsigned i = 0; i < TIMING_MEMORY_PARTS; i++) {
        unsigned first = timing_memory_first(report, i), last = first;
        while (last < report->runs && report->run[last].part == i)
            last++;
        if (!report->part[i])
            continue;
        fprintf(file, ", \"%s\": [", timing_memory_part_name[i]);
        put[i](report, first, last, file);
        fputs("\n]", file);
    }
    if (report->part[TIMING_MEMORY_EMERGENT]) {
        struct timing_memory_count count = timing_memory_count(report, NULL);
        fprintf(file, ", \"published\": %u, \"agree\": %u, \"agree_unfitted\": %u", count.published, count.agree,
                count.unfitted);
    }
    fprintf(file, ", \"agrees\": %s}\n", timing_memory_agrees(report) ? "true" : "false");
}
