/* A core's state, written down and read again: everything that core_parts.h does not call "not state". */
#include "models/xenon/core/lookup.h"

/* One description serves both ways: each member goes through a function that writes or reads it. */
struct stream {
    struct sim_writer *writer; /* one of the two is NULL */
    struct sim_reader *reader;
};

static void u64(struct stream *s, uint64_t *value)
{
    if (s->writer != NULL)
        sim_put_u64(s->writer, *value);
    else
        *value = sim_get_u64(s->reader);
}

static void u32(struct stream *s, uint32_t *value)
{
    if (s->writer != NULL)
        sim_put_u32(s->writer, *value);
    else
        *value = sim_get_u32(s->reader);
}

static void u16(struct stream *s, uint16_t *value)
{
    if (s->writer != NULL) {
        sim_put_u16(s->writer, *value);
        return;
    }
    uint8_t low = sim_get_u8(s->reader), high; /* one after the other: C leaves the order of operands open */
    high = sim_get_u8(s->reader);
    *value = (uint16_t)(low | high << 8);
}

static void u8(struct stream *s, uint8_t *value)
{
    if (s->writer != NULL)
        sim_put_u8(s->writer, *value);
    else
        *value = sim_get_u8(s->reader);
}

/* A value that must lie below a limit. */
static void below8(struct stream *s, uint8_t *value, uint64_t limit)
{
    if (s->writer != NULL)
        sim_put_u8(s->writer, *value);
    else
        *value = sim_get_u8_below(s->reader, limit);
}

static void below32(struct stream *s, uint32_t *value, uint64_t limit)
{
    if (s->writer != NULL)
        sim_put_u32(s->writer, *value);
    else
        *value = sim_get_u32_below(s->reader, limit);
}

static void flag(struct stream *s, bool *value)
{
    uint8_t byte = *value;
    below8(s, &byte, 2);
    *value = byte;
}

static void bytes(struct stream *s, void *data, size_t size)
{
    if (s->writer != NULL)
        sim_put_bytes(s->writer, data, size);
    else
        sim_get_bytes(s->reader, data, size);
}

/* An instruction is its address and its word. */
static void insn(struct stream *s, struct xenon_insn *in)
{
    u64(s, &in->pc);
    u32(s, &in->word);
    if (s->reader != NULL)
        *in = xenon_decode(in->pc, in->word);
}

static void context(struct stream *s, struct xenon_context *t)
{
    for (unsigned i = 0; i < 32; i++)
        u64(s, &t->gpr[i]);
    u64(s, &t->nia);
    u64(s, &t->lr);
    u64(s, &t->ctr);
    for (unsigned i = 0; i < 8; i++)
        below8(s, &t->cr[i], 16);
    flag(s, &t->so);
    flag(s, &t->ov);
    flag(s, &t->ca);
    below8(s, &t->xer_count, 128);
    u32(s, &t->fpscr);
    u32(s, &t->vscr);
    u64(s, &t->msr);
    for (unsigned i = 0; i < 32; i++)
        u64(s, &t->fpr[i]);
    for (unsigned i = 0; i < 128; i++) {
        u64(s, &t->vr[i].u64[XENON_D(0)]);
        u64(s, &t->vr[i].u64[XENON_D(1)]);
    }
    u32(s, &t->decrementer);
    u32(s, &t->hypervisor_decrementer);
    u32(s, &t->control);
    for (unsigned i = 0; i < XENON_SPR_COUNT; i++)
        u64(s, &t->spr[i]);
    for (unsigned i = 0; i < XENON_SLB_ENTRIES; i++) {
        u64(s, &t->slb[i].esid);
        u64(s, &t->slb[i].vsid);
    }
    flag(s, &t->reservation.held);
    u64(s, &t->reservation.address);
}

static void access(struct stream *s, struct core_access *a)
{
    insn(s, &a->in);
    u64(s, &a->ea);
    u64(s, &a->ra[0]);
    u64(s, &a->ra[1]);
    below8(s, &a->bytes, ACCESS_MAX + 1);
    below8(s, &a->done, ACCESS_MAX + 1);
    below8(s, &a->split, ACCESS_MAX + 1);
    flag(s, &a->waits);
    u64(s, &a->floor);
    below8(s, &a->resource, XENON_R_COUNT);
    bytes(s, a->buffer, sizeof a->buffer);
    if (s->reader != NULL)
        s->reader->failed |=
            a->done > a->bytes || a->split > a->bytes || (a->in.op == XENON_OP_LMW && a->bytes != 4 * (32 - a->in.d));
}

