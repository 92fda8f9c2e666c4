/* Between the files of the L2. */
#ifndef CYCLE360_MEMBUS_L2_PARTS_H
#define CYCLE360_MEMBUS_L2_PARTS_H

#include "models/membus/l2/l2.h"
#include "waves/waves.h"

enum { L2_NOBODY = MEMBUS_CORES, L2_BUS_IO = 64 /* tags on the bus: misses, then accesses to devices */ };

/* l2_array.c. Lines go by number + 1. */
int l2_find(const struct membus_l2 *l2, uint32_t number);
struct membus_miss *l2_find_miss(struct membus_l2 *l2, uint32_t number);
/* A place for a line, the loser cast out and dropped by its holders; -1 where no castout is free. */
int l2_make_room(struct membus_l2 *l2, uint32_t number, sim_time t);
/* Memory gets the line if it has not; the line stays. False where no castout is free. */
bool l2_clean(struct membus_l2 *l2, int place);
/* The line is dropped, and its holders but `except` hear of it. */
void l2_drop(struct membus_l2 *l2, int place, unsigned except, sim_time t);
/* Stores of core `by` (L2_NOBODY: all cores must hear) to a line: what others have of it goes, and all reservations
 * on it: a core's stores are not told apart by thread. */
void l2_stored(struct membus_l2 *l2, int place, struct membus_miss *miss, unsigned by, uint32_t number, sim_time t);
void l2_merge(uint64_t *word, const uint64_t *from, uint64_t mask);

/* l2_request.c: the request at the head of a core's queue goes in at t; how long the arrays are taken, 0 where it
 * cannot go in yet. */
unsigned l2_accept(struct membus_l2 *l2, unsigned core, struct membus_l2_request *request, sim_time t);

/* Have all cores answered for the first so many changes of the map? */
static inline bool l2_map_is_known(const struct membus_l2 *l2, uint32_t changes)
{
    bool known = true;
    for (unsigned core = 0; core < MEMBUS_CORES; core++)
        known &= (int32_t)(l2->map_known[core] - changes) >= 0;
    return known;
}

/* l2_miss.c */
struct membus_miss *l2_begin_miss(struct membus_l2 *l2, unsigned core, uint32_t number);
bool l2_may_miss(const struct membus_l2 *l2, unsigned core);
/* The head of a core's queue, which cannot go, is not looked at again before a line has come. Answers 0. */
unsigned l2_wait_for_line(struct membus_l2 *l2, unsigned core);
unsigned l2_fill(struct membus_l2 *l2, sim_time t);
unsigned l2_answer_question(struct membus_l2 *l2, sim_time t);

/* l2_io.c */
unsigned l2_io(struct membus_l2 *l2, unsigned core, struct membus_l2_request *request, sim_time t);
void l2_io_done(struct membus_l2 *l2, unsigned core, unsigned entry, uint64_t value, uint8_t source, sim_time t);
void l2_io_send(struct membus_l2 *l2, sim_time t);
void l2_io_near_answered(struct membus_l2 *l2, unsigned device, sim_time t);
void l2_io_bus_answered(struct membus_l2 *l2, const struct sim_msg_memory_reply *reply, sim_time t);
unsigned l2_barrier(struct membus_l2 *l2, unsigned core, const struct membus_l2_request *request, sim_time t);
void l2_barriers(struct membus_l2 *l2, sim_time t); /* those that have become possible */
/* The request is answered so many clocks from t on. False where too many wait already. */
bool l2_delay(struct membus_l2 *l2, unsigned core, const struct membus_l2_request *request, uint8_t status,
              uint32_t clocks, sim_time t);
bool l2_may_delay(const struct membus_l2 *l2);
void l2_delays(struct membus_l2 *l2, sim_time t); /* those that are due */

/* Sources of the crossbar: the cores, and these. */
enum { L2_FROM_BUS = MEMBUS_CORES, L2_FROM_QUESTIONS, L2_SOURCES };

/* l2.c: a message to a core, all zero but for its kind, or with a line; a message to the bus, all zero. */
struct sim_msg_core_reply *l2_tell_line(struct membus_l2 *l2, unsigned core, enum sim_core_reply_kind kind,
                                        const uint64_t *word, sim_time t);
struct sim_msg_core_reply *l2_tell(struct membus_l2 *l2, unsigned core, enum sim_core_reply_kind kind, sim_time t);
struct sim_msg_memory_request *l2_bus(struct membus_l2 *l2, enum sim_memory_request_kind kind);
void l2_changed(struct membus_l2 *l2, sim_time t); /* who was blocked may look again */
void l2_count(struct membus_l2 *l2);               /* what follows from the rest */

static inline sim_time l2_after(const struct membus_l2 *l2, sim_time t, uint64_t clocks)
{
    return sim_clock_edge(l2->config.l2, sim_clock_ceil(l2->config.l2, t) + clocks);
}

/* The same from an edge of the L2's clock on. */
static inline sim_time l2_after_edge(const struct membus_l2 *l2, sim_time edge, uint64_t clocks)
{
    const struct sim_clock *clock = l2->config.l2;
    return sim_clock_is_uniform(clock) ? sim_time_add(edge, clocks * clock->step) : l2_after(l2, edge, clocks);
}

/* l2_state.c, l2_trace.c */
void l2_save(const struct sim_component *self, struct sim_writer *writer);
void l2_load(struct sim_component *self, struct sim_reader *reader);
void l2_trace(struct sim_component *self, struct waves_scope *scope);
void l2_show(struct sim_component *self, sim_time t);
void l2_tell_record(struct membus_l2 *l2, unsigned core, const struct sim_msg_core_request *request, sim_time issued,
                    sim_time granted, sim_time done, enum sim_source source);

/* Does anybody look at transactions? */
static inline bool l2_is_heard(const struct membus_l2 *l2)
{
    return __builtin_expect(l2->listener != NULL || (l2->scope != NULL && l2->scope->any), 0);
}

/* One record of a transaction that is done. */
static inline void l2_record(struct membus_l2 *l2, unsigned core, const struct sim_msg_core_request *request,
                             sim_time issued, sim_time granted, sim_time done, enum sim_source source)
{
    l2->counters.requests++;
    if (l2_is_heard(l2))
        l2_tell_record(l2, core, request, issued, granted, done, source);
}

#endif
