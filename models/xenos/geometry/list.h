/* Lists that grow, and keep their room for the next draw. */
#ifndef CYCLE360_XENOS_GEOMETRY_LIST_H
#define CYCLE360_XENOS_GEOMETRY_LIST_H

#include <stddef.h>
#include <stdlib.h>

/* The list with room for `count` elements, at least one; NULL where memory is short, and the list stays as it is. */
static inline void *xenos_list_grown(void *list, size_t *room, size_t count, size_t size)
{
    if (list != NULL && count <= *room)
        return list;
    if (count == 0)
        count = 1;
    void *grown = realloc(list, count * size);
    if (grown != NULL)
        *room = count;
    return grown;
}

#endif
