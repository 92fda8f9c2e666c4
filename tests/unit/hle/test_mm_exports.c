/* Memory, as titles call for it. */
#include "kernel-hle/kernel/guest.h"
#include "kernel-hle/kernel/kernel_parts.h"
#include "tests/support/kernel_bench.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#define AT        KERNEL_BENCH_MEMORY
#define CALL(...) KERNEL_BENCH_CALL(b, 0, __VA_ARGS__)

static struct kernel_bench *bench(void)
{
    struct kernel_bench *b = kernel_bench_new(NULL);
    kernel_bench_thread(b, 0, 13);
    return b;
}

static void test_virtual(void)
{
    struct kernel_bench *b = bench();
    uint64_t r3;
    kernel_bench_put_u32(b, AT, 0);
    kernel_bench_put_u32(b, AT + 4, 0x1234);
    CU_ASSERT(CALL("NtAllocateVirtualMemory", &r3, AT, AT + 4, MM_RESERVE | MM_COMMIT, MM_READWRITE, 0) && r3 == 0);
    uint32_t base = kernel_bench_u32(b, AT);
    CU_ASSERT(base == 0x10000 && kernel_bench_u32(b, AT + 4) == 0x10000);
    CU_ASSERT(guest_writable(b->kernel, base, 0x10000) && !guest_readable(b->kernel, base + 0x10000, 1));
    CU_ASSERT(CALL("NtQueryVirtualMemory", &r3, base, AT + 0x10, 0) && r3 == 0);
    CU_ASSERT(kernel_bench_u32(b, AT + 0x10) == base && kernel_bench_u32(b, AT + 0x1C) == 0x10000);
    CU_ASSERT(kernel_bench_u32(b, AT + 0x20) == MM_COMMIT && kernel_bench_u32(b, AT + 0x24) == MM_READWRITE);
    CU_ASSERT(CALL("NtProtectVirtualMemory", &r3, AT, AT + 4, MM_READONLY, AT + 8, 0) && r3 == 0);
    CU_ASSERT(kernel_bench_u32(b, AT + 8) == MM_READWRITE && !guest_writable(b->kernel, base, 1));
    CU_ASSERT(CALL("NtFreeVirtualMemory", &r3, AT, AT + 4, MM_RELEASE, 0) && r3 == 0);
    CU_ASSERT(!guest_readable(b->kernel, base, 1));
    kernel_bench_free(b);
}

/* Answers go nowhere, and nothing is allocated, where the words are not the title's to write or read. */
static void test_bad_pointers(void)
{
    struct kernel_bench *b = bench();
    uint64_t r3;
    uint32_t free_before, size = 104;
    kernel_bench_put_u32(b, AT, size);
    CU_ASSERT(CALL("MmQueryStatistics", &r3, AT) && r3 == 0);
    free_before = kernel_bench_u32(b, AT + 12);
    CU_ASSERT(CALL("NtAllocateVirtualMemory", &r3, 0x10, AT + 4, MM_RESERVE | MM_COMMIT, MM_READWRITE, 0));
    CU_ASSERT_EQUAL((uint32_t)r3, NT_ACCESS_VIOLATION);
    CU_ASSERT(CALL("NtAllocateVirtualMemory", &r3, 0, 0, MM_COMMIT, MM_READWRITE, 0));
    CU_ASSERT_EQUAL((uint32_t)r3, NT_INVALID_PARAMETER);
    CU_ASSERT(CALL("MmQueryStatistics", &r3, AT) && r3 == 0 && kernel_bench_u32(b, AT + 12) == free_before);
    CU_ASSERT(CALL("MmQueryStatistics", &r3, 0) && (uint32_t)r3 == NT_INVALID_PARAMETER);
    kernel_bench_put_u32(b, AT, 100);
    CU_ASSERT(CALL("MmQueryStatistics", &r3, AT) && (uint32_t)r3 == NT_BUFFER_TOO_SMALL);
    kernel_bench_free(b);
}

