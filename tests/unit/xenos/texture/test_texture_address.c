/* Where blocks lie: tiled images against lists of address bits, worked numbers, and that no two blocks share a place.
 */
#include "models/xenos/texture/address.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <string.h>

/* Formats of 1 to 16 bytes. */
static const uint8_t format_of[5] = {2, 10, 6, 26, 35};

static struct xenos_texture image(unsigned shift, unsigned dimension, uint32_t pitch, uint32_t height)
{
    return (struct xenos_texture){.tiled = true,
                                  .format = format_of[shift],
                                  .dimension = (uint8_t)dimension,
                                  .pitch = pitch,
                                  .width = pitch,
                                  .height = height,
                                  .depth = 1024};
}

static uint32_t address(unsigned shift, unsigned dimension, uint32_t pitch, uint32_t height, const uint32_t at[3])
{
    struct xenos_texture t = image(shift, dimension, pitch, height);
    struct xenos_texture_layout l = xenos_texture_layout(&t);
    return xenos_texture_address(&l, at[0], at[1], at[2]);
}

/* Bits 0 to 5, 8 to 10, and from 12 on: of which coordinate each is, `t` the number of the tile, `-` none. The last
 * goes on. Bits 6, 7 and 11 are below. */
static const char *const bits_2d[5][3] = {
    {"x0x1x2y1y0y2", "y3t0t1", "t2"},   {"--x0x1x2y0y1", "y2y3t0", "t1"},     {"----x0x1y0x2", "y1y2y3", "t0"},
    {"------x0y0x1", "x2y1y2", "y3t0"}, {"--------y0x0", "x1x2y1", "y2y3t0"},
};
static const char *const bits_3d[5][3] = {
    {"x0x1x2y1y0y2", "z0z1t0", "t1"},     {"--x0x1x2y0y1", "y2z0z1", "t0"},       {"----x0x1y0x2", "y1y2z0", "z1t0"},
    {"------x0y0x1", "x2y1y2", "z0z1t0"}, {"--------y0x0", "x1x2y1", "y2z0z1t0"},
};

static uint32_t bit_of(const char *name, uint32_t further, const uint32_t at[3], uint32_t tile)
{
    uint32_t value = name[0] == 't' ? tile : name[0] == '-' ? 0 : at[name[0] - 'x'];
    uint32_t bit = (uint32_t)(name[0] == '-' ? 0 : name[1] - '0') + further;
    return bit < 32 ? value >> bit & 1 : 0;
}

static uint32_t from_bits(const char *const lists[3], const uint32_t at[3], uint32_t tile, bool volume)
{
    uint32_t result = 0, bank = volume ? (at[1] >> 3 ^ at[2] >> 2) & 1 : at[1] >> 3 & 1;
    for (unsigned i = 0; i < 6; i++)
        result |= bit_of(lists[0] + 2 * i, 0, at, tile) << i;
    for (unsigned i = 0; i < 3; i++)
        result |= bit_of(lists[1] + 2 * i, 0, at, tile) << (8 + i);
    unsigned last = (unsigned)strlen(lists[2]) / 2 - 1;
    for (unsigned i = 0; i < 20; i++) {
        unsigned k = i < last ? i : last;
        result |= bit_of(lists[2] + 2 * k, i - k, at, tile) << (12 + i);
    }
    return result | (at[0] >> 3 & 1) << 6 | ((at[0] >> 4 & 1) ^ bank) << 7 | (volume ? bank : at[1] >> 4 & 1) << 11;
}

