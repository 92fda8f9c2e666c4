#include "kernel-hle/loader/elf_symbols.h"

#include "kernel-hle/loader/bytes.h"
#include "kernel-hle/loader/elf.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    IDENT_CLASS = 4,
    IDENT_DATA = 5,
    SEGMENT_LOAD = 1,
    SEGMENT_EXECUTE = 1,
    SECTION_SYMBOLS = 2,
    TYPE_NONE = 0,
    TYPE_FUNCTION = 2,
    BIND_LOCAL = 0,
    MACHINE_PPC64 = 21,
    ABI_MASK = 3,
    ABI_DESCRIPTORS = 1,
    INDEX_RESERVED = 0xFF00, /* absolute and common ones: no places */
    SYMBOLS_MAX = 1 << 20,
};

/* Where the fields of either class are; those of addresses, offsets and sizes have 4 or 8 bytes. */
struct layout {
    bool wide;
    uint16_t header, segment_offset, section_offset, flags, segment_size, segment_count, section_size, section_count;
    struct {
        uint16_t size, flags, offset, address, physical, file_size, memory_size;
    } segment;
    struct {
        uint16_t size, offset, bytes, link;
    } section;
    struct {
        uint16_t size, value, bytes, info, section;
    } symbol;
};

static const struct layout layout_32 = {
    false, 52, 28, 32, 36, 42, 44, 46, 48, {32, 24, 4, 8, 12, 16, 20}, {40, 16, 20, 24}, {16, 4, 8, 12, 14},
};
static const struct layout layout_64 = {
    true, 64, 32, 40, 48, 54, 56, 58, 60, {56, 4, 8, 16, 24, 32, 40}, {64, 24, 32, 40}, {24, 8, 16, 4, 6},
};

struct elf {
    const char *name;
    const uint8_t *bytes;
    uint64_t size;
    const struct layout *layout;
    uint64_t section_at; /* headers */
    unsigned sections, section_stride;
    struct segment {
        uint64_t address, physical, size; /* in memory */
        uint64_t offset, bytes;           /* in the file */
        bool code;
    } segment[ELF_SEGMENTS_MAX];
    unsigned segments;
    bool descriptors;
};

/* A symbol on its way: what decides which is kept. */
struct candidate {
    uint64_t address, size, physical, end; /* end: of its segment */
    uint32_t name;                         /* in names */
    bool function, local;
};

struct candidates {
    struct candidate *at;
    uint32_t count;
    const uint8_t *names;
    uint64_t names_size;
};

static uint64_t wide(const struct elf *elf, uint64_t offset)
{
    const uint8_t *at = elf->bytes + offset;
    return elf->layout->wide ? bytes_be64(at) : bytes_be32(at);
}

static enum sim_status wrong(const struct elf *elf, uint64_t offset, const char *what, struct sim_error *error)
{
    return sim_fail(error, SIM_BAD_INPUT, "%s: 0x%" PRIx64 ": %s", elf->name, offset, what);
}

static enum sim_status read_segments(struct elf *elf, struct sim_error *error)
{
    const struct layout *layout = elf->layout;
    uint64_t first = wide(elf, layout->segment_offset);
    unsigned stride = bytes_be16(elf->bytes + layout->segment_size);
    unsigned count = bytes_be16(elf->bytes + layout->segment_count);
    if (count > 0 && (stride < layout->segment.size || !bytes_within(elf->size, first, (uint64_t)stride * count)))
        return wrong(elf, layout->segment_offset, "segment headers: they do not fit into the file", error);
    for (unsigned i = 0; i < count && elf->segments < ELF_SEGMENTS_MAX; i++) {
        uint64_t at = first + (uint64_t)stride * i;
        if (bytes_be32(elf->bytes + at) != SEGMENT_LOAD)
            continue;
        struct segment *segment = &elf->segment[elf->segments++];
        segment->address = wide(elf, at + layout->segment.address);
        segment->physical = wide(elf, at + layout->segment.physical);
        segment->size = wide(elf, at + layout->segment.memory_size);
        segment->offset = wide(elf, at + layout->segment.offset);
        segment->bytes = wide(elf, at + layout->segment.file_size);
        segment->code = (bytes_be32(elf->bytes + at + layout->segment.flags) & SEGMENT_EXECUTE) != 0;
        if (!bytes_within(UINT64_MAX, segment->address, segment->size))
            return wrong(elf, at, "segment: it ends beyond every address", error);
    }
    return SIM_OK;
}

