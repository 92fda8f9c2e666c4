/* Dates, codes of Win32, capitals: what the runtime library knows by heart. */
#include "kernel-hle/rtl/case.h"
#include "kernel-hle/rtl/dos_error.h"
#include "kernel-hle/rtl/time_fields.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <string.h>

static bool is_date(uint64_t time, const uint16_t expected[RTL_TIME_FIELDS])
{
    uint16_t field[RTL_TIME_FIELDS];
    uint64_t back = 0;
    rtl_time_to_fields(time, field);
    return memcmp(field, expected, sizeof field) == 0 && rtl_time_from_fields(field, &back) &&
           back == time / 10000 * 10000;
}

static void test_dates(void)
{
    static const struct {
        uint64_t time;
        uint16_t field[RTL_TIME_FIELDS];
    } dates[] = {
        {0, {1601, 1, 1, 0, 0, 0, 0, 1}},
        {9999, {1601, 1, 1, 0, 0, 0, 0, 1}},
        {UINT64_C(116444736000000000), {1970, 1, 1, 0, 0, 0, 0, 4}},
        {UINT64_C(127770624000000000), {2005, 11, 21, 16, 0, 0, 0, 1}},
        {UINT64_C(125963423999990000), {2000, 2, 29, 23, 59, 59, 999, 2}},
        {UINT64_C(125963424000000000), {2000, 3, 1, 0, 0, 0, 0, 3}},
        {UINT64_C(126227807990000000), {2000, 12, 31, 23, 59, 59, 0, 0}},
    };
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++)
        CU_ASSERT(is_date(dates[i].time, dates[i].field));
}

/* Every day of 800 years follows the one before. */
static void test_calendar(void)
{
    uint16_t before[RTL_TIME_FIELDS], field[RTL_TIME_FIELDS];
    const uint64_t day = UINT64_C(864000000000);
    rtl_time_to_fields(0, before);
    unsigned wrong = 0;
    for (unsigned i = 1; i < 2 * 146097; i++) {
        uint64_t back;
        rtl_time_to_fields(i * day, field);
        bool next_day = field[RTL_YEAR] == before[RTL_YEAR] && field[RTL_MONTH] == before[RTL_MONTH] &&
                        field[RTL_DAY] == before[RTL_DAY] + 1;
        bool next_month =
            field[RTL_DAY] == 1 && before[RTL_DAY] >= 28 &&
            (field[RTL_MONTH] == before[RTL_MONTH] + 1 ||
             (field[RTL_MONTH] == 1 && before[RTL_MONTH] == 12 && field[RTL_YEAR] == before[RTL_YEAR] + 1));
        wrong += !(next_day || next_month) || field[RTL_WEEKDAY] != (before[RTL_WEEKDAY] + 1) % 7 ||
                 !rtl_time_from_fields(field, &back) || back != i * day;
        memcpy(before, field, sizeof before);
    }
    CU_ASSERT(wrong == 0 && field[RTL_YEAR] == 2400 && field[RTL_MONTH] == 12 && field[RTL_DAY] == 31);
    rtl_time_to_fields(UINT64_MAX, field);
    CU_ASSERT(field[RTL_YEAR] == 60056);
}

static void test_bad_dates(void)
{
    static const uint16_t bad[][RTL_TIME_FIELDS] = {
        {1600, 12, 31, 0, 0, 0, 0, 0}, {30828, 1, 1, 0, 0, 0, 0, 0},   {2000, 0, 1, 0, 0, 0, 0, 0},
        {2000, 13, 1, 0, 0, 0, 0, 0},  {2000, 1, 0, 0, 0, 0, 0, 0},    {2000, 4, 31, 0, 0, 0, 0, 0},
        {1900, 2, 29, 0, 0, 0, 0, 0},  {2001, 2, 29, 0, 0, 0, 0, 0},   {2000, 1, 1, 24, 0, 0, 0, 0},
        {2000, 1, 1, 0, 60, 0, 0, 0},  {2000, 1, 1, 0, 0, 60, 0, 0},   {2000, 1, 1, 0, 0, 0, 1000, 0},
        {65535, 1, 1, 0, 0, 0, 0, 0},  {2000, 65535, 1, 0, 0, 0, 0, 0}};
    uint64_t time;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CU_ASSERT(!rtl_time_from_fields(bad[i], &time));
    static const uint16_t good[RTL_TIME_FIELDS] = {2000, 2, 29, 23, 59, 59, 999, 77};
    CU_ASSERT(rtl_time_from_fields(good, &time) && time == UINT64_C(125963423999990000));
}

