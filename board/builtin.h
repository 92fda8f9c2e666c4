/* The board files that are part of the program, so that `--board retail` needs no file. */
#ifndef CYCLE360_BOARD_BUILTIN_H
#define CYCLE360_BOARD_BUILTIN_H

#include <stddef.h>

/* The text of the board of that name ("retail"); NULL if there is none. */
const char *board_builtin(const char *name);

/* Their names, for lists: NULL from the last one on. */
const char *board_builtin_name(size_t index);

#endif
