#include "tests/support/corpus.h"
#include "tests/unit/waves/stage.h"
#include "waves/analysis/compare.h"
#include "waves/analysis/convert.h"
#include "waves/analysis/reader.h"
#include "waves/analysis/show.h"
#include "waves/raw.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int fuzz_waves(const uint8_t *data, size_t size); /* tests/fuzz/fuzz_waves.c */

void test_readers(void);

static const char *const formats[] = {"d.vcd", "d.vcd.gz", "d.fst", "d.raw"};
enum { FORMATS = 4 };

static void dump_all(struct stage *stage, struct waves_options options)
{
    for (unsigned f = 0; f < FORMATS; f++) {
        struct sim_error error = {""};
        options.path = stage_path(stage, formats[f]);
        CU_ASSERT_EQUAL(stage_dump(stage, &options, 4, NULL, &error), SIM_OK);
    }
}

static bool compares_equal(const char *a, const char *b, sim_time from)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    struct sim_error error = {""};
    bool same = false;
    enum sim_status status =
        waves_compare(&(struct waves_comparison){.a = a, .b = b, .from = from}, out, &same, &error);
    fclose(out);
    if (status != SIM_OK || !same)
        fprintf(stderr, "%s %s: %s %s\n", a, b, text, error.text);
    free(text);
    return status == SIM_OK && same;
}

static void all_formats_agree(void)
{
    for (uint64_t seed = 30; seed < 34; seed++) {
        struct stage stage;
        stage_init(&stage, seed, 0, 200);
        dump_all(&stage, (struct waves_options){.from = seed % 2 ? stage_end(&stage) / 3 : 0});
        for (unsigned a = 0; a < FORMATS; a++) {
            CU_ASSERT(compares_equal(stage_path(&stage, formats[a]), stage_path(&stage, "d.vcd"), 0));
            /* From every format back to the very bytes of the VCD, with what only comments carry. */
            for (unsigned b = 0; b < FORMATS; b++) {
                char name[20];
                uint64_t changes;
                struct sim_error error = {""};
                snprintf(name, sizeof name, "c%u.%s", a, strchr(formats[b], '.') + 1);
                struct waves_conversion conversion = {.in = stage_path(&stage, formats[a]),
                                                      .out = stage_path(&stage, name)};
                CU_ASSERT_EQUAL(waves_convert(&conversion, &changes, &error), SIM_OK);
                size_t size, expected_size;
                char *text = stage_read(conversion.out, &size);
                char *expected = stage_read(stage_path(&stage, formats[b]), &expected_size);
                CU_ASSERT_PTR_NOT_NULL_FATAL(text);
                CU_ASSERT_EQUAL(size, expected_size);
                CU_ASSERT_EQUAL(memcmp(text, expected, size < expected_size ? size : expected_size), 0);
                free(text);
                free(expected);
            }
        }
        stage_free(&stage);
    }
}

static bool tool(const char *program, const char *in_option, const char *in, const char *out_option, const char *out)
{
    char command[600];
    snprintf(command, sizeof command, "%s %s '%s' %s '%s' >/dev/null 2>&1", program, in_option, in, out_option, out);
    int state = system(command);
    if (WIFEXITED(state) && WEXITSTATUS(state) == 127)
        return false;
    CU_ASSERT_EQUAL(state, 0);
    return state == 0;
}

/* GTKWave's own tools read what is written, and mean the same by it. */
static void gtkwave_tools(void)
{
    struct stage stage;
    stage_init(&stage, 40, 0, 200);
    dump_all(&stage, (struct waves_options){.from = 4000});
    if (tool("fst2vcd", "-f", stage_path(&stage, "d.fst"), "-o", stage_path(&stage, "tool.vcd")))
        CU_ASSERT(compares_equal(stage_path(&stage, "d.vcd"), stage_path(&stage, "tool.vcd"), 0));
    if (tool("vcd2fst", "-v", stage_path(&stage, "d.vcd"), "-f", stage_path(&stage, "tool.fst")))
        CU_ASSERT(compares_equal(stage_path(&stage, "d.vcd"), stage_path(&stage, "tool.fst"), 4000));
    stage_free(&stage);
}

