/* Tests: NtCreateTimer NtSetTimerEx NtCancelTimer KeInitializeTimerEx KeSetTimer KeSetTimerEx KeCancelTimer
 *        KeWaitForSingleObject KeInitializeDpc
 *
 * Timers: once and again and again, waited for, with a routine, with a DPC, cancelled. */
#include "tests/guest/kernel/check.h"

static volatile uint32_t calls, with, on_cpu, at_irql;
static volatile uint64_t due;

static void routine(const volatile void *argument, uint32_t due_low, uint32_t due_high)
{
    calls++;
    with = WORD(argument);
    due = (uint64_t)due_high << 32 | due_low;
}
GUEST_CALLBACK(timer, routine);

static void deferred(struct dpc *dpc, const volatile void *context, const volatile void *argument1,
                     const volatile void *argument2)
{
    (void)dpc;
    (void)argument1;
    (void)argument2;
    calls++;
    with = WORD(context);
    on_cpu = THIS_CPU;
    at_irql = THIS_IRQL;
}
GUEST_CALLBACK(dpc, deferred);

static void once(void)
{
    uint32_t manual = 0, automatic = 0, began;
    EXPECT(NtCreateTimer(&manual, NULL, NOTIFICATION), STATUS_SUCCESS);
    EXPECT(NtCreateTimer(&automatic, NULL, SYNCHRONIZATION), STATUS_SUCCESS);
    EXPECT(wait_ms(manual, 1), STATUS_TIMEOUT);
    began = edges();
    EXPECT(NtSetTimerEx(manual, GUEST_MS(3), NULL, 1, NULL, 0, 0, NULL), STATUS_SUCCESS);
    EXPECT(NtSetTimerEx(automatic, GUEST_MS(5), NULL, 1, NULL, 0, 0, NULL), STATUS_SUCCESS);
    EXPECT(wait_ms(manual, 1), STATUS_TIMEOUT);
    EXPECT(wait_ms(manual, 50), STATUS_SUCCESS);
    EXPECT_BETWEEN(microseconds_since(began), 2000, 4100);
    EXPECT(wait_ms(manual, 0), STATUS_SUCCESS); /* until it is set again */
    EXPECT(wait_ms(automatic, 50), STATUS_SUCCESS);
    EXPECT_BETWEEN(microseconds_since(began), 4000, 6100);
    EXPECT(wait_ms(automatic, 0), STATUS_TIMEOUT);
    EXPECT(NtSetTimerEx(manual, GUEST_MS(5), NULL, 1, NULL, 0, 0, NULL), STATUS_SUCCESS);
    EXPECT(wait_ms(manual, 0), STATUS_TIMEOUT);
    EXPECT(NtCancelTimer(manual, NULL), STATUS_SUCCESS);
    EXPECT(wait_ms(manual, 7), STATUS_TIMEOUT);
    EXPECT(NtCancelTimer(0xF8001234, NULL), STATUS_INVALID_HANDLE);
    NtClose(manual);
    NtClose(automatic);
}

static void again_and_again(void)
{
    uint32_t timer = 0, began = edges();
    NtCreateTimer(&timer, NULL, SYNCHRONIZATION);
    EXPECT(NtSetTimerEx(timer, GUEST_MS(2), NULL, 1, NULL, 0, 3, NULL), STATUS_SUCCESS);
    for (unsigned i = 0; i < 4; i++) {
        EXPECT(wait_ms(timer, 20), STATUS_SUCCESS);
        EXPECT_BETWEEN(microseconds_since(began), 1000 + 3000 * i, 3200 + 3000 * i);
    }
    EXPECT(NtCancelTimer(timer, NULL), STATUS_SUCCESS);
    EXPECT(wait_ms(timer, 5), STATUS_TIMEOUT);
    NtClose(timer);
}

/* The routine is an APC of the thread that set the timer. */
static void with_a_routine(void)
{
    uint32_t timer = 0;
    NtCreateTimer(&timer, NULL, NOTIFICATION);
    EXPECT(NtSetTimerEx(timer, GUEST_MS(2), routine_code, USER_MODE, (void *)0x4711, 0, 0, NULL), STATUS_SUCCESS);
    sleep_ms(4);
    EXPECT(calls, 0); /* nobody has waited alertably */
    EXPECT(KeDelayExecutionThread(USER_MODE, 1, GUEST_MS(20)), STATUS_USER_APC);
    EXPECT(calls, 1);
    EXPECT(with, 0x4711);
    CHECK(due != 0);
    EXPECT(NtSetTimerEx(timer, GUEST_MS(2), routine_code, USER_MODE, (void *)0x4712, 0, 2, NULL), STATUS_SUCCESS);
    EXPECT(KeDelayExecutionThread(USER_MODE, 1, GUEST_MS(20)), STATUS_USER_APC);
    EXPECT(KeDelayExecutionThread(USER_MODE, 1, GUEST_MS(20)), STATUS_USER_APC);
    EXPECT(calls, 3);
    EXPECT(NtCancelTimer(timer, NULL), STATUS_SUCCESS);
    EXPECT(KeDelayExecutionThread(USER_MODE, 1, GUEST_MS(5)), STATUS_SUCCESS);
    EXPECT(calls, 3);
    NtClose(timer);
}

static void in_memory(void)
{
    static struct timer own;
    static struct dpc dpc;
    calls = 0;
    KeInitializeTimerEx(&own, NOTIFICATION);
    EXPECT(own.header.type, 8);
    KeInitializeDpc(&dpc, deferred_code, (void *)0x1234);
    EXPECT(KeSetTimer(&own, -20000, NULL), 0);
    EXPECT(KeSetTimer(&own, -30000, &dpc), 1); /* it was set already */
    EXPECT(KeWaitForSingleObject(&own, 0, USER_MODE, 0, GUEST_MS(20)), STATUS_SUCCESS);
    sleep_ms(1);
    EXPECT(calls, 1);
    EXPECT(with, 0x1234);
    EXPECT(at_irql, 2);
    CHECK(on_cpu < 6);
    EXPECT(KeCancelTimer(&own), 0);
    KeInitializeTimerEx(&own, SYNCHRONIZATION);
    EXPECT(own.header.type, 9);
    EXPECT(KeSetTimerEx(&own, -10000, 2, &dpc), 0);
    for (unsigned i = 0; i < 3; i++)
        EXPECT(KeWaitForSingleObject(&own, 0, USER_MODE, 0, GUEST_MS(20)), STATUS_SUCCESS);
    EXPECT(KeCancelTimer(&own), 1);
    sleep_ms(4);
    EXPECT(calls, 4);
}

int main(void)
{
    once();
    again_and_again();
    with_a_routine();
    in_memory();
    return check_done();
}
