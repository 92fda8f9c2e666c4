/* How the event log shows what belongs to the guest: arguments by their types, strings, callers. */
#include "kernel-hle/kernel/guest.h"
#include "kernel-hle/kernel/kernel_parts.h"
#include "kernel-hle/log/log_parts.h"
#include "tests/support/kernel_bench.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

enum { MEMORY = KERNEL_BENCH_MEMORY, HOLE = 0x20000000 };

static struct sim_error error;

static void put(struct kernel_bench *b, uint32_t address, const void *bytes, size_t size)
{
    CU_ASSERT_FATAL(guest_write(b->kernel, address, bytes, size));
}

/* Compares what has been written, and forgets it. */
static void expect(struct log_text *t, const char *text)
{
    size_t length = (size_t)(t->at - t->begin);
    char failure[1400];
    if (length != strlen(text) || memcmp(t->begin, text, length) != 0) {
        (void)snprintf(failure, sizeof failure, "'%.*s', not '%s'", (int)length, t->begin, text);
        CU_assertImplementation(CU_FALSE, __LINE__, failure, __FILE__, "", CU_FALSE);
    }
    t->at = t->begin;
}

/* Memory that the rows below speak of. */
static struct kernel_bench *furnish(void)
{
    struct kernel_bench *b = kernel_bench_new(NULL);
    kernel_bench_text(b, MEMORY, "game:\\media");
    put(b, MEMORY + 0x100, "\0A\0\"\x20\xAC\0\0", 8);
    put(b, MEMORY + 0x200, "\0\x04\0\x08\x40\0\0\0", 8);                  /* ANSI_STRING "game" */
    put(b, MEMORY + 0x210, "\0\x06\0\x06\x40\0\x01\0", 8);                /* UNICODE_STRING */
    put(b, MEMORY + 0x220, "\xFF\xFF\xFF\xFD\x40\0\x02\0\0\0\0\x40", 12); /* OBJECT_ATTRIBUTES */
    put(b, MEMORY + 0x230, "\xFF\xFF\xFF\xFF\xFF\xFF\xD8\xF0", 8);        /* a millisecond */
    put(b, MEMORY + 0x238, "\x80\0\0\0\0\0\0\0", 8);                      /* the longest */
    put(b, MEMORY + 0x240, "\0\0\0\0\0\0\0\x05", 8);                      /* a time that is over */
    put(b, MEMORY + 0x248, "\x12\x34\x56\x78\x9A\xBC\xDE\xF0", 8);
    put(b, MEMORY + 0x250, "\x01\0\0\0\0\0\0\x01", 8);   /* header of a set synchronization event */
    put(b, MEMORY + 0x260, "\0\0\0\0\x40\0\x02\x50", 8); /* addresses of objects */
    put(b, MEMORY + 0x270, "\0\x08\0\x08\x20\0\0\0", 8); /* ANSI_STRING of what is not there */
    kernel_bench_text(b, MEMORY + KERNEL_BENCH_MEMORY_SIZE - 4, "abc");
    put(b, MEMORY + KERNEL_BENCH_MEMORY_SIZE - 1, "d", 1);
    char text[1000];
    memset(text, 'x', sizeof text);
    put(b, MEMORY + 0x1F00, text, sizeof text);
    return b;
}

