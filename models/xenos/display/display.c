#include "models/sim/machine.h"
#include "models/xenos/display/display_parts.h"

#include <string.h>

static uint32_t low(uint32_t reg)
{
    return reg & 0x1FFF;
}

static uint32_t high(uint32_t reg)
{
    return reg >> 16 & 0x1FFF;
}

struct crtc_timing display_timing(const uint32_t reg[DISPLAY_REG_COUNT])
{
    uint32_t h_total = low(reg[DISPLAY_D1CRTC_H_TOTAL]) + 1;
    return (struct crtc_timing){
        .h_total = h_total,
        .h_blank_start = low(reg[DISPLAY_D1CRTC_H_BLANK_START_END]),
        .h_blank_end = high(reg[DISPLAY_D1CRTC_H_BLANK_START_END]),
        .v_total = low(reg[DISPLAY_D1CRTC_V_TOTAL]) + 1,
        .v_blank_start = low(reg[DISPLAY_D1CRTC_V_BLANK_START_END]),
        .v_blank_end = high(reg[DISPLAY_D1CRTC_V_BLANK_START_END]),
        /* a line of one pixel has no halves */
        .fields = (reg[DISPLAY_D1CRTC_INTERLACE_CONTROL] & 1) && h_total > 1 ? 2 : 1,
    };
}

void display_programme(const struct display_mode *mode, uint32_t reg[DISPLAY_REG_COUNT])
{
    uint32_t h_start = mode->h_offset + mode->h_active, v_start = mode->v_offset + mode->v_active;
    reg[DISPLAY_D1CRTC_H_TOTAL] = mode->h_total - 1u;
    reg[DISPLAY_D1CRTC_H_BLANK_START_END] = (uint32_t)mode->h_offset << 16 | h_start;
    reg[DISPLAY_D1CRTC_H_SYNC_A] = 0x00100000;
    reg[DISPLAY_D1CRTC_V_TOTAL] = mode->v_total - 1u;
    reg[DISPLAY_D1CRTC_V_BLANK_START_END] = (uint32_t)mode->v_offset << 16 | v_start;
    reg[DISPLAY_D1CRTC_V_SYNC_A] = 0x00060000;
    reg[DISPLAY_D1CRTC_INTERLACE_CONTROL] = mode->interlaced;
    reg[DISPLAY_D1CRTC_CONTROL] = 0x00010001;
    reg[DISPLAY_D1GRPH_ENABLE] = 1;
    reg[DISPLAY_D1GRPH_CONTROL] = 2;
    reg[DISPLAY_D1GRPH_PITCH] = (mode->surface_w + 31u) & ~31u;
    reg[DISPLAY_D1GRPH_X_END] = mode->surface_w;
    reg[DISPLAY_D1GRPH_Y_END] = mode->surface_h;
    reg[DISPLAY_D1MODE_DATA_FORMAT] = mode->interlaced;
    reg[DISPLAY_D1MODE_VIEWPORT_SIZE] = (uint32_t)mode->viewport_w << 16 | mode->viewport_h;
    reg[DISPLAY_D1MODE_LB_PITCH_IN_WORDS] = mode->viewport_w / 4 - 1u;
}

uint64_t display_vblanks_before(const struct display_mode *mode, const struct sim_clock *pixel, sim_time t)
{
    uint32_t reg[DISPLAY_REG_COUNT] = {0};
    display_programme(mode, reg);
    struct crtc_timing timing = display_timing(reg);
    return crtc_blanks_before(&timing, pixel, t);
}

struct crtc_point display_point(const struct display *display, sim_time t)
{
    return crtc_after(&display->crtc, sim_clock_ceil(display->config.pixel, t));
}

bool display_in_vline(const struct display *display, uint32_t line)
{
    uint32_t range = display->reg[DISPLAY_D1MODE_VLINE_START_END];
    return line >= low(range) && line <= high(range);
}

