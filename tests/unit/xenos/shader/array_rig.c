#include "tests/unit/xenos/shader/array_rig.h"

#include <stdlib.h>
#include <string.h>

/* ---- Plans ---- */

void array_plan_init(struct array_plan *plan)
{
    memset(plan, 0, sizeof *plan);
    plan->timing = xenos_array_timing_default();
    plan->latency = 100;
}

void array_plan_free(struct array_plan *plan)
{
    for (unsigned i = 0; i < plan->works; i++) {
        free(plan->work[i].vector);
        free(plan->work[i].trace.op);
        free(plan->work[i].trace.line);
        free(plan->work[i].trace.store);
    }
    plan->works = 0;
}

static void *grown(void *list, size_t *room, uint32_t count, size_t size)
{
    if (count < *room)
        return list;
    *room = 2 * (size_t)count + 16;
    list = realloc(list, *room * size);
    if (!list)
        abort();
    return list;
}

struct xenos_work *array_plan_draw(struct array_plan *plan, uint8_t registers)
{
    struct xenos_work *work = &plan->work[plan->works++];
    *work = (struct xenos_work){.registers = registers};
    return work;
}

void array_vector(struct xenos_work *work, uint8_t lanes, uint32_t primitives)
{
    work->vector = realloc(work->vector, (work->vectors + 1) * sizeof *work->vector);
    if (!work->vector)
        abort();
    work->indices += lanes;
    work->primitives += primitives;
    work->vector[work->vectors++] = (struct xenos_work_vector){
        .index_end = work->indices, .primitive_end = work->primitives, .op = work->trace.ops, .lanes = lanes};
}

static struct xenos_trace_op *add_op(struct xenos_work *work, struct xenos_trace_op op)
{
    struct xenos_trace *trace = &work->trace;
    trace->op = grown(trace->op, &trace->op_room, trace->ops, sizeof *trace->op);
    trace->op[trace->ops] = op;
    work->vector[work->vectors - 1].ops++;
    return &trace->op[trace->ops++];
}

void array_op(struct xenos_work *work, enum xenos_op_kind kind, uint16_t detail, uint32_t count)
{
    add_op(work, (struct xenos_trace_op){.kind = (uint8_t)kind, .lanes = 64, .detail = detail, .count = count});
}

void array_vertex_fetch(struct xenos_work *work, uint32_t first, uint32_t step, uint32_t count)
{
    struct xenos_trace *trace = &work->trace;
    add_op(work, (struct xenos_trace_op){.kind = XENOS_OP_VERTEX, .lanes = 64, .first = trace->lines, .count = count});
    for (uint32_t i = 0; i < count; i++) {
        trace->line = grown(trace->line, &trace->line_room, trace->lines, sizeof *trace->line);
        trace->line[trace->lines++] = first + i * step;
    }
}

void array_export(struct xenos_work *work, uint16_t elements, uint32_t first, uint32_t count)
{
    struct xenos_trace *trace = &work->trace;
    add_op(work, (struct xenos_trace_op){
                     .kind = XENOS_OP_EXPORT, .lanes = 64, .detail = elements, .first = trace->stores, .count = count});
    for (uint32_t i = 0; i < count; i++) {
        trace->store = grown(trace->store, &trace->store_room, trace->stores, sizeof *trace->store);
        trace->store[trace->stores++] = (struct xenos_trace_store){.line = first + i * XENOS_ARRAY_LINE};
    }
}

void array_indices(struct xenos_work *work, uint32_t address, uint32_t bytes)
{
    work->index_line = address & ~(uint32_t)(XENOS_ARRAY_LINE - 1);
    work->index_first = address % XENOS_ARRAY_LINE;
    work->index_bytes = bytes;
    work->index_lines = (work->index_first + work->indices * bytes + XENOS_ARRAY_LINE - 1) / XENOS_ARRAY_LINE;
}

/* ---- Logs ---- */

void array_log_add(struct array_log *log, enum array_event_kind kind, uint32_t value, uint64_t edge)
{
    log->event = grown(log->event, &log->room, (uint32_t)log->count, sizeof *log->event);
    log->event[log->count++] = (struct array_event){.kind = kind, .value = value, .edge = edge};
}

void array_log_free(struct array_log *log)
{
    free(log->event);
    memset(log, 0, sizeof *log);
}

