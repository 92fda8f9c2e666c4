/* What other folders bring: nothing of it yet. */
#include "kernel-hle/kernel/placeholders.h"
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/log/log.h"

#include <stdlib.h>

#define WEAK __attribute__((weak))

WEAK void log_call(struct kernel *k, const struct kernel_call *c)
{
    (void)k, (void)c;
}
WEAK void log_return(struct kernel *k, const struct kernel_call *c)
{
    (void)k, (void)c;
}
WEAK void log_handle(struct kernel *k, const char *what, const struct ob_object *object, uint32_t handle)
{
    (void)k, (void)what, (void)object, (void)handle;
}
WEAK void log_wait_begin(struct kernel *k, struct ke_thread *thread, const struct ke_wait *wait)
{
    (void)k, (void)thread, (void)wait;
}
WEAK void log_wait_end(struct kernel *k, struct ke_thread *thread, nt_status status)
{
    (void)k, (void)thread, (void)status;
}
WEAK void log_signal(struct kernel *k, const char *what, uint32_t object, int32_t before, int32_t after)
{
    (void)k, (void)what, (void)object, (void)before, (void)after;
}
WEAK void log_thread(struct kernel *k, const char *what, struct ke_thread *thread)
{
    (void)k, (void)what, (void)thread;
}
WEAK void log_switch(struct kernel *k, unsigned cpu, struct ke_thread *from, struct ke_thread *to)
{
    (void)k, (void)cpu, (void)from, (void)to;
}
WEAK void log_contention(struct kernel *k, struct ke_thread *thread, uint32_t section, uint32_t owner)
{
    (void)k, (void)thread, (void)section, (void)owner;
}
WEAK void log_other(struct kernel *k, struct ke_thread *thread, const char *event, ...)
{
    (void)k, (void)thread, (void)event;
}

WEAK struct ob *ob_new(void)
{
    return malloc(1);
}
WEAK void ob_delete(struct ob *ob)
{
    free(ob);
}
WEAK void ob_reset(struct ob *ob)
{
    (void)ob;
}
WEAK void ob_on_end(struct kernel *k, enum ob_type type, ob_end *end)
{
    (void)k, (void)type, (void)end;
}
WEAK struct ob_object *ob_create(struct kernel *k, enum ob_type type, uint32_t size)
{
    struct ob_object *object = calloc(1, sizeof *object);
    *object = (struct ob_object){.address = mm_allocate_system(k->mm, size), .type = type, .pointers = 1};
    kernel_apply_changes(k);
    return object;
}
WEAK void ob_reference(struct kernel *k, struct ob_object *object)
{
    (void)k;
    object->pointers++;
}
WEAK void ob_dereference(struct kernel *k, struct ob_object *object)
{
    (void)k;
    object->pointers--;
}

WEAK enum sim_status kernel_launch_create(struct kernel *k, struct sim_error *error)
{
    (void)k, (void)error;
    return SIM_OK;
}
WEAK void kernel_launch_destroy(struct kernel *k)
{
    (void)k;
}
WEAK void kernel_launch(struct kernel *k)
{
    (void)k;
}

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
