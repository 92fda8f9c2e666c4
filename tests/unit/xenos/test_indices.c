/* Where a draw's indices come from: sources, orders of bytes, restarts, offsets, bounds; and what is read for them. */
#include "models/xenos/geometry/indices.h"
#include "models/xenos/registers/registers.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdio.h>
#include <string.h>

enum { BASE = 0x1000, SIZE = 0x44000, OPEN = 0xFFFFFF };

static uint32_t reg[XENOS_REGISTERS];
static uint8_t memory[SIZE]; /* at BASE */
static uint32_t read_first, read_bytes;
static struct xenos_indices indices;

/* Pieces follow one another and keep to their lines. */
static void read_memory(void *self, uint32_t address, void *bytes, size_t size)
{
    CU_ASSERT_FATAL(self == memory && size > 0 && address / 128 == (address + (uint32_t)size - 1) / 128);
    if (read_bytes == 0)
        read_first = address;
    CU_ASSERT_EQUAL(address, read_first + read_bytes);
    read_bytes += (uint32_t)size;
    for (size_t i = 0; i < size; i++) {
        uint32_t at = address + (uint32_t)i - BASE;
        ((uint8_t *)bytes)[i] = at < SIZE ? memory[at] : 0xFF;
    }
}

static void set(uint32_t initiator, uint32_t base, uint32_t size)
{
    memset(reg, 0, sizeof reg);
    reg[XENOS_VGT_DRAW_INITIATOR] = initiator;
    reg[XENOS_VGT_DMA_BASE] = base;
    reg[XENOS_VGT_DMA_SIZE] = size;
    reg[XENOS_VGT_MAX_VTX_INDX] = OPEN;
}

static struct xenos_index_source source(void)
{
    struct xenos_draw draw = xenos_draw_of(reg);
    return xenos_index_source_of(reg, &draw);
}

static void fetch(const uint32_t *immediate, uint32_t immediates)
{
    struct xenos_index_source from = source();
    struct xenos_index_data data = {memory, read_memory, immediate, immediates};
    struct sim_error error;
    read_first = read_bytes = 0;
    CU_ASSERT_EQUAL_FATAL(xenos_indices_fetch(&from, &data, &indices, &error), SIM_OK);
    CU_ASSERT_EQUAL(read_bytes, from.bytes);
    if (from.bytes != 0)
        CU_ASSERT_EQUAL(read_first, from.address);
}

static bool are(const uint32_t *expected, uint32_t count)
{
    bool good = indices.count == count && memcmp(indices.index, expected, count * sizeof *expected) == 0;
    for (uint32_t i = 0; !good && i < indices.count; i++)
        fprintf(stderr, "%x%s", indices.index[i], i + 1 == indices.count ? "\n" : " ");
    return good;
}

#define ARE(...) \
    CU_ASSERT(are((const uint32_t[]){__VA_ARGS__}, sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t)))

/* Points: 1, lists of triangles: 4, strips of triangles: 6. */
#define DRAW(type, from, wide, count) ((type) | (from) << 6 | (wide) << 11 | (uint32_t)(count) << 16)

enum { POINTS = 1, TRIANGLES = 4, STRIP = 6, DMA = 0, IMMEDIATE = 1, AUTO = 2 };

static void orders_of_bytes(void)
{
    static const uint8_t bytes[] = {0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88};
    static const uint32_t wide[4][2] = {
        {0x332211, 0x776655}, {0x441122, 0x885566}, {0x223344, 0x667788}, {0x114433, 0x558877}};
    static const uint32_t narrow[4][4] = {{0x2211, 0x4433, 0x6655, 0x8877},
                                          {0x1122, 0x3344, 0x5566, 0x7788},
                                          {0x1122, 0x3344, 0x5566, 0x7788},
                                          {0x2211, 0x4433, 0x6655, 0x8877}};
    memcpy(memory, bytes, sizeof bytes);
    for (uint32_t swap = 0; swap < 4; swap++) {
        set(DRAW(POINTS, DMA, 1, 2), BASE, swap << 30 | 2);
        fetch(NULL, 0);
        CU_ASSERT(are(wide[swap], 2));
        set(DRAW(POINTS, DMA, 0, 4), BASE, swap << 30 | 4);
        fetch(NULL, 0);
        CU_ASSERT(are(narrow[swap], 4));
    }
}

