/* The report of `timing vblank` as text and as a page: the same tables, and what disagrees. */
#include "board/cli/timing_vblank.h"

#include <stdlib.h>
#include <string.h>

static const char *column_name(const char *head)
{
    return strchr(head, '|') + 1;
}

static int group_length(const char *head)
{
    return (int)(strchr(head, '|') - head);
}

static bool same_group(const char *a, const char *b)
{
    return group_length(a) != 0 && group_length(a) == group_length(b) && memcmp(a, b, (size_t)group_length(a)) == 0;
}

/* The columns from `first` on that share its group. */
static unsigned group_columns(const struct timing_table *table, unsigned first)
{
    unsigned count = 1;
    while (first + count < table->columns && same_group(table->heads[first], table->heads[first + count]))
        count++;
    return count;
}

/* Words, broken before column 110. */
static void print_wrapped(const char *text, FILE *file)
{
    size_t column = 0;
    while (*text != '\0') {
        size_t word = strcspn(text, " ");
        if (column != 0 && column + 1 + word > 110) {
            fputc('\n', file);
            column = 0;
        }
        column += (size_t)fprintf(file, "%s%.*s", column ? " " : "", (int)word, text);
        text += word + strspn(text + word, " ");
    }
    fputc('\n', file);
}

static void text_table(const struct timing_table *table, FILE *file)
{
    int width[TIMING_COLUMNS_MAX];
    for (unsigned c = 0; c < table->columns; c++) {
        width[c] = (int)strlen(column_name(table->heads[c]));
        for (unsigned r = 0; r < table->rows; r++) {
            int length = (int)strlen(table->cell[(size_t)r * table->columns + c]);
            width[c] = length > width[c] ? length : width[c];
        }
    }
    fprintf(file, "\n%s\n", table->title);
    for (unsigned c = 0; c < table->columns;) {
        unsigned count = group_columns(table, c);
        int span = 2 * (int)(count - 1);
        for (unsigned i = 0; i < count; i++)
            span += width[c + i];
        int length = group_length(table->heads[c]);
        if (length > span) { /* the group's name wants more room than its columns */
            width[c] += length - span;
            span = length;
        }
        fprintf(file, "%s%*.*s", c ? "  " : "", c ? span : -span, length, table->heads[c]);
        c += count;
    }
    fputc('\n', file);
    for (unsigned c = 0; c < table->columns; c++)
        fprintf(file, "%s%*s", c ? "  " : "", c ? width[c] : -width[c], column_name(table->heads[c]));
    fputc('\n', file);
    for (unsigned r = 0; r < table->rows; r++) {
        for (unsigned c = 0; c < table->columns; c++)
            fprintf(file, "%s%*s", c ? "  " : "", c ? width[c] : -width[c],
                    table->cell[(size_t)r * table->columns + c]);
        fputc('\n', file);
    }
    print_wrapped(table->note, file);
}

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
    print_tables(report, text_table, file);
    print_complaints(report, "", "\n", file);
}

static void html_text(const char *text, size_t length, FILE *file)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '<')
            fputs("&lt;", file);
        else if (text[i] == '>')
            fputs("&gt;", file);
        else if (text[i] == '&')
            fputs("&amp;", file);
        else
            fputc(text[i], file);
    }
}

static void html_table(const struct timing_table *table, FILE *file)
{
    fprintf(file, "<h2>%s</h2>\n<table>\n<tr>", table->title);
    for (unsigned c = 0; c < table->columns;) {
        unsigned count = group_columns(table, c);
        fprintf(file, "<th colspan=%u>%.*s", count, group_length(table->heads[c]), table->heads[c]);
        c += count;
    }
    fputs("\n<tr>", file);
    for (unsigned c = 0; c < table->columns; c++)
        fprintf(file, "<th>%s", column_name(table->heads[c]));
    for (unsigned r = 0; r < table->rows; r++) {
        fputs("\n<tr>", file);
        for (unsigned c = 0; c < table->columns; c++)
            fprintf(file, "<td>%s", table->cell[(size_t)r * table->columns + c]);
    }
    fputs("\n</table>\n<p>", file);
    html_text(table->note, strlen(table->note), file);
    fputs("</p>\n", file);
}

void timing_print_html(const struct timing_report *report, FILE *file)
{
    char *board = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&board, &size);
    SIM_CHECK(memory, "out of memory for a line of text");
    print_board(report, memory);
    fclose(memory);
    fputs("<!DOCTYPE html>\n<html lang=en>\n<meta charset=utf-8>\n<title>cycle360: vertical blank</title>\n<style>\n"
          "body { font: 15px/1.4 system-ui, sans-serif; margin: 2em; color: #222; background: #fff }\n"
          "table { border-collapse: collapse; font-variant-numeric: tabular-nums }\n"
          "th { font-weight: 600; color: #555; border-bottom: 1px solid #bbb }\n"
          "td, th { padding: .2em .7em; text-align: right; white-space: nowrap }\n"
          "td:first-child, th:first-child { text-align: left }\n"
          "tr:hover td { background: #eef4fb }\n"
          "p { max-width: 60em; color: #444 }\n"
          "</style>\n<h1>Vertical blank</h1>\n<p>",
          file);
    html_text(board, size, file);
    fputs("</p>\n", file);
    free(board);
    print_tables(report, html_table, file);
    print_complaints(report, "<p><b>", "</b></p>\n", file);
    fputs("</html>\n", file);
}
