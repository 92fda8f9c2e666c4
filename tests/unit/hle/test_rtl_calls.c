/* The runtime library as titles call it: strings, the printf family, memory, dates, messages. */
#include "tests/support/kernel_bench.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <string.h>

enum {
    BASE = KERNEL_BENCH_MEMORY,
    STRING = BASE, /* descriptors */
    OTHER = BASE + 0x10,
    TEXT = BASE + 0x1000,
    MORE = BASE + 0x2000,
    BUFFER = BASE + 0x3000,
    NOWHERE = 0x7000
};

static struct kernel_bench *b;
static uint64_t r3;

static int set_up(void)
{
    b = kernel_bench_new(NULL);
    kernel_bench_thread(b, 0, 13);
    return 0;
}

static int tear_down(void)
{
    kernel_bench_free(b);
    return 0;
}

#define CALL(name, ...) CU_ASSERT_FATAL(KERNEL_BENCH_CALL(b, 0, name, &r3, __VA_ARGS__))

static uint32_t byte_at(uint32_t address)
{
    return kernel_bench_u32(b, address & ~UINT32_C(3)) >> (24 - 8 * (address & 3)) & 0xFF;
}

static bool is_text(uint32_t address, const char *text)
{
    size_t i = 0;
    while (byte_at(address + (uint32_t)i) == (unsigned char)text[i] && text[i] != '\0')
        i++;
    return byte_at(address + (uint32_t)i) == 0 && text[i] == '\0';
}

static bool is_wide(uint32_t address, const char *text)
{
    size_t i = 0;
    do {
        uint32_t at = address + 2 * (uint32_t)i;
        if ((byte_at(at) << 8 | byte_at(at + 1)) != (unsigned char)text[i])
            return false;
    } while (text[i++] != '\0');
    return true;
}

static void put_wide(uint32_t address, const char *text)
{
    for (size_t i = 0; i <= strlen(text); i += 2) {
        uint32_t second = i < strlen(text) ? (unsigned char)text[i + 1] : 0;
        kernel_bench_put_u32(b, address + 2 * (uint32_t)i, (uint32_t)(unsigned char)text[i] << 16 | second);
    }
}

static void put_string(uint32_t address, uint32_t length, uint32_t maximum, uint32_t buffer)
{
    kernel_bench_put_u32(b, address, length << 16 | maximum);
    kernel_bench_put_u32(b, address + 4, buffer);
}

static bool is_string(uint32_t address, uint32_t length, uint32_t maximum, uint32_t buffer)
{
    return kernel_bench_u32(b, address) == (length << 16 | maximum) && kernel_bench_u32(b, address + 4) == buffer;
}

static void test_init(void)
{
    kernel_bench_text(b, TEXT, "title");
    CALL("RtlInitAnsiString", STRING, TEXT);
    CU_ASSERT(is_string(STRING, 5, 6, TEXT));
    CALL("RtlInitAnsiString", STRING, 0);
    CU_ASSERT(is_string(STRING, 0, 0, 0));
    put_wide(TEXT, "title");
    CALL("RtlInitUnicodeString", STRING, TEXT);
    CU_ASSERT(is_string(STRING, 10, 12, TEXT) && r3 == STRING);
    CALL("RtlInitUnicodeString", STRING, 0);
    CU_ASSERT(is_string(STRING, 0, 0, 0));
}