static void test_physical(void)
{
    struct kernel_bench *b = bench();
    uint64_t r3;
    CU_ASSERT(CALL("MmAllocatePhysicalMemory", &r3, 0, 0x10000, MM_READWRITE | MM_LARGE_PAGES));
    uint32_t base = (uint32_t)r3;
    CU_ASSERT(base == 0xBFCA0000 && (int64_t)r3 < 0); /* as a word is in a register of 64 bits */
    CU_ASSERT(guest_writable(b->kernel, base, 0x10000));
    CU_ASSERT(CALL("MmGetPhysicalAddress", &r3, base + 0x123) && r3 == 0x1FCA0123);
    CU_ASSERT(CALL("MmQueryAddressProtect", &r3, base) && r3 == MM_READWRITE);
    CU_ASSERT(CALL("MmSetAddressProtect", &r3, base, 0x10000, MM_READONLY));
    CU_ASSERT(!guest_writable(b->kernel, base, 1) && guest_readable(b->kernel, base, 1));
    CU_ASSERT(CALL("MmQueryAllocationSize", &r3, base) && r3 == 0x10000);
    CU_ASSERT(CALL("MmIsAddressValid", &r3, base) && r3 == 1);
    CU_ASSERT(CALL("MmFreePhysicalMemory", &r3, 0, base));
    CU_ASSERT(CALL("MmIsAddressValid", &r3, base) && r3 == 0);
    CU_ASSERT(CALL("MmAllocatePhysicalMemoryEx", &r3, 0, 0x1000, MM_READWRITE, 0, 0x3FFFFFF, 0x1000));
    CU_ASSERT((uint32_t)r3 < 0xE4000000 && (uint32_t)r3 >= 0xE0000000);
    CU_ASSERT(CALL("MmMapIoSpace", &r3, 2, base, 0x40, 0x404) && (uint32_t)r3 == base);
    CU_ASSERT(CALL("MmCreateKernelStack", &r3, 0x4000, 0) && guest_writable(b->kernel, (uint32_t)r3 - 0x4000, 0x4000));
    uint32_t stack = (uint32_t)r3;
    CU_ASSERT(CALL("MmDeleteKernelStack", &r3, stack, stack - 0x4000) && r3 == 0);
    kernel_bench_free(b);
}

static void test_pool(void)
{
    struct kernel_bench *b = bench();
    uint64_t r3;
    CU_ASSERT(CALL("ExAllocatePoolTypeWithTag", &r3, 100, 0x41424344, 0) && r3 != 0);
    uint32_t block = (uint32_t)r3;
    CU_ASSERT(kernel_bench_u32(b, block - 4) == 0x41424344 && (kernel_bench_u32(b, block - 8) >> 8 & 0xFF) == 170);
    CU_ASSERT(CALL("ExQueryPoolBlockSize", &r3, block) && r3 == 0x78);
    CU_ASSERT(CALL("ExFreePool", &r3, block + 8)); /* no block: nothing happens */
    CU_ASSERT(CALL("ExQueryPoolBlockSize", &r3, block) && r3 == 0x78);
    CU_ASSERT(CALL("ExFreePool", &r3, block));
    CU_ASSERT(CALL("ExQueryPoolBlockSize", &r3, block) && r3 == 0);
    CU_ASSERT(CALL("XamAlloc", &r3, 0, 0x2000, AT) && r3 == 0);
    block = kernel_bench_u32(b, AT);
    CU_ASSERT(guest_writable(b->kernel, block, 0x2000) && block % 0x1000 == 0);
    CU_ASSERT(CALL("XamFree", &r3, block) && r3 == 0 && !guest_readable(b->kernel, block, 1));
    CU_ASSERT(CALL("XamAllocEx", &r3, 0, 0x40000000, 0x1000, AT) && r3 == 0);
    CU_ASSERT(kernel_bench_u32(b, AT) >= 0xE0000000);
    CU_ASSERT(CALL("XamFree", &r3, kernel_bench_u32(b, AT)) && r3 == 0);
    CU_ASSERT(!guest_readable(b->kernel, kernel_bench_u32(b, AT), 1));
    CU_ASSERT(CALL("XamAlloc", &r3, 0, 0x7FFFFFFF, AT) && (uint32_t)r3 == 0x8007000E && kernel_bench_u32(b, AT) == 0);
    kernel_bench_free(b);
}

void test_mm_exports(void)
{
    CU_pSuite suite = CU_add_suite("hle/mm exports", NULL, NULL);
    CU_add_test(suite, "virtual memory is there, protected and gone", test_virtual);
    CU_add_test(suite, "pointers that cannot be used change nothing", test_bad_pointers);
    CU_add_test(suite, "physical memory by its views", test_physical);
    CU_add_test(suite, "blocks of the pool and of xam", test_pool);
}
