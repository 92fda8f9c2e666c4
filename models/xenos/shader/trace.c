/* Traces of invocations walked through the control flow together, without the arithmetic. */
#include "models/xenos/shader/trace.h"

#include "models/xenos/shader/decoded.h"
#include "models/xenos/shader/memory_export.h"

#include <stdlib.h>

enum { LINE = 128 };

/* Invocations that always go together: one, or all of a program that does not look at p0. */
struct flow {
    uint64_t lanes;
    uint64_t steps;
    uint16_t next; /* in control flow */
    uint16_t call[XENOS_NEST_MAX];
    struct {
        uint8_t iteration, count;
    } loop[XENOS_NEST_MAX];
    uint8_t loops, calls;
    bool ended;
};

struct walk {
    struct xenos_trace *trace;
    const struct xenos_batch *batch;
    const struct xenos_batch_result *result;
    const struct xenos_decoded *decoded;
    struct sim_error *error;
    enum sim_status status;
    uint32_t first, count, begin; /* invocations; the vector's first op */
    struct flow flow[XENOS_VECTOR];
    unsigned flows;
    uint32_t cursor[XENOS_VECTOR]; /* the next word of each trace */
    uint32_t record[XENOS_VECTOR]; /* the next memory export of each invocation */
    bool fetches, earlier;         /* not waited for yet; of execs before this one */
    struct xenos_trace_op nowhere; /* where an op goes that there is no memory for */
};

/* The lowest lane, or flow, of a set that is not empty; it is taken out. */
static unsigned take(uint64_t *set)
{
    unsigned lowest = (unsigned)__builtin_ctzll(*set);
    *set &= *set - 1;
    return lowest;
}

/* A list with room for one more; NULL, and the walk ends, where there is none. */
static void *room_for_one(struct walk *w, void *list, size_t *room, uint32_t have, uint32_t most, size_t size)
{
    void *grown = have < most ? xenos_list_room(list, room, (size_t)have + 1, size) : NULL;
    if (have >= most)
        w->status = sim_fail(w->error, SIM_GUEST, "all invocations together do more than can be kept");
    else if (grown == NULL)
        w->status = sim_fail(w->error, SIM_HOST, "memory is short");
    return grown;
}

static void misfit(struct walk *w, unsigned lane)
{
    w->status = sim_fail(w->error, SIM_HOST, "invocation %u has a trace that is none of its program", w->first + lane);
}

/* 0 beyond the end, where the walk ends too. */
static uint32_t next_word(struct walk *w, unsigned lane)
{
    if (w->cursor[lane] < w->result->trace_first[w->first + lane + 1])
        return w->result->trace[w->cursor[lane]++];
    misfit(w, lane);
    return 0;
}

/* Ops. */

static struct xenos_trace_op *emit(struct walk *w, enum xenos_op_kind kind, uint64_t lanes)
{
    struct xenos_trace *t = w->trace;
    struct xenos_trace_op *list = room_for_one(w, t->op, &t->op_room, t->ops, XENOS_TRACE_MOST, sizeof *list);
    if (list == NULL)
        return &w->nowhere;
    t->op = list;
    list[t->ops] = (struct xenos_trace_op){.kind = (uint8_t)kind, .lanes = (uint8_t)__builtin_popcountll(lanes)};
    return &list[t->ops++];
}

/* One more of what follows one another. */
static void emit_one(struct walk *w, enum xenos_op_kind kind, uint64_t lanes)
{
    struct xenos_trace *t = w->trace;
    struct xenos_trace_op *last = t->ops > w->begin ? &t->op[t->ops - 1] : NULL;
    if (last == NULL || last->kind != kind || last->lanes != (unsigned)__builtin_popcountll(lanes))
        last = emit(w, kind, lanes);
    last->count++;
}

static void wait_for_fetches(struct walk *w, uint64_t lanes)
{
    if (w->fetches)
        emit(w, XENOS_OP_WAIT, lanes);
    w->fetches = w->earlier = false;
}