static void kept(struct stream *s, struct core_kept *k)
{
    flag(s, &k->valid);
    if (!k->valid)
        return;
    flag(s, &k->store);
    u8(s, &k->bytes);
    u32(s, &k->flags);
    u64(s, &k->ea);
    u64(s, &k->ra[0]);
    u64(s, &k->ra[1]);
    u64(s, &k->instructions);
}

/* What the kernel is to be told. */
static void interrupt(struct stream *s, struct xenon_interrupt *why)
{
    u16(s, &why->vector);
    flag(s, &why->storage);
    u64(s, &why->cause);
    u64(s, &why->dar);
    u32(s, &why->dsisr);
}

static void thread(struct stream *s, const struct xenon_core *core, struct core_thread *th)
{
    context(s, &th->context);
    for (unsigned i = 0; i < XENON_R_COUNT; i++)
        if (i != XENON_R_ZERO && i != XENON_R_SINK)
            u64(s, &th->ready[i]);
    u64(s, &th->now);
    u64(s, &th->lr_ready);
    u64(s, &th->ctr_ready);
    u64(s, &th->vector_stored);
    u64(s, &th->start);
    u64(s, &th->instructions);
    below8(s, &th->state, XENON_THREAD_WAITS + 1);
    flag(s, &th->lookup);
    flag(s, &th->line_up);
    flag(s, &th->conditional_under_way);
    flag(s, &th->conditional_so);
    flag(s, &th->barrier_posted);
    flag(s, &th->woken);
    below8(s, &th->barrier, SIM_CORE_REQUESTS);
    flag(s, &th->idles);
    u8(s, &th->traps);
    if (th->barrier == SIM_TRAP)
        interrupt(s, &th->context.interrupt);
    below8(s, &th->priority, 3);
    u16(s, &th->loads_under_way);
    u32(s, &th->history);
    for (unsigned i = 0; i < LINK_STACK_MAX; i++)
        u64(s, &th->link_stack[i]);
    below8(s, &th->links, core->timing.link_stack + 1);
    u64(s, &th->waits_for);
    u64(s, &th->walk.ea);
    flag(s, &th->walk.store);
    flag(s, &th->walk.code);
    flag(s, &th->walk.secondary);
    flag(s, &th->walk.hint);
    access(s, &th->access);
    kept(s, &th->kept);
    u64(s, &th->dec_edge);
    u64(s, &th->hdec_edge);
}

static void code(struct stream *s, struct xenon_core *core)
{
    bytes(s, core->l1i_last, sizeof core->l1i_last);
    for (unsigned i = 0; i < L1I_SETS; i++)
        core->l1i_last[i] &= 1;
    for (unsigned i = 0; i < L1I_SETS * L1I_WAYS; i++) {
        struct core_code_line *line = &core->l1i[i];
        u64(s, &line->tag);
        if (line->tag == 0)
            continue;
        uint64_t ea = line->ea;
        u64(s, &ea);
        for (unsigned w = 0; w < LINE_WORDS; w++)
            u32(s, &line->word[w]);
        if (s->reader != NULL)
            core_code_begin(line, ea & ~(uint64_t)(SIM_LINE - 1));
    }
}

static void data(struct stream *s, struct xenon_core *core)
{
    bytes(s, core->l1d_tree, sizeof core->l1d_tree);
    for (unsigned set = 0; set < L1D_SETS; set++)
        for (unsigned way = 0; way < L1D_WAYS; way++) {
            u64(s, &core->l1d_tag[set][way]);
            if (core->l1d_tag[set][way] != 0)
                bytes(s, core->l1d[set * L1D_WAYS + way], SIM_LINE);
        }
    for (unsigned i = 0; i < 2; i++)
        for (unsigned set = 0; set < ERAT_SETS; set++) {
            below8(s, &core->erat[i].last[set], ERAT_WAYS);
            for (unsigned way = 0; way < ERAT_WAYS; way++) {
                u64(s, &core->erat[i].entry[set][way].key);
                u64(s, &core->erat[i].entry[set][way].page);
                u32(s, &core->erat[i].entry[set][way].flags);
            }
        }
    bytes(s, core->tlb_tree, sizeof core->tlb_tree);
    for (unsigned class = 0; class < TLB_SETS; class ++)
        for (unsigned way = 0; way < TLB_WAYS; way++) {
            struct core_tlb_entry *entry = &core->tlb[class][way];
            u64(s, &entry->key);
            if (entry->key == 0)
                continue;
            u64(s, &entry->page);
            u32(s, &entry->flags);
            below8(s, &entry->bits, 64);
        }
}

