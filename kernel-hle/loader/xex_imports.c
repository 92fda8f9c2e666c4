/* The import libraries of a XEX: names, records, and the words of the image that the records lead to. */
#include "kernel-hle/loader/bytes.h"
#include "kernel-hle/loader/xex.h"
#include "kernel-hle/loader/xex_parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { FIXED = 0x0C, NAMES_MAX = 256 /* a record's index is a byte */ };

struct names {
    const char *name[NAMES_MAX];
    size_t size[NAMES_MAX];
    uint32_t count;
};

/* Each name ends in a NUL and is padded to a multiple of four bytes. */
static enum sim_status read_names(struct names *names, const struct xex *xex, const struct xex_header *header,
                                  struct sim_error *error)
{
    uint32_t size = bytes_be32(header->data + 4), count = bytes_be32(header->data + 8), at = 0;
    if (!bytes_within(header->size, FIXED, size) || count > NAMES_MAX)
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: 0x%" PRIx32 ": import libraries: a string table of 0x%" PRIx32 " bytes with %" PRIu32
                        " names, in a header of 0x%" PRIx32 " bytes",
                        xex->name, header->offset + 4, size, count, header->size);
    for (names->count = 0; names->count < count; names->count++) {
        const char *name = (const char *)header->data + FIXED + at;
        const char *end = at < size ? memchr(name, '\0', size - at) : NULL;
        if (end == NULL)
            return sim_fail(error, SIM_BAD_INPUT,
                            "%s: 0x%" PRIx32 ": import libraries: name %" PRIu32 " of %" PRIu32
                            " does not end within the string table",
                            xex->name, header->offset + FIXED + at, names->count, count);
        names->name[names->count] = name;
        names->size[names->count] = (size_t)(end - name);
        at += ((uint32_t)(end - name) + 1 + 3) & ~UINT32_C(3);
    }
    return SIM_OK;
}

enum sim_status xex_libraries(const struct xex *xex, xex_library_function *function, void *context,
                              struct sim_error *error)
{
    const struct xex_header *header = xex_find(xex, XEX_KEY_IMPORTS);
    struct names names = {.count = 0};
    if (header == NULL)
        return SIM_OK;
    if (header->size < FIXED)
        return sim_fail(error, SIM_BAD_INPUT, "%s: 0x%" PRIx32 ": import libraries: size: 0x%" PRIx32 " is too little",
                        xex->name, header->offset, header->size);
    enum sim_status status = read_names(&names, xex, header, error);
    uint32_t at = FIXED + bytes_be32(header->data + 4);
    while (status == SIM_OK && at < header->size) {
        const uint8_t *record = header->data + at;
        uint32_t left = header->size - at, size = left >= 4 ? bytes_be32(record) : 0, records = 0;
        bool whole = size >= XEX_LIBRARY_SIZE && size <= left;
        if (whole) {
            records = bytes_be16(record + 0x26);
            whole = size - XEX_LIBRARY_SIZE >= 4 * records && record[0x25] < names.count;
        }
        if (!whole)
            return sim_fail(error, SIM_BAD_INPUT,
                            "%s: 0x%" PRIx32 ": import library: a record of 0x%" PRIx32 " bytes with %" PRIu32
                            " addresses does not fit the 0x%" PRIx32 " bytes that are left, or has no name",
                            xex->name, header->offset + at, size, records, left);
        const struct xex_library library = {
            .name = names.name[record[0x25]],
            .name_size = names.size[record[0x25]],
            .offset = header->offset + at,
            .record = record,
            .record_size = size,
            .records = records,
            .addresses = record + XEX_LIBRARY_SIZE,
        };
        status = function(context, &library, error);
        at += size;
    }
    return status;
}

struct count {
    size_t libraries, imports;
};

static enum sim_status count_library(void *context, const struct xex_library *library, struct sim_error *error)
{
    struct count *count = context;
    (void)error;
    count->libraries++;
    count->imports += library->records;
    return SIM_OK;
}

struct filling {
    const struct xex *xex;
    struct image *image;
};

