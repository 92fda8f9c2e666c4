/* Waits of all kinds, as two or three threads see them. */
#include "kernel-hle/ke/offsets.h"
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
    OUT = M + 0x100,
    TIME = M + 0x180,
    ROUTINE = 0x82005000
};

static struct kernel_bench *b;
static uint64_t r3;

#define CALL(cpu, name, ...) KERNEL_BENCH_CALL(b, cpu, name, &r3, __VA_ARGS__)

/* A call that ends at once, and its result. */
static uint64_t ask(unsigned cpu, const char *name, unsigned count, const uint64_t *argument)
{
    CU_ASSERT(kernel_bench_call(b, cpu, name, &r3, count, argument));
    return r3;
}
#define ASK(cpu, name, ...) ask(cpu, name, sizeof((uint64_t[]){__VA_ARGS__}) / 8, (uint64_t[]){__VA_ARGS__})

static bool ended(unsigned cpu, const char *name, uint64_t result)
{
    return kernel_bench_ended(b, cpu, name, &r3) && r3 == result;
}

static void put_time(int64_t time)
{
    kernel_bench_put_u32(b, TIME, (uint32_t)((uint64_t)time >> 32));
    kernel_bench_put_u32(b, TIME + 4, (uint32_t)time);
}

static void begin(unsigned threads)
{
    b = kernel_bench_new(NULL);
    for (unsigned i = 0; i < threads; i++)
        kernel_bench_thread(b, i, 13);
}

static uint32_t state(uint32_t object)
{
    return kernel_bench_u32(b, object + KE_HEADER_STATE);
}

static void events_wake_one_or_all(void)
{
    begin(3);
    ASK(0, "KeInitializeEvent", EVENT, 1, 0);
    CU_ASSERT(!CALL(1, "KeWaitForSingleObject", EVENT, 3, 1, 0, 0));
    CU_ASSERT(!CALL(2, "KeWaitForSingleObject", EVENT, 3, 1, 0, 0));
    CU_ASSERT(ASK(0, "KeSetEvent", EVENT, 1, 0) == 0 && state(EVENT) == 0);
    kernel_bench_settle(b);
    CU_ASSERT(ended(1, "KeWaitForSingleObject", 0) && !ended(2, "KeWaitForSingleObject", 0));
    CU_ASSERT(ASK(0, "KeSetEvent", EVENT, 1, 0) == 0);
    kernel_bench_settle(b);
    CU_ASSERT(ended(2, "KeWaitForSingleObject", 0) && state(EVENT) == 0);
    CU_ASSERT(ASK(0, "KeSetEvent", EVENT, 1, 0) == 0 && state(EVENT) == 1);
    CU_ASSERT(ASK(0, "KeSetEvent", EVENT, 1, 0) == 1 && ASK(1, "KeWaitForSingleObject", EVENT, 3, 1, 0, 0) == 0);
    CU_ASSERT(state(EVENT) == 0);

    ASK(0, "KeInitializeEvent", EVENT, 0, 0);
    CU_ASSERT(!CALL(1, "KeWaitForSingleObject", EVENT, 3, 1, 0, 0));
    CU_ASSERT(!CALL(2, "KeWaitForSingleObject", EVENT, 3, 1, 0, 0));
    ASK(0, "KePulseEvent", EVENT, 1, 0);
    kernel_bench_settle(b);
    CU_ASSERT(ended(1, "KeWaitForSingleObject", 0) && ended(2, "KeWaitForSingleObject", 0) && state(EVENT) == 0);
    CU_ASSERT(ASK(0, "KeSetEvent", EVENT, 1, 0) == 0 && ASK(1, "KeWaitForSingleObject", EVENT, 3, 1, 0, 0) == 0);
    CU_ASSERT(state(EVENT) == 1 && ASK(0, "KeResetEvent", EVENT) == 1 && state(EVENT) == 0);
    kernel_bench_free(b);
}

