/* The report of `timing memory` in all its forms. */
#ifndef CYCLE360_BOARD_CLI_TIMING_MEMORY_PRINT_H
#define CYCLE360_BOARD_CLI_TIMING_MEMORY_PRINT_H

#include "board/cli/timing_memory.h"

void timing_memory_print_text(const struct timing_memory_report *report, FILE *file);
void timing_memory_print_json(const struct timing_memory_report *report, FILE *file);
void timing_memory_print_html(const struct timing_memory_report *report, FILE *file);
void timing_memory_draw_latency(const struct timing_memory_report *report, FILE *file);
void timing_memory_draw_contention(const struct timing_memory_report *report, FILE *file);

/* Does everything come to an end, the DRAM to its sums, and no bus to more than it carries? */
bool timing_memory_agrees(const struct timing_memory_report *report);
bool timing_memory_within(const struct timing_memory_bus *bus, uint64_t limit);

/* Who streams in a run beside core 0: "two cores: read, dcbt". */
void timing_memory_beside(char text[TIMING_CELL], const struct timing_memory_run *run);

/* Of the figures that nothing states, those of timing_cpu.def included: for how many one is published, how many are so,
 * and how many of these with no setting fitted, whose names go to `names` if it is not NULL. */
struct timing_memory_count {
    unsigned published, agree, unfitted;
};
struct timing_memory_count timing_memory_count(const struct timing_memory_report *report, FILE *names);

/* What the data sheet's figures add up to, in clocks of the memory, for each of the three runs of the part. */
enum { TIMING_DRAM_RUNS = 3 };
struct timing_dram_sum {
    const char *name, *settings;
    uint64_t clocks;
};
struct timing_dram_sum timing_dram_sum(unsigned run, const struct board_description *board);

#endif
