/* Tests: RtlInitAnsiString RtlInitUnicodeString RtlCopyString RtlCopyUnicodeString RtlCompareString RtlCompareStringN
 *        RtlCompareUnicodeString RtlUpperChar RtlLowerChar RtlUpcaseUnicodeChar RtlDowncaseUnicodeChar
 *        RtlCompareMemory RtlCompareMemoryUlong RtlFillMemoryUlong RtlComputeCrc32 RtlMultiByteToUnicodeN
 *        RtlUnicodeToMultiByteN RtlUnicodeStringToAnsiString RtlAnsiStringToUnicodeString RtlFreeAnsiString
 *        RtlFreeUnicodeString RtlAppendStringToString RtlNtStatusToDosError InterlockedPushEntrySList
 *        InterlockedPopEntrySList InterlockedFlushSList
 *
 * Strings, memory, conversions, lists. */
#include "tests/guest/kernel/check.h"

static char buffer[64];
static uint16_t wide[64];

static void strings(void)
{
    static char here[] = "Hello", there[8], shouted[] = "HELLO";
    struct ansi_string a, b, c = {0, sizeof there, there};
    RtlInitAnsiString(&a, here);
    EXPECT(a.length, 5);
    EXPECT(a.maximum, 6);
    EXPECT(a.buffer, here);
    RtlInitAnsiString(&b, NULL);
    EXPECT(b.length | b.maximum | WORD(b.buffer), 0);
    RtlInitAnsiString(&b, shouted);
    CHECK(RtlCompareString(&a, &b, 0) > 0);
    EXPECT(RtlCompareString(&a, &b, 1), 0);
    EXPECT(RtlCompareStringN("abcd", 3, "abce", 3, 0), 0);
    CHECK(RtlCompareStringN("abcd", 4, "abce", 4, 0) < 0);
    RtlCopyString(&c, &a);
    EXPECT(c.length, 5);
    EXPECT(memcmp(there, "Hello", 5), 0);
    c.maximum = 3;
    RtlCopyString(&c, &b);
    EXPECT(c.length, 3);
    EXPECT(memcmp(there, "HELlo", 5), 0);
    RtlCopyString(&c, NULL);
    EXPECT(c.length, 0);
    c.maximum = 8;
    EXPECT(RtlAppendStringToString(&c, &a), STATUS_SUCCESS);
    EXPECT(c.length, 5);
    EXPECT(RtlAppendStringToString(&c, &a), 0xC0000023);
    EXPECT(RtlUpperChar('q'), 'Q');
    EXPECT(RtlLowerChar('Q'), 'q');
    EXPECT(RtlUpperChar('['), '[');
    EXPECT(RtlUpcaseUnicodeChar(0xE9), 0xC9);
    EXPECT(RtlDowncaseUnicodeChar('Z'), 'z');
}

static void both_widths(void)
{
    static const uint16_t text[] = {'x', 0x100, 'y', 0};
    struct unicode_string u, v = {0, sizeof wide, wide};
    struct ansi_string a = {0, sizeof buffer, buffer};
    uint32_t written = 0;
    RtlInitUnicodeString(&u, text);
    EXPECT(u.length, 6);
    EXPECT(u.maximum, 8);
    RtlCopyUnicodeString(&v, &u);
    EXPECT(RtlCompareUnicodeString(&u, &v, 0), 0);
    EXPECT(RtlMultiByteToUnicodeN(wide, 6, &written, "abcdef", 6), STATUS_SUCCESS);
    EXPECT(written, 6);
    EXPECT(wide[2], 'c');
    EXPECT(RtlUnicodeToMultiByteN(buffer, sizeof buffer, &written, text, 6), STATUS_SUCCESS);
    EXPECT(written, 3);
    EXPECT(memcmp(buffer, "x?y", 3), 0);
    EXPECT(RtlUnicodeStringToAnsiString(&a, &u, 0), STATUS_SUCCESS);
    EXPECT(a.length, 3);
    EXPECT(RtlUnicodeStringToAnsiString(&a, &u, 1), STATUS_SUCCESS);
    CHECK(a.buffer != buffer && memcmp(a.buffer, "x?y", 4) == 0);
    EXPECT(RtlAnsiStringToUnicodeString(&v, &a, 1), STATUS_SUCCESS);
    EXPECT(v.length, 6);
    EXPECT(v.buffer[1], '?');
    RtlFreeAnsiString(&a);
    EXPECT(a.length | a.maximum | WORD(a.buffer), 0);
    RtlFreeUnicodeString(&v);
    EXPECT(v.length | v.maximum | WORD(v.buffer), 0);
}

static void memory(void)
{
    static uint32_t words[8];
    RtlFillMemoryUlong(words, 24, 0xDEADBEEF);
    EXPECT(words[5], 0xDEADBEEF);
    EXPECT(words[6], 0);
    EXPECT(RtlCompareMemoryUlong(words, 32, 0xDEADBEEF), 24);
    EXPECT(RtlCompareMemory("abcdef", "abcxef", 6), 3);
    EXPECT(RtlCompareMemory("abcdef", "abcdef", 6), 6);
    EXPECT(RtlComputeCrc32(0, "123456789", 9), 0xCBF43926);
    EXPECT(RtlComputeCrc32(0x1234, "", 0), 0x1234);
}

static void statuses(void)
{
    static const uint32_t table[][2] = {
        {0, 0},          {0x103, 997},      {0xC0000001, 31}, {0xC0000005, 998},  {0xC0000008, 6}, {0xC000000D, 87},
        {0xC0000034, 2}, {0xC0000035, 183}, {0xC000003A, 3},  {0x80070057, 0x57}, {0xC0000022, 5}, {0xC0000011, 38},
    };
    for (unsigned i = 0; i < sizeof table / sizeof *table; i++)
        EXPECT(RtlNtStatusToDosError(table[i][0]), table[i][1]);
}

static struct slist list __attribute__((aligned(8)));
static void *entry[3][2] __attribute__((aligned(8)));
static volatile uint32_t taken;

static uint32_t juggle(const volatile void *unused)
{
    (void)unused;
    for (unsigned i = 0; i < 30; i++) {
        void *one = InterlockedPopEntrySList(&list);
        if (one != NULL) {
            __atomic_fetch_add(&taken, 1, __ATOMIC_RELAXED);
            InterlockedPushEntrySList(&list, one);
        }
    }
    return 0;
}
GUEST_CALLBACK(thread, juggle);

static void lists(void)
{
    uint32_t thread[6];
    EXPECT(InterlockedPopEntrySList(&list), 0);
    EXPECT(InterlockedPushEntrySList(&list, entry[0]), 0);
    EXPECT(InterlockedPushEntrySList(&list, entry[1]), entry[0]);
    EXPECT(list.depth, 2);
    EXPECT(InterlockedPopEntrySList(&list), entry[1]);
    EXPECT(list.next, entry[0]);
    InterlockedPushEntrySList(&list, entry[2]);
    for (unsigned i = 0; i < 6; i++)
        thread[i] = start_thread(juggle_code, NULL, i, 0);
    for (unsigned i = 0; i < 6; i++)
        EXPECT(join(thread[i]), STATUS_SUCCESS);
    CHECK(taken > 0);
    EXPECT(list.depth, 2);
    CHECK(InterlockedFlushSList(&list) != NULL);
    EXPECT(list.depth, 0);
    EXPECT(list.next, 0);
}

int main(void)
{
    strings();
    both_widths();
    memory();
    statuses();
    lists();
    return check_done();
}
