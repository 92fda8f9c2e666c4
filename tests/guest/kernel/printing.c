/* Tests: DbgPrint sprintf _snprintf _vsnprintf vsprintf swprintf _scprintf
 *
 * The printf family, and messages. */
#include "tests/guest/kernel/check.h"

static char text[80];
static uint16_t wide[40];

static void same(const char *what, int32_t length, const char *wanted)
{
    check_value(what, (uint32_t)length, strlen(wanted));
    check_value(what, memcmp(text, wanted, strlen(wanted) + 1) == 0, 1);
}
#define PRINTS(wanted, ...)                                     \
    do {                                                        \
        memset(text, '#', sizeof text);                         \
        same(#__VA_ARGS__, sprintf(text, __VA_ARGS__), wanted); \
    } while (0)

int main(void)
{
    static const uint16_t hello[] = {'w', 'i', 'd', 'e', 0}, format[] = {'%', 'd', '-', '%', 's', 0};
    PRINTS("", "");
    PRINTS("100% 7", "100%% %d", 7);
    PRINTS("-1 4294967295 ffffffff FF", "%d %u %x %X", -1, -1, -1, 255);
    PRINTS("[   42][42   ][00042][+42][ 42]", "[%5d][%-5d][%05d][%+d][% d]", 42, 42, 42, 42, 42);
    PRINTS("[    7][7    ][007]", "[%*d][%-*d][%.*d]", 5, 7, 5, 7, 3, 7);
    PRINTS("0x1f 017 1f", "%#x %#o %x", 31, 15, 31);
    PRINTS("123456789ABCDEF0 -5000000000 5000000000", "%I64X %lld %llu", 0x123456789ABCDEF0u, -5000000000ll,
           5000000000ull);
    PRINTS("-1 65535 -1 255", "%hd %hu %d %d", (short)-1, 0xFFFF, (signed char)-1, (unsigned char)255);
    PRINTS("abc [  abc][abc  ][ab] x", "%s [%5s][%-5s][%.2s] %c", "abc", "abc", "abc", "abc", 'x');
    PRINTS("wide", "%S", hello);
    PRINTS("82001234", "%p", (void *)0x82001234);
    PRINTS("1.500000 -0.25 1.000000e+003 0.1", "%f %.2f %e %g", 1.5, -0.25, 1000.0, 0.1);
    PRINTS("1 2 3 4 5 6 7 8 9 10 11 12", "%d %d %d %d %d %d %d %d %d %d %d %d", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    memset(text, '#', sizeof text);
    EXPECT(_snprintf(text, 4, "%s", "abcdefg"), -1);
    EXPECT(memcmp(text, "abcd#", 5), 0);
    EXPECT(_snprintf(text, 4, "%s", "wxyz"), 4); /* full, and no zero */
    EXPECT(memcmp(text, "wxyz#", 5), 0);
    EXPECT(_snprintf(text, 8, "%s", "vw"), 2);
    EXPECT(memcmp(text, "vw\0z#", 5), 0);
    EXPECT(_vsnprintf(text, sizeof text, "%d:%s:%c", GUEST_SLOTS(7, "x", 'y')), 5);
    EXPECT(memcmp(text, "7:x:y", 6), 0);
    EXPECT(vsprintf(text, "%d", GUEST_SLOTS(-12)), 3);
    EXPECT(_scprintf("%d %s", 1234, "five"), 9);
    EXPECT(swprintf(wide, format, 12, hello), 7);
    EXPECT(wide[2], '-');
    EXPECT(wide[6], 'e');
    EXPECT(wide[7], 0);
    EXPECT(DbgPrint("said: %s %d %llX\n", "text", -1, 0x123456789u), STATUS_SUCCESS);
    EXPECT(DbgPrint(NULL), STATUS_INVALID_PARAMETER);
    return check_done();
}
