/* The reference's L1D, its misses, stores on their way out, and the outbox. */
#include "tests/conformance/core_reference/reference_parts.h"

uint64_t cr_line_of(uint64_t address)
{
    return address & ~(uint64_t)(SIM_LINE - 1);
}

/* L1D */

static struct cache_way *set_of(struct core_reference *r, uint64_t line)
{
    return r->l1d[line / SIM_LINE % L1D_SETS];
}

struct cache_way *cr_l1d_find(struct core_reference *r, uint64_t line)
{
    struct cache_way *set = set_of(r, line);
    for (unsigned w = 0; w < L1D_WAYS; w++)
        if (set[w].valid && set[w].line == line)
            return &set[w];
    return NULL;
}

/* The bits on the way's path point to where it is not. */
void cr_l1d_touch(struct core_reference *r, const struct cache_way *way)
{
    uint8_t *tree = &r->l1d_tree[way->line / SIM_LINE % L1D_SETS];
    unsigned w = (unsigned)(way - set_of(r, way->line));
    unsigned lower = w < 2 ? 2U : 4U; /* the bit of its half */
    *tree = (uint8_t)(w < 2 ? *tree | 1U : *tree & ~1U);
    *tree = (uint8_t)(w % 2 == 0 ? *tree | lower : *tree & ~lower);
}

void cr_l1d_drop(struct core_reference *r, uint64_t line)
{
    struct cache_way *way = cr_l1d_find(r, line);
    if (way != NULL)
        way->valid = false;
}

void cr_l1d_enter(struct core_reference *r, uint64_t line, const uint8_t *bytes)
{
    struct cache_way *set = set_of(r, line);
    uint8_t tree = r->l1d_tree[line / SIM_LINE % L1D_SETS];
    unsigned w = 0;
    while (w < L1D_WAYS && set[w].valid)
        w++;
    if (w == L1D_WAYS)
        w = tree & 1 ? 2 + (tree >> 2 & 1) : tree >> 1 & 1;
    set[w].valid = true;
    set[w].line = line;
    memcpy(set[w].bytes, bytes, SIM_LINE);
    cr_l1d_touch(r, &set[w]);
}

/* Misses */

struct miss *cr_miss_find(struct core_reference *r, uint64_t line)
{
    for (unsigned i = 0; i < MISSES_MAX; i++)
        if (r->miss[i].used && r->miss[i].line == line)
            return &r->miss[i];
    return NULL;
}

static void overlay_put(struct miss *m, uint64_t address, uint64_t mask, const uint8_t *block)
{
    for (unsigned k = 0; k < SIM_BLOCK; k++)
        if (cr_line_of(address) == m->line && mask >> k & 1) {
            m->overlay.written[address - m->line + k] = true;
            m->overlay.bytes[address - m->line + k] = block[k];
        }
}

/* Stores that are older than the asking, but have not been sent: they belong on the line. */
static void overlay_begin(const struct core_reference *r, struct miss *m)
{
    memset(&m->overlay, 0, sizeof m->overlay);
    for (unsigned i = 0; i < r->timing.gather_buffers; i++)
        if (r->buffer[i].used)
            overlay_put(m, r->buffer[i].address, r->buffer[i].mask, r->buffer[i].bytes);
    for (unsigned i = 0; i < r->queued; i++)
        overlay_put(m, r->queue[i].address, r->queue[i].mask, r->queue[i].bytes);
}

struct miss *cr_miss_begin(struct core_reference *r, unsigned thread, uint64_t address)
{
    for (unsigned i = 0; i < r->timing.miss_entries; i++) {
        struct miss *m = &r->miss[i];
        if (m->used)
            continue;
        m->used = true;
        m->line = cr_line_of(address);
        m->first_block = address % SIM_LINE / 32;
        overlay_begin(r, m);
        cr_post(r, (struct sim_msg_core_request){
                       .kind = SIM_READ, .thread = (uint8_t)thread, .tag = (uint8_t)i, .size = 32, .address = m->line});
        return m;
    }
    return NULL;
}

/* Stores */

bool cr_queue_has_line(const struct core_reference *r, uint64_t line)
{
    for (unsigned i = 0; i < r->queued; i++)
        if (cr_line_of(r->queue[i].address) == line)
            return true;
    return false;
}

/* Of any line that is not under way, or of one. */
static struct gather_buffer *oldest(struct core_reference *r, bool any, uint64_t line)
{
    struct gather_buffer *found = NULL;
    for (unsigned i = 0; i < r->timing.gather_buffers; i++) {
        struct gather_buffer *b = &r->buffer[i];
        uint64_t own = cr_line_of(b->address);
        if (b->used && (any ? cr_miss_find(r, own) == NULL : own == line) && (found == NULL || b->order < found->order))
            found = b;
    }
    return found;
}

/* False: there is neither a buffer of its 64 bytes nor a free one. */
static bool gather(struct core_reference *r, const struct queued_store *s)
{
    struct gather_buffer *to = NULL;
    for (unsigned i = 0; i < r->timing.gather_buffers; i++)
        if (r->buffer[i].used && r->buffer[i].address == s->address)
            to = &r->buffer[i];
    for (unsigned i = 0; i < r->timing.gather_buffers && to == NULL; i++)
        if (!r->buffer[i].used) {
            to = &r->buffer[i];
            *to = (struct gather_buffer){
                .used = true, .address = s->address, .begun = r->now, .order = ++r->buffer_order};
        }
    if (to == NULL)
        return false;
    to->mask |= s->mask;
    for (unsigned k = 0; k < SIM_BLOCK; k++)
        if (s->mask >> k & 1)
            to->bytes[k] = s->bytes[k];
    return true;
}

