/* The writer thread: takes chunks out of a ring and drives a format with them. */
#ifndef CYCLE360_WAVES_WRITER_H
#define CYCLE360_WAVES_WRITER_H

#include "waves/format.h"
#include "waves/ring.h"

#include <pthread.h>

struct waves_writer {
    struct waves_ring *ring;
    struct waves_format *format;
    uint32_t signals;
    const sim_time *begin; /* of the dump: earlier changes only make its first values. Read once chunks come. */
    sim_time began;        /* where it really began: later, where history had been dropped */
    uint64_t changes;      /* after the first values */
    pthread_t thread;
};

/* ring, format, signals and begin are set. */
enum sim_status waves_writer_start(struct waves_writer *writer, struct sim_error *error);
/* After waves_ring_finish or waves_ring_give_up. */
void waves_writer_join(struct waves_writer *writer);

#endif
