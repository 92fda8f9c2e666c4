/* What the addresses, handles and ids of a log stand for, told by who was given them and as the how manieth of their
 * sort: the third that thread 6 got of alloc.physical. Of two logs of equal doings these names are equal, wherever
 * their heaps lie and however their kernels count. */
#ifndef CYCLE360_WAVES_ANALYSIS_EVENTS_THINGS_H
#define CYCLE360_WAVES_ANALYSIS_EVENTS_THINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WAVES_THINGS_MOST = 1000000 }; /* 40 MB a log; what comes later has no name */

enum waves_thing_class { WAVES_THING_ID, WAVES_THING_HANDLE, WAVES_THING_MEMORY };

struct waves_thing {
    uint64_t key;      /* id, handle, or first address */
    uint64_t from, to; /* when it is that: `to` is the first instant at which it is not. Until they are settled, `to` is
                          a place in the log */
    uint32_t size;     /* of memory, the last byte's distance; else 0 */
    uint32_t nth;
    uint32_t sort;  /* which type, which allocator */
    uint16_t owner; /* a thread, by its place */
    uint8_t class;
};

struct waves_things {
    struct waves_thing *at;
    uint32_t count, room;
    uint64_t unnamed;
    struct waves_thing_count *counter; /* by sort and owner, open addressing */
    uint32_t counters, counter_slots;
    uint64_t *reach; /* of each 64 of them in order: the last address */
};

/* What a string means as a sort: equal in every log. */
uint32_t waves_things_sort(const char *text, size_t length);

/* While the log is read, in any order but that of each thread. */
void waves_things_add(struct waves_things *things, const struct waves_thing *thing);
void waves_things_end(struct waves_things *things, enum waves_thing_class class, uint64_t key, uint64_t time);
/* Then once; after that they can be asked. */
void waves_things_settle(struct waves_things *things);

/* What it was at that time: of a handle or an id; of memory, the innermost piece in which the address lies. NULL:
 * nobody knows. */
const struct waves_thing *waves_things_find(const struct waves_things *things, enum waves_thing_class class,
                                            uint64_t key, uint64_t time);
void waves_things_free(struct waves_things *things);

#endif
