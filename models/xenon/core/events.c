/* What happens in a core besides issuing: messages, the outbox, barriers, threads that start, interrupts; and the
 * component's advance, which lets the threads issue between these. */
#include "models/sim/machine.h"
#include "models/xenon/core/core_parts.h"
#include "models/xenon/isa/ops_storage.h"

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* The outbox. */

struct sim_msg_core_request *core_post(struct xenon_core *core, uint64_t clock, unsigned kind, unsigned thread,
                                       uint64_t address)
{
    SIM_CHECK(core->out_count < OUTBOX_MAX, "%s: more than %d messages to send at clock %llu", core->component.name,
              OUTBOX_MAX, (unsigned long long)clock);
    struct sim_msg_core_request *m = &core->outbox[(core->out_first + core->out_count) % OUTBOX_MAX];
    *m = (struct sim_msg_core_request){.kind = (uint8_t)kind, .thread = (uint8_t)thread, .address = address};
    return m;
}

/* A message or a credit has gone out: what comes of it could come back before the end of this advance. */
static void look_out(struct xenon_core *core)
{
    core->limit = earlier(core->limit, core_clock_at(core, core->component.until));
    if (core->limit << CAUSE_BITS < core->horizon)
        core->horizon = core->limit << CAUSE_BITS;
}

struct sim_msg_core_request *core_send(struct xenon_core *core, uint64_t clock, enum sim_core_request_kind kind)
{
    sim_time t = core_time(core, clock);
    struct sim_msg_core_request *m =
        kind == SIM_STORE ? sim_out_put_quiet(&core->request, t) : sim_out_put(&core->request, t);
    core->send_free = clock + core->timing.request_interval;
    look_out(core);
    return m;
}

/* Sends the head of the outbox, if that can be now. */
static bool send(struct xenon_core *core, uint64_t clock)
{
    if (clock < core->send_free || !sim_out_ready(&core->request, core_time(core, clock)))
        return false;
    const struct sim_msg_core_request *head = &core->outbox[core->out_first];
    *core_send(core, clock, (enum sim_core_request_kind)head->kind) = *head;
    core->out_first = (core->out_first + 1) % OUTBOX_MAX;
    core->out_count--;
    return true;
}

/* There is something in it. */
static uint64_t outbox_event(const struct xenon_core *core, uint64_t from)
{
    uint64_t clock = later(core->send_free, from);
    if (core->request.link->waiting)
        clock = later(clock, core_clock_at(core, sim_out_credit_time(&core->request)));
    return clock;
}

bool core_barrier_possible(const struct xenon_core *core, const struct core_thread *th)
{
    return core->stores == 0 && core->gathers == 0 && th->loads_under_way == 0;
}

static bool barrier_is_due(const struct xenon_core *core, const struct core_thread *th)
{
    return th->state == XENON_THREAD_WAITS && !th->barrier_posted && core_barrier_possible(core, th) &&
           (th->barrier != SIM_TRAP || th->under_way == 0);
}

static uint64_t barriers_event(const struct xenon_core *core, uint64_t from)
{
    return barrier_is_due(core, &core->thread[0]) || barrier_is_due(core, &core->thread[1]) ? from : CLOCK_NEVER;
}

/* Is all done that was translated before the map changed? What has been sent is memory's. */
static bool is_unmapped(const struct xenon_core *core)
{
    if (core->unmap.stores != 0 || core->unmap.accesses != 0)
        return false;
    for (unsigned i = 0; core->gathers != 0 && i < GATHERS_MAX; i++)
        if (core->gather[i].used && core->gather[i].order < core->unmap.gather_order)
            return false;
    return true;
}

/* The first clock from `from` on at which the change of the map may be answered for. */
static uint64_t unmap_event(const struct xenon_core *core, uint64_t from)
{
    return core->unmap.owed != 0 && is_unmapped(core) ? later(core->unmap.from, from) : CLOCK_NEVER;
}

