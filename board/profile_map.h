/* From (address, number) to a number: open addressing, doubled when three quarters are taken. What it hands out does
 * not depend on where things lie in it. */
#ifndef CYCLE360_BOARD_PROFILE_MAP_H
#define CYCLE360_BOARD_PROFILE_MAP_H

#include <stdint.h>

enum { PROFILE_MAP_NONE = -1 };

struct profile_map {
    struct profile_slot {
        uint64_t address;
        uint32_t number;
        int32_t value; /* PROFILE_MAP_NONE: the slot is free */
    } * slot;
    uint32_t slots, used; /* all zero is an empty map */
};

int32_t profile_map_find(const struct profile_map *map, uint64_t address, uint32_t number);
/* What is not in it yet. */
void profile_map_add(struct profile_map *map, uint64_t address, uint32_t number, int32_t value);
void profile_map_free(struct profile_map *map);

#endif
