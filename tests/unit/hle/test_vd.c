/* The graphics chip as titles ask the kernel for it: its start, rings, swaps, the command processor's interrupt. */
#include "kernel-hle/ke/offsets.h"
#include "kernel-hle/kernel/layout.h"
#include "kernel-hle/log/log.h"
#include "kernel-hle/vd/vd.h"
#include "tests/support/kernel_bench.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

enum {
    M = KERNEL_BENCH_MEMORY,
    RING = M + 0x1000, /* where VdSwap is to write */
    FETCH = M + 0x40,
    WORDS = M + 0x80, /* front buffer, format, colour space, width, height */
    PFP = M + 0x10000,
    ME = M + 0x20000,
    CALLBACK = 0x82005000,
    PCR = 0x80050000,
    NOWHERE = 0x50000000
};

static struct kernel_bench *b;
static uint64_t r3;

#define CALL(name, ...) KERNEL_BENCH_CALL(b, 0, name, &r3, __VA_ARGS__)

static uint64_t ask(const char *name, unsigned count, const uint64_t *argument)
{
    CU_ASSERT(kernel_bench_call(b, 0, name, &r3, count, argument));
    return r3;
}
#define ASK(name, ...) ask(name, sizeof((uint64_t[]){__VA_ARGS__}) / 8, (uint64_t[]){__VA_ARGS__})

static void begin(enum hle_reference_kind reference)
{
    b = kernel_bench_new(&(struct kernel_bench_spec){.reference = reference});
    kernel_bench_thread(b, 0, 13);
}

static bool stored(unsigned n, enum vd_register reg, uint32_t value)
{
    return n < b->stores && b->store[n].address == VD_APERTURE + reg && b->store[n].value == value;
}

static unsigned count_of(unsigned from, enum vd_register reg)
{
    unsigned count = 0;
    for (unsigned i = from; i < b->stores; i++)
        count += b->store[i].address == VD_APERTURE + reg;
    return count;
}

static void engines_start_with_their_microcode(void)
{
    begin(HLE_HARDWARE);
    kernel_bench_put_u32(b, PFP, 0x111111);
    kernel_bench_put_u32(b, PFP + 4 * 0x11F, 0x222222);
    kernel_bench_put_u32(b, ME + 4 * 0x8FF, 0x333);
    unsigned from = b->stores;
    sim_time at = b->now;
    CU_ASSERT(
        !CALL("VdInitializeEngines", 0x4F810000, CALLBACK, 0, PFP, ME)); /* it takes longer than the bench waits */
    kernel_bench_run(b, KERNEL_BENCH_MS);
    CU_ASSERT(kernel_bench_ended(b, 0, "VdInitializeEngines", &r3) && r3 == 1 && b->now >= at + KERNEL_BENCH_MS / 10);
    CU_ASSERT(stored(from, VD_CP_ME_CNTL, 0x1000FFFF) && stored(from + 1, VD_CP_PFP_UCODE_ADDR, 0));
    CU_ASSERT(stored(from + 2, VD_CP_PFP_UCODE_DATA, 0x111111));
    CU_ASSERT(stored(from + 1 + 0x120, VD_CP_PFP_UCODE_DATA, 0x222222) &&
              stored(from + 2 + 0x120, VD_CP_ME_RAM_WADDR, 0));
    CU_ASSERT(stored(from + 2 + 0x120 + 0x900, VD_CP_ME_RAM_DATA, 0x333));
    CU_ASSERT(stored(from + 3 + 0x120 + 0x900, VD_CP_ME_CNTL, 0x0000FFFF));
    CU_ASSERT(stored(b->stores - 1, VD_SQ_INST_STORE_MANAGEMENT, 0x800));
    kernel_bench_free(b);
}

static void engines_start_without_microcode(void)
{
    begin(HLE_HARDWARE);
    unsigned from = b->stores;
    CU_ASSERT(!CALL("VdInitializeEngines", 0x4F810000, 0, 0, 0, 0));
    kernel_bench_run(b, KERNEL_BENCH_MS);
    CU_ASSERT(kernel_bench_ended(b, 0, "VdInitializeEngines", &r3) && r3 == 1);
    CU_ASSERT(count_of(from, VD_CP_PFP_UCODE_DATA) == 0 && count_of(from, VD_CP_ME_RAM_DATA) == 0);
    CU_ASSERT(count_of(from, VD_CP_ME_CNTL) == 2);
    CU_ASSERT(CALL("VdShutdownEngines", 0));
    kernel_bench_free(b);
    /* An image that is not there is the title's fault. */
    begin(HLE_HARDWARE);
    CU_ASSERT(!CALL("VdInitializeEngines", 0x4F810000, 0, 0, NOWHERE, 0));
    kernel_bench_run(b, KERNEL_BENCH_MS);
    CU_ASSERT(b->stopped && strstr(b->reason, "0x50000000") != NULL);
    kernel_bench_free(b);
    /* Xenia does nothing. */
    begin(HLE_XENIA);
    from = b->stores;
    CU_ASSERT(ASK("VdInitializeEngines", 0x4F810000, 0, 0, PFP, ME) == 1 && b->stores == from);
    kernel_bench_free(b);
}

