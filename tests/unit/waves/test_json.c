/* JSON of logs: what is taken, what is refused, and what comes out. */
#include "models/sim/status.h"
#include "tests/unit/suites.h"
#include "waves/analysis/counts.h"
#include "waves/analysis/json.h"

#include <CUnit/CUnit.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct waves_json_reader reader;

static const struct waves_json *read_text(const char *text, const char **why)
{
    static char line[4096];
    SIM_CHECK(strlen(text) < sizeof line, "a line of %zu bytes", strlen(text));
    strcpy(line, text);
    *why = NULL;
    return waves_json_read(&reader, line, strlen(text), why);
}

/* The value as other text: strings in <>, lengths before them. */
static size_t tell(const struct waves_json *value, char *to)
{
    size_t used = 0;
    if (value->name)
        used += (size_t)sprintf(to + used, "%s:", value->name);
    switch (value->type) {
    case WAVES_JSON_OBJECT:
    case WAVES_JSON_ARRAY:
        used += (size_t)sprintf(to + used, "%c%" PRIu32, value->type == WAVES_JSON_OBJECT ? 'o' : 'a', value->count);
        for (const struct waves_json *v = waves_json_first(value); v; v = waves_json_next(value, v)) {
            to[used++] = ' ';
            used += tell(v, to + used);
        }
        to[used++] = '.';
        to[used] = '\0';
        return used;
    case WAVES_JSON_STRING:
        return used + (size_t)sprintf(to + used, "%" PRIu32 "<%s>", value->length, value->text);
    case WAVES_JSON_INTEGER:
        return used + (size_t)sprintf(to + used, "%" PRId64, value->integer);
    case WAVES_JSON_REAL:
        return used + (size_t)sprintf(to + used, "r%.*s", (int)value->length, value->text);
    default:
        return used + (size_t)sprintf(to + used, "%c", "nft"[value->type]);
    }
}

static void test_taken(void)
{
    static const struct {
        const char *text, *told;
    } rows[] = {
        {"{}", "o0."},
        {" [ ] \r\n", "a0."},
        {"[[],{}, [1]]", "a3 a0. o0. a1 1.."},
        {"{\"a\" : 1,\"b\":{\"a\":[true,false,null]},\"\":\"\"}", "o3 a:1 b:o1 a:a3 t f n.. :0<>."},
        {"0", "0"},
        {"-0", "0"},
        {"-17", "-17"},
        {"9223372036854775807", "9223372036854775807"},
        {"-9223372036854775808", "-9223372036854775808"},
        {"[1.5,-0.0e-10,1E+3,12345678901234567890.0]", "a4 r1.5 r-0.0e-10 r1E+3 r12345678901234567890.0."},
        {"\"a\\\"\\\\\\/\\b\\f\\n\\r\\tz\"", "10<a\"\\/\b\f\n\r\tz>"},
        {"\"\\u0041\\u00e9\\u20AC\\ud83c\\udfae\"", "10<A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x8E\xAE>"},
        {"\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x8E\xAE\x7F\"", "10<\xC3\xA9\xE2\x82\xAC\xF0\x9F\x8E\xAE\x7F>"},
        {"\"a\\u0000b\"", "3<a>"},
        {"{\"a\\u0000\":1,\"a\":2}", "o2 a:1 a:2."},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *why;
        char told[400];
        const struct waves_json *value = read_text(rows[i].text, &why);
        if (!value) {
            CU_assertImplementation(CU_FALSE, __LINE__, why, __FILE__, rows[i].text, CU_FALSE);
            continue;
        }
        tell(value, told);
        CU_ASSERT_STRING_EQUAL(told, rows[i].told);
    }
    const char *why;
    const struct waves_json *object = read_text("{\"a\\u0000\":1,\"a\":2,\"c\":[3]}", &why);
    CU_ASSERT_FATAL(object != NULL);
    CU_ASSERT(waves_json_member(object, "a")->integer == 2 && waves_json_member(object, "c")->count == 1);
    CU_ASSERT_PTR_NULL(waves_json_member(object, "b"));
    waves_json_reader_free(&reader);
}

