/* The reference's clock: five steps, always in the same order. */
#include "tests/conformance/core_reference/core_reference.h"

#include "tests/conformance/core_reference/reference_parts.h"

#include <stdlib.h>

struct core_reference *core_reference_new(void)
{
    struct core_reference *r = calloc(1, sizeof *r);
    if (r == NULL)
        return NULL;
    for (unsigned i = 0; i < sizeof r->last_store / sizeof *r->last_store; i++)
        r->last_store[i] = ALWAYS;
    return r;
}

void core_reference_free(struct core_reference *r)
{
    free(r);
}

static void reset_thread(struct reference_thread *t, unsigned n)
{
    memset(t, 0, sizeof *t);
    xenon_context_reset(&t->c, n);
    t->priority = 2;
    t->lr_for_branches = t->ctr_for_branches = t->fp_ready = t->last_vector_store = ALWAYS;
    for (unsigned i = 0; i < XENON_R_COUNT; i++)
        t->ready[i] = t->dot_ready[i] = ALWAYS;
    t->code_line = UINT64_MAX;
}

void core_reference_reset(struct core_reference *r, const struct core_reference_config *config)
{
    r->config = *config;
    r->timing = config->timing;
    r->now = 0;
    r->failure = NULL;
    for (unsigned n = 0; n < 2; n++) {
        reset_thread(&r->thread[n], n);
        r->halted[n] = !(config->running >> n & 1);
    }
    r->last_issued = 1;
    for (unsigned u = 0; u < XENON_UNITS; u++)
        r->unit_until[u] = ALWAYS;
    memset(r->counter, 1, (size_t)1 << config->timing.predictor_bits);
    for (unsigned s = 0; s < L1I_SETS; s++)
        for (unsigned w = 0; w < L1I_WAYS; w++)
            r->l1i[s][w].valid = false;
    for (unsigned s = 0; s < L1D_SETS; s++)
        for (unsigned w = 0; w < L1D_WAYS; w++)
            r->l1d[s][w].valid = false;
    for (unsigned s = 0; s < ERAT_SETS; s++)
        for (unsigned w = 0; w < ERAT_WAYS; w++)
            r->erat[0][s][w].valid = r->erat[1][s][w].valid = false;
    memset(r->l1d_tree, 0, sizeof r->l1d_tree);
    for (unsigned i = 0; i < MISSES_MAX; i++)
        r->miss[i].used = false;
    r->waiters = r->code_misses = 0;
    for (unsigned i = 0; i < sizeof r->buffer / sizeof *r->buffer; i++)
        r->buffer[i].used = false;
    r->last_drain = r->last_sent = ALWAYS;
    r->queued = 0;
    for (unsigned i = 0; i < r->last_stores_used; i++)
        r->last_store[r->last_store_used[i]] = ALWAYS;
    r->last_stores_used = 0;
    r->outbox_head = r->outbox_count = 0;
    r->credits = config->latencies.credits;
    r->credit_head = r->credit_count = 0;
    r->reply_head = r->reply_count = 0;
    core_memory_clear(&r->memory);
}

void core_reference_halt_at(struct core_reference *r, const uint64_t address[2])
{
    r->halt[0] = address[0];
    r->halt[1] = address[1];
}

struct xenon_context *core_reference_context(struct core_reference *r, unsigned thread)
{
    return &r->thread[thread].c;
}

struct core_memory *core_reference_memory(struct core_reference *r)
{
    return &r->memory;
}

uint64_t core_reference_now(const struct core_reference *r)
{
    return (uint64_t)r->now;
}

const char *core_reference_failure(const struct core_reference *r)
{
    return r->failure;
}

/* Code */

/* A line leaves L1I: a thread that is in it must look it up again. */
void cr_code_goes(struct core_reference *r, uint64_t line, unsigned except)
{
    for (unsigned w = 0; w < L1I_WAYS; w++)
        if (r->l1i[line / SIM_LINE % L1I_SETS][w].valid && r->l1i[line / SIM_LINE % L1I_SETS][w].line == line)
            r->l1i[line / SIM_LINE % L1I_SETS][w].valid = false;
    for (unsigned n = 0; n < 2; n++)
        if (n != except && r->thread[n].code == CODE_THERE && r->thread[n].code_line == line)
            r->thread[n].code = CODE_TO_LOOK_UP;
}

static void code_arrived(struct core_reference *r, const struct sim_msg_core_reply *reply)
{
    struct cache_way *set = r->l1i[reply->address / SIM_LINE % L1I_SETS], *victim = NULL;
    for (unsigned w = 0; w < L1I_WAYS; w++)
        if (victim == NULL || (victim->valid && (!set[w].valid || set[w].used < victim->used)))
            victim = &set[w];
    if (victim->valid)
        cr_code_goes(r, victim->line, 2);
    victim->valid = true;
    victim->line = reply->address;
    victim->used = ++r->uses;
    sim_words_to_bytes(victim->bytes, &reply->data0, SIM_LINE / 8);

    for (unsigned n = 0; n < 2; n++) {
        struct reference_thread *t = &r->thread[n];
        if (t->code == CODE_ASKED && t->code_line == reply->address) {
            t->code = CODE_TO_LOOK_UP;
            cr_hold(t, r->now + r->timing.fetch_predecode);
        }
    }
    unsigned kept = 0;
    for (unsigned i = 0; i < r->code_misses; i++)
        if (r->code_asked[i] != reply->address)
            r->code_asked[kept++] = r->code_asked[i];
    r->code_misses = kept;
}

