#include "board/cli/frame.h"
#include "board/cli/png.h"
#include "models/xenos/display/pixels.h"

#include <stdlib.h>
#include <string.h>

bool frame_begin(struct frame *frame, const struct display *display)
{
    const struct scan *scan = &display->scan;
    size_t size = (size_t)scan_strips(&scan->window) * scan_columns(&scan->window) * SIM_LINE;
    if (size > frame->size) {
        uint8_t *bytes = realloc(frame->bytes, size);
        if (!bytes)
            return frame->begun = false;
        frame->bytes = bytes;
        frame->size = size;
    }
    memset(frame->bytes, 0, size);
    frame->surface = scan->shown;
    frame->window = scan->window;
    return frame->begun = true;
}

static uint8_t *line_of(const struct frame *frame, uint32_t strip, uint32_t column)
{
    return frame->bytes + ((size_t)strip * scan_columns(&frame->window) + column) * SIM_LINE;
}

void frame_line(struct frame *frame, const struct scan_request *place, const uint64_t *words)
{
    if (frame->begun)
        sim_words_to_bytes(line_of(frame, place->strip, place->column), words, 16);
}

void frame_late(struct frame *frame, uint32_t strip)
{
    if (frame->begun)
        memset(line_of(frame, strip, 0), 0, (size_t)scan_columns(&frame->window) * SIM_LINE);
}

void frame_free(struct frame *frame)
{
    free(frame->bytes);
    *frame = (struct frame){.bytes = NULL};
}

enum sim_status frame_write(const struct frame *frame, const char *path, const struct display *display,
                            struct sim_error *error)
{
    const struct scan_window *window = &frame->window;
    uint8_t *row = malloc((size_t)window->width * 3);
    struct png png;
    if (row == NULL)
        return sim_fail(error, SIM_HOST, "%s: no memory for a picture", path);
    const struct pixels pixels = pixels_of(&frame->surface, &display->lut, display->config.pixels);
    enum sim_status status = png_open(&png, path, window->width, window->height, error);
    for (uint32_t y = 0; status == SIM_OK && y < window->height; y++) {
        uint32_t strip = (window->y + y) / SCAN_STRIP - window->y / SCAN_STRIP;
        for (uint32_t x = 0; x < window->width; x++) {
            uint32_t column = (window->x + x) / SCAN_COLUMN - window->x / SCAN_COLUMN;
            const uint8_t *line = line_of(frame, strip, column);
            pixels_rgb(&pixels, line + pixels_place(window->x + x, window->y + y), row + 3 * (size_t)x);
        }
        png_row(&png, row);
    }
    if (status == SIM_OK)
        status = png_close(&png, error);
    free(row);
    return status;
}
