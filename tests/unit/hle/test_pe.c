/* The PE's sections as the image has them. */
#include "kernel-hle/loader/pe.h"
#include "tests/support/xex_writer.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <string.h>

enum { SIZE = 0x4000, PE = 0x80, SECTIONS = PE + 24 + 0xE0 };

static struct image new_image(void)
{
    static const struct pe_writer_section section[] = {
        {".text", 0x1000, 0x800, 0x60000020},   {"eightlen", 0x2000, 0x2000, 0xC0000080},
        {".reloc", 0x3800, 0x1000, 0x42000040}, /* reaches beyond the image */
        {".debug", 0x4000, 0x1000, 0x42000040}, /* lies beyond it */
        {".empty", 0x1000, 0, 0x20000020},
    };
    struct image image = {.base = 0x82000000, .size = SIZE, .bytes = calloc(1, SIZE)};
    CU_ASSERT_PTR_NOT_NULL_FATAL(image.bytes);
    pe_writer(image.bytes, SIZE, section, sizeof section / sizeof *section);
    return image;
}

static void sections_are_found(void)
{
    static const struct image_section want[] = {
        {".text", 0x82001000, 0x800, IMAGE_READ | IMAGE_EXECUTE},
        {"eightlen", 0x82002000, 0x2000, IMAGE_READ | IMAGE_WRITE},
        {".reloc", 0x82003800, 0x800, IMAGE_READ},
        {".empty", 0x82001000, 0, IMAGE_EXECUTE},
    };
    struct image image = new_image();
    struct sim_error error;
    CU_ASSERT_EQUAL(pe_sections(&image, "t", &error), SIM_OK);
    CU_ASSERT_EQUAL_FATAL(image.sections, 4);
    for (unsigned i = 0; i < 4; i++) {
        CU_ASSERT_STRING_EQUAL(image.section[i].name, want[i].name);
        CU_ASSERT_EQUAL(image.section[i].address, want[i].address);
        CU_ASSERT_EQUAL(image.section[i].size, want[i].size);
        CU_ASSERT_EQUAL(image.section[i].access, want[i].access);
    }
    image_free(&image);
}

static void what_is_no_pe_has_none(void)
{
    struct image image = new_image();
    struct sim_error error;
    image.bytes[0] = 'X';
    CU_ASSERT_EQUAL(pe_sections(&image, "t", &error), SIM_OK);
    CU_ASSERT_EQUAL(image.sections, 0);
    image.bytes[0] = 'M';
    image.size = 0x20; /* no room for MZ's header */
    CU_ASSERT_EQUAL(pe_sections(&image, "t", &error), SIM_OK);
    CU_ASSERT_EQUAL(image.sections, 0);
    image_free(&image);
}

static void headers_lie_within_the_image(void)
{
    for (uint32_t size = PE_DOS_SIZE; size < SECTIONS + 5 * PE_SECTION_SIZE; size++) {
        struct image image = new_image();
        struct sim_error error;
        uint8_t *exact = realloc(image.bytes, size); /* so that reading past it shows */
        CU_ASSERT_PTR_NOT_NULL_FATAL(exact);
        image.bytes = exact;
        image.size = size;
        CU_ASSERT_EQUAL(pe_sections(&image, "t", &error), SIM_BAD_INPUT);
        CU_ASSERT_EQUAL(strncmp(error.text, "t: PE at 820000", 15), 0);
        image_free(&image);
    }
}

static void other_machines_are_refused(void)
{
    struct image image = new_image();
    struct sim_error error;
    put16_le(image.bytes + PE + 4, 0x8664);
    CU_ASSERT_EQUAL(pe_sections(&image, "t", &error), SIM_BAD_INPUT);
    CU_ASSERT_STRING_EQUAL(error.text, "t: PE at 82000084: machine: 8664 (hexadecimal) cannot be");
    image_free(&image);
}

/* Three functions, of which the last and the first have names. */
static void put_exports(uint8_t *at)
{
    put32_le(at + 16, 7);
    put32_le(at + 20, 3);
    put32_le(at + 24, 2);
    put32_le(at + 28, 40); /* functions */
    put32_le(at + 32, 52); /* names */
    put32_le(at + 36, 60); /* ordinals */
    for (unsigned i = 0; i < 3; i++)
        put32_le(at + 40 + 4 * i, 0x1000 + 0x10 * i);
    put32_le(at + 52, 64);
    put32_le(at + 56, 70);
    put16_le(at + 60, 2);
    put16_le(at + 62, 0);
    memcpy(at + 64, "close\0open", 11);
}

static void exports_have_names(void)
{
    enum { AT = 0x2000 };
    struct image image = new_image();
    struct sim_error error;
    put_exports(image.bytes + AT);
    CU_ASSERT_EQUAL(pe_exports(&image, AT, "t", &error), SIM_OK);
    CU_ASSERT_EQUAL_FATAL(image.named_exports, 2);
    CU_ASSERT_STRING_EQUAL(image.named_export[0].name, "close");
    CU_ASSERT_EQUAL(image.named_export[0].ordinal, 9);
    CU_ASSERT_EQUAL(image.named_export[0].address, 0x82001020);
    CU_ASSERT_STRING_EQUAL(image.named_export[1].name, "open");
    CU_ASSERT_EQUAL(image.named_export[1].ordinal, 7);
    CU_ASSERT_EQUAL(image.named_export[1].address, 0x82001000);
    image_free(&image);
}

static void export_directories_are_checked(void)
{
    enum { AT = 0x2000 };
    static const struct {
        uint32_t directory, offset, value;
        const char *sentence;
    } wrong[] = {
        {SIZE - 39, 0, 0, "export directory"},
        {0xFFFFFFF0, 0, 0, "export directory"},
        {AT, 16, 0xFFFE, "ordinal of an export: 2 "},
        {AT, 20, 2, "ordinal of an export: 2 "},
        {AT, 20, 0x40000000, "number of exports: 40000000"},
        {AT, 24, 0x10000, "number of exports with names"},
        {AT, 28, 0xFFFFFFFC, "number of exports: 3"},
        {AT, 32, SIZE - AT - 7, "number of exports with names: 2"},
        {AT, 36, SIZE - AT - 3, "number of exports with names: 2"},
        {AT, 56, SIZE - AT, "offset of an export's name"},
        {AT, 56, 0x1000, "offset of an export's name"}, /* noise that does not end */
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct image image = new_image();
        struct sim_error error;
        memset(image.bytes + 0x3000, 'x', SIZE - 0x3000);
        put_exports(image.bytes + AT);
        put32_le(image.bytes + AT + wrong[i].offset, wrong[i].value);
        CU_ASSERT_EQUAL(pe_exports(&image, wrong[i].directory, "t", &error), SIM_BAD_INPUT);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, wrong[i].sentence));
        image_free(&image);
    }
}

void test_pe(void)
{
    CU_pSuite suite = CU_add_suite("hle/pe", NULL, NULL);
    CU_add_test(suite, "sections are found, and cut off where the image ends", sections_are_found);
    CU_add_test(suite, "what is no PE has no sections", what_is_no_pe_has_none);
    CU_add_test(suite, "headers lie within the image", headers_lie_within_the_image);
    CU_add_test(suite, "exports have names", exports_have_names);
    CU_add_test(suite, "export directories are checked", export_directories_are_checked);
    CU_add_test(suite, "other machines are refused", other_machines_are_refused);
}
