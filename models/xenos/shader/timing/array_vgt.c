/* From indices to vectors and their threads, and from vectors that have ended to primitives. */
#include "models/xenos/shader/timing/array_parts.h"

enum { MOST_REGISTERS = 64 };

static uint64_t rounded_up(uint64_t count, uint64_t rate)
{
    return (count + rate - 1) / rate;
}

static uint8_t registers_of(const struct xenos_work *work)
{
    return work->registers == 0 ? 1 : work->registers > MOST_REGISTERS ? MOST_REGISTERS : work->registers;
}

/* ---- Threads ---- */

void array_settle(struct xenos_array *array)
{
    while (array->dispatch.draw < array->vgt.draw &&
           array->dispatch.vector == array_work_of(array, array->dispatch.draw)->vectors) {
        array->dispatch.draw++;
        array->dispatch.vector = 0;
    }
    while (array->index.draw < array->draws &&
           array->index.line == array_work_of(array, array->index.draw)->index_lines) {
        array->index.draw++;
        array->index.line = 0;
    }
}

/* The SIMD with the fewest threads; XENOS_ARRAY_SIMDS: none has the registers. */
static unsigned least_loaded(const struct xenos_array *array, uint32_t registers)
{
    unsigned best = XENOS_ARRAY_SIMDS;
    for (unsigned i = 0; i < XENOS_ARRAY_SIMDS; i++) {
        bool fits = array->registers[i] + registers <= array->config.timing.array_registers;
        if (fits && (best == XENOS_ARRAY_SIMDS || array->threads[i] < array->threads[best]))
            best = i;
    }
    return best;
}

static bool thread_room(const struct xenos_array *array)
{
    uint32_t threads = 0;
    for (unsigned i = 0; i < XENOS_ARRAY_SIMDS; i++)
        threads += array->threads[i];
    return threads < array->config.timing.array_threads && array->vectors < array->config.timing.array_vectors;
}

static void dispatch(struct xenos_array *array, uint64_t edge)
{
    while (array->dispatch.full != 0 && thread_room(array)) {
        array_settle(array);
        uint32_t draw = array_draw_place(array, array->dispatch.draw);
        uint8_t registers = registers_of(array->draw[draw].work);
        unsigned simd = least_loaded(array, registers);
        if (simd == XENOS_ARRAY_SIMDS)
            return;
        struct xenos_array_vector *vector = &array->vector[array_vector_place(array, array->vectors++)];
        *vector = (struct xenos_array_vector){.draw = (uint8_t)draw,
                                              .simd = (uint8_t)simd,
                                              .registers = registers,
                                              .number = array->dispatch.vector++,
                                              .ready = edge + array->config.timing.array_thread};
        array_vector_enter(array, vector, 0);
        array->threads[simd]++;
        array->registers[simd] += registers;
        array->dispatch.full--;
        array->counters.vectors++;
    }
}

/* ---- Indices ---- */

/* The line, counted from the first one, in which an index ends. */
static uint64_t line_of(const struct xenos_work *work, uint32_t index)
{
    uint64_t bytes = work->index_bytes == 0 ? 1 : work->index_bytes;
    return (work->index_first + index * bytes + bytes - 1) / XENOS_ARRAY_LINE;
}

static void drop_lines(struct xenos_array *array, const struct xenos_work *work)
{
    while (array->index.count != 0 && array->index.here[array->index.first] && array->vgt.lines < work->index_lines &&
           (array->vgt.index >= work->indices || array->vgt.lines < line_of(work, array->vgt.index))) {
        array->index.here[array->index.first] = false;
        array->index.first = (array->index.first + 1) % XENOS_ARRAY_INDEX_LINES;
        array->index.count--;
        array->vgt.lines++;
    }
}

/* How many of the next `most` indices it can go through at once. */
static uint32_t indices_here(const struct xenos_array *array, const struct xenos_work *work, uint32_t most)
{
    uint64_t line = line_of(work, array->vgt.index);
    if (line >= work->index_lines)
        return most;
    if (array->vgt.lines != line || array->index.count == 0 || !array->index.here[array->index.first])
        return 0;
    uint64_t bytes = work->index_bytes == 0 ? 1 : work->index_bytes;
    uint64_t here = ((line + 1) * XENOS_ARRAY_LINE - work->index_first) / bytes - array->vgt.index;
    return here < most ? (uint32_t)here : most;
}

