/* XEX files that are not what they say: a sentence with file, offset and field, and nothing else. */
#include "kernel-hle/loader/keys.h"
#include "kernel-hle/loader/xex.h"
#include "tests/support/corpus.h"
#include "tests/support/xex_title.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <string.h>

int fuzz_xex(const uint8_t *data, size_t size);

static struct title title; /* too large for a stack */

enum { LIMIT = 4 << 20 };

static enum sim_status load(const uint8_t *bytes, size_t size, bool no_verify, struct sim_error *error)
{
    struct loader_keys keys;
    struct image image = {0};
    struct xex xex;
    const struct xex_options options = {.no_verify = no_verify, .image_size_max = LIMIT};
    loader_keys_init(&keys);
    error->text[0] = '\0';
    enum sim_status status = xex_read(&xex, "t.xex", bytes, size, error);
    if (status == SIM_OK)
        status = xex_load(&image, &xex, &keys, &options, NULL, error);
    image_free(&image);
    return status;
}

/* Whether it is refused with such a sentence. */
static bool refused(const uint8_t *bytes, size_t size, const char *sentence)
{
    struct sim_error error;
    enum sim_status status = load(bytes, size, true, &error);
    if (status == SIM_BAD_INPUT && strstr(error.text, sentence) != NULL && strncmp(error.text, "t.xex: ", 7) == 0)
        return true;
    fprintf(stderr, "    status %d, not '%s' but: %s\n", status, sentence, error.text);
    return false;
}

enum place { IN_FILE, IN_SECURITY, IN_HEADER, IN_FORMAT, IN_IMPORTS, IN_RECORD, IN_PAGES };

static const struct corruption {
    enum place place;
    unsigned header; /* of IN_HEADER */
    uint32_t offset, value;
    const char *sentence;
} corruption[] = {
    {IN_FILE, 0, 0x00, 0x58455830, "0x0: magic"},
    {IN_FILE, 0, 0x08, 0x17, "0x8: headers size: 0x17"},
    {IN_FILE, 0, 0x08, 0xFFFFFFFF, "0x8: headers size"},
    {IN_FILE, 0, 0x10, 0xFFFFFFF0, "0x10: security info"},
    {IN_FILE, 0, 0x10, 0x700, "0x10: security info"}, /* begins within, ends behind */
    {IN_FILE, 0, 0x14, 257, "0x14: header count: 257"},
    {IN_FILE, 0, 0x14, 0x80000000, "0x14: header count"},
    {IN_FILE, 0, 0x18, 0x00010100, "0x38: optional header 00010100: it was there before"},
    {IN_FILE, 0, 0x1C, 0xFFFFFFFC, "0x18: optional header 000002ff"},
    {IN_FILE, 0, 0x1C, 0x7FD, "0x18: optional header 000002ff"},
    {IN_HEADER, 0, 0, 0x7FFFFFFF, "0x18: optional header 000002ff"},
    {IN_HEADER, 0, 0, 3, "0x18: optional header 000002ff"},
    {IN_HEADER, 0, 0, 0x600, "overlap"},
    {IN_HEADER, 0, 12, 0x81FFFFFF, "resource 0"},
    {IN_HEADER, 0, 16, 0x00030000, "resource 0"},
    {IN_HEADER, 4, 0, 0x82030000, "entry point: 82030000"},
    {IN_HEADER, 4, 0, 0x82010002, "entry point: 82010002"},
    {IN_HEADER, 5, 0, 0x82000100, "load address"},
    {IN_HEADER, 5, 0, 0xFFFE0000, "load address"},
    {IN_HEADER, 11, 4, 0x8202FFF0, "TLS"},
    {IN_HEADER, 11, 12, 0x101, "TLS"}, /* more raw data than data */
    {IN_FORMAT, 0, 4, 0x00020000, "file format: encryption 2"},
    {IN_FORMAT, 0, 4, 0x00000004, "with compression 4"},
    {IN_FORMAT, 0, 4, 0x00000002, "file format: size"}, /* LZX without its block */
    {IN_SECURITY, 0, 0x004, 0, "image size: 0x0"},
    {IN_SECURITY, 0, 0x004, 0x20000000, "image size: 0x20000000"},
    {IN_SECURITY, 0, 0x004, 0x20000, "add up to 3 pages"},
    {IN_SECURITY, 0, 0x160, 0x8202FFE0, "export table"},
    {IN_SECURITY, 0, 0x160, 0x70000000, "export table"},
    {IN_SECURITY, 0, 0x180, 0x7FFFFFFF, "2147483647 page descriptors"},
    {IN_PAGES, 0, 0, 0xFFFFFFF3, "add up to"},
    {IN_PAGES, 0, 24, 0x10, "page descriptor 1: kind 0"},
    {IN_PAGES, 0, 48, 0x1F, "page descriptor 2: kind 15"},
    {IN_IMPORTS, 0, 4, 0xFFFFFFF0, "import libraries: a string table"},
    {IN_IMPORTS, 0, 8, 257, "with 257 names"},
    {IN_IMPORTS, 0, 8, 3, "name 2 of 3"},
    {IN_RECORD, 0, 0, 0, "import library: a record of 0x0 bytes"},
    {IN_RECORD, 0, 0, 0x24, "import library: a record of 0x24 bytes"},
    {IN_RECORD, 0, 0, 0x1000, "import library: a record"},
    {IN_RECORD, 0, 0x24, 0x0000FFFF, "with 65535 addresses"},
    {IN_RECORD, 0, 0x24, 0x00020003, "with 3 addresses does not fit the"},
    {IN_RECORD, 0, 0x24, 0x00000004, "with 4 addresses"},
    {IN_RECORD, 0, 0x28, 0x82030000, "import of xboxkrnl.exe: address: 82030000"},
    {IN_RECORD, 0, 0x28, 0x82020001, "import of xboxkrnl.exe: address: 82020001"},
    {IN_RECORD, 0, 0x28, 0x82010000, "neither a variable's nor a whole thunk's"},
};

