/* What the programs here check with, and how they tell: a line for each check, one at the end. */
#ifndef CHECK_H
#define CHECK_H

#include <kernel.h>

static uint32_t checks_ok, checks_failed;

static inline void check_value(const char *what, uint64_t got, uint64_t wanted)
{
    if (got == wanted) {
        __atomic_fetch_add(&checks_ok, 1, __ATOMIC_RELAXED);
        DbgPrint("ok %s is %llX\n", what, got);
    } else {
        __atomic_fetch_add(&checks_failed, 1, __ATOMIC_RELAXED);
        DbgPrint("FAILED %s: got %llX, wanted %llX\n", what, got, wanted);
    }
}

static inline void check_between(const char *what, uint64_t got, uint64_t least, uint64_t most)
{
    if (got >= least && got <= most) {
        __atomic_fetch_add(&checks_ok, 1, __ATOMIC_RELAXED);
        DbgPrint("ok %s lies between %llu and %llu\n", what, least, most);
    } else {
        __atomic_fetch_add(&checks_failed, 1, __ATOMIC_RELAXED);
        DbgPrint("FAILED %s: got %llu, wanted %llu to %llu\n", what, got, least, most);
    }
}

#define WORD(x) ((uint32_t)(uintptr_t)(x))
/* Of 32 bits, addresses included; of 64; that something is so; that a number lies within limits. */
#define EXPECT(expression, wanted)              check_value(#expression, WORD(expression), WORD(wanted))
#define EXPECT64(expression, wanted)            check_value(#expression, expression, wanted)
#define CHECK(condition)                        check_value(#condition, !!(condition), 1)
#define EXPECT_BETWEEN(expression, least, most) check_between(#expression, expression, least, most)

/* What main() returns. */
static inline int check_done(void)
{
    DbgPrint("done: %u ok, %u failed\n", checks_ok, checks_failed);
    return checks_failed != 0;
}

/* ---- What most of them need ---- */

enum {
    STATUS_ABANDONED = 0x00000080,
    STATUS_NAME_EXISTS = 0x40000000,
    STATUS_INVALID_HANDLE = (int)0xC0000008,
    STATUS_INVALID_PARAMETER = (int)0xC000000D,
    STATUS_ACCESS_VIOLATION = (int)0xC0000005,
    STATUS_TYPE_MISMATCH = (int)0xC0000024,
};
enum { KERNEL_MODE = 0, USER_MODE = 1 };

/* A word or a byte of what r13 points to, and of the running KTHREAD. */
#define PCR_WORD(offset)                                                 \
    __extension__({                                                      \
        uint32_t value_;                                                 \
        __asm__ volatile("lwz %0, %1(13)" : "=r"(value_) : "i"(offset)); \
        value_;                                                          \
    })
#define PCR_BYTE(offset)                                                 \
    __extension__({                                                      \
        uint32_t value_;                                                 \
        __asm__ volatile("lbz %0, %1(13)" : "=r"(value_) : "i"(offset)); \
        value_;                                                          \
    })
#define THIS_CPU    PCR_BYTE(0x10C)
#define THIS_IRQL   PCR_BYTE(0x18)
#define THIS_THREAD ((struct thread *)(uintptr_t)PCR_WORD(0x100))

static inline uint32_t word_at(const volatile void *base, uint32_t offset)
{
    return *(const volatile uint32_t *)((const volatile char *)base + offset);
}

static inline uint32_t byte_at(const volatile void *base, uint32_t offset)
{
    return *((const volatile uint8_t *)base + offset);
}

/* The time base: 50 or 49.875 edges in a microsecond. */
static inline uint32_t edges(void)
{
    uint32_t now;
    __asm__ volatile("mftb %0" : "=r"(now));
    return now;
}

static inline uint32_t microseconds_since(uint32_t then)
{
    return (edges() - then) / 50;
}

/* A thread on a hardware thread; its handle, 0 for a failure. */
static inline uint32_t start_thread(const struct guest_code *code, void *context, unsigned cpu, uint32_t flags)
{
    uint32_t handle = 0;
    return ExCreateThread(&handle, 0, NULL, NULL, code, context, flags | 1u << (24 + cpu)) == 0 ? handle : 0;
}

/* Waits for its end, 100 ms at most. */
static inline uint32_t join(uint32_t thread)
{
    uint32_t status = NtWaitForSingleObjectEx(thread, USER_MODE, 0, GUEST_MS(100));
    NtClose(thread);
    return status;
}

static inline uint32_t new_event(uint32_t type, uint32_t signalled)
{
    uint32_t handle = 0;
    return NtCreateEvent(&handle, NULL, type, signalled) == 0 ? handle : 0;
}

/* Waits for a handle as long as that, not at all with 0. */
static inline uint32_t wait_ms(uint32_t handle, uint32_t ms)
{
    return NtWaitForSingleObjectEx(handle, USER_MODE, 0, GUEST_MS(ms));
}

static inline void sleep_ms(uint32_t ms)
{
    KeDelayExecutionThread(USER_MODE, 0, GUEST_MS(ms));
}

#endif
