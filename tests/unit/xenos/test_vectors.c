/* Vertex reuse, vectors, and when primitives are complete. */
#include "models/xenos/geometry/vectors.h"
#include "models/xenos/registers/registers.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdio.h>
#include <string.h>

enum { R = -1 }; /* a restart */

static uint32_t index_of[XENOS_DRAW_INDICES];
static struct xenos_indices indices = {.index = index_of};
static struct xenos_vectors vectors;
static struct xenos_primitives primitives;

static void pack(uint32_t count, uint32_t reuse)
{
    struct sim_error error;
    indices.count = count;
    CU_ASSERT_EQUAL_FATAL(xenos_vectors_pack(&indices, reuse, &vectors, &error), SIM_OK);
}

static void give(const int *list, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        index_of[i] = list[i] == R ? XENOS_INDEX_RESTART : (uint32_t)list[i];
}

static bool places_are(const int *expected, uint32_t count)
{
    bool good = vectors.indices == count;
    for (uint32_t i = 0; good && i < count; i++)
        good = vectors.place[i] == (expected[i] == R ? XENOS_NO_VERTEX : (uint32_t)expected[i]);
    for (uint32_t i = 0; !good && i < vectors.indices; i++)
        fprintf(stderr, "%d%s", (int)vectors.place[i], i + 1 == vectors.indices ? "\n" : " ");
    return good;
}

static const struct {
    uint32_t reuse, count;
    int index[10], place[10];
} worked[] = {
    {14, 6, {0, 1, 2, 2, 1, 3}, {0, 1, 2, 2, 1, 3}},
    {0, 6, {0, 1, 2, 2, 1, 3}, {0, 1, 2, 3, 4, 5}},
    {1, 6, {7, 7, 8, 7, 7, 8}, {0, 0, 1, 2, 2, 3}},
    {2, 6, {5, 6, 7, 5, 6, 7}, {0, 1, 2, 3, 4, 5}},
    {3, 6, {5, 6, 7, 5, 6, 7}, {0, 1, 2, 0, 1, 2}},
    {2, 6, {5, 6, 5, 7, 5, 7}, {0, 1, 0, 2, 3, 2}}, /* 5 does not stay for having been used again */
    {2, 7, {5, 6, R, R, 6, 5, 8}, {0, 1, R, R, 1, 0, 2}},
    {14, 3, {R, R, R}, {R, R, R}},
};

static void worked_by_hand(void)
{
    for (size_t i = 0; i < sizeof worked / sizeof *worked; i++) {
        give(worked[i].index, worked[i].count);
        pack(worked[i].count, worked[i].reuse);
        CU_ASSERT(places_are(worked[i].place, worked[i].count));
    }
    pack(0, 14);
    CU_ASSERT(vectors.vertices == 0 && vectors.vectors == 0 && vectors.indices == 0);
}

static bool vector_is(unsigned v, uint32_t index_end, unsigned lanes)
{
    return v < vectors.vectors && vectors.vector[v].index_end == index_end && vectors.vector[v].lanes == lanes;
}

static void vectors_of_64(void)
{
    static const uint32_t counts[] = {1, 63, 64, 65, 128, 65535};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        uint32_t count = counts[i], whole = count / 64, rest = count % 64;
        for (uint32_t k = 0; k < count; k++)
            index_of[k] = k;
        pack(count, 0);
        CU_ASSERT_EQUAL(vectors.vertices, count);
        CU_ASSERT_EQUAL(vectors.vectors, whole + (rest != 0));
        for (uint32_t v = 0; v < whole; v++)
            CU_ASSERT(vector_is(v, 64 * v + 64, 64));
        if (rest != 0)
            CU_ASSERT(vector_is(whole, count, rest));
    }
    CU_ASSERT_EQUAL(vectors.place[65534], 65534);
}

/* A vector is full with its 64th vertex; what is used again, and restarts, only make it later. */
static void when_it_is_full(void)
{
    for (uint32_t k = 0; k < 140; k++)
        index_of[k] = k / 2;
    index_of[10] = XENOS_INDEX_RESTART;
    pack(140, 14);
    CU_ASSERT_EQUAL(vectors.vertices, 70);
    CU_ASSERT_EQUAL(vectors.vectors, 2);
    CU_ASSERT(vector_is(0, 127, 64));
    CU_ASSERT(vector_is(1, 140, 6));         /* the last ends with the draw */
    CU_ASSERT_EQUAL(vectors.place[127], 63); /* from the one before */
    pack(128, 14);
    CU_ASSERT_EQUAL(vectors.vectors, 1);
    CU_ASSERT(vector_is(0, 127, 64));
}

static void assemble(unsigned type)
{
    static uint32_t reg[XENOS_REGISTERS];
    struct sim_error error;
    reg[XENOS_VGT_DRAW_INITIATOR] = type;
    struct xenos_draw draw = xenos_draw_of(reg);
    CU_ASSERT_EQUAL_FATAL(xenos_primitives_assemble(&draw, &indices, &primitives, &error), SIM_OK);
    xenos_vectors_complete(&vectors, &primitives);
}

