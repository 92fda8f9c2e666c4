/* A log of memory's transactions, one JSON object a line: `boot --bus-log`. docs/memory.md has the schema.
 *
 *     bus_log_open(&log, &memory->l2, &memory->north, &options, &error);
 *     sim_machine_observe(machine, bus_log_observer(log));
 *     sim_machine_run(...);
 *     bus_log_close(log, true, &lines, &error);
 *
 * The two components of memory tell of what is done while they run, perhaps ahead of each other and on threads of their
 * own. Their records are kept until their time is over and then written in the order (done, component, telling), which
 * is the same in every schedule. */
#ifndef CYCLE360_BOARD_BUS_LOG_H
#define CYCLE360_BOARD_BUS_LOG_H

#include "models/membus/fsb/north.h"
#include "models/membus/l2/l2.h"
#include "models/sim/machine.h"

struct bus_log;

struct bus_log_options {
    const char *path;  /* ending in .jsonl or .jsonl.gz, or a thing that is no regular file */
    const char *from;  /* globs between commas: who asks; NULL: all */
    const char *kinds; /* the same of kinds */
    const char *range; /* BASE-LAST: only what touches these real addresses; NULL: all */
};

enum sim_status bus_log_open(struct bus_log **log, struct membus_l2 *l2, struct membus_north *north,
                             const struct bus_log_options *options, struct sim_error *error);
/* Writes what is over. The rest of a run comes with bus_log_close. */
struct sim_observer bus_log_observer(struct bus_log *log);
/* Can no more be written? bus_log_close says why. */
bool bus_log_failed(const struct bus_log *log);
/* Between runs. With `keep` the file takes its name, if all went well; otherwise it is removed. */
enum sim_status bus_log_close(struct bus_log *log, bool keep, uint64_t *lines, struct sim_error *error);

#endif
