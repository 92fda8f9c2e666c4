#include "models/xenos/display/scan.h"

enum { TILE = 32, TILE_BYTES = TILE * TILE * 4, STRIP_BYTES = 2 * TILE * 4, LARGEST = 0x4000 /* pixels */ };

struct scan_timing scan_timing_default(void)
{
    return (struct scan_timing){
#define SCAN_TIMING(name, value, ...) .name = (value),
#include "models/xenos/display/timing.def"
#undef SCAN_TIMING
    };
}

static uint64_t tiles_across(const struct scan_surface *surface)
{
    return (surface->pitch + TILE - 1) / TILE;
}

bool scan_window_of(const struct scan_surface *surface, struct scan_window *window)
{
    uint64_t right = (uint64_t)surface->offset_x + surface->x_end;
    uint64_t bottom = (uint64_t)surface->offset_y + surface->y_end;
    if (surface->x_start >= surface->x_end || surface->y_start >= surface->y_end || bottom > LARGEST ||
        right > tiles_across(surface) * TILE)
        return false;
    *window = (struct scan_window){
        .x = surface->offset_x + surface->x_start,
        .y = surface->offset_y + surface->y_start,
        .width = surface->x_end - surface->x_start,
        .height = surface->y_end - surface->y_start,
    };
    return true;
}

/* In a tile two lines alternate in runs of four pixels, and every fourth pair of lines its halves are exchanged. */
uint64_t scan_address(const struct scan_surface *surface, const struct scan_window *window, uint32_t strip,
                      uint32_t column)
{
    uint32_t y = (window->y / SCAN_STRIP + strip) * SCAN_STRIP, x = (window->x / SCAN_COLUMN + column) * SCAN_COLUMN;
    uint64_t tile = y / TILE * tiles_across(surface) + x / TILE;
    uint32_t half = (x / SCAN_COLUMN ^ y / 8) & 1;
    return (surface->address & ~(uint64_t)0xFF) + tile * TILE_BYTES + y % TILE / SCAN_STRIP * STRIP_BYTES +
           half * (uint64_t)SIM_LINE;
}

void scan_rebuild(struct scan *scan)
{
    scan->under_way = 0;
    for (unsigned i = 0; i < SCAN_BUFFERS_MAX; i++)
        scan->missing[i] = 0;
    if (scan->on && scan->column != 0)
        scan->missing[scan->strip % SCAN_BUFFERS_MAX] = scan_columns(&scan->window) - scan->column;
    for (unsigned i = 0; i < SCAN_REQUESTS_MAX; i++) {
        scan->under_way += scan->request[i].busy;
        if (scan->request[i].busy && !scan->request[i].stale)
            scan->missing[scan->request[i].strip % SCAN_BUFFERS_MAX]++;
    }
}

static void put_surface(const struct scan_surface *surface, struct sim_writer *writer)
{
    sim_put_u32(writer, surface->control);
    sim_put_u32(writer, surface->bypass);
    sim_put_u32(writer, surface->address);
    sim_put_u32(writer, surface->pitch);
    sim_put_u32(writer, surface->offset_x);
    sim_put_u32(writer, surface->offset_y);
    sim_put_u32(writer, surface->x_start);
    sim_put_u32(writer, surface->y_start);
    sim_put_u32(writer, surface->x_end);
    sim_put_u32(writer, surface->y_end);
    sim_put_u32(writer, surface->lut);
}

void scan_save(const struct scan *scan, struct sim_writer *writer)
{
    put_surface(&scan->shown, writer);
    sim_put_u8(writer, scan->turned);
    sim_put_u64(writer, scan->turned_at);
    sim_put_u64(writer, scan->swaps);
    sim_put_u8(writer, scan->on);
    sim_put_u32(writer, scan->window.x);
    sim_put_u32(writer, scan->window.y);
    sim_put_u32(writer, scan->window.width);
    sim_put_u32(writer, scan->window.height);
    sim_put_u32(writer, scan->next);
    sim_put_u32(writer, scan->strip);
    sim_put_u32(writer, scan->column);
    for (unsigned i = 0; i < SCAN_REQUESTS_MAX; i++) {
        const struct scan_request *request = &scan->request[i];
        sim_put_u8(writer, (uint8_t)(request->busy | request->stale << 1));
        sim_put_u16(writer, request->strip);
        sim_put_u16(writer, request->column);
    }
    sim_put_u64(writer, scan->lines);
    sim_put_u64(writer, scan->underflows);
    sim_put_u8(writer, scan->underflow);
}

static void get_surface(struct scan_surface *surface, struct sim_reader *reader)
{
    surface->control = sim_get_u32(reader);
    surface->bypass = sim_get_u32(reader);
    surface->address = sim_get_u32(reader);
    surface->pitch = sim_get_u32_below(reader, LARGEST);
    surface->offset_x = sim_get_u32(reader);
    surface->offset_y = sim_get_u32(reader);
    surface->x_start = sim_get_u32_below(reader, LARGEST);
    surface->y_start = sim_get_u32_below(reader, LARGEST);
    surface->x_end = sim_get_u32_below(reader, LARGEST);
    surface->y_end = sim_get_u32_below(reader, LARGEST);
    surface->lut = sim_get_u32(reader);
}

/* What a window can be that scan_window_of has found. */
static void get_window(struct scan_window *window, bool on, struct sim_reader *reader)
{
    window->x = sim_get_u32_below(reader, LARGEST);
    window->y = sim_get_u32_below(reader, LARGEST);
    window->width = sim_get_u32_below(reader, LARGEST);
    window->height = sim_get_u32_below(reader, LARGEST);
    if (on && (window->width == 0 || window->height == 0 || window->x + window->width > LARGEST ||
               window->y + window->height > LARGEST))
        reader->failed = true;
}

void scan_load(struct scan *scan, struct sim_reader *reader)
{
    get_surface(&scan->shown, reader);
    scan->turned = sim_get_u8_below(reader, 2) != 0;
    scan->turned_at = sim_get_u64(reader);
    scan->swaps = sim_get_u64(reader);
    scan->on = sim_get_u8_below(reader, 2) != 0;
    get_window(&scan->window, scan->on, reader);
    scan->next = sim_get_u32_below(reader, LARGEST);
    scan->strip = sim_get_u32_below(reader, LARGEST);
    scan->column = sim_get_u32_below(reader, LARGEST);
    bool on = scan->on && !reader->failed;
    uint32_t strips = on ? scan_strips(&scan->window) : 0, columns = on ? scan_columns(&scan->window) : 0;
    if (on && (scan->next > strips || scan->strip < scan->next || scan->strip > strips || scan->column >= columns ||
               scan->strip - scan->next + (scan->column != 0) > SCAN_BUFFERS_MAX))
        reader->failed = true;
    for (unsigned i = 0; i < SCAN_REQUESTS_MAX; i++) {
        struct scan_request *request = &scan->request[i];
        uint8_t is = sim_get_u8_below(reader, 4);
        request->busy = is & 1;
        request->stale = is >> 1;
        request->strip = sim_get_u16(reader);
        request->column = sim_get_u16(reader);
        if (request->busy && !request->stale &&
            (!on || request->strip < scan->next || request->strip > scan->strip || request->column >= columns))
            reader->failed = true;
    }
    scan->lines = sim_get_u64(reader);
    scan->underflows = sim_get_u64(reader);
    scan->underflow = sim_get_u8_below(reader, 2) != 0;
    scan_rebuild(scan);
}
