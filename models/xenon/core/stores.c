/* From a store's issue to the L2: store queue and gather buffers. */
#include "models/xenon/core/core_parts.h"

#define BLOCK_OF(ra) ((ra) & ~(uint64_t)(SIM_BLOCK - 1))
#define LINE_OF(ra)  ((ra) & ~(uint64_t)(SIM_LINE - 1))

bool core_store_room(const struct xenon_core *core, unsigned pieces)
{
    return core->stores + pieces <= core->timing.store_queue;
}

bool core_store_queued(const struct xenon_core *core, uint64_t line)
{
    for (uint32_t i = 0; i < core->stores; i++)
        if (LINE_OF(core->store[(core->store_first + i) % STORES_MAX].block) == line)
            return true;
    return false;
}

/* Buffers are taken from the first on, so none from timing.gather_buffers on is ever used. */
enum { NONE = GATHERS_MAX };

/* The buffer of a block; NONE where there is none. */
static unsigned gather_of(const struct xenon_core *core, uint64_t block)
{
    for (unsigned i = 0; i < GATHERS_MAX; i++)
        if (core->gather_tag[i] == (block | 1))
            return i;
    return NONE;
}

static unsigned gather_begin(struct xenon_core *core, uint64_t block, uint64_t clock)
{
    unsigned i = 0;
    if (core->gathers >= core->timing.gather_buffers)
        return NONE;
    while (core->gather_tag[i] != 0)
        i++;
    core->gathers++;
    if (core->misses != 0 && core_miss_find(core, LINE_OF(block)) != NULL)
        core->held_gathers |= 1u << i;
    else if (core->oldest_gather == NONE)
        core->oldest_gather = i;
    core->gather_tag[i] = block | 1;
    core->gather[i] =
        (struct core_gather){.used = true, .begun = clock, .order = core->gather_order++, .store = {.block = block}};
    return i;
}

bool core_gather_has(const struct xenon_core *core, uint64_t ra)
{
    return gather_of(core, BLOCK_OF(ra)) != NONE;
}

/* Not the buffer of the last store: another one, or a new one. There is room. */
struct core_store *core_gather_other(struct xenon_core *core, uint64_t ra, uint64_t clock)
{
    unsigned i = gather_of(core, BLOCK_OF(ra));
    if (i == NONE) {
        i = gather_begin(core, BLOCK_OF(ra), clock);
        if (core->gathers == 1)
            core_event_at(core, core_stores_event(core, clock + 1));
    }
    core->last_gather = i;
    return &core->gather[i].store;
}

static void merge(struct core_store *to, const struct core_store *from)
{
    to->mask |= from->mask;
    for (uint64_t left = from->mask; left != 0; left &= left - 1) {
        unsigned i = (unsigned)__builtin_ctzll(left);
        to->bytes[i] = from->bytes[i];
    }
}

static bool gather(struct xenon_core *core, const struct core_store *store, uint64_t clock)
{
    unsigned i = gather_of(core, store->block);
    if (i == NONE)
        i = gather_begin(core, store->block, clock);
    if (i == NONE)
        return false;
    merge(&core->gather[i].store, store);
    core->last_gather = i;
    return true;
}

/* Bytes inside one block, at the clock of the store's issue. */
static void store_piece(struct xenon_core *core, uint64_t clock, uint64_t ra, const uint8_t *bytes, unsigned size)
{
    struct core_store store = {.block = BLOCK_OF(ra)};
    unsigned at = ra & (SIM_BLOCK - 1);
    memcpy(&store.bytes[at], bytes, size);
    store.mask = (size == SIM_BLOCK ? UINT64_MAX : (UINT64_C(1) << size) - 1) << at;
    if (core->stores == 0 && gather(core, &store, clock))
        return;
    core->store[(core->store_first + core->stores++) % STORES_MAX] = store;
}

void core_store(struct xenon_core *core, uint64_t clock, uint64_t ra, const uint8_t *bytes, unsigned size)
{
    while (size > 0) {
        unsigned room = SIM_BLOCK - (unsigned)(ra & (SIM_BLOCK - 1)), part = size < room ? size : room;
        store_piece(core, clock, ra, bytes, part);
        ra += part;
        bytes += part;
        size -= part;
    }
    core_event_at(core, core_stores_event(core, clock + 1));
}

static void fill_in(struct sim_msg_core_request *m, const struct core_store *store)
{
    m->mask = store->mask;
    sim_bytes_to_words(&m->data0, store->bytes, SIM_BLOCK / 8);
}

