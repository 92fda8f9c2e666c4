/* Exports of memory: arguments in, a request to the memory manager, its changes applied, answers out. */
#include "kernel-hle/kernel/handlers.h"
#include "kernel-hle/kernel/kernel_parts.h"
#include "kernel-hle/log/log.h"
#include "kernel-hle/mm/mm.h"
#include "kernel-hle/ob/ob_parts.h"

enum { TAG_NONE = 0x656E6F4E }; /* "None", as a word */

/* Where a title keeps a number that is in and out; NULL for its null pointer. */
static uint32_t *inout(struct kernel *k, uint32_t pointer, uint32_t *value)
{
    *value = pointer ? guest_u32(k, pointer) : 0;
    return pointer ? value : NULL;
}

static bool faulted(const struct kernel *k)
{
    uint32_t address;
    bool write;
    return kernel_fault(k, &address, &write);
}

void hle_NtAllocateVirtualMemory(struct kernel *k, struct kernel_call *c)
{
    uint32_t base, size, *base_in = inout(k, kernel_arg(c, 0), &base), *size_in = inout(k, kernel_arg(c, 1), &size);
    if (faulted(k))
        return;
    c->result = mm_allocate_virtual(k->mm, base_in, size_in, kernel_arg(c, 2), kernel_arg(c, 3));
    kernel_apply_changes(k);
    if (c->result != NT_SUCCESS)
        return;
    guest_put_u32(k, kernel_arg(c, 0), base);
    guest_put_u32(k, kernel_arg(c, 1), size);
    log_other(k, c->thread, "alloc.virtual", "address", "hex", base, "size", "hex", size, "type", "hex",
              kernel_arg(c, 2), "protect", "hex", kernel_arg(c, 3), NULL);
}

void hle_NtFreeVirtualMemory(struct kernel *k, struct kernel_call *c)
{
    uint32_t base, size, *base_in = inout(k, kernel_arg(c, 0), &base), *size_in = inout(k, kernel_arg(c, 1), &size);
    if (faulted(k))
        return;
    c->result = mm_free_virtual(k->mm, base_in, size_in, kernel_arg(c, 2));
    kernel_apply_changes(k);
    if (c->result != NT_SUCCESS)
        return;
    guest_put_u32(k, kernel_arg(c, 0), base);
    guest_put_u32(k, kernel_arg(c, 1), size);
    log_other(k, c->thread, "free.virtual", "address", "hex", base, "size", "hex", size, "type", "hex",
              kernel_arg(c, 2), NULL);
}

void hle_NtProtectVirtualMemory(struct kernel *k, struct kernel_call *c)
{
    uint32_t base, size, *base_in = inout(k, kernel_arg(c, 0), &base), *size_in = inout(k, kernel_arg(c, 1), &size);
    uint32_t old = 0, out = kernel_arg(c, 3);
    if (faulted(k))
        return;
    c->result = mm_protect_virtual(k->mm, base_in, size_in, kernel_arg(c, 2), out ? &old : NULL);
    kernel_apply_changes(k);
    if (c->result != NT_SUCCESS)
        return;
    guest_put_u32(k, kernel_arg(c, 0), base);
    guest_put_u32(k, kernel_arg(c, 1), size);
    if (out)
        guest_put_u32(k, out, old);
}

void hle_NtQueryVirtualMemory(struct kernel *k, struct kernel_call *c)
{
    struct mm_information i;
    uint32_t out = kernel_arg(c, 1);
    c->result = mm_query_virtual(k->mm, kernel_arg(c, 0), out ? &i : NULL, kernel_arg(c, 2));
    if (c->result != NT_SUCCESS)
        return;
    const uint32_t word[] = {i.base, i.allocation_base, i.allocation_protect, i.region_size, i.state, i.protect,
                             i.type};
    for (unsigned n = 0; n < sizeof word / sizeof *word; n++)
        guest_put_u32(k, out + 4 * n, word[n]);
}

