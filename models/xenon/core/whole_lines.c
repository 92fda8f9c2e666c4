/* Reservations, conditional stores, and what is done to a whole line in all caches. */
#include "models/xenon/core/access_parts.h"

/* Whether something of the core's is on its way that concerns the line. */
static bool line_is_busy(struct xenon_core *core, uint64_t line)
{
    return core_store_queued(core, line) || core_miss_find(core, line) != NULL || core->out_count >= OUTBOX_BUSY;
}

static enum core_result reserve(struct xenon_core *core, struct core_thread *th, struct core_insn *in, uint64_t m,
                                uint64_t ea, unsigned size)
{
    struct xenon_context *t = &th->context;
    struct place p;
    if (ea & (size - 1)) {
        xenon_raise_alignment(t, &in->in, ea);
        return access_fault(core, th, in, m);
    }
    enum core_result found = access_place(core, th, in, m, ea, size, false, &p);
    if (found != CORE_DONE)
        return found;
    if (p.flags & SIM_PAGE_UNCACHED) {
        xenon_raise_storage(t, ea, false);
        return access_fault(core, th, in, m);
    }
    struct core_waiter *w = access_waiter(core);
    if (w == NULL || th->conditional_under_way || core_store_queued(core, LINE_OF(p.ra[0])) ||
        core->out_count >= OUTBOX_BUSY)
        return access_wait(th, XENON_CAUSE_OF_barrier);
    if (core->watched)
        core_issuing(core, th, in, m);
    access_used(core, th, &p);
    core_flush_line(core, CLOCK_OF(m), LINE_OF(p.ra[0]));
    *w = (struct core_waiter){.used = WAITER_LOAD,
                              .miss = WAITS_FOR_RESERVE,
                              .thread = th->index,
                              .offset = p.ra[0] & (SIM_LINE - 1),
                              .bytes = (uint8_t)size,
                              .in = in->in,
                              .resource = in->writes[0]};
    core->waiters++;
    th->loads_under_way++;
    struct sim_msg_core_request *message = core_post(core, CLOCK_OF(m), SIM_RESERVE, th->index, p.ra[0]);
    message->tag = (uint8_t)(w - core->waiter);
    message->size = (uint8_t)size;
    core_posted(core, CLOCK_OF(m));
    th->ready[in->writes[0]] = PENDING | XENON_CAUSE_OF_barrier;
    th->conditional_under_way = true;
    t->reservation.held = true;
    t->reservation.address = ea;
    return CORE_DONE;
}

static enum core_result conditional(struct xenon_core *core, struct core_thread *th, struct core_insn *in, uint64_t m,
                                    uint64_t ea, unsigned size)
{
    struct xenon_context *t = &th->context;
    struct place p;
    uint8_t block[SIM_BLOCK] = {0};
    if (ea & (size - 1)) {
        xenon_raise_alignment(t, &in->in, ea);
        return access_fault(core, th, in, m);
    }
    enum core_result found = access_place(core, th, in, m, ea, size, true, &p);
    if (found != CORE_DONE)
        return found;
    if (p.flags & SIM_PAGE_UNCACHED) {
        xenon_raise_storage(t, ea, true);
        return access_fault(core, th, in, m);
    }
    if (th->conditional_under_way || line_is_busy(core, LINE_OF(p.ra[0])))
        return access_wait(th, XENON_CAUSE_OF_barrier);
    if (core->watched)
        core_issuing(core, th, in, m);
    access_used(core, th, &p);
    core_flush_line(core, CLOCK_OF(m), LINE_OF(p.ra[0]));
    core_data_drop(core, p.ra[0]);
    unsigned at = (unsigned)(p.ra[0] & (SIM_BLOCK - 1));
    struct sim_msg_core_request *message = core_post(core, CLOCK_OF(m), SIM_CONDITIONAL, th->index, p.ra[0]);
    message->size = (uint8_t)size;
    message->mask = ((UINT64_C(1) << size) - 1) << at;
    core_put(&block[at], size, t->gpr[in->in.d]);
    sim_bytes_to_words(&message->data0, block, SIM_BLOCK / 8);
    core_posted(core, CLOCK_OF(m));
    th->ready[XENON_R_CR] = PENDING | XENON_CAUSE_OF_barrier;
    th->conditional_so = t->so;
    th->conditional_under_way = true;
    return CORE_DONE;
}

/* What is done to a line in all caches. */
enum line_operation { LINE_ZERO, LINE_FLUSH, LINE_CLEAN, LINE_TOUCH, LINE_CODE };

