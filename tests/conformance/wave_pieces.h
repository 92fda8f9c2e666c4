/* A VCD file boiled down to one line for a span of time: `waves FROM TO values changes hash`. */
#ifndef CYCLE360_TESTS_CONFORMANCE_WAVE_PIECES_H
#define CYCLE360_TESTS_CONFORMANCE_WAVE_PIECES_H

#include "models/sim/time.h"

#include <stdbool.h>
#include <stdio.h>

/* Over the values as they are after all changes at `from`, and every change after `from` and before `to`. So the piece
 * of a dump that begins at `from` equals that of one that began earlier. */
void wave_piece(const char *path, sim_time from, sim_time to, FILE *out);

/* Removes the dump and what lies beside it. */
void forget_waves(const char *path);

#endif
