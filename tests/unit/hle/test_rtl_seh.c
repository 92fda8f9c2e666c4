/* Exceptions of guest code that really runs: tests/guest/kernel/exceptions.s. */
#include "kernel-hle/ke/thread.h"
#include "kernel-hle/kernel/kernel_parts.h"
#include "models/xenon/isa/interrupt.h"
#include "tests/support/kernel_guest.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <string.h>

#define DATA UINT32_C(0x82010000)

/* Words of DATA. */
enum {
    FILTER_CODE = 0x00,
    FILTER_FRAME = 0x04,
    FILTER_R30 = 0x08,
    FILTER_ADDRESS = 0x0C,
    EXCEPT_CODE = 0x10,
    EXCEPT_R30 = 0x14,
    EXCEPT_R1 = 0x18,
    EXCEPT_F30 = 0x20,
    FINALLY_R3 = 0x30,
    FINALLY_R29 = 0x34,
    FINALLY_FRAME = 0x38,
    FINALLY_COUNT = 0x3C,
    ANSWER = 0x40,
    CODE = 0x44,
    CHANGE = 0x48,
    FLAGS = 0x4C,
    MIDDLE_R3 = 0x50,
    TWICE_COUNT = 0x54,
    RETHROWS = 0x58,
    CATCH_COUNT = 0x5C,
    CATCH_R31 = 0x60,
    TRACE_COUNT = 0x7C,
    TRACE = 0x80,
    CALLERS = 0xD0
};

static struct kernel_guest g;
static uint64_t r3;
static uint32_t sp;

static void begin(void)
{
    static const char *const exports[] = {"RtlRaiseException",   "RtlRaiseStatus",           "RtlCaptureContext",
                                          "RtlUnwind",           "RtlCaptureStackBackTrace", "RtlGetCallersAddress",
                                          "__C_specific_handler"};
    kernel_guest_init(&g, "tests/guest/kernel/exceptions.s", exports, sizeof exports / sizeof *exports);
    sp = (uint32_t)kernel_guest_registers(&g)->gpr[1];
}

static uint32_t word(uint32_t offset)
{
    return kernel_bench_u32(g.bench, DATA + offset);
}

static void set(uint32_t offset, uint32_t value)
{
    kernel_bench_put_u32(g.bench, DATA + offset, value);
}

/* As if nothing had been called: registers that calls leave alone, the stack, and what the kernel is in the middle of.
 */
static bool is_clean(void)
{
    const struct xenon_context *r = kernel_guest_registers(&g);
    for (unsigned i = 14; i < 32; i++)
        if (r->gpr[i] != 0x1400 + i || r->fpr[i] != UINT64_C(0x4010000000000000) + i)
            return false;
    return r->vr[126].u64[0] == 126 && r->vr[127].u64[1] == 127 && (uint32_t)r->gpr[1] == sp &&
           g.bench->kernel->cpu[0].thread->frames == 0;
}

static bool run(const char *function, const char *argument)
{
    struct xenon_context *r = kernel_guest_registers(&g);
    for (unsigned i = 14; i < 32; i++) {
        r->gpr[i] = 0x1400 + i;
        r->fpr[i] = UINT64_C(0x4010000000000000) + i;
    }
    r->vr[126].u64[0] = 126;
    r->vr[127].u64[1] = 127;
    return kernel_guest_call(&g, function, argument ? kernel_guest_symbol(&g, argument) : 0, &r3);
}

