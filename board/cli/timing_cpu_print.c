/* The report of `timing cpu`: two lists as text or as a page, and one JSON object. */
#include "board/cli/json.h"
#include "board/cli/timing_cpu.h"
#include "board/cli/timing_page.h"

#include <stdlib.h>
#include <string.h>

static const char *const set_heads[] = {
    "|benchmark",       "|row",        "clocks|simulated", "clocks|as set",
    "clocks|published", "|difference", "|settings",        "|source",
};
static const char *const emergent_heads[] = {
    "|benchmark", "|row", "|simulated", "|published", "|difference", "|unit", "|fitted to it", "|source",
};
enum { COLUMNS = sizeof set_heads / sizeof *set_heads };
_Static_assert(sizeof set_heads == sizeof emergent_heads, "both lists have as many columns");

void timing_cpu_put_hundredths(char cell[TIMING_CELL], int64_t value)
{
    int64_t size = value < 0 ? -value : value;
    if (size % 100 == 0)
        snprintf(cell, TIMING_CELL, "%s%lld", value < 0 ? "-" : "", (long long)(size / 100));
    else
        snprintf(cell, TIMING_CELL, "%s%lld.%02d", value < 0 ? "-" : "", (long long)(size / 100), (int)(size % 100));
}

void timing_cpu_put_published(char cell[TIMING_CELL], const struct timing_cpu_row *row)
{
    char least[TIMING_CELL], most[TIMING_CELL];
    timing_cpu_put_hundredths(least, row->least);
    timing_cpu_put_hundredths(most, row->most);
    if (row->most == 0)
        snprintf(cell, TIMING_CELL, "%s", row->least == 0 ? "-" : "above 0");
    else if (row->most == row->least)
        snprintf(cell, TIMING_CELL, "%s", least);
    else
        snprintf(cell, TIMING_CELL, "%.20s to %.20s", least, most);
}

int64_t timing_cpu_difference(const struct timing_cpu_row *row, int64_t value)
{
    if (value < (int64_t)row->least)
        return value - (int64_t)row->least;
    return row->most != 0 && value > (int64_t)row->most ? value - (int64_t)row->most : 0;
}

void timing_cpu_put_difference(char cell[TIMING_CELL], const struct timing_cpu_row *row, int64_t value)
{
    char text[TIMING_CELL];
    int64_t by = timing_cpu_difference(row, value);
    timing_cpu_put_hundredths(text, by);
    snprintf(cell, TIMING_CELL, "%s%.20s", by > 0 ? "+" : "", by == 0 ? "-" : text);
}

static void fill(char (*cell)[TIMING_CELL], const struct timing_cpu_row *row, const struct timing_cpu_measured *m,
                 const struct board_description *board)
{
    char simulated[TIMING_CELL] = "none", off[TIMING_CELL] = "none", published[TIMING_CELL];
    if (m->there) {
        timing_cpu_put_hundredths(simulated, m->value);
        timing_cpu_put_difference(off, row, m->value);
    }
    timing_cpu_put_published(published, row);
    snprintf(cell[0], TIMING_CELL, "%s", row->name);
    snprintf(cell[1], TIMING_CELL, "%u", row->row);
    snprintf(cell[2], TIMING_CELL, "%s", simulated);
    if (row->set)
        timing_cpu_put_hundredths(cell[3], (int64_t)timing_cpu_as_set(row, board));
    snprintf(cell[row->set ? 4 : 3], TIMING_CELL, "%s", published);
    snprintf(cell[row->set ? 5 : 4], TIMING_CELL, "%s", off);
    if (!row->set)
        snprintf(cell[5], TIMING_CELL, "%s", row->unit);
    snprintf(cell[6], TIMING_CELL, "%s", row->settings);
    snprintf(cell[7], TIMING_CELL, "%s", row->source);
}

