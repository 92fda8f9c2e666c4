/* XEX2 modules, and XEX1 of early development kits.
 *
 * xex_read() takes the headers apart and checks that every offset and size in them lies where it must; what it hands
 * out points into the file's bytes, which have to stay. xex_load() makes the image that a console would have in memory:
 * decrypted, decompressed, checked against its digests. Everything is big-endian, as it is in the file. */
#ifndef CYCLE360_HLE_LOADER_XEX_H
#define CYCLE360_HLE_LOADER_XEX_H

#include "kernel-hle/loader/image.h"
#include "kernel-hle/loader/work.h"
#include "models/sim/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    XEX_MAGIC = 0x58455832,  /* "XEX2" */
    XEX1_MAGIC = 0x58455831, /* "XEX1" */
    XEX_FILE_SIZE = 0x18,    /* of the file's header; entries of 8 bytes follow */
    XEX_OPTIONAL_MAX = 256,  /* no title has more than a few dozen optional headers */
    XEX_RESOURCES_MAX = 4096,
    XEX_DIGEST_SIZE = 20,
    XEX_KEY_SIZE = 16,
    XEX_SIGNATURE_SIZE = 256,
    XEX_SECURITY_SIZE = 0x184,  /* of the security info of a XEX2, before its page descriptors */
    XEX1_SECURITY_SIZE = 0x168, /* of a XEX1's */
    XEX_INFO_OFFSET = 0x108,    /* in the security info: what is signed begins here, with its own length + 256 */
    XEX_INFO_SIZE = 0x174,      /* the usual length there */
    XEX_DESCRIPTOR_SIZE = 24,   /* pages << 4 | kind, then a digest */
    XEX_LIBRARY_SIZE = 0x28,    /* of an import library's record, before its addresses */
    XEX_BLOCK_HEADER_SIZE = 24, /* of an LZX block: size and digest of the next one */
    XEX_WINDOW_BITS_MIN = 15,
    XEX_WINDOW_BITS_MAX = 21,
};

/* Bits and words of the headers that the loader itself looks at; all others have only a name, in xex_words.def. */
enum { XEX_MODULE_TITLE = 0x01, XEX_MODULE_DLL = 0x08, XEX_MODULE_PATCH = 0x10, XEX_MODULE_PATCH_DELTA = 0x40 };
#define XEX_IMAGE_PAGE_4K UINT32_C(0x10000000)
enum xex_encryption { XEX_PLAIN, XEX_ENCRYPTED };
enum xex_compression { XEX_UNCOMPRESSED, XEX_BASIC, XEX_LZX, XEX_DELTA };
enum xex_page_kind { XEX_PAGE_CODE = 1, XEX_PAGE_DATA = 2, XEX_PAGE_READ_ONLY = 3 };

/* The keys of the optional headers that have names: XEX_KEY_ENTRY, ... */
enum xex_key {
#define XEX_HEADER(key, id, name, first, stride) XEX_KEY_##id = key,
#define XEX_PART(id, name, first, stride)
#include "kernel-hle/loader/xex_headers.def"
#undef XEX_HEADER
#undef XEX_PART
};

/* An optional header: its entry, and its data wherever they lie. */
struct xex_header {
    uint32_t key, value;
    uint32_t offset, size; /* of the data, in the file */
    const uint8_t *data;
};

/* The security info, of either version; what XEX1 does not have is NULL or 0. */
struct xex_security {
    uint32_t offset, size, image_size, info_size, image_flags, load_address, import_libraries, export_table, region,
        media_types, page_runs;
    const uint8_t *signature, *image_digest, *import_digest, *media_id, *key, *header_digest, *descriptors;
};

/* The file format header. Without one the image is plain and uncompressed. */
struct xex_format {
    enum xex_encryption encryption;
    enum xex_compression compression;
    const uint8_t *blocks; /* basic: `block_count` times {data size, zero size} */
    uint32_t block_count;
    unsigned window_bits; /* LZX, delta */
    uint32_t first_block_size;
    const uint8_t *first_block_digest;
};

struct xex {
    const char *name; /* of the file, for errors */
    const uint8_t *bytes;
    uint64_t size;
    bool xex1;
    uint32_t module_flags, headers_size, security_offset;
    struct xex_security security;
    struct xex_format format;
    uint32_t base, page_size;
    struct xex_header header[XEX_OPTIONAL_MAX]; /* in the file's order */
    size_t headers;
};

/* Reads the headers. */
enum sim_status xex_read(struct xex *xex, const char *name, const uint8_t *bytes, uint64_t size,
                         struct sim_error *error);

/* The optional header of a key, NULL where there is none; and its first word, or `otherwise`. */
const struct xex_header *xex_find(const struct xex *xex, uint32_t key);
uint32_t xex_word(const struct xex *xex, uint32_t key, uint32_t otherwise);

/* The bytes of a file from the image's first to its last, which the title is stored in. */
static inline uint64_t xex_payload_size(const struct xex *xex)
{
    return xex->size - xex->headers_size;
}

/* The records of the import libraries, one after the other. The name has no end of its own. */
struct xex_library {
    const char *name;
    size_t name_size;
    uint32_t offset; /* in the file */
    const uint8_t *record;
    uint32_t record_size, records;
    const uint8_t *addresses; /* `records` words */
};

/* What xex_libraries() goes through; it has checked the record before. The callback's status ends the walk if it is
 * not SIM_OK. */
typedef enum sim_status xex_library_function(void *context, const struct xex_library *library, struct sim_error *error);
enum sim_status xex_libraries(const struct xex *xex, xex_library_function *function, void *context,
                              struct sim_error *error);

enum xex_check { XEX_NOT_CHECKED, XEX_RIGHT, XEX_WRONG };

/* What loading found out besides the image. */
struct xex_report {
    char key[32];             /* the name of the key that fits; "" where none was needed */
    enum xex_check pages;     /* the digest of every run of pages */
    enum xex_check header;    /* the digest of the headers */
    enum xex_check imports;   /* the digests of the import libraries */
    enum xex_check signature; /* RSA, where the key file has the public modulus */
    char signed_by[32];       /* the name of the modulus that verifies it */
};

struct xex_options {
    bool no_verify;          /* a wrong digest of the image's pages is reported, not an error */
    uint32_t image_size_max; /* 0: IMAGE_SIZE_MAX */
    struct loader_work work; /* LZX tells how many bytes of the image are done */
};

/* Loads the image; options and report may be NULL. The headers' digest and the signature are only reported: console
 * and development titles are signed with keys of which nobody has the private part, so whoever edits one breaks them.
 */
enum sim_status xex_load(struct image *image, const struct xex *xex, const struct loader_keys *keys,
                         const struct xex_options *options, struct xex_report *report, struct sim_error *error);

#endif
