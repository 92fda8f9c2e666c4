/* A kernel that is saved in the middle of anything, and loaded elsewhere, goes on the same. */
#include "kernel-hle/kernel/kernel.h"
#include "tests/support/kernel_bench.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <string.h>

enum {
    M = KERNEL_BENCH_MEMORY,
    EVENT = M,
    SEMAPHORE = M + 0x20,
    MUTANT = M + 0x40,
    LIST = M + 0x80,
    SECTION = M + 0xC0,
    TIMER = M + 0x100,
    TIME = M + 0x140,
    DPC = M + 0x180,
    APC = M + 0x1C0,
    LOCK = M + 0x200,
    SPIN = M + 0x240,
    ROUTINE = 0x82006000
};

static struct kernel_bench *b;
static uint64_t r3;

#define CALL(cpu, name, ...) (void)KERNEL_BENCH_CALL(b, cpu, name, &r3, __VA_ARGS__)

/* Thread 0 stands by; 1 waits for one of two with a timeout; 2 for all; 3 is in a user APC in an alertable wait; 4
 * spins in a section's queue; 5 spins for a lock; behind them are ready, suspended and never started ones; a timer with
 * a DPC runs. */
static void prepare(void)
{
    b = kernel_bench_new(NULL);
    for (unsigned i = 0; i < KERNEL_CPUS; i++)
        kernel_bench_thread(b, i, 13);
    kernel_bench_thread(b, 0, 12);
    CALL(0, "KeInitializeEvent", EVENT, 1, 0);
    CALL(0, "KeInitializeSemaphore", SEMAPHORE, 0, 5);
    CALL(0, "KeInitializeMutant", MUTANT, 1);
    CALL(0, "RtlInitializeCriticalSection", SECTION);
    CALL(0, "ExInitializeReadWriteLock", LOCK);
    CALL(0, "KeInitializeDpc", DPC, ROUTINE, 1);
    CALL(0, "KeInitializeTimerEx", TIMER, 0);
    CALL(0, "KeSetTimerEx", TIMER, (uint64_t)-30000, 4, DPC);
    CALL(0, "RtlEnterCriticalSection", SECTION);
    CALL(0, "ExCreateThread", M + 0x300, 0, 0, 0, 0x82010000, 9, 1);
    CALL(0, "KeTlsAlloc", 0);
    CALL(0, "KeTlsSetValue", 0, 5);
    kernel_bench_put_u32(b, LIST, EVENT);
    kernel_bench_put_u32(b, LIST + 4, SEMAPHORE);
    kernel_bench_put_u32(b, TIME, UINT32_MAX);
    kernel_bench_put_u32(b, TIME + 4, (uint32_t)-60000);
    CALL(1, "KeWaitForMultipleObjects", 2, LIST, 1, 3, 1, 0, TIME, 0);
    CALL(2, "KeWaitForMultipleObjects", 2, LIST, 0, 3, 1, 0, 0, 0);
    CALL(3, "KeInitializeApc", APC, kernel_bench_u32(b, 0x80053100), 0, 0, ROUTINE, 1, 3);
    CALL(3, "KeInsertQueueApc", APC, 1, 2, 0);
    CALL(3, "KeWaitForSingleObject", MUTANT, 3, 1, 1, 0);
    CALL(4, "RtlEnterCriticalSection", SECTION);
    kernel_bench_put_u32(b, SPIN, 1);
    CALL(5, "KfAcquireSpinLock", SPIN);
}

/* What happens then. */
static void go_on(void)
{
    CALL(0, "KeReleaseSemaphore", SEMAPHORE, 1, 1, 0);
    kernel_bench_run(b, KERNEL_BENCH_MS / 2);
    kernel_bench_put_u32(b, SPIN, 0);
    CALL(0, "RtlLeaveCriticalSection", SECTION);
    kernel_bench_run(b, KERNEL_BENCH_MS / 2);
    if (kernel_bench_pc(b, 3) == ROUTINE)
        kernel_bench_function_returns(b, 3, 0);
    kernel_bench_run(b, 5 * KERNEL_BENCH_MS);
    if (kernel_bench_pc(b, 0) == ROUTINE)
        kernel_bench_function_returns(b, 0, 0);
    CALL(1, "KeSetEvent", EVENT, 1, 0);
    kernel_bench_run(b, KERNEL_BENCH_MS);
}

static struct sim_writer saved(void)
{
    struct sim_writer writer = {0};
    kernel_save(b->kernel, &writer);
    return writer;
}

static void a_load_goes_on_the_same(void)
{
    prepare();
    struct sim_writer before = saved();
    struct kernel_bench *copy = kernel_bench_copy(b), *first = b;
    CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
    b = copy;
    struct sim_writer again = saved();
    CU_ASSERT(before.size == again.size && memcmp(before.bytes, again.bytes, before.size) == 0);
    go_on();
    struct sim_writer two = saved();
    b = first;
    go_on();
    struct sim_writer one = saved();
    CU_ASSERT(one.size == two.size && memcmp(one.bytes, two.bytes, one.size) == 0);
    CU_ASSERT(one.size != before.size || memcmp(one.bytes, before.bytes, one.size) != 0);
    CU_ASSERT(kernel_bench_same(first, copy));
    CU_ASSERT(kernel_bench_ended(b, 1, "KeSetEvent", &r3));
    sim_writer_free(&before);
    sim_writer_free(&again);
    sim_writer_free(&one);
    sim_writer_free(&two);
    kernel_bench_free(first);
    kernel_bench_free(copy);
}

/* Every prefix of a saved kernel, and every byte of it changed, is loaded or refused. */
static void bad_saves_are_refused(void)
{
    prepare();
    struct sim_writer writer = saved();
    for (size_t size = 0; size < writer.size; size += size < 4000 ? 97 : 4999) {
        struct sim_reader reader = {.bytes = writer.bytes, .size = size};
        kernel_load(b->kernel, &reader);
        CU_ASSERT(reader.failed && kernel_next(b->kernel) == SIM_NEVER);
    }
    uint64_t seed = 1;
    for (unsigned i = 0; i < 40; i++) {
        seed = seed * 6364136223846793005 + 1442695040888963407;
        size_t at = (seed >> 20) % writer.size;
        uint8_t old = writer.bytes[at];
        writer.bytes[at] ^= (uint8_t)(1 + (seed >> 50) % 255);
        struct sim_reader reader = {.bytes = writer.bytes, .size = writer.size};
        kernel_load(b->kernel, &reader);
        writer.bytes[at] = old;
    }
    sim_writer_free(&writer);
    kernel_bench_free(b);
}

void test_ke_saves(void)
{
    CU_pSuite suite = CU_add_suite("hle/ke saves", NULL, NULL);
    CU_add_test(suite, "a kernel that is loaded goes on the same", a_load_goes_on_the_same);
    CU_add_test(suite, "bad saves are refused", bad_saves_are_refused);
}
