/* Tests: VdInitializeEngines VdInitializeRingBuffer VdEnableRingBufferRPtrWriteBack VdGetSystemCommandBuffer
 *        VdInitializeScalerCommandBuffer VdSetSystemCommandBufferGpuIdentifierAddress VdShutdownEngines VdRetrainEDRAM
 *        VdRetrainEDRAMWorker VdCallGraphicsNotificationRoutines VdEnableDisableClockGating VdIsHSIOTrainingSucceeded
 *        VdGpuClockInMHz VdGlobalDevice VdPersistDisplay
 *
 * The command processor's start, and its ring: what registers say, the read pointer's way to memory, going around. */
#include "tests/guest/kernel/ring.h"

static uint32_t pfp[0x120], me[0x900];

static void start(void)
{
    for (uint32_t i = 0; i < 0x120; i++)
        pfp[i] = i * 0x101;
    for (uint32_t i = 0; i < 0x900; i++)
        me[i] = i % 3 == 2 ? i & 0xFFF : i * 0x10001;
    uint32_t begun = edges();
    ring_begin(pfp, me);
    CHECK(microseconds_since(begun) >= 100);
    REG(CP_ME_RAM_RADDR) = 0;
    for (uint32_t i = 0; i < 3; i++)
        EXPECT(REG(CP_ME_RAM_DATA), me[i]);
    EXPECT(REG(CP_RB_BASE), real_of(ring));
    EXPECT(REG(CP_RB_CNTL), 6 << 8 | 2 << 16 | RING_LOG2);
    EXPECT(REG(CP_RB_RPTR), 0);
    EXPECT(REG(CP_RB_WPTR), 0);
}

/* The kernel clears a ring. */
static void again(void)
{
    for (uint32_t i = 0; i < RING_WORDS; i++)
        ring[i] = 0xCDCDCDCD;
    VdShutdownEngines();
    EXPECT(VdInitializeEngines(0x4F810000, NULL, NULL, pfp, me), 1);
    VdInitializeRingBuffer(real_of(ring), RING_LOG2);
    VdEnableRingBufferRPtrWriteBack(real_of(&chip[CHIP_POINTER]), 6);
    ring_at = 0;
    uint32_t other = 0;
    for (uint32_t i = 0; i < RING_WORDS; i++)
        other |= ring[i];
    EXPECT(other, 0);
    EXPECT(REG(CP_RB_RPTR), 0);
}

static void go_around(void)
{
    for (uint32_t i = 0; i < 100; i++)
        PUT(FILLER);
    ring_kick();
    CHECK(until(&chip[CHIP_POINTER], 100) < 500); /* 100 words take no 10 us */
    EXPECT(REG(CP_RB_RPTR), 100);
    PUT(0, 0, 0); /* what is zero is filler too */
    CHECK(ring_finish() < 500);
    for (uint32_t round = 0; round < 3; round++) {
        for (uint32_t i = 0; i < RING_WORDS - 40; i++)
            PUT(i % 2 ? FILLER : FILLER | i);
        CHECK(ring_finish() < 50 * 50);
    }
    CHECK(until(&chip[CHIP_POINTER], ring_at) < 500);
    /* A packet across the end of the ring. */
    while (ring_at != RING_WORDS - 3)
        PUT(FILLER);
    PACKET(MEM_WRITE, real_of(&chip[CHIP_FREE]) | BIG, 1, 2, 3, 4, 5);
    ring_finish();
    for (uint32_t i = 0; i < 5; i++)
        EXPECT(chip[CHIP_FREE + i], i + 1);
}

static void what_does_little(void)
{
    static uint32_t block[0x26], second, words[64], sizes[2] = {0x050002D0, 0x050002D0}, persisted;
    block[0x24] = block[0x25] = 0x12345678;
    VdGetSystemCommandBuffer(block, &second);
    EXPECT(block[0], 0xBEEF0000);
    EXPECT(block[0x24], 0);
    EXPECT(block[0x25], 0x12345678);
    EXPECT(second, 0xBEEF0001);
    VdSetSystemCommandBufferGpuIdentifierAddress(&block[2]);
    EXPECT(VdInitializeScalerCommandBuffer(0, 0x050002D0, 0, 0x050002D0, 0x050002D0, 1, NULL, 1, NULL, NULL, words, 60),
           60);
    EXPECT(words[0], FILLER);
    EXPECT(words[59], FILLER);
    EXPECT(words[60], 0);
    EXPECT(VdCallGraphicsNotificationRoutines(1, sizes), 0);
    EXPECT(VdIsHSIOTrainingSucceeded(), 1);
    EXPECT(VdRetrainEDRAM(0, 0, 0, 0, 0, 0), 0);
    EXPECT(VdRetrainEDRAMWorker(0), 0);
    EXPECT(VdEnableDisableClockGating(0), 0);
    EXPECT(VdPersistDisplay(0, &persisted), 1);
    CHECK(persisted >= 0xE0000000);
    EXPECT(word_at(VdGpuClockInMHz, 0), 500);
    EXPECT(word_at(VdGlobalDevice, 0), 0);
}

int main(void)
{
    start();
    go_around();
    again();
    go_around();
    what_does_little();
    return check_done();
}