static enum sim_status read_headers(struct elf *elf, struct sim_error *error)
{
    const uint8_t *bytes = elf->bytes;
    if (elf->size < layout_32.header || memcmp(bytes, "\177ELF", 4) != 0 || bytes[IDENT_CLASS] < 1 ||
        bytes[IDENT_CLASS] > 2 || bytes[IDENT_DATA] != 2)
        return wrong(elf, 0, "not a big-endian ELF file", error);
    elf->layout = bytes[IDENT_CLASS] == 2 ? &layout_64 : &layout_32;
    const struct layout *layout = elf->layout;
    if (elf->size < layout->header)
        return wrong(elf, elf->size, "the file ends within its header", error);
    elf->section_at = wide(elf, layout->section_offset);
    elf->section_stride = bytes_be16(bytes + layout->section_size);
    elf->sections = elf->section_at != 0 ? bytes_be16(bytes + layout->section_count) : 0;
    elf->descriptors =
        bytes_be16(bytes + 18) == MACHINE_PPC64 && (bytes_be32(bytes + layout->flags) & ABI_MASK) == ABI_DESCRIPTORS;
    if (elf->sections > 0 && (elf->section_stride < layout->section.size ||
                              !bytes_within(elf->size, elf->section_at, (uint64_t)elf->section_stride * elf->sections)))
        return wrong(elf, layout->section_offset, "section headers: they do not fit into the file", error);
    return read_segments(elf, error);
}

static const struct segment *segment_of(const struct elf *elf, uint64_t address)
{
    for (unsigned i = 0; i < elf->segments; i++)
        if (address - elf->segment[i].address < elf->segment[i].size)
            return &elf->segment[i];
    return NULL;
}

/* In the older convention of 64 bits a function's symbol is that of its descriptor, which begins with its address. */
static uint64_t follow(const struct elf *elf, const struct segment *segment, uint64_t address)
{
    uint64_t offset = address - segment->address;
    if (!bytes_within(segment->bytes, offset, 8) || !bytes_within(elf->size, segment->offset, segment->bytes))
        return address;
    return bytes_be64(elf->bytes + segment->offset + offset);
}

/* It is there, and none of a compiler's own labels. */
static bool good_name(const struct candidates *all, uint32_t name)
{
    if (name >= all->names_size)
        return false;
    const char *text = (const char *)all->names + name;
    return *text != '\0' && *text != '$' && strncmp(text, ".L", 2) != 0;
}

static void add_symbol(const struct elf *elf, struct candidates *all, uint64_t at)
{
    const struct layout *layout = elf->layout;
    unsigned info = elf->bytes[at + layout->symbol.info], type = info & 15;
    unsigned section = bytes_be16(elf->bytes + at + layout->symbol.section);
    struct candidate symbol = {
        .address = wide(elf, at + layout->symbol.value),
        .size = wide(elf, at + layout->symbol.bytes),
        .name = bytes_be32(elf->bytes + at),
        .function = type == TYPE_FUNCTION,
        .local = info >> 4 == BIND_LOCAL,
    };
    if ((type != TYPE_NONE && type != TYPE_FUNCTION) || section == 0 || section >= INDEX_RESERVED ||
        !good_name(all, symbol.name))
        return;
    const struct segment *segment = segment_of(elf, symbol.address);
    if (segment != NULL && !segment->code && symbol.function && elf->descriptors) {
        symbol.address = follow(elf, segment, symbol.address);
        segment = segment_of(elf, symbol.address);
    }
    if (segment == NULL || !segment->code)
        return;
    symbol.end = segment->address + segment->size;
    symbol.physical = segment->physical + (symbol.address - segment->address);
    all->at[all->count++] = symbol;
}

static int compare(const void *left, const void *right)
{
    const struct candidate *a = left, *b = right;
    if (a->address != b->address)
        return a->address < b->address ? -1 : 1;
    if (a->function != b->function)
        return a->function ? -1 : 1;
    if (a->local != b->local)
        return a->local ? 1 : -1;
    if (a->size != b->size)
        return a->size > b->size ? -1 : 1;
    return (a->name > b->name) - (a->name < b->name);
}

