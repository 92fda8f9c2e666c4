#include "models/xenos/display/pixels.h"

/* D1GRPH_CONTROL bits 10:8 of pixels of 32 bits; D1GRPH_LUT_10BIT_BYPASS_CNTL. */
enum { FORMAT_SHIFT = 8, FORMAT_MASK = 7, FORMAT_2_10_10_10 = 1, BYPASS = 1u << 8 };

struct pixels pixels_of(const struct scan_surface *surface, const struct display_lut *lut, enum display_pixels order)
{
    return (struct pixels){
        .lut = lut,
        .big = order == DISPLAY_PIXELS_BIG,
        .ten = (surface->control >> FORMAT_SHIFT & FORMAT_MASK) == FORMAT_2_10_10_10,
        .bypass = (surface->bypass & BYPASS) != 0,
        .shift = surface->lut & 0xF,
    };
}

uint32_t pixels_level(const struct pixels *pixels, unsigned colour, uint32_t value)
{
    uint32_t wide = pixels->ten ? value : value << 2 | value >> 6;
    if (pixels->bypass)
        return wide;
    if (pixels->shift == 0)
        return pixels->lut->table[pixels->ten ? value >> 2 : value][colour];
    uint32_t entry = wide >> pixels->shift, rest = wide & ((1u << pixels->shift) - 1);
    uint32_t piece = pixels->lut->curve[entry < DISPLAY_LUT_PIECES ? entry : DISPLAY_LUT_PIECES - 1][colour];
    uint32_t level = (piece & 0xFFFF) + (rest * (piece >> 16) >> pixels->shift);
    return (level < 0xFFFF ? level : 0xFFFF) >> 6;
}

void pixels_rgb(const struct pixels *pixels, const uint8_t *bytes, uint8_t rgb[3])
{
    uint32_t word = 0;
    for (unsigned i = 0; i < 4; i++)
        word |= (uint32_t)bytes[i] << 8 * (pixels->big ? 3 - i : i);
    for (unsigned colour = 0; colour < 3; colour++) {
        uint32_t value = pixels->ten ? word >> (20 - 10 * colour) & 0x3FF : word >> (16 - 8 * colour) & 0xFF;
        rgb[colour] = (uint8_t)(pixels_level(pixels, colour, value) >> 2);
    }
}
