/* Lists that are pushed to and popped from at once. */
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/kernel/handlers.h"

enum { DEPTH = 4, SEQUENCE = 6 };

void hle_InterlockedPushEntrySList(struct kernel *k, struct kernel_call *c)
{
    uint32_t list = kernel_arg(c, 0), entry = kernel_arg(c, 1), head = guest_u32(k, list);
    guest_put_u32(k, entry, head);
    guest_put_u32(k, list, entry);
    guest_put_u16(k, list + DEPTH, (uint16_t)(guest_u16(k, list + DEPTH) + 1));
    guest_put_u16(k, list + SEQUENCE, (uint16_t)(guest_u16(k, list + SEQUENCE) + 1));
    c->result = head;
}

void hle_InterlockedPopEntrySList(struct kernel *k, struct kernel_call *c)
{
    uint32_t list = kernel_arg(c, 0), head = guest_u32(k, list);
    c->result = head;
    if (!head)
        return;
    guest_put_u32(k, list, guest_u32(k, head));
    guest_put_u16(k, list + DEPTH, (uint16_t)(guest_u16(k, list + DEPTH) - 1));
}

void hle_InterlockedFlushSList(struct kernel *k, struct kernel_call *c)
{
    c->result = guest_u32(k, kernel_arg(c, 0));
    guest_put_u64(k, kernel_arg(c, 0), 0);
}
