/* Pictures of what the display shows, a file for each surface that it is turned to: `boot --frames`. They are numbered
 * by the vertical blank that ends them.
 *
 * It looks at every start of a vertical blank, at the surface that has been shown up to then, and when the run ends.
 * What software paints into a surface that it goes on showing is not seen. */
#ifndef CYCLE360_BOARD_CLI_BOOT_FRAMES_H
#define CYCLE360_BOARD_CLI_BOOT_FRAMES_H

#include "board/board.h"

struct boot_frames {
    const char *folder; /* NULL: none are wanted */
    uint64_t vblanks;   /* starts of a blank that have been looked at */
    uint32_t address;   /* of the last one that was written, 0 before the first */
    uint64_t written;
};

/* Makes the folder if it is not there. Nothing that follows does anything where nothing was begun. */
enum sim_status boot_frames_begin(struct boot_frames *frames, const struct board *board, const char *folder,
                                  struct sim_error *error);
/* Up to when the machine may run before boot_frames_look() must be called. */
sim_time boot_frames_next(const struct boot_frames *frames, const struct board *board);
enum sim_status boot_frames_look(struct boot_frames *frames, const struct board *board, bool last,
                                 struct sim_error *error);

#endif