/* Lines of memory, from `from` on each once. */
static void add_line(struct walk *w, uint32_t from, uint32_t dword)
{
    struct xenos_trace *t = w->trace;
    uint32_t line = dword * 4 / LINE * LINE;
    for (uint32_t i = t->lines; i > from; i--)
        if (t->line[i - 1] == line)
            return;
    uint32_t *list = room_for_one(w, t->line, &t->line_room, t->lines, XENOS_TRACE_MOST, sizeof *list);
    if (list == NULL)
        return;
    t->line = list;
    list[t->lines++] = line;
}

static void fetch_vertices(struct walk *w, uint64_t lanes, const struct xenos_vertex_fetch *insn)
{
    uint32_t from = w->trace->lines, dwords = xenos_vertex_dwords(insn->format);
    for (uint64_t left = lanes; left != 0;) {
        unsigned lane = take(&left);
        uint32_t at = next_word(w, lane);
        if (at == (uint32_t)XENOS_TRACE_NOTHING || dwords == 0)
            continue;
        add_line(w, from, at);
        add_line(w, from, at + dwords - 1);
    }
    struct xenos_trace_op *op = emit(w, XENOS_OP_VERTEX, lanes);
    op->first = from;
    op->count = w->trace->lines - from;
}

/* Stores of one op, combined. */
struct stores {
    struct walk *w;
    uint32_t from, last; /* the first, and the one that the byte before went to */
    bool any;            /* of this element */
};

static struct xenos_trace_store *store_of(struct stores *s, uint32_t line)
{
    struct xenos_trace *t = s->w->trace;
    if (t->stores > s->from && t->store[s->last].line == line)
        return &t->store[s->last];
    for (s->last = s->from; s->last < t->stores; s->last++)
        if (t->store[s->last].line == line)
            return &t->store[s->last];
    struct xenos_trace_store *list =
        room_for_one(s->w, t->store, &t->store_room, t->stores, XENOS_TRACE_STORES, sizeof *list);
    if (list == NULL) {
        s->last = s->from;
        return NULL;
    }
    t->store = list;
    list[t->stores] = (struct xenos_trace_store){.line = line};
    return &list[t->stores++];
}

static void store_byte(void *self, uint32_t address, uint8_t byte)
{
    struct stores *s = self;
    struct xenos_trace_store *to = store_of(s, address / LINE * LINE);
    unsigned at = address % LINE;
    s->any = true;
    if (to == NULL)
        return;
    to->bytes[at] = byte;
    to->mask[at / 64] |= UINT64_C(1) << at % 64;
}

/* An invocation's next record; how many of its elements go to memory. */
static unsigned store_elements(struct walk *w, struct stores *s, unsigned lane, uint32_t written)
{
    const struct xenos_batch_export *record = &w->result->memory_export[w->record[lane]];
    unsigned elements = 0;
    if (w->record[lane] >= w->result->memory_exports || record->invocation != w->first + lane ||
        record->written != written) {
        misfit(w, lane);
        return 0;
    }
    w->record[lane]++;
    for (unsigned k = 0; k < XENOS_EXPORT_ELEMENTS; k++) {
        s->any = false;
        if (written >> k & 1)
            xenos_memory_export(record->address, (const uint32_t(*)[4])record->element, 1U << k, store_byte, s);
        elements += s->any;
    }
    return elements;
}

/* An op where any of them has closed something. */
static void close_memory_export(struct walk *w, uint64_t lanes)
{
    struct stores s = {.w = w, .from = w->trace->stores, .last = w->trace->stores};
    unsigned elements = 0;
    bool any = false;

    if (!w->decoded->memory_exports)
        return;
    for (uint64_t left = lanes; left != 0;) {
        unsigned lane = take(&left);
        uint32_t written = next_word(w, lane);
        if (written == 0)
            continue;
        any = true;
        elements += store_elements(w, &s, lane, written);
    }
    if (!any)
        return;
    struct xenos_trace_op *op = emit(w, XENOS_OP_EXPORT, lanes);
    op->detail = (uint16_t)elements; /* 64 times 5 at most */
    op->first = s.from;
    op->count = w->trace->stores - s.from;
}

/* Control flow. */

