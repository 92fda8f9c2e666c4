/* timing.def: what the kernel's own work costs, in cycles of the core. */
#ifndef CYCLE360_HLE_KERNEL_TIMING_H
#define CYCLE360_HLE_KERNEL_TIMING_H

#include <stdint.h>

enum kernel_timing {
#define TIMING(name, ...) KERNEL_COST_##name,
#include "kernel-hle/kernel/timing.def"
#undef TIMING
    KERNEL_COSTS
};

struct kernel_timing_info {
    const char *name;
    uint32_t cycles;
    const char *confidence, *source, *what;
};
extern const struct kernel_timing_info kernel_timing_info[KERNEL_COSTS];

#endif
