/* The figures of timing.def. */
#ifndef CYCLE360_XENOS_CP_TIMING_H
#define CYCLE360_XENOS_CP_TIMING_H

#include <stdint.h>

struct cp_timing {
#define CP_TIMING(name, ...) uint32_t name;
#include "models/xenos/cp/timing.def"
#undef CP_TIMING
};

/* The retail board's. */
struct cp_timing cp_timing_default(void);

#endif
