#include "tests/support/draw_ring.h"

#include <stdlib.h>
#include <string.h>

const char draw_ring_numbers[] = "xvs_3_0\nalloc position\nexec\nmov oPos, r0.xxxx\n"
                                 "alloc export\nexece\nmad eA, r0.xxxx, c1, c0\nmul eM0, r0.xxxx, c2\n";
const char draw_ring_endless[] = "xvs_3_0\nlabel again\nexec\nadd r0, r0, r0\njmp again\nexece\n";
const char draw_ring_fetches[] = "xvs_3_0\nexec\n"
                                 "vfetch_full r1, r0.x, vf0, DataFormat=FMT_32_32_32_32_FLOAT, Stride=4\n"
                                 "alloc position\nexec\nserialize\nmov oPos, r1\n"
                                 "alloc export\nexece\nmad eA, r0.xxxx, c1, c0\nmul eM0, r1, c2\n";

uint32_t draw_ring_bits(float number)
{
    uint32_t word;
    memcpy(&word, &number, sizeof word);
    return word;
}

void draw_ring_put(struct draw_ring *ring, const uint32_t *word, uint32_t count)
{
    if (ring->count + count > sizeof ring->word / sizeof *ring->word)
        exit(71);
    memcpy(ring->word + ring->count, word, count * sizeof *word);
    ring->count += count;
}

struct xenos_program draw_ring_assembled(const char *text)
{
    struct xenos_program program = {0};
    struct sim_error error;
    if (xenos_program_assemble(&program, "a test", text, strlen(text), &error) == SIM_OK)
        return program;
    fprintf(stderr, "%s\n", error.text);
    exit(70);
}

void draw_ring_program(struct draw_ring *ring, const char *text)
{
    struct xenos_program program = draw_ring_assembled(text);
    uint32_t words = 3 * program.slots;
    PUT(ring, CP_TYPE3(IM_LOAD_IMMEDIATE, words + 2), 0, words);
    draw_ring_put(ring, program.slot->word, words);
    xenos_program_free(&program);
}

void draw_ring_constant(struct draw_ring *ring, uint32_t n, float x, float y, float z, float w)
{
    PUT(ring, CP_TYPE0(XENOS_SQ_CONSTANT + 4 * n, 4), draw_ring_bits(x), draw_ring_bits(y), draw_ring_bits(z),
        draw_ring_bits(w));
}

void draw_ring_draw(struct draw_ring *ring, uint32_t initiator)
{
    PUT(ring, CP_TYPE3(DRAW_INDX_2, 1), initiator);
}

void draw_ring_mark(struct draw_ring *ring, uint32_t value)
{
    PUT(ring, CP_TYPE3(MEM_WRITE, 2), DRAW_MARK | 2, value);
}

struct draw_ring draw_ring_of(const char *text)
{
    struct draw_ring ring = {.count = 0};
    PUT(&ring, CP_TYPE0(XENOS_SQ_VS_CONST, 1), 255 << 12, CP_TYPE0(XENOS_SQ_PROGRAM_CNTL, 1), 3);
    PUT(&ring, CP_TYPE0(XENOS_VGT_MAX_VTX_INDX, 4), 0xFFFFFF, 0, 0, 0xFFFF);
    PUT(&ring, CP_TYPE0(XENOS_SQ_CONSTANT, 4), 0x40000000 | DRAW_RESULTS >> 2, 0x4B000000, 0x4B072602,
        0x4B000000 | DRAW_ELEMENTS);
    draw_ring_constant(&ring, 1, 0, 1, 0, 0);
    draw_ring_constant(&ring, 2, 1, 0.5F, -1, 4096);
    PUT(&ring, CP_TYPE0(XENOS_SQ_FETCH, 2), DRAW_VERTICES | 3, 400 << 2 | 2);
    draw_ring_program(&ring, text);
    return ring;
}

struct cp_rig_spec draw_ring_spec(const struct draw_ring *ring)
{
    return (struct cp_rig_spec){.ring = ring->word,
                                .words = ring->count,
                                .timing = cp_timing_default(),
                                .pipe = true,
                                .ways = cp_rig_ways_default(),
                                .array = xenos_array_timing_default(),
                                .latency = 40};
}

bool draw_ring_is_number(const struct cp_rig *rig, uint32_t n, float factor)
{
    float number = (float)n;
    return cp_rig_word(rig, DRAW_RESULTS + 16 * n) == draw_ring_bits(number) &&
           cp_rig_word(rig, DRAW_RESULTS + 16 * n + 4) == draw_ring_bits(number * factor);
}

void draw_ring_stamp(struct draw_ring *ring)
{
    PUT(ring, CP_TYPE3(EVENT_WRITE_SHD, 3), DRAW_FLUSH, DRAW_STAMP | 2, 0x1234);
}

void draw_ring_fetched_draw(struct draw_ring *ring)
{
    PUT(ring, CP_TYPE3(DRAW_INDX, 4), 0, DRAW_POINTS | DRAW_BY_DMA | DRAW_COUNT << 16, DRAW_INDICES,
        1U << 30 | DRAW_COUNT); /* 8 in 16 */
}

const uint32_t *draw_ring_indices(void)
{
    static uint32_t buffer[DRAW_BUFFER_WORDS];
    for (uint32_t i = 0; i < DRAW_COUNT / 2; i++)
        buffer[i] = (2 * i) << 16 | (2 * i + 1);
    for (uint32_t i = 0x80; i < DRAW_BUFFER_WORDS; i++)
        buffer[i] = draw_ring_bits((float)i);
    return buffer;
}
