/* What `cycle360 timing vblank` measures in a mode, works out for it, and prints. */
#ifndef CYCLE360_BOARD_CLI_TIMING_VBLANK_H
#define CYCLE360_BOARD_CLI_TIMING_VBLANK_H

#include "board/cli/timing_table.h"
#include "board/description.h"
#include "models/xenos/display/modes.h"

#include <gmp.h>
#include <stdbool.h>

enum { TIMING_VBLANKS_MAX = 10000 };

/* From exact arithmetic on the mode's row, the rate rule and the board's clocks. */
struct timing_figures {
    mpq_t hz, period_us;                 /* of vertical blanks */
    mpq_t period_cycles, period_ticks;   /* the core's, the time base's */
    mpq_t line_us;                       /* of a whole line, also where interlaced */
    mpq_t lines, blank_us, blank_cycles; /* lines: of a field where interlaced */
    unsigned from;                       /* the first blank count of the line counter */
    mpq_t pixel_hz;
};
void timing_figures_init(struct timing_figures *figures, const struct display_mode *mode,
                         const struct board_description *board);
void timing_figures_clear(struct timing_figures *figures);

/* From a run of the machine, compared as it went with the exact edges. */
struct timing_measured {
    uint64_t vblanks, interrupts;
    sim_time interval_least, interval_most; /* between vblank edges */
    sim_time delay_least, delay_most;       /* from the vblank edge to the interrupt line at thread 2 */
    uint64_t wrong;                         /* edges and delays that are not where exact arithmetic has them */
    char complaint[256];                    /* about the first of them */
};
/* Builds a board: once per process. */
enum sim_status timing_measure(struct timing_measured *measured, const struct board_description *board,
                               uint64_t vblanks, struct sim_error *error);

struct timing_row {
    unsigned mode;
    struct timing_figures figures;
    struct timing_measured measured;
};

struct timing_report {
    const char *board_name;
    const struct board_description *board;
    uint64_t vblanks;
    struct timing_row *row;
    unsigned rows;
};

/* Cells of the two tables that text and page show (timing_cells.c). */
enum { TIMING_TABLES = 2 };
void timing_tables_new(struct timing_table table[TIMING_TABLES], const struct timing_report *report);
void timing_tables_free(struct timing_table table[TIMING_TABLES]);

struct timing_published {
    const char *mode;
    uint64_t line, half_lines, blank, from, corona; /* units as in published.def */
    const char *source;
};
/* NULL where nothing is published about a mode. */
const struct timing_published *timing_find_published(const char *mode);

/* Decimals: of a rational, halves up; of `units` of 10^-places; of a time in ns; and the published rate. */
const char *timing_decimal(char text[TIMING_CELL], const mpq_t value, unsigned places);
const char *timing_fixed(char text[TIMING_CELL], uint64_t units, unsigned places);
const char *timing_nanoseconds(char text[TIMING_CELL], sim_time time);
const char *timing_published_hz(char text[TIMING_CELL], const struct timing_published *published,
                                const struct timing_report *report);

void timing_print_text(const struct timing_report *report, FILE *file);
void timing_print_json(const struct timing_report *report, FILE *file);
void timing_print_html(const struct timing_report *report, FILE *file);

#endif
