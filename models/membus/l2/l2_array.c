#include "models/membus/l2/l2_parts.h"

#include <string.h>

int l2_find(const struct membus_l2 *l2, uint32_t number)
{
    unsigned first = (number - 1) % MEMBUS_L2_SETS * MEMBUS_L2_WAYS;
    for (unsigned way = 0; way < MEMBUS_L2_WAYS; way++)
        if (l2->number[first + way] == number)
            return (int)(first + way);
    return -1;
}

struct membus_miss *l2_find_miss(struct membus_l2 *l2, uint32_t number)
{
    if (!(l2->misses_maybe >> number % 64 & 1))
        return NULL;
    for (uint32_t left = l2->misses_at; left != 0; left &= left - 1) {
        struct membus_miss *miss = &l2->miss[__builtin_ctz(left)];
        if (miss->number == number)
            return miss;
    }
    return NULL;
}

/* Bit n of eight says byte n, the first byte being the word's most significant. */
static uint64_t bytes_of(uint64_t eight)
{
    uint64_t bits = eight * UINT64_C(0x0101010101010101) & UINT64_C(0x0102040810204080);
    uint64_t high = (bits + UINT64_C(0x7F7F7F7F7F7F7F7F)) & UINT64_C(0x8080808080808080);
    return (high >> 7) * 0xFF;
}

void l2_merge(uint64_t *word, const uint64_t *from, uint64_t mask)
{
    if (mask == UINT64_MAX) {
        memcpy(word, from, SIM_BLOCK);
        return;
    }
    while (mask != 0) {
        unsigned at = (unsigned)__builtin_ctzll(mask) & ~7u, i = at / 8;
        uint64_t eight = mask >> at & 0xFF, bytes = eight == 0xFF ? UINT64_MAX : bytes_of(eight);
        word[i] = (word[i] & ~bytes) | (from[i] & bytes);
        mask &= ~(UINT64_C(0xFF) << at);
    }
}

static void castout(struct membus_l2 *l2, int place)
{
    struct sim_msg_memory_request *request = l2_bus(l2, SIM_MEMORY_WRITE);
    request->address = (uint64_t)(l2->number[place] - 1) * SIM_LINE;
    request->size = SIM_LINE;
    request->mask0 = request->mask1 = UINT64_MAX;
    memcpy(SIM_WORDS_OF(request, memory_request), l2->word[place], SIM_LINE);
    l2->castouts++;
    l2->counters.castouts++;
}

bool l2_clean(struct membus_l2 *l2, int place)
{
    if (l2->state[place] != MEMBUS_MODIFIED)
        return true;
    if (l2->castouts >= l2->config.timing.l2_castouts)
        return false;
    castout(l2, place);
    l2->state[place] = MEMBUS_CLEAN;
    return true;
}

static void tell_holders(struct membus_l2 *l2, int place, unsigned except, sim_time t)
{
    for (unsigned core = 0; core < MEMBUS_CORES; core++)
        if ((l2->holders[place] >> core & 1) && core != except) {
            l2_tell(l2, core, SIM_SNOOP_LINE, t)->address = (uint64_t)(l2->number[place] - 1) * SIM_LINE;
            l2->holders[place] &= (uint8_t) ~(1u << core);
            l2->counters.snoops++;
        }
}

void l2_drop(struct membus_l2 *l2, int place, unsigned except, sim_time t)
{
    if (l2->holders[place] != 0) {
        tell_holders(l2, place, except, t);
        l2->holders[place] = 0;
    }
    l2->number[place] = 0;
    l2->state[place] = MEMBUS_INVALID;
}

/* Stands for what decides in hardware: nothing about it is known. */
static uint64_t mix(uint64_t z)
{
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

int l2_make_room(struct membus_l2 *l2, uint32_t number, sim_time t)
{
    unsigned first = (number - 1) % MEMBUS_L2_SETS * MEMBUS_L2_WAYS, locked = l2->config.timing.l2_locked_ways;
    for (unsigned way = locked; way < MEMBUS_L2_WAYS; way++)
        if (l2->number[first + way] == 0)
            return (int)(first + way);
    uint64_t random = mix(l2->config.seed + (l2->replacements + 1) * UINT64_C(0x9E3779B97F4A7C15));
    unsigned ways = MEMBUS_L2_WAYS - locked, high = (unsigned)(random >> 32);
    int place = (int)(first + locked + (locked == 0 ? high % MEMBUS_L2_WAYS : high % ways)); /* no division, mostly */
    if (!l2_clean(l2, place))
        return -1;
    l2_drop(l2, place, L2_NOBODY, t);
    l2->replacements++;
    return place;
}

void l2_stored(struct membus_l2 *l2, int place, struct membus_miss *miss, unsigned by, uint32_t number, sim_time t)
{
    const uint32_t *reserved = l2->reservation;
    if (place >= 0 && (l2->holders[place] & ~(1u << by)) != 0)
        tell_holders(l2, place, by, t);
    for (unsigned i = 0; miss && i < miss->waiters; i++)
        if (miss->waiter[i].kind == SIM_READ && miss->waiter[i].core != by)
            miss->waiter[i].snooped = true;
    if ((reserved[0] | reserved[1] | reserved[2] | reserved[3] | reserved[4] | reserved[5]) == 0)
        return;
    for (unsigned thread = 0; thread < MEMBUS_THREADS; thread++)
        if (l2->reservation[thread] == number)
            l2->reservation[thread] = 0;
}
