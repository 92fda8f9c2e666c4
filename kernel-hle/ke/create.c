/* Threads come into being, and end. */
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/log/log.h"
#include "kernel-hle/ob/ob.h"

#include <stdlib.h>
#include <string.h>

enum { STACK_LEAST = 0x4000, STACK_GRANULE = 0x1000, STACK_MOST = 0x1000000, CREATE_SUSPENDED = 1 };

void ke_set_state(struct kernel *k, struct ke_thread *thread, enum ke_state state)
{
    thread->state = (uint8_t)state;
    ke_show(k, thread->address + KE_THREAD_STATE, state, 1);
}

void ke_show_current(struct kernel *k, unsigned cpu)
{
    const struct ke_thread *thread = k->cpu[cpu].thread;
    uint32_t pcr = ke_pcr(cpu);
    ke_show(k, pcr + KE_PCR_TLS, thread->tls, 4);
    ke_show(k, pcr + KE_PCR_THREAD, thread->address, 4);
    ke_show(k, pcr + KE_PCR_STACK_BASE, thread->limits.base, 4);
    ke_show(k, pcr + KE_PCR_STACK_LIMIT, thread->limits.limit, 4);
    ke_show(k, pcr + KE_PCR_IRQL, k->cpu[cpu].irql, 1);
}

void ke_show_thread(struct kernel *k, struct ke_thread *t)
{
    uint32_t at = t->address, pcr = ke_pcr(t->cpu);
    ke_show(k, at + KE_HEADER_TYPE, KE_THREAD, 1);
    static const uint16_t lists[] = {KE_HEADER_LIST,      KE_THREAD_MUTANTS, KE_THREAD_KERNEL_APCS,
                                     KE_THREAD_USER_APCS, KE_THREAD_TIMERS,  KE_THREAD_LIST_154};
    for (unsigned i = 0; i < sizeof lists / sizeof *lists; i++)
        ke_show_list(k, at + lists[i]);
    ke_show(k, at + KE_THREAD_TIMER, KE_NOTIFICATION_TIMER, 1);
    ke_show_list(k, at + KE_THREAD_TIMER + KE_HEADER_LIST);
    uint32_t block = at + KE_THREAD_TIMEOUT_BLOCK, timers = at + KE_THREAD_TIMER + KE_HEADER_LIST;
    ke_show(k, block, (uint64_t)timers << 32 | timers, 8);
    ke_show(k, block + 0x08, at, 4);
    ke_show(k, block + 0x0C, at + KE_THREAD_TIMER, 4);
    ke_show(k, block + 0x14, NT_TIMEOUT, 2);
    ke_show(k, block + 0x16, 1, 2);
    ke_show(k, at + KE_THREAD_STACK_BASE, t->stack.base, 4);
    ke_show(k, at + KE_THREAD_STACK_LIMIT, t->stack.limit, 4);
    ke_show(k, at + KE_THREAD_KERNEL_SP, t->stack.base - KE_FIRST_FRAME, 4);
    ke_show(k, at + KE_THREAD_STACK_ALLOCATION, t->stack.allocation, 4);
    ke_show(k, at + KE_THREAD_TLS, t->tls, 4);
    ke_show(k, at + KE_THREAD_PRIORITY, t->priority, 1);
    ke_show(k, at + KE_THREAD_PROCESS_TYPES, (uint64_t)t->process << 8 | t->process, 2);
    ke_show(k, at + KE_THREAD_PROCESS, ke_process_address((enum ke_process)t->process), 4);
    ke_show(k, at + KE_THREAD_QUEUES_APCS, 1, 1);
    ke_show(k, at + KE_THREAD_MSR_MASK, 0xFDFFD7FF, 4);
    ke_show(k, at + KE_THREAD_QUANTUM, (uint32_t)t->quantum, 4);
    ke_show(k, at + KE_THREAD_BASE_PRIORITY, t->base, 1);
    ke_show(k, at + KE_THREAD_SUSPENDS, t->suspends, 1);
    ke_show(k, at + KE_THREAD_CPU, t->cpu, 1);
    ke_show(k, at + KE_THREAD_PRCB, pcr + KE_PCR_PRCB, 4);
    ke_show(k, at + KE_THREAD_TARGET_PRCB, pcr + KE_PCR_PRCB, 4);
    ke_show(k, at + KE_THREAD_CLASS_PRIORITIES, t->class_least, 1);
    ke_show(k, at + KE_THREAD_CLASS_PRIORITIES + 1, t->class_base, 1);
    ke_show(k, at + KE_THREAD_CLASS_PRIORITIES + 2, t->class_greatest, 1);
    ke_show(k, at + KE_THREAD_SUSPEND_APC, KE_APC_RECORD, 2);
    ke_show(k, at + KE_THREAD_SUSPEND_APC + KE_APC_THREAD, at, 4);
    ke_show(k, at + KE_THREAD_SUSPEND_SEMAPHORE, KE_SEMAPHORE, 1);
    ke_show_list(k, at + KE_THREAD_SUSPEND_SEMAPHORE + KE_HEADER_LIST);
    ke_show(k, at + KE_THREAD_SUSPEND_SEMAPHORE + KE_SEMAPHORE_LIMIT, 2, 4);
    ke_show(k, at + KE_THREAD_CREATED, ke_system_time(k), 8);
    ke_show(k, at + KE_THREAD_ID, t->id, 4);
    ke_show(k, at + KE_THREAD_START, t->start, 4);
    ke_show(k, at + KE_THREAD_ONE_17C, 1, 4);
}

