/* Windows-1252, the character set of names on discs and in packages. */
#ifndef CYCLE360_HLE_LOADER_CP1252_H
#define CYCLE360_HLE_LOADER_CP1252_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* UTF-8 takes up to three bytes a character. Returns its length, without a NUL; bytes that are no character of the set
 * become control characters, which no name may hold. */
size_t cp1252_to_utf8(const uint8_t *bytes, size_t length, char *utf8);

/* False where the text is not UTF-8, has a character that the set lacks, or more than `room` of them. */
bool cp1252_from_utf8(const char *utf8, uint8_t *bytes, size_t room, size_t *length);

#endif
