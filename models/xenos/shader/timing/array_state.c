/* Saves. What a file says is never trusted as an index or a count. Places in the rings of draws and vectors are counted
 * from the oldest; tags of reads, which answers on their way name, are kept. */
#include "models/xenos/shader/timing/array_parts.h"

#include <string.h>

enum { MOST_REGISTERS = 64 };

/* ---- Works ---- */

static bool is_sound(const struct xenos_trace *trace, const struct xenos_trace_op *op)
{
    uint32_t limit = op->kind == XENOS_OP_VERTEX   ? trace->lines
                     : op->kind == XENOS_OP_EXPORT ? trace->stores
                                                   : UINT32_MAX;
    bool ranged = op->kind == XENOS_OP_VERTEX || op->kind == XENOS_OP_EXPORT;
    return op->kind < XENOS_OP_KINDS && (!ranged || (op->first <= limit && op->count <= limit - op->first));
}

bool xenos_work_sound(const struct xenos_work *work)
{
    uint32_t index = 0, primitive = 0;
    for (uint32_t i = 0; i < work->vectors; i++) {
        const struct xenos_work_vector *vector = &work->vector[i];
        if (vector->index_end < index || vector->index_end > work->indices || vector->primitive_end < primitive ||
            vector->primitive_end > work->primitives || vector->op > work->trace.ops ||
            vector->ops > work->trace.ops - vector->op || vector->lanes > XENOS_VECTOR)
            return false;
        index = vector->index_end;
        primitive = vector->primitive_end;
    }
    for (uint32_t i = 0; i < work->trace.ops; i++)
        if (!is_sound(&work->trace, &work->trace.op[i]))
            return false;
    return true;
}

/* ---- Saving ---- */

static uint8_t draw_from_oldest(const struct xenos_array *array, uint32_t place)
{
    return (uint8_t)((place + XENOS_ARRAY_DRAWS - array->draw_first) % XENOS_ARRAY_DRAWS);
}

static uint32_t vector_from_oldest(const struct xenos_array *array, uint32_t place)
{
    return (place + XENOS_ARRAY_VECTORS - array->vector_first) % XENOS_ARRAY_VECTORS;
}

static uint64_t waiters_from_oldest(const struct xenos_array *array, uint64_t waiters)
{
    uint32_t by = array->vector_first;
    return by == 0 ? waiters : waiters >> by | waiters << (XENOS_ARRAY_VECTORS - by);
}

static void save_draws(const struct xenos_array *array, struct sim_writer *writer)
{
    sim_put_u32(writer, array->draws);
    for (uint32_t i = 0; i < array->draws; i++)
        sim_put_u32(writer, array->draw[array_draw_place(array, i)].retired);
    sim_put_u32(writer, array->vgt.draw);
    sim_put_u8(writer, array->vgt.begun);
    sim_put_u8(writer, array->vgt.busy);
    sim_put_u32(writer, array->vgt.index);
    sim_put_u32(writer, array->vgt.vector);
    sim_put_u32(writer, array->vgt.chunk);
    sim_put_u32(writer, array->vgt.lines);
    sim_put_u64(writer, array->vgt.free);
    sim_put_u32(writer, array->index.draw);
    sim_put_u32(writer, array->index.line);
    sim_put_u32(writer, array->index.first);
    sim_put_u32(writer, array->index.count);
    for (uint32_t i = 0; i < array->index.count; i++)
        sim_put_u8(writer, array->index.here[(array->index.first + i) % XENOS_ARRAY_INDEX_LINES]);
    sim_put_u32(writer, array->dispatch.draw);
    sim_put_u32(writer, array->dispatch.vector);
    sim_put_u32(writer, array->dispatch.full);
}

static void save_vectors(const struct xenos_array *array, struct sim_writer *writer)
{
    sim_put_u32(writer, array->vectors);
    for (uint32_t i = 0; i < array->vectors; i++) {
        const struct xenos_array_vector *vector = &array->vector[array_vector_place(array, i)];
        sim_put_u8(writer, draw_from_oldest(array, vector->draw));
        sim_put_u8(writer, vector->simd);
        sim_put_u8(writer, vector->registers);
        sim_put_u8(writer, vector->held);
        sim_put_u8(writer, vector->ended);
        sim_put_u32(writer, vector->number);
        sim_put_u32(writer, vector->op);
        sim_put_u32(writer, vector->left);
        sim_put_u64(writer, vector->ready);
        sim_put_u64(writer, vector->fetched);
    }
}

/* The units and their flags, in one order for both ways. */
#define UNITS(x)                                                                                                    \
    x(sequencer_free) x(simd_free[0]) x(simd_free[1]) x(simd_free[2]) x(vertex_free) x(texture_free) x(export_free) \
        x(store_free) x(read_free) x(assembly_free)
