/* Doubles as decimal digits, exactly, without floating point. */
#ifndef CYCLE360_HLE_RTL_DECIMAL_H
#define CYCLE360_HLE_RTL_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

/* The longest: 2^-1074 times a number of 53 bits has 767 digits. */
enum { RTL_DECIMAL_DIGITS = 772 };

/* 0.d0 d1 d2 ... times 10^point; no zeros at either end. A zero has no digits, and point 1. */
struct rtl_decimal {
    int point;
    unsigned count;
    uint8_t digit[RTL_DECIMAL_DIGITS]; /* 0 to 9 */
};

/* Of the magnitude of a finite number, given by its bits. */
void rtl_decimal_read(struct rtl_decimal *decimal, uint64_t bits);

/* Leaves `digits` of them, which may be 0 or fewer, rounded to nearest; halves go up, or to the even neighbour. */
void rtl_decimal_round(struct rtl_decimal *decimal, int digits, bool half_up);

/* The digit at an index, which is 0 outside of those that are there. */
static inline unsigned rtl_decimal_digit(const struct rtl_decimal *decimal, int index)
{
    return index >= 0 && (unsigned)index < decimal->count ? decimal->digit[index] : 0u;
}

#endif