/* The word that a record leads to: kind, library, ordinal. */
static enum sim_status add_import(const struct filling *filling, const struct xex_library *library, uint32_t index,
                                  struct sim_error *error)
{
    enum { VARIABLE, THUNK, THUNK_SIZE = 16 };
    struct image *image = filling->image;
    uint32_t address = bytes_be32(library->addresses + 4 * index), offset = address - image->base;
    uint32_t place = library->offset + XEX_LIBRARY_SIZE + 4 * index;
    if (address % 4 != 0 || address < image->base || !bytes_within(image->size, offset, 4))
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: 0x%" PRIx32 ": import of %.64s: address: %08" PRIx32 " is no word of the image %08" PRIx32
                        " to %08" PRIx32,
                        filling->xex->name, place, library->name, address, image->base,
                        image->base + (image->size - 1));
    uint32_t word = bytes_be32(image->bytes + offset);
    if (word >> 24 > THUNK || (word >> 24 == THUNK && !bytes_within(image->size, offset, THUNK_SIZE)))
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: 0x%" PRIx32 ": import of %.64s: the word %08" PRIx32 " at %08" PRIx32
                        " is neither a variable's nor a whole thunk's",
                        filling->xex->name, place, library->name, word, address);
    image->import[image->imports++] = (struct image_import){
        .library = (unsigned)image->libraries,
        .ordinal = (uint16_t)word,
        .thunk = word >> 24 == THUNK,
        .address = address,
    };
    return SIM_OK;
}

static enum sim_status add_library(void *context, const struct xex_library *library, struct sim_error *error)
{
    struct filling *filling = context;
    struct image *image = filling->image;
    struct image_library *made = &image->library[image->libraries];
    if (library->name_size >= sizeof made->name)
        return sim_fail(error, SIM_BAD_INPUT, "%s: 0x%" PRIx32 ": import library: a name of %zu characters; %zu fit",
                        filling->xex->name, library->offset, library->name_size, sizeof made->name - 1);
    memcpy(made->name, library->name, library->name_size);
    made->version = bytes_be32(library->record + 0x1C);
    made->version_min = bytes_be32(library->record + 0x20);
    for (uint32_t i = 0; i < library->records; i++) {
        enum sim_status status = add_import(filling, library, i, error);
        if (status != SIM_OK)
            return status;
    }
    image->libraries++;
    return SIM_OK;
}

enum sim_status xex_load_imports(struct image *image, const struct xex *xex, struct sim_error *error)
{
    struct count count = {0};
    enum sim_status status = xex_libraries(xex, count_library, &count, error);
    if (status != SIM_OK || count.libraries == 0)
        return status;
    image->library = calloc(count.libraries, sizeof *image->library);
    image->import = calloc(count.imports + 1, sizeof *image->import);
    if (image->library == NULL || image->import == NULL)
        return sim_fail(error, SIM_HOST, "%s: no memory for %zu imports", xex->name, count.imports);
    struct filling filling = {xex, image};
    return xex_libraries(xex, add_library, &filling, error);
}

enum sim_status xex_load_exports(struct image *image, const struct xex *xex, struct sim_error *error)
{
    enum { BASE_HIGH = 0x20, COUNT = 0x24, FIRST_ORDINAL = 0x28, OFFSETS = 0x2C, ORDINALS = 0x10000 };
    uint32_t table = xex->security.export_table, at = table - image->base;
    if (table == 0)
        return SIM_OK;
    uint64_t count = 0, first = 0;
    bool whole = table >= image->base && bytes_within(image->size, at, OFFSETS);
    if (whole) {
        count = bytes_be32(image->bytes + at + COUNT);
        first = bytes_be32(image->bytes + at + FIRST_ORDINAL);
        whole = bytes_within(image->size, at, OFFSETS + 4 * count) && first + count <= ORDINALS;
    }
    if (!whole)
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: 0x%" PRIx32 ": export table: %" PRIu64 " exports from ordinal %" PRIu64 " at %08" PRIx32
                        " are not within the image, or ordinals are above 65535",
                        xex->name, xex->security.offset + (xex->xex1 ? 0x15C : 0x160), count, first, table);
    image->export = calloc(count + 1, sizeof *image->export);
    if (image->export == NULL)
        return sim_fail(error, SIM_HOST, "%s: no memory for %" PRIu64 " exports", xex->name, count);
    uint32_t base = bytes_be32(image->bytes + at + BASE_HIGH) << 16;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t offset = bytes_be32(image->bytes + at + OFFSETS + 4 * i);
        if (offset != 0) /* an ordinal that nothing has */
            image->export[image->exports++] =
                (struct image_export){.ordinal = (uint16_t)(first + i), .address = base + offset};
    }
    return SIM_OK;
}