static void print_list(const struct timing_cpu_report *report, bool set,
                       void (*print)(const struct timing_table *, FILE *), FILE *file)
{
    struct timing_table table = {
        .title = set ? "Settings read back" : "What emerges",
        .note = set ? "Each program's clocks follow from the settings named beside it (| the larger of two), rows of "
                      "timing.def chosen after what is published: that they agree says that the core does as it is "
                      "told, not that a console was measured."
                    : "Nothing states these: they come of issue, pairs, prediction, gathering and turns together. The "
                      "settings named were chosen with the published figure in mind, or follow from the same source.",
        .columns = COLUMNS,
        .heads = set ? set_heads : emergent_heads,
        .cell = calloc((size_t)report->rows * COLUMNS + 1, TIMING_CELL),
    };
    SIM_CHECK(table.cell, "out of memory for a table");
    for (unsigned i = 0; i < report->rows; i++)
        if (report->row[i]->set == set)
            fill(&table.cell[(size_t)table.rows++ * COLUMNS], report->row[i], &report->measured[i], report->board);
    if (table.rows != 0)
        print(&table, file);
    free(table.cell);
}

static void print_board(const struct timing_cpu_report *report, FILE *file)
{
    char core[BOARD_VALUE_TEXT];
    fprintf(file, "board %s: core %s; thread 0 of core 0", report->board_name,
            board_description_value(report->board, BOARD_KEY_clock_core, core));
}

/* What of the first list is not as set, or was not measured at all. */
static void print_complaints(const struct timing_cpu_report *report, const char *before, const char *after, FILE *file)
{
    for (unsigned i = 0; i < report->rows; i++) {
        const struct timing_cpu_row *row = report->row[i];
        const struct timing_cpu_measured *m = &report->measured[i];
        if (!m->there)
            fprintf(file, "%s%s: the program did not come to its end%s", before, row->name, after);
        else if (row->set && m->value != (int64_t)timing_cpu_as_set(row, report->board))
            fprintf(file, "%s%s: not as set%s", before, row->name, after);
    }
}

void timing_cpu_print_text(const struct timing_cpu_report *report, FILE *file)
{
    print_board(report, file);
    fputc('\n', file);
    print_list(report, true, timing_table_text, file);
    print_list(report, false, timing_table_text, file);
    print_complaints(report, "", "\n", file);
}

void timing_cpu_print_html(const struct timing_cpu_report *report, FILE *file)
{
    struct timing_page what;
    timing_page_begin(&what);
    print_board(report, what.file);
    timing_page_head(&what, "cycle360: core", "The core's microbenchmarks", file);
    print_list(report, true, timing_table_html, file);
    print_list(report, false, timing_table_html, file);
    print_complaints(report, "<p><b>", "</b></p>\n", file);
    fputs("</html>\n", file);
}

void timing_cpu_json_number(const char *name, int64_t hundredths, FILE *file)
{
    char text[TIMING_CELL];
    timing_cpu_put_hundredths(text, hundredths);
    fprintf(file, ", \"%s\": %s", name, text);
}

void timing_cpu_print_json(const struct timing_cpu_report *report, FILE *file)
{
    char identity[BOARD_IDENTITY_TEXT];
    fputs("{\"board\": ", file);
    json_text(file, report->board_name);
    fprintf(file, ", \"identity\": \"%s\", \"rows\": [", board_description_identity(report->board, identity));
    for (unsigned i = 0; i < report->rows; i++) {
        const struct timing_cpu_row *row = report->row[i];
        const struct timing_cpu_measured *m = &report->measured[i];
        fprintf(file, "%s\n  {\"row\": %u", i ? "," : "", row->row);
        json_text_member("name", row->name, file);
        json_text_member("list", row->set ? "settings" : "emergent", file);
        json_text_member("unit", row->unit, file);
        json_text_member("settings", row->settings, file);
        if (m->there)
            timing_cpu_json_number("simulated", m->value, file);
        if (row->set)
            timing_cpu_json_number("as_set", (int64_t)timing_cpu_as_set(row, report->board), file);
        if (row->least != 0)
            timing_cpu_json_number("published_least", row->least, file);
        if (row->most != 0)
            timing_cpu_json_number("published_most", row->most, file);
        if (m->there)
            timing_cpu_json_number("difference", timing_cpu_difference(row, m->value), file);
        json_text_member("source", row->source, file);
        fputc('}', file);
    }
    fprintf(file, "\n], \"agrees\": %s}\n", timing_cpu_agrees(report) ? "true" : "false");
}
