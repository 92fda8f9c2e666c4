#include "models/sim/machine.h"
#include "models/xenos/pipe/pipe_parts.h"
#include "waves/waves.h"

#include <stdlib.h>
#include <string.h>

const char *const pipe_error_texts[PIPE_ERRORS] = {
    "nothing is drawn of its primitives",
    "the vertex shader is no program",
    "the vertex shader does what it may not",
};

enum { INVALID = 1, FENCE_TAG = XENOS_ARRAY_TAGS };

static uint64_t edge_of(const struct pipe *pipe, sim_time t)
{
    return sim_clock_ceil(pipe->config.clock, t);
}

/* One message to memory a clock. */
static struct sim_msg_memory_request *request(struct pipe *pipe, enum sim_memory_request_kind kind, uint64_t edge)
{
    sim_time t = sim_clock_edge(pipe->config.clock, edge);
    if (pipe->memory_free > edge || !sim_out_ready(&pipe->memory, t))
        return NULL;
    pipe->memory_free = edge + 1;
    struct sim_msg_memory_request *message =
        kind == SIM_MEMORY_WRITE ? sim_out_put_quiet(&pipe->memory, t) : sim_out_put(&pipe->memory, t);
    memset(message, 0, sizeof *message);
    message->kind = (uint8_t)kind;
    message->size = SIM_LINE;
    return message;
}

static uint32_t place(const struct pipe *pipe, uint32_t line)
{
    return line & (uint32_t)(pipe->config.memory_size - 1) & ~(uint32_t)(SIM_LINE - 1);
}

static bool array_read(void *self, uint32_t line, uint32_t tag, uint64_t edge)
{
    struct pipe *pipe = self;
    struct sim_msg_memory_request *message = request(pipe, SIM_MEMORY_READ, edge);
    pipe->refused |= message == NULL;
    if (message == NULL)
        return false;
    message->tag = tag;
    message->address = place(pipe, line);
    return true;
}

static bool array_write(void *self, const struct xenos_trace_store *store, uint64_t edge)
{
    struct pipe *pipe = self;
    struct sim_msg_memory_request *message = request(pipe, SIM_MEMORY_WRITE, edge);
    pipe->refused |= message == NULL;
    if (message == NULL)
        return false;
    message->address = place(pipe, store->line);
    message->mask0 = store->mask[0];
    message->mask1 = store->mask[1];
    sim_bytes_to_words(SIM_WORDS_OF(message, memory_request), store->bytes, SIM_LINE / 8);
    return true;
}

static void array_done(void *self, const struct xenos_work *work, uint64_t edge)
{
    struct pipe *pipe = self;
    (void)edge;
    for (uint32_t i = 0; i < pipe->begun; i++) {
        struct pipe_draw *draw = pipe_draw_at(pipe, i);
        if (&draw->work == work)
            draw->phase = work->trace.stores != 0 ? PIPE_FENCE : PIPE_DONE;
    }
}

static bool wants_fence(const struct pipe *pipe)
{
    return pipe->begun != 0 && pipe_draw_at(pipe, 0)->phase == PIPE_FENCE;
}

static void report_done(struct pipe *pipe, sim_time t)
{
    while (pipe->begun != 0 && pipe_draw_at(pipe, 0)->phase == PIPE_DONE && sim_out_ready(&pipe->done, t)) {
        struct sim_msg_draw_done *message = sim_out_put(&pipe->done, t);
        *message = (struct sim_msg_draw_done){.number = pipe_draw_at(pipe, 0)->number};
        pipe->first = (pipe->first + 1) % CP_DRAWS;
        pipe->count--;
        pipe->begun--;
        pipe->draws_done++;
    }
}

static void run(struct pipe *pipe, sim_time t)
{
    uint64_t edge = edge_of(pipe, t);
    pipe->refused = false;
    while (pipe->begun != pipe->count && xenos_array_room(&pipe->array)) {
        struct pipe_draw *draw = pipe_draw_at(pipe, pipe->begun++);
        if (draw->invalid)
            xenos_array_invalidate(&pipe->array);
        draw->phase = PIPE_BEGUN;
        xenos_array_begin(&pipe->array, &draw->work, edge);
    }
    xenos_array_run(&pipe->array, edge);
    struct sim_msg_memory_request *fence =
        wants_fence(pipe) && !pipe->refused ? request(pipe, SIM_MEMORY_FENCE, edge) : NULL;
    if (fence) {
        fence->tag = FENCE_TAG;
        pipe_draw_at(pipe, 0)->phase = PIPE_FENCED;
    }
    report_done(pipe, t);
    if (pipe->scope && pipe->scope->any)
        pipe_show_changes(pipe, t);
}

