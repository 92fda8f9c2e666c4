/* Exports that wait. */
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/kernel/handlers.h"

enum { WAIT_ALL, WAIT_ANY, REASON_DELAY = 1, REASON_SINGLE = 3, REASON_MULTIPLE = 6 };

/* NULL, or the title's word of 64 bits. */
static const int64_t *timeout_of(struct kernel *k, uint32_t address, int64_t *timeout)
{
    if (!address)
        return NULL;
    *timeout = (int64_t)guest_u64(k, address);
    return timeout;
}

/* What waiting for a handle's object means: a file's is waited for by itself. */
static uint32_t object_of(struct kernel *k, uint32_t handle, nt_status *status)
{
    struct ob_object *object = ob_by_handle(k, handle, OB_ANY, status);
    return object ? object->address : 0;
}

static void wait_one(struct kernel *k, struct kernel_call *c, uint32_t object, uint32_t reason, uint32_t mode,
                     uint32_t alertable, uint32_t timeout_at)
{
    int64_t timeout;
    struct ke_wait wait = {.count = 1,
                           .object = {object},
                           .alertable = alertable & 0xFF,
                           .user_mode = mode & 0xFF,
                           .reason = (uint8_t)reason,
                           .timeout = timeout_of(k, timeout_at, &timeout)};
    ke_begin_wait(k, c, &wait);
    kernel_call_waits(k, c, 1);
}

void hle_KeWaitForSingleObject(struct kernel *k, struct kernel_call *c)
{
    if (c->step == 0)
        wait_one(k, c, kernel_arg(c, 0), kernel_arg(c, 1), kernel_arg(c, 2), kernel_arg(c, 3), kernel_arg(c, 4));
    else
        c->result = c->waited;
}

void hle_NtWaitForSingleObjectEx(struct kernel *k, struct kernel_call *c)
{
    if (c->step > 0) {
        c->result = c->waited;
        return;
    }
    nt_status status = NT_SUCCESS;
    uint32_t object = object_of(k, kernel_arg(c, 0), &status);
    c->result = status;
    if (object)
        wait_one(k, c, object, REASON_SINGLE, kernel_arg(c, 1), kernel_arg(c, 2), kernel_arg(c, 3));
}

static void wait_many(struct kernel *k, struct kernel_call *c, bool handles, uint32_t type, uint32_t reason,
                      uint32_t mode, uint32_t alertable, uint32_t timeout_at)
{
    uint32_t count = kernel_arg(c, 0);
    int64_t timeout;
    struct ke_wait wait = {.count = count,
                           .all = type == WAIT_ALL,
                           .alertable = alertable & 0xFF,
                           .user_mode = mode & 0xFF,
                           .reason = (uint8_t)reason};
    c->result = NT_INVALID_PARAMETER;
    if (count == 0 || count > KE_WAIT_OBJECTS || type > WAIT_ANY)
        return;
    for (unsigned i = 0; i < count; i++) {
        nt_status status;
        wait.object[i] = guest_u32(k, kernel_arg(c, 1) + 4 * i);
        if (handles && !(wait.object[i] = object_of(k, wait.object[i], &status)))
            return;
    }
    wait.timeout = timeout_of(k, timeout_at, &timeout);
    ke_begin_wait(k, c, &wait);
    kernel_call_waits(k, c, 1);
}

void hle_KeWaitForMultipleObjects(struct kernel *k, struct kernel_call *c)
{
    if (c->step == 0)
        wait_many(k, c, false, kernel_arg(c, 2), kernel_arg(c, 3), kernel_arg(c, 4), kernel_arg(c, 5),
                  kernel_arg(c, 6));
    else
        c->result = c->waited;
}

void hle_NtWaitForMultipleObjectsEx(struct kernel *k, struct kernel_call *c)
{
    if (c->step == 0)
        wait_many(k, c, true, kernel_arg(c, 2), REASON_MULTIPLE, kernel_arg(c, 3), kernel_arg(c, 4), kernel_arg(c, 5));
    else
        c->result = c->waited;
}

void hle_NtSignalAndWaitForSingleObjectEx(struct kernel *k, struct kernel_call *c)
{
    if (c->step > 0) {
        c->result = c->waited;
        return;
    }
    nt_status status = NT_SUCCESS;
    int32_t before;
    struct ob_object *signal = ob_by_handle(k, kernel_arg(c, 0), OB_ANY, &status);
    uint32_t object = signal ? object_of(k, kernel_arg(c, 1), &status) : 0;
    if (object && signal->type == OB_EVENT)
        (void)ke_set_event(k, signal->address, 1);
    else if (object && signal->type == OB_SEMAPHORE)
        status = ke_release_semaphore(k, signal->address, 1, &before);
    else if (object && signal->type == OB_MUTANT)
        status = ke_release_mutant(k, c->thread, signal->address, false, &before);
    else if (object)
        status = NT_OBJECT_TYPE_MISMATCH;
    c->result = status;
    if (object && status == NT_SUCCESS)
        wait_one(k, c, object, REASON_SINGLE, kernel_arg(c, 2), kernel_arg(c, 3), kernel_arg(c, 4));
}

void hle_KeDelayExecutionThread(struct kernel *k, struct kernel_call *c)
{
    if (c->step > 0) {
        c->result = c->waited;
        return;
    }
    int64_t interval = (int64_t)guest_u64(k, kernel_arg(c, 2));
    struct ke_wait wait = {.alertable = kernel_arg(c, 1) & 0xFF,
                           .user_mode = kernel_arg(c, 0) & 0xFF,
                           .reason = REASON_DELAY,
                           .timeout = &interval};
    if (interval != 0) {
        ke_begin_wait(k, c, &wait);
        kernel_call_waits(k, c, 1);
        return;
    }
    nt_status status;
    if (wait.alertable && ke_test_alert(k, c->thread, wait.user_mode, &status))
        c->result = status;
    else
        c->result = ke_yield(k, c->thread) ? NT_SUCCESS : NT_NO_YIELD_PERFORMED;
}

void hle_NtYieldExecution(struct kernel *k, struct kernel_call *c)
{
    c->result = ke_yield(k, c->thread) ? NT_SUCCESS : NT_NO_YIELD_PERFORMED;
}
