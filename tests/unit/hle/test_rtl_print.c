/* The printf family's formatter, on text of the test's own. Where the C library of the host says the same as the rules
 * do, it is asked too. */
#include "kernel-hle/rtl/decimal.h"
#include "kernel-hle/rtl/print.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 2048 };

/* Guest memory: texts at 0x1000 (narrow), 0x2000 (wide), and a record of a counted string at 0x3000 (narrow), 0x4000.
 */
struct page {
    const char *format;
    const uint64_t *slot;
    const char *narrow;
    char out[ROOM];
    unsigned last; /* the character put last */
    uint32_t length;
    uint32_t stored_at;
    uint64_t stored;
    unsigned stored_size;
};

static unsigned get_format(void *context, uint32_t index)
{
    return (unsigned char)((struct page *)context)->format[index];
}

static uint64_t get_slot(void *context, unsigned index)
{
    return ((struct page *)context)->slot[index];
}

static unsigned get_text(void *context, uint32_t address, uint32_t index, bool wide)
{
    static const unsigned wide_text[] = {'w', 0xE4, 0x20AC, 'd', 'e', 0};
    static const unsigned narrow_record[] = {3, 9, 0, 0x1000}, wide_record[] = {6, 9, 0, 0x2000};
    const struct page *p = context;
    CU_ASSERT_FATAL(wide == (address >= 0x2000));
    switch (address) {
    case 0x1000:
        return (unsigned char)p->narrow[index];
    case 0x2000:
        return wide_text[index];
    case 0x3000:
        return narrow_record[index];
    default:
        return wide_record[index];
    }
}

static void store(void *context, uint32_t address, uint64_t value, unsigned size)
{
    struct page *p = context;
    p->stored_at = address;
    p->stored = value;
    p->stored_size = size;
}

static void put(void *context, unsigned character)
{
    struct page *p = context;
    p->last = character;
    if (p->length < ROOM - 1)
        p->out[p->length] = (char)character;
    p->length++;
}

static struct page page;

static int32_t format(bool wide, bool microsoft, const char *text, const uint64_t *slot)
{
    memset(&page, 0, sizeof page);
    page.format = text;
    page.slot = slot;
    page.narrow = "narrow";
    const struct rtl_print print = {wide, microsoft, &page, get_format, get_slot, get_text, store, put};
    return rtl_print(&print);
}

static bool gives(const char *text, uint64_t a, uint64_t b, uint64_t c, const char *expected)
{
    const uint64_t slot[] = {a, b, c, 0};
    int32_t length = format(false, true, text, slot);
    bool same = length == (int32_t)strlen(expected) && strcmp(page.out, expected) == 0;
    if (!same)
        fprintf(stderr, "%s: \"%s\", should be \"%s\"\n", text, page.out, expected);
    return same;
}

static void test_integers(void)
{
    CU_ASSERT(gives("%d|%i|%u", 0xFFFFFFFFFFFFFFFF, 0x180000000, 0x1FFFFFFFF, "-1|-2147483648|4294967295"));
    CU_ASSERT(gives("%hd|%hu|%hx", 0x18000, 0x18000, 0x1ABCD, "-32768|32768|abcd"));
    CU_ASSERT(gives("%lld|%I64d|%I64u", INT64_MAX, (uint64_t)INT64_MIN, UINT64_MAX,
                    "9223372036854775807|-9223372036854775808|18446744073709551615"));
    CU_ASSERT(gives("%ld|%I32d|%Id", 0x100000005, 0x100000006, 0x100000007, "5|6|7"));
    CU_ASSERT(gives("%5d|%-5d|%05d", 42, 42, 42, "   42|42   |00042"));
    CU_ASSERT(gives("%+d|% d|%+05d", 42, 42, 42, "+42| 42|+0042"));
    CU_ASSERT(gives("%.3d|%8.3d|%08.3d", 7, 7, 7, "007|     007|     007"));
    CU_ASSERT(gives("[%.0d]%#x|%#X", 0, 0, 0xBEEF, "[]0|0XBEEF"));
    CU_ASSERT(gives("%#o|%#o|%#010x", 0, 8, 0xAB, "0|010|0x000000ab"));
    CU_ASSERT(gives("%*d|", 5, 42, 0, "   42|"));
    CU_ASSERT(gives("%*d|", (uint32_t)-5, 42, 0, "42   |"));
    CU_ASSERT(gives("%.*d|", (uint32_t)-5, 42, 0, "42|"));
    CU_ASSERT(gives("%p %12p", 0xFFFFFFFF82010ABC, 0, 0, "82010ABC     00000000"));
    CU_ASSERT(gives("100%% %y %", 0, 0, 0, "100% y "));
}

