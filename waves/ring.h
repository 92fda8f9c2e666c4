/* The ring between the simulation and the writer thread: chunks of raw records (raw.h) in a shared mapping of the file
 * beside the dump, so that what has been recorded outlives the process.
 *
 * The simulation fills one chunk after the other and waits while all are full. While the ring keeps history (for
 * --last) nobody takes chunks out: it grows up to its limit, and the oldest are reused once nobody can want them any
 * more. */
#ifndef CYCLE360_WAVES_RING_H
#define CYCLE360_WAVES_RING_H

#include "waves/raw.h"

struct waves_ring;

/* `path` NULL: a ring without a name, for dumps into pipes and devices. `bytes` is its limit. With `history` nothing is
 * taken out before waves_ring_stream(), and chunks may be dropped that end `history` before the present. */
enum sim_status waves_ring_new(const char *path, const struct waves_signals *signals, const char *comment,
                               uint64_t bytes, sim_time history, struct waves_ring **ring, struct sim_error *error);
/* Frees it and removes its file. */
void waves_ring_free(struct waves_ring *ring);

/* The simulation's side. waves_ring_next hands over the chunk that was being filled, which then ends at `now`, and
 * begins one whose values are those given; NULL once the ring has been given up. */
struct waves_chunk *waves_ring_next(struct waves_ring *ring, sim_time now, const uint64_t *values);
void waves_ring_stream(struct waves_ring *ring);
void waves_ring_finish(struct waves_ring *ring, sim_time end);
bool waves_ring_is_given_up(struct waves_ring *ring);

/* The writer's side. Take blocks; NULL after the last chunk. A ring that is given up takes no more and never blocks. */
struct waves_chunk *waves_ring_take(struct waves_ring *ring);
void waves_ring_release(struct waves_ring *ring);
void waves_ring_give_up(struct waves_ring *ring);

#endif
