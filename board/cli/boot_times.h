/* How long after vertical blanks a title is called back, and how long a swap, from the write of the surface's address
 * on, waits for the one that shows it: what a run says of it at its end. It looks at every start of a vertical blank.
 */
#ifndef CYCLE360_BOARD_CLI_BOOT_TIMES_H
#define CYCLE360_BOARD_CLI_BOOT_TIMES_H

#include "board/board.h"

#include <stdio.h>

struct boot_span {
    uint64_t count;
    sim_time least, most, sum;
};

struct boot_times {
    bool begun;
    uint64_t vblanks, swaps, callbacks; /* that have been looked at */
    sim_time next, vblank;              /* of the display's next event, and of the last blank; SIM_NEVER: not known */
    struct boot_span swap_to_vblank, vblank_to_callback;
};

/* Of a board with a title. Nothing that follows does anything where nothing was begun. */
void boot_times_begin(struct boot_times *times, const struct board *board);
/* Up to when the machine may run before boot_times_look() must be called. */
sim_time boot_times_next(struct boot_times *times, const struct board *board);
void boot_times_look(struct boot_times *times, const struct board *board);
/* A line of text for each time that was measured; or members of a JSON object, each with a comma behind it. */
void boot_times_print(const struct boot_times *times, bool json);

#endif
