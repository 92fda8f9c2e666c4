#include "board/builtin.h"

#include <string.h>

static const struct {
    const char *name, *text;
} boards[] = {
#define EMBEDDED_TEXT(name, text) {name, text},
#include "builtin_boards.inc" /* made by the build from the .board files beside this one */
#undef EMBEDDED_TEXT
};

enum { BOARDS = sizeof boards / sizeof *boards };

const char *board_builtin(const char *name)
{
    for (size_t i = 0; i < BOARDS; i++)
        if (strcmp(boards[i].name, name) == 0)
            return boards[i].text;
    return NULL;
}

const char *board_builtin_name(size_t index)
{
    return index < BOARDS ? boards[index].name : NULL;
}
