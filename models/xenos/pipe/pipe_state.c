/* Saves: what draws under way have to do, and the array. What a file says is never trusted as an index or a count. */
#include "models/xenos/pipe/pipe_parts.h"

#include <stdlib.h>
#include <string.h>

static void save_work(const struct xenos_work *work, struct sim_writer *writer)
{
    sim_put_u32(writer, work->indices);
    sim_put_u32(writer, work->index_line);
    sim_put_u32(writer, work->index_lines);
    sim_put_u32(writer, work->index_bytes);
    sim_put_u32(writer, work->index_first);
    sim_put_u32(writer, work->primitives);
    sim_put_u8(writer, work->registers);
    sim_put_u32(writer, work->vectors);
    for (uint32_t i = 0; i < work->vectors; i++) {
        const struct xenos_work_vector *vector = &work->vector[i];
        sim_put_u32(writer, vector->index_end);
        sim_put_u32(writer, vector->primitive_end);
        sim_put_u32(writer, vector->op);
        sim_put_u32(writer, vector->ops);
        sim_put_u8(writer, vector->lanes);
    }
    const struct xenos_trace *trace = &work->trace;
    sim_put_u32(writer, trace->ops);
    for (uint32_t i = 0; i < trace->ops; i++) {
        sim_put_u8(writer, trace->op[i].kind);
        sim_put_u8(writer, trace->op[i].lanes);
        sim_put_u32(writer, trace->op[i].detail);
        sim_put_u32(writer, trace->op[i].first);
        sim_put_u32(writer, trace->op[i].count);
    }
    sim_put_u32(writer, trace->lines);
    for (uint32_t i = 0; i < trace->lines; i++)
        sim_put_u32(writer, trace->line[i]);
    sim_put_u32(writer, trace->stores);
    for (uint32_t i = 0; i < trace->stores; i++) {
        sim_put_u32(writer, trace->store[i].line);
        sim_put_u64(writer, trace->store[i].mask[0]);
        sim_put_u64(writer, trace->store[i].mask[1]);
        sim_put_bytes(writer, trace->store[i].bytes, sizeof trace->store[i].bytes);
    }
}

void pipe_save(const struct sim_component *self, struct sim_writer *writer)
{
    const struct pipe *pipe = (const struct pipe *)self;
    sim_put_u32(writer, pipe->count);
    sim_put_u32(writer, pipe->begun);
    for (uint32_t i = 0; i < pipe->count; i++) {
        const struct pipe_draw *draw = pipe_draw_at(pipe, i);
        sim_put_u64(writer, draw->number);
        sim_put_u8(writer, draw->phase);
        sim_put_u8(writer, draw->invalid);
        if (draw->phase <= PIPE_BEGUN)
            save_work(&draw->work, writer);
    }
    xenos_array_save(&pipe->array, writer);
    sim_put_u64(writer, pipe->memory_free);
    sim_put_u8(writer, pipe->refused);
    sim_put_u64(writer, pipe->draws_done);
    sim_put_u64(writer, pipe->vertices);
    sim_put_u64(writer, pipe->primitives);
    for (unsigned i = 0; i < PIPE_ERRORS; i++) {
        sim_put_u64(writer, pipe->report[i].count);
        sim_put_u64(writer, pipe->report[i].draw);
    }
}

/* Room for a list of a file: grown as its elements come, so that a count alone takes nothing. */
static void *grown(void *list, size_t *room, uint32_t at, size_t size, struct sim_reader *reader)
{
    void *more = at < *room ? list : xenos_list_room(list, room, 2 * (size_t)at + 64, size);
    reader->failed |= more == NULL;
    return more != NULL ? more : list;
}

static void load_vectors(struct pipe_draw *draw, struct sim_reader *reader)
{
    struct xenos_work *work = &draw->work;
    work->vectors = sim_get_u32(reader);
    for (uint32_t i = 0; i < work->vectors && !reader->failed; i++) {
        work->vector = grown(work->vector, &draw->vector_room, i, sizeof *work->vector, reader);
        if (reader->failed)
            return;
        struct xenos_work_vector *vector = &work->vector[i];
        vector->index_end = sim_get_u32(reader);
        vector->primitive_end = sim_get_u32(reader);
        vector->op = sim_get_u32(reader);
        vector->ops = sim_get_u32(reader);
        vector->lanes = sim_get_u8(reader);
    }
}