static uint64_t lanes_of(const struct walk *w, uint64_t flows)
{
    uint64_t lanes = 0;
    while (flows != 0)
        lanes |= w->flow[take(&flows)].lanes;
    return lanes;
}

static void take_steps(struct walk *w, uint64_t flows, unsigned steps)
{
    while (flows != 0) {
        unsigned i = take(&flows);
        w->flow[i].steps += steps;
        if (w->flow[i].steps > w->batch->steps)
            misfit(w, i);
    }
}

/* Which of these flows go where control flow sends them. Only a flow of one lane is asked for p0. */
static uint64_t passing(struct walk *w, uint64_t flows, const struct xenos_cf *d)
{
    uint64_t pass = 0;
    if (d->conditional)
        return (w->batch->constants->boolean[d->constant / 32] >> d->constant % 32 & 1) == d->condition ? flows : 0;
    if (!d->predicated)
        return flows;
    while (flows != 0) {
        unsigned i = take(&flows);
        if (next_word(w, i) != 0)
            pass |= UINT64_C(1) << i;
    }
    return pass;
}

static void exec(struct walk *w, uint64_t flows, const struct xenos_cf *d)
{
    uint64_t lanes = lanes_of(w, flows);
    w->earlier = w->fetches;
    take_steps(w, flows, d->count);
    for (unsigned i = 0; w->status == SIM_OK && i < d->count; i++) {
        const union xenos_decoded_slot *slot = &w->decoded->slot[d->address + i];
        if (d->sequence >> 2 * i & 2) {
            wait_for_fetches(w, lanes);
            close_memory_export(w, lanes);
        }
        if (!(d->sequence >> 2 * i & 1)) {
            if (w->earlier)
                wait_for_fetches(w, lanes);
            emit_one(w, XENOS_OP_ALU, lanes);
            continue;
        }
        w->fetches = true;
        if (slot->is_vertex)
            fetch_vertices(w, lanes, &slot->fetch.vertex);
        else
            emit(w, XENOS_OP_TEXTURE, lanes);
    }
    if (!d->end)
        return;
    close_memory_export(w, lanes);
    while (flows != 0)
        w->flow[take(&flows)].ended = true;
}

static void loop(struct walk *w, unsigned i, const struct xenos_cf *d)
{
    struct flow *f = &w->flow[i];
    uint8_t count = (uint8_t)w->batch->constants->loop[d->constant];
    if (count == 0) {
        f->next = d->address;
    } else if (f->loops == XENOS_NEST_MAX) {
        misfit(w, i);
    } else {
        f->loop[f->loops].iteration = 0;
        f->loop[f->loops++].count = count;
    }
}

static void end_loop(struct walk *w, unsigned i, const struct xenos_cf *d)
{
    struct flow *f = &w->flow[i];
    if (f->loops == 0) {
        misfit(w, i);
        return;
    }
    bool breaks = d->predicated_break && next_word(w, i) != 0;
    uint8_t iteration = ++f->loop[f->loops - 1].iteration;
    if (iteration < f->loop[f->loops - 1].count && !breaks)
        f->next = d->address;
    else
        f->loops--;
}

/* Where a flow goes that is not held back. */
static void go(struct walk *w, unsigned i, const struct xenos_cf *d)
{
    struct flow *f = &w->flow[i];
    switch ((enum xenos_cf_op)d->op) {
    case XENOS_CF_LOOP:
        loop(w, i, d);
        return;
    case XENOS_CF_ENDLOOP:
        end_loop(w, i, d);
        return;
    case XENOS_CF_RETURN:
        if (f->calls > 0)
            f->next = f->call[--f->calls];
        return;
    case XENOS_CF_CALL:
        if (f->calls == XENOS_NEST_MAX) {
            misfit(w, i);
            return;
        }
        f->call[f->calls++] = f->next;
        f->next = d->address;
        return;
    default:
        f->next = d->address;
    }
}

