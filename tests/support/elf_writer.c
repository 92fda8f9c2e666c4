#include "tests/support/elf_writer.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM = 1 << 22 };

struct file {
    uint8_t *bytes;
    size_t size;
    bool wide;
};

static void put(struct file *f, uint64_t value, unsigned bytes)
{
    while (bytes-- > 0)
        f->bytes[f->size++] = (uint8_t)(value >> 8 * bytes);
}

static void put_address(struct file *f, uint64_t value)
{
    put(f, value, f->wide ? 8 : 4);
}

static void put_segment(struct file *f, const struct elf_writer_segment *s, size_t offset)
{
    put(f, s->type, 4);
    if (f->wide)
        put(f, s->flags, 4);
    put_address(f, offset);
    put_address(f, s->address);
    put_address(f, s->address);
    put_address(f, s->size);
    put_address(f, s->memory_size);
    if (!f->wide)
        put(f, s->flags, 4);
    put_address(f, 1);
}

static void put_section(struct file *f, uint32_t type, size_t offset, size_t size, uint32_t link, size_t entry)
{
    put(f, 0, 4); /* no name */
    put(f, type, 4);
    put_address(f, 0);
    put_address(f, 0);
    put_address(f, offset);
    put_address(f, size);
    put(f, link, 4);
    put(f, 0, 4);
    put_address(f, 1);
    put_address(f, entry);
}

static void put_symbol(struct file *f, uint32_t name, uint32_t address, unsigned section)
{
    put(f, name, 4);
    if (!f->wide) {
        put(f, address, 4);
        put(f, 0, 4);
    }
    put(f, 0x10, 1); /* global, without type */
    put(f, 0, 1);
    put(f, section, 2);
    if (f->wide) {
        put(f, address, 8);
        put(f, 0, 8);
    }
}

uint8_t *elf_writer(const struct elf_writer *elf, size_t *size)
{
    struct file f = {.bytes = calloc(ROOM, 1), .wide = elf->wide};
    const unsigned header_size = f.wide ? 64 : 52, segment_size = f.wide ? 56 : 32, section_size = f.wide ? 64 : 40,
                   symbol_size = f.wide ? 24 : 16;
    size_t bytes = header_size + (size_t)segment_size * elf->segments, at = bytes;
    for (unsigned i = 0; i < elf->segments; i++)
        at += elf->segment[i].size;
    size_t symbols = at, names = symbols + (size_t)symbol_size * (elf->symbols + 1), names_size = 1;
    for (unsigned i = 0; i < elf->symbols; i++)
        names_size += strlen(elf->symbol[i].name) + 1;
    size_t sections = elf->symbols > 0 ? names + names_size : 0;

    put(&f, 0x7F454C46, 4);
    put(&f, f.wide ? 2 : 1, 1);
    put(&f, 2, 1); /* big-endian */
    put(&f, 1, 1);
    f.size = 16;
    put(&f, 2, 2);
    put(&f, f.wide ? 21 : 20, 2);
    put(&f, 1, 4);
    put_address(&f, elf->entry);
    put_address(&f, header_size);
    put_address(&f, sections);
    put(&f, 0, 4);
    put(&f, header_size, 2);
    put(&f, segment_size, 2);
    put(&f, elf->segments, 2);
    put(&f, section_size, 2);
    put(&f, sections > 0 ? 3 : 0, 2);
    put(&f, 0, 2);
    for (unsigned i = 0; i < elf->segments; bytes += elf->segment[i++].size)
        put_segment(&f, &elf->segment[i], bytes);
    for (unsigned i = 0; i < elf->segments; i++) {
        if (elf->segment[i].size > 0)
            memcpy(f.bytes + f.size, elf->segment[i].bytes, elf->segment[i].size);
        f.size += elf->segment[i].size;
    }
    if (sections > 0) {
        uint32_t name = 1;
        put_symbol(&f, 0, 0, 0);
        for (unsigned i = 0; i < elf->symbols; i++) {
            put_symbol(&f, name, elf->symbol[i].address, elf->symbol[i].undefined ? 0 : 1);
            name += (uint32_t)strlen(elf->symbol[i].name) + 1;
        }
        f.size = names + 1;
        for (unsigned i = 0; i < elf->symbols; i++) {
            memcpy(f.bytes + f.size, elf->symbol[i].name, strlen(elf->symbol[i].name));
            f.size += strlen(elf->symbol[i].name) + 1;
        }
        put_section(&f, 0, 0, 0, 0, 0);
        put_section(&f, 2, symbols, names - symbols, 2, symbol_size);
        put_section(&f, 3, names, names_size, 0, 0);
    }
    *size = f.size;
    return f.bytes;
}
