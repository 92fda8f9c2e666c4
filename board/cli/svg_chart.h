/* Curves between two axes, each linear or logarithmic. */
#ifndef CYCLE360_BOARD_CLI_SVG_CHART_H
#define CYCLE360_BOARD_CLI_SVG_CHART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct svg_tick {
    uint64_t at;
    char label[16];
};

/* From the first tick to the last; a logarithmic one begins above 0. */
struct svg_axis {
    const char *title;
    bool logarithmic;
    const struct svg_tick *tick;
    unsigned ticks;
};

struct svg_point {
    uint64_t x, y;
};

struct svg_curve {
    const char *name, *colour;
    bool dashed, wide; /* wide: pale, and to be seen below another one */
    const struct svg_point *point;
    unsigned points;
};

/* A line across, or upright, with a name. */
struct svg_mark {
    const char *name;
    bool upright;
    uint64_t at;
};

struct svg_chart {
    const char *title, *subtitle;
    struct svg_axis x, y;
    const struct svg_curve *curve;
    unsigned curves;
    const struct svg_mark *mark;
    unsigned marks;
};

/* Points outside of the axes are drawn on their ends. */
void svg_chart(FILE *file, const struct svg_chart *chart);

#endif
