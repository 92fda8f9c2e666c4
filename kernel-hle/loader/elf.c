#include "kernel-hle/loader/elf.h"

#include "kernel-hle/loader/bytes.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    IDENT_SIZE = 16,
    IDENT_CLASS = 4,
    IDENT_DATA = 5,
    CLASS_32 = 1,
    CLASS_64 = 2,
    DATA_BIG_ENDIAN = 2,
    TYPE_EXECUTABLE = 2,
    MACHINE_PPC = 20,
    MACHINE_PPC64 = 21,
    ABI_MASK = 3, /* e_flags of EM_PPC64 */
    ABI_DESCRIPTORS = 1,
    SEGMENT_LOAD = 1,
    SEGMENT_EXECUTE = 1,
    SEGMENT_WRITE = 2,
    SEGMENT_READ = 4,
    SECTION_WRITE = 1,
    SECTION_ALLOCATE = 2,
    SECTION_EXECUTE = 4,
};

/* Where the fields of either class are; `wide` ones have 4 or 8 bytes. */
struct layout {
    bool wide;
    uint16_t header_size, entry, segment_offset, section_offset, flags, segment_size, segment_count, section_size,
        section_count, section_names;
    struct {
        uint16_t size, flags, offset, address, file_size, memory_size;
    } segment;
    struct {
        uint16_t size, flags, address, offset, bytes;
    } section;
};

static const struct layout layout_32 = {
    false, 52, 24, 28, 32, 36, 42, 44, 46, 48, 50, {32, 24, 4, 8, 16, 20}, {40, 8, 12, 16, 20},
};
static const struct layout layout_64 = {
    true, 64, 24, 32, 40, 48, 54, 56, 58, 60, 62, {56, 4, 8, 16, 32, 40}, {64, 8, 16, 24, 32},
};

struct segment {
    uint32_t address, size; /* in memory */
    uint64_t offset, bytes; /* in the file */
    unsigned access;
    uint64_t place; /* of its header */
};

struct elf {
    const char *name;
    const uint8_t *bytes;
    uint64_t size;
    const struct layout *layout;
    struct segment segment[ELF_SEGMENTS_MAX];
    unsigned segments;
};

static uint64_t wide(const struct elf *elf, uint64_t offset)
{
    const uint8_t *at = elf->bytes + offset;
    return elf->layout->wide ? bytes_be64(at) : bytes_be32(at);
}

static enum sim_status wrong(const struct elf *elf, uint64_t offset, const char *field, uint64_t value, const char *why,
                             struct sim_error *error)
{
    return sim_fail(error, SIM_BAD_INPUT, "%s: 0x%" PRIx64 ": %s: 0x%" PRIx64 " %s", elf->name, offset, field, value,
                    why);
}

static enum sim_status read_header(struct elf *elf, struct sim_error *error)
{
    const uint8_t *bytes = elf->bytes;
    if (elf->size < IDENT_SIZE || memcmp(bytes,
                                         "\x7F"
                                         "ELF",
                                         4) != 0)
        return sim_fail(error, SIM_BAD_INPUT, "%s: 0x0: magic: not an ELF file", elf->name);
    if (bytes[IDENT_CLASS] != CLASS_32 && bytes[IDENT_CLASS] != CLASS_64)
        return wrong(elf, IDENT_CLASS, "class", bytes[IDENT_CLASS], "is neither 32 (1) nor 64 (2) bits", error);
    if (bytes[IDENT_DATA] != DATA_BIG_ENDIAN)
        return wrong(elf, IDENT_DATA, "byte order", bytes[IDENT_DATA], "is not big-endian (2)", error);
    elf->layout = bytes[IDENT_CLASS] == CLASS_64 ? &layout_64 : &layout_32;
    if (elf->size < elf->layout->header_size)
        return sim_fail(error, SIM_BAD_INPUT, "%s: ends after 0x%" PRIx64 " bytes, within the file's header", elf->name,
                        elf->size);
    unsigned type = bytes_be16(bytes + 16), machine = bytes_be16(bytes + 18);
    if (type != TYPE_EXECUTABLE)
        return wrong(elf, 16, "type", type, "is no executable at fixed addresses (2)", error);
    if (machine != MACHINE_PPC && machine != MACHINE_PPC64)
        return wrong(elf, 18, "machine", machine, "is neither PowerPC (0x14) nor 64-bit PowerPC (0x15)", error);
    return SIM_OK;
}

