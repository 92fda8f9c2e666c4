/* How far long work is, on a terminal; and stopping it with Control-C. */
#ifndef CYCLE360_BOARD_CLI_PROGRESS_H
#define CYCLE360_BOARD_CLI_PROGRESS_H

#include "kernel-hle/loader/work.h"

#include <stdbool.h>

struct progress {
    const char *what;
    uint64_t worth; /* showing: work of fewer bytes is not; can be set once the work has begun */
    unsigned percent;
    bool shown;
};

/* From here on SIGINT and SIGTERM end the work that is told of; a second one ends the process. The percentage stands on
 * standard error if that is a terminal and the work is long. */
struct loader_work progress_begin(struct progress *progress, const char *what);
void progress_end(struct progress *progress);

/* What to exit with: the status, or 128 and the signal's number where one has ended the work. */
int progress_exit_code(enum sim_status status);

#endif
