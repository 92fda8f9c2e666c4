/* Makes a XEX2 of a program: an ELF, a PE as it lies in memory, or plain bytes. All digests are right, the file's key
 * is wrapped with the development key, and there is no signature. The same input always becomes the same file.
 *
 * Where the program lies decides where the image begins: the page before its first one holds the headers of the PE that
 * the image has to be. An ELF names its imports by symbols: `__imp_LIBRARY_ORDINAL` is a word that becomes the address
 * of what is imported, `__thunk_LIBRARY_ORDINAL` four instructions that become a jump to it; what is at
 * `__export_ORDINAL` is exported. */
#ifndef CYCLE360_HLE_LOADER_XEX_PACK_H
#define CYCLE360_HLE_LOADER_XEX_PACK_H

#include "kernel-hle/loader/work.h"
#include "kernel-hle/loader/xex.h"

struct xex_pack_resource {
    const char *name; /* up to 8 characters */
    const uint8_t *bytes;
    uint32_t size;
};

struct xex_pack_import {
    const char *library; /* "xboxkrnl" is xboxkrnl.exe, "xam" xam.xex; with a dot it is the whole name */
    uint16_t ordinal;
    bool thunk;
    const char *symbol; /* of the ELF where it lies; NULL: at `address` */
    uint32_t address;
};

struct xex_pack_export {
    uint16_t ordinal;
    const char *symbol; /* as an import's */
    uint32_t address;
};

/* An optional header as it will be in the file; of one that begins with its own size only what follows it. */
struct xex_pack_header {
    uint32_t key;
    const uint8_t *data;
    uint32_t size;
};

struct xex_pack_options {
    enum xex_compression compression; /* not XEX_DELTA */
    enum xex_encryption encryption;
    unsigned window_bits;    /* of LZX: 15 to 21; 0: 16 */
    uint32_t image_size_max; /* 0: 256 MiB, as much as there are addresses for images */
    uint32_t page_size;      /* 0x1000 or 0x10000; 0: as the address demands */

    uint32_t load_address; /* of plain bytes; 0: 0x82010000, or with pages of 4 KiB 0x92001000 */
    uint32_t data_address; /* of plain bytes: data, not code, from here on; 0: all of it is code */
    uint32_t zero_size;    /* of plain bytes: zeros that follow them */

    bool dll;
    uint32_t entry; /* 0: the ELF's or the PE's, or the first of plain bytes */
    uint32_t title_id, media_id, version, base_version;
    uint32_t region, media_types;       /* 0: any */
    uint32_t system_flags;              /* privileges 0 to 31 */
    uint32_t stack_size;                /* 0: 256 KiB */
    uint32_t heap_size, workspace_size; /* 0: without that header */
    uint32_t tls_slots;                 /* 0: 64 if the ELF has a TLS segment, else without that header */
    const char *pe_name;                /* NULL: the file's, ending in .exe */

    const struct xex_pack_resource *resource;
    size_t resources;
    const struct xex_pack_import *import;
    size_t imports;
    const struct xex_pack_export *export;
    size_t exports;
    const struct xex_pack_header *header;
    size_t headers;

    const uint8_t *key;         /* that wraps the session key; NULL: the development key */
    const uint8_t *session_key; /* NULL: of the image's digest */
    struct loader_work work;    /* LZX tells how many bytes of the image are done */
};

struct xex_packed {
    uint8_t *bytes; /* to be freed with free() */
    size_t size;
    uint32_t headers_size, base, image_size, page_size, entry, page_runs;
    size_t imports, exports;
};

/* Whatever comes back, packed->bytes is to be freed. Errors name the input, and where in it. */
enum sim_status xex_pack(struct xex_packed *packed, const char *name, const uint8_t *bytes, uint64_t size,
                         const struct xex_pack_options *options, struct sim_error *error);

#endif