static void data_that_ends_early(void)
{
    static const uint8_t bytes[] = {0, 1, 0, 2, 0, 3, 0, 4};
    memcpy(memory, bytes, sizeof bytes);
    set(DRAW(POINTS, DMA, 0, 4), BASE, 1u << 30 | 3);
    fetch(NULL, 0);
    ARE(1, 2, 3, 0);
    CU_ASSERT_EQUAL(read_bytes, 6);
    set(DRAW(POINTS, DMA, 0, 2), BASE + 3, 1u << 30 | 3); /* more than the draw needs, and an odd address */
    fetch(NULL, 0);
    ARE(2, 3);
    CU_ASSERT_EQUAL(read_first, BASE + 2);
    set(DRAW(POINTS, DMA, 1, 3), BASE + 7, 2u << 30 | 1);
    fetch(NULL, 0);
    ARE(0x030004, 0, 0);
    CU_ASSERT_EQUAL(read_first, BASE + 4);
    set(DRAW(POINTS, DMA, 0, 2), BASE, 1u << 30);
    reg[XENOS_VGT_INDX_OFFSET] = 5; /* what is not there is the index 0 */
    fetch(NULL, 0);
    ARE(5, 5);
    CU_ASSERT_EQUAL(read_bytes, 0);
    set(DRAW(POINTS, DMA, 0, 0), BASE, 1u << 30 | 3);
    fetch(NULL, 0);
    CU_ASSERT_EQUAL(indices.count, 0);
    CU_ASSERT_EQUAL(read_bytes, 0);
}

/* The same list by either reading of NUM_WORDS. */
static void words_or_indices(void)
{
    static const uint8_t bytes[] = {0, 0, 0, 7, 0, 0, 0, 8};
    memcpy(memory, bytes, sizeof bytes);
    for (uint32_t words = 2; words <= 4; words += 2) {
        set(DRAW(POINTS, DMA, 1, 2), BASE, 2u << 30 | words);
        fetch(NULL, 0);
        ARE(7, 8);
        CU_ASSERT_EQUAL(read_bytes, 8);
    }
}

static void across_the_end_of_addresses(void)
{
    set(DRAW(POINTS, DMA, 1, 64), 0xFFFFFFC0, 64);
    fetch(NULL, 0);
    CU_ASSERT_EQUAL(indices.count, 64);
    CU_ASSERT_EQUAL(indices.index[0], OPEN);
    CU_ASSERT_EQUAL(read_first, 0xFFFFFFC0);
}

static void immediate_halves_begin_low(void)
{
    static const uint32_t words[] = {0x00020001, 0x00040003, 0x00060005};
    set(DRAW(POINTS, IMMEDIATE, 0, 5), BASE, 1u << 30 | 9);
    fetch(words, 3);
    ARE(1, 2, 3, 4, 5);
    fetch(words, 2);
    ARE(1, 2, 3, 4, 0);
    CU_ASSERT_EQUAL(read_bytes, 0);
    set(DRAW(POINTS, IMMEDIATE, 1, 2), BASE, 0);
    fetch(words, 3);
    ARE(0x020001, 0x040003);
    set(DRAW(POINTS, IMMEDIATE, 0, 2), BASE, 0);
    fetch(NULL, 0);
    ARE(0, 0);
}

