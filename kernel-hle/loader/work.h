/* Work that takes a while: how it tells of itself, and how it is asked to stop. */
#ifndef CYCLE360_HLE_LOADER_WORK_H
#define CYCLE360_HLE_LOADER_WORK_H

#include "models/sim/status.h"

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

struct loader_work {
    void (*tell)(void *context, uint64_t done, uint64_t total); /* bytes; NULL to hear nothing */
    void *context;
    const volatile sig_atomic_t *stop; /* NULL, or what a signal sets: the work ends with SIM_HOST, nothing half-made */
};

static inline enum sim_status loader_work_tell(const struct loader_work *work, uint64_t done, uint64_t total,
                                               struct sim_error *error)
{
    if (work->stop != NULL && *work->stop != 0)
        return sim_fail(error, SIM_HOST, "interrupted");
    if (work->tell != NULL)
        work->tell(work->context, done, total);
    return SIM_OK;
}

#endif
