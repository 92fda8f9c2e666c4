/* The writer of the event log's text. */
#include "kernel-hle/log/text.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <stdbool.h>

/* Compares what has been written, and forgets it. */
static void expect(struct log_text *t, const char *text)
{
    size_t length = (size_t)(t->at - t->begin);
    CU_ASSERT_EQUAL(length, strlen(text));
    CU_ASSERT(length == strlen(text) && memcmp(t->begin, text, length) == 0);
    t->at = t->begin;
}

static void test_numbers(void)
{
    static const struct {
        uint64_t value;
        const char *decimal, *as_signed, *hex;
    } rows[] = {
        {0, "0", "0", "\"0x00000000\""},
        {9, "9", "9", "\"0x00000009\""},
        {10, "10", "10", "\"0x0000000a\""},
        {99, "99", "99", "\"0x00000063\""},
        {100, "100", "100", "\"0x00000064\""},
        {1234567, "1234567", "1234567", "\"0x0012d687\""},
        {UINT32_MAX, "4294967295", "4294967295", "\"0xffffffff\""},
        {UINT64_C(1) << 32, "4294967296", "4294967296", "\"0x100000000\""},
        {INT64_MAX, "9223372036854775807", "9223372036854775807", "\"0x7fffffffffffffff\""},
        {UINT64_C(1) << 63, "9223372036854775808", "-9223372036854775808", "\"0x8000000000000000\""},
        {UINT64_MAX, "18446744073709551615", "-1", "\"0xffffffffffffffff\""},
    };
    struct log_text t = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        log_number(&t, rows[i].value);
        expect(&t, rows[i].decimal);
        log_signed(&t, (int64_t)rows[i].value);
        expect(&t, rows[i].as_signed);
        log_hex(&t, rows[i].value, 8);
        expect(&t, rows[i].hex);
    }
    log_wide(&t, -5);
    expect(&t, "\"-5\"");
    log_hex(&t, 0x1F, 1);
    expect(&t, "\"0x1f\"");
    log_text_free(&t);
}

static void test_strings(void)
{
    static const struct {
        const char *bytes;
        size_t length;
        const char *text;
    } rows[] = {
        {"", 0, "\"\""},
        {"game:\\a \"b\"", 11, "\"game:\\\\a \\\"b\\\"\""},
        {"a\nb\t\x7F", 5, "\"a\\u000ab\\u0009\\u007f\""},
        {"a\0b", 3, "\"a\\u0000b\""},
        {"\xC3\xA9", 2, "\"\xC3\xA9\""},
        {"\xE2\x82\xAC\xF0\x9F\x8E\xAE", 7, "\"\xE2\x82\xAC\xF0\x9F\x8E\xAE\""},
        {"\xE9t\xE9", 3, "\"\\u00e9t\\u00e9\""},                     /* Latin-1 */
        {"\xC0\x80", 2, "\"\\u00c0\\u0080\""},                       /* too long for its character */
        {"\xE0\x9F\xBF", 3, "\"\\u00e0\\u009f\\u00bf\""},            /* the same */
        {"\xF0\x8F\xBF\xBF", 4, "\"\\u00f0\\u008f\\u00bf\\u00bf\""}, /* the same */
        {"\xED\xA0\x80", 3, "\"\\u00ed\\u00a0\\u0080\""},            /* half of a pair */
        {"\xF4\x90\x80\x80", 4, "\"\\u00f4\\u0090\\u0080\\u0080\""}, /* past the last character */
        {"\xE2\x82", 2, "\"\\u00e2\\u0082\""},                       /* cut off */
    };
    struct log_text t = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        log_string(&t, rows[i].bytes, rows[i].length);
        expect(&t, rows[i].text);
    }
    log_string16(&t, "\0a\0\"\0\n\x00\xE9\x20\xAC\xD8\x3C\xDF\xAE", 7);
    expect(&t, "\"a\\\"\\u000a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x8E\xAE\"");
    log_string16(&t, "\xD8\x3C\0a\xDF\xAE\xD8\x3C", 4); /* halves without their others */
    expect(&t, "\"\xEF\xBF\xBD"
               "a\xEF\xBF\xBD\xEF\xBF\xBD\"");
    log_text_free(&t);
}

static void test_nesting(void)
{
    struct log_text t = {0};
    log_open(&t, '{');
    log_member(&t, "a");
    log_open(&t, '[');
    log_close(&t, ']');
    log_member(&t, "b");
    log_open(&t, '[');
    for (unsigned i = 0; i < 3; i++) {
        log_item(&t);
        log_open(&t, '{');
        log_member(&t, "n");
        log_number(&t, i);
        log_close(&t, '}');
    }
    log_close(&t, ']');
    log_member(&t, "c");
    log_name(&t, "[");
    log_member(&t, "d");
    log_put(&t, "true");
    log_close(&t, '}');
    expect(&t, "{\"a\":[],\"b\":[{\"n\":0},{\"n\":1},{\"n\":2}],\"c\":\"[\",\"d\":true}");
    log_text_free(&t);
}

static void test_growth(void)
{
    enum { LENGTH = 3000, TIMES = 100 };
    struct log_text t = {0};
    char long_text[LENGTH];
    memset(long_text, '\\', sizeof long_text);
    for (unsigned i = 0; i < TIMES; i++)
        log_string(&t, long_text, sizeof long_text);
    CU_ASSERT_EQUAL(t.at - t.begin, TIMES * (2 * LENGTH + 2));
    bool same = true;
    for (size_t i = 0; i < (size_t)(t.at - t.begin); i++)
        same = same && t.begin[i] == (i % (2 * LENGTH + 2) == 0 || i % (2 * LENGTH + 2) == 2 * LENGTH + 1 ? '"' : '\\');
    CU_ASSERT(same);
    log_text_free(&t);
}

void test_log_text(void)
{
    CU_pSuite suite = CU_add_suite("hle/log text", NULL, NULL);
    CU_add_test(suite, "numbers", test_numbers);
    CU_add_test(suite, "strings", test_strings);
    CU_add_test(suite, "members and elements", test_nesting);
    CU_add_test(suite, "memory that grows", test_growth);
}
