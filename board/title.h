/* The kernel of a title on a board: a component that acts on the memory system and has the registers of the hardware
 * threads that have trapped. What a title is, kernel-hle/ knows; what the board is, it does not. */
#ifndef CYCLE360_BOARD_TITLE_H
#define CYCLE360_BOARD_TITLE_H

#include "board/description.h"
#include "board/memory.h"
#include "kernel-hle/kernel/kernel.h"
#include "models/membus/agent.h"
#include "models/sim/machine.h"
#include "models/xenon/core/core.h"

struct tree;

struct title_options {
    const struct image *image; /* these stay */
    struct tree *media;
    const char *path; /* as the title sees it */
    struct kernel_log *log;
    const struct kernel_replay *replay; /* NULL: none */
    bool strict, past_deadlock;
};

struct title {
    struct sim_component component;
    struct sim_in trap;
    struct membus_agent agent;
    struct xenon_core *const *core;
    const struct sim_clock *clock;
    struct kernel *kernel;
    sim_time now;
    /* state */
    bool begun;              /* the kernel has been brought to power-on, the first thing that is done */
    bool waits[KERNEL_CPUS]; /* the hardware thread has been told to wait for interrupts */
    /* host */
    char *text; /* lines that it has printed and nobody has taken yet */
    size_t size, room;
    bool ended;
    enum sim_status status; /* how */
    char *reason;           /* and why, in full */
};

/* Adds it to the machine. `core` are the three cores. On failure nothing needs to be freed. */
enum sim_status title_init(struct title *title, const struct board_description *description, const struct sim_clock *l2,
                           const struct sim_clock *core_clock, const struct sim_clock *timebase,
                           struct board_memory *memory, struct xenon_core *const *core,
                           const struct title_options *options, struct sim_machine *machine, struct sim_error *error);
enum sim_status title_connect(struct title *title, const struct board_description *description,
                              struct board_memory *memory, struct sim_machine *machine, struct sim_error *error);
void title_free(struct title *title);

#endif
