/* The video modes, how fast each one runs, and what their mode set leaves in the registers. */
#ifndef CYCLE360_XENOS_DISPLAY_MODES_H
#define CYCLE360_XENOS_DISPLAY_MODES_H

#include <stdbool.h>
#include <stdint.h>

struct display_mode {
    const char *name;
    uint8_t fields_hz; /* nominal: 60 or 50 */
    bool interlaced;
    uint16_t h_total, h_active, h_offset; /* pixels */
    uint16_t v_total, v_active, v_offset; /* counts of the line counter: half lines where interlaced */
    uint16_t surface_w, surface_h, viewport_w, viewport_h;
    struct {
        uint16_t num, den, k, p;
    } pll;
    const char *source;
};

enum display_mode_id {
#define DISPLAY_MODE(id, ...) DISPLAY_MODE_##id,
#include "models/xenos/display/modes.def"
#undef DISPLAY_MODE
    DISPLAY_MODE_COUNT
};

extern const struct display_mode display_modes[DISPLAY_MODE_COUNT];

/* How the pixel clock follows from the mode.
 *   ntsc        60 Hz modes run at exactly 60000/1001 fields a second, 50 Hz modes at exactly 50. The default.
 *   corona_pll  what the Corona boards' PLL words say; as ntsc for modes that they do not list
 *   nominal     exactly 60 and 50 */
enum display_rate { DISPLAY_RATE_NTSC, DISPLAY_RATE_CORONA_PLL, DISPLAY_RATE_NOMINAL, DISPLAY_RATE_COUNT };

extern const char *const display_rate_names[DISPLAY_RATE_COUNT];

/* A fraction in lowest terms. */
struct display_ratio {
    uint64_t numerator, denominator;
};

/* Hz. */
struct display_ratio display_mode_pixel_clock(const struct display_mode *mode, enum display_rate rate);
/* Vertical blanks a second: frames of a progressive mode, fields of an interlaced one. */
struct display_ratio display_mode_rate(const struct display_mode *mode, enum display_rate rate);

/* The index of a mode or rate by name; the count where there is none. */
unsigned display_mode_find(const char *name);
unsigned display_rate_find(const char *name);

#endif
