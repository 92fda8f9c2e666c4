/* The shader array, clock by clock: lists that only grow, times as they come, and every rule where it is wanted. */
#include "tests/unit/xenos/shader/array_rig.h"

#include <stdlib.h>
#include <string.h>

enum { MOST = 4096, CACHE = XENOS_ARRAY_SETS * XENOS_ARRAY_WAYS };

struct vector {
    unsigned work;
    uint32_t number, op, step;
    unsigned simd;
    bool ended, retired, looking, holds[XENOS_ARRAY_ALLOCS];
    uint64_t from, data; /* when it goes on; when what it fetched is there */
    unsigned lines;      /* that it waits for */
};

struct request {
    uint32_t line;
    bool vertex, sent, here, stale;
    unsigned work;
    uint64_t due;
    unsigned waiter[XENOS_ARRAY_VECTORS], waiters;
};

struct export
{
    unsigned work;
    uint32_t next, end;
    uint64_t from;
};

struct reference {
    const struct array_plan *plan;
    struct array_log *log;
    struct vector vector[MOST];
    unsigned vectors;
    struct request request[MOST];
    unsigned requests;
    struct export export[MOST];
    unsigned exports, export_first;
    struct {
        uint32_t line, set;
        uint64_t used;
        bool valid;
    } cache[CACHE];
    uint64_t uses;

    unsigned begun, done;
    unsigned vgt; /* the work it is at */
    uint64_t vgt_from;
    bool vgt_begun;
    uint32_t index, planned, filled, index_asked[ARRAY_WORKS], index_dropped[ARRAY_WORKS];
    struct {
        unsigned work;
        uint32_t number;
    } full[MOST];
    unsigned fulls, full_first;
    uint64_t sequencer, simd[XENOS_ARRAY_SIMDS], fetcher, sampler, exporter;
    unsigned looker; /* the vector whose lines are looked up; MOST: none */
    uint32_t look_next;
    struct vector *assembled;
    uint64_t assembly;
};

