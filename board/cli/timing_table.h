/* Tables of `cycle360 timing`, as text and as parts of a page. */
#ifndef CYCLE360_BOARD_CLI_TIMING_TABLE_H
#define CYCLE360_BOARD_CLI_TIMING_TABLE_H

#include <stddef.h>
#include <stdio.h>

enum { TIMING_CELL = 48, TIMING_COLUMNS_MAX = 16 };

struct timing_table {
    const char *title, *note;
    unsigned columns, rows;
    const char *const *heads;  /* `group|column`; the columns of one group stand together */
    char (*cell)[TIMING_CELL]; /* row by row */
};

void timing_table_text(const struct timing_table *table, FILE *file);
void timing_table_html(const struct timing_table *table, FILE *file);

/* A page up to its heading, included; text with its signs made safe. */
void timing_html_head(const char *title, const char *heading, FILE *file);
void timing_html_text(const char *text, size_t length, FILE *file);

#endif
