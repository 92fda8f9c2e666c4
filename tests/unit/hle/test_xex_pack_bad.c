/* What cannot be packed is refused with a sentence. */
#include "tests/support/corpus.h"
#include "tests/support/pack_program.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <string.h>

int fuzz_xex_pack(const uint8_t *data, size_t size);

static struct program program; /* too large for a stack */

static bool refused(const struct xex_pack_options *options, enum sim_status expected, const char *sentence)
{
    struct trip trip;
    program_write(&program);
    enum sim_status status = trip_pack(&trip, program.file, program.size, options);
    trip_drop(&trip);
    free(program.file);
    program.file = NULL;
    if (status == expected && strstr(trip.error.text, sentence) != NULL &&
        strncmp(trip.error.text, "dir/t.elf: ", 11) == 0)
        return true;
    fprintf(stderr, "    status %d, not '%s' but: %s\n", status, sentence, trip.error.text);
    return false;
}

static void options_that_cannot_be(void)
{
    static const uint8_t bytes[8];
    const struct xex_pack_resource twice[] = {{"A", bytes, 1}, {"A", bytes, 1}}, long_name = {"123456789", bytes, 1},
                                   empty = {"A", bytes, 0};
    const struct xex_pack_header short_header = {0x00028002, bytes, 4}, own = {0x00010100, bytes, 4};
    const struct xex_pack_import lost = {"xam", 1, true, "lost", 0}, outside = {"xam", 1, false, NULL, 0x82050000},
                                 odd = {"xam", 1, false, NULL, 0x82020002},
                                 in_data = {"xam", 1, true, NULL, 0x82030010},
                                 taken = {"xam", 1, false, NULL, 0x8201020C},
                                 nameless = {"", 1, false, NULL, 0x82020000};
    const struct xex_pack_export gone = {1, "gone", 0}, far = {1, NULL, 0x82050000},
                                 many_exports[] = {{1, NULL, 0x82010000}, {0x8000, NULL, 0x82010000}},
                                 same[] = {{1, NULL, 0x82010000}, {1, NULL, 0x82010004}};
    const struct {
        struct xex_pack_options options;
        enum sim_status status;
        const char *sentence;
    } wrong[] = {
        {{.page_size = 0x1000}, SIM_USAGE, "pages of 4 KiB"},
        {{.page_size = 0x2000}, SIM_USAGE, "pages of 0x2000 bytes"},
        {{.window_bits = 14}, SIM_USAGE, "window of 2^14"},
        {{.window_bits = 22}, SIM_USAGE, "window of 2^22"},
        {{.compression = XEX_DELTA}, SIM_USAGE, "patches"},
        {{.entry = 0x82030000}, SIM_BAD_INPUT, "entry point 82030000"},
        {{.entry = 0x82010002}, SIM_BAD_INPUT, "entry point 82010002"},
        {{.entry = 0x81000000}, SIM_BAD_INPUT, "entry point 81000000"},
        {{.image_size_max = 0x40000}, SIM_BAD_INPUT, "0x40000 "},
        {{.resource = twice, .resources = 2}, SIM_USAGE, "resource A is given twice"},
        {{.resource = &long_name, .resources = 1}, SIM_USAGE, "resource '123456789'"},
        {{.resource = &empty, .resources = 1}, SIM_USAGE, "resource 'A'"},
        {{.header = &short_header, .headers = 1}, SIM_USAGE, "00028002: 4 bytes"},
        {{.header = &own, .headers = 1}, SIM_USAGE, "00010100 is there twice"},
        {{.import = &lost, .imports = 1}, SIM_BAD_INPUT, "no symbol lost"},
        {{.import = &outside, .imports = 1}, SIM_BAD_INPUT, "at 82050000"},
        {{.import = &odd, .imports = 1}, SIM_BAD_INPUT, "at 82020002"},
        {{.import = &in_data, .imports = 1}, SIM_BAD_INPUT, "at 82030010"},
        {{.import = &taken, .imports = 1}, SIM_BAD_INPUT, "another import's"},
        {{.import = &nameless, .imports = 1}, SIM_BAD_INPUT, "library's name"},
        {{.export = &gone, .exports = 1}, SIM_BAD_INPUT, "no symbol gone"},
        {{.export = &far, .exports = 1}, SIM_BAD_INPUT, "export 0x1 at 82050000"},
        {{.export = many_exports, .exports = 2}, SIM_BAD_INPUT, "ordinals 1 to 32768"},
        {{.export = same, .exports = 2}, SIM_BAD_INPUT, "export 0x1 is there twice"},
    };
    program_make(&program, false, false);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CU_ASSERT(refused(&wrong[i].options, wrong[i].status, wrong[i].sentence));
}