static uint64_t most(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static const struct xenos_work *work_of(const struct reference *r, const struct vector *v)
{
    return &r->plan->work[v->work];
}

static struct xenos_trace_op op_of(const struct reference *r, const struct vector *v)
{
    const struct xenos_work_vector *part = &work_of(r, v)->vector[v->number];
    return v->op < part->ops ? work_of(r, v)->trace.op[part->op + v->op]
                             : (struct xenos_trace_op){.kind = XENOS_OP_END};
}

/* ---- Memory ---- */

static void arrive(struct reference *r, struct request *q, uint64_t now)
{
    const struct xenos_array_timing *t = &r->plan->timing;
    q->here = true;
    for (unsigned i = 0; i < q->waiters; i++) {
        struct vector *v = &r->vector[q->waiter[i]];
        v->lines--;
        v->data = most(v->data, now + t->array_vertex_latency);
    }
    if (!q->vertex || q->stale)
        return;
    uint32_t set = q->line / XENOS_ARRAY_LINE % t->array_vertex_sets;
    unsigned in_set = 0, place = CACHE, unused = CACHE;
    for (unsigned i = 0; i < CACHE; i++) {
        if (!r->cache[i].valid) {
            unused = i;
        } else if (r->cache[i].set == set) {
            in_set++;
            place = place == CACHE || r->cache[i].used < r->cache[place].used ? i : place;
        }
    }
    place = in_set < t->array_vertex_ways ? unused : place;
    r->cache[place].line = q->line;
    r->cache[place].set = set;
    r->cache[place].valid = true;
    r->cache[place].used = ++r->uses;
}

/* false: it has to wait for room. */
static bool look_up(struct reference *r, unsigned vector, uint32_t line)
{
    for (unsigned i = 0; i < CACHE; i++)
        if (r->cache[i].valid && r->cache[i].line == line) {
            r->cache[i].used = ++r->uses;
            r->log->counters.hits++;
            return true;
        }
    struct request *found = NULL;
    unsigned under_way = 0;
    for (unsigned i = 0; i < r->requests; i++) {
        struct request *q = &r->request[i];
        under_way += q->vertex && !q->here;
        if (q->vertex && !q->here && !q->stale && q->line == line)
            found = q;
    }
    if (!found) {
        if (under_way >= r->plan->timing.array_vertex_misses)
            return false;
        found = &r->request[r->requests++];
        *found = (struct request){.line = line, .vertex = true};
        r->log->counters.misses++;
    } else {
        r->log->counters.merges++;
    }
    for (unsigned i = 0; i < found->waiters; i++)
        if (found->waiter[i] == vector)
            return true;
    found->waiter[found->waiters++] = vector;
    r->vector[vector].lines++;
    return true;
}

static void look(struct reference *r, uint64_t now)
{
    if (r->looker == MOST)
        return;
    struct vector *v = &r->vector[r->looker];
    struct xenos_trace_op op = op_of(r, v);
    while (r->look_next < op.count) {
        if (!look_up(r, r->looker, work_of(r, v)->trace.line[op.first + r->look_next]))
            return;
        r->look_next++;
    }
    r->fetcher = most(r->fetcher, now);
    v->looking = false;
    v->from = r->fetcher;
    v->data = most(v->data, r->fetcher + r->plan->timing.array_vertex_latency);
    v->op++;
    r->looker = MOST;
}

static void ask(struct reference *r, uint64_t now)
{
    unsigned lines = 0;
    for (unsigned w = 0; w < r->begun; w++)
        lines += r->index_asked[w] - r->index_dropped[w];
    struct request *q = NULL;
    for (unsigned w = 0; w < r->begun && !q && lines < r->plan->timing.array_index_lines; w++)
        if (r->index_asked[w] < r->plan->work[w].index_lines) {
            if (!array_takes_read(r->plan, now))
                return;
            q = &r->request[r->requests++];
            *q = (struct request){.line = r->plan->work[w].index_line + XENOS_ARRAY_LINE * r->index_asked[w]++,
                                  .work = w};
            r->log->counters.index_reads++;
        }
    for (unsigned i = 0; i < r->requests && !q; i++)
        if (!r->request[i].sent)
            q = &r->request[i];
    if (!q || !array_takes_read(r->plan, now))
        return;
    q->sent = true;
    q->due = array_reply(r->plan, q->line, now);
    array_log_add(r->log, ARRAY_READ, q->line, now);
}

static void write(struct reference *r, uint64_t now)
{
    if (r->export_first == r->exports)
        return;
    struct export *e = &r->export[r->export_first];
    if (e->from > now || !array_takes_write(r->plan, now))
        return;
    array_log_add(r->log, ARRAY_WRITE, r->plan->work[e->work].trace.store[e->next].line, now);
    r->log->counters.stores++;
    if (++e->next == e->end)
        r->export_first++;
}

/* ---- Vectors ---- */

static uint32_t held(const struct reference *r, unsigned alloc)
{
    uint32_t count = 0;
    for (unsigned i = 0; i < r->vectors; i++)
        count += r->vector[i].holds[alloc];
    return count;
}

static bool alloc(struct reference *r, unsigned i, unsigned kind)
{
    const struct xenos_array_timing *t = &r->plan->timing;
    bool older_live = false, in_order = true;
    if (kind == XENOS_ALLOC_NONE || r->vector[i].holds[kind])
        return true;
    for (unsigned k = 0; k < i; k++)
        if (!r->vector[k].ended) {
            older_live = true;
            in_order = in_order && r->vector[k].holds[kind];
        }
    bool good;
    if (kind == XENOS_ALLOC_MEMORY)
        good = held(r, kind) + older_live < t->array_memory_buffers;
    else
        good = in_order && held(r, kind) < (kind == XENOS_ALLOC_POSITION ? t->array_position_buffers
                                                                         : t->array_interpolator_buffers);
    r->vector[i].holds[kind] = good;
    return good;
}

/* Whether the vector can do yet another thing at this edge. */
static bool advance(struct reference *r, unsigned i, uint64_t now)
{
    const struct xenos_array_timing *t = &r->plan->timing;
    struct xenos_array_counters *c = &r->log->counters;
    struct vector *v = &r->vector[i];
    struct xenos_trace_op op = op_of(r, v);
    if (v->ended || v->looking || v->from > now)
        return false;
    if (op.kind == XENOS_OP_CF || op.kind == XENOS_OP_ALU) {
        uint64_t *unit = op.kind == XENOS_OP_CF ? &r->sequencer : &r->simd[v->simd];
        if (v->step == op.count) {
            v->step = 0;
            v->op++;
            return true;
        }
        if (*unit > now)
            return false;
        v->step++;
        if (op.kind == XENOS_OP_CF) {
            c->cf++;
            *unit = v->from = now + t->array_cf;
        } else {
            c->pairs++;
            c->busy[v->simd] += t->array_alu;
            *unit = now + t->array_alu;
            v->from = now + t->array_alu_latency;
        }
        return true;
    }
    if (op.kind == XENOS_OP_VERTEX) {
        if (r->looker != MOST || r->fetcher > now)
            return false;
        uint64_t lines = (op.count + t->array_vertex_lines - 1) / t->array_vertex_lines;
        r->fetcher = now + most(lines, t->array_vertex);
        r->looker = i;
        r->look_next = 0;
        v->looking = true;
        c->vertex_fetches++;
        look(r, now);
        return true;
    }
    if (op.kind == XENOS_OP_TEXTURE) {
        if (r->sampler > now)
            return false;
        r->sampler = v->from = now + t->array_texture;
        v->data = most(v->data, v->from + t->array_texture_latency);
        c->texture_fetches++;
    } else if (op.kind == XENOS_OP_WAIT) {
        if (v->lines != 0 || v->data > now)
            return false;
        c->fetch_wait += now - v->from;
        v->from = now;
    } else if (op.kind == XENOS_OP_ALLOC) {
        if (!alloc(r, i, op.detail))
            return false;
        c->alloc_wait += now - v->from;
        v->from = now;
    } else if (op.kind == XENOS_OP_EXPORT) {
        if (r->exporter > now || (op.count != 0 && r->exports - r->export_first >= t->array_export_queue))
            return false;
        r->exporter = v->from = now + most(op.detail * t->array_export, 1);
        if (op.count != 0)
            r->export[r->exports++] = (struct export){v->work, op.first, op.first + op.count, r->exporter};
        c->exports++;
        c->elements += op.detail;
    } else {
        if (v->lines == 0 && v->data <= now) {
            v->ended = true;
            v->holds[XENOS_ALLOC_MEMORY] = false;
        }
        return false;
    }
    v->op++;
    return true;
}

static uint32_t registers_of(const struct reference *r, unsigned work)
{
    uint8_t registers = r->plan->work[work].registers;
    return registers == 0 ? 1 : registers > 64 ? 64 : registers;
}

static void give_threads(struct reference *r, uint64_t now)
{
    const struct xenos_array_timing *t = &r->plan->timing;
    while (r->full_first < r->fulls) {
        uint32_t threads[XENOS_ARRAY_SIMDS] = {0}, registers[XENOS_ARRAY_SIMDS] = {0}, all = 0, live = 0;
        for (unsigned i = 0; i < r->vectors; i++) {
            live += !r->vector[i].retired;
            if (r->vector[i].ended)
                continue;
            all++;
            threads[r->vector[i].simd]++;
            registers[r->vector[i].simd] += registers_of(r, r->vector[i].work);
        }
        unsigned best = XENOS_ARRAY_SIMDS, work = r->full[r->full_first].work;
        for (unsigned s = XENOS_ARRAY_SIMDS; s-- > 0;)
            if (registers[s] + registers_of(r, work) <= t->array_registers &&
                (best == XENOS_ARRAY_SIMDS || threads[s] <= threads[best]))
                best = s;
        if (best == XENOS_ARRAY_SIMDS || all >= t->array_threads || live >= t->array_vectors)
            return;
        r->vector[r->vectors++] = (struct vector){
            .work = work, .number = r->full[r->full_first++].number, .simd = best, .from = now + t->array_thread};
        r->log->counters.vectors++;
    }
}

/* ---- Before and behind them ---- */

static bool index_line_here(const struct reference *r, unsigned work, uint64_t line)
{
    uint64_t seen = 0;
    for (unsigned i = 0; i < r->requests; i++)
        if (!r->request[i].vertex && r->request[i].work == work && seen++ == line)
            return r->request[i].here;
    return false;
}

static void go_through_indices(struct reference *r, uint64_t now)
{
    const struct xenos_array_timing *t = &r->plan->timing;
    give_threads(r, now);
    r->index += r->planned;
    r->log->counters.indices += r->planned;
    r->planned = 0;
    while (r->vgt < r->begun) {
        const struct xenos_work *work = &r->plan->work[r->vgt];
        if (!r->vgt_begun) {
            r->vgt_begun = true;
            r->vgt_from = now + t->array_draw;
        }
        if (r->vgt_from > now)
            return;
        uint32_t bytes = work->index_bytes ? work->index_bytes : 1;
        uint64_t line = (work->index_first + (uint64_t)r->index * bytes) / XENOS_ARRAY_LINE;
        uint64_t through = r->index == work->indices ? work->index_lines : line;
        while (r->index_dropped[r->vgt] < through && r->index_dropped[r->vgt] < r->index_asked[r->vgt] &&
               index_line_here(r, r->vgt, r->index_dropped[r->vgt]))
            r->index_dropped[r->vgt]++;
        uint32_t end = r->filled < work->vectors ? work->vector[r->filled].index_end : work->indices;
        if (r->index < end) {
            for (uint32_t i = 0; i < t->array_vgt_indices && r->index + i < end; i++) {
                uint64_t at = (work->index_first + (uint64_t)(r->index + i) * bytes) / XENOS_ARRAY_LINE;
                if (line < work->index_lines && (at != line || !index_line_here(r, r->vgt, line)))
                    break;
                r->planned++;
            }
            return;
        }
        if (r->filled < work->vectors) {
            if (r->fulls - r->full_first == t->array_vgt_vectors)
                return;
            r->full[r->fulls].work = r->vgt;
            r->full[r->fulls++].number = r->filled++;
            give_threads(r, now);
            continue;
        }
        if (r->index_dropped[r->vgt] < work->index_lines)
            return;
        r->vgt++;
        r->vgt_begun = false;
        r->index = r->filled = 0;
    }
}

static void assemble(struct reference *r, bool finish, uint64_t now)
{
    const struct xenos_array_timing *t = &r->plan->timing;
    if (finish) {
        if (!r->assembled || r->assembly > now)
            return;
        const struct xenos_work *work = work_of(r, r->assembled);
        uint32_t n = r->assembled->number;
        r->assembled->retired = true;
        memset(r->assembled->holds, 0, sizeof r->assembled->holds);
        r->log->counters.primitives += (n + 1 == work->vectors ? work->primitives : work->vector[n].primitive_end) -
                                       (n == 0 ? 0 : work->vector[n - 1].primitive_end);
        r->assembled = NULL;
        return;
    }
    unsigned i = 0;
    while (i < r->vectors && r->vector[i].retired)
        i++;
    if (r->assembled || i == r->vectors || !r->vector[i].ended)
        return;
    r->assembled = &r->vector[i];
    const struct xenos_work *work = work_of(r, r->assembled);
    uint32_t n = r->assembled->number;
    uint64_t before = n == 0 ? 0 : work->vector[n - 1].primitive_end;
    uint64_t end = n + 1 == work->vectors ? work->primitives : work->vector[n].primitive_end;
    r->assembly = now + most(1, most(work->vector[n].lanes * (uint64_t)t->array_pa_vertex,
                                     (end - before) * t->array_pa_primitive));
}

static bool is_done(const struct reference *r)
{
    if (r->done == r->begun || r->vgt <= r->done)
        return false;
    uint32_t retired = 0;
    for (unsigned i = 0; i < r->vectors; i++)
        retired += r->vector[i].work == r->done && r->vector[i].retired;
    for (unsigned i = r->export_first; i < r->exports; i++)
        if (r->export[i].work == r->done)
            return false;
    return retired == r->plan->work[r->done].vectors;
}

void array_reference(const struct array_plan *plan, struct array_log *log)
{
    struct reference *r = calloc(1, sizeof *r);
    if (!r)
        abort();
    memset(log, 0, sizeof *log);
    r->plan = plan;
    r->log = log;
    r->looker = MOST;
    for (uint64_t now = 0; r->done < plan->works && now < ARRAY_GIVE_UP; now++) {
        for (unsigned i = 0; i < r->requests; i++)
            if (r->request[i].sent && !r->request[i].here && r->request[i].due == now)
                arrive(r, &r->request[i], now);
        if (plan->invalidate != 0 && plan->invalidate == now) {
            memset(r->cache, 0, sizeof r->cache);
            for (unsigned i = 0; i < r->requests; i++)
                r->request[i].stale = true;
        }
        while (r->begun < plan->works && plan->begin[r->begun] <= now && r->begun - r->done < plan->timing.array_draws)
            r->begun++;
        assemble(r, true, now);
        write(r, now);
        look(r, now);
        for (unsigned i = 0; i < r->vectors; i++)
            while (advance(r, i, now))
                continue;
        assemble(r, false, now);
        go_through_indices(r, now);
        ask(r, now);
        for (; is_done(r); r->done++, log->counters.draws++)
            array_log_add(log, ARRAY_DONE, r->done, now);
    }
    log->stuck = r->done < plan->works;
    free(r);
}
