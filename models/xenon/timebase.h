/* The time base and decrementer of one core: a 64-bit counter that counts up at 1/64 of the core clock, and a 32-bit
 * one that counts down beside it and asks for an interrupt while it is negative.
 *
 * It is one synchronous circuit: its only clock is the time base's, and its ports are seen on that clock, so a register
 * access waits for the next time-base edge, as it would in the synchroniser between two clocks. Edge 0 is the reset. At
 * every later edge, in this order: the counters step, if CONTROL enables them; one register access is carried out, if
 * one waits and its answer can be sent; the interrupt line follows the decrementer's sign, whatever changed it.
 *
 * The model acts on accesses and on changes of sign only; in between the counters follow from the number of the edge.
 * The hypervisor decrementer is left out. */
#ifndef CYCLE360_XENON_TIMEBASE_H
#define CYCLE360_XENON_TIMEBASE_H

#include "models/sim/mmio.h"

enum timebase_reg {
#define TIMEBASE_REG(offset, name, bytes, reset, writable, source) TIMEBASE_##name,
#include "models/xenon/timebase.def"
#undef TIMEBASE_REG
    TIMEBASE_REG_COUNT
};

struct timebase_register {
    const char *name;
    uint8_t offset, bytes;
    uint64_t reset, writable;
    const char *source;
};

extern const struct timebase_register timebase_registers[TIMEBASE_REG_COUNT];

enum { TIMEBASE_ENABLE = 0x100 };

struct timebase_config {
    const struct sim_clock *clock; /* the time base's */
    uint8_t thread;                /* that the decrementer interrupts */
};

struct timebase_counters {
    uint64_t tb;
    uint32_t dec, control;
};

struct timebase_signals {
    uint32_t tb, dec, running, irq, strobe, write, address, data;
};

struct timebase {
    struct sim_component component;
    struct sim_mmio_port mmio;
    struct sim_out line;
    struct timebase_config config;

    uint64_t edge;                     /* the last one at which something was done */
    struct timebase_counters counters; /* after it */
    bool line_up;                      /* what the thread has been told */
    struct timebase_access {           /* the last one carried out, for the waves */
        uint64_t edge;                 /* 0: none yet */
        uint64_t data;
        uint16_t address;
        bool write;
    } access;

    struct waves_scope *scope;
    struct timebase_signals signals;
    uint64_t shown; /* the counters of all earlier edges have been emitted */
};

void timebase_init(struct timebase *timebase, const char *name, uint32_t priority,
                   const struct timebase_config *config);

/* A read without side effects, as of the component's time. */
enum sim_mmio_status timebase_peek(const struct timebase *timebase, uint64_t address, unsigned size, uint64_t *data);

#endif
