/* Exports on threads. */
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/kernel/handlers.h"
#include "kernel-hle/log/log.h"
#include "kernel-hle/ob/ob_parts.h"

enum { CREATE_SUSPENDED = 1, CREATE_SYSTEM = 2, CREATE_GIVES_OBJECT = 0x80, SUSPENDS_MAX = 0x7F, STACK_USUAL = 0x4000 };

static uint32_t usual_stack(const struct kernel *k)
{
    const struct image *image = k->config.image;
    return image && image->stack_size ? image->stack_size : STACK_USUAL;
}

/* Exactly one bit, of the hardware threads'; none is the creator's own. */
static bool cpu_of(uint32_t mask, unsigned usual, unsigned *cpu)
{
    *cpu = mask ? (unsigned)__builtin_ctz(mask) : usual;
    return (mask & (mask - 1)) == 0 && *cpu < KERNEL_CPUS;
}

void hle_ExCreateThread(struct kernel *k, struct kernel_call *c)
{
    uint32_t flags = kernel_arg(c, 6), handle_at = kernel_arg(c, 0), id_at = kernel_arg(c, 2), handle;
    struct ke_new_thread what = {.stack_size = kernel_arg(c, 1) ? kernel_arg(c, 1) : usual_stack(k),
                                 .startup = kernel_arg(c, 3),
                                 .start = kernel_arg(c, 4),
                                 .context = kernel_arg(c, 5),
                                 .process = flags & CREATE_SYSTEM ? KE_PROCESS_SYSTEM : KE_PROCESS_TITLE,
                                 .flags = flags};
    c->result = NT_INVALID_PARAMETER;
    if (!cpu_of(flags >> 24, c->thread->cpu, &what.cpu))
        return;
    c->result = NT_ACCESS_VIOLATION;
    if ((handle_at && !guest_writable(k, handle_at, 4)) || (id_at && !guest_writable(k, id_at, 4)))
        return;
    struct ke_thread *thread = ke_create_thread(k, &what);
    c->result = NT_NO_MEMORY;
    if (!thread)
        return;
    struct ob_object *object = ob_by_address(k, thread->address);
    c->result = NT_SUCCESS;
    if (flags & CREATE_GIVES_OBJECT) {
        handle = thread->address;
        ob_lend(k, object);
    } else {
        c->result = ob_new_handle(k, object, &handle);
        if (c->result == NT_SUCCESS)
            log_handle(k, "create", object, handle);
        if (c->result != NT_SUCCESS)
            ob_dereference(k, object); /* that of its running */
        ob_dereference(k, object);
    }
    if (c->result != NT_SUCCESS)
        return;
    if (handle_at)
        guest_put_u32(k, handle_at, handle);
    if (id_at)
        guest_put_u32(k, id_at, thread->id);
    if (!thread->suspends)
        ke_make_ready(k, thread);
}

void hle_ExTerminateThread(struct kernel *k, struct kernel_call *c)
{
    ke_exit_thread(k, c->thread, kernel_arg(c, 0));
    kernel_call_leaves(k, c);
}

/* A thread by its KTHREAD's address; one that is none faults there. */
static struct ke_thread *thread_at(struct kernel *k, uint32_t address)
{
    struct ke_thread *thread = ke_thread_at(k, address);
    if (thread && ke_is_idle(k, thread))
        thread = NULL;
    (void)guest_u32(k, thread ? address : 0);
    return thread;
}

static struct ke_thread *by_handle(struct kernel *k, uint32_t handle, nt_status *status)
{
    struct ob_object *object = ob_by_handle(k, handle, OB_THREAD, status);
    if (object && !object->payload)
        *status = NT_THREAD_IS_TERMINATING;
    return object ? object->payload : NULL;
}

static nt_status suspend(struct kernel *k, struct ke_thread *thread, uint32_t *before)
{
    *before = thread->suspends;
    if (thread->state == KE_TERMINATED)
        return NT_THREAD_IS_TERMINATING;
    if (thread->suspends == SUSPENDS_MAX)
        return NT_SUSPEND_COUNT_EXCEEDED;
    thread->suspends++;
    ke_show(k, thread->address + KE_THREAD_SUSPENDS, thread->suspends, 1);
    log_thread(k, "suspend", thread);
    if (thread->suspends == 1 && ke_wait_gives_way(k, thread))
        ke_interrupt_wait(k, thread);
    else if (thread->suspends == 1 && thread->state == KE_RUNNING)
        ke_ask(k, thread->cpu);
    return NT_SUCCESS;
}