void hle_NtAllocateEncryptedMemory(struct kernel *k, struct kernel_call *c)
{
    uint32_t base = 0, out = kernel_arg(c, 2);
    c->result = mm_allocate_encrypted(k->mm, kernel_arg(c, 1), out ? &base : NULL);
    kernel_apply_changes(k);
    if (c->result != NT_SUCCESS)
        return;
    guest_put_u32(k, out, base);
    log_other(k, c->thread, "alloc.virtual", "address", "hex", base, "size", "hex", kernel_arg(c, 1), NULL);
}

static void allocate_physical(struct kernel *k, struct kernel_call *c, uint32_t lowest, uint32_t highest,
                              uint32_t alignment)
{
    uint32_t size = kernel_arg(c, 1), protect = kernel_arg(c, 2);
    uint32_t base = mm_allocate_physical(k->mm, size, protect, lowest, highest, alignment);
    kernel_apply_changes(k);
    c->result = base;
    log_other(k, c->thread, "alloc.physical", "address", "hex", base, "size", "hex", size, "protect", "hex", protect,
              "lowest", "hex", lowest, "highest", "hex", highest, "alignment", "hex", alignment, NULL);
}

void hle_MmAllocatePhysicalMemory(struct kernel *k, struct kernel_call *c)
{
    allocate_physical(k, c, 0, UINT32_MAX, 0);
}

void hle_MmAllocatePhysicalMemoryEx(struct kernel *k, struct kernel_call *c)
{
    allocate_physical(k, c, kernel_arg(c, 3), kernel_arg(c, 4), kernel_arg(c, 5));
}

void hle_MmFreePhysicalMemory(struct kernel *k, struct kernel_call *c)
{
    if (!mm_free_physical(k->mm, kernel_arg(c, 1)))
        return;
    kernel_apply_changes(k);
    log_other(k, c->thread, "free.physical", "address", "hex", kernel_arg(c, 1), NULL);
}

void hle_MmGetPhysicalAddress(struct kernel *k, struct kernel_call *c)
{
    c->result = mm_real_address(k->mm, kernel_arg(c, 0));
}

void hle_MmIsAddressValid(struct kernel *k, struct kernel_call *c)
{
    c->result = mm_address_valid(k->mm, kernel_arg(c, 0));
}

void hle_MmMapIoSpace(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = mm_map_io_space(kernel_arg(c, 1));
}

void hle_MmQueryAddressProtect(struct kernel *k, struct kernel_call *c)
{
    c->result = mm_query_protect(k->mm, kernel_arg(c, 0));
}

void hle_MmSetAddressProtect(struct kernel *k, struct kernel_call *c)
{
    (void)mm_set_protect(k->mm, kernel_arg(c, 0), kernel_arg(c, 1), kernel_arg(c, 2));
    kernel_apply_changes(k);
}

void hle_MmQueryAllocationSize(struct kernel *k, struct kernel_call *c)
{
    c->result = mm_allocation_size(k->mm, kernel_arg(c, 0));
}

void hle_MmQueryStatistics(struct kernel *k, struct kernel_call *c)
{
    uint32_t out = kernel_arg(c, 0);
    struct mm_statistics statistics = {.size = out ? guest_u32(k, out) : 0};
    if (faulted(k))
        return;
    c->result = mm_query_statistics(k->mm, out ? &statistics : NULL);
    if (c->result != NT_SUCCESS)
        return;
    const uint32_t word[] = {
#define X(name) statistics.name,
        MM_STATISTICS(X)
#undef X
    };
    for (unsigned n = 0; n < sizeof word / sizeof *word; n++)
        guest_put_u32(k, out + 4 * n, word[n]);
}

void hle_MmCreateKernelStack(struct kernel *k, struct kernel_call *c)
{
    c->result = mm_create_kernel_stack(k->mm, kernel_arg(c, 0));
    kernel_apply_changes(k);
}

void hle_MmDeleteKernelStack(struct kernel *k, struct kernel_call *c)
{
    c->result = mm_delete_kernel_stack(k->mm, kernel_arg(c, 0), kernel_arg(c, 1));
    kernel_apply_changes(k);
}

void hle_KeGetImagePageTableEntry(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = mm_image_page_entry(kernel_arg(c, 0));
}

