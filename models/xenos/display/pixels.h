/* What a pixel's bytes come out as: its format, then the gamma tables. For who makes pictures: the model moves bytes.
 */
#ifndef CYCLE360_XENOS_DISPLAY_PIXELS_H
#define CYCLE360_XENOS_DISPLAY_PIXELS_H

#include "models/xenos/display/display.h"

struct pixels {
    const struct display_lut *lut;
    bool big;       /* the processor's order of bytes */
    bool ten;       /* 2_10_10_10, otherwise 8_8_8_8 */
    bool bypass;    /* past the tables */
    uint32_t shift; /* 0: the table of 256 entries; otherwise the curve, in pieces of so many bits */
};

struct pixels pixels_of(const struct scan_surface *surface, const struct display_lut *lut, enum display_pixels order);

/* 10 bits of a colour (0 red, 1 green, 2 blue) for 8 bits of it, or 10. */
uint32_t pixels_level(const struct pixels *pixels, unsigned colour, uint32_t value);

/* The byte of its line of memory at which a pixel begins. */
static inline uint32_t pixels_place(uint32_t x, uint32_t y)
{
    return ((x & 3) + ((y & 1) << 2) + ((x & 12) << 1)) * 4;
}

/* Red, green and blue, of 8 bits, for its four bytes. */
void pixels_rgb(const struct pixels *pixels, const uint8_t *bytes, uint8_t rgb[3]);

#endif