static void test_refused(void)
{
    static const struct {
        const char *text, *why;
    } rows[] = {
        {"", "a value is missing"},
        {" ", "a value is missing"},
        {"[1,]", "a value is none"},
        {"[", "a value is missing"},
        {"[1", "an array does not end"},
        {"[1 2]", "an array does not end"},
        {"{\"a\":1", "an object does not end"},
        {"{\"a\":1,}", "a member of an object has no name"},
        {"{a:1}", "a member of an object has no name"},
        {"{\"a\" 1}", "no colon follows a name"},
        {"{\"a\":}", "a value is none"},
        {"{\"a\":1,\"b\":2,\"a\":3}", "two members of an object have one name"},
        {"{\"a\":1,\"\\u0061\":3}", "two members of an object have one name"},
        {"1 1", "something follows the value"},
        {"{}x", "something follows the value"},
        {"tru", "a value is none"},
        {"nul", "a value is none"},
        {"'a'", "a value is none"},
        {"+1", "a value is none"},
        {".5", "a value is none"},
        {"-", "a number lacks digits"},
        {"1.", "a number lacks digits"},
        {"1e", "a number lacks digits"},
        {"1e+", "a number lacks digits"},
        {"01", "a number begins with 0"},
        {"9223372036854775808", "an integer is too big"},
        {"-9223372036854775809", "an integer is too big"},
        {"99999999999999999999999999", "an integer is too big"},
        {"\"a", "a string does not end"},
        {"\"a\\\"", "a string does not end"},
        {"\"a\\", "a backslash in a string stands before nothing that it may"},
        {"\"\\x\"", "a backslash in a string stands before nothing that it may"},
        {"\"\\u12\"", "a \\u in a string makes no character"},
        {"\"\\u12G4\"", "a \\u in a string makes no character"},
        {"\"\\ud800\"", "a \\u in a string makes no character"},
        {"\"\\ud800\\u0041\"", "a \\u in a string makes no character"},
        {"\"\\udc00\\ud800\"", "a \\u in a string makes no character"},
        {"\"\t\"", "a control character stands in a string"},
        {"\"\x80\"", "a string is not UTF-8"},
        {"\"\xC0\x80\"", "a string is not UTF-8"},
        {"\"\xE2\x82\"", "a string is not UTF-8"},
        {"\"\xE0\x9F\xBF\"", "a string is not UTF-8"},
        {"\"\xED\xA0\x80\"", "a string is not UTF-8"},
        {"\"\xF4\x90\x80\x80\"", "a string is not UTF-8"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *why;
        if (read_text(rows[i].text, &why))
            CU_assertImplementation(CU_FALSE, __LINE__, "it was taken", __FILE__, rows[i].text, CU_FALSE);
        else
            CU_ASSERT_STRING_EQUAL(why, rows[i].why);
    }
    waves_json_reader_free(&reader);
}

static void test_limits(void)
{
    char text[4000];
    const char *why;
    for (unsigned depth = WAVES_JSON_DEPTH - 1; depth < WAVES_JSON_DEPTH + 2; depth++) {
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        text[2 * depth] = '\0';
        CU_ASSERT_EQUAL(read_text(text, &why) != NULL, depth <= WAVES_JSON_DEPTH);
    }
    CU_ASSERT_STRING_EQUAL(why, "brackets lie too deep");
    for (unsigned members = WAVES_JSON_MEMBERS; members < WAVES_JSON_MEMBERS + 2; members++) {
        size_t used = 0;
        for (unsigned i = 0; i < members; i++)
            used += (size_t)sprintf(text + used, "%c\"%u\":%u", i ? ',' : '{', i, i);
        strcpy(text + used, "}");
        const struct waves_json *object = read_text(text, &why);
        CU_ASSERT_EQUAL(object != NULL, members <= WAVES_JSON_MEMBERS);
        CU_ASSERT(!object || waves_json_member(object, "255")->integer == 255);
    }
    CU_ASSERT_STRING_EQUAL(why, "an object has too many members");
    waves_json_reader_free(&reader);
}

static void test_counts(void)
{
    enum { NAMES = 1000 };
    struct waves_counts counts = {0};
    char name[20];
    for (unsigned i = 0; i < NAMES * 3; i++) {
        (void)snprintf(name, sizeof name, "name %u", i % NAMES);
        waves_counts_of(&counts, name)->count += i % NAMES / 10;
    }
    CU_ASSERT_EQUAL(counts.used, NAMES);
    CU_ASSERT_STRING_EQUAL(counts.at[7].name, "name 7");
    waves_counts_sort(&counts);
    CU_ASSERT(strcmp(counts.at[0].name, "name 990") == 0 && counts.at[0].count == 297);
    CU_ASSERT(strcmp(counts.at[9].name, "name 999") == 0 && strcmp(counts.at[10].name, "name 980") == 0);
    CU_ASSERT_EQUAL(waves_counts_of(&counts, "name 500")->count, 150);
    CU_ASSERT_EQUAL(waves_counts_of(&counts, "another")->count, 0);
    CU_ASSERT_EQUAL(counts.used, NAMES + 1);
    waves_counts_free(&counts);
    waves_counts_sort(&counts);
}

static void test_printed(void)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    CU_ASSERT_FATAL(out != NULL);
    waves_json_print(out, "a\"\\\n\xC3\xA9\xE9\xE2\x82");
    (void)fclose(out);
    CU_ASSERT_STRING_EQUAL(text, "\"a\\\"\\\\\\u000A\xC3\xA9\\uFFFD\\uFFFD\\uFFFD\"");
    free(text);
}

void test_json(void)
{
    CU_pSuite suite = CU_add_suite("json", NULL, NULL);
    CU_add_test(suite, "what is taken", test_taken);
    CU_add_test(suite, "what is refused", test_refused);
    CU_add_test(suite, "limits", test_limits);
    CU_add_test(suite, "strings that are printed", test_printed);
    CU_add_test(suite, "counts by name", test_counts);
}
