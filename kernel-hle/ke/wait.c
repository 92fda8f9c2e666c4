/* Waits: who waits for what, and the ends of waits. Waiters of an object are found by its address, in the order in
 * which they came. */
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/log/log.h"

#include <stdlib.h>
#include <string.h>

enum { WAIT_QUANTUM = 10 /* that a wait costs a thread of dynamic priority */ };

static struct ke_wait_queue *queue_of(struct kernel *k, uint32_t object)
{
    return &k->ke->waiting[object >> 4 & (KE_WAIT_BUCKETS - 1)];
}

static void enter(struct kernel *k, struct ke_wait_block *block)
{
    struct ke_wait_queue *queue = queue_of(k, block->object);
    block->previous = queue->last;
    block->next = NULL;
    *(queue->last ? &queue->last->next : &queue->first) = block;
    queue->last = block;
}

static void leave(struct kernel *k, struct ke_wait_block *block)
{
    struct ke_wait_queue *queue = queue_of(k, block->object);
    *(block->previous ? &block->previous->next : &queue->first) = block->next;
    *(block->next ? &block->next->previous : &queue->last) = block->previous;
}

void ke_enter_waits(struct kernel *k, struct ke_thread *thread)
{
    for (unsigned i = 0; i < thread->wait.count; i++) {
        thread->wait.block[i].thread = thread;
        enter(k, &thread->wait.block[i]);
    }
}

/* A wait costs some of the quantum; at its end the priority goes down a step. */
void ke_charge(struct kernel *k, struct ke_thread *thread, int32_t units)
{
    if (thread->priority >= KE_REALTIME)
        return;
    thread->quantum -= units;
    if (thread->quantum <= 0)
        ke_end_quantum(k, thread);
    ke_show(k, thread->address + KE_THREAD_QUANTUM, (uint32_t)thread->quantum, 4);
}

/* An object that is waited for stays, whoever closes it. */
static void hold(struct kernel *k, const struct ke_waiting *wait)
{
    for (unsigned i = 0; i < wait->count; i++) {
        struct ob_object *object = ob_by_address(k, wait->block[i].object);
        if (object)
            ob_reference(k, object);
    }
}

void ke_let_go(struct kernel *k, const struct ke_waiting *wait)
{
    for (unsigned i = 0; i < wait->count; i++) {
        struct ob_object *object = ob_by_address(k, wait->block[i].object);
        if (object)
            ob_dereference(k, object);
    }
}

/* Its blocks leave the queues. */
static void forget(struct kernel *k, struct ke_thread *thread)
{
    struct ke_waiting *wait = &thread->wait;
    for (unsigned i = 0; i < wait->count; i++)
        leave(k, &wait->block[i]);
    ke_let_go(k, wait);
    wait->count = 0;
    if (wait->timed)
        ke_remove_timeout(k, thread);
    wait->timed = false;
}

void ke_end_wait(struct kernel *k, struct ke_thread *thread, nt_status status, int32_t increment)
{
    struct ke_frame *frame = ke_frame_top(thread);
    forget(k, thread);
    frame->call.waited = status;
    frame->state = KE_FRAME_STEPS;
    ke_show(k, thread->address + KE_THREAD_WAIT_RESULT, status, 4);
    log_wait_end(k, thread, status);
    sim_time due = kernel_after(k, kernel_timing_info[KERNEL_COST_UNWAIT].cycles);
    if (thread->due < due)
        thread->due = due;
    if (thread->priority < KE_REALTIME && !thread->decrement && !thread->boost_disabled && increment > 0) {
        int32_t boosted = thread->base + increment;
        boosted = boosted > thread->class_greatest ? thread->class_greatest : boosted;
        if (boosted > thread->priority)
            ke_set_priority(k, thread, (uint8_t)boosted);
    }
    ke_charge(k, thread, WAIT_QUANTUM);
    ke_make_ready(k, thread);
}

