/* Programs become XEX files, and the same programs come out of them. */
#include "kernel-hle/loader/bytes.h"
#include "tests/support/pack_program.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <string.h>

static struct program program; /* too large for a stack */

static bool the_same_image(const struct program *p, const struct image *image)
{
    return image->base == p->base && image->size == PAGES * p->page &&
           memcmp(image->bytes + p->page, p->image + p->page, (PAGES - 1) * p->page) == 0;
}

static void every_form_comes_back(void)
{
    for (unsigned form = 0; form < 3 * 2 * 2 * 2; form++) {
        const struct xex_pack_options options = {
            .compression = form % 3, .encryption = form / 3 % 2, .window_bits = 15 + form % 7};
        struct trip trip, again;
        program_make(&program, form / 6 % 2, form / 12);
        program_link(&program);
        program_write(&program);
        CU_ASSERT_EQUAL_FATAL(trip_pack(&trip, program.file, program.size, &options), SIM_OK);
        trip_load(&trip);
        CU_ASSERT(the_same_image(&program, &trip.image));
        CU_ASSERT_EQUAL(trip.report.pages, XEX_RIGHT);
        CU_ASSERT_EQUAL(trip.report.header, XEX_RIGHT);
        CU_ASSERT_EQUAL(trip.report.imports, XEX_RIGHT);
        CU_ASSERT_STRING_EQUAL(trip.report.key, form / 3 % 2 ? "development" : "");
        CU_ASSERT_EQUAL(trip_pack(&again, program.file, program.size, &options), SIM_OK);
        CU_ASSERT_EQUAL(again.packed.size, trip.packed.size);
        CU_ASSERT(memcmp(again.packed.bytes, trip.packed.bytes, trip.packed.size) == 0);
        trip_drop(&trip);
        trip_drop(&again);
    }
}

/* Incompressible and zero images of many sizes, so that blocks and chunks end everywhere. */
static void sizes_of_all_kinds(void)
{
    enum { MOST = 0x50000 };
    uint8_t *bytes = calloc(MOST, 1);
    uint64_t state = 1;
    for (uint32_t i = 0; i < MOST; i++) {
        state = state * UINT64_C(6364136223846793005) + 1;
        bytes[i] = i < 0x28000 || i >= 0x40000 ? (uint8_t)(state >> 56) : 0;
    }
    for (uint32_t size = 1; size <= MOST; size += 0x3FFB)
        for (unsigned form = 0; form < 6; form++) {
            const struct xex_pack_options options = {
                .compression = form % 3, .encryption = form / 3, .page_size = 0x1000, .zero_size = form * 5};
            struct trip trip;
            CU_ASSERT_EQUAL_FATAL(trip_pack(&trip, bytes, size, &options), SIM_OK);
            trip_load(&trip);
            CU_ASSERT_EQUAL(trip.image.size, 0x1000 + ((size + form * 5 + 0xFFF) & ~UINT32_C(0xFFF)));
            CU_ASSERT(memcmp(trip.image.bytes + 0x1000, bytes, size) == 0);
            trip_drop(&trip);
        }
    free(bytes);
}

static void modules_export(void)
{
    static const struct xex_pack_export exports[] = {{12, "named", 0}, {9, NULL, 0x92001040}};
    const struct xex_pack_options options = {.dll = true, .export = exports, .exports = 2};
    struct trip trip;
    program_make(&program, true, false);
    program.symbol[7] = (struct elf_writer_symbol){"__export_0xB", 0x92001080, false};
    program_write(&program);
    CU_ASSERT_EQUAL_FATAL(trip_pack(&trip, program.file, program.size, &options), SIM_OK);
    trip_load(&trip);
    CU_ASSERT_EQUAL(trip.image.module_flags, XEX_MODULE_DLL);
    CU_ASSERT_STRING_EQUAL((const char *)xex_find(&trip.xex, XEX_KEY_PE_NAME)->data + 4, "t.dll");
    static const struct image_export expected[] = {{9, 0x92001040}, {11, 0x92001080}, {12, 0x92003008}};
    CU_ASSERT_EQUAL_FATAL(trip.image.exports, 3);
    for (unsigned i = 0; i < 3; i++) {
        CU_ASSERT_EQUAL(trip.image.export[i].ordinal, expected[i].ordinal);
        CU_ASSERT_EQUAL(trip.image.export[i].address, expected[i].address);
    }
    trip_drop(&trip);
}

