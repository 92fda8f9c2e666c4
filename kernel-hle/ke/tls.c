/* Thread-local storage: a block for each thread, the image's data in it and a word for each slot. Slots lie below the
 * data on the console, above it in Xenia. */
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/kernel/handlers.h"

#include <string.h>

enum { TLS_TAG = 0x20736C74 /* "tls " */, SHOWN = 256, DATA_MAX = 0x100000 };

static uint32_t slots(const struct kernel *k)
{
    const struct image *image = k->config.image;
    uint32_t count = image && image->tls.slots ? image->tls.slots : KE_TLS_SLOTS;
    return count < KE_TLS_SLOTS ? count : KE_TLS_SLOTS;
}

static uint32_t data_size(const struct kernel *k)
{
    const struct image *image = k->config.image;
    uint32_t size = image ? image->tls.size : 0;
    return size > DATA_MAX ? DATA_MAX : (size + 15) & ~UINT32_C(15);
}

static uint32_t slot_address(const struct kernel *k, const struct ke_thread *thread, uint32_t index)
{
    return k->reference.ke_tls_below ? thread->tls - 4 * (index + 1) : thread->tls + data_size(k) + 4 * index;
}

static void copy_data(struct kernel *k, const struct ke_thread *thread)
{
    const struct image *image = k->config.image;
    uint8_t bytes[256];
    uint32_t size = image ? image->tls.raw_size : 0;
    size = size > data_size(k) ? data_size(k) : size;
    for (uint32_t done = 0, part; done < size; done += part) {
        part = size - done < sizeof bytes ? size - done : sizeof bytes;
        if (!guest_readable(k, image->tls.address + done, part))
            return;
        (void)guest_read(k, image->tls.address + done, bytes, part);
        (void)guest_write(k, thread->tls + done, bytes, part);
    }
}

bool ke_make_tls(struct kernel *k, struct ke_thread *thread)
{
    uint32_t words = (4 * slots(k) + 15) & ~UINT32_C(15), header_at;
    uint8_t header[8];
    thread->tls_block = mm_allocate_pool(k->mm, words + data_size(k), TLS_TAG, &header_at, header);
    kernel_apply_changes(k);
    if (!thread->tls_block)
        return false;
    if (header_at)
        (void)guest_write(k, header_at, header, sizeof header);
    (void)guest_fill(k, thread->tls_block, 0, words + data_size(k));
    thread->tls = thread->tls_block + (k->reference.ke_tls_below ? words : 0);
    copy_data(k, thread);
    return true;
}

void ke_free_tls(struct kernel *k, struct ke_thread *thread)
{
    if (!thread->tls_block)
        return;
    (void)mm_free_pool(k->mm, thread->tls_block);
    kernel_apply_changes(k);
}

static void show(struct kernel *k, uint32_t index)
{
    if (index < SHOWN)
        ke_show(k, ke_process_address(KE_PROCESS_TITLE) + KE_PROCESS_TLS_BITS + index / 32 * 4,
                k->ke->tls_free[index / 32], 4);
}

void ke_reset_tls(struct kernel *k)
{
    uint32_t title = ke_process_address(KE_PROCESS_TITLE);
    for (uint32_t i = 0; i < KE_TLS_SLOTS; i++)
        if (i < slots(k))
            k->ke->tls_free[i / 32] |= UINT32_C(0x80000000) >> i % 32;
    for (uint32_t i = 0; i < SHOWN; i += 32)
        show(k, i);
    ke_show(k, title + KE_PROCESS_TLS_STATIC, data_size(k), 4);
    ke_show(k, title + KE_PROCESS_TLS_DATA, k->config.image ? k->config.image->tls.address : 0, 4);
    ke_show(k, title + KE_PROCESS_TLS_RAW, k->config.image ? k->config.image->tls.raw_size : 0, 4);
    ke_show(k, title + KE_PROCESS_TLS_SLOTS, 4 * slots(k), 2);
}

void hle_KeTlsAlloc(struct kernel *k, struct kernel_call *c)
{
    c->result = UINT32_MAX;
    for (uint32_t i = 0; i < KE_TLS_SLOTS / 32; i++)
        if (k->ke->tls_free[i]) {
            uint32_t index = 32 * i + (uint32_t)__builtin_clz(k->ke->tls_free[i]);
            k->ke->tls_free[i] &= ~(UINT32_C(0x80000000) >> index % 32);
            show(k, index);
            for (uint32_t t = 0; t < k->ke->threads; t++)
                ke_show(k, slot_address(k, k->ke->thread[t], index), 0, 4);
            c->result = index;
            return;
        }
}

void hle_KeTlsFree(struct kernel *k, struct kernel_call *c)
{
    uint32_t index = kernel_arg(c, 0);
    c->result = index != UINT32_MAX;
    if (index >= slots(k))
        return;
    k->ke->tls_free[index / 32] |= UINT32_C(0x80000000) >> index % 32;
    show(k, index);
}

void hle_KeTlsGetValue(struct kernel *k, struct kernel_call *c)
{
    uint32_t index = kernel_arg(c, 0);
    c->result = index < slots(k) && c->thread->tls ? guest_u32(k, slot_address(k, c->thread, index)) : 0;
}

void hle_KeTlsSetValue(struct kernel *k, struct kernel_call *c)
{
    uint32_t index = kernel_arg(c, 0);
    c->result = index < slots(k) && c->thread->tls;
    if (c->result)
        guest_put_u32(k, slot_address(k, c->thread, index), kernel_arg(c, 1));
}