/* Sorted, one at each place, labels within functions gone, and no end behind the next one's beginning. */
static void thin_out(struct candidates *all)
{
    uint32_t kept = 0;
    if (all->count > 1)
        qsort(all->at, all->count, sizeof *all->at, compare);
    for (uint32_t i = 0; i < all->count; i++) {
        const struct candidate *last = kept > 0 ? &all->at[kept - 1] : NULL, *next = &all->at[i];
        if (last && (next->address == last->address ||
                     (last->function && !next->function && next->address - last->address < last->size)))
            continue;
        all->at[kept++] = *next;
    }
    all->count = kept;
    for (uint32_t i = 0; i < kept; i++) {
        struct candidate *symbol = &all->at[i];
        uint64_t room = symbol->end - symbol->address;
        if (i + 1 < kept && symbol[1].address - symbol->address < room)
            room = symbol[1].address - symbol->address;
        if (symbol->size == 0 || symbol->size > room)
            symbol->size = room;
    }
}

static enum sim_status copy(struct elf_symbols *symbols, const struct elf *elf, const struct candidates *all,
                            struct sim_error *error)
{
    size_t size = 1;
    for (uint32_t i = 0; i < all->count; i++)
        size += strnlen((const char *)all->names + all->at[i].name, ELF_SYMBOL_NAME_MAX) + 1;
    symbols->at = calloc(all->count + 1u, sizeof *symbols->at);
    char *name = symbols->names = malloc(size);
    if (symbols->at == NULL || name == NULL)
        return sim_fail(error, SIM_HOST, "%s: no memory for %" PRIu32 " symbols", elf->name, all->count);
    for (uint32_t i = 0; i < all->count; i++) {
        const char *from = (const char *)all->names + all->at[i].name;
        size_t length = strnlen(from, ELF_SYMBOL_NAME_MAX);
        memcpy(name, from, length);
        name[length] = '\0';
        symbols->at[i] = (struct elf_symbol){all->at[i].address, all->at[i].size, all->at[i].physical, name};
        name += length + 1;
    }
    symbols->count = all->count;
    return SIM_OK;
}

/* The first table of symbols; a file has one. */
static enum sim_status read_table(struct elf_symbols *symbols, const struct elf *elf, struct sim_error *error)
{
    const struct layout *layout = elf->layout;
    uint64_t at = 0;
    for (unsigned i = 0; i < elf->sections && at == 0; i++) {
        uint64_t header = elf->section_at + (uint64_t)elf->section_stride * i;
        if (bytes_be32(elf->bytes + header + 4) == SECTION_SYMBOLS)
            at = header;
    }
    if (at == 0)
        return SIM_OK;
    uint64_t first = wide(elf, at + layout->section.offset), size = wide(elf, at + layout->section.bytes);
    uint32_t link = bytes_be32(elf->bytes + at + layout->section.link);
    if (!bytes_within(elf->size, first, size))
        return wrong(elf, at, "symbols: they do not fit into the file", error);
    if (link >= elf->sections)
        return wrong(elf, at, "symbols: the table of their names is no section", error);
    uint64_t names = elf->section_at + (uint64_t)elf->section_stride * link;
    uint64_t names_first = wide(elf, names + layout->section.offset);
    struct candidates all = {.names_size = wide(elf, names + layout->section.bytes)};
    if (!bytes_within(elf->size, names_first, all.names_size))
        return wrong(elf, names, "names of symbols: they do not fit into the file", error);
    all.names = elf->bytes + names_first;
    while (all.names_size > 0 && all.names[all.names_size - 1] != '\0')
        all.names_size--; /* so that every name ends within it */
    uint64_t count = size / layout->symbol.size;
    if (count > SYMBOLS_MAX)
        return wrong(elf, at, "symbols: more than can be kept", error);
    all.at = calloc(count + 1, sizeof *all.at);
    if (all.at == NULL)
        return sim_fail(error, SIM_HOST, "%s: no memory for %" PRIu64 " symbols", elf->name, count);
    for (uint64_t i = 0; i < count; i++)
        add_symbol(elf, &all, first + layout->symbol.size * i);
    thin_out(&all);
    enum sim_status status = copy(symbols, elf, &all, error);
    free(all.at);
    return status;
}

enum sim_status elf_symbols_read(struct elf_symbols *symbols, const char *name, const uint8_t *bytes, uint64_t size,
                                 struct sim_error *error)
{
    struct elf elf = {.name = name, .bytes = bytes, .size = size};
    *symbols = (struct elf_symbols){0};
    enum sim_status status = read_headers(&elf, error);
    if (status == SIM_OK)
        status = read_table(symbols, &elf, error);
    if (status != SIM_OK)
        elf_symbols_free(symbols);
    return status;
}

void elf_symbols_free(struct elf_symbols *symbols)
{
    free(symbols->at);
    free(symbols->names);
    *symbols = (struct elf_symbols){0};
}
