/* Exports on events, semaphores, mutants and timers: by address and by handle. */
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/kernel/handlers.h"

/* The object of the first argument, a handle; 0, and the result is why not. */
static uint32_t object_of(struct kernel *k, struct kernel_call *c, enum ob_type type)
{
    nt_status status = NT_SUCCESS;
    struct ob_object *object = ob_by_handle(k, kernel_arg(c, 0), type, &status);
    c->result = status;
    return object ? object->address : 0;
}

static void put_before(struct kernel *k, struct kernel_call *c, unsigned argument, int32_t before)
{
    if (kernel_arg(c, argument))
        guest_put_u32(k, kernel_arg(c, argument), (uint32_t)before);
}

/* A new object, or an older one of the name: true where its body is to be filled in. */
static bool create(struct kernel *k, struct kernel_call *c, enum ob_type type, uint32_t *address)
{
    uint32_t handle;
    struct ob_object *object;
    bool existed;
    if (!guest_writable(k, kernel_arg(c, 0), 4)) {
        c->result = NT_ACCESS_VIOLATION;
        return false;
    }
    c->result = ob_create_named(k, type, kernel_arg(c, 1), &handle, &object, &existed);
    if (c->result != NT_SUCCESS && c->result != NT_OBJECT_NAME_EXISTS)
        return false;
    guest_put_u32(k, kernel_arg(c, 0), handle);
    *address = object->address;
    return !existed;
}

/* Events. */
void hle_KeInitializeEvent(struct kernel *k, struct kernel_call *c)
{
    ke_init_event(k, kernel_arg(c, 0), kernel_arg(c, 1) != 0, kernel_arg(c, 2) & 0xFF);
}

void hle_KeSetEvent(struct kernel *k, struct kernel_call *c)
{
    c->result = (uint32_t)ke_set_event(k, kernel_arg(c, 0), (int32_t)kernel_arg(c, 1));
}

void hle_KeResetEvent(struct kernel *k, struct kernel_call *c)
{
    c->result = (uint32_t)ke_reset_event(k, kernel_arg(c, 0));
}

void hle_KePulseEvent(struct kernel *k, struct kernel_call *c)
{
    c->result = (uint32_t)ke_pulse_event(k, kernel_arg(c, 0), (int32_t)kernel_arg(c, 1));
}

void hle_NtCreateEvent(struct kernel *k, struct kernel_call *c)
{
    uint32_t event;
    if (kernel_arg(c, 2) > 1)
        c->result = NT_INVALID_PARAMETER;
    else if (create(k, c, OB_EVENT, &event))
        ke_init_event(k, event, kernel_arg(c, 2), kernel_arg(c, 3) & 0xFF);
}

void hle_NtSetEvent(struct kernel *k, struct kernel_call *c)
{
    uint32_t event = object_of(k, c, OB_EVENT);
    if (event)
        put_before(k, c, 1, ke_set_event(k, event, 1));
}

void hle_NtClearEvent(struct kernel *k, struct kernel_call *c)
{
    uint32_t event = object_of(k, c, OB_EVENT);
    if (event)
        (void)ke_reset_event(k, event);
}

void hle_NtPulseEvent(struct kernel *k, struct kernel_call *c)
{
    uint32_t event = object_of(k, c, OB_EVENT);
    if (event)
        put_before(k, c, 1, ke_pulse_event(k, event, 1));
}

void hle_NtQueryEvent(struct kernel *k, struct kernel_call *c)
{
    uint32_t event = object_of(k, c, OB_EVENT);
    if (!event)
        return;
    guest_put_u32(k, kernel_arg(c, 1), guest_u8(k, event + KE_HEADER_TYPE));
    guest_put_u32(k, kernel_arg(c, 1) + 4, guest_u32(k, event + KE_HEADER_STATE));
}

/* Semaphores. */
void hle_KeInitializeSemaphore(struct kernel *k, struct kernel_call *c)
{
    ke_init_semaphore(k, kernel_arg(c, 0), (int32_t)kernel_arg(c, 1), (int32_t)kernel_arg(c, 2));
}

void hle_KeReleaseSemaphore(struct kernel *k, struct kernel_call *c)
{
    int32_t before;
    nt_status status = ke_release_semaphore(k, kernel_arg(c, 0), (int32_t)kernel_arg(c, 2), &before);
    c->result = (uint32_t)before;
    if (status != NT_SUCCESS)
        ke_raise_status(k, status);
}

void hle_NtCreateSemaphore(struct kernel *k, struct kernel_call *c)
{
    int32_t count = (int32_t)kernel_arg(c, 2), limit = (int32_t)kernel_arg(c, 3);
    uint32_t semaphore;
    if (count < 0 || limit <= 0 || count > limit)
        c->result = NT_INVALID_PARAMETER;
    else if (create(k, c, OB_SEMAPHORE, &semaphore))
        ke_init_semaphore(k, semaphore, count, limit);
}

void hle_NtReleaseSemaphore(struct kernel *k, struct kernel_call *c)
{
    int32_t before;
    uint32_t semaphore = object_of(k, c, OB_SEMAPHORE);
    if (!semaphore)
        return;
    c->result = ke_release_semaphore(k, semaphore, (int32_t)kernel_arg(c, 1), &before);
    if (c->result == NT_SUCCESS)
        put_before(k, c, 2, before);
}

