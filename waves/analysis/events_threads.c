#include "waves/analysis/events_threads.h"

#include "waves/memory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 16 };

/* ---- a log's threads ---- */

static uint32_t slot_of(uint64_t number, uint32_t slots)
{
    return (uint32_t)(number * UINT64_C(0x9E3779B97F4A7C15) >> 32) & (slots - 1);
}

static void place(struct waves_threads *threads, uint32_t index)
{
    uint32_t slot = slot_of(threads->at[index].number, threads->slots);
    while (threads->slot[slot])
        slot = (slot + 1) & (threads->slots - 1);
    threads->slot[slot] = index + 1;
}

uint32_t waves_threads_find(const struct waves_threads *threads, uint64_t number)
{
    if (!threads->slots)
        return WAVES_NO_THREAD;
    for (uint32_t slot = slot_of(number, threads->slots); threads->slot[slot]; slot = (slot + 1) & (threads->slots - 1))
        if (threads->at[threads->slot[slot] - 1].number == number)
            return threads->slot[slot] - 1;
    return WAVES_NO_THREAD;
}

uint32_t waves_threads_of(struct waves_threads *threads, uint64_t number)
{
    uint32_t index = waves_threads_find(threads, number);
    if (index != WAVES_NO_THREAD || threads->count == WAVES_THREADS_MOST)
        return index;
    if (threads->count == threads->room) {
        threads->room = threads->room ? 2 * threads->room : FIRST_ROOM;
        threads->at = waves_resize(threads->at, threads->room, sizeof *threads->at);
        threads->slots = 2 * threads->room;
        free(threads->slot);
        threads->slot = waves_zeroed(threads->slots, sizeof *threads->slot);
        for (uint32_t i = 0; i < threads->count; i++)
            place(threads, i);
    }
    threads->at[threads->count] = (struct waves_thread){.number = number, .partner = WAVES_NO_THREAD};
    place(threads, threads->count);
    return threads->count++;
}

void waves_threads_free(struct waves_threads *threads)
{
    free(threads->at);
    free(threads->slot);
    *threads = (struct waves_threads){0};
}

static uint64_t number_or_0(const struct waves_scan *scan, enum waves_field field)
{
    uint64_t number;
    return scan->field[field].at && waves_text_number(scan->field[field], &number) ? number : 0;
}

bool waves_threads_create(struct waves_threads *threads, const struct waves_scan *scan, const char **why)
{
    uint64_t of, entry;
    if (!scan->field[WAVES_FIELD_OF].at || !waves_text_number(scan->field[WAVES_FIELD_OF], &of) ||
        !scan->field[WAVES_FIELD_ENTRY].at || !waves_text_number(scan->field[WAVES_FIELD_ENTRY], &entry)) {
        *why = "thread.create needs \"of\", a number, and \"entry\", an address";
        return false;
    }
    uint32_t index = waves_threads_of(threads, of);
    if (index == WAVES_NO_THREAD) {
        *why = "there are too many threads";
        return false;
    }
    struct waves_thread *thread = &threads->at[index];
    if (thread->created) /* a number that is used again */
        return true;
    thread->created = true;
    thread->creator = number_or_0(scan, WAVES_FIELD_THREAD);
    thread->entry = entry;
    thread->startup = number_or_0(scan, WAVES_FIELD_STARTUP);
    thread->context = number_or_0(scan, WAVES_FIELD_CONTEXT);
    thread->stack = number_or_0(scan, WAVES_FIELD_STACK);
    thread->stack_size = number_or_0(scan, WAVES_FIELD_STACK_SIZE);
    thread->place = threads->creations++;
    return true;
}

/* ---- the map ---- */

static bool read_number(const char **at, uint64_t *number)
{
    const char *from = *at;
    for (*number = 0; **at >= '0' && **at <= '9' && *number < UINT64_MAX / 100; (*at)++)
        *number = 10 * *number + (uint64_t)(**at - '0');
    return *at != from;
}

