/* A list of signals: what a dump holds, in the order in which changes at one time are written. The writers, the ring
 * and the readers all describe signals with it; a signal's place in the list is its code. */
#ifndef CYCLE360_WAVES_SIGNALS_H
#define CYCLE360_WAVES_SIGNALS_H

#include "models/sim/status.h"

#include <stdbool.h>
#include <stdint.h>

/* Bounds on what a file may declare, so that a damaged one cannot ask for much. */
enum {
    WAVES_SIGNALS_MAX = 1 << 20,
    WAVES_NAME_MAX = 500,       /* FST readers cut names at 512 */
    WAVES_VALUES_MAX = 1 << 16, /* named values of one signal */
};

struct waves_signal {
    char *name;   /* full: "xenos.display.line" */
    char *unit;   /* what a number counts, or NULL */
    char **names; /* names[v]; single entries may be NULL */
    uint32_t named;
    uint32_t width; /* 1 to 64 bits */
};

struct waves_signals {
    struct waves_signal *at;
    uint32_t count, room;
};

/* Appends a copy. Names of values and units are single words. */
struct waves_signal *waves_signals_add(struct waves_signals *signals, const char *name, unsigned width,
                                       const char *unit, const char *const *names, uint32_t named);
void waves_signals_free(struct waves_signals *signals);

/* The name of a value, or NULL. */
const char *waves_value_name(const struct waves_signal *signal, uint64_t value);

static inline uint64_t waves_mask(const struct waves_signal *signal)
{
    return signal->width >= 64 ? UINT64_MAX : (UINT64_C(1) << signal->width) - 1;
}

/* One signal as one line of text, "signal 2 xenos.display.state unit - names idle active blank", and back. Raw files
 * are declared in such lines; VCD and FST files carry them as comments where their own declarations say less. */
char *waves_signal_print(const struct waves_signal *signal);
enum sim_status waves_signal_parse(struct waves_signals *signals, const char *line, struct sim_error *error);

/* Is it a plausible full name: printable words between dots? */
bool waves_name_is_valid(const char *name);

/* Gives every signal of `signals` that is described in `more` the unit and value names found there. */
void waves_signals_describe(struct waves_signals *signals, const struct waves_signals *more);

/* For looking up signals by name: a table of `signals` sorted by name. */
struct waves_index {
    const struct waves_signal **sorted;
    uint32_t count;
};
struct waves_index waves_index_new(const struct waves_signals *signals);
void waves_index_free(struct waves_index *index);
const struct waves_signal *waves_index_find(const struct waves_index *index, const char *name);

#endif