static void test_except(void)
{
    begin();
    set(CODE, 0xE0000001);
    set(ANSWER, 1);
    CU_ASSERT_FATAL(run("guarded", "raise"));
    CU_ASSERT(r3 == 1 && is_clean());
    CU_ASSERT(word(FILTER_CODE) == 0xE0000001 && word(FILTER_FRAME) == sp && word(FILTER_R30) == 77);
    CU_ASSERT(word(FILTER_ADDRESS) == kernel_guest_symbol(&g, "raise_back"));
    CU_ASSERT(word(EXCEPT_CODE) == 0xE0000001 && word(EXCEPT_R30) == 77 && word(EXCEPT_R1) == 0);
    CU_ASSERT(word(EXCEPT_F30) == 0x40100000 && word(EXCEPT_F30 + 4) == 30);
    CU_ASSERT(word(FINALLY_COUNT) == 1 && word(FINALLY_R3) == 1 && word(FINALLY_R29) == 29);
    CU_ASSERT(word(FINALLY_FRAME) == sp - 0x90 && word(MIDDLE_R3) == 0);
    kernel_guest_free(&g);
}

static void test_status(void)
{
    begin();
    set(ANSWER, 1);
    CU_ASSERT_FATAL(run("guarded", "raise_status"));
    CU_ASSERT(r3 == 1 && is_clean() && word(EXCEPT_CODE) == 0xC0001234);
    kernel_guest_free(&g);
}

static void test_goes_on(void)
{
    begin();
    set(CODE, 0xE0000001);
    set(ANSWER, UINT32_MAX);
    CU_ASSERT_FATAL(run("guarded", "raise"));
    CU_ASSERT(r3 == 0 && is_clean() && word(MIDDLE_R3) == 55 && word(FINALLY_COUNT) == 0);
    set(FLAGS, 1);
    CU_ASSERT(!run("guarded", "raise"));
    CU_ASSERT(g.bench->status == SIM_GUEST && strstr(g.bench->reason, "cannot be continued") != NULL);
    kernel_guest_free(&g);
}

static void test_unhandled(void)
{
    begin();
    set(CODE, 0xE0000001);
    CU_ASSERT(!run("guarded", "raise"));
    CU_ASSERT(g.bench->status == SIM_GUEST);
    CU_ASSERT(strstr(g.bench->reason, "nobody handles: exception 0xE0000001 at 0x82") != NULL);
    CU_ASSERT(word(FILTER_CODE) == 0xE0000001 && word(FINALLY_COUNT) == 0);
    kernel_guest_free(&g);
}

/* What the processor cannot go through with, in a function without a frame and in a prologue. */
static void test_faults(void)
{
    static const char *const functions[] = {"fault", "fault_early", "divide"};
    begin();
    for (unsigned i = 0; i < 3; i++) {
        char at[32];
        strcpy(at, functions[i]);
        strcat(at, "_at");
        set(FINALLY_COUNT, 0);
        set(ANSWER, 1);
        CU_ASSERT_FATAL(run("guarded", functions[i]));
        CU_ASSERT(r3 == 1 && is_clean() && word(EXCEPT_CODE) == (i < 2 ? 0xC000001D : 0xC0000094) &&
                  word(FINALLY_COUNT) == 1);
        CU_ASSERT(word(FILTER_ADDRESS) == kernel_guest_symbol(&g, at) && word(FINALLY_FRAME) == sp - 0x90);
    }
    set(ANSWER, UINT32_MAX); /* it goes on behind it, with another r3 */
    set(CHANGE, 66);
    CU_ASSERT_FATAL(run("guarded", "fault"));
    CU_ASSERT(r3 == 0 && is_clean() && word(MIDDLE_R3) == 66);
    set(ANSWER, 0);
    CU_ASSERT(!run("guarded", "fault"));
    CU_ASSERT(strstr(g.bench->reason, "nobody handles: exception 0xC000001D at 0x82") != NULL);
    kernel_guest_free(&g);
}

static void test_no_stack(void)
{
    begin();
    kernel_guest_registers(&g)->gpr[1] = 0x7000;
    kernel_guest_registers(&g)->nia = kernel_guest_symbol(&g, "fault_at");
    struct kernel_trap trap = {.vector = XENON_DATA_STORAGE, .dar = 0x123, .dsisr = XENON_DSISR_STORE};
    kernel_bench_trap(g.bench, 0, &trap);
    kernel_bench_settle(g.bench);
    CU_ASSERT(g.bench->status == SIM_GUEST && strstr(g.bench->reason, "no stack to handle an exception on") != NULL);
    kernel_guest_free(&g);
}

