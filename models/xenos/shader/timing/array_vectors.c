/* What vectors do: each instruction goes to its unit, which takes the oldest vector that is ready for it. */
#include "models/xenos/shader/timing/array_parts.h"

static const struct xenos_work_vector *part_of(const struct xenos_array *array, const struct xenos_array_vector *vector)
{
    return &array->draw[vector->draw].work->vector[vector->number];
}

/* Behind the last one there is an end. */
static const struct xenos_trace_op *op_of(const struct xenos_array *array, const struct xenos_array_vector *vector)
{
    static const struct xenos_trace_op end = {.kind = XENOS_OP_END};
    const struct xenos_work_vector *part = part_of(array, vector);
    return vector->op < part->ops ? &array->draw[vector->draw].work->trace.op[part->op + vector->op] : &end;
}

static bool is_run(const struct xenos_trace_op *op)
{
    return op->kind == XENOS_OP_CF || op->kind == XENOS_OP_ALU;
}

void array_vector_enter(struct xenos_array *array, struct xenos_array_vector *vector, uint32_t op)
{
    vector->op = op;
    const struct xenos_trace_op *next = op_of(array, vector);
    vector->left = is_run(next) ? next->count : 0;
}

/* ---- Room for exports ---- */

static uint32_t buffers(const struct xenos_array *array, unsigned alloc)
{
    const struct xenos_array_timing *timing = &array->config.timing;
    return alloc == XENOS_ALLOC_POSITION        ? timing->array_position_buffers
           : alloc == XENOS_ALLOC_INTERPOLATORS ? timing->array_interpolator_buffers
                                                : timing->array_memory_buffers;
}

/* Room for positions and interpolators is given in the order of vectors. Of room for exports to memory, which not all
 * draws ask for, the last entry is kept for the oldest vector. Otherwise younger ones could hold all of it, and would
 * not let go before the oldest has gone. */
static bool may_hold(const struct xenos_array *array, uint32_t i, unsigned alloc)
{
    uint32_t room = buffers(array, alloc) - array->held[alloc];
    bool oldest = true;
    for (uint32_t k = 0; k < i; k++) {
        const struct xenos_array_vector *older = &array->vector[array_vector_place(array, k)];
        if (older->ended)
            continue;
        oldest = false;
        if (alloc != XENOS_ALLOC_MEMORY && !(older->held >> alloc & 1))
            return false;
    }
    return room > (alloc == XENOS_ALLOC_MEMORY && !oldest);
}

static bool needs_room(const struct xenos_array_vector *vector, const struct xenos_trace_op *op)
{
    return op->detail != XENOS_ALLOC_NONE && op->detail < XENOS_ARRAY_ALLOCS && !(vector->held >> op->detail & 1);
}

/* ---- Units ---- */

static bool export_room(const struct xenos_array *array, const struct xenos_trace_op *op)
{
    return op->count == 0 || array->exports < array->config.timing.array_export_queue;
}

static void take_export(struct xenos_array *array, const struct xenos_array_vector *vector,
                        const struct xenos_trace_op *op)
{
    array->counters.exports++;
    array->counters.elements += op->detail;
    if (op->count == 0)
        return;
    array->export[(array->export_first + array->exports++) % XENOS_ARRAY_EXPORTS] = (struct xenos_array_export){
        .draw = vector->draw, .next = op->first, .end = op->first + op->count, .ready = array->export_free};
}

static void end(struct xenos_array *array, struct xenos_array_vector *vector)
{
    vector->ended = true;
    array->threads[vector->simd]--;
    array->registers[vector->simd] -= vector->registers;
    if (vector->held >> XENOS_ALLOC_MEMORY & 1) {
        vector->held &= (uint8_t) ~(1u << XENOS_ALLOC_MEMORY);
        array->held[XENOS_ALLOC_MEMORY]--;
    }
}

static bool take(uint64_t *unit, uint64_t clocks, uint64_t edge)
{
    if (*unit > edge)
        return false;
    *unit = edge + clocks;
    return true;
}

static void one_less(struct xenos_array *array, struct xenos_array_vector *vector, uint64_t ready)
{
    vector->ready = ready;
    if (--vector->left == 0)
        array_vector_enter(array, vector, vector->op + 1);
}

static bool has_fetched(const struct xenos_array_vector *vector, uint64_t edge)
{
    return vector->pending == 0 && vector->fetched <= edge;
}

