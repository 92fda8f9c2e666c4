/* Saving and loading. Threads are told by their place: 1 to 6 are the idle ones, what follows are the others in the
 * order of creation, 0 is none. What is not in use (the registers of a thread that has a hardware thread, a wait that
 * is over) is not saved. */
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/ob/ob.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_THREAD = KERNEL_CPUS + 1 };

/* Both ways by one list of fields: whichever of the two is there. */
struct stream {
    struct sim_writer *writer;
    struct sim_reader *reader;
};

static void word(struct stream *s, uint64_t *value, unsigned size)
{
    if (s->writer) {
        for (unsigned i = 0; i < size; i++)
            sim_put_u8(s->writer, (uint8_t)(*value >> (8 * i)));
        return;
    }
    *value = 0;
    for (unsigned i = 0; i < size; i++)
        *value |= (uint64_t)sim_get_u8(s->reader) << (8 * i);
}

#define FIELD(s, lvalue)                       \
    do {                                       \
        uint64_t field_ = (uint64_t)(lvalue);  \
        word(s, &field_, sizeof(lvalue));      \
        (lvalue) = (__typeof__(lvalue))field_; \
    } while (0)

static void flag(struct stream *s, bool *value)
{
    if (s->writer)
        sim_put_u8(s->writer, *value);
    else
        *value = sim_get_u8_below(s->reader, 2);
}

/* An index that must lie below a limit. */
#define BELOW(s, lvalue, limit)                                       \
    do {                                                              \
        FIELD(s, lvalue);                                             \
        if ((s)->reader && (uint64_t)(lvalue) >= (uint64_t)(limit)) { \
            (s)->reader->failed = true;                               \
            (lvalue) = 0;                                             \
        }                                                             \
    } while (0)

static void registers(struct stream *s, struct ke_registers *r)
{
    for (unsigned i = 0; i < 32; i++)
        FIELD(s, r->gpr[i]);
    for (unsigned i = 0; i < 32; i++)
        FIELD(s, r->fpr[i]);
    for (unsigned i = 0; i < 128; i++) {
        FIELD(s, r->vr[i].u64[XENON_D(0)]);
        FIELD(s, r->vr[i].u64[XENON_D(1)]);
    }
    FIELD(s, r->nia);
    FIELD(s, r->lr);
    FIELD(s, r->ctr);
    FIELD(s, r->msr);
    FIELD(s, r->vrsave);
    FIELD(s, r->cr);
    FIELD(s, r->xer);
    FIELD(s, r->fpscr);
    FIELD(s, r->vscr);
}

static void wait_of(struct stream *s, struct ke_waiting *wait)
{
    BELOW(s, wait->count, KE_WAIT_OBJECTS + 1);
    FIELD(s, wait->reason);
    flag(s, &wait->all);
    flag(s, &wait->alertable);
    flag(s, &wait->user_mode);
    flag(s, &wait->timed);
    FIELD(s, wait->due);
    FIELD(s, wait->sequence);
    for (unsigned i = 0; i < wait->count; i++)
        FIELD(s, wait->block[i].object);
}

static void frame_of(struct stream *s, struct ke_frame *frame)
{
    struct kernel_call *c = &frame->call;
    bool waits = frame->waits != NULL;
    BELOW(s, c->export, kernel_export_count() + KE_ACTIVITIES);
    FIELD(s, c->step);
    for (unsigned i = 0; i < HLE_ARGUMENTS_MAX; i++)
        FIELD(s, c->arg[i]);
    for (unsigned i = 0; i < KERNEL_LOCALS; i++)
        FIELD(s, c->local[i]);
    FIELD(s, c->result);
    FIELD(s, c->waited);
    FIELD(s, c->returned);
    BELOW(s, frame->state, KE_FRAME_HANDS + 1);
    FIELD(s, frame->no_less);
    flag(s, &frame->saved);
    if (frame->saved)
        registers(s, &frame->registers);
    flag(s, &waits);
    if (s->reader && waits && !(frame->waits = calloc(1, sizeof *frame->waits)))
        s->reader->failed = true;
    if (frame->waits)
        wait_of(s, frame->waits);
}

