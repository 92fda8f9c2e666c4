#include "tests/support/xex_title.h"

#include <string.h>

#define TEXT(text) (text), sizeof(text)

const struct title_import title_import[TITLE_IMPORTS] = {
    {0x20000, 0, 0x01BE, false}, {0x20004, 0, 0x0011, false}, {0x11100, 0, 0x0011, true},
    {0x20008, 1, 0x028B, false}, {0x11110, 1, 0x028B, true},
};

/* Noise without zeros, so that only what is left out on purpose is a page of zeros. */
static void fill(uint8_t *image)
{
    uint32_t state = 0x12345678;
    for (unsigned i = 0; i < TITLE_SIZE; i++) {
        state = state * 1664525u + 1013904223u;
        image[i] = (uint8_t)(state >> 24 | 1);
    }
    memset(image, 0, 0x1000);
    memset(image + 0x14000, 0, 0x3000);
    memset(image + 0x2F000, 0, 0x1000);
}

static void fill_exports(uint8_t *at)
{
    static const uint32_t offset[] = {0x11000, 0, 0x11008, 0x1100C};
    memset(at, 0, 0x2C);
    put32(at + 0x20, TITLE_BASE >> 16);
    put32(at + 0x24, sizeof offset / sizeof *offset);
    put32(at + 0x28, 100);
    for (unsigned i = 0; i < sizeof offset / sizeof *offset; i++)
        put32(at + 0x2C + 4 * i, offset[i]);
}

static const struct pe_writer_section section[] = {
    {".rdata", 0x1000, 0xF000, 0x40000040},
    {".text", 0x10000, 0x10000, 0x60000020},
    {".data", 0x20000, 0x10000, 0xC0000040},
};

static const uint32_t addresses_0[] = {TITLE_BASE + 0x20000, TITLE_BASE + 0x20004, TITLE_BASE + 0x11100};
static const uint32_t addresses_1[] = {TITLE_BASE + 0x20008, TITLE_BASE + 0x11110};
static const struct xex_writer_library library[] = {
    {"xboxkrnl.exe", 0x20076000, 0x20076000, addresses_0, 3},
    {"xam.xex", 0x20076100, 0x20053400, addresses_1, 2},
};

static const uint8_t resources[] = {'4', 'D', '5', '3', '0', '7', 'E', '6', 0x82, 0x01, 0x23, 0x45, 0, 0, 3, 0x21};
static const uint8_t checksum[] = {0x12, 0x34, 0x56, 0x78, 0x43, 0x83, 0x94, 0x80};
static const uint8_t callcap[] = {0x82, 1, 0, 0, 0x82, 1, 1, 0};
static const uint8_t static_libraries[] = {'X', 'A', 'P', 'I', 'L', 'I', 'B', 0, 0, 2, 0, 0, 0x1B, 0x2E, 2, 3,
                                           'D', '3', 'D', '9', 0,   0,   0,   0, 0, 2, 0, 0, 0x1B, 0x2F, 0, 0};
static const uint8_t tls[] = {0, 0, 0, 64, 0x82, 2, 0x10, 0, 0, 0, 1, 0, 0, 0, 0, TITLE_TLS_RAW};
static const uint8_t page_heap[] = {0, 0x10, 0, 0, 0, 0, 0, 3};
static const uint8_t execution[] = {0x11, 0x22, 0x33, 0x44, 0x20, 0x07, 0x60, 0x05, 0x10, 0x00, 0x01, 0x00,
                                    0x4D, 0x53, 0x07, 0xE6, 2,    1,    3,    4,    0xAA, 0xBB, 0xCC, 0xDD};
static const uint8_t services[] = {0x12, 0x34, 0x56, 0x78, 0x9A, 0xBC, 0xDE, 0xF0};
static const uint8_t ratings[64] = {6, 4, 4, 0xFF, 2, 1, 0, 5, 5, 0xFF, 16, 0xFF};
static const uint8_t noise[33] = "0123456789abcdefFEDCBA9876543210";

static const struct xex_writer_header header[TITLE_HEADERS] = {
    {0x000002FF, 0, resources, sizeof resources},
    {0x000080FF, 0, TEXT("\\Device\\Cdrom0\\")},
    {0x00008105, 0, noise, 20},
    {0x00010001, 0x82000000, NULL, 0},
    {0x00010100, TITLE_BASE + TITLE_ENTRY, NULL, 0},
    {0x00010201, TITLE_BASE, NULL, 0},
    {0x00018002, 0, checksum, sizeof checksum},
    {0x00018102, 0, callcap, sizeof callcap},
    {0x00018200, 1, NULL, 0},
    {0x000183FF, 0, TEXT("title.exe")},
    {0x000200FF, 0, static_libraries, sizeof static_libraries},
    {0x00020104, 0, tls, sizeof tls},
    {0x00020200, 0x40000, NULL, 0},
    {0x00020301, 0x8000, NULL, 0},
    {0x00020401, 0x100000, NULL, 0},
    {0x00028002, 0, page_heap, sizeof page_heap},
    {0x00030000, 1u << 0 | 1u << 22 | 1u << 31, NULL, 0},
    {0x00040006, 0, execution, sizeof execution},
    {0x000401FF, 0, services, sizeof services},
    {0x00040201, 0x40000, NULL, 0},
    {0x00040310, 0, ratings, sizeof ratings},
    {0x00040404, 0, noise, 16},
    {0x000405FF, 0, noise, 32},
    {0x000406FF, 0, noise, 32},
    {0x000407FF, 0, noise, 8},
    {0x00047702, 0, noise, 8}, /* nobody knows this one */
};

static const struct xex_writer_run runs_64k[] = {{1, 3}, {1, 1}, {1, 2}};
static const struct xex_writer_run runs_4k[] = {{16, 3}, {10, 1}, {6, 1}, {15, 2}, {1, 2}};

void title_make(struct title *title, bool pages_4k)
{
    fill(title->image);
    pe_writer(title->image, TITLE_SIZE, section, sizeof section / sizeof *section);
    fill_exports(title->image + TITLE_EXPORTS);
    for (unsigned i = 0; i < TITLE_IMPORTS; i++)
        put32(title->image + title_import[i].offset,
              (uint32_t)title_import[i].thunk << 24 | title_import[i].library << 16 | title_import[i].ordinal);
    memcpy(title->header, header, sizeof header);
    title->writer = (struct xex_writer){
        .module_flags = 0x01,
        .base = TITLE_BASE,
        .image_flags = pages_4k ? 0x10000000 : 0,
        .export_table = TITLE_BASE + TITLE_EXPORTS,
        .region = 0xFFFFFFFF,
        .media = 0x14,
        .image = title->image,
        .image_size = TITLE_SIZE,
        .run = pages_4k ? runs_4k : runs_64k,
        .runs = pages_4k ? sizeof runs_4k / sizeof *runs_4k : sizeof runs_64k / sizeof *runs_64k,
        .block_size = 0x9000,
        .session_key = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
        .header = title->header,
        .headers = TITLE_HEADERS,
        .library = library,
        .libraries = sizeof library / sizeof *library,
    };
}
