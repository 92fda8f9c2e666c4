/* The ring by which the demo title turns the display to another surface: VdSwap's words, then an interrupt that says
 * that they are carried out. */
#include "tests/guest/demo/demo.h"

enum { LOG2 = 9, WORDS = 2 << LOG2, SWAP_WORDS = 64, FORMAT_8888 = 6, TEXTURE = 2 };
enum { READ_WRITE_COMBINED = 0x404, READ_WRITE_UNCACHED = 0x204 };
enum { INTERRUPT = 0x54, CP_CPU_INT_ACK = 0x45E };
#define FILLER        0x80000000u
#define TILED         0x80000000u
#define WRITE_POINTER (*(volatile uint32_t *)0x7FC80714u)

static volatile uint32_t *ring, *read_pointer; /* the latter is where the chip says how far it is */
static uint32_t at;

bool make_ring(void)
{
    if (!VdInitializeEngines(0x4F810000, NULL, NULL, NULL, NULL))
        return false;
    ring = MmAllocatePhysicalMemoryEx(0, 4 * WORDS, READ_WRITE_COMBINED, 0, 0xFFFFFFFF, 0);
    read_pointer = MmAllocatePhysicalMemoryEx(0, 4096, READ_WRITE_UNCACHED, 0, 0xFFFFFFFF, 0);
    if (ring == NULL || read_pointer == NULL)
        return false;
    *read_pointer = 0;
    VdInitializeRingBuffer(MmGetPhysicalAddress(ring), LOG2);
    VdEnableRingBufferRPtrWriteBack(MmGetPhysicalAddress(read_pointer), 6);
    return true;
}

static void put(uint32_t word)
{
    ring[at] = word;
    at = (at + 1) % WORDS;
}

void swap_to(const struct surface *surface)
{
    const uint32_t address = (uint32_t)(uintptr_t)surface->pixels, format = FORMAT_8888, space = 0, width = WIDTH,
                   height = HEIGHT,
                   fetch[6] = {TILED | WIDTH / 32 << 22 | TEXTURE, address | format, (HEIGHT - 1) << 13 | (WIDTH - 1)};
    while (at > WORDS - SWAP_WORDS)
        put(FILLER);
    VdSwap((const void *)&ring[at], fetch, NULL, NULL, NULL, &address, &format, &space, &width, &height);
    at = (at + SWAP_WORDS) % WORDS;
    put(0xC0000000 | INTERRUPT << 8);
    put(1 << SWAP_THREAD);
    put(CP_CPU_INT_ACK);
    put(1 << SWAP_THREAD);
    __asm__ volatile("sync" : : : "memory");
    WRITE_POINTER = at;
}