static void test_types(void)
{
    static const struct {
        const char *signature;
        uint64_t argument, second;
        const char *text;
    } rows[] = {
        {"u32 a", 4294967295, 0, "\"a\":4294967295"},
        {"u16 a", 7, 0, "\"a\":7"},
        {"s32 a", 0xFFFFFFFF, 0, "\"a\":-1"},
        {"s64 a", UINT64_MAX - 9, 0, "\"a\":\"-10\""},
        {"u64 a, bool b", 10, 8, "\"a\":\"0x000000000000000a\",\"b\":true"},
        {"bool a, f64 b", 0, 0x3FF0000000000000, "\"a\":false,\"b\":\"0x3ff0000000000000\""},
        {"ptr a, code b", 0x82000000, 0, "\"a\":\"0x82000000\",\"b\":\"0x00000000\""},
        {"handle a", 0, 0, "\"a\":{\"handle\":\"0x00000000\"}"},
        {"handle a", 0xF8FFFFF0, 0, "\"a\":{\"handle\":\"0xf8fffff0\"}"},
        {"string a", MEMORY, 0, "\"a\":{\"address\":\"0x40000000\",\"text\":\"game:\\\\media\"}"},
        {"format a", 0, 0, "\"a\":{\"address\":\"0x00000000\"}"},
        {"string a", HOLE, 0, "\"a\":{\"address\":\"0x20000000\",\"text\":\"\",\"cut\":true}"},
        {"string a", MEMORY + KERNEL_BENCH_MEMORY_SIZE - 4, 0,
         "\"a\":{\"address\":\"0x400ffffc\",\"text\":\"abcd\",\"cut\":true}"},
        {"wstring a", MEMORY + 0x100, 0, "\"a\":{\"address\":\"0x40000100\",\"text\":\"A\\\"\xE2\x82\xAC\"}"},
        {"wstring a", MEMORY + KERNEL_BENCH_MEMORY_SIZE - 3, 0,
         "\"a\":{\"address\":\"0x400ffffd\",\"text\":\"\xE6\x89\xA3\",\"cut\":true}"},
        {"ansi_string a", MEMORY + 0x200, 0, "\"a\":{\"address\":\"0x40000200\",\"text\":\"game\"}"},
        {"ansi_string a", MEMORY + 0x270, 0, "\"a\":{\"address\":\"0x40000270\",\"text\":\"\",\"cut\":true}"},
        {"ansi_string a, unicode_string b", HOLE, 0,
         "\"a\":{\"address\":\"0x20000000\"},\"b\":{\"address\":\"0x00000000\"}"},
        {"unicode_string a", MEMORY + 0x210, 0, "\"a\":{\"address\":\"0x40000210\",\"text\":\"A\\\"\xE2\x82\xAC\"}"},
        {"object_attributes a", MEMORY + 0x220, 0,
         "\"a\":{\"address\":\"0x40000220\",\"root\":{\"handle\":\"0xfffffffd\"},\"text\":\"game\",\"flags\":"
         "\"0x00000040\"}"},
        {"object_attributes a", 0, 0, "\"a\":{\"address\":\"0x00000000\"}"},
        {"timeout a", 0, 0, "\"a\":{\"address\":\"0x00000000\",\"ns\":-1}"},
        {"timeout a", MEMORY + 0x230, 0, "\"a\":{\"address\":\"0x40000230\",\"ns\":1000000}"},
        {"timeout a", MEMORY + 0x238, 0, "\"a\":{\"address\":\"0x40000238\",\"ns\":9223372036854775807}"},
        {"timeout a", MEMORY + 0x240, 0, "\"a\":{\"address\":\"0x40000240\",\"ns\":0,\"until\":\"5\"}"},
        {"timeout a", HOLE, 0, "\"a\":{\"address\":\"0x20000000\"}"},
        {"event a, object b", MEMORY + 0x250, 0,
         "\"a\":{\"address\":\"0x40000250\",\"type\":\"event\"},\"b\":{\"address\":\"0x00000000\"}"},
        {"semaphore a", HOLE, 0, "\"a\":{\"address\":\"0x20000000\"}"},
        {"u32 count, object_array a", 2, MEMORY + 0x260,
         "\"count\":2,\"a\":[{\"address\":\"0x00000000\"},{\"address\":\"0x40000250\",\"type\":\"event\"}]"},
        {"u32 count, handle_array a", 1, MEMORY + 0x260, "\"count\":1,\"a\":[{\"handle\":\"0x00000000\"}]"},
        {"u32 count, handle_array a", 4294967295, HOLE, "\"count\":4294967295,\"a\":[]"},
        {"in_u32 a", MEMORY + 0x248, 0, "\"a\":{\"address\":\"0x40000248\",\"value\":305419896}"},
        {"in_u32 a, inout_ptr b", 0, HOLE, "\"a\":{\"address\":\"0x00000000\"},\"b\":{\"address\":\"0x20000000\"}"},
        {"inout_ptr a", MEMORY + 0x248, 0, "\"a\":{\"address\":\"0x40000248\",\"value\":\"0x12345678\"}"},
        {"in_u64 a", MEMORY + 0x248, 0, "\"a\":{\"address\":\"0x40000248\",\"value\":\"0x123456789abcdef0\"}"},
        {"out_handle a, iosb b", MEMORY, MEMORY, "\"a\":\"0x40000000\",\"b\":\"0x40000000\""},
    };
    struct kernel_bench *b = furnish();
    struct log_text t = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct hle_signature signature;
        char text[400];
        CU_ASSERT_EQUAL_FATAL(hle_signature_parse(&signature, HLE_TYPE_status, rows[i].signature, &error), SIM_OK);
        log_open(&t, '{');
        log_arguments(&t, b->kernel, &signature, (uint64_t[]){rows[i].argument, rows[i].second});
        (void)snprintf(text, sizeof text, "{\"arguments\":{%s}", rows[i].text);
        expect(&t, text);
        uint32_t address;
        bool write;
        CU_ASSERT(!kernel_fault(b->kernel, &address, &write));
    }
    log_text_free(&t);
    kernel_bench_free(b);
}

