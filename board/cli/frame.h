/* One field of the picture as the display has fetched it, and a PNG of it: untiled, through the gamma tables. */
#ifndef CYCLE360_BOARD_CLI_FRAME_H
#define CYCLE360_BOARD_CLI_FRAME_H

#include "models/xenos/display/display.h"

struct frame {
    struct scan_surface surface; /* as it was when the field began */
    struct scan_window window;
    uint8_t *bytes; /* by strip, then by column: what was not there in time is zero */
    size_t size;    /* that there is room for */
    bool begun;
};

/* Each returns false where there is no memory. */
bool frame_begin(struct frame *frame, const struct display *display);
void frame_line(struct frame *frame, const struct scan_request *place, const uint64_t *words);
void frame_late(struct frame *frame, uint32_t strip);
void frame_free(struct frame *frame);

enum sim_status frame_write(const struct frame *frame, const char *path, const struct display *display,
                            struct sim_error *error);

#endif
