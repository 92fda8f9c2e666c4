#include "models/xenos/display/display_lut.h"

void display_lut_fill(struct display_lut *lut)
{
    for (unsigned i = 0; i < DISPLAY_LUT_ENTRIES; i++)
        for (unsigned c = 0; c < DISPLAY_LUT_COLOURS; c++)
            lut->table[i][c] = (uint16_t)(i * 1023 / 255);
    for (unsigned i = 0; i < DISPLAY_LUT_PIECES; i++) {
        uint32_t base = i * 65535 / 127 & ~63u;
        uint32_t delta = i + 1 < DISPLAY_LUT_PIECES ? 0x200 : 0;
        for (unsigned c = 0; c < DISPLAY_LUT_COLOURS; c++)
            lut->curve[i][c] = delta << 16 | base;
    }
}

void display_lut_seek(struct display_lut *lut, uint32_t index)
{
    lut->index = (uint8_t)index;
    lut->colour = 0;
}

/* Colour 0 is red, whose write enable is the highest bit. */
static int enabled(uint32_t colours, unsigned colour)
{
    return colours >> (2 - colour) & 1;
}

void display_lut_write_seq(struct display_lut *lut, uint32_t colours, uint32_t data)
{
    if (enabled(colours, lut->colour))
        lut->table[lut->index][lut->colour] = (uint16_t)(data >> 6 & 0x3FF);
}

/* The curve has half as many entries as the table: bit 7 of the index does not count. */
void display_lut_write_pwl(struct display_lut *lut, uint32_t colours, uint32_t data)
{
    if (enabled(colours, lut->colour))
        lut->curve[lut->index % DISPLAY_LUT_PIECES][lut->colour] = data & 0xFFC0FFC0;
}

void display_lut_write_30(struct display_lut *lut, uint32_t colours, uint32_t data)
{
    for (unsigned c = 0; c < DISPLAY_LUT_COLOURS; c++)
        if (enabled(colours, c))
            lut->table[lut->index][c] = (uint16_t)(data >> (20 - 10 * c) & 0x3FF);
}

uint32_t display_lut_read_seq(const struct display_lut *lut)
{
    return (uint32_t)lut->table[lut->index][lut->colour] << 6;
}

uint32_t display_lut_read_pwl(const struct display_lut *lut)
{
    return lut->curve[lut->index % DISPLAY_LUT_PIECES][lut->colour];
}

uint32_t display_lut_read_30(const struct display_lut *lut)
{
    const uint16_t *entry = lut->table[lut->index];
    return (uint32_t)entry[0] << 20 | (uint32_t)entry[1] << 10 | entry[2];
}

void display_lut_step_colour(struct display_lut *lut)
{
    if (++lut->colour == DISPLAY_LUT_COLOURS)
        display_lut_step_entry(lut);
}

void display_lut_step_entry(struct display_lut *lut)
{
    lut->index++;
    lut->colour = 0;
}

void display_lut_save(const struct display_lut *lut, struct sim_writer *writer)
{
    for (unsigned i = 0; i < DISPLAY_LUT_ENTRIES; i++)
        for (unsigned c = 0; c < DISPLAY_LUT_COLOURS; c++)
            sim_put_u16(writer, lut->table[i][c]);
    for (unsigned i = 0; i < DISPLAY_LUT_PIECES; i++)
        for (unsigned c = 0; c < DISPLAY_LUT_COLOURS; c++)
            sim_put_u32(writer, lut->curve[i][c]);
    sim_put_u8(writer, lut->index);
    sim_put_u8(writer, lut->colour);
}

void display_lut_load(struct display_lut *lut, struct sim_reader *reader)
{
    for (unsigned i = 0; i < DISPLAY_LUT_ENTRIES; i++)
        for (unsigned c = 0; c < DISPLAY_LUT_COLOURS; c++)
            lut->table[i][c] = sim_get_u16(reader) & 0x3FF;
    for (unsigned i = 0; i < DISPLAY_LUT_PIECES; i++)
        for (unsigned c = 0; c < DISPLAY_LUT_COLOURS; c++)
            lut->curve[i][c] = sim_get_u32(reader) & 0xFFC0FFC0;
    lut->index = sim_get_u8(reader);
    lut->colour = sim_get_u8_below(reader, DISPLAY_LUT_COLOURS);
}
