/* Dumps: choosing signals, and writing what they do to a file while the machine runs.
 *
 *     waves_open(registry, &(struct waves_options){.path = "out/board.fst", .probe = "xenos.*"}, &dump, &error);
 *     waves_start(dump, sim_machine_time(machine));
 *     ... each component's show(self, time) ...
 *     sim_machine_observe(machine, waves_observer(dump));
 *     sim_machine_run(...);
 *     waves_finish(dump, sim_machine_time(machine), &result, &error);
 *
 * A dump that starts at T holds, from T on, what a dump of the whole run holds: first the values as they are after all
 * changes at T, then every later change. A signal that nobody shows at the start is 0 until it changes.
 *
 * What is being written is called F.part, and beside it lies F.ring; both are gone after waves_finish. After a kill,
 * the VCD in F.part can be read up to its last line, and `cycle360 waves` reads the ring. */
#ifndef CYCLE360_WAVES_DUMP_H
#define CYCLE360_WAVES_DUMP_H

#include "models/sim/machine.h"
#include "waves/waves.h"

struct waves_dump;

struct waves_options {
    const char *path;    /* its suffix is the format: .vcd, .vcd.gz, .fst, .raw */
    const char *probe;   /* globs (glob.h); NULL: every signal */
    sim_time from, to;   /* only changes in [from, to); to == 0 is the end of the run */
    const char *trigger; /* trigger.h; NULL: none. The dump begins where it fires, at or after `from` */
    /* With a trigger: how much of what came before it is dumped too. Without: only this much before the end is dumped.
     * 0: nothing, and everything. */
    sim_time last;
    const char *comment;            /* lines for the file's header: no dates, no paths of this host. NULL: none */
    const struct sim_clock *cycles; /* what `cyc` means in the trigger's time; NULL: nothing */
    uint64_t ring_bytes;            /* 0: 8 MiB; with `last` 1 GiB of disk, used as far as needed */
};

struct waves_result {
    sim_time begin, end;
    uint64_t changes; /* after the first values */
    uint32_t signals;
    sim_time trigger; /* where it fired; SIM_NEVER: there was none */
    bool cut;         /* the ring was too small for all of `last`: the dump begins later */
};

enum sim_status waves_open(struct waves_registry *registry, const struct waves_options *options,
                           struct waves_dump **dump, struct sim_error *error);
/* The dump begins at t at the earliest; every component shows its values as of t next. */
void waves_start(struct waves_dump *dump, sim_time t);
/* Everything before t is over. Costs a comparison unless there is something to do. */
void waves_close(struct waves_dump *dump, sim_time t);
struct sim_observer waves_observer(struct waves_dump *dump);
/* Has writing failed? Nothing more is dumped then, and waves_finish says why. */
bool waves_failed(const struct waves_dump *dump);
/* Ends the dump at t and frees it. SIM_GUEST where the trigger never fired or the run ended before `from`: then there
 * is no file. `result` may be NULL. */
enum sim_status waves_finish(struct waves_dump *dump, sim_time t, struct waves_result *result, struct sim_error *error);
/* Frees it and leaves no file. */
void waves_abandon(struct waves_dump *dump);

#endif
