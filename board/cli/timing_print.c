/* The report of `timing vblank` as text and as a page: the same tables, and what disagrees. */
#include "board/cli/timing_page.h"
#include "board/cli/timing_vblank.h"

static void print_tables(const struct timing_report *report, void (*print)(const struct timing_table *, FILE *),
                         FILE *file)
{
    struct timing_table table[TIMING_TABLES];
    timing_tables_new(table, report);
    for (unsigned i = 0; i < TIMING_TABLES; i++)
        if (table[i].rows != 0)
            print(&table[i], file);
    timing_tables_free(table);
}

static void print_board(const struct timing_report *report, FILE *file)
{
    char core[BOARD_VALUE_TEXT], rate[BOARD_VALUE_TEXT];
    fprintf(file, "board %s: core %s, rate rule %s; %llu vblanks of each mode", report->board_name,
            board_description_value(report->board, BOARD_KEY_clock_core, core),
            board_description_value(report->board, BOARD_KEY_display_rate, rate), (unsigned long long)report->vblanks);
}

static void print_complaints(const struct timing_report *report, const char *before, const char *after, FILE *file)
{
    for (unsigned i = 0; i < report->rows; i++)
        if (report->row[i].measured.wrong)
            fprintf(file, "%s%s: %llu disagree; the first: %s%s", before, display_modes[report->row[i].mode].name,
                    (unsigned long long)report->row[i].measured.wrong, report->row[i].measured.complaint, after);
}

void timing_print_text(const struct timing_report *report, FILE *file)
{
    print_board(report, file);
    fputc('\n', file);
    print_tables(report, timing_table_text, file);
    print_complaints(report, "", "\n", file);
}

void timing_print_html(const struct timing_report *report, FILE *file)
{
    struct timing_page what;
    timing_page_begin(&what);
    print_board(report, what.file);
    timing_page_head(&what, "cycle360: vertical blank", "Vertical blank", file);
    print_tables(report, timing_table_html, file);
    print_complaints(report, "<p><b>", "</b></p>\n", file);
    fputs("</html>\n", file);
}
