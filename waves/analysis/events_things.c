#include "waves/analysis/events_things.h"

#include "waves/memory.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 256, STRIDE = 64 };
#define END UINT32_MAX /* the sort of what only says that something ends */

struct waves_thing_count {
    uint64_t key; /* sort and owner; 0: free */
    uint32_t count;
};

static uint64_t mix(uint64_t x)
{
    x *= UINT64_C(0x9E3779B97F4A7C15);
    return x ^ x >> 29;
}

uint32_t waves_things_sort(const char *text, size_t length)
{
    uint32_t hash = UINT32_C(2166136261); /* FNV-1a */
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (uint8_t)text[i]) * UINT32_C(16777619);
    return hash;
}

/* ---- how many of a sort a thread has been given ---- */

static struct waves_thing_count *counter_of(struct waves_things *things, uint64_t key)
{
    uint32_t slot = (uint32_t)mix(key) & (things->counter_slots - 1);
    while (things->counter[slot].key && things->counter[slot].key != key)
        slot = (slot + 1) & (things->counter_slots - 1);
    return &things->counter[slot];
}

static uint32_t count_up(struct waves_things *things, uint32_t sort, uint16_t owner, uint8_t class)
{
    uint64_t key = (uint64_t)sort << 32 | (uint64_t)owner << 8 | class | UINT64_C(1) << 30;
    if (2 * things->counters >= things->counter_slots) {
        struct waves_thing_count *old = things->counter;
        uint32_t slots = things->counter_slots;
        things->counter_slots = slots ? 2 * slots : FIRST_ROOM;
        things->counter = waves_zeroed(things->counter_slots, sizeof *things->counter);
        for (uint32_t i = 0; i < slots; i++)
            if (old[i].key)
                *counter_of(things, old[i].key) = old[i];
        free(old);
    }
    struct waves_thing_count *counter = counter_of(things, key);
    things->counters += counter->key == 0;
    counter->key = key;
    return counter->count++;
}

/* ---- what comes and goes ---- */

static struct waves_thing *put(struct waves_things *things)
{
    if (things->count == WAVES_THINGS_MOST) {
        things->unnamed++;
        return NULL;
    }
    if (things->count == things->room) {
        things->room = things->room ? 2 * things->room : FIRST_ROOM;
        if (things->room > WAVES_THINGS_MOST)
            things->room = WAVES_THINGS_MOST;
        things->at = waves_resize(things->at, things->room, sizeof *things->at);
    }
    return &things->at[things->count++];
}

void waves_things_add(struct waves_things *things, const struct waves_thing *thing)
{
    struct waves_thing *to = put(things);
    if (!to)
        return;
    *to = *thing;
    to->to = things->count;
    to->nth = count_up(things, thing->sort, thing->owner, thing->class);
}

void waves_things_end(struct waves_things *things, enum waves_thing_class class, uint64_t key, uint64_t time)
{
    struct waves_thing *to = put(things);
    if (to)
        *to =
            (struct waves_thing){.key = key, .from = time, .to = things->count, .sort = END, .class = (uint8_t) class};
}

/* ---- asking ---- */

static int by_key(const void *a, const void *b)
{
    const struct waves_thing *x = a, *y = b;
    if (x->class != y->class)
        return x->class < y->class ? -1 : 1;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->from > y->from) - (x->from < y->from);
}

static int by_key_and_place(const void *a, const void *b)
{
    const struct waves_thing *x = a, *y = b;
    int order = by_key(a, b);
    return order ? order : (x->to > y->to) - (x->to < y->to);
}

/* From what came and went at one key to what was there when. What is given twice is memory that is committed within
 * what was reserved, or one more that tells of an object. */
static void settle(struct waves_things *things)
{
    struct waves_thing *last = NULL;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < things->count; i++) {
        struct waves_thing thing = things->at[i];
        if (last && (last->class != thing.class || last->key != thing.key))
            last = NULL;
        if (thing.sort == END) {
            if (last && last->to == UINT64_MAX)
                last->to = thing.from + 1;
            continue;
        }
        if (last && last->to == UINT64_MAX) {
            if (thing.size <= last->size)
                continue;
            last->to = thing.from;
        }
        last = &things->at[kept++];
        *last = thing;
        last->to = UINT64_MAX;
    }
    things->count = kept;
}

void waves_things_settle(struct waves_things *things)
{
    free(things->counter);
    things->counter = NULL;
    things->counter_slots = things->counters = 0;
    if (things->count)
        qsort(things->at, things->count, sizeof *things->at, by_key_and_place);
    settle(things);
    things->reach = waves_zeroed(things->count / STRIDE + 1, sizeof *things->reach);
    for (uint32_t i = 0; i < things->count; i++) {
        const struct waves_thing *thing = &things->at[i];
        uint64_t last = thing->class == WAVES_THING_MEMORY ? thing->key + thing->size : 0;
        if (last > things->reach[i / STRIDE])
            things->reach[i / STRIDE] = last;
    }
}

/* Things of the class up to this key at this time: the place behind the last. */
static uint32_t behind(const struct waves_things *things, const struct waves_thing *key)
{
    uint32_t low = 0, high = things->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (by_key(&things->at[middle], key) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct waves_thing *waves_things_find(const struct waves_things *things, enum waves_thing_class class,
                                            uint64_t key, uint64_t time)
{
    struct waves_thing wanted = {.class = (uint8_t) class, .key = key, .from = time};
    uint32_t at = behind(things, &wanted);
    while (at > 0) {
        const struct waves_thing *thing = &things->at[at - 1];
        if (thing->class != class || (class != WAVES_THING_MEMORY && thing->key != key))
            return NULL;
        wanted.key = thing->key;
        if (thing->from > time) { /* of those that begin there, the one of this time comes next */
            at = behind(things, &wanted);
            if (at == 0 || things->at[at - 1].class != class)
                return NULL;
            thing = &things->at[at - 1];
            if (thing->key != wanted.key)
                continue;
        }
        if (thing->key + thing->size >= key && time < thing->to)
            return thing;
        if (class != WAVES_THING_MEMORY || thing->key == 0)
            return NULL;
        struct waves_thing before = {.class = (uint8_t) class, .key = thing->key - 1, .from = UINT64_MAX};
        at = behind(things, &before);
        /* nothing in these reaches so far */
        while (at > 0 && at % STRIDE == 0 && things->reach[at / STRIDE - 1] < key)
            at -= STRIDE;
    }
    return NULL;
}

void waves_things_free(struct waves_things *things)
{
    free(things->at);
    free(things->counter);
    free(things->reach);
    *things = (struct waves_things){0};
}
