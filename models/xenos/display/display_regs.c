#include "models/xenos/display/display_regs.h"

const struct display_register display_registers[DISPLAY_REG_COUNT] = {
#define DISPLAY_REG(index, name, width, reset, writable, kind, source) \
    {#name, 4 * index, width, DISPLAY_REG_##kind, reset, writable, #source},
#include "models/xenos/display/display_regs.def"
#undef DISPLAY_REG
};

/* By dword from the start of the aperture: the register's number plus 1, or 0. */
static const uint16_t places[(DISPLAY_APERTURE_LAST + 1 - DISPLAY_APERTURE_FIRST) / 4] = {
#define DISPLAY_REG(index, name, width, reset, writable, kind, source) \
    [index - DISPLAY_APERTURE_FIRST / 4] = DISPLAY_##name + 1,
#include "models/xenos/display/display_regs.def"
#undef DISPLAY_REG
};

enum display_reg display_reg_at(uint64_t offset)
{
    if (offset < DISPLAY_APERTURE_FIRST || offset > DISPLAY_APERTURE_LAST)
        return DISPLAY_REG_COUNT;
    uint16_t place = places[(offset - DISPLAY_APERTURE_FIRST) / 4];
    return place == 0 ? DISPLAY_REG_COUNT : (enum display_reg)(place - 1);
}
