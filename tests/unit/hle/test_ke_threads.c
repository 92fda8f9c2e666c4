/* Who runs where: creation, priorities, suspension, ends. */
#include "kernel-hle/ke/offsets.h"
#include "tests/support/kernel_bench.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <string.h>

enum { M = KERNEL_BENCH_MEMORY, OUT = M + 0x100, EVENT = M, ENTRY = 0x82010000, WRAPPER = 0x82020000 };

static struct kernel_bench *b;
static uint64_t r3;

#define CALL(cpu, name, ...) KERNEL_BENCH_CALL(b, cpu, name, &r3, __VA_ARGS__)

static uint64_t ask(unsigned cpu, const char *name, unsigned count, const uint64_t *argument)
{
    CU_ASSERT(kernel_bench_call(b, cpu, name, &r3, count, argument));
    return r3;
}
#define ASK(cpu, name, ...) ask(cpu, name, sizeof((uint64_t[]){__VA_ARGS__}) / 8, (uint64_t[]){__VA_ARGS__})

static uint32_t thread_on(unsigned cpu)
{
    return kernel_bench_u32(b, 0x80050000 + 0x1000 * cpu + KE_PCR_THREAD);
}

static uint8_t byte(uint32_t address)
{
    return (uint8_t)(kernel_bench_u32(b, address & ~3u) >> (24 - 8 * (address & 3)));
}

static void begin(void)
{
    b = kernel_bench_new(NULL);
    kernel_bench_thread(b, 0, 13);
}

static void a_thread_is_created_and_ends(void)
{
    begin();
    /* on hardware thread 4, suspended */
    CU_ASSERT(ASK(0, "ExCreateThread", OUT, 0x20000, OUT + 4, WRAPPER, ENTRY, 0x1234, 0x10000001) == 0);
    uint32_t handle = kernel_bench_u32(b, OUT);
    CU_ASSERT(kernel_bench_pc(b, 4) == 0 && ASK(0, "NtResumeThread", handle, OUT + 8) == 0);
    CU_ASSERT(kernel_bench_u32(b, OUT + 8) == 1);
    kernel_bench_settle(b);
    struct xenon_context *r = &b->cpu[4];
    CU_ASSERT(kernel_bench_pc(b, 4) == WRAPPER && r->gpr[3] == ENTRY && r->gpr[4] == 0x1234);
    CU_ASSERT(r->gpr[13] == 0x80054000 && byte(0x80054000 + KE_PCR_CPU) == 4);
    uint32_t thread = thread_on(4);
    CU_ASSERT(kernel_bench_u32(b, thread + KE_THREAD_ID) == kernel_bench_u32(b, OUT + 4));
    CU_ASSERT(kernel_bench_u32(b, 0x80054000 + KE_PCR_STACK_BASE) == (uint32_t)r->gpr[1] + 0xF0);
    CU_ASSERT(kernel_bench_u32(b, 0x80054000 + KE_PCR_STACK_BASE) -
                  kernel_bench_u32(b, 0x80054000 + KE_PCR_STACK_LIMIT) ==
              0x20000);
    CU_ASSERT(byte(thread + KE_THREAD_STATE) == 2 && byte(thread + KE_THREAD_PRIORITY) == 13);
    CU_ASSERT(!CALL(0, "NtWaitForSingleObjectEx", handle, 1, 0, 0));
    kernel_bench_return(b, 4, 99); /* from its first function */
    CU_ASSERT(kernel_bench_ended(b, 0, "NtWaitForSingleObjectEx", &r3) && r3 == 0);
    CU_ASSERT(kernel_bench_pc(b, 4) == 0 && byte(thread + KE_THREAD_STATE) == 4);
    CU_ASSERT(kernel_bench_u32(b, thread + KE_THREAD_EXIT_STATUS) == 99);
    CU_ASSERT(ASK(0, "NtSuspendThread", handle, 0) == 0xFFFFFFFFC000004B && ASK(0, "NtClose", handle) == 0);
    CU_ASSERT(!b->stopped && !CALL(0, "ExTerminateThread", 7) && b->stopped && b->status == SIM_OK);
    kernel_bench_free(b);
}

