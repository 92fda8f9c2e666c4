#include "kernel-hle/rtl/context.h"

#include "kernel-hle/loader/bytes.h"

static void put64(uint8_t *at, uint64_t value)
{
    bytes_put_be32(at, (uint32_t)(value >> 32));
    bytes_put_be32(at + 4, (uint32_t)value);
}

bool rtl_context_put(struct kernel *k, uint32_t address, const struct ke_registers *r)
{
    uint8_t bytes[RTL_CONTEXT_SIZE] = {0};
    bytes_put_be32(bytes + RTL_CONTEXT_FLAGS, RTL_CONTEXT_ALL);
    bytes_put_be32(bytes + RTL_CONTEXT_MSR, (uint32_t)r->msr);
    bytes_put_be32(bytes + RTL_CONTEXT_PC, (uint32_t)r->nia);
    bytes_put_be32(bytes + RTL_CONTEXT_LR, (uint32_t)r->lr);
    put64(bytes + RTL_CONTEXT_CTR, r->ctr);
    bytes_put_be32(bytes + RTL_CONTEXT_CR, r->cr);
    bytes_put_be32(bytes + RTL_CONTEXT_XER, r->xer);
    put64(bytes + RTL_CONTEXT_FPSCR, r->fpscr);
    bytes_put_be32(bytes + RTL_CONTEXT_VSCR + 12, r->vscr);
    for (unsigned i = 0; i < 32; i++) {
        put64(bytes + RTL_CONTEXT_GPR + 8 * i, r->gpr[i]);
        put64(bytes + RTL_CONTEXT_FPR + 8 * i, r->fpr[i]);
    }
    for (unsigned i = 0; i < 128; i++)
        for (unsigned d = 0; d < 2; d++)
            put64(bytes + RTL_CONTEXT_VR + 16 * i + 8 * d, r->vr[i].u64[XENON_D(d)]);
    return guest_write(k, address, bytes, sizeof bytes);
}

bool rtl_context_get(struct kernel *k, uint32_t address, struct ke_registers *r)
{
    uint8_t bytes[RTL_CONTEXT_SIZE];
    if (!guest_read(k, address, bytes, sizeof bytes))
        return false;
    r->nia = bytes_be32(bytes + RTL_CONTEXT_PC) & ~UINT32_C(3);
    r->lr = bytes_be32(bytes + RTL_CONTEXT_LR);
    r->ctr = bytes_be64(bytes + RTL_CONTEXT_CTR);
    r->cr = bytes_be32(bytes + RTL_CONTEXT_CR);
    r->xer = bytes_be32(bytes + RTL_CONTEXT_XER);
    r->fpscr = bytes_be32(bytes + RTL_CONTEXT_FPSCR + 4);
    r->vscr = bytes_be32(bytes + RTL_CONTEXT_VSCR + 12) & (XENON_VSCR_NJ | XENON_VSCR_SAT);
    for (unsigned i = 0; i < 32; i++) {
        r->gpr[i] = bytes_be64(bytes + RTL_CONTEXT_GPR + 8 * i);
        r->fpr[i] = bytes_be64(bytes + RTL_CONTEXT_FPR + 8 * i);
    }
    for (unsigned i = 0; i < 128; i++)
        for (unsigned d = 0; d < 2; d++)
            r->vr[i].u64[XENON_D(d)] = bytes_be64(bytes + RTL_CONTEXT_VR + 16 * i + 8 * d);
    return true;
}
