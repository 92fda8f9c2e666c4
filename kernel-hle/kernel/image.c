/* The kernel's image in guest memory, and the title's map. */
#include "kernel-hle/kernel/kernel_parts.h"

#include <string.h>

uint32_t kernel_own_address(enum kernel_own own)
{
    return kernel_export_address(kernel_export_count() + own);
}

static void put_words(uint8_t *at, uint32_t first, uint32_t second)
{
    for (unsigned i = 0; i < 4; i++) {
        at[i] = (uint8_t)(first >> (24 - 8 * i));
        at[4 + i] = (uint8_t)(second >> (24 - 8 * i));
    }
}

void kernel_write_trampolines(struct kernel *k)
{
    static const struct {
        uint32_t first, second;
    } own[KERNEL_OWNS] = {
#define OWN(name, first, second, what) {first, second},
#include "kernel-hle/kernel/own.def"
#undef OWN
    };
    uint8_t code[KERNEL_TRAMPOLINES_SIZE];
    size_t exports = kernel_export_count();
    SIM_CHECK((exports + KERNEL_OWNS) * KERNEL_TRAMPOLINE <= sizeof code, "no room for %zu exports", exports);
    memset(code, 0, sizeof code);
    for (size_t i = 0; i < exports; i++)
        put_words(code + i * KERNEL_TRAMPOLINE, 0x44000002, 0x4E800020);
    for (size_t i = 0; i < KERNEL_OWNS; i++)
        put_words(code + (exports + i) * KERNEL_TRAMPOLINE, own[i].first, own[i].second);
    (void)guest_write(k, KERNEL_TRAMPOLINES, code, sizeof code);
    nt_status status = mm_protect_image(k->mm, KERNEL_TRAMPOLINES, 1, MM_EXECUTE_READ); /* the page that they lie in */
    SIM_CHECK(status == NT_SUCCESS, "the kernel's image is not where it should be");
    kernel_apply_changes(k);
}

void kernel_apply_changes(struct kernel *k)
{
    struct membus_map *map = k->config.host.map;
    struct sim_error error;
    for (size_t i = 0, n = mm_change_count(k->mm); i < n; i++) {
        const struct mm_change *change = &mm_changes(k->mm)[i];
        enum sim_status status = SIM_OK;
        switch (change->kind) {
        case MM_MAP:
            status = membus_map_set(map, change->address, change->size, change->real, mm_page_flags(change->protect),
                                    &error);
            if (status == SIM_OK && change->zero)
                k->config.host.zero(k->config.host.context, change->real, change->size);
            break;
        case MM_GUARD_PAGES:
            status = membus_map_set(map, change->address, change->size, 0, mm_page_flags(change->protect), &error);
            break;
        case MM_UNMAP:
            status = membus_map_unset(map, change->address, change->size, &error);
            break;
        default:
            status = membus_map_protect(map, change->address, change->size, mm_page_flags(change->protect), &error);
            break;
        }
        SIM_CHECK(status == SIM_OK, "the title's map: %s", error.text);
        k->config.host.map_changed(k->config.host.context, change->address, change->size);
    }
}
