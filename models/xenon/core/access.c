/* Loads and stores that are not the usual case: misses, accesses that cross a block, what is not cached. */
#include "models/xenon/core/access_parts.h"
#include "models/xenon/isa/may_execute.h"

/* What the rows of storage.def move, as tables for who is not in a hurry. */

enum move_kind { MOVE_OTHER, MOVE_LOAD, MOVE_STORE, MOVE_VLOAD, MOVE_VSTORE };

struct move {
    uint8_t kind, bytes;
    bool update;
};

#define UPDATE                        true
#define KEEP                          false
#define LOAD(id, bytes, put, update)  [XENON_OP_##id] = {MOVE_LOAD, bytes, update},
#define STORE(id, bytes, get, update) [XENON_OP_##id] = {MOVE_STORE, bytes, update},
#define VLOAD(id, put)                [XENON_OP_##id] = {MOVE_VLOAD, 16, false},
#define VSTORE(id, get)               [XENON_OP_##id] = {MOVE_VSTORE, 16, false},
#define BLOCK_LOAD(...)
#define BLOCK_STORE(...)
#define RESERVE(...)
#define CONDITIONAL(...)
#define EXTERNAL_LOAD(...)
#define EXTERNAL_STORE(...)
static const struct move move_of[XENON_OP_COUNT] = {
#include "models/xenon/isa/storage.def"
};
#undef LOAD
#undef STORE
#undef VLOAD
#undef VSTORE

void core_put_loaded(struct core_thread *th, const struct xenon_insn *in, unsigned offset, const uint8_t *bytes)
{
    struct xenon_context *t = &th->context;
    switch (in->op) {
#define LOAD(id, bytes_, put, update)                    \
    case XENON_OP_##id:                                  \
        xenon_put_##put(t, in, core_get(bytes, bytes_)); \
        break;
#define VLOAD(id, put)                                        \
    case XENON_OP_##id:                                       \
        xenon_vload_##put(t, in, core_vector(bytes), offset); \
        break;
#define STORE(...)
#define VSTORE(...)
#include "models/xenon/isa/storage.def"
#undef LOAD
#undef VLOAD
#undef STORE
#undef VSTORE
    default:
        break;
    }
}