enum sim_status waves_tid_map_read(const char *text, struct waves_tid_map *map, struct sim_error *error)
{
    map->pairs = 0;
    while (text && *text) {
        const char *at = text;
        uint64_t a, b;
        if (!read_number(&at, &a) || *at++ != '=' || !read_number(&at, &b) || (*at != ',' && *at != '\0'))
            return sim_fail(error, SIM_USAGE, "--tid-map: '%.40s' is not as in 6=1,7=2", text);
        for (unsigned i = 0; i < map->pairs; i++)
            if (map->pair[i].a == a || map->pair[i].b == b)
                return sim_fail(error, SIM_USAGE, "--tid-map: '%.40s' names a thread again", text);
        if (map->pairs == sizeof map->pair / sizeof *map->pair)
            return sim_fail(error, SIM_USAGE, "--tid-map: '%.40s' is more than can be mapped", text);
        map->pair[map->pairs].a = a;
        map->pair[map->pairs++].b = b;
        text = at + (*at == ',');
    }
    return SIM_OK;
}

/* ---- which are the same ---- */

enum { KEYS = 7 };

struct key {
    uint64_t key[KEYS];
    uint64_t place;
    uint32_t thread;
};

static void pair(struct waves_threads *a, struct waves_threads *b, uint32_t i, uint32_t j, enum waves_match match)
{
    a->at[i].partner = j;
    b->at[j].partner = i;
    a->at[i].match = b->at[j].match = match;
}

/* The number that a thread and its partner share; false: it has none. */
static bool shared(const struct waves_threads *threads, bool second, uint32_t index, uint64_t *number)
{
    if (index == WAVES_NO_THREAD || threads->at[index].partner == WAVES_NO_THREAD)
        return false;
    *number = second ? threads->at[index].partner : index;
    return true;
}

static bool is_image(uint64_t address)
{
    return address >= 0x80000000 && address < 0xA0000000;
}

/* What must be equal for this reason; false: it cannot be said of this thread. */
static bool key_of(const struct waves_threads *threads, bool second, uint32_t index, enum waves_match match,
                   struct key *key)
{
    const struct waves_thread *thread = &threads->at[index];
    *key = (struct key){.key = {thread->entry, thread->startup}, .place = thread->place, .thread = index};
    uint64_t *k = key->key;
    if (match == WAVES_MATCH_ENTRY || match == WAVES_MATCH_LOW) {
        k[2] = is_image(thread->context) ? thread->context : 0; /* an image lies where it lies: another is another */
        k[3] = match == WAVES_MATCH_LOW ? thread->context & 0xFFFF : 0;
        return true;
    }
    k[2] = thread->named;
    if (thread->named) {
        if (!shared(threads, second, thread->owner, &k[3]))
            return false;
        k[4] = thread->nth;
        k[5] = thread->offset;
    } else {
        k[3] = thread->context;
    }
    if (match == WAVES_MATCH_CONTEXT)
        return true;
    uint32_t creator = waves_threads_find(threads, thread->creator);
    k[6] = UINT64_MAX;
    return thread->creator == 0 || shared(threads, second, creator, &k[6]);
}

static int by_key(const void *x, const void *y)
{
    const struct key *a = x, *b = y;
    for (unsigned i = 0; i < KEYS; i++)
        if (a->key[i] != b->key[i])
            return a->key[i] < b->key[i] ? -1 : 1;
    return (a->place > b->place) - (a->place < b->place);
}

static uint32_t keys_of(const struct waves_threads *threads, bool second, enum waves_match match, struct key *key)
{
    uint32_t keys = 0;
    for (uint32_t i = 0; i < threads->count; i++) {
        const struct waves_thread *thread = &threads->at[i];
        if (thread->created && thread->number != 0 && thread->partner == WAVES_NO_THREAD &&
            key_of(threads, second, i, match, &key[keys]))
            keys++;
    }
    if (keys)
        qsort(key, keys, sizeof *key, by_key);
    return keys;
}

/* Threads with equal keys are paired in the order of their creation. False: there were none. */
static bool match_all(struct waves_threads *a, struct waves_threads *b, enum waves_match match, struct key *of_a,
                      struct key *of_b)
{
    uint32_t as = keys_of(a, false, match, of_a), bs = keys_of(b, true, match, of_b);
    bool any = false;
    for (uint32_t i = 0, j = 0; i < as && j < bs;) {
        int order = memcmp(of_a[i].key, of_b[j].key, sizeof of_a[i].key);
        if (order == 0) {
            pair(a, b, of_a[i++].thread, of_b[j++].thread, match);
            any = true;
            continue;
        }
        struct key first = of_a[i], second = of_b[j];
        first.place = second.place = 0;
        if (by_key(&first, &second) < 0)
            i++;
        else
            j++;
    }
    return any;
}

