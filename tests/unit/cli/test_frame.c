/* The display's surface as a PNG: which bytes of memory each pixel comes from, and that the file is one. */
#include "board/cli/frame.h"
#include "tests/support/scratch.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { BASE = 0x1C220000, WIDTH = 70, PITCH = 96, HEIGHT = 45, SIZE = PITCH * 64 * 4 };

/* The words of memory are numbered; a word's bytes are blue, green, red and a spare one. */
static void numbered(void *context, uint64_t real, void *bytes, size_t size)
{
    uint8_t *to = bytes;
    CU_ASSERT(real >= BASE && real + size <= BASE + SIZE);
    *(unsigned *)context += 1;
    for (size_t i = 0; i < size; i += 4) {
        uint32_t number = (uint32_t)(real - BASE + i) / 4;
        to[i] = (uint8_t)number;
        to[i + 1] = (uint8_t)(number >> 8);
        to[i + 2] = (uint8_t)(number >> 16);
        to[i + 3] = 0xEE;
    }
}

static uint32_t word(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Unpacks the picture into rows with their filter bytes. */
static size_t unpack(const uint8_t *file, size_t size, uint8_t *rows, size_t room)
{
    static uint8_t packed[256 * 1024];
    size_t packed_size = 0, at = 8;
    CU_ASSERT(size > 45 && size < sizeof packed && memcmp(file, "\x89PNG\r\n\x1A\n", 8) == 0);
    while (at + 12 <= size) {
        uint32_t length = word(file + at);
        CU_ASSERT_FATAL(length <= size - at - 12);
        CU_ASSERT_EQUAL(word(file + at + 8 + length), crc32(0, file + at + 4, length + 4));
        if (memcmp(file + at + 4, "IHDR", 4) == 0) {
            CU_ASSERT_EQUAL(word(file + at + 8), WIDTH);
            CU_ASSERT_EQUAL(word(file + at + 12), HEIGHT);
            CU_ASSERT(memcmp(file + at + 16, "\x08\x02\0\0\0", 5) == 0);
        } else if (memcmp(file + at + 4, "IDAT", 4) == 0) {
            memcpy(packed + packed_size, file + at + 8, length);
            packed_size += length;
        }
        at += 12 + length;
    }
    CU_ASSERT_EQUAL(at, size);
    CU_ASSERT(memcmp(file + size - 8, "IEND", 4) == 0);
    uLongf unpacked = room;
    CU_ASSERT_EQUAL(uncompress(rows, &unpacked, packed, packed_size), Z_OK);
    return unpacked;
}

static void pixels(void)
{
    static uint8_t rows[(1 + 3 * WIDTH) * (HEIGHT + 1)];
    /* x, y, and which word of the surface that pixel is, by hand. */
    static const struct {
        uint32_t x, y, word;
    } known[] = {{0, 0, 0},     {3, 0, 3},     {4, 0, 8},         {0, 1, 4},
                 {0, 2, 64},    {31, 7, 255},  {0, 8, 256 + 32},  {16, 8, 256},
                 {32, 0, 1024}, {64, 0, 2048}, {0, 32, 3 * 1024}, {69, 44, 5 * 1024 + ((6 * 64 + 8 + 1) ^ 32)}};
    struct scratch scratch;
    struct sim_error error;
    unsigned reads = 0;
    size_t size = 0;
    const struct frame_surface surface = {BASE, PITCH, WIDTH, HEIGHT};
    scratch_begin(&scratch);
    CU_ASSERT_EQUAL_FATAL(frame_write(scratch_path(&scratch, "frame.png"), &surface, numbered, &reads, &error), SIM_OK);
    CU_ASSERT_EQUAL(reads, 2); /* rows of tiles */
    uint8_t *file = scratch_read(&scratch, "frame.png", &size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_EQUAL(unpack(file, size, rows, sizeof rows), (1 + 3 * WIDTH) * HEIGHT);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const uint8_t *pixel = rows + known[i].y * (1 + 3 * WIDTH) + 1 + 3 * known[i].x;
        CU_ASSERT_EQUAL((uint32_t)pixel[0] << 16 | (uint32_t)pixel[1] << 8 | pixel[2], known[i].word);
    }
    free(file);
    scratch_end(&scratch);
}

static void refused(void)
{
    static const struct frame_surface wrong[] = {
        {0, 640, 0, 480}, {0, 640, 640, 0}, {0, 640, 641, 480}, {0, 5000, 640, 480}, {0, 640, 640, 5000}};
    struct sim_error error;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CU_ASSERT_EQUAL(frame_write("never.png", &wrong[i], numbered, NULL, &error), SIM_GUEST);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "never.png: a surface of "));
    }
    const struct frame_surface surface = {BASE, PITCH, WIDTH, HEIGHT};
    CU_ASSERT_EQUAL(frame_write("/no/such/folder/frame.png", &surface, numbered, NULL, &error), SIM_HOST);
}

void test_frame(void)
{
    CU_pSuite suite = CU_add_suite("cli/frame", NULL, NULL);
    CU_add_test(suite, "which word each pixel is", pixels);
    CU_add_test(suite, "surfaces that are none, and files", refused);
}
