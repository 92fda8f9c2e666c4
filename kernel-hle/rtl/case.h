/* Capitals and small letters. */
#ifndef CYCLE360_HLE_RTL_CASE_H
#define CYCLE360_HLE_RTL_CASE_H

#include <stdint.h>

uint16_t rtl_upper(uint16_t character);
uint16_t rtl_lower(uint16_t character);
/* Of Latin-1, where a letter without a counterpart stays as it is. */
uint8_t rtl_upper_byte(uint8_t character);
uint8_t rtl_lower_byte(uint8_t character);

#endif
