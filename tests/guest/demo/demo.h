/* What the demo title paints, and where. */
#ifndef DEMO_H
#define DEMO_H

#include <kernel.h>
#include <stdbool.h>

enum { WIDTH = 512, HEIGHT = 288, TILE = 32, ROWS = HEIGHT / TILE, PAINTERS = 6, SWAP_THREAD = 2 };

/* A frame buffer of 32-bit pixels in tiles, as the display takes it. */
struct surface {
    double *pixels;        /* pairs of them: a store of 64 bits each */
    uint32_t line[HEIGHT]; /* the colour that each line has all along, or MIXED */
};
#define MIXED 0xFFFFFFFFu

bool make_surface(struct surface *surface);

/* The command processor, which shows surfaces; hardware thread SWAP_THREAD is told when it has done so. */
bool make_ring(void);
void swap_to(const struct surface *surface);

/* The rows of text that the name is drawn by, '#' being a dot. */
void read_name(const char *text, uint32_t size);

/* Settles what the frame looks like; then its rows of tiles can be painted in any order. */
extern uint32_t gauge[PAINTERS]; /* shown as bars */
void compose(uint32_t frame);
void paint_row(struct surface *surface, uint32_t row);

#endif
