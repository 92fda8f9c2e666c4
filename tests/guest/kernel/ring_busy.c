/* Hardware threads that look at the chip in all ways while it is busy, and hold it back and let it go: whatever depends
 * on the order of loads, stores and packets shows in the digest. */
#include "tests/guest/kernel/ring.h"

enum { THREADS = 5, ROUNDS = 60, TURN = CHIP_FREE, SEEN = CHIP_FREE + 8, SUM = CHIP_FREE + 64 };

static volatile uint32_t ended;
static uint32_t looks[THREADS];

/* The chip says whose turn it is, with a number; that thread answers. */
static uint32_t answer(const volatile void *context)
{
    uint32_t number = WORD(context), sum = 0;
    while (!ended) {
        uint32_t turn = chip[TURN];
        if (turn != 0 && turn % THREADS == number && chip[SEEN + number] != turn)
            chip[SEEN + number] = turn;
        switch (number % 3) {
        case 0:
            sum += REG(CP_RB_RPTR);
            break;
        case 1:
            sum += chip[CHIP_POINTER];
            break;
        default:
            sum += REG(0x5D0) + REG(SCRATCH + number);
            break;
        }
        looks[number]++;
    }
    chip[SUM + number] = sum;
    return 0;
}
GUEST_CALLBACK(thread, answer);

int main(void)
{
    uint32_t thread[THREADS], begun;
    ring_begin(NULL, NULL);
    for (uint32_t i = 0; i < THREADS; i++)
        thread[i] = start_thread(answer_code, (void *)(uintptr_t)i, i + 1, 0);
    begun = edges();
    for (uint32_t round = 1; round <= ROUNDS; round++) {
        if (ring_at > RING_WORDS - 64)
            while (ring_at != 0)
                PUT(FILLER);
        PACKET(MEM_WRITE, real_of(&chip[TURN]) | BIG, round);
        WRITE(SCRATCH + round % THREADS, round);
        PACKET(WAIT_REG_MEM, EQUAL | OF_MEMORY, real_of(&chip[SEEN + round % THREADS]) | BIG, round, 0xFFFFFFFF, 2);
        PACKET(COND_WRITE, EQUAL | TO_MEMORY, SCRATCH + round % THREADS, round, 0xFFFFFFFF,
               real_of(&chip[CHIP_FREE + 32]) | BIG, round * 3);
        if (round % 16 == 0)
            CHECK(ring_finish() != 0xFFFFFFFF);
    }
    ring_finish();
    begun = edges() - begun;
    ended = 1;
    for (uint32_t i = 0; i < THREADS; i++)
        EXPECT(join(thread[i]), STATUS_SUCCESS);
    EXPECT(chip[CHIP_FREE + 32], 3 * ROUNDS);
    for (uint32_t i = 0; i < THREADS; i++)
        EXPECT(chip[SEEN + i], ROUNDS - (ROUNDS - i) % THREADS);
    for (uint32_t i = 0; i < THREADS; i++)
        CHECK(looks[i] > ROUNDS / THREADS);
    EXPECT_BETWEEN(begun / 50, ROUNDS / 2, 100 * ROUNDS); /* us */
    return check_done();
}
