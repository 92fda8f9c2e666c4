/* The gamma tables and the ports through which software fills them: 256 entries of 10 bits, and 128 pieces of a
 * piecewise linear curve, each for red, green and blue. */
#ifndef CYCLE360_XENOS_DISPLAY_LUT_H
#define CYCLE360_XENOS_DISPLAY_LUT_H

#include "models/sim/state.h"

#include <stdint.h>

enum { DISPLAY_LUT_ENTRIES = 256, DISPLAY_LUT_PIECES = 128, DISPLAY_LUT_COLOURS = 3 };

struct display_lut {
    uint16_t table[DISPLAY_LUT_ENTRIES][DISPLAY_LUT_COLOURS]; /* 10 bits; red, green, blue */
    uint32_t curve[DISPLAY_LUT_PIECES][DISPLAY_LUT_COLOURS];  /* delta << 16 | base, low 6 bits of both 0 */
    uint8_t index, colour;                                    /* the next access */
};

/* Straight ramps. */
void display_lut_fill(struct display_lut *lut);
void display_lut_seek(struct display_lut *lut, uint32_t index);

/* Accesses to the three ports. `colours` is DC_LUT_WRITE_EN_MASK: bit 0 blue, 1 green, 2 red; it stops a write, not the
 * step to the next. A read steps on like a write; peeks do not. */
void display_lut_write_seq(struct display_lut *lut, uint32_t colours, uint32_t data);
void display_lut_write_pwl(struct display_lut *lut, uint32_t colours, uint32_t data);
void display_lut_write_30(struct display_lut *lut, uint32_t colours, uint32_t data);
uint32_t display_lut_read_seq(const struct display_lut *lut);
uint32_t display_lut_read_pwl(const struct display_lut *lut);
uint32_t display_lut_read_30(const struct display_lut *lut);
void display_lut_step_colour(struct display_lut *lut);
void display_lut_step_entry(struct display_lut *lut);

void display_lut_save(const struct display_lut *lut, struct sim_writer *writer);
void display_lut_load(struct display_lut *lut, struct sim_reader *reader);

#endif