/* Text that ends where memory ends, and text that goes on behind it. */
static void test_ends(void)
{
    const uint32_t end = KERNEL_BENCH_MEMORY + KERNEL_BENCH_MEMORY_SIZE;
    kernel_bench_put_u32(b, end - 8, 0x41424344);
    kernel_bench_put_u32(b, end - 4, 0x45460000);
    CALL("RtlInitAnsiString", STRING, end - 7);
    CU_ASSERT(is_string(STRING, 5, 6, end - 7));
    CALL("RtlInitUnicodeString", STRING, end - 8);
    CU_ASSERT(is_string(STRING, 6, 8, end - 8));
    CALL("sprintf", BUFFER, end - 7);
    CU_ASSERT(r3 == 5 && is_text(BUFFER, "BCDEF"));
    kernel_bench_put_u32(b, end - 4, 0x45464748);
    kernel_bench_text(b, TEXT, "%.4s");
    CALL("sprintf", BUFFER, TEXT, end - 4);
    CU_ASSERT(r3 == 4 && is_text(BUFFER, "EFGH"));
    CALL("DbgPrint", end - 4);
    CU_ASSERT((uint32_t)r3 == 0xC0000005);
    for (uint32_t i = 0; i < 700; i += 4)
        kernel_bench_put_u32(b, TEXT + 0xE01 - 1 + i, 0x61616161);
    kernel_bench_put_u32(b, TEXT + 0xE00 + 700, 0);
    CALL("RtlInitAnsiString", STRING, TEXT + 0xE01);
    CU_ASSERT(is_string(STRING, 699, 700, TEXT + 0xE01));
    kernel_bench_text(b, MORE + 0x800, "%s!");
    CALL("sprintf", BUFFER, MORE + 0x800, TEXT + 0xE01);
    CU_ASSERT(r3 == 700 && byte_at(BUFFER + 698) == 'a' && byte_at(BUFFER + 699) == '!');
    /* In place: what has been written is read again. */
    kernel_bench_text(b, BUFFER, "again");
    CALL("sprintf", BUFFER, MORE + 0x800, BUFFER);
    CU_ASSERT(r3 == 6 && is_text(BUFFER, "again!"));
}

static void test_copies(void)
{
    kernel_bench_text(b, TEXT, "a longer text");
    put_string(OTHER, 13, 14, TEXT);
    put_string(STRING, 0, 8, BUFFER);
    for (uint32_t i = 8; i < 48; i += 4)
        kernel_bench_put_u32(b, BUFFER + i, 0);
    CALL("RtlCopyString", STRING, OTHER);
    CU_ASSERT(is_string(STRING, 8, 8, BUFFER) && is_text(BUFFER, "a longer"));
    CALL("RtlAppendStringToString", STRING, OTHER);
    CU_ASSERT(r3 == 0xFFFFFFFFC0000023 && is_string(STRING, 8, 8, BUFFER));
    put_string(STRING, 8, 40, BUFFER);
    CALL("RtlAppendStringToString", STRING, OTHER);
    CU_ASSERT(r3 == 0 && is_string(STRING, 21, 40, BUFFER) && is_text(BUFFER, "a longera longer text"));
    CALL("RtlCopyUnicodeString", STRING, 0);
    CU_ASSERT(is_string(STRING, 0, 40, BUFFER));
    put_wide(TEXT, "wide");
    CALL("RtlAppendUnicodeToString", STRING, TEXT);
    CU_ASSERT(r3 == 0 && is_string(STRING, 8, 40, BUFFER) && is_wide(BUFFER, "wide"));
    CALL("RtlAppendUnicodeStringToString", STRING, STRING);
    CU_ASSERT(r3 == 0 && is_string(STRING, 16, 40, BUFFER) && is_wide(BUFFER, "widewide"));
}