static void one(struct walk *w, uint64_t flows, const struct xenos_cf *d)
{
    flows = passing(w, flows, d);
    switch ((enum xenos_cf_op)d->op) {
    case XENOS_CF_LOOP:
    case XENOS_CF_ENDLOOP:
    case XENOS_CF_CALL:
    case XENOS_CF_RETURN:
    case XENOS_CF_JUMP:
        while (flows != 0)
            go(w, take(&flows), d);
        return;
    case XENOS_CF_ALLOC:
        close_memory_export(w, lanes_of(w, flows));
        emit(w, XENOS_OP_ALLOC, lanes_of(w, flows))->detail = d->alloc;
        return;
    case XENOS_CF_NOP:
    case XENOS_CF_MARK_VS_FETCH_DONE:
        return;
    default:
        if (flows != 0)
            exec(w, flows, d);
    }
}

/* Those that are least far; false where all have ended. */
static bool step(struct walk *w)
{
    unsigned at = UINT16_MAX;
    uint64_t flows = 0;

    for (unsigned i = 0; i < w->flows; i++) {
        if (w->flow[i].ended || w->flow[i].next > at)
            continue;
        flows = (w->flow[i].next == at ? flows : 0) | UINT64_C(1) << i;
        at = w->flow[i].next;
    }
    if (flows == 0)
        return false;
    if (at >= w->batch->program->cfs) {
        misfit(w, (unsigned)__builtin_ctzll(flows));
        return false;
    }
    for (uint64_t left = flows; left != 0;)
        w->flow[take(&left)].next++;
    take_steps(w, flows, 1);
    emit_one(w, XENOS_OP_CF, lanes_of(w, flows));
    one(w, flows, xenos_decoded_cf(w->decoded, at));
    return w->status == SIM_OK;
}

/* The first record of an invocation, or of one behind it. */
static uint32_t first_record(const struct xenos_batch_result *result, uint32_t invocation)
{
    uint32_t low = 0, high = result->memory_exports;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (result->memory_export[middle].invocation < invocation)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static enum sim_status walk(struct xenos_trace *trace, const struct xenos_batch *batch,
                            const struct xenos_batch_result *result, uint32_t first, uint32_t count, bool together,
                            struct sim_error *error)
{
    struct walk w = {.trace = trace,
                     .batch = batch,
                     .result = result,
                     .decoded = batch->program->decoded,
                     .error = error,
                     .first = first,
                     .count = count,
                     .begin = trace->ops,
                     .flows = together ? 1 : count};
    uint32_t lines = trace->lines, stores = trace->stores;

    SIM_CHECK(count >= 1 && count <= XENOS_VECTOR && first <= result->count && count <= result->count - first,
              "%u invocations from %u on of %u", count, first, result->count);
    uint64_t all = UINT64_MAX >> (XENOS_VECTOR - count);
    for (unsigned lane = 0; lane < count; lane++) {
        w.cursor[lane] = result->trace_first[first + lane];
        w.record[lane] = first_record(result, first + lane);
        w.flow[lane].lanes = together ? all : UINT64_C(1) << lane;
    }
    while (step(&w))
        ;
    for (unsigned lane = 0; w.status == SIM_OK && lane < count; lane++)
        if (w.cursor[lane] != result->trace_first[first + lane + 1])
            misfit(&w, lane);
    if (w.status == SIM_OK)
        emit(&w, XENOS_OP_END, all);
    if (w.status != SIM_OK) {
        trace->ops = w.begin;
        trace->lines = lines;
        trace->stores = stores;
    }
    return w.status;
}

enum sim_status xenos_trace_vector(struct xenos_trace *trace, const struct xenos_batch *batch,
                                   const struct xenos_batch_result *result, uint32_t first, uint32_t count,
                                   struct sim_error *error)
{
    return walk(trace, batch, result, first, count, !batch->program->decoded->predicated, error);
}

enum sim_status xenos_trace_apart(struct xenos_trace *trace, const struct xenos_batch *batch,
                                  const struct xenos_batch_result *result, uint32_t first, uint32_t count,
                                  struct sim_error *error)
{
    return walk(trace, batch, result, first, count, false, error);
}

void xenos_trace_free(struct xenos_trace *trace)
{
    free(trace->op);
    free(trace->line);
    free(trace->store);
    *trace = (struct xenos_trace){0};
}
