/* Requests as text, for tests and documents. A line is a word of script.def and its arguments: hexadecimal numbers,
 * names of bits.def joined by `+`, or `null` for a null pointer. */
#ifndef CYCLE360_HLE_MM_SCRIPT_H
#define CYCLE360_HLE_MM_SCRIPT_H

#include "kernel-hle/mm/mm.h"

/* Writes what the request gives: the name of a status, addresses and sizes, as hexadecimal numbers. */
enum sim_status mm_script(struct mm *mm, const char *line, char *answer, size_t size, struct sim_error *error);

#endif
