/* Tables of `cycle360 timing`, as text and as parts of a page. */
#include "board/cli/timing_table.h"

#include <stdbool.h>
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

void timing_table_text(const struct timing_table *table, FILE *file)
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

void timing_html_text(const char *text, size_t length, FILE *file)
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

void timing_table_html(const struct timing_table *table, FILE *file)
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
    timing_html_text(table->note, strlen(table->note), file);
    fputs("</p>\n", file);
}

void timing_html_head(const char *title, const char *heading, FILE *file)
{
    fprintf(file,
            "<!DOCTYPE html>\n<html lang=en>\n<meta charset=utf-8>\n<title>%s</title>\n<style>\n"
            "body { font: 15px/1.4 system-ui, sans-serif; margin: 2em; color: #222; background: #fff }\n"
            "table { border-collapse: collapse; font-variant-numeric: tabular-nums }\n"
            "th { font-weight: 600; color: #555; border-bottom: 1px solid #bbb }\n"
            "td, th { padding: .2em .7em; text-align: right; white-space: nowrap }\n"
            "td:first-child, th:first-child { text-align: left }\n"
            "tr:hover td { background: #eef4fb }\n"
            "p { max-width: 60em; color: #444 }\n"
            "</style>\n<h1>%s</h1>\n",
            title, heading);
}
