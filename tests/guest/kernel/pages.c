/* Tests: MmAllocatePhysicalMemoryEx
 *
 * What the bits of pages mean to the processor: uncached loads and stores go all the way, one by one (the core does not
 * combine stores yet); what lies there is the same. Times are edges of the time base. */
#include "tests/guest/kernel/check.h"

enum { READ_WRITE = 4, NOCACHE = 0x200, WRITECOMBINE = 0x400, WORDS = 256 };

struct times {
    uint32_t stores, loads;
};

static struct times measure(uint32_t protect)
{
    volatile uint32_t *word = MmAllocatePhysicalMemoryEx(0, 0x1000, protect, 0, 0xFFFFFFFF, 0);
    struct times took = {0, 0};
    uint32_t began, sum = 0;
    if (word == NULL)
        return took;
    for (unsigned i = 0; i < WORDS; i++)
        sum += word[i]; /* lines that can be in a cache are, from here on */
    began = edges();
    for (unsigned i = 0; i < WORDS; i++)
        word[i] = i;
    __asm__ volatile("sync" ::: "memory");
    took.stores = edges() - began;
    sum = 0;
    began = edges();
    for (unsigned i = 0; i < WORDS; i++)
        sum += word[i];
    took.loads = edges() - began;
    EXPECT(sum, WORDS * (WORDS - 1) / 2);
    MmFreePhysicalMemory(0, (const void *)word);
    return took;
}

int main(void)
{
    struct times cached, uncached, combined;
    cached = measure(READ_WRITE);
    cached = measure(READ_WRITE); /* with the code in the caches */
    uncached = measure(READ_WRITE | NOCACHE);
    combined = measure(READ_WRITE | WRITECOMBINE);
    DbgPrint("stores: cached %u, uncached %u, combined %u; loads: %u, %u, %u\n", cached.stores, uncached.stores,
             combined.stores, cached.loads, uncached.loads, combined.loads);
    CHECK(uncached.loads > 8 * cached.loads);
    CHECK(combined.loads > 8 * cached.loads);
    CHECK(uncached.stores > 4 * cached.stores);
    CHECK(combined.stores <= uncached.stores);
    return check_done();
}