static void priorities_decide(void)
{
    begin();
    uint32_t low = thread_on(0);
    kernel_bench_thread(b, 0, 15);
    uint32_t high = thread_on(0);
    CU_ASSERT(high != low && byte(low + KE_THREAD_STATE) == 1);
    ASK(0, "KeInitializeEvent", EVENT, 1, 0);
    CU_ASSERT(!CALL(0, "KeWaitForSingleObject", EVENT, 3, 1, 0, 0));
    CU_ASSERT(thread_on(0) == low && byte(high + KE_THREAD_STATE) == 5);
    /* The one with the higher priority runs at once; the other is back where it was afterwards. */
    CU_ASSERT(!CALL(0, "KeSetEvent", EVENT, 0, 0));
    CU_ASSERT(thread_on(0) == high && kernel_bench_ended(b, 0, "KeWaitForSingleObject", &r3));
    CU_ASSERT(!CALL(0, "KeSetBasePriorityThread", high, (uint64_t)-2));
    CU_ASSERT(thread_on(0) == low && kernel_bench_ended(b, 0, "KeSetEvent", &r3) && r3 == 0);
    CU_ASSERT((int32_t)ASK(0, "KeQueryBasePriorityThread", high) == -2);
    CU_ASSERT(!CALL(0, "NtYieldExecution", 0) && thread_on(0) == high);
    CU_ASSERT(kernel_bench_ended(b, 0, "KeSetBasePriorityThread", &r3) && r3 == 2);
    kernel_bench_free(b);
}

static void yields_and_quanta_take_turns(void)
{
    begin();
    uint32_t first = thread_on(0);
    CU_ASSERT(ASK(0, "NtYieldExecution", 0) == 0x40000024);
    kernel_bench_thread(b, 0, 13);
    CU_ASSERT(thread_on(0) == first);
    CU_ASSERT(!CALL(0, "NtYieldExecution", 0) && thread_on(0) != first);
    uint32_t second = thread_on(0);
    sim_time at = b->now;
    while (thread_on(0) == second && b->now < at + 30 * KERNEL_BENCH_MS)
        kernel_bench_run(b, KERNEL_BENCH_MS);
    CU_ASSERT(thread_on(0) == first && b->now > at + 18 * KERNEL_BENCH_MS && b->now < at + 22 * KERNEL_BENCH_MS);
    CU_ASSERT(kernel_bench_ended(b, 0, "NtYieldExecution", &r3) && r3 == 0);
    kernel_bench_free(b);
}

static void others_are_interrupted(void)
{
    begin();
    kernel_bench_thread(b, 2, 13);
    uint32_t running = thread_on(2);
    CU_ASSERT(ASK(0, "ExCreateThread", OUT, 0, 0, 0, ENTRY, 0, 0x04000021) == 0);
    uint32_t handle = kernel_bench_u32(b, OUT);
    CU_ASSERT(ASK(0, "ObReferenceObjectByHandle", handle, 0, OUT + 4) == 0);
    uint32_t thread = kernel_bench_u32(b, OUT + 4);
    CU_ASSERT((int32_t)ASK(0, "KeSetBasePriorityThread", thread, 3) == 0);
    unsigned stores = b->stores;
    CU_ASSERT(ASK(0, "NtResumeThread", handle, 0) == 0);
    kernel_bench_settle(b);
    CU_ASSERT(b->stores > stores && b->store[stores].address == UINT64_C(0x20000050010));
    CU_ASSERT(b->store[stores].value == 0x40078 && thread_on(2) == thread && kernel_bench_pc(b, 2) == ENTRY);
    /* To another hardware thread. */
    CU_ASSERT(ASK(0, "KeSetAffinityThread", thread, 0x20, OUT + 8) == 0 && kernel_bench_u32(b, OUT + 8) == 4);
    kernel_bench_settle(b);
    CU_ASSERT(thread_on(5) == thread && thread_on(2) == running && kernel_bench_pc(b, 5) == ENTRY);
    CU_ASSERT(b->cpu[5].gpr[13] == 0x80055000);
    CU_ASSERT(ASK(0, "KeSetAffinityThread", thread, 0, 0) == 0xFFFFFFFFC000000D);
    kernel_bench_free(b);
}