static void set_registers(struct ke_thread *t, const struct ke_new_thread *what)
{
    struct ke_registers *r = &t->registers;
    memset(r, 0, sizeof *r);
    r->gpr[1] = t->stack.base - KE_FIRST_FRAME;
    r->gpr[13] = ke_pcr(t->cpu);
    r->nia = what->startup ? what->startup : what->start;
    r->gpr[3] = what->startup ? what->start : what->context;
    r->gpr[4] = what->startup ? what->context : 0;
    r->lr = kernel_own_address(KERNEL_OWN_EXIT);
    r->msr = KE_MSR;
    r->vrsave = UINT32_MAX;
}

static bool make_stack(struct kernel *k, struct ke_thread *t, uint32_t size)
{
    size = size > STACK_MOST ? STACK_MOST : size < STACK_LEAST ? STACK_LEAST : size;
    size = (size + STACK_GRANULE - 1) & ~(uint32_t)(STACK_GRANULE - 1);
    nt_status status = mm_create_thread_stack(k->mm, size, &t->stack);
    kernel_apply_changes(k);
    return status == NT_SUCCESS;
}

static void abandon(struct kernel *k, struct ke_thread *t, struct ob_object *object)
{
    if (object) {
        object->payload = NULL;
        ob_dereference(k, object);
    }
    if (t->stack.base) {
        (void)mm_delete_thread_stack(k->mm, &t->stack);
        kernel_apply_changes(k);
    }
    ke_free_thread(t);
}

struct ke_thread *ke_create_thread(struct kernel *k, const struct ke_new_thread *what)
{
    struct ke *ke = k->ke;
    const struct ke_process_info *process = &ke_process_info[what->process];
    struct ke_thread *t = ke->threads < KE_THREADS_MAX ? calloc(1, sizeof *t) : NULL;
    if (!t)
        return NULL;
    t->class_least = process->least;
    t->class_base = what->flags & 0x20 ? 13 : what->flags & 0x40 ? 5 : process->base;
    t->class_greatest = process->greatest;
    t->priority = t->base = (uint8_t)(what->priority ? what->priority : t->class_base);
    t->quantum = process->quantum;
    t->process = (uint8_t)what->process;
    t->cpu = (uint8_t)what->cpu;
    t->start = what->start;
    t->suspends = what->flags & CREATE_SUSPENDED;
    struct ob_object *object = NULL;
    if (!make_stack(k, t, what->stack_size) || !(object = ob_create(k, OB_THREAD, KE_THREAD_SIZE)) ||
        !ke_make_tls(k, t)) {
        abandon(k, t, object);
        return NULL;
    }
    t->limits = t->stack;
    t->address = object->address;
    t->id = ++ke->next_id;
    object->payload = t;
    ke->thread[ke->threads++] = t;
    set_registers(t, what);
    ke_show_thread(k, t);
    ke_show(k, t->address + KE_THREAD_FLAGS, what->flags, 4);
    ob_reference(k, object); /* until its exit */
    log_thread(k, "create", t);
    return t;
}

