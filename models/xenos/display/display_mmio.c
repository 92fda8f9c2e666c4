/* What an access to each register does. Nothing else is here. */
#include "models/xenos/display/display_parts.h"

enum { ACKNOWLEDGE = 1u << 4, INSIDE = 1u << 12, INTERRUPT = 1u << 16 }; /* D1MODE_VBLANK_STATUS, D1MODE_VLINE_STATUS */

enum { SURFACE_PENDING = 1u << 2 /* of D1GRPH_UPDATE */, UNDERFLOW = 1u << 8 /* of D1MODE_UNDERFLOW_STATUS */ };

/* Those two registers: bit 0 occurred, 12 inside now, 16 interrupting. */
static uint32_t range_status(const struct display *display, uint32_t which, bool inside)
{
    return (display->occurred & which ? 1 : 0) | (inside ? INSIDE : 0) | (display->raised & which ? INTERRUPT : 0);
}

static uint32_t crtc_status(const struct crtc *crtc, const struct crtc_point *point)
{
    bool h_blank = point->pixel >= crtc->timing.h_blank_start || point->pixel < crtc->timing.h_blank_end;
    bool v_blank = crtc_line_blank(&crtc->timing, point->line);
    return (v_blank ? 1u << 0 : 1u << 1) | (h_blank ? 1u << 16 : 1u << 17);
}

/* The registers whose value is worked out, not stored. */
static uint32_t live_value(const struct display *display, enum display_reg reg, sim_time t)
{
    const struct crtc *crtc = &display->crtc;
    struct crtc_point point = display_point(display, t);
    switch (reg) {
    case DISPLAY_D1CRTC_INTERLACE_STATUS:
        return point.field;
    case DISPLAY_D1CRTC_STATUS:
        return crtc_status(crtc, &point);
    case DISPLAY_D1CRTC_STATUS_POSITION:
        return point.pixel << 16 | point.line;
    case DISPLAY_D1CRTC_STATUS_FRAME_COUNT:
        return point.fields & 0xFFFFFF;
    case DISPLAY_D1CRTC_STATUS_VF_COUNT:
        return point.line << 16 | (point.fields & 0xFFFF);
    case DISPLAY_D1CRTC_STATUS_HV_COUNT:
        return point.pixel << 16 | point.line;
    case DISPLAY_D1CRTC_DOUBLE_BUFFER_CONTROL:
        return display->reg[reg] | display_timing_waits(display);
    case DISPLAY_D1GRPH_UPDATE:
        return display->reg[reg] | (display_surface_waits(display) ? SURFACE_PENDING : 0);
    case DISPLAY_D1MODE_UNDERFLOW_STATUS:
        return display->scan.underflow ? UNDERFLOW : 0;
    case DISPLAY_D1MODE_V_COUNTER:
        return point.line;
    case DISPLAY_D1MODE_VBLANK_STATUS:
        return range_status(display, DISPLAY_VBLANK, crtc_line_blank(&crtc->timing, point.line));
    case DISPLAY_D1MODE_VLINE_STATUS:
        return range_status(display, DISPLAY_VLINE, display_in_vline(display, point.line));
    case DISPLAY_D1MODE_VBLANK_VLINE_STATUS:
        return display->occurred | (display->raised ? INTERRUPT : 0);
    case DISPLAY_DISP_INTERRUPT_STATUS:
        return display->raised & DISPLAY_VBLANK ? 1u << 4 : 0;
    case DISPLAY_DC_LUT_RW_INDEX:
        return display->lut.index;
    case DISPLAY_DC_LUT_SEQ_COLOR:
        return display_lut_read_seq(&display->lut);
    case DISPLAY_DC_LUT_PWL_DATA:
        return display_lut_read_pwl(&display->lut);
    case DISPLAY_DC_LUT_30_COLOR:
        return display_lut_read_30(&display->lut);
    default: /* control registers: what was written */
        return display->reg[reg];
    }
}

static uint32_t value(const struct display *display, enum display_reg reg, sim_time t)
{
    return display_registers[reg].kind == DISPLAY_REG_LIVE ? live_value(display, reg, t) : display->reg[reg];
}

static void step_lut(struct display *display, enum display_reg reg)
{
    if (reg == DISPLAY_DC_LUT_SEQ_COLOR || reg == DISPLAY_DC_LUT_PWL_DATA)
        display_lut_step_colour(&display->lut);
    else if (reg == DISPLAY_DC_LUT_30_COLOR)
        display_lut_step_entry(&display->lut);
}

const char *const display_acknowledge_names[DISPLAY_ACKNOWLEDGE_COUNT] = {"ones", "any"};
const char *const display_flip_names[DISPLAY_FLIP_COUNT] = {"vblank", "at_once"};
const char *const display_pixels_names[DISPLAY_PIXELS_COUNT] = {"little", "big"};

