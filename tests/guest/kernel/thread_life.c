/* Tests: ExCreateThread ExTerminateThread NtSuspendThread NtResumeThread KeSuspendThread KeResumeThread
 *        NtWaitForSingleObjectEx ObReferenceObjectByHandle ObDereferenceObject ObLookupThreadByThreadId
 *
 * Threads from their creation to their end: where they begin, on which hardware thread, when they may run, what is left
 * of them. */
#include "tests/guest/kernel/check.h"

enum { SUSPEND_COUNT = 0xBC, THREAD_ID = 0x14C, START_ADDRESS = 0x150, EXIT_STATUS = 0x140, STATE = 0x6C };
enum { TERMINATED = 4, SUSPENDED_TOO_OFTEN = (int)0xC000004A, IS_TERMINATING = (int)0xC000004B };

static volatile uint32_t ran_on[6], seen_context, seen_stack, started;

static uint32_t note(const volatile void *context)
{
    uint32_t n = WORD(context);
    ran_on[n] = THIS_CPU;
    return 0x100 + n;
}
GUEST_CALLBACK(thread, note);

static uint32_t leave(const volatile void *context)
{
    seen_context = WORD(context);
    seen_stack = WORD(__builtin_frame_address(0));
    ExTerminateThread(0x77);
    seen_context = 0; /* not reached */
    return 1;
}
GUEST_CALLBACK(thread, leave);

static void begin(const struct guest_code *start, const volatile void *context)
{
    started = WORD(start) == WORD(leave_code) && WORD(context) == 0x1234;
    ExTerminateThread(5);
}
GUEST_CALLBACK(startup, begin);

static volatile uint32_t turns;

static uint32_t turn(const volatile void *context)
{
    uint32_t rounds = WORD(context);
    for (uint32_t i = 0; i < rounds; i++) {
        turns++;
        sleep_ms(1);
    }
    return turns;
}
GUEST_CALLBACK(thread, turn);

static void on_each_cpu(void)
{
    uint32_t handle[6];
    for (uint32_t i = 0; i < 6; i++)
        handle[i] = start_thread(note_code, (void *)i, i, 0);
    for (uint32_t i = 0; i < 6; i++) {
        void *thread = NULL;
        EXPECT(wait_ms(handle[i], 100), STATUS_SUCCESS);
        EXPECT(ran_on[i], i);
        EXPECT(ObReferenceObjectByHandle(handle[i], NULL, &thread), STATUS_SUCCESS);
        EXPECT(word_at(thread, EXIT_STATUS), 0x100 + i);
        ObDereferenceObject(thread);
        EXPECT(NtClose(handle[i]), STATUS_SUCCESS);
    }
    EXPECT(NtClose(handle[0]), STATUS_INVALID_HANDLE);
}

