/* ELF executables for PowerPC, big-endian, as the format describes them: program headers, the segments' bytes, and a
 * table of symbols. */
#ifndef CYCLE360_TESTS_SUPPORT_ELF_WRITER_H
#define CYCLE360_TESTS_SUPPORT_ELF_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ELF_READ = 4, ELF_WRITE = 2, ELF_EXECUTE = 1, ELF_LOAD = 1, ELF_TLS = 7 };

struct elf_writer_segment {
    uint32_t type, flags, address, memory_size;
    const uint8_t *bytes;
    uint32_t size; /* of the bytes */
};

struct elf_writer_symbol {
    const char *name;
    uint32_t address;
    bool undefined;
};

struct elf_writer {
    bool wide; /* 64 bits */
    uint32_t entry;
    const struct elf_writer_segment *segment;
    unsigned segments;
    const struct elf_writer_symbol *symbol;
    unsigned symbols; /* 0: no section headers at all */
};

/* The file, to be freed, and its size. */
uint8_t *elf_writer(const struct elf_writer *elf, size_t *size);

#endif
