/* Making a core, and what others may ask of it. */
#include "models/xenon/core/core_parts.h"

#include <stdlib.h>

static void reset_thread(struct xenon_core *core, unsigned index)
{
    const struct xenon_core_config *config = &core->config;
    struct core_thread *th = &core->thread[index];
    memset(th, 0, sizeof *th);
    th->index = (uint8_t)index;
    th->other = &core->thread[1 - index];
    th->context.settings = config->isa;
    xenon_context_reset(&th->context, 2 * config->number + index);
    th->context.spr[XENON_SPR_HRMOR] = config->hrmor;
    if (config->msr != 0)
        th->context.msr = config->msr;
    th->context.control = (config->running & 1 ? 0x00800000U : 0) | (config->running & 2 ? 0x00400000U : 0);
    if (config->running >> index & 1)
        th->context.nia = config->entry;
    th->state = config->running >> index & 1 ? XENON_THREAD_RUNS : XENON_THREAD_STOPPED;
    if (config->kernel) {
        th->context.control = 0x00C00000U;
        th->state = XENON_THREAD_WAITS;
        th->barrier = SIM_TRAP;
        th->barrier_posted = true;
    }
    th->lookup = true;
    th->priority = 1;
    th->start = th->dec_clock = CLOCK_NEVER;
    core_thread_changed(core, th);
}

static void core_reset(struct sim_component *self)
{
    struct xenon_core *core = (struct xenon_core *)self;
    memset(core->unit_free, 0, sizeof core->unit_free);
    memset(core->l1i_last, 0, sizeof core->l1i_last);
    memset(core->l1d_tag, 0, sizeof core->l1d_tag);
    memset(core->l1d_tree, 0, sizeof core->l1d_tree);
    memset(core->erat, 0, sizeof core->erat);
    memset(core->tlb, 0, TLB_SETS * sizeof *core->tlb);
    memset(core->tlb_tree, 0, sizeof core->tlb_tree);
    memset(core->predictor, 1, (size_t)1 << core->timing.predictor_bits);
    memset(core->stored_at, 0, (core->stored_mask + 1) * sizeof *core->stored_at);
    for (unsigned i = 0; i < L1I_SETS * L1I_WAYS; i++)
        core->l1i[i].tag = 0;
    memset(core->miss, 0, sizeof core->miss);
    memset(core->waiter, 0, sizeof core->waiter);
    memset(core->store, 0, sizeof core->store);
    memset(core->gather, 0, sizeof core->gather);
    memset(core->outbox, 0, sizeof core->outbox);
    core->misses = core->waiters = core->store_first = core->stores = core->gathers = core->last_gather = 0;
    core_gathers_loaded(core);
    core->out_first = core->out_count = 0;
    memset(&core->unmap, 0, sizeof core->unmap);
    core->gather_order = core->last_drain = core->send_free = core->tb_edge = core->tb_value = core->last_issue = 0;
    core->last_thread = 1;
    core->tb_counts = true;
    for (unsigned i = 0; i < CORE_THREADS; i++)
        reset_thread(core, i);
    for (unsigned i = 0; i < CORE_THREADS; i++)
        core_find_decrementer(core, &core->thread[i], 0);
    core_find_still(core);
}

/* Where history has more bits than the table, its youngest count. */
static void core_predictor_init(struct xenon_core *core)
{
    uint32_t bits = core->timing.predictor_bits, history = core->timing.predictor_history;
    core->predicts.mask = (UINT32_C(1) << bits) - 1;
    core->predicts.history_mask = history == 0      ? 0
                                  : history <= bits ? (UINT32_C(1) << history) - 1
                                                    : core->predicts.mask;
    core->predicts.history_shift = (uint8_t)(history < bits ? bits - history : 0);
}

static const struct sim_class core_class = {
    .kind = "xenon_core",
    .version = 4,
    .reset = core_reset,
    .advance = core_advance,
    .next_event = core_next_event,
    .save = core_save,
    .load = core_load,
    .trace = core_trace,
    .show = core_show,
};

struct xenon_core *xenon_core_new(const char *name, uint32_t priority, const struct xenon_core_config *config)
{
    struct xenon_core *core = calloc(1, sizeof *core);
    if (core == NULL)
        return NULL;
    core->config = *config;
    core->timing = config->timing;
    core->block_mask = config->timing.unaligned_block - 1;
    core->address_skew = (uint64_t)config->timing.address_skew << CAUSE_BITS;
    core->behind_store = MOMENT(config->timing.load_hit_store, load_hit_store);
    core_predictor_init(core);
    core->stored_mask = (UINT64_C(1) << (config->timing.load_hit_store_bits - 3)) - 1;
    core->l1i = calloc((size_t)L1I_SETS * L1I_WAYS, sizeof *core->l1i);
    core->l1d = calloc((size_t)L1D_SETS * L1D_WAYS, sizeof *core->l1d);
    core->tlb = calloc(TLB_SETS, sizeof *core->tlb);
    core->predictor = calloc((size_t)1 << config->timing.predictor_bits, 1);
    core->stored_at = calloc(core->stored_mask + 1, sizeof *core->stored_at);
    if (!core->l1i || !core->l1d || !core->tlb || !core->predictor || !core->stored_at) {
        xenon_core_free(core);
        return NULL;
    }
    sim_component_init(&core->component, &core_class, name, config->clock, priority);
    sim_component_out(&core->component, &core->request, "request", SIM_MSG_core_request);
    core->request.single = true; /* request_interval is a clock at least */
    sim_component_in(&core->component, &core->reply, "reply", SIM_MSG_core_reply);
    sim_component_in(&core->component, &core->line, "line", SIM_MSG_interrupt_line);
    return core;
}

