/* The display's signals. Levels are emitted where they change; the line counter's steps are no events of the model, so
 * they are worked out afterwards, and only when somebody wants to see them. */
#include "models/xenos/display/display_parts.h"
#include "waves/waves.h"

void display_trace(struct sim_component *self, struct waves_scope *scope)
{
    struct display *display = (struct display *)self;
    struct display_signals *signals = &display->signals;
    display->scope = scope;
    signals->running = waves_wire(scope, "running");
    signals->vblank = waves_wire(scope, "vblank");
    signals->vline = waves_wire(scope, "vline");
    signals->field = waves_wire(scope, "field");
    signals->line = waves_bus(scope, "line", 13, "line");
    signals->frame = waves_bus(scope, "frame", 24, "field");
    signals->vblank_occurred = waves_wire(scope, "vblank_occurred");
    signals->vline_occurred = waves_wire(scope, "vline_occurred");
    signals->interrupt = waves_wire(scope, "interrupt");
    signals->interrupts = waves_bus(scope, "interrupts", 32, "interrupt");
    signals->mmio_count = waves_bus(scope, "mmio_count", 32, "access");
    signals->mmio_write = waves_wire(scope, "mmio_write");
    signals->mmio_address = waves_bus(scope, "mmio_address", 16, NULL);
    signals->mmio_data = waves_bus(scope, "mmio_data", 32, NULL);
    signals->surface = waves_bus(scope, "surface", 32, NULL);
    signals->surface_pending = waves_wire(scope, "surface_pending");
    signals->swaps = waves_bus(scope, "swaps", 32, "swap");
    signals->underflows = waves_bus(scope, "underflows", 32, "strip");
}

static void emit(const struct display *display, sim_time t, const struct crtc_point *point)
{
    const struct display_signals *signals = &display->signals;
    struct waves_scope *scope = display->scope;
    waves_set_u32(scope, signals->running, t, display->crtc.running);
    waves_set_u32(scope, signals->vblank, t, crtc_line_blank(&display->crtc.timing, point->line));
    waves_set_u32(scope, signals->vline, t, display_in_vline(display, point->line));
    waves_set_u32(scope, signals->field, t, point->field);
    waves_set_u32(scope, signals->frame, t, point->fields & 0xFFFFFF);
    waves_set_u32(scope, signals->vblank_occurred, t, (display->occurred & DISPLAY_VBLANK) != 0);
    waves_set_u32(scope, signals->vline_occurred, t, (display->occurred & DISPLAY_VLINE) != 0);
    waves_set_u32(scope, signals->interrupt, t, display->raised != 0);
}

void display_show_changes(struct display *display, sim_time t, const struct crtc_point *point)
{
    if (display->scope && display->scope->any)
        emit(display, t, point);
}

void display_show_steps(struct display *display, sim_time t)
{
    if (!display->scope || !display->scope->any || !display->scope->wanted[display->signals.line])
        return;
    const struct sim_clock *pixel = display->config.pixel;
    uint64_t end = sim_clock_ceil(pixel, t > SIM_TIME_MAX ? SIM_TIME_MAX : t);
    for (uint64_t edge = display->shown_edge; display->crtc.running;) {
        edge = crtc_next_step(&display->crtc, edge);
        if (edge >= end)
            break;
        waves_set_u32(display->scope, display->signals.line, sim_clock_edge(pixel, edge),
                      crtc_after(&display->crtc, edge + 1).line);
        edge++;
    }
    if (end > display->shown_edge)
        display->shown_edge = end;
}

static void emit_access(const struct display *display, sim_time t)
{
    const struct display_signals *signals = &display->signals;
    waves_set_u32(display->scope, signals->mmio_count, t, (uint32_t)display->access.count);
    waves_set_u32(display->scope, signals->mmio_write, t, display->access.write);
    waves_set_u32(display->scope, signals->mmio_address, t, display->access.address);
    waves_set_u32(display->scope, signals->mmio_data, t, display->access.data);
}

void display_show_interrupts(struct display *display, sim_time t)
{
    if (display->scope && display->scope->any)
        waves_set_u32(display->scope, display->signals.interrupts, t, (uint32_t)display->interrupts);
}

static void emit_surface(const struct display *display, sim_time t)
{
    const struct display_signals *signals = &display->signals;
    waves_set_u32(display->scope, signals->surface, t, display->scan.shown.address);
    waves_set_u32(display->scope, signals->surface_pending, t, display_surface_waits(display));
    waves_set_u32(display->scope, signals->swaps, t, (uint32_t)display->scan.swaps);
    waves_set_u32(display->scope, signals->underflows, t, (uint32_t)display->scan.underflows);
}

void display_show_surface(struct display *display, sim_time t)
{
    if (display->scope && display->scope->any)
        emit_surface(display, t);
}

void display_show_access(struct display *display, sim_time t)
{
    if (display->scope && display->scope->any)
        emit_access(display, t);
}

void display_show(struct sim_component *self, sim_time t)
{
    struct display *display = (struct display *)self;
    struct crtc_point point = display_point(display, t);
    emit(display, t, &point);
    emit_access(display, t);
    emit_surface(display, t);
    waves_set_u32(display->scope, display->signals.interrupts, t, (uint32_t)display->interrupts);
    waves_set_u32(display->scope, display->signals.line, t, point.line);
    display->shown_edge = sim_clock_ceil(display->config.pixel, t);
}
