/* Asynchronous procedure calls: two queues for each thread. */
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/log/log.h"

#include <stdlib.h>
#include <string.h>

static bool enter(struct kernel *k, struct ke_thread *thread, struct ke_apc_queue *queue, const struct ke_apc *apc,
                  uint32_t at)
{
    if (queue->count == queue->room) {
        uint32_t room = queue->room ? 2 * queue->room : 4;
        struct ke_apc *more = room <= KE_APCS_MAX ? realloc(queue->apc, room * sizeof *more) : NULL;
        if (!more) {
            kernel_stop(k, SIM_GUEST, "thread %u has %u APCs to run", thread->id, queue->count);
            return false;
        }
        queue->apc = more;
        queue->room = room;
    }
    memmove(&queue->apc[at + 1], &queue->apc[at], (queue->count - at) * sizeof *queue->apc);
    queue->apc[at] = *apc;
    queue->count++;
    return true;
}

static struct ke_apc take(struct ke_apc_queue *queue, uint32_t i)
{
    struct ke_apc apc = queue->apc[i];
    memmove(&queue->apc[i], &queue->apc[i + 1], (queue->count - i - 1) * sizeof *queue->apc);
    queue->count--;
    return apc;
}

static void show(struct kernel *k, struct ke_thread *thread)
{
    ke_show(k, thread->address + KE_THREAD_KERNEL_APC_PENDING, thread->kernel_apcs.count > 0, 1);
    ke_show(k, thread->address + KE_THREAD_USER_APC_PENDING, thread->user_apcs.count > 0, 1);
}

/* A user APC ends a wait that may be alerted; a kernel APC comes as soon as its thread runs. */
static void arrive(struct kernel *k, struct ke_thread *thread, bool user)
{
    show(k, thread);
    if (user && thread->state == KE_WAITING && thread->wait.alertable) {
        thread->delivers_user = true;
        ke_end_wait(k, thread, NT_USER_APC, 0);
    } else if (!user && thread->state == KE_RUNNING) {
        ke_ask(k, thread->cpu);
    } else if (!user && ke_wait_gives_way(k, thread)) {
        ke_interrupt_wait(k, thread);
    }
}

void ke_queue_user_apc(struct kernel *k, struct ke_thread *thread, uint32_t routine, uint32_t context,
                       uint32_t argument1, uint32_t argument2)
{
    struct ke_apc apc = {.routine = routine, .context = context, .argument = {argument1, argument2}};
    if (thread->state != KE_TERMINATED && enter(k, thread, &thread->user_apcs, &apc, thread->user_apcs.count))
        arrive(k, thread, true);
}

void ke_queue_timer_apc(struct kernel *k, const struct ke_timer *timer, uint64_t due)
{
    struct ke_thread *thread = timer->apc.thread;
    struct ke_apc apc = {.timer = timer->address,
                         .routine = timer->apc.routine,
                         .context = timer->apc.context,
                         .argument = {(uint32_t)due, (uint32_t)(due >> 32)}};
    for (uint32_t i = 0; i < thread->user_apcs.count; i++)
        if (thread->user_apcs.apc[i].timer == timer->address)
            return; /* one at a time */
    if (enter(k, thread, &thread->user_apcs, &apc, thread->user_apcs.count))
        arrive(k, thread, true);
}

void ke_forget_apcs_of(struct kernel *k, struct ke_thread *thread, uint32_t timer)
{
    for (uint32_t i = 0; i < thread->user_apcs.count;)
        if (thread->user_apcs.apc[i].timer == timer)
            (void)take(&thread->user_apcs, i);
        else
            i++;
    show(k, thread);
}

bool ke_insert_apc(struct kernel *k, uint32_t apc, uint32_t argument1, uint32_t argument2)
{
    struct ke_thread *thread = ke_thread_at(k, guest_u32(k, apc + KE_APC_THREAD));
    bool user = guest_u8(k, apc + KE_APC_MODE) != 0, special = guest_u32(k, apc + KE_APC_ROUTINE) == 0, write;
    uint32_t address;
    if (!thread || ke_is_idle(k, thread) || thread->state == KE_TERMINATED || guest_u8(k, apc + KE_APC_INSERTED) ||
        !ke_look(k, thread->address + KE_THREAD_QUEUES_APCS, 1) || kernel_fault(k, &address, &write))
        return false;
    guest_put_u8(k, apc + KE_APC_INSERTED, 1);
    guest_put_u32(k, apc + KE_APC_ARGUMENT1, argument1);
    guest_put_u32(k, apc + KE_APC_ARGUMENT2, argument2);
    if (kernel_fault(k, &address, &write))
        return false;
    struct ke_apc_queue *queue = user ? &thread->user_apcs : &thread->kernel_apcs;
    uint32_t at = queue->count;
    if (!user && special) /* before those with a routine of their own */
        for (at = 0; at < queue->count && queue->apc[at].special; at++) {
        }
    if (!enter(k, thread, queue, &(struct ke_apc){.address = apc, .special = special}, at))
        return false;
    arrive(k, thread, user);
    return true;
}

bool ke_remove_apc(struct kernel *k, uint32_t apc)
{
    struct ke_thread *thread = ke_thread_at(k, guest_u32(k, apc + KE_APC_THREAD));
    if (!thread)
        return false;
    struct ke_apc_queue *queues[] = {&thread->kernel_apcs, &thread->user_apcs};
    for (unsigned q = 0; q < 2; q++)
        for (uint32_t i = 0; i < queues[q]->count; i++)
            if (queues[q]->apc[i].address == apc) {
                (void)take(queues[q], i);
                guest_put_u8(k, apc + KE_APC_INSERTED, 0);
                show(k, thread);
                return true;
            }
    return false;
}

