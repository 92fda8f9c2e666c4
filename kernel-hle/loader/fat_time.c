#include "kernel-hle/loader/fat_time.h"

/* Days from 1601-01-01, the first day of a cycle of 400 years, to the first of a month of 1980 to 2107. */
static uint64_t days_to_month(unsigned year, unsigned month)
{
    static const uint16_t before[12] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    unsigned years = year - 1601;
    int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return years * UINT64_C(365) + years / 4 - years / 100 + years / 400 + before[month - 1] + (leap && month > 2);
}

uint64_t fat_time(uint16_t date, uint16_t time)
{
    unsigned year = 1980 + (date >> 9), month = date >> 5 & 15, day = date & 31;
    unsigned hour = time >> 11, minute = time >> 5 & 63, second = (time & 31) * 2;

    if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59)
        return 0;
    uint64_t days = days_to_month(year, month) + day - 1;
    return (((days * 24 + hour) * 60 + minute) * 60 + second) * UINT64_C(10000000);
}
