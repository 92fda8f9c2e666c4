/* The kernel's own loads and stores of records that titles see. */
#include "kernel-hle/ke/ke_parts.h"

/* Where a byte is; false where there is no memory. */
static bool real_of(struct kernel *k, uint32_t address, uint64_t *real)
{
    struct membus_query query = membus_map_query(k->config.host.map, address);
    *real = query.real + (uint64_t)(address - query.base);
    return query.region && query.region->kind != MEMBUS_DEVICE && query.flags & MEMBUS_PAGE_PRESENT &&
           !(query.flags & MEMBUS_PAGE_GUARD);
}

void ke_show(struct kernel *k, uint32_t address, uint64_t value, unsigned size)
{
    uint8_t bytes[8];
    uint64_t real, end;
    for (unsigned i = 0; i < size; i++)
        bytes[i] = (uint8_t)(value >> (8 * (size - 1 - i)));
    if (!real_of(k, address, &real))
        return;
    if (real_of(k, address + size - 1, &end) && end == real + size - 1)
        k->config.host.write(k->config.host.context, real, bytes, size);
    else
        for (unsigned i = 0; i < size && real_of(k, address + i, &real); i++)
            k->config.host.write(k->config.host.context, real, &bytes[i], 1);
}

uint64_t ke_look(struct kernel *k, uint32_t address, unsigned size)
{
    uint64_t value = 0, real;
    for (unsigned i = 0; i < size; i++) {
        uint8_t byte = 0;
        if (real_of(k, address + i, &real))
            k->config.host.read(k->config.host.context, real, &byte, 1);
        value = value << 8 | byte;
    }
    return value;
}

void ke_show_list(struct kernel *k, uint32_t address)
{
    ke_show(k, address, (uint64_t)address << 32 | address, 8);
}