/* A list of triangles of its own vertices: the 22nd has its last two in the second vector. */
static void primitives_across_vectors(void)
{
    for (uint32_t k = 0; k < 129; k++)
        index_of[k] = k;
    pack(129, 14);
    assemble(XENOS_PRIMITIVE_TRIANGLE_LIST);
    CU_ASSERT_EQUAL(vectors.vectors, 3);
    CU_ASSERT_EQUAL(vectors.vector[0].primitive_end, 21);
    CU_ASSERT_EQUAL(vectors.vector[1].primitive_end, 42);
    CU_ASSERT_EQUAL(vectors.vector[2].primitive_end, 43);
    assemble(XENOS_PRIMITIVE_TRIANGLE_STRIP);
    CU_ASSERT_EQUAL(vectors.vector[0].primitive_end, 62);
    CU_ASSERT_EQUAL(vectors.vector[1].primitive_end, 126);
    CU_ASSERT_EQUAL(vectors.vector[2].primitive_end, 127);
    assemble(XENOS_PRIMITIVE_LINE_LOOP); /* the edge that closes it comes last, though its vertices may be old */
    CU_ASSERT_EQUAL(vectors.vector[0].primitive_end, 63);
    CU_ASSERT_EQUAL(vectors.vector[2].primitive_end, 129);
    assemble(XENOS_PRIMITIVE_NONE);
    CU_ASSERT_EQUAL(vectors.vector[2].primitive_end, 0);
}

/* One whose vertices are all old, behind one that waits for the next vector, waits too. */
static void primitives_keep_their_order(void)
{
    for (uint32_t k = 0; k < 63; k++)
        index_of[k] = k;
    static const int rest[] = {63, 64, 65, 61, 62, 63};
    for (uint32_t k = 0; k < 6; k++)
        index_of[63 + k] = (uint32_t)rest[k];
    pack(69, 14);
    assemble(XENOS_PRIMITIVE_TRIANGLE_LIST);
    CU_ASSERT_EQUAL(vectors.vertices, 66);
    CU_ASSERT_EQUAL(vectors.place[68], 63);
    CU_ASSERT_EQUAL(vectors.vector[0].primitive_end, 21);
    CU_ASSERT_EQUAL(vectors.vector[1].primitive_end, 23);
}

static uint64_t state = 3;

static uint32_t random_below(uint32_t limit)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) % limit;
}

/* Against a queue of slots, each with an index and its vertex, in which the oldest makes room. */
static void as_with_a_queue(void)
{
    for (unsigned round = 0; round < 60; round++) {
        uint32_t count = 1 + random_below(round == 0 ? 1 : round < 50 ? 900 : 65535), reuse = random_below(16);
        uint32_t spread = 1 + random_below(40), slot_index[16], slot_vertex[16], filled = 0, oldest = 0, shaded = 0;
        uint32_t wrong = 0;
        for (uint32_t i = 0; i < count; i++)
            index_of[i] = random_below(20) == 0 ? XENOS_INDEX_RESTART : i / 3 + random_below(spread);
        pack(count, reuse);
        for (uint32_t i = 0; i < count; i++) {
            uint32_t expected = XENOS_NO_VERTEX;
            if (index_of[i] != XENOS_INDEX_RESTART) {
                for (uint32_t s = 0; s < filled; s++)
                    if (slot_index[s] == index_of[i])
                        expected = slot_vertex[s];
                if (expected == XENOS_NO_VERTEX) {
                    expected = shaded++;
                    uint32_t s = filled < reuse ? filled++ : oldest;
                    if (filled == reuse && reuse != 0 && s == oldest && shaded > reuse)
                        oldest = (oldest + 1) % reuse;
                    if (reuse != 0) {
                        slot_index[s] = index_of[i];
                        slot_vertex[s] = expected;
                    }
                    wrong += vectors.vertex[expected] != index_of[i];
                }
            }
            wrong += vectors.place[i] != expected;
        }
        CU_ASSERT_EQUAL(wrong, 0);
        CU_ASSERT_EQUAL(vectors.vertices, shaded);
        CU_ASSERT_EQUAL(vectors.vectors, (shaded + 63) / 64);
        for (uint32_t v = 0; v < vectors.vectors; v++) { /* its last vertex is first used just before its end */
            uint32_t end = vectors.vector[v].index_end, last = 64 * v + vectors.vector[v].lanes - 1;
            wrong += vectors.vector[v].lanes == 64 ? vectors.place[end - 1] != last : end != count;
            for (uint32_t i = 0; i + 1 < end; i++)
                wrong += vectors.vector[v].lanes == 64 && vectors.place[i] == last;
        }
        CU_ASSERT_EQUAL(wrong, 0);
    }
}

static int clean(void)
{
    xenos_vectors_free(&vectors);
    xenos_primitives_free(&primitives);
    return vectors.vertex != NULL || primitives.primitive != NULL;
}

void test_xenos_vectors(void)
{
    CU_pSuite suite = CU_add_suite("geometry/vectors", NULL, clean);
    CU_add_test(suite, "worked by hand", worked_by_hand);
    CU_add_test(suite, "vectors of 64", vectors_of_64);
    CU_add_test(suite, "when it is full", when_it_is_full);
    CU_add_test(suite, "primitives across vectors", primitives_across_vectors);
    CU_add_test(suite, "primitives keep their order", primitives_keep_their_order);
    CU_add_test(suite, "as with a queue", as_with_a_queue);
}
