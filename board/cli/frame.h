/* What the display would put out, as a picture: the surface that its registers name, untiled. */
#ifndef CYCLE360_BOARD_CLI_FRAME_H
#define CYCLE360_BOARD_CLI_FRAME_H

#include "models/sim/status.h"

#include <stddef.h>
#include <stdint.h>

/* In pixels of 32 bits; of the display's registers, D1GRPH_PRIMARY_SURFACE_ADDRESS, PITCH, X_END and Y_END. */
struct frame_surface {
    uint32_t address; /* real */
    uint32_t pitch, width, height;
};

/* Reads memory as everybody would see it. */
typedef void frame_read(void *context, uint64_t real, void *bytes, size_t size);

enum sim_status frame_write(const char *path, const struct frame_surface *surface, frame_read *read, void *context,
                            struct sim_error *error);

#endif