/* A block of the pool; 0 where there is no room. */
static uint32_t allocate_pool(struct kernel *k, struct kernel_call *c, uint32_t size, uint32_t tag)
{
    uint8_t header[8];
    uint32_t header_at, block = mm_allocate_pool(k->mm, size, tag, &header_at, header);
    kernel_apply_changes(k);
    if (header_at)
        guest_write(k, header_at, header, sizeof header);
    log_other(k, c->thread, "alloc.pool", "address", "hex", block, "size", "hex", size, "tag", "hex", tag, NULL);
    return block;
}

/* What an object lies in is not a title's to free. */
static bool free_pool(struct kernel *k, struct kernel_call *c, uint32_t block)
{
    if (ob_in_block(k, block) || !mm_free_pool(k->mm, block))
        return false;
    kernel_apply_changes(k);
    log_other(k, c->thread, "free.pool", "address", "hex", block, NULL);
    return true;
}

void hle_ExAllocatePool(struct kernel *k, struct kernel_call *c)
{
    c->result = allocate_pool(k, c, kernel_arg(c, 0), TAG_NONE);
}

void hle_ExAllocatePoolWithTag(struct kernel *k, struct kernel_call *c)
{
    c->result = allocate_pool(k, c, kernel_arg(c, 0), kernel_arg(c, 1));
}

void hle_ExAllocatePoolTypeWithTag(struct kernel *k, struct kernel_call *c)
{
    c->result = allocate_pool(k, c, kernel_arg(c, 0), kernel_arg(c, 1));
}

void hle_ExFreePool(struct kernel *k, struct kernel_call *c)
{
    (void)free_pool(k, c, kernel_arg(c, 0));
}

void hle_ExQueryPoolBlockSize(struct kernel *k, struct kernel_call *c)
{
    c->result = mm_pool_block_size(k->mm, kernel_arg(c, 0));
}

/* Of xam: blocks of the pool, cleared, or of physical memory. */
static void xam_allocate(struct kernel *k, struct kernel_call *c, uint32_t size, uint32_t out)
{
    uint32_t block = allocate_pool(k, c, size, TAG_NONE);
    if (block)
        guest_fill(k, block, 0, size);
    guest_put_u32(k, out, block);
    c->result = block ? NT_SUCCESS : 0x8007000E;
}

void hle_XamAlloc(struct kernel *k, struct kernel_call *c)
{
    xam_allocate(k, c, kernel_arg(c, 1), kernel_arg(c, 2));
}

void hle_XamAllocEx(struct kernel *k, struct kernel_call *c)
{
    const uint32_t physical = 0x40000000;
    uint32_t how = kernel_arg(c, 0), size = kernel_arg(c, 2), out = kernel_arg(c, 3);
    if (!(kernel_arg(c, 1) & physical)) {
        xam_allocate(k, c, size, out);
        return;
    }
    uint32_t power = how >> 24 & 0xF, alignment = UINT32_C(1) << (power ? power : 12);
    uint32_t protect = how & 0xF0FFFFFF;
    if (!(protect & (MM_READONLY | MM_READWRITE)))
        protect |= MM_READWRITE;
    uint32_t base = mm_allocate_physical(k->mm, size, protect, 0, UINT32_MAX, alignment);
    kernel_apply_changes(k);
    log_other(k, c->thread, "alloc.physical", "address", "hex", base, "size", "hex", size, "protect", "hex", protect,
              "alignment", "hex", alignment, NULL);
    guest_put_u32(k, out, base);
    c->result = base ? NT_SUCCESS : 0x8007000E;
}

void hle_XamFree(struct kernel *k, struct kernel_call *c)
{
    uint32_t block = kernel_arg(c, 0);
    if (!free_pool(k, c, block) && mm_free_physical(k->mm, block)) {
        kernel_apply_changes(k);
        log_other(k, c->thread, "free.physical", "address", "hex", block, NULL);
    }
    c->result = 0;
}

/* Locks of the L2 cost a core nothing here: what it does is the cache's, not the kernel's. */
void hle_KeLockL2(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = 0;
}

void hle_KeUnlockL2(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    (void)c;
}