void core_posted(struct xenon_core *core, uint64_t clock)
{
    core->out_count++;
    if (core->out_count == 1)
        send(core, clock);
    if (core->out_count != 0)
        core_event_at(core, outbox_event(core, clock + 1));
    if (core->gathers != 0 || core->stores != 0) /* the outbox was in their way or is now, or a buffer is free */
        core_event_at(core, core_stores_event(core, clock + 1));
    core_event_at(core, barriers_event(core, clock + 1));
    core_event_at(core, unmap_event(core, clock + 1));
}

/* Threads. */

static void system_reset(struct xenon_core *core, struct core_thread *th, uint64_t clock, uint64_t reason)
{
    struct xenon_context *t = &th->context;
    t->interrupt = (struct xenon_interrupt){.vector = XENON_SYSTEM_RESET, .cause = reason};
    xenon_interrupt_enter(t, t->nia);
    th->start = CLOCK_NEVER;
    th->state = XENON_THREAD_RUNS;
    th->priority = 1;
    th->lookup = true;
    th->now = th->bound = MOMENT(clock, idle);
    core_charge(th, clock, XENON_CAUSE_OF_idle);
    core_thread_changed(core, th);
}

/* CTRL was written by a thread of this core, at a clock. */
static void control_written(struct xenon_core *core, struct core_thread *by, uint64_t clock)
{
    static const uint32_t enable[CORE_THREADS] = {0x00800000, 0x00400000};
    uint32_t control = by->context.control;
    for (unsigned i = 0; i < CORE_THREADS; i++) {
        struct core_thread *th = &core->thread[i];
        th->context.control = control;
        bool on = control & enable[i], runs = th->state != XENON_THREAD_STOPPED || th->start != CLOCK_NEVER;
        if (on && !runs)
            th->start = clock + core->timing.thread_start;
        else if (!on && runs && th == by)
            th->state = XENON_THREAD_STOPPED; /* its loads go on */
        if (core->tracing)
            core_show_thread(core, th, clock);
    }
}

#define WAKES_EXTERNAL UINT64_C(0x00100000) /* TSCR.WEXT */
#define WOKEN_EXTERNAL UINT64_C(0x00200000) /* SRR1 */

/* A sleeping core wakes when an interrupt is there, or was before it fell asleep. */
static bool wakes(const struct xenon_core *core, const struct core_thread *th)
{
    if (!th->line_up)
        return false;
    for (unsigned i = 0; i < CORE_THREADS; i++)
        if (core->thread[i].state != XENON_THREAD_STOPPED || core->thread[i].start != CLOCK_NEVER)
            return false;
    return th->context.spr[XENON_SPR_TSCR] & WAKES_EXTERNAL;
}

static void wake_if_asleep(struct xenon_core *core, struct core_thread *th, uint64_t clock)
{
    if (!wakes(core, th))
        return;
    th->context.control |= th->index == 0 ? 0x00800000U : 0x00400000U;
    core->thread[1 - th->index].context.control = th->context.control;
    th->start = clock + core->timing.thread_start;
    th->woken = true;
}

/* Interrupts that do not come of an instruction. */

#define LPCR_HDICE UINT64_C(1)

static unsigned due_vector(const struct xenon_core *core, const struct core_thread *th, uint64_t clock)
{
    const struct xenon_context *t = &th->context;
    bool enabled = t->msr & XENON_MSR_EE;
    if (enabled && th->line_up)
        return XENON_EXTERNAL;
    if (enabled && core_decrementer_is_negative(core, th, clock, false))
        return XENON_DECREMENTER;
    if (t->spr[XENON_SPR_LPCR] & LPCR_HDICE && (enabled || !(t->msr & XENON_MSR_HV)) &&
        core_decrementer_is_negative(core, th, clock, true))
        return XENON_HYPERVISOR_DECREMENTER;
    return 0;
}

/* Nothing could be due otherwise. Of a thread that does not run not even the registers are looked at: they may be the
 * kernel's. */
static bool takes_interrupts(const struct core_thread *th)
{
    return th->state == XENON_THREAD_RUNS &&
           (th->context.msr & XENON_MSR_EE || th->context.spr[XENON_SPR_LPCR] & LPCR_HDICE);
}

