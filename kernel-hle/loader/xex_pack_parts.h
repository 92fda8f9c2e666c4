/* What the files of xex_pack share with each other, and with nobody else. */
#ifndef CYCLE360_HLE_LOADER_XEX_PACK_PARTS_H
#define CYCLE360_HLE_LOADER_XEX_PACK_PARTS_H

#include "kernel-hle/loader/xex_pack.h"

enum {
    PACK_SEGMENTS_MAX = 256,
    PACK_LIBRARIES_MAX = 64,
    PACK_LIBRARY_NAME = 64, /* what image_library holds */
    PACK_IMPORTS_MAX = 1 << 16,
    PACK_RESOURCE_NAME = 8,
};

/* Bytes of the program that lie together, and the zeros that follow them. */
struct pack_segment {
    uint32_t address;
    uint64_t size; /* with the zeros */
    const uint8_t *bytes;
    uint64_t bytes_size;
    unsigned access;  /* enum image_access */
    const char *name; /* of the PE's section; NULL for the one that its access gives */
};

struct pack_import {
    unsigned library;
    uint16_t ordinal;
    bool thunk;
    uint32_t address;
};

struct pack_export {
    uint16_t ordinal;
    uint32_t address;
};

/* The program on its way into a file. */
struct pack {
    const char *name;
    const struct xex_pack_options *options;
    struct sim_error *error;

    uint32_t image_max;   /* bytes */
    struct image program; /* what was read from an ELF or a PE */
    struct pack_segment segment[PACK_SEGMENTS_MAX];
    size_t segments;
    bool is_pe; /* it has headers of its own */
    uint32_t entry;
    bool has_tls;
    struct {
        uint32_t address, size, raw_size;
    } tls;

    char library[PACK_LIBRARIES_MAX][PACK_LIBRARY_NAME];
    unsigned libraries;
    struct pack_import *import;
    size_t imports;
    struct pack_export *export;
    size_t exports;
    uint32_t export_table; /* its address, 0 for none */
    uint32_t functions[2]; /* where the table of functions begins and ends, by symbols; 0: there is none */
    bool *found;           /* the symbols of the options' imports, then of their exports */

    uint8_t *bytes; /* of the image */
    uint32_t base, size, page_size;
    uint8_t *page; /* enum xex_page_kind of each */
    uint32_t pages, checksum, stack_size;
};

enum sim_status pack_no_memory(const struct pack *pack);

/* Bytes that grow. */
struct pack_bytes {
    uint8_t *bytes;
    size_t size, room;
};
/* Room for `size` more bytes at the end, which are zero; NULL if there is no memory. */
uint8_t *pack_bytes_add(struct pack_bytes *bytes, size_t size);

/* An optional header on its way: `bytes` holds what follows its own size, or all of it where it has none. */
struct pack_header {
    uint32_t key;
    struct pack_bytes bytes;
};

struct pack_headers {
    struct pack *pack;
    struct pack_header *header;
    size_t count;
};

enum sim_status pack_add_segment(struct pack *pack, const struct pack_segment *segment);

/* Fill the segments, the entry and the imports. */
enum sim_status pack_read_elf(struct pack *pack, const uint8_t *bytes, uint64_t size);
enum sim_status pack_read_pe(struct pack *pack, const uint8_t *bytes, uint64_t size);
enum sim_status pack_read_plain(struct pack *pack, const uint8_t *bytes, uint64_t size);

/* The import or export that a symbol stands for: "__imp_xboxkrnl_0x11" ..., or one that the options name; an end of the
 * table of functions. */
enum sim_status pack_add_symbol(struct pack *pack, const char *symbol, size_t size, uint32_t address);
/* Those of the options that lie at addresses. */
enum sim_status pack_add_given(struct pack *pack);

/* Lays the segments out as an image with the kinds of its pages, writes the imports' words and the PE's headers. */
enum sim_status pack_make_image(struct pack *pack);
enum sim_status pack_write_imports(struct pack *pack);
enum sim_status pack_write_exports(struct pack *pack, uint32_t at);
enum sim_status pack_write_pe(struct pack *pack);

/* The image as it is stored, with the header that says how: `format` gets what follows its own size. */
enum sim_status pack_store(const struct pack *pack, const uint8_t session_key[XEX_KEY_SIZE], struct pack_bytes *stored,
                           struct pack_bytes *format);
void pack_encrypt(const uint8_t key[XEX_KEY_SIZE], uint8_t *bytes, size_t size);

/* The header of the import libraries, as far as it follows its own size, and the digest of its first record. */
enum sim_status pack_import_header(const struct pack *pack, struct pack_bytes *header, uint8_t digest[XEX_DIGEST_SIZE]);

/* All of it. The optional headers are in the order of their keys. */
enum sim_status pack_write_file(const struct pack_headers *headers, const uint8_t *import_digest,
                                const uint8_t *session_key, const struct pack_bytes *stored, struct xex_packed *packed);

#endif