/* Its next instruction might issue, as far as order and redirection go. */
static bool free_to_issue(const struct core_reference *r, const struct reference_thread *t)
{
    return t->not_before <= r->now && t->next <= r->now && !t->barrier && !t->blocking.active;
}

static void look_up(struct core_reference *r, unsigned n)
{
    struct reference_thread *t = &r->thread[n];
    if (t->code != CODE_TO_LOOK_UP || !free_to_issue(r, t))
        return;
    if (!cr_erat_look(r, 1, t->c.nia)) {
        cr_hold(t, r->now + r->timing.erat_miss);
        return;
    }
    cr_erat_use(r, 1, t->c.nia);
    t->code_line = cr_line_of(t->c.nia);
    for (unsigned w = 0; w < L1I_WAYS; w++) {
        struct cache_way *way = &r->l1i[t->code_line / SIM_LINE % L1I_SETS][w];
        if (way->valid && way->line == t->code_line) {
            way->used = ++r->uses;
            memcpy(t->code_bytes, way->bytes, SIM_LINE);
            t->code = CODE_THERE;
            return;
        }
    }
    t->code = CODE_ASKED;
    for (unsigned i = 0; i < r->code_misses; i++)
        if (r->code_asked[i] == t->code_line)
            return;
    r->code_asked[r->code_misses++] = t->code_line;
    cr_post(r, (struct sim_msg_core_request){
                   .kind = SIM_READ_CODE, .thread = (uint8_t)n, .tag = CODE_TAG, .size = 32, .address = t->code_line});
}

/* Messages */

static void take_reply(struct core_reference *r, const struct sim_msg_core_reply *reply)
{
    struct reference_thread *t = &r->thread[reply->thread & 1];
    switch (reply->kind) {
    case SIM_FILL:
        if (reply->tag == CODE_TAG)
            code_arrived(r, reply);
        else
            cr_line_arrived(r, reply);
        break;
    case SIM_RESERVED:
        cr_reserved(r, reply);
        break;
    case SIM_CONDITIONAL_DONE:
        cr_conditional_done(r, reply);
        break;
    case SIM_BARRIER_DONE:
        t->barrier = false;
        cr_hold(t, r->now);
        break;
    case SIM_SNOOP_LINE:
        cr_l1d_drop(r, reply->address);
        break;
    default:
        r->failure = "a reply that the reference does not know";
        break;
    }
}

void cr_barrier_step(struct core_reference *r, unsigned n)
{
    struct reference_thread *t = &r->thread[n];
    if (!t->barrier || t->barrier_posted || !cr_stores_are_out(r) || t->loads > 0)
        return;
    t->barrier_posted = true;
    cr_post(r, (struct sim_msg_core_request){.kind = t->barrier_kind, .thread = (uint8_t)n});
}

/* Which thread is preferred in this clock. */
static unsigned preferred(const struct core_reference *r)
{
    unsigned a = r->thread[0].priority, b = r->thread[1].priority;
    if (a == b)
        return 1 - r->last_issued;
    unsigned higher = a > b ? 0 : 1;
    return r->now % r->timing.smt_share == 0 ? 1 - higher : higher;
}

void core_reference_clock(struct core_reference *r)
{
    while (r->reply_count > 0 && (int64_t)r->reply[r->reply_head].due <= r->now) {
        struct sim_msg_core_reply reply = r->reply[r->reply_head].message;
        r->reply_head = (r->reply_head + 1) % REPLIES_MAX;
        r->reply_count--;
        take_reply(r, &reply);
    }
    cr_send_step(r);
    cr_store_step(r);
    for (unsigned n = 0; n < 2; n++)
        cr_barrier_step(r, n);

    for (unsigned n = 0; n < 2; n++)
        if (r->thread[n].blocking.active)
            cr_blocking_step(r, n);
    for (unsigned n = 0; n < 2; n++)
        if (r->config.running >> n & 1)
            look_up(r, n);
    unsigned turn = preferred(r);
    for (unsigned i = 0; i < 2; i++, turn = 1 - turn) {
        struct reference_thread *t = &r->thread[turn];
        if (!(r->config.running >> turn & 1) || t->code != CODE_THERE || !free_to_issue(r, t))
            continue;
        if (t->c.nia == r->halt[turn])
            r->halted[turn] = true;
        if (cr_issue(r, turn)) {
            r->last_issued = turn;
            break;
        }
    }
    r->now++;
}

static bool at_rest(const struct core_reference *r)
{
    return r->halted[0] && r->halted[1] && r->reply_count == 0 && r->outbox_count == 0 && cr_stores_are_out(r);
}

bool core_reference_run(struct core_reference *r, uint64_t limit)
{
    while (!at_rest(r)) {
        if ((uint64_t)r->now >= limit || r->failure != NULL)
            return false;
        core_reference_clock(r);
    }
    return r->failure == NULL;
}
