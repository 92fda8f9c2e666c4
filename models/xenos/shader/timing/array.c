#include "models/xenos/shader/timing/array_parts.h"

#include <string.h>

struct xenos_array_timing xenos_array_timing_default(void)
{
    return (struct xenos_array_timing){
#define ARRAY_TIMING(name, value, ...) .name = (value),
#include "models/xenos/shader/timing/timing.def"
#undef ARRAY_TIMING
    };
}

void xenos_array_init(struct xenos_array *array, const struct xenos_array_config *config)
{
    array->config = *config;
    xenos_array_reset(array);
}

void xenos_array_reset(struct xenos_array *array)
{
    struct xenos_array_config config = array->config;
    memset(array, 0, sizeof *array);
    array->config = config;
}

bool xenos_array_room(const struct xenos_array *array)
{
    return array->draws < array->config.timing.array_draws;
}

bool xenos_array_idle(const struct xenos_array *array)
{
    return array->draws == 0;
}

void xenos_array_begin(struct xenos_array *array, const struct xenos_work *work, uint64_t edge)
{
    (void)edge;
    array->draw[array_draw_place(array, array->draws++)] = (struct xenos_array_draw){.work = work};
}

static bool has_stores(const struct xenos_array *array, uint32_t draw)
{
    for (uint32_t i = 0; i < array->exports; i++)
        if (array->export[(array->export_first + i) % XENOS_ARRAY_EXPORTS].draw == draw)
            return true;
    return false;
}

/* The oldest draw is through. */
static bool is_done(const struct xenos_array *array)
{
    if (array->draws == 0 || array->vgt.draw == 0)
        return false;
    const struct xenos_array_draw *draw = &array->draw[array->draw_first];
    return draw->retired == draw->work->vectors && !has_stores(array, array->draw_first);
}

static void finish_draws(struct xenos_array *array, uint64_t edge)
{
    while (is_done(array)) {
        const struct xenos_work *work = array->draw[array->draw_first].work;
        array->draw[array->draw_first] = (struct xenos_array_draw){0};
        array->draw_first = (array->draw_first + 1) % XENOS_ARRAY_DRAWS;
        array->draws--;
        array->vgt.draw--;
        array->index.draw--;
        array->dispatch.draw--;
        array->counters.draws++;
        array->config.done(array->config.self, work, edge);
    }
}

void xenos_array_run(struct xenos_array *array, uint64_t edge)
{
    array_assembly_finish(array, edge);
    array_stores_run(array, edge);
    array_lookup_run(array, edge);
    array_vectors_run(array, edge);
    array_assembly_start(array, edge);
    array_vgt_run(array, edge);
    array_reads_run(array, edge);
    array_settle(array);
    finish_draws(array, edge);
}

static uint64_t sooner(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

uint64_t xenos_array_next(const struct xenos_array *array)
{
    uint64_t next = array->assembly_busy ? array->assembly_free : XENOS_ARRAY_NEVER;
    next = sooner(next, array_stores_next(array));
    next = sooner(next, array_vectors_next(array));
    next = sooner(next, array_vgt_next(array));
    return sooner(next, array_reads_next(array));
}

void xenos_array_look(const struct xenos_array *array, uint64_t edge, struct xenos_array_signals *signals)
{
    *signals = (struct xenos_array_signals){
        .draws = array->draws,
        .full = array->dispatch.full,
        .vectors = array->vectors,
        .misses = array->misses,
        .exports = array->exports,
        .vgt = array->vgt.busy,
        .sequencer = array->sequencer_free > edge,
        .vertex = array->lookup.busy || array->vertex_free > edge,
        .texture = array->texture_free > edge,
        .export = array->export_free > edge,
        .assembly = array->assembly_busy,
    };
    if (array->vgt.draw < array->draws)
        signals->indices_left = array_work_of(array, array->vgt.draw)->indices - array->vgt.index;
    for (unsigned i = 0; i < XENOS_ARRAY_SIMDS; i++) {
        signals->threads[i] = array->threads[i];
        signals->simd[i] = array->simd_free[i] > edge;
    }
    memcpy(signals->held, array->held, sizeof signals->held);
}
