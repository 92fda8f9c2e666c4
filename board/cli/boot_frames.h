/* Pictures of what the display shows, as it has fetched it: `boot --frames`. They are numbered by the vertical blank
 * that ends them, and made when that begins.
 *
 * A file for the first field of each surface that the display is turned to, or for every one. A field that the run has
 * not seen from its beginning to its end is no picture. */
#ifndef CYCLE360_BOARD_CLI_BOOT_FRAMES_H
#define CYCLE360_BOARD_CLI_BOOT_FRAMES_H

#include "board/board.h"
#include "board/cli/frame.h"

enum boot_frames_when { BOOT_FRAMES_SWAP, BOOT_FRAMES_VBLANK };

struct boot_frames {
    const char *folder; /* NULL: none are wanted */
    enum boot_frames_when when;
    struct display_listener listener;
    struct frame frame;
    uint64_t swap;     /* with which the field began */
    uint64_t pictured; /* of the last one that was written, UINT64_MAX before the first */
    uint64_t written;
    enum sim_status status; /* of what was written: the display's thread cannot end the run */
    struct sim_error error;
};

/* Makes the folder if it is not there. Nothing that follows does anything where nothing was begun. */
enum sim_status boot_frames_begin(struct boot_frames *frames, struct board *board, const char *folder,
                                  enum boot_frames_when when, struct sim_error *error);
/* Between runs: has all gone well? */
enum sim_status boot_frames_look(const struct boot_frames *frames, struct sim_error *error);
void boot_frames_end(struct boot_frames *frames, struct board *board);

#endif