/* The first thread that no record says who created, and that has created others if one has. */
static uint32_t first_of(const struct waves_threads *threads)
{
    uint32_t first = WAVES_NO_THREAD;
    for (uint32_t i = 0; i < threads->count && first == WAVES_NO_THREAD; i++) {
        const struct waves_thread *thread = &threads->at[i];
        uint32_t creator = thread->created ? waves_threads_find(threads, thread->creator) : WAVES_NO_THREAD;
        if (creator != WAVES_NO_THREAD && threads->at[creator].number != 0 && !threads->at[creator].created &&
            threads->at[creator].partner == WAVES_NO_THREAD)
            first = creator;
    }
    for (uint32_t i = 0; i < threads->count && first == WAVES_NO_THREAD; i++)
        if (threads->at[i].number != 0 && threads->at[i].records && !threads->at[i].created &&
            threads->at[i].partner == WAVES_NO_THREAD)
            first = i;
    return first;
}

/* How many threads are still to be paired that no record says who created. */
static uint32_t uncreated(const struct waves_threads *threads)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < threads->count; i++)
        count += threads->at[i].number != 0 && threads->at[i].records && !threads->at[i].created &&
                 threads->at[i].partner == WAVES_NO_THREAD;
    return count;
}

static enum sim_status match_map(struct waves_threads *a, struct waves_threads *b, const struct waves_tid_map *map,
                                 struct sim_error *error)
{
    for (unsigned i = 0; i < map->pairs; i++) {
        uint32_t first = waves_threads_find(a, map->pair[i].a), second = waves_threads_find(b, map->pair[i].b);
        if (first == WAVES_NO_THREAD || second == WAVES_NO_THREAD)
            return sim_fail(error, SIM_USAGE, "--tid-map: the %s log has no thread %" PRIu64,
                            first == WAVES_NO_THREAD ? "first" : "second",
                            first == WAVES_NO_THREAD ? map->pair[i].a : map->pair[i].b);
        pair(a, b, first, second, WAVES_MATCH_MAP);
    }
    return SIM_OK;
}

enum sim_status waves_threads_match(struct waves_threads *a, struct waves_threads *b, const struct waves_tid_map *map,
                                    struct sim_error *error)
{
    static const enum waves_match reasons[] = {WAVES_MATCH_CREATOR, WAVES_MATCH_CONTEXT, WAVES_MATCH_LOW,
                                               WAVES_MATCH_ENTRY};
    enum sim_status status = map ? match_map(a, b, map, error) : SIM_OK;
    if (status != SIM_OK)
        return status;
    bool all = uncreated(a) == uncreated(b); /* logs that begin in the middle of the same run */
    do {
        uint32_t first = first_of(a), second = first_of(b);
        if (first == WAVES_NO_THREAD || second == WAVES_NO_THREAD)
            break;
        pair(a, b, first, second, WAVES_MATCH_FIRST);
    } while (all);
    struct key *of_a = waves_resize(NULL, a->count + 1, sizeof *of_a);
    struct key *of_b = waves_resize(NULL, b->count + 1, sizeof *of_b);
    for (unsigned i = 0; i < sizeof reasons / sizeof *reasons;) /* a pair may be what a better reason was missing */
        i = match_all(a, b, reasons[i], of_a, of_b) ? 0 : i + 1;
    free(of_a);
    free(of_b);
    return SIM_OK;
}

const char *waves_match_name(enum waves_match match)
{
    static const char *const name[] = {
        [WAVES_MATCH_NONE] = "none",
        [WAVES_MATCH_MAP] = "--tid-map",
        [WAVES_MATCH_FIRST] = "that nobody has created it",
        [WAVES_MATCH_CREATOR] = "entry, context and creator",
        [WAVES_MATCH_CONTEXT] = "entry and context",
        [WAVES_MATCH_LOW] = "entry and low context",
        [WAVES_MATCH_ENTRY] = "entry",
    };
    return name[match];
}
