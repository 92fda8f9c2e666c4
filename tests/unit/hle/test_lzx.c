/* How LZX is handed to its decoder: chunks, frames, errors. What the streams themselves may hold is tested by vectors
 * of their own; here they are uncompressed blocks, whose bytes can be read. */
#include "kernel-hle/loader/lzx.h"
#include "tests/support/corpus.h"
#include "tests/support/xex_writer.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <string.h>

int fuzz_lzx(const uint8_t *data, size_t size);

enum { HEADER = 4 + 12, MOST = 0x30000 };

struct source {
    uint8_t bytes[MOST];
    size_t size, at;
    unsigned frame;
    uint8_t chunk[HEADER + LZX_FRAME_SIZE + 4];
    unsigned fail_at, cut_at, long_at, empty_at; /* frames, counted from 1 */
    unsigned told, stop_at;
};

static struct source *new_source(size_t size)
{
    struct source *source = calloc(1, sizeof *source);
    CU_ASSERT_PTR_NOT_NULL_FATAL(source);
    source->size = size;
    for (size_t i = 0; i < size; i++)
        source->bytes[i] = (uint8_t)(i * 31 + (i >> 8) * 7);
    return source;
}

/* One frame: no E8 translation (only told at the start), type 3, the length, R0 to R2, the bytes. */
static enum sim_status next(void *context, const uint8_t **chunk, size_t *size, struct sim_error *error)
{
    struct source *source = context;
    size_t left = source->size - source->at, length = left < LZX_FRAME_SIZE ? left : LZX_FRAME_SIZE;
    uint32_t bits = (3u << 24 | (uint32_t)length) << (source->frame == 0 ? 4 : 5);
    source->frame++;
    if (source->frame == source->fail_at)
        return sim_fail(error, SIM_HOST, "the source broke");
    put16_le(source->chunk, bits >> 16);
    put16_le(source->chunk + 2, bits & 0xFFFF);
    for (unsigned i = 0; i < 3; i++)
        put32_le(source->chunk + 4 + 4 * i, 1);
    memcpy(source->chunk + HEADER, source->bytes + source->at, length);
    source->at += length;
    *chunk = source->chunk;
    *size = HEADER + length + (length & 1);
    if (source->frame == source->cut_at)
        *size -= 3;
    if (source->frame == source->long_at)
        *size = LZX_CHUNK_SIZE_MAX + 1;
    if (source->frame == source->empty_at)
        *size = 0;
    return SIM_OK;
}

static enum sim_status tell(void *context, size_t done, struct sim_error *error)
{
    struct source *source = context;
    CU_ASSERT(done > 0 && done <= source->size);
    source->told++;
    return source->told == source->stop_at ? sim_fail(error, SIM_HOST, "stopped") : SIM_OK;
}

static enum sim_status decode(struct source *source, uint8_t *out, unsigned window_bits, struct sim_error *error)
{
    const struct lzx_source given = {next, tell, source};
    error->text[0] = '\0';
    return lzx_decode(out, source->size, window_bits, &given, "t", error);
}

static void frames_become_bytes(void)
{
    static const size_t sizes[] = {1, 2, 0x7FFF, 0x8000, 0x8001, 0x10000, 0x19001, MOST};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (unsigned window_bits = 15; window_bits <= 21; window_bits += 3) {
            struct source *source = new_source(sizes[i]);
            uint8_t *out = malloc(sizes[i]); /* exactly, so that writing past it shows */
            struct sim_error error;
            CU_ASSERT_PTR_NOT_NULL_FATAL(out);
            CU_ASSERT_EQUAL(decode(source, out, window_bits, &error), SIM_OK);
            CU_ASSERT_EQUAL(memcmp(out, source->bytes, sizes[i]), 0);
            CU_ASSERT_EQUAL(source->frame, (sizes[i] + 0x7FFF) / 0x8000);
            CU_ASSERT_EQUAL(source->told, source->frame);
            free(out);
            free(source);
        }
}

static void failures_are_handed_on(void)
{
    static uint8_t out[MOST];
    static const struct {
        unsigned fail_at, cut_at, long_at, empty_at, stop_at;
        enum sim_status status;
        const char *sentence;
    } way[] = {
        {3, 0, 0, 0, 0, SIM_HOST, "the source broke"},
        {0, 6, 0, 0, 0, SIM_BAD_INPUT, "t: LZX frame 5 of 6: the stream is wrong"},
        {0, 2, 0, 0, 0, SIM_BAD_INPUT, "t: LZX frame "}, /* the cut is seen when a later header makes no sense */
        {0, 0, 4, 0, 0, SIM_BAD_INPUT, "t: LZX frame 3: a chunk of 38913 bytes"},
        {0, 0, 0, 1, 0, SIM_BAD_INPUT, "t: LZX frame 0: a chunk of 0 bytes"},
        {0, 0, 0, 0, 2, SIM_HOST, "stopped"},
    };
    for (size_t i = 0; i < sizeof way / sizeof *way; i++) {
        struct source *source = new_source(MOST);
        struct sim_error error;
        source->fail_at = way[i].fail_at;
        source->cut_at = way[i].cut_at;
        source->long_at = way[i].long_at;
        source->empty_at = way[i].empty_at;
        source->stop_at = way[i].stop_at;
        CU_ASSERT_EQUAL(decode(source, out, 16, &error), way[i].status);
        CU_ASSERT_EQUAL(strncmp(error.text, way[i].sentence, strlen(way[i].sentence)), 0);
        free(source);
    }
}

static void impossible_sizes_are_refused(void)
{
    struct source *source = new_source(16);
    struct sim_error error;
    uint8_t out[16];
    CU_ASSERT_EQUAL(decode(source, out, 14, &error), SIM_BAD_INPUT);
    CU_ASSERT_EQUAL(decode(source, out, 22, &error), SIM_BAD_INPUT);
    source->size = 0;
    CU_ASSERT_EQUAL(decode(source, out, 15, &error), SIM_BAD_INPUT);
    source->size = (size_t)LZX_OUT_SIZE_MAX + 1;
    CU_ASSERT_EQUAL(decode(source, out, 15, &error), SIM_BAD_INPUT);
    CU_ASSERT_EQUAL(source->frame, 0);
    free(source);
}

static void what_fuzzing_found_stays_found(void)
{
    CU_ASSERT(corpus_replay("lzx", fuzz_lzx) >= 4);
}

void test_lzx(void)
{
    CU_pSuite suite = CU_add_suite("hle/lzx", NULL, NULL);
    CU_add_test(suite, "frames of any size become bytes", frames_become_bytes);
    CU_add_test(suite, "failures of source, stream and listener are handed on", failures_are_handed_on);
    CU_add_test(suite, "impossible sizes are refused", impossible_sizes_are_refused);
    CU_add_test(suite, "the fuzzer's corpus does no harm", what_fuzzing_found_stays_found);
}