/* Moments that lie in the past bind nobody: only the others are kept. */
static void stored_at(struct stream *s, struct xenon_core *core)
{
    uint64_t past = core_clock_at(core, core->component.at) << CAUSE_BITS;
    uint32_t count = 0;
    for (uint64_t i = 0; i <= core->stored_mask; i++)
        count += s->writer != NULL && core->stored_at[i] > past;
    if (s->reader != NULL)
        memset(core->stored_at, 0, (core->stored_mask + 1) * sizeof *core->stored_at);
    below32(s, &count, core->stored_mask + 2);
    for (uint64_t i = 0; s->writer != NULL && i <= core->stored_mask; i++)
        if (core->stored_at[i] > past) {
            sim_put_u64(s->writer, i);
            sim_put_u64(s->writer, core->stored_at[i]);
        }
    for (uint32_t i = 0; s->reader != NULL && i < count; i++) {
        uint64_t at = sim_get_u64_below(s->reader, core->stored_mask + 1);
        core->stored_at[at] = sim_get_u64(s->reader);
    }
}

static void store(struct stream *s, struct core_store *store)
{
    u64(s, &store->block);
    u64(s, &store->mask);
    bytes(s, store->bytes, sizeof store->bytes);
}

static void request(struct stream *s, struct sim_msg_core_request *m)
{
    below8(s, &m->kind, SIM_CORE_REQUESTS);
    below8(s, &m->thread, CORE_THREADS);
    u8(s, &m->tag);
    u8(s, &m->size);
    u64(s, &m->address);
    u64(s, &m->mask);
    uint64_t *const word[] = {&m->data0, &m->data1, &m->data2, &m->data3, &m->data4, &m->data5, &m->data6, &m->data7};
    for (unsigned i = 0; i < 8; i++)
        u64(s, word[i]);
}

static void queues(struct stream *s, struct xenon_core *core)
{
    core->misses = core->waiters = core->gathers = 0;
    for (unsigned i = 0; i < MISSES_MAX; i++) {
        struct core_miss *miss = &core->miss[i];
        flag(s, &miss->used);
        if (!miss->used)
            continue;
        core->misses++;
        below8(s, &miss->first, 4);
        u64(s, &miss->line);
        u64(s, &miss->mask[0]);
        u64(s, &miss->mask[1]);
        bytes(s, miss->stored, sizeof miss->stored);
    }
    for (unsigned i = 0; i < WAITERS_MAX; i++) {
        struct core_waiter *w = &core->waiter[i];
        below8(s, &w->used, WAITER_ACCESS + 1);
        if (w->used == WAITER_FREE)
            continue;
        core->waiters++;
        u8(s, &w->miss);
        below8(s, &w->thread, CORE_THREADS);
        below8(s, &w->offset, SIM_LINE);
        below8(s, &w->bytes, SIM_LINE + 1);
        below8(s, &w->in_offset, 16);
        u64(s, &w->mask[0]);
        u64(s, &w->mask[1]);
        bytes(s, w->stored, sizeof w->stored);
        insn(s, &w->in);
        below32(s, &w->resource, XENON_R_COUNT);
        u64(s, &w->floor);
        if (s->reader != NULL)
            s->reader->failed |=
                w->offset + w->bytes > SIM_LINE || (w->miss >= WAITS_FOR_DEVICE && (w->bytes == 0 || w->bytes > 8));
    }
    below32(s, &core->store_first, STORES_MAX);
    below32(s, &core->stores, core->timing.store_queue + 1);
    for (uint32_t i = 0; i < core->stores; i++)
        store(s, &core->store[(core->store_first + i) % STORES_MAX]);
    for (unsigned i = 0; i < GATHERS_MAX; i++) {
        flag(s, &core->gather[i].used);
        if (!core->gather[i].used)
            continue;
        core->gathers++;
        u64(s, &core->gather[i].begun);
        u64(s, &core->gather[i].order);
        store(s, &core->gather[i].store);
    }
    if (s->reader != NULL)
        s->reader->failed |= core->unmap.stores > core->stores;
    below32(s, &core->out_first, OUTBOX_MAX);
    below32(s, &core->out_count, OUTBOX_MAX / 2 + 1); /* more never are, and there must be room */
    for (uint32_t i = 0; i < core->out_count; i++)
        request(s, &core->outbox[(core->out_first + i) % OUTBOX_MAX]);
}