static void test_results(void)
{
    static const struct {
        const char *signature;
        uint64_t argument, second;
        const char *text;
    } rows[] = {
        {"u32 a, ptr b", MEMORY, MEMORY, ""},
        {"out_u16 a", MEMORY + 0x248, 0, ",\"out\":{\"a\":4660}"},
        {"out_u32 a, out_u64 b", MEMORY + 0x248, MEMORY + 0x248,
         ",\"out\":{\"a\":305419896,\"b\":\"0x123456789abcdef0\"}"},
        {"out_ptr a, out_f32 b", MEMORY + 0x248, MEMORY + 0x248,
         ",\"out\":{\"a\":\"0x12345678\",\"b\":\"0x12345678\"}"},
        {"out_u32 a, out_u32 b", 0, MEMORY + 0x248, ",\"out\":{\"b\":305419896}"},
        {"out_u32 a, out_u32 b", HOLE, MEMORY + 0x248, ",\"out\":{\"b\":305419896}"},
        {"out_u32 a, out_handle b", HOLE, HOLE, ""},
        {"out_handle a", MEMORY + 0x248, 0, ",\"out\":{\"a\":{\"handle\":\"0x12345678\"}}"},
        {"iosb a", MEMORY + 0x248, 0, ",\"out\":{\"a\":{\"status\":\"0x12345678\",\"information\":2596069104}}"},
        {"inout_u32 a, inout_ptr b", MEMORY + 0x248, MEMORY + 0x24C, ",\"out\":{\"a\":305419896,\"b\":\"0x9abcdef0\"}"},
    };
    struct kernel_bench *b = furnish();
    struct log_text t = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct hle_signature signature;
        char text[400];
        CU_ASSERT_EQUAL_FATAL(hle_signature_parse(&signature, HLE_TYPE_status, rows[i].signature, &error), SIM_OK);
        log_put(&t, "1");
        log_outcome(&t, b->kernel, &signature, (uint64_t[]){rows[i].argument, rows[i].second});
        (void)snprintf(text, sizeof text, "1%s", rows[i].text);
        expect(&t, text);
    }
    log_text_free(&t);
    kernel_bench_free(b);
}

/* Texts of all lengths around the ends of pages, and the limit. */
static void test_long_texts(void)
{
    struct kernel_bench *b = furnish();
    struct log_text t = {0};
    char text[700], expected[800];
    for (unsigned length = 0; length < 600; length += length < 500 || length > 515 ? 7 : 1) {
        uint32_t address = MEMORY + 0x2000 - length / 2;
        memset(text, 'y', length);
        text[length] = '\0';
        put(b, address, text, length + 1);
        unsigned shown = length < LOG_TEXT_MOST ? length : LOG_TEXT_MOST;
        (void)snprintf(expected, sizeof expected, "{\"address\":\"0x%08x\",\"text\":\"%.*s\"%s}", address, (int)shown,
                       text, length < LOG_TEXT_MOST ? "" : ",\"cut\":true");
        log_text_at(&t, b->kernel, address, false);
        expect(&t, expected);
    }
    log_text_free(&t);
    kernel_bench_free(b);
}