static void counted(void)
{
    set(DRAW(STRIP, AUTO, 0, 4), BASE, 9);
    reg[XENOS_PA_SU_SC_MODE_CNTL] = 1u << 21; /* nothing to restart at */
    reg[XENOS_VGT_MULTI_PRIM_IB_RESET_INDX] = 1;
    fetch(NULL, 0);
    ARE(0, 1, 2, 3);
    reg[XENOS_VGT_INDX_OFFSET] = 0x01FFFFFE; /* 24 bits */
    reg[XENOS_VGT_MAX_VTX_INDX] = 0xFFFFFE;
    fetch(NULL, 0);
    ARE(0xFFFFFE, 0xFFFFFE, 0, 1);
    set(DRAW(POINTS, 3, 0, 4), BASE, 9);
    fetch(NULL, 0);
    CU_ASSERT_EQUAL(indices.count, 0);
    CU_ASSERT_PTR_NOT_NULL(xenos_draw_of(reg).missing);
}

/* Compared in 24 bits, before the offset, and before the bounds. */
static void restarts(void)
{
    static const uint32_t words[] = {0xFFFFFFFF, 0x00FFFFFF, 0x5, 0xFFFFFFFE, 0x00FFFFFD};
    set(DRAW(STRIP, IMMEDIATE, 1, 5), 0, 0);
    reg[XENOS_VGT_MULTI_PRIM_IB_RESET_INDX] = OPEN;
    reg[XENOS_VGT_INDX_OFFSET] = 2;
    fetch(words, 5);
    ARE(1, 1, 7, 0, OPEN);
    reg[XENOS_PA_SU_SC_MODE_CNTL] = 1u << 21;
    reg[XENOS_VGT_MAX_VTX_INDX] = 6;
    fetch(words, 5);
    ARE(XENOS_INDEX_RESTART, XENOS_INDEX_RESTART, 6, 0, 6);
    reg[XENOS_VGT_DRAW_INITIATOR] = DRAW(TRIANGLES, IMMEDIATE, 1, 5); /* not in lists */
    fetch(words, 5);
    ARE(1, 1, 6, 0, 6);
    reg[XENOS_VGT_DRAW_INITIATOR] = DRAW(STRIP, IMMEDIATE, 0, 2); /* a half is not widened by its sign */
    fetch(words, 1);
    ARE(6, 6);
    reg[XENOS_VGT_MULTI_PRIM_IB_RESET_INDX] = 0xFFFF;
    fetch(words, 1);
    ARE(XENOS_INDEX_RESTART, XENOS_INDEX_RESTART);
}

static void bounds(void)
{
    static const uint32_t words[] = {9, 10, 20, 21};
    set(DRAW(POINTS, IMMEDIATE, 1, 4), 0, 0);
    reg[XENOS_VGT_MIN_VTX_INDX] = 10;
    reg[XENOS_VGT_MAX_VTX_INDX] = 20;
    fetch(words, 4);
    ARE(10, 10, 20, 20);
    reg[XENOS_VGT_MIN_VTX_INDX] = 30; /* the upper one comes last */
    fetch(words, 4);
    ARE(20, 20, 20, 20);
}

/* Adaptive tessellation of triangle patches: floats, of which nothing is cut off. */
static void factors_are_words(void)
{
    static const uint8_t bytes[] = {0x3F, 0x80, 0, 0, 0xBF, 0xC0, 0, 1, 0x41, 0, 0, 0};
    memcpy(memory, bytes, sizeof bytes);
    set(DRAW(0x11u, DMA, 0, 3), BASE, 2u << 30 | 3);
    reg[XENOS_VGT_OUTPUT_PATH_CNTL] = 1;
    reg[XENOS_VGT_HOS_CNTL] = 2;
    reg[XENOS_VGT_INDX_OFFSET] = 7;
    fetch(NULL, 0);
    ARE(0x3F800000, 0xBFC00001, 0x41000000);
    CU_ASSERT_EQUAL(read_bytes, 12);
    struct xenos_index_source from = source();
    CU_ASSERT_EQUAL(xenos_index_bounded(&from, 3), 10); /* a patch's number */
}

/* Against the same in other words: bytes that change places by a table, and sums without masks. */
static uint64_t state = 7;

