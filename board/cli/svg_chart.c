#include "board/cli/svg_chart.h"

#include "board/cli/svg.h"

#include <inttypes.h>

enum { WIDTH = 960, HEIGHT = 560, LEFT = 72, RIGHT = 232, TOP = 92, BOTTOM = 64, LEGEND_ROW = 22, DOT = 3 };
enum { PLOT_WIDTH = WIDTH - LEFT - RIGHT, PLOT_HEIGHT = HEIGHT - TOP - BOTTOM };

/* log2 in 2^-16, of what is not 0: the whole part by its highest bit, each further bit by squaring. */
static uint64_t log2_fixed(uint64_t value)
{
    unsigned whole = 63 - (unsigned)__builtin_clzll(value);
    uint64_t mantissa = whole > 31 ? value >> (whole - 31) : value << (31 - whole); /* in [2^31, 2^32) */
    uint64_t result = whole;
    for (unsigned i = 0; i < 16; i++) {
        mantissa = mantissa * mantissa >> 31;
        result = 2 * result + (mantissa >> 32);
        mantissa >>= mantissa >> 32;
    }
    return result;
}

/* How far along the axis, in hundredths of a pixel. */
static uint64_t along(const struct svg_axis *axis, uint64_t value, unsigned pixels)
{
    uint64_t low = axis->tick[0].at, high = axis->tick[axis->ticks - 1].at;
    value = value < low ? low : value > high ? high : value;
    if (axis->logarithmic) {
        value = log2_fixed(value);
        low = log2_fixed(low);
        high = log2_fixed(high);
    }
    return (uint64_t)((unsigned __int128)(value - low) * pixels * SVG_PIXEL / (high - low));
}

static uint64_t x_of(const struct svg_chart *chart, uint64_t value)
{
    return (uint64_t)LEFT * SVG_PIXEL + along(&chart->x, value, PLOT_WIDTH);
}

static uint64_t y_of(const struct svg_chart *chart, uint64_t value)
{
    return (uint64_t)(TOP + PLOT_HEIGHT) * SVG_PIXEL - along(&chart->y, value, PLOT_HEIGHT);
}

static void put_length(FILE *file, uint64_t length)
{
    fprintf(file, "%" PRIu64 ".%02u", length / SVG_PIXEL, (unsigned)(length % SVG_PIXEL));
}

static void put_line(FILE *file, const char *how, uint64_t x1, uint64_t y1, uint64_t x2, uint64_t y2)
{
    fprintf(file, "<path %s d=\"M", how);
    put_length(file, x1);
    fputc(' ', file);
    put_length(file, y1);
    fputc('L', file);
    put_length(file, x2);
    fputc(' ', file);
    put_length(file, y2);
    fputs("\"/>\n", file);
}

static void put_axes(FILE *file, const struct svg_chart *chart)
{
    const uint64_t left = LEFT * SVG_PIXEL, right = (LEFT + PLOT_WIDTH) * SVG_PIXEL, top = TOP * SVG_PIXEL,
                   bottom = (TOP + PLOT_HEIGHT) * SVG_PIXEL;
    for (unsigned i = 0; i < chart->x.ticks; i++) {
        uint64_t x = x_of(chart, chart->x.tick[i].at);
        put_line(file, "class=\"grid\"", x, top, x, bottom);
        svg_text(file, "tick", (unsigned)(x / SVG_PIXEL), TOP + PLOT_HEIGHT + 18, 0, chart->x.tick[i].label);
    }
    for (unsigned i = 0; i < chart->y.ticks; i++) {
        uint64_t y = y_of(chart, chart->y.tick[i].at);
        put_line(file, "class=\"grid\"", left, y, right, y);
        fprintf(file, "<text class=\"tick\" style=\"text-anchor:end\" x=\"%u\" y=\"%u\">", LEFT - 8,
                (unsigned)(y / SVG_PIXEL) + 4);
        svg_escaped(file, chart->y.tick[i].label, __builtin_strlen(chart->y.tick[i].label));
        fputs("</text>\n", file);
    }
    put_line(file, "stroke=\"#444\" fill=\"none\"", left, top, left, bottom);
    put_line(file, "stroke=\"#444\" fill=\"none\"", left, bottom, right, bottom);
    svg_text(file, "head", LEFT, TOP - 14, 0, chart->y.title);
    svg_text(file, "head", LEFT, HEIGHT - 16, 0, chart->x.title);
}

