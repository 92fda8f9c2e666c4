/* The header of a package (CON, LIVE, PIRS): who made it, for what title, what it is called, and where its volume
 * begins. What a field is stands in stfs_fields.def. */
#ifndef CYCLE360_HLE_LOADER_STFS_HEADER_H
#define CYCLE360_HLE_LOADER_STFS_HEADER_H

#include "models/sim/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    STFS_LICENCES = 0x22c,
    STFS_LICENCES_MAX = 16,
    STFS_LICENCE_SIZE = 16,
    STFS_CONTENT_ID = 0x32c,
    STFS_HEADER_SIZE = 0x340,
    STFS_METADATA = 0x344,
    STFS_METADATA_VERSION = 0x348,
    STFS_VOLUME = 0x379,
    STFS_VOLUME_SIZE = 0x24,
    STFS_VOLUME_TYPE = 0x3a9,
    STFS_HEADER_MIN = 0x3b1, /* up to here a header is needed to find the files */
};

enum stfs_signer { STFS_CON = 1, STFS_LIVE = 2, STFS_PIRS = 4 };
enum stfs_volume_type { STFS_VOLUME_STFS = 0, STFS_VOLUME_SVOD = 1 };

struct stfs_header {
    const uint8_t *bytes;
    uint32_t size; /* of the header */
    uint64_t data; /* where what follows the header begins */
    enum stfs_signer signer;
    uint32_t version, volume_type;
};

/* What bytes that do not begin with one of the three words are is not asked here. */
enum sim_status stfs_header_read(struct stfs_header *header, const char *name, const uint8_t *bytes, uint64_t size,
                                 struct sim_error *error);

/* Whether the content id is the SHA-1 of what it covers, all of the header from STFS_METADATA on. */
bool stfs_header_is_whole(const struct stfs_header *header);

/* ---- the fields, one after the other ---- */

enum stfs_kind {
    STFS_KIND_NUMBER,   /* decimal */
    STFS_KIND_HEX,      /* a number, with leading zeros */
    STFS_KIND_BYTES,    /* in hexadecimal */
    STFS_KIND_TEXT,     /* ASCII up to a NUL */
    STFS_KIND_UTF16,    /* big-endian, up to a NUL */
    STFS_KIND_CONTENT,  /* a content type */
    STFS_KIND_VERSION,  /* major.minor.build.qfe */
    STFS_KIND_LE24,     /* a number of three bytes, little-endian */
    STFS_KIND_LE16,     /* of two */
    STFS_KIND_PRESENCE, /* too long to be shown: how many of the bytes are not zero */
};

struct stfs_field {
    const char *name;
    uint32_t offset, size;
    enum stfs_kind kind;
};

/* Hands out the fields that this header has, in order; *i begins at 0. */
bool stfs_field_next(const struct stfs_header *header, size_t *i, struct stfs_field *field);

enum { STFS_TEXT_MAX = 1024 };
/* The field's value as it is shown. */
const char *stfs_field_text(const struct stfs_header *header, const struct stfs_field *field, char text[STFS_TEXT_MAX]);

/* NULL where the number has no name. */
const char *stfs_content_name(uint32_t type);

/* Names in the languages of the console: 0 English up to 11; empty where there is none. */
enum { STFS_LANGUAGES = 12 };
const char *stfs_language(unsigned language);
const char *stfs_display_name(const struct stfs_header *header, unsigned language, char text[STFS_TEXT_MAX]);
const char *stfs_description(const struct stfs_header *header, unsigned language, char text[STFS_TEXT_MAX]);

/* The package's picture or its title's; NULL and 0 where the header has none. */
const uint8_t *stfs_thumbnail(const struct stfs_header *header, bool of_title, uint32_t *size);

#endif