static void test_conversions(void)
{
    put_wide(TEXT, "w\xE4re");
    put_string(OTHER, 8, 10, TEXT);
    CALL("RtlUnicodeStringToAnsiString", STRING, OTHER, 1);
    uint32_t buffer = kernel_bench_u32(b, STRING + 4);
    CU_ASSERT(r3 == 0 && is_string(STRING, 4, 5, buffer) && is_text(buffer, "w\xE4re"));
    CALL("RtlFreeAnsiString", STRING);
    CU_ASSERT(is_string(STRING, 0, 0, 0));
    CALL("RtlUnicodeStringToAnsiString", STRING, OTHER, 1);
    CU_ASSERT(kernel_bench_u32(b, STRING + 4) == buffer); /* it was free */
    CALL("RtlFreeAnsiString", STRING);
    put_string(STRING, 0, 3, BUFFER);
    CALL("RtlUnicodeStringToAnsiString", STRING, OTHER, 0);
    CU_ASSERT(r3 == 0xFFFFFFFF80000005 && is_string(STRING, 2, 3, BUFFER) && is_text(BUFFER, "w\xE4"));

    kernel_bench_text(b, TEXT, "narrow");
    put_string(OTHER, 6, 7, TEXT);
    CALL("RtlAnsiStringToUnicodeString", STRING, OTHER, 1);
    buffer = kernel_bench_u32(b, STRING + 4);
    CU_ASSERT(r3 == 0 && is_string(STRING, 12, 14, buffer) && is_wide(buffer, "narrow"));
    CALL("RtlFreeUnicodeString", STRING);
    put_string(OTHER, 0x8000, 0x8000, TEXT);
    CALL("RtlAnsiStringToUnicodeString", STRING, OTHER, 1);
    CU_ASSERT(r3 == 0xFFFFFFFFC00000F0);

    CALL("RtlMultiByteToUnicodeN", BUFFER, 9, STRING, TEXT, 7);
    CU_ASSERT(r3 == 0 && kernel_bench_u32(b, STRING) == 8 && byte_at(BUFFER + 7) == 'r');
    kernel_bench_put_u32(b, TEXT, 0x20AC0041);
    CALL("RtlUnicodeToMultiByteN", BUFFER, 9, 0, TEXT, 4);
    CU_ASSERT(r3 == 0 && byte_at(BUFFER) == '?' && byte_at(BUFFER + 1) == 'A');
    CALL("RtlMultiByteToUnicodeSize", STRING, TEXT, 7);
    CU_ASSERT(kernel_bench_u32(b, STRING) == 14);
    CALL("RtlUnicodeToMultiByteSize", STRING, TEXT, 14);
    CU_ASSERT(kernel_bench_u32(b, STRING) == 7);
    put_wide(TEXT, "kept");
    CALL("RtlCreateUnicodeString", STRING, TEXT);
    CU_ASSERT(r3 == 1 && is_wide(kernel_bench_u32(b, STRING + 4), "kept"));
}

static void test_compare(void)
{
    kernel_bench_text(b, TEXT,
                      "Stra\xDF"
                      "e");
    kernel_bench_text(b, MORE,
                      "STRA\xDF"
                      "EN");
    put_string(STRING, 6, 7, TEXT);
    put_string(OTHER, 7, 8, MORE);
    CALL("RtlCompareString", STRING, OTHER, 0);
    CU_ASSERT((int32_t)r3 == 't' - 'T');
    CALL("RtlCompareString", STRING, OTHER, 1);
    CU_ASSERT((int32_t)r3 == -1);
    CALL("RtlCompareStringN", MORE, UINT32_MAX, TEXT, 3, 1);
    CU_ASSERT((int32_t)r3 == 4);
    CALL("RtlCompareStringN", MORE, 3, TEXT, 3, 1);
    CU_ASSERT(r3 == 0);
    put_wide(TEXT, "abc");
    put_wide(MORE, "ABD");
    put_string(STRING, 6, 8, TEXT);
    put_string(OTHER, 6, 8, MORE);
    CALL("RtlCompareUnicodeString", OTHER, STRING, 1);
    CU_ASSERT((int32_t)r3 == 1);
    CALL("RtlUpperChar", 0xE4);
    CU_ASSERT(r3 == 0xC4);
    CALL("RtlUpcaseUnicodeChar", 0x17E);
    CU_ASSERT(r3 == 0x17D);
}

static void test_memory_words(void)
{
    CALL("RtlFillMemoryUlong", BUFFER, 0x2003, 0x12345678);
    CU_ASSERT(kernel_bench_u32(b, BUFFER + 0x1FFC) == 0x12345678 && kernel_bench_u32(b, BUFFER + 0x2000) == 0);
    CALL("RtlCompareMemoryUlong", BUFFER, 0x3000, 0x12345678);
    CU_ASSERT(r3 == 0x2000);
    CALL("RtlCompareMemory", BUFFER, BUFFER + 4, 0x3000);
    CU_ASSERT(r3 == 0x1FFC);
    kernel_bench_text(b, TEXT, "123456789");
    CALL("RtlComputeCrc32", 0, TEXT, 9);
    CU_ASSERT((uint32_t)r3 == 0xCBF43926);
    CALL("RtlComputeCrc32", 0, TEXT, 4);
    CALL("RtlComputeCrc32", r3, TEXT + 4, 5);
    CU_ASSERT((uint32_t)r3 == 0xCBF43926);
    CALL("RtlComputeCrc32", 77, TEXT, 0);
    CU_ASSERT(r3 == 77);
}

