/* The interrupt controller of the six hardware threads.
 *
 * A thread has a window of registers: what is pending for it, what it is serving, and its task priority. An interrupt
 * is a vector, a multiple of 4 from 0x00 to 0x78 whose number is also its priority; the higher goes first. The line to
 * the thread is up while something pending is above both the task priority and everything in service. An acknowledge
 * moves the highest such vector into service and returns it; an end takes the highest one out.
 *
 * Order at one instant: interrupts that arrive, then register accesses, then inter-processor interrupts whose time has
 * come. The lines follow at once, and travel on the link to the threads. */
#ifndef CYCLE360_XENON_IIC_H
#define CYCLE360_XENON_IIC_H

#include "models/sim/mmio.h"

enum {
    IIC_THREADS = 6,
    IIC_CORES = 3,
    IIC_CORE_THREADS = 2,
    IIC_VECTOR_MASK = 0x7C,
    IIC_NO_VECTOR = 0x7C,
    IIC_WINDOW = 0x1000,
    IIC_IPIS_MAX = 64
};

enum iic_thread_reg {
#define IIC_THREAD_REG(offset, name, width, reset, writable, kind, source) IIC_##name,
#define IIC_GLOBAL_REG(...)
#include "models/xenon/iic/iic_regs.def"
#undef IIC_THREAD_REG
#undef IIC_GLOBAL_REG
    IIC_THREAD_REG_COUNT
};

enum iic_global_reg {
#define IIC_THREAD_REG(...)
#define IIC_GLOBAL_REG(offset, name, width, reset, writable, kind, source) IIC_##name,
#include "models/xenon/iic/iic_regs.def"
#undef IIC_THREAD_REG
#undef IIC_GLOBAL_REG
    IIC_GLOBAL_REG_COUNT
};

enum iic_reg_kind { IIC_REG_STORE, IIC_REG_LIVE };

struct iic_register {
    const char *name;
    uint16_t offset; /* in the thread's window, or in the controller */
    uint8_t width, kind;
    uint64_t reset, writable;
    const char *source;
};

extern const struct iic_register iic_thread_registers[IIC_THREAD_REG_COUNT];
extern const struct iic_register iic_global_registers[IIC_GLOBAL_REG_COUNT];

struct iic_config {
    const struct sim_clock *clock;
    uint32_t ipi_latency; /* clocks from a write of IPI_GENERATE to the vector's being pending, at least 1 */
    bool commands;        /* port `commands`, from the GPU's command processor */
    bool a_line_per_core; /* ports `line0` to `line2`, whose thread is that of the core; otherwise `line`, of all six */
};

/* Bit n of a mask stands for vector 4 * n. */
struct iic_thread {
    uint64_t reg[IIC_THREAD_REG_COUNT];
    uint32_t pending, in_service;
};

struct iic_ipi {
    sim_time due;
    uint8_t vector, targets;
};

struct iic_signals {
    uint32_t pending, in_service, priority, line;
};

struct iic {
    struct sim_component component;
    struct sim_in graphics, commands; /* from the GPU; its vectors and targets are the GPU's choice */
    struct sim_mmio_port mmio;
    struct sim_out line, core_line[IIC_CORES]; /* see the configuration */
    struct iic_config config;

    struct iic_thread thread[IIC_THREADS];
    uint64_t global[IIC_GLOBAL_REG_COUNT];
    struct iic_ipi ipi[IIC_IPIS_MAX]; /* under way, in the order of time, from `ipi_first` */
    uint32_t ipi_first, ipi_count;
    uint32_t lines; /* what the threads have been told; bit n: thread n's line is up */

    struct waves_scope *scope;
    struct iic_signals signals[IIC_THREADS];
};

void iic_init(struct iic *iic, const char *name, uint32_t priority, const struct iic_config *config);

/* A read without side effects. */
enum sim_mmio_status iic_peek(const struct iic *iic, uint64_t address, uint64_t *data);

#endif