static uint32_t resume(struct kernel *k, struct ke_thread *thread)
{
    uint32_t before = thread->suspends;
    int32_t count;
    if (!before)
        return 0;
    thread->suspends--;
    ke_show(k, thread->address + KE_THREAD_SUSPENDS, thread->suspends, 1);
    log_thread(k, "resume", thread);
    if (thread->suspends)
        return before;
    if (thread->state == KE_INITIAL)
        ke_make_ready(k, thread);
    else if (thread->in_suspend)
        (void)ke_release_semaphore(k, thread->address + KE_THREAD_SUSPEND_SEMAPHORE, 1, &count);
    return before;
}

/* The thread waits until nobody wants it suspended. */
void ke_activity_suspend(struct kernel *k, struct kernel_call *c)
{
    struct ke_thread *thread = c->thread;
    if (c->step == 0 && thread->suspends) {
        struct ke_wait wait = {
            .count = 1, .object = {thread->address + KE_THREAD_SUSPEND_SEMAPHORE}, .reason = KE_REASON_SUSPENDED};
        thread->in_suspend = true;
        ke_begin_wait(k, c, &wait);
        kernel_call_waits(k, c, 1);
        return;
    }
    thread->in_suspend = false;
}

void hle_NtSuspendThread(struct kernel *k, struct kernel_call *c)
{
    nt_status status = NT_SUCCESS;
    uint32_t before = 0;
    struct ke_thread *thread = by_handle(k, kernel_arg(c, 0), &status);
    c->result = thread ? suspend(k, thread, &before) : status;
    if (c->result == NT_SUCCESS && kernel_arg(c, 1))
        guest_put_u32(k, kernel_arg(c, 1), before);
}

void hle_NtResumeThread(struct kernel *k, struct kernel_call *c)
{
    nt_status status = NT_SUCCESS;
    struct ke_thread *thread = by_handle(k, kernel_arg(c, 0), &status);
    c->result = status;
    uint32_t before = thread ? resume(k, thread) : 0;
    if (thread && kernel_arg(c, 1))
        guest_put_u32(k, kernel_arg(c, 1), before);
}

void hle_KeSuspendThread(struct kernel *k, struct kernel_call *c)
{
    uint32_t before = 0;
    struct ke_thread *thread = thread_at(k, kernel_arg(c, 0));
    nt_status status = thread ? suspend(k, thread, &before) : NT_SUCCESS;
    c->result = before;
    if (status == NT_SUSPEND_COUNT_EXCEEDED)
        ke_raise_status(k, status);
}

void hle_KeResumeThread(struct kernel *k, struct kernel_call *c)
{
    struct ke_thread *thread = thread_at(k, kernel_arg(c, 0));
    if (thread)
        (void)resume(k, thread);
    c->result = NT_SUCCESS;
}

void hle_KeAlertThread(struct kernel *k, struct kernel_call *c)
{
    struct ke_thread *thread = thread_at(k, kernel_arg(c, 0));
    c->result = thread && ke_alert(k, thread, kernel_arg(c, 1) & 0xFF);
}

void hle_KeAlertResumeThread(struct kernel *k, struct kernel_call *c)
{
    struct ke_thread *thread = thread_at(k, kernel_arg(c, 0));
    if (!thread)
        return;
    (void)ke_alert(k, thread, false);
    c->result = resume(k, thread);
}

void hle_KeTestAlertThread(struct kernel *k, struct kernel_call *c)
{
    nt_status status;
    bool user = kernel_arg(c, 0) & 0xFF;
    c->result = c->thread->alerted[user];
    (void)ke_test_alert(k, c->thread, user, &status);
}

/* Priorities. */
void hle_KeSetBasePriorityThread(struct kernel *k, struct kernel_call *c)
{
    struct ke_thread *thread = thread_at(k, kernel_arg(c, 0));
    if (thread)
        c->result = (uint32_t)ke_set_base_priority(k, thread, (int32_t)kernel_arg(c, 1));
}

void hle_KeQueryBasePriorityThread(struct kernel *k, struct kernel_call *c)
{
    const struct ke_thread *thread = thread_at(k, kernel_arg(c, 0));
    if (thread)
        c->result = (uint32_t)ke_base_increment(thread);
}

void hle_KeSetPriorityThread(struct kernel *k, struct kernel_call *c)
{
    struct ke_thread *thread = thread_at(k, kernel_arg(c, 0));
    uint32_t priority = kernel_arg(c, 1);
    if (!thread || priority >= KE_PRIORITIES)
        return;
    c->result = thread->priority;
    thread->decrement = 0;
    ke_show(k, thread->address + KE_THREAD_DECREMENT, 0, 1);
    ke_set_priority(k, thread, (uint8_t)priority);
}