static void suspended(void)
{
    uint32_t handle = 0, id = 0, before = 99;
    void *thread = NULL, *same = NULL;
    EXPECT(ExCreateThread(&handle, 0x8000, &id, NULL, leave_code, (void *)0xABCD, 1u << 26 | CREATE_SUSPENDED),
           STATUS_SUCCESS);
    EXPECT(ObReferenceObjectByHandle(handle, NULL, &thread), STATUS_SUCCESS);
    EXPECT(word_at(thread, THREAD_ID), id);
    EXPECT(word_at(thread, START_ADDRESS), leave_code);
    EXPECT(byte_at(thread, SUSPEND_COUNT), 1);
    EXPECT(byte_at(thread, 0), 6); /* a dispatcher header of a thread */
    EXPECT(word_at(thread, 4), 0);
    EXPECT(ObLookupThreadByThreadId(id, &same), STATUS_SUCCESS);
    EXPECT(same, thread);
    ObDereferenceObject(same);
    EXPECT(wait_ms(handle, 2), STATUS_TIMEOUT);
    EXPECT(seen_context, 0);
    EXPECT(NtSuspendThread(handle, &before), STATUS_SUCCESS);
    EXPECT(before, 1);
    EXPECT(NtResumeThread(handle, &before), STATUS_SUCCESS);
    EXPECT(before, 2);
    EXPECT(wait_ms(handle, 2), STATUS_TIMEOUT);
    EXPECT(NtResumeThread(handle, &before), STATUS_SUCCESS);
    EXPECT(before, 1);
    EXPECT(wait_ms(handle, 100), STATUS_SUCCESS);
    EXPECT(seen_context, 0xABCD);
    EXPECT(seen_stack >= word_at(thread, 0x60) && seen_stack < word_at(thread, 0x5C), 1);
    EXPECT(word_at(thread, 0x5C) - word_at(thread, 0x60), 0x10000); /* 8000, in pages of 64 KiB */
    EXPECT(word_at(thread, EXIT_STATUS), 0x77);
    EXPECT(word_at(thread, 4), 1);
    EXPECT(byte_at(thread, STATE), TERMINATED);
    EXPECT(NtSuspendThread(handle, NULL), IS_TERMINATING);
    EXPECT(wait_ms(handle, 0), STATUS_SUCCESS); /* it stays signalled */
    EXPECT(NtClose(handle), STATUS_SUCCESS);
    ObDereferenceObject(thread);
}

/* A startup function is called in the thread's function's place, with that and its context. */
static void by_startup(void)
{
    uint32_t handle = 0;
    EXPECT(ExCreateThread(&handle, 0, NULL, begin_code, leave_code, (void *)0x1234, 1u << 24), STATUS_SUCCESS);
    EXPECT(join(handle), STATUS_SUCCESS);
    EXPECT(started, 1);
}

/* Suspended while it runs, by handle and by pointer. */
static void stopped(void)
{
    uint32_t handle = start_thread(turn_code, (void *)6, 3, 0), event = new_event(NOTIFICATION, 0), before = 99, seen;
    struct thread *thread = NULL;
    ObReferenceObjectByHandle(handle, NULL, &thread);
    sleep_ms(2);
    EXPECT(NtSuspendThread(handle, &before), STATUS_SUCCESS);
    EXPECT(before, 0);
    sleep_ms(2); /* for what it was about to do */
    seen = turns;
    CHECK(seen > 0 && seen < 6);
    sleep_ms(5);
    EXPECT(turns, seen);
    EXPECT(KeSuspendThread(thread), 1);
    EXPECT(KeResumeThread(thread), STATUS_SUCCESS);
    sleep_ms(2);
    EXPECT(turns, seen);
    EXPECT(NtResumeThread(handle, &before), STATUS_SUCCESS);
    EXPECT(before, 1);
    EXPECT(NtResumeThread(handle, &before), STATUS_SUCCESS); /* it is not suspended: nothing happens */
    EXPECT(before, 0);
    EXPECT(join(handle), STATUS_SUCCESS);
    EXPECT(turns, 6);
    ObDereferenceObject(thread);
    EXPECT(NtSuspendThread(event, NULL), STATUS_TYPE_MISMATCH);
    EXPECT(NtResumeThread(0xF8001234, NULL), STATUS_INVALID_HANDLE);
    NtClose(event);
}

static void too_often(void)
{
    uint32_t handle = start_thread(note_code, NULL, 1, CREATE_SUSPENDED), status = 0, before = 0, times;
    for (times = 1; times < 0x90 && status == 0; times++)
        status = NtSuspendThread(handle, &before);
    EXPECT(status, SUSPENDED_TOO_OFTEN);
    EXPECT(before, 0x7E); /* of the last one that was counted */
    EXPECT(times, 0x80);
    while (NtResumeThread(handle, &before) == 0 && before > 1)
        ;
    EXPECT(join(handle), STATUS_SUCCESS);
}

int main(void)
{
    on_each_cpu();
    suspended();
    by_startup();
    stopped();
    too_often();
    return check_done();
}