#define FLAGS(x) x(assembly_busy) x(read_refused) x(write_refused)
#define COUNTERS(x)                                                                                                  \
    x(draws) x(indices) x(vectors) x(primitives) x(busy[0]) x(busy[1]) x(busy[2]) x(cf) x(pairs) x(vertex_fetches)   \
        x(texture_fetches) x(exports) x(elements) x(hits) x(merges) x(misses) x(index_reads) x(stores) x(fetch_wait) \
            x(alloc_wait)

static void save_units(const struct xenos_array *array, struct sim_writer *writer)
{
#define PUT(name) sim_put_u64(writer, array->name);
    UNITS(PUT)
#undef PUT
#define PUT(name) sim_put_u8(writer, array->name);
    FLAGS(PUT)
#undef PUT
#define PUT(name) sim_put_u64(writer, array->counters.name);
    COUNTERS(PUT)
#undef PUT
}

static void save_memory(const struct xenos_array *array, struct sim_writer *writer)
{
    sim_put_u8(writer, array->lookup.busy);
    sim_put_u32(writer, array->lookup.busy ? vector_from_oldest(array, array->lookup.vector) : 0);
    sim_put_u32(writer, array->lookup.next);
    sim_put_u32(writer, array->lookup.end);
    for (unsigned set = 0; set < array->config.timing.array_vertex_sets; set++)
        for (unsigned way = 0; way < array->config.timing.array_vertex_ways; way++)
            sim_put_u32(writer, array->cache[set][way]);
    for (unsigned i = 0; i < XENOS_ARRAY_MISSES; i++) {
        const struct xenos_array_miss *miss = &array->miss[i];
        sim_put_u8(writer, miss->state);
        if (miss->state == XENOS_MISS_FREE)
            continue;
        sim_put_u8(writer, miss->stale);
        sim_put_u32(writer, miss->line);
        sim_put_u64(writer, waiters_from_oldest(array, miss->waiters));
    }
    sim_put_u32(writer, array->wanted_count);
    sim_put_bytes(writer, array->wanted, array->wanted_count);
    sim_put_u32(writer, array->exports);
    for (uint32_t i = 0; i < array->exports; i++) {
        const struct xenos_array_export *export = &array->export[(array->export_first + i) % XENOS_ARRAY_EXPORTS];
        sim_put_u8(writer, draw_from_oldest(array, export->draw));
        sim_put_u32(writer, export->next);
        sim_put_u32(writer, export->end);
        sim_put_u64(writer, export->ready);
    }
}

void xenos_array_save(const struct xenos_array *array, struct sim_writer *writer)
{
    save_draws(array, writer);
    save_vectors(array, writer);
    save_units(array, writer);
    save_memory(array, writer);
}

/* ---- Loading ---- */

static bool get_flag(struct sim_reader *reader)
{
    return sim_get_u8_below(reader, 2) != 0;
}

static void load_draws(struct xenos_array *array, struct sim_reader *reader)
{
    const struct xenos_array_timing *timing = &array->config.timing;
    array->draws = sim_get_u32_below(reader, (uint64_t)timing->array_draws + 1);
    for (uint32_t i = 0; i < array->draws; i++)
        array->draw[i].retired = sim_get_u32(reader);
    array->vgt.draw = sim_get_u32_below(reader, (uint64_t)array->draws + 1);
    array->vgt.begun = get_flag(reader);
    array->vgt.busy = get_flag(reader);
    array->vgt.index = sim_get_u32(reader);
    array->vgt.vector = sim_get_u32(reader);
    array->vgt.chunk = sim_get_u32(reader);
    array->vgt.lines = sim_get_u32(reader);
    array->vgt.free = sim_get_u64(reader);
    array->index.draw = sim_get_u32_below(reader, (uint64_t)array->draws + 1);
    array->index.line = sim_get_u32(reader);
    array->index.first = sim_get_u32_below(reader, XENOS_ARRAY_INDEX_LINES);
    array->index.count = sim_get_u32_below(reader, (uint64_t)timing->array_index_lines + 1);
    for (uint32_t i = 0; i < array->index.count; i++)
        array->index.here[(array->index.first + i) % XENOS_ARRAY_INDEX_LINES] = get_flag(reader);
    array->dispatch.draw = sim_get_u32_below(reader, (uint64_t)array->vgt.draw + 1);
    array->dispatch.vector = sim_get_u32(reader);
    array->dispatch.full = sim_get_u32_below(reader, (uint64_t)timing->array_vgt_vectors + 1);
    if (array->vgt.draw == array->draws && (array->vgt.begun || array->vgt.busy || array->vgt.index != 0 ||
                                            array->vgt.vector != 0 || array->vgt.lines != 0))
        reader->failed = true;
    if ((!array->vgt.busy && array->vgt.chunk != 0) || (array->index.draw == array->draws && array->index.line != 0) ||
        array->index.draw < array->vgt.draw)
        reader->failed = true;
    if (array->draws == 0 && (array->index.count != 0 || array->dispatch.vector != 0 || array->dispatch.full != 0))
        reader->failed = true;
}