static uint32_t random_word(void)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) ^ (uint32_t)(state >> 20);
}

static uint32_t slow_index(uint32_t i, unsigned bytes, unsigned swap, uint32_t address, uint32_t words)
{
    static const uint8_t from4[4][4] = {{0, 1, 2, 3}, {1, 0, 3, 2}, {3, 2, 1, 0}, {2, 3, 0, 1}};
    static const uint8_t from2[4][2] = {{0, 1}, {1, 0}, {1, 0}, {0, 1}};
    uint64_t value = 0, scale = 1;
    for (unsigned k = 0; k < bytes && i < words; k++, scale *= 256)
        value += scale * memory[address - BASE + i * bytes + (bytes == 4 ? from4[swap][k] : from2[swap][k])];
    value %= 0x1000000;
    if (reg[XENOS_PA_SU_SC_MODE_CNTL] != 0 && value == reg[XENOS_VGT_MULTI_PRIM_IB_RESET_INDX])
        return XENOS_INDEX_RESTART;
    value = (value + reg[XENOS_VGT_INDX_OFFSET]) % 0x1000000;
    value = value < reg[XENOS_VGT_MIN_VTX_INDX] ? reg[XENOS_VGT_MIN_VTX_INDX] : value;
    return (uint32_t)(value > reg[XENOS_VGT_MAX_VTX_INDX] ? reg[XENOS_VGT_MAX_VTX_INDX] : value);
}

static void as_in_other_words(void)
{
    static const uint32_t counts[] = {1, 2, 31, 64, 257, 4000, 65535};
    for (uint32_t i = 0; i < SIZE; i++)
        memory[i] = random_word() % 4 == 0 ? 0xFF : random_word() & 0xFF;
    for (unsigned round = 0; round < 112; round++) {
        unsigned wide = round & 1, swap = round >> 1 & 3, bytes = wide ? 4 : 2;
        uint32_t count = counts[round % 7], words = random_word() % 3 ? count : random_word() % (count + 1);
        uint32_t address = BASE + random_word() % 0x1000 * bytes;
        set(DRAW(STRIP, DMA, wide, count), address, swap << 30 | words);
        reg[XENOS_PA_SU_SC_MODE_CNTL] = random_word() % 2 << 21;
        reg[XENOS_VGT_MULTI_PRIM_IB_RESET_INDX] = wide ? OPEN : 0xFFFF;
        reg[XENOS_VGT_INDX_OFFSET] = random_word() & OPEN;
        reg[XENOS_VGT_MIN_VTX_INDX] = random_word() & 0xFFFF;
        reg[XENOS_VGT_MAX_VTX_INDX] = 0xF00000 | (random_word() & 0xFFFFF);
        fetch(NULL, 0);
        CU_ASSERT_EQUAL_FATAL(indices.count, count);
        uint32_t wrong = 0;
        for (uint32_t i = 0; i < count; i++)
            wrong += indices.index[i] != slow_index(i, bytes, swap, address, words);
        CU_ASSERT_EQUAL(wrong, 0);
    }
}

static int clean(void)
{
    xenos_indices_free(&indices);
    return indices.index != NULL;
}

void test_xenos_indices(void)
{
    CU_pSuite suite = CU_add_suite("geometry/indices", NULL, clean);
    CU_add_test(suite, "orders of bytes", orders_of_bytes);
    CU_add_test(suite, "data that ends early", data_that_ends_early);
    CU_add_test(suite, "words or indices", words_or_indices);
    CU_add_test(suite, "across the end of addresses", across_the_end_of_addresses);
    CU_add_test(suite, "immediate halves begin low", immediate_halves_begin_low);
    CU_add_test(suite, "counted", counted);
    CU_add_test(suite, "restarts", restarts);
    CU_add_test(suite, "bounds", bounds);
    CU_add_test(suite, "factors are words", factors_are_words);
    CU_add_test(suite, "as in other words", as_in_other_words);
}
