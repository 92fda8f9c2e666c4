/* IRQL and spin locks. Whoever spins spends time: it looks again some cycles later. */
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/kernel/handlers.h"

void ke_set_irql(struct kernel *k, unsigned cpu, uint8_t irql)
{
    k->cpu[cpu].irql = irql;
    ke_show(k, ke_pcr(cpu) + KE_PCR_IRQL, irql, 1);
}

static uint8_t raise(struct kernel *k, const struct kernel_call *c, uint8_t irql)
{
    unsigned cpu = c->thread->cpu;
    uint8_t before = k->cpu[cpu].irql;
    ke_set_irql(k, cpu, irql);
    return before;
}

void hle_KfRaiseIrql(struct kernel *k, struct kernel_call *c)
{
    c->result = raise(k, c, (uint8_t)kernel_arg(c, 0));
}

void hle_KeRaiseIrqlToDpcLevel(struct kernel *k, struct kernel_call *c)
{
    c->result = raise(k, c, KE_DISPATCH);
}

void hle_KfLowerIrql(struct kernel *k, struct kernel_call *c)
{
    ke_set_irql(k, c->thread->cpu, (uint8_t)kernel_arg(c, 0));
}

static bool take(struct kernel *k, const struct kernel_call *c)
{
    if (guest_u32(k, kernel_arg(c, 0)) != 0)
        return false;
    guest_put_u32(k, kernel_arg(c, 0), ke_pcr(c->thread->cpu));
    return true;
}

static void spin(struct kernel *k, struct kernel_call *c)
{
    if (!take(k, c))
        kernel_call_again(k, c, 1, kernel_timing_info[KERNEL_COST_SPIN].cycles);
}

void hle_KfAcquireSpinLock(struct kernel *k, struct kernel_call *c)
{
    if (c->step == 0) {
        (void)guest_u32(k, kernel_arg(c, 0));
        c->result = raise(k, c, KE_DISPATCH);
    }
    spin(k, c);
}

void hle_KeAcquireSpinLockAtRaisedIrql(struct kernel *k, struct kernel_call *c)
{
    spin(k, c);
}

void hle_KeTryToAcquireSpinLockAtRaisedIrql(struct kernel *k, struct kernel_call *c)
{
    c->result = take(k, c);
}

void hle_KeReleaseSpinLockFromRaisedIrql(struct kernel *k, struct kernel_call *c)
{
    guest_put_u32(k, kernel_arg(c, 0), 0);
}

void hle_KfReleaseSpinLock(struct kernel *k, struct kernel_call *c)
{
    guest_put_u32(k, kernel_arg(c, 0), 0);
    if ((uint8_t)kernel_arg(c, 1) < KE_DISPATCH)
        ke_set_irql(k, c->thread->cpu, (uint8_t)kernel_arg(c, 1));
}
