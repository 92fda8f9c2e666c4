/* Packets that wait: each condition, and how long after it came true they go on. */
#include "tests/guest/kernel/ring.h"

enum { WORD_AT = CHIP_FREE + 32 };

static volatile uint32_t *word;

/* Whether the wait is over at once: 1, or only when `then` is there: 2; 0: not even then. */
static uint32_t waits(uint32_t function, uint32_t value, uint32_t reference, uint32_t mask, uint32_t then)
{
    *word = value;
    PACKET(WAIT_REG_MEM, function | OF_MEMORY, real_of(word) | BIG, reference, mask, 1);
    uint32_t fence = ring_fence();
    ring_kick();
    for (uint32_t begun = edges(); edges() - begun < 500;) /* 10 us */
        if (chip[CHIP_FENCE] == fence)
            return 1;
    *word = then;
    return until(&chip[CHIP_FENCE], fence) < 500 ? 2 : 0;
}

static void conditions(void)
{
    EXPECT(waits(LESS, 5, 6, 0xFFFFFFFF, 0), 1);
    EXPECT(waits(LESS, 6, 6, 0xFFFFFFFF, 5), 2);
    EXPECT(waits(AT_MOST, 6, 6, 0xFFFFFFFF, 0), 1);
    EXPECT(waits(AT_MOST, 7, 6, 0xFFFFFFFF, 6), 2);
    EXPECT(waits(EQUAL, 0x1206, 6, 0xFF, 0), 1);
    EXPECT(waits(EQUAL, 7, 6, 0xFF, 0x306), 2);
    EXPECT(waits(NOT_EQUAL, 7, 6, 0xFF, 0), 1);
    EXPECT(waits(NOT_EQUAL, 0x106, 6, 0xFF, 0x107), 2);
    EXPECT(waits(AT_LEAST, 6, 6, 0xFFFFFFFF, 0), 1);
    EXPECT(waits(AT_LEAST, 5, 6, 0xFFFFFFFF, 0x80000000), 2);
    EXPECT(waits(MORE, 7, 6, 0xFFFFFFFF, 0), 1);
    EXPECT(waits(MORE, 6, 6, 0xFFFFFFFF, 7), 2);
    EXPECT(waits(ALWAYS, 1, 2, 0xFFFFFFFF, 0), 1);
}

/* By a packet that another one holds back, by the processor, and by a status that ends itself. */
static void registers(void)
{
    uint32_t fence;
    WRITE(SCRATCH + 6, 7);
    PACKET(WAIT_REG_EQ, SCRATCH + 6, 7, 0xFF, 1);
    PACKET(WAIT_REG_GTE, SCRATCH + 6, 6, 0xFF, 1);
    PACKET(WAIT_REG_MEM, EQUAL, SCRATCH + 6, 7, 0xFF, 1);
    CHECK(ring_finish() < 500);
    PACKET(WAIT_REG_EQ, SCRATCH + 6, 8, 0xFF, 1);
    fence = ring_fence();
    ring_kick();
    CHECK(until(&chip[CHIP_FENCE], fence) == 0xFFFFFFFF);
    REG(SCRATCH + 6) = 8;
    CHECK(until(&chip[CHIP_FENCE], fence) < 500);
    PACKET(WAIT_REG_GTE, SCRATCH + 6, 100, 0xFF, 1);
    fence = ring_fence();
    ring_kick();
    CHECK(until(&chip[CHIP_FENCE], fence) == 0xFFFFFFFF);
    REG(SCRATCH + 6) = 101;
    CHECK(until(&chip[CHIP_FENCE], fence) < 500);
    /* The display's: in its vertical blank. */
    PACKET(WAIT_REG_MEM, EQUAL, VBLANK_STATUS, 0x1000, 0x1000, 0x100);
    fence = ring_fence();
    ring_kick();
    for (uint32_t i = 0; i < 8 && chip[CHIP_FENCE] != fence; i++)
        sleep_ms(3);
    EXPECT(chip[CHIP_FENCE], fence);
}

/* The micro engine looks again after an interval of 16 clocks of the chip, 32 ns, each: it goes on within one and some.
 */
static void intervals(void)
{
    static const uint32_t interval[4] = {8, 0x100, 0x1000, 0x4000};
    for (uint32_t i = 0; i < 4; i++) {
        uint32_t most = 0, least = 0xFFFFFFFF, one = interval[i] * 16 / 10; /* in edges of the time base */
        for (uint32_t n = 0; n < 8; n++) {
            *word = 0;
            PACKET(WAIT_REG_MEM, EQUAL | OF_MEMORY, real_of(word) | BIG, 1, 1, interval[i]);
            uint32_t fence = ring_fence(), begun = edges();
            ring_kick();
            while (edges() - begun < 200 + one / 8 * n + one) {
            }
            *word = 1;
            uint32_t took = until(&chip[CHIP_FENCE], fence);
            most = took > most ? took : most;
            least = took < least ? took : least;
        }
        DbgPrint("interval %X: goes on after %u to %u edges of 20 ns\n", interval[i], least, most);
        EXPECT_BETWEEN(most, one / 2, one + 150);
        CHECK(least < most);
    }
}

int main(void)
{
    ring_begin(NULL, NULL);
    word = &chip[WORD_AT];
    conditions();
    registers();
    intervals();
    EXPECT(REG(CP_INT_STATUS), 0);
    return check_done();
}
