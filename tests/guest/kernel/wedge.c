/* Tests: ExCreateThread NtResumeThread NtWaitForSingleObjectEx NtCreateEvent NtDuplicateObject NtSetEvent
 *        NtReleaseSemaphore ExTerminateThread RtlEnterCriticalSection RtlLeaveCriticalSection
 *
 * A boot that hangs, as one did: the main thread waits for a worker that fetches files one after another. What is ready
 * it signals to itself; the rest a helper must fetch, which waits for a semaphore. With FAULT, one answer differs, the
 * first file takes the helper's way, and nobody has started the helper: the worker waits for ever, and the main thread
 * for the worker. */
#include "tests/guest/kernel/check.h"

enum { FILES = 9, PAIRS = 16 };

static struct critical_section section;
static uint32_t requests, item;
static volatile uint32_t fetched, touched;

/* In memory, so that both programs have the same code and their logs the same addresses. */
#ifdef FAULT
static const volatile uint32_t ready_files = 0;
#else
static const volatile uint32_t ready_files = FILES;
#endif

static int ready(uint32_t file)
{
    return file < ready_files;
}

static uint32_t help(const volatile void *unused)
{
    (void)unused;
    while (wait_ms(requests, 100) == STATUS_SUCCESS)
        NtSetEvent(item, NULL);
    return 0;
}
GUEST_CALLBACK(thread, help);

static uint32_t fetch(const volatile void *unused)
{
    (void)unused;
    for (uint32_t file = 0; file < FILES; file++) {
        uint32_t copy = 0;
        item = new_event(SYNCHRONIZATION, 0);
        NtDuplicateObject(item, &copy, 0);
        for (unsigned i = 0; i < PAIRS; i++) {
            RtlEnterCriticalSection(&section);
            touched++;
            RtlLeaveCriticalSection(&section);
        }
        if (ready(file))
            NtSetEvent(copy, NULL);
        else
            NtReleaseSemaphore(requests, 1, NULL);
        NtClose(copy);
        NtWaitForSingleObjectEx(item, USER_MODE, 0, NULL);
        NtClose(item);
        fetched++;
    }
    ExTerminateThread(0);
    return 0;
}
GUEST_CALLBACK(thread, fetch);

int main(void)
{
    uint32_t worker = 0, helper = 0;
    RtlInitializeCriticalSection(&section);
    EXPECT(NtCreateSemaphore(&requests, NULL, 0, 100), STATUS_SUCCESS);
    helper = start_thread(help_code, NULL, 3, CREATE_SUSPENDED);
    CHECK(helper != 0);
    EXPECT(ExCreateThread(&worker, 0x80000, NULL, NULL, fetch_code, NULL, CREATE_SUSPENDED | 1u << 28), STATUS_SUCCESS);
    EXPECT(NtResumeThread(worker, NULL), STATUS_SUCCESS);
    EXPECT(NtWaitForSingleObjectEx(worker, USER_MODE, 0, NULL), STATUS_SUCCESS);
    EXPECT(fetched, FILES);
    EXPECT(touched, FILES * PAIRS);
    NtClose(worker);
    return check_done();
}
