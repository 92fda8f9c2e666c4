/* The names of a source file. */
#ifndef CYCLE360_XENON_ASM_SYMBOLS_H
#define CYCLE360_XENON_ASM_SYMBOLS_H

#include "models/xenon/asm/expression.h"

enum { SYMBOLS_MAX = 1 << 18, SYMBOL_LONGEST = 4096 };

struct symbol {
    char *name;
    size_t length;
    uint64_t hash, value;
    unsigned line, pass; /* in which it was defined last; 0: never */
    bool changes;        /* by .set: may be defined again */
};

struct symbols {
    struct symbol *symbol; /* in the order in which they were first defined */
    uint32_t *slot;        /* of a hash: the symbol's number + 1, or 0 */
    size_t count, capacity, slots;
};

/* NULL where there is none of that name. */
struct symbol *symbols_find(const struct symbols *s, struct xenon_slice name);

/* The same, made if need be: NULL where there are too many, or memory is short. */
struct symbol *symbols_make(struct symbols *s, struct xenon_slice name);

void symbols_free(struct symbols *s);

#endif
