/* UTF-8, as it is checked everywhere that text goes out as JSON or comes in. */
#ifndef CYCLE360_WAVES_UTF8_H
#define CYCLE360_WAVES_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of the well-formed character that begins there, of which no more than `left` are looked at (Unicode, table
 * 3-7); 0 where there is none. */
size_t waves_utf8_length(const uint8_t *byte, size_t left);

#endif
