/* Tests: NtAllocateVirtualMemory NtFreeVirtualMemory NtProtectVirtualMemory NtQueryVirtualMemory MmIsAddressValid
 *        MmQueryAllocationSize MmQueryAddressProtect
 *
 * Virtual memory: the addresses that docs/kernel-memory.md says, and that what is there can be used. */
#include "tests/guest/kernel/check.h"

enum {
    COMMIT = 0x1000,
    RESERVE = 0x2000,
    DECOMMIT = 0x4000,
    RELEASE = 0x8000,
    RESET = 0x80000,
    TOP_DOWN = 0x100000,
    LARGE_PAGES = 0x20000000,
    NO_ACCESS = 1,
    READ_ONLY = 2,
    READ_WRITE = 4,
    EXECUTE_READ = 0x20,
    NO_MEMORY = (int)0xC0000017,
    ACCESS_DENIED = (int)0xC0000022,
    BAD_PROTECTION = (int)0xC0000045,
    NOT_ALLOCATED = (int)0xC00000A0,
    UNSUCCESSFUL = (int)0xC0000001,
};

static uint32_t base, size;

static uint32_t allocate(uint32_t at, uint32_t bytes, uint32_t type, uint32_t protect)
{
    base = at;
    size = bytes;
    return NtAllocateVirtualMemory(&base, &size, type, protect, 0);
}

static uint32_t release(uint32_t at, uint32_t bytes, uint32_t type)
{
    base = at;
    size = bytes;
    return NtFreeVirtualMemory(&base, &size, type, 0);
}

static uint32_t protect(uint32_t at, uint32_t bytes, uint32_t bits, uint32_t *before)
{
    base = at;
    size = bytes;
    return NtProtectVirtualMemory(&base, &size, bits, before, 0);
}

#define GIVES(call, address, bytes)   \
    do {                              \
        EXPECT(call, STATUS_SUCCESS); \
        EXPECT(base, address);        \
        EXPECT(size, bytes);          \
    } while (0)

static void places(void)
{
    GIVES(allocate(0, 0x1000, RESERVE | COMMIT, READ_WRITE), 0x10000, 0x10000);
    GIVES(allocate(0, 0x10001, RESERVE | COMMIT, READ_WRITE), 0x20000, 0x20000);
    GIVES(allocate(0, 1, RESERVE | COMMIT | LARGE_PAGES, READ_WRITE), 0x40000000, 0x10000);
    GIVES(allocate(0, 1, RESERVE | TOP_DOWN, READ_WRITE), 0x2FFF0000, 0x10000);
    GIVES(allocate(0, 1, RESERVE | TOP_DOWN | LARGE_PAGES, READ_WRITE), 0x6FFF0000, 0x10000);
    GIVES(allocate(0, 0xFFFF0000, RESERVE, READ_WRITE), 0x40000, 0x10000);
    GIVES(allocate(0x12345678, 0x1001, RESERVE, READ_WRITE), 0x12345000, 0x2000);
    GIVES(allocate(0x45678901, 1, RESERVE | COMMIT, READ_WRITE), 0x45670000, 0x10000);
    GIVES(release(0x10000, 0, RELEASE), 0x10000, 0x10000);
    GIVES(allocate(0, 1, RESERVE | COMMIT, READ_WRITE), 0x10000, 0x10000);
    release(0x10000, 0, RELEASE);
    release(0x20000, 0, RELEASE);
    release(0x40000, 0, RELEASE);
}

struct region {
    uint32_t base, allocation_base, allocation_protect, size, state, protect, type;
};

