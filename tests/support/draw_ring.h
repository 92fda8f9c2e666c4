/* Rings of commands that draw, for the tests of the pipe: what programs and registers they begin with, and where what
 * the draws write is found. */
#ifndef CYCLE360_TESTS_SUPPORT_DRAW_RING_H
#define CYCLE360_TESTS_SUPPORT_DRAW_RING_H

#include "models/xenos/shader/program.h"
#include "tests/support/cp_rig.h"

enum {
    DRAW_RESULTS = CP_RIG_RESULT, /* a stream of elements of four floats */
    DRAW_ELEMENTS = 1024,
    DRAW_STAMP = DRAW_RESULTS + 16 * DRAW_ELEMENTS,
    DRAW_MARK = DRAW_STAMP + 4,
    DRAW_INDICES = CP_RIG_BUFFER,
    DRAW_VERTICES = CP_RIG_BUFFER + 0x200,
};
enum { DRAW_POINTS = 1, DRAW_BY_DMA = 0 << 6, DRAW_IMMEDIATE = 1 << 6, DRAW_AUTO = 2 << 6, DRAW_FLUSH = 0x14 };
enum { DRAW_COUNT = 36 /* indices that are there */, DRAW_LINES = (16 * DRAW_COUNT + SIM_LINE - 1) / SIM_LINE };

struct draw_ring {
    uint32_t word[1000], count;
};

/* Programs: each vertex writes its number, and that times c2; no end; the same of a vertex that is fetched. */
extern const char draw_ring_numbers[], draw_ring_endless[], draw_ring_fetches[];

uint32_t draw_ring_bits(float number);
struct xenos_program draw_ring_assembled(const char *text);

/* A ring that has set the registers and loaded a program. c0: the stream; c1: what an element's number is multiplied
 * with; c2: factors; vf0: vertices. */
struct draw_ring draw_ring_of(const char *text);
/* The default of everything, with the pipe. */
struct cp_rig_spec draw_ring_spec(const struct draw_ring *ring);
/* For CP_RIG_BUFFER: indices 0, 1, 2, ..., of 16 bits; and vertices. */
enum { DRAW_BUFFER_WORDS = 0x280 };
const uint32_t *draw_ring_indices(void);

void draw_ring_put(struct draw_ring *ring, const uint32_t *word, uint32_t count);
#define PUT(ring, ...) draw_ring_put(ring, (const uint32_t[]){__VA_ARGS__}, sizeof((const uint32_t[]){__VA_ARGS__}) / 4)
void draw_ring_program(struct draw_ring *ring, const char *text);
void draw_ring_constant(struct draw_ring *ring, uint32_t n, float x, float y, float z, float w);
void draw_ring_draw(struct draw_ring *ring, uint32_t initiator);
void draw_ring_fetched_draw(struct draw_ring *ring); /* DRAW_COUNT indices from memory */
void draw_ring_mark(struct draw_ring *ring, uint32_t value);
void draw_ring_stamp(struct draw_ring *ring);

/* Element n is what `numbers` makes of vertex n. */
bool draw_ring_is_number(const struct cp_rig *rig, uint32_t n, float factor);

#endif
