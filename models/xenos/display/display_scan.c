/* Fetching the picture. Strips are asked for in their order, as far ahead as the line buffer has room; each must be
 * there when the counters reach its first line. One that is not is an underflow: it is given up, and the fetcher goes
 * on with the next, so that it keeps up with the picture. */
#include "models/sim/machine.h"
#include "models/xenos/display/display_parts.h"

#include <string.h>

static struct scan_surface asked_surface(const uint32_t reg[DISPLAY_REG_COUNT])
{
    return (struct scan_surface){
        .control = reg[DISPLAY_D1GRPH_CONTROL],
        .bypass = reg[DISPLAY_D1GRPH_LUT_10BIT_BYPASS_CNTL],
        .address = reg[DISPLAY_D1GRPH_PRIMARY_SURFACE_ADDRESS],
        .pitch = reg[DISPLAY_D1GRPH_PITCH],
        .offset_x = reg[DISPLAY_D1GRPH_SURFACE_OFFSET_X],
        .offset_y = reg[DISPLAY_D1GRPH_SURFACE_OFFSET_Y],
        .x_start = reg[DISPLAY_D1GRPH_X_START],
        .y_start = reg[DISPLAY_D1GRPH_Y_START],
        .x_end = reg[DISPLAY_D1GRPH_X_END],
        .y_end = reg[DISPLAY_D1GRPH_Y_END],
        .lut = reg[DISPLAY_DC_LUTA_CONTROL],
    };
}

bool display_surface_waits(const struct display *display)
{
    struct scan_surface asked = asked_surface(display->reg);
    return display->scan.turned || memcmp(&asked, &display->scan.shown, sizeof asked) != 0; /* words, no padding */
}

static bool locked(const struct display *display)
{
    return display->reg[DISPLAY_D1GRPH_UPDATE] & 1;
}

void display_take_surface(struct display *display, sim_time t)
{
    struct scan *scan = &display->scan;
    if (locked(display) || !display_surface_waits(display))
        return;
    scan->shown = asked_surface(display->reg);
    if (scan->turned) {
        scan->turned = false;
        scan->swaps++;
        if (scan->swaps == display->config.stop_at_swap)
            sim_request_stop(&display->component, t, "swap %llu", (unsigned long long)scan->swaps);
    }
    display_show_surface(display, t);
}

void display_surface_written(struct display *display, enum display_reg reg, sim_time t)
{
    if (reg == DISPLAY_D1GRPH_PRIMARY_SURFACE_ADDRESS) {
        display->scan.turned = true;
        display->scan.turned_at = t;
    }
    if (display->config.flip == DISPLAY_FLIP_AT_ONCE || !display->crtc.running)
        display_take_surface(display, t);
    display_show_surface(display, t);
}

/* Lines that the counter counts between the blanks. */
static uint32_t active_lines(const struct display *display)
{
    const struct crtc_timing *timing = &display->crtc.timing;
    return timing->v_blank_start > timing->v_blank_end ? timing->v_blank_start - timing->v_blank_end : 0;
}

/* The surface is stretched over all of them. */
uint32_t display_scan_line(const struct display *display)
{
    const struct scan *scan = &display->scan;
    const struct scan_window *window = &scan->window;
    if (!scan->on || scan->next == scan_strips(window))
        return UINT32_MAX;
    uint64_t row = ((uint64_t)window->y / SCAN_STRIP + scan->next) * SCAN_STRIP;
    row = row > window->y ? row - window->y : 0;
    return display->crtc.timing.v_blank_end +
           (uint32_t)((row * active_lines(display) + window->height - 1) / window->height);
}

static void forget(struct scan *scan, uint32_t first, uint32_t last)
{
    for (unsigned i = 0; i < SCAN_REQUESTS_MAX; i++)
        if (scan->request[i].busy && scan->request[i].strip >= first && scan->request[i].strip <= last)
            scan->request[i].stale = true;
}

