/* ELF executables of both classes, put together byte by byte. */
#include "kernel-hle/loader/elf.h"
#include "kernel-hle/loader/keys.h"
#include "tests/support/corpus.h"
#include "tests/support/xex_writer.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <string.h>

int fuzz_elf(const uint8_t *data, size_t size);

enum { FILE_SIZE = 0x500, TEXT = 0x200, DATA = 0x280, NAMES = 0x300, SECTIONS = 0x340 };

struct file {
    bool wide;
    uint8_t bytes[FILE_SIZE];
};

/* A field of 4 or 8 bytes. */
static void put_wide(struct file *file, uint32_t narrow_at, uint32_t wide_at, uint64_t value)
{
    if (file->wide)
        put64(file->bytes + wide_at, value);
    else
        put32(file->bytes + narrow_at, (uint32_t)value);
}

static uint32_t segment_at(const struct file *file, unsigned i)
{
    return file->wide ? 64 + 56 * i : 52 + 32 * i;
}

static void put_segment(struct file *file, unsigned i, uint64_t address, uint64_t memory, uint64_t offset,
                        uint64_t size, unsigned flags)
{
    uint32_t at = segment_at(file, i);
    put32(file->bytes + at, 1);
    put32(file->bytes + at + (file->wide ? 4 : 24), flags);
    put_wide(file, at + 4, at + 8, offset);
    put_wide(file, at + 8, at + 16, address);
    put_wide(file, at + 16, at + 32, size);
    put_wide(file, at + 20, at + 40, memory);
}

static void put_section(struct file *file, unsigned i, uint32_t name, uint64_t flags, uint64_t address, uint64_t offset,
                        uint64_t size)
{
    uint32_t at = SECTIONS + (file->wide ? 64 : 40) * i;
    put32(file->bytes + at, name);
    put_wide(file, at + 8, at + 8, flags);
    put_wide(file, at + 12, at + 16, address);
    put_wide(file, at + 16, at + 24, offset);
    put_wide(file, at + 20, at + 32, size);
}

/* Text at 82000000, data with zeros behind them at 82020010; the third segment header is no segment that is loaded. */
static struct file new_file(bool wide)
{
    static const uint8_t magic[] = {0x7F, 'E', 'L', 'F'};
    static const char names[] = "\0.text\0.data\0a-name-of-more-than-fifteen";
    struct file file = {.wide = wide};
    uint8_t *b = file.bytes;
    memcpy(b, magic, sizeof magic);
    b[4] = wide ? 2 : 1;
    b[5] = 2;
    b[6] = 1;
    put16(b + 16, 2);
    put16(b + 18, wide ? 21 : 20);
    put32(b + 20, 1);
    put_wide(&file, 24, 24, 0x82000004);
    put_wide(&file, 28, 32, segment_at(&file, 0));
    put_wide(&file, 32, 40, SECTIONS);
    uint32_t at = wide ? 52 : 40;
    put16(b + at, wide ? 64 : 52);
    put16(b + at + 2, wide ? 56 : 32);
    put16(b + at + 4, 3);
    put16(b + at + 6, wide ? 64 : 40);
    put16(b + at + 8, 4);
    put16(b + at + 10, 3);
    put_segment(&file, 0, 0x82000000, 0x80, TEXT, 0x80, 5);
    put_segment(&file, 1, 0x82020010, 0x300, DATA, 0x80, 6);
    put_segment(&file, 2, 0, 0x10000000, 0, 0, 6);
    put32(b + segment_at(&file, 2), 0x6474E551); /* the stack's access */
    for (unsigned i = 0; i < 0x100; i++)
        b[TEXT + i] = (uint8_t)(i + 1);
    memcpy(b + NAMES, names, sizeof names);
    put_section(&file, 0, 1, 6, 0x82000000, TEXT, 0x80);
    put_section(&file, 1, 7, 3, 0x82020010, DATA, 0x80);
    put_section(&file, 2, 13, 2, 0x82000040, TEXT + 0x40, 0x10);
    put_section(&file, 3, 0, 0, 0x82000000, NAMES, sizeof names); /* not in memory, whatever its address */
    return file;
}