/* Brings th->interrupt up to date at a clock. */
void core_see_interrupts(struct xenon_core *core, struct core_thread *th, uint64_t clock)
{
    th->interrupt = th->state == XENON_THREAD_RUNS && due_vector(core, th, clock) != 0;
    if (th->interrupt)
        th->bound = later(MOMENT(clock, base), core_floor(th));
}

/* The kernel does what an interrupt's handler would. It is asked once all that the thread has begun is done. */
static void park(struct xenon_core *core, struct core_thread *th, uint64_t clock)
{
    struct xenon_context *t = &th->context;
    if (t->interrupt.next)
        t->nia = (t->nia + 4) & xenon_address_mask(t);
    th->state = XENON_THREAD_WAITS;
    th->barrier = SIM_TRAP;
    th->barrier_posted = false;
    th->lookup = true;
    th->now = th->bound = MOMENT(clock, exception);
    if (core->tracing)
        core_show_thread(core, th, clock);
    core_event_at(core, clock + 1);
}

/* The kernel has done with it. */
static void resumed(struct xenon_core *core, struct core_thread *th, uint64_t clock, const struct sim_msg_core_reply *m)
{
    if (!core_parked(th) || m->tag != th->traps)
        return;
    core_charge(th, clock, th->idles ? XENON_CAUSE_OF_idle : XENON_CAUSE_OF_kernel);
    th->idles = m->data1 != 0;
    if (th->idles)
        return; /* the line is looked at as ever */
    struct xenon_context *t = &th->context;
    th->state = XENON_THREAD_RUNS;
    th->barrier_posted = false;
    th->lookup = true;
    th->now = th->bound = MOMENT(clock, exception);
    core_counters_read(core, th, clock);
    t->decrementer = (uint32_t)m->data0;
    core_find_decrementer(core, th, clock);
    core_thread_changed(core, th);
    core_see_interrupts(core, th, clock + 1);
    if (core->tracing)
        core_show_thread(core, th, clock);
}

void core_take_interrupt(struct xenon_core *core, struct core_thread *th, uint64_t clock)
{
    struct xenon_context *t = &th->context;
    if (th->interrupt) {
        unsigned vector = due_vector(core, th, clock);
        th->interrupt = false;
        if (vector == 0)
            return;
        xenon_raise(t, vector, 0);
    }
    if (core->config.kernel) {
        park(core, th, clock);
        return;
    }
    xenon_interrupt_enter(t, t->nia);
    th->priority = 1;
    th->lookup = true;
    th->now = th->bound = MOMENT(clock + 1 + core->timing.exception_entry, exception);
    core_thread_changed(core, th);
    core_see_interrupts(core, th, clock + 1);
}

/* Messages. */

static void barrier_done(struct core_thread *th, uint64_t clock)
{
    if (th->state != XENON_THREAD_WAITS)
        return; /* nobody waits for it */
    th->barrier_posted = false;
    core_resume(th, MOMENT(clock, barrier));
}

static void conditional_done(struct core_thread *th, uint64_t clock, bool stored)
{
    bool so = th->context.so;
    th->context.so = th->conditional_so;
    xenon_conditional_done(&th->context, stored);
    th->context.so = so;
    th->ready[XENON_R_CR] = MOMENT(clock, barrier);
    th->conditional_under_way = false;
}

/* The title's map has changed. */
static void map_changed(struct xenon_core *core, const struct sim_msg_core_reply *m, uint64_t clock)
{
    core_tlb_invalidate(core, m->address, m->data1);
    core_erat_flush(core);
    for (unsigned i = 0; i < CORE_THREADS; i++)
        core->thread[i].kept.valid = false;
    if (m->data0 == 0)
        return;
    core->unmap.owed++;
    core->unmap.stores = core->stores;
    core->unmap.gather_order = core->gather_order;
    core->unmap.from = clock + core->timing.unmap;
    for (unsigned i = 0; i < CORE_THREADS; i++)
        core->unmap.accesses |= (uint8_t)((core->thread[i].state == XENON_THREAD_ACCESSES) << i);
}

