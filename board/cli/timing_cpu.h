/* What `cycle360 timing cpu` measures on a core, and prints. */
#ifndef CYCLE360_BOARD_CLI_TIMING_CPU_H
#define CYCLE360_BOARD_CLI_TIMING_CPU_H

#include "board/cli/timing_table.h"
#include "board/description.h"

#include <stdbool.h>

enum timing_cpu_kind {
    TIMING_CPU_SPAN,
    TIMING_CPU_RATE,
    TIMING_CPU_LESS,
    TIMING_CPU_MISS,
    TIMING_CPU_ORDER,
    TIMING_CPU_BOTH
};

struct timing_cpu_row {
    unsigned row; /* of the published list */
    const char *name;
    bool set; /* what it comes to follows from its settings alone */
    enum timing_cpu_kind kind;
    unsigned per;
    const char *unit, *settings;
    unsigned least, most; /* published, in hundredths; most 0: no upper end */
    const char *source, *body;
};
extern const struct timing_cpu_row timing_cpu_row[];
extern const unsigned timing_cpu_rows;

/* In hundredths, halves up. */
struct timing_cpu_measured {
    bool there; /* the program came to its end and passed its labels */
    int64_t value;
};
/* Builds a board: once per process. */
enum sim_status timing_cpu_measure(struct timing_cpu_measured *measured, const struct timing_cpu_row *row,
                                   const struct board_description *board, struct sim_error *error);
/* What the settings of a row say on this board, in hundredths; only where row->set. */
uint64_t timing_cpu_as_set(const struct timing_cpu_row *row, const struct board_description *board);

struct timing_cpu_report {
    const char *board_name;
    const struct board_description *board;
    unsigned rows;
    const struct timing_cpu_row **row; /* those that were chosen */
    struct timing_cpu_measured *measured;
};
/* Does every row that restates settings restate them? */
bool timing_cpu_agrees(const struct timing_cpu_report *report);

void timing_cpu_print_text(const struct timing_cpu_report *report, FILE *file);
void timing_cpu_print_json(const struct timing_cpu_report *report, FILE *file);
void timing_cpu_print_html(const struct timing_cpu_report *report, FILE *file);

/* Figures in hundredths, what is published of a row, and how far a figure lies outside of that: 0 within, and "-". */
void timing_cpu_put_hundredths(char cell[TIMING_CELL], int64_t value);
void timing_cpu_json_number(const char *name, int64_t hundredths, FILE *file); /* as a member of an object */
void timing_cpu_put_published(char cell[TIMING_CELL], const struct timing_cpu_row *row);
int64_t timing_cpu_difference(const struct timing_cpu_row *row, int64_t value);
void timing_cpu_put_difference(char cell[TIMING_CELL], const struct timing_cpu_row *row, int64_t value);

int cmd_timing_cpu(int argc, char **argv);
int cmd_timing_memory(int argc, char **argv);

#endif
