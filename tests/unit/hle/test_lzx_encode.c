/* What the encoder writes, libmspack reads. How short it is shows that matches are found. */
#include "kernel-hle/loader/lzx.h"
#include "kernel-hle/loader/lzx_code.h"
#include "kernel-hle/loader/lzx_encode.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdio.h>
#include <string.h>

enum { MOST = (1 << 21) + (1 << 17), CHUNKS = MOST / LZX_FRAME_SIZE + 1 };

/* The stream of a test; large, so there is one. */
static struct stream {
    uint8_t in[MOST], out[MOST], bytes[MOST + 64 * CHUNKS];
    size_t size, end[CHUNKS], count, next;
} s;

static enum sim_status keep_chunk(void *context, const uint8_t *bytes, size_t size, struct sim_error *error)
{
    (void)context;
    (void)error;
    CU_ASSERT_FATAL(size <= sizeof s.bytes - s.size && s.count < CHUNKS);
    memcpy(s.bytes + s.size, bytes, size);
    s.size += size;
    s.end[s.count++] = s.size;
    return SIM_OK;
}

static enum sim_status next_chunk(void *context, const uint8_t **chunk, size_t *size, struct sim_error *error)
{
    (void)context;
    (void)error;
    size_t begin = s.next > 0 ? s.end[s.next - 1] : 0;
    *chunk = s.bytes + begin;
    *size = s.end[s.next++] - begin;
    return SIM_OK;
}

/* There and back; the size in between. */
static size_t packed(size_t size, unsigned window_bits)
{
    struct sim_error error;
    s.size = s.count = s.next = 0;
    CU_ASSERT_EQUAL(lzx_encode(s.in, size, window_bits, &(struct lzx_sink){.chunk = keep_chunk}, &error), SIM_OK);
    CU_ASSERT_EQUAL(s.count, (size + LZX_FRAME_SIZE - 1) / LZX_FRAME_SIZE);
    memset(s.out, 0xAA, size);
    CU_ASSERT_EQUAL(lzx_decode(s.out, size, window_bits, &(struct lzx_source){.next = next_chunk}, "stream", &error),
                    SIM_OK);
    CU_ASSERT(memcmp(s.in, s.out, size) == 0);
    return s.size;
}

static void noise(uint8_t *bytes, size_t size, uint64_t state)
{
    for (size_t i = 0; i < size; i++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        bytes[i] = (uint8_t)(state >> 56);
    }
}

static void every_size(void)
{
    static const size_t size[] = {1,     2,     3,     4,     5,     9,     10,    100,  32766,
                                  32767, 32768, 32769, 32770, 65535, 65536, 65537, 98305};
    for (size_t i = 0; i < sizeof size / sizeof *size; i++) {
        memset(s.in, 0, size[i]);
        packed(size[i], 15);
        noise(s.in, size[i], i);
        /* noise is stored as it is: a header and three offsets for each frame */
        CU_ASSERT(packed(size[i], 15) <= size[i] + 18 * ((size[i] + 32767) / 32768));
        for (size_t j = 0; j < size[i]; j++)
            s.in[j] = (uint8_t)(j % 251 % 17);
        packed(size[i], 16);
    }
}

/* The same 64 bytes twice in noise: as far apart as there is a code for, the second are a match; farther, they are not.
 */
static void matches_reach_as_far_as_the_window(void)
{
    for (unsigned bits = 15; bits <= 21; bits += bits < 18 ? 1 : 3) {
        size_t window = (size_t)1 << bits, begin = LZX_FRAME_SIZE + 100, size = begin + window + 1000, sizes[2];
        for (size_t i = 0; i < 2; i++) {
            size_t distance = window - 3 + i;
            noise(s.in, size, bits);
            for (size_t j = 0; j < size; j++)
                s.in[j] &= 0x7F; /* so that frames are compressed */
            memcpy(s.in + begin + distance, s.in + begin, 64);
            sizes[i] = packed(size, bits);
        }
        CU_ASSERT(sizes[1] > sizes[0] + 30);
    }
}

static void repetition_is_found(void)
{
    size_t size = 0;
    memset(s.in, 0, 1 << 20);
    CU_ASSERT(packed(1 << 20, 15) < 4000);
    for (size_t i = 0; size < 100000; i++)
        size += (size_t)snprintf((char *)s.in + size, 100, "All of it is said again and again, with a number: %zu. ",
                                 i * i);
    CU_ASSERT(packed(size, 15) < size / 8);
    noise(s.in, 20000, 5); /* twice the same: once as it is, once in long matches */
    memcpy(s.in + 20000, s.in, 20000);
    CU_ASSERT(packed(40000, 15) < 20000 + 1500);
    for (size_t i = 0; i < 60000; i++) /* words of two bytes at two distances: recent offsets */
        s.in[i] = i < 40 ? (uint8_t)(i * 37) : s.in[i - (i / 100 % 2 ? 7 : 31)];
    CU_ASSERT(packed(60000, 15) < 3000);
}