/* A write to a status register that holds `all`, with ones for `which`. */
static void acknowledge(struct display *display, sim_time t, uint32_t all, uint32_t which)
{
    if (display->config.acknowledge == DISPLAY_ACKNOWLEDGE_ANY)
        which = all;
    display->occurred &= ~which;
    display_raise(display, t);
}

/* What a write does beyond being stored. */
static void live_write(struct display *display, enum display_reg reg, sim_time t, uint32_t data)
{
    uint32_t colours = display->reg[DISPLAY_DC_LUT_WRITE_EN_MASK];
    switch (reg) {
    case DISPLAY_D1CRTC_CONTROL:
        display_run(display, t, data & 1);
        break;
    case DISPLAY_D1CRTC_UPDATE_LOCK:
        display_take_timing(display, t);
        display_find_event(display, t);
        break;
    case DISPLAY_D1GRPH_ENABLE:
        if (!(data & 1)) {
            display_scan_drop(display);
            display_find_event(display, t);
        }
        break;
    case DISPLAY_D1GRPH_UPDATE:
        display_surface_written(display, reg, t);
        break;
    case DISPLAY_D1MODE_UNDERFLOW_STATUS:
        display->scan.underflow &= !(data & UNDERFLOW);
        display->reg[reg] = 0;
        break;
    case DISPLAY_D1MODE_VLINE_START_END:
        display_find_event(display, t);
        break;
    case DISPLAY_D1MODE_INT_MASK:
        display_raise(display, t);
        break;
    case DISPLAY_D1MODE_VBLANK_STATUS:
        acknowledge(display, t, DISPLAY_VBLANK, data & ACKNOWLEDGE ? DISPLAY_VBLANK : 0);
        break;
    case DISPLAY_D1MODE_VLINE_STATUS:
        acknowledge(display, t, DISPLAY_VLINE, data & ACKNOWLEDGE ? DISPLAY_VLINE : 0);
        break;
    case DISPLAY_D1MODE_VBLANK_VLINE_STATUS:
        acknowledge(display, t, DISPLAY_VBLANK | DISPLAY_VLINE, data);
        break;
    case DISPLAY_DC_LUT_RW_INDEX:
        display_lut_seek(&display->lut, data);
        break;
    case DISPLAY_DC_LUT_SEQ_COLOR:
        display_lut_write_seq(&display->lut, colours, data);
        break;
    case DISPLAY_DC_LUT_PWL_DATA:
        display_lut_write_pwl(&display->lut, colours, data);
        break;
    case DISPLAY_DC_LUT_30_COLOR:
        display_lut_write_30(&display->lut, colours, data);
        break;
    case DISPLAY_DC_LUT_AUTOFILL: /* done at once */
        if (data & 1)
            display_lut_fill(&display->lut);
        display->reg[reg] = data & 1 ? 2 : 0;
        break;
    default:
        break;
    }
}

static void write_register(struct display *display, enum display_reg reg, sim_time t, uint32_t data)
{
    const struct display_register *is = &display_registers[reg];
    display_show_steps(display, t); /* what came before belongs to the old values */
    display->reg[reg] = (data & is->writable) | (display->reg[reg] & ~is->writable);
    if (is->kind == DISPLAY_REG_LIVE) {
        live_write(display, reg, t, data);
    } else if (is->kind == DISPLAY_REG_SURFACE) {
        display_surface_written(display, reg, t);
    } else if (is->kind == DISPLAY_REG_TIMING) {
        display_take_timing(display, t);
        display_find_event(display, t);
    }
    struct crtc_point point = display_point(display, t);
    display_show_changes(display, t, &point);
}

enum sim_mmio_status display_access(struct display *display, const struct sim_msg_mmio_request *request, sim_time t,
                                    uint32_t *data)
{
    enum display_reg reg = display_reg_at(request->address);
    if (reg == DISPLAY_REG_COUNT)
        return SIM_MMIO_UNMAPPED;
    if (request->size != 4 || request->address % 4 != 0)
        return SIM_MMIO_REFUSED;
    if (request->write) {
        write_register(display, reg, t, *data);
    } else {
        *data = value(display, reg, t);
    }
    step_lut(display, reg);
    return SIM_MMIO_OK;
}

enum sim_mmio_status display_peek(const struct display *display, uint64_t address, sim_time t, uint32_t *data)
{
    enum display_reg reg = display_reg_at(address);
    *data = UINT32_MAX;
    if (reg == DISPLAY_REG_COUNT)
        return SIM_MMIO_UNMAPPED;
    if (address % 4 != 0)
        return SIM_MMIO_REFUSED;
    *data = value(display, reg, t);
    return SIM_MMIO_OK;
}