static void parts(void)
{
    struct stage stage;
    stage_init(&stage, 41, 0, 100);
    dump_all(&stage, (struct waves_options){0});
    size_t count;
    struct stage_emit *changes = stage_changes(&stage, &count);
    sim_time from = changes[count / 4].time, to = changes[count / 2].time;
    free(changes);
    for (unsigned f = 0; f < FORMATS; f++) {
        uint64_t written;
        struct sim_error error;
        struct waves_conversion conversion = {
            .in = stage_path(&stage, formats[f]), .out = stage_path(&stage, "part.vcd"), .from = from, .to = to};
        CU_ASSERT_EQUAL(waves_convert(&conversion, &written, &error), SIM_OK);
        size_t size;
        char *text = stage_read(conversion.out, &size), *expected = stage_expect(&stage, from, to);
        CU_ASSERT_PTR_NOT_NULL_FATAL(text);
        CU_ASSERT_STRING_EQUAL(stage_body(text), expected);
        free(text);
        free(expected);
    }
    stage_free(&stage);
}

/* ---- what others write ---- */

static const char foreign[] = "$date today $end\n$version Other 1.0 $end\n$timescale 1ps $end\n"
                              " $scope module TOP $end\n"
                              "  $var wire  1 # clk $end\n"
                              "  $scope module sub $end\n"
                              "   $var wire 1 # clk_alias $end\n"
                              "   $var reg 8 abc count[7:0] $end\n"
                              "   $var integer 32 ] n $end\n"
                              "  $upscope $end\n $upscope $end\n$enddefinitions $end\n"
                              "$dumpvars\nx#\nbxxxxxxxx abc\nb0 ]\n$end\n#0\n0#\nb00000001 abc\n"
                              "#5\n1#\nb11 abc\nb11 abc\n#5\nb10 abc\n#7\n1#\n#9\n0#\nB1000 ]\n#20\n";

static void foreign_vcd(void)
{
    struct stage stage;
    stage_init(&stage, 1, 0, 1);
    const char *path = stage_path(&stage, "foreign.vcd");
    stage_write(path, foreign, sizeof foreign - 1);
    struct waves_reader *reader;
    struct sim_error error = {""};
    CU_ASSERT_EQUAL_FATAL(waves_reader_open(path, &reader, &error), SIM_OK);
    const struct waves_signals *signals = waves_reader_signals(reader);
    static const char *const names[] = {"TOP.clk", "TOP.sub.clk_alias", "TOP.sub.count", "TOP.sub.n"};
    CU_ASSERT_EQUAL_FATAL(signals->count, 4);
    for (unsigned i = 0; i < 4; i++)
        CU_ASSERT_STRING_EQUAL(signals->at[i].name, names[i]);
    CU_ASSERT_EQUAL(waves_reader_values(reader)[2], 1);
    static const struct waves_event expected[] = {{50, 1, 0}, {50, 1, 1}, {50, 2, 2},
                                                  {90, 0, 0}, {90, 0, 1}, {90, 8, 3}};
    struct waves_event event;
    bool more;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        CU_ASSERT_EQUAL(waves_reader_next(reader, &event, &more, &error), SIM_OK);
        CU_ASSERT(more && event.time == expected[i].time && event.value == expected[i].value &&
                  event.code == expected[i].code);
    }
    CU_ASSERT_EQUAL(waves_reader_next(reader, &event, &more, &error), SIM_OK);
    CU_ASSERT_FALSE(more);
    CU_ASSERT_EQUAL(waves_reader_end(reader), 200);
    waves_reader_close(reader);
    stage_free(&stage);
}

/* ---- what is wrong ---- */

/* Reads everything; an error must be SIM_BAD_INPUT with a sentence that names the file. */
static enum sim_status read_all(const char *path, struct sim_error *error)
{
    struct waves_reader *reader;
    struct waves_event event;
    bool more = true;
    bool fine = true;
    sim_time before = 0;
    error->text[0] = 0;
    enum sim_status status = waves_reader_open(path, &reader, error);
    if (status == SIM_OK) {
        const struct waves_signals *signals = waves_reader_signals(reader);
        while ((status = waves_reader_next(reader, &event, &more, error)) == SIM_OK && more) {
            fine = fine && event.code < signals->count && event.time >= before && event.time <= SIM_TIME_MAX &&
                   event.value <= waves_mask(&signals->at[event.code]);
            before = event.time;
        }
        waves_reader_close(reader);
    }
    CU_ASSERT(fine);
    CU_ASSERT(status == SIM_OK || status == SIM_BAD_INPUT);
    CU_ASSERT(status == SIM_OK || strncmp(error->text, path, strlen(path)) == 0);
    return status;
}

