/* Between the files of the GPU chip's side of memory. */
#ifndef CYCLE360_MEMBUS_NORTH_PARTS_H
#define CYCLE360_MEMBUS_NORTH_PARTS_H

#include "models/membus/fsb/north.h"

/* north.c */
void north_answer(struct membus_north *north, unsigned slot, enum sim_memory_reply_kind kind, sim_time ready);
/* The request of the slot is done: its credit goes back. */
void north_done(struct membus_north *north, unsigned slot, sim_time t);

/* north_io.c: a request for a device; sends what devices have credits for; takes a device's answer. */
void north_io_begin(struct membus_north *north, unsigned slot, sim_time t);
void north_io_send(struct membus_north *north, sim_time t);
void north_io_answered(struct membus_north *north, unsigned device, sim_time t);
sim_time north_io_next(const struct membus_north *north);

/* north_state.c */
void north_save(const struct sim_component *self, struct sim_writer *writer);
void north_load(struct sim_component *self, struct sim_reader *reader);
void north_trace(struct sim_component *self, struct waves_scope *scope);
void north_show(struct sim_component *self, sim_time t);
void north_tell_record(struct membus_north *north, const struct membus_slot *slot, sim_time done);
void north_rebuild(struct membus_north *north); /* what follows from the saved state */

/* One record of a request that is done. */
static inline void north_record(struct membus_north *north, const struct membus_slot *slot, sim_time done)
{
    north->records++;
    if (__builtin_expect(north->listener != NULL || north->scope != NULL, 0))
        north_tell_record(north, slot, done);
}

#endif
