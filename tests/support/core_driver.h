/* What stands in a core's place in tests of memory: it plays a list of requests, writes down what comes back, keeps
 * lines as an L1D would, and may give credits back late. And a device that answers every register access. */
#ifndef CYCLE360_TESTS_SUPPORT_CORE_DRIVER_H
#define CYCLE360_TESTS_SUPPORT_CORE_DRIVER_H

#include "models/sim/mmio.h"
#include "models/sim/storage.h"

#include <stdio.h>

enum { CORE_STEPS_MAX = 4096, CORE_LOG = 8192, CORE_LINES = 8, CORE_HELD_MAX = 64 };

/* Lines whose number, address / SIM_LINE % CORE_LINES, differs; they are asked for again only when they are gone. */
struct core_line {
    bool pending, held;
    uint64_t address;
    uint8_t bytes[SIM_LINE], stored[SIM_LINE]; /* own stores since it was asked for, and where */
    bool is_stored[SIM_LINE];
};

struct core_step {
    uint32_t gap; /* clocks after the step before it, at least */
    struct sim_msg_core_request request;
    bool waits; /* for the answer of the last RESERVE; data0 becomes the reserved doubleword and 1 */
};

struct core_log_entry {
    sim_time t;
    struct sim_msg_core_reply reply;
};

struct core_driver {
    struct sim_component component;
    struct sim_out request;
    struct sim_in reply;
    const struct core_step *step;
    uint32_t steps;
    uint32_t late; /* clocks by which credits come back late, at most */
    bool keeps;    /* lines */

    uint32_t next;
    uint64_t edge; /* of the next step, at the earliest */
    bool reserving;
    uint64_t reserved, stored; /* the doubleword; conditional stores that were done */
    struct core_line line[CORE_LINES];
    uint32_t held;
    uint64_t held_edge[CORE_HELD_MAX];

    uint32_t logged;
    struct core_log_entry log[CORE_LOG];
};

void core_driver_init(struct core_driver *driver, const char *name, const struct sim_clock *clock, uint32_t priority,
                      const struct core_step *step, uint32_t steps);
void core_driver_print(const struct core_driver *driver, FILE *out);

/* Reads give 0x100 times the number of accesses so far, plus the low byte of the address. Each access is written down.
 */
struct core_device {
    struct sim_component component;
    struct sim_mmio_port mmio;
    uint32_t accesses;
    struct sim_msg_mmio_request log[64];
    sim_time at[64];
};

void core_device_init(struct core_device *device, const char *name, const struct sim_clock *clock, uint32_t priority);

#endif
