/* Activities of the kernel's own. */
#include "kernel-hle/ke/ke_parts.h"

kernel_handler *ke_activity(unsigned activity)
{
    static kernel_handler *const handlers[KE_ACTIVITIES] = {
#define ACTIVITY(name, what) ke_activity_##name,
#include "kernel-hle/ke/activities.def"
#undef ACTIVITY
    };
    return handlers[activity];
}

struct kernel_call *ke_begin_activity(struct kernel *k, enum ke_activity activity)
{
    struct ke_thread *thread = k->cpu[k->acting].thread;
    struct ke_frame *frame = ke_frame_push(k, thread);
    if (!frame)
        return NULL;
    frame->call.export = (uint16_t)(kernel_export_count() + activity);
    frame->no_less = thread->due; /* of what it comes between */
    thread->due = k->now;
    return &frame->call;
}

void ke_run_activity(struct kernel *k, enum ke_activity activity)
{
    if (ke_begin_activity(k, activity))
        kernel_call_step(k, ke_frame_top(k->cpu[k->acting].thread));
}

bool ke_software_interrupt(const struct kernel *k, unsigned cpu)
{
    return k->cpu[cpu].irql < KE_DISPATCH && k->ke->dpcs[cpu].count > 0;
}

static enum ke_activity pending(const struct ke_thread *thread)
{
    if (thread->kernel_apcs.count && !thread->in_kernel_apc)
        return KE_ACTIVITY_kernel_apcs;
    if (thread->suspends && !thread->in_suspend)
        return KE_ACTIVITY_suspend;
    return thread->delivers_user ? KE_ACTIVITY_user_apcs : KE_ACTIVITIES;
}

bool ke_deliver(struct kernel *k, unsigned cpu)
{
    struct ke_thread *thread = k->cpu[cpu].thread;
    enum ke_activity activity = ke_software_interrupt(k, cpu) ? KE_ACTIVITY_dpcs : pending(thread);
    if (activity == KE_ACTIVITIES ||
        (activity != KE_ACTIVITY_dpcs &&
         (k->cpu[cpu].irql >= KE_APC || (int32_t)ke_look(k, thread->address + KE_THREAD_APC_DISABLE, 4) < 0)))
        return false;
    ke_run_activity(k, activity);
    return true;
}
