/* Signals. */
#include "models/xenos/pipe/pipe_parts.h"
#include "waves/waves.h"

void pipe_trace(struct sim_component *self, struct waves_scope *scope)
{
    static const char *const simd_busy[XENOS_ARRAY_SIMDS] = {"simd0_busy", "simd1_busy", "simd2_busy"};
    static const char *const threads[XENOS_ARRAY_SIMDS] = {"simd0_threads", "simd1_threads", "simd2_threads"};
    struct pipe *pipe = (struct pipe *)self;
    struct pipe_signals *signals = &pipe->signals;
    pipe->scope = scope;
    signals->draw = waves_bus(scope, "draw", 32, "number");
    signals->waiting = waves_bus(scope, "draws", 8, "draw");
    signals->done = waves_bus(scope, "draws_done", 32, "draw");
    signals->errors = waves_bus(scope, "errors", 32, "draw");
    signals->vertices = waves_bus(scope, "vertices", 32, "vertex");
    signals->primitives = waves_bus(scope, "primitives", 32, "primitive");
    signals->indices_left = waves_bus(scope, "indices_left", 17, "index");
    for (unsigned i = 0; i < XENOS_ARRAY_SIMDS; i++)
        signals->threads[i] = waves_bus(scope, threads[i], 7, "thread");
    signals->misses = waves_bus(scope, "fetch_misses", 7, "line");
    signals->exports = waves_bus(scope, "exports", 5, "export");
    signals->vgt_busy = waves_wire(scope, "vgt_busy");
    signals->sequencer_busy = waves_wire(scope, "sequencer_busy");
    for (unsigned i = 0; i < XENOS_ARRAY_SIMDS; i++)
        signals->simd_busy[i] = waves_wire(scope, simd_busy[i]);
    signals->fetch_busy = waves_wire(scope, "fetch_busy");
    signals->texture_busy = waves_wire(scope, "texture_busy");
    signals->export_busy = waves_wire(scope, "export_busy");
    signals->assembly_busy = waves_wire(scope, "assembly_busy");
}

void pipe_show_changes(struct pipe *pipe, sim_time t)
{
    const struct pipe_signals *signals = &pipe->signals;
    struct waves_scope *scope = pipe->scope;
    struct xenos_array_signals now;
    uint64_t errors = 0;
    xenos_array_look(&pipe->array, sim_clock_ceil(pipe->config.clock, t), &now);
    for (unsigned i = 0; i < PIPE_ERRORS; i++)
        errors += pipe->report[i].count;
    waves_set_u32(scope, signals->draw, t, pipe->count != 0 ? (uint32_t)pipe_draw_at(pipe, 0)->number : 0);
    waves_set_u32(scope, signals->waiting, t, pipe->count);
    waves_set_u32(scope, signals->done, t, (uint32_t)pipe->draws_done);
    waves_set_u32(scope, signals->errors, t, (uint32_t)errors);
    waves_set_u32(scope, signals->vertices, t, (uint32_t)pipe->vertices);
    waves_set_u32(scope, signals->primitives, t, (uint32_t)pipe->primitives);
    waves_set_u32(scope, signals->indices_left, t, now.indices_left);
    for (unsigned i = 0; i < XENOS_ARRAY_SIMDS; i++) {
        waves_set_u32(scope, signals->threads[i], t, now.threads[i]);
        waves_set_u32(scope, signals->simd_busy[i], t, now.simd[i]);
    }
    waves_set_u32(scope, signals->misses, t, now.misses);
    waves_set_u32(scope, signals->exports, t, now.exports);
    waves_set_u32(scope, signals->vgt_busy, t, now.vgt);
    waves_set_u32(scope, signals->sequencer_busy, t, now.sequencer);
    waves_set_u32(scope, signals->fetch_busy, t, now.vertex);
    waves_set_u32(scope, signals->texture_busy, t, now.texture);
    waves_set_u32(scope, signals->export_busy, t, now.export);
    waves_set_u32(scope, signals->assembly_busy, t, now.assembly);
}

void pipe_show(struct sim_component *self, sim_time t)
{
    pipe_show_changes((struct pipe *)self, t);
}
