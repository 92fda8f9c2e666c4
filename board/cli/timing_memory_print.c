/* The report of `timing memory` as text and as a page. */
#include "board/cli/timing_memory_print.h"
#include "board/cli/timing_page.h"

#include <stdlib.h>
#include <string.h>

typedef void print_table(const struct timing_table *, FILE *);

static struct timing_table table_of(const char *title, const char *note, const char *const *heads, unsigned columns,
                                    unsigned rows)
{
    struct timing_table table = {.title = title,
                                 .note = note,
                                 .columns = columns,
                                 .rows = rows,
                                 .heads = heads,
                                 .cell = calloc((size_t)columns * rows + 1, TIMING_CELL)};
    SIM_CHECK(table.cell, "out of memory for a table");
    return table;
}

static void print_and_free(struct timing_table *table, print_table *print, FILE *file)
{
    print(table, file);
    free(table->cell);
}

static void put_size(char cell[TIMING_CELL], uint64_t bytes)
{
    bool mega = bytes % (1 << 20) == 0;
    snprintf(cell, TIMING_CELL, "%llu %s", (unsigned long long)(bytes >> (mega ? 20 : 10)), mega ? "MiB" : "KiB");
}

static void put_figure(char cell[TIMING_CELL], const struct timing_memory_measured *m, int64_t value)
{
    snprintf(cell, TIMING_CELL, "none");
    if (m->there)
        timing_cpu_put_hundredths(cell, value);
}

static void print_latency(const struct timing_memory_report *report, print_table *print, FILE *file)
{
    static const char *const all[] = {"core 0|random",   "core 0|by pages", "core 1|random",
                                      "core 1|by pages", "core 2|random",   "core 2|by pages"};
    const char *heads[1 + 2 * BOARD_CORES] = {"|footprint"};
    unsigned first = timing_memory_first(report, TIMING_MEMORY_LATENCY), columns = 1, rows = 0;
    for (unsigned core = 0; core < BOARD_CORES; core++)
        for (unsigned i = 0; report->core[core] && i < 2; i++)
            heads[columns++] = all[2 * core + i];
    for (unsigned i = first; i < report->runs && report->run[i].part == TIMING_MEMORY_LATENCY; i++)
        rows++;
    rows /= columns - 1;
    struct timing_table table = table_of(
        "Latency of loads that depend on one another, clocks of the core",
        "Each load is at the address that the one before has read, in lines of 128 bytes: in random order over "
        "the whole footprint, or page after page of 4 KiB, in random order within. The former misses the ERAT "
        "of 64 pages from 256 KiB on, and finds other rows of the DRAM open; the latter stays in one row.",
        heads, columns, rows);
    for (unsigned r = 0; r < rows; r++) {
        put_size(table.cell[(size_t)r * columns], report->run[first + r].footprint);
        for (unsigned c = 1; c < columns; c++) {
            const struct timing_memory_measured *m = &report->measured[first + (c - 1) * rows + r];
            put_figure(table.cell[(size_t)r * columns + c], m, timing_memory_clocks(m));
        }
    }
    print_and_free(&table, print, file);
}