bool display_timing_waits(const struct display *display)
{
    struct crtc_timing asked = display_timing(display->reg);
    return memcmp(&asked, &display->crtc.timing, sizeof asked) != 0; /* seven words, no padding */
}

void display_take_timing(struct display *display, sim_time t)
{
    if (display->crtc.running || (display->reg[DISPLAY_D1CRTC_UPDATE_LOCK] & 1) || !display_timing_waits(display))
        return;
    struct crtc_timing timing = display_timing(display->reg);
    crtc_take(&display->crtc, sim_clock_ceil(display->config.pixel, t), &timing);
}

void display_run(struct display *display, sim_time t, bool run)
{
    uint64_t edge = sim_clock_ceil(display->config.pixel, t);
    if (run)
        crtc_start(&display->crtc, edge);
    else
        crtc_stop(&display->crtc, edge);
    display_take_timing(display, t);
    display_find_event(display, t);
}

/* The lines that matter: blank and vline begin and end; and line 0, where levels may change by the counter's wrapping,
 * a field begins, and new timing is taken over. */
static void find_event_from(struct display *display, uint64_t edge)
{
    const struct crtc_timing *timing = &display->crtc.timing;
    uint32_t vline = display->reg[DISPLAY_D1MODE_VLINE_START_END];
    const uint32_t lines[] = {0, timing->v_blank_start, timing->v_blank_end, low(vline), high(vline) + 1};
    display->next_edge = crtc_next_line(&display->crtc, edge, lines, sizeof lines / sizeof lines[0]);
    display->next_time =
        display->next_edge == CRTC_NEVER ? SIM_NEVER : sim_clock_edge(display->config.pixel, display->next_edge);
}

void display_find_event(struct display *display, sim_time t)
{
    find_event_from(display, sim_clock_ceil(display->config.pixel, t));
}

static void send_interrupt(struct display *display, sim_time t)
{
    if (!display->irq_waiting || !sim_out_ready(&display->irq, t))
        return;
    struct sim_msg_interrupt *message = sim_out_put(&display->irq, t);
    *message = (struct sim_msg_interrupt){.vector = display->config.vector, .targets = display->config.targets};
    display->irq_waiting = false;
    display->interrupts++;
    display_show_interrupts(display, t);
}

/* An interrupt goes out once for each rise of an enabled status, whether the status or the mask made it rise. One that
 * still waits for a credit stands for the later ones too. */
void display_raise(struct display *display, sim_time t)
{
    uint32_t raised = display->occurred & display->reg[DISPLAY_D1MODE_INT_MASK] & (DISPLAY_VBLANK | DISPLAY_VLINE);
    if (raised & ~display->raised)
        display->irq_waiting = true;
    display->raised = raised;
    send_interrupt(display, t);
}

static void pixel_edge(struct display *display, sim_time t)
{
    struct crtc *crtc = &display->crtc;
    uint64_t edge = display->next_edge;
    if (crtc_pixel_at(crtc, edge) == 0 && !(display->reg[DISPLAY_D1CRTC_UPDATE_LOCK] & 1) &&
        display_timing_waits(display)) {
        display_show_steps(display, t);
        struct crtc_timing timing = display_timing(display->reg);
        crtc_take(crtc, edge, &timing);
    }
    struct crtc_point point = crtc_after(crtc, edge + 1);
    if (point.line == crtc->timing.v_blank_start) {
        display->occurred |= DISPLAY_VBLANK;
        display->vblanks++;
        if (display->vblanks == display->config.stop_at_vblank)
            sim_request_stop(&display->component, t, "vblank %llu", (unsigned long long)display->vblanks);
    }
    if (point.line == low(display->reg[DISPLAY_D1MODE_VLINE_START_END]))
        display->occurred |= DISPLAY_VLINE;
    display_raise(display, t);
    find_event_from(display, edge + 1);
    display_show_changes(display, t, &point);
}

