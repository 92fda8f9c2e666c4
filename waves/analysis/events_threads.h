/* The threads of an event log, and which of two logs' are the same. Their numbers say nothing: a kernel counts them as
 * it likes. What a thread is called with does, and who created it, and in which order. */
#ifndef CYCLE360_WAVES_ANALYSIS_EVENTS_THREADS_H
#define CYCLE360_WAVES_ANALYSIS_EVENTS_THREADS_H

#include "models/sim/status.h"
#include "waves/analysis/events_scan.h"

#include <stdbool.h>
#include <stdint.h>

enum { WAVES_THREADS_MOST = 4096 };
#define WAVES_NO_THREAD UINT32_MAX

/* Why two threads are taken for the same. */
enum waves_match {
    WAVES_MATCH_NONE,
    WAVES_MATCH_MAP,     /* somebody has said so */
    WAVES_MATCH_FIRST,   /* neither log says who created them, and they have created others */
    WAVES_MATCH_CREATOR, /* entry point, context and creator */
    WAVES_MATCH_CONTEXT, /* entry point and context */
    WAVES_MATCH_LOW,     /* entry point and the low 16 bits of the context */
    WAVES_MATCH_ENTRY,   /* entry point */
};

struct waves_thread {
    uint64_t number, records;
    bool created; /* a thread.create tells of it: */
    uint64_t creator, entry, startup, context, stack, stack_size;
    uint64_t place, created_at; /* among the creations; which record says so */
    /* where the context is known by another name than its address: the nth thing that thread `owner` was given */
    bool named;
    uint32_t owner;
    uint64_t nth, offset;
    uint32_t partner; /* in the other log's list, or WAVES_NO_THREAD */
    enum waves_match match;
};

struct waves_threads {
    struct waves_thread *at; /* in the order in which the log first speaks of them */
    uint32_t count, room;
    uint32_t *slot; /* open addressing by number: place + 1 */
    uint32_t slots;
    uint64_t creations;
};

struct waves_tid_map {
    struct {
        uint64_t a, b;
    } pair[256];
    unsigned pairs;
};

/* The place of a thread, which is there from then on; WAVES_NO_THREAD: there are too many. */
uint32_t waves_threads_of(struct waves_threads *threads, uint64_t number);
/* WAVES_NO_THREAD: there is none. */
uint32_t waves_threads_find(const struct waves_threads *threads, uint64_t number);
/* A thread.create. False, and what is wrong. */
bool waves_threads_create(struct waves_threads *threads, const struct waves_scan *scan, const char **why);
void waves_threads_free(struct waves_threads *threads);

/* `6=1,7=2`: threads of the first log, and what they are in the second; NULL: none. Errors name --tid-map. */
enum sim_status waves_tid_map_read(const char *text, struct waves_tid_map *map, struct sim_error *error);
/* Sets `partner` and `match` of all threads of both, the same ones whenever the lists are the same. Thread 0 has a
 * partner only by the map. */
enum sim_status waves_threads_match(struct waves_threads *a, struct waves_threads *b, const struct waves_tid_map *map,
                                    struct sim_error *error);
const char *waves_match_name(enum waves_match match);

#endif