static enum sim_status load(struct image *image, const struct file *file, struct sim_error *error)
{
    return elf_load(image, "t.elf", file->bytes, FILE_SIZE, 0, error);
}

static void both_classes_load(void)
{
    for (unsigned wide = 0; wide < 2; wide++) {
        struct file file = new_file(wide);
        struct image image;
        struct loader_keys keys;
        struct sim_error error;
        loader_keys_init(&keys);
        CU_ASSERT_EQUAL_FATAL(image_load(&image, "t.elf", file.bytes, FILE_SIZE, &keys, &error), SIM_OK);
        CU_ASSERT_EQUAL(image.kind, IMAGE_ELF);
        CU_ASSERT_EQUAL(image.base, 0x82000000);
        CU_ASSERT_EQUAL(image.size, 0x30000);
        CU_ASSERT_EQUAL(image.page_size, 0x10000);
        CU_ASSERT_EQUAL(image.entry, 0x82000004);
        CU_ASSERT_EQUAL(image.stack_size, 1 << 20);
        CU_ASSERT_EQUAL(memcmp(image.bytes, file.bytes + TEXT, 0x80), 0);
        CU_ASSERT_EQUAL(image.bytes[0x80], 0);
        CU_ASSERT_EQUAL(memcmp(image.bytes + 0x20010, file.bytes + DATA, 0x80), 0);
        CU_ASSERT_EQUAL(image.bytes[0x20010 + 0x80], 0);
        CU_ASSERT_EQUAL_FATAL(image.pages_count, 2); /* nothing is at 82010000 */
        CU_ASSERT_EQUAL(image.pages[0].address, 0x82000000);
        CU_ASSERT_EQUAL(image.pages[0].size, 0x10000);
        CU_ASSERT_EQUAL(image.pages[0].access, IMAGE_READ | IMAGE_EXECUTE);
        CU_ASSERT_EQUAL(image.pages[1].address, 0x82020000);
        CU_ASSERT_EQUAL(image.pages[1].access, IMAGE_READ | IMAGE_WRITE);
        CU_ASSERT_EQUAL_FATAL(image.sections, 3);
        CU_ASSERT_STRING_EQUAL(image.section[0].name, ".text");
        CU_ASSERT_EQUAL(image.section[0].access, IMAGE_READ | IMAGE_EXECUTE);
        CU_ASSERT_STRING_EQUAL(image.section[1].name, ".data");
        CU_ASSERT_EQUAL(image.section[1].access, IMAGE_READ | IMAGE_WRITE);
        CU_ASSERT_STRING_EQUAL(image.section[2].name, "a-name-of-more-");
        CU_ASSERT_EQUAL(image.section[2].size, 0x10);
        image_free(&image);
    }
}

static void pages_are_as_large_as_the_console_has_them(void)
{
    static const struct {
        uint32_t address, page_size;
    } at[] = {{0x00010000, 0x1000},  {0x40000000, 0x10000}, {0x80000000, 0x10000},
              {0x8FFF0000, 0x10000}, {0x90000000, 0x1000},  {0xFFFF0000, 0x1000}};
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        struct file file = new_file(false);
        struct image image;
        struct sim_error error;
        put_segment(&file, 0, at[i].address, 0x80, TEXT, 0x80, 5);
        put_segment(&file, 1, at[i].address + 0x1080, 0x80, DATA, 0x80, 6);
        put32(file.bytes + 24, at[i].address);
        CU_ASSERT_EQUAL(load(&image, &file, &error), SIM_OK);
        CU_ASSERT_EQUAL(image.page_size, at[i].page_size);
        if (at[i].page_size == 0x1000) {
            CU_ASSERT_EQUAL(image.pages_count, 2);
        } else { /* both share a page */
            CU_ASSERT_EQUAL(image.pages_count, 1);
            CU_ASSERT_EQUAL(image.pages[0].access, IMAGE_READ | IMAGE_WRITE | IMAGE_EXECUTE);
        }
        image_free(&image);
    }
}

