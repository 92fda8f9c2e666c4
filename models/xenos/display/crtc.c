#include "models/xenos/display/crtc.h"

struct crtc_point crtc_after(const struct crtc *crtc, uint64_t edges)
{
    const struct crtc_timing *timing = &crtc->timing;
    int64_t pixels = crtc->running ? (int64_t)edges - 1 - crtc->origin : crtc->held;
    uint64_t past = pixels < 0 ? 0 : (uint64_t)pixels;
    uint64_t sweeps = past / crtc_sweep(timing), within = past % crtc_sweep(timing);
    uint64_t step = within * timing->fields / timing->h_total;
    struct crtc_point point = {
        .field = step >= timing->v_total,
        .line = (uint32_t)(step >= timing->v_total ? step - timing->v_total : step),
        .pixel = (uint32_t)(within % timing->h_total),
    };
    point.fields = crtc->fields + sweeps * timing->fields + point.field;
    return point;
}

uint64_t crtc_next_line(const struct crtc *crtc, uint64_t edge, const uint32_t *lines, unsigned count)
{
    const struct crtc_timing *timing = &crtc->timing;
    if (!crtc->running)
        return CRTC_NEVER;
    uint64_t within = crtc_pixel_at(crtc, edge), nearest = CRTC_NEVER;
    for (unsigned i = 0; i < count; i++) {
        if (lines[i] >= timing->v_total)
            continue;
        for (uint32_t field = 0; field < timing->fields; field++) {
            uint64_t pixel = crtc_line_pixel(timing, field, lines[i]);
            uint64_t wait = pixel >= within ? pixel - within : pixel + crtc_sweep(timing) - within;
            if (wait < nearest)
                nearest = wait;
        }
    }
    return nearest == CRTC_NEVER ? CRTC_NEVER : edge + nearest;
}

uint64_t crtc_next_step(const struct crtc *crtc, uint64_t edge)
{
    const struct crtc_timing *timing = &crtc->timing;
    if (!crtc->running)
        return CRTC_NEVER;
    /* step n is at pixel ceil(n * h_total / fields): the least n whose pixel is not before this one */
    uint64_t within = crtc_pixel_at(crtc, edge);
    uint64_t step = within == 0 ? 0 : (within - 1) * timing->fields / timing->h_total + 1;
    return edge + (step * timing->h_total + timing->fields - 1) / timing->fields - within;
}

void crtc_start(struct crtc *crtc, uint64_t edge)
{
    if (crtc->running)
        return;
    crtc->running = true;
    crtc->origin = (int64_t)edge - crtc->held - 1;
}

void crtc_stop(struct crtc *crtc, uint64_t edge)
{
    if (!crtc->running)
        return;
    int64_t pixels = (int64_t)edge - 1 - crtc->origin;
    uint64_t sweep = crtc_sweep(&crtc->timing);
    crtc->running = false;
    crtc->held = pixels;
    if (pixels >= 0) {
        crtc->fields += (uint64_t)pixels / sweep * crtc->timing.fields;
        crtc->held = (int64_t)((uint64_t)pixels % sweep);
    }
    crtc->origin = 0;
}

void crtc_take(struct crtc *crtc, uint64_t edge, const struct crtc_timing *timing)
{
    const struct crtc_timing *old = &crtc->timing;
    bool same = old->h_total == timing->h_total && old->v_total == timing->v_total && old->fields == timing->fields;
    if (!same && crtc->running) {
        crtc->fields += (uint64_t)((int64_t)edge - crtc->origin) / crtc_sweep(old) * old->fields;
        crtc->origin = (int64_t)edge;
    } else if (!same) {
        crtc->fields = crtc_after(crtc, edge).fields;
        crtc->held = -1;
    }
    crtc->timing = *timing;
}

uint64_t crtc_blanks_before(const struct crtc_timing *timing, const struct sim_clock *pixel, sim_time t)
{
    if (timing->v_blank_start >= timing->v_total)
        return 0;
    uint64_t edges = sim_clock_ceil(pixel, t);
    uint64_t sweep = crtc_sweep(timing);
    uint64_t blanks = edges / sweep * timing->fields;
    for (uint32_t field = 0; field < timing->fields; field++)
        blanks += crtc_line_pixel(timing, field, timing->v_blank_start) < edges % sweep;
    return blanks;
}