static void a_ring_is_cleared_and_told(void)
{
    begin(HLE_HARDWARE);
    uint32_t ring = (uint32_t)ASK("MmAllocatePhysicalMemoryEx", 0, 0x8000, 0x404, 0, 0xFFFFFFFF, 0);
    uint32_t real = (uint32_t)ASK("MmGetPhysicalAddress", ring);
    kernel_bench_put_u32(b, ring, 0xCDCDCDCD);
    kernel_bench_put_u32(b, ring + 0x7FFC, 0xCDCDCDCD);
    unsigned from = b->stores;
    CU_ASSERT(CALL("VdInitializeRingBuffer", real, 12));
    CU_ASSERT(kernel_bench_u32(b, ring) == 0 && kernel_bench_u32(b, ring + 0x7FFC) == 0);
    CU_ASSERT(stored(from, VD_CP_RB_CNTL, 0x8802000C) && stored(from + 1, VD_CP_RB_RPTR_WR, 0));
    CU_ASSERT(stored(from + 2, VD_CP_RB_WPTR, 0) && stored(from + 3, VD_CP_RB_CNTL, 0x0802000C));
    CU_ASSERT(stored(from + 4, VD_CP_RB_BASE, real) && stored(from + 5, VD_CP_RB_WPTR_DELAY, 0x10));
    from = b->stores;
    CU_ASSERT(CALL("VdEnableRingBufferRPtrWriteBack", real + 0x7000, 6));
    CU_ASSERT(stored(from, VD_CP_RB_RPTR_ADDR, (real + 0x7000) | 2) && stored(from + 1, VD_CP_RB_CNTL, 0x0002060C));
    /* No such rings. */
    from = b->stores;
    CU_ASSERT(CALL("VdInitializeRingBuffer", real, 20) && CALL("VdInitializeRingBuffer", real, (uint64_t)-1));
    CU_ASSERT(CALL("VdInitializeRingBuffer", 0x1FFFF000, 10));
    CU_ASSERT(b->stores == from && strstr(b->reports, "VdInitializeRingBuffer(0x1FFFF000, 10)") != NULL);
    kernel_bench_free(b);
}

static uint32_t surface;

/* 1280 by 720 of this format. */
static void prepare(uint32_t format)
{
    const uint32_t fetch[6] =
        {UINT32_C(0x80000002) | 1280 / 32 << 22, surface | format, 719 << 13 | 1279, 0x3333, 0x4444, 0x5555},
                   words[5] = {surface, format, 0, 1280, 720};
    for (uint32_t i = 0; i < 6; i++)
        kernel_bench_put_u32(b, FETCH + 4 * i, fetch[i]);
    for (uint32_t i = 0; i < 5; i++)
        kernel_bench_put_u32(b, WORDS + 4 * i, words[i]);
}

static bool swap(void)
{
    return CALL("VdSwap", RING, FETCH, 0, 0xBEEF0000, 0xBEEF0001, WORDS, WORDS + 4, WORDS + 8, WORDS + 12, WORDS + 16);
}

static bool holds(const uint32_t *words, uint32_t count)
{
    for (uint32_t i = 0; i < 64; i++)
        if (kernel_bench_u32(b, RING + 4 * i) != (i < count ? words[i] : 0x80000000))
            return false;
    return true;
}

static void begin_swaps(void)
{
    begin(HLE_HARDWARE);
    surface = (uint32_t)ASK("MmAllocatePhysicalMemoryEx", 0, 1280 * 736 * 4, 0x20000404, 0, 0xFFFFFFFF, 0);
    CU_ASSERT(surface >= 0xA0000000);
}

static void a_swap_turns_the_display(void)
{
    begin_swaps();
    uint32_t real = surface & 0x1FFFFFFF;
    prepare(6);
    CU_ASSERT(swap() && kernel_graphics(b->kernel).swaps == 1);
    uint32_t wanted[] = {
        0x1851,     1,    /* locked */
        0x1841,     2,    /* depth */
        0x1844,     real, /* address */
        0x00061848, 1280,       0,        0,
        0,          0,          1280,     720, /* pitch, offset, start, end */
        0x1930,     0,                         /* a table of 256 entries */
        0x1840,     1,          0x1851,   0,   /* enabled, unlocked */
        0x00054800, 0x8A000002, real | 6, 719 << 13 | 1279,
        0x3333,     0x4444,     0x5555,
    };
    CU_ASSERT(holds(wanted, sizeof wanted / sizeof *wanted));
    prepare(54);
    wanted[3] = 0x102;
    wanted[15] = 3;
    wanted[22] = real | 54;
    CU_ASSERT(swap() && holds(wanted, sizeof wanted / sizeof *wanted) && kernel_graphics(b->kernel).swaps == 2);
    struct kernel_bench *copy = kernel_bench_copy(b);
    CU_ASSERT_FATAL(copy != NULL);
    CU_ASSERT(kernel_graphics(copy->kernel).swaps == 2);
    kernel_bench_free(copy);
    kernel_bench_free(b);
}