bool array_same(const struct array_log *a, const struct array_log *b)
{
    if (a->count != b->count || memcmp(&a->counters, &b->counters, sizeof a->counters) != 0)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (a->event[i].kind != b->event[i].kind || a->event[i].value != b->event[i].value ||
            a->event[i].edge != b->event[i].edge)
            return false;
    return true;
}

uint64_t array_done(const struct array_log *log, uint32_t work)
{
    for (size_t i = 0; i < log->count; i++)
        if (log->event[i].kind == ARRAY_DONE && log->event[i].value == work)
            return log->event[i].edge;
    return 0;
}

/* ---- Memory ---- */

uint64_t array_reply(const struct array_plan *plan, uint32_t line, uint64_t edge)
{
    return edge + plan->latency + (plan->spread != 0 ? line / XENOS_ARRAY_LINE * 7919 % plan->spread : 0);
}

bool array_takes_read(const struct array_plan *plan, uint64_t edge)
{
    return plan->read_of == 0 || edge % plan->read_of < plan->read_open;
}

bool array_takes_write(const struct array_plan *plan, uint64_t edge)
{
    return plan->write_of == 0 || edge % plan->write_of < plan->write_open;
}

struct rig {
    const struct array_plan *plan;
    struct array_log *log;
    struct xenos_array array;
    uint64_t due[XENOS_ARRAY_TAGS], asked[XENOS_ARRAY_TAGS]; /* answers on their way; 0: none */
    uint64_t order;
    bool refused_read, refused_write;
    unsigned begun, done;
};

static bool read_line(void *self, uint32_t line, uint32_t tag, uint64_t edge)
{
    struct rig *rig = self;
    rig->refused_read = !array_takes_read(rig->plan, edge);
    if (rig->refused_read)
        return false;
    rig->due[tag] = array_reply(rig->plan, line, edge);
    rig->asked[tag] = rig->order++;
    array_log_add(rig->log, ARRAY_READ, line, edge);
    return true;
}

static bool write_line(void *self, const struct xenos_trace_store *store, uint64_t edge)
{
    struct rig *rig = self;
    rig->refused_write = !array_takes_write(rig->plan, edge);
    if (!rig->refused_write)
        array_log_add(rig->log, ARRAY_WRITE, store->line, edge);
    return !rig->refused_write;
}

static void work_done(void *self, const struct xenos_work *work, uint64_t edge)
{
    struct rig *rig = self;
    array_log_add(rig->log, ARRAY_DONE, (uint32_t)(work - rig->plan->work), edge);
    rig->done++;
}

/* Answers of one edge come in the order of their questions. */
static void deliver(struct rig *rig, uint64_t edge)
{
    for (;;) {
        unsigned best = XENOS_ARRAY_TAGS;
        for (unsigned i = 0; i < XENOS_ARRAY_TAGS; i++)
            if (rig->due[i] != 0 && rig->due[i] == edge &&
                (best == XENOS_ARRAY_TAGS || rig->asked[i] < rig->asked[best]))
                best = i;
        if (best == XENOS_ARRAY_TAGS)
            return;
        rig->due[best] = 0;
        xenos_array_arrived(&rig->array, best, edge);
    }
}

static void round_trip(struct rig *rig)
{
    struct sim_writer first = {0}, second = {0};
    xenos_array_save(&rig->array, &first);
    const struct xenos_array_config config = rig->array.config;
    struct sim_reader reader = {.bytes = first.bytes, .size = first.size};
    memset(&rig->array, 0xA5, sizeof rig->array);
    rig->array.config = config;
    xenos_array_load(&rig->array, &reader);
    bool good = !reader.failed && reader.offset == reader.size;
    for (uint32_t i = 0; good && i < rig->array.draws; i++)
        good = xenos_array_work(&rig->array, i, &rig->plan->work[rig->done + i]);
    xenos_array_save(&rig->array, &second);
    rig->log->differs |= !good || first.size != second.size || memcmp(first.bytes, second.bytes, first.size) != 0;
    sim_writer_free(&first);
    sim_writer_free(&second);
}

static void sooner(uint64_t *next, uint64_t edge)
{
    *next = edge < *next ? edge : *next;
}

