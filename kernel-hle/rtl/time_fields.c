#include "kernel-hle/rtl/time_fields.h"

enum {
    FIRST_YEAR = 1601, /* its first day was a Monday */
    LAST_YEAR = 30827,
    UNITS_PER_MS = 10000,
    DAYS_400 = 146097, /* in 400 years, 100, 4 */
    DAYS_100 = 36524,
    DAYS_4 = 1461,
    DAYS_1 = 365
};
#define MS_PER_DAY UINT64_C(86400000)

static bool leap(unsigned year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static unsigned days_of_month(unsigned month, unsigned year)
{
    static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && leap(year) ? 1u : 0u);
}

void rtl_time_to_fields(uint64_t time, uint16_t field[RTL_TIME_FIELDS])
{
    uint64_t ms = time / UNITS_PER_MS;
    uint32_t days = (uint32_t)(ms / MS_PER_DAY), rest = (uint32_t)(ms % MS_PER_DAY);
    field[RTL_WEEKDAY] = (uint16_t)((days + 1) % 7);
    field[RTL_MILLISECOND] = (uint16_t)(rest % 1000);
    field[RTL_SECOND] = (uint16_t)(rest / 1000 % 60);
    field[RTL_MINUTE] = (uint16_t)(rest / 60000 % 60);
    field[RTL_HOUR] = (uint16_t)(rest / 3600000);

    uint32_t year = FIRST_YEAR + days / DAYS_400 * 400;
    days %= DAYS_400;
    uint32_t centuries = days / DAYS_100 < 3 ? days / DAYS_100 : 3; /* the fourth has a day more */
    days -= centuries * DAYS_100;
    year += centuries * 100 + days / DAYS_4 * 4;
    days %= DAYS_4;
    uint32_t years = days / DAYS_1 < 3 ? days / DAYS_1 : 3;
    days -= years * DAYS_1;
    year += years;

    unsigned month = 1;
    for (; days >= days_of_month(month, year); month++)
        days -= days_of_month(month, year);
    field[RTL_YEAR] = (uint16_t)year;
    field[RTL_MONTH] = (uint16_t)month;
    field[RTL_DAY] = (uint16_t)(days + 1);
}

bool rtl_time_from_fields(const uint16_t field[RTL_TIME_FIELDS], uint64_t *time)
{
    unsigned year = field[RTL_YEAR], month = field[RTL_MONTH], day = field[RTL_DAY];
    if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12 || day < 1 ||
        day > days_of_month(month, year) || field[RTL_HOUR] > 23 || field[RTL_MINUTE] > 59 || field[RTL_SECOND] > 59 ||
        field[RTL_MILLISECOND] > 999)
        return false;
    uint64_t years = year - FIRST_YEAR;
    uint64_t days = years * DAYS_1 + years / 4 - years / 100 + years / 400 + day - 1;
    for (unsigned m = 1; m < month; m++)
        days += days_of_month(m, year);
    uint64_t ms = ((field[RTL_HOUR] * UINT64_C(60) + field[RTL_MINUTE]) * 60 + field[RTL_SECOND]) * 1000;
    *time = (days * MS_PER_DAY + ms + field[RTL_MILLISECOND]) * UNITS_PER_MS;
    return true;
}
