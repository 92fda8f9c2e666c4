/* Tests: MmAllocatePhysicalMemoryEx MmAllocatePhysicalMemory MmFreePhysicalMemory MmGetPhysicalAddress
 *        MmQueryAddressProtect MmSetAddressProtect MmMapIoSpace MmQueryStatistics
 *
 * Physical memory: the addresses that a title of this size gets, as docs/kernel-memory.md says, and its three views. */
#include "tests/guest/kernel/check.h"

enum { READ_WRITE = 4, NOCACHE = 0x200, WRITECOMBINE = 0x400, LARGE = 0x20000000 };
#define HUGE 0x80000000u

static void *physical(uint32_t bytes, uint32_t protect)
{
    return MmAllocatePhysicalMemoryEx(0, bytes, protect, 0, 0xFFFFFFFF, 0);
}

static void large(void)
{
    EXPECT(physical(0x1750000, READ_WRITE | LARGE), 0xBE560000);
    EXPECT(physical(0x1740000, READ_WRITE | LARGE), 0xBCE20000);
    EXPECT(physical(0xAC0000, READ_WRITE | LARGE), 0xBC360000);
    EXPECT(physical(0x140000, READ_WRITE | LARGE), 0xBC220000);
    EXPECT(MmGetPhysicalAddress((void *)0xBC220000), 0x1C220000);
    MmFreePhysicalMemory(0, (void *)0xBCE20000);
    EXPECT(physical(0x10000, READ_WRITE | LARGE | WRITECOMBINE), 0xBE550000);
    MmFreePhysicalMemory(0, (void *)0xBE550000);
    MmFreePhysicalMemory(0, (void *)0xBE560000);
    MmFreePhysicalMemory(0, (void *)0xBC360000);
    MmFreePhysicalMemory(0, (void *)0xBC220000);
}

static void views(void)
{
    char *first = physical(0x1000, READ_WRITE), *second, *third, *huge;
    EXPECT(first, 0xFFCAE000);
    EXPECT(MmGetPhysicalAddress(first), 0x1FCAF000);
    EXPECT(MmGetPhysicalAddress(first + 0x123), 0x1FCAF123);
    second = physical(0x10000, READ_WRITE | LARGE);
    EXPECT(second, 0xBFC90000);
    third = MmAllocatePhysicalMemory(0, 0x1000, READ_WRITE | NOCACHE);
    EXPECT(third, 0xFFCAD000);
    EXPECT(MmQueryAddressProtect(third), READ_WRITE | NOCACHE);
    huge = physical(0x1000000, READ_WRITE | HUGE);
    EXPECT(huge, 0xDE000000);
    *(volatile uint32_t *)huge = 0x600DCAFE;
    *(volatile uint32_t *)(huge + 0xFFFFFC) = 0x600DCAFE;
    EXPECT(*(volatile uint32_t *)huge + *(volatile uint32_t *)(huge + 0xFFFFFC), 0xC01B95FC);
    MmSetAddressProtect(first, 0x1000, 2);
    EXPECT(MmQueryAddressProtect(first), 2);
    EXPECT(MmQueryAddressProtect((void *)0x7FC80000), 0);
    EXPECT(MmMapIoSpace(2, first, 0x40, 0x404), first);
    MmFreePhysicalMemory(0, first);
    MmFreePhysicalMemory(0, second);
    MmFreePhysicalMemory(0, third);
    MmFreePhysicalMemory(0, huge);
}

static void limits(void)
{
    void *block = MmAllocatePhysicalMemoryEx(0, 0x1000, READ_WRITE, 0, 0xFFFFFFFF, 0x100000);
    EXPECT(block, 0xFFBFF000); /* real 1FC00000 */
    MmFreePhysicalMemory(0, block);
    block = MmAllocatePhysicalMemoryEx(0, 0x10000, READ_WRITE | LARGE, 0x2000000, 0x200FFFF, 0);
    EXPECT(block, 0xA2000000);
    EXPECT(MmAllocatePhysicalMemoryEx(0, 0x10000, READ_WRITE | LARGE, 0x2000000, 0x200FFFF, 0), 0);
    MmFreePhysicalMemory(0, block);
    EXPECT(MmAllocatePhysicalMemoryEx(0, 0x1000, READ_WRITE, 0, 0xFFFFFF, 0), 0);
    EXPECT(physical(0x20000000, READ_WRITE), 0);
    EXPECT(physical(0x1000, NOCACHE), 0);
}

static void statistics(void)
{
    uint32_t all[26] = {104}, before, *block;
    EXPECT(MmQueryStatistics(all), STATUS_SUCCESS);
    EXPECT(all[1], 0x20000);
    before = all[3];
    block = physical(0x20000, READ_WRITE | LARGE);
    all[0] = 104;
    EXPECT(MmQueryStatistics(all), STATUS_SUCCESS);
    EXPECT(before - all[3], 0x20); /* available pages */
    MmFreePhysicalMemory(0, block);
    all[0] = 100;
    EXPECT(MmQueryStatistics(all), 0xC0000023);
    EXPECT(MmQueryStatistics(NULL), STATUS_INVALID_PARAMETER);
}

int main(void)
{
    large();
    views();
    limits();
    statistics();
    return check_done();
}
