/* What comparing event logs is made of. What the command line says of it is in tests/cli/events_diff.test. */
#include "tests/support/corpus.h"
#include "tests/unit/suites.h"
#include "waves/analysis/events_file.h"
#include "waves/analysis/events_scan.h"
#include "waves/analysis/events_things.h"
#include "waves/analysis/events_threads.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int fuzz_events_diff(const uint8_t *data, size_t size); /* tests/fuzz/fuzz_events_diff.c */

static struct sim_error error;

static struct waves_text text_of(const char *text)
{
    return (struct waves_text){text, strlen(text)};
}

static int file_of(const char *text, size_t size, char path[40])
{
    int file = memfd_create("events", MFD_CLOEXEC);
    CU_ASSERT_FATAL(file >= 0 && write(file, text, size) == (ssize_t)size);
    snprintf(path, 40, "/proc/self/fd/%d", file);
    return file;
}

static void scans_lines(void)
{
    static const char line[] =
        " { \"event\" : \"a.b\",\"thread\":7,\"x\":{\"y\":[1,{\"z\":\"}\\\"\"}]},\"lr\":\"0x82000000\"} \r";
    struct waves_events_names *names = waves_events_names_ours();
    static struct waves_scan scan;
    const char *why = NULL;
    uint64_t number;
    CU_ASSERT_FATAL(waves_events_scan(names, text_of(line), &scan, &why));
    CU_ASSERT_EQUAL(scan.members, 4);
    CU_ASSERT(waves_text_is(scan.field[WAVES_FIELD_EVENT], "a.b"));
    CU_ASSERT(!waves_text_is(scan.field[WAVES_FIELD_EVENT], "a.bc") &&
              !waves_text_is(scan.field[WAVES_FIELD_EXPORT], "a"));
    CU_ASSERT(waves_text_number(scan.field[WAVES_FIELD_THREAD], &number) && number == 7);
    CU_ASSERT(waves_text_number(scan.field[WAVES_FIELD_LR], &number) && number == 0x82000000);
    CU_ASSERT(scan.field[WAVES_FIELD_EXPORT].at == NULL && scan.member[2].field == WAVES_FIELD_NONE);
    struct waves_text y = waves_text_member(scan.member[2].value, "y"), name, value;
    const char *at = y.at;
    CU_ASSERT(waves_text_next(y, &at, &name, &value) && waves_text_same(value, text_of("1")));
    CU_ASSERT(waves_text_next(y, &at, &name, &value));
    CU_ASSERT(waves_text_same(waves_text_member(value, "z"), text_of("\"}\\\"\"")));
    CU_ASSERT(!waves_text_next(y, &at, &name, &value));
    CU_ASSERT(waves_text_member(value, "q").at == NULL);
    static const struct {
        const char *line, *why;
    } bad[] = {
        {"", "the line is empty"},
        {"[]", "this is no JSON object"},
        {"{\"a\":1", "an object does not end"},
        {"{\"a\":1}x", "something follows the record"},
        {"{\"a\":\"12345678\n\"}", "a control character stands in a string"},
        {"{\"a\":\"\\x\"}", "a backslash in a string stands before nothing that it may"},
        {"{\"a\":\"\\", "a backslash in a string stands before nothing that it may"},
        {"{\"event\":1,\"event\":2}", "two members of an object have one name"},
        {"{\"a\":01}", "a number is none"},
        {"{\"a\":-}", "a number is none"},
        {"{\"a\":nul}", "a value is none"},
        {"{\"a\":[1,]}", "a value is none"},
        {"{\"a\":{1:2}}", "a member of an object has no name"},
        {"{\"a\" 1}", "no colon follows a name"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        why = "";
        CU_ASSERT(!waves_events_scan(names, text_of(bad[i].line), &scan, &why));
        CU_ASSERT_STRING_EQUAL(why, bad[i].why);
    }
    CU_ASSERT(!waves_text_number(text_of("-1"), &number) && !waves_text_number(text_of("0x10"), &number));
    CU_ASSERT(waves_text_number(text_of("18446744073709551615"), &number) && number == UINT64_MAX);
    CU_ASSERT(!waves_text_number(text_of("18446744073709551616"), &number) &&
              !waves_text_number(text_of("\"\""), &number));
    waves_events_names_free(names);
}

static void test_names(void)
{
    static const char names_text[] =
        "thread <- who.id # comment\n\nexport <- who.what.name\nevent import.call <- call\n";
    struct waves_events_names *names;
    static struct waves_scan scan;
    const char *why;
    char path[40];
    int file = file_of(names_text, sizeof names_text - 1, path);
    CU_ASSERT_EQUAL_FATAL(waves_events_names_read(path, &names, &error), SIM_OK);
    CU_ASSERT_FATAL(waves_events_scan(
        names, text_of("{\"who\":{\"id\":3,\"what\":{\"name\":\"A\",\"lr\":1},\"lr\":2},\"event\":\"call\",\"lr\":4}"),
        &scan, &why));
    CU_ASSERT(waves_text_same(scan.field[WAVES_FIELD_THREAD], text_of("3")));
    CU_ASSERT(waves_text_is(scan.field[WAVES_FIELD_EXPORT], "A"));
    CU_ASSERT(waves_text_is(scan.field[WAVES_FIELD_EVENT], "import.call"));
    CU_ASSERT(waves_text_same(scan.field[WAVES_FIELD_LR], text_of("4"))); /* not those of the objects within */
    CU_ASSERT_EQUAL(scan.members, 6);
    waves_events_names_free(names);
    close(file);
}

/* Lines of every length across the ends of blocks: in order, at their offsets, backwards, by their numbers. */
static void test_file(void)
{
    enum { LINES = 30000 };
    char *text = malloc(LINES * 100), path[40];
    uint64_t *offset = malloc(LINES * sizeof *offset);
    CU_ASSERT_FATAL(text && offset);
    size_t size = 0;
    for (unsigned i = 0; i < LINES; i++) {
        offset[i] = size;
        size += (size_t)sprintf(
            text + size, "%u %.*s\n", i, (int)(i * 7 % 83),
            "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklm");
    }
    int fd = file_of(text, size - 1, path); /* the last line has no end */
    struct waves_events_file *file;
    struct waves_events_line line;
    struct waves_text at;
    bool more = true;
    unsigned right = 0;
    CU_ASSERT_EQUAL_FATAL(waves_events_file_open(path, &file, &error), SIM_OK);
    while (waves_events_file_next(file, &line, &more, &error) == SIM_OK && more)
        right += right < LINES && line.offset == offset[right] && line.number == right + 1 && !line.why &&
                 (unsigned)atoi(line.text.at) == right;
    CU_ASSERT_EQUAL(right, LINES);
    right = 0;
    for (unsigned i = LINES; i-- > 0;) {
        uint64_t before;
        size_t length = (size_t)((i + 1 < LINES ? offset[i + 1] : size) - offset[i] - 1);
        right += waves_events_file_at(file, offset[i], &at, &error) == SIM_OK && at.length == length &&
                 memcmp(at.at, text + offset[i], length) == 0;
        right += waves_events_file_before(file, offset[i], &before, &error) ? i > 0 && before == offset[i - 1] : i == 0;
        right += i % 97 != 0 || waves_events_file_number(file, offset[i]) == i + 1;
    }
    CU_ASSERT_EQUAL(right, 3 * LINES);
    waves_events_file_close(file);
    close(fd);
    free(text);
    free(offset);
}

static const struct waves_thing *memory_at(const struct waves_things *things, uint64_t address, uint64_t time)
{
    return waves_things_find(things, WAVES_THING_MEMORY, address, time);
}

static void give(struct waves_things *things, uint64_t key, uint32_t last, uint64_t time, uint16_t owner)
{
    waves_things_add(things, &(struct waves_thing){
                                 .key = key, .from = time, .size = last, .owner = owner, .class = WAVES_THING_MEMORY});
}

static void test_things(void)
{
    struct waves_things things = {0};
    give(&things, 0x1000, 0xFFF, 50, 1); /* told before what was there earlier, as in a log that is not in order */
    give(&things, 0x1000, 0xFF, 10, 2);
    waves_things_end(&things, WAVES_THING_MEMORY, 0x1000, 20);
    give(&things, 0x1400, 0x1F, 60, 1);
    give(&things, 0x1400, 0x0F, 61, 1); /* a part of what is there */
    waves_things_end(&things, WAVES_THING_MEMORY, 0x1400, 70);
    waves_things_end(&things, WAVES_THING_MEMORY, 0x9000, 70);
    for (unsigned i = 0; i < 1000; i++) /* many that lie before and do not reach so far */
        give(&things, 0x100000 + 0x100 * i, 0x7F, 5, 3);
    give(&things, 0x80000, 0xFFFFF, 5, 4);
    waves_things_settle(&things);
    CU_ASSERT(!memory_at(&things, 0x1010, 9) && !memory_at(&things, 0x1010, 21) && !memory_at(&things, 0xFFF, 60));
    CU_ASSERT(memory_at(&things, 0x10FF, 20) && memory_at(&things, 0x10FF, 20)->owner == 2);
    CU_ASSERT(!memory_at(&things, 0x1100, 15));
    CU_ASSERT(memory_at(&things, 0x1FFF, 1000) && memory_at(&things, 0x1FFF, 1000)->nth == 0);
    CU_ASSERT(memory_at(&things, 0x1410, 65) && memory_at(&things, 0x1410, 65)->key == 0x1400);
    CU_ASSERT(memory_at(&things, 0x1410, 71) && memory_at(&things, 0x1410, 71)->key == 0x1000);
    CU_ASSERT(memory_at(&things, 0x100000 + 0x100 * 700, 6)->nth == 700);
    CU_ASSERT(memory_at(&things, 0x100080 + 0x100 * 400, 6)->owner == 4);
    CU_ASSERT(!memory_at(&things, 0x180080 + 0x100 * 10, 6));
    CU_ASSERT(!waves_things_find(&things, WAVES_THING_ID, 0x1000, 60));
    waves_things_free(&things);
}

static void create(struct waves_threads *threads, unsigned by, unsigned of, unsigned entry, unsigned context)
{
    static struct waves_scan scan;
    const char *why;
    char line[200];
    struct waves_events_names *names = waves_events_names_ours();
    snprintf(line, sizeof line, "{\"thread\":%u,\"of\":%u,\"entry\":\"0x%08x\",\"context\":\"0x%08x\"}", by, of, entry,
             context);
    CU_ASSERT_FATAL(waves_events_scan(names, text_of(line), &scan, &why));
    waves_threads_of(threads, by);
    CU_ASSERT(waves_threads_create(threads, &scan, &why));
    waves_events_names_free(names);
}

static uint64_t partner_of(const struct waves_threads *a, const struct waves_threads *b, uint64_t number)
{
    uint32_t partner = a->at[waves_threads_find(a, number)].partner;
    return partner == WAVES_NO_THREAD ? 0 : b->at[partner].number;
}

static void test_threads(void)
{
    struct waves_threads a = {0}, b = {0};
    struct waves_tid_map map;
    create(&a, 0, 1, 0x82000000, 0);
    create(&a, 1, 2, 0x82000100, 0x828F3B08); /* the same entry, other contexts in the image */
    create(&a, 1, 3, 0x82000100, 0x828F3B68);
    create(&a, 1, 4, 0x82000200, 0xBE56BB3C); /* a heap elsewhere: the low bits tell */
    create(&a, 1, 5, 0x82000200, 0xBE560010);
    create(&a, 2, 6, 0x82000300, 0); /* creators tell */
    create(&a, 3, 7, 0x82000300, 0);
    create(&a, 1, 8, 0x82000400, 0);          /* only here */
    create(&a, 1, 9, 0x82000500, 0x82900000); /* an image that lies elsewhere has another context */
    create(&b, 0, 10, 0x82000000, 0);
    create(&b, 10, 30, 0x82000100, 0x828F3B68);
    create(&b, 10, 20, 0x82000100, 0x828F3B08);
    create(&b, 10, 50, 0x82000200, 0xBE8C0010);
    create(&b, 10, 40, 0x82000200, 0xBE8CBB3C);
    create(&b, 30, 70, 0x82000300, 0);
    create(&b, 20, 60, 0x82000300, 0);
    create(&b, 10, 90, 0x82000500, 0x82900004);
    CU_ASSERT_EQUAL(waves_threads_match(&a, &b, NULL, &error), SIM_OK);
    for (unsigned i = 1; i <= 7; i++)
        CU_ASSERT_EQUAL(partner_of(&a, &b, i), 10 * i);
    CU_ASSERT(partner_of(&a, &b, 8) == 0 && partner_of(&a, &b, 9) == 0 && partner_of(&a, &b, 0) == 0);
    CU_ASSERT_EQUAL(a.at[waves_threads_find(&a, 4)].match, WAVES_MATCH_LOW);
    CU_ASSERT_EQUAL(a.at[waves_threads_find(&a, 6)].match, WAVES_MATCH_CREATOR);
    for (uint32_t i = 0; i < a.count; i++)
        a.at[i].partner = WAVES_NO_THREAD;
    for (uint32_t i = 0; i < b.count; i++)
        b.at[i].partner = WAVES_NO_THREAD;
    CU_ASSERT_EQUAL(waves_tid_map_read("9=90,4=50", &map, &error), SIM_OK);
    CU_ASSERT_EQUAL(waves_threads_match(&a, &b, &map, &error), SIM_OK);
    CU_ASSERT(partner_of(&a, &b, 9) == 90 && partner_of(&a, &b, 4) == 50 && partner_of(&a, &b, 5) == 40);
    CU_ASSERT_EQUAL(waves_tid_map_read("4=5,6=5", &map, &error), SIM_USAGE);
    waves_threads_free(&a);
    waves_threads_free(&b);
}

static void test_too_many_threads(void)
{
    struct waves_threads threads = {0};
    for (unsigned i = 0; i < WAVES_THREADS_MOST; i++)
        CU_ASSERT_EQUAL(waves_threads_of(&threads, UINT64_C(1) << 33 | i * 64), i);
    CU_ASSERT_EQUAL(waves_threads_of(&threads, 1), WAVES_NO_THREAD);
    CU_ASSERT_EQUAL(waves_threads_of(&threads, UINT64_C(1) << 33 | 64), 1);
    waves_threads_free(&threads);
}

static void test_corpus(void)
{
    CU_ASSERT(corpus_replay("events_diff", fuzz_events_diff) >= 10);
}

void test_events_diff(void)
{
    CU_pSuite suite = CU_add_suite("events diff", NULL, NULL);
    CU_add_test(suite, "members of a line", scans_lines);
    CU_add_test(suite, "names of another program", test_names);
    CU_add_test(suite, "lines at offsets", test_file);
    CU_add_test(suite, "what was where when", test_things);
    CU_add_test(suite, "threads of two logs", test_threads);
    CU_add_test(suite, "too many threads", test_too_many_threads);
    CU_add_test(suite, "the fuzzer's corpus", test_corpus);
}
