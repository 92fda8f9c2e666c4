/* Exports on APCs and DPCs. */
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/kernel/handlers.h"

void hle_KeInitializeApc(struct kernel *k, struct kernel_call *c)
{
    uint32_t apc = kernel_arg(c, 0), routine = kernel_arg(c, 4), mode = routine ? kernel_arg(c, 5) & 0xFF : 0;
    guest_put_u16(k, apc, KE_APC_RECORD);
    guest_put_u8(k, apc + KE_APC_MODE, (uint8_t)mode);
    guest_put_u8(k, apc + KE_APC_INSERTED, 0);
    guest_put_u32(k, apc + KE_APC_THREAD, kernel_arg(c, 1));
    guest_put_u32(k, apc + KE_APC_KERNEL_ROUTINE, kernel_arg(c, 2));
    guest_put_u32(k, apc + KE_APC_RUNDOWN, kernel_arg(c, 3));
    guest_put_u32(k, apc + KE_APC_ROUTINE, routine);
    guest_put_u32(k, apc + KE_APC_CONTEXT, routine ? kernel_arg(c, 6) : 0);
}

void hle_KeInsertQueueApc(struct kernel *k, struct kernel_call *c)
{
    c->result = ke_insert_apc(k, kernel_arg(c, 0), kernel_arg(c, 1), kernel_arg(c, 2));
}

void hle_KeRemoveQueueApc(struct kernel *k, struct kernel_call *c)
{
    c->result = ke_remove_apc(k, kernel_arg(c, 0));
}

void hle_KiApcNormalRoutineNop(struct kernel *k, struct kernel_call *c)
{
    (void)k, (void)c;
}

void hle_KeInitializeDpc(struct kernel *k, struct kernel_call *c)
{
    uint32_t dpc = kernel_arg(c, 0);
    guest_put_u32(k, dpc, (uint32_t)KE_DPC_RECORD << 16);
    guest_put_u32(k, dpc + KE_DPC_ROUTINE, kernel_arg(c, 1));
    guest_put_u32(k, dpc + KE_DPC_CONTEXT, kernel_arg(c, 2));
}

void hle_KeInsertQueueDpc(struct kernel *k, struct kernel_call *c)
{
    c->result = ke_insert_dpc(k, kernel_arg(c, 0), kernel_arg(c, 1), kernel_arg(c, 2));
}

void hle_KeRemoveQueueDpc(struct kernel *k, struct kernel_call *c)
{
    (void)guest_u32(k, kernel_arg(c, 0));
    c->result = ke_remove_dpc(k, kernel_arg(c, 0));
}