static void count_vector(struct xenos_array *array, const struct xenos_array_vector *vector)
{
    if (!vector->ended) {
        array->threads[vector->simd]++;
        array->registers[vector->simd] += vector->registers;
    }
    for (unsigned i = 0; i < XENOS_ARRAY_ALLOCS; i++)
        array->held[i] += vector->held >> i & 1;
}

static bool too_many(const struct xenos_array *array)
{
    const struct xenos_array_timing *timing = &array->config.timing;
    uint32_t threads = 0;
    bool registers = false;
    for (unsigned i = 0; i < XENOS_ARRAY_SIMDS; i++) {
        threads += array->threads[i];
        registers |= array->registers[i] > timing->array_registers;
    }
    return registers || threads > timing->array_threads || array->held[XENOS_ALLOC_NONE] != 0 ||
           array->held[XENOS_ALLOC_POSITION] > timing->array_position_buffers ||
           array->held[XENOS_ALLOC_INTERPOLATORS] > timing->array_interpolator_buffers ||
           array->held[XENOS_ALLOC_MEMORY] > timing->array_memory_buffers;
}

static void load_vectors(struct xenos_array *array, struct sim_reader *reader)
{
    array->vectors = sim_get_u32_below(reader, (uint64_t)array->config.timing.array_vectors + 1);
    for (uint32_t i = 0; i < array->vectors; i++) {
        struct xenos_array_vector *vector = &array->vector[i];
        vector->draw = sim_get_u8_below(reader, array->draws);
        vector->simd = sim_get_u8_below(reader, XENOS_ARRAY_SIMDS);
        vector->registers = sim_get_u8_below(reader, MOST_REGISTERS + 1);
        vector->held = sim_get_u8_below(reader, 1u << XENOS_ARRAY_ALLOCS);
        vector->ended = get_flag(reader);
        vector->number = sim_get_u32(reader);
        vector->op = sim_get_u32(reader);
        vector->left = sim_get_u32(reader);
        vector->ready = sim_get_u64(reader);
        vector->fetched = sim_get_u64(reader);
        count_vector(array, vector);
    }
    if (too_many(array))
        reader->failed = true;
}

static void load_units(struct xenos_array *array, struct sim_reader *reader)
{
#define GET(name) array->name = sim_get_u64(reader);
    UNITS(GET)
#undef GET
#define GET(name) array->name = get_flag(reader);
    FLAGS(GET)
#undef GET
#define GET(name) array->counters.name = sim_get_u64(reader);
    COUNTERS(GET)
#undef GET
    if (array->assembly_busy && (array->vectors == 0 || !array->vector[0].ended))
        reader->failed = true;
}

static void load_lookup(struct xenos_array *array, struct sim_reader *reader)
{
    array->lookup.busy = get_flag(reader);
    array->lookup.vector = sim_get_u32_below(reader, array->lookup.busy ? array->vectors : 1);
    array->lookup.next = sim_get_u32(reader);
    array->lookup.end = sim_get_u32(reader);
    for (uint32_t i = 0; i < array->vectors; i++) {
        bool looks = array->lookup.busy && array->lookup.vector == i;
        if (looks != (array->vector[i].ready == XENOS_ARRAY_NEVER) || (looks && array->vector[i].ended))
            reader->failed = true;
    }
}

static void load_miss(struct xenos_array *array, struct xenos_array_miss *miss, struct sim_reader *reader)
{
    miss->state = sim_get_u8_below(reader, XENOS_MISS_STATES);
    if (miss->state == XENOS_MISS_FREE)
        return;
    miss->stale = get_flag(reader);
    miss->line = sim_get_u32(reader);
    miss->waiters = sim_get_u64(reader);
    array->misses++;
    for (uint32_t i = 0; i < XENOS_ARRAY_VECTORS; i++) {
        if (!(miss->waiters >> i & 1))
            continue;
        if (i >= array->vectors || array->vector[i].ended)
            reader->failed = true;
        array->vector[i].pending++;
    }
}

/* Each miss that is wanted stands once in the list of wanted ones, and no other does. */
static void load_wanted(struct xenos_array *array, struct sim_reader *reader)
{
    uint64_t wanted = 0, listed = 0;
    for (unsigned i = 0; i < XENOS_ARRAY_MISSES; i++)
        wanted |= (uint64_t)(array->miss[i].state == XENOS_MISS_WANTED) << i;
    array->wanted_count = sim_get_u32_below(reader, XENOS_ARRAY_MISSES + 1);
    for (uint32_t i = 0; i < array->wanted_count; i++) {
        array->wanted[i] = sim_get_u8_below(reader, XENOS_ARRAY_MISSES);
        uint64_t bit = UINT64_C(1) << array->wanted[i];
        if (listed & bit)
            reader->failed = true;
        listed |= bit;
    }
    if (listed != wanted)
        reader->failed = true;
}