#define HEAD "$timescale 100 fs $end\n$scope module a $end\n$var wire 4 ! b $end\n$upscope $end\n$enddefinitions $end\n"

static void broken_vcd(void)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"$timescale 100 fs $end\n", ":2: the file ends in its header"},
        {"$var wire 4 ! b $end\n$enddefinitions $end\n", ":2: there is no $timescale"},
        {"$timescale 3 fs $end\n", "'3fs' is no time scale"},
        {"$timescale 1 fortnight $end\n", "is no time scale"},
        {"$timescale 1 aaaaaaaaaaaaaaaaaaaaaaaaaaaa $end\n", "is no time scale"},
        {"$var wire 0 ! b $end\n", "'0' bits"},
        {"$var wire 65 ! b $end\n", "'65' bits"},
        {"$var wire 4294967297 ! b $end\n", "bits"},
        {"$var wire -1 ! b $end\n", "bits"},
        {"$var wire 1x ! b $end\n", "bits"},
        {"$var real 64 ! b $end\n", "of kind 'real'"},
        {"$var wire 1 ! $end\n", "no usable name"},
        {"$var wire 1 !!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!! b $end\n", "an identifier is longer"},
        {"$upscope $end\n", "outside of every scope"},
        {"$scope module $end\n", "scope without a name"},
        {"$comment never ends", "the file ends in a comment"},
        {"hello\n", "neither VCD"},
        {"$date\n$end\nhello\n", ":3: 'hello' cannot stand in the header"},
        {HEAD "#5\n0!\n#4\n", ":8: time goes back to 4"},
        {HEAD "#x\n", ":6: '#x' is no time"},
        {HEAD "#\n", "'#' without a time"},
        {HEAD "#99999999999999999999999\n", "is no time"},
        {HEAD "#9223372036854775808\n", "past the end of time"},
        {HEAD "#0\nb10000 !\n", ":7: a value of 'a.b' has more than its 4 bits"},
        {HEAD "#0\nb11111111111111111111111111111111111111111111111111111111111111111111111 !\n",
         "more than its 4 bits"},
        {HEAD "#0\nb1\n", "the file ends in a change"},
        {HEAD "#0\nb !\n", "without digits"},
        {HEAD "#0\n1\"\n", "no signal has the identifier '\"'"},
        {HEAD "#0\n1\n", "no signal has the identifier ''"},
        {HEAD "#0\nq!\n", "'q' is no value"},
        {HEAD "#0\nr1.5 !\n", "no value of bits"},
        {HEAD "#0\n0!\n#1\nbx !\n", "'a.b' becomes x or z"},
        {HEAD "#0\n$var wire 1 ! b $end\n", "cannot stand among changes"},
        {"$timescale 1 fs $end\n$var wire 1 ! b $end\n$enddefinitions $end\n#150\n1!\n", "no whole number of 100 fs"},
        {"$timescale 1 s $end\n$var wire 1 ! b $end\n$enddefinitions $end\n#999999999999\n", "past the end of time"},
    };
    struct stage stage;
    stage_init(&stage, 1, 0, 1);
    const char *path = stage_path(&stage, "broken.vcd");
    struct sim_error error;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        stage_write(path, cases[i].text, strlen(cases[i].text));
        CU_ASSERT_EQUAL(read_all(path, &error), SIM_BAD_INPUT);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, cases[i].says));
        if (!strstr(error.text, cases[i].says))
            fprintf(stderr, "case %zu says: %s\n", i, error.text);
    }
    /* Scopes without end, and a word without end. */
    size_t size = 0, room = 1 << 20;
    char *deep = malloc(room);
    while (size + 40 < room)
        size += (size_t)sprintf(deep + size, "$scope module s $end\n");
    stage_write(path, deep, size);
    CU_ASSERT_EQUAL(read_all(path, &error), SIM_BAD_INPUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "nested scopes"));
    memset(deep, 'x', room);
    strcpy(deep, "$var");
    deep[4] = ' ';
    stage_write(path, deep, room);
    CU_ASSERT_EQUAL(read_all(path, &error), SIM_BAD_INPUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "longer than"));
    free(deep);
    CU_ASSERT_EQUAL(read_all("/nonexistent.vcd", &error), SIM_BAD_INPUT);
    CU_ASSERT_EQUAL(read_all("/tmp", &error), SIM_BAD_INPUT);
    stage_write(path, "", 0);
    CU_ASSERT_EQUAL(read_all(path, &error), SIM_BAD_INPUT);
    stage_free(&stage);
}

