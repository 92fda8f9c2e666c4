/* The display block's registers by name, made from display_regs.def. */
#ifndef CYCLE360_XENOS_DISPLAY_REGS_H
#define CYCLE360_XENOS_DISPLAY_REGS_H

#include <stdint.h>

enum { DISPLAY_APERTURE_FIRST = 0x6000, DISPLAY_APERTURE_LAST = 0x7FFF }; /* byte offsets */

/* A register's place in display_registers[] and in the array that holds the values. */
enum display_reg {
#define DISPLAY_REG(index, name, width, reset, writable, kind, source) DISPLAY_##name,
#include "models/xenos/display/display_regs.def"
#undef DISPLAY_REG
    DISPLAY_REG_COUNT
};

enum display_reg_kind {
    DISPLAY_REG_STORE,
    DISPLAY_REG_FIXED,
    DISPLAY_REG_TIMING,
    DISPLAY_REG_SURFACE,
    DISPLAY_REG_LIVE
};

struct display_register {
    const char *name;
    uint16_t offset; /* in bytes */
    uint8_t width;
    uint8_t kind;
    uint32_t reset, writable;
    const char *source;
};

extern const struct display_register display_registers[DISPLAY_REG_COUNT];

/* The register at a byte offset; DISPLAY_REG_COUNT where there is none. */
enum display_reg display_reg_at(uint64_t offset);

#endif