static uint32_t offset_of(const struct corruption *c, const struct xex_writer_places *places, const uint8_t *file)
{
    switch (c->place) {
    case IN_FILE:
        return c->offset;
    case IN_SECURITY:
        return places->security + c->offset;
    case IN_HEADER:
        return places->header[c->header] + c->offset;
    case IN_FORMAT:
        return places->format + c->offset;
    case IN_IMPORTS:
        return places->imports + c->offset;
    case IN_RECORD:
        return places->imports + 12 + get32(file + places->imports + 4) + c->offset;
    case IN_PAGES:
        return places->security + 0x184 + c->offset;
    }
    return 0;
}

static void every_field_is_checked(void)
{
    struct xex_writer_places places;
    size_t size;
    title_make(&title, false);
    uint8_t *file = xex_writer(&title.writer, &size, &places);
    for (size_t i = 0; i < sizeof corruption / sizeof *corruption; i++) {
        uint8_t *at = file + offset_of(&corruption[i], &places, file);
        uint32_t before = get32(at);
        put32(at, corruption[i].value);
        CU_ASSERT(refused(file, size, corruption[i].sentence));
        put32(at, before);
    }
    struct sim_error error;
    CU_ASSERT_EQUAL(load(file, size, false, &error), SIM_OK); /* all was put back */
    free(file);
}

