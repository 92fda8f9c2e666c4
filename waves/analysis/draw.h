/* A dump as a picture: one lane a signal in an SVG, to be looked at or put into a document. */
#ifndef CYCLE360_WAVES_ANALYSIS_DRAW_H
#define CYCLE360_WAVES_ANALYSIS_DRAW_H

#include "models/sim/time.h"

#include <stdint.h>

enum { WAVES_DRAW_LANES_MAX = 256, WAVES_DRAW_WIDTH_MAX = 20000 };

struct waves_drawing {
    const char *from_file, *to_file;
    const char *probe; /* NULL: every signal */
    sim_time from, to; /* to == 0: the end of the dump */
    const char *title; /* NULL: none */
    uint32_t width;    /* of the whole picture, in pixels */
};

enum sim_status waves_draw(const struct waves_drawing *drawing, struct sim_error *error);

#endif
