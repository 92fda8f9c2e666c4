/* Exports on time. */
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/kernel/handlers.h"

void hle_KeQuerySystemTime(struct kernel *k, struct kernel_call *c)
{
    guest_put_u64(k, kernel_arg(c, 0), ke_system_time(k));
}

void hle_KeQueryInterruptTime(struct kernel *k, struct kernel_call *c)
{
    c->result = ke_interrupt_time(k);
}

void hle_KeQueryPerformanceFrequency(struct kernel *k, struct kernel_call *c)
{
    c->result = ke_time_base_frequency(k);
}

void hle_NtSetSystemTime(struct kernel *k, struct kernel_call *c)
{
    uint64_t time = guest_u64(k, kernel_arg(c, 0));
    if (kernel_arg(c, 1))
        guest_put_u64(k, kernel_arg(c, 1), ke_system_time(k));
    uint32_t address;
    bool write;
    if (kernel_fault(k, &address, &write))
        return;
    k->ke->time_shift += time - ke_system_time(k);
    ke_show_time(k);
    c->result = NT_SUCCESS;
}

void hle_KeStallExecutionProcessor(struct kernel *k, struct kernel_call *c)
{
    enum { STEP_US = 1000 }; /* so that clock ticks are not late */
    if (c->step == 0)
        c->local[0] = kernel_arg(c, 0);
    uint64_t us = c->local[0] > STEP_US ? STEP_US : c->local[0];
    c->local[0] -= us;
    if (us)
        kernel_call_again(k, c, 1,
                          (uint32_t)(us * k->config.core->hz_numerator / (k->config.core->hz_denominator * 1000000)));
}