static char told[1 << 16];

static void sink(void *context, const char *text, size_t size)
{
    (void)context;
    strncat(told, text, sizeof told - 1 - strlen(told) < size ? sizeof told - 1 - strlen(told) : size);
}

static void swaps_and_callbacks_are_told_of(void)
{
    struct sim_error error;
    struct kernel_log *log = kernel_log_create(&(struct kernel_log_options){NULL, sink, 0}, &error);
    CU_ASSERT_FATAL(log != NULL);
    b = kernel_bench_new(&(struct kernel_bench_spec){.reference = HLE_HARDWARE, .log = log});
    kernel_bench_thread(b, 0, 13);
    surface = (uint32_t)ASK("MmAllocatePhysicalMemoryEx", 0, 1280 * 736 * 4, 0x20000404, 0, 0xFFFFFFFF, 0);
    prepare(6);
    CU_ASSERT(CALL("VdSetGraphicsInterruptCallback", CALLBACK, 0));
    kernel_log_flush(log);
    told[0] = 0;
    CU_ASSERT(swap());
    kernel_bench_interrupt(b, 2, 0x54);
    kernel_log_flush(log);
    char wanted[128];
    snprintf(wanted, sizeof wanted,
             "\"count\":1,\"front_buffer\":\"0x%08x\",\"width\":1280,\"height\":720,\"format\":6}",
             surface & 0x1FFFFFFF);
    CU_ASSERT(strstr(told, "{\"event\":\"swap\",\"thread\":1,") != NULL && strstr(told, wanted) != NULL);
    CU_ASSERT(strstr(told, "{\"event\":\"callback\",\"thread\":0,") != NULL && strstr(told, "\"source\":1}") != NULL);
    kernel_bench_free(b);
    kernel_log_destroy(log);
}

static void what_is_no_swap_is_filler(void)
{
    static const struct {
        uint32_t address, value;
        const char *why;
    } bad[] = {
        {WORDS + 4, 7, "format"},
        {WORDS + 8, 1, "colour space"},
        {WORDS + 12, 1281, "size"},
        {WORDS + 16, 0, "size"},
        {FETCH, 0x80000002 | 32 << 22, "size"},
        {FETCH, 0x80000003 | 40 << 22, "texture"},
        {FETCH, 2 | 40 << 22, "tiles"},
        {FETCH + 4, 7, "texture"},
        {FETCH + 4, NOWHERE | 6, "no memory"},
        {FETCH + 4, 0xBFFFF000 | 6, "no memory"},
    };
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        begin_swaps();
        prepare(6);
        kernel_bench_put_u32(b, bad[i].address, bad[i].value);
        CU_ASSERT(swap() && holds(NULL, 0) && kernel_graphics(b->kernel).swaps == 0);
        CU_ASSERT(strstr(b->reports, "VdSwap shows nothing") != NULL && strstr(b->reports, bad[i].why) != NULL);
        size_t said = strlen(b->reports);
        CU_ASSERT(swap() && strlen(b->reports) == said); /* once is enough */
        kernel_bench_free(b);
    }
}

static void pointers_of_a_swap_fault(void)
{
    for (unsigned i = 0; i < 10; i++) {
        uint64_t argument[10] = {RING, FETCH, 0, 0, 0, WORDS, WORDS + 4, WORDS + 8, WORDS + 12, WORDS + 16};
        if (i >= 2 && i < 5) /* nobody looks there */
            continue;
        begin_swaps();
        prepare(6);
        argument[i] = i ? NOWHERE : M + KERNEL_BENCH_MEMORY_SIZE - 4 * 63;
        CU_ASSERT(!kernel_bench_call(b, 0, "VdSwap", &r3, 10, argument) && b->stopped && b->status == SIM_GUEST);
        CU_ASSERT(kernel_graphics(b->kernel).swaps == 0);
        kernel_bench_free(b);
    }
}