static void frames(struct kernel *k, struct stream *s, struct ke_thread *thread)
{
    uint32_t count = thread->frames;
    BELOW(s, count, KE_FRAMES + 1);
    for (uint32_t i = 0; i < count; i++) {
        if (s->reader && (s->reader->failed || !ke_frame_push(k, thread))) {
            s->reader->failed = true;
            return;
        }
        frame_of(s, thread->frame[i]);
    }
}

static void stack_of(struct stream *s, struct mm_stack *stack)
{
    FIELD(s, stack->allocation);
    FIELD(s, stack->limit);
    FIELD(s, stack->base);
}

static void apcs(struct stream *s, struct ke_apc_queue *queue)
{
    BELOW(s, queue->count, KE_APCS_MAX + 1);
    if (s->reader && queue->count) {
        queue->room = queue->count;
        queue->apc = calloc(queue->room, sizeof *queue->apc);
        s->reader->failed |= !queue->apc;
        queue->count = queue->apc ? queue->count : 0;
    }
    for (uint32_t i = 0; i < queue->count; i++) {
        struct ke_apc *apc = &queue->apc[i];
        FIELD(s, apc->address);
        FIELD(s, apc->timer);
        FIELD(s, apc->routine);
        FIELD(s, apc->context);
        FIELD(s, apc->argument[0]);
        FIELD(s, apc->argument[1]);
        flag(s, &apc->special);
    }
}

static void owned(struct stream *s, struct ke_thread *thread)
{
    BELOW(s, thread->owned, KE_OWNED_MAX + 1);
    if (s->reader && thread->owned) {
        thread->owned_room = thread->owned;
        thread->own = calloc(thread->owned_room, sizeof *thread->own);
        s->reader->failed |= !thread->own;
        thread->owned = thread->own ? thread->owned : 0;
    }
    for (uint32_t i = 0; i < thread->owned; i++)
        FIELD(s, thread->own[i]);
}

static void thread_of(struct kernel *k, struct stream *s, struct ke_thread *t, bool on_cpu)
{
    FIELD(s, t->address);
    FIELD(s, t->id);
    BELOW(s, t->cpu, KERNEL_CPUS);
    BELOW(s, t->state, KE_TRANSITION + 1);
    BELOW(s, t->process, KE_PROCESSES);
    BELOW(s, t->priority, KE_PRIORITIES);
    BELOW(s, t->base, KE_PRIORITIES);
    BELOW(s, t->decrement, KE_PRIORITIES);
    BELOW(s, t->class_least, KE_PRIORITIES);
    BELOW(s, t->class_base, KE_PRIORITIES);
    BELOW(s, t->class_greatest, KE_PRIORITIES);
    uint8_t saturation = (uint8_t)(t->saturation + 1);
    BELOW(s, saturation, 3);
    t->saturation = (int8_t)(saturation - 1);
    flag(s, &t->boost_disabled);
    flag(s, &t->preempted);
    flag(s, &t->gives_way);
    FIELD(s, t->quantum);
    FIELD(s, t->suspends);
    FIELD(s, t->switches);
    FIELD(s, t->start);
    FIELD(s, t->due);
    BELOW(s, t->moves, KERNEL_CPUS + 1);
    stack_of(s, &t->stack);
    stack_of(s, &t->limits);
    FIELD(s, t->tls);
    FIELD(s, t->tls_block);
    FIELD(s, t->irql);
    flag(s, &t->alerted[0]);
    flag(s, &t->alerted[1]);
    flag(s, &t->in_kernel_apc);
    flag(s, &t->in_suspend);
    flag(s, &t->delivers_user);
    flag(s, &t->exits);
    FIELD(s, t->exit_code);
    FIELD(s, t->log_index);
    apcs(s, &t->kernel_apcs);
    apcs(s, &t->user_apcs);
    owned(s, t);
    frames(k, s, t);
    if (t->state == KE_WAITING)
        wait_of(s, &t->wait);
    if (!on_cpu)
        registers(s, &t->registers);
}

static uint32_t number_of(const struct kernel *k, const struct ke_thread *thread)
{
    const struct ke *ke = k->ke;
    if (!thread)
        return 0;
    if (ke_is_idle(k, thread))
        return (uint32_t)(thread - ke->idle) + 1;
    uint32_t i = 0;
    while (ke->thread[i] != thread)
        i++;
    return FIRST_THREAD + i;
}