/* The bytes that a store writes, and where in its access they begin. Answers how many. */
static unsigned stored_bytes(const struct core_thread *th, const struct xenon_insn *in, uint64_t ea, uint8_t *bytes,
                             unsigned *first)
{
    const struct xenon_context *t = &th->context;
    struct xenon_vstore v;
    *first = 0;
    switch (in->op) {
#define LOAD(...)
#define VLOAD(...)
#define STORE(id, size, get, update)                   \
    case XENON_OP_##id:                                \
        core_put(bytes, size, xenon_get_##get(t, in)); \
        return size;
#define VSTORE(id, get)                                \
    case XENON_OP_##id:                                \
        v = xenon_vstore_##get(t->vr[in->d], ea & 15); \
        break;
#include "models/xenon/isa/storage.def"
#undef LOAD
#undef VLOAD
#undef STORE
#undef VSTORE
    default:
        return 0;
    }
    *first = v.first;
    for (unsigned i = 0; i < v.bytes; i++)
        bytes[i] = v.quad.u8[XENON_B(v.first + i)];
    return v.bytes;
}

enum core_result access_fault(struct xenon_core *core, struct core_thread *th, struct core_insn *in, uint64_t m)
{
    if (core->watched)
        core_issuing(core, th, in, m);
    return CORE_FAULTS;
}

enum core_result access_wait(struct core_thread *th, enum xenon_cause cause)
{
    th->resume = 0;
    th->wait_cause = cause;
    th->kept.valid = true;
    return CORE_LATER;
}

void access_used(struct xenon_core *core, const struct core_thread *th, const struct place *p)
{
    struct core_erat *erat = &core->erat[0];
    for (unsigned i = 0; i < (p->split < p->bytes ? 2U : 1U); i++) {
        uint64_t ea = i == 0 ? p->ea : p->ea + p->split;
        unsigned set = core_erat_set(ea), way = core_erat_way(erat, set, (ea & ~UINT64_C(0xFFF)) | th->data_key);
        if (way != ERAT_WAYS)
            erat->last[set] = (uint8_t)way;
    }
}

/* Is it the access that waited? Its flags have been looked at. */
static bool keeps(const struct core_thread *th, uint64_t ea, unsigned bytes, bool store)
{
    const struct core_kept *kept = &th->kept;
    return kept->valid && kept->instructions == th->instructions && kept->ea == ea && kept->bytes == bytes &&
           kept->store == store;
}

enum core_result access_place(struct xenon_core *core, struct core_thread *th, struct core_insn *in, uint64_t m,
                              uint64_t ea, unsigned bytes, bool store, struct place *p)
{
    uint64_t mask = xenon_address_mask(&th->context), first = 0x1000 - (ea & 0xFFF);
    *p = (struct place){.ea = ea, .bytes = bytes, .split = bytes < first ? bytes : (unsigned)first};
    const bool kept = keeps(th, ea, bytes, store);
    if (kept) {
        memcpy(p->ra, th->kept.ra, sizeof p->ra);
        p->flags = th->kept.flags;
    }
    for (unsigned i = 0; !kept && i < (p->split < bytes ? 2U : 1U); i++) {
        uint32_t flags;
        uint64_t at = i == 0 ? ea : (ea + p->split) & mask;
        switch (core_translate(core, th, CLOCK_OF(m), at, store, false, &p->ra[i], &flags)) {
        case CORE_WAIT:
            return CORE_LATER;
        case CORE_FAULT:
            return access_fault(core, th, in, m);
        default:
            p->flags |= flags;
        }
    }
    th->kept = (struct core_kept){
        .store = store, .bytes = (uint8_t)bytes, .flags = p->flags, .ea = ea, .ra = {p->ra[0], p->ra[1]}};
    p->crosses_block = (ea & core->block_mask) + bytes > core->block_mask + 1;
    p->crosses_line = (ea & (SIM_LINE - 1)) + bytes > SIM_LINE;
    return CORE_DONE;
}

static uint64_t place_ra(const struct place *p, unsigned at)
{
    return at < p->split ? p->ra[0] + at : p->ra[1] + (at - p->split);
}

/* Bytes from `at` on that lie on one line. */
static unsigned place_run(const struct place *p, unsigned at)
{
    unsigned left = at < p->split ? p->split - at : p->bytes - at;
    unsigned line = SIM_LINE - (unsigned)(place_ra(p, at) & (SIM_LINE - 1));
    return left < line ? left : line;
}

static uint64_t micro_moment(const struct xenon_core *core, const struct core_insn *in, uint64_t m)
{
    uint64_t busy =
        in->flags & CORE_MICRO ? in->busy : MOMENT(core->timing.micro_entry + core->timing.micro_short, microcode);
    return (m & ~CAUSE_MASK) + busy;
}

/* Lines that are not there. */

struct core_waiter *access_waiter(struct xenon_core *core)
{
    if (core->waiters >= core->timing.miss_waiters)
        return NULL;
    struct core_waiter *w = core->waiter;
    while (w->used != WAITER_FREE)
        w++;
    return w;
}

/* Can a load of the line wait for it? NULL where not, now. */
struct core_miss *access_miss(struct xenon_core *core, uint64_t line)
{
    struct core_miss *miss = core_miss_find(core, line);
    if (miss != NULL || core->misses >= core->timing.miss_entries)
        return miss;
    miss = core->miss;
    while (miss->used)
        miss++;
    return miss;
}

void access_ask(struct xenon_core *core, uint64_t clock, unsigned thread, struct core_miss *miss, uint64_t ra,
                unsigned kind)
{
    if (miss->used)
        return;
    core_flush_line(core, clock, LINE_OF(ra));
    *miss = (struct core_miss){.used = true, .line = LINE_OF(ra), .first = (uint8_t)(ra >> 5 & 3)};
    core->misses++;
    core_post(core, clock, kind, thread, LINE_OF(ra))->tag = (uint8_t)(miss - core->miss);
    core_posted(core, clock);
}

/* Notes who waits for which bytes, and what older stores of this core have made of them. */
static struct core_waiter *wait_in(struct xenon_core *core, struct core_waiter *w, struct core_thread *th,
                                   const struct core_miss *miss, unsigned used, uint64_t ra, unsigned bytes)
{
    unsigned offset = (unsigned)(ra & (SIM_LINE - 1));
    *w = (struct core_waiter){.used = (uint8_t)used,
                              .miss = (uint8_t)(miss - core->miss),
                              .thread = th->index,
                              .offset = (uint8_t)offset,
                              .bytes = (uint8_t)bytes};
    for (unsigned i = 0; i < bytes; i++)
        if (miss->mask[(offset + i) / 64] >> (offset + i) % 64 & 1) {
            w->mask[i / 64] |= UINT64_C(1) << i % 64;
            w->stored[i] = miss->stored[offset + i];
        }
    core->waiters++;
    th->loads_under_way++;
    return w;
}

/* Blocking accesses. */

void core_resume(struct core_thread *th, uint64_t moment)
{
    th->state = XENON_THREAD_RUNS;
    th->now = th->lookup ? moment : moment - th->in->step;
    th->bound = moment;
}

static void access_finished(struct core_thread *th, uint64_t clock)
{
    struct core_access *a = &th->access;
    uint64_t ready = later(MOMENT(clock, microcode), a->floor);
    struct xenon_context *t = &th->context;
    switch (a->in.op) {
    case XENON_OP_LMW:
        xenon_block_put_multiple(t, &a->in, a->bytes, a->buffer);
        break;
    case XENON_OP_LSWI:
    case XENON_OP_LSWX:
        xenon_block_put_string(t, &a->in, a->bytes, a->buffer);
        break;
    default:
        core_put_loaded(th, &a->in, 0, a->buffer);
        th->ready[a->resource] = ready;
        return;
    }
    for (unsigned i = 0; i < (a->bytes + 3U) / 4; i++)
        th->ready[(a->in.d + i) & 31] = ready;
}

/* Reads what is there; asks for the first line that is not. True when all has been read. */
static bool access_goes_on(struct xenon_core *core, struct core_thread *th, uint64_t clock)
{
    struct core_access *a = &th->access;
    struct place p = {.ea = a->ea, .ra = {a->ra[0], a->ra[1]}, .bytes = a->bytes, .split = a->split};
    while (a->done < a->bytes) {
        uint64_t ra = place_ra(&p, a->done);
        unsigned run = place_run(&p, a->done);
        const uint8_t *line = core_data_find(core, ra, true);
        if (line != NULL) {
            memcpy(&a->buffer[a->done], &line[ra & (SIM_LINE - 1)], run);
            a->done = (uint8_t)(a->done + run);
            continue;
        }
        struct core_miss *miss = access_miss(core, LINE_OF(ra));
        struct core_waiter *w = access_waiter(core);
        a->waits = true;
        if (miss == NULL || w == NULL || core_store_queued(core, LINE_OF(ra)))
            return false;
        a->waits = false;
        access_ask(core, clock, th->index, miss, ra, SIM_READ);
        wait_in(core, w, th, miss, WAITER_ACCESS, ra, run);
        return false;
    }
    return true;
}

void core_access_filled(struct xenon_core *core, struct core_thread *th, uint64_t clock, const uint8_t *bytes,
                        unsigned size)
{
    struct core_access *a = &th->access;
    if (th->state != XENON_THREAD_ACCESSES || a->done + size > a->bytes)
        return; /* nobody waits for it */
    memcpy(&a->buffer[a->done], bytes, size);
    a->done = (uint8_t)(a->done + size);
    core_access_retry(core, th, clock, true);
}

/* At an event: an access that could not ask for its line tries again. */
void core_access_retry(struct xenon_core *core, struct core_thread *th, uint64_t clock, bool came)
{
    struct core_access *a = &th->access;
    if ((!came && !a->waits) || !access_goes_on(core, th, clock))
        return;
    access_finished(th, clock);
    core_resume(th, later(MOMENT(clock, l2), a->floor));
}

/* Could it read its first line, or wait for it? */
static bool access_can_begin(struct xenon_core *core, uint64_t ra)
{
    return core_data_find(core, ra, false) != NULL ||
           (!core_store_queued(core, LINE_OF(ra)) && access_miss(core, LINE_OF(ra)) != NULL &&
            access_waiter(core) != NULL);
}

static enum core_result access_begin(struct xenon_core *core, struct core_thread *th, struct core_insn *in, uint64_t m,
                                     const struct place *p, uint64_t floor)
{
    struct core_access *a = &th->access;
    *a = (struct core_access){.in = in->in,
                              .ea = p->ea,
                              .ra = {p->ra[0], p->ra[1]},
                              .bytes = (uint8_t)p->bytes,
                              .split = (uint8_t)p->split,
                              .floor = floor,
                              .resource = in->writes[0]};
    if (access_goes_on(core, th, CLOCK_OF(m))) {
        access_finished(th, CLOCK_OF(m));
        th->resume = floor;
        return CORE_DONE;
    }
    th->state = XENON_THREAD_ACCESSES;
    if (core->tracing)
        core_show_thread(core, th, CLOCK_OF(m));
    return CORE_ENTERED;
}

/* Devices. */

static enum core_result load_device(struct xenon_core *core, struct core_thread *th, struct core_insn *in, uint64_t m,
                                    const struct place *p, bool vector)
{
    struct core_waiter *w = access_waiter(core);
    if (vector || (p->ea & (p->bytes - 1)) != 0) {
        xenon_raise_alignment(&th->context, &in->in, p->ea);
        return access_fault(core, th, in, m);
    }
    if (w == NULL || core->out_count >= OUTBOX_BUSY)
        return access_wait(th, XENON_CAUSE_OF_dram);
    if (core->watched)
        core_issuing(core, th, in, m);
    access_used(core, th, p);
    *w = (struct core_waiter){.used = WAITER_LOAD,
                              .miss = WAITS_FOR_DEVICE,
                              .thread = th->index,
                              .bytes = (uint8_t)p->bytes,
                              .in = in->in,
                              .resource = in->writes[0],
                              .floor = in->flags & CORE_MICRO ? CLOCK_OF(micro_moment(core, in, m)) : 0};
    core->waiters++;
    th->loads_under_way++;
    struct sim_msg_core_request *message = core_post(core, CLOCK_OF(m), SIM_LOAD_IO, th->index, p->ra[0]);
    message->size = (uint8_t)p->bytes;
    message->tag = (uint8_t)(w - core->waiter);
    core_posted(core, CLOCK_OF(m));
    th->ready[in->writes[0]] = PENDING | XENON_CAUSE_OF_dram;
    return CORE_DONE;
}

static enum core_result store_device(struct xenon_core *core, struct core_thread *th, struct core_insn *in, uint64_t m,
                                     const struct place *p, const uint8_t *bytes, unsigned size, bool vector)
{
    uint8_t block[SIM_BLOCK] = {0};
    unsigned at = (unsigned)(p->ra[0] & (SIM_BLOCK - 1));
    if (vector || (p->ea & (size - 1)) != 0) {
        xenon_raise_alignment(&th->context, &in->in, p->ea);
        return access_fault(core, th, in, m);
    }
    if (core->out_count >= OUTBOX_BUSY)
        return access_wait(th, XENON_CAUSE_OF_store_queue);
    if (core->watched)
        core_issuing(core, th, in, m);
    access_used(core, th, p);
    struct sim_msg_core_request *message = core_post(core, CLOCK_OF(m), SIM_STORE_IO, th->index, p->ra[0]);
    message->size = (uint8_t)size;
    message->mask = ((UINT64_C(1) << size) - 1) << at;
    memcpy(&block[at], bytes, size);
    sim_bytes_to_words(&message->data0, block, SIM_BLOCK / 8);
    core_posted(core, CLOCK_OF(m));
    return CORE_DONE;
}

/* What came for a reservation or from a device. */
void core_value_came(struct xenon_core *core, struct core_thread *th, uint64_t clock,
                     const struct sim_msg_core_reply *m)
{
    bool reserved = m->kind == SIM_RESERVED;
    struct core_waiter *w = &core->waiter[m->tag % WAITERS_MAX];
    uint8_t line[SIM_LINE];
    if (w->used != WAITER_LOAD || w->miss != (reserved ? WAITS_FOR_RESERVE : WAITS_FOR_DEVICE))
        return; /* nobody waits for it */
    sim_words_to_bytes(line, &m->data0, SIM_LINE / 8);
    const uint8_t *bytes = reserved ? &line[w->offset] : &line[8 - w->bytes];
    uint64_t due = later(clock + core->timing.fill_to_use, w->floor);
    if (reserved) {
        th->context.gpr[w->in.d] = core_get(bytes, w->bytes);
        th->conditional_under_way = false;
    } else {
        core_put_loaded(th, &w->in, 0, bytes);
    }
    w->used = WAITER_FREE;
    core->waiters--;
    th->loads_under_way--;
    th->ready[w->resource] = due << CAUSE_BITS | (m->status == SIM_FROM_L2 ? XENON_CAUSE_OF_l2 : XENON_CAUSE_OF_dram);
    if (core->watch != NULL && core->watch->filled != NULL)
        core->watch->filled(core->watch->context, core, th->index, (uint8_t)w->resource, due);
}

/* Loads. */

static bool is_right_load(unsigned op)
{
    return op == XENON_OP_LVRX || op == XENON_OP_LVRXL || op == XENON_OP_LVRX128 || op == XENON_OP_LVRXL128;
}

enum core_result core_load_slow(struct xenon_core *core, struct core_thread *th, struct core_insn *in, uint64_t m)
{
    struct xenon_context *t = &th->context;
    const struct move *move = &move_of[in->in.op];
    bool vector = move->kind == MOVE_VLOAD;
    uint64_t clock = CLOCK_OF(m), sum = xenon_ea_sum(t, &in->in), ea = sum & xenon_address_mask(t);
    uint64_t exact = ea;
    struct place p;

    if (!xenon_may_execute(t, xenon_op_info[in->in.op].flags)) {
        xenon_refuse(t, xenon_op_info[in->in.op].flags);
        return access_fault(core, th, in, m);
    }
    if (vector && (exact & 15) == 0 && is_right_load(in->in.op)) { /* lvrx of an aligned address reads nothing */
        static const uint8_t zeros[16];
        if (core->watched)
            core_issuing(core, th, in, m);
        core_put_loaded(th, &in->in, 0, zeros);
        th->ready[in->writes[0]] = (m & ~CAUSE_MASK) + in->latency;
        return CORE_DONE;
    }
    if (vector)
        ea &= ~UINT64_C(15);
    enum core_result found = access_place(core, th, in, m, ea, move->bytes, false, &p);
    if (found != CORE_DONE)
        return found;
    if (p.flags & SIM_PAGE_UNCACHED) {
        enum core_result result = load_device(core, th, in, m, &p, vector);
        if (result == CORE_DONE && move->update) {
            t->gpr[in->in.a] = sum;
            th->ready[in->writes[1]] = (m & ~CAUSE_MASK) + in->latency_1;
        }
        return result;
    }
    bool micro = in->flags & CORE_MICRO || (p.crosses_block && !vector);
    uint64_t floor = micro ? micro_moment(core, in, m) : 0;
    if (p.crosses_line) {
        if (!access_can_begin(core, p.ra[0]))
            return access_wait(th, XENON_CAUSE_OF_l1);
        if (core->watched)
            core_issuing(core, th, in, m);
        access_used(core, th, &p);
        if (move->update) {
            t->gpr[in->in.a] = sum;
            th->ready[in->writes[1]] = (m & ~CAUSE_MASK) + in->latency_1;
        }
        return access_begin(core, th, in, m, &p, floor);
    }
    struct core_miss *miss = NULL;
    struct core_waiter *w = NULL;
    bool hit = core_data_find(core, p.ra[0], false) != NULL;
    if (!hit) {
        if (core_store_queued(core, LINE_OF(p.ra[0])))
            return access_wait(th, XENON_CAUSE_OF_load_hit_store);
        miss = access_miss(core, LINE_OF(p.ra[0]));
        w = access_waiter(core);
        if (miss == NULL || w == NULL)
            return access_wait(th, XENON_CAUSE_OF_l1);
    }
    if (core->watched)
        core_issuing(core, th, in, m);
    access_used(core, th, &p);
    if (hit) {
        const uint8_t *line = core_data_find(core, p.ra[0], true);
        uint64_t due = later((m & ~CAUSE_MASK) + in->latency, floor);
        core_put_loaded(th, &in->in, exact & 15, &line[p.ra[0] & (SIM_LINE - 1)]);
        th->ready[in->writes[0]] = later(due, core_behind_store(core, p.ra[0], p.bytes));
    } else {
        access_ask(core, clock, th->index, miss, p.ra[0], SIM_READ);
        wait_in(core, w, th, miss, WAITER_LOAD, p.ra[0], p.bytes);
        w->in = in->in;
        w->in_offset = exact & 15;
        w->resource = in->writes[0];
        w->floor = CLOCK_OF(floor);
        th->ready[in->writes[0]] = PENDING | XENON_CAUSE_OF_l2;
    }
    if (move->update) {
        t->gpr[in->in.a] = sum;
        th->ready[in->writes[1]] = (m & ~CAUSE_MASK) + in->latency_1;
    }
    th->resume = floor;
    return CORE_DONE;
}

/* Stores. */

unsigned access_blocks(const struct place *p)
{
    unsigned blocks = 0;
    for (unsigned i = 0; i < (p->split < p->bytes ? 2U : 1U); i++) {
        uint64_t ra = p->ra[i], size = i == 0 ? p->split : p->bytes - p->split;
        blocks += (unsigned)(((ra + size - 1) / SIM_BLOCK) - ra / SIM_BLOCK + 1);
    }
    return blocks;
}

/* Writes the bytes of a store that issues. */
void access_store(struct xenon_core *core, uint64_t clock, const struct place *p, const uint8_t *bytes)
{
    for (unsigned at = 0; at < p->bytes;) {
        unsigned run = at < p->split ? p->split - at : p->bytes - at;
        uint64_t ra = place_ra(p, at);
        core_data_stored(core, ra, bytes + at, run);
        core_note_store(core, ra, run, clock << CAUSE_BITS);
        core_store(core, clock, ra, bytes + at, run);
        at += run;
    }
}

enum core_result core_store_slow(struct xenon_core *core, struct core_thread *th, struct core_insn *in, uint64_t m)
{
    struct xenon_context *t = &th->context;
    const struct move *move = &move_of[in->in.op];
    bool vector = move->kind == MOVE_VSTORE;
    uint64_t sum = xenon_ea_sum(t, &in->in), ea = sum & xenon_address_mask(t);
    uint8_t bytes[16];
    unsigned first;
    struct place p;

    if (!xenon_may_execute(t, xenon_op_info[in->in.op].flags)) {
        xenon_refuse(t, xenon_op_info[in->in.op].flags);
        return access_fault(core, th, in, m);
    }
    unsigned size = stored_bytes(th, &in->in, ea, bytes, &first);
    if (size == 0) { /* stvrx of an aligned address */
        if (core->watched)
            core_issuing(core, th, in, m);
        return CORE_DONE;
    }
    if (vector)
        ea = (ea & ~UINT64_C(15)) + first;
    enum core_result found = access_place(core, th, in, m, ea, size, true, &p);
    if (found != CORE_DONE)
        return found;
    bool micro = p.crosses_block && !vector;
    if (p.flags & SIM_PAGE_UNCACHED) {
        enum core_result result = store_device(core, th, in, m, &p, bytes, size, vector);
        if (result != CORE_DONE)
            return result;
    } else {
        if (!core_store_room(core, access_blocks(&p)))
            return access_wait(th, XENON_CAUSE_OF_store_queue);
        if (core->watched)
            core_issuing(core, th, in, m);
        access_used(core, th, &p);
        access_store(core, CLOCK_OF(m), &p, bytes);
    }
    if (move->update) {
        t->gpr[in->in.a] = sum;
        th->ready[in->writes[1]] = (m & ~CAUSE_MASK) + in->latency_1;
    }
    if (vector)
        th->vector_stored = MOMENT(CLOCK_OF(m) + core->timing.store_fp_after_vector, vmx);
    th->resume = micro ? micro_moment(core, in, m) : 0;
    return CORE_DONE;
}

/* lmw, stmw, strings. */

enum core_result access_block(struct xenon_core *core, struct core_thread *th, struct core_insn *in, uint64_t m,
                              struct xenon_block b, bool store)
{
    struct xenon_context *t = &th->context;
    uint64_t ea = b.ea & xenon_address_mask(t);
    unsigned words = b.bytes == 0 ? 1 : (b.bytes + 3) / 4;
    uint64_t busy = MOMENT(core->timing.micro_entry + core->timing.micro_step * words, microcode);
    uint64_t floor = (m & ~CAUSE_MASK) + busy;
    uint8_t buffer[XENON_BLOCK_MAX];
    struct place p = {0};
    if (b.bytes != 0) {
        enum core_result found = access_place(core, th, in, m, ea, b.bytes, store, &p);
        if (found != CORE_DONE)
            return found;
        if (p.flags & SIM_PAGE_UNCACHED) {
            xenon_raise_alignment(t, &in->in, ea);
            return access_fault(core, th, in, m);
        }
        if (store && !core_store_room(core, access_blocks(&p)))
            return access_wait(th, XENON_CAUSE_OF_store_queue);
        if (!store && !access_can_begin(core, p.ra[0]))
            return access_wait(th, XENON_CAUSE_OF_l1);
    }
    if (core->watched)
        core_issuing(core, th, in, m);
    th->resume = floor;
    if (b.bytes == 0)
        return CORE_DONE;
    access_used(core, th, &p);
    if (!store)
        return access_begin(core, th, in, m, &p, floor);
    if (in->in.op == XENON_OP_STMW)
        xenon_block_get_multiple(t, &in->in, b.bytes, buffer);
    else
        xenon_block_get_string(t, &in->in, b.bytes, buffer);
    access_store(core, CLOCK_OF(m), &p, buffer);
    return CORE_DONE;
}