/* The older convention of 64 bits: the entry point is a descriptor. */
static void descriptors_are_followed(void)
{
    struct file file = new_file(true);
    struct image image;
    struct sim_error error;
    put32(file.bytes + 48, 1);
    put64(file.bytes + 24, 0x82020018);
    put64(file.bytes + DATA + 8, 0x82000020);
    CU_ASSERT_EQUAL(load(&image, &file, &error), SIM_OK);
    CU_ASSERT_EQUAL(image.entry, 0x82000020);
    image_free(&image);
    put32(file.bytes + 48, 2); /* the newer one has none */
    CU_ASSERT_EQUAL(load(&image, &file, &error), SIM_OK);
    CU_ASSERT_EQUAL(image.entry, 0x82020018);
    image_free(&image);
}

static void segments_come_in_any_order_but_not_in_any_number(void)
{
    enum { MOST = ELF_SEGMENTS_MAX, WHERE = FILE_SIZE };
    static uint8_t bytes[WHERE + 32 * (MOST + 1)];
    struct file file = new_file(false);
    struct image image;
    struct sim_error error;
    memcpy(bytes, file.bytes, FILE_SIZE);
    for (unsigned i = 0; i <= MOST; i++) {
        uint8_t *at = bytes + WHERE + 32 * (size_t)i;
        put32(at, 1);
        put32(at + 8, 0x82000000 + 0x100 * (MOST - i));
        put32(at + 20, 0x100);
        put32(at + 24, 5);
    }
    put32(bytes + 28, WHERE);
    put16(bytes + 44, MOST);
    put32(bytes + 24, 0x82000100);
    CU_ASSERT_EQUAL(elf_load(&image, "t.elf", bytes, sizeof bytes, 0, &error), SIM_OK);
    CU_ASSERT_EQUAL(image.size, 0x10000);
    image_free(&image);
    put16(bytes + 44, MOST + 1);
    CU_ASSERT_EQUAL(elf_load(&image, "t.elf", bytes, sizeof bytes, 0, &error), SIM_BAD_INPUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "segment: number: 0x80"));
    image_free(&image);
}

static void mistakes_are_named(void)
{
    const uint32_t first = 52, second = 52 + 32; /* segment headers of 32 bits */
    const struct {
        uint32_t offset, value;
        const char *sentence;
    } wrong[] = {
        {0, 0x7F454C47, "0x0: magic"},
        {4, 0x03020100, "0x4: class"},
        {4, 0x01010100, "0x5: byte order"},
        {16, 0x00030014, "0x10: type"},
        {16, 0x00020003, "0x12: machine"},
        {24, 0x81FFFFFC, "0x18: entry point"},
        {24, 0x82000002, "0x18: entry point"},
        {24, 0x82030000, "0x18: entry point"},
        {28, 0xFFFFFFF0, "0x1c: segment headers"},
        {28, FILE_SIZE - 95, "0x1c: segment headers"},
        {32, 0xFFFFFFF0, "0x20: section headers"},
        {42, 0x001F0003, "0x1c: segment headers"},
        {first, 0, NULL}, /* without the first segment all is well but the entry */
        {first + 4, FILE_SIZE, "0x34: segment: size in the file"},
        {first + 16, 0x81, "0x34: segment: size in the file"},
        {second + 20, 0x20000001, "0x54: segment: size in memory"},
        {second + 8, 0x8200007F, "0x54: segment: address"},
        {second + 8, 0x81FFFE00, "0x54: segment: address"},
        {second + 8, 0xFFFFFF00, "0x54: segment: address"},
        {second + 8, 0xC2000000, "the segments reach from 0x82000000 to 0xc2"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct file file = new_file(false);
        struct image image;
        struct sim_error error;
        put32(file.bytes + wrong[i].offset, wrong[i].value);
        CU_ASSERT_EQUAL(load(&image, &file, &error), SIM_BAD_INPUT);
        CU_ASSERT_EQUAL(strncmp(error.text, "t.elf: ", 7), 0);
        CU_ASSERT(strstr(error.text, wrong[i].sentence != NULL ? wrong[i].sentence : "entry point") != NULL);
        image_free(&image);
    }
    struct file file = new_file(true), whole = file;
    struct image image;
    struct sim_error error;
    put_segment(&whole, 0, 0, UINT64_C(1) << 32, TEXT, 0x80, 5); /* all there is: a size of 0 in 32 bits */
    CU_ASSERT_EQUAL(load(&image, &whole, &error), SIM_BAD_INPUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "0x40: segment: size in memory: 0x100000000"));
    image_free(&image);
    file = new_file(false);
    put32(file.bytes + first, 2);
    put32(file.bytes + second, 2);
    CU_ASSERT_EQUAL(load(&image, &file, &error), SIM_BAD_INPUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "none of which is loaded"));
    image_free(&image);
}

