/* Lists that grow, and keep their room for the next use. */
#ifndef CYCLE360_XENOS_LIST_H
#define CYCLE360_XENOS_LIST_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* The list with room for at least `need` things of this size; NULL, and the list stays as it is, where memory is short
 * or they are more than 32 bits count. */
static inline void *xenos_list_room(void *list, size_t *room, size_t need, size_t size)
{
    if (need <= *room && list != NULL)
        return list;
    size_t more = need < 2 * *room ? 2 * *room : need < 64 ? 64 : need;
    void *grown = need <= UINT32_MAX ? realloc(list, more * size) : NULL;
    if (grown != NULL)
        *room = more;
    return grown;
}

#endif
