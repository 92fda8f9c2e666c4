/* What the programs about the ring share: a ring of 1024 words, memory that the chip reads and writes, packets. */
#ifndef RING_H
#define RING_H

#include "tests/guest/kernel/check.h"

/* Registers by their number, as type-0 packets have them. */
#define REG(index) (((volatile uint32_t *)0x7FC80000u)[index])
enum {
    CP_RB_BASE = 0x1C0,
    CP_RB_CNTL = 0x1C1,
    CP_RB_RPTR = 0x1C4,
    CP_RB_WPTR = 0x1C5,
    SCRATCH_UMSK = 0x1DC,
    SCRATCH_ADDR = 0x1DD,
    CP_INT_STATUS = 0x1F3,
    CP_INT_ACK = 0x1F4,
    CP_ME_RAM_RADDR = 0x1F9,
    CP_ME_RAM_DATA = 0x1FA,
    CP_BIN_MASK_LO = 0x454,
    CP_BIN_MASK_HI = 0x455,
    CP_BIN_SELECT_LO = 0x456,
    CP_BIN_SELECT_HI = 0x457,
    CP_CPU_INT_STATUS = 0x45D,
    CP_CPU_INT_ACK = 0x45E,
    SCRATCH = 0x578,
    WAIT_UNTIL = 0x5C8,
    COHER_SIZE_HOST = 0xA2F,
    COHER_STATUS_HOST = 0xA31,
    GRPH_ADDRESS = 0x1844,
    VBLANK_STATUS = 0x194D,
    BLANK_STATUS = 0x1951
};

enum {
    NOP = 0x10,
    REG_RMW = 0x21,
    DRAW_INDX = 0x22,
    VIZ_QUERY = 0x23,
    WAIT_FOR_IDLE = 0x26,
    IM_LOAD = 0x27,
    IM_LOAD_IMMEDIATE = 0x2B,
    SET_CONSTANT = 0x2D,
    LOAD_CONSTANT_CONTEXT = 0x2E,
    LOAD_ALU_CONSTANT = 0x2F,
    DRAW_INDX_2 = 0x36,
    INDIRECT_BUFFER_PFD = 0x37,
    INVALIDATE_STATE = 0x3B,
    WAIT_REG_MEM = 0x3C,
    MEM_WRITE = 0x3D,
    REG_TO_MEM = 0x3E,
    INDIRECT_BUFFER = 0x3F,
    CP_INTERRUPT = 0x40,
    COND_WRITE = 0x45,
    EVENT_WRITE = 0x46,
    ME_INIT = 0x48,
    MEM_WRITE_CNTR = 0x4F,
    SET_BIN_MASK = 0x50,
    SET_BIN_SELECT = 0x51,
    WAIT_REG_EQ = 0x52,
    WAIT_REG_GTE = 0x53,
    INTERRUPT = 0x54,
    SET_CONSTANT2 = 0x55,
    SET_SHADER_CONSTANTS = 0x56,
    EVENT_WRITE_SHD = 0x58,
    EVENT_WRITE_CFL = 0x59,
    EVENT_WRITE_EXT = 0x5A,
    EVENT_WRITE_ZPD = 0x5B,
    WAIT_UNTIL_READ = 0x5C,
    WAIT_IB_PFD_COMPLETE = 0x5D,
    CONTEXT_UPDATE = 0x5E,
    SET_BIN_MASK_LO = 0x60
};

#define FILLER            0x80000000u
#define TYPE0(reg, count) ((uint32_t)((count)-1) << 16 | (reg))
#define ONE_REGISTER      0x8000u /* of type 0: all words to the same register */
#define TYPE3(op, count)  (0xC0000000u | (uint32_t)((count)-1) << 16 | (uint32_t)(op) << 8)
#define PREDICATED        1u

/* Of waits and conditional writes. */
enum { LESS = 1, AT_MOST, EQUAL, NOT_EQUAL, AT_LEAST, MORE, ALWAYS, OF_MEMORY = 0x10, TO_MEMORY = 0x100 };
enum { BIG = 2 }; /* words in memory are big-endian: the low bits of an address */

enum { RING_LOG2 = 9, RING_WORDS = 2 << RING_LOG2, CHIP_WORDS = 4096 };

static volatile uint32_t *ring, *chip; /* chip: words that are not cached */
static uint32_t ring_at, ring_fences;
enum { CHIP_POINTER = 0, CHIP_FENCE = 32, CHIP_SCRATCH = 64, CHIP_FREE = 128 }; /* places in `chip` */

static inline uint32_t real_of(const volatile void *address)
{
    return MmGetPhysicalAddress(address);
}

static inline void ring_put(uint32_t word)
{
    ring[ring_at] = word;
    ring_at = (ring_at + 1) % RING_WORDS;
}

static inline void ring_put_all(const uint32_t *word, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        ring_put(word[i]);
}

#define COUNT_OF(...) (sizeof((const uint32_t[]){__VA_ARGS__}) / 4)
#define PUT(...)      ring_put_all((const uint32_t[]){__VA_ARGS__}, COUNT_OF(__VA_ARGS__))
/* A packet of type 3; values for registers from one on. */
#define PACKET(op, ...) PUT(TYPE3(op, COUNT_OF(__VA_ARGS__)), __VA_ARGS__)
#define WRITE(reg, ...) PUT(TYPE0(reg, COUNT_OF(__VA_ARGS__)), __VA_ARGS__)

static inline void ring_kick(void)
{
    __asm__ volatile("sync" : : : "memory");
    REG(CP_RB_WPTR) = ring_at;
}

/* Until a word has this value: edges of the time base that it took; 0xFFFFFFFF after 5 ms without it. */
static inline uint32_t until(const volatile uint32_t *word, uint32_t value)
{
    uint32_t begun = edges();
    while (*word != value) {
        if (edges() - begun > 250000)
            return 0xFFFFFFFF;
    }
    return edges() - begun;
}

/* A word that the micro engine writes when it comes to it. */
static inline uint32_t ring_fence(void)
{
    PACKET(MEM_WRITE, real_of(&chip[CHIP_FENCE]) | BIG, ++ring_fences);
    return ring_fences;
}

/* All that is in the ring is carried out: how long that took. */
static inline uint32_t ring_finish(void)
{
    uint32_t fence = ring_fence();
    ring_kick();
    return until(&chip[CHIP_FENCE], fence);
}

/* Any register, those without a place in the aperture too. */
static inline uint32_t ring_register(uint32_t index)
{
    chip[CHIP_FREE] = 0xDEADDEAD;
    PACKET(REG_TO_MEM, index, real_of(&chip[CHIP_FREE]) | BIG);
    ring_finish();
    return chip[CHIP_FREE];
}

static inline void ring_begin(const void *pfp, const void *me)
{
    VdInitializeEngines(0x4F810000, NULL, NULL, pfp, me);
    ring = MmAllocatePhysicalMemoryEx(0, 4 * RING_WORDS, 0x404, 0, 0xFFFFFFFF, 0);
    chip = MmAllocatePhysicalMemoryEx(0, 4 * CHIP_WORDS, 0x204, 0, 0xFFFFFFFF, 0);
    for (uint32_t i = 0; i < CHIP_WORDS; i++)
        chip[i] = 0;
    VdInitializeRingBuffer(real_of(ring), RING_LOG2);
    VdEnableRingBufferRPtrWriteBack(real_of(&chip[CHIP_POINTER]), 6);
}

#endif