static void reply(struct xenon_core *core, const struct sim_msg_core_reply *m, uint64_t clock)
{
    struct core_thread *th = &core->thread[m->thread & 1];
    switch (m->kind) {
    case SIM_FILL:
        core_fill(core, clock, m);
        break;
    case SIM_RESERVED:
    case SIM_IO_DATA:
        core_value_came(core, th, clock, m);
        break;
    case SIM_CONDITIONAL_DONE:
        conditional_done(th, clock, m->status != 0);
        break;
    case SIM_BARRIER_DONE:
        barrier_done(th, clock);
        break;
    case SIM_TRANSLATION:
        core_translated(core, clock, m);
        break;
    case SIM_SNOOP_LINE:
        core_data_drop(core, m->address);
        if (core->tracing)
            core_show_line(core, CORE_L1D_DROP, m->address, clock);
        break;
    case SIM_SNOOP_CODE:
        core_code_drop(core, m->address, clock);
        break;
    case SIM_SNOOP_TLB:
        if (m->data1 == 0)
            core_tlb_broadcast(core, m->address);
        else
            map_changed(core, m, clock);
        break;
    case SIM_SNOOP_RANGE:
        core_data_drop_range(core, m->address, m->data1);
        break;
    case SIM_RESUME:
        resumed(core, th, clock, m);
        break;
    default:
        break;
    }
}

static void messages(struct xenon_core *core, uint64_t clock)
{
    sim_time t = core_time(core, clock);
    struct sim_in *const in[] = {&core->reply, &core->line};
    for (;;) {
        struct sim_in *next = sim_in_time(in[0]) <= t ? in[0] : sim_in_time(in[1]) <= t ? in[1] : NULL;
        if (next == NULL)
            return;
        if (next == &core->reply) {
            reply(core, (const struct sim_msg_core_reply *)sim_in_head(next), clock);
        } else {
            const struct sim_msg_interrupt_line *m = (const struct sim_msg_interrupt_line *)sim_in_head(next);
            core->thread[m->thread & 1].line_up = m->level;
        }
        sim_in_take(next);
        sim_in_credit(next, t);
        look_out(core);
    }
}

/* Barriers. */

static void barriers(struct xenon_core *core, uint64_t clock)
{
    for (unsigned i = 0; i < CORE_THREADS; i++) {
        struct core_thread *th = &core->thread[i];
        if (!barrier_is_due(core, th))
            continue;
        th->barrier_posted = true;
        struct sim_msg_core_request *m = core_post(core, clock, th->barrier, i, 0);
        if (th->barrier == SIM_TRAP) {
            const struct xenon_interrupt *why = &th->context.interrupt;
            th->traps++;
            m->address = why->vector;
            m->data0 = why->cause;
            m->data1 = why->storage ? why->dar : 0;
            m->data2 = why->storage ? why->dsisr : 0;
        }
        core_posted(core, clock);
    }
}

static void unmap(struct xenon_core *core, uint64_t clock)
{
    if (unmap_event(core, clock) != clock)
        return;
    core_post(core, clock, SIM_UNMAPPED, 0, 0)->data0 = core->unmap.owed;
    core->unmap.owed = 0;
    core_posted(core, clock);
}

/* Steps 1 to 4 of a clock. */
void core_events(struct xenon_core *core, uint64_t clock)
{
    messages(core, clock);
    if (core->request.link->waiting) /* a credit may have come for what need not go any more */
        (void)sim_out_ready(&core->request, core_time(core, clock));
    if (core->out_count != 0)
        send(core, clock);
    if (core->gathers != 0 || core->stores != 0)
        core_stores_move(core, clock);
    barriers(core, clock);
    unmap(core, clock);
    for (unsigned i = 0; i < CORE_THREADS; i++) {
        struct core_thread *th = &core->thread[i];
        if (th->dec_clock == clock)
            core_find_decrementer(core, th, clock + 1); /* the other one is still to come */
        if (th->start <= clock) {
            system_reset(core, th, clock, th->woken ? WOKEN_EXTERNAL : 0);
            th->woken = false;
        }
        wake_if_asleep(core, th, clock);
        if (th->idles && th->line_up) {
            core_charge(th, clock, XENON_CAUSE_OF_idle);
            th->idles = false;
            xenon_raise(&th->context, XENON_EXTERNAL, 0);
            park(core, th, clock);
        }
        if (th->state == XENON_THREAD_ACCESSES)
            core_access_retry(core, th, clock, false);
        if (th->bound & PENDING) /* what it waited for may have happened */
            th->bound = clock << CAUSE_BITS | (th->bound & CAUSE_MASK);
        if (takes_interrupts(th))
            core_see_interrupts(core, th, clock);
        else
            th->interrupt = false;
        if (th->state != XENON_THREAD_ACCESSES)
            core->unmap.accesses &= (uint8_t) ~(1u << i);
    }
    if (core->tracing)
        core_show_state(core, clock);
}