static void arrived(struct pipe *pipe, const struct sim_msg_memory_reply *reply, uint64_t edge)
{
    if (reply->kind == SIM_MEMORY_DATA && reply->tag < XENOS_ARRAY_TAGS)
        xenos_array_arrived(&pipe->array, reply->tag, edge);
    else if (reply->kind == SIM_MEMORY_FENCED && pipe->begun != 0 && pipe_draw_at(pipe, 0)->phase == PIPE_FENCED)
        pipe_draw_at(pipe, 0)->phase = PIPE_DONE;
}

static void begin(struct pipe *pipe, const struct sim_msg_draw *message, sim_time t)
{
    struct sim_error error;
    if (pipe->count == CP_DRAWS)
        return; /* a message out of a spoilt file */
    struct pipe_draw *draw = pipe_draw_at(pipe, pipe->count);
    draw->number = message->number;
    draw->invalid = message->flags & INVALID;
    draw->phase = PIPE_WAITS;
    pipe->count++;
    if (pipe_bind(pipe, draw, &error) != SIM_OK)
        sim_request_stop(&pipe->component, t, "draw %llu: %s", (unsigned long long)draw->number, error.text);
    pipe->vertices += pipe->bench.vectors.vertices;
    pipe->primitives += draw->work.primitives;
}

static void message(struct sim_component *self, struct sim_in *in, sim_time t)
{
    struct pipe *pipe = (struct pipe *)self;
    pipe->now = t;
    if (in == &pipe->draws)
        begin(pipe, sim_in_head(in), t);
    else
        arrived(pipe, sim_in_head(in), edge_of(pipe, t));
    sim_in_take(in);
    sim_in_credit(in, t);
    run(pipe, t);
}

static void event(struct sim_component *self, sim_time t)
{
    struct pipe *pipe = (struct pipe *)self;
    pipe->now = t;
    run(pipe, t);
}

static sim_time next_event(const struct sim_component *self)
{
    const struct pipe *pipe = (const struct pipe *)self;
    uint64_t edge = xenos_array_next(&pipe->array);
    sim_time next = edge == XENOS_ARRAY_NEVER ? SIM_NEVER : sim_clock_edge(pipe->config.clock, edge);
    if (pipe->refused || wants_fence(pipe))
        next = sim_time_min(next, pipe->memory.link->waiting ? sim_out_credit_time(&pipe->memory)
                                                             : sim_clock_edge(pipe->config.clock, pipe->memory_free));
    if (pipe->done.link->waiting)
        next = sim_time_min(next, sim_out_credit_time(&pipe->done));
    return next > pipe->now ? next : pipe->now;
}

static void reset(struct sim_component *self)
{
    struct pipe *pipe = (struct pipe *)self;
    xenos_array_reset(&pipe->array);
    pipe->first = pipe->count = pipe->begun = 0;
    pipe->memory_free = pipe->draws_done = pipe->vertices = pipe->primitives = 0;
    pipe->refused = false;
    pipe->now = 0;
    memset(pipe->report, 0, sizeof pipe->report);
}

static const struct sim_class pipe_class = {
    .kind = "xenos.pipe",
    .version = 1,
    .reset = reset,
    .advance = sim_advance_by_events,
    .next_event = next_event,
    .save = pipe_save,
    .load = pipe_load,
    .trace = pipe_trace,
    .show = pipe_show,
    .message = message,
    .event = event,
};

void pipe_init(struct pipe *pipe, const char *name, uint32_t priority, const struct pipe_config *config)
{
    struct sim_component *self = &pipe->component;
    memset(pipe, 0, sizeof *pipe);
    pipe->config = *config;
    const struct xenos_array_config array = {
        .timing = config->array, .self = pipe, .read = array_read, .write = array_write, .done = array_done};
    xenos_array_init(&pipe->array, &array);
    sim_component_init(self, &pipe_class, name, config->clock, priority);
    sim_component_in(self, &pipe->draws, "draws", SIM_MSG_draw);
    sim_component_out(self, &pipe->done, "done", SIM_MSG_draw_done);
    sim_component_out(self, &pipe->memory, "memory", SIM_MSG_memory_request);
    pipe->memory.single = true; /* a message a clock */
    sim_component_in(self, &pipe->memory_reply, "memory_reply", SIM_MSG_memory_reply);
}

void pipe_free(struct pipe *pipe)
{
    for (unsigned i = 0; i < CP_DRAWS; i++) {
        xenos_trace_free(&pipe->draw[i].work.trace);
        free(pipe->draw[i].work.vector);
    }
    struct pipe_bench *bench = &pipe->bench;
    xenos_program_free(&bench->program);
    xenos_indices_free(&bench->indices);
    xenos_vectors_free(&bench->vectors);
    xenos_primitives_free(&bench->primitives);
    free(bench->input);
    xenos_batch_free(&bench->result);
    memset(pipe, 0, sizeof *pipe);
}
