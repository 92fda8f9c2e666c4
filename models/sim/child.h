/* Jobs in child processes: SystemC elaborates once per process, so whatever needs many machines gives each its own. A
 * crash of one is a result like any other. */
#ifndef CYCLE360_SIM_CHILD_H
#define CYCLE360_SIM_CHILD_H

#include "models/sim/status.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct sim_child {
    int exit_status; /* what the job returned, 0 to 255; -1 where a signal ended it */
    int signal;      /* that signal, else 0 */
    char *output;    /* what it wrote to `out`, with a 0 after it */
    size_t size;
};

/* Runs in the child. What it returns is its exit status; what it writes to `out` comes back. */
typedef int sim_child_job(void *context, unsigned index, FILE *out);
/* Hears of each job in the parent, in the order of indices. The output is freed afterwards. */
typedef void sim_child_done(void *context, unsigned index, const struct sim_child *child);

/* Runs jobs 0 to count - 1, at most `parallel` at a time (0: one for each processor). */
enum sim_status sim_children_run(unsigned count, unsigned parallel, sim_child_job *job, sim_child_done *done,
                                 void *context, struct sim_error *error);

#endif
