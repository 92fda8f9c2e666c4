/* Loads, stores and what else has an address, in the reference. */
#include "tests/conformance/core_reference/reference_parts.h"

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Loads behind stores */

static unsigned store_index(const struct core_reference *r, uint64_t address)
{
    return (unsigned)(address >> 3) & ((1U << (r->timing.load_hit_store_bits - 3)) - 1);
}

static void note_store(struct core_reference *r, const struct access *a)
{
    for (uint64_t at = a->ea & ~UINT64_C(7); a->bytes > 0 && at < a->ea + a->bytes; at += 8) {
        unsigned i = store_index(r, at);
        if (r->last_store[i] == ALWAYS)
            r->last_store_used[r->last_stores_used++] = i;
        r->last_store[i] = r->now;
    }
}

/* A load that hits is not ready before. */
static int64_t behind_stores(const struct core_reference *r, const struct access *a)
{
    int64_t ready = ALWAYS;
    for (uint64_t at = a->ea & ~UINT64_C(7); a->bytes > 0 && at < a->ea + a->bytes; at += 8)
        ready = later(ready, r->last_store[store_index(r, at)] + r->timing.load_hit_store);
    return ready;
}

static bool crosses(const struct access *a, unsigned block)
{
    return a->bytes > 0 && a->ea / block != (a->ea + a->bytes - 1) / block;
}

/* The registers that a load writes, an updated RA aside. */
static void results(struct reference_thread *t, const struct decoded *d, const struct access *a, int64_t ready,
                    bool under_way)
{
    unsigned count = d->uses.flags & XENON_USES_WRITES_MANY ? (a->bytes + 3) / 4 : 1;
    for (unsigned i = 0; i < count; i++) {
        unsigned resource = d->uses.flags & XENON_USES_WRITES_MANY ? (d->in.d + i) % 32 : d->uses.writes[0];
        t->ready[resource] = t->dot_ready[resource] = ready;
        t->under_way[resource] = under_way;
    }
}

static void update(struct core_reference *r, unsigned n, const struct decoded *d, const struct access *a)
{
    struct reference_thread *t = &r->thread[n];
    if (!cr_is_update(&d->in))
        return;
    t->c.gpr[d->in.a] = a->ea;
    t->ready[d->in.a] = r->now + r->timing.fx_latency;
}

static bool translated(struct core_reference *r, struct reference_thread *t, const struct access *a)
{
    bool there = cr_erat_look(r, 0, a->ea);
    if (there && a->bytes > 0 && a->ea >> 12 != (a->ea + a->bytes - 1) >> 12)
        there = cr_erat_look(r, 0, a->ea + a->bytes - 1);
    if (!there)
        cr_hold(t, r->now + r->timing.erat_miss);
    return there;
}

/* Missing: the line of `address` is asked for, or joined. NULL: the load must wait. */
static struct waiter *wait_for_line(struct core_reference *r, unsigned n, uint64_t address)
{
    uint64_t line = cr_line_of(address);
    struct miss *m = cr_miss_find(r, line);
    unsigned used = 0;

    for (unsigned i = 0; i < MISSES_MAX; i++)
        used += r->miss[i].used;
    unsigned places = r->waiters;
    for (unsigned i = 0; i < 2; i++)
        places += r->thread[i].reserving;
    if (cr_queue_has_line(r, line) || places >= r->timing.miss_waiters || (m == NULL && used >= r->timing.miss_entries))
        return NULL;
    if (m == NULL) {
        cr_send_buffers_of(r, line);
        m = cr_miss_begin(r, n, address);
    }
    struct waiter *w = &r->waiter[r->waiters++];
    *w = (struct waiter){.thread = n, .line = line, .earliest = ALWAYS, .seen = m->overlay};
    r->thread[n].loads++;
    return w;
}

/* A load within a line. */
static bool load(struct core_reference *r, unsigned n, const struct decoded *d, const struct access *a, bool paired)
{
    struct reference_thread *t = &r->thread[n];
    bool by_class = xenon_class_info[d->uses.class].flags & XENON_CLASS_IS_MICRO;
    bool micro = by_class || (a->kind == ACCESS_LOAD && crosses(a, r->timing.unaligned_block));
    int64_t end = cr_micro_end(r, d, 0), ready;
    struct cache_way *way = a->bytes > 0 ? cr_l1d_find(r, cr_line_of(a->ea)) : NULL;

    if (way != NULL || a->bytes == 0) {
        ready = r->now + xenon_class_latency(&r->timing, d->uses.class);
        if (micro)
            ready = by_class ? end : later(ready, end);
        if (way != NULL) {
            cr_l1d_touch(r, way);
            ready = later(ready, behind_stores(r, a));
        }
        cr_load_done(&t->c, &d->in, a, way == NULL ? a->data : way->bytes + a->ea % SIM_LINE);
        results(t, d, a, ready, false);
    } else {
        struct waiter *w = wait_for_line(r, n, a->ea);
        if (w == NULL)
            return false;
        w->d = *d;
        w->access = *a;
        if (micro)
            w->earliest = end;
        ready = NEVER;
        results(t, d, a, NEVER, true);
    }
    update(r, n, d, a);
    if (micro)
        cr_hold(t, end);
    cr_report(r, n, d, ready, paired);
    return true;
}