static void load_ops(struct xenos_trace *trace, struct sim_reader *reader)
{
    trace->ops = sim_get_u32(reader);
    for (uint32_t i = 0; i < trace->ops && !reader->failed; i++) {
        trace->op = grown(trace->op, &trace->op_room, i, sizeof *trace->op, reader);
        if (reader->failed)
            return;
        struct xenos_trace_op *op = &trace->op[i];
        op->kind = sim_get_u8_below(reader, XENOS_OP_KINDS);
        op->lanes = sim_get_u8(reader);
        op->detail = (uint16_t)sim_get_u32_below(reader, 0x10000);
        op->first = sim_get_u32(reader);
        op->count = sim_get_u32(reader);
    }
}

static void load_stores(struct xenos_trace *trace, struct sim_reader *reader)
{
    trace->lines = sim_get_u32(reader);
    for (uint32_t i = 0; i < trace->lines && !reader->failed; i++) {
        trace->line = grown(trace->line, &trace->line_room, i, sizeof *trace->line, reader);
        if (!reader->failed)
            trace->line[i] = sim_get_u32(reader);
    }
    trace->stores = sim_get_u32(reader);
    for (uint32_t i = 0; i < trace->stores && !reader->failed; i++) {
        trace->store = grown(trace->store, &trace->store_room, i, sizeof *trace->store, reader);
        if (reader->failed)
            return;
        struct xenos_trace_store *store = &trace->store[i];
        store->line = sim_get_u32(reader);
        store->mask[0] = sim_get_u64(reader);
        store->mask[1] = sim_get_u64(reader);
        sim_get_bytes(reader, store->bytes, sizeof store->bytes);
    }
}

static void load_work(struct pipe_draw *draw, struct sim_reader *reader)
{
    struct xenos_work *work = &draw->work;
    work->indices = sim_get_u32(reader);
    work->index_line = sim_get_u32(reader);
    work->index_lines = sim_get_u32(reader);
    work->index_bytes = sim_get_u32(reader);
    work->index_first = sim_get_u32(reader);
    work->primitives = sim_get_u32(reader);
    work->registers = sim_get_u8(reader);
    load_vectors(draw, reader);
    load_ops(&work->trace, reader);
    load_stores(&work->trace, reader);
    if (reader->failed) /* lists that did not come */
        work->vectors = work->trace.ops = work->trace.lines = work->trace.stores = 0;
    else
        reader->failed |= !xenos_work_sound(work);
}

static void load_draws(struct pipe *pipe, struct sim_reader *reader)
{
    pipe->first = 0;
    pipe->count = sim_get_u32_below(reader, CP_DRAWS + 1);
    pipe->begun = sim_get_u32_below(reader, CP_DRAWS + 1);
    reader->failed |= pipe->begun > pipe->count;
    uint8_t last = PIPE_PHASES;
    for (uint32_t i = 0; i < pipe->count && !reader->failed; i++) {
        struct pipe_draw *draw = pipe_draw_at(pipe, i);
        draw->number = sim_get_u64(reader);
        draw->phase = sim_get_u8_below(reader, PIPE_PHASES);
        draw->invalid = sim_get_u8_below(reader, 2) != 0;
        reader->failed |= (draw->phase != PIPE_WAITS) != (i < pipe->begun) || (draw->phase == PIPE_FENCED && i != 0) ||
                          (last <= PIPE_BEGUN && draw->phase > PIPE_BEGUN);
        last = draw->phase;
        if (draw->phase <= PIPE_BEGUN)
            load_work(draw, reader);
    }
}

void pipe_load(struct sim_component *self, struct sim_reader *reader)
{
    struct pipe *pipe = (struct pipe *)self;
    load_draws(pipe, reader);
    xenos_array_load(&pipe->array, reader);
    uint32_t number = 0;
    for (uint32_t i = 0; i < pipe->begun && !reader->failed; i++)
        if (pipe_draw_at(pipe, i)->phase == PIPE_BEGUN)
            reader->failed |=
                number >= pipe->array.draws || !xenos_array_work(&pipe->array, number++, &pipe_draw_at(pipe, i)->work);
    reader->failed |= number != pipe->array.draws;
    pipe->memory_free = sim_get_u64_below(reader, INT64_MAX);
    pipe->refused = sim_get_u8_below(reader, 2) != 0;
    pipe->draws_done = sim_get_u64(reader);
    pipe->vertices = sim_get_u64(reader);
    pipe->primitives = sim_get_u64(reader);
    for (unsigned i = 0; i < PIPE_ERRORS; i++) {
        pipe->report[i].count = sim_get_u64(reader);
        pipe->report[i].draw = sim_get_u64(reader);
        pipe->report[i].text[0] = '\0';
    }
    pipe->now = sim_clock_edge(pipe->config.clock,
                               sim_clock_ceil(pipe->config.clock, self->at < SIM_TIME_MAX ? self->at : SIM_TIME_MAX));
}