static void timeouts_end_at_ticks(void)
{
    begin(2);
    ASK(0, "KeInitializeEvent", EVENT, 0, 0);
    put_time(0);
    CU_ASSERT(ASK(1, "KeWaitForSingleObject", EVENT, 3, 1, 0, TIME) == 0x102);
    kernel_bench_run(b, 3 * KERNEL_BENCH_MS);
    put_time(-20000);
    sim_time at = b->now;
    CU_ASSERT(!CALL(1, "KeWaitForSingleObject", EVENT, 3, 1, 0, TIME));
    while (!ended(1, "KeWaitForSingleObject", 0x102) && b->now < at + 4 * KERNEL_BENCH_MS)
        kernel_bench_run(b, KERNEL_BENCH_MS / 10);
    CU_ASSERT(b->now > at + KERNEL_BENCH_MS && b->now < at + 22 * KERNEL_BENCH_MS / 10);
    CU_ASSERT(!CALL(1, "KeDelayExecutionThread", 1, 0, TIME));
    kernel_bench_run(b, 2 * KERNEL_BENCH_MS + KERNEL_BENCH_MS / 10);
    CU_ASSERT(ended(1, "KeDelayExecutionThread", 0));
    put_time(0);
    CU_ASSERT(ASK(1, "KeDelayExecutionThread", 1, 0, TIME) == 0x40000024);
    ASK(0, "KeQuerySystemTime", OUT);
    uint64_t now = (uint64_t)kernel_bench_u32(b, OUT) << 32 | kernel_bench_u32(b, OUT + 4);
    put_time((int64_t)now + 30000);
    CU_ASSERT(!CALL(1, "KeWaitForSingleObject", EVENT, 3, 1, 0, TIME));
    kernel_bench_run(b, 2 * KERNEL_BENCH_MS);
    CU_ASSERT(!ended(1, "KeWaitForSingleObject", 0x102));
    kernel_bench_run(b, 2 * KERNEL_BENCH_MS);
    CU_ASSERT(ended(1, "KeWaitForSingleObject", 0x102));
    kernel_bench_free(b);
}

static void many_objects_one_or_all_of_them(void)
{
    begin(2);
    ASK(0, "KeInitializeEvent", EVENT, 1, 0);
    ASK(0, "KeInitializeSemaphore", SEMAPHORE, 0, 2);
    kernel_bench_put_u32(b, LIST, EVENT);
    kernel_bench_put_u32(b, LIST + 4, SEMAPHORE);
    CU_ASSERT(!CALL(1, "KeWaitForMultipleObjects", 2, LIST, 1, 3, 1, 0, 0, 0));
    CU_ASSERT(ASK(0, "KeReleaseSemaphore", SEMAPHORE, 1, 2, 0) == 0);
    kernel_bench_settle(b);
    CU_ASSERT(ended(1, "KeWaitForMultipleObjects", 1) && state(SEMAPHORE) == 1);
    CU_ASSERT(!CALL(1, "KeWaitForMultipleObjects", 2, LIST, 0, 3, 1, 0, 0, 0));
    CU_ASSERT(state(SEMAPHORE) == 1);
    ASK(0, "KeSetEvent", EVENT, 1, 0);
    kernel_bench_settle(b);
    CU_ASSERT(ended(1, "KeWaitForMultipleObjects", 0) && state(SEMAPHORE) == 0 && state(EVENT) == 0);
    CU_ASSERT(ASK(1, "KeWaitForMultipleObjects", 0, LIST, 0, 3, 1, 0, 0, 0) == 0xFFFFFFFFC000000D);
    CU_ASSERT(ASK(1, "KeWaitForMultipleObjects", 65, LIST, 0, 3, 1, 0, 0, 0) == 0xFFFFFFFFC000000D);
    CU_ASSERT(ASK(1, "KeWaitForMultipleObjects", 2, LIST, 2, 3, 1, 0, 0, 0) == 0xFFFFFFFFC000000D);
    CU_ASSERT(ASK(1, "KeWaitForMultipleObjects", 2, 4, 0, 3, 1, 0, 0, 0) == 0xFFFFFFFFC0000005);
    CU_ASSERT(ASK(1, "KeWaitForSingleObject", 4, 3, 1, 0, 0) == 0xFFFFFFFFC0000005);
    kernel_bench_free(b);
}

