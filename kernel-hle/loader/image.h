/* A program as it lies in memory once it is loaded: what comes out of a XEX, of the PE inside one, or of an ELF. */
#ifndef CYCLE360_HLE_LOADER_IMAGE_H
#define CYCLE360_HLE_LOADER_IMAGE_H

#include "models/sim/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { IMAGE_SIZE_MAX = 512 << 20 };

enum image_kind { IMAGE_XEX, IMAGE_ELF };

enum image_access { IMAGE_READ = 1, IMAGE_WRITE = 2, IMAGE_EXECUTE = 4 };

/* Pages of one access, one after the other. */
struct image_pages {
    uint32_t address, size;
    unsigned access;
};

/* An import of a library by its ordinal: a word of data to be filled, or a thunk of code to be patched. */
struct image_import {
    unsigned library; /* in image.library */
    uint16_t ordinal;
    bool thunk;
    uint32_t address; /* of the record's word, or of the thunk's first instruction */
};

struct image_library {
    char name[64];
    uint32_t version, version_min;
};

struct image_section {
    char name[16];
    uint32_t address, size;
    unsigned access;
};

struct image_resource {
    char name[9];
    uint32_t address, size;
};

struct image_export {
    uint16_t ordinal;
    uint32_t address;
};

struct image_named_export {
    const char *name; /* in the image's bytes */
    uint16_t ordinal;
    uint32_t address;
};

struct image {
    enum image_kind kind;
    uint8_t *bytes; /* `size` of them, from `base` on, as the guest will see them */
    uint32_t base, size, entry, page_size;
    struct image_pages *pages;
    size_t pages_count;
    struct image_section *section;
    size_t sections;
    struct image_library *library;
    size_t libraries;
    struct image_import *import;
    size_t imports;
    struct image_resource *resource;
    size_t resources;
    struct image_export *export;
    size_t exports;
    struct image_named_export *named_export; /* a PE's own; few modules have any */
    size_t named_exports;
    uint32_t stack_size, heap_size, workspace_size;
    struct {
        uint32_t slots, address, size, raw_size;
    } tls;
    uint32_t system_flags; /* privileges 0 to 31 */
    uint32_t title_id, media_id, version, base_version;
    uint32_t module_flags; /* of a XEX: title, DLL, ... */
    uint8_t *headers;      /* of a XEX: its headers as they are, for the copy that titles read */
    size_t headers_size;
};

struct loader_keys;

/* Loads bytes of a file, which tell themselves what they are. Errors name `name`, the offset and the field. Whatever
 * comes back, image_free() is to be called. */
enum sim_status image_load(struct image *image, const char *name, const uint8_t *bytes, size_t size,
                           const struct loader_keys *keys, struct sim_error *error);
void image_free(struct image *image);

#endif
