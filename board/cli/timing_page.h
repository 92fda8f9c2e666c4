/* What the reports of `cycle360 timing` share: a text that is made before it goes anywhere, and what a measuring
 * process hands over. */
#ifndef CYCLE360_BOARD_CLI_TIMING_PAGE_H
#define CYCLE360_BOARD_CLI_TIMING_PAGE_H

#include "models/sim/child.h"
#include "models/sim/status.h"

#include <stdio.h>

/* Print to `file`; then one of the two below, which end it. */
struct timing_page {
    FILE *file;
    char *text;
    size_t size;
};

void timing_page_begin(struct timing_page *page);
enum sim_status timing_page_write(struct timing_page *page, const char *path, struct sim_error *error);
/* A page up to its first paragraph, which says what was measured. */
void timing_page_head(struct timing_page *what, const char *title, const char *heading, FILE *file);

/* The `size` bytes that a process should have written. */
enum sim_status timing_child_wrote(const struct sim_child *child, void *outcome, size_t size, const char *name,
                                   struct sim_error *error);

#endif
