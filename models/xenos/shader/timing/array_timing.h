/* The figures of timing.def. */
#ifndef CYCLE360_XENOS_SHADER_TIMING_ARRAY_TIMING_H
#define CYCLE360_XENOS_SHADER_TIMING_ARRAY_TIMING_H

#include <stdint.h>

struct xenos_array_timing {
#define ARRAY_TIMING(name, ...) uint32_t name;
#include "models/xenos/shader/timing/timing.def"
#undef ARRAY_TIMING
};

/* The retail board's. */
struct xenos_array_timing xenos_array_timing_default(void);

#endif
