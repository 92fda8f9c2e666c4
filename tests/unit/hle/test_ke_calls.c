/* How an export's call reaches the kernel and comes back. */
#include "tests/support/kernel_bench.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <string.h>

/* Nobody will ever handle this one. */
#define ABSENT "DumpWriteDump"

static void test_absent(void)
{
    struct kernel_bench *b = kernel_bench_new(NULL);
    kernel_bench_thread(b, 0, 13);
    CU_ASSERT(kernel_bench_pc(b, 0) == 0x82000000 && kernel_bench_pc(b, 1) == 0);
    uint64_t r3;
    sim_time before = b->now;
    CU_ASSERT(KERNEL_BENCH_CALL(b, 0, ABSENT, &r3, 1, 2, 3) && r3 == 0xC0000002);
    CU_ASSERT(b->now >= before + 1000 * (KERNEL_BENCH_MS / 3200000) && b->now < before + 1001 * 3125);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(b->reports, ABSENT " (xboxkrnl.exe 0x006) is not there: called from 0x82001000, arguments 0x1 0x2 0x3"));
    b->reports[0] = 0;
    CU_ASSERT(KERNEL_BENCH_CALL(b, 0, ABSENT, &r3, 4) && b->reports[0] == 0);
    CU_ASSERT(!b->stopped);
    kernel_bench_free(b);
}

static void test_strict(void)
{
    struct kernel_bench *b = kernel_bench_new(&(struct kernel_bench_spec){.strict = true});
    kernel_bench_thread(b, 3, 13);
    uint64_t r3;
    CU_ASSERT(!KERNEL_BENCH_CALL(b, 3, ABSENT, &r3, 1) && b->stopped && b->status == SIM_GUEST);
    CU_ASSERT_PTR_NOT_NULL(strstr(b->reason, ABSENT));
    kernel_bench_free(b);
}

void test_ke_calls(void)
{
    CU_pSuite suite = CU_add_suite("hle/ke calls", NULL, NULL);
    CU_add_test(suite, "an absent export is reported once, costs its cycles and returns what its row says",
                test_absent);
    CU_add_test(suite, "a strict kernel stops at one", test_strict);
}
