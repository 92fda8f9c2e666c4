/* Numbers in the bytes of a file, at any alignment. */
#ifndef CYCLE360_HLE_LOADER_BYTES_H
#define CYCLE360_HLE_LOADER_BYTES_H

#include <stdbool.h>
#include <stdint.h>

static inline uint16_t bytes_be16(const uint8_t *p)
{
    return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t bytes_be32(const uint8_t *p)
{
    return (uint32_t)bytes_be16(p) << 16 | bytes_be16(p + 2);
}

static inline uint64_t bytes_be64(const uint8_t *p)
{
    return (uint64_t)bytes_be32(p) << 32 | bytes_be32(p + 4);
}

static inline uint16_t bytes_le16(const uint8_t *p)
{
    return (uint16_t)(p[1] << 8 | p[0]);
}

static inline uint32_t bytes_le32(const uint8_t *p)
{
    return (uint32_t)bytes_le16(p + 2) << 16 | bytes_le16(p);
}

static inline void bytes_put_be16(uint8_t *p, uint16_t value)
{
    p[0] = (uint8_t)(value >> 8);
    p[1] = (uint8_t)value;
}

static inline void bytes_put_be32(uint8_t *p, uint32_t value)
{
    bytes_put_be16(p, (uint16_t)(value >> 16));
    bytes_put_be16(p + 2, (uint16_t)value);
}

static inline void bytes_put_be64(uint8_t *p, uint64_t value)
{
    bytes_put_be32(p, (uint32_t)(value >> 32));
    bytes_put_be32(p + 4, (uint32_t)value);
}

static inline void bytes_put_le16(uint8_t *p, uint16_t value)
{
    p[0] = (uint8_t)value;
    p[1] = (uint8_t)(value >> 8);
}

static inline void bytes_put_le32(uint8_t *p, uint32_t value)
{
    bytes_put_le16(p, (uint16_t)value);
    bytes_put_le16(p + 2, (uint16_t)(value >> 16));
}

/* Whether `size` bytes from `offset` on lie within `whole` bytes. */
static inline bool bytes_within(uint64_t whole, uint64_t offset, uint64_t size)
{
    return offset <= whole && size <= whole - offset;
}

#endif
