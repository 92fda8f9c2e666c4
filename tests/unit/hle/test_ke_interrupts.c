/* Interrupts, DPCs, timers' DPCs, IRQL, faults. */
#include "kernel-hle/ke/offsets.h"
#include "models/xenon/isa/interrupt.h"
#include "tests/support/kernel_bench.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <string.h>

enum {
    M = KERNEL_BENCH_MEMORY,
    DPC = M,
    TIMER = M + 0x40,
    EVENT = M + 0x80,
    CALLBACK = 0x82005000,
    ROUTINE = 0x82006000,
    PCR = 0x80050000,
    DISPLAY = 0x58
};

#define VBLANK_STATUS UINT64_C(0xEC806544)

static struct kernel_bench *b;
static uint64_t r3;

#define CALL(cpu, name, ...) KERNEL_BENCH_CALL(b, cpu, name, &r3, __VA_ARGS__)

static uint64_t ask(unsigned cpu, const char *name, unsigned count, const uint64_t *argument)
{
    CU_ASSERT(kernel_bench_call(b, cpu, name, &r3, count, argument));
    return r3;
}
#define ASK(cpu, name, ...) ask(cpu, name, sizeof((uint64_t[]){__VA_ARGS__}) / 8, (uint64_t[]){__VA_ARGS__})

static uint32_t pcr(unsigned cpu, uint32_t offset)
{
    return kernel_bench_u32(b, PCR + 0x1000 * cpu + offset);
}

static bool stored(unsigned from, uint64_t address)
{
    for (unsigned i = from; i < b->stores; i++)
        if (b->store[i].address == address)
            return true;
    return false;
}

static void boot_sets_the_windows_up(void)
{
    b = kernel_bench_new(NULL);
    for (unsigned i = 0; i < KERNEL_CPUS; i++) {
        CU_ASSERT(stored(0, UINT64_C(0x20000050070) + 0x1000 * i) && stored(0, UINT64_C(0x20000050008) + 0x1000 * i));
        CU_ASSERT(kernel_idles(b->kernel, i) && pcr(i, KE_PCR_IRQL) >> 24 == 0);
    }
    CU_ASSERT(stored(0, UINT64_C(0xEC806540)));
    kernel_bench_free(b);
}

/* On an idle hardware thread, with the title on another. */
static void the_display_calls_back(void)
{
    b = kernel_bench_new(NULL);
    kernel_bench_thread(b, 0, 13);
    ASK(0, "VdSetGraphicsInterruptCallback", CALLBACK, 0x1234);
    unsigned from = b->stores;
    b->vblank_status = 0x00010011;
    kernel_bench_interrupt(b, 2, DISPLAY);
    CU_ASSERT(kernel_bench_pc(b, 2) == CALLBACK && b->cpu[2].gpr[3] == 0 && b->cpu[2].gpr[4] == 0x1234);
    CU_ASSERT(b->vblank_status & 1 && !stored(from, VBLANK_STATUS));
    CU_ASSERT(pcr(2, KE_PCR_DPC_ACTIVE) == 1 && pcr(2, KE_PCR_IRQL) >> 24 == 2);
    CU_ASSERT(ASK(2, "KeGetCurrentProcessType", 0) == 1);
    b->cpu[2].lr = b->cpu[2].nia; /* the callback's own call has taken it */
    CU_ASSERT(stored(from, UINT64_C(0x20000052060)));
    ASK(2, "KeInitializeEvent", EVENT, 1, 0);
    CU_ASSERT(!CALL(0, "KeWaitForSingleObject", EVENT, 3, 1, 0, 0));
    ASK(2, "KeSetEvent", EVENT, 1, 0);
    kernel_bench_settle(b);
    CU_ASSERT(kernel_bench_ended(b, 0, "KeWaitForSingleObject", &r3) && r3 == 0);
    kernel_bench_function_returns(b, 2, 0);
    CU_ASSERT(kernel_bench_pc(b, 2) == 0 && kernel_idles(b->kernel, 2) && !(b->vblank_status & 1));
    CU_ASSERT(pcr(2, KE_PCR_DPC_ACTIVE) == 0 && pcr(2, KE_PCR_IRQL) >> 24 == 0);
    /* On one that runs a thread, which goes on as it was. */
    kernel_bench_thread(b, 2, 13);
    b->cpu[2].gpr[30] = 0x5555;
    b->vblank_status = 1;
    kernel_bench_interrupt(b, 2, DISPLAY);
    CU_ASSERT(kernel_bench_pc(b, 2) == CALLBACK);
    b->cpu[2].gpr[30] = 0;
    kernel_bench_function_returns(b, 2, 0);
    CU_ASSERT(kernel_bench_pc(b, 2) == 0x82000000 && b->cpu[2].gpr[30] == 0x5555);
    kernel_bench_free(b);
}

