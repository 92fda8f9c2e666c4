#include "waves/analysis/draw.h"

#include "waves/analysis/reader.h"
#include "waves/glob.h"
#include "waves/memory.h"
#include "waves/output.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LANE = 26, HIGH = 5, LOW = 21, BASE = 17, LABEL = 330, TOP = 58, MARGIN = 16, CHARACTER = 7, TICKS = 10 };

/* A value from pixel x on. Where several changes fall on one pixel it is busy, and the last value counts. */
struct span {
    uint32_t x;
    bool busy;
    uint64_t value;
};

struct lane {
    const struct waves_signal *signal;
    struct span *span;
    uint32_t count, room;
    uint32_t rank; /* lanes stand in the order of the probe's globs */
};

struct picture {
    const struct waves_drawing *drawing;
    struct waves_reader *reader;
    struct waves_output output;
    sim_time from, to;
    uint32_t plot; /* width of the part with the waves */
    uint32_t lanes;
    struct lane lane[WAVES_DRAW_LANES_MAX];
    uint32_t *lane_of; /* by code; UINT32_MAX: not drawn */
};

static void put(struct picture *picture, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(struct picture *picture, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    waves_output_text(&picture->output, text);
}

static void put_escaped(struct picture *picture, const char *text)
{
    for (; *text; text++)
        switch (*text) {
        case '&':
            waves_output_text(&picture->output, "&amp;");
            break;
        case '<':
            waves_output_text(&picture->output, "&lt;");
            break;
        case '>':
            waves_output_text(&picture->output, "&gt;");
            break;
        default:
            waves_output_write(&picture->output, text, 1);
        }
}

static uint32_t pixel(const struct picture *picture, sim_time t)
{
    return (uint32_t)((unsigned __int128)(t - picture->from) * picture->plot / (picture->to - picture->from));
}

static void set(struct lane *lane, uint32_t x, uint64_t value)
{
    struct span *last = lane->count ? &lane->span[lane->count - 1] : NULL;
    if (last && last->x == x) {
        last->busy = true;
        last->value = value;
        return;
    }
    if (lane->count == lane->room) {
        lane->room = lane->room ? 2 * lane->room : 16;
        lane->span = waves_resize(lane->span, lane->room, sizeof *lane->span);
    }
    lane->span[lane->count++] = (struct span){x, false, value};
}

/* Where the dump ends, for which it must be read once. */
static enum sim_status find_end(const char *path, sim_time *end, struct sim_error *error)
{
    struct waves_reader *reader;
    struct waves_event event;
    bool more = true;
    enum sim_status status = waves_reader_open(path, &reader, error);
    if (status != SIM_OK)
        return status;
    while (status == SIM_OK && more)
        status = waves_reader_next(reader, &event, &more, error);
    *end = waves_reader_end(reader);
    waves_reader_close(reader);
    return status;
}

static enum sim_status choose_lanes(struct picture *picture, struct sim_error *error)
{
    const struct waves_signals *signals = waves_reader_signals(picture->reader);
    bool *chosen = waves_zeroed(signals->count + 1, sizeof *chosen);
    picture->lane_of = waves_zeroed(signals->count + 1, sizeof *picture->lane_of);
    enum sim_status status = waves_probe(signals, picture->drawing->probe, chosen, error);
    for (uint32_t i = 0; i < signals->count && status == SIM_OK; i++) {
        picture->lane_of[i] = UINT32_MAX;
        if (!chosen[i])
            continue;
        if (picture->lanes == WAVES_DRAW_LANES_MAX) {
            status = sim_fail(error, SIM_USAGE, "%s: more than %d signals to draw: choose some with --probe",
                              picture->drawing->from_file, WAVES_DRAW_LANES_MAX);
            break;
        }
        uint32_t at = picture->lanes++, rank = waves_probe_rank(picture->drawing->probe, signals->at[i].name);
        for (; at != 0 && picture->lane[at - 1].rank > rank; at--)
            picture->lane[at] = picture->lane[at - 1];
        picture->lane[at] = (struct lane){.signal = &signals->at[i], .rank = rank};
    }
    for (uint32_t i = 0; i < picture->lanes; i++)
        picture->lane_of[picture->lane[i].signal - signals->at] = i;
    free(chosen);
    return status;
}

static enum sim_status gather(struct picture *picture, struct sim_error *error)
{
    const struct waves_signals *signals = waves_reader_signals(picture->reader);
    const uint64_t *values = waves_reader_values(picture->reader);
    struct waves_event event;
    bool more = true;
    for (uint32_t i = 0; i < signals->count; i++)
        if (picture->lane_of[i] != UINT32_MAX)
            set(&picture->lane[picture->lane_of[i]], 0, values[i]);
    for (;;) {
        enum sim_status status = waves_reader_next(picture->reader, &event, &more, error);
        if (status != SIM_OK || !more || event.time >= picture->to)
            return status;
        if (picture->lane_of[event.code] == UINT32_MAX)
            continue;
        struct lane *lane = &picture->lane[picture->lane_of[event.code]];
        if (event.time <= picture->from)
            lane->span[0].value = event.value;
        else
            set(lane, pixel(picture, event.time), event.value);
    }
}

static void put_axis(struct picture *picture)
{
    uint32_t bottom = TOP + LANE * picture->lanes;
    sim_time step = 1, span = picture->to - picture->from;
    static const unsigned factor[] = {2, 5, 10};
    for (sim_time decade = 1; span / step > TICKS; decade *= 10)
        for (unsigned i = 0; i < 3 && span / step > TICKS; i++)
            step = decade * factor[i];
    for (sim_time t = (picture->from + step - 1) / step * step; t <= picture->to; t += step) {
        char text[SIM_TIME_TEXT];
        uint32_t x = LABEL + pixel(picture, t);
        put(picture, "<path class=\"grid\" d=\"M%u %uV%u\"/>", x, TOP - 8, bottom);
        put(picture, "<text class=\"tick\" x=\"%u\" y=\"%u\">%s</text>\n", x, TOP - 14, sim_time_print(t, text));
    }
}

static void put_wire(struct picture *picture, const struct lane *lane, uint32_t y)
{
    put(picture, "<path class=\"wire\" d=\"M%u %u", LABEL, y + (lane->span[0].value ? HIGH : LOW));
    for (uint32_t i = 1; i < lane->count; i++) {
        uint32_t x = LABEL + lane->span[i].x;
        put(picture, "H%uV%u", x, y + HIGH);
        if (lane->span[i].busy)
            put(picture, "V%uV%u", y + LOW, y + HIGH);
        put(picture, "V%u", y + (lane->span[i].value ? HIGH : LOW));
    }
    put(picture, "H%u\"/>\n", LABEL + picture->plot);
}

static void put_bus(struct picture *picture, const struct lane *lane, uint32_t y)
{
    for (uint32_t i = 0; i < lane->count; i++) {
        uint32_t x = LABEL + lane->span[i].x;
        uint32_t end = LABEL + (i + 1 < lane->count ? lane->span[i + 1].x : picture->plot);
        uint32_t slant = end - x >= 6 ? 3 : (end - x) / 2;
        char number[24];
        const char *text = waves_value_name(lane->signal, lane->span[i].value);
        if (!text) {
            snprintf(number, sizeof number, "%llX", (unsigned long long)lane->span[i].value);
            text = number;
        }
        put(picture, "<path class=\"bus\" d=\"M%u %uL%u %uH%uL%u %uL%u %uH%uZ\"/>", x, y + (HIGH + LOW) / 2, x + slant,
            y + HIGH, end - slant, end, y + (HIGH + LOW) / 2, end - slant, y + LOW, x + slant);
        if (lane->span[i].busy)
            put(picture, "<path class=\"busy\" d=\"M%u %uh3v%dh-3z\"/>", x, y + HIGH, LOW - HIGH);
        if (strlen(text) * CHARACTER + 8 <= end - x) {
            put(picture, "<text class=\"value\" x=\"%u\" y=\"%u\">", (x + end) / 2, y + BASE);
            put_escaped(picture, text);
            put(picture, "</text>");
        }
        put(picture, "\n");
    }
}

static const char style[] = "<style>\n"
                            "svg{font-family:ui-monospace,'DejaVu Sans Mono',Menlo,monospace;font-size:12px}\n"
                            ".title{font-size:15px;font-weight:bold;fill:#222}\n"
                            ".name{fill:#222;text-anchor:end}.tick{fill:#666;text-anchor:middle;font-size:11px}\n"
                            ".value{fill:#173a5e;text-anchor:middle;font-size:11px}\n"
                            ".grid{stroke:#ddd;fill:none}.paper{fill:#fbfbf8}.band{fill:#f1f1ea}\n"
                            ".wire{stroke:#12753a;stroke-width:1.5;fill:none;stroke-linejoin:round}\n"
                            ".bus{stroke:#2f6ea5;fill:#e3eef8}.busy{fill:#2f6ea5}\n"
                            "</style>\n";

static void put_picture(struct picture *picture)
{
    uint32_t height = TOP + LANE * picture->lanes + MARGIN;
    put(picture, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"%u\" viewBox=\"0 0 %u %u\">\n",
        picture->drawing->width, height, picture->drawing->width, height);
    waves_output_text(&picture->output, style);
    waves_output_text(&picture->output, "<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n");
    if (picture->drawing->title) {
        put(picture, "<text class=\"title\" x=\"%d\" y=\"24\">", MARGIN);
        put_escaped(picture, picture->drawing->title);
        put(picture, "</text>\n");
    }
    for (uint32_t i = 0; i < picture->lanes; i += 2)
        put(picture, "<rect class=\"band\" x=\"0\" y=\"%u\" width=\"%u\" height=\"%d\"/>\n", TOP + LANE * i,
            picture->drawing->width, LANE);
    put_axis(picture);
    for (uint32_t i = 0; i < picture->lanes; i++) {
        const struct lane *lane = &picture->lane[i];
        uint32_t y = TOP + LANE * i;
        put(picture, "<text class=\"name\" x=\"%d\" y=\"%u\">", LABEL - 10, y + BASE);
        put_escaped(picture, lane->signal->name);
        put(picture, "</text>\n");
        if (lane->signal->width == 1 && lane->signal->named == 0)
            put_wire(picture, lane, y);
        else
            put_bus(picture, lane, y);
    }
    put(picture, "</svg>\n");
}

static enum sim_status draw(struct picture *picture, struct sim_error *error)
{
    const struct waves_drawing *drawing = picture->drawing;
    sim_time end = drawing->to;
    enum sim_status status = end ? SIM_OK : find_end(drawing->from_file, &end, error);
    if (status == SIM_OK)
        status = waves_reader_open(drawing->from_file, &picture->reader, error);
    if (status != SIM_OK)
        return status;
    picture->from =
        drawing->from > waves_reader_begin(picture->reader) ? drawing->from : waves_reader_begin(picture->reader);
    picture->to = end;
    if (drawing->width < LABEL + 100 || drawing->width > WAVES_DRAW_WIDTH_MAX)
        return sim_fail(error, SIM_USAGE, "a picture of %u pixels: %d to %d", drawing->width, LABEL + 100,
                        WAVES_DRAW_WIDTH_MAX);
    if (picture->to <= picture->from)
        return sim_fail(error, SIM_USAGE, "%s: the part to draw is empty", drawing->from_file);
    picture->plot = drawing->width - LABEL - MARGIN - 30;
    status = choose_lanes(picture, error);
    if (status == SIM_OK)
        status = gather(picture, error);
    if (status == SIM_OK)
        status = waves_output_open(&picture->output, drawing->to_file, false, error);
    if (status == SIM_OK) {
        put_picture(picture);
        status = waves_output_close(&picture->output, true, error);
    }
    return status;
}

enum sim_status waves_draw(const struct waves_drawing *drawing, struct sim_error *error)
{
    struct picture *picture = waves_zeroed(1, sizeof *picture);
    picture->drawing = drawing;
    enum sim_status status = draw(picture, error);
    for (uint32_t i = 0; i < picture->lanes; i++)
        free(picture->lane[i].span);
    free(picture->lane_of);
    if (picture->reader)
        waves_reader_close(picture->reader);
    free(picture);
    return status;
}