static uint32_t vector_end(const struct xenos_array *array, const struct xenos_work *work)
{
    if (array->vgt.vector == work->vectors || work->vector[array->vgt.vector].index_end > work->indices)
        return work->indices;
    return work->vector[array->vgt.vector].index_end;
}

static void work_on(struct xenos_array *array, uint32_t indices, uint64_t clocks, uint64_t edge)
{
    array->vgt.busy = true;
    array->vgt.chunk = indices;
    array->vgt.free = edge + clocks;
}

/* What it does next; false: nothing at this edge. */
static bool step(struct xenos_array *array, uint64_t edge)
{
    const struct xenos_array_timing *timing = &array->config.timing;
    if (array->vgt.draw == array->draws)
        return false;
    const struct xenos_work *work = array_work_of(array, array->vgt.draw);
    if (!array->vgt.begun) {
        array->vgt.begun = true;
        work_on(array, 0, timing->array_draw, edge);
        return false;
    }
    drop_lines(array, work);
    uint32_t end = vector_end(array, work);
    if (array->vgt.index < end) {
        uint32_t indices = indices_here(array, work, end - array->vgt.index);
        if (indices != 0)
            work_on(array, indices, rounded_up(indices, timing->array_vgt_indices), edge);
        return false;
    }
    if (array->vgt.vector < work->vectors) {
        if (array->dispatch.full == timing->array_vgt_vectors)
            return false;
        array->dispatch.full++;
        array->vgt.vector++;
        dispatch(array, edge);
        return true;
    }
    if (array->vgt.lines < work->index_lines)
        return false;
    array->vgt.draw++;
    array->vgt.begun = false;
    array->vgt.index = array->vgt.vector = array->vgt.lines = 0;
    return true;
}

void array_vgt_run(struct xenos_array *array, uint64_t edge)
{
    array_settle(array);
    dispatch(array, edge);
    if (array->vgt.busy && array->vgt.free > edge)
        return;
    array->vgt.busy = false;
    array->vgt.index += array->vgt.chunk;
    array->counters.indices += array->vgt.chunk;
    array->vgt.chunk = 0;
    while (step(array, edge))
        continue;
}

uint64_t array_vgt_next(const struct xenos_array *array)
{
    return array->vgt.busy ? array->vgt.free : XENOS_ARRAY_NEVER;
}

/* ---- Primitive assembly ---- */

static uint32_t primitives_of(const struct xenos_work *work, uint32_t vector)
{
    uint32_t before = vector == 0 ? 0 : work->vector[vector - 1].primitive_end;
    uint32_t end = vector + 1 == work->vectors ? work->primitives : work->vector[vector].primitive_end;
    return end > before ? end - before : 0;
}

void array_assembly_start(struct xenos_array *array, uint64_t edge)
{
    const struct xenos_array_vector *vector = &array->vector[array->vector_first];
    if (array->assembly_busy || array->vectors == 0 || !vector->ended)
        return;
    const struct xenos_work *work = array->draw[vector->draw].work;
    uint64_t vertices = (uint64_t)work->vector[vector->number].lanes * array->config.timing.array_pa_vertex;
    uint64_t primitives = (uint64_t)primitives_of(work, vector->number) * array->config.timing.array_pa_primitive;
    array->assembly_busy = true;
    array->assembly_free = edge + array_later(array_later(vertices, primitives), 1);
}

void array_assembly_finish(struct xenos_array *array, uint64_t edge)
{
    if (!array->assembly_busy || array->assembly_free > edge)
        return;
    struct xenos_array_vector *vector = &array->vector[array->vector_first];
    struct xenos_array_draw *draw = &array->draw[vector->draw];
    for (unsigned i = 0; i < XENOS_ARRAY_ALLOCS; i++)
        array->held[i] -= vector->held >> i & 1;
    array->counters.primitives += primitives_of(draw->work, vector->number);
    draw->retired++;
    *vector = (struct xenos_array_vector){0};
    array->vector_first = (array->vector_first + 1) % XENOS_ARRAY_VECTORS;
    array->vectors--;
    array->assembly_busy = false;
}