static uint64_t next_edge(const struct rig *rig, uint64_t edge)
{
    const struct array_plan *plan = rig->plan;
    uint64_t next = xenos_array_next(&rig->array);
    for (unsigned i = 0; i < XENOS_ARRAY_TAGS; i++)
        if (rig->due[i] != 0)
            sooner(&next, rig->due[i]);
    if (rig->begun < plan->works && xenos_array_room(&rig->array))
        sooner(&next, plan->begin[rig->begun] > edge ? plan->begin[rig->begun] : edge + 1);
    if (plan->invalidate > edge)
        sooner(&next, plan->invalidate);
    uint64_t open = edge + 1;
    if (rig->refused_read) {
        while (!array_takes_read(plan, open))
            open++;
        sooner(&next, open);
    }
    open = edge + 1;
    if (rig->refused_write) {
        while (!array_takes_write(plan, open))
            open++;
        sooner(&next, open);
    }
    return next;
}

/* Everything of one edge. */
static void act(struct rig *rig, uint64_t edge)
{
    const struct array_plan *plan = rig->plan;
    deliver(rig, edge);
    if (plan->invalidate != 0 && plan->invalidate == edge)
        xenos_array_invalidate(&rig->array);
    while (rig->begun < plan->works && plan->begin[rig->begun] <= edge && xenos_array_room(&rig->array))
        xenos_array_begin(&rig->array, &plan->work[rig->begun++], edge);
    xenos_array_run(&rig->array, edge);
    rig->log->acts++;
}

static struct rig *new_rig(const struct array_plan *plan, struct array_log *log)
{
    struct rig *rig = calloc(1, sizeof *rig);
    if (!rig)
        abort();
    memset(log, 0, sizeof *log);
    rig->plan = plan;
    rig->log = log;
    xenos_array_init(
        &rig->array,
        &(struct xenos_array_config){
            .timing = plan->timing, .self = rig, .read = read_line, .write = write_line, .done = work_done});
    return rig;
}

void array_run(const struct array_plan *plan, enum array_way way, struct array_log *log)
{
    struct rig *rig = new_rig(plan, log);
    uint64_t edge = 0;
    while (rig->done < plan->works && !log->stuck) {
        act(rig, edge);
        uint32_t threads = rig->array.threads[0] + rig->array.threads[1] + rig->array.threads[2];
        log->most_threads = threads > log->most_threads ? threads : log->most_threads;
        if (way == ARRAY_SAVES)
            round_trip(rig);
        uint64_t next = next_edge(rig, edge);
        /* too late, or not later at all */
        log->stuck = rig->done < plan->works && (next > ARRAY_GIVE_UP || next <= edge);
        edge = way == ARRAY_EVERY_EDGE ? edge + 1 : next;
    }
    log->counters = rig->array.counters;
    free(rig);
}

/* Works that are done have no place in the rig's order any more, so it counts from the first one that is not. */
static bool load_bad(struct rig *rig, const struct sim_writer *save, size_t size)
{
    struct sim_reader reader = {.bytes = save->bytes, .size = size};
    xenos_array_load(&rig->array, &reader);
    bool good = !reader.failed && reader.offset == size && rig->done + rig->array.draws <= rig->plan->works;
    for (uint32_t i = 0; good && i < rig->array.draws; i++)
        good = xenos_array_work(&rig->array, i, &rig->plan->work[rig->done + i]);
    return good;
}

static void run_on(struct rig *rig, uint64_t edge)
{
    rig->begun = rig->plan->works;
    for (unsigned i = 0; i < 300 && edge < ARRAY_GIVE_UP; i++) {
        act(rig, edge);
        uint64_t next = next_edge(rig, edge);
        edge = next > edge ? next : edge + 1;
    }
}

unsigned array_bad_saves(const struct array_plan *plan, uint64_t number, unsigned count)
{
    struct array_log log;
    struct rig *rig = new_rig(plan, &log), *copy = malloc(sizeof *copy);
    if (!copy)
        abort();
    uint64_t edge = 0;
    while (log.acts < number && edge < ARRAY_GIVE_UP) {
        act(rig, edge);
        edge = next_edge(rig, edge);
    }
    struct sim_writer save = {0};
    xenos_array_save(&rig->array, &save);
    unsigned refused = 0;
    for (unsigned i = 0; i < count; i++) {
        size_t at = i * 2654435761u % save.size;
        uint8_t old = save.bytes[at];
        *copy = *rig;
        copy->array.config.self = copy;
        bool whole = i % 4 != 0;
        save.bytes[at] ^= (uint8_t)(whole ? 1u << i / 4 % 8 : 0);
        if (load_bad(copy, &save, whole ? save.size : at))
            run_on(copy, edge);
        else
            refused++;
        save.bytes[at] = old;
    }
    sim_writer_free(&save);
    array_log_free(&log);
    free(copy);
    free(rig);
    return refused;
}