static void in_parts(void)
{
    volatile uint32_t *const words = (volatile uint32_t *)0x01004000u;
    struct region region;
    uint32_t before = 0;

    GIVES(allocate(0x1000000, 0x100000, RESERVE, NO_ACCESS), 0x1000000, 0x100000);
    GIVES(allocate(0x1004000, 0x4000, COMMIT, READ_WRITE), 0x1004000, 0x4000);
    EXPECT(words[0] | words[0x3FFC / 4], 0); /* it comes cleared */
    words[0] = 0x12345678;
    words[0x3FFC / 4] = 0x9ABCDEF0;
    EXPECT(words[0] + words[0x3FFC / 4], 0x12345678 + 0x9ABCDEF0);
    EXPECT(NtQueryVirtualMemory((void *)0x1000000, &region, 0), STATUS_SUCCESS);
    EXPECT(region.base, 0x1000000);
    EXPECT(region.size, 0x4000);
    EXPECT(region.state, RESERVE);
    EXPECT(NtQueryVirtualMemory((void *)0x1004FFF, &region, 0), STATUS_SUCCESS);
    EXPECT(region.base, 0x1004000);
    EXPECT(region.allocation_base, 0x1000000);
    EXPECT(region.size, 0x4000);
    EXPECT(region.state, COMMIT);
    EXPECT(region.protect, READ_WRITE);
    GIVES(allocate(0x1002000, 0x4000, COMMIT, READ_ONLY), 0x1002000, 0x4000);
    EXPECT(words[0], 0x12345678); /* what was there stays */
    EXPECT(protect(0x1003000, 0x1000, READ_WRITE, &before), STATUS_SUCCESS);
    EXPECT(before, READ_ONLY);
    EXPECT(MmQueryAddressProtect((void *)0x1003000), READ_WRITE);
    EXPECT(protect(0x1000000, 0x3000, READ_WRITE, &before), ACCESS_DENIED);
    EXPECT(protect(0x1003000, 0x1000, EXECUTE_READ, &before), BAD_PROTECTION);
    EXPECT(MmQueryAllocationSize((void *)0x1004000), 0x100000);
    EXPECT(MmIsAddressValid((void *)0x1004000), 1);
    EXPECT(MmIsAddressValid((void *)0x1008000), 0);
    GIVES(release(0x1005000, 0x2000, DECOMMIT), 0x1005000, 0x2000);
    EXPECT(MmIsAddressValid((void *)0x1005000), 0);
    EXPECT(allocate(0x1000000, 0x1000, RESERVE, READ_WRITE), NO_MEMORY);
    EXPECT(release(0x1004000, 0, RELEASE), UNSUCCESSFUL);
    EXPECT(release(0x1000000, 0x1000, RELEASE), UNSUCCESSFUL);
    GIVES(release(0x1000000, 0x100000, RELEASE), 0x1000000, 0x100000);
    EXPECT(MmIsAddressValid((void *)0x1004000), 0);
    GIVES(allocate(0x1004000, 0x1000, RESERVE | COMMIT, READ_WRITE), 0x1004000, 0x1000);
    EXPECT(words[0], 0); /* cleared again */
    release(0x1004000, 0, RELEASE);
}

static void wrong(void)
{
    EXPECT(NtAllocateVirtualMemory(NULL, &size, RESERVE, READ_WRITE, 0), STATUS_INVALID_PARAMETER);
    EXPECT(NtAllocateVirtualMemory(&base, NULL, RESERVE, READ_WRITE, 0), STATUS_INVALID_PARAMETER);
    EXPECT(allocate(0, 0, RESERVE, READ_WRITE), STATUS_INVALID_PARAMETER);
    EXPECT(allocate(0, 0x1000, TOP_DOWN, READ_WRITE), STATUS_INVALID_PARAMETER);
    EXPECT(allocate(0, 0x1000, RESET | COMMIT, READ_WRITE), STATUS_INVALID_PARAMETER);
    EXPECT(allocate(0x82000000, 0x10000, RESERVE, READ_WRITE), STATUS_INVALID_PARAMETER);
    EXPECT(allocate(0x7FC80000, 0x10000, RESERVE, READ_WRITE), STATUS_INVALID_PARAMETER);
    EXPECT(allocate(0x1000, 0x1000, RESERVE | COMMIT, READ_WRITE), NO_MEMORY);
    EXPECT(allocate(0, 0x30000000, RESERVE, READ_WRITE), NO_MEMORY);
    EXPECT(base, 0); /* a request that fails leaves them */
    EXPECT(size, 0x30000000);
    EXPECT(release(0, 0, RELEASE), NOT_ALLOCATED);
    EXPECT(release(0x10000, 0, RELEASE), UNSUCCESSFUL);
    EXPECT(NtQueryVirtualMemory((void *)0x10000, NULL, 3), STATUS_INVALID_PARAMETER);
}

int main(void)
{
    places();
    in_parts();
    wrong();
    return check_done();
}
