#include "kernel-hle/rtl/case.h"

#include <stddef.h>

static const struct {
    uint16_t first, last, step, capital;
} rows[] = {
#define CASE(first, last, step, capital) {first, last, step, capital},
#include "kernel-hle/rtl/case.def"
#undef CASE
};

static uint16_t moved(uint16_t character, uint16_t from, uint16_t length, uint16_t step, uint16_t to)
{
    unsigned at = (unsigned)character - from;
    return character >= from && at <= length && at % step == 0 ? (uint16_t)(to + at) : character;
}

uint16_t rtl_upper(uint16_t character)
{
    uint16_t other = character;
    for (size_t i = 0; i < sizeof rows / sizeof *rows && other == character; i++)
        other =
            moved(character, rows[i].first, (uint16_t)(rows[i].last - rows[i].first), rows[i].step, rows[i].capital);
    return other;
}

uint16_t rtl_lower(uint16_t character)
{
    uint16_t other = character;
    for (size_t i = 0; i < sizeof rows / sizeof *rows && other == character; i++)
        other =
            moved(character, rows[i].capital, (uint16_t)(rows[i].last - rows[i].first), rows[i].step, rows[i].first);
    return other;
}

uint8_t rtl_upper_byte(uint8_t character)
{
    uint16_t other = rtl_upper(character);
    return other <= 0xFF ? (uint8_t)other : character;
}

uint8_t rtl_lower_byte(uint8_t character)
{
    uint16_t other = rtl_lower(character);
    return other <= 0xFF ? (uint8_t)other : character;
}
