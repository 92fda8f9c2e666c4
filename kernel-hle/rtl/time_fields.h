/* Times of 100 ns since 1601 as dates, by the Gregorian calendar. */
#ifndef CYCLE360_HLE_RTL_TIME_FIELDS_H
#define CYCLE360_HLE_RTL_TIME_FIELDS_H

#include <stdbool.h>
#include <stdint.h>

/* TIME_FIELDS, in its order. Sunday is day 0 of the week. */
enum rtl_time_field {
    RTL_YEAR,
    RTL_MONTH,
    RTL_DAY,
    RTL_HOUR,
    RTL_MINUTE,
    RTL_SECOND,
    RTL_MILLISECOND,
    RTL_WEEKDAY,
    RTL_TIME_FIELDS
};

void rtl_time_to_fields(uint64_t time, uint16_t field[RTL_TIME_FIELDS]);
/* False where there is no such date from 1601 to 30827. The day of the week does not count. */
bool rtl_time_from_fields(const uint16_t field[RTL_TIME_FIELDS], uint64_t *time);

#endif
