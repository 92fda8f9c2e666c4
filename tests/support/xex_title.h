/* A title of which a test knows everything: a PE of three sections, two import libraries, exports, a resource, TLS, and
 * an optional header of nearly every kind. */
#ifndef CYCLE360_TESTS_SUPPORT_XEX_TITLE_H
#define CYCLE360_TESTS_SUPPORT_XEX_TITLE_H

#include "tests/support/xex_writer.h"

enum {
    TITLE_BASE = 0x82000000u,
    TITLE_ENTRY = 0x11000,
    TITLE_RESOURCE = 0x12345,
    TITLE_RESOURCE_SIZE = 0x321,
    TITLE_EXPORTS = 0x13000,
    TITLE_TLS = 0x21000,
    TITLE_TLS_RAW = 0x60,
    TITLE_SIZE = 0x30000,
    TITLE_HEADERS = 26, /* before the writer's own */
};

/* Offsets of import records in the image, and what is there. */
struct title_import {
    uint32_t offset;
    unsigned library, ordinal;
    bool thunk;
};
enum { TITLE_IMPORTS = 5 };
extern const struct title_import title_import[TITLE_IMPORTS];

struct title {
    uint8_t image[TITLE_SIZE];
    struct xex_writer_header header[TITLE_HEADERS];
    struct xex_writer writer;
};

/* `pages_4k`: pages of 4 KiB instead of 64 KiB. The rest of the writer can be changed afterwards. */
void title_make(struct title *title, bool pages_4k);

#endif