static void print_bandwidth(const struct timing_memory_report *report, print_table *print, FILE *file)
{
    static const char *const heads[] = {"|each line",          "GB/s of|core 0",       "GB/s of|core 1",
                                        "GB/s of|core 2",      "GB/s of|all together", "their bus, GB/s|in",
                                        "their bus, GB/s|out", "as set, GB/s|in",      "as set, GB/s|out"};
    enum { COLUMNS = sizeof heads / sizeof *heads, RUNS = 4 };
    unsigned first = timing_memory_first(report, TIMING_MEMORY_BANDWIDTH);
    struct timing_table table =
        table_of("Streams",
                 "Lines of which all bytes are read (lvx), written (stvx) or both, counted once; 10^9 bytes a second. "
                 "dcbt touches eight lines ahead. A line that is written comes in first, unless dcbz makes it, and "
                 "goes out later. There is no xdcbt: how it is encoded is not published.",
                 heads, COLUMNS, TIMING_STREAMS);
    for (unsigned r = 0; r < TIMING_STREAMS; r++) {
        char(*cell)[TIMING_CELL] = &table.cell[(size_t)r * COLUMNS];
        const struct timing_memory_measured *m = &report->measured[first + r * RUNS];
        snprintf(cell[0], TIMING_CELL, "%s", timing_stream[r].name);
        for (unsigned i = 0; i < RUNS; i++)
            put_figure(cell[1 + i], &m[i], timing_memory_rate(m[i].lines * SIM_LINE, m[i].time));
        put_figure(cell[5], &m[3], timing_memory_rate(m[3].in.bytes, m[3].in.time));
        put_figure(cell[6], &m[3], timing_memory_rate(m[3].out.bytes, m[3].out.time));
        timing_cpu_put_hundredths(cell[7], timing_memory_rate(report->limits.bus_in, SIM_UNITS_PER_SECOND));
        timing_cpu_put_hundredths(cell[8], timing_memory_rate(report->limits.bus_out, SIM_UNITS_PER_SECOND));
    }
    print_and_free(&table, print, file);
}

struct timing_dram_sum timing_dram_sum(unsigned run, const struct board_description *board)
{
    uint64_t hit = board->membus_tCL + board->membus_burst, opened = hit + board->membus_tRCDRD;
    switch (run) {
    case 0:
        return (struct timing_dram_sum){"its row is open", "tCL + burst", hit};
    case 1:
        return (struct timing_dram_sum){"no row is open", "tRCDRD + tCL + burst", opened};
    default:
        return (struct timing_dram_sum){"another row is open", "tRP + tRCDRD + tCL + burst",
                                        opened + board->membus_tRP};
    }
}

static void print_dram(const struct timing_memory_report *report, print_table *print, FILE *file)
{
    static const char *const heads[] = {"|in the bank",
                                        "|sum of",
                                        "clocks of the memory|as set",
                                        "clocks of the memory|simulated",
                                        "loads|like this",
                                        "loads|of",
                                        "|ns",
                                        "|load to use, clocks of the core"};
    enum { COLUMNS = sizeof heads / sizeof *heads };
    unsigned first = timing_memory_first(report, TIMING_MEMORY_DRAM);
    struct timing_table table =
        table_of("DRAM, alone",
                 "From a read's coming to its memory controller to its answer's leaving, with the first burst; the "
                 "usual time of loads one after another. Refreshes make some longer, or find their row closed.",
                 heads, COLUMNS, TIMING_DRAM_RUNS);
    for (unsigned r = 0; r < TIMING_DRAM_RUNS; r++) {
        char(*cell)[TIMING_CELL] = &table.cell[(size_t)r * COLUMNS];
        const struct timing_memory_measured *m = &report->measured[first + r];
        struct timing_dram_sum sum = timing_dram_sum(r, report->board);
        const struct board_frequency memory = report->board->clock_memory;
        snprintf(cell[0], TIMING_CELL, "%s", sum.name);
        snprintf(cell[1], TIMING_CELL, "%s", sum.settings);
        timing_cpu_put_hundredths(cell[2], 100 * (int64_t)sum.clocks);
        put_figure(cell[3], m, 100 * (int64_t)m->usual);
        put_figure(cell[4], m, 100 * (int64_t)m->usual_count);
        put_figure(cell[5], m, 100 * (int64_t)m->count);
        put_figure(cell[6], m,
                   (int64_t)((unsigned __int128)m->usual * 100000000000U * memory.denominator / memory.numerator));
        put_figure(cell[7], m, 100 * (int64_t)m->use);
    }
    print_and_free(&table, print, file);
}