/* Damages every kind of file in many ways: no crash, no hang, and every refusal names the file. */
static void damaged(void)
{
    struct stage stage;
    stage_init(&stage, 50, 0, 12);
    dump_all(&stage, (struct waves_options){0});
    uint64_t random = 50;
    for (unsigned f = 0; f < FORMATS; f++) {
        size_t size;
        char *whole = stage_read(stage_path(&stage, formats[f]), &size);
        CU_ASSERT_PTR_NOT_NULL_FATAL(whole);
        const char *path = stage_path(&stage, "damaged");
        struct sim_error error;
        unsigned tries = f == 2 ? 40 : 200, refused = 0;
        char *copy = malloc(size);
        for (unsigned i = 0; i < tries; i++) {
            size_t length = size;
            memcpy(copy, whole, size);
            unsigned flips = i % 3 == 0 ? 0 : 1 + i % 8;
            if (flips == 0)
                length = stage_random(&random) % size;
            while (flips--) { /* half of them near the beginning, where the structure is */
                size_t within = stage_random(&random) % 2 && size > 600 ? 600 : size;
                copy[stage_random(&random) % within] ^= (char)(1 << stage_random(&random) % 8);
            }
            stage_write(path, copy, length);
            refused += read_all(path, &error) != SIM_OK;
        }
        CU_ASSERT(refused > tries / 4);
        free(copy);
        free(whole);
    }
    stage_free(&stage);
}

static void broken_raw(void)
{
    struct stage stage;
    stage_init(&stage, 51, 0, 100);
    struct sim_error error;
    struct waves_options options = {.path = stage_path(&stage, "d.raw")};
    CU_ASSERT_EQUAL(stage_dump(&stage, &options, 4, NULL, &error), SIM_OK);
    size_t size;
    char *file = stage_read(options.path, &size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    struct waves_raw_header *header = (void *)file;
    struct waves_chunk *chunk = (void *)(file + header->header_size);
    struct waves_record *record = waves_chunk_records(chunk, header->signals);
    const struct {
        void *at;
        size_t size;
        uint64_t value;
        const char *says;
    } cases[] = {
        {&header->version, 4, 2, "version 2"},
        {&header->header_size, 4, 31, "sizes in the header"},
        {&header->header_size, 4, UINT32_MAX, "sizes in the header"},
        {&header->header_size, 4, 1 << 29, "sizes in the header"},
        {&header->text_size, 4, UINT32_MAX, "sizes in the header"},
        {&header->signals, 4, UINT32_MAX, "sizes in the header"},
        {&header->signals, 4, 8, "9 signals are declared, not 8"},
        {&header->chunk_size, 4, UINT32_MAX, "chunks of 4294967295 bytes"},
        {&header->flags, 4, 2, "sizes in the header"},
        {&chunk->used, 4, UINT32_MAX, "a chunk's header cannot be"},
        {&chunk->flags, 4, 77, "a chunk's header cannot be"},
        {&chunk->start, 8, UINT64_MAX, "a chunk's times cannot be"},
        {&chunk->end, 8, UINT64_MAX, "a chunk's times cannot be"},
        {&chunk->values[0], 8, 2, "wrong value of 'xenon.core0.run'"},
        {&record[1].code, 4, 9, "no signal or no value"},
        {&record[1].value, 8, UINT64_MAX, "no signal or no value"},
        {&record[1].code, 4, WAVES_RAW_TIME, "outside of the chunk's time"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t before;
        if (i == 15)
            record[1].code = 0;
        if (i == 16)
            record[1].value = 0;
        memcpy(&before, cases[i].at, cases[i].size);
        memcpy(cases[i].at, &cases[i].value, cases[i].size);
        stage_write(options.path, file, size);
        CU_ASSERT_EQUAL(read_all(options.path, &error), SIM_BAD_INPUT);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, cases[i].says));
        if (!strstr(error.text, cases[i].says))
            fprintf(stderr, "case %zu says: %s\n", i, error.text);
        memcpy(cases[i].at, &before, cases[i].size);
    }
    free(file);
    stage_free(&stage);
}

