/* Tests: NtCreateSemaphore NtReleaseSemaphore NtQuerySemaphore KeInitializeSemaphore KeReleaseSemaphore
 *        KeWaitForSingleObject NtWaitForSingleObjectEx
 *
 * Semaphores: what they count, whom they wake, in which order. */
#include "tests/guest/kernel/check.h"

enum { LIMIT_EXCEEDED = (int)0xC0000047 };

static uint32_t semaphore;
static volatile uint32_t order, done;

static uint32_t take(const volatile void *number)
{
    sleep_ms(WORD(number)); /* so they wait in this order */
    uint32_t status = wait_ms(semaphore, 60);
    if (status == STATUS_SUCCESS)
        __atomic_fetch_or(&order, WORD(number) << 4 * __atomic_fetch_add(&done, 1, __ATOMIC_RELAXED), __ATOMIC_RELAXED);
    return status;
}
GUEST_CALLBACK(thread, take);

static void counts(void)
{
    uint32_t before = 99, information[2] = {9, 9};
    EXPECT(NtCreateSemaphore(&semaphore, NULL, 1, 3), STATUS_SUCCESS);
    EXPECT(NtQuerySemaphore(semaphore, information), STATUS_SUCCESS);
    EXPECT(information[0], 1);
    EXPECT(information[1], 3);
    EXPECT(wait_ms(semaphore, 0), STATUS_SUCCESS);
    EXPECT(wait_ms(semaphore, 0), STATUS_TIMEOUT);
    EXPECT(NtReleaseSemaphore(semaphore, 2, &before), STATUS_SUCCESS);
    EXPECT(before, 0);
    EXPECT(NtReleaseSemaphore(semaphore, 2, &before), LIMIT_EXCEEDED);
    EXPECT(NtReleaseSemaphore(semaphore, 1, &before), STATUS_SUCCESS);
    EXPECT(before, 2);
    for (unsigned i = 0; i < 3; i++)
        EXPECT(wait_ms(semaphore, 0), STATUS_SUCCESS);
    EXPECT(wait_ms(semaphore, 1), STATUS_TIMEOUT);
    EXPECT(NtCreateSemaphore(&before, NULL, 4, 3), STATUS_INVALID_PARAMETER);
    EXPECT(NtCreateSemaphore(&before, NULL, -1, 3), STATUS_INVALID_PARAMETER);
    EXPECT(NtCreateSemaphore(&before, NULL, 0, 0), STATUS_INVALID_PARAMETER);
}

/* Who waits first is woken first, as many as were released. */
static void in_order(void)
{
    uint32_t thread[4], before = 99;
    for (uint32_t i = 0; i < 4; i++)
        thread[i] = start_thread(take_code, (void *)(2 * i + 1), i + 2, 0);
    sleep_ms(12);
    EXPECT(NtReleaseSemaphore(semaphore, 2, &before), STATUS_SUCCESS);
    EXPECT(before, 0);
    sleep_ms(2);
    EXPECT(done, 2);
    EXPECT(order == 0x13 || order == 0x31, 1); /* each on its own hardware thread */
    EXPECT(NtReleaseSemaphore(semaphore, 3, &before), STATUS_SUCCESS);
    for (uint32_t i = 0; i < 4; i++)
        EXPECT(join(thread[i]), STATUS_SUCCESS);
    EXPECT(done, 4);
    EXPECT(NtReleaseSemaphore(semaphore, 1, &before), STATUS_SUCCESS);
    EXPECT(before, 1); /* three were released, two were taken */
    NtClose(semaphore);
}

static void in_memory(void)
{
    static struct semaphore own;
    KeInitializeSemaphore(&own, 2, 2);
    EXPECT(own.header.type, 5);
    EXPECT(own.limit, 2);
    EXPECT(KeWaitForSingleObject(&own, 0, USER_MODE, 0, NULL), STATUS_SUCCESS);
    EXPECT(own.header.signal, 1);
    EXPECT(KeWaitForSingleObject(&own, 0, USER_MODE, 0, NULL), STATUS_SUCCESS);
    EXPECT(KeWaitForSingleObject(&own, 0, USER_MODE, 0, GUEST_MS(1)), STATUS_TIMEOUT);
    EXPECT(KeReleaseSemaphore(&own, 1, 1, 0), 0);
    EXPECT(KeReleaseSemaphore(&own, 1, 1, 0), 1);
    EXPECT(own.header.signal, 2);
}

int main(void)
{
    counts();
    in_order();
    in_memory();
    return check_done();
}
