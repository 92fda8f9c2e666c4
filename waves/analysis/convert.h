/* From any dump to any format. */
#ifndef CYCLE360_WAVES_ANALYSIS_CONVERT_H
#define CYCLE360_WAVES_ANALYSIS_CONVERT_H

#include "models/sim/time.h"

#include <stdint.h>

struct waves_conversion {
    const char *in, *out;
    const char *probe; /* NULL: all signals */
    sim_time from, to; /* [from, to); to == 0: the end */
};

/* *changes: how many were written, without the first values. */
enum sim_status waves_convert(const struct waves_conversion *conversion, uint64_t *changes, struct sim_error *error);

#endif
