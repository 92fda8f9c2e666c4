/* Tests: ExCreateThread NtResumeThread NtClose NtSetEvent NtWaitForSingleObjectEx NtWaitForMultipleObjectsEx
 * NtCreateEvent NtDuplicateObject NtAllocateVirtualMemory MmAllocatePhysicalMemoryEx
 * NtCreateSemaphore ExAllocatePoolWithTag NtReleaseSemaphore
 *
 * What no honest title asks for. */
#include "tests/guest/kernel/check.h"

#define NOWHERE ((void *)0x10) /* below the first page that is there */
#define BEYOND  ((void *)0xFFFFFFFC)

enum { NO_MEMORY = (int)0xC0000017, NAME_INVALID = (int)0xC0000033, COMMIT = 0x1000, READ_WRITE = 4 };

static void pointers(void)
{
    uint32_t event = new_event(NOTIFICATION, 1), size = 0x1000;
    struct ansi_string endless = {0xFFFF, 0xFFFF, NOWHERE};
    struct object_attributes named = {0, &endless, 0}, nowhere = {0, NOWHERE, 0};
    EXPECT(NtSetEvent(event, NOWHERE), STATUS_ACCESS_VIOLATION);
    EXPECT(NtSetEvent(event, BEYOND), STATUS_ACCESS_VIOLATION);
    EXPECT(NtCreateEvent(NOWHERE, NULL, NOTIFICATION, 0), STATUS_ACCESS_VIOLATION);
    EXPECT(NtCreateEvent(&event, NOWHERE, NOTIFICATION, 0), STATUS_ACCESS_VIOLATION);
    EXPECT(NtCreateEvent(&event, &nowhere, NOTIFICATION, 0), STATUS_ACCESS_VIOLATION);
    CHECK(NtCreateEvent(&event, &named, NOTIFICATION, 0) >> 30 == 3);
    EXPECT(NtWaitForSingleObjectEx(event, USER_MODE, 0, NOWHERE), STATUS_ACCESS_VIOLATION);
    EXPECT(NtAllocateVirtualMemory(NOWHERE, &size, COMMIT, READ_WRITE, 0), STATUS_ACCESS_VIOLATION);
}

static void handles(void)
{
    static uint32_t handle[65];
    EXPECT(NtSetEvent(0xF8FFFFFC, NULL), STATUS_INVALID_HANDLE);
    EXPECT(NtClose(0xF8000001), STATUS_INVALID_HANDLE);
    EXPECT(NtDuplicateObject(0xFFFFFFFF, NULL, 0), STATUS_INVALID_HANDLE);
    for (unsigned i = 0; i < 65; i++)
        handle[i] = 0xF8000004;
    EXPECT(NtWaitForMultipleObjectsEx(65, handle, WAIT_ANY, USER_MODE, 0, NULL), STATUS_INVALID_PARAMETER);
    EXPECT(NtWaitForMultipleObjectsEx(0, handle, WAIT_ANY, USER_MODE, 0, NULL), STATUS_INVALID_PARAMETER);
    EXPECT(NtWaitForMultipleObjectsEx(0xFFFFFFFF, handle, WAIT_ANY, USER_MODE, 0, NULL), STATUS_INVALID_PARAMETER);
    EXPECT(NtWaitForMultipleObjectsEx(1, handle, 7, USER_MODE, 0, NULL), STATUS_INVALID_PARAMETER);
}

static void sizes(void)
{
    void *base = NULL;
    uint32_t size = 0x7FFFFFFF, semaphore = 0;
    EXPECT(NtAllocateVirtualMemory(&base, &size, COMMIT, READ_WRITE, 0), NO_MEMORY);
    EXPECT(MmAllocatePhysicalMemoryEx(0, 0xFFFFFFFF, READ_WRITE, 0, 0xFFFFFFFF, 0), NULL);
    EXPECT(MmAllocatePhysicalMemoryEx(0, 0x1000, READ_WRITE, 0, 0xFFFFFFFF, 0x80000000), NULL);
    EXPECT(ExAllocatePoolWithTag(0xFFFFFFFF, 0x74736F68), NULL);
    EXPECT(NtCreateSemaphore(&semaphore, NULL, 0x7FFFFFFF, 1), STATUS_INVALID_PARAMETER);
    EXPECT(NtCreateSemaphore(&semaphore, NULL, 0, 0x7FFFFFFF), STATUS_SUCCESS);
    EXPECT(NtReleaseSemaphore(semaphore, -1, NULL) >> 30, 3);
}

static uint32_t nothing(const volatile void *context)
{
    (void)context;
    return 0;
}
GUEST_CALLBACK(thread, nothing);

/* As many threads as there is room for; then one more once another has gone. */
static void threads(void)
{
    static uint32_t handle[4096];
    uint32_t count = 0, status = 0;
    while (count < 4096 &&
           (status = ExCreateThread(&handle[count], 0, NULL, NULL, nothing_code, NULL, CREATE_SUSPENDED)) == 0)
        count++;
    EXPECT(status, NO_MEMORY);
    EXPECT_BETWEEN(count, 600, 660); /* 256 KiB each, and two guard pages */
    NtResumeThread(handle[0], NULL);
    EXPECT(join(handle[0]), STATUS_SUCCESS);
    sleep_ms(2);
    EXPECT(ExCreateThread(&handle[0], 0, NULL, NULL, nothing_code, NULL, CREATE_SUSPENDED), STATUS_SUCCESS);
}

int main(void)
{
    pointers();
    handles();
    sizes();
    threads();
    return check_done();
}