static void test_text(void)
{
    CU_ASSERT(gives("%s|%10s|%-10s|", 0x1000, 0x1000, 0x1000, "narrow|    narrow|narrow    |"));
    CU_ASSERT(gives("%.3s|%010s|%s", 0x1000, 0x1000, 0, "nar|0000narrow|(null)"));
    CU_ASSERT(gives("%S|%ls|%ws", 0x2000, 0x2000, 0x2000, "w\xE4?de|w\xE4?de|w\xE4?de"));
    CU_ASSERT(gives("%hs|%hS|%.4S", 0x1000, 0x1000, 0, "narrow|narrow|(nul"));
    CU_ASSERT(gives("%c|%3c|%C", 0x141, 'B', 0x20AC, "A|  B|?"));
    CU_ASSERT(gives("%Z|%wZ|%Z", 0x3000, 0x4000, 0, "nar|w\xE4?|(null)"));
    const uint64_t slot[] = {0x1000, 0x2000, 'x', 0x120AC};
    CU_ASSERT(format(true, true, "%S%s%hc%c", slot) == 13);
    CU_ASSERT(page.last == 0x20AC && (unsigned char)page.out[7] == 0xE4 && memcmp(page.out, "narroww", 7) == 0);
}

static void test_count(void)
{
    CU_ASSERT(gives("abc%nd", 0x12345678, 0, 0, "abcd"));
    CU_ASSERT(page.stored_at == 0x12345678 && page.stored == 3 && page.stored_size == 4);
    CU_ASSERT(gives("%hn", 1, 0, 0, "") && page.stored_size == 2);
    CU_ASSERT(gives("%I64n", 1, 0, 0, "") && page.stored_size == 8);
}

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static void test_microsoft(void)
{
    CU_ASSERT(gives("%f|%e|%g", bits_of(1.5), bits_of(1.5), bits_of(1.5), "1.500000|1.500000e+000|1.5"));
    CU_ASSERT(gives("%.0f|%.0f|%.1f", bits_of(0.5), bits_of(2.5), bits_of(0.25), "1|3|0.3"));
    CU_ASSERT(gives("%G|%E|%g", bits_of(1e-5), bits_of(-1e300), bits_of(1e6), "1E-005|-1.000000E+300|1e+006"));
    uint64_t infinite = bits_of(1e308 * 10), quiet = UINT64_C(0x7FF8000000000001), indefinite = UINT64_C(0xFFF8) << 48;
    CU_ASSERT(gives("%f|%.2f|%e", infinite, infinite, infinite, "1.#INF00|1.#J|1.#INF00e+000"));
    CU_ASSERT(gives("%g|%+f|%8.1g", infinite, infinite, infinite, "1.#INF|+1.#INF00|       1"));
    CU_ASSERT(gives("%f|%f|%f", quiet, indefinite, UINT64_C(0x7FF0000000000001), "1.#QNAN0|-1.#IND00|1.#SNAN0"));
}

static const char *const formats[] = {"%*.*f", "%*.*e", "%*.*g", "%-*.*E", "%#*.*g", "%+0*.*f", "% *.*G", "%#*.*f"};
enum { FORMATS = sizeof formats / sizeof *formats };

static int host_prints(char text[ROOM], unsigned which, int width, int precision, double value)
{
    switch (which) {
    case 0:
        return snprintf(text, ROOM, "%*.*f", width, precision, value);
    case 1:
        return snprintf(text, ROOM, "%*.*e", width, precision, value);
    case 2:
        return snprintf(text, ROOM, "%*.*g", width, precision, value);
    case 3:
        return snprintf(text, ROOM, "%-*.*E", width, precision, value);
    case 4:
        return snprintf(text, ROOM, "%#*.*g", width, precision, value);
    case 5:
        return snprintf(text, ROOM, "%+0*.*f", width, precision, value);
    case 6:
        return snprintf(text, ROOM, "% *.*G", width, precision, value);
    default:
        return snprintf(text, ROOM, "%#*.*f", width, precision, value);
    }
}

