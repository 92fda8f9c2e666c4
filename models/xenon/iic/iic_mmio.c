/* What an access to each register does. Nothing else is here. */
#include "models/xenon/iic/iic_parts.h"

#define ROW(offset, name, width, reset, writable, kind, source) \
    {#name, offset, width, IIC_REG_##kind, reset, writable, #source},

const struct iic_register iic_thread_registers[IIC_THREAD_REG_COUNT] = {
#define IIC_THREAD_REG ROW
#define IIC_GLOBAL_REG(...)
#include "models/xenon/iic/iic_regs.def"
#undef IIC_THREAD_REG
#undef IIC_GLOBAL_REG
};

const struct iic_register iic_global_registers[IIC_GLOBAL_REG_COUNT] = {
#define IIC_THREAD_REG(...)
#define IIC_GLOBAL_REG ROW
#include "models/xenon/iic/iic_regs.def"
#undef IIC_THREAD_REG
#undef IIC_GLOBAL_REG
};

/* The place of an offset in a list; its length where it is in none. */
static unsigned find(const struct iic_register *registers, unsigned count, uint64_t offset)
{
    unsigned i = 0;
    while (i < count && registers[i].offset != offset)
        i++;
    return i;
}

static uint64_t thread_value(const struct iic_thread *thread, enum iic_thread_reg reg)
{
    switch (reg) {
    case IIC_CAPTURE:
        return thread->pending;
    case IIC_IN_SERVICE:
        return thread->in_service;
    case IIC_ACKNOWLEDGE:
    case IIC_ACKNOWLEDGE_SET_PRIORITY:
        return iic_deliverable(thread);
    default:
        return thread->reg[reg];
    }
}

static uint64_t thread_read(struct iic_thread *thread, enum iic_thread_reg reg)
{
    uint64_t value = thread_value(thread, reg);
    if (reg == IIC_ACKNOWLEDGE || reg == IIC_ACKNOWLEDGE_SET_PRIORITY)
        iic_acknowledge(thread);
    if (reg == IIC_ACKNOWLEDGE_SET_PRIORITY && value != IIC_NO_VECTOR)
        thread->reg[IIC_TASK_PRIORITY] = value;
    return value;
}

static void set_priority(struct iic_thread *thread, uint64_t data)
{
    thread->reg[IIC_TASK_PRIORITY] = data & iic_thread_registers[IIC_TASK_PRIORITY].writable;
}

static bool thread_write(struct iic *iic, struct iic_thread *thread, enum iic_thread_reg reg, sim_time t, uint64_t data)
{
    const struct sim_clock *clock = iic->config.clock;
    switch (reg) {
    case IIC_IPI_GENERATE:
        return iic_send_ipi(iic, sim_clock_edge(clock, sim_clock_ceil(clock, t) + iic->config.ipi_latency),
                            data & IIC_VECTOR_MASK, data >> 16 & ((1u << IIC_THREADS) - 1));
    case IIC_ACKNOWLEDGE_SET_PRIORITY:
        iic_acknowledge(thread);
        set_priority(thread, data);
        return true;
    case IIC_END:
        iic_end(thread);
        return true;
    case IIC_END_SET_PRIORITY:
        iic_end(thread);
        set_priority(thread, data);
        return true;
    case IIC_THREAD_RESET:
        iic_reset_thread(thread);
        return true;
    default: {
        uint64_t writable = iic_thread_registers[reg].writable;
        thread->reg[reg] = (data & writable) | (thread->reg[reg] & ~writable);
        return true;
    }
    }
}

bool iic_access(struct iic *iic, const struct sim_msg_mmio_request *request, sim_time t, enum sim_mmio_status *status,
                uint64_t *data)
{
    uint64_t number = request->address / IIC_WINDOW;
    unsigned reg = find(iic_thread_registers, IIC_THREAD_REG_COUNT, request->address % IIC_WINDOW & ~UINT64_C(7));
    unsigned global = find(iic_global_registers, IIC_GLOBAL_REG_COUNT, request->address & ~UINT64_C(7));
    bool in_window = number < IIC_THREADS && reg != IIC_THREAD_REG_COUNT;
    *status = SIM_MMIO_OK;
    if (!in_window && global == IIC_GLOBAL_REG_COUNT) {
        *status = SIM_MMIO_UNMAPPED;
    } else if (request->size != 8 || request->address % 8 != 0) {
        *status = SIM_MMIO_REFUSED;
    } else if (in_window && request->write) {
        return thread_write(iic, &iic->thread[number], reg, t, *data);
    } else if (in_window) {
        *data = thread_read(&iic->thread[number], reg);
    } else if (request->write) {
        uint64_t writable = iic_global_registers[global].writable;
        iic->global[global] = (*data & writable) | (iic->global[global] & ~writable);
    } else {
        *data = iic->global[global];
    }
    return true;
}

enum sim_mmio_status iic_peek(const struct iic *iic, uint64_t address, uint64_t *data)
{
    uint64_t number = address / IIC_WINDOW;
    unsigned reg = find(iic_thread_registers, IIC_THREAD_REG_COUNT, address % IIC_WINDOW);
    unsigned global = find(iic_global_registers, IIC_GLOBAL_REG_COUNT, address);
    *data = UINT64_MAX;
    if (number < IIC_THREADS && reg != IIC_THREAD_REG_COUNT)
        *data = thread_value(&iic->thread[number], reg);
    else if (global != IIC_GLOBAL_REG_COUNT)
        *data = iic->global[global];
    else
        return SIM_MMIO_UNMAPPED;
    return SIM_MMIO_OK;
}