static void nobody_called_back_acknowledges_too(void)
{
    b = kernel_bench_new(NULL);
    kernel_bench_thread(b, 0, 13);
    b->vblank_status = 1;
    kernel_bench_interrupt(b, 2, DISPLAY);
    CU_ASSERT(kernel_idles(b->kernel, 2) && !(b->vblank_status & 1) && b->serving[2] == 0);
    kernel_bench_free(b);
}

static void dpcs_wait_for_irql(void)
{
    b = kernel_bench_new(NULL);
    kernel_bench_thread(b, 1, 13);
    ASK(1, "KeInitializeDpc", DPC, ROUTINE, 0x77);
    CU_ASSERT(ASK(1, "KfRaiseIrql", 2) == 0);
    CU_ASSERT(ASK(1, "KeInsertQueueDpc", DPC, 5, 6) == 1 && ASK(1, "KeInsertQueueDpc", DPC, 5, 6) == 0);
    CU_ASSERT(!CALL(1, "KfLowerIrql", 0) && kernel_bench_pc(b, 1) == ROUTINE);
    CU_ASSERT(b->cpu[1].gpr[3] == DPC && b->cpu[1].gpr[4] == 0x77 && b->cpu[1].gpr[5] == 5 && b->cpu[1].gpr[6] == 6);
    CU_ASSERT(ASK(1, "KeInsertQueueDpc", DPC, 7, 8) == 1 && ASK(1, "KeRemoveQueueDpc", DPC) == 1);
    kernel_bench_function_returns(b, 1, 0);
    CU_ASSERT(kernel_bench_ended(b, 1, "KfLowerIrql", &r3));
    /* For another hardware thread. */
    kernel_bench_put_u32(b, DPC, 0x00130000 | 4);
    CU_ASSERT(ASK(1, "KeInsertQueueDpc", DPC, 1, 2) == 1);
    kernel_bench_settle(b);
    CU_ASSERT(kernel_bench_pc(b, 3) == ROUTINE && b->cpu[3].gpr[13] == 0x80053000);
    kernel_bench_function_returns(b, 3, 0);
    CU_ASSERT(kernel_idles(b->kernel, 3));
    kernel_bench_free(b);
}