/* Blocking loads */

/* Reads the line where it stands, or waits for it; false where it cannot do that yet either. */
static bool blocking_line(struct core_reference *r, unsigned n)
{
    struct reference_thread *t = &r->thread[n];
    struct access *a = &t->blocking.access;
    uint64_t at = a->ea + t->blocking.done;
    unsigned part = SIM_LINE - at % SIM_LINE;
    if (part > a->bytes - t->blocking.done)
        part = a->bytes - t->blocking.done;
    struct cache_way *way = cr_l1d_find(r, cr_line_of(at));
    if (way != NULL) {
        cr_l1d_touch(r, way);
        memcpy(a->data + t->blocking.done, way->bytes + at % SIM_LINE, part);
        t->blocking.done += part;
        return true;
    }
    struct waiter *w = wait_for_line(r, n, at);
    if (w == NULL)
        return false;
    w->blocking = true;
    w->access.bytes = part;
    t->blocking.waiting = t->blocking.missed = true;
    return true;
}

void cr_blocking_step(struct core_reference *r, unsigned n)
{
    struct reference_thread *t = &r->thread[n];
    const struct access *a = &t->blocking.access;
    while (t->blocking.done < a->bytes && !t->blocking.waiting)
        if (!blocking_line(r, n))
            return;
    if (t->blocking.waiting)
        return;
    int64_t end = later(r->now, t->blocking.earliest), ready = end;
    cr_load_done(&t->c, &t->blocking.d.in, a, a->data);
    results(t, &t->blocking.d, a, ready, false);
    cr_hold(t, end);
    t->blocking.active = false;
    t->blocking.earliest = ready;
}

static bool blocking_load(struct core_reference *r, unsigned n, const struct decoded *d, const struct access *a,
                          bool paired)
{
    struct reference_thread *t = &r->thread[n];
    t->blocking.waiting = t->blocking.missed = false;
    t->blocking.d = *d;
    t->blocking.access = *a;
    t->blocking.done = 0;
    t->blocking.earliest = cr_micro_end(r, d, (a->bytes + 3) / 4);
    if (a->bytes > 0 && !blocking_line(r, n))
        return false;
    t->blocking.active = true;
    results(t, d, a, NEVER, true);
    update(r, n, d, a);
    cr_blocking_step(r, n);
    cr_report(r, n, d, t->blocking.active ? CORE_REFERENCE_BLOCKS : t->blocking.earliest, paired);
    return true;
}

void cr_line_arrived(struct core_reference *r, const struct sim_msg_core_reply *reply)
{
    struct miss *m = &r->miss[reply->tag];
    uint8_t old[SIM_LINE], bytes[SIM_LINE];
    bool goes_on[2] = {false, false};
    unsigned kept = 0;

    sim_words_to_bytes(old, &reply->data0, SIM_LINE / 8);
    for (unsigned k = 0; k < SIM_LINE; k++)
        bytes[k] = m->overlay.written[k] ? m->overlay.bytes[k] : old[k];
    m->used = false;
    cr_l1d_enter(r, m->line, bytes);
    for (unsigned i = 0; i < r->waiters; i++) {
        struct waiter *w = &r->waiter[i];
        struct reference_thread *t = &r->thread[w->thread];
        if (w->line != m->line) {
            r->waiter[kept++] = *w;
            continue;
        }
        t->loads--;
        uint8_t seen[SIM_LINE];
        for (unsigned k = 0; k < SIM_LINE; k++)
            seen[k] = w->seen.written[k] ? w->seen.bytes[k] : old[k];
        if (w->blocking) {
            struct access *a = &t->blocking.access;
            memcpy(a->data + t->blocking.done, seen + (a->ea + t->blocking.done) % SIM_LINE, w->access.bytes);
            t->blocking.done += w->access.bytes;
            t->blocking.waiting = false;
            goes_on[w->thread] = true;
            continue;
        }
        unsigned blocks = (w->access.ea % SIM_LINE / 32 + 4 - m->first_block) % 4;
        int64_t ready = r->now + r->timing.fill_to_use + (int64_t)r->timing.fill_beat * blocks;
        ready = later(ready, w->earliest);
        cr_load_done(&t->c, &w->d.in, &w->access, seen + w->access.ea % SIM_LINE);
        results(t, &w->d, &w->access, ready, false);
        if (r->config.watch.filled != NULL)
            r->config.watch.filled(r->config.watch.context, w->thread, w->d.uses.writes[0], (uint64_t)ready);
    }
    r->waiters = kept;
    for (unsigned n = 0; n < 2; n++)
        if (goes_on[n])
            cr_blocking_step(r, n);
}

