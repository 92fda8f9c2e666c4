/* XEX files, made by a writer of the tests' own, become the images that they were made from. */
#include "kernel-hle/loader/keys.h"
#include "kernel-hle/loader/xex.h"
#include "tests/support/xex_title.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <gmp.h>
#include <nettle/arcfour.h>
#include <nettle/sha1.h>

#include <stdlib.h>
#include <string.h>

static struct title title; /* too large for a stack */

/* One load: what went in and what came out. */
struct load {
    uint8_t *file;
    size_t size;
    struct xex_writer_places places;
    struct loader_keys keys;
    struct xex_options options;
    struct xex xex;
    struct image image;
    struct xex_report report;
    struct sim_error error;
};

static void write_title(struct load *load)
{
    *load = (struct load){.file = NULL};
    load->file = xex_writer(&title.writer, &load->size, &load->places);
    loader_keys_init(&load->keys);
}

static enum sim_status load_file(struct load *load)
{
    load->error.text[0] = '\0';
    enum sim_status status = xex_read(&load->xex, "t.xex", load->file, load->size, &load->error);
    if (status == SIM_OK)
        status = xex_load(&load->image, &load->xex, &load->keys, &load->options, &load->report, &load->error);
    return status;
}

static void drop(struct load *load)
{
    image_free(&load->image);
    free(load->file);
}

static bool says(const struct load *load, const char *what)
{
    if (strstr(load->error.text, what) != NULL)
        return true;
    fprintf(stderr, "    it says: %s\n", load->error.text);
    return false;
}

static void every_form_becomes_the_image(void)
{
    static const uint32_t block_sizes[] = {0, 0x8000, 0x9000, 0x28000};
    for (unsigned form = 0; form < 2 * 2 * 3 * 4; form++) {
        struct load load;
        title_make(&title, form & 1);
        title.writer.encryption = form / 2 % 2;
        title.writer.compression = form / 4 % 3;
        title.writer.block_size = block_sizes[form / 12];
        write_title(&load);
        CU_ASSERT_EQUAL(load_file(&load), SIM_OK);
        CU_ASSERT_STRING_EQUAL(load.error.text, "");
        CU_ASSERT_EQUAL_FATAL(load.image.size, TITLE_SIZE);
        CU_ASSERT_EQUAL(memcmp(load.image.bytes, title.image, TITLE_SIZE), 0);
        CU_ASSERT_EQUAL(load.report.pages, XEX_RIGHT);
        CU_ASSERT_EQUAL(load.report.header, XEX_RIGHT);
        CU_ASSERT_EQUAL(load.report.imports, XEX_RIGHT);
        CU_ASSERT_EQUAL(load.report.signature, XEX_NOT_CHECKED);
        CU_ASSERT_STRING_EQUAL(load.report.key, title.writer.encryption ? "development" : "");
        drop(&load);
    }
}