static void mutants_have_owners(void)
{
    begin(2);
    ASK(0, "KeInitializeMutant", MUTANT, 0);
    CU_ASSERT(ASK(0, "KeWaitForSingleObject", MUTANT, 3, 1, 0, 0) == 0);
    CU_ASSERT(ASK(0, "KeWaitForSingleObject", MUTANT, 3, 1, 0, 0) == 0 && (int32_t)state(MUTANT) == -1);
    CU_ASSERT(!CALL(1, "KeWaitForSingleObject", MUTANT, 3, 1, 0, 0));
    CU_ASSERT((int32_t)ASK(0, "KeReleaseMutant", MUTANT, 1, 0, 0) == -1);
    CU_ASSERT(!ended(1, "KeWaitForSingleObject", 0));
    CU_ASSERT(ASK(0, "KeReleaseMutant", MUTANT, 1, 0, 0) == 0);
    kernel_bench_settle(b);
    CU_ASSERT(ended(1, "KeWaitForSingleObject", 0) && state(MUTANT) == 0);
    CU_ASSERT(!CALL(0, "KeWaitForSingleObject", MUTANT, 3, 1, 0, 0));
    CU_ASSERT(!CALL(1, "ExTerminateThread", 5));
    kernel_bench_settle(b);
    CU_ASSERT(ended(0, "KeWaitForSingleObject", 0x80) && state(MUTANT) == 0);
    kernel_bench_free(b);
}

static void handles_do_the_same(void)
{
    begin(2);
    CU_ASSERT(ASK(0, "NtCreateEvent", OUT, 0, 1, 0) == 0 && ASK(0, "NtCreateSemaphore", OUT + 4, 0, 1, 3) == 0);
    CU_ASSERT(ASK(0, "NtCreateMutant", OUT + 8, 0, 1) == 0 && ASK(0, "NtCreateTimer", OUT + 12, 0, 0) == 0);
    uint32_t event = kernel_bench_u32(b, OUT), semaphore = kernel_bench_u32(b, OUT + 4);
    uint32_t mutant = kernel_bench_u32(b, OUT + 8), timer = kernel_bench_u32(b, OUT + 12);
    CU_ASSERT(ASK(0, "NtCreateSemaphore", OUT + 4, 0, 4, 3) == 0xFFFFFFFFC000000D);
    CU_ASSERT(ASK(1, "NtWaitForSingleObjectEx", semaphore, 1, 0, 0) == 0);
    CU_ASSERT(!CALL(1, "NtSignalAndWaitForSingleObjectEx", semaphore, event, 1, 0, 0));
    CU_ASSERT(ASK(0, "NtSetEvent", event, OUT + 16) == 0 && kernel_bench_u32(b, OUT + 16) == 0);
    kernel_bench_settle(b);
    CU_ASSERT(ended(1, "NtSignalAndWaitForSingleObjectEx", 0));
    CU_ASSERT(ASK(0, "NtReleaseSemaphore", semaphore, 3, OUT + 16) == 0xFFFFFFFFC0000047);
    CU_ASSERT(ASK(0, "NtReleaseSemaphore", semaphore, 2, OUT + 16) == 0 && kernel_bench_u32(b, OUT + 16) == 1);
    CU_ASSERT(ASK(1, "NtReleaseMutant", mutant, 0) == 0xFFFFFFFFC0000046 && ASK(0, "NtReleaseMutant", mutant, 0) == 0);
    CU_ASSERT(ASK(1, "NtWaitForSingleObjectEx", 0x1234, 1, 0, 0) == 0xFFFFFFFFC0000008);
    CU_ASSERT(ASK(1, "NtReleaseMutant", event, 0) == 0xFFFFFFFFC0000024);
    put_time(-10000);
    CU_ASSERT(ASK(0, "NtSetTimerEx", timer, TIME, 0, 1, 0, 0, 2, 0) == 0);
    CU_ASSERT(!CALL(1, "NtWaitForSingleObjectEx", timer, 1, 0, 0));
    kernel_bench_run(b, 2 * KERNEL_BENCH_MS);
    CU_ASSERT(ended(1, "NtWaitForSingleObjectEx", 0));
    CU_ASSERT(ASK(0, "NtCancelTimer", timer, 0) == 0);
    kernel_bench_free(b);
}

