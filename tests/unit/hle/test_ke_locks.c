/* Critical sections, spin locks, locks of readers and writers, lists. */
#include "kernel-hle/ke/offsets.h"
#include "tests/support/kernel_bench.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

enum { M = KERNEL_BENCH_MEMORY, SECTION = M, LOCK = M + 0x40, SPIN = M + 0x100, LIST = M + 0x110, ENTRY = M + 0x120 };

static struct kernel_bench *b;
static uint64_t r3;

#define CALL(cpu, name, ...) KERNEL_BENCH_CALL(b, cpu, name, &r3, __VA_ARGS__)

static uint64_t ask(unsigned cpu, const char *name, unsigned count, const uint64_t *argument)
{
    CU_ASSERT(kernel_bench_call(b, cpu, name, &r3, count, argument));
    return r3;
}
#define ASK(cpu, name, ...) ask(cpu, name, sizeof((uint64_t[]){__VA_ARGS__}) / 8, (uint64_t[]){__VA_ARGS__})

static void begin(unsigned threads)
{
    b = kernel_bench_new(NULL);
    for (unsigned i = 0; i < threads; i++)
        kernel_bench_thread(b, i, 13);
}

static bool ended(unsigned cpu, const char *name)
{
    return kernel_bench_ended(b, cpu, name, &r3);
}

static uint32_t word(uint32_t address)
{
    return kernel_bench_u32(b, address);
}

static void sections_are_entered_again_and_waited_for(void)
{
    begin(2);
    CU_ASSERT(ASK(0, "RtlInitializeCriticalSectionAndSpinCount", SECTION, 4000) == 0);
    CU_ASSERT(word(SECTION) == 0x01100000 && word(SECTION + KE_CRITICAL_COUNT) == UINT32_MAX);
    ASK(0, "RtlEnterCriticalSection", SECTION);
    ASK(0, "RtlEnterCriticalSection", SECTION);
    CU_ASSERT(word(SECTION + KE_CRITICAL_COUNT) == 1 && word(SECTION + KE_CRITICAL_RECURSION) == 2);
    CU_ASSERT(word(SECTION + KE_CRITICAL_OWNER) == word(0x80050000 + KE_PCR_THREAD));
    CU_ASSERT(ASK(1, "RtlTryEnterCriticalSection", SECTION) == 0);
    /* Spins for 4096 looks of 20 cycles, 25.6 us. */
    sim_time at = b->now;
    CU_ASSERT(!CALL(1, "RtlEnterCriticalSection", SECTION) && b->now > at + KERNEL_BENCH_MS / 40);
    CU_ASSERT(word(SECTION + KE_CRITICAL_COUNT) == 2);
    ASK(0, "RtlLeaveCriticalSection", SECTION);
    kernel_bench_settle(b);
    CU_ASSERT(!ended(1, "RtlEnterCriticalSection"));
    ASK(0, "RtlLeaveCriticalSection", SECTION);
    kernel_bench_settle(b);
    CU_ASSERT(ended(1, "RtlEnterCriticalSection") && word(SECTION + KE_CRITICAL_COUNT) == 0);
    CU_ASSERT(word(SECTION + KE_CRITICAL_OWNER) == word(0x80051000 + KE_PCR_THREAD));
    ASK(1, "RtlLeaveCriticalSection", SECTION);
    CU_ASSERT(word(SECTION + KE_CRITICAL_COUNT) == UINT32_MAX && word(SECTION + KE_CRITICAL_OWNER) == 0);
    CU_ASSERT(ASK(1, "RtlTryEnterCriticalSection", SECTION) == 1);
    kernel_bench_free(b);
}