struct ke_thread *ke_start_title_thread(struct kernel *k, uint32_t entry, uint32_t stack_size)
{
    struct ke_new_thread what = {.stack_size = stack_size, .start = entry, .process = KE_PROCESS_TITLE};
    struct ke_thread *thread = ke_create_thread(k, &what);
    if (thread)
        ke_make_ready(k, thread);
    ke_settle(k);
    return thread;
}

struct ke_thread *ke_thread_at(const struct kernel *k, uint32_t address)
{
    for (uint32_t i = 0; i < k->ke->threads; i++)
        if (k->ke->thread[i]->address == address)
            return k->ke->thread[i];
    for (unsigned i = 0; i < KERNEL_CPUS; i++)
        if (k->ke->idle[i].address == address)
            return &k->ke->idle[i];
    return NULL;
}

/* Nobody refers to it any more. */
void ke_thread_ended(struct kernel *k, struct ob_object *object)
{
    struct ke_thread *t = object->payload;
    struct ke *ke = k->ke;
    uint32_t i = 0;
    while (i < ke->threads && ke->thread[i] != t)
        i++;
    if (i == ke->threads)
        return;
    memmove(&ke->thread[i], &ke->thread[i + 1], (ke->threads - i - 1) * sizeof *ke->thread);
    ke->threads--;
    object->payload = NULL;
    (void)mm_delete_thread_stack(k->mm, &t->stack);
    kernel_apply_changes(k);
    ke_free_tls(k, t);
    ke_free_thread(t);
}

/* Ends. What its thread is in the middle of is dropped at once; the rest when its hardware thread comes to it. */
void ke_exit_thread(struct kernel *k, struct ke_thread *thread, uint32_t code)
{
    if (ke_is_idle(k, thread) || k->cpu[thread->cpu].irql >= KE_DISPATCH) {
        kernel_stop(k, SIM_GUEST, "a thread exits in an interrupt or a DPC, on hardware thread %u", thread->cpu);
        return;
    }
    thread->exits = true;
    thread->exit_code = code;
}

void ke_begin_exit(struct kernel *k, struct ke_thread *thread)
{
    while (thread->frames) {
        if (ke_frame_top(thread)->waits)
            ke_let_go(k, ke_frame_top(thread)->waits);
        ke_frame_pop(thread);
    }
    thread->exits = false;
    ke_set_irql(k, thread->cpu, KE_PASSIVE);
    ke_run_activity(k, KE_ACTIVITY_exit);
}

static bool title_lives(const struct kernel *k)
{
    for (uint32_t i = 0; i < k->ke->threads; i++)
        if (k->ke->thread[i]->process == KE_PROCESS_TITLE && k->ke->thread[i]->state != KE_TERMINATED)
            return true;
    return false;
}

void ke_activity_exit(struct kernel *k, struct kernel_call *c)
{
    struct ke_thread *t = c->thread;
    uint32_t apc, routine;
    t->delivers_user = false;
    while (ke_run_down(k, t, &apc, &routine))
        if (routine) {
            kernel_call_guest(k, c, 0, routine, 1, (uint64_t[]){apc});
            return;
        }
    ke_abandon_mutants(k, t);
    ke_forget_thread_timers(k, t);
    ke_show(k, t->address + KE_THREAD_EXIT_STATUS, t->exit_code, 4);
    ke_show(k, t->address + KE_THREAD_EXITED, ke_system_time(k), 8);
    ke_show(k, t->address + KE_THREAD_TERMINATED, 1, 1);
    ke_show(k, t->address + KE_HEADER_STATE, 1, 4);
    log_thread(k, "exit", t);
    ke_touched(k, t->address);
    ke_wake(k, t->address, 0);
    ke_set_state(k, t, KE_TERMINATED);
    k->ke->dead = t;
    kernel_call_leaves(k, c);
    if (t->process == KE_PROCESS_TITLE && !title_lives(k))
        kernel_stop(k, SIM_OK, "the title has ended: its last thread exited with 0x%08X", t->exit_code);
}

void ke_bury(struct kernel *k)
{
    struct ke_thread *thread = k->ke->dead;
    k->ke->dead = NULL;
    if (thread)
        ob_dereference(k, ob_by_address(k, thread->address));
}
