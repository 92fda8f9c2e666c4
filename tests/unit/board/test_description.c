/* Board descriptions: the two boards as the sources have them, relations against rational arithmetic in GMP, and what
 * is wrong with wrong files. */
#include "board/builtin.h"
#include "board/description.h"
#include "models/membus/timing.h"
#include "models/xenon/core/timing.h"
#include "tests/support/corpus.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <gmp.h>
#include <nettle/sha2.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD "schema cycle360-board 1\n"
#define BASE HEAD "base retail\n"

int fuzz_board(const uint8_t *data, size_t size);

static enum sim_status parse(struct board_description *board, const char *text, struct sim_error *error)
{
    return board_description_parse(board, "test", text, strlen(text), error);
}

static bool is_hz(struct board_frequency hz, uint64_t numerator, uint64_t denominator)
{
    return hz.numerator == numerator && hz.denominator == denominator;
}

static void retail(void)
{
    struct board_description b;
    CU_ASSERT_EQUAL_FATAL(board_description_load(&b, "retail", NULL, 0, NULL), SIM_OK);
    CU_ASSERT(is_hz(b.clock_reference, 100000000, 1));
    CU_ASSERT(is_hz(b.clock_core, 3200000000, 1));
    CU_ASSERT(is_hz(b.clock_timebase, 50000000, 1));
    CU_ASSERT(is_hz(b.clock_l2, 1600000000, 1));
    CU_ASSERT(is_hz(b.clock_fsb_cpu, 1350000000, 1));
    CU_ASSERT(is_hz(b.clock_fsb_gpu, 675000000, 1));
    CU_ASSERT(is_hz(b.clock_gpu, 500000000, 1));
    CU_ASSERT(is_hz(b.clock_memory, 700000000, 1));
    CU_ASSERT(is_hz(b.clock_edram_link, 1800000000, 1));
    CU_ASSERT_EQUAL(b.memory_size, 536870912);
    CU_ASSERT_STRING_EQUAL(board_key_choice(BOARD_KEY_display_mode, (unsigned)b.display_mode), "hdmi-720p");
    CU_ASSERT_STRING_EQUAL(board_key_choice(BOARD_KEY_display_rate, (unsigned)b.display_rate), "ntsc");
    CU_ASSERT_EQUAL(b.latency_gpu_request, 800000);
    CU_ASSERT_EQUAL(b.latency_gpu_reply, 800000);
    CU_ASSERT_EQUAL(b.latency_display_interrupt, 3500000);
    CU_ASSERT_EQUAL(b.latency_interrupt_line, 160);
    CU_ASSERT_EQUAL(b.latency_ipi, 500000);
    CU_ASSERT_EQUAL(b.run_stop_latency, 100000000);
    CU_ASSERT_EQUAL(b.seed_cache, 0x360);
    /* 350 ns and 160 clocks of 0.3125 ns: within the 300 to 500 ns that are assumed from the GPU to a thread. */
    CU_ASSERT_EQUAL(b.latency_display_interrupt + b.latency_interrupt_line * 3125, 4000000);
}

static void retail_9975(void)
{
    struct board_description b;
    CU_ASSERT_EQUAL_FATAL(board_description_load(&b, "retail-9975", NULL, 0, NULL), SIM_OK);
    CU_ASSERT(is_hz(b.clock_reference, 99750000, 1));
    CU_ASSERT(is_hz(b.clock_core, 3192000000, 1));
    CU_ASSERT(is_hz(b.clock_timebase, 49875000, 1));
    CU_ASSERT(is_hz(b.clock_l2, 1596000000, 1));
    CU_ASSERT(is_hz(b.clock_fsb_cpu, 1346625000, 1));
    CU_ASSERT(is_hz(b.clock_fsb_gpu, 673312500, 1));
    CU_ASSERT(is_hz(b.clock_gpu, 498750000, 1));
    CU_ASSERT(is_hz(b.clock_memory, 698250000, 1));
    CU_ASSERT(is_hz(b.clock_edram_link, 1795500000, 1));
    CU_ASSERT_EQUAL(b.memory_size, 536870912);
}