static void answer_port(struct display *display, struct sim_mmio_port *port, sim_time t)
{
    const struct sim_msg_mmio_request *request;
    while ((request = sim_mmio_turn(port, t))) {
        uint32_t data = (uint32_t)request->data;
        enum sim_mmio_status status = display_access(display, request, t, &data);
        display->access.count++;
        display->access.address = request->address & 0xFFFF;
        display->access.data = data;
        display->access.write = request->write != 0;
        display_show_access(display, t);
        sim_mmio_answer(port, t, status, status == SIM_MMIO_OK ? data : UINT64_MAX);
    }
}

static void answer_accesses(struct display *display, sim_time t)
{
    answer_port(display, &display->mmio, t);
    if (display->config.commands)
        answer_port(display, &display->commands, t);
}

static void message(struct sim_component *self, struct sim_in *in, sim_time t)
{
    struct display *display = (struct display *)self;
    sim_mmio_accept(in == &display->mmio.request ? &display->mmio : &display->commands);
    answer_accesses(display, t);
}

static void event(struct sim_component *self, sim_time t)
{
    struct display *display = (struct display *)self;
    answer_accesses(display, t);
    send_interrupt(display, t);
    if (display->next_time == t)
        pixel_edge(display, t);
}

static sim_time next_event(const struct sim_component *self)
{
    const struct display *display = (const struct display *)self;
    sim_time next = sim_time_min(display->next_time, sim_mmio_next(&display->mmio));
    if (display->config.commands)
        next = sim_time_min(next, sim_mmio_next(&display->commands));
    return display->irq_waiting ? sim_time_min(next, sim_out_credit_time(&display->irq)) : next;
}

static void advance(struct sim_component *self, sim_time until)
{
    sim_advance_by_events(self, until);
    display_show_steps((struct display *)self, self->until);
}

static void reset(struct sim_component *self)
{
    struct display *display = (struct display *)self;
    for (unsigned i = 0; i < DISPLAY_REG_COUNT; i++)
        display->reg[i] = display_registers[i].reset;
    display_programme(&display_modes[display->config.mode], display->reg);
    display_lut_fill(&display->lut);
    display_lut_seek(&display->lut, 0);
    sim_mmio_reset(&display->mmio);
    if (display->config.commands)
        sim_mmio_reset(&display->commands);
    display->crtc = (struct crtc){.timing = display_timing(display->reg), .held = -1};
    display->occurred = display->raised = 0;
    display->irq_waiting = false;
    display->vblanks = display->interrupts = display->shown_edge = 0;
    memset(&display->access, 0, sizeof display->access);
    display_run(display, 0, true);
}

static void save(const struct sim_component *self, struct sim_writer *writer)
{
    const struct display *display = (const struct display *)self;
    const struct crtc *crtc = &display->crtc;
    for (unsigned i = 0; i < DISPLAY_REG_COUNT; i++)
        sim_put_u32(writer, display->reg[i]);
    display_lut_save(&display->lut, writer);
    sim_mmio_save(&display->mmio, writer);
    if (display->config.commands)
        sim_mmio_save(&display->commands, writer);
    sim_put_u32(writer, display->occurred);
    sim_put_u32(writer, display->raised);
    sim_put_u8(writer, display->irq_waiting);
    sim_put_u64(writer, display->vblanks);
    sim_put_u64(writer, display->interrupts);
    sim_put_u64(writer, display->access.count);
    sim_put_u32(writer, display->access.address);
    sim_put_u32(writer, display->access.data);
    sim_put_u8(writer, display->access.write);
    sim_put_u32(writer, crtc->timing.h_total);
    sim_put_u32(writer, crtc->timing.h_blank_start);
    sim_put_u32(writer, crtc->timing.h_blank_end);
    sim_put_u32(writer, crtc->timing.v_total);
    sim_put_u32(writer, crtc->timing.v_blank_start);
    sim_put_u32(writer, crtc->timing.v_blank_end);
    sim_put_u32(writer, crtc->timing.fields);
    sim_put_u8(writer, crtc->running);
    sim_put_u64(writer, (uint64_t)crtc->origin);
    sim_put_u64(writer, (uint64_t)crtc->held);
    sim_put_u64(writer, crtc->fields);
}

