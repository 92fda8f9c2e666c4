/* The merged stream: changes in their final order, on their way into the ring. Here it is decided what a dump holds:
 * windows, triggers and history.
 *
 *     FOLD    before --from: changes only keep the table of values up to date
 *     ARMED   waiting for the trigger; with --last already recording into the ring
 *     FIRED   the trigger's time is known, and changes at that very time still come
 *     RECORD  recording, until --to
 *     DONE    nothing more will be recorded
 *
 * A dump begins with the values as they are after all changes at its first instant. */
#ifndef CYCLE360_WAVES_STREAM_H
#define CYCLE360_WAVES_STREAM_H

#include "waves/registry.h"
#include "waves/ring.h"
#include "waves/trigger.h"

enum waves_phase { WAVES_FOLD, WAVES_ARMED, WAVES_FIRED, WAVES_RECORD, WAVES_DONE };

struct waves_stream {
    /* what every change touches */
    sim_time gate;    /* the phase ends before the first change at or after this time */
    sim_time last;    /* of the record before */
    uint64_t *values; /* by code, and one more for a signal that is only watched */
    struct waves_record *next, *limit;
    uint32_t watch; /* code of the trigger's signal while armed, else UINT32_MAX */
    uint32_t count; /* codes that are dumped: a watched signal may lie behind them */
    bool recording;

    enum waves_phase phase;
    struct waves_chunk *chunk;
    struct waves_ring *ring;
    struct waves_registry *registry;
    struct waves_trigger trigger; /* its signal is a code */
    sim_time to, history;
    sim_time armed_at; /* end of FOLD */
    sim_time fired_at; /* SIM_NEVER: not yet */
    sim_time begin;    /* of the dump, once that is known */
};

void waves_stream_gate(struct waves_stream *stream, sim_time time);
void waves_stream_put_each(struct waves_stream *stream, const struct waves_change *change, uint32_t count,
                           const uint32_t *map);
/* After a merge: everything before `time` is in. */
void waves_stream_mark(struct waves_stream *stream, sim_time time);

/* The next changes: of one time, which is not before that of the ones before, and of signals whose codes rise. */
static inline void waves_stream_put(struct waves_stream *stream, const struct waves_change *change, uint32_t count,
                                    const uint32_t *map)
{
    sim_time time = change->time;
    if (__builtin_expect(time >= stream->gate, 0))
        waves_stream_gate(stream, time);
    bool plain = stream->recording && stream->watch == UINT32_MAX && time - stream->last <= UINT32_MAX &&
                 stream->limit - stream->next >= count;
    if (__builtin_expect(!plain, 0)) {
        waves_stream_put_each(stream, change, count, map);
        return;
    }
    struct waves_record *next = stream->next;
    uint64_t *values = stream->values;
    uint32_t dumped = stream->count, delta = (uint32_t)(time - stream->last);
    for (uint32_t i = 0; i < count; i++) { /* written in any case, kept if it is a change */
        uint32_t code = map[change[i].code];
        uint64_t value = change[i].value;
        bool kept = values[code] != value && code < dumped;
        *next = (struct waves_record){delta, code, value};
        next += kept;
        delta = kept ? 0 : delta;
        values[code] = value;
    }
    stream->last = next != stream->next ? time : stream->last;
    stream->next = next;
}

/* merge.c: moves every change before `limit` from the scopes into the stream. */
void waves_merge(struct waves_registry *registry, struct waves_stream *stream, sim_time limit);

#endif