/* The models' tables say what the retail board's file says again. */
static void models_tables(void)
{
    struct board_description b;
    CU_ASSERT_EQUAL_FATAL(board_description_load(&b, "retail", NULL, 0, NULL), SIM_OK);
#define TIMING(name, value, ...)              \
    CU_ASSERT_EQUAL(b.xenon_##name, (value)); \
    if (b.xenon_##name != (value))            \
        printf("    retail.board: xenon." #name "\n");
#include "models/xenon/core/timing.def"
#undef TIMING
#define MEMBUS(name, value, ...)               \
    CU_ASSERT_EQUAL(b.membus_##name, (value)); \
    if (b.membus_##name != (value))            \
        printf("    retail.board: membus." #name "\n");
#include "models/membus/timing.def"
#undef MEMBUS
}

static void builtin_and_file_are_the_same(void)
{
    for (size_t i = 0; board_builtin_name(i) != NULL; i++) {
        struct board_description builtin, file;
        char name[256], path[4096], a[BOARD_IDENTITY_TEXT], b[BOARD_IDENTITY_TEXT];
        snprintf(name, sizeof name, "board/%s.board", board_builtin_name(i));
        CU_ASSERT_EQUAL_FATAL(board_description_load(&builtin, board_builtin_name(i), NULL, 0, NULL), SIM_OK);
        CU_ASSERT_EQUAL_FATAL(board_description_load(&file, source_path(name, path), NULL, 0, NULL), SIM_OK);
        CU_ASSERT_STRING_EQUAL(board_description_identity(&builtin, a), board_description_identity(&file, b));
    }
}

/* What may be written, and what it comes to. */
static void values(void)
{
    static const struct {
        const char *line;
        enum board_key key;
        const char *value;
    } good[] = {
        {"clock.gpu = 3.2 GHz", BOARD_KEY_clock_gpu, "3.2 GHz"},
        {"clock.gpu=3200MHz", BOARD_KEY_clock_gpu, "3.2 GHz"},
        {"clock.gpu = 3200000000.000 Hz", BOARD_KEY_clock_gpu, "3.2 GHz"},
        {"clock.gpu = 0.0032 THz # fast", BOARD_KEY_clock_gpu, "3.2 GHz"},
        {"clock.gpu = 135/11 MHz", BOARD_KEY_clock_gpu, "135/11 MHz"},
        {"clock.gpu = 270 / 22 MHz", BOARD_KEY_clock_gpu, "135/11 MHz"},
        {"clock.gpu = 13.5/1.1 MHz", BOARD_KEY_clock_gpu, "135/11 MHz"},
        {"clock.gpu = 1/3 GHz", BOARD_KEY_clock_gpu, "1000/3 MHz"},
        {"clock.gpu = 100000001/3 Hz", BOARD_KEY_clock_gpu, "100000001/3 Hz"},
        {"clock.gpu = 1350000000/7 Hz * 2", BOARD_KEY_clock_gpu, "2700/7 MHz"},
        {"clock.gpu = core/64", BOARD_KEY_clock_gpu, "50 MHz"},
        {"clock.gpu = core * 1.5 / 64 / 3 * 2", BOARD_KEY_clock_gpu, "50 MHz"},
        {"clock.gpu = fsb_cpu / 7", BOARD_KEY_clock_gpu, "1350/7 MHz"},
        {"clock.gpu = edram_link", BOARD_KEY_clock_gpu, "1.8 GHz"},
        {"clock.core = 3200000000.5 Hz", BOARD_KEY_clock_core, "3.2000000005 GHz"},
        {"clock.core = 3.2 GHz", BOARD_KEY_clock_timebase, "50 MHz"},
        {"clock.reference = 50 MHz", BOARD_KEY_clock_timebase, "25 MHz"},
        {"latency.ipi = 312.5ns", BOARD_KEY_latency_ipi, "312.5 ns"},
        {"latency.ipi = 0.001 ms", BOARD_KEY_latency_ipi, "1 us"},
        {"latency.iic_reply = 40 cyc", BOARD_KEY_latency_iic_reply, "40 cyc"},
        {"latency.iic_reply = 0x40 cyc", BOARD_KEY_latency_iic_reply, "64 cyc"},
        {"credits.gpu = 016", BOARD_KEY_credits_gpu, "16"},
        {"memory.size = 1 GiB", BOARD_KEY_memory_size, "1 GiB"},
        {"memory.size = 0x80000KiB", BOARD_KEY_memory_size, "512 MiB"},
        {"memory.size = 536870912 B", BOARD_KEY_memory_size, "512 MiB"},
        {"seed.cache = 0", BOARD_KEY_seed_cache, "0x0"},
        {"seed.cache = 18446744073709551615", BOARD_KEY_seed_cache, "0xFFFFFFFFFFFFFFFF"},
        {"seed.cache = 0XdeadBEEF", BOARD_KEY_seed_cache, "0xDEADBEEF"},
        {"display.mode = vga-1024x768", BOARD_KEY_display_mode, "vga-1024x768"},
        {"\tdisplay.rate\t=\tnominal \r", BOARD_KEY_display_rate, "nominal"},
    };

    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct board_description board;
        struct sim_error error = {""};
        char text[256], value[BOARD_VALUE_TEXT];
        snprintf(text, sizeof text, BASE "%s\n", good[i].line);
        CU_ASSERT_EQUAL(parse(&board, text, &error), SIM_OK);
        CU_ASSERT_STRING_EQUAL(error.text, "");
        if (error.text[0] != '\0') {
            printf("    %s\n", error.text);
            continue;
        }
        CU_ASSERT_STRING_EQUAL(board_description_value(&board, good[i].key, value), good[i].value);
        if (strcmp(value, good[i].value) != 0)
            printf("    '%s' is %s, not %s\n", good[i].line, value, good[i].value);
    }
}

/* A relation of decimals in a chain of clocks equals the same product of fractions. */
static void relations_are_exact(void)
{
    static const char text[] = BASE "clock.reference = 27/7 MHz\n"
                                    "clock.core = fsb_gpu * 1.000000001 / 3\n"
                                    "clock.fsb_gpu = l2 / 0.7\n"
                                    "clock.l2 = reference * 11.25\n";
    struct board_description board;
    mpq_t expected, factor;

    CU_ASSERT_EQUAL_FATAL(parse(&board, text, NULL), SIM_OK);
    mpq_inits(expected, factor, NULL);
    mpq_set_str(expected, "27000000/7", 10);
    mpq_set_str(factor, "1125/100", 10);
    mpq_canonicalize(factor);
    mpq_mul(expected, expected, factor);
    CU_ASSERT(is_hz(board.clock_l2, mpz_get_ui(mpq_numref(expected)), mpz_get_ui(mpq_denref(expected))));
    mpq_set_str(factor, "10/7", 10);
    mpq_mul(expected, expected, factor);
    mpq_set_str(factor, "1000000001/3000000000", 10);
    mpq_canonicalize(factor);
    mpq_mul(expected, expected, factor);
    CU_ASSERT(is_hz(board.clock_core, mpz_get_ui(mpq_numref(expected)), mpz_get_ui(mpq_denref(expected))));
    mpq_clears(expected, factor, NULL);
}

static const char long_digits[] = "11111111111111111111111111111111111111111111111111111111111111111111111111111111"
                                  "11111111111111111111111111111111111111111111111111111111111111111111111111111111";

static void bad_texts(void)
{
    char long_value[1024], long_line[4096];
    const struct {
        const char *text, *says;
    } bad[] = {
        {"", "begins with"},
        {"\n# nothing\n", "begins with"},
        {"clock.core = 3.2 GHz\n", "test.board:1: a board file begins with"},
        {"schema cycle360-board\n", "begins with"},
        {"schema other 1\n", "begins with"},
        {"schema cycle360-board 2\n", "version 2"},
        {"schema cycle360-board 1 1\n", "version 1 1"},
        {HEAD HEAD, "test.board:2: 'schema cycle360-board 1' is not of the form"},
        {HEAD, "sets no clock.reference, clock.core"},
        {HEAD "clock.core = 1 GHz\n", " more; a board sets every key"},
        {HEAD "base\n", "'base' is not of the form"},
        {HEAD "base nowhere\n", "test.board:2: there is no built-in board 'nowhere'"},
        {HEAD "base ../../../etc/passwd\n", "no built-in board"},
        {HEAD "base test\n", "test.board:2: base test is this board again"},
        {BASE "base retail\n", "test.board:3: base retail: there is one base at most"},
        {HEAD "clock.core = 1 GHz\nbase retail\n", "test.board:3: base retail: there is one base at most"},
        {BASE "clock.cor = 1 GHz\n", "test.board:3: there is no key 'clock.cor'; did you mean clock.core?"},
        {BASE "core = 1 GHz\n", "there is no key 'core'"},
        {BASE "= 1 GHz\n", "there is no key ''"},
        {BASE "clock.core\n", "test.board:3: 'clock.core' is not of the form"},
        {BASE "clock.core =\n", "test.board:3: clock.core: has no value; it takes a frequency"},
        {BASE "clock.core = # 1 GHz\n", "has no value"},
        {BASE "\nclock.core = 1 GHz\nclock.core = 1 GHz\n", "test.board:5: clock.core: is set already, on line 4"},
        {BASE "clock.core = 1 ns\n", "test.board:3: clock.core: takes a frequency"},
        {BASE "clock.core = 1 MHZ\n", "takes a frequency"},
        {BASE "clock.core = 1\n", "has no unit"},
        {BASE "clock.core = 1/2\n", "has no unit"},
        {BASE "clock.core = .5 GHz\n", "takes a frequency"},
        {BASE "clock.core = 5. GHz\n", "takes a frequency"},
        {BASE "clock.core = 1e9 Hz\n", "takes a frequency"},
        {BASE "clock.core = -1 GHz\n", "takes a frequency"},
        {BASE "clock.core = 1//2 GHz\n", "takes a frequency"},
        {BASE "clock.core = 1 GHz *\n", "takes a frequency"},
        {BASE "clock.core = 1 GHz 2\n", "takes a frequency"},
        {BASE "clock.core = 1 GHz * 2 MHz\n", "takes a frequency"},
        {BASE "clock.core = l2 + 5\n", "takes a frequency"},
        {BASE "clock.core = l2 * fsb_gpu\n", "takes a frequency"},
        {BASE "clock.core = 1 GHz * 2cyc\n", "takes a frequency"},
        {BASE "clock.core = 1/0 GHz\n", "divides by zero"},
        {BASE "clock.core = 1/0.00 GHz\n", "divides by zero"},
        {BASE "clock.core = reference / 0\n", "divides by zero"},
        {BASE "clock.core = cora * 2\n", "there is no clock 'cora'; did you mean core?"},
        {BASE "clock.core = clock.l2 * 2\n", "there is no clock 'clock.l2'"},
        {BASE "clock.core = core * 2\n", "test.board:3: clock.core: depends on itself: core -> core"},
        {BASE "clock.l2 = fsb_gpu\nclock.fsb_gpu = gpu\nclock.gpu = l2\n",
         "depends on itself: l2 -> fsb_gpu -> gpu -> l2"},
        {BASE "clock.reference = gpu\n", "depends on itself"},
        {BASE "clock.core = 999999 Hz\n", "is outside 1 MHz to 10 GHz"},
        {BASE "clock.core = 0 GHz\n", "is outside"},
        {BASE "clock.core = reference * 101\n", "test.board:3: clock.core: reference * 101 is outside"},
        {BASE "clock.reference = 400 MHz\n", "retail.board:7: clock.core: reference * 32 is outside"},
        {BASE "clock.core = 3200000000.000000000000000000000000000000001 Hz\n", "too fine"},
        {BASE "clock.core = 18446744073709551557/6000000007 Hz\n", "too fine"},
        {BASE "latency.ipi = 40 cyc\n", "test.board:3: latency.ipi: takes a time"},
        {BASE "latency.ipi = 40\n", "has no unit"},
        {BASE "latency.ipi = 50fs\n", "finer"},
        {BASE "latency.ipi = 0 s\n", "is outside 1 ns to 1 ms"},
        {BASE "latency.ipi = 1 s\n", "is outside 1 ns to 1 ms"},
        {BASE "latency.ipi = 99999999999999 s\n", "end of time"},
        {BASE "latency.iic_reply = 40 ns\n", "takes a number of clocks"},
        {BASE "latency.iic_reply = 40\n", "takes a number of clocks"},
        {BASE "latency.iic_reply = cyc\n", "takes a number of clocks"},
        {BASE "latency.iic_reply = 0cyc\n", "outside 1 cyc to"},
        {BASE "latency.iic_reply = 1.5 cyc\n", "takes a number of clocks"},
        {BASE "credits.gpu = 0\n", "outside 1 to 16"},
        {BASE "credits.gpu = 17\n", "outside 1 to 16"},
        {BASE "credits.gpu = 4 cyc\n", "takes a number"},
        {BASE "credits.gpu = -1\n", "takes a number"},
        {BASE "credits.gpu = 0x\n", "takes a number"},
        {BASE "credits.gpu = 0x0x1\n", "takes a number"},
        {BASE "seed.cache = 18446744073709551616\n", "more than 64 bits"},
        {BASE "seed.cache = 0x10000000000000000\n", "more than 64 bits"},
        {BASE "memory.size = 512\n", "takes a size"},
        {BASE "memory.size = 512 MB\n", "takes a size"},
        {BASE "memory.size = 256 MiB\n", "outside 512 MiB to 1 GiB"},
        {BASE "memory.size = 18446744073709551615 GiB\n", "more than 64 bits"},
        {BASE "memory.size = 768 MiB\n", "test.board:3: memory.size: 768 MiB is no power of two"},
        {BASE "membus.write_high = 4\n", "membus.write_low = 4 is not below membus.write_high = 4"},
        {BASE "display.mode = hdmi-720\n", "there is no 'hdmi-720'; did you mean hdmi-720p?"},
        {BASE "display.rate = 50\n", "it is one of ntsc, corona_pll, nominal"},
        {BASE "display.rate = NTSC\n", "did you mean ntsc?"},
        {BASE "clock.core = 1 GHz\x01\n", "test.board:3: byte 0x01 is no text"},
        {BASE "cl\xC3\xB6"
              "ck.core = 1 GHz\n",
         "byte 0xC3 is no text"},
        {"\xEF\xBB\xBF" HEAD, "byte 0xEF is no text"},
        {"\x7F"
         "ELF",
         "byte 0x7F is no text"},
        {long_value, "is longer than 127 characters"},
        {long_line, "test.board:2: the line is longer than 1000 characters"},
    };

    snprintf(long_value, sizeof long_value, BASE "clock.core = %s Hz\n", long_digits);
    snprintf(long_line, sizeof long_line, HEAD "# %01100d\nbase retail\n", 0);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct board_description board;
        struct sim_error error = {""};
        CU_ASSERT_EQUAL(parse(&board, bad[i].text, &error), SIM_BAD_INPUT);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, bad[i].says));
        if (strstr(error.text, bad[i].says) == NULL)
            printf("    expected '%s' in '%s'\n", bad[i].says, error.text);
        CU_ASSERT_EQUAL(board.clock_core.numerator, 0); /* nothing half read is left */
    }
}

static void zero_bytes(void)
{
    static const char text[] = BASE "clock.core = 1 GHz\0\n";
    struct board_description board;
    struct sim_error error = {""};
    CU_ASSERT_EQUAL(board_description_parse(&board, "test", text, sizeof text - 1, &error), SIM_BAD_INPUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "byte 0x00"));
}

static void set_works_out_what_depends(void)
{
    struct board_description b;
    CU_ASSERT_EQUAL_FATAL(board_description_load(&b, "retail", NULL, 0, NULL), SIM_OK);
    CU_ASSERT_EQUAL(board_description_set(&b, "clock.reference=99.75MHz", NULL), SIM_OK);
    CU_ASSERT(is_hz(b.clock_timebase, 49875000, 1));
    CU_ASSERT_EQUAL(board_description_set(&b, " latency.ipi = 60 ns ", NULL), SIM_OK);
    CU_ASSERT_EQUAL(b.latency_ipi, 600000);

    struct board_description before = b;
    struct sim_error error = {""};
    CU_ASSERT_EQUAL(board_description_set(&b, "clock.reference=1GHz", &error), SIM_USAGE);
    CU_ASSERT_EQUAL(board_description_set(&b, "clock.reference=5GHz", &error), SIM_USAGE);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "--set: clock.reference: 5GHz is outside"));
    CU_ASSERT_EQUAL(board_description_set(&b, "latency.ipi", &error), SIM_USAGE);
    CU_ASSERT_EQUAL(board_description_set(&b, "latency.ip=1ns", &error), SIM_USAGE);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "did you mean latency.ipi?"));
    CU_ASSERT_EQUAL(board_description_set(&b, "", &error), SIM_USAGE);
    CU_ASSERT_EQUAL(memcmp(&before, &b, sizeof b), 0);
}

