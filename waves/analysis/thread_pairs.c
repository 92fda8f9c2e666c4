#include "waves/analysis/thread_pairs.h"

#include "waves/analysis/events_threads.h"

#include <stdlib.h>
#include <string.h>

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

enum sim_status waves_threads_pair(struct waves_thread_begin *a, size_t as, struct waves_thread_begin *b, size_t bs,
                                   const char *map, struct sim_error *error)
{
    struct waves_tid_map pairs;
    enum sim_status status = waves_tid_map_read(map, &pairs, error);
    if (status != SIM_OK)
        return status;
    struct waves_threads of_a = threads_of(a, as), of_b = threads_of(b, bs);
    status = waves_threads_match(&of_a, &of_b, &pairs, error);
    for (uint32_t i = 0; i < of_a.count && status == SIM_OK; i++)
        if (of_a.at[i].partner != WAVES_NO_THREAD)
            join(a, i, b, of_a.at[i].partner);
    waves_threads_free(&of_a);
    waves_threads_free(&of_b);
    size_t i = place_of(a, as, 0), j = place_of(b, bs, 0);
    if (status == SIM_OK && i < as && j < bs && !a[i].analogue && !b[j].analogue)
        join(a, i, b, j);
    return status;
}