static void test_dates(void)
{
    kernel_bench_put_u32(b, STRING, 0x019DB1DE);
    kernel_bench_put_u32(b, STRING + 4, 0xD53E8000);
    CALL("RtlTimeToTimeFields", STRING, BUFFER);
    CU_ASSERT(kernel_bench_u32(b, BUFFER) == (1970u << 16 | 1) && kernel_bench_u32(b, BUFFER + 12) == 4);
    CALL("RtlTimeFieldsToTime", BUFFER, OTHER);
    CU_ASSERT(r3 == 1 && kernel_bench_u32(b, OTHER) == 0x019DB1DE && kernel_bench_u32(b, OTHER + 4) == 0xD53E8000);
    kernel_bench_put_u32(b, BUFFER, 1970u << 16 | 13);
    CALL("RtlTimeFieldsToTime", BUFFER, OTHER);
    CU_ASSERT(r3 == 0);
    CALL("RtlNtStatusToDosError", 0xC0000034);
    CU_ASSERT(r3 == 2);
}

static void test_printf(void)
{
    kernel_bench_text(b, TEXT, "%d %s %.2f %d %d %d %d %d %d");
    kernel_bench_text(b, MORE, "two");
    CALL("sprintf", BUFFER, TEXT, 1, MORE, UINT64_C(0x400A000000000000), 4, 5, 6, 7, 8, UINT64_MAX);
    CU_ASSERT(r3 == 23 && is_text(BUFFER, "1 two 3.25 4 5 6 7 8 -1"));
    kernel_bench_text(b, TEXT, "%s%s");
    memset(&r3, 0, sizeof r3);
    CALL("_snprintf", BUFFER, 6, TEXT, MORE, MORE);
    CU_ASSERT(r3 == 6 && byte_at(BUFFER + 5) == 'o' && byte_at(BUFFER + 6) == '3'); /* no zero behind it */
    CALL("_snprintf", BUFFER, 5, TEXT, MORE, MORE);
    CU_ASSERT(r3 == UINT64_MAX && byte_at(BUFFER + 4) == 'w' && byte_at(BUFFER + 5) == 'o');
    CALL("_snprintf", BUFFER, 7, TEXT, MORE, MORE);
    CU_ASSERT(r3 == 6 && is_text(BUFFER, "twotwo"));
    CALL("sprintf", 0, TEXT);
    CU_ASSERT(r3 == UINT64_MAX);
    CALL("sprintf", BUFFER, 0);
    CU_ASSERT(r3 == UINT64_MAX);
    const uint32_t slots[] = {0, MORE, 0x11111111, MORE};
    for (uint32_t i = 0; i < 4; i++)
        kernel_bench_put_u32(b, STRING + 4 * i, slots[i]);
    CALL("vsprintf", BUFFER, TEXT, STRING);
    CU_ASSERT(r3 == 6 && is_text(BUFFER, "twotwo"));
    CALL("_vsnprintf", BUFFER, 4, TEXT, STRING);
    CU_ASSERT(r3 == UINT64_MAX);
    CALL("_vscprintf", TEXT, STRING);
    CU_ASSERT(r3 == 6);
    CALL("_scprintf", TEXT, MORE, 0);
    CU_ASSERT(r3 == 9);
}