/* 1 to 8192, as the registers can ask for. */
static uint32_t get_total(struct sim_reader *reader)
{
    uint32_t total = sim_get_u32_below(reader, 0x2001);
    reader->failed |= total == 0;
    return total;
}

static void load_crtc(struct crtc *crtc, struct sim_reader *reader, uint64_t edges)
{
    struct crtc_timing *timing = &crtc->timing;
    timing->h_total = get_total(reader);
    timing->h_blank_start = sim_get_u32_below(reader, 0x2000);
    timing->h_blank_end = sim_get_u32_below(reader, 0x2000);
    timing->v_total = get_total(reader);
    timing->v_blank_start = sim_get_u32_below(reader, 0x2000);
    timing->v_blank_end = sim_get_u32_below(reader, 0x2000);
    timing->fields = sim_get_u32_below(reader, 3);
    crtc->running = sim_get_u8_below(reader, 2) != 0;
    crtc->origin = (int64_t)sim_get_u64(reader);
    crtc->held = (int64_t)sim_get_u64(reader);
    crtc->fields = sim_get_u64(reader);
    /* held pixels may have come before edge 0, but no more than a sweep of them; origins do not lie ahead */
    int64_t sweep = (int64_t)crtc_sweep(timing);
    if (timing->fields == 0 || (timing->fields == 2 && timing->h_total < 2) || crtc->held < -1 || crtc->held >= sweep ||
        crtc->origin < -sweep || crtc->origin > (int64_t)edges)
        reader->failed = true;
}

static void load(struct sim_component *self, struct sim_reader *reader)
{
    struct display *display = (struct display *)self;
    for (unsigned i = 0; i < DISPLAY_REG_COUNT; i++) {
        const struct display_register *is = &display_registers[i];
        display->reg[i] = sim_get_u32(reader);
        if (is->kind != DISPLAY_REG_LIVE && (display->reg[i] & ~is->writable) != (is->reset & ~is->writable))
            reader->failed = true;
    }
    display_lut_load(&display->lut, reader);
    sim_mmio_load(&display->mmio, reader);
    if (display->config.commands)
        sim_mmio_load(&display->commands, reader);
    display->occurred = sim_get_u32(reader) & (DISPLAY_VBLANK | DISPLAY_VLINE);
    display->raised = sim_get_u32(reader) & (DISPLAY_VBLANK | DISPLAY_VLINE);
    display->irq_waiting = sim_get_u8_below(reader, 2) != 0;
    reader->failed |= display->irq_waiting != display->irq.link->waiting;
    display->vblanks = sim_get_u64(reader);
    display->interrupts = sim_get_u64(reader);
    display->access.count = sim_get_u64(reader);
    display->access.address = sim_get_u32_below(reader, 0x10000);
    display->access.data = sim_get_u32(reader);
    display->access.write = sim_get_u8_below(reader, 2) != 0;
    load_crtc(&display->crtc, reader, sim_clock_ceil(display->config.pixel, self->at));
    display->next_time = display->next_edge = UINT64_MAX;
    if (!reader->failed)
        display_find_event(display, self->at);
}

static const struct sim_class display_class = {
    .kind = "display",
    .version = 1,
    .reset = reset,
    .advance = advance,
    .next_event = next_event,
    .save = save,
    .load = load,
    .trace = display_trace,
    .show = display_show,
    .message = message,
    .event = event,
};

void display_init(struct display *display, const char *name, uint32_t priority, const struct display_config *config)
{
    memset(display, 0, sizeof *display);
    display->config = *config;
    sim_component_init(&display->component, &display_class, name, config->registers, priority);
    sim_component_also_clocked(&display->component, config->pixel);
    sim_mmio_declare(&display->mmio, &display->component);
    if (config->commands)
        sim_mmio_declare_as(&display->commands, &display->component, "commands", "commands_reply");
    sim_component_out(&display->component, &display->irq, "irq", SIM_MSG_interrupt);
}