static void headers_become_fields(void)
{
    struct load load;
    title_make(&title, true);
    write_title(&load);
    CU_ASSERT_EQUAL_FATAL(load_file(&load), SIM_OK);
    const struct image *image = &load.image;
    CU_ASSERT_EQUAL(image->kind, IMAGE_XEX);
    CU_ASSERT_EQUAL(image->base, TITLE_BASE);
    CU_ASSERT_EQUAL(image->entry, TITLE_BASE + TITLE_ENTRY);
    CU_ASSERT_EQUAL(image->page_size, 0x1000);
    CU_ASSERT_EQUAL(image->stack_size, 0x40000);
    CU_ASSERT_EQUAL(image->heap_size, 0x100000);
    CU_ASSERT_EQUAL(image->workspace_size, 0x40000);
    CU_ASSERT_EQUAL(image->tls.slots, 64);
    CU_ASSERT_EQUAL(image->tls.address, TITLE_BASE + TITLE_TLS);
    CU_ASSERT_EQUAL(image->tls.size, 0x100);
    CU_ASSERT_EQUAL(image->tls.raw_size, TITLE_TLS_RAW);
    CU_ASSERT_EQUAL(image->system_flags, 0x80400001);
    CU_ASSERT_EQUAL(image->title_id, 0x4D5307E6);
    CU_ASSERT_EQUAL(image->media_id, 0x11223344);
    CU_ASSERT_EQUAL(image->version, 0x20076005);
    CU_ASSERT_EQUAL(image->base_version, 0x10000100);
    CU_ASSERT_EQUAL(image->module_flags, 1);
    CU_ASSERT_EQUAL(image->headers_size, load.places.headers_size);
    CU_ASSERT_EQUAL(memcmp(image->headers, load.file, image->headers_size), 0);

    static const struct image_pages pages[] = {
        {0x82000000, 0x10000, IMAGE_READ},
        {0x82010000, 0xA000, IMAGE_READ | IMAGE_EXECUTE},
        {0x8201A000, 0x6000, IMAGE_READ | IMAGE_EXECUTE},
        {0x82020000, 0xF000, IMAGE_READ | IMAGE_WRITE},
        {0x8202F000, 0x1000, IMAGE_READ | IMAGE_WRITE},
    };
    CU_ASSERT_EQUAL_FATAL(image->pages_count, 5);
    for (unsigned i = 0; i < 5; i++) {
        CU_ASSERT_EQUAL(image->pages[i].address, pages[i].address);
        CU_ASSERT_EQUAL(image->pages[i].size, pages[i].size);
        CU_ASSERT_EQUAL(image->pages[i].access, pages[i].access);
    }
    CU_ASSERT_EQUAL_FATAL(image->resources, 1);
    CU_ASSERT_STRING_EQUAL(image->resource[0].name, "4D5307E6");
    CU_ASSERT_EQUAL(image->resource[0].address, TITLE_BASE + TITLE_RESOURCE);
    CU_ASSERT_EQUAL(image->resource[0].size, TITLE_RESOURCE_SIZE);

    CU_ASSERT_EQUAL_FATAL(image->sections, 3);
    CU_ASSERT_STRING_EQUAL(image->section[1].name, ".text");
    CU_ASSERT_EQUAL(image->section[1].address, TITLE_BASE + 0x10000);
    CU_ASSERT_EQUAL(image->section[1].size, 0x10000);
    CU_ASSERT_EQUAL(image->section[0].access, IMAGE_READ);
    CU_ASSERT_EQUAL(image->section[1].access, IMAGE_READ | IMAGE_EXECUTE);
    CU_ASSERT_EQUAL(image->section[2].access, IMAGE_READ | IMAGE_WRITE);
    drop(&load);
}

static void imports_and_exports_are_found(void)
{
    static const struct image_export exports[] = {
        {100, TITLE_BASE + 0x11000}, {102, TITLE_BASE + 0x11008}, {103, TITLE_BASE + 0x1100C}};
    struct load load;
    title_make(&title, false);
    write_title(&load);
    CU_ASSERT_EQUAL_FATAL(load_file(&load), SIM_OK);
    CU_ASSERT_EQUAL_FATAL(load.image.libraries, 2);
    CU_ASSERT_STRING_EQUAL(load.image.library[0].name, "xboxkrnl.exe");
    CU_ASSERT_STRING_EQUAL(load.image.library[1].name, "xam.xex");
    CU_ASSERT_EQUAL(load.image.library[1].version, 0x20076100);
    CU_ASSERT_EQUAL(load.image.library[1].version_min, 0x20053400);
    CU_ASSERT_EQUAL_FATAL(load.image.imports, TITLE_IMPORTS);
    for (unsigned i = 0; i < TITLE_IMPORTS; i++) {
        CU_ASSERT_EQUAL(load.image.import[i].library, title_import[i].library);
        CU_ASSERT_EQUAL(load.image.import[i].ordinal, title_import[i].ordinal);
        CU_ASSERT_EQUAL(load.image.import[i].thunk, title_import[i].thunk);
        CU_ASSERT_EQUAL(load.image.import[i].address, TITLE_BASE + title_import[i].offset);
    }
    CU_ASSERT_EQUAL_FATAL(load.image.exports, 3); /* one ordinal is nobody's */
    for (unsigned i = 0; i < 3; i++) {
        CU_ASSERT_EQUAL(load.image.export[i].ordinal, exports[i].ordinal);
        CU_ASSERT_EQUAL(load.image.export[i].address, exports[i].address);
    }
    drop(&load);
}

