/* Choosing signals by name.
 *
 * A probe is a list of globs between commas: `*` stands for any text, dots included, `?` for one character; a glob that
 * names a scope stands for everything below it. A leading `-` or `!` takes signals away again. A list of only such
 * globs starts from everything. */
#ifndef CYCLE360_WAVES_GLOB_H
#define CYCLE360_WAVES_GLOB_H

#include "waves/signals.h"

bool waves_glob_match(const char *glob, const char *name);

/* Sets chosen[n] for every signal. A glob that matches nothing is SIM_USAGE, with the nearest names. NULL and "" are
 * everything. */
enum sim_status waves_probe(const struct waves_signals *signals, const char *probe, bool *chosen,
                            struct sim_error *error);

/* Which glob of a probe is the first that names a signal; their number where none does. */
uint32_t waves_probe_rank(const char *probe, const char *name);

/* The names nearest to `wanted`, as text for a message: "a.b, a.c". Free it. */
char *waves_nearest(const struct waves_signals *signals, const char *wanted);

#endif