static void compare(unsigned which, double value, int width, int precision)
{
    char expected[ROOM];
    const uint64_t slot[] = {(uint32_t)width, (uint32_t)precision, bits_of(value)};
    int length = host_prints(expected, which, width, precision, value);
    bool same = format(false, false, formats[which], slot) == length && strcmp(page.out, expected) == 0;
    if (!same)
        fprintf(stderr, "%s of %a, width %d, precision %d: \"%s\", should be \"%s\"\n", formats[which], value, width,
                precision, page.out, expected);
    CU_ASSERT(same);
}

static uint64_t random_bits(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state * UINT64_C(0x2545F4914F6CDD1D);
}

static void test_doubles(void)
{
    static const double values[] = {0.0,
                                    -0.0,
                                    1.0,
                                    0.1,
                                    0.5,
                                    1.5,
                                    2.5,
                                    9.5,
                                    9.9999,
                                    99999.5,
                                    1e21,
                                    123456.5,
                                    1e-4,
                                    0.00009999995,
                                    5e-324,
                                    2.2250738585072014e-308,
                                    1.7976931348623157e308,
                                    -1.0 / 3,
                                    1e23};
    static const int precisions[] = {0, 1, 2, 6, 17, 40, 400, -1};
    for (unsigned f = 0; f < FORMATS; f++)
        for (size_t v = 0; v < sizeof values / sizeof *values; v++)
            for (size_t p = 0; p < sizeof precisions / sizeof *precisions; p++)
                compare(f, values[v], p % 2 == 0 ? 0 : 30, precisions[p]);
    uint64_t seed = 88172645463325252;
    for (int i = 0; i < 3000; i++) {
        uint64_t bits = random_bits(&seed);
        double value;
        memcpy(&value, &bits, sizeof value);
        if ((bits >> 52 & 0x7FF) != 0x7FF)
            compare((unsigned)i % FORMATS, value, 0, (int)(random_bits(&seed) % 30));
    }
    /* Halves, where only the digits far behind decide. */
    for (int i = 1; i < 2000; i += 2)
        compare((unsigned)i / 2 % FORMATS, i / 64.0, 0, i % 7);
    compare(5, 1e308 * 10, 12, 3);
    compare(1, -1e308 * 10, 12, 3);
}

static void test_decimal(void)
{
    struct rtl_decimal d;
    rtl_decimal_read(&d, 1); /* 4.94...e-324, the longest of the least */
    CU_ASSERT(d.point == -323 && d.count == 751 && d.digit[0] == 4 && d.digit[750] == 5);
    rtl_decimal_read(&d, 0x000FFFFFFFFFFFFF);
    CU_ASSERT(d.point == -307 && d.count == 767);
    rtl_decimal_read(&d, 0x7FEFFFFFFFFFFFFF);
    CU_ASSERT(d.point == 309 && d.count == 309 && d.digit[0] == 1 && d.digit[308] == 8);
    rtl_decimal_read(&d, 0);
    CU_ASSERT(d.point == 1 && d.count == 0 && rtl_decimal_digit(&d, 0) == 0);
    rtl_decimal_read(&d, 0x3FE0000000000000);
    rtl_decimal_round(&d, 0, true);
    CU_ASSERT(d.point == 1 && d.count == 1 && d.digit[0] == 1);
    rtl_decimal_read(&d, 0x3FE0000000000000);
    rtl_decimal_round(&d, -1, true);
    CU_ASSERT(d.point == 1 && d.count == 0);
}

static void test_limits(void)
{
    const uint64_t slot[] = {0x7FFFFFFF, 1, 1};
    CU_ASSERT(format(false, true, "%*d", slot) == -1);
    CU_ASSERT(format(false, true, "%99999999999999999999d", slot) == -1);
    CU_ASSERT(format(false, true, "%.99999999d", slot) == -1);
    CU_ASSERT(format(false, true, "%1048576d", slot) == RTL_PRINT_MAX);
    CU_ASSERT(format(false, true, "%1048576dx", slot) == -1 && page.length == RTL_PRINT_MAX);
    CU_ASSERT(format(false, true, "%.1048576f", slot) == -1);
}

void test_rtl_print(void)
{
    CU_pSuite suite = CU_add_suite("hle/rtl_print", NULL, NULL);
    CU_add_test(suite, "integers", test_integers);
    CU_add_test(suite, "text", test_text);
    CU_add_test(suite, "how much has been written", test_count);
    CU_add_test(suite, "floating point as Microsoft writes it", test_microsoft);
    CU_add_test(suite, "doubles against the host's library", test_doubles);
    CU_add_test(suite, "exact digits", test_decimal);
    CU_add_test(suite, "limits", test_limits);
}
