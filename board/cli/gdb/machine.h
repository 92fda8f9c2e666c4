/* The machine as a debugger's target. Nothing here changes what the machine does, but for registers and memory that a
 * person writes.
 *
 * A thread stands between two instructions: those before the one at its PC have issued, that one has not. Two
 * instructions can issue in one clock, and a machine stops only between clocks. A thread that is to stop between the
 * two is shown as it was there (its shadow), while the machine stands behind both; its next step, or the beginning of
 * its next run, does no more than take the shadow away. */
#ifndef CYCLE360_BOARD_CLI_GDB_MACHINE_H
#define CYCLE360_BOARD_CLI_GDB_MACHINE_H

#include "board/cli/gdb/target.h"
#include "board/processors.h"

enum { GDB_POINTS_MAX = 256 };

struct gdb_machine;

struct gdb_machine_thread {
    struct gdb_stop hit, after; /* why it stops; the same of the second instruction, behind the shadow */
    bool has_hit, has_after;
    bool known; /* that it stands at a breakpoint has been said, or does not matter: it steps from there */
    uint64_t known_at;
    bool shadowed;
    struct xenon_context shadow;
    bool touches; /* the instruction that is being issued touches what is watched */
    struct gdb_stop touch;
};

struct gdb_machine_core {
    struct gdb_machine *machine;
    unsigned number;
    struct xenon_core_watch watch;
    struct gdb_machine_thread thread[2];
};

/* Runs the machine to `most` at the latest, as far as the run goes. False when the run has come to its end. */
typedef bool gdb_machine_slice(void *context, sim_time most);
typedef void gdb_machine_reason(void *context, char text[GDB_TEXT]);

struct gdb_machine {
    struct sim_machine *machine;
    struct processors *processors;
    const struct sim_clock *clock;
    void *run;
    gdb_machine_slice *slice;
    gdb_machine_reason *reason; /* of the end */

    struct gdb_machine_core core[BOARD_CORES];
    struct gdb_machine_point {
        enum gdb_point kind;
        uint64_t address, size;
    } point[GDB_POINTS_MAX];
    unsigned points, watches;
    int step;
    bool precise;                /* runs instant by instant, and looks at every instruction */
    unsigned last;               /* the thread that stopped last */
    struct xenon_context before; /* of a thread that is being changed */
};

/* The members of `machine` down to `reason` are its caller's to fill in, the others 0. */
struct gdb_target gdb_machine_target(struct gdb_machine *machine);
/* The debugger is gone: nobody looks any more. */
void gdb_machine_release(struct gdb_machine *machine);

#endif
