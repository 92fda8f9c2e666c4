/* Tests: NtWaitForMultipleObjectsEx KeWaitForMultipleObjects NtWaitForSingleObjectEx KeDelayExecutionThread
 *        KeWaitForSingleObject
 *
 * Waits for one, any and all of several objects; how long they last; what is wrong with them. */
#include "tests/guest/kernel/check.h"

static uint32_t event[3];

static uint32_t several(uint32_t count, uint32_t type, uint32_t ms)
{
    return NtWaitForMultipleObjectsEx(count, event, type, USER_MODE, 0, GUEST_MS(ms));
}

static void any(void)
{
    EXPECT(several(3, WAIT_ANY, 0), STATUS_TIMEOUT);
    NtSetEvent(event[2], NULL);
    NtSetEvent(event[1], NULL);
    EXPECT(several(3, WAIT_ANY, 0), 1); /* the first one that is set, and only that one is taken */
    EXPECT(several(3, WAIT_ANY, 0), 2);
    EXPECT(several(3, WAIT_ANY, 0), STATUS_TIMEOUT);
}

static void all(void)
{
    NtSetEvent(event[0], NULL);
    NtSetEvent(event[1], NULL);
    EXPECT(several(3, WAIT_ALL, 1), STATUS_TIMEOUT);
    EXPECT(several(2, WAIT_ALL, 0), STATUS_SUCCESS); /* the wait that failed took nothing */
    EXPECT(several(2, WAIT_ANY, 0), STATUS_TIMEOUT);
}

static uint32_t set_later(const volatile void *order)
{
    uint32_t digits = WORD(order);
    for (; digits != 0; digits >>= 4) {
        sleep_ms(2);
        NtSetEvent(event[(digits & 15) - 1], NULL);
    }
    return 0;
}
GUEST_CALLBACK(thread, set_later);

static void from_another_thread(void)
{
    uint32_t thread = start_thread(set_later_code, (void *)0x132, 2, 0), began = edges();
    EXPECT(several(3, WAIT_ALL, 50), STATUS_SUCCESS);
    EXPECT_BETWEEN(microseconds_since(began), 3000, 10000);
    EXPECT(join(thread), STATUS_SUCCESS);
    EXPECT(several(3, WAIT_ANY, 0), STATUS_TIMEOUT);
    thread = start_thread(set_later_code, (void *)0x3, 5, 0);
    EXPECT(several(3, WAIT_ANY, 50), 2);
    EXPECT(join(thread), STATUS_SUCCESS);
}

/* The kernel finds the end of a wait at its clock's tick, each millisecond. */
static void how_long(void)
{
    static const uint32_t lengths[] = {1, 2, 5, 17};
    for (unsigned i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        uint32_t ms = lengths[i], began = edges();
        EXPECT(wait_ms(event[0], ms), STATUS_TIMEOUT);
        EXPECT_BETWEEN(microseconds_since(began), 1000 * ms - 1000, 1000 * ms + 1100);
        began = edges();
        EXPECT(KeDelayExecutionThread(KERNEL_MODE, 0, GUEST_MS(ms)), STATUS_SUCCESS);
        EXPECT_BETWEEN(microseconds_since(began), 1000 * ms - 1000, 1000 * ms + 1100);
    }
}

/* A positive time is a moment of the system's clock. */
static void until(void)
{
    uint64_t now;
    int64_t then;
    uint32_t began = edges();
    KeQuerySystemTime(&now);
    then = (int64_t)now + 30000;
    EXPECT(NtWaitForSingleObjectEx(event[0], USER_MODE, 0, &then), STATUS_TIMEOUT);
    EXPECT_BETWEEN(microseconds_since(began), 1900, 4100);
    then = (int64_t)now;
    began = edges();
    EXPECT(NtWaitForSingleObjectEx(event[0], USER_MODE, 0, &then), STATUS_TIMEOUT);
    EXPECT_BETWEEN(microseconds_since(began), 0, 1100); /* it is past */
}

static void wrong(void)
{
    static uint32_t many[65];
    const uint32_t bad[2] = {event[0], 0xF8001234};
    for (unsigned i = 0; i < 65; i++)
        many[i] = event[0];
    NtSetEvent(event[0], NULL);
    EXPECT(NtWaitForMultipleObjectsEx(0, many, WAIT_ANY, USER_MODE, 0, GUEST_MS(0)), STATUS_INVALID_PARAMETER);
    EXPECT(NtWaitForMultipleObjectsEx(65, many, WAIT_ANY, USER_MODE, 0, GUEST_MS(0)), STATUS_INVALID_PARAMETER);
    EXPECT(NtWaitForMultipleObjectsEx(1, many, 2, USER_MODE, 0, GUEST_MS(0)), STATUS_INVALID_PARAMETER);
    EXPECT(NtWaitForSingleObjectEx(0xF8001234, USER_MODE, 0, NULL), STATUS_INVALID_HANDLE);
    EXPECT(NtWaitForMultipleObjectsEx(2, bad, WAIT_ANY, USER_MODE, 0, GUEST_MS(0)) >> 30, 3); /* a failure */
    EXPECT(wait_ms(event[0], 0), STATUS_SUCCESS); /* none of these took it */
    EXPECT(NtWaitForMultipleObjectsEx(64, many, WAIT_ANY, USER_MODE, 0, GUEST_MS(0)), STATUS_TIMEOUT);
    NtSetEvent(event[0], NULL);
    EXPECT(NtWaitForMultipleObjectsEx(64, many, WAIT_ANY, USER_MODE, 0, GUEST_MS(0)), 0);
}

/* The same on objects in the title's memory. */
static void in_memory(void)
{
    static struct event own;
    static struct semaphore three;
    static char blocks[2][0x18];
    void *const objects[] = {&own, &three};
    KeInitializeEvent(&own, NOTIFICATION, 0);
    KeInitializeSemaphore(&three, 2, 3);
    EXPECT(KeWaitForMultipleObjects(2, objects, WAIT_ANY, 0, USER_MODE, 0, NULL, blocks), 1);
    EXPECT(three.header.signal, 1);
    EXPECT(KeWaitForMultipleObjects(2, objects, WAIT_ALL, 0, USER_MODE, 0, GUEST_MS(1), blocks), STATUS_TIMEOUT);
    EXPECT(three.header.signal, 1);
    KeSetEvent(&own, 1, 0);
    EXPECT(KeWaitForMultipleObjects(2, objects, WAIT_ALL, 0, USER_MODE, 0, GUEST_MS(1), blocks), STATUS_SUCCESS);
    EXPECT(three.header.signal, 0);
    EXPECT(own.header.signal, 1);
    EXPECT(KeWaitForMultipleObjects(2, objects, WAIT_ANY, 0, USER_MODE, 0, GUEST_MS(1), blocks), 0);
    EXPECT(KeWaitForSingleObject(&three, 0, USER_MODE, 0, GUEST_MS(0)), STATUS_TIMEOUT);
}

int main(void)
{
    for (unsigned i = 0; i < 3; i++)
        event[i] = new_event(SYNCHRONIZATION, 0);
    any();
    all();
    from_another_thread();
    how_long();
    until();
    wrong();
    in_memory();
    return check_done();
}
