/* Tests: NtCreateEvent NtSetEvent NtClearEvent NtPulseEvent NtQueryEvent KeInitializeEvent KeSetEvent KeResetEvent
 *        KePulseEvent KeWaitForSingleObject NtWaitForSingleObjectEx NtSignalAndWaitForSingleObjectEx
 *
 * Events of both kinds, by handle and in the title's own memory. */
#include "tests/guest/kernel/check.h"

static struct event own;
static volatile uint32_t woken;

static uint32_t wait_for_it(const volatile void *handle)
{
    uint32_t status = wait_ms(WORD(handle), 50);
    if (status == STATUS_SUCCESS)
        __atomic_fetch_add(&woken, 1, __ATOMIC_RELAXED);
    return status;
}
GUEST_CALLBACK(thread, wait_for_it);

static uint32_t state_of(uint32_t event)
{
    uint32_t information[2] = {9, 9}; /* type, state */
    return NtQueryEvent(event, information) == 0 ? information[0] << 4 | information[1] : 0xBAD;
}

static void by_handle(void)
{
    uint32_t manual = new_event(NOTIFICATION, 0), automatic = new_event(SYNCHRONIZATION, 1), before = 9;
    EXPECT(state_of(manual), 0x00);
    EXPECT(state_of(automatic), 0x11);
    EXPECT(wait_ms(manual, 0), STATUS_TIMEOUT);
    EXPECT(NtSetEvent(manual, &before), STATUS_SUCCESS);
    EXPECT(before, 0);
    EXPECT(NtSetEvent(manual, &before), STATUS_SUCCESS);
    EXPECT(before, 1);
    EXPECT(wait_ms(manual, 0), STATUS_SUCCESS);
    EXPECT(wait_ms(manual, 0), STATUS_SUCCESS); /* it stays set */
    EXPECT(NtClearEvent(manual), STATUS_SUCCESS);
    EXPECT(state_of(manual), 0x00);
    EXPECT(wait_ms(automatic, 0), STATUS_SUCCESS);
    EXPECT(wait_ms(automatic, 0), STATUS_TIMEOUT); /* the wait took it */
    EXPECT(NtPulseEvent(automatic, &before), STATUS_SUCCESS);
    EXPECT(before, 0);
    EXPECT(state_of(automatic), 0x10); /* nobody waited */
    EXPECT(NtSetEvent(0xF8001234, NULL), STATUS_INVALID_HANDLE);
    NtClose(manual);
    EXPECT(NtClearEvent(manual), STATUS_INVALID_HANDLE);
    NtClose(automatic);
}

static void in_memory(void)
{
    KeInitializeEvent(&own, NOTIFICATION, 0);
    EXPECT(own.header.type, NOTIFICATION);
    EXPECT(own.header.waiters.next, &own.header.waiters);
    EXPECT(KeSetEvent(&own, 1, 0), 0);
    EXPECT(own.header.signal, 1);
    EXPECT(KeSetEvent(&own, 1, 0), 1);
    EXPECT(KeWaitForSingleObject(&own, 0, USER_MODE, 0, GUEST_MS(0)), STATUS_SUCCESS);
    EXPECT(KeResetEvent(&own), 1);
    EXPECT(KeResetEvent(&own), 0);
    EXPECT(KeWaitForSingleObject(&own, 0, USER_MODE, 0, GUEST_MS(1)), STATUS_TIMEOUT);
    KeInitializeEvent(&own, SYNCHRONIZATION, 1);
    EXPECT(own.header.type, SYNCHRONIZATION);
    EXPECT(KeWaitForSingleObject(&own, 0, USER_MODE, 0, NULL), STATUS_SUCCESS);
    EXPECT(own.header.signal, 0);
    EXPECT(KePulseEvent(&own, 1, 0), 0);
    EXPECT(own.header.signal, 0);
}

/* How many of four threads a set or a pulse wakes. */
static void many(uint32_t type, uint32_t (*wake)(uint32_t event, uint32_t *before), uint32_t wakes, uint32_t leaves)
{
    uint32_t event = new_event(type, 0), thread[4], before = 9;
    woken = 0;
    for (unsigned i = 0; i < 4; i++)
        thread[i] = start_thread(wait_for_it_code, (void *)event, i + 1, 0);
    sleep_ms(3); /* they wait now */
    EXPECT(wake(event, &before), STATUS_SUCCESS);
    EXPECT(before, 0);
    sleep_ms(2);
    EXPECT(woken, wakes);
    EXPECT(state_of(event) & 1, leaves);
    for (unsigned i = wakes; i < 4; i++)
        NtSetEvent(event, NULL);
    for (unsigned i = 0; i < 4; i++)
        EXPECT(join(thread[i]), STATUS_SUCCESS);
    EXPECT(woken, 4);
    NtClose(event);
}

static uint32_t answer(const volatile void *events)
{
    const volatile uint32_t *event = events;
    uint32_t status = wait_ms(event[0], 50);
    NtSetEvent(event[1], NULL);
    return status;
}
GUEST_CALLBACK(thread, answer);

/* One is set and the other waited for in one step. */
static void both(void)
{
    static uint32_t event[2];
    uint32_t thread;
    event[0] = new_event(SYNCHRONIZATION, 0);
    event[1] = new_event(SYNCHRONIZATION, 0);
    thread = start_thread(answer_code, event, 4, 0);
    EXPECT(NtSignalAndWaitForSingleObjectEx(event[0], event[1], USER_MODE, 0, GUEST_MS(50)), STATUS_SUCCESS);
    EXPECT(join(thread), STATUS_SUCCESS);
    EXPECT(NtSignalAndWaitForSingleObjectEx(event[0], event[1], USER_MODE, 0, GUEST_MS(1)), STATUS_TIMEOUT);
    EXPECT(state_of(event[0]), 0x11); /* it was set */
    NtClose(event[0]);
    NtClose(event[1]);
}

int main(void)
{
    by_handle();
    in_memory();
    many(NOTIFICATION, NtSetEvent, 4, 1);
    many(NOTIFICATION, NtPulseEvent, 4, 0);
    many(SYNCHRONIZATION, NtSetEvent, 1, 0);
    many(SYNCHRONIZATION, NtPulseEvent, 1, 0);
    both();
    return check_done();
}
