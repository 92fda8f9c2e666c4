/* The timing generator's counters, as arithmetic: where the beam is at an edge of the pixel clock, and at which edge
 * the line counter next reaches a line. Nothing counts; everything follows from the number of the edge.
 *
 * The pixel counter runs from 0 to h_total - 1. The line counter runs from 0 to v_total - 1. In progressive modes it
 * counts once a line. In interlaced modes it counts half lines, so that both fields have v_total of them, start half a
 * line apart and take exactly the same time. A sweep is what repeats: one frame, or two fields; it always takes h_total
 * * v_total pixels. */
#ifndef CYCLE360_XENOS_DISPLAY_CRTC_H
#define CYCLE360_XENOS_DISPLAY_CRTC_H

#include "models/sim/clock.h"

#include <stdbool.h>
#include <stdint.h>

/* 1 to 8192 each, by the width of the registers. */
struct crtc_timing {
    uint32_t h_total, h_blank_start, h_blank_end;
    uint32_t v_total, v_blank_start, v_blank_end;
    uint32_t fields; /* in a sweep: 1 or 2 */
};

struct crtc {
    struct crtc_timing timing;
    bool running;
    int64_t origin;  /* running: the edge at which the sweep's pixel 0 is or was */
    int64_t held;    /* stopped: pixels since the sweep's pixel 0, -1 for not begun yet */
    uint64_t fields; /* completed before `origin` */
};

struct crtc_point {
    uint32_t field; /* 0 or 1 */
    uint32_t line;  /* of the line counter */
    uint32_t pixel;
    uint64_t fields; /* completed so far */
};

#define CRTC_NEVER UINT64_MAX

static inline uint64_t crtc_sweep(const struct crtc_timing *timing)
{
    return (uint64_t)timing->h_total * timing->v_total;
}

/* The pixel of the sweep at which the line counter steps to `line` of `field`. */
static inline uint64_t crtc_line_pixel(const struct crtc_timing *timing, uint32_t field, uint32_t line)
{
    uint64_t step = (uint64_t)field * timing->v_total + line;
    return timing->fields == 1 ? step * timing->h_total : (step * timing->h_total + 1) / 2;
}

/* From line v_blank_start on, and again before v_blank_end. */
static inline bool crtc_line_blank(const struct crtc_timing *timing, uint32_t line)
{
    return line >= timing->v_blank_start || line < timing->v_blank_end;
}

/* Where the beam is after edges [0, edges) have happened. */
struct crtc_point crtc_after(const struct crtc *crtc, uint64_t edges);

/* The pixel of the sweep that edge `edge` brings, which is not before the origin. */
static inline uint64_t crtc_pixel_at(const struct crtc *crtc, uint64_t edge)
{
    return (uint64_t)((int64_t)edge - crtc->origin) % crtc_sweep(&crtc->timing);
}

/* The first edge from `edge` on at which the line counter steps to one of the lines; lines that do not exist are never
 * reached. CRTC_NEVER where there is none, or the counters stand. */
uint64_t crtc_next_line(const struct crtc *crtc, uint64_t edge, const uint32_t *lines, unsigned count);
/* The first edge from `edge` on at which the line counter steps at all. */
uint64_t crtc_next_step(const struct crtc *crtc, uint64_t edge);

/* What edge `edge` is the first to see: the counters run on, stand still, or take new totals over. New totals start a
 * sweep anew: they are taken at the first edge of one, or while the counters stand. */
void crtc_start(struct crtc *crtc, uint64_t edge);
void crtc_stop(struct crtc *crtc, uint64_t edge);
void crtc_take(struct crtc *crtc, uint64_t edge, const struct crtc_timing *timing);

/* How often the line counter has reached v_blank_start in [0, t), where it has run freely since edge 0. */
uint64_t crtc_blanks_before(const struct crtc_timing *timing, const struct sim_clock *pixel, sim_time t);

#endif
