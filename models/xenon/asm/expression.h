/* Numbers as an assembler reads them: constants, symbols, and what is reckoned from them. */
#ifndef CYCLE360_XENON_ASM_EXPRESSION_H
#define CYCLE360_XENON_ASM_EXPRESSION_H

#include "models/sim/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Part of a text; names no end in a zero. */
struct xenon_slice {
    const char *text;
    size_t size;
};

struct xenon_mistake {
    const char *at; /* in the text that was read */
    struct sim_error error;
};

/* Fills in the mistake and is false, so that `return XENON_MISTAKE(...)` reads well. */
#define XENON_MISTAKE(mistake, place, ...) \
    ((mistake)->at = (place), sim_fail(&(mistake)->error, SIM_BAD_INPUT, __VA_ARGS__) == SIM_OK)

/* A slice as two arguments for %.*s, of which the first 40 characters are enough. */
#define XENON_SHOWN(slice) (int)((slice).size < 40 ? (slice).size : 40), (slice).text

/* What names mean. find returns NULL and the value, or what is wrong with the name: "is not defined". Names such as 1f
 * and 1b, the next and the last label 1, come here too. */
struct xenon_scope {
    const char *(*find)(void *self, struct xenon_slice name, int64_t *value);
    void *self;
    uint64_t pc; /* what . and $ are */
};

struct xenon_number {
    int64_t value;
    bool half; /* 16 bits of a longer number (@l, @ha, lo16() ...), good for signed and unsigned fields alike */
};

bool xenon_evaluate(const struct xenon_scope *scope, struct xenon_slice text, struct xenon_number *number,
                    struct xenon_mistake *mistake);

/* Without the blanks around it. */
struct xenon_slice xenon_trim(struct xenon_slice slice);

bool xenon_slice_is(struct xenon_slice slice, const char *text);

/* Characters of which names consist, and with which they begin. */
bool xenon_is_name(char c);
bool xenon_begins_name(char c);

#endif