void ke_cancel_wait(struct kernel *k, struct ke_thread *thread)
{
    if (thread->state != KE_WAITING)
        return;
    forget(k, thread);
    log_wait_end(k, thread, NT_ACCESS_VIOLATION);
    ke_set_state(k, thread, KE_RUNNING);
}

/* Whether a wait for the object would be over, and taking it then: true where its owner had abandoned it. */
static bool is_signalled(struct kernel *k, const struct ke_thread *thread, uint32_t object)
{
    int32_t state = (int32_t)ke_look(k, object + KE_HEADER_STATE, 4);
    switch (ke_look(k, object + KE_HEADER_TYPE, 1)) {
    case KE_MUTANT:
        return state > 0 || ke_look(k, object + KE_MUTANT_OWNER, 4) == thread->address;
    case KE_SEMAPHORE:
        return state > 0;
    default:
        return state != 0;
    }
}

static bool take(struct kernel *k, struct ke_thread *thread, uint32_t object)
{
    uint32_t type = (uint32_t)ke_look(k, object + KE_HEADER_TYPE, 1);
    int32_t state = (int32_t)ke_look(k, object + KE_HEADER_STATE, 4);
    if ((type & 7) == KE_SYNCHRONIZATION_EVENT)
        ke_show(k, object + KE_HEADER_STATE, 0, 4);
    else if (type == KE_SEMAPHORE)
        ke_show(k, object + KE_HEADER_STATE, (uint32_t)state - 1, 4);
    return type == KE_MUTANT && ke_take_mutant(k, thread, object);
}

static bool all_signalled(struct kernel *k, const struct ke_thread *thread)
{
    for (unsigned i = 0; i < thread->wait.count; i++)
        if (!is_signalled(k, thread, thread->wait.block[i].object))
            return false;
    return true;
}

static nt_status take_all(struct kernel *k, struct ke_thread *thread)
{
    bool abandoned = false;
    for (unsigned i = 0; i < thread->wait.count; i++)
        abandoned |= take(k, thread, thread->wait.block[i].object);
    return abandoned ? NT_ABANDONED_WAIT_0 : NT_SUCCESS;
}

void ke_wake(struct kernel *k, uint32_t object, int32_t increment)
{
    struct ke_wait_block *block = queue_of(k, object)->first, *next;
    for (; block; block = next) {
        struct ke_thread *thread = block->thread;
        next = block->next;
        if (block->object != object)
            continue;
        nt_status status;
        if (thread->wait.all) {
            if (!all_signalled(k, thread))
                continue;
            status = take_all(k, thread);
        } else {
            if (!is_signalled(k, thread, object))
                return;
            status = (nt_status)(block - thread->wait.block) + (take(k, thread, object) ? NT_ABANDONED_WAIT_0 : 0);
        }
        while (next && next->thread == thread) /* they leave with it */
            next = next->next;
        ke_end_wait(k, thread, status, increment);
    }
}

/* What ends a wait before it has begun; false: nothing does. */
static bool over(struct kernel *k, struct ke_thread *thread, nt_status *status)
{
    const struct ke_waiting *wait = &thread->wait;
    if (wait->all && all_signalled(k, thread)) {
        *status = take_all(k, thread);
        return true;
    }
    for (unsigned i = 0; !wait->all && i < wait->count; i++)
        if (is_signalled(k, thread, wait->block[i].object)) {
            *status = i + (take(k, thread, wait->block[i].object) ? NT_ABANDONED_WAIT_0 : 0);
            return true;
        }
    return wait->alertable && ke_test_alert(k, thread, wait->user_mode, status);
}

static void block(struct kernel *k, struct ke_thread *thread)
{
    hold(k, &thread->wait);
    ke_enter_waits(k, thread);
    thread->wait.sequence = ++k->ke->waits;
    if (thread->wait.timed)
        ke_add_timeout(k, thread, thread->wait.due);
    ke_set_state(k, thread, KE_WAITING);
}