/* What a kill leaves of a VCD file is readable wherever it ends. */
static void cut_anywhere(void)
{
    struct stage stage;
    stage_init(&stage, 52, 0, 30);
    struct sim_error error;
    struct waves_options options = {.path = stage_path(&stage, "d.vcd")};
    CU_ASSERT_EQUAL(stage_dump(&stage, &options, 4, NULL, &error), SIM_OK);
    size_t size;
    char *text = stage_read(options.path, &size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    size_t header = (size_t)(stage_body(text) - text);
    for (size_t length = header; length < size; length += 1 + length % 31) {
        stage_write(stage_path(&stage, "cut.vcd.part"), text, length);
        CU_ASSERT_EQUAL(read_all(stage_path(&stage, "cut.vcd.part"), &error), SIM_OK);
    }
    free(text);
    stage_free(&stage);
}

static void corpus(void)
{
    CU_ASSERT(corpus_replay("waves", fuzz_waves) >= 6);
}

/* ---- comparing and showing ---- */

static char *compared(const char *a, const char *b, const char *probe, sim_time from, sim_time to, bool *same)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    struct sim_error error = {""};
    struct waves_comparison comparison = {.a = a, .b = b, .probe = probe, .from = from, .to = to};
    if (waves_compare(&comparison, out, same, &error) != SIM_OK)
        fputs(error.text, out);
    fclose(out);
    return text;
}

static void differences(void)
{
    static const char a[] =
        "$timescale 100 fs $end\n$scope module t $end\n$var wire 4 ! b $end\n$var wire 1 \" c $end\n"
        "$var wire 1 # only_a $end\n$comment signal 4 t.b names zero one two $end\n$upscope $end\n"
        "$enddefinitions $end\n#0\nb0 !\n0\"\n0#\n#10\nb1 !\n#20\n1\"\nb10 !\n#30\n";
    /* The signals in another order, one change different, another missing, and a longer end. */
    static const char b[] =
        "$timescale 100 fs $end\n$scope module t $end\n$var wire 1 ! c $end\n$var wire 4 \" b $end\n"
        "$upscope $end\n$enddefinitions $end\n#0\nb0 \"\n0!\n#10\nb1 \"\n#20\nb11 \"\n#40\n";
    static const struct {
        const char *probe;
        sim_time from, to;
        bool same;
        const char *says;
    } cases[] = {
        {NULL, 0, 0, false, "only in"},
        {NULL, 0, 0, false, "    t.only_a\n"},
        {NULL, 0, 0, false, "first difference at 2ps (20):\n"},
        {"t.b", 0, 0, false, "    t.b: 2 (two) in the first, 3 in the second\n"},
        {"t.b,t.c", 0, 0, false, "    t.c: 1 in the first, 0 in the second\n"},
        {"t.b,t.c", 0, 20, true, "no difference in 2 signals\n"},
        {"t.b,t.c", 20, 0, false, "first difference at 2ps"},
        {"t.b,t.c", 25, 0, false, "first difference at 2.5ps"},
        {"t.only_a", 0, 10, false, "only in"},
        {"t.x", 0, 0, false, "matches no signal"},
    };
    struct stage stage;
    stage_init(&stage, 1, 0, 1);
    const char *first = stage_path(&stage, "a.vcd"), *second = stage_path(&stage, "b.vcd");
    stage_write(first, a, sizeof a - 1);
    stage_write(second, b, sizeof b - 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool same = false;
        char *text = compared(first, second, cases[i].probe, cases[i].from, cases[i].to, &same);
        CU_ASSERT_EQUAL(same, cases[i].same);
        CU_ASSERT_PTR_NOT_NULL(strstr(text, cases[i].says));
        if (!strstr(text, cases[i].says))
            fprintf(stderr, "case %zu says: %s\n", i, text);
        free(text);
    }
    stage_free(&stage);

    /* One wrong bit in the middle of a large dump is found where it is. */
    stage_init(&stage, 60, 0, 300);
    struct sim_error error;
    struct waves_options options = {.path = stage_path(&stage, "d.fst")};
    CU_ASSERT_EQUAL(stage_dump(&stage, &options, 1, NULL, &error), SIM_OK);
    size_t count;
    struct stage_emit *changes = stage_changes(&stage, &count), *wrong = &changes[count / 2];
    wrong->value ^= 1;
    free(stage.emits);
    stage.emits = changes;
    stage.emit_count = count;
    for (size_t i = 0; i < count; i++)
        changes[i].window = 0;
    options.path = stage_path(&stage, "d.raw");
    CU_ASSERT_EQUAL(stage_dump(&stage, &options, 0, NULL, &error), SIM_OK);
    bool same;
    char *text = compared(stage_path(&stage, "d.fst"), stage_path(&stage, "d.raw"), NULL, 0, 0, &same);
    char expected[40];
    snprintf(expected, sizeof expected, "(%llu):", (unsigned long long)wrong->time);
    CU_ASSERT_FALSE(same);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, expected));
    free(text);
    stage_free(&stage);
}