void hle_NtQuerySemaphore(struct kernel *k, struct kernel_call *c)
{
    uint32_t semaphore = object_of(k, c, OB_SEMAPHORE);
    if (!semaphore)
        return;
    guest_put_u32(k, kernel_arg(c, 1), guest_u32(k, semaphore + KE_HEADER_STATE));
    guest_put_u32(k, kernel_arg(c, 1) + 4, guest_u32(k, semaphore + KE_SEMAPHORE_LIMIT));
}

/* Mutants. */
void hle_KeInitializeMutant(struct kernel *k, struct kernel_call *c)
{
    ke_init_mutant(k, kernel_arg(c, 0), kernel_arg(c, 1) & 0xFF ? c->thread : NULL);
}

void hle_KeReleaseMutant(struct kernel *k, struct kernel_call *c)
{
    int32_t before;
    nt_status status = ke_release_mutant(k, c->thread, kernel_arg(c, 0), kernel_arg(c, 2) & 0xFF, &before);
    c->result = (uint32_t)before;
    if (status != NT_SUCCESS)
        ke_raise_status(k, status);
}

void hle_NtCreateMutant(struct kernel *k, struct kernel_call *c)
{
    uint32_t mutant;
    if (create(k, c, OB_MUTANT, &mutant))
        ke_init_mutant(k, mutant, kernel_arg(c, 2) & 0xFF ? c->thread : NULL);
}

void hle_NtReleaseMutant(struct kernel *k, struct kernel_call *c)
{
    int32_t before;
    uint32_t mutant = object_of(k, c, OB_MUTANT);
    if (!mutant)
        return;
    c->result = ke_release_mutant(k, c->thread, mutant, false, &before);
    if (c->result == NT_SUCCESS)
        put_before(k, c, 1, before);
}

void hle_NtQueryMutant(struct kernel *k, struct kernel_call *c)
{
    uint32_t mutant = object_of(k, c, OB_MUTANT);
    if (!mutant)
        return;
    guest_put_u32(k, kernel_arg(c, 1), guest_u32(k, mutant + KE_HEADER_STATE));
    guest_put_u8(k, kernel_arg(c, 1) + 4, guest_u32(k, mutant + KE_MUTANT_OWNER) == c->thread->address);
    guest_put_u8(k, kernel_arg(c, 1) + 5, guest_u8(k, mutant + KE_MUTANT_ABANDONED));
}

/* Timers. */
void hle_KeInitializeTimerEx(struct kernel *k, struct kernel_call *c)
{
    ke_init_timer(k, kernel_arg(c, 0), kernel_arg(c, 1) != 0);
}

void hle_KeSetTimer(struct kernel *k, struct kernel_call *c)
{
    c->result = ke_set_timer(k, kernel_arg(c, 0), (int64_t)c->arg[1], 0, kernel_arg(c, 2), NULL);
}

void hle_KeSetTimerEx(struct kernel *k, struct kernel_call *c)
{
    c->result = ke_set_timer(k, kernel_arg(c, 0), (int64_t)c->arg[1], kernel_arg(c, 2), kernel_arg(c, 3), NULL);
}

void hle_KeCancelTimer(struct kernel *k, struct kernel_call *c)
{
    (void)guest_u32(k, kernel_arg(c, 0));
    c->result = ke_remove_timer(k, kernel_arg(c, 0));
}

void hle_NtCreateTimer(struct kernel *k, struct kernel_call *c)
{
    uint32_t timer;
    if (kernel_arg(c, 2) > 1)
        c->result = NT_INVALID_PARAMETER;
    else if (create(k, c, OB_TIMER, &timer))
        ke_init_timer(k, timer, kernel_arg(c, 2));
}

void hle_NtSetTimerEx(struct kernel *k, struct kernel_call *c)
{
    uint32_t timer = object_of(k, c, OB_TIMER);
    if (!timer)
        return;
    struct ke_timer_apc apc = {c->thread, kernel_arg(c, 2), kernel_arg(c, 4)};
    c->result = NT_INVALID_PARAMETER;
    if ((int32_t)kernel_arg(c, 6) < 0)
        return;
    c->result = NT_ACCESS_VIOLATION;
    if (!guest_readable(k, kernel_arg(c, 1), 8))
        return;
    c->result = NT_SUCCESS;
    (void)ke_set_timer(k, timer, (int64_t)guest_u64(k, kernel_arg(c, 1)), kernel_arg(c, 6), 0,
                       apc.routine ? &apc : NULL);
    if (kernel_arg(c, 5) & 0xFF)
        c->result = NT_TIMER_RESUME_IGNORED;
}

void hle_NtCancelTimer(struct kernel *k, struct kernel_call *c)
{
    uint32_t timer = object_of(k, c, OB_TIMER);
    if (!timer)
        return;
    (void)ke_remove_timer(k, timer);
    put_before(k, c, 1, (int32_t)guest_u32(k, timer + KE_HEADER_STATE));
}
