/* The time that draws take in the shader array: the VGT, the sequencer, three SIMDs, the units that fetch and export,
 * and primitive assembly. It replays what draws have to do (work.h) and never looks at data. It has no ports: who owns
 * it asks memory, and says when a line is here.
 *
 * All of it follows from what happens at edges of the GPU's clock, and nothing happens between those that
 * xenos_array_next names: to run it at other edges too makes no difference.
 *
 * Order at one edge: primitive assembly lets go; a line of an export leaves; vectors go on, the oldest first; primitive
 * assembly takes the next; the VGT; a read leaves; draws are done. */
#ifndef CYCLE360_XENOS_SHADER_TIMING_ARRAY_H
#define CYCLE360_XENOS_SHADER_TIMING_ARRAY_H

#include "models/sim/state.h"
#include "models/xenos/shader/timing/array_timing.h"
#include "models/xenos/shader/timing/work.h"

enum {
    XENOS_ARRAY_LINE = 128,
    XENOS_ARRAY_SIMDS = 3,
    XENOS_ARRAY_DRAWS = 8,
    XENOS_ARRAY_VECTORS = 64,
    XENOS_ARRAY_INDEX_LINES = 16,
    XENOS_ARRAY_MISSES = 64,
    XENOS_ARRAY_TAGS = XENOS_ARRAY_INDEX_LINES + XENOS_ARRAY_MISSES, /* of reads: indices have the first ones */
    XENOS_ARRAY_SETS = 64,
    XENOS_ARRAY_WAYS = 8,
    XENOS_ARRAY_EXPORTS = 16,
    XENOS_ARRAY_ALLOCS = 4,
};

#define XENOS_ARRAY_NEVER UINT64_MAX /* of edges */

/* Of the board's figures, each in its row's bounds. */
struct xenos_array_config {
    struct xenos_array_timing timing;
    void *self;
    /* Asks for a line. At most one a clock; false: no room now, and xenos_array_run is to be called when there is. */
    bool (*read)(void *self, uint32_t line, uint32_t tag, uint64_t edge);
    /* A line's bytes to memory. The same. */
    bool (*write)(void *self, const struct xenos_trace_store *store, uint64_t edge);
    /* In the order of begin; all its stores have been handed over. It may begin another draw. */
    void (*done)(void *self, const struct xenos_work *work, uint64_t edge);
};

struct xenos_array_draw {
    const struct xenos_work *work;
    uint32_t retired; /* vectors that primitive assembly is through with */
};

struct xenos_array_vector {
    uint8_t draw; /* its place in the ring of draws */
    uint8_t simd, registers;
    uint8_t held;    /* a bit for each enum xenos_alloc */
    uint8_t pending; /* lines under way that it waits for; follows from the misses */
    bool ended;
    uint32_t number;  /* of the draw's vectors */
    uint32_t op;      /* of the vector's: the next one */
    uint32_t left;    /* instructions of it, of control flow and pairs */
    uint64_t ready;   /* the edge at which it goes on; XENOS_ARRAY_NEVER: its lines are being looked up */
    uint64_t fetched; /* the edge at which what has been fetched is in registers, but for lines under way */
};

enum xenos_array_miss_state { XENOS_MISS_FREE, XENOS_MISS_WANTED, XENOS_MISS_ASKED, XENOS_MISS_STATES };
struct xenos_array_miss {
    uint8_t state;
    bool stale; /* the cache has been invalidated since */
    uint32_t line;
    uint64_t waiters; /* vectors, by their places in the ring */
};

struct xenos_array_export {
    uint8_t draw;
    uint32_t next, end; /* stores of the draw's trace */
    uint64_t ready;
};

/* Sums since the beginning. */
struct xenos_array_counters {
    uint64_t draws, indices, vectors, primitives;
    uint64_t busy[XENOS_ARRAY_SIMDS]; /* clocks */
    uint64_t cf, pairs, vertex_fetches, texture_fetches, exports, elements;
    uint64_t hits, merges, misses, index_reads, stores; /* lines */
    uint64_t fetch_wait, alloc_wait;                    /* clocks, of all threads together */
};