static void apcs_end_alertable_waits(void)
{
    begin(2);
    ASK(0, "KeInitializeEvent", EVENT, 0, 0);
    uint32_t thread =
        ke_thread_address(ke_thread_at(b->kernel, kernel_bench_u32(b, (uint32_t)b->cpu[1].gpr[13] + KE_PCR_THREAD)));
    ASK(0, "KeInitializeApc", OUT, thread, 0, 0, ROUTINE, 1, 0x111);
    CU_ASSERT(!CALL(1, "KeWaitForSingleObject", EVENT, 3, 1, 0, 0));
    CU_ASSERT(ASK(0, "KeInsertQueueApc", OUT, 0x222, 0x333, 0) == 1);
    CU_ASSERT(ASK(0, "KeInsertQueueApc", OUT, 0x222, 0x333, 0) == 0);
    kernel_bench_settle(b);
    CU_ASSERT(kernel_bench_pc(b, 1) == 0);
    ASK(0, "KeSetEvent", EVENT, 1, 0);
    kernel_bench_settle(b);
    CU_ASSERT(ended(1, "KeWaitForSingleObject", 0));
    ASK(0, "KeResetEvent", EVENT);
    CU_ASSERT(!CALL(1, "KeWaitForSingleObject", EVENT, 3, 1, 1, 0) && kernel_bench_pc(b, 1) == ROUTINE);
    CU_ASSERT(b->cpu[1].gpr[3] == 0x111 && b->cpu[1].gpr[4] == 0x222 && b->cpu[1].gpr[5] == 0x333);
    kernel_bench_return(b, 1, 77);
    CU_ASSERT(ended(1, "KeWaitForSingleObject", 0xC0));
    CU_ASSERT(!CALL(1, "KeWaitForSingleObject", EVENT, 3, 1, 1, 0) && kernel_bench_pc(b, 1) == 0);
    CU_ASSERT(ASK(0, "KeAlertThread", thread, 1) == 0);
    kernel_bench_settle(b);
    CU_ASSERT(ended(1, "KeWaitForSingleObject", 0x101));
    CU_ASSERT(!CALL(1, "KeWaitForSingleObject", EVENT, 3, 1, 1, 0) && kernel_bench_pc(b, 1) == 0);
    CU_ASSERT(ASK(0, "KeInsertQueueApc", OUT, 4, 5, 0) == 1);
    kernel_bench_settle(b);
    CU_ASSERT(kernel_bench_pc(b, 1) == ROUTINE && b->cpu[1].gpr[4] == 4);
    kernel_bench_return(b, 1, 0);
    CU_ASSERT(ended(1, "KeWaitForSingleObject", 0xC0));
    kernel_bench_free(b);
}

/* A kernel APC runs while its thread waits, and the wait goes on; with a kernel's routine first. */
static void kernel_apcs_interrupt_waits(void)
{
    begin(2);
    ASK(0, "KeInitializeEvent", EVENT, 1, 0);
    uint32_t thread = kernel_bench_u32(b, (uint32_t)b->cpu[1].gpr[13] + KE_PCR_THREAD);
    ASK(0, "KeInitializeApc", OUT, thread, ROUTINE + 0x100, 0, ROUTINE, 0, 0x111);
    CU_ASSERT(!CALL(1, "KeWaitForSingleObject", EVENT, 3, 1, 0, 0));
    CU_ASSERT(ASK(0, "KeInsertQueueApc", OUT, 2, 3, 0) == 1);
    kernel_bench_settle(b);
    CU_ASSERT(kernel_bench_pc(b, 1) == ROUTINE + 0x100 && b->cpu[1].gpr[3] == OUT);
    CU_ASSERT(kernel_bench_u32(b, (uint32_t)b->cpu[1].gpr[13] + KE_PCR_IRQL) >> 24 == 1);
    kernel_bench_put_u32(b, (uint32_t)b->cpu[1].gpr[5], 0x444); /* the context is another one now */
    ASK(0, "KeSetEvent", EVENT, 1, 0);
    CU_ASSERT(state(EVENT) == 1);
    kernel_bench_return(b, 1, 0);
    CU_ASSERT(kernel_bench_pc(b, 1) == ROUTINE && b->cpu[1].gpr[3] == 0x444 && b->cpu[1].gpr[5] == 3);
    kernel_bench_return(b, 1, 0);
    CU_ASSERT(ended(1, "KeWaitForSingleObject", 0) && state(EVENT) == 0);
    kernel_bench_free(b);
}