static void load_memory(struct xenos_array *array, struct sim_reader *reader)
{
    load_lookup(array, reader);
    for (unsigned set = 0; set < array->config.timing.array_vertex_sets; set++)
        for (unsigned way = 0; way < array->config.timing.array_vertex_ways; way++)
            array->cache[set][way] = sim_get_u32(reader);
    for (unsigned i = 0; i < XENOS_ARRAY_MISSES; i++)
        load_miss(array, &array->miss[i], reader);
    if (array->misses > array->config.timing.array_vertex_misses)
        reader->failed = true;
    load_wanted(array, reader);
    array->exports = sim_get_u32_below(reader, (uint64_t)array->config.timing.array_export_queue + 1);
    for (uint32_t i = 0; i < array->exports; i++) {
        struct xenos_array_export *export = &array->export[i];
        export->draw = sim_get_u8_below(reader, array->draws);
        export->next = sim_get_u32(reader);
        export->end = sim_get_u32(reader);
        export->ready = sim_get_u64(reader);
    }
}

void xenos_array_load(struct xenos_array *array, struct sim_reader *reader)
{
    xenos_array_reset(array);
    load_draws(array, reader);
    load_vectors(array, reader);
    load_units(array, reader);
    load_memory(array, reader);
    if (reader->failed)
        xenos_array_reset(array);
}

/* ---- What a load says of a draw, beside its work ---- */

static bool vector_fits(const struct xenos_array *array, uint32_t i, const struct xenos_work *work)
{
    const struct xenos_array_vector *vector = &array->vector[i];
    if (vector->number >= work->vectors)
        return false;
    const struct xenos_work_vector *part = &work->vector[vector->number];
    if (vector->op > part->ops)
        return false;
    const struct xenos_trace_op *op = vector->op < part->ops ? &work->trace.op[part->op + vector->op] : NULL;
    bool run = op && (op->kind == XENOS_OP_CF || op->kind == XENOS_OP_ALU);
    bool looks = array->lookup.busy && array->lookup.vector == i;
    if (looks && !(op && op->kind == XENOS_OP_VERTEX && array->lookup.next >= op->first &&
                   array->lookup.next < array->lookup.end && array->lookup.end == op->first + op->count))
        return false;
    return vector->left <= (run ? op->count : 0);
}

static bool vgt_fits(const struct xenos_array *array, uint32_t i, const struct xenos_work *work)
{
    if (array->index.draw == i && array->index.line > work->index_lines)
        return false;
    if (array->dispatch.draw == i && array->dispatch.vector > work->vectors)
        return false;
    return array->vgt.draw != i ||
           (array->vgt.index <= work->indices && array->vgt.chunk <= work->indices - array->vgt.index &&
            array->vgt.vector <= work->vectors && array->vgt.lines <= work->index_lines);
}

/* Vectors that wait for a thread are those between the one that is next and the one that is being filled; lines of
 * indices that are here or on their way, those between the one that the VGT is at and the next one to be asked for. */
static bool queues_fit(const struct xenos_array *array)
{
    uint64_t full = 0, lines = 0;
    for (uint32_t i = array->dispatch.draw; i < array->vgt.draw; i++)
        full += array->draw[i].work->vectors;
    for (uint32_t i = array->vgt.draw; i < array->index.draw; i++)
        lines += array->draw[i].work->index_lines;
    return full + array->vgt.vector == (uint64_t)array->dispatch.vector + array->dispatch.full &&
           lines + array->index.line == (uint64_t)array->vgt.lines + array->index.count;
}

bool xenos_array_work(struct xenos_array *array, uint32_t i, const struct xenos_work *work)
{
    if (i >= array->draws || !xenos_work_sound(work) || !vgt_fits(array, i, work))
        return false;
    uint32_t under_way = 0;
    for (uint32_t v = 0; v < array->vectors; v++) {
        if (array->vector[v].draw != i)
            continue;
        if (!vector_fits(array, v, work))
            return false;
        under_way++;
    }
    uint32_t begun = array->dispatch.draw > i ? work->vectors : array->dispatch.draw == i ? array->dispatch.vector : 0;
    if (array->draw[i].retired > work->vectors || array->draw[i].retired + (uint64_t)under_way != begun)
        return false;
    for (uint32_t k = 0; k < array->exports; k++) {
        const struct xenos_array_export *export = &array->export[k];
        if (export->draw == i && (export->next >= export->end || export->end > work->trace.stores))
            return false;
    }
    array->draw[i].work = work;
    return i + 1 < array->draws || queues_fit(array);
}