static void programs_that_cannot_be(void)
{
    const struct xex_pack_options none = {0};
    program_make(&program, false, false);
    program.segment[2].address = 0x82011000; /* data in the code's page */
    program.segment[2].memory_size = DATA_SIZE;
    CU_ASSERT(refused(&none, SIM_BAD_INPUT, "would be written and executed"));
    program.segment[2].address = 0x82010100;
    CU_ASSERT(refused(&none, SIM_BAD_INPUT, "another segment"));
    program_make(&program, false, false);
    program.segment[0].address = 0x7FFF0000;
    CU_ASSERT(refused(&none, SIM_BAD_INPUT, "images lie within"));
    program_make(&program, false, false);
    program.segment[2].address = 0x90001000;
    CU_ASSERT(refused(&none, SIM_BAD_INPUT, "images lie within"));
    program_make(&program, true, false);
    program.segment[2].address = 0x9FFFF000;
    CU_ASSERT(refused(&none, SIM_BAD_INPUT, ""));
    program_make(&program, false, false);
    static const char *const names[] = {"__imp_xam",   "__imp_xam_", "__imp__1",   "__thunk_xam_65536", "__imp_xam_0x",
                                        "__imp_xam_z", "__export_",  "__export_x", "__export_0x10000"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        program.symbol[6].name = names[i];
        CU_ASSERT(refused(&none, SIM_BAD_INPUT, names[i]));
    }
}

/* A wrong byte anywhere, or an end anywhere: a title or a sentence, and never anything else. */
static void damaged_programs(void)
{
    const struct xex_pack_options options = {.image_size_max = 1 << 20};
    struct trip trip;
    for (unsigned wide = 0; wide < 2; wide++) {
        unsigned packed = 0, refusals = 0;
        program_make(&program, true, wide);
        program_write(&program);
        uint8_t *copy = malloc(program.size);
        for (size_t at = 0; at < 2 * program.size; at += at % program.size < 0x100 ? 1 : 7) {
            bool cut = at >= program.size;
            size_t size = cut ? at - program.size : program.size;
            memcpy(copy, program.file, size);
            if (!cut)
                copy[at] ^= (uint8_t)(1 << at % 8 | 0x80);
            uint8_t *exact = malloc(size + 1); /* of just this size, so that reading past it shows */
            memcpy(exact + 1, copy, size);
            if (trip_pack(&trip, exact + 1, size, &options) == SIM_OK) {
                packed++;
                trip_load(&trip);
            } else {
                refusals++;
                CU_ASSERT(trip.error.text[0] != '\0');
            }
            trip_drop(&trip);
            free(exact);
        }
        CU_ASSERT(packed > 100);
        CU_ASSERT(refusals > 100);
        free(copy);
    }
}

static void fuzzed_programs(void)
{
    CU_ASSERT(corpus_replay("xex_pack", fuzz_xex_pack) >= 5);
}

static int cleanup(void)
{
    program_free(&program);
    return 0;
}

void test_xex_pack_bad(void)
{
    CU_pSuite suite = CU_add_suite("hle/xex_pack_bad", NULL, cleanup);
    CU_add_test(suite, "options that cannot be", options_that_cannot_be);
    CU_add_test(suite, "programs that cannot be", programs_that_cannot_be);
    CU_add_test(suite, "damaged programs are packed or refused", damaged_programs);
    CU_add_test(suite, "what the fuzzer begins with, and what it found", fuzzed_programs);
}
