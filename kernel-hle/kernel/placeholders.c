/* What other folders bring: nothing of it yet. */
#include "kernel-hle/ke/ke_parts.h"

#include <stdlib.h>

#define WEAK __attribute__((weak))

WEAK void ke_begin_wait(struct kernel *k, struct kernel_call *c, const struct ke_wait *wait)
{
    (void)k, (void)wait;
    c->waited = NT_SUCCESS;
}
WEAK int32_t ke_set_event(struct kernel *k, uint32_t event, int32_t increment)
{
    int32_t before = (int32_t)guest_u32(k, event + 4);
    (void)increment;
    guest_put_u32(k, event + 4, 1);
    return before;
}
WEAK int32_t ke_reset_event(struct kernel *k, uint32_t event)
{
    int32_t before = (int32_t)guest_u32(k, event + 4);
    guest_put_u32(k, event + 4, 0);
    return before;
}
WEAK int32_t ke_pulse_event(struct kernel *k, uint32_t event, int32_t increment)
{
    (void)increment;
    return ke_reset_event(k, event);
}
WEAK nt_status ke_release_semaphore(struct kernel *k, uint32_t semaphore, int32_t adjustment, int32_t *before)
{
    *before = (int32_t)guest_u32(k, semaphore + 4);
    guest_put_u32(k, semaphore + 4, (uint32_t)(*before + adjustment));
    return NT_SUCCESS;
}
WEAK void ke_init_event(struct kernel *k, uint32_t event, bool synchronization, bool state)
{
    guest_put_u32(k, event, (uint32_t)synchronization << 24);
    guest_put_u32(k, event + 4, state);
}
WEAK void ke_init_semaphore(struct kernel *k, uint32_t semaphore, int32_t count, int32_t limit)
{
    guest_put_u32(k, semaphore, 5u << 24);
    guest_put_u32(k, semaphore + 4, (uint32_t)count);
    guest_put_u32(k, semaphore + 16, (uint32_t)limit);
}
WEAK void ke_queue_user_apc(struct kernel *k, struct ke_thread *thread, uint32_t routine, uint32_t context,
                            uint32_t argument1, uint32_t argument2)
{
    (void)k, (void)thread, (void)routine, (void)context, (void)argument1, (void)argument2;
}

WEAK struct kernel_call *ke_begin_activity(struct kernel *k, enum ke_activity activity)
{
    struct ke_frame *frame = ke_frame_push(k, kernel_current_thread(k));
    if (!frame)
        return NULL;
    frame->call.export = (uint16_t)(kernel_export_count() + activity);
    return &frame->call;
}