static void overrides_count_together(void)
{
    /* Each alone would put the core out of range. */
    static const char *const overrides[] = {"clock.reference=1GHz", "clock.core=reference*3", "clock.edram_link=1GHz",
                                            "clock.fsb_cpu=1GHz",   "latency.ipi=2ns",        "latency.ipi=3ns"};
    struct board_description b;
    CU_ASSERT_EQUAL_FATAL(board_description_load(&b, "retail", overrides, 6, NULL), SIM_OK);
    CU_ASSERT(is_hz(b.clock_core, 3000000000, 1));
    CU_ASSERT_EQUAL(b.latency_ipi, 30000);
    struct sim_error error;
    CU_ASSERT_EQUAL(board_description_load(&b, "retial", NULL, 0, &error), SIM_BAD_INPUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "retail, retail-9975"));
}

/* The digest is over `key = value` lines in the order of the schema; here they come from what is printed. */
static void identity_is_of_the_values(void)
{
    struct board_description b, other;
    char id[BOARD_IDENTITY_TEXT], other_id[BOARD_IDENTITY_TEXT], expected[BOARD_IDENTITY_TEXT], *text = NULL;
    uint8_t digest[SHA256_DIGEST_SIZE];
    struct sha256_ctx hash;
    size_t size;

    CU_ASSERT_EQUAL_FATAL(board_description_load(&b, "retail", NULL, 0, NULL), SIM_OK);
    FILE *file = open_memstream(&text, &size);
    board_description_print(&b, file);
    fclose(file);
    sha256_init(&hash);
    for (char *line = text, *next; *line != '\0'; line = next) {
        next = line + strcspn(line, "\n") + 1;
        char key[64], value[64];
        if (sscanf(line, "%63[a-zA-Z0-9_.] = %63[^#]", key, value) == 2) {
            char joined[160];
            for (size_t end = strlen(value); end > 0 && value[end - 1] == ' '; end--)
                value[end - 1] = '\0';
            int length = snprintf(joined, sizeof joined, "%s = %s\n", key, value);
            sha256_update(&hash, (size_t)length, (const uint8_t *)joined);
        }
    }
    free(text);
    sha256_digest(&hash, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(expected + 2 * i, 3, "%02x", digest[i]);
    CU_ASSERT_STRING_EQUAL(board_description_identity(&b, id), expected);

    static const char *const same[] = {"clock.core = 3200 MHz", "clock.core = l2 * 2\nclock.l2 = 1.6 GHz",
                                       "seed.cache = 864 # dec"};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        char board[256];
        snprintf(board, sizeof board, BASE "%s\n", same[i]);
        CU_ASSERT_EQUAL(parse(&other, board, NULL), SIM_OK);
        CU_ASSERT_STRING_EQUAL(board_description_identity(&other, other_id), id);
    }
    static const char *const different[] = {
        "clock.edram_link=2GHz", "memory.size=1GiB", "display.mode=vga-640x480", "latency.ipi=51ns",
        "credits.iic=5",         "seed.cache=1",     "latency.iic_reply=21cyc",  "run.stop_latency=11us"};
    for (size_t i = 0; i < sizeof different / sizeof *different; i++) {
        other = b;
        CU_ASSERT_EQUAL(board_description_set(&other, different[i], NULL), SIM_OK);
        CU_ASSERT_STRING_NOT_EQUAL(board_description_identity(&other, other_id), id);
    }
}