struct xenos_array {
    struct xenos_array_config config;

    struct xenos_array_draw draw[XENOS_ARRAY_DRAWS];
    uint32_t draw_first, draws;
    struct xenos_array_vector vector[XENOS_ARRAY_VECTORS];
    uint32_t vector_first, vectors;

    struct {
        uint32_t draw;   /* counted from the oldest one; as many as there are: none */
        bool begun;      /* this draw */
        bool busy;       /* until `free`, with `chunk` indices */
        uint32_t index;  /* gone through */
        uint32_t vector; /* that is being filled */
        uint32_t chunk;
        uint32_t lines; /* of indices, that it is through with */
        uint64_t free;
    } vgt;
    struct {
        uint32_t draw, line; /* the next one to be asked for */
        uint32_t first, count;
        bool here[XENOS_ARRAY_INDEX_LINES];
    } index;
    struct {
        uint32_t draw, vector; /* the next one that gets a thread */
        uint32_t full;         /* vectors that wait for one */
    } dispatch;

    uint64_t sequencer_free, simd_free[XENOS_ARRAY_SIMDS], vertex_free, texture_free, export_free, store_free,
        read_free, assembly_free;
    bool assembly_busy; /* with the oldest vector */
    bool read_refused, write_refused;

    struct {
        bool busy;
        uint32_t vector, next, end; /* lines of the draw's trace */
    } lookup;
    uint32_t cache[XENOS_ARRAY_SETS][XENOS_ARRAY_WAYS]; /* address | 1, the last one used first; 0: empty */
    struct xenos_array_miss miss[XENOS_ARRAY_MISSES];
    uint32_t misses;                    /* that are not free */
    uint8_t wanted[XENOS_ARRAY_MISSES]; /* in their order */
    uint32_t wanted_count;
    struct xenos_array_export export[XENOS_ARRAY_EXPORTS];
    uint32_t export_first, exports;

    /* These follow from the vectors. */
    uint32_t threads[XENOS_ARRAY_SIMDS], registers[XENOS_ARRAY_SIMDS], held[XENOS_ARRAY_ALLOCS];

    struct xenos_array_counters counters;
};

/* What waves show. */
struct xenos_array_signals {
    uint32_t draws, indices_left, full, vectors, threads[XENOS_ARRAY_SIMDS], held[XENOS_ARRAY_ALLOCS], misses, exports;
    bool vgt, sequencer, simd[XENOS_ARRAY_SIMDS], vertex, texture, export,
        assembly; /* busy in the clock from the edge */
};

void xenos_array_init(struct xenos_array *array, const struct xenos_array_config *config);
void xenos_array_reset(struct xenos_array *array); /* to nothing under way and an empty cache; counters too */

/* A work's lists are where it says, and their numbers rise. */
bool xenos_work_sound(const struct xenos_work *work);

bool xenos_array_room(const struct xenos_array *array); /* for another draw */
bool xenos_array_idle(const struct xenos_array *array); /* no draw is under way */

/* xenos_array_run of the same edge is to follow these two. A sound work; it stays where it is until it is done. */
void xenos_array_begin(struct xenos_array *array, const struct xenos_work *work, uint64_t edge);
void xenos_array_arrived(struct xenos_array *array, uint32_t tag, uint64_t edge);
void xenos_array_invalidate(struct xenos_array *array); /* the vertex cache */

void xenos_array_run(struct xenos_array *array, uint64_t edge);
/* The next edge at which it would act by itself; XENOS_ARRAY_NEVER: it waits for memory, or has nothing to do. */
uint64_t xenos_array_next(const struct xenos_array *array);

void xenos_array_look(const struct xenos_array *array, uint64_t edge, struct xenos_array_signals *signals);

/* Works are saved by the owner, in the order of begin: array->draws of them. After a load each is to be given back,
 * from 0, the oldest one, on; false: the save does not fit it. Until all are back the array must not run. */
void xenos_array_save(const struct xenos_array *array, struct sim_writer *writer);
void xenos_array_load(struct xenos_array *array, struct sim_reader *reader);
bool xenos_array_work(struct xenos_array *array, uint32_t i, const struct xenos_work *work);

#endif