static enum sim_status add_segment(struct elf *elf, uint64_t at, struct sim_error *error)
{
    const struct layout *layout = elf->layout;
    uint64_t address = wide(elf, at + layout->segment.address), size = wide(elf, at + layout->segment.memory_size);
    uint64_t offset = wide(elf, at + layout->segment.offset), bytes = wide(elf, at + layout->segment.file_size);
    unsigned flags = bytes_be32(elf->bytes + at + layout->segment.flags);
    if (bytes_be32(elf->bytes + at) != SEGMENT_LOAD || size == 0)
        return SIM_OK;
    if (bytes > size || !bytes_within(elf->size, offset, bytes))
        return wrong(elf, at, "segment: size in the file", bytes, "is more than there is, or than it has in memory",
                     error);
    if (size > IMAGE_SIZE_MAX)
        return wrong(elf, at, "segment: size in memory", size, "is more than can be loaded", error);
    if (!bytes_within(UINT64_C(1) << 32, address, size))
        return wrong(elf, at, "segment: address", address, "is not within 32 bits, or its end is not", error);
    if (elf->segments == ELF_SEGMENTS_MAX)
        return wrong(elf, at, "segment: number", elf->segments, "are as many as can be loaded", error);
    for (unsigned i = 0; i < elf->segments; i++)
        if (address < elf->segment[i].address + (uint64_t)elf->segment[i].size &&
            elf->segment[i].address < address + size)
            return wrong(elf, at, "segment: address", address, "is within another segment, or its end is", error);
    elf->segment[elf->segments++] = (struct segment){
        .address = (uint32_t)address,
        .size = (uint32_t)size,
        .offset = offset,
        .bytes = bytes,
        .access = (flags & SEGMENT_READ ? IMAGE_READ : 0u) | (flags & SEGMENT_WRITE ? IMAGE_WRITE : 0u) |
                  (flags & SEGMENT_EXECUTE ? IMAGE_EXECUTE : 0u),
        .place = at,
    };
    return SIM_OK;
}

static enum sim_status read_segments(struct elf *elf, struct sim_error *error)
{
    const struct layout *layout = elf->layout;
    uint64_t first = wide(elf, layout->segment_offset);
    unsigned stride = bytes_be16(elf->bytes + layout->segment_size);
    unsigned count = bytes_be16(elf->bytes + layout->segment_count);
    if (count == 0 || stride < layout->segment.size || !bytes_within(elf->size, first, (uint64_t)stride * count))
        return wrong(elf, layout->segment_offset, "segment headers", first, "is no place for any, or they do not fit",
                     error);
    enum sim_status status = SIM_OK;
    for (unsigned i = 0; i < count && status == SIM_OK; i++)
        status = add_segment(elf, first + (uint64_t)stride * i, error);
    if (status == SIM_OK && elf->segments == 0)
        return wrong(elf, layout->segment_count, "segment count", count, "segments, none of which is loaded", error);
    return status;
}

/* As the console's own map has it. */
static uint32_t page_size_at(uint32_t address)
{
    bool large = (address >= 0x40000000 && address < 0x7F000000) || (address >= 0x80000000 && address < 0x90000000);
    return large ? 0x10000 : 0x1000;
}

static enum sim_status place(struct image *image, const struct elf *elf, uint32_t size_max, struct sim_error *error)
{
    uint64_t low = UINT32_MAX, high = 0;
    for (unsigned i = 0; i < elf->segments; i++) {
        uint64_t end = (uint64_t)elf->segment[i].address + elf->segment[i].size;
        low = elf->segment[i].address < low ? elf->segment[i].address : low;
        high = end > high ? end : high;
    }
    image->page_size = page_size_at((uint32_t)low);
    low &= ~(uint64_t)(image->page_size - 1);
    high = (high + image->page_size - 1) & ~(uint64_t)(image->page_size - 1);
    if (high - low > size_max)
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: the segments reach from 0x%" PRIx64 " to 0x%" PRIx64 "; 0x%" PRIx32
                        " bytes are the most that can be loaded",
                        elf->name, low, high, size_max);
    image->base = (uint32_t)low;
    image->size = (uint32_t)(high - low);
    image->bytes = calloc(1, image->size);
    if (image->bytes == NULL)
        return sim_fail(error, SIM_HOST, "%s: no memory for 0x%" PRIx32 " bytes", elf->name, image->size);
    for (unsigned i = 0; i < elf->segments; i++)
        memcpy(image->bytes + (elf->segment[i].address - image->base), elf->bytes + elf->segment[i].offset,
               elf->segment[i].bytes);
    return SIM_OK;
}

static enum sim_status make_pages(struct image *image, const struct elf *elf, struct sim_error *error)
{
    uint32_t count = image->size / image->page_size, runs = 0;
    uint8_t *access = calloc(count, 1);
    if (access == NULL)
        return sim_fail(error, SIM_HOST, "%s: no memory for %" PRIu32 " pages", elf->name, count);
    for (unsigned i = 0; i < elf->segments; i++) {
        uint32_t offset = elf->segment[i].address - image->base, last = offset + (elf->segment[i].size - 1);
        for (uint32_t page = offset / image->page_size; page <= last / image->page_size; page++)
            access[page] |= (uint8_t)elf->segment[i].access;
    }
    for (uint32_t page = 0; page < count; page++)
        runs += access[page] != 0 && (page == 0 || access[page] != access[page - 1]);
    image->pages = calloc(runs + 1u, sizeof *image->pages);
    for (uint32_t page = 0; page < count && image->pages != NULL; page++) {
        if (access[page] == 0)
            continue; /* between segments: nothing is there */
        if (page == 0 || access[page] != access[page - 1])
            image->pages[image->pages_count++] =
                (struct image_pages){image->base + page * image->page_size, 0, access[page]};
        image->pages[image->pages_count - 1].size += image->page_size;
    }
    free(access);
    return image->pages != NULL ? SIM_OK : sim_fail(error, SIM_HOST, "%s: no memory for its pages", elf->name);
}