static void tiles_are_lists_of_bits(void)
{
    uint32_t state = 1;
    unsigned wrong = 0;
    for (unsigned i = 0; i < 20000; i++) {
        uint32_t draw[5];
        for (unsigned k = 0; k < 5; k++)
            draw[k] = (state = state * 1664525 + 1013904223) >> 12;
        uint32_t pitch = 32 * (draw[0] % 20 + 1), height = 32 * (draw[1] % 8 + 1);
        uint32_t at[3] = {draw[2] % pitch, draw[3] % height, 0};
        unsigned shift = i % 5;
        uint32_t tile = at[0] / 32 + at[1] / 32 * (pitch / 32);
        wrong += address(shift, XENOS_TEXTURE_2D, pitch, height, at) != from_bits(bits_2d[shift], at, tile, false);
        at[2] = draw[4] % 20;
        tile = at[0] / 32 + (at[1] / 16 + at[2] / 4 * (height / 16)) * (pitch / 32);
        wrong += address(shift, XENOS_TEXTURE_3D, pitch, height, at) != from_bits(bits_3d[shift], at, tile, true);
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

static void worked_addresses(void)
{
    static const struct {
        uint32_t at[3], pitch, height, address[5];
    } rows[] = {
        {{1, 0}, 64, 0, {0x1, 0x2, 0x4, 0x8, 0x20}},
        {{0, 1}, 64, 0, {0x10, 0x10, 0x10, 0x10, 0x10}},
        {{7, 0}, 64, 0, {0x7, 0xE, 0x2C, 0x128, 0x320}},
        {{24, 8}, 64, 0, {0x140, 0x240, 0x440, 0x1040, 0x2040}},
        {{31, 31}, 64, 0, {0x97F, 0xB7E, 0xF7C, 0x1F78, 0x3F70}},
        {{0, 32}, 64, 0, {0x400, 0x1000, 0x2000, 0x4000, 0x8000}},
        {{33, 47}, 64, 0, {0x7B9, 0x17B2, 0x3794, 0x7698, 0xF4B0}},
        {{100, 200}, 320, 0, {0xF784, 0x1F688, 0x3F4A0, 0x7F180, 0xFE280}},
        {{1279, 719}, 1280, 0, {0xE577F, 0x1CB77E, 0x39777C, 0x72F778, 0xE5F770}},
        {{0, 0, 1}, 64, 64, {0x100, 0x200, 0x400, 0x1000, 0x2000}},
        {{0, 0, 4}, 64, 64, {0x4880, 0x8880, 0x10880, 0x20880, 0x40880}},
        {{0, 8, 0}, 64, 64, {0x880, 0x880, 0x880, 0x880, 0x880}},
        {{8, 8, 4}, 64, 64, {0x4040, 0x8040, 0x10040, 0x20040, 0x40040}},
        {{31, 31, 3}, 64, 64, {0x1B7F, 0x2F7E, 0x5F7C, 0xBF78, 0x17F70}},
        {{33, 17, 5}, 64, 64, {0x5D91, 0xBA92, 0x16C94, 0x2D898, 0x5A8B0}},
        {{100, 50, 20}, 128, 64, {0x2FC8C, 0x5F8A8, 0xBE9A0, 0x17CB80, 0x2F8E80}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (unsigned shift = 0; shift < 5; shift++)
            CU_ASSERT_EQUAL(address(shift, rows[i].height == 0 ? XENOS_TEXTURE_2D : XENOS_TEXTURE_3D, rows[i].pitch,
                                    rows[i].height == 0 ? 1024 : rows[i].height, rows[i].at),
                            rows[i].address[shift]);
}

static void no_two_blocks_share_a_place(void)
{
    enum { BLOCKS = 65536 };
    static uint8_t taken[BLOCKS];
    for (unsigned shift = 0; shift < 5; shift++)
        for (unsigned volume = 0; volume < 2; volume++) {
            uint32_t width = volume ? 64 : 256;
            unsigned count = 0, beyond = 0;
            memset(taken, 0, sizeof taken);
            for (uint32_t i = 0; i < BLOCKS; i++) {
                const uint32_t at[3] = {i % width, i / width % width, i / (width * width)};
                uint32_t where = address(shift, volume ? XENOS_TEXTURE_3D : XENOS_TEXTURE_2D, width, width, at);
                beyond += where >> shift >= BLOCKS || (where & ((1U << shift) - 1)) != 0;
                count += where >> shift < BLOCKS && taken[where >> shift]++ == 0;
            }
            CU_ASSERT_EQUAL(count, BLOCKS);
            CU_ASSERT_EQUAL(beyond, 0);
        }
}

static void linear_images(void)
{
    struct xenos_texture t = {.format = 6,
                              .dimension = XENOS_TEXTURE_2D,
                              .base = 0x5000,
                              .pitch = 64,
                              .width = 60,
                              .height = 40,
                              .depth = 3,
                              .stacked = true};
    struct xenos_texture_layout l = xenos_texture_layout(&t);
    CU_ASSERT_EQUAL(xenos_texture_address(&l, 3, 2, 0), 0x5000 + 2 * 256 + 12);
    CU_ASSERT_EQUAL(xenos_texture_address(&l, 3, 2, 2), 0x5000 + 2 * 0x4000 + 2 * 256 + 12); /* 64 rows */
    t.dimension = XENOS_TEXTURE_3D;
    t.format = 57; /* never tiled */
    t.tiled = true;
    l = xenos_texture_layout(&t);
    CU_ASSERT_EQUAL(xenos_texture_address(&l, 3, 2, 1), 0x5000 + (64 + 2) * 64 * 12 + 36);
    t.dimension = XENOS_TEXTURE_1D;
    t.format = 10;
    l = xenos_texture_layout(&t);
    CU_ASSERT_EQUAL(xenos_texture_address(&l, 0x100001, 0, 0), 0x205002);
    t.base = 0x1FFFF000; /* addresses start again after 512 MiB */
    l = xenos_texture_layout(&t);
    CU_ASSERT_EQUAL(xenos_texture_address(&l, 0x801, 0, 0), 2);
}

static void layers_and_shared_images(void)
{
    static const struct {
        uint8_t format, dimension;
        bool tiled, packed;
        uint32_t pitch, width, height, layer, x, y;
    } rows[] = {
        {18, 1, true, true, 256, 256, 256, 0x8000, 0, 0},     {6, 1, true, true, 256, 256, 256, 0x40000, 0, 0},
        {6, 1, true, false, 1280, 1280, 720, 0x398000, 0, 0}, {18, 3, true, true, 128, 128, 128, 0x2000, 0, 0},
        {6, 1, true, true, 96, 80, 260, 0x1B000, 0, 0},       {6, 1, false, true, 64, 64, 64, 0x4000, 0, 0},
        {20, 1, true, false, 256, 256, 256, 0x10000, 0, 0},   {6, 2, true, false, 256, 256, 256, 0, 0, 0},
        {2, 3, true, false, 32, 32, 32, 0x1000, 0, 0},        {6, 1, true, true, 32, 16, 16, 0x1000, 16, 0},
        {6, 1, true, false, 32, 16, 16, 0x1000, 0, 0},        {6, 1, true, true, 64, 64, 16, 0x2000, 0, 16},
        {6, 1, true, true, 32, 16, 64, 0x2000, 16, 0},        {6, 1, true, true, 32, 13, 16, 0x1000, 16, 0},
        {6, 1, true, true, 32, 17, 16, 0x1000, 0, 16},        {6, 1, true, true, 32, 17, 17, 0x1000, 0, 0},
        {18, 1, true, true, 32, 8, 8, 0x2000, 4, 0},          {2, 0, true, true, 32, 16, 1, 0x1000, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct xenos_texture t = {.format = rows[i].format,
                                        .dimension = rows[i].dimension,
                                        .tiled = rows[i].tiled,
                                        .packed_mips = rows[i].packed,
                                        .pitch = rows[i].pitch,
                                        .width = rows[i].width,
                                        .height = rows[i].height,
                                        .depth = 6};
        struct xenos_texture_layout l = xenos_texture_layout(&t);
        CU_ASSERT_EQUAL(l.layer, rows[i].layer);
        CU_ASSERT_EQUAL(l.x, rows[i].x);
        CU_ASSERT_EQUAL(l.y, rows[i].y);
    }
}

void test_texture_address(void)
{
    CU_pSuite suite = CU_add_suite("texture/address", NULL, NULL);
    CU_add_test(suite, "tiles are lists of bits", tiles_are_lists_of_bits);
    CU_add_test(suite, "worked addresses", worked_addresses);
    CU_add_test(suite, "no two blocks share a place", no_two_blocks_share_a_place);
    CU_add_test(suite, "linear images", linear_images);
    CU_add_test(suite, "layers, and images that small levels share", layers_and_shared_images);
}