void display_scan_drop(struct display *display)
{
    forget(&display->scan, 0, UINT32_MAX);
    display->scan.on = false;
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static void ask_for(struct display *display, sim_time t)
{
    struct scan *scan = &display->scan;
    unsigned tag = 0;
    while (scan->request[tag].busy)
        tag++;
    scan->request[tag] =
        (struct scan_request){.busy = true, .strip = (uint16_t)scan->strip, .column = (uint16_t)scan->column};
    struct sim_msg_memory_request *request = sim_out_put(&display->memory, t);
    memset(request, 0, sizeof *request);
    request->kind = SIM_MEMORY_READ;
    request->size = SIM_LINE;
    request->tag = tag;
    request->address =
        scan_address(&scan->shown, &scan->window, scan->strip, scan->column) & (display->config.memory_size - 1);
    uint32_t columns = scan_columns(&scan->window);
    if (scan->column == 0)
        scan->missing[scan->strip % SCAN_BUFFERS_MAX] = columns;
    scan->under_way++;
    if (++scan->column == columns) {
        scan->column = 0;
        scan->strip++;
    }
}

void display_scan_ask(struct display *display, sim_time t)
{
    struct scan *scan = &display->scan;
    const struct scan_timing *timing = &display->config.scan;
    if (!scan->on)
        return;
    /* the strip that is shown keeps its place until the next one is */
    uint32_t room = scan->next + timing->scan_lines / SCAN_STRIP - (scan->next != 0);
    uint32_t end = smaller(room, scan_strips(&scan->window));
    if (scan->strip >= end)
        return;
    uint32_t left = (end - scan->strip) * scan_columns(&scan->window) - scan->column;
    uint32_t free = timing->scan_requests - scan->under_way;
    if (free < smaller(left, smaller(timing->scan_burst, timing->scan_requests)))
        return;
    for (uint32_t i = smaller(left, free); i != 0 && sim_out_ready(&display->memory, t); i--)
        ask_for(display, t);
}

void display_scan_answered(struct display *display, sim_time t)
{
    struct scan *scan = &display->scan;
    const struct sim_msg_memory_reply *reply = sim_in_head(&display->memory_reply);
    sim_in_take(&display->memory_reply);
    if (reply->tag < SCAN_REQUESTS_MAX && scan->request[reply->tag].busy) { /* else out of a spoilt file */
        struct scan_request *request = &scan->request[reply->tag];
        if (!request->stale) {
            scan->missing[request->strip % SCAN_BUFFERS_MAX]--;
            scan->lines++;
            if (display->listener && display->listener->line)
                display->listener->line(display->listener->context, display, request,
                                        SIM_WORDS_OF(reply, memory_reply));
        }
        request->busy = request->stale = false;
        scan->under_way--;
    }
    sim_in_credit(&display->memory_reply, t);
    display_scan_ask(display, t);
}

static void underflow(struct display *display, sim_time t)
{
    struct scan *scan = &display->scan;
    scan->underflows++;
    scan->underflow = true;
    forget(scan, scan->next, scan->next);
    scan->missing[scan->next % SCAN_BUFFERS_MAX] = 0;
    if (scan->strip == scan->next) {
        scan->strip++;
        scan->column = 0;
    }
    if (display->listener && display->listener->late)
        display->listener->late(display->listener->context, display, scan->next);
    display_show_surface(display, t);
}

void display_scan_step(struct display *display, uint32_t line, sim_time t)
{
    struct scan *scan = &display->scan;
    while (display_scan_line(display) == line) {
        if (scan->strip == scan->next || scan->missing[scan->next % SCAN_BUFFERS_MAX] != 0)
            underflow(display, t);
        scan->next++;
    }
    display_scan_ask(display, t);
}

void display_scan_begin(struct display *display, sim_time t)
{
    struct scan *scan = &display->scan;
    if (scan->on && display->listener && display->listener->ended)
        display->listener->ended(display->listener->context, display);
    display_scan_drop(display);
    display_take_surface(display, t);
    scan->on = display->config.scans && (display->reg[DISPLAY_D1GRPH_ENABLE] & 1) && scan->shown.address != 0 &&
               active_lines(display) != 0 && scan_window_of(&scan->shown, &scan->window);
    if (!scan->on)
        return;
    scan->next = scan->strip = scan->column = 0;
    if (display->listener && display->listener->begun)
        display->listener->begun(display->listener->context, display);
    display_scan_ask(display, t);
}