static void suspended_threads_do_not_run(void)
{
    begin();
    kernel_bench_thread(b, 1, 13);
    uint32_t thread = thread_on(1);
    CU_ASSERT(ASK(0, "KeSuspendThread", thread) == 0 && ASK(0, "KeSuspendThread", thread) == 1);
    kernel_bench_settle(b);
    CU_ASSERT(thread_on(1) != thread);
    ASK(0, "KeResumeThread", thread);
    kernel_bench_settle(b);
    CU_ASSERT(thread_on(1) != thread);
    ASK(0, "KeResumeThread", thread);
    kernel_bench_settle(b);
    CU_ASSERT(thread_on(1) == thread && kernel_bench_pc(b, 1) == 0x82000000);
    /* While it waits: what it waits for is not its before it is resumed. */
    ASK(0, "KeInitializeEvent", EVENT, 1, 0);
    CU_ASSERT(!CALL(1, "KeWaitForSingleObject", EVENT, 3, 1, 0, 0));
    CU_ASSERT(ASK(0, "KeSuspendThread", thread) == 0);
    kernel_bench_settle(b);
    ASK(0, "KeSetEvent", EVENT, 1, 0);
    kernel_bench_settle(b);
    CU_ASSERT(thread_on(1) != thread && kernel_bench_u32(b, EVENT + KE_HEADER_STATE) == 1);
    ASK(0, "KeResumeThread", thread);
    kernel_bench_settle(b);
    CU_ASSERT(kernel_bench_ended(b, 1, "KeWaitForSingleObject", &r3) && r3 == 0);
    CU_ASSERT(kernel_bench_u32(b, EVENT + KE_HEADER_STATE) == 0);
    /* By itself. */
    CU_ASSERT(!CALL(1, "KeSuspendThread", thread) && thread_on(1) != thread);
    ASK(0, "KeResumeThread", thread);
    kernel_bench_settle(b);
    CU_ASSERT(kernel_bench_ended(b, 1, "KeSuspendThread", &r3) && r3 == 0);
    kernel_bench_free(b);
}

static void slots_are_a_threads_own(void)
{
    begin();
    kernel_bench_thread(b, 1, 13);
    CU_ASSERT(ASK(0, "KeTlsAlloc", 0) == 0 && ASK(1, "KeTlsAlloc", 0) == 1);
    CU_ASSERT(ASK(0, "KeTlsSetValue", 1, 11) == 1 && ASK(1, "KeTlsSetValue", 1, 22) == 1);
    CU_ASSERT(ASK(0, "KeTlsGetValue", 1) == 11 && ASK(1, "KeTlsGetValue", 1) == 22);
    uint32_t tls = kernel_bench_u32(b, 0x80050000 + KE_PCR_TLS);
    CU_ASSERT(kernel_bench_u32(b, tls - 8) == 11);
    CU_ASSERT(ASK(0, "KeTlsFree", 1) == 1 && ASK(0, "KeTlsAlloc", 0) == 1 && ASK(1, "KeTlsGetValue", 1) == 0);
    CU_ASSERT(ASK(0, "KeTlsFree", UINT32_MAX) == 0 && ASK(0, "KeTlsGetValue", 99999) == 0);
    kernel_bench_free(b);
}

static void deadlocks_are_told(void)
{
    begin();
    ASK(0, "KeInitializeEvent", EVENT, 1, 0);
    CU_ASSERT(ASK(0, "RtlInitializeCriticalSection", M + 0x40) == M + 0x40);
    kernel_bench_thread(b, 1, 13);
    ASK(1, "RtlEnterCriticalSection", M + 0x40);
    CU_ASSERT(!CALL(0, "RtlEnterCriticalSection", M + 0x40));
    CU_ASSERT(!b->stopped && !CALL(1, "KeWaitForSingleObject", EVENT, 3, 1, 0, 0));
    CU_ASSERT(b->stopped && b->status == SIM_GUEST && strncmp(b->reason, "deadlock", 8) == 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(b->reason, "thread 1, started at 0x82000000, on hardware thread 0: waits for "
                                             "critical section 0x40000040 of thread 2"));
    CU_ASSERT_PTR_NOT_NULL(strstr(b->reason, "waits for event 0x40000000 (nobody has touched it)"));
    kernel_bench_free(b);
}

void test_ke_threads(void)
{
    CU_pSuite suite = CU_add_suite("hle/ke threads", NULL, NULL);
    CU_add_test(suite, "a thread is created, runs and ends", a_thread_is_created_and_ends);
    CU_add_test(suite, "the higher priority runs", priorities_decide);
    CU_add_test(suite, "equals take turns by yields and quanta", yields_and_quanta_take_turns);
    CU_add_test(suite, "other hardware threads are interrupted", others_are_interrupted);
    CU_add_test(suite, "suspended threads do not run", suspended_threads_do_not_run);
    CU_add_test(suite, "thread-local slots", slots_are_a_threads_own);
    CU_add_test(suite, "a deadlock tells who waits for what", deadlocks_are_told);
}