static void put_marks(FILE *file, const struct svg_chart *chart)
{
    static const char dotted[] = "stroke=\"#888\" stroke-dasharray=\"2 3\" fill=\"none\"";
    for (unsigned i = 0; i < chart->marks; i++) {
        const struct svg_mark *mark = &chart->mark[i];
        if (mark->upright) {
            uint64_t x = x_of(chart, mark->at);
            put_line(file, dotted, x, TOP * SVG_PIXEL, x, (TOP + PLOT_HEIGHT) * SVG_PIXEL);
            svg_text(file, "note", (unsigned)(x / SVG_PIXEL) + 4, TOP + 12, 0, mark->name);
        } else {
            uint64_t y = y_of(chart, mark->at);
            put_line(file, dotted, LEFT * SVG_PIXEL, y, (LEFT + PLOT_WIDTH) * SVG_PIXEL, y);
            svg_text(file, "note", LEFT + 6, (unsigned)(y / SVG_PIXEL) - 5, 0, mark->name);
        }
    }
}

static void put_stroke(FILE *file, const struct svg_curve *curve)
{
    fprintf(file, "<path fill=\"none\" stroke=\"%s\" stroke-width=\"%u\"%s%s d=\"M", curve->colour, curve->wide ? 7 : 2,
            curve->wide ? " stroke-opacity=\"0.4\"" : "", curve->dashed ? " stroke-dasharray=\"6 4\"" : "");
}

static void put_curve(FILE *file, const struct svg_chart *chart, const struct svg_curve *curve)
{
    if (curve->points == 0)
        return;
    put_stroke(file, curve);
    for (unsigned i = 0; i < curve->points; i++) {
        if (i != 0)
            fputc('L', file);
        put_length(file, x_of(chart, curve->point[i].x));
        fputc(' ', file);
        put_length(file, y_of(chart, curve->point[i].y));
    }
    fputs("\"/>\n", file);
    for (unsigned i = 0; i < curve->points; i++) {
        fputs("<circle cx=\"", file);
        put_length(file, x_of(chart, curve->point[i].x));
        fputs("\" cy=\"", file);
        put_length(file, y_of(chart, curve->point[i].y));
        fprintf(file, "\" r=\"%u\" fill=\"%s\"/>\n", DOT, curve->colour);
    }
}

static void put_legend(FILE *file, const struct svg_chart *chart)
{
    const unsigned x = LEFT + PLOT_WIDTH + 20;
    for (unsigned i = 0; i < chart->curves; i++) {
        const struct svg_curve *curve = &chart->curve[i];
        unsigned y = TOP + 8 + LEGEND_ROW * i;
        put_stroke(file, curve);
        fprintf(file, "%u %uh28\"/>\n", x, y);
        fprintf(file, "<circle cx=\"%u\" cy=\"%u\" r=\"%u\" fill=\"%s\"/>\n", x + 14, y, DOT, curve->colour);
        svg_text(file, "value", x + 36, y + 4, WIDTH - x - 40, curve->name);
    }
}

void svg_chart(FILE *file, const struct svg_chart *chart)
{
    svg_begin(file, WIDTH, HEIGHT, chart->title, chart->subtitle);
    put_axes(file, chart);
    put_marks(file, chart);
    for (unsigned i = 0; i < chart->curves; i++)
        put_curve(file, chart, &chart->curve[i]);
    put_legend(file, chart);
    svg_end(file);
}
