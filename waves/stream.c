#include "waves/stream.h"

/* The next chunk, with the values as they stand. */
static void begin_chunk(struct waves_stream *s)
{
    s->chunk = waves_ring_next(s->ring, s->last, s->values);
    if (!s->chunk) { /* the writer has failed: whoever closes the dump will hear why */
        s->recording = false;
        s->phase = WAVES_DONE;
        s->gate = SIM_NEVER;
        waves_registry_want_nothing(s->registry);
        return;
    }
    s->recording = true;
    s->next = waves_chunk_records(s->chunk, s->count);
    s->limit = s->next + WAVES_RAW_RECORDS - 1; /* one is kept for a step in time */
}

static bool find_room(struct waves_stream *s, sim_time time)
{
    if (s->next >= s->limit) {
        waves_stream_mark(s, s->last);
        begin_chunk(s);
        if (!s->chunk)
            return false;
    }
    SIM_CHECK(time >= s->last, "a change at %llu was emitted after that time had been closed",
              (unsigned long long)time);
    if (time - s->last > UINT32_MAX) {
        *s->next++ = (struct waves_record){0, WAVES_RAW_TIME, time};
        s->last = time;
    }
    return true;
}

void waves_stream_mark(struct waves_stream *s, sim_time time)
{
    if (!s->chunk || !s->recording)
        return;
    /* The end first: whoever reads the ring after a kill expects no record past it. */
    if (time > s->chunk->end)
        __atomic_store_n(&s->chunk->end, time, __ATOMIC_RELEASE);
    __atomic_store_n(&s->chunk->used, (uint32_t)(s->next - waves_chunk_records(s->chunk, s->count)), __ATOMIC_RELEASE);
}

static void record_from(struct waves_stream *s, sim_time time)
{
    s->last = s->begin = time;
    begin_chunk(s);
}

static void fire(struct waves_stream *s, sim_time time)
{
    s->fired_at = time;
    s->watch = UINT32_MAX;
    s->phase = WAVES_FIRED;
    s->gate = time + 1;
}

static void leave_fold(struct waves_stream *s)
{
    const struct waves_trigger *trigger = &s->trigger;
    s->gate = s->to;
    s->phase = trigger->kind == WAVES_TRIGGER_NONE ? WAVES_RECORD : WAVES_ARMED;
    if (s->phase == WAVES_RECORD || s->history)
        record_from(s, s->armed_at);
    if (s->phase != WAVES_ARMED)
        return;
    if (trigger->kind == WAVES_TRIGGER_TIME) {
        if (trigger->time >= s->armed_at && trigger->time < s->to)
            fire(s, trigger->time);
    } else if (waves_trigger_holds(trigger, s->values[trigger->signal])) {
        fire(s, s->armed_at);
    } else {
        s->watch = trigger->signal;
    }
}

static void leave_fired(struct waves_stream *s)
{
    s->phase = WAVES_RECORD;
    s->gate = s->to;
    if (s->history) {
        if (s->fired_at > s->history && s->fired_at - s->history > s->begin)
            s->begin = s->fired_at - s->history;
        waves_ring_stream(s->ring);
    } else {
        record_from(s, s->fired_at);
    }
}

void waves_stream_gate(struct waves_stream *s, sim_time time)
{
    while (time >= s->gate) {
        switch (s->phase) {
        case WAVES_FOLD:
            leave_fold(s);
            break;
        case WAVES_FIRED:
            leave_fired(s);
            break;
        case WAVES_ARMED:
        case WAVES_RECORD:
        case WAVES_DONE:
            waves_stream_mark(s, s->to);
            s->recording = false;
            s->phase = WAVES_DONE;
            s->gate = SIM_NEVER;
            waves_registry_want_nothing(s->registry);
            return;
        }
    }
}

static void put_one(struct waves_stream *s, sim_time time, uint32_t code, uint64_t value)
{
    if (s->values[code] == value)
        return;
    if (code == s->watch && waves_trigger_fires(&s->trigger, s->values[code], value))
        fire(s, time);
    if (s->recording && code < s->count) {
        if ((s->next >= s->limit || time - s->last > UINT32_MAX) && !find_room(s, time))
            return;
        *s->next++ = (struct waves_record){(uint32_t)(time - s->last), code, value};
        s->last = time;
    }
    s->values[code] = value;
}

void waves_stream_put_each(struct waves_stream *s, const struct waves_change *change, uint32_t count,
                           const uint32_t *map)
{
    for (uint32_t i = 0; i < count; i++)
        put_one(s, change[i].time, map[change[i].code], change[i].value);
}