/* Limits that are only met by files with large headers. */
static void there_are_not_too_many(void)
{
    enum { MANY = 4097 };
    struct xex_writer_places places;
    size_t size;
    title_make(&title, false);
    uint8_t *file = xex_writer(&title.writer, &size, &places);
    put32(file + 0x08, 0x4000); /* room for all those entries */
    put32(file + 0x14, 257);
    CU_ASSERT(refused(file, size, "0x14: header count: 257"));
    put32(file + 0x14, 28);
    put32(file + 0x08, (uint32_t)size);
    CU_ASSERT(refused(file, size - 1, "0x8: headers size"));
    free(file);

    uint8_t *entry = calloc(MANY, 16);
    CU_ASSERT_PTR_NOT_NULL_FATAL(entry);
    for (unsigned i = 0; i < MANY; i++)
        put32(entry + 16 * (size_t)i + 8, TITLE_BASE + 0x10000);
    title.header[0] = (struct xex_writer_header){0x000002FF, 0, entry, 16 * MANY};
    file = xex_writer(&title.writer, &size, &places);
    CU_ASSERT(refused(file, size, "resources: 4097 are more than 4096"));
    free(file);

    put32(entry + 12, 0x18000); /* either fits, but not beside the other */
    put32(entry + 28, 0x18001);
    title.header[0].size = 32;
    file = xex_writer(&title.writer, &size, &places);
    CU_ASSERT(refused(file, size, "resource 1: 0x18001 bytes at 82010000"));
    free(file);
    free(entry);
}

/* The image's own headers and tables. */
static void the_image_is_checked(void)
{
    static const struct {
        uint32_t offset, value; /* little-endian */
        const char *sentence;
    } wrong[] = {
        {0x3C, 0x2FFF0, "PE at 8200003c: offset of the PE header"},
        {0x80, 0x00004551, "PE at 82000080: signature"},
        {0x84, 0x0003014C, "PE at 82000084: machine: 14c"},
        {0x84, 0xFFFF01F2, "PE at 82000086: number of sections: ffff"},
    };
    struct xex_writer_places places;
    size_t size;
    title_make(&title, false);
    uint8_t *file = xex_writer(&title.writer, &size, &places);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        uint8_t *at = file + places.headers_size + wrong[i].offset;
        uint32_t before = get32(at);
        put32_le(at, wrong[i].value);
        CU_ASSERT(refused(file, size, wrong[i].sentence));
        put32(at, before);
    }
    put32(file + places.headers_size + TITLE_EXPORTS + 0x28, 0xFFFD);
    CU_ASSERT(refused(file, size, "export table: 4 exports from ordinal 65533"));
    put32(file + places.headers_size + TITLE_EXPORTS + 0x28, 100);
    put32(file + places.headers_size + TITLE_EXPORTS + 0x24, 0x10000);
    CU_ASSERT(refused(file, size, "export table: 65536 exports from ordinal 100"));
    CU_ASSERT(refused(file, size - 1, "ends after"));
    free(file);
}