/* ---- prefix codes ---- */

/* The sum over all symbols of 2^-length, in units of 2^-16. */
static uint32_t kraft(const uint8_t *length, unsigned symbols)
{
    uint32_t sum = 0;
    for (unsigned i = 0; i < symbols; i++)
        sum += length[i] > 0 ? UINT32_C(1) << (16 - length[i]) : 0;
    return sum;
}

/* Bits that the best code takes: the two least frequent are joined, again and again. */
static uint64_t least_bits(const uint32_t *frequency, unsigned symbols)
{
    uint64_t weight[LZX_MAIN_MAX], bits = 0;
    unsigned count = 0;
    for (unsigned i = 0; i < symbols; i++)
        if (frequency[i] > 0)
            weight[count++] = frequency[i];
    while (count > 1) {
        for (int taken = 0; taken < 2; taken++) { /* the least to the end */
            unsigned least = 0;
            for (unsigned i = 1; i < count - (unsigned)taken; i++)
                if (weight[i] < weight[least])
                    least = i;
            uint64_t swap = weight[least];
            weight[least] = weight[count - 1 - (unsigned)taken];
            weight[count - 1 - (unsigned)taken] = swap;
        }
        weight[count - 2] += weight[count - 1];
        bits += weight[count - 2];
        count--;
    }
    return bits;
}

static void codes_are_the_best(void)
{
    uint32_t frequency[LZX_MAIN_MAX];
    uint8_t length[LZX_MAIN_MAX], draw[4 * LZX_MAIN_MAX];
    for (unsigned seed = 0; seed < 200; seed++) {
        unsigned symbols = 2 + seed * 131 % (LZX_MAIN_MAX - 1);
        uint64_t bits = 0;
        noise(draw, sizeof draw, seed);
        for (unsigned i = 0; i < symbols; i++)
            frequency[i] = draw[4 * i] % 4 == 0 ? 0 : draw[4 * i + 1] / 16 + (draw[4 * i + 2] < 10 ? 500 : 0);
        frequency[0] = frequency[1] = 1;
        lzx_code_lengths(frequency, symbols, LZX_CODE_LENGTH_MAX, length);
        for (unsigned i = 0; i < symbols; i++) {
            CU_ASSERT((frequency[i] > 0) == (length[i] > 0) && length[i] <= 16);
            bits += (uint64_t)frequency[i] * length[i];
        }
        CU_ASSERT_EQUAL(kraft(length, symbols), 1 << 16);
        CU_ASSERT_EQUAL(bits, least_bits(frequency, symbols));
    }
}

/* Frequencies that grow like Fibonacci's numbers have the deepest trees. */
static void codes_are_not_too_long(void)
{
    uint32_t frequency[40] = {1, 1};
    uint8_t length[40];
    for (unsigned i = 2; i < 40; i++)
        frequency[i] = frequency[i - 1] + frequency[i - 2];
    for (unsigned longest = 6; longest <= 16; longest++) {
        lzx_code_lengths(frequency, 40, longest, length);
        CU_ASSERT_EQUAL(kraft(length, 40), 1 << 16);
        for (unsigned i = 0; i < 40; i++)
            CU_ASSERT(length[i] > 0 && length[i] <= longest);
    }
    static const uint32_t none[3], one[3] = {0, 9, 0}, first[3] = {9, 0, 0};
    lzx_code_lengths(none, 3, 16, length);
    CU_ASSERT(length[0] == 0 && length[1] == 0 && length[2] == 0);
    lzx_code_lengths(one, 3, 16, length);
    CU_ASSERT(length[1] == 1 && kraft(length, 3) == 1 << 16);
    lzx_code_lengths(first, 3, 16, length);
    CU_ASSERT(length[0] == 1 && kraft(length, 3) == 1 << 16);
}

void test_lzx_encode(void)
{
    CU_pSuite suite = CU_add_suite("hle/lzx_encode", NULL, NULL);
    CU_add_test(suite, "streams of every size come back, and noise hardly grows", every_size);
    CU_add_test(suite, "matches reach as far as the window has codes for", matches_reach_as_far_as_the_window);
    CU_add_test(suite, "what repeats becomes short", repetition_is_found);
    CU_add_test(suite, "prefix codes are complete and as short as can be", codes_are_the_best);
    CU_add_test(suite, "and no symbol is too long", codes_are_not_too_long);
}
