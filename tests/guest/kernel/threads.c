/* A title that imports from the kernel what most titles do: threads on every hardware thread, events, waits, a delay, a
 * timer with a routine, memory, a message with every kind of argument.
 *
 *     cycle360 kernel kit -o kit && bash kit/make_title threads.xex tests/guest/kernel/threads.c */
#include <kernel.h>

enum { HARDWARE_THREADS = 6 };

static struct event all_done;
static uint32_t handle[HARDWARE_THREADS];
static volatile uint32_t sum, running = HARDWARE_THREADS;
static struct critical_section section;

static uint32_t work(const volatile void *context)
{
    uint32_t number = (uint32_t)(uintptr_t)context;
    KeDelayExecutionThread(0, 0, GUEST_MS(number));
    RtlEnterCriticalSection(&section);
    sum += number;
    if (--running == 0)
        KeSetEvent(&all_done, 1, 0);
    RtlLeaveCriticalSection(&section);
    return number;
}
GUEST_CALLBACK(thread, work);

static void late(const volatile void *argument, uint32_t due_low, uint32_t due_high)
{
    DbgPrint("timer %u at %llu\n", *(const volatile uint32_t *)argument, (uint64_t)due_high << 32 | due_low);
}
GUEST_CALLBACK(timer, late);

static void each_frame(uint32_t source, const volatile void *context)
{
    *(volatile uint32_t *)context += source == 0;
}
GUEST_CALLBACK(graphics, each_frame);

int main(void)
{
    static volatile uint32_t frames;
    uint32_t timer, version = ((const uint16_t *)XboxKrnlVersion)[2];

    VdSetGraphicsInterruptCallback(each_frame_code, &frames);
    RtlInitializeCriticalSection(&section);
    KeInitializeEvent(&all_done, NOTIFICATION, 0);
    for (uint32_t i = 0; i < HARDWARE_THREADS; i++)
        if (ExCreateThread(&handle[i], 0, NULL, NULL, work_code, (void *)(uintptr_t)(i + 1), 1u << (24 + i)) != 0)
            return 1;
    NtCreateTimer(&timer, NULL, NOTIFICATION);
    NtSetTimerEx(timer, GUEST_MS(5), late_code, 1, &version, 0, 0, NULL);
    KeWaitForSingleObject(&all_done, 0, 0, 1, GUEST_MS(1000));
    DbgPrint("%s: %u threads, sum %d, %llu %f %c\n", "threads", HARDWARE_THREADS, (int)sum, KeQueryInterruptTime(), 0.5,
             'x');
    for (uint32_t i = 0; i < HARDWARE_THREADS; i++)
        NtClose(handle[i]);
    return 0;
}
