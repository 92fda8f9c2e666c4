#include "models/membus/dram/ram.h"

#include <stdlib.h>
#include <string.h>

static uint32_t pages_of(const struct membus_ram *ram)
{
    return (uint32_t)(ram->size / MEMBUS_RAM_PAGE);
}

enum sim_status membus_ram_init(struct membus_ram *ram, uint64_t size, struct sim_error *error)
{
    *ram = (struct membus_ram){.size = size};
    if (size < MEMBUS_RAM_PAGE || size > UINT64_C(1) << 32 || (size & (size - 1)) != 0)
        return sim_fail(error, SIM_BAD_INPUT, "memory of 0x%llx bytes: not a power of two from 64 KiB to 4 GiB",
                        (unsigned long long)size);
    ram->page = calloc(pages_of(ram), sizeof *ram->page);
    if (!ram->page)
        return sim_fail(error, SIM_HOST, "no memory for a memory of 0x%llx bytes", (unsigned long long)size);
    return SIM_OK;
}

void membus_ram_reset(struct membus_ram *ram)
{
    for (uint32_t i = 0; i < pages_of(ram); i++) {
        free(ram->page[i]);
        ram->page[i] = NULL;
    }
}

void membus_ram_free(struct membus_ram *ram)
{
    if (!ram->page)
        return;
    membus_ram_reset(ram);
    free(ram->page);
    ram->page = NULL;
}

static uint8_t *page_to_write(struct membus_ram *ram, uint32_t index)
{
    if (!ram->page[index]) {
        ram->page[index] = calloc(1, MEMBUS_RAM_PAGE);
        SIM_CHECK(ram->page[index], "out of memory for a page of main memory");
    }
    return ram->page[index];
}

void membus_ram_read(const struct membus_ram *ram, uint64_t address, void *bytes, size_t size)
{
    uint8_t *to = bytes;
    while (size != 0) {
        address &= ram->size - 1;
        size_t offset = address % MEMBUS_RAM_PAGE, part = MEMBUS_RAM_PAGE - offset;
        part = part < size ? part : size;
        const uint8_t *page = ram->page[address / MEMBUS_RAM_PAGE];
        if (page)
            memcpy(to, page + offset, part);
        else
            memset(to, 0, part);
        to += part;
        address += part;
        size -= part;
    }
}

void membus_ram_write(struct membus_ram *ram, uint64_t address, const void *bytes, size_t size)
{
    const uint8_t *from = bytes;
    while (size != 0) {
        address &= ram->size - 1;
        size_t offset = address % MEMBUS_RAM_PAGE, part = MEMBUS_RAM_PAGE - offset;
        part = part < size ? part : size;
        memcpy(page_to_write(ram, (uint32_t)(address / MEMBUS_RAM_PAGE)) + offset, from, part);
        from += part;
        address += part;
        size -= part;
    }
}

const uint8_t *membus_ram_line(const struct membus_ram *ram, uint64_t address)
{
    address &= (ram->size - 1) & ~(uint64_t)(SIM_LINE - 1);
    const uint8_t *page = ram->page[address / MEMBUS_RAM_PAGE];
    return page ? page + address % MEMBUS_RAM_PAGE : NULL;
}

uint8_t *membus_ram_line_to_write(struct membus_ram *ram, uint64_t address)
{
    address &= (ram->size - 1) & ~(uint64_t)(SIM_LINE - 1);
    return page_to_write(ram, (uint32_t)(address / MEMBUS_RAM_PAGE)) + address % MEMBUS_RAM_PAGE;
}

static bool all_zero(const uint8_t *page)
{
    return page[0] == 0 && memcmp(page, page + 1, MEMBUS_RAM_PAGE - 1) == 0;
}

void membus_ram_save(const struct membus_ram *ram, struct sim_writer *writer)
{
    for (uint32_t i = 0; i < pages_of(ram); i++)
        if (ram->page[i] && !all_zero(ram->page[i])) {
            sim_put_u32(writer, i + 1);
            sim_put_bytes(writer, ram->page[i], MEMBUS_RAM_PAGE);
        }
    sim_put_u32(writer, 0);
}

void membus_ram_load(struct membus_ram *ram, struct sim_reader *reader)
{
    membus_ram_reset(ram);
    uint32_t last = 0, next;
    while ((next = sim_get_u32_below(reader, pages_of(ram) + UINT64_C(1))) != 0 && !reader->failed) {
        reader->failed |= next <= last;
        if (reader->failed)
            return;
        sim_get_bytes(reader, page_to_write(ram, next - 1), MEMBUS_RAM_PAGE);
        last = next;
    }
}
