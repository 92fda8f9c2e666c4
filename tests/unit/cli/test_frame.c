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
static void numbered(uint64_t real, uint8_t line[SIM_LINE])
{
    CU_ASSERT(real >= BASE && real + SIM_LINE <= BASE + SIZE);
    for (size_t i = 0; i < SIM_LINE; i += 4) {
        uint32_t number = (uint32_t)(real - BASE + i) / 4;
        line[i] = (uint8_t)number;
        line[i + 1] = (uint8_t)(number >> 8);
        line[i + 2] = (uint8_t)(number >> 16);
        line[i + 3] = 0xEE;
    }
}

/* A display that is about to fetch this surface. */
static void set_up(struct display *display)
{
    memset(display, 0, sizeof *display);
    display_lut_fill(&display->lut);
    display->scan.shown = (struct scan_surface){.address = BASE, .pitch = PITCH, .x_end = WIDTH, .y_end = HEIGHT};
    CU_ASSERT(scan_window_of(&display->scan.shown, &display->scan.window));
}

static void fetch(struct frame *frame, const struct display *display)
{
    const struct scan *scan = &display->scan;
    struct scan_request place = {.busy = true};
    CU_ASSERT_FATAL(frame_begin(frame, display));
    for (place.strip = 0; place.strip < scan_strips(&scan->window); place.strip++)
        for (place.column = 0; place.column < scan_columns(&scan->window); place.column++) {
            uint8_t line[SIM_LINE];
            uint64_t words[16];
            numbered(scan_address(&scan->shown, &scan->window, place.strip, place.column), line);
            sim_bytes_to_words(words, line, 16);
            frame_line(frame, &place, words);
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
    /* x, y, and which word of the surface that pixel is, by hand; lines 20 and 21 came too late. */
    static const struct {
        uint32_t x, y, word;
    } known[] = {{0, 0, 0},         {3, 0, 3},
                 {4, 0, 8},         {0, 1, 4},
                 {0, 2, 64},        {31, 7, 255},
                 {0, 8, 256 + 32},  {16, 8, 256},
                 {32, 0, 1024},     {64, 0, 2048},
                 {0, 32, 3 * 1024}, {5, 20, 0},
                 {69, 21, 0},       {69, 44, 5 * 1024 + ((6 * 64 + 8 + 1) ^ 32)}};
    struct scratch scratch;
    struct sim_error error;
    size_t size = 0;
    static struct display display;
    struct frame frame = {.bytes = NULL};
    scratch_begin(&scratch);
    set_up(&display);
    fetch(&frame, &display);
    frame_late(&frame, 10);
    CU_ASSERT_EQUAL_FATAL(frame_write(&frame, scratch_path(&scratch, "frame.png"), &display, &error), SIM_OK);
    frame_free(&frame);
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

static void no_folder(void)
{
    static struct display display;
    struct frame frame = {.bytes = NULL};
    struct sim_error error;
    set_up(&display);
    fetch(&frame, &display);
    CU_ASSERT_EQUAL(frame_write(&frame, "/no/such/folder/frame.png", &display, &error), SIM_HOST);
    frame_free(&frame);
}

void test_frame(void)
{
    CU_pSuite suite = CU_add_suite("cli/frame", NULL, NULL);
    CU_add_test(suite, "which word each pixel is", pixels);
    CU_add_test(suite, "a file that cannot be", no_folder);
}
