#include "models/sim/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void sim_writer_free(struct sim_writer *writer)
{
    free(writer->bytes);
    *writer = (struct sim_writer){0};
}

void sim_put_bytes(struct sim_writer *writer, const void *bytes, size_t size)
{
    if (writer->capacity - writer->size < size) {
        size_t capacity = writer->capacity ? writer->capacity : 4096;
        while (capacity - writer->size < size)
            capacity *= 2;
        uint8_t *grown = realloc(writer->bytes, capacity);
        if (!grown) {
            fprintf(stderr, "cycle360: out of memory for %zu bytes of machine state\n", capacity);
            abort();
        }
        writer->bytes = grown;
        writer->capacity = capacity;
    }
    if (size)
        memcpy(writer->bytes + writer->size, bytes, size);
    writer->size += size;
}

static void put_little_endian(struct sim_writer *writer, uint64_t value, unsigned bytes)
{
    uint8_t text[8];
    for (unsigned i = 0; i < bytes; i++)
        text[i] = (uint8_t)(value >> (8 * i));
    sim_put_bytes(writer, text, bytes);
}

void sim_put_u8(struct sim_writer *writer, uint8_t value)
{
    put_little_endian(writer, value, 1);
}
void sim_put_u16(struct sim_writer *writer, uint16_t value)
{
    put_little_endian(writer, value, 2);
}
void sim_put_u32(struct sim_writer *writer, uint32_t value)
{
    put_little_endian(writer, value, 4);
}
void sim_put_u64(struct sim_writer *writer, uint64_t value)
{
    put_little_endian(writer, value, 8);
}

void sim_get_bytes(struct sim_reader *reader, void *bytes, size_t size)
{
    if (reader->failed || reader->size - reader->offset < size) {
        reader->failed = true;
        memset(bytes, 0, size);
        return;
    }
    memcpy(bytes, reader->bytes + reader->offset, size);
    reader->offset += size;
}

static uint64_t get_little_endian(struct sim_reader *reader, unsigned bytes)
{
    uint8_t text[8];
    uint64_t value = 0;
    sim_get_bytes(reader, text, bytes);
    for (unsigned i = 0; i < bytes; i++)
        value |= (uint64_t)text[i] << (8 * i);
    return value;
}

uint8_t sim_get_u8(struct sim_reader *reader)
{
    return (uint8_t)get_little_endian(reader, 1);
}
uint16_t sim_get_u16(struct sim_reader *reader)
{
    return (uint16_t)get_little_endian(reader, 2);
}
uint32_t sim_get_u32(struct sim_reader *reader)
{
    return (uint32_t)get_little_endian(reader, 4);
}
uint64_t sim_get_u64(struct sim_reader *reader)
{
    return get_little_endian(reader, 8);
}

static uint64_t below(struct sim_reader *reader, uint64_t value, uint64_t limit)
{
    if (value < limit)
        return value;
    reader->failed = true;
    return 0;
}

uint8_t sim_get_u8_below(struct sim_reader *reader, uint64_t limit)
{
    return (uint8_t)below(reader, sim_get_u8(reader), limit);
}

uint32_t sim_get_u32_below(struct sim_reader *reader, uint64_t limit)
{
    return (uint32_t)below(reader, sim_get_u32(reader), limit);
}

uint64_t sim_get_u64_below(struct sim_reader *reader, uint64_t limit)
{
    return below(reader, sim_get_u64(reader), limit);
}