/* The header says where in the image a PE's export directory lies. */
static void named_exports_are_found(void)
{
    static const uint8_t place[] = {0, 2, 0x80, 0, 0, 0, 0, 0x40};
    const struct xex_writer_header header[] = {{0x00E10402, 0, place, sizeof place}};
    struct load load;
    title_make(&title, false);
    title.writer.header = header;
    title.writer.headers = 1;
    uint8_t *directory = title.image + 0x28000;
    memset(directory, 0, 0x40);
    for (unsigned i = 0; i < 2; i++)
        put32_le(directory + 20 + 4 * i, 1);
    for (unsigned i = 0; i < 3; i++)
        put32_le(directory + 28 + 4 * i, 40 + 4 * i);
    put32_le(directory + 40, 0x11020);
    put32_le(directory + 44, 52);
    memcpy(directory + 52, "draw", 5);
    write_title(&load);
    CU_ASSERT_EQUAL_FATAL(load_file(&load), SIM_OK);
    CU_ASSERT_EQUAL(load.image.exports, 3);
    CU_ASSERT_EQUAL_FATAL(load.image.named_exports, 1);
    CU_ASSERT_STRING_EQUAL(load.image.named_export[0].name, "draw");
    CU_ASSERT_EQUAL(load.image.named_export[0].address, TITLE_BASE + 0x11020);
    drop(&load);
}

/* The user's keys are tried before the built-in one. */
static void the_key_that_fits_is_found(void)
{
    static const char text[] = "first = 00112233445566778899aabbccddeeff\n"
                               "right = 0F1E2D3C4B5A69788796A5B4C3D2E1F0\n";
    static const uint8_t right[16] = {0x0F, 0x1E, 0x2D, 0x3C, 0x4B, 0x5A, 0x69, 0x78,
                                      0x87, 0x96, 0xA5, 0xB4, 0xC3, 0xD2, 0xE1, 0xF0};
    for (unsigned compression = 0; compression < 3; compression++) {
        struct load load;
        title_make(&title, false);
        title.writer.encryption = 1;
        title.writer.compression = compression;
        memcpy(title.writer.wrapping_key, right, sizeof right);
        write_title(&load);
        CU_ASSERT_EQUAL(load_file(&load), SIM_BAD_INPUT);
        CU_ASSERT(says(&load, "none of the 1 keys at hand fits"));
        CU_ASSERT(says(&load, "t.xex: 0x"));
        CU_ASSERT_PTR_NULL(strstr(load.error.text, "0f1e"));
        image_free(&load.image);
        CU_ASSERT_EQUAL(loader_keys_parse(&load.keys, "keys", text, strlen(text), &load.error), SIM_OK);
        CU_ASSERT_EQUAL(load_file(&load), SIM_OK);
        CU_ASSERT_STRING_EQUAL(load.report.key, "right");
        CU_ASSERT_EQUAL(memcmp(load.image.bytes, title.image, TITLE_SIZE), 0);
        drop(&load);
    }
}

static void wrong_digests_are_seen(void)
{
    struct load load;
    title_make(&title, false);

    write_title(&load); /* a bit of the second run */
    load.file[load.places.headers_size + 0x15000] ^= 1;
    CU_ASSERT_EQUAL(load_file(&load), SIM_BAD_INPUT);
    CU_ASSERT(says(&load, "page descriptor 1: the SHA-1 of the image from 82010000 to 8201ffff"));
    image_free(&load.image);
    load.options.no_verify = true;
    CU_ASSERT_EQUAL(load_file(&load), SIM_OK);
    CU_ASSERT_EQUAL(load.report.pages, XEX_WRONG);
    CU_ASSERT_EQUAL(load.report.header, XEX_RIGHT);
    drop(&load);

    write_title(&load); /* of the headers: the media types, behind the signed part */
    load.file[load.places.security + 0x17F] ^= 1;
    CU_ASSERT_EQUAL(load_file(&load), SIM_OK);
    CU_ASSERT_EQUAL(load.report.header, XEX_WRONG);
    CU_ASSERT_EQUAL(load.report.imports, XEX_RIGHT);
    drop(&load);

    write_title(&load); /* of the second import library's version */
    uint32_t names = get32(load.file + load.places.imports + 4);
    uint32_t second = load.places.imports + 12 + names + 0x28 + 12;
    load.file[second + 0x1F] ^= 1;
    CU_ASSERT_EQUAL(load_file(&load), SIM_OK);
    CU_ASSERT_EQUAL(load.report.imports, XEX_WRONG);
    drop(&load);

    write_title(&load); /* a library too few */
    put32(load.file + load.places.security + 0x128, 3);
    CU_ASSERT_EQUAL(load_file(&load), SIM_OK);
    CU_ASSERT_EQUAL(load.report.imports, XEX_WRONG);
    drop(&load);

    title.writer.compression = 2; /* of the second block of LZX */
    write_title(&load);
    load.file[load.places.headers_size + 0x8100 * 2 + 0x100] ^= 1;
    CU_ASSERT_EQUAL(load_file(&load), SIM_BAD_INPUT);
    CU_ASSERT(says(&load, "LZX block: its SHA-1 is not"));
    drop(&load);
}

