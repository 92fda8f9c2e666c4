/* One machine from one board description: the only place that wires components together. */
#ifndef CYCLE360_BOARD_BOARD_H
#define CYCLE360_BOARD_BOARD_H

#include "board/description.h"
#include "board/link_trace.h"
#include "board/processors.h"
#include "board/shader_backend.h"
#include "board/stimulus.h"

enum { BOARD_PROGRAM_SIZE = 32 };

struct board_options {
    struct sim_options sim;  /* its stop_latency comes from the description */
    uint64_t stop_at_vblank; /* ends the run at this vblank, the first being 1; 0: never */
    uint64_t stop_at_swap;   /* likewise, at this swap */
    const char *stimulus;    /* file of bus accesses (stimulus.h); NULL: the built-in ones; "none": no access at all */
    bool processors;         /* the cores and their memory in the stimulus' place; */
    uint64_t entry;          /* where thread 0 of core 0 begins */
    const struct title_options *title;   /* what they run: NULL: bytes that somebody puts into memory */
    const uint8_t *program;              /* a digest of what it will be given to run, of BOARD_PROGRAM_SIZE bytes */
    struct board_shader_options shaders; /* who runs them; no bit of the run depends on it */
};

struct board_clocks {
    struct sim_clock core, l2, gpu, pixel, timebase, fsb_cpu, fsb_gpu, memory;
};

struct board {
    struct board_description description;
    struct board_clocks clock;
    bool has_processors;
    struct processors processors; /* where there are any; else */
    struct stimulus_script script;
    struct display display;
    struct board_shaders shaders;
    struct iic iic;
    struct stimulus stimulus;
    struct sim_machine *machine;
    struct waves_registry *waves;
    struct link_trace *links;
    char identity[BOARD_IDENTITY_TEXT]; /* of description and stimulus or program: what saved machines are bound to */
};

/* Builds and elaborates. A process can do this once (SystemC). `board` must stay where it is; on failure nothing needs
 * to be freed. */
enum sim_status board_build(struct board *board, const struct board_description *description,
                            const struct board_options *options, struct sim_error *error);
void board_free(struct board *board);

/* Has a dump of board->waves hear of everything that the machine does. */
void board_observe(struct board *board, struct sim_observer dump);
/* Emits the values of all signals as of now: the beginning of a dump. */
void board_show(struct board *board);

/* All clocks of a description. */
enum sim_status board_find_clocks(struct board_clocks *clocks, const struct board_description *description,
                                  struct sim_error *error);

/* The core clock of a description, which `cyc` counts in times. */
enum sim_status board_core_clock(const struct board_description *description, struct sim_clock *clock,
                                 struct sim_error *error);

#endif
