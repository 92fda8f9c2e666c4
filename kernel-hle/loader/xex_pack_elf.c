/* ELF executables: what elf_load() makes of them, and the symbols that name imports. */
#include "kernel-hle/loader/bytes.h"
#include "kernel-hle/loader/elf.h"
#include "kernel-hle/loader/xex_pack_parts.h"

#include <inttypes.h>
#include <string.h>

enum { SEGMENT_TLS = 7, SECTION_SYMBOLS = 2 };

/* Where the fields of a structure lie, in files of 32 and of 64 bits; an address has 4 or 8 bytes. */
struct layout {
    struct {
        uint8_t segments, sections, segment_size, segment_count, section_size, section_count;
    } header;
    struct {
        uint8_t address, file_size, memory_size;
    } segment;
    struct {
        uint8_t offset, bytes, link, size;
    } section;
    struct {
        uint8_t value, section, size;
    } symbol;
};

static const struct layout layout_32 = {
    {0x1C, 0x20, 0x2A, 0x2C, 0x2E, 0x30}, {0x08, 0x10, 0x14}, {0x10, 0x14, 0x18, 0x28}, {0x04, 0x0E, 0x10}};
static const struct layout layout_64 = {
    {0x20, 0x28, 0x36, 0x38, 0x3A, 0x3C}, {0x10, 0x20, 0x28}, {0x18, 0x20, 0x28, 0x40}, {0x08, 0x06, 0x18}};

struct elf {
    struct pack *pack;
    const uint8_t *bytes;
    uint64_t size;
    bool wide;
    const struct layout *layout;
};

/* Strings of symbols' names. */
struct names {
    uint64_t at, size;
};

static uint64_t address(const struct elf *elf, uint64_t at)
{
    return elf->wide ? bytes_be64(elf->bytes + at) : bytes_be32(elf->bytes + at);
}

/* elf_load() has looked at where the headers of segments lie. */
static enum sim_status read_tls(const struct elf *elf)
{
    struct pack *pack = elf->pack;
    uint64_t at = address(elf, elf->layout->header.segments);
    uint32_t stride = bytes_be16(elf->bytes + elf->layout->header.segment_size);
    uint32_t count = bytes_be16(elf->bytes + elf->layout->header.segment_count);
    for (uint32_t i = 0; i < count; i++, at += stride) {
        if (bytes_be32(elf->bytes + at) != SEGMENT_TLS)
            continue;
        uint64_t where = address(elf, at + elf->layout->segment.address);
        uint64_t raw_size = address(elf, at + elf->layout->segment.file_size);
        uint64_t size = address(elf, at + elf->layout->segment.memory_size);
        if (where < pack->program.base || size > pack->program.size || raw_size > size ||
            !bytes_within(pack->program.size, where - pack->program.base, raw_size))
            return sim_fail(pack->error, SIM_BAD_INPUT,
                            "%s: 0x%" PRIx64 ": TLS segment: 0x%" PRIx64 " bytes at %08" PRIx64
                            " are not within the program",
                            pack->name, at, raw_size, where);
        pack->has_tls = true;
        pack->tls.address = (uint32_t)where;
        pack->tls.size = (uint32_t)size;
        pack->tls.raw_size = (uint32_t)raw_size;
    }
    return SIM_OK;
}

static enum sim_status read_symbol(const struct elf *elf, uint64_t at, const struct names *names)
{
    const struct pack *pack = elf->pack;
    uint32_t name = bytes_be32(elf->bytes + at);
    uint32_t where = (uint32_t)address(elf, at + elf->layout->symbol.value);
    if (bytes_be16(elf->bytes + at + elf->layout->symbol.section) == 0) /* it is not defined here */
        return SIM_OK;
    const char *text = (const char *)elf->bytes + names->at + name;
    const char *end = name < names->size ? memchr(text, '\0', names->size - name) : NULL;
    if (end == NULL)
        return sim_fail(pack->error, SIM_BAD_INPUT,
                        "%s: 0x%" PRIx64 ": symbol: its name at 0x%" PRIx32 " does not end within the names' 0x%" PRIx64
                        " bytes",
                        pack->name, at, name, names->size);
    return pack_add_symbol(elf->pack, text, (size_t)(end - text), where);
}

static enum sim_status read_symbols(const struct elf *elf, uint64_t section, uint64_t sections, uint32_t stride,
                                    uint32_t count)
{
    const struct pack *pack = elf->pack;
    uint64_t at = address(elf, section + elf->layout->section.offset);
    uint64_t size = address(elf, section + elf->layout->section.bytes), step = elf->layout->symbol.size;
    uint32_t link = bytes_be32(elf->bytes + section + elf->layout->section.link);
    struct names names = {0};
    bool inside = link < count && bytes_within(elf->size, at, size);
    if (inside) {
        uint64_t strings = sections + (uint64_t)link * stride;
        names.at = address(elf, strings + elf->layout->section.offset);
        names.size = address(elf, strings + elf->layout->section.bytes);
        inside = bytes_within(elf->size, names.at, names.size);
    }
    if (!inside)
        return sim_fail(pack->error, SIM_BAD_INPUT,
                        "%s: 0x%" PRIx64 ": section header: the symbols or their names are not within the file",
                        pack->name, section);
    enum sim_status status = SIM_OK;
    for (uint64_t i = 1; i < size / step && status == SIM_OK; i++)
        status = read_symbol(elf, at + i * step, &names);
    return status;
}

static enum sim_status read_sections(const struct elf *elf)
{
    const struct pack *pack = elf->pack;
    uint64_t sections = address(elf, elf->layout->header.sections);
    uint32_t stride = bytes_be16(elf->bytes + elf->layout->header.section_size);
    uint32_t count = bytes_be16(elf->bytes + elf->layout->header.section_count);
    bool symbols = false;
    if (count > 0 &&
        (stride < elf->layout->section.size || !bytes_within(elf->size, sections, (uint64_t)stride * count)))
        return sim_fail(pack->error, SIM_BAD_INPUT,
                        "%s: 0x%" PRIx64 ": section headers: %" PRIu32 " do not fit the file", pack->name, sections,
                        count);
    enum sim_status status = SIM_OK;
    for (uint32_t i = 0; i < count && status == SIM_OK && !symbols; i++) {
        uint64_t section = sections + (uint64_t)i * stride;
        symbols = bytes_be32(elf->bytes + section + 4) == SECTION_SYMBOLS; /* there is one such section */
        if (symbols)
            status = read_symbols(elf, section, sections, stride, count);
    }
    return status;
}

enum sim_status pack_read_elf(struct pack *pack, const uint8_t *bytes, uint64_t size)
{
    struct elf elf = {.pack = pack, .bytes = bytes, .size = size};
    struct image *program = &pack->program;
    enum sim_status status = elf_load(program, pack->name, bytes, size, pack->image_max, pack->error);
    if (status != SIM_OK)
        return status;
    elf.wide = bytes[4] == 2;
    elf.layout = elf.wide ? &layout_64 : &layout_32;
    pack->entry = program->entry;
    for (size_t i = 0; i < program->pages_count && status == SIM_OK; i++) {
        const struct image_pages *pages = &program->pages[i];
        status = pack_add_segment(pack, &(struct pack_segment){
                                            .address = pages->address,
                                            .size = pages->size,
                                            .bytes = program->bytes + (pages->address - program->base),
                                            .bytes_size = pages->size,
                                            .access = pages->access,
                                        });
    }
    if (status == SIM_OK)
        status = read_tls(&elf);
    return status == SIM_OK ? read_sections(&elf) : status;
}
