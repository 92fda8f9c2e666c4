#include "models/xenos/display/modes.h"

#include <string.h>

const struct display_mode display_modes[DISPLAY_MODE_COUNT] = {
#define DISPLAY_MODE(id, name, fields_hz, interlaced, h_total, h_active, h_offset, v_total, v_active, v_offset, \
                     surface_w, surface_h, viewport_w, viewport_h, num, den, k, p, source)                      \
    {name,     fields_hz, interlaced, h_total,    h_active,   h_offset,         v_total, v_active,              \
     v_offset, surface_w, surface_h,  viewport_w, viewport_h, {num, den, k, p}, #source},
#include "models/xenos/display/modes.def"
#undef DISPLAY_MODE
};

const char *const display_rate_names[DISPLAY_RATE_COUNT] = {"ntsc", "corona_pll", "nominal"};

static struct display_ratio reduced(uint64_t numerator, uint64_t denominator)
{
    uint64_t a = numerator, b = denominator;
    while (b != 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return (struct display_ratio){numerator / a, denominator / a};
}

/* Blanks in one run of the line counter over a whole frame. */
static uint64_t fields(const struct display_mode *mode)
{
    return mode->interlaced ? 2 : 1;
}

struct display_ratio display_mode_pixel_clock(const struct display_mode *mode, enum display_rate rate)
{
    if (rate == DISPLAY_RATE_CORONA_PLL && mode->pll.den != 0)
        return reduced(UINT64_C(25000000) * mode->pll.num * mode->pll.k, (uint64_t)mode->pll.den * mode->pll.p);
    uint64_t frame = (uint64_t)mode->h_total * mode->v_total;
    if (mode->fields_hz == 60 && rate != DISPLAY_RATE_NOMINAL)
        return reduced(frame * 60000, 1001 * fields(mode));
    return reduced(frame * mode->fields_hz, fields(mode));
}

struct display_ratio display_mode_rate(const struct display_mode *mode, enum display_rate rate)
{
    struct display_ratio clock = display_mode_pixel_clock(mode, rate);
    return reduced(clock.numerator * fields(mode), clock.denominator * mode->h_total * mode->v_total);
}

unsigned display_mode_find(const char *name)
{
    unsigned i = 0;
    while (i < DISPLAY_MODE_COUNT && strcmp(display_modes[i].name, name) != 0)
        i++;
    return i;
}

unsigned display_rate_find(const char *name)
{
    unsigned i = 0;
    while (i < DISPLAY_RATE_COUNT && strcmp(display_rate_names[i], name) != 0)
        i++;
    return i;
}
