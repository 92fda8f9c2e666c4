#include "waves/analysis/thread_pairs.h"

#include "waves/analysis/events_threads.h"
#include "waves/memory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool read_number(const char **at, uint64_t *number)
{
    uint64_t value = 0;
    const char *from = *at;
    for (; **at >= '0' && **at <= '9' && value < UINT64_MAX / 100; (*at)++)
        value = 10 * value + (uint64_t)(**at - '0');
    *number = value;
    return *at != from;
}

enum sim_status waves_thread_pairs_read(struct waves_thread_pairs *pairs, const char *text, struct sim_error *error)
{
    *pairs = (struct waves_thread_pairs){0};
    while (text && *text) {
        const char *at = text;
        struct waves_thread_pair pair;
        bool right = read_number(&at, &pair.a) && *at++ == '=' && read_number(&at, &pair.b) && (*at == ',' || !*at);
        if (!right)
            return sim_fail(error, SIM_USAGE, "--tid-map: '%.40s' is not as in 6=1,7=2", text);
        for (size_t i = 0; i < pairs->pairs; i++)
            if (pairs->pair[i].a == pair.a || pairs->pair[i].b == pair.b)
                return sim_fail(error, SIM_USAGE, "--tid-map: '%.40s' names a thread again", text);
        pairs->pair = waves_resize(pairs->pair, pairs->pairs + 1, sizeof *pairs->pair);
        pairs->pair[pairs->pairs++] = pair;
        text = at + (*at == ',');
    }
    return SIM_OK;
}

static size_t place_of(const struct waves_thread_begin *thread, size_t threads, uint64_t number)
{
    size_t i = 0;
    while (i < threads && thread[i].number != number)
        i++;
    return i;
}

static void join(struct waves_thread_begin *a, size_t i, struct waves_thread_begin *b, size_t j)
{
    a[i].analogue = j + 1;
    b[j].analogue = i + 1;
}

static enum sim_status by_pairs(struct waves_thread_begin *a, size_t as, struct waves_thread_begin *b, size_t bs,
                                const struct waves_thread_pairs *pairs, struct sim_error *error)
{
    for (size_t p = 0; p < pairs->pairs; p++) {
        size_t i = place_of(a, as, pairs->pair[p].a), j = place_of(b, bs, pairs->pair[p].b);
        if (i == as || j == bs)
            return sim_fail(error, SIM_USAGE, "--tid-map: the %s log has no thread %" PRIu64,
                            i == as ? "first" : "second", i == as ? pairs->pair[p].a : pairs->pair[p].b);
        join(a, i, b, j);
    }
    return SIM_OK;
}

static struct waves_threads threads_of(const struct waves_thread_begin *begin, size_t begins)
{
    struct waves_threads threads = {0};
    for (size_t i = 0; i < begins && i < WAVES_THREADS_MOST; i++) {
        uint32_t place = waves_threads_of(&threads, begin[i].number);
        struct waves_thread *thread = &threads.at[place];
        thread->records = 1;
        thread->created = begin[i].entry != NULL;
        thread->entry = begin[i].entry ? strtoull(begin[i].entry, NULL, 16) : 0;
        thread->context = begin[i].context ? strtoull(begin[i].context, NULL, 16) : 0;
        thread->place = i;
    }
    return threads;
}

static enum sim_status by_beginning(struct waves_thread_begin *a, size_t as, struct waves_thread_begin *b, size_t bs,
                                    struct sim_error *error)
{
    struct waves_threads of_a = threads_of(a, as), of_b = threads_of(b, bs);
    enum sim_status status = waves_threads_match(&of_a, &of_b, NULL, error);
    for (uint32_t i = 0; i < of_a.count && status == SIM_OK; i++)
        if (of_a.at[i].partner != WAVES_NO_THREAD)
            join(a, i, b, of_a.at[i].partner);
    waves_threads_free(&of_a);
    waves_threads_free(&of_b);
    return status;
}

enum sim_status waves_threads_pair(struct waves_thread_begin *a, size_t as, struct waves_thread_begin *b, size_t bs,
                                   const char *map, struct sim_error *error)
{
    struct waves_thread_pairs pairs;
    enum sim_status status = waves_thread_pairs_read(&pairs, map, error);
    if (status == SIM_OK && map)
        status = by_pairs(a, as, b, bs, &pairs, error);
    else if (status == SIM_OK)
        status = by_beginning(a, as, b, bs, error);
    size_t i = place_of(a, as, 0), j = place_of(b, bs, 0);
    if (i < as && j < bs && !a[i].analogue && !b[j].analogue)
        join(a, i, b, j);
    free(pairs.pair);
    return status;
}