/* The first clock from `from` on at which core_events has something to do, messages that have not been sent yet
 * excepted. */
uint64_t core_next_own_event(const struct xenon_core *core, uint64_t from)
{
    uint64_t clock = earlier(barriers_event(core, from), unmap_event(core, from));
    if (core->out_count != 0)
        clock = earlier(clock, outbox_event(core, from));
    if (core->gathers != 0 || core->stores != 0)
        clock = earlier(clock, core_stores_event(core, from));
    if (core->request.link->waiting)
        clock = earlier(clock, later(core_clock_at(core, sim_out_credit_time(&core->request)), from));
    for (unsigned i = 0; i < CORE_THREADS; i++) {
        const struct core_thread *th = &core->thread[i];
        clock = earlier(clock, wakes(core, th) || (th->idles && th->line_up) ? from : th->start);
        if (th->dec_clock >= from)
            clock = earlier(clock, th->dec_clock);
    }
    sim_time message = sim_time_min(sim_in_time(&core->reply), sim_in_time(&core->line));
    return message == SIM_NEVER ? clock : earlier(clock, core_clock_at(core, message));
}

/* What may follow from MSR and SPRs that were changed. */
void core_control_changed(struct xenon_core *core, struct core_thread *th, uint64_t clock)
{
    control_written(core, th, clock);
    core_event_at(core, core_next_own_event(core, clock + 1));
}

/* Is it asleep, with nothing of its own under way? */
void core_find_still(struct xenon_core *core)
{
    bool still = core->out_count == 0 && core->gathers == 0 && core->stores == 0 && core->waiters == 0 &&
                 core->misses == 0 && core->unmap.owed == 0;
    for (unsigned i = 0; i < CORE_THREADS; i++)
        still = still && (core_parked(&core->thread[i]) || core->thread[i].state == XENON_THREAD_STOPPED) &&
                core->thread[i].start == CLOCK_NEVER;
    core->component.still = still;
}

/* The earlier of an event and of what a thread could issue from a clock on. */
static uint64_t next_clock(const struct xenon_core *core, uint64_t event, uint64_t here)
{
    for (unsigned i = 0; i < CORE_THREADS; i++) {
        const struct core_thread *th = &core->thread[i];
        if (th->state == XENON_THREAD_RUNS)
            event = earlier(event, later(CLOCK_OF(th->bound), here));
    }
    return event;
}

void core_advance(struct sim_component *self, sim_time until)
{
    struct xenon_core *core = (struct xenon_core *)self;
    uint64_t clock = core_clock_at(core, self->at);
    core->limit = core_clock_at(core, until);
    core->event = core_next_own_event(core, clock);
    for (;;) {
        if (core->watched)
            core_run_watched(core);
        else
            core_run_plain(core);
        if (core->event >= core->limit)
            break;
        clock = core->event;
        core->event = core->tracing ? core_next_own_event(core, clock) : clock;
        if (core->event != clock)
            continue; /* what it was to be for is over; waves show no state because of it */
        core->event = CLOCK_NEVER;
        core->horizon = UINT64_MAX;
        core_events(core, clock);
        core->event = core_next_own_event(core, clock + 1);
    }
    self->next = core_time(core, next_clock(core, core->event, core->limit));
    core_find_still(core);
}

sim_time core_next_event(const struct sim_component *self)
{
    const struct xenon_core *core = (const struct xenon_core *)self;
    uint64_t here = core_clock_at(core, self->at);
    return core_time(core, next_clock(core, core_next_own_event(core, here), here));
}