static void all(struct stream *s, struct xenon_core *core)
{
    for (unsigned i = 0; i < CORE_THREADS; i++)
        thread(s, core, &core->thread[i]);
    for (unsigned i = 0; i < XENON_UNITS; i++)
        u64(s, &core->unit_free[i]);
    u64(s, &core->last_issue);
    below8(s, &core->last_thread, CORE_THREADS);
    u64(s, &core->gather_order);
    u64(s, &core->last_drain);
    u32(s, &core->unmap.owed);
    below32(s, &core->unmap.stores, core->timing.store_queue + 1);
    u64(s, &core->unmap.gather_order);
    below8(s, &core->unmap.accesses, 1u << CORE_THREADS);
    u64(s, &core->unmap.from);
    u64(s, &core->send_free);
    u64(s, &core->tb_edge);
    u64(s, &core->tb_value);
    flag(s, &core->tb_counts);
    bytes(s, core->predictor, (size_t)1 << core->timing.predictor_bits);
    for (size_t i = 0; s->reader != NULL && i < (size_t)1 << core->timing.predictor_bits; i++)
        core->predictor[i] &= 3;
    code(s, core);
    data(s, core);
    queues(s, core);
    stored_at(s, core);
}

/* Counters as of now, and the address of the next instruction, which is kept as a place in a line. */
static void settle(struct xenon_core *core)
{
    uint64_t clock = core_clock_at(core, core->component.at);
    for (unsigned i = 0; i < CORE_THREADS; i++) {
        struct core_thread *th = &core->thread[i];
        core_counters_read(core, th, clock);
        if (!th->lookup)
            th->context.nia = th->in->in.pc & xenon_address_mask(&th->context);
    }
    core->tb_value = core_time_base(core, clock);
    core->tb_edge = core->thread[0].dec_edge;
}

void core_save(const struct sim_component *self, struct sim_writer *writer)
{
    struct stream s = {.writer = writer};
    struct xenon_core *core = (struct xenon_core *)(uintptr_t)self; /* settled, and otherwise only read */
    settle(core);
    all(&s, core);
}

/* The thread's record, from its address. */
static void find_record(struct xenon_core *core, struct core_thread *th, struct sim_reader *reader)
{
    uint64_t nia = th->context.nia;
    for (unsigned i = 0; i < L1I_SETS * L1I_WAYS; i++) {
        struct core_code_line *line = &core->l1i[i];
        if (line->tag == 0 || line->ea != (nia & ~(uint64_t)(SIM_LINE - 1)))
            continue;
        th->in = &line->insn[nia >> 2 & (LINE_WORDS - 1)];
        core_decode_pair(core, line, (unsigned)(nia >> 2 & (LINE_WORDS - 1)));
        return;
    }
    reader->failed = true;
    th->lookup = true;
}

void core_load(struct sim_component *self, struct sim_reader *reader)
{
    struct stream s = {.reader = reader};
    struct xenon_core *core = (struct xenon_core *)self;
    uint64_t clock = core_clock_at(core, self->at);
    all(&s, core);
    core_gathers_loaded(core);
    for (unsigned i = 0; i < CORE_THREADS; i++) {
        struct core_thread *th = &core->thread[i];
        th->in = NULL;
        if (!th->lookup)
            find_record(core, th, reader);
        core_thread_changed(core, th);
        core_find_decrementer(core, th, clock);
        th->bound = later(th->lookup ? th->now : th->now + th->in->step, clock << CAUSE_BITS);
        th->bound = th->bound & PENDING ? clock << CAUSE_BITS : th->bound;
        th->charged = clock;
        core_see_interrupts(core, th, clock);
    }
    core_find_still(core);
}