void xenon_core_free(struct xenon_core *core)
{
    if (core == NULL)
        return;
    free(core->l1i);
    free(core->l1d);
    free(core->tlb);
    free(core->predictor);
    free(core->stored_at);
    free(core);
}

struct sim_component *xenon_core_component(struct xenon_core *core)
{
    return &core->component;
}

struct sim_out *xenon_core_request(struct xenon_core *core)
{
    return &core->request;
}

struct sim_in *xenon_core_reply(struct xenon_core *core)
{
    return &core->reply;
}

struct sim_in *xenon_core_line(struct xenon_core *core)
{
    return &core->line;
}

const struct xenon_context *xenon_core_context(const struct xenon_core *core, unsigned thread)
{
    return &core->thread[thread].context;
}

struct xenon_context *xenon_core_context_to_change(struct xenon_core *core, unsigned thread)
{
    return &core->thread[thread].context;
}

void xenon_core_context_changed(struct xenon_core *core, unsigned thread)
{
    struct core_thread *th = &core->thread[thread];
    uint64_t clock = core_clock_at(core, core->component.at);
    core_thread_changed(core, th);
    core_erat_flush(core);
    core_find_decrementer(core, th, clock);
    if (th->state == XENON_THREAD_RUNS) {
        uint64_t floor = th->lookup ? th->now : th->now + th->in->step;
        th->now = th->bound = later(floor, MOMENT(clock, fetch));
        th->lookup = true;
        core_see_interrupts(core, th, clock);
    }
}

bool xenon_core_awaits(const struct xenon_core *core, unsigned thread, unsigned resource)
{
    return resource < XENON_R_COUNT && core->thread[thread].ready[resource] & PENDING;
}

enum xenon_thread_state xenon_core_thread_state(const struct xenon_core *core, unsigned thread)
{
    return (enum xenon_thread_state)core->thread[thread].state;
}

bool xenon_core_parked(const struct xenon_core *core, unsigned thread)
{
    return core_parked(&core->thread[thread]);
}

uint64_t xenon_core_instructions(const struct xenon_core *core, unsigned thread)
{
    return core->thread[thread].instructions;
}

/* Lays bytes of a block over those of a range. */
static void lay(uint64_t block, uint64_t mask, const uint8_t *stored, uint64_t ra, uint8_t *bytes, size_t size)
{
    for (unsigned i = 0; i < SIM_BLOCK; i++)
        if (mask >> i & 1 && block + i >= ra && block + i - ra < size)
            bytes[block + i - ra] = stored[i];
}

void xenon_core_overlay(const struct xenon_core *core, uint64_t ra, uint8_t *bytes, size_t size)
{
    for (uint32_t i = 0; i < core->out_count; i++) {
        const struct sim_msg_core_request *m = &core->outbox[(core->out_first + i) % OUTBOX_MAX];
        uint8_t block[SIM_BLOCK];
        sim_words_to_bytes(block, &m->data0, SIM_BLOCK / 8);
        if (m->kind == SIM_STORE)
            lay(m->address, m->mask, block, ra, bytes, size);
    }
    /* Of one block there is one buffer; the queue is younger than all of them. */
    for (unsigned i = 0; i < GATHERS_MAX; i++)
        if (core->gather[i].used)
            lay(core->gather[i].store.block, core->gather[i].store.mask, core->gather[i].store.bytes, ra, bytes, size);
    for (uint32_t i = 0; i < core->stores; i++) {
        const struct core_store *store = &core->store[(core->store_first + i) % STORES_MAX];
        lay(store->block, store->mask, store->bytes, ra, bytes, size);
    }
}

void xenon_core_poke(struct xenon_core *core, uint64_t ra, const uint8_t *bytes, size_t size)
{
    uint64_t clock = core_clock_at(core, core->component.at);
    core_data_stored(core, ra, bytes, (unsigned)size);
    for (uint64_t line = ra & ~(uint64_t)(SIM_LINE - 1); line < ra + size; line += SIM_LINE)
        core_code_drop(core, line, clock);
}