static enum core_result line_operation(struct xenon_core *core, struct core_thread *th, struct core_insn *in,
                                       uint64_t m, enum line_operation what)
{
    struct xenon_context *t = &th->context;
    uint64_t ea = xenon_ea_sum(t, &in->in) & xenon_address_mask(t) & ~(uint64_t)(SIM_LINE - 1), clock = CLOCK_OF(m);
    struct place p;
    enum core_result found = access_place(core, th, in, m, ea, SIM_LINE, what == LINE_ZERO, &p);
    if (found == CORE_FAULTS && what == LINE_TOUCH)
        return CORE_DONE; /* a hint */
    if (found == CORE_LATER && th->state == XENON_THREAD_TRANSLATES)
        th->walk.hint = what == LINE_TOUCH;
    if (found != CORE_DONE)
        return found;
    uint64_t line = p.ra[0];
    bool uncached = p.flags & SIM_PAGE_UNCACHED;
    if (what == LINE_ZERO && uncached) {
        xenon_raise_alignment(t, &in->in, ea);
        return access_fault(core, th, in, m);
    }
    if (what == LINE_TOUCH) {
        bool there = uncached || core_data_find(core, line, false) != NULL || core_miss_find(core, line) != NULL;
        struct core_miss *miss = there ? NULL : access_miss(core, line);
        if (!there && (miss == NULL || core_store_queued(core, line)))
            return access_wait(th, XENON_CAUSE_OF_l1);
        if (core->watched)
            core_issuing(core, th, in, m);
        access_used(core, th, &p);
        if (!there)
            access_ask(core, clock, th->index, miss, line, SIM_READ);
        return CORE_DONE;
    }
    if (what == LINE_CODE ? core->out_count >= OUTBOX_BUSY : th->conditional_under_way || line_is_busy(core, line))
        return access_wait(th, XENON_CAUSE_OF_store_queue);
    if (core->watched)
        core_issuing(core, th, in, m);
    access_used(core, th, &p);
    if (uncached)
        return CORE_DONE;
    static const uint8_t kind[] = {
        [LINE_ZERO] = SIM_ZERO, [LINE_FLUSH] = SIM_FLUSH, [LINE_CLEAN] = SIM_CLEAN, [LINE_CODE] = SIM_INVALIDATE_CODE};
    if (what != LINE_CODE)
        core_flush_line(core, clock, line);
    if (what == LINE_ZERO) {
        uint8_t *bytes = core_data_find(core, line, true);
        if (bytes != NULL)
            memset(bytes, 0, SIM_LINE);
    }
    if (what == LINE_FLUSH)
        core_data_drop(core, line);
    core_post(core, clock, kind[what], th->index, line);
    core_posted(core, clock);
    if (what != LINE_CODE)
        return CORE_DONE;
    th->in = in;
    core_code_drop(core, line, clock + 1);
    if (!th->lookup)
        return CORE_DONE;
    t->nia = (in->in.pc + 4) & xenon_address_mask(t); /* its own line is gone */
    th->resume = (m & ~CAUSE_MASK) + ONE_CLOCK;
    return CORE_REFETCH;
}

/* A block of 32 bytes, where the settings have dcbz so. */
static enum core_result zero_block(struct xenon_core *core, struct core_thread *th, struct core_insn *in, uint64_t m)
{
    static const uint8_t zeros[XENON_BLOCK_MAX];
    struct xenon_block b = xenon_block_zero(&th->context, &in->in);
    struct place p;
    enum core_result found = access_place(core, th, in, m, b.ea & xenon_address_mask(&th->context), b.bytes, true, &p);
    if (found != CORE_DONE)
        return found;
    if (!core_store_room(core, access_blocks(&p)))
        return access_wait(th, XENON_CAUSE_OF_store_queue);
    if (core->watched)
        core_issuing(core, th, in, m);
    access_used(core, th, &p);
    access_store(core, CLOCK_OF(m), &p, zeros);
    return CORE_DONE;
}

enum core_result core_storage(struct xenon_core *core, struct core_thread *th, struct core_insn *in, uint64_t m)
{
    struct xenon_context *t = &th->context;
    uint64_t ea = xenon_ea_sum(t, &in->in) & xenon_address_mask(t);
    switch (in->in.op) {
    case XENON_OP_LMW:
        return access_block(core, th, in, m, xenon_block_multiple(t, &in->in), false);
    case XENON_OP_STMW:
        return access_block(core, th, in, m, xenon_block_multiple(t, &in->in), true);
    case XENON_OP_LSWI:
        return access_block(core, th, in, m, xenon_block_immediate(t, &in->in), false);
    case XENON_OP_STSWI:
        return access_block(core, th, in, m, xenon_block_immediate(t, &in->in), true);
    case XENON_OP_LSWX:
        return access_block(core, th, in, m, xenon_block_counted(t, &in->in), false);
    case XENON_OP_STSWX:
        return access_block(core, th, in, m, xenon_block_counted(t, &in->in), true);
    case XENON_OP_LWARX:
        return reserve(core, th, in, m, ea, 4);
    case XENON_OP_LDARX:
        return reserve(core, th, in, m, ea, 8);
    case XENON_OP_STWCX:
        return conditional(core, th, in, m, ea, 4);
    case XENON_OP_STDCX:
        return conditional(core, th, in, m, ea, 8);
    case XENON_OP_DCBZ:
        return t->settings.dcbz_block_32 ? zero_block(core, th, in, m) : line_operation(core, th, in, m, LINE_ZERO);
    case XENON_OP_DCBZ128:
        return line_operation(core, th, in, m, LINE_ZERO);
    default: /* eciwx, ecowx: there is no such device */
        xenon_raise(t, XENON_PROGRAM, XENON_CAUSE_ILLEGAL);
        return access_fault(core, th, in, m);
    }
}

enum core_result core_cache_operation(struct xenon_core *core, struct core_thread *th, struct core_insn *in, uint64_t m)
{
    switch (in->in.op) {
    case XENON_OP_DCBT:
    case XENON_OP_DCBTST:
        return line_operation(core, th, in, m, LINE_TOUCH);
    case XENON_OP_DCBST:
        return line_operation(core, th, in, m, LINE_CLEAN);
    case XENON_OP_ICBI:
        return line_operation(core, th, in, m, LINE_CODE);
    default: /* dcbf; dcbi, which may flush */
        return line_operation(core, th, in, m, LINE_FLUSH);
    }
}
