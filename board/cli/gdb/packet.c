#include "board/cli/gdb/packet.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static void begin(struct gdb_reader *reader)
{
    reader->state = GDB_INSIDE;
    reader->escaped = reader->too_long = reader->bad_digit = false;
    reader->sum = 0;
    reader->size = 0;
}

static void take_inside(struct gdb_reader *reader, uint8_t byte)
{
    if (byte == '#') {
        reader->state = GDB_SUM_HIGH;
        return;
    }
    reader->sum += byte;
    if (byte == '}' && !reader->escaped) {
        reader->escaped = true;
        return;
    }
    if (reader->escaped)
        byte ^= 0x20;
    reader->escaped = false;
    if (reader->size < GDB_PACKET)
        reader->data[reader->size++] = (char)byte;
    else
        reader->too_long = true;
}

enum gdb_event gdb_reader_take(struct gdb_reader *reader, uint8_t byte)
{
    if (byte == '$') { /* nowhere inside a frame: a new one begins, whatever became of the last */
        begin(reader);
        return GDB_NOTHING;
    }
    switch (reader->state) {
    case GDB_OUTSIDE:
        return byte == 3 ? GDB_INTERRUPT : byte == '-' ? GDB_REFUSED : GDB_NOTHING;
    case GDB_INSIDE:
        take_inside(reader, byte);
        return GDB_NOTHING;
    case GDB_SUM_HIGH:
        reader->bad_digit = digit(byte) < 0;
        reader->given = (uint8_t)((unsigned)digit(byte) << 4);
        reader->state = GDB_SUM_LOW;
        return GDB_NOTHING;
    case GDB_SUM_LOW:
        reader->state = GDB_OUTSIDE;
        reader->data[reader->size] = '\0';
        if (reader->bad_digit || digit(byte) < 0 || reader->too_long || reader->escaped ||
            (reader->given | (unsigned)digit(byte)) != reader->sum)
            return GDB_BAD;
        return GDB_DATA;
    }
    return GDB_NOTHING;
}

void gdb_writer_begin(struct gdb_writer *writer)
{
    writer->full = false;
    writer->frame[0] = '$';
    writer->size = 1;
}

static void put(struct gdb_writer *writer, char c)
{
    if (writer->size <= GDB_PACKET)
        writer->frame[writer->size++] = c;
    else
        writer->full = true;
}

void gdb_writer_text(struct gdb_writer *writer, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    for (const char *c = text; *c; c++)
        put(writer, *c);
}

void gdb_writer_hex(struct gdb_writer *writer, const void *bytes, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *byte = bytes;
    for (size_t i = 0; i < size; i++) {
        put(writer, digits[byte[i] >> 4]);
        put(writer, digits[byte[i] & 15]);
    }
}

void gdb_writer_binary(struct gdb_writer *writer, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != '\0' && strchr("$#}*", bytes[i])) {
            put(writer, '}');
            put(writer, (char)(bytes[i] ^ 0x20));
        } else {
            put(writer, bytes[i]);
        }
    }
}

void gdb_writer_end(struct gdb_writer *writer)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t sum = 0;
    for (size_t i = 1; i < writer->size; i++)
        sum += (uint8_t)writer->frame[i];
    writer->frame[writer->size++] = '#';
    writer->frame[writer->size++] = digits[sum >> 4];
    writer->frame[writer->size++] = digits[sum & 15];
}

bool gdb_hex_number(const char **text, uint64_t *number)
{
    unsigned digits = 0;
    *number = 0;
    for (; digit((uint8_t) * *text) >= 0; (*text)++, digits++)
        *number = *number << 4 | (uint64_t)digit((uint8_t) * *text);
    return digits >= 1 && digits <= 16;
}

bool gdb_hex_bytes(const char **text, uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        int high = digit((uint8_t)(*text)[0]), low = high < 0 ? -1 : digit((uint8_t)(*text)[1]);
        if (low < 0)
            return false;
        bytes[i] = (uint8_t)(high << 4 | low);
        *text += 2;
    }
    return true;
}