/* A store issues: bytes of the aligned 64 at `address`. */
void cr_store_enter(struct core_reference *r, uint64_t address, uint64_t mask, const uint8_t *block)
{
    struct queued_store s = {.address = address, .mask = mask};
    uint64_t line = cr_line_of(address);
    memcpy(s.bytes, block, SIM_BLOCK);
    struct cache_way *way = cr_l1d_find(r, line);
    struct miss *m = cr_miss_find(r, line);
    for (unsigned k = 0; k < SIM_BLOCK && way != NULL; k++)
        if (mask >> k & 1)
            way->bytes[address - line + k] = block[k];
    if (m != NULL)
        overlay_put(m, address, mask, block);
    if (way != NULL)
        cr_l1d_touch(r, way);
    if (r->queued > 0 || !gather(r, &s))
        r->queue[r->queued++] = s;
}

static void buffer_leaves(struct core_reference *r, struct gather_buffer *b)
{
    struct sim_msg_core_request message = {
        .kind = SIM_STORE, .size = SIM_BLOCK, .address = b->address, .mask = b->mask};
    sim_bytes_to_words(&message.data0, b->bytes, SIM_BLOCK / 8);
    b->used = false;
    cr_post(r, message);
}

/* Step 3. */
void cr_store_step(struct core_reference *r)
{
    if (r->queued > 0 && gather(r, &r->queue[0])) {
        r->queued--;
        memmove(&r->queue[0], &r->queue[1], r->queued * sizeof r->queue[0]);
    }
    struct gather_buffer *b = oldest(r, true, 0);
    if (b == NULL || r->outbox_count > 0 || !cr_could_send(r) || r->now - r->last_drain < r->timing.gather_interval)
        return;
    bool barrier = false;
    for (unsigned n = 0; n < 2; n++)
        barrier |= r->thread[n].barrier;
    if (b->mask == UINT64_MAX || r->now - b->begun >= r->timing.gather_hold || r->queued > 0 || barrier) {
        r->last_drain = r->now;
        buffer_leaves(r, b);
    }
}

void cr_send_buffers_of(struct core_reference *r, uint64_t line)
{
    for (struct gather_buffer *b; (b = oldest(r, false, line)) != NULL;)
        buffer_leaves(r, b);
}

bool cr_stores_are_out(const struct core_reference *r)
{
    for (unsigned i = 0; i < r->timing.gather_buffers; i++)
        if (r->buffer[i].used)
            return false;
    return r->queued == 0;
}

/* The outbox */

bool cr_could_send(struct core_reference *r)
{
    while (r->credit_count > 0 && r->credit_back[r->credit_head] <= r->now) {
        r->credit_head = (r->credit_head + 1) % 1024;
        r->credit_count--;
        r->credits++;
    }
    return r->credits > 0 && r->now - r->last_sent >= r->timing.request_interval;
}

static void send(struct core_reference *r, const struct sim_msg_core_request *message)
{
    struct core_memory_reply reply[CORE_MEMORY_REPLIES_MAX];
    int replies = core_memory_take(&r->memory, &r->config.latencies, message, (uint64_t)r->now, reply);
    if (r->config.watch.requested != NULL)
        r->config.watch.requested(r->config.watch.context, (uint64_t)r->now, message);
    if (replies < 0)
        r->failure = "memory does not know a request";
    for (int i = 0; i < replies; i++)
        r->reply[(r->reply_head + r->reply_count++) % REPLIES_MAX] = reply[i];
    r->last_sent = r->now;
    r->credits--;
    r->credit_back[(r->credit_head + r->credit_count++) % 1024] = r->now + r->config.latencies.credit_return;
}

void cr_post(struct core_reference *r, struct sim_msg_core_request message)
{
    if (r->outbox_count == 0 && cr_could_send(r)) {
        send(r, &message);
        return;
    }
    if (r->outbox_count == OUTBOX_MAX) {
        r->failure = "the outbox is longer than the reference has room for";
        return;
    }
    r->outbox[(r->outbox_head + r->outbox_count++) % OUTBOX_MAX] = message;
}

/* Step 2. */
void cr_send_step(struct core_reference *r)
{
    if (r->outbox_count == 0 || !cr_could_send(r))
        return;
    struct sim_msg_core_request message = r->outbox[r->outbox_head];
    r->outbox_head = (r->outbox_head + 1) % OUTBOX_MAX;
    r->outbox_count--;
    send(r, &message);
}

/* ERATs */

void cr_erat_use(struct core_reference *r, unsigned which, uint64_t ea)
{
    struct cache_way *set = r->erat[which][(ea >> 12) % ERAT_SETS];
    for (unsigned w = 0; w < ERAT_WAYS; w++)
        if (set[w].valid && set[w].line == ea >> 12)
            set[w].used = ++r->uses;
}

bool cr_erat_look(struct core_reference *r, unsigned which, uint64_t ea)
{
    uint64_t page = ea >> 12;
    struct cache_way *set = r->erat[which][page % ERAT_SETS], *victim = NULL;
    for (unsigned w = 0; w < ERAT_WAYS; w++)
        if (set[w].valid && set[w].line == page)
            return true;
    for (unsigned w = 0; w < ERAT_WAYS; w++)
        if (victim == NULL || (victim->valid && (!set[w].valid || set[w].used < victim->used)))
            victim = &set[w];
    victim->valid = true;
    victim->line = page;
    victim->used = ++r->uses;
    return false;
}