void timing_memory_beside(char text[TIMING_CELL], const struct timing_memory_run *run)
{
    unsigned cores = (run->task[1] == TIMING_STREAM) + (run->task[2] == TIMING_STREAM);
    const char *many = cores == 1 ? "a core" : "two cores", *what = timing_stream[run->stream].name;
    snprintf(text, TIMING_CELL, "%.12s%s%.30s", cores ? many : "nobody", cores ? ": " : "", cores ? what : "");
}

static void print_contention(const struct timing_memory_report *report, print_table *print, FILE *file)
{
    static const char *const heads[] = {"|beside it", "|a pause of", "|they carry, GB/s", "a load takes|clocks",
                                        "a load takes|ns"};
    enum { COLUMNS = sizeof heads / sizeof *heads };
    unsigned first = timing_memory_first(report, TIMING_MEMORY_CONTENTION), rows = 0;
    while (first + rows < report->runs && report->run[first + rows].part == TIMING_MEMORY_CONTENTION)
        rows++;
    struct timing_table table =
        table_of("Contention",
                 "Core 0 goes through 64 MiB by pages as above while others stream, with a pause of so many or "
                 "31,31,31, of 16 clocks and three instructions each, after every four lines.",
                 heads, COLUMNS, rows);
    for (unsigned r = 0; r < rows; r++) {
        char(*cell)[TIMING_CELL] = &table.cell[(size_t)r * COLUMNS];
        const struct timing_memory_run *run = &report->run[first + r];
        const struct timing_memory_measured *m = &report->measured[first + r];
        timing_memory_beside(cell[0], run);
        snprintf(cell[1], TIMING_CELL, "%u", run->pause);
        put_figure(cell[2], m, timing_memory_rate(m->lines * SIM_LINE, m->time));
        put_figure(cell[3], m, timing_memory_clocks(m));
        put_figure(cell[4], m, m->loads ? (int64_t)(m->time / 100 / m->loads) : 0);
    }
    print_and_free(&table, print, file);
}

static void print_count(const struct timing_memory_report *report, FILE *file)
{
    char *names = NULL;
    size_t size;
    FILE *list = open_memstream(&names, &size);
    SIM_CHECK(list, "out of memory for a line of text");
    struct timing_memory_count count = timing_memory_count(report, list);
    fclose(list);
    fprintf(file, "%u of %u published figures, those of timing cpu included, agree; %u with no setting fitted: %s.",
            count.agree, count.published, count.unfitted, count.unfitted ? names : "none");
    free(names);
}

static void print_emergent(const struct timing_memory_report *report, print_table *print, FILE *file)
{
    static const char *const heads[] = {"|benchmark",  "|row",  "|simulated",    "|published",
                                        "|difference", "|unit", "|fitted to it", "|source"};
    enum { COLUMNS = sizeof heads / sizeof *heads };
    unsigned at = timing_memory_first(report, TIMING_MEMORY_EMERGENT);
    char *note = NULL;
    size_t size;
    FILE *text = open_memstream(&note, &size);
    SIM_CHECK(text, "out of memory for a note");
    fputs("Nothing states these. The settings named were chosen with the published figure in mind, or follow from the "
          "same source. ",
          text);
    print_count(report, text);
    fclose(text);
    struct timing_table table = table_of("What emerges", note, heads, COLUMNS, timing_memory_rows);
    for (unsigned r = 0; r < timing_memory_rows; r++) {
        char(*cell)[TIMING_CELL] = &table.cell[(size_t)r * COLUMNS];
        const struct timing_cpu_row *row = timing_memory_published(&timing_memory_row[r]);
        int64_t value;
        snprintf(cell[2], TIMING_CELL, "none");
        snprintf(cell[4], TIMING_CELL, "none");
        if (timing_memory_row_value(report, r, &at, &value)) {
            timing_cpu_put_hundredths(cell[2], value);
            timing_cpu_put_difference(cell[4], row, value);
        }
        snprintf(cell[0], TIMING_CELL, "%s", row->name);
        snprintf(cell[1], TIMING_CELL, "%u", row->row);
        timing_cpu_put_published(cell[3], row);
        snprintf(cell[5], TIMING_CELL, "%s", row->unit);
        snprintf(cell[6], TIMING_CELL, "%s", row->settings);
        snprintf(cell[7], TIMING_CELL, "%s", row->source);
    }
    print_and_free(&table, print, file);
    free(note);
}

