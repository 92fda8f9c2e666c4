/* The frames of GDB's remote protocol: `$data#checksum`, acknowledgements, and the byte that interrupts. */
#ifndef CYCLE360_BOARD_CLI_GDB_PACKET_H
#define CYCLE360_BOARD_CLI_GDB_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GDB_PACKET = 0x4000 }; /* bytes of data in a packet, either way */

enum gdb_event {
    GDB_NOTHING,   /* more bytes are needed */
    GDB_DATA,      /* a packet: reader->data, with a 0 behind it */
    GDB_BAD,       /* a frame with the wrong checksum, or too long: nothing of it can be trusted */
    GDB_REFUSED,   /* '-': the other side wants the last packet again */
    GDB_INTERRUPT, /* byte 3 */
};

struct gdb_reader {
    enum gdb_reader_state {
        GDB_OUTSIDE,
        GDB_INSIDE,
        GDB_SUM_HIGH,
        GDB_SUM_LOW,
    } state;
    bool escaped, too_long, bad_digit;
    uint8_t sum, given;
    size_t size;
    char data[GDB_PACKET + 1];
};

/* One byte of what came. */
enum gdb_event gdb_reader_take(struct gdb_reader *reader, uint8_t byte);

/* A packet being written. What does not fit is left out, and `full` says so. */
struct gdb_writer {
    bool full;
    size_t size;
    char frame[GDB_PACKET + 4];
};

void gdb_writer_begin(struct gdb_writer *writer);
void gdb_writer_text(struct gdb_writer *writer, const char *format, ...) __attribute__((format(printf, 2, 3)));
void gdb_writer_hex(struct gdb_writer *writer, const void *bytes, size_t size);
/* Bytes as they are, escaped where the frame needs it. */
void gdb_writer_binary(struct gdb_writer *writer, const char *bytes, size_t size);
void gdb_writer_end(struct gdb_writer *writer); /* puts the checksum on; `frame` and `size` are what is to be sent */

/* Hexadecimal numbers in packets: 1 to 16 digits from *text on, which moves behind them. */
bool gdb_hex_number(const char **text, uint64_t *number);
/* Exactly 2 * size digits. */
bool gdb_hex_bytes(const char **text, uint8_t *bytes, size_t size);

#endif
