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
