/* The memory of a core rig. */
#ifndef CYCLE360_TESTS_SUPPORT_CORE_RIG_MEMORY_H
#define CYCLE360_TESTS_SUPPORT_CORE_RIG_MEMORY_H

#include "tests/support/core_rig.h"

void core_rig_memory_init(struct core_rig_memory *memory, const struct sim_clock *clock, unsigned cores,
                          uint64_t line_clock);

#endif
