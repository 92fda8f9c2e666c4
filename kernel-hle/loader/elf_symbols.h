/* What an ELF's table of symbols says of its functions, to name places of a program. */
#ifndef CYCLE360_HLE_LOADER_ELF_SYMBOLS_H
#define CYCLE360_HLE_LOADER_ELF_SYMBOLS_H

#include "models/sim/status.h"

#include <stdint.h>

enum { ELF_SYMBOL_NAME_MAX = 255 }; /* what is longer is cut */

struct elf_symbol {
    uint64_t address, size; /* in order of address; none overlaps another or is empty */
    uint64_t physical;      /* its address when its segment lies at the physical address that the file names */
    const char *name;
};

struct elf_symbols {
    struct elf_symbol *at;
    uint32_t count;
    char *names;
};

/* Functions, and labels in code that lie in none. Where several begin at one place, one is kept: functions before
 * labels, then those that others can see, then the longer. A symbol without a size reaches to the next one. A file
 * without a table has none, which is no error. */
enum sim_status elf_symbols_read(struct elf_symbols *symbols, const char *name, const uint8_t *bytes, uint64_t size,
                                 struct sim_error *error);
void elf_symbols_free(struct elf_symbols *symbols);

#endif
