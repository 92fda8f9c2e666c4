/* XEX files as the format describes them, written apart from the loader. LZX consists of uncompressed blocks. */
#ifndef CYCLE360_TESTS_SUPPORT_XEX_WRITER_H
#define CYCLE360_TESTS_SUPPORT_XEX_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct xex_writer_header {
    uint32_t key, value; /* value of keys that end in 00 and 01 */
    const void *bytes;   /* of others; of keys that end in FF without the size */
    uint32_t size;
};

struct xex_writer_library {
    const char *name;
    uint32_t version, version_min;
    const uint32_t *address;
    unsigned addresses;
};

struct xex_writer_run {
    uint32_t pages, kind;
};

struct xex_writer {
    bool xex1;
    uint32_t module_flags, base, image_flags, export_table, region, media;
    const uint8_t *image;
    uint32_t image_size;
    const struct xex_writer_run *run;
    unsigned runs;
    unsigned encryption, compression; /* as in the file: 0 or 1; 0 none, 1 basic, 2 LZX */
    uint32_t block_size;              /* chunks of LZX fill blocks of about as much; 0: one block */
    uint8_t wrapping_key[16], session_key[16];
    const struct xex_writer_header *header; /* in order; the file format and the imports follow */
    unsigned headers;
    const struct xex_writer_library *library;
    unsigned libraries;
};

/* Where things are in the file, for tests that change them. */
struct xex_writer_places {
    uint32_t security, headers_size, imports, format;
    uint32_t header[32]; /* of the data of each header */
};

/* The file; the caller frees it. `places` may be NULL. */
uint8_t *xex_writer(const struct xex_writer *writer, size_t *size, struct xex_writer_places *places);

/* A PE for the beginning of an image: MZ, and a header with these sections, whose raw data lie at their addresses. */
struct pe_writer_section {
    const char *name;
    uint32_t offset, size, flags;
};
void pe_writer(uint8_t *image, uint32_t image_size, const struct pe_writer_section *section, unsigned sections);

/* Big-endian and little-endian numbers. */
void put16(uint8_t *at, unsigned value);
void put32(uint8_t *at, uint32_t value);
void put64(uint8_t *at, uint64_t value);
uint32_t get32(const uint8_t *at);
void put16_le(uint8_t *at, unsigned value);
void put32_le(uint8_t *at, uint32_t value);

#endif