static void timers_queue_dpcs_and_repeat(void)
{
    b = kernel_bench_new(NULL);
    kernel_bench_thread(b, 1, 13);
    ASK(1, "KeInitializeDpc", DPC, ROUTINE, 0);
    ASK(1, "KeInitializeTimerEx", TIMER, 1);
    CU_ASSERT(ASK(1, "KeSetTimerEx", TIMER, (uint64_t)-20000, 3, DPC) == 0);
    CU_ASSERT(ASK(1, "KeSetTimerEx", TIMER, (uint64_t)-20000, 3, DPC) == 1);
    kernel_bench_run(b, 5 * KERNEL_BENCH_MS / 2);
    CU_ASSERT(kernel_bench_pc(b, 0) == ROUTINE && kernel_bench_u32(b, TIMER + KE_HEADER_STATE) == 1);
    kernel_bench_function_returns(b, 0, 0);
    CU_ASSERT(kernel_bench_pc(b, 0) == 0);
    CU_ASSERT(ASK(1, "KeWaitForSingleObject", TIMER, 3, 1, 0, 0) == 0);
    CU_ASSERT(kernel_bench_u32(b, TIMER + KE_HEADER_STATE) == 0);
    kernel_bench_run(b, 3 * KERNEL_BENCH_MS);
    CU_ASSERT(kernel_bench_pc(b, 0) == ROUTINE && ASK(1, "KeCancelTimer", TIMER) == 1);
    CU_ASSERT(ASK(1, "KeCancelTimer", TIMER) == 0);
    kernel_bench_function_returns(b, 0, 0);
    kernel_bench_run(b, 8 * KERNEL_BENCH_MS);
    CU_ASSERT(kernel_bench_pc(b, 0) == 0);
    kernel_bench_free(b);
}

static void time_goes_by_ticks(void)
{
    b = kernel_bench_new(NULL);
    kernel_bench_thread(b, 0, 13);
    kernel_bench_run(b, 10 * KERNEL_BENCH_MS);
    CU_ASSERT(ASK(0, "KeQueryInterruptTime", 0) == 100000 && ASK(0, "KeQueryPerformanceFrequency", 0) == 50000000);
    ASK(0, "KeQuerySystemTime", M);
    CU_ASSERT(((uint64_t)kernel_bench_u32(b, M) << 32 | kernel_bench_u32(b, M + 4)) == UINT64_C(132000000000100000));
    sim_time at = b->now;
    CU_ASSERT(CALL(0, "KeStallExecutionProcessor", 50) && b->now >= at + KERNEL_BENCH_MS / 20);
    kernel_bench_free(b);
}

static void faults_that_nobody_handles_end_the_run(void)
{
    b = kernel_bench_new(NULL);
    kernel_bench_thread(b, 0, 13);
    b->cpu[0].msr &= ~XENON_MSR_FP;
    struct kernel_trap fp = {.vector = XENON_FP_UNAVAILABLE};
    kernel_bench_trap(b, 0, &fp);
    kernel_bench_settle(b);
    CU_ASSERT(!b->stopped && kernel_bench_pc(b, 0) == 0x82000000 && b->cpu[0].msr & XENON_MSR_FP);
    struct kernel_trap storage = {.vector = XENON_DATA_STORAGE, .dar = 0x10, .dsisr = XENON_DSISR_STORE};
    kernel_bench_trap(b, 0, &storage);
    kernel_bench_settle(b);
    CU_ASSERT(b->stopped && b->status == SIM_GUEST && strstr(b->reason, "0x00000010") != NULL);
    kernel_bench_free(b);

    b = kernel_bench_new(NULL);
    kernel_bench_thread(b, 0, 13);
    CU_ASSERT(!CALL(0, "KeBugCheckEx", 0xF4, 1, 2, 3, 4) && b->stopped && strstr(b->reason, "0x000000F4") != NULL);
    kernel_bench_free(b);
}

void test_ke_interrupts(void)
{
    CU_pSuite suite = CU_add_suite("hle/ke interrupts", NULL, NULL);
    CU_add_test(suite, "at boot every window is set up", boot_sets_the_windows_up);
    CU_add_test(suite, "the vertical blank calls the title back", the_display_calls_back);
    CU_add_test(suite, "it is acknowledged without a callback", nobody_called_back_acknowledges_too);
    CU_add_test(suite, "DPCs wait for IRQL", dpcs_wait_for_irql);
    CU_add_test(suite, "timers queue DPCs and repeat", timers_queue_dpcs_and_repeat);
    CU_add_test(suite, "time goes by clock ticks", time_goes_by_ticks);
    CU_add_test(suite, "faults that nobody handles end the run", faults_that_nobody_handles_end_the_run);
}
