#include "waves/analysis/counts.h"

#include "waves/memory.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 64 };

static uint32_t hash_of(const char *name)
{
    uint32_t hash = UINT32_C(2166136261); /* FNV-1a */
    for (; *name; name++)
        hash = (hash ^ (uint8_t)*name) * UINT32_C(16777619);
    return hash ^ hash >> 15;
}

static void place(struct waves_counts *counts, uint32_t index)
{
    uint32_t slot = counts->at[index].hash & (counts->slots - 1);
    while (counts->slot[slot])
        slot = (slot + 1) & (counts->slots - 1);
    counts->slot[slot] = index + 1;
}

static void grow(struct waves_counts *counts)
{
    counts->room = counts->room ? 2 * counts->room : FIRST_ROOM;
    counts->at = waves_resize(counts->at, counts->room, sizeof *counts->at);
    counts->slots = 2 * counts->room;
    free(counts->slot);
    counts->slot = waves_zeroed(counts->slots, sizeof *counts->slot);
    for (uint32_t i = 0; i < counts->used; i++)
        place(counts, i);
}

struct waves_count *waves_counts_of(struct waves_counts *counts, const char *name)
{
    uint32_t hash = hash_of(name);
    for (uint32_t slot = hash & (counts->slots - 1); counts->slots && counts->slot[slot];
         slot = (slot + 1) & (counts->slots - 1)) {
        struct waves_count *count = &counts->at[counts->slot[slot] - 1];
        if (count->hash == hash && strcmp(count->name, name) == 0)
            return count;
    }
    if (counts->used == counts->room)
        grow(counts);
    counts->at[counts->used] = (struct waves_count){.name = waves_copy_text(name, strlen(name)), .hash = hash};
    place(counts, counts->used);
    return &counts->at[counts->used++];
}

static int by_count(const void *a, const void *b)
{
    const struct waves_count *x = a, *y = b;
    return x->count != y->count ? (x->count < y->count) - (x->count > y->count) : strcmp(x->name, y->name);
}

void waves_counts_sort(struct waves_counts *counts)
{
    if (!counts->used)
        return;
    qsort(counts->at, counts->used, sizeof *counts->at, by_count);
    memset(counts->slot, 0, counts->slots * sizeof *counts->slot);
    for (uint32_t i = 0; i < counts->used; i++)
        place(counts, i);
}

void waves_counts_free(struct waves_counts *counts)
{
    for (uint32_t i = 0; i < counts->used; i++)
        free(counts->at[i].name);
    free(counts->at);
    free(counts->slot);
    *counts = (struct waves_counts){0};
}
