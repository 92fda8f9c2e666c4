/* A tape of the command processor, of one frame or of a whole run: `boot --gpu-capture`, for `cycle360 gpu replay`.
 * Frame N is what happens between the vertical blanks N and N + 1. */
#ifndef CYCLE360_BOARD_CLI_BOOT_CAPTURE_H
#define CYCLE360_BOARD_CLI_BOOT_CAPTURE_H

#include "board/board.h"
#include "board/tape.h"

enum { CAPTURE_WHOLE = 0 }; /* a frame's number: from here to the end of the run */

struct boot_capture {
    struct tape_record *record; /* NULL: none is made, or no more */
    const char *path;
    uint64_t frame;
    bool begun, done;
    struct tape_counts counts;
};

/* Nothing that follows does anything where nothing was begun. */
enum sim_status boot_capture_begin(struct boot_capture *capture, const struct board *board, const char *path,
                                   uint64_t frame, struct sim_error *error);
/* Up to when the machine may run before boot_capture_look() must be called. */
sim_time boot_capture_next(const struct boot_capture *capture, const struct board *board);
enum sim_status boot_capture_look(struct boot_capture *capture, const struct board *board, struct sim_error *error);
/* At the run's end. With `keep` the file takes its name, if all went well. */
enum sim_status boot_capture_end(struct boot_capture *capture, bool keep, struct sim_error *error);

#endif