/* A thread's name is for a debugger: nobody's handler is asked. */
static void test_name(void)
{
    begin();
    set(CODE, 0x406D1388);
    CU_ASSERT_FATAL(run("guarded", "raise"));
    CU_ASSERT(r3 == 0 && is_clean() && word(FILTER_CODE) == 0 && word(MIDDLE_R3) == 55);
    kernel_guest_free(&g);
}

/* Often, so that what the kernel keeps of each must be gone. */
static void test_catch(void)
{
    begin();
    set(CODE, 0xE0000001);
    for (uint32_t i = 1; i <= 50; i++) {
        CU_ASSERT_FATAL(run("catcher", "raise"));
        CU_ASSERT(r3 == 1000 && is_clean() && word(CATCH_COUNT) == i && word(CATCH_R31) == sp - 0x70);
    }
    kernel_guest_free(&g);
}

/* What a catch block throws is looked for through what lies on the stack of the first exception. */
static void test_rethrow(void)
{
    begin();
    set(CODE, 0xE0000001);
    set(ANSWER, 1);
    set(RETHROWS, 1);
    CU_ASSERT_FATAL(run("catcher", "raise"));
    CU_ASSERT(r3 == 1000 && is_clean() && word(CATCH_COUNT) == 2);
    kernel_guest_free(&g);
}

/* Raised anew while unwinding: the outer __except gets the second one. */
static void test_twice(void)
{
    begin();
    set(CODE, 0xE0000001);
    set(ANSWER, 1);
    CU_ASSERT_FATAL(run("guarded", "twice"));
    CU_ASSERT(r3 == 1 && is_clean() && word(TWICE_COUNT) == 1 && word(FINALLY_COUNT) == 1);
    CU_ASSERT(word(EXCEPT_CODE) == 0xE0000002);
    kernel_guest_free(&g);
}

static void test_jump(void)
{
    begin();
    for (unsigned i = 0; i < 30; i++) {
        CU_ASSERT_FATAL(run("jumper", NULL));
        CU_ASSERT(r3 == 33 + 9 && is_clean());
    }
    kernel_guest_free(&g);
}

static void test_trace(void)
{
    begin();
    CU_ASSERT_FATAL(run("guarded", "tracer"));
    const uint32_t expected[] = {kernel_guest_symbol(&g, "tracer_1"), kernel_guest_symbol(&g, "middle_try") + 4,
                                 kernel_guest_symbol(&g, "guarded_try") + 4, KERNEL_GUEST_RETURN};
    CU_ASSERT(word(TRACE_COUNT) == 4 && is_clean());
    uint32_t sum = 0;
    for (uint32_t i = 0; i < 4; i++) {
        CU_ASSERT(word(TRACE + 4 * i) == expected[i]);
        sum += expected[i];
    }
    CU_ASSERT(word(TRACE + 0x40) == sum);
    CU_ASSERT(word(CALLERS) == expected[1] && word(CALLERS + 4) == expected[2]);
    kernel_guest_free(&g);
}

void test_rtl_seh(void)
{
    CU_pSuite suite = CU_add_suite("hle/rtl_seh", NULL, NULL);
    CU_add_test(suite, "__except and __finally", test_except);
    CU_add_test(suite, "a status is raised", test_status);
    CU_add_test(suite, "a filter lets it go on", test_goes_on);
    CU_add_test(suite, "nobody handles", test_unhandled);
    CU_add_test(suite, "faults", test_faults);
    CU_add_test(suite, "a fault without a stack", test_no_stack);
    CU_add_test(suite, "a thread's name", test_name);
    CU_add_test(suite, "catch, as the C++ library does it", test_catch);
    CU_add_test(suite, "a catch block throws", test_rethrow);
    CU_add_test(suite, "__finally raises", test_twice);
    CU_add_test(suite, "unwinding to a frame of one's own", test_jump);
    CU_add_test(suite, "who has called", test_trace);
}
