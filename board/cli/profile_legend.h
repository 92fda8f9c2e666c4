/* What the colours of causes mean: the part of a profile's pictures that both have. */
#ifndef CYCLE360_BOARD_CLI_PROFILE_LEGEND_H
#define CYCLE360_BOARD_CLI_PROFILE_LEGEND_H

#include "board/profile_report.h"

#include <stdbool.h>
#include <stdio.h>

/* Pixels that it takes, and itself from y on: the causes that any thread has clocks of. */
unsigned profile_legend_height(const struct profile_report *report, bool idle);
void profile_write_legend(FILE *file, const struct profile_report *report, unsigned y, bool idle);

#endif
