/* The vertex cache: lines are looked up when the unit takes a fetch; those that are not here are asked for, one a
 * clock, behind lines of indices. */
#include "models/xenos/shader/timing/array_parts.h"

#include <string.h>

/* ---- The cache ---- */

static uint32_t *set_of(struct xenos_array *array, uint32_t line)
{
    return array->cache[line / XENOS_ARRAY_LINE % array->config.timing.array_vertex_sets];
}

/* Puts a line first in its set, in the place of way `from`. */
static void put_first(uint32_t *set, uint32_t from, uint32_t line)
{
    memmove(set + 1, set, from * sizeof *set);
    set[0] = line | 1;
}

static bool hit(struct xenos_array *array, uint32_t line)
{
    uint32_t *set = set_of(array, line);
    for (uint32_t way = 0; way < array->config.timing.array_vertex_ways; way++)
        if (set[way] == (line | 1)) {
            put_first(set, way, line);
            return true;
        }
    return false;
}

void xenos_array_invalidate(struct xenos_array *array)
{
    memset(array->cache, 0, sizeof array->cache);
    for (unsigned i = 0; i < XENOS_ARRAY_MISSES; i++)
        array->miss[i].stale = array->miss[i].state != XENOS_MISS_FREE;
}

/* ---- Misses ---- */

static void wait_for(struct xenos_array *array, struct xenos_array_miss *miss, uint32_t vector)
{
    uint64_t bit = UINT64_C(1) << vector;
    array->vector[vector].pending += (miss->waiters & bit) == 0;
    miss->waiters |= bit;
}

static struct xenos_array_miss *under_way(struct xenos_array *array, uint32_t line)
{
    uint32_t seen = 0;
    for (unsigned i = 0; seen < array->misses; i++) {
        struct xenos_array_miss *miss = &array->miss[i];
        seen += miss->state != XENOS_MISS_FREE;
        if (miss->state != XENOS_MISS_FREE && !miss->stale && miss->line == line)
            return miss;
    }
    return NULL;
}

static struct xenos_array_miss *take_miss(struct xenos_array *array, uint32_t line)
{
    unsigned i = 0;
    while (array->miss[i].state != XENOS_MISS_FREE)
        i++;
    array->miss[i] = (struct xenos_array_miss){.state = XENOS_MISS_WANTED, .line = line};
    array->misses++;
    array->wanted[array->wanted_count++] = (uint8_t)i;
    return &array->miss[i];
}

static bool look_up(struct xenos_array *array, uint32_t vector, uint32_t line)
{
    struct xenos_array_miss *miss;
    if (hit(array, line)) {
        array->counters.hits++;
        return true;
    }
    if ((miss = under_way(array, line)) != NULL) {
        array->counters.merges++;
    } else {
        if (array->misses == array->config.timing.array_vertex_misses)
            return false;
        miss = take_miss(array, line);
        array->counters.misses++;
    }
    wait_for(array, miss, vector);
    return true;
}

void array_lookup_run(struct xenos_array *array, uint64_t edge)
{
    if (!array->lookup.busy)
        return;
    struct xenos_array_vector *vector = &array->vector[array->lookup.vector];
    const struct xenos_trace *trace = &array->draw[vector->draw].work->trace;
    for (; array->lookup.next < array->lookup.end; array->lookup.next++) {
        uint32_t line = trace->line[array->lookup.next] & ~(uint32_t)(XENOS_ARRAY_LINE - 1);
        if (!look_up(array, array->lookup.vector, line))
            return; /* until a line arrives */
    }
    array->vertex_free = array_later(array->vertex_free, edge);
    vector->ready = array->vertex_free;
    vector->fetched = array_later(vector->fetched, array->vertex_free + array->config.timing.array_vertex_latency);
    array_vector_enter(array, vector, vector->op + 1);
    memset(&array->lookup, 0, sizeof array->lookup);
}

void array_fetch(struct xenos_array *array, uint32_t place, const struct xenos_trace_op *op, uint64_t edge)
{
    const struct xenos_array_timing *timing = &array->config.timing;
    uint64_t lines = ((uint64_t)op->count + timing->array_vertex_lines - 1) / timing->array_vertex_lines;
    array->vertex_free = edge + array_later(timing->array_vertex, lines);
    array->vector[place].ready = XENOS_ARRAY_NEVER;
    array->lookup.busy = true;
    array->lookup.vector = place;
    array->lookup.next = op->first;
    array->lookup.end = op->first + op->count;
    array->counters.vertex_fetches++;
    array_lookup_run(array, edge);
}

static void line_is_here(struct xenos_array *array, struct xenos_array_miss *miss, uint64_t edge)
{
    uint64_t there = edge + array->config.timing.array_vertex_latency;
    for (uint32_t i = 0; i < XENOS_ARRAY_VECTORS; i++)
        if (miss->waiters >> i & 1) {
            array->vector[i].pending--;
            array->vector[i].fetched = array_later(array->vector[i].fetched, there);
        }
    if (!miss->stale)
        put_first(set_of(array, miss->line), array->config.timing.array_vertex_ways - 1, miss->line);
    *miss = (struct xenos_array_miss){0};
    array->misses--;
}

void xenos_array_arrived(struct xenos_array *array, uint32_t tag, uint64_t edge)
{
    if (tag < XENOS_ARRAY_INDEX_LINES)
        array->index.here[tag] =
            (tag + XENOS_ARRAY_INDEX_LINES - array->index.first) % XENOS_ARRAY_INDEX_LINES < array->index.count;
    else if (tag < XENOS_ARRAY_TAGS && array->miss[tag - XENOS_ARRAY_INDEX_LINES].state == XENOS_MISS_ASKED)
        line_is_here(array, &array->miss[tag - XENOS_ARRAY_INDEX_LINES], edge);
}

/* ---- Reads ---- */

static bool wants_indices(const struct xenos_array *array)
{
    return array->index.draw < array->draws && array->index.count < array->config.timing.array_index_lines;
}

static bool ask_indices(struct xenos_array *array, uint64_t edge)
{
    const struct xenos_work *work = array_work_of(array, array->index.draw);
    uint32_t line = (work->index_line & ~(uint32_t)(XENOS_ARRAY_LINE - 1)) + array->index.line * XENOS_ARRAY_LINE;
    uint32_t tag = (array->index.first + array->index.count) % XENOS_ARRAY_INDEX_LINES;
    if (!array->config.read(array->config.self, line, tag, edge))
        return false;
    array->index.count++;
    array->index.line++;
    array->counters.index_reads++;
    return true;
}

static bool ask_vertices(struct xenos_array *array, uint64_t edge)
{
    uint32_t i = array->wanted[0];
    if (!array->config.read(array->config.self, array->miss[i].line, XENOS_ARRAY_INDEX_LINES + i, edge))
        return false;
    array->miss[i].state = XENOS_MISS_ASKED;
    array->wanted_count--;
    memmove(array->wanted, array->wanted + 1, array->wanted_count);
    return true;
}

void array_reads_run(struct xenos_array *array, uint64_t edge)
{
    array_settle(array);
    bool indices = wants_indices(array);
    if (array->read_free > edge || (!indices && array->wanted_count == 0))
        return;
    array->read_refused = indices ? !ask_indices(array, edge) : !ask_vertices(array, edge);
    if (!array->read_refused)
        array->read_free = edge + 1;
}

uint64_t array_reads_next(const struct xenos_array *array)
{
    bool wants = wants_indices(array) || array->wanted_count != 0;
    return wants && !array->read_refused ? array->read_free : XENOS_ARRAY_NEVER;
}