static void shown(void)
{
    struct stage stage;
    stage_init(&stage, 1, 0, 1);
    const char *path = stage_path(&stage, "foreign.vcd");
    stage_write(path, foreign, sizeof foreign - 1);
    static const struct {
        struct waves_listing listing;
        bool signals;
        const char *expected;
    } cases[] = {
        {{.probe = "*.count,TOP.clk"},
         false,
         "0s                 TOP.clk       0\n0s                 TOP.sub.count 0x1\n"
         "5ps                TOP.clk       1\n5ps                TOP.sub.count 0x2\n9ps                TOP.clk       "
         "0\n"},
        {{.probe = "*.n", .json = true, .from = 1},
         false,
         "{\"t\":1,\"time\":\"100fs\",\"signal\":\"TOP.sub.n\",\"value\":0}\n"
         "{\"t\":90,\"time\":\"9ps\",\"signal\":\"TOP.sub.n\",\"value\":8}\n"},
        {{.limit = 1}, false, "0s                 TOP.clk           0\n"},
        {{.probe = "TOP.clk", .from = 50, .to = 90}, false, "5ps                TOP.clk 1\n"},
        {{.probe = "TOP.clk", .json = true},
         true,
         "{\"signal\":\"TOP.clk\",\"width\":1,\"changes\":2,\"first\":50,\"last\":90}\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct waves_listing listing = cases[i].listing;
        struct sim_error error = {""};
        char *text;
        size_t size;
        FILE *out = open_memstream(&text, &size);
        listing.path = path;
        CU_ASSERT_EQUAL((cases[i].signals ? waves_show_signals : waves_show_changes)(&listing, out, &error), SIM_OK);
        fclose(out);
        CU_ASSERT_STRING_EQUAL(text, cases[i].expected);
        free(text);
    }
    FILE *full = fopen("/dev/full", "w");
    struct sim_error error;
    CU_ASSERT_PTR_NOT_NULL_FATAL(full);
    CU_ASSERT_EQUAL(waves_show_changes(&(struct waves_listing){.path = path}, full, &error), SIM_HOST);
    fclose(full);
    stage_free(&stage);
}

void test_readers(void)
{
    CU_pSuite suite = CU_add_suite("waves/readers", NULL, NULL);
    CU_add_test(suite, "all formats hold the same, and convert into each other byte for byte", all_formats_agree);
    CU_add_test(suite, "fst2vcd and vcd2fst read the dumps", gtkwave_tools);
    CU_add_test(suite, "a part is what a dump of that part would be", parts);
    CU_add_test(suite, "VCD of other programs: aliases, other time units, repeated values", foreign_vcd);
    CU_add_test(suite, "broken VCD is refused with the line and the reason", broken_vcd);
    CU_add_test(suite, "broken raw files are refused with the place and the reason", broken_raw);
    CU_add_test(suite, "damaged files of every kind are refused or read, never worse", damaged);
    CU_add_test(suite, "what a kill leaves of a VCD file is readable wherever it ends", cut_anywhere);
    CU_add_test(suite, "the fuzzer's corpus is read without trouble", corpus);
    CU_add_test(suite, "cmp finds the first difference", differences);
    CU_add_test(suite, "cat and ls print what there is", shown);
}