/* With function descriptors (the older convention of 64 bits) the entry point is one: the code's address, then what
 * r2 is to be, which is left to the program's first instructions. */
static enum sim_status find_entry(struct image *image, const struct elf *elf, struct sim_error *error)
{
    uint64_t entry = wide(elf, elf->layout->entry);
    unsigned machine = bytes_be16(elf->bytes + 18), flags = bytes_be32(elf->bytes + elf->layout->flags);
    if (machine == MACHINE_PPC64 && (flags & ABI_MASK) == ABI_DESCRIPTORS && entry >= image->base &&
        bytes_within(image->size, entry - image->base, 8))
        entry = bytes_be64(image->bytes + (entry - image->base));
    if (entry < image->base || !bytes_within(image->size, entry - image->base, 4) || entry % 4 != 0)
        return wrong(elf, elf->layout->entry, "entry point", entry, "is no instruction of the program", error);
    image->entry = (uint32_t)entry;
    return SIM_OK;
}

/* Only to name places; a file without any is whole. */
static enum sim_status read_sections(struct image *image, const struct elf *elf, struct sim_error *error)
{
    const struct layout *layout = elf->layout;
    uint64_t first = wide(elf, layout->section_offset), names = 0, names_size = 0;
    unsigned stride = bytes_be16(elf->bytes + layout->section_size);
    unsigned count = bytes_be16(elf->bytes + layout->section_count);
    unsigned names_index = bytes_be16(elf->bytes + layout->section_names);
    if (first == 0 || count == 0)
        return SIM_OK;
    if (stride < layout->section.size || !bytes_within(elf->size, first, (uint64_t)stride * count))
        return wrong(elf, layout->section_offset, "section headers", first, "is no place where they fit", error);
    if (names_index < count) {
        names = wide(elf, first + (uint64_t)stride * names_index + layout->section.offset);
        names_size = wide(elf, first + (uint64_t)stride * names_index + layout->section.bytes);
    }
    image->section = calloc(count, sizeof *image->section);
    if (image->section == NULL)
        return sim_fail(error, SIM_HOST, "%s: no memory for %u sections", elf->name, count);
    for (unsigned i = 0; i < count; i++) {
        uint64_t at = first + (uint64_t)stride * i;
        uint64_t flags = wide(elf, at + layout->section.flags), address = wide(elf, at + layout->section.address);
        uint64_t size = wide(elf, at + layout->section.bytes), name = bytes_be32(elf->bytes + at);
        if ((flags & SECTION_ALLOCATE) == 0 || size == 0 || address < image->base ||
            !bytes_within(image->size, address - image->base, size))
            continue;
        struct image_section *section = &image->section[image->sections++];
        if (bytes_within(elf->size, names, names_size) && name < names_size) {
            uint64_t most = names_size - name;
            int length = most < sizeof section->name - 1 ? (int)most : (int)sizeof section->name - 1;
            snprintf(section->name, sizeof section->name, "%.*s", length, (const char *)elf->bytes + names + name);
        }
        section->address = (uint32_t)address;
        section->size = (uint32_t)size;
        section->access =
            IMAGE_READ | (flags & SECTION_WRITE ? IMAGE_WRITE : 0u) | (flags & SECTION_EXECUTE ? IMAGE_EXECUTE : 0u);
    }
    return SIM_OK;
}

enum sim_status elf_load(struct image *image, const char *name, const uint8_t *bytes, uint64_t size,
                         uint32_t image_size_max, struct sim_error *error)
{
    struct elf elf = {.name = name, .bytes = bytes, .size = size};
    *image = (struct image){.kind = IMAGE_ELF, .stack_size = ELF_STACK_SIZE};
    enum sim_status status = read_header(&elf, error);
    if (status == SIM_OK)
        status = read_segments(&elf, error);
    if (status == SIM_OK)
        status = place(image, &elf, image_size_max != 0 ? image_size_max : IMAGE_SIZE_MAX, error);
    if (status == SIM_OK)
        status = make_pages(image, &elf, error);
    if (status == SIM_OK)
        status = find_entry(image, &elf, error);
    if (status == SIM_OK)
        status = read_sections(image, &elf, error);
    return status;
}
