/* The time base in Verilog (timebase.v), compiled by Verilator, behind the contract of every component: the same
 * ports, signals and saved form as models/xenon/timebase.h. */
#ifndef CYCLE360_TESTS_COSIM_VERILATED_TIMEBASE_H
#define CYCLE360_TESTS_COSIM_VERILATED_TIMEBASE_H

#include "models/sim/mmio.h"

struct verilated_circuit; /* the Verilated model */

struct verilated_signals {
    uint32_t tb, dec, running, irq, strobe, write, address, data;
};

struct verilated_timebase {
    struct sim_component component;
    struct sim_mmio_port mmio;
    struct sim_out line;
    uint8_t thread;
    bool line_up; /* what the thread has been told */
    struct verilated_circuit *circuit;

    struct waves_scope *scope;
    struct verilated_signals signals;
};

#ifdef __cplusplus
extern "C" {
#endif

void verilated_timebase_init(struct verilated_timebase *timebase, const char *name, uint32_t priority,
                             const struct sim_clock *clock, uint8_t thread);
void verilated_timebase_free(struct verilated_timebase *timebase);
/* A fault: one bit of the decrementer changes by itself. */
void verilated_timebase_flip(struct verilated_timebase *timebase, unsigned bit);

#ifdef __cplusplus
}
#endif

#endif