static void print_tables(const struct timing_memory_report *report, enum timing_memory_part part, print_table *print,
                         FILE *file)
{
    static void (*const table[TIMING_MEMORY_PARTS])(const struct timing_memory_report *, print_table *, FILE *) = {
        print_latency, print_bandwidth, print_dram, print_contention, print_emergent};
    if (report->part[part])
        table[part](report, print, file);
}

static void print_board(const struct timing_memory_report *report, FILE *file)
{
    char core[BOARD_VALUE_TEXT], memory[BOARD_VALUE_TEXT];
    fprintf(file, "board %s: core %s, memory %s", report->board_name,
            board_description_value(report->board, BOARD_KEY_clock_core, core),
            board_description_value(report->board, BOARD_KEY_clock_memory, memory));
}

bool timing_memory_within(const struct timing_memory_bus *bus, uint64_t limit)
{
    return (unsigned __int128)bus->bytes * SIM_UNITS_PER_SECOND <= (unsigned __int128)limit * bus->time;
}

/* What is wrong with a run; NULL for nothing. */
static const char *complaint(const struct timing_memory_report *report, unsigned i)
{
    const struct timing_memory_measured *m = &report->measured[i];
    const struct timing_memory_run *run = &report->run[i];
    unsigned dram = timing_memory_first(report, TIMING_MEMORY_DRAM);
    if (!m->there)
        return "a program did not come to its end";
    if (!timing_memory_within(&m->in, report->limits.bus_in) || !timing_memory_within(&m->out, report->limits.bus_out))
        return "the bus carried more than it can";
    if (run->part == TIMING_MEMORY_DRAM && m->usual != timing_dram_sum(i - dram, report->board).clocks)
        return "not as the data sheet's figures add up";
    return NULL;
}

bool timing_memory_agrees(const struct timing_memory_report *report)
{
    for (unsigned i = 0; i < report->runs; i++)
        if (complaint(report, i))
            return false;
    return true;
}

static void print_complaints(const struct timing_memory_report *report, const char *before, const char *after,
                             FILE *file)
{
    for (unsigned i = 0; i < report->runs; i++)
        if (complaint(report, i))
            fprintf(file, "%s%s, program %u: %s%s", before, timing_memory_part_name[report->run[i].part],
                    i - timing_memory_first(report, report->run[i].part) + 1, complaint(report, i), after);
}

void timing_memory_print_text(const struct timing_memory_report *report, FILE *file)
{
    print_board(report, file);
    fputc('\n', file);
    for (unsigned i = 0; i < TIMING_MEMORY_PARTS; i++)
        print_tables(report, i, timing_table_text, file);
    print_complaints(report, "", "\n", file);
}

void timing_memory_print_html(const struct timing_memory_report *report, FILE *file)
{
    struct timing_page what;
    timing_page_begin(&what);
    print_board(report, what.file);
    timing_page_head(&what, "cycle360: memory", "The memory system", file);
    for (unsigned i = 0; i < TIMING_MEMORY_PARTS; i++) {
        print_tables(report, i, timing_table_html, file);
        if (report->part[i] && i == TIMING_MEMORY_LATENCY)
            timing_memory_draw_latency(report, file);
        if (report->part[i] && i == TIMING_MEMORY_CONTENTION)
            timing_memory_draw_contention(report, file);
    }
    print_complaints(report, "<p><b>", "</b></p>\n", file);
    fputs("</html>\n", file);
}
