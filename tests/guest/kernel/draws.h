/* What the programs that draw share. draws.inc is made of tests/guest/shaders. */
#ifndef DRAWS_H
#define DRAWS_H

#include "tests/guest/kernel/ring.h"

#include "draws.inc"

enum {
    VGT_MAX_VTX_INDX = 0x2100,
    VGT_INDX_OFFSET = 0x2102,
    VGT_RESET_INDX = 0x2103,
    SQ_PROGRAM_CNTL = 0x2180,
    VGT_DRAW_INITIATOR = 0x21FC,
    PA_SU_SC_MODE_CNTL = 0x2205,
    SQ_VS_CONST = 0x2307,
    SQ_CONSTANTS = 0x4000,
    SQ_FETCHES = 0x4800,
    SQ_BOOLEANS = 0x4900,
    SQ_LOOPS = 0x4908
};

enum { POINTS = 1, TRIANGLES = 4, STRIP = 6 };
enum { BY_DMA = 0 << 6, IMMEDIATE = 1 << 6, AUTO = 2 << 6, WIDE = 1 << 11 };

/* Memory that draws export to and fetch from, beside `chip`. */
enum {
    CHIP_RESULTS = 1024,
    RESULTS = 256 /* of four words */,
    CHIP_VERTICES = 2048,
    CHIP_COLOURS = 2560,
    CHIP_INDICES = 2816
};

#define RESULT(n, c) chip[CHIP_RESULTS + 4 * (n) + (c)]

static inline uint32_t bits_of(float number)
{
    union {
        float number;
        uint32_t bits;
    } same = {number};
    return same.bits;
}

#define CONSTANT(n, x, y, z, w) WRITE(SQ_CONSTANTS + 4 * (n), bits_of(x), bits_of(y), bits_of(z), bits_of(w))

static inline void load_shader(const uint32_t *word, uint32_t count)
{
    PUT(TYPE3(IM_LOAD_IMMEDIATE, count + 2), 0, count);
    ring_put_all(word, count);
}

#define SHADER(name) load_shader(name##_shader, sizeof name##_shader / 4)

/* c0: a stream of RESULTS elements of four floats; c1: what an element's number is multiplied with. */
static inline void set_stream(void)
{
    WRITE(SQ_CONSTANTS, 0x40000000 | real_of(&chip[CHIP_RESULTS]) >> 2, 0x4B000000, 0x4B072602, 0x4B000000 | RESULTS);
    CONSTANT(1, 0.0f, 1.0f, 0.0f, 0.0f);
}

static inline void draws_begin(void)
{
    ring_begin(NULL, NULL);
    WRITE(SQ_VS_CONST, 255 << 12);
    WRITE(SQ_PROGRAM_CNTL, 3); /* r0 to r3 */
    WRITE(VGT_MAX_VTX_INDX, 0xFFFFFF, 0, 0, 0xFFFF);
    set_stream();
}

static inline void clear_results(void)
{
    for (uint32_t i = 0; i < 4 * RESULTS; i++)
        chip[CHIP_RESULTS + i] = 0x55555555;
}

/* Until the pipe is through, and what it wrote can be seen. */
static inline uint32_t draws_finish(void)
{
    PACKET(EVENT_WRITE_SHD, 0x14, real_of(&chip[CHIP_FENCE]) | BIG, ++ring_fences);
    ring_kick();
    return until(&chip[CHIP_FENCE], ring_fences);
}

/* Room for `words` more before the ring's end, so that no packet is split. */
static inline void ring_room(uint32_t words)
{
    if (ring_at + words > RING_WORDS - 8) {
        while (ring_at != 0)
            PUT(FILLER);
        ring_finish();
    }
}

#endif