/* Two symbols say where the table of functions lies: a directory of the PE says it to whoever looks for handlers. */
static void functions_have_a_table(void)
{
    struct trip trip;
    program_make(&program, true, false);
    program.symbol[6] = (struct elf_writer_symbol){"__functions_begin", 0x92001040, false};
    program.symbol[7] = (struct elf_writer_symbol){"__functions_end", 0x92001058, false};
    program_write(&program);
    CU_ASSERT_EQUAL_FATAL(trip_pack(&trip, program.file, program.size, &(struct xex_pack_options){0}), SIM_OK);
    trip_load(&trip);
    const uint8_t *directory = trip.image.bytes + bytes_le32(trip.image.bytes + 0x3C) + 24 + 96 + 3 * 8;
    CU_ASSERT_EQUAL(bytes_le32(directory), 0x92001040 - trip.image.base);
    CU_ASSERT_EQUAL(bytes_le32(directory + 4), 0x18);
    trip_drop(&trip);
    static const uint32_t ends[] = {0x92001054, 0x92001038, 0x93000000, 0};
    for (unsigned i = 0; i < sizeof ends / sizeof *ends; i++) {
        program.symbol[7].address = ends[i];
        program_write(&program);
        CU_ASSERT_EQUAL(trip_pack(&trip, program.file, program.size, &(struct xex_pack_options){0}), SIM_BAD_INPUT);
        CU_ASSERT_PTR_NOT_NULL(strstr(trip.error.text, "__functions_begin 92001040, __functions_end "));
        trip_drop(&trip);
    }
}

/* Out of a title comes its PE, and a title of that has the same image. */
static void a_pe_comes_back(void)
{
    struct trip first, second;
    program_make(&program, false, true);
    program_write(&program);
    CU_ASSERT_EQUAL_FATAL(trip_pack(&first, program.file, program.size, &(struct xex_pack_options){0}), SIM_OK);
    trip_load(&first);
    CU_ASSERT_EQUAL_FATAL(
        trip_pack(&second, first.image.bytes, first.image.size, &(struct xex_pack_options){.compression = XEX_LZX}),
        SIM_OK);
    trip_load(&second);
    CU_ASSERT_EQUAL(second.image.entry, first.image.entry);
    CU_ASSERT_EQUAL_FATAL(second.image.size, first.image.size);
    CU_ASSERT(memcmp(second.image.bytes, first.image.bytes, first.image.size) == 0);
    CU_ASSERT_EQUAL_FATAL(second.image.pages_count, first.image.pages_count);
    for (size_t i = 0; i < first.image.pages_count; i++) {
        CU_ASSERT_EQUAL(second.image.pages[i].size, first.image.pages[i].size);
        CU_ASSERT_EQUAL(second.image.pages[i].access, first.image.pages[i].access);
    }
    trip_drop(&first);
    trip_drop(&second);
}

static void plain_bytes(void)
{
    uint8_t bytes[0x3000];
    struct trip trip;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 7 + i / 256);
    const struct xex_pack_options options = {
        .page_size = 0x1000, .load_address = 0x92345000, .data_address = 0x92347000, .zero_size = 0x1800};
    CU_ASSERT_EQUAL_FATAL(trip_pack(&trip, bytes, sizeof bytes, &options), SIM_OK);
    trip_load(&trip);
    static const struct image_pages pages[] = {{0x92344000, 0x1000, IMAGE_READ},
                                               {0x92345000, 0x2000, IMAGE_READ | IMAGE_EXECUTE},
                                               {0x92347000, 0x3000, IMAGE_READ | IMAGE_WRITE}};
    CU_ASSERT_EQUAL(trip.image.entry, 0x92345000);
    CU_ASSERT_EQUAL_FATAL(trip.image.pages_count, 3);
    for (unsigned i = 0; i < 3; i++) {
        CU_ASSERT_EQUAL(trip.image.pages[i].address, pages[i].address);
        CU_ASSERT_EQUAL(trip.image.pages[i].size, pages[i].size);
        CU_ASSERT_EQUAL(trip.image.pages[i].access, pages[i].access);
    }
    CU_ASSERT(memcmp(trip.image.bytes + 0x1000, bytes, sizeof bytes) == 0);
    for (unsigned i = 0x4000; i < 0x6000; i++)
        CU_ASSERT_EQUAL(trip.image.bytes[i], 0);
    trip_drop(&trip);
}

static int cleanup(void)
{
    program_free(&program);
    return 0;
}

void test_xex_pack(void)
{
    CU_pSuite suite = CU_add_suite("hle/xex_pack", NULL, cleanup);
    CU_add_test(suite, "every compression, encryption, page size and ELF comes back byte for byte",
                every_form_comes_back);
    CU_add_test(suite, "images of many sizes come back", sizes_of_all_kinds);
    CU_add_test(suite, "modules export by ordinal", modules_export);
    CU_add_test(suite, "functions have a table", functions_have_a_table);
    CU_add_test(suite, "a PE out of a title becomes the same title", a_pe_comes_back);
    CU_add_test(suite, "plain bytes: code, data, zeros", plain_bytes);
}
