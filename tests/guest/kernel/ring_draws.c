/* Draws: indices from everywhere, vertices, constants, and what vertex shaders export to memory. */
#include "tests/guest/kernel/draws.h"

/* Vertices that have written their number, of those from 0 on. */
static uint32_t written(uint32_t count, float factor)
{
    uint32_t right = 0;
    for (uint32_t i = 0; i < count; i++)
        right += RESULT(i, 0) == bits_of((float)i) && RESULT(i, 1) == bits_of((float)i * factor);
    return right;
}

static uint32_t untouched(uint32_t first, uint32_t end)
{
    uint32_t same = 0;
    for (uint32_t i = first; i < end; i++)
        same += RESULT(i, 0) == 0x55555555 && RESULT(i, 3) == 0x55555555;
    return same;
}

static void numbers(void)
{
    SHADER(numbers);
    CONSTANT(2, 1.0f, 0.5f, -1.0f, 4096.0f);
    clear_results();
    PACKET(DRAW_INDX_2, POINTS | AUTO | 200 << 16);
    CHECK(draws_finish() < 500);
    EXPECT(written(200, 0.5f), 200);
    EXPECT(RESULT(199, 3), bits_of(199.0f * 4096.0f));
    EXPECT(untouched(200, RESULTS), RESULTS - 200);

    /* an offset and bounds: 10 becomes 110, and all from 130 on 130 */
    clear_results();
    WRITE(VGT_MAX_VTX_INDX, 130, 105, 100);
    PACKET(DRAW_INDX_2, POINTS | AUTO | 64 << 16);
    draws_finish();
    EXPECT(RESULT(105, 0), bits_of(105.0f));
    EXPECT(RESULT(130, 0), bits_of(130.0f));
    EXPECT(untouched(0, 105), 105);
    EXPECT(untouched(131, RESULTS), RESULTS - 131);
    WRITE(VGT_MAX_VTX_INDX, 0xFFFFFF, 0, 0);

    /* beyond the stream's end nothing is stored */
    clear_results();
    chip[CHIP_RESULTS + 4 * RESULTS] = 0x77;
    PACKET(DRAW_INDX_2, POINTS | AUTO | 1000 << 16);
    draws_finish();
    EXPECT(written(RESULTS, 0.5f), RESULTS);
    EXPECT(chip[CHIP_RESULTS + 4 * RESULTS], 0x77);
    chip[CHIP_RESULTS + 4 * RESULTS] = 0;
    PACKET(DRAW_INDX_2, POINTS | AUTO); /* none at all */
    CHECK(draws_finish() < 100);
}

static void indices(void)
{
    volatile uint16_t *half = (volatile uint16_t *)&chip[CHIP_INDICES];
    volatile uint32_t *whole = &chip[CHIP_INDICES];
    static const uint16_t strip[8] = {3, 7, 11, 0xFFFF, 3, 20, 21, 22};
    clear_results();
    for (uint32_t i = 0; i < 8; i++)
        half[i] = strip[i];
    WRITE(PA_SU_SC_MODE_CNTL, 1 << 21);
    PACKET(DRAW_INDX, 0, STRIP | BY_DMA | 8 << 16, real_of(half), 1u << 30 | 8); /* 8 in 16 */
    CHECK(draws_finish() < 500);
    for (uint32_t i = 0; i < 8; i++)
        if (strip[i] != 0xFFFF)
            EXPECT(RESULT(strip[i], 0), bits_of((float)strip[i]));
    EXPECT(untouched(23, RESULTS), RESULTS - 23);
    WRITE(PA_SU_SC_MODE_CNTL, 0);

    clear_results();
    for (uint32_t i = 0; i < 90; i++)
        whole[i] = (i * 7) % 64;
    PACKET(DRAW_INDX, 0, TRIANGLES | BY_DMA | WIDE | 90 << 16, real_of(whole), 2u << 30 | 90); /* 8 in 32 */
    draws_finish();
    EXPECT(written(64, 0.5f), 64);

    clear_results();
    PACKET(DRAW_INDX_2, POINTS | IMMEDIATE | WIDE | 3 << 16, 5, 50, 150);
    PACKET(DRAW_INDX_2, POINTS | IMMEDIATE | 3 << 16, 60u << 16 | 6, 160);
    draws_finish();
    for (uint32_t i = 0; i < 6; i++) {
        static const uint32_t drawn[6] = {5, 50, 150, 6, 60, 160};
        EXPECT(RESULT(drawn[i], 1), bits_of((float)drawn[i] * 0.5f));
    }
    EXPECT(untouched(161, RESULTS), RESULTS - 161);
}