static void print_says_where_it_changed(void)
{
    struct board_description b;
    char *text = NULL;
    size_t size;

    CU_ASSERT_EQUAL_FATAL(parse(&b, BASE "clock.reference = 99 MHz\n\nlatency.ipi = 50 ns\n", NULL), SIM_OK);
    CU_ASSERT_EQUAL_FATAL(board_description_set(&b, "credits.gpu=7", NULL), SIM_OK);
    FILE *file = open_memstream(&text, &size);
    board_description_print(&b, file);
    fclose(file);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "# set by test.board:3; retail has 100 MHz\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "# set by --set; retail has 4\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "clock.core                = 3.168 GHz    # reference * 32; [doc] "));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "latency.ipi               = 50 ns        # [guess] "));
    free(text);
}

static void latency_in_clocks(void)
{
    struct sim_clock core, memory;
    CU_ASSERT_EQUAL_FATAL(sim_clock_init(&core, "core", 3200000000, 1, 0, 1, NULL), SIM_OK);
    CU_ASSERT_EQUAL_FATAL(sim_clock_init(&memory, "memory", 700000000, 1, 0, 1, NULL), SIM_OK);
    CU_ASSERT_EQUAL(board_latency_clocks(&core, 500000), 160); /* 50 ns exactly */
    CU_ASSERT_EQUAL(board_latency_clocks(&core, 500001), 161);
    CU_ASSERT_EQUAL(board_latency_clocks(&core, 0), 1);
    CU_ASSERT_EQUAL(board_latency_clocks(&memory, 800000), 56);   /* 80 ns */
    CU_ASSERT_EQUAL(board_latency_clocks(&memory, 3500000), 245); /* 350 ns */
    CU_ASSERT_EQUAL(board_latency_clocks(&core, SIM_TIME_MAX), UINT32_MAX);
}