static void spinning_ends_when_the_lock_is_free(void)
{
    begin(2);
    CU_ASSERT(ASK(0, "KfAcquireSpinLock", SPIN) == 0 && word(SPIN) == 0x80050000);
    CU_ASSERT(word(0x80050000 + KE_PCR_IRQL) >> 24 == 2);
    CU_ASSERT(!CALL(1, "KfAcquireSpinLock", SPIN));
    CU_ASSERT(ASK(0, "KeTryToAcquireSpinLockAtRaisedIrql", SPIN) == 0);
    ASK(0, "KfReleaseSpinLock", SPIN, 0);
    CU_ASSERT(word(0x80050000 + KE_PCR_IRQL) >> 24 == 0);
    kernel_bench_settle(b);
    CU_ASSERT(ended(1, "KfAcquireSpinLock") && r3 == 0 && word(SPIN) == 0x80051000);
    ASK(1, "KeReleaseSpinLockFromRaisedIrql", SPIN);
    CU_ASSERT(word(SPIN) == 0 && word(0x80051000 + KE_PCR_IRQL) >> 24 == 2);
    ASK(1, "KfLowerIrql", 0);
    CU_ASSERT(ASK(1, "KfRaiseIrql", 2) == 0 && ASK(1, "KeRaiseIrqlToDpcLevel", 0) == 2);
    kernel_bench_free(b);
}

static void readers_share_and_writers_do_not(void)
{
    begin(4);
    ASK(0, "ExInitializeReadWriteLock", LOCK);
    ASK(0, "ExAcquireReadWriteLockShared", LOCK);
    ASK(1, "ExAcquireReadWriteLockShared", LOCK);
    CU_ASSERT(word(LOCK) == 1 && word(LOCK + KE_RWLOCK_ACTIVE) == 2);
    CU_ASSERT(ASK(2, "ExTryToAcquireReadWriteLockExclusive", LOCK) == 0);
    CU_ASSERT(!CALL(2, "ExAcquireReadWriteLockExclusive", LOCK));
    CU_ASSERT(ASK(3, "ExTryToAcquireReadWriteLockShared", LOCK) == 0); /* a writer waits */
    CU_ASSERT(!CALL(3, "ExAcquireReadWriteLockShared", LOCK));
    ASK(0, "ExReleaseReadWriteLock", LOCK);
    kernel_bench_settle(b);
    CU_ASSERT(!ended(2, "ExAcquireReadWriteLockExclusive"));
    ASK(1, "ExReleaseReadWriteLock", LOCK);
    kernel_bench_settle(b);
    CU_ASSERT(ended(2, "ExAcquireReadWriteLockExclusive") && !ended(3, "ExAcquireReadWriteLockShared"));
    ASK(2, "ExReleaseReadWriteLock", LOCK);
    kernel_bench_settle(b);
    CU_ASSERT(ended(3, "ExAcquireReadWriteLockShared") && word(LOCK + KE_RWLOCK_ACTIVE) == 1);
    ASK(3, "ExReleaseReadWriteLock", LOCK);
    CU_ASSERT(word(LOCK) == UINT32_MAX && word(LOCK + KE_RWLOCK_ACTIVE) == 0);
    CU_ASSERT(ASK(3, "ExTryToAcquireReadWriteLockExclusive", LOCK) == 1);
    kernel_bench_free(b);
}

static void lists_keep_depth_and_sequence(void)
{
    begin(1);
    CU_ASSERT(ASK(0, "InterlockedPopEntrySList", LIST) == 0);
    CU_ASSERT(ASK(0, "InterlockedPushEntrySList", LIST, ENTRY) == 0);
    CU_ASSERT(ASK(0, "InterlockedPushEntrySList", LIST, ENTRY + 8) == ENTRY);
    CU_ASSERT(word(LIST) == ENTRY + 8 && word(LIST + 4) == 0x00020002 && word(ENTRY + 8) == ENTRY);
    CU_ASSERT(ASK(0, "InterlockedPopEntrySList", LIST) == ENTRY + 8 && word(LIST + 4) == 0x00010002);
    CU_ASSERT(ASK(0, "InterlockedFlushSList", LIST) == ENTRY && word(LIST) == 0 && word(LIST + 4) == 0);
    kernel_bench_free(b);
}

void test_ke_locks(void)
{
    CU_pSuite suite = CU_add_suite("hle/ke locks", NULL, NULL);
    CU_add_test(suite, "critical sections", sections_are_entered_again_and_waited_for);
    CU_add_test(suite, "spin locks cost time", spinning_ends_when_the_lock_is_free);
    CU_add_test(suite, "locks of readers and writers", readers_share_and_writers_do_not);
    CU_add_test(suite, "interlocked lists", lists_keep_depth_and_sequence);
}
