#include "board/profile_map.h"

#include "waves/memory.h"

#include <stdlib.h>

enum { SLOTS_MIN = 1024 };

/* The slot that holds the pair, or the free one where it belongs. */
static struct profile_slot *slot_of(const struct profile_map *map, uint64_t address, uint32_t number)
{
    uint64_t hash = (address ^ (uint64_t)number << 40) * UINT64_C(0x9E3779B97F4A7C15);
    for (uint32_t i = (uint32_t)(hash >> 32);; i++) {
        struct profile_slot *slot = &map->slot[i & (map->slots - 1)];
        if (slot->value == PROFILE_MAP_NONE || (slot->address == address && slot->number == number))
            return slot;
    }
}

int32_t profile_map_find(const struct profile_map *map, uint64_t address, uint32_t number)
{
    return map->slots > 0 ? slot_of(map, address, number)->value : PROFILE_MAP_NONE;
}

static void grow(struct profile_map *map)
{
    struct profile_map old = *map;
    map->slots = old.slots > 0 ? 2 * old.slots : SLOTS_MIN;
    map->slot = waves_resize(NULL, map->slots, sizeof *map->slot);
    for (uint32_t i = 0; i < map->slots; i++)
        map->slot[i].value = PROFILE_MAP_NONE;
    for (uint32_t i = 0; i < old.slots; i++)
        if (old.slot[i].value != PROFILE_MAP_NONE)
            *slot_of(map, old.slot[i].address, old.slot[i].number) = old.slot[i];
    free(old.slot);
}

void profile_map_add(struct profile_map *map, uint64_t address, uint32_t number, int32_t value)
{
    if (map->used >= map->slots / 4 * 3)
        grow(map);
    *slot_of(map, address, number) = (struct profile_slot){address, number, value};
    map->used++;
}

void profile_map_free(struct profile_map *map)
{
    free(map->slot);
    *map = (struct profile_map){0};
}
