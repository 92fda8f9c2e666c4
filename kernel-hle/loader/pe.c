#include "kernel-hle/loader/pe.h"

#include "kernel-hle/loader/bytes.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static unsigned access_of(uint32_t flags)
{
    return (flags & PE_SECTION_READ ? IMAGE_READ : 0u) | (flags & PE_SECTION_WRITE ? IMAGE_WRITE : 0u) |
           (flags & PE_SECTION_EXECUTE ? IMAGE_EXECUTE : 0u);
}

static enum sim_status wrong(const char *name, const struct image *image, uint32_t offset, const char *field,
                             uint32_t value, struct sim_error *error)
{
    return sim_fail(error, SIM_BAD_INPUT, "%s: PE at %08" PRIx32 ": %s: %" PRIx32 " (hexadecimal) cannot be", name,
                    image->base + offset, field, value);
}

enum sim_status pe_sections(struct image *image, const char *name, struct sim_error *error)
{
    const uint8_t *bytes = image->bytes;
    if (image->size < PE_DOS_SIZE || memcmp(bytes, "MZ", 2) != 0)
        return SIM_OK;
    uint32_t pe = bytes_le32(bytes + PE_LFANEW);
    if (!bytes_within(image->size, pe, PE_FILE_SIZE))
        return wrong(name, image, PE_LFANEW, "offset of the PE header", pe, error);
    if (memcmp(bytes + pe, "PE\0\0", 4) != 0)
        return wrong(name, image, pe, "signature", bytes_be32(bytes + pe), error);
    uint32_t machine = bytes_le16(bytes + pe + 4), count = bytes_le16(bytes + pe + 6),
             optional = bytes_le16(bytes + pe + 20);
    if (machine != PE_MACHINE_POWERPC_BE)
        return wrong(name, image, pe + 4, "machine", machine, error);
    uint64_t first = (uint64_t)pe + PE_FILE_SIZE + optional;
    if (!bytes_within(image->size, first, (uint64_t)count * PE_SECTION_SIZE))
        return wrong(name, image, pe + 6, "number of sections", count, error);

    image->section = calloc(count + 1u, sizeof *image->section);
    if (image->section == NULL)
        return sim_fail(error, SIM_HOST, "%s: no memory for %" PRIu32 " sections", name, count);
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *header = bytes + first + (size_t)PE_SECTION_SIZE * i;
        uint32_t size = bytes_le32(header + 8), offset = bytes_le32(header + 12);
        if (offset >= image->size)
            continue;
        struct image_section *section = &image->section[image->sections++];
        memcpy(section->name, header, 8);
        section->address = image->base + offset;
        section->size = size < image->size - offset ? size : image->size - offset;
        section->access = access_of(bytes_le32(header + 36));
    }
    return SIM_OK;
}

/* One of the directory's tables. */
struct table {
    uint64_t offset;
    uint32_t count;
};

static enum sim_status add_exports(struct image *image, uint32_t directory, struct table functions, struct table names,
                                   uint64_t ordinals, const char *name, struct sim_error *error)
{
    enum { NAME_MAX_LENGTH = 255 };
    const uint8_t *bytes = image->bytes;
    uint32_t first = bytes_le32(bytes + directory + 16);
    for (uint32_t i = 0; i < names.count; i++) {
        uint64_t at = (uint64_t)directory + bytes_le32(bytes + names.offset + 4 * (uint64_t)i);
        uint32_t index = bytes_le16(bytes + ordinals + 2 * (uint64_t)i);
        uint64_t left = at < image->size ? image->size - at : 0;
        if (left == 0 || memchr(bytes + at, '\0', left < NAME_MAX_LENGTH ? left : NAME_MAX_LENGTH) == NULL)
            return wrong(name, image, directory + 32, "offset of an export's name", (uint32_t)at, error);
        if (index >= functions.count || first + (uint64_t)index > UINT16_MAX)
            return wrong(name, image, directory + 36, "ordinal of an export", index, error);
        image->named_export[image->named_exports++] = (struct image_named_export){
            .ordinal = (uint16_t)(first + index),
            .address = image->base + bytes_le32(bytes + functions.offset + 4 * (uint64_t)index),
            .name = (const char *)bytes + at,
        };
    }
    return SIM_OK;
}

enum sim_status pe_exports(struct image *image, uint32_t directory, const char *name, struct sim_error *error)
{
    const uint8_t *at = image->bytes + directory;
    if (!bytes_within(image->size, directory, PE_EXPORTS_SIZE))
        return wrong(name, image, directory, "export directory", directory, error);
    struct table functions = {(uint64_t)directory + bytes_le32(at + 28), bytes_le32(at + 20)};
    struct table names = {(uint64_t)directory + bytes_le32(at + 32), bytes_le32(at + 24)};
    uint64_t ordinals = (uint64_t)directory + bytes_le32(at + 36);
    if (!bytes_within(image->size, functions.offset, UINT64_C(4) * functions.count))
        return wrong(name, image, directory + 20, "number of exports", functions.count, error);
    if (names.count > UINT16_MAX || !bytes_within(image->size, names.offset, UINT64_C(4) * names.count) ||
        !bytes_within(image->size, ordinals, UINT64_C(2) * names.count))
        return wrong(name, image, directory + 24, "number of exports with names", names.count, error);
    image->named_export = calloc(names.count + 1u, sizeof *image->named_export);
    if (image->named_export == NULL)
        return sim_fail(error, SIM_HOST, "%s: no memory for %" PRIu32 " exports", name, names.count);
    return add_exports(image, directory, functions, names, ordinals, name, error);
}
