/* "did you mean": which of the names that exist is most like the one that does not. */
#ifndef CYCLE360_SIM_NEAREST_H
#define CYCLE360_SIM_NEAREST_H

#include <stddef.h>

/* Insertions, deletions, substitutions and swaps of neighbours that make `a` into `b`; case counts half. Names longer
 * than 255 are compared by their first 255 characters. Twice the number of edits, so that it stays an integer. */
unsigned sim_edit_distance(const char *a, const char *b);

/* The most similar of `count` names, the first of equals; NULL if none is alike enough to be worth mentioning. */
const char *sim_nearest(const char *text, const char *const *names, size_t count);

#endif