static struct ke_thread *thread_by(const struct kernel *k, uint32_t number)
{
    if (number == 0)
        return NULL;
    return number < FIRST_THREAD ? &k->ke->idle[number - 1] : k->ke->thread[number - FIRST_THREAD];
}

static void which(struct kernel *k, struct stream *s, struct ke_thread **thread)
{
    uint32_t number = s->writer ? number_of(k, *thread) : 0;
    BELOW(s, number, FIRST_THREAD + k->ke->threads);
    if (s->reader)
        *thread = thread_by(k, number);
}

static void ready(struct kernel *k, struct stream *s, unsigned cpu, unsigned priority)
{
    struct ke_queue *queue = &k->ke->ready[cpu][priority];
    if (s->writer) {
        for (struct ke_thread *t = queue->first; t; t = t->next)
            sim_put_u32(s->writer, number_of(k, t));
        sim_put_u32(s->writer, 0);
        return;
    }
    uint32_t number;
    while ((number = sim_get_u32_below(s->reader, FIRST_THREAD + k->ke->threads)) != 0) {
        struct ke_thread *t = thread_by(k, number);
        if (ke_is_idle(k, t) || t->state != KE_READY || t->cpu != cpu || t->priority != priority || t->previous ||
            queue->first == t) {
            s->reader->failed = true;
            return;
        }
        t->previous = queue->last;
        *(queue->last ? &queue->last->next : &queue->first) = t;
        queue->last = t;
        k->ke->ready_mask[cpu] |= UINT32_C(1) << priority;
    }
}

static void timers(struct kernel *k, struct stream *s)
{
    struct ke *ke = k->ke;
    BELOW(s, ke->timers, KE_TIMERS_MAX + 1);
    if (s->reader && ke->timers) {
        ke->timers_room = ke->timers;
        ke->timer = calloc(ke->timers_room, sizeof *ke->timer);
        s->reader->failed |= !ke->timer;
        ke->timers = ke->timer ? ke->timers : 0;
    }
    for (uint32_t i = 0; i < ke->timers; i++) {
        struct ke_timer *timer = &ke->timer[i];
        FIELD(s, timer->due);
        which(k, s, &timer->waiter);
        FIELD(s, timer->address);
        FIELD(s, timer->period);
        FIELD(s, timer->dpc);
        which(k, s, &timer->apc.thread);
        FIELD(s, timer->apc.routine);
        FIELD(s, timer->apc.context);
        if (s->reader && ((i && timer->due < timer[-1].due) || (timer->waiter && timer->waiter->state != KE_WAITING)))
            s->reader->failed = true;
    }
}

static void dpcs(struct stream *s, struct ke_dpc_queue *queue)
{
    BELOW(s, queue->count, KE_DPCS_MAX + 1);
    for (unsigned i = 0; i < queue->count; i++) {
        FIELD(s, queue->dpc[i].address);
        flag(s, &queue->dpc[i].graphics);
        BELOW(s, queue->dpc[i].source, KE_GRAPHICS_SOURCES);
    }
}

static void cpu_of(struct kernel *k, struct stream *s, struct kernel_cpu *p)
{
    BELOW(s, p->state, KERNEL_CPU_IDLES + 1);
    FIELD(s, p->irql);
    flag(s, &p->dispatch);
    FIELD(s, p->due);
    FIELD(s, p->tick);
    which(k, s, &p->thread);
    which(k, s, &p->next);
}

