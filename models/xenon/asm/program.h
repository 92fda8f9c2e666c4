/* An assembly source file made into bytes: the dialect that people write for GNU as, for this processor. docs/isa.md
 * lists what it takes. */
#ifndef CYCLE360_XENON_ASM_PROGRAM_H
#define CYCLE360_XENON_ASM_PROGRAM_H

#include "models/sim/status.h"

#include <stddef.h>
#include <stdint.h>

enum {
    XENON_SOURCE_MAX = 16 << 20,  /* bytes of a source file                             */
    XENON_PROGRAM_MAX = 16 << 20, /* bytes that it may become                           */
    XENON_ERRORS_FURTHER = 20,    /* mistakes that are kept apart from the first        */
};

struct xenon_symbol {
    const char *name;
    uint64_t value;
    unsigned line; /* where it is defined; labels and .set alike, numeric labels are not listed */
};

struct xenon_line {
    uint64_t address; /* of the first byte that the line made; in the order of the source, so ascending */
    unsigned line;
};

struct xenon_program {
    uint8_t *bytes; /* as they lie in memory from `base` on */
    size_t size;
    uint64_t base;
    struct xenon_symbol *symbol; /* in the order of their definition */
    size_t symbols;
    struct xenon_line *line; /* lines that made bytes; what a macro makes belongs to the line that calls it */
    size_t lines;
    struct sim_error *further; /* after a failure: the mistakes after the first one */
    size_t furthers;
    char *names; /* what symbol[].name points into */
};

/* Assembles text, of which nothing is kept, to run at `base`. Mistakes are sentences "FILE:LINE:COLUMN: ..."; the first
 * is in `error`. Whatever comes back, xenon_program_free() is to be called on p. */
enum sim_status xenon_assemble(struct xenon_program *p, const char *file_name, const char *text, size_t size,
                               uint64_t base, struct sim_error *error);
void xenon_program_free(struct xenon_program *p);

/* The symbol of that name, or NULL. */
const struct xenon_symbol *xenon_program_symbol(const struct xenon_program *p, const char *name);

/* The line that made the byte at address, 0 where none did. */
unsigned xenon_program_line(const struct xenon_program *p, uint64_t address);

#endif