static void buffers_of_commands(void)
{
    begin(HLE_HARDWARE);
    for (uint32_t i = 0; i < 0x98; i += 4)
        kernel_bench_put_u32(b, M + i, 0x12345678);
    CU_ASSERT(CALL("VdGetSystemCommandBuffer", M, M + 0x100));
    CU_ASSERT(kernel_bench_u32(b, M) == 0xBEEF0000 && kernel_bench_u32(b, M + 4) == 0);
    CU_ASSERT(kernel_bench_u32(b, M + 0x90) == 0 && kernel_bench_u32(b, M + 0x94) == 0x12345678);
    CU_ASSERT(kernel_bench_u32(b, M + 0x100) == 0xBEEF0001);
    CU_ASSERT(ASK("VdInitializeScalerCommandBuffer", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, M + 0x1000, 1500) == 1500);
    CU_ASSERT(kernel_bench_u32(b, M + 0x1000) == 0x80000000 &&
              kernel_bench_u32(b, M + 0x1000 + 4 * 1499) == 0x80000000);
    CU_ASSERT(kernel_bench_u32(b, M + 0x1000 + 4 * 1500) == 0);
    CU_ASSERT(ASK("VdRetrainEDRAM", 0, 0, 0, 0, 0, 0) == 0 && ASK("VdRetrainEDRAMWorker", 0) == 0);
    CU_ASSERT(ASK("VdCallGraphicsNotificationRoutines", 1, M) == 0 && ASK("VdEnableDisableClockGating", 1) == 0);
    CU_ASSERT(CALL("VdSetSystemCommandBufferGpuIdentifierAddress", 8));
    CU_ASSERT(!CALL("VdInitializeScalerCommandBuffer", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, M, 0xFFFFFFFF) && b->stopped);
    kernel_bench_free(b);
}

/* The packet INTERRUPT: the callback with source 1, on the hardware threads that it names. */
static void the_command_processor_calls_back(void)
{
    begin(HLE_HARDWARE);
    kernel_bench_interrupt(b, 1, 0x54); /* nobody listens */
    CU_ASSERT(kernel_idles(b->kernel, 1) && b->serving[1] == 0 && b->reports[0] == 0);
    CU_ASSERT(CALL("VdSetGraphicsInterruptCallback", CALLBACK, 0x1234));
    kernel_bench_thread(b, 1, 13);
    b->cpu[1].gpr[30] = 0x5555;
    b->vblank_status = 1;
    for (unsigned cpu = 1; cpu < 3; cpu++) {
        uint32_t pcr = PCR + 0x1000 * cpu;
        kernel_bench_interrupt(b, cpu, 0x54);
        CU_ASSERT(kernel_bench_pc(b, cpu) == CALLBACK && b->cpu[cpu].gpr[3] == 1 && b->cpu[cpu].gpr[4] == 0x1234);
        CU_ASSERT(b->serving[cpu] == 0); /* its end is told before the DPC */
        CU_ASSERT(kernel_bench_u32(b, pcr + KE_PCR_DPC_ACTIVE) == 1 &&
                  kernel_bench_u32(b, pcr + KE_PCR_IRQL) >> 24 == 2);
        b->cpu[cpu].gpr[30] = 0;
        kernel_bench_function_returns(b, cpu, 0);
        CU_ASSERT(kernel_bench_u32(b, pcr + KE_PCR_DPC_ACTIVE) == 0 &&
                  kernel_bench_u32(b, pcr + KE_PCR_IRQL) >> 24 == 0);
    }
    CU_ASSERT(kernel_bench_pc(b, 1) == 0x82000000 && b->cpu[1].gpr[30] == 0x5555 && kernel_idles(b->kernel, 2));
    CU_ASSERT(b->vblank_status == 1); /* the display is nothing of its business */
    struct kernel_graphics graphics = kernel_graphics(b->kernel);
    CU_ASSERT(graphics.calls[0] == 0 && graphics.calls[1] == 2 && graphics.last[1] <= b->now);
    kernel_bench_interrupt(b, 2, 0x58);
    kernel_bench_function_returns(b, 2, 0);
    CU_ASSERT(b->vblank_status == 0 && kernel_graphics(b->kernel).calls[0] == 1);
    kernel_bench_free(b);
}

void test_vd(void)
{
    CU_pSuite suite = CU_add_suite("hle/vd", NULL, NULL);
    CU_add_test(suite, "the engines start with their microcode", engines_start_with_their_microcode);
    CU_add_test(suite, "or without it", engines_start_without_microcode);
    CU_add_test(suite, "a ring is cleared, and the chip is told", a_ring_is_cleared_and_told);
    CU_add_test(suite, "a swap turns the display to another buffer", a_swap_turns_the_display);
    CU_add_test(suite, "the event log is told", swaps_and_callbacks_are_told_of);
    CU_add_test(suite, "what is no swap becomes filler", what_is_no_swap_is_filler);
    CU_add_test(suite, "pointers of a swap that lead nowhere", pointers_of_a_swap_fault);
    CU_add_test(suite, "buffers of commands", buffers_of_commands);
    CU_add_test(suite, "the command processor calls the title back", the_command_processor_calls_back);
}