/* An instruction of a vector that is ready; false: it can do no more at this edge. */
static bool issue(struct xenos_array *array, uint32_t i, uint64_t edge)
{
    const struct xenos_array_timing *timing = &array->config.timing;
    uint32_t place = array_vector_place(array, i);
    struct xenos_array_vector *vector = &array->vector[place];
    const struct xenos_trace_op *op = op_of(array, vector);
    if (is_run(op) && vector->left == 0) {
        array_vector_enter(array, vector, vector->op + 1);
        return true;
    }
    switch (op->kind) {
    case XENOS_OP_CF:
        if (!take(&array->sequencer_free, timing->array_cf, edge))
            return false;
        array->counters.cf++;
        one_less(array, vector, edge + timing->array_cf);
        return false;
    case XENOS_OP_ALU:
        if (!take(&array->simd_free[vector->simd], timing->array_alu, edge))
            return false;
        array->counters.pairs++;
        array->counters.busy[vector->simd] += timing->array_alu;
        one_less(array, vector, edge + timing->array_alu_latency);
        return false;
    case XENOS_OP_VERTEX:
        if (!array->lookup.busy && array->vertex_free <= edge)
            array_fetch(array, place, op, edge);
        return false;
    case XENOS_OP_TEXTURE:
        if (!take(&array->texture_free, timing->array_texture, edge))
            return false;
        array->counters.texture_fetches++;
        vector->ready = array->texture_free;
        vector->fetched = array_later(vector->fetched, array->texture_free + timing->array_texture_latency);
        break;
    case XENOS_OP_WAIT:
        if (!has_fetched(vector, edge))
            return false;
        array->counters.fetch_wait += edge - vector->ready;
        vector->ready = edge;
        break;
    case XENOS_OP_ALLOC:
        if (needs_room(vector, op)) {
            if (!may_hold(array, i, op->detail))
                return false;
            vector->held |= (uint8_t)(1u << op->detail);
            array->held[op->detail]++;
        }
        array->counters.alloc_wait += edge - vector->ready;
        vector->ready = edge;
        break;
    case XENOS_OP_EXPORT:
        if (!export_room(array, op) ||
            !take(&array->export_free, array_later((uint64_t)op->detail * timing->array_export, 1), edge))
            return false;
        take_export(array, vector, op);
        vector->ready = array->export_free;
        break;
    default:
        if (has_fetched(vector, edge))
            end(array, vector);
        return false;
    }
    array_vector_enter(array, vector, vector->op + 1);
    return true;
}

void array_vectors_run(struct xenos_array *array, uint64_t edge)
{
    for (uint32_t i = 0; i < array->vectors; i++) {
        const struct xenos_array_vector *vector = &array->vector[array_vector_place(array, i)];
        while (!vector->ended && vector->ready <= edge && issue(array, i, edge))
            continue;
    }
}

/* The edge at which a vector can go on; XENOS_ARRAY_NEVER: when something else has happened. */
static uint64_t next_of(const struct xenos_array *array, uint32_t i)
{
    const struct xenos_array_vector *vector = &array->vector[array_vector_place(array, i)];
    if (vector->ended || vector->ready == XENOS_ARRAY_NEVER)
        return XENOS_ARRAY_NEVER;
    const struct xenos_trace_op *op = op_of(array, vector);
    switch (op->kind) {
    case XENOS_OP_CF:
        return vector->left == 0 ? vector->ready : array_later(vector->ready, array->sequencer_free);
    case XENOS_OP_ALU:
        return vector->left == 0 ? vector->ready : array_later(vector->ready, array->simd_free[vector->simd]);
    case XENOS_OP_VERTEX:
        return array->lookup.busy ? XENOS_ARRAY_NEVER : array_later(vector->ready, array->vertex_free);
    case XENOS_OP_TEXTURE:
        return array_later(vector->ready, array->texture_free);
    case XENOS_OP_ALLOC:
        return !needs_room(vector, op) || may_hold(array, i, op->detail) ? vector->ready : XENOS_ARRAY_NEVER;
    case XENOS_OP_EXPORT:
        return export_room(array, op) ? array_later(vector->ready, array->export_free) : XENOS_ARRAY_NEVER;
    default:
        return vector->pending == 0 ? array_later(vector->ready, vector->fetched) : XENOS_ARRAY_NEVER;
    }
}

uint64_t array_vectors_next(const struct xenos_array *array)
{
    uint64_t next = XENOS_ARRAY_NEVER;
    for (uint32_t i = 0; i < array->vectors; i++) {
        uint64_t edge = next_of(array, i);
        next = edge < next ? edge : next;
    }
    return next;
}

/* ---- Stores ---- */

void array_stores_run(struct xenos_array *array, uint64_t edge)
{
    struct xenos_array_export *head = &array->export[array->export_first];
    if (array->exports == 0 || head->ready > edge || array->store_free > edge)
        return;
    const struct xenos_trace *trace = &array->draw[head->draw].work->trace;
    array->write_refused = !array->config.write(array->config.self, &trace->store[head->next], edge);
    if (array->write_refused)
        return;
    array->store_free = edge + 1;
    array->counters.stores++;
    if (++head->next < head->end)
        return;
    *head = (struct xenos_array_export){0};
    array->export_first = (array->export_first + 1) % XENOS_ARRAY_EXPORTS;
    array->exports--;
}

uint64_t array_stores_next(const struct xenos_array *array)
{
    if (array->exports == 0 || array->write_refused)
        return XENOS_ARRAY_NEVER;
    return array_later(array->export[array->export_first].ready, array->store_free);
}