/* Who waits for a handle's object keeps it. */
static void objects_stay_while_they_are_waited_for(void)
{
    begin(2);
    CU_ASSERT(ASK(0, "NtCreateEvent", OUT, 0, 1, 0) == 0);
    uint32_t handle = kernel_bench_u32(b, OUT);
    CU_ASSERT(ASK(0, "ObReferenceObjectByHandle", handle, 0, OUT + 4) == 0);
    uint32_t event = kernel_bench_u32(b, OUT + 4);
    CU_ASSERT(!CALL(1, "NtWaitForSingleObjectEx", handle, 1, 0, 0));
    CU_ASSERT(ASK(0, "NtClose", handle) == 0);
    ASK(0, "ObDereferenceObject", event);
    CU_ASSERT_PTR_NOT_NULL(ob_by_address(b->kernel, event));
    ASK(0, "KeSetEvent", event, 1, 0);
    kernel_bench_settle(b);
    CU_ASSERT(ended(1, "NtWaitForSingleObjectEx", 0));
    CU_ASSERT_PTR_NULL(ob_by_address(b->kernel, event));
    /* A timer that is gone does not run. */
    CU_ASSERT(ASK(0, "NtCreateTimer", OUT, 0, 0) == 0);
    put_time(-10000);
    CU_ASSERT(ASK(0, "NtSetTimerEx", kernel_bench_u32(b, OUT), TIME, ROUTINE, 1, 0, 0, 0, 0) == 0);
    CU_ASSERT(ASK(0, "NtClose", kernel_bench_u32(b, OUT)) == 0);
    ASK(0, "KeInitializeEvent", EVENT, 0, 0);
    put_time(-30000);
    CU_ASSERT(!CALL(0, "KeWaitForSingleObject", EVENT, 3, 1, 1, TIME));
    kernel_bench_run(b, 4 * KERNEL_BENCH_MS);
    CU_ASSERT(ended(0, "KeWaitForSingleObject", 0x102));
    kernel_bench_free(b);
}

/* A DPC that lowers IRQL and waits has nobody to wait for it. */
static void interrupts_cannot_wait(void)
{
    begin(1);
    ASK(0, "KeInitializeEvent", EVENT, 0, 0);
    ASK(0, "KeInitializeDpc", OUT, ROUTINE, 0);
    kernel_bench_put_u32(b, OUT, 0x00130000 | 4);
    ASK(0, "KeInsertQueueDpc", OUT, 0, 0);
    kernel_bench_settle(b);
    CU_ASSERT(kernel_bench_pc(b, 3) == ROUTINE);
    ASK(3, "KfLowerIrql", 0);
    kernel_bench_thread(b, 3, 13); /* takes its place */
    CU_ASSERT(kernel_bench_pc(b, 3) == 0x82000000);
    CU_ASSERT(!CALL(3, "KeWaitForSingleObject", EVENT, 3, 1, 0, 0) && !b->stopped);
    CU_ASSERT(kernel_bench_pc(b, 3) != 0 && !CALL(3, "KeWaitForSingleObject", EVENT, 3, 1, 0, 0) && b->stopped);
    kernel_bench_free(b);
}

void test_ke_waits(void)
{
    CU_pSuite suite = CU_add_suite("hle/ke waits", NULL, NULL);
    CU_add_test(suite, "an event wakes one in order, or all", events_wake_one_or_all);
    CU_add_test(suite, "timeouts and delays end at clock ticks", timeouts_end_at_ticks);
    CU_add_test(suite, "waits for one or all of many", many_objects_one_or_all_of_them);
    CU_add_test(suite, "mutants have owners, and are abandoned", mutants_have_owners);
    CU_add_test(suite, "the same by handles", handles_do_the_same);
    CU_add_test(suite, "user APCs and alerts end alertable waits", apcs_end_alertable_waits);
    CU_add_test(suite, "objects stay while they are waited for", objects_stay_while_they_are_waited_for);
    CU_add_test(suite, "interrupts cannot wait", interrupts_cannot_wait);
    CU_add_test(suite, "kernel APCs come between", kernel_apcs_interrupt_waits);
}