/* The oldest buffer of a line, or of all that may go where line is ANY; NONE where there is none. */
#define ANY UINT64_MAX
static unsigned oldest(const struct xenon_core *core, uint64_t line)
{
    unsigned first = NONE;
    for (unsigned i = 0; i < core->timing.gather_buffers; i++) {
        const struct core_gather *g = &core->gather[i];
        if (g->used && (line == ANY ? !(core->held_gathers >> i & 1) : LINE_OF(g->store.block) == line) &&
            (first == NONE || g->order < core->gather[first].order))
            first = i;
    }
    return first;
}

static void gather_ends(struct xenon_core *core, unsigned i)
{
    core->gather[i].used = false;
    core->gather_tag[i] = 0;
    core->held_gathers &= ~(1u << i);
    core->gathers--;
    if (i == core->oldest_gather)
        core->oldest_gather = core->gathers != 0 ? oldest(core, ANY) : NONE;
}

void core_gathers_loaded(struct xenon_core *core)
{
    core->held_gathers = 0;
    for (unsigned i = 0; i < GATHERS_MAX; i++) {
        const struct core_gather *g = &core->gather[i];
        core->gather_tag[i] = g->used ? g->store.block | 1 : 0;
        if (g->used && core_miss_find(core, LINE_OF(g->store.block)) != NULL)
            core->held_gathers |= 1u << i;
    }
    core->oldest_gather = oldest(core, ANY);
}

void core_flush_line(struct xenon_core *core, uint64_t clock, uint64_t line)
{
    unsigned i;
    while (core->gathers != 0 && (i = oldest(core, line)) != NONE) {
        fill_in(core_post(core, clock, SIM_STORE, 0, core->gather[i].store.block), &core->gather[i].store);
        gather_ends(core, i);
        core_posted(core, clock);
    }
}

static bool barrier_waits(const struct xenon_core *core)
{
    return core->thread[0].state == XENON_THREAD_WAITS || core->thread[1].state == XENON_THREAD_WAITS;
}

/* The clock from which on the oldest buffer may go, whatever else is in its way. */
static uint64_t drains_from(const struct xenon_core *core, const struct core_gather *g)
{
    if (g->store.mask == UINT64_MAX || core->stores != 0 || barrier_waits(core) || core->unmap.owed != 0)
        return 0;
    return g->begun + core->timing.gather_hold;
}

static bool head_moves(const struct xenon_core *core)
{
    return core->stores != 0 && (core->gathers < core->timing.gather_buffers ||
                                 gather_of(core, core->store[core->store_first].block) != NONE);
}

void core_stores_move(struct xenon_core *core, uint64_t clock)
{
    if (core->stores != 0 && gather(core, &core->store[core->store_first], clock)) {
        core->store_first = (core->store_first + 1) % STORES_MAX;
        core->stores--;
        if (core->unmap.stores != 0) { /* it may have begun a buffer */
            core->unmap.stores--;
            core->unmap.gather_order = core->gather_order;
        }
    }
    if (core->oldest_gather == NONE || core->out_count != 0 || clock < core->send_free)
        return;
    const struct core_gather *g = &core->gather[core->oldest_gather];
    if (drains_from(core, g) > clock ||
        (core->last_drain != 0 && clock < core->last_drain - 1 + core->timing.gather_interval))
        return;
    if (!sim_out_ready(&core->request, core_time(core, clock)))
        return;
    struct sim_msg_core_request *m = core_send(core, clock, SIM_STORE);
    *m = (struct sim_msg_core_request){.kind = SIM_STORE, .address = g->store.block};
    fill_in(m, &g->store);
    gather_ends(core, core->oldest_gather);
    core->last_drain = clock + 1;
}

/* The first clock from `from` on at which core_stores_move might do something. */
uint64_t core_stores_event(const struct xenon_core *core, uint64_t from)
{
    if (head_moves(core))
        return from;
    if (core->oldest_gather == NONE || core->out_count != 0)
        return CLOCK_NEVER; /* the outbox, or the line that comes, has an event of its own, after which this is asked
                               again */
    uint64_t clock = later(drains_from(core, &core->gather[core->oldest_gather]), core->send_free);
    if (core->last_drain != 0)
        clock = later(clock, core->last_drain - 1 + core->timing.gather_interval);
    if (core->request.link->waiting)
        clock = later(clock, core_clock_at(core, sim_out_credit_time(&core->request)));
    return later(clock, from);
}