static void vertices(void)
{
    float *position = (float *)(uintptr_t)&chip[CHIP_VERTICES];
    uint32_t right = 0;
    for (uint32_t i = 0; i < 100; i++) {
        position[4 * i] = (float)i;
        position[4 * i + 1] = 1.0f;
        position[4 * i + 2] = -(float)i;
        position[4 * i + 3] = 2.0f;
        chip[CHIP_COLOURS + i] = i << 24 | 2 << 16 | 3 << 8 | 4; /* in the GPU's order w, z, y, x */
    }
    clear_results();
    SHADER(vertices);
    CONSTANT(3, 1.0f, 1.0f, 1.0f, 1.0f);
    CONSTANT(4, 2.0f, 0.0f, 0.0f, 1.0f);
    CONSTANT(5, 0.0f, 3.0f, 0.0f, 0.0f);
    CONSTANT(6, 0.0f, 0.0f, 4.0f, 0.5f);
    CONSTANT(7, 1.0f, 1.0f, 1.0f, 1.0f);
    WRITE(SQ_FETCHES, real_of(position) | 3, 400 << 2 | 2, real_of(&chip[CHIP_COLOURS]) | 3, 100 << 2 | 2);
    WRITE(SQ_BOOLEANS, 1 << 3);
    WRITE(SQ_LOOPS + 2, 2); /* twice, aL 0 */
    PACKET(DRAW_INDX_2, POINTS | AUTO | 100 << 16);
    CHECK(draws_finish() < 1000);
    for (uint32_t i = 0; i < 100; i += 2) { /* eM1 is the next element, which the next vertex writes too, later */
        float n = (float)i;
        right += RESULT(i, 0) == bits_of((2.0f * n + 2.0f) * 4.0f + 2.0f);
        right += RESULT(i, 1) == bits_of(3.0f * 3.0f + 2.0f);
        right += RESULT(i, 2) == bits_of((-4.0f * n + 1.0f) * 2.0f + 2.0f);
        right += RESULT(i, 3) == bits_of((n + 1.0f - n + 2.0f) * n + 2.0f);
    }
    EXPECT(right, 4 * 50);
    EXPECT(RESULT(100, 0), bits_of(4.0f)); /* the last one's eM1 */
    EXPECT(RESULT(100, 3), bits_of(99.0f));

    clear_results();
    WRITE(SQ_BOOLEANS, 0);
    WRITE(SQ_LOOPS + 2, 0);
    WRITE(SQ_FETCHES, real_of(position) | 3, 40 << 2 | 2); /* ten vertices: the others are zeros */
    PACKET(DRAW_INDX_2, POINTS | AUTO | 20 << 16);
    draws_finish();
    EXPECT(RESULT(9, 0), bits_of(2.0f * 9.0f + 2.0f));
    EXPECT(RESULT(10, 0), 0);
    EXPECT(RESULT(20, 3), bits_of(19.0f));
}

static void other_ways(void)
{
    uint32_t right = 0;
    clear_results();
    SHADER(odd);
    CONSTANT(2, 0.5f, 2.0f, 0.0f, 0.0f);
    PACKET(DRAW_INDX_2, POINTS | AUTO | 160 << 16);
    draws_finish();
    for (uint32_t i = 0; i < 80; i++)
        right += RESULT(i, 0) == bits_of((float)(2 * i + 1) * 2.0f);
    EXPECT(right, 80);
    EXPECT(untouched(80, RESULTS), RESULTS - 80);
}

/* Registers are looked at when a draw begins, and each sees its own; what waits for the pipe waits. */
static void many(void)
{
    uint32_t right = 0;
    SHADER(numbers);
    clear_results();
    for (uint32_t i = 0; i < 24; i++) {
        ring_room(64);
        CONSTANT(2, 1.0f, (float)i, 0.0f, 0.0f);
        WRITE(VGT_INDX_OFFSET, 8 * i);
        PACKET(DRAW_INDX_2, POINTS | AUTO | 8 << 16);
    }
    draws_finish();
    for (uint32_t i = 0; i < 192; i++)
        right += RESULT(i, 1) == bits_of((float)i * (float)(i / 8));
    EXPECT(right, 192);
    WRITE(VGT_INDX_OFFSET, 0);

    /* a second draw reads what the first has written, once the pipe is idle */
    ring_room(200);
    CONSTANT(2, 1.0f, 2.0f, 3.0f, 4.0f);
    PACKET(DRAW_INDX_2, POINTS | AUTO | 64 << 16);
    PACKET(WAIT_FOR_IDLE, 0);
    SHADER(vertices);
    WRITE(SQ_FETCHES, real_of(&chip[CHIP_RESULTS]) | 3, 256 << 2 | 2);
    PACKET(DRAW_INDX_2, POINTS | AUTO | 1 << 16);
    PACKET(WAIT_FOR_IDLE, 0);
    PACKET(MEM_WRITE, real_of(&chip[CHIP_FREE]) | BIG, 1);
    draws_finish();
    EXPECT(RESULT(0, 0), 0);
    EXPECT(RESULT(63, 1), bits_of(126.0f));
    EXPECT(chip[CHIP_FREE], 1);
}

/* What is wrong with a draw keeps it from doing anything, and nobody else. */
static void wrong(void)
{
    clear_results();
    ring_room(200);
    SHADER(endless);
    PACKET(DRAW_INDX_2, POINTS | AUTO | 2 << 16);
    SHADER(numbers);
    PACKET(DRAW_INDX_2, 9 | AUTO | 2 << 16); /* no primitive */
    draws_finish();
    EXPECT(untouched(0, RESULTS), RESULTS);
    static const uint32_t nothing[12];
    load_shader(nothing, 12);
    PACKET(DRAW_INDX_2, POINTS | AUTO | 2 << 16);
    draws_finish();
    EXPECT(untouched(0, RESULTS), RESULTS);
    SHADER(numbers);
    PACKET(DRAW_INDX_2, POINTS | AUTO | 2 << 16);
    draws_finish();
    EXPECT(RESULT(1, 0), bits_of(1.0f));
}

int main(void)
{
    draws_begin();
    numbers();
    indices();
    vertices();
    other_ways();
    many();
    wrong();
    return check_done();
}