bool ke_test_alert(struct kernel *k, struct ke_thread *thread, bool user_mode, nt_status *status)
{
    for (int mode = user_mode; mode >= 0; mode--)
        if (thread->alerted[mode]) {
            thread->alerted[mode] = false;
            ke_show(k, thread->address + KE_THREAD_ALERTED + (uint32_t)mode, 0, 1);
            *status = NT_ALERTED;
            return true;
        }
    if (!thread->user_apcs.count)
        return false;
    thread->delivers_user = true;
    *status = NT_USER_APC;
    return true;
}

bool ke_alert(struct kernel *k, struct ke_thread *thread, bool user_mode)
{
    bool before = thread->alerted[user_mode];
    if (thread->state == KE_WAITING && thread->wait.alertable && (thread->wait.user_mode || !user_mode)) {
        ke_end_wait(k, thread, NT_ALERTED, 0);
    } else {
        thread->alerted[user_mode] = true;
        ke_show(k, thread->address + KE_THREAD_ALERTED + user_mode, 1, 1);
    }
    return before;
}

/* Running an APC. local[0]: the kernel's routine has four words on the stack, from here on; [1]: the IRQL before;
 * [2] to [5]: routine, context, arguments. */
enum { NEXT, RUN, PREPARED, RAN, WORDS = 0x10 };

static void call_routine(struct kernel *k, struct kernel_call *c)
{
    if (!c->local[2]) {
        kernel_call_again(k, c, RAN, 1);
        return;
    }
    ke_set_irql(k, c->thread->cpu, (uint8_t)c->local[1]);
    kernel_call_guest(k, c, RAN, (uint32_t)c->local[2], 3, &c->local[3]);
}

/* The kernel's routine may change what follows. */
static void prepare(struct kernel *k, struct kernel_call *c, uint32_t apc, uint32_t kernel_routine)
{
    uint32_t words = (uint32_t)kernel_registers(k, c)->gpr[1] - WORDS;
    for (unsigned i = 0; i < 4; i++)
        guest_put_u32(k, words + 4 * i, (uint32_t)c->local[2 + i]);
    c->local[0] = words;
    ke_set_irql(k, c->thread->cpu, KE_APC);
    kernel_call_guest_on(k, c, PREPARED, kernel_routine, 5, (uint64_t[]){apc, words, words + 4, words + 8, words + 12},
                         words);
}

static void start(struct kernel *k, struct kernel_call *c, struct ke_apc_queue *queue)
{
    struct ke_apc apc = take(queue, 0);
    uint32_t kernel_routine = 0;
    show(k, c->thread);
    c->local[2] = apc.routine;
    c->local[3] = apc.context;
    c->local[4] = apc.argument[0];
    c->local[5] = apc.argument[1];
    if (apc.address) {
        ke_show(k, apc.address + KE_APC_INSERTED, 0, 1);
        kernel_routine = (uint32_t)ke_look(k, apc.address + KE_APC_KERNEL_ROUTINE, 4);
        for (unsigned i = 0; i < 4; i++)
            c->local[2 + i] = ke_look(k, apc.address + KE_APC_ROUTINE + 4 * i, 4);
    }
    if (kernel_routine)
        prepare(k, c, apc.address, kernel_routine);
    else
        call_routine(k, c);
}

/* True where it has begun or goes on with one; false where there is none left. */
static bool run_apcs(struct kernel *k, struct kernel_call *c, struct ke_apc_queue *queue)
{
    if (c->step == NEXT)
        c->local[1] = k->cpu[c->thread->cpu].irql;
    switch (c->step) {
    case NEXT:
    case RAN:
        ke_set_irql(k, c->thread->cpu, (uint8_t)c->local[1]);
        if (!queue->count)
            return false;
        kernel_call_again(k, c, RUN, kernel_timing_info[KERNEL_COST_APC].cycles);
        return true;
    case RUN:
        if (!queue->count)
            return false;
        start(k, c, queue);
        return true;
    default:
        for (unsigned i = 0; i < 4; i++)
            c->local[2 + i] = guest_u32(k, (uint32_t)c->local[0] + 4 * i);
        call_routine(k, c);
        return true;
    }
}

void ke_activity_kernel_apcs(struct kernel *k, struct kernel_call *c)
{
    c->thread->in_kernel_apc = run_apcs(k, c, &c->thread->kernel_apcs);
    ke_show(k, c->thread->address + KE_THREAD_IN_KERNEL_APC, c->thread->in_kernel_apc, 1);
}

void ke_activity_user_apcs(struct kernel *k, struct kernel_call *c)
{
    c->thread->delivers_user = false;
    (void)run_apcs(k, c, &c->thread->user_apcs);
}

/* The next APC that its thread will not run any more, and its rundown routine; false: there is none. */
bool ke_run_down(struct kernel *k, struct ke_thread *thread, uint32_t *apc, uint32_t *routine)
{
    struct ke_apc_queue *queue = thread->user_apcs.count ? &thread->user_apcs : &thread->kernel_apcs;
    if (!queue->count)
        return false;
    *apc = take(queue, 0).address;
    *routine = *apc ? (uint32_t)ke_look(k, *apc + KE_APC_RUNDOWN, 4) : 0;
    if (*apc)
        ke_show(k, *apc + KE_APC_INSERTED, 0, 1);
    return true;
}