static void all(struct kernel *k, struct stream *s)
{
    struct ke *ke = k->ke;
    for (unsigned i = 0; i < KERNEL_CPUS; i++) {
        bool on_cpu = k->cpu[i].thread == &ke->idle[i];
        flag(s, &on_cpu);
        thread_of(k, s, &ke->idle[i], on_cpu);
    }
    for (uint32_t i = 0; i < ke->threads; i++) {
        bool on_cpu = ke->thread[i]->state == KE_RUNNING;
        flag(s, &on_cpu);
        thread_of(k, s, ke->thread[i], on_cpu);
    }
    for (unsigned i = 0; i < KERNEL_CPUS; i++) {
        cpu_of(k, s, &k->cpu[i]);
        dpcs(s, &ke->dpcs[i]);
        for (unsigned p = 0; p < KE_PRIORITIES; p++)
            ready(k, s, i, p);
    }
    timers(k, s);
    FIELD(s, ke->next_id);
    FIELD(s, ke->waits);
    FIELD(s, ke->interrupt_time);
    FIELD(s, ke->time_shift);
    FIELD(s, ke->graphics_callback);
    FIELD(s, ke->graphics_context);
    FIELD(s, ke->vblanks);
    FIELD(s, ke->swaps);
    for (unsigned i = 0; i < KE_GRAPHICS_SOURCES; i++) {
        FIELD(s, ke->graphics_calls[i].count);
        FIELD(s, ke->graphics_calls[i].last);
    }
    for (unsigned i = 0; i < KE_TLS_SLOTS / 32; i++)
        FIELD(s, ke->tls_free[i]);
    for (unsigned i = 0; i < KE_TOUCHES; i++) {
        FIELD(s, ke->touch[i].object);
        FIELD(s, ke->touch[i].thread);
        FIELD(s, ke->touch[i].time);
    }
}

void ke_save(struct kernel *k, struct sim_writer *writer)
{
    struct stream s = {.writer = writer};
    sim_put_u32(writer, k->ke->threads);
    all(k, &s);
}

/* A waiting thread has a call that waits, and what runs does not. */
static bool frames_are_right(const struct ke_thread *t)
{
    for (uint32_t i = 0; i < t->frames; i++) {
        bool top = i + 1 == t->frames, waits = t->frame[i]->state == KE_FRAME_WAITS;
        if (waits == (t->frame[i]->waits == NULL) && !(top && waits && t->state == KE_WAITING))
            return false;
        if (!top && t->frame[i]->state == KE_FRAME_STEPS && t->frame[i]->saved)
            return false;
    }
    return t->state != KE_WAITING || (t->frames && ke_frame_top(t)->state == KE_FRAME_WAITS);
}

static bool threads_are_right(struct kernel *k)
{
    const struct ke *ke = k->ke;
    for (uint32_t i = 0; i < ke->threads; i++) {
        struct ke_thread *t = ke->thread[i];
        struct ob_object *object = ob_by_address(k, t->address);
        if (!object || object->type != OB_THREAD || object->payload || !frames_are_right(t) ||
            (t->state == KE_RUNNING) != (k->cpu[t->cpu].thread == t) ||
            (t->state == KE_STANDBY) != (k->cpu[t->cpu].next == t))
            return false;
        object->payload = t;
    }
    for (unsigned i = 0; i < KERNEL_CPUS; i++) {
        const struct kernel_cpu *p = &k->cpu[i];
        if (!p->thread || p->thread->cpu != i || (p->next && (p->next->cpu != i || ke_is_idle(k, p->next))) ||
            !frames_are_right(&ke->idle[i]) || ke->idle[i].cpu != i || ke->idle[i].state != KE_RUNNING)
            return false;
    }
    return true;
}

static void enter_waits(struct kernel *k)
{
    struct ke *ke = k->ke;
    for (uint64_t after = 0, next;; after = next) {
        struct ke_thread *first = NULL;
        for (uint32_t i = 0; i < ke->threads; i++) {
            struct ke_thread *t = ke->thread[i];
            if (t->state == KE_WAITING && t->wait.sequence > after &&
                (!first || t->wait.sequence < first->wait.sequence))
                first = t;
        }
        if (!first)
            return;
        next = first->wait.sequence;
        ke_enter_waits(k, first);
    }
}

void ke_load(struct kernel *k, struct sim_reader *reader)
{
    struct stream s = {.reader = reader};
    struct ke *ke = k->ke;
    ke_clear(k);
    uint32_t count = sim_get_u32_below(reader, KE_THREADS_MAX + 1);
    for (uint32_t i = 0; i < count && !reader->failed; i++) {
        ke->thread[i] = calloc(1, sizeof *ke->thread[i]);
        if (!ke->thread[i])
            reader->failed = true;
        else
            ke->threads++;
    }
    for (unsigned i = 0; i < KERNEL_CPUS; i++)
        k->cpu[i].idle = &ke->idle[i];
    all(k, &s);
    if (!reader->failed && threads_are_right(k))
        enter_waits(k);
    else
        reader->failed = true;
    ke_find_parks(k);
}