static void test_dos_errors(void)
{
    static const uint32_t rows[] = {
#define DOS_ERROR(status, code) status,
#include "kernel-hle/rtl/dos_error.def"
#undef DOS_ERROR
    };
    for (size_t i = 1; i < sizeof rows / sizeof *rows; i++)
        CU_ASSERT(rows[i - 1] < rows[i]);
    static const uint32_t codes[][2] = {{0, 0},
                                        {0x103, 997},
                                        {0xC0000001, 31},
                                        {0xC000000F, 2},
                                        {0xC0000034, 2},
                                        {0xC000003A, 3},
                                        {0xC0000043, 32},
                                        {0xC00000BA, 5},
                                        {0xC0000135, 126},
                                        {0xC0000263, 127},
                                        {0x80000006, 18},
                                        {0xC0000267, 4350},
                                        {0x80070057, 87},
                                        {0xC0010044, 68},
                                        {0xD0000034, 2},
                                        {0x20000001, 0x20000001},
                                        {0xE06D7363, 0xE06D7363},
                                        {0xC0000029, 317},
                                        {0xC0000268, 317},
                                        {1, 317},
                                        {0x7FFFFFFF & ~0x20000000u, 317}};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        CU_ASSERT(rtl_dos_error(codes[i][0]) == codes[i][1]);
}

static void test_case(void)
{
    CU_ASSERT(rtl_upper('a') == 'A' && rtl_upper('z') == 'Z' && rtl_upper('{') == '{' && rtl_upper('A') == 'A');
    CU_ASSERT(rtl_lower('A') == 'a' && rtl_lower('Z') == 'z' && rtl_lower('[') == '[' && rtl_lower('@') == '@');
    CU_ASSERT(rtl_upper_byte(0xE4) == 0xC4 && rtl_lower_byte(0xDE) == 0xFE);
    CU_ASSERT(rtl_upper_byte(0xF7) == 0xF7 && rtl_lower_byte(0xD7) == 0xD7);
    CU_ASSERT(rtl_upper_byte(0xFF) == 0xFF && rtl_upper(0xFF) == 0x178 && rtl_lower(0x178) == 0xFF);
    CU_ASSERT(rtl_upper(0x101) == 0x100 && rtl_upper(0x100) == 0x100 && rtl_lower(0x100) == 0x101);
    CU_ASSERT(rtl_upper(0x142) == 0x141 && rtl_upper(0x17E) == 0x17D && rtl_upper(0x131) == 0x131);
    CU_ASSERT(rtl_upper(0x3C9) == 0x3A9 && rtl_upper(0x3C2) == 0x3C2 && rtl_upper(0x451) == 0x401);
    unsigned letters = 0;
    for (unsigned c = 0; c < 0x10000; c++) {
        uint16_t upper = rtl_upper((uint16_t)c), lower = rtl_lower((uint16_t)c);
        letters += upper != c;
        CU_ASSERT(upper == c || rtl_lower(upper) == c);
        CU_ASSERT(lower == c || rtl_upper(lower) == c);
    }
    CU_ASSERT(letters > 250);
}

void test_rtl_tables(void)
{
    CU_pSuite suite = CU_add_suite("hle/rtl_tables", NULL, NULL);
    CU_add_test(suite, "dates", test_dates);
    CU_add_test(suite, "the calendar of 800 years", test_calendar);
    CU_add_test(suite, "dates that are none", test_bad_dates);
    CU_add_test(suite, "codes of Win32", test_dos_errors);
    CU_add_test(suite, "capitals and small letters", test_case);
}