void hle_KeBoostPriorityThread(struct kernel *k, struct kernel_call *c)
{
    struct ke_thread *thread = thread_at(k, kernel_arg(c, 0));
    if (!thread || thread->priority >= KE_REALTIME || thread->decrement)
        return;
    int64_t boosted = (int64_t)thread->base + (int32_t)kernel_arg(c, 1);
    if (boosted > thread->priority)
        ke_set_priority(k, thread, (uint8_t)(boosted > thread->class_greatest ? thread->class_greatest : boosted));
}

void hle_KeSetDisableBoostThread(struct kernel *k, struct kernel_call *c)
{
    struct ke_thread *thread = thread_at(k, kernel_arg(c, 0));
    if (!thread)
        return;
    c->result = thread->boost_disabled;
    thread->boost_disabled = kernel_arg(c, 1) & 0xFF;
    ke_show(k, thread->address + KE_THREAD_BOOST_DISABLED, thread->boost_disabled, 1);
}

void hle_KeSetAffinityThread(struct kernel *k, struct kernel_call *c)
{
    struct ke_thread *thread = thread_at(k, kernel_arg(c, 0));
    uint32_t mask = kernel_arg(c, 1) & 0x3F;
    c->result = NT_INVALID_PARAMETER;
    if (!thread || !mask)
        return;
    if (kernel_arg(c, 2))
        guest_put_u32(k, kernel_arg(c, 2), UINT32_C(1) << thread->cpu);
    ke_move(k, thread, 31 - (unsigned)__builtin_clz(mask));
    c->result = NT_SUCCESS;
}

/* Processes, stacks. */
void hle_KeGetCurrentProcessType(struct kernel *k, struct kernel_call *c)
{
    uint32_t pcr = ke_pcr(c->thread->cpu);
    c->result = ke_look(k, pcr + KE_PCR_DPC_ACTIVE, 4)
                    ? ke_look(k, pcr + KE_PCR_DPC_PROCESS_TYPE, 1)
                    : ke_look(k, c->thread->address + KE_THREAD_PROCESS_TYPES + 1, 1);
}

void hle_KeSetCurrentProcessType(struct kernel *k, struct kernel_call *c)
{
    uint32_t pcr = ke_pcr(c->thread->cpu), type = kernel_arg(c, 0);
    if (type > KE_PROCESS_SYSTEM)
        return;
    if (ke_look(k, pcr + KE_PCR_DPC_ACTIVE, 4))
        ke_show(k, pcr + KE_PCR_DPC_PROCESS_TYPE, type, 1);
    else
        ke_show(k, c->thread->address + KE_THREAD_PROCESS_TYPES + 1, type, 1);
}

void hle_KeSetCurrentStackPointers(struct kernel *k, struct kernel_call *c)
{
    struct ke_thread *thread = c->thread;
    thread->limits.allocation = kernel_arg(c, 2);
    thread->limits.base = kernel_arg(c, 3);
    thread->limits.limit = kernel_arg(c, 4);
    ke_show(k, thread->address + KE_THREAD_STACK_ALLOCATION, thread->limits.allocation, 4);
    ke_show(k, thread->address + KE_THREAD_STACK_BASE, thread->limits.base, 4);
    ke_show(k, thread->address + KE_THREAD_STACK_LIMIT, thread->limits.limit, 4);
    ke_show_current(k, thread->cpu);
    kernel_registers(k, c)->gpr[1] = kernel_arg(c, 0);
}

void hle_KeEnableFpuExceptions(struct kernel *k, struct kernel_call *c)
{
    ke_show(k, c->thread->address + KE_THREAD_FPU_EXCEPTIONS, kernel_arg(c, 0) & 0xFF, 1);
}

static void count_critical(struct kernel *k, const struct kernel_call *c, int32_t by)
{
    uint32_t at = c->thread->address + KE_THREAD_APC_DISABLE;
    ke_show(k, at, (uint32_t)((int32_t)ke_look(k, at, 4) + by), 4);
}

void hle_KeEnterCriticalRegion(struct kernel *k, struct kernel_call *c)
{
    count_critical(k, c, -1);
}

void hle_KeLeaveCriticalRegion(struct kernel *k, struct kernel_call *c)
{
    count_critical(k, c, 1);
}

void hle_NtQueueApcThread(struct kernel *k, struct kernel_call *c)
{
    nt_status status = NT_SUCCESS;
    struct ke_thread *thread = by_handle(k, kernel_arg(c, 0), &status);
    c->result = status;
    if (thread)
        ke_queue_user_apc(k, thread, kernel_arg(c, 1), kernel_arg(c, 2), kernel_arg(c, 3), kernel_arg(c, 4));
}