static void test_wide_printf(void)
{
    put_wide(TEXT, "%s=%S %d");
    put_wide(MORE, "key");
    kernel_bench_text(b, MORE + 0x100, "value");
    CALL("swprintf", BUFFER, TEXT, MORE, MORE + 0x100, 7);
    CU_ASSERT(r3 == 11 && is_wide(BUFFER, "key=value 7"));
    kernel_bench_put_u32(b, BUFFER + 22, UINT32_MAX);
    CALL("_snwprintf", BUFFER, 11, TEXT, MORE, MORE + 0x100, 8);
    CU_ASSERT(r3 == 11 && byte_at(BUFFER + 21) == '8' && byte_at(BUFFER + 22) == 0xFF);
    CALL("_scwprintf", TEXT, MORE, MORE + 0x100, 8);
    CU_ASSERT(r3 == 11);
    const uint32_t slots[] = {0, MORE, 0, MORE + 0x100, 0, 9};
    for (uint32_t i = 0; i < 6; i++)
        kernel_bench_put_u32(b, STRING + 4 * i, slots[i]);
    CALL("vswprintf", BUFFER, TEXT, STRING);
    CU_ASSERT(r3 == 11 && is_wide(BUFFER, "key=value 9"));
    CALL("_vsnwprintf", BUFFER, 3, TEXT, STRING);
    CU_ASSERT(r3 == UINT64_MAX);
    CALL("_vscwprintf", TEXT, STRING);
    CU_ASSERT(r3 == 11);
}

static void test_debug_messages(void)
{
    kernel_bench_text(b, TEXT, "one %d\ntwo\xE4\n");
    b->reports[0] = 0;
    CALL("DbgPrint", TEXT, 1);
    CU_ASSERT(r3 == 0 && strcmp(b->reports, "one 1\ntwo\xC3\xA4\n") == 0);
    CALL("DbgPrint", 0);
    CU_ASSERT(r3 == 0xFFFFFFFFC000000D);
    CALL("DbgPrint", NOWHERE);
    CU_ASSERT(r3 == 0xFFFFFFFFC0000005);
    b->reports[0] = 0;
    CALL("RtlRip", 0, MORE);
    CU_ASSERT(strncmp(b->reports, "RIP: (null): ", 13) == 0);
    CU_ASSERT(!b->stopped);
    kernel_bench_text(b, TEXT, "a == b");
    kernel_bench_text(b, MORE, "x.c");
    CU_ASSERT(!KERNEL_BENCH_CALL(b, 0, "RtlAssert", &r3, TEXT, MORE, 12, 0));
    CU_ASSERT(b->status == SIM_GUEST && strstr(b->reason, "assertion failed: a == b, x.c:12: (null)") != NULL);
}

static void test_xbdm(void)
{
    CALL("DmAllocatePool", 100);
    uint64_t block = r3;
    CU_ASSERT(block != 0);
    CALL("DmFreePool", block);
    CALL("DmAllocatePool", 100);
    CU_ASSERT(r3 == block);
    CALL("DmIsDebuggerPresent", 0);
    CU_ASSERT(r3 == 0);
    CALL("DmWalkLoadedModules", STRING, OTHER);
    CU_ASSERT((uint32_t)r3 == 0x82DA0104);
    CALL("DmRegisterCommandProcessor", TEXT, 0);
    CU_ASSERT((uint32_t)r3 == 0x02DA0000);
}

static void test_breakpoint(void)
{
    struct kernel_bench *other = kernel_bench_new(NULL);
    kernel_bench_thread(other, 0, 13);
    CU_ASSERT(!KERNEL_BENCH_CALL(other, 0, "DbgBreakPoint", &r3, 0));
    CU_ASSERT(other->status == SIM_GUEST && strstr(other->reason, "called from 0x82001000") != NULL);
    kernel_bench_free(other);
}

void test_rtl_calls(void)
{
    CU_pSuite suite = CU_add_suite("hle/rtl_calls", set_up, tear_down);
    CU_add_test(suite, "strings are described", test_init);
    CU_add_test(suite, "ends of text and of memory", test_ends);
    CU_add_test(suite, "copies and what is appended", test_copies);
    CU_add_test(suite, "bytes and UTF-16", test_conversions);
    CU_add_test(suite, "comparisons", test_compare);
    CU_add_test(suite, "memory by the word, CRC", test_memory_words);
    CU_add_test(suite, "dates and codes", test_dates);
    CU_add_test(suite, "printf in bytes", test_printf);
    CU_add_test(suite, "printf in UTF-16", test_wide_printf);
    CU_add_test(suite, "no debugger", test_xbdm);
    CU_add_test(suite, "messages", test_debug_messages);
    CU_add_test(suite, "a breakpoint ends the run", test_breakpoint);
}