/* ---- signatures ---- */

static void prime(mpz_t p, unsigned long seed)
{
    gmp_randstate_t random;
    gmp_randinit_mt(random);
    gmp_randseed_ui(random, seed);
    do {
        mpz_urandomb(p, random, 1024);
        mpz_setbit(p, 1023);
        mpz_setbit(p, 1022);
        mpz_nextprime(p, p);
    } while (mpz_fdiv_ui(p, 3) == 1); /* 3 has an inverse */
    gmp_randclear(random);
}

/* The block to be signed, from the description: the sum in 256-bit steps of its own. */
static void make_block(uint8_t block[256], const uint8_t *bytes, size_t size, const char *salt)
{
    mpz_t sum[4], word, wrap;
    uint8_t d[32], inverse[32], digest[20], inner[20];
    mpz_inits(sum[0], sum[1], sum[2], sum[3], word, wrap, NULL);
    mpz_setbit(wrap, 64);
    for (size_t i = 0; i < size / 8; i++) {
        mpz_import(word, 8, 1, 1, 1, 0, bytes + 8 * i);
        mpz_add(sum[1], sum[1], word);
        if (mpz_cmp(sum[1], wrap) >= 0)
            mpz_add_ui(sum[0], sum[0], 1);
        mpz_fdiv_r_2exp(sum[1], sum[1], 64);
        mpz_sub(sum[3], sum[3], word);
        if (mpz_sgn(sum[3]) < 0)
            mpz_sub_ui(sum[2], sum[2], 1);
        mpz_fdiv_r_2exp(sum[3], sum[3], 64);
        for (unsigned k = 1; k < 4; k += 2) { /* rotations by 29 and 31 */
            mpz_mul_2exp(sum[k], sum[k], k == 1 ? 29 : 31);
            mpz_fdiv_q_2exp(word, sum[k], 64);
            mpz_fdiv_r_2exp(sum[k], sum[k], 64);
            mpz_add(sum[k], sum[k], word);
        }
    }
    memset(d, 0, sizeof d);
    for (unsigned k = 0; k < 4; k++) {
        mpz_fdiv_r_2exp(sum[k], sum[k], 64);
        size_t count = (mpz_sizeinbase(sum[k], 256));
        if (mpz_sgn(sum[k]) != 0)
            mpz_export(d + 8 * k + 8 - count, NULL, 1, 1, 1, 0, sum[k]);
    }
    mpz_clears(sum[0], sum[1], sum[2], sum[3], word, wrap, NULL);
    for (unsigned i = 0; i < 32; i++)
        inverse[i] = d[i] ^ 0xFF;
    struct sha1_ctx sha;
    sha1_init(&sha);
    sha1_update(&sha, 32, d);
    sha1_update(&sha, 32, d);
    sha1_update(&sha, size, bytes);
    sha1_update(&sha, 32, inverse);
    sha1_update(&sha, 32, inverse);
    sha1_digest(&sha, 20, digest);

    static const uint8_t zeros[8];
    sha1_init(&sha);
    sha1_update(&sha, 8, zeros);
    sha1_update(&sha, 20, digest);
    sha1_update(&sha, 10, (const uint8_t *)salt);
    sha1_digest(&sha, 20, inner);
    memset(block, 0, 256);
    block[224] = 1;
    memcpy(block + 225, salt, 10);
    memcpy(block + 235, inner, 20);
    block[255] = 0xBC;
    struct arcfour_ctx rc4;
    arcfour_set_key(&rc4, 20, inner);
    arcfour_crypt(&rc4, 235, block, block);
    block[0] &= 0x7F;
}

