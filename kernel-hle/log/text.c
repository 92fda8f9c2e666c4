#include "kernel-hle/log/text.h"

#include "waves/memory.h"
#include "waves/utf8.h"

#include <stdbool.h>
#include <stdlib.h>

enum { FIRST_SIZE = 64 * 1024, ESCAPED_MOST = 6, NUMBER_MOST = 24 };

static const char hex_digit[] = "0123456789abcdef";

void log_text_free(struct log_text *t)
{
    free(t->begin);
    *t = (struct log_text){0};
}

void log_text_grow(struct log_text *t, size_t size)
{
    size_t used = (size_t)(t->at - t->begin), room = t->begin ? (size_t)(t->end - t->begin) : FIRST_SIZE;
    while (room - used < size)
        room *= 2;
    t->begin = waves_resize(t->begin, room, 1);
    t->at = t->begin + used;
    t->end = t->begin + room;
}

static char *put_decimal(char *at, uint64_t value)
{
    static const char pairs[] =
        "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243"
        "4445464748495051525354555657585960616263646566676869707172737475767778798081828384858687"
        "888990919293949596979899";
    char digits[20], *first = digits + sizeof digits;
    while (value >= 100) {
        first -= 2;
        memcpy(first, pairs + 2 * (value % 100), 2);
        value /= 100;
    }
    if (value >= 10) {
        first -= 2;
        memcpy(first, pairs + 2 * value, 2);
    } else {
        *--first = (char)('0' + value);
    }
    size_t length = (size_t)(digits + sizeof digits - first);
    memcpy(at, first, length);
    return at + length;
}

void log_number(struct log_text *t, uint64_t value)
{
    t->at = put_decimal(log_room(t, NUMBER_MOST), value);
}

void log_signed(struct log_text *t, int64_t value)
{
    char *at = log_room(t, NUMBER_MOST);
    if (value < 0)
        *at++ = '-';
    t->at = put_decimal(at, value < 0 ? -(uint64_t)value : (uint64_t)value);
}

void log_wide(struct log_text *t, int64_t value)
{
    log_char(t, '"');
    log_signed(t, value);
    log_char(t, '"');
}

void log_hex(struct log_text *t, uint64_t value, unsigned digits)
{
    char *at = log_room(t, NUMBER_MOST);
    while (digits < 16 && value >> 4 * digits != 0)
        digits++;
    *at++ = '"';
    *at++ = '0';
    *at++ = 'x';
    while (digits-- > 0)
        *at++ = hex_digit[value >> 4 * digits & 15];
    *at++ = '"';
    t->at = at;
}

void log_name(struct log_text *t, const char *name)
{
    log_char(t, '"');
    log_put(t, name);
    log_char(t, '"');
}

static char *put_escape(char *at, unsigned unit)
{
    at[0] = '\\';
    at[1] = 'u';
    for (unsigned i = 0; i < 4; i++)
        at[2 + i] = hex_digit[unit >> (12 - 4 * i) & 15];
    return at + ESCAPED_MOST;
}

static char *put_ascii(char *at, uint8_t c)
{
    if (c < ' ' || c == 0x7F)
        return put_escape(at, c);
    if (c == '"' || c == '\\')
        *at++ = '\\';
    *at++ = (char)c;
    return at;
}

void log_string(struct log_text *t, const void *bytes, size_t length)
{
    const uint8_t *byte = bytes;
    char *at = log_room(t, length * ESCAPED_MOST + 2);
    *at++ = '"';
    for (size_t i = 0; i < length;) {
        size_t wide = byte[i] < 0x80 ? 0 : waves_utf8_length(byte + i, length - i);
        if (wide) {
            memcpy(at, byte + i, wide);
            at += wide;
            i += wide;
        } else if (byte[i] < 0x80) {
            at = put_ascii(at, byte[i++]);
        } else {
            at = put_escape(at, byte[i++]);
        }
    }
    *at++ = '"';
    t->at = at;
}

static char *put_utf8(char *at, uint32_t character)
{
    if (character < 0x800) {
        *at++ = (char)(0xC0 | character >> 6);
    } else {
        if (character < 0x10000) {
            *at++ = (char)(0xE0 | character >> 12);
        } else {
            *at++ = (char)(0xF0 | character >> 18);
            *at++ = (char)(0x80 | (character >> 12 & 0x3F));
        }
        *at++ = (char)(0x80 | (character >> 6 & 0x3F));
    }
    *at++ = (char)(0x80 | (character & 0x3F));
    return at;
}

static uint32_t unit_at(const uint8_t *byte, size_t i)
{
    return (uint32_t)byte[2 * i] << 8 | byte[2 * i + 1];
}

void log_string16(struct log_text *t, const void *bytes, size_t units)
{
    const uint8_t *byte = bytes;
    char *at = log_room(t, units * ESCAPED_MOST + 2);
    *at++ = '"';
    for (size_t i = 0; i < units; i++) {
        uint32_t unit = unit_at(byte, i);
        if (unit < 0x80) {
            at = put_ascii(at, (uint8_t)unit);
            continue;
        }
        if (unit >> 11 == 0xD800 >> 11) {
            uint32_t next = i + 1 < units ? unit_at(byte, i + 1) : 0;
            bool pair = unit < 0xDC00 && next >> 10 == 0xDC00 >> 10;
            unit = pair ? 0x10000 + ((unit & 0x3FF) << 10 | (next & 0x3FF)) : 0xFFFD;
            i += pair;
        }
        at = put_utf8(at, unit);
    }
    *at++ = '"';
    t->at = at;
}
