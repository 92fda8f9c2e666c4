/* The inside of the assembler: two passes over the source, of which the first finds out where everything lies and says
 * nothing, and the second makes the bytes and complains. */
#ifndef CYCLE360_XENON_ASM_ASSEMBLER_H
#define CYCLE360_XENON_ASM_ASSEMBLER_H

#include "models/xenon/asm/expression.h"
#include "models/xenon/asm/lines.h"
#include "models/xenon/asm/program.h"
#include "models/xenon/asm/symbols.h"

enum { CONDITIONS_MAX = 32, LAST_PASS = 2 };

struct assembler {
    struct xenon_program *program;
    const char *file_name;
    struct sim_error *first; /* where the first mistake goes; NULL: nobody asks */
    struct symbols symbols;
    struct lines lines;
    struct xenon_scope scope, early; /* names as they are; names that must be known already, for sizes */
    unsigned pass, mistakes;
    bool no_memory, ended; /* .end, or too many mistakes */
    bool odd;              /* the last instruction was at no multiple of 4, and that was said */
    bool code;             /* gaps are filled with nop */
    uint64_t at;           /* bytes from the beginning */
    uint64_t capacity, line_capacity, further_capacity;
    unsigned macro_calls; /* what \@ is */
    struct {
        unsigned depth;
        bool skipping, taken[CONDITIONS_MAX]; /* a branch of this .if has been assembled */
        unsigned skipped_from;                /* the depth at which skipping began */
    } condition;
};

/* Counts a mistake and, in the last pass, keeps its sentence. False, to be handed on. */
bool assembler_mistake(struct assembler *a, const struct xenon_mistake *mistake);
#define ASSEMBLER_MISTAKE(a, place, ...)                    \
    do {                                                    \
        struct xenon_mistake mistake_;                      \
        (void)XENON_MISTAKE(&mistake_, place, __VA_ARGS__); \
        assembler_mistake(a, &mistake_);                    \
    } while (0)

/* Evaluates; false where the mistake was reported. `early`: what the text means must be known without what follows. */
bool assembler_number(struct assembler *a, struct xenon_slice text, bool early, struct xenon_number *number);

/* Appends bytes, the number's lowest `size`, most significant first; or `count` times the same ones. */
void assembler_bytes(struct assembler *a, struct xenon_slice place, const void *bytes, size_t size);
void assembler_big_endian(struct assembler *a, struct xenon_slice place, uint64_t value, unsigned size);
void assembler_repeat(struct assembler *a, struct xenon_slice place, uint64_t count, uint64_t value, unsigned size);

/* names.c: a symbol's value, which may be changed if `again`; labels at the present address; the scopes' names. */
void assembler_define(struct assembler *a, struct xenon_slice name, uint64_t value, bool again);
void assembler_label(struct assembler *a, struct xenon_slice name);
void assembler_numeric_label(struct assembler *a, struct xenon_slice digits);
const char *assembler_find(void *self, struct xenon_slice name, int64_t *value);
const char *assembler_find_early(void *self, struct xenon_slice name, int64_t *value);

/* directives.c: executes one; data.c: those that make bytes. False where there is none of that name. */
bool assembler_directive(struct assembler *a, struct xenon_slice name, struct xenon_slice operands);
bool assembler_data_directive(struct assembler *a, struct xenon_slice name, struct xenon_slice operands);

/* macros.c: .macro, .rept and their ends; and a call, false where there is no macro of that name. */
void assembler_define_macro(struct assembler *a, struct xenon_slice operands);
void assembler_repeat_lines(struct assembler *a, struct xenon_slice operands);
bool assembler_call_macro(struct assembler *a, struct xenon_slice name, struct xenon_slice operands);

/* The text up to the next comma outside of parentheses and quotes; false where nothing is left. */
bool assembler_next_operand(struct xenon_slice *operands, struct xenon_slice *operand);

#endif
