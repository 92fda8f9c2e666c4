/* The canonical form of a machine's state: little-endian integers in a byte stream. Saves, loads and digests all go
 * through it, so a struct's padding, its pointers and the host's byte order never reach a file or a hash. */
#ifndef CYCLE360_SIM_STATE_H
#define CYCLE360_SIM_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sim_writer {
    uint8_t *bytes;
    size_t size, capacity;
};

struct sim_reader {
    const uint8_t *bytes;
    size_t size, offset;
    bool failed; /* read past the end, or a value that cannot be; everything read afterwards is 0 */
};

void sim_writer_free(struct sim_writer *writer);
void sim_put_bytes(struct sim_writer *writer, const void *bytes, size_t size);
void sim_put_u8(struct sim_writer *writer, uint8_t value);
void sim_put_u16(struct sim_writer *writer, uint16_t value);
void sim_put_u32(struct sim_writer *writer, uint32_t value);
void sim_put_u64(struct sim_writer *writer, uint64_t value);

void sim_get_bytes(struct sim_reader *reader, void *bytes, size_t size);
uint8_t sim_get_u8(struct sim_reader *reader);
uint16_t sim_get_u16(struct sim_reader *reader);
uint32_t sim_get_u32(struct sim_reader *reader);
uint64_t sim_get_u64(struct sim_reader *reader);
/* A value that must lie below `limit`; the reader fails where it does not. For counts, indices and flags. */
uint8_t sim_get_u8_below(struct sim_reader *reader, uint64_t limit);
uint32_t sim_get_u32_below(struct sim_reader *reader, uint64_t limit);
uint64_t sim_get_u64_below(struct sim_reader *reader, uint64_t limit);

#endif
