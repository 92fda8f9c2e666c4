/* Tests: KeBugCheckEx KeBugCheck RtlRaiseException RtlRaiseStatus DbgBreakPoint
 *
 * What ends a title: each FAULT of this file, chosen when it is compiled (-DFAULT=read_only), is met by nobody and must
 * end the run with a report. What comes behind it is never reached, except where nothing is wrong yet. */
#include "tests/guest/kernel/check.h"

#ifndef FAULT
#define FAULT null
#endif

enum { RESERVE_AND_COMMIT = 0x3000, READ_ONLY = 2, READ_WRITE = 4, NO_ACCESS = 1, GUARD = 0x100 };

/* A page at 00300000, so protected. */
static volatile uint32_t *page(uint32_t protect)
{
    uint32_t base = 0x300000, size = 0x1000, before;
    NtAllocateVirtualMemory(&base, &size, RESERVE_AND_COMMIT, READ_WRITE, 0);
    *(volatile uint32_t *)base = 0x4E800020; /* blr */
    NtProtectVirtualMemory(&base, &size, protect, &before, 0);
    return (volatile uint32_t *)base;
}

#define UNUSED __attribute__((unused)) static

/* A load from where nothing may be. */
UNUSED void null(void)
{
    uint32_t *volatile nowhere = (uint32_t *)16;
    DbgPrint("%u\n", *nowhere);
}

UNUSED void unmapped(void)
{
    *(volatile uint32_t *)0x50000000u = 1;
}

UNUSED void read_only(void)
{
    volatile uint32_t *word = page(READ_ONLY);
    DbgPrint("reads %X\n", *word);
    *word = 1;
}

/* Of sixteen pages, all of them known to the core, the last one. */
UNUSED void read_only_all(void)
{
    uint32_t base = 0x300000, size = 0x10000, before;
    NtAllocateVirtualMemory(&base, &size, RESERVE_AND_COMMIT, READ_WRITE, 0);
    volatile uint32_t *word = (volatile uint32_t *)(uintptr_t)base;
    for (uint32_t i = 0; i < size / 4; i += 0x400)
        word[i] = i;
    NtProtectVirtualMemory(&base, &size, READ_ONLY, &before, 0);
    word[0x3C00] = 1;
}

/* The same once they are gone. */
UNUSED void released_all(void)
{
    uint32_t base = 0x300000, size = 0x10000, none = 0;
    NtAllocateVirtualMemory(&base, &size, RESERVE_AND_COMMIT, READ_WRITE, 0);
    volatile uint32_t *word = (volatile uint32_t *)(uintptr_t)base;
    for (uint32_t i = 0; i < size / 4; i += 0x400)
        word[i] = i;
    NtFreeVirtualMemory(&base, &none, 0x8000, 0);
    DbgPrint("%u\n", word[0x3C00]);
}

UNUSED void no_access(void)
{
    DbgPrint("%u\n", *page(NO_ACCESS));
}

UNUSED void guard_page(void)
{
    DbgPrint("%u\n", *page(READ_WRITE | GUARD));
}

UNUSED void released(void)
{
    volatile uint32_t *word = page(READ_WRITE);
    uint32_t base = WORD(word), size = 0;
    NtFreeVirtualMemory(&base, &size, 0x8000, 0);
    DbgPrint("%u\n", *word);
}

/* A page that may be read and written is not executed. */
UNUSED void execute_data(void)
{
    ((void (*)(void))(uintptr_t)page(READ_WRITE))();
}

extern const uint32_t start_of_code[] __asm__("_start");

UNUSED void write_code(void)
{
    *(volatile uint32_t *)(uintptr_t)start_of_code = 0;
}

UNUSED void write_constant(void)
{
    static const char text[] = "constant";
    *(volatile char *)(uintptr_t)text = 0;
}

UNUSED __attribute__((noinline)) uint32_t deeper(volatile char *above, uint32_t depth)
{
    volatile char frame[1024];
    frame[depth & 1023] = *above;
    return depth == 0 ? 0 : deeper(&frame[depth & 1023], depth - 1) + frame[depth & 1023];
}

/* Down to the guard page below the stack. */
UNUSED void stack_overflow(void)
{
    volatile char top = 1;
    DbgPrint("%u\n", deeper(&top, 100000));
}

UNUSED void illegal(void)
{
    __asm__ volatile(".long 0");
}

UNUSED void trap(void)
{
    __asm__ volatile("tweqi %0, 5" : : "r"(5));
}

UNUSED void breakpoint(void)
{
    DbgBreakPoint();
}

UNUSED void bugcheck(void)
{
    KeBugCheckEx(0x50, 1, 2, 3, 0xABCDEF);
}

UNUSED void bugcheck_short(void)
{
    KeBugCheck(0xF4);
}

UNUSED void raise(void)
{
    struct exception_record record = {.code = 0xE0001234, .flags = 1, .parameters = 2, .parameter = {7, 8}};
    RtlRaiseException(&record);
}

UNUSED void raise_status(void)
{
    RtlRaiseStatus(0xC0000017);
}

/* Naming a thread is an exception that the kernel takes for itself. */
UNUSED void name_a_thread(void)
{
    static const char name[] = "the painter";
    struct exception_record record = {
        .code = 0x406D1388, .parameters = 4, .parameter = {0x1000, WORD(name), 0xFFFFFFFF, 0}};
    RtlRaiseException(&record);
    EXPECT(1, 1);
}

UNUSED void missing(void)
{
    EXPECT(HalOpenCloseODDTray(1, 2), 0xC0000002);
}

static struct critical_section left, right;

static uint32_t other_way_round(const volatile void *unused)
{
    (void)unused;
    RtlEnterCriticalSection(&right);
    sleep_ms(2);
    RtlEnterCriticalSection(&left);
    return 0;
}
GUEST_CALLBACK(thread, other_way_round);

/* Two threads, two sections, each entered in another order. */
UNUSED void deadlock(void)
{
    RtlInitializeCriticalSection(&left);
    RtlInitializeCriticalSection(&right);
    start_thread(other_way_round_code, NULL, 4, 0);
    RtlEnterCriticalSection(&left);
    sleep_ms(2);
    RtlEnterCriticalSection(&right);
}

UNUSED void never_set(void)
{
    NtWaitForSingleObjectEx(new_event(NOTIFICATION, 0), USER_MODE, 0, NULL);
}

static uint32_t fail(const volatile void *unused)
{
    (void)unused;
    DbgPrint("%u\n", *(volatile uint32_t *)0x60000000u);
    return 0;
}
GUEST_CALLBACK(thread, fail);

/* On another hardware thread. */
UNUSED void elsewhere(void)
{
    join(start_thread(fail_code, NULL, 5, 0));
}

int main(void)
{
    FAULT();
    return check_done();
}