void ke_begin_wait(struct kernel *k, struct kernel_call *c, const struct ke_wait *w)
{
    struct ke_thread *thread = c->thread;
    struct ke_waiting *wait = &thread->wait;
    SIM_CHECK(w->count <= KE_WAIT_OBJECTS, "a wait for %u objects", w->count);
    *wait = (struct ke_waiting){.all = w->all && w->count > 1,
                                .alertable = w->alertable,
                                .user_mode = w->user_mode,
                                .reason = w->reason,
                                .count = (uint8_t)w->count};
    for (unsigned i = 0; i < w->count; i++) {
        wait->block[i].object = w->object[i];
        (void)guest_u32(k, w->object[i] + KE_HEADER_STATE);
    }
    uint32_t address;
    bool write, bad = kernel_fault(k, &address, &write);
    if (!bad)
        log_wait_begin(k, thread, w);
    c->waited = NT_TIMEOUT;
    bool ends = !bad && over(k, thread, &c->waited);
    if (ends && w->count)
        ke_charge(k, thread, WAIT_QUANTUM);
    if (bad || ends || (w->timeout && *w->timeout == 0)) {
        wait->count = 0;
        if (!bad)
            log_wait_end(k, thread, c->waited);
        return;
    }
    if (k->cpu[k->acting].irql >= KE_DISPATCH || ke_is_idle(k, thread)) {
        wait->count = 0;
        kernel_stop(k, SIM_GUEST, "thread %u waits at IRQL %u: called from 0x%08X", thread->id, k->cpu[k->acting].irql,
                    (uint32_t)kernel_registers(k, c)->lr);
        return;
    }
    thread->irql = k->cpu[k->acting].irql;
    ke_show(k, thread->address + KE_THREAD_ALERTABLE, w->alertable, 1);
    ke_show(k, thread->address + KE_THREAD_WAIT_IRQL, thread->irql, 1);
    ke_show(k, thread->address + KE_THREAD_WAIT_MODE, w->user_mode, 1);
    ke_show(k, thread->address + KE_THREAD_WAIT_REASON, w->reason, 1);
    wait->timed = w->timeout != NULL;
    wait->due = w->timeout ? ke_due_time(k, *w->timeout) : 0;
    block(k, thread);
}

bool ke_wait_gives_way(struct kernel *k, const struct ke_thread *thread)
{
    return thread->state == KE_WAITING && thread->irql < KE_APC &&
           (int32_t)ke_look(k, thread->address + KE_THREAD_APC_DISABLE, 4) >= 0;
}

/* A kernel APC, or a suspension, comes between: the wait begins anew behind it. */
void ke_interrupt_wait(struct kernel *k, struct ke_thread *thread)
{
    struct ke_frame *frame = ke_frame_top(thread);
    struct ke_waiting wait = thread->wait;
    frame->waits = malloc(sizeof *frame->waits);
    if (!frame->waits) {
        kernel_stop(k, SIM_HOST, "no memory for a wait");
        return;
    }
    hold(k, &wait);
    forget(k, thread);
    frame->call.waited = NT_KERNEL_APC;
    *frame->waits = wait;
    thread->due = kernel_after(k, kernel_timing_info[KERNEL_COST_UNWAIT].cycles);
    ke_make_ready(k, thread);
}

void ke_wait_again(struct kernel *k, struct ke_thread *thread)
{
    struct ke_frame *frame = ke_frame_top(thread);
    struct kernel_call *c = &frame->call;
    SIM_CHECK(frame->waits, "a thread that waits runs");
    struct ke_waiting held = *frame->waits;
    thread->wait = held;
    free(frame->waits);
    frame->waits = NULL;
    if (over(k, thread, &c->waited) || (thread->wait.timed && thread->wait.due <= k->ke->interrupt_time)) {
        if (thread->wait.timed && thread->wait.due <= k->ke->interrupt_time && c->waited == NT_KERNEL_APC)
            c->waited = thread->wait.count ? NT_TIMEOUT : NT_SUCCESS;
        thread->wait.count = 0;
        frame->state = KE_FRAME_STEPS;
        log_wait_end(k, thread, c->waited);
    } else {
        block(k, thread);
    }
    ke_let_go(k, &held);
}