/* Files, in a folder of their own. */
struct folder {
    char path[64];
};

static void folder_make(struct folder *folder)
{
    strcpy(folder->path, "/tmp/cycle360-board-XXXXXX");
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder->path));
}

static const char *in_folder(const struct folder *folder, const char *name, char path[256])
{
    snprintf(path, 256, "%s/%s", folder->path, name);
    return path;
}

static void put(const struct folder *folder, const char *name, const char *text, size_t size)
{
    char path[256];
    FILE *file = fopen(in_folder(folder, name, path), "wb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_EQUAL(fwrite(text, 1, size, file), size);
    CU_ASSERT_EQUAL(fclose(file), 0);
}

static void expect(const struct folder *folder, const char *name, const char *says)
{
    char path[256];
    struct board_description board;
    struct sim_error error = {""};
    enum sim_status status = board_description_load(&board, in_folder(folder, name, path), NULL, 0, &error);
    CU_ASSERT_EQUAL(status, says == NULL ? SIM_OK : SIM_BAD_INPUT);
    CU_ASSERT(says == NULL || strstr(error.text, says) != NULL);
    if (says != NULL && strstr(error.text, says) == NULL)
        printf("    expected '%s' in '%s'\n", says, error.text);
}

static void files(void)
{
    static const struct {
        const char *name, *text, *says;
    } file[] = {
        {"good.board", BASE "latency.ipi = 60 ns\n", NULL},
        {"sub/below.board", HEAD "base ../good.board\nlatency.ipi = 61 ns\n", NULL},
        {"unended.board", BASE "latency.ipi = 60 ns", NULL},
        {"dos.board", "schema cycle360-board 1\r\nbase retail\r\nlatency.ipi = 60 ns\r\n", NULL},
        {"other-name", BASE, NULL},
        {"self.board", HEAD "base self.board\n", "self.board:2: base "},
        {"self2.board", HEAD "base sub/../self2.board\n", "is this file again"},
        {"ring1.board", HEAD "base ring2.board\n", "ring2.board:2: base "},
        {"ring2.board", HEAD "base sub/../ring1.board\n", "ring1.board:2: base "},
        {"link.board", HEAD "base self-link.board\n", "is this file again"},
        {"lost.board", HEAD "\nbase lost-base.board\n", "lost.board:3: cannot read its base "},
        {"inside.board", HEAD "base broken.board\n", "broken.board:3: there is no key 'x'"},
        {"broken.board", BASE "x = 1\n", "broken.board:3: there is no key 'x'"},
        {"pipe-base.board", HEAD "base pipe.board\n", "it is not a regular file"},
        {"zero-base.board", HEAD "base /dev/zero\n", "it is not a regular file"},
        {"deep0.board", HEAD "base deep1.board\n", "deep8.board:2: base deep9.board is one base too many in a row"},
        {"deep1.board", HEAD "base deep2.board\n", NULL},
        {"deep2.board", HEAD "base deep3.board\n", NULL},
        {"deep3.board", HEAD "base deep4.board\n", NULL},
        {"deep4.board", HEAD "base deep5.board\n", NULL},
        {"deep5.board", HEAD "base deep6.board\n", NULL},
        {"deep6.board", HEAD "base deep7.board\n", NULL},
        {"deep7.board", HEAD "base deep8.board\n", NULL},
        {"deep8.board", HEAD "base deep9.board\n", NULL},
        {"deep9.board", BASE, NULL},
    };
    struct folder folder;
    char path[256], other[256];
    struct board_description board;
    enum { COUNT = sizeof file / sizeof *file };

    folder_make(&folder);
    CU_ASSERT_EQUAL_FATAL(mkdir(in_folder(&folder, "sub", path), 0700), 0);
    for (size_t i = 0; i < COUNT; i++)
        put(&folder, file[i].name, file[i].text, strlen(file[i].text));
    CU_ASSERT_EQUAL(symlink("link.board", in_folder(&folder, "self-link.board", path)), 0);
    CU_ASSERT_EQUAL(mkfifo(in_folder(&folder, "pipe.board", path), 0600), 0);
    CU_ASSERT_EQUAL(mkdir(in_folder(&folder, "dir.board", path), 0700), 0);
    char *large = calloc(1, (1 << 20) + 1);
    memset(large, '#', 1 << 20);
    for (size_t i = 99; i < 1 << 20; i += 100)
        large[i] = '\n';
    memcpy(large, BASE "#", sizeof BASE);
    put(&folder, "large.board", large, 1 << 20);
    put(&folder, "too-large.board", large, (1 << 20) + 1);
    free(large);

    for (size_t i = 0; i < COUNT; i++)
        if (strncmp(file[i].name, "deep", 4) != 0 || i == COUNT - 1 || file[i].says != NULL)
            expect(&folder, file[i].name, file[i].says);
    expect(&folder, "deep2.board", NULL);
    expect(&folder, "large.board", NULL);
    expect(&folder, "too-large.board", "longer than 1 MiB");
    expect(&folder, "pipe.board", "not a regular file");
    expect(&folder, "dir.board", "not a regular file");
    expect(&folder, "absent.board", "No such file");
    CU_ASSERT_EQUAL_FATAL(board_description_load(&board, in_folder(&folder, "sub/below.board", path), NULL, 0, NULL),
                          0);
    CU_ASSERT_EQUAL(board.latency_ipi, 610000);
    CU_ASSERT_PTR_NOT_NULL(strstr(board.setting[BOARD_KEY_latency_ipi].place, "sub/below.board:3"));

    for (size_t i = 0; i < COUNT; i++)
        unlink(in_folder(&folder, file[i].name, path));
    static const char *const more[] = {"self-link.board", "pipe.board", "large.board", "too-large.board"};
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        unlink(in_folder(&folder, more[i], path));
    rmdir(in_folder(&folder, "sub", path));
    rmdir(in_folder(&folder, "dir.board", other));
    CU_ASSERT_EQUAL(rmdir(folder.path), 0);
}

/* A row of a model's table is the key `name` with the same value and range. */
static void row_is_key(enum board_key key, const char *name, uint32_t value, uint32_t low, uint32_t high)
{
    struct board_description retail_board, b;
    char text[BOARD_VALUE_TEXT], expected[16], assignment[96];
    struct sim_error error;
    const uint64_t tried[] = {low, high, (uint64_t)high + 1, (uint64_t)low - 1};

    CU_ASSERT_EQUAL_FATAL(board_description_load(&retail_board, "retail", NULL, 0, NULL), SIM_OK);
    CU_ASSERT_STRING_EQUAL(board_key_info(key).key, name);
    snprintf(expected, sizeof expected, "%u", (unsigned)value);
    CU_ASSERT_STRING_EQUAL(board_description_value(&retail_board, key, text), expected);
    for (unsigned i = 0; i < 4; i++) {
        if (i == 3 && low == 0)
            continue;
        b = retail_board;
        error.text[0] = '\0';
        snprintf(assignment, sizeof assignment, "%s = %llu", name, (unsigned long long)tried[i]);
        /* what is allowed by itself may still be refused together with the rest, in words of its own */
        bool well = board_description_set(&b, assignment, &error) == SIM_OK;
        CU_ASSERT_EQUAL(well || strstr(error.text, " is outside ") == NULL, i < 2);
        CU_ASSERT(well || strstr(error.text, name) != NULL);
    }
}

static void rows_are_keys(void)
{
    char name[64];
    for (unsigned row = 0; row < XENON_TIMING_ROWS; row++) {
        const struct xenon_timing_info *info = &xenon_timing_info[row];
        snprintf(name, sizeof name, "xenon.%s", info->name);
        row_is_key(BOARD_KEY_xenon_fx_latency + row, name, info->value, info->low, info->high);
    }
    for (unsigned row = 0; row < MEMBUS_TIMING_ROWS; row++) {
        const struct membus_timing_info *info = &membus_timing_info[row];
        snprintf(name, sizeof name, "membus.%s", info->name);
        row_is_key(BOARD_KEY_membus_core0_request + row, name, info->value, info->low, info->high);
    }
}

/* docs/timing-model.md has a row `| key | value | confidence | source | ...` for every key, with retail's value. */
static void documented(void)
{
    enum { DOC_MAX = 1 << 20 };
    struct board_description b;
    char path[4096], *doc = calloc(1, DOC_MAX + 1);

    CU_ASSERT_EQUAL_FATAL(board_description_load(&b, "retail", NULL, 0, NULL), SIM_OK);
    FILE *file = fopen(source_path("docs/timing-model.md", path), "rb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT(fread(doc, 1, DOC_MAX, file) > 0);
    fclose(file);
    for (enum board_key key = 0; key < BOARD_KEY_COUNT; key++) {
        struct board_key_info info = board_key_info(key);
        char value[BOARD_VALUE_TEXT], row[512];
        snprintf(row, sizeof row, "| `%s` | %s | %s | %s |", info.key, board_description_value(&b, key, value),
                 info.confidence, info.source);
        CU_ASSERT_PTR_NOT_NULL(strstr(doc, row));
        if (strstr(doc, row) == NULL)
            printf("    docs/timing-model.md lacks the row: %s\n", row);
    }
    free(doc);
}

static void corpus(void)
{
    CU_ASSERT(corpus_replay("board", fuzz_board) >= 8);
}

void test_description(void)
{
    CU_pSuite suite = CU_add_suite("board/description", NULL, NULL);
    CU_add_test(suite, "the retail board has the published figures", retail);
    CU_add_test(suite, "the other retail board follows its reference of 99.75 MHz", retail_9975);
    CU_add_test(suite, "the retail board has the figures of the models' tables", models_tables);
    CU_add_test(suite, "built-in boards are the files of the source tree", builtin_and_file_are_the_same);
    CU_add_test(suite, "values of every kind are read and printed exactly", values);
    CU_add_test(suite, "chains of relations round nothing", relations_are_exact);
    CU_add_test(suite, "wrong texts are refused with file, line and key", bad_texts);
    CU_add_test(suite, "a zero byte is no end of text", zero_bytes);
    CU_add_test(suite, "--set works out what depends on it, or changes nothing", set_works_out_what_depends);
    CU_add_test(suite, "overrides are worked out together", overrides_count_together);
    CU_add_test(suite, "the identity is of the values, not of how they are written", identity_is_of_the_values);
    CU_add_test(suite, "what is printed says where a value was changed", print_says_where_it_changed);
    CU_add_test(suite, "latencies become whole clocks, never less", latency_in_clocks);
    CU_add_test(suite, "files, their bases, and what is no file", files);
    CU_add_test(suite, "the rows of the models' tables are keys", rows_are_keys);
    CU_add_test(suite, "docs/timing-model.md has every key with its value", documented);
    CU_add_test(suite, "the fuzzer's corpus is read without trouble", corpus);
}