static void sign(struct load *load, unsigned long exponent, bool montgomery, const char *salt)
{
    mpz_t p, q, n, phi, d, m, s;
    uint8_t block[256], *security = load->file + load->places.security;
    mpz_inits(p, q, n, phi, d, m, s, NULL);
    prime(p, 1);
    prime(q, 2);
    mpz_mul(n, p, q);
    mpz_sub_ui(p, p, 1);
    mpz_sub_ui(q, q, 1);
    mpz_mul(phi, p, q);
    mpz_set_ui(d, exponent);
    CU_ASSERT_NOT_EQUAL_FATAL(mpz_invert(d, d, phi), 0);

    make_block(block, security + 0x108, 0x74, salt);
    mpz_import(m, 256, 1, 1, 1, 0, block);
    if (montgomery) {
        mpz_set_ui(s, 1);
        mpz_mul_2exp(s, s, 2048 * (exponent - 1));
        mpz_mul(m, m, s);
        mpz_mod(m, m, n);
    }
    mpz_powm(s, m, d, n);
    for (unsigned i = 0; i < 32; i++) { /* digits of 64 bits, the least significant one first */
        uint64_t digit = 0;
        for (unsigned bit = 0; bit < 64; bit++)
            digit |= (uint64_t)mpz_tstbit(s, 64 * i + bit) << bit;
        put64(security + 8 + 8 * i, digit);
    }
    load->keys.moduli = 2;
    memset(load->keys.modulus[0].bytes, 0xFF, 256);
    strcpy(load->keys.modulus[0].name, "another");
    strcpy(load->keys.modulus[1].name, "the signer");
    mpz_export(load->keys.modulus[1].bytes, NULL, 1, 1, 1, 0, n);
    mpz_clears(p, q, n, phi, d, m, s, NULL);
}

static void signatures_are_verified(void)
{
    static const struct {
        unsigned long exponent;
        bool montgomery;
        const char *salt;
    } way[] = {
        {3, false, "XBOX360XEX"}, {65537, false, "XBOX360XEX"}, {3, true, "XBOX360XEX"}, {3, false, "XBOX360REV"}};
    title_make(&title, false);
    for (unsigned i = 0; i < sizeof way / sizeof *way; i++) {
        struct load load;
        write_title(&load);
        sign(&load, way[i].exponent, way[i].montgomery, way[i].salt);
        CU_ASSERT_EQUAL(load_file(&load), SIM_OK);
        CU_ASSERT_EQUAL(load.report.signature, XEX_RIGHT);
        CU_ASSERT_STRING_EQUAL(load.report.signed_by, "the signer");
        CU_ASSERT_EQUAL(load.report.header, XEX_RIGHT);
        image_free(&load.image);
        load.file[load.places.security + 0x17B] ^= 1; /* the region: signed */
        CU_ASSERT_EQUAL(load_file(&load), SIM_OK);
        CU_ASSERT_EQUAL(load.report.signature, XEX_WRONG);
        CU_ASSERT_STRING_EQUAL(load.report.signed_by, "");
        image_free(&load.image);
        load.file[load.places.security + 0x17B] ^= 1;
        load.file[load.places.security + 0x20] ^= 1; /* the signature itself */
        CU_ASSERT_EQUAL(load_file(&load), SIM_OK);
        CU_ASSERT_EQUAL(load.report.signature, XEX_WRONG);
        drop(&load);
    }
}

/* ---- other kinds ---- */

static void xex1_loads(void)
{
    for (unsigned form = 0; form < 6; form++) {
        struct load load;
        title_make(&title, form & 1);
        title.writer.xex1 = true;
        title.writer.encryption = 1;
        title.writer.compression = form / 2;
        write_title(&load);
        CU_ASSERT_EQUAL(load_file(&load), SIM_OK);
        CU_ASSERT(load.xex.xex1);
        CU_ASSERT_EQUAL(load.image.base, TITLE_BASE);
        CU_ASSERT_EQUAL(load.image.page_size, form & 1 ? 0x1000 : 0x10000);
        CU_ASSERT_EQUAL(memcmp(load.image.bytes, title.image, TITLE_SIZE), 0);
        CU_ASSERT_EQUAL(load.image.exports, 3);
        CU_ASSERT_EQUAL(load.image.imports, TITLE_IMPORTS);
        CU_ASSERT_EQUAL(load.report.pages, XEX_NOT_CHECKED);
        drop(&load);
    }
}