static void compressed_data_are_checked(void)
{
    enum { BLOCK_SIZE = 12, ROOM = 0x8100 };
    struct xex_writer_places places;
    size_t size;
    title_make(&title, false);
    title.writer.compression = 2;
    uint8_t *file = xex_writer(&title.writer, &size, &places), *format = file + places.format;
    uint8_t *data = file + places.headers_size;
    const struct {
        uint8_t *at;
        uint32_t value;
        const char *sentence;
    } wrong[] = {
        {format + 8, 0x4000, "window size: 0x4000"},
        {format + 8, 0x400000, "window size: 0x400000"},
        {format + 8, 0x18000, "window size: 0x18000"},
        {format + BLOCK_SIZE, 23, "LZX block: size: 0x17"},
        {format + BLOCK_SIZE, 0x7FFFFFFF, "LZX block: size: 0x7fffffff"},
        {format + BLOCK_SIZE, 0, "it is the last one, but the image is not complete"},
        {format + BLOCK_SIZE, 100, "LZX chunk: length"},
        {data, 0, "it is the last one, but the image is not complete"},
        {data, 0xFFFFFFFF, "LZX block: size: 0xffffffff"},
        {data + 24, 0xFFFF3000, "LZX chunk: length: 0xffff"},
        {data + 24, 0x00020000, "LZX frame"},
        {data + 26, 0xFFFFFFFF, "LZX frame 0 of 6: the stream is wrong"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        uint32_t before = get32(wrong[i].at);
        put32(wrong[i].at, wrong[i].value);
        CU_ASSERT(refused(file, size, wrong[i].sentence));
        put32(wrong[i].at, before);
    }
    put32(file + places.security + 4, LIMIT);
    struct xex_writer_run run = {LIMIT / 0x10000, 2};
    put32(file + places.security + 0x180, 1);
    put32(file + places.security + 0x184, run.pages << 4 | run.kind);
    CU_ASSERT(refused(file, places.headers_size + 0x100, "cannot become 0x400000"));
    free(file);

    title.writer.compression = 1;
    file = xex_writer(&title.writer, &size, &places);
    format = file + places.format;
    put32(format + 8, 0x7FFFFFF0);
    CU_ASSERT(refused(file, size, "basic compression: block 0"));
    put32(format + 8, 0x1000);
    put32(format + 12, 0xFFFFFFFF);
    CU_ASSERT(refused(file, size, "basic compression: block 0"));
    free(file);
}

/* An exact copy on the heap, so that reading past it shows. */
static enum sim_status load_cut(const uint8_t *file, size_t size, struct sim_error *error)
{
    uint8_t *copy = malloc(size + 1);
    if (copy == NULL)
        abort();
    memcpy(copy + 1, file, size);
    enum sim_status status = load(copy + 1, size, false, error);
    free(copy);
    return status;
}

static void cut_files_are_refused(void)
{
    for (unsigned form = 0; form < 6; form++) {
        struct sim_error error;
        size_t size;
        title_make(&title, true);
        title.writer.encryption = form % 2;
        title.writer.compression = form / 2;
        title.writer.image_size = 0x3000;
        title.writer.headers = 0;
        title.writer.libraries = 0;
        title.writer.export_table = 0;
        static const struct xex_writer_run run = {3, 2};
        title.writer.run = &run;
        title.writer.runs = 1;
        memset(title.image + 0x2000, 0x5A, 0x1000);
        uint8_t *file = xex_writer(&title.writer, &size, NULL);
        CU_ASSERT_EQUAL(load_cut(file, size, &error), SIM_OK);
        size_t step = 1;
        for (size_t cut = 0; cut + 64 < size; cut += step) { /* the last bytes may be padding */
            CU_ASSERT_EQUAL(load_cut(file, cut, &error), SIM_BAD_INPUT);
            CU_ASSERT_EQUAL(strncmp(error.text, "t.xex: ", 7), 0);
            step = cut < 0x800 ? 1 : 61;
        }
        free(file);
    }
}

/* Any bit of the headers: never a crash, and a sentence where it is refused. */
static void flipped_bits_do_no_harm(void)
{
    struct xex_writer_places places;
    struct sim_error error;
    size_t size;
    unsigned refusals = 0;
    title_make(&title, false);
    uint8_t *file = xex_writer(&title.writer, &size, &places);
    for (uint32_t bit = 0; bit < 8 * places.headers_size; bit += 3) {
        file[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (load(file, size, true, &error) != SIM_OK) {
            refusals++;
            CU_ASSERT_EQUAL(strncmp(error.text, "t.xex: ", 7), 0);
        }
        file[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    CU_ASSERT(refusals > 500);
    free(file);
}

static void what_fuzzing_found_stays_found(void)
{
    CU_ASSERT(corpus_replay("xex", fuzz_xex) >= 6);
}

void test_xex_bad(void)
{
    CU_pSuite suite = CU_add_suite("hle/xex_bad", NULL, NULL);
    CU_add_test(suite, "every size, offset and address of the headers is checked", every_field_is_checked);
    CU_add_test(suite, "there are not too many headers and resources", there_are_not_too_many);
    CU_add_test(suite, "the PE and the export table inside are checked", the_image_is_checked);
    CU_add_test(suite, "blocks, chunks and sizes of compressed data are checked", compressed_data_are_checked);
    CU_add_test(suite, "a file cut off anywhere is refused", cut_files_are_refused);
    CU_add_test(suite, "flipped bits do no harm", flipped_bits_do_no_harm);
    CU_add_test(suite, "the fuzzer's corpus does no harm", what_fuzzing_found_stays_found);
}