/* Stores */

static bool store(struct core_reference *r, unsigned n, const struct decoded *d, const struct access *a, bool paired)
{
    struct reference_thread *t = &r->thread[n];
    uint64_t first = a->ea / SIM_BLOCK, last = (a->ea + a->bytes - 1) / SIM_BLOCK;
    unsigned parts = a->bytes == 0 ? 0 : (unsigned)(last - first + 1);
    bool micro = xenon_class_info[d->uses.class].flags & XENON_CLASS_IS_MICRO ||
                 (a->kind == ACCESS_STORE && crosses(a, r->timing.unaligned_block));

    if (parts > 0 && r->queued + parts > r->timing.store_queue)
        return false;
    note_store(r, a);
    for (unsigned i = 0; i < parts; i++) {
        uint64_t address = (first + i) * SIM_BLOCK, mask = 0;
        uint8_t block[SIM_BLOCK] = {0};
        for (unsigned k = 0; k < SIM_BLOCK; k++)
            if (address + k >= a->ea && address + k < a->ea + a->bytes) {
                mask |= UINT64_C(1) << k;
                block[k] = a->data[address + k - a->ea];
            }
        cr_store_enter(r, address, mask, block);
    }
    update(r, n, d, a);
    if (d->uses.class == XENON_CLASS_store_vector && a->bytes > 0)
        t->last_vector_store = r->now;
    if (micro)
        cr_hold(t, cr_micro_end(r, d, (a->bytes + 3) / 4));
    cr_report(r, n, d, NEVER, paired);
    return true;
}

/* Reservations and cache operations */

static bool stores_or_atomics_before(const struct core_reference *r, unsigned n, uint64_t line)
{
    const struct reference_thread *t = &r->thread[n];
    return cr_queue_has_line(r, line) || t->reserving || t->storing_conditionally || r->outbox_count >= OUTBOX_BUSY;
}

static bool atomic(struct core_reference *r, unsigned n, const struct decoded *d, const struct access *a)
{
    struct reference_thread *t = &r->thread[n];
    uint64_t line = cr_line_of(a->ea);
    struct sim_msg_core_request message = {.thread = (uint8_t)n, .size = (uint8_t)a->bytes, .address = a->ea};

    if (stores_or_atomics_before(r, n, line) || (a->kind == ACCESS_CONDITIONAL && cr_miss_find(r, line) != NULL))
        return false;
    unsigned places = r->waiters + r->thread[0].reserving + r->thread[1].reserving;
    if (a->kind == ACCESS_RESERVE && places >= r->timing.miss_waiters)
        return false;
    if (a->ea % a->bytes != 0)
        r->failure = "a reservation that is not aligned";
    t->atomic = *d;
    t->atomic_ea = a->ea;
    cr_send_buffers_of(r, line);
    if (a->kind == ACCESS_RESERVE) {
        message.kind = SIM_RESERVE;
        t->reserving = true;
        t->loads++;
        results(t, d, a, NEVER, true);
    } else {
        uint8_t block[SIM_BLOCK] = {0};
        memcpy(block + a->ea % SIM_BLOCK, a->data, a->bytes);
        message.kind = SIM_CONDITIONAL;
        message.mask = ((UINT64_C(1) << a->bytes) - 1) << a->ea % SIM_BLOCK;
        sim_bytes_to_words(&message.data0, block, SIM_BLOCK / 8);
        t->storing_conditionally = true;
        t->so = t->c.so;
        t->ready[XENON_R_CR] = NEVER;
        t->under_way[XENON_R_CR] = true;
        cr_l1d_drop(r, line);
    }
    cr_post(r, message);
    cr_report(r, n, d, NEVER, false);
    return true;
}

void cr_reserved(struct core_reference *r, const struct sim_msg_core_reply *reply)
{
    unsigned n = reply->thread & 1;
    struct reference_thread *t = &r->thread[n];
    uint8_t bytes[SIM_LINE];
    int64_t ready = r->now + r->timing.fill_to_use;
    sim_words_to_bytes(bytes, &reply->data0, SIM_LINE / 8);
    cr_load_done(&t->c, &t->atomic.in, &(struct access){.bytes = 4}, bytes + t->atomic_ea % SIM_LINE);
    results(t, &t->atomic, &(struct access){.bytes = 4}, ready, false);
    t->reserving = false;
    t->loads--;
    if (r->config.watch.filled != NULL)
        r->config.watch.filled(r->config.watch.context, n, t->atomic.uses.writes[0], (uint64_t)ready);
}

