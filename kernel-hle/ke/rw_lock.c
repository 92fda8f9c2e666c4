/* Locks of many readers or one writer. A waiter that is woken has the lock already. */
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/kernel/handlers.h"

static int32_t word(struct kernel *k, uint32_t address)
{
    return (int32_t)guest_u32(k, address);
}

static int32_t add(struct kernel *k, uint32_t address, int32_t by)
{
    int32_t before = word(k, address);
    guest_put_u32(k, address, (uint32_t)before + (uint32_t)by);
    return before;
}

void hle_ExInitializeReadWriteLock(struct kernel *k, struct kernel_call *c)
{
    uint32_t lock = kernel_arg(c, 0);
    guest_put_u32(k, lock + KE_RWLOCK_COUNT, UINT32_MAX);
    guest_put_u32(k, lock + KE_RWLOCK_WRITERS, 0);
    guest_put_u32(k, lock + KE_RWLOCK_READERS, 0);
    guest_put_u32(k, lock + KE_RWLOCK_ACTIVE, 0);
    ke_init_event(k, lock + KE_RWLOCK_EVENT, true, false);
    ke_init_semaphore(k, lock + KE_RWLOCK_SEMAPHORE, 0, INT32_MAX);
    guest_put_u32(k, lock + KE_RWLOCK_SPIN, 0);
}

static void wait_for(struct kernel *k, struct kernel_call *c, uint32_t object)
{
    struct ke_wait wait = {.count = 1, .object = {object}, .reason = KE_REASON_RW_LOCK};
    ke_begin_wait(k, c, &wait);
    kernel_call_waits(k, c, 1);
}

void hle_ExAcquireReadWriteLockExclusive(struct kernel *k, struct kernel_call *c)
{
    uint32_t lock = kernel_arg(c, 0);
    if (c->step > 0 || add(k, lock + KE_RWLOCK_COUNT, 1) == -1)
        return;
    (void)add(k, lock + KE_RWLOCK_WRITERS, 1);
    wait_for(k, c, lock + KE_RWLOCK_EVENT);
}

/* Free, or readers have it and no writer waits. */
static bool lets_readers(struct kernel *k, uint32_t lock)
{
    return word(k, lock + KE_RWLOCK_COUNT) == -1 ||
           (word(k, lock + KE_RWLOCK_ACTIVE) > 0 && word(k, lock + KE_RWLOCK_WRITERS) == 0);
}

void hle_ExAcquireReadWriteLockShared(struct kernel *k, struct kernel_call *c)
{
    uint32_t lock = kernel_arg(c, 0);
    if (c->step > 0)
        return;
    bool lets = lets_readers(k, lock);
    (void)add(k, lock + KE_RWLOCK_COUNT, 1);
    (void)add(k, lock + (lets ? KE_RWLOCK_ACTIVE : KE_RWLOCK_READERS), 1);
    if (!lets)
        wait_for(k, c, lock + KE_RWLOCK_SEMAPHORE);
}

void hle_ExTryToAcquireReadWriteLockExclusive(struct kernel *k, struct kernel_call *c)
{
    uint32_t lock = kernel_arg(c, 0);
    c->result = word(k, lock + KE_RWLOCK_COUNT) == -1;
    if (c->result)
        guest_put_u32(k, lock + KE_RWLOCK_COUNT, 0);
}

void hle_ExTryToAcquireReadWriteLockShared(struct kernel *k, struct kernel_call *c)
{
    uint32_t lock = kernel_arg(c, 0);
    c->result = lets_readers(k, lock);
    if (!c->result)
        return;
    (void)add(k, lock + KE_RWLOCK_COUNT, 1);
    (void)add(k, lock + KE_RWLOCK_ACTIVE, 1);
}

void hle_ExReleaseReadWriteLock(struct kernel *k, struct kernel_call *c)
{
    uint32_t lock = kernel_arg(c, 0);
    int32_t active = word(k, lock + KE_RWLOCK_ACTIVE), readers = word(k, lock + KE_RWLOCK_READERS), before;
    if (add(k, lock + KE_RWLOCK_COUNT, -1) <= 0) { /* nobody else */
        guest_put_u32(k, lock + KE_RWLOCK_ACTIVE, 0);
        return;
    }
    if (active > 1) {
        (void)add(k, lock + KE_RWLOCK_ACTIVE, -1);
    } else if (active == 0 && readers > 0) { /* a writer's end lets them all in */
        guest_put_u32(k, lock + KE_RWLOCK_ACTIVE, (uint32_t)readers);
        guest_put_u32(k, lock + KE_RWLOCK_READERS, 0);
        (void)ke_release_semaphore(k, lock + KE_RWLOCK_SEMAPHORE, readers, &before);
    } else {
        guest_put_u32(k, lock + KE_RWLOCK_ACTIVE, 0);
        (void)add(k, lock + KE_RWLOCK_WRITERS, -1);
        (void)ke_set_event(k, lock + KE_RWLOCK_EVENT, 1);
    }
}