static void cut_files_are_refused(void)
{
    for (unsigned wide = 0; wide < 2; wide++)
        for (size_t size = 0; size < SECTIONS + 4 * (wide ? 64u : 40u); size++) {
            struct file file = new_file(wide);
            struct image image;
            struct sim_error error;
            uint8_t *exact = malloc(size + 1); /* so that reading past it shows */
            CU_ASSERT_PTR_NOT_NULL_FATAL(exact);
            memcpy(exact + 1, file.bytes, size);
            CU_ASSERT_EQUAL(elf_load(&image, "t.elf", exact + 1, size, 0, &error), SIM_BAD_INPUT);
            image_free(&image);
            free(exact);
        }
}

static void other_files_are_refused(void)
{
    struct image image;
    struct loader_keys keys;
    struct sim_error error;
    loader_keys_init(&keys);
    CU_ASSERT_EQUAL(image_load(&image, "f", (const uint8_t *)"MZ\x90\0abcd", 8, &keys, &error), SIM_BAD_INPUT);
    CU_ASSERT_STRING_EQUAL(error.text, "f: 0x0: magic: a PE by itself is no title; it comes inside of a XEX");
    CU_ASSERT_EQUAL(image_load(&image, "f", (const uint8_t *)"abcd", 4, &keys, &error), SIM_BAD_INPUT);
    CU_ASSERT_STRING_EQUAL(error.text, "f: 0x0: magic: neither XEX2, XEX1 nor ELF");
    CU_ASSERT_EQUAL(image_load(&image, "f", NULL, 0, &keys, &error), SIM_BAD_INPUT);
    image_free(&image);
}

static void what_fuzzing_found_stays_found(void)
{
    CU_ASSERT(corpus_replay("elf", fuzz_elf) >= 2);
}

void test_elf(void)
{
    CU_pSuite suite = CU_add_suite("hle/elf", NULL, NULL);
    CU_add_test(suite, "executables of 32 and 64 bits load", both_classes_load);
    CU_add_test(suite, "pages are as large as the console has them", pages_are_as_large_as_the_console_has_them);
    CU_add_test(suite, "an entry point that is a descriptor is followed", descriptors_are_followed);
    CU_add_test(suite, "segments come in any order, but not in any number",
                segments_come_in_any_order_but_not_in_any_number);
    CU_add_test(suite, "mistakes are named by offset and field", mistakes_are_named);
    CU_add_test(suite, "a file cut off anywhere is refused", cut_files_are_refused);
    CU_add_test(suite, "other files are refused", other_files_are_refused);
    CU_add_test(suite, "the fuzzer's corpus does no harm", what_fuzzing_found_stays_found);
}