/* A stack of four frames, in code that has calls where they are needed. */
static void test_callers(void)
{
    enum { STACK = MEMORY + 0x8000, CODE = MEMORY + 0x1000, BL = 0x48000101, BCTRL = 0x4E800421, BLR = 0x4E800020 };
    struct kernel_bench *b = kernel_bench_new(NULL);
    struct kernel *k = b->kernel;
    uint32_t caller[8] = {0};
    static const uint32_t code[] = {BL, BCTRL, 0x4E800021, 0x42800009, BLR, 0x48000100};
    for (unsigned i = 0; i < sizeof code / sizeof *code; i++)
        guest_put_u32(k, CODE + 4 * i, code[i]);
    guest_put_u32(k, STACK, STACK + 0x60);
    guest_put_u32(k, STACK + 0x60, STACK + 0x100);
    guest_put_u32(k, STACK + 0x100, STACK + 0x200);
    guest_put_u32(k, STACK + 0x200, STACK + 0x300);
    guest_put_u32(k, STACK + 0x58, CODE + 4);   /* behind bl, where titles keep it */
    guest_put_u32(k, STACK + 0xF8, CODE + 24);  /* behind b, which is no call: */
    guest_put_u32(k, STACK + 0x104, CODE + 8);  /* System V's place, behind bctrl */
    guest_put_u32(k, STACK + 0x1F8, CODE + 12); /* bclrl */
    guest_put_u32(k, STACK + 0x2F8, CODE + 16); /* bcl */
    CU_ASSERT_EQUAL(log_callers(k, STACK, caller, 8), 4);
    CU_ASSERT(caller[0] == CODE + 4 && caller[1] == CODE + 8 && caller[2] == CODE + 12 && caller[3] == CODE + 16);
    CU_ASSERT_EQUAL(log_callers(k, STACK, caller, 2), 2);
    CU_ASSERT_EQUAL(log_callers(k, STACK, caller, 0), 0);

    guest_put_u32(k, STACK + 0x1F8, CODE + 20); /* behind blr */
    CU_ASSERT_EQUAL(log_callers(k, STACK, caller, 8), 2);
    guest_put_u32(k, STACK + 0x1F8, CODE + 14); /* not where an instruction begins */
    CU_ASSERT_EQUAL(log_callers(k, STACK, caller, 8), 2);
    guest_put_u32(k, STACK + 0x1F8, HOLE + 4);
    CU_ASSERT_EQUAL(log_callers(k, STACK, caller, 8), 2);
    static const uint32_t bad[] = {STACK + 0x60, STACK, STACK + 0x60 + (2 << 20), 0, HOLE, 0xFFFFFFF8};
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        guest_put_u32(k, STACK + 0x60, bad[i]);
        CU_ASSERT_EQUAL(log_callers(k, STACK, caller, 8), 1);
    }
    CU_ASSERT_EQUAL(log_callers(k, STACK + 4, caller, 8), 0);
    CU_ASSERT_EQUAL(log_callers(k, HOLE, caller, 8), 0);
    CU_ASSERT_EQUAL(log_callers(k, 0, caller, 8), 0);
    uint32_t address;
    bool write;
    CU_ASSERT(!kernel_fault(k, &address, &write));
    kernel_bench_free(b);
}

void test_log_values(void)
{
    CU_pSuite suite = CU_add_suite("hle/log values", NULL, NULL);
    CU_add_test(suite, "arguments by their types", test_types);
    CU_add_test(suite, "what calls leave behind pointers", test_results);
    CU_add_test(suite, "texts of all lengths", test_long_texts);
    CU_add_test(suite, "callers by the back chain", test_callers);
}