void cr_conditional_done(struct core_reference *r, const struct sim_msg_core_reply *reply)
{
    struct reference_thread *t = &r->thread[reply->thread & 1];
    t->c.cr[0] = (uint8_t)((reply->status ? XENON_EQ : 0) | (t->so ? XENON_SO : 0));
    t->ready[XENON_R_CR] = r->now;
    t->under_way[XENON_R_CR] = false;
    t->storing_conditionally = false;
}

static bool cache_operation(struct core_reference *r, unsigned n, const struct decoded *d, const struct access *a,
                            bool paired)
{
    uint64_t line = cr_line_of(a->ea);
    struct sim_msg_core_request message = {.thread = (uint8_t)n, .address = line};

    if (stores_or_atomics_before(r, n, line) || cr_miss_find(r, line) != NULL)
        return false;
    cr_send_buffers_of(r, line);
    struct cache_way *way = cr_l1d_find(r, line);
    message.kind = a->kind == ACCESS_ZERO ? SIM_ZERO : a->kind == ACCESS_FLUSH ? SIM_FLUSH : SIM_CLEAN;
    if (a->kind == ACCESS_ZERO && way != NULL) {
        memset(way->bytes, 0, SIM_LINE);
        cr_l1d_touch(r, way);
    }
    if (a->kind == ACCESS_FLUSH)
        cr_l1d_drop(r, line);
    cr_post(r, message);
    cr_report(r, n, d, NEVER, paired);
    return true;
}

static bool invalidate_code(struct core_reference *r, unsigned n, const struct decoded *d, const struct access *a,
                            bool paired)
{
    uint64_t line = cr_line_of(a->ea);
    if (r->outbox_count >= OUTBOX_BUSY)
        return false;
    cr_code_goes(r, line, 2);
    cr_post(r, (struct sim_msg_core_request){.kind = SIM_INVALIDATE_CODE, .thread = (uint8_t)n, .address = line});
    cr_report(r, n, d, NEVER, paired);
    return true;
}

static bool touch(struct core_reference *r, unsigned n, const struct decoded *d, const struct access *a, bool paired)
{
    uint64_t line = cr_line_of(a->ea);
    if (cr_l1d_find(r, line) == NULL && cr_miss_find(r, line) == NULL) {
        if (cr_queue_has_line(r, line))
            return false;
        unsigned used = 0;
        for (unsigned i = 0; i < MISSES_MAX; i++)
            used += r->miss[i].used;
        if (used >= r->timing.miss_entries)
            return false;
        cr_send_buffers_of(r, line);
        cr_miss_begin(r, n, line);
    }
    cr_report(r, n, d, NEVER, paired);
    return true;
}

static bool access_issues(struct core_reference *r, unsigned n, const struct decoded *d, const struct access *a,
                          bool paired)
{
    switch (a->kind) {
    case ACCESS_LOAD:
    case ACCESS_VLOAD:
        return crosses(a, SIM_LINE) ? blocking_load(r, n, d, a, paired) : load(r, n, d, a, paired);
    case ACCESS_BLOCK_LOAD:
        return blocking_load(r, n, d, a, paired);
    case ACCESS_STORE:
    case ACCESS_VSTORE:
    case ACCESS_BLOCK_STORE:
        return store(r, n, d, a, paired);
    case ACCESS_RESERVE:
    case ACCESS_CONDITIONAL:
        return atomic(r, n, d, a);
    case ACCESS_ZERO:
    case ACCESS_FLUSH:
    case ACCESS_CLEAN:
        return cache_operation(r, n, d, a, paired);
    case ACCESS_INVALIDATE_CODE:
        return invalidate_code(r, n, d, a, paired);
    case ACCESS_TOUCH:
        return touch(r, n, d, a, paired);
    case ACCESS_NONE:
        break;
    }
    r->failure = "an access that the reference does not know";
    return false;
}

bool cr_access_issue(struct core_reference *r, unsigned n, const struct decoded *d, bool paired)
{
    struct reference_thread *t = &r->thread[n];
    struct access a = cr_access_of(&t->c, &d->in);

    if (d->uses.class == XENON_CLASS_store_fp && r->now - t->last_vector_store < r->timing.store_fp_after_vector)
        return false;
    if (a.bytes > 0 && !t->translated && !translated(r, t, &a))
        return false;
    t->translated = true;
    if (!access_issues(r, n, d, &a, paired))
        return false;
    t->translated = false;
    if (a.bytes > 0)
        cr_erat_use(r, 0, a.ea);
    if (a.bytes > 0 && a.ea >> 12 != (a.ea + a.bytes - 1) >> 12)
        cr_erat_use(r, 0, a.ea + a.bytes - 1);
    return true;
}