static void dlls_and_bare_modules_load(void)
{
    struct load load;
    title_make(&title, false);
    title.writer.module_flags = 0x09;
    title.writer.headers = 0; /* no entry point, no base address: that of the security info holds */
    title.writer.libraries = 0;
    title.writer.export_table = 0;
    write_title(&load);
    CU_ASSERT_EQUAL(load_file(&load), SIM_OK);
    CU_ASSERT_EQUAL(load.image.module_flags, XEX_MODULE_TITLE | XEX_MODULE_DLL);
    CU_ASSERT_EQUAL(load.image.entry, 0);
    CU_ASSERT_EQUAL(load.image.base, TITLE_BASE);
    CU_ASSERT_EQUAL(load.image.libraries + load.image.exports + load.image.resources, 0);
    CU_ASSERT_EQUAL(load.report.imports, XEX_NOT_CHECKED);
    drop(&load);
}

static void patches_name_their_base(void)
{
    static const uint8_t patch[0x48] = {[8] = 0xAB, [9] = 0xCD, [27] = 0xEF}; /* behind the size: 0x0C is 8 */
    const struct xex_writer_header header[] = {{0x000005FF, 0, patch, sizeof patch}};
    struct load load;
    title_make(&title, false);
    title.writer.module_flags = 0x50;
    title.writer.header = header;
    title.writer.headers = 1;
    write_title(&load);
    CU_ASSERT_EQUAL(load_file(&load), SIM_BAD_INPUT);
    CU_ASSERT(says(&load, "abcd0000000000000000000000000000000000ef"));
    CU_ASSERT(says(&load, "delta patch"));
    drop(&load);
}

static void stop_after(void *context, uint64_t done, uint64_t total)
{
    (void)total;
    if (done >= 0x100000)
        *(volatile sig_atomic_t *)context = 1;
}

static void work_can_be_stopped(void)
{
    enum { SIZE = 0x400000 };
    static const struct xex_writer_run run[] = {{SIZE / 0x10000, 2}};
    uint8_t *image = calloc(1, SIZE);
    volatile sig_atomic_t stop = 0;
    struct load load;
    CU_ASSERT_PTR_NOT_NULL_FATAL(image);
    title_make(&title, false);
    title.writer = (struct xex_writer){
        .base = TITLE_BASE, .image = image, .image_size = SIZE, .run = run, .runs = 1, .compression = 2};
    write_title(&load);
    load.options.work = (struct loader_work){stop_after, (void *)&stop, &stop};
    CU_ASSERT_EQUAL(load_file(&load), SIM_HOST);
    CU_ASSERT(says(&load, "interrupted"));
    drop(&load);
    free(image);
}

void test_xex(void)
{
    CU_pSuite suite = CU_add_suite("hle/xex", NULL, NULL);
    CU_add_test(suite, "every compression, encryption, page and block size becomes the same image",
                every_form_becomes_the_image);
    CU_add_test(suite, "headers become the image's fields", headers_become_fields);
    CU_add_test(suite, "imports and exports are found by ordinal", imports_and_exports_are_found);
    CU_add_test(suite, "exports with names are found", named_exports_are_found);
    CU_add_test(suite, "the user's keys are tried, then the built-in one", the_key_that_fits_is_found);
    CU_add_test(suite, "wrong digests are errors of the image and reports of the headers", wrong_digests_are_seen);
    CU_add_test(suite, "signatures are verified in both forms", signatures_are_verified);
    CU_add_test(suite, "XEX1 loads", xex1_loads);
    CU_add_test(suite, "DLLs and modules without any optional header load", dlls_and_bare_modules_load);
    CU_add_test(suite, "delta patches are refused with the base that they need", patches_name_their_base);
    CU_add_test(suite, "long work can be stopped", work_can_be_stopped);
}
