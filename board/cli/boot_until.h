/* Where a run ends: what --until says. */
#ifndef CYCLE360_BOARD_CLI_BOOT_UNTIL_H
#define CYCLE360_BOARD_CLI_BOOT_UNTIL_H

#include "board/board.h"

#define BOOT_UNTIL_HELP "vblank:N, swap:N, time:T or cycles:N; with a program also insns:N, pc:ADDRESS or idle"

/* Instructions and idleness are looked at in clocks of the core that are divisible by this, in every schedule. */
enum { BOOT_LOOK_CLOCKS = 1000 };

struct boot_until {
    sim_time end; /* the end of time where something else decides */
    uint64_t swap;
    uint64_t vblank; /* these are 0 where they do not */
    uint64_t instructions;
    bool stops_at_pc, idle;
    uint64_t pc;
    char reason[64]; /* once it is reached, what was looked at; "" before */
};

enum sim_status boot_until_read(struct boot_until *until, const char *text, bool program, const struct sim_clock *core,
                                struct sim_error *error);

/* The next time to look at the machine, later than its own; SIM_NEVER where there is nothing to look at. */
sim_time boot_until_next_look(const struct boot_until *until, const struct board *board);
/* Looks, if the machine stands at such a time: is the end reached? */
bool boot_until_reached(struct boot_until *until, const struct board *board);

#endif
