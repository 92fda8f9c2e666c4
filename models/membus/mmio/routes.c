#include "models/membus/mmio/routes.h"

#include <string.h>

enum { PREFIX_BITS = 40, CHIP_BITS = 20, STRAY_PAGE_BITS = 12 };
#define BUS_BASE UINT64_C(0xC0000000)

struct membus_target membus_target_of(uint64_t real, uint64_t memory)
{
    uint64_t low = real & UINT32_MAX;
    unsigned prefix = real >> PREFIX_BITS & 3;
    if (real >> (PREFIX_BITS + 2) != 0)
        return (struct membus_target){MEMBUS_NOWHERE, real};
    if ((prefix == 0 || prefix == 2) && low >= BUS_BASE)
        return (struct membus_target){MEMBUS_BUS, low};
    if (prefix == 2 && low >> CHIP_BITS == 0)
        return (struct membus_target){MEMBUS_CHIP, UINT64_C(2) << PREFIX_BITS | low};
    return (struct membus_target){MEMBUS_MEMORY, low & (memory - 1)};
}

enum sim_status membus_routes_add(struct membus_routes *routes, const struct membus_route *row, struct sim_error *error)
{
    if (row->size == 0 || row->base + row->size < row->base || row->widths == 0 || row->widths > 15)
        return sim_fail(error, SIM_BAD_INPUT, "route %s: no address or no width", row->name);
    if (routes->count == MEMBUS_ROUTES_MAX)
        return sim_fail(error, SIM_BAD_INPUT, "route %s: more than %d routes", row->name, MEMBUS_ROUTES_MAX);
    uint32_t at = 0;
    for (uint32_t i = 0; i < routes->count; i++) {
        const struct membus_route *other = &routes->route[i];
        if (row->base < other->base + other->size && other->base < row->base + row->size)
            return sim_fail(error, SIM_BAD_INPUT, "routes %s and %s overlap at 0x%llx", other->name, row->name,
                            (unsigned long long)(row->base > other->base ? row->base : other->base));
        at += other->base < row->base;
    }
    memmove(&routes->route[at + 1], &routes->route[at], (routes->count - at) * sizeof *row);
    routes->route[at] = *row;
    routes->count++;
    return SIM_OK;
}

const struct membus_route *membus_routes_find(const struct membus_routes *routes, uint64_t address)
{
    uint32_t low = 0, high = routes->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        const struct membus_route *route = &routes->route[middle];
        if (address < route->base)
            high = middle;
        else if (address - route->base >= route->size)
            low = middle + 1;
        else
            return route;
    }
    return NULL;
}

bool membus_routes_stray(struct membus_routes *routes, uint64_t address, uint8_t size, bool write, bool refused)
{
    routes->stray_accesses++;
    for (uint32_t i = 0; i < routes->strays; i++)
        if (routes->stray[i].address >> STRAY_PAGE_BITS == address >> STRAY_PAGE_BITS &&
            routes->stray[i].write == write && routes->stray[i].refused == refused)
            return false;
    if (routes->strays == MEMBUS_STRAYS_MAX)
        return false;
    routes->stray[routes->strays++] = (struct membus_stray){address, size, write, refused};
    return true;
}

void membus_routes_reset(struct membus_routes *routes)
{
    routes->strays = 0;
    routes->stray_accesses = 0;
}

void membus_routes_save(const struct membus_routes *routes, struct sim_writer *writer)
{
    sim_put_u64(writer, routes->stray_accesses);
    sim_put_u32(writer, routes->strays);
    for (uint32_t i = 0; i < routes->strays; i++) {
        sim_put_u64(writer, routes->stray[i].address);
        sim_put_u8(writer, routes->stray[i].size);
        sim_put_u8(writer, routes->stray[i].write);
        sim_put_u8(writer, routes->stray[i].refused);
    }
}

void membus_routes_load(struct membus_routes *routes, struct sim_reader *reader)
{
    routes->stray_accesses = sim_get_u64(reader);
    routes->strays = sim_get_u32_below(reader, MEMBUS_STRAYS_MAX + 1);
    for (uint32_t i = 0; i < routes->strays; i++) {
        routes->stray[i].address = sim_get_u64(reader);
        routes->stray[i].size = sim_get_u8(reader);
        routes->stray[i].write = sim_get_u8_below(reader, 2);
        routes->stray[i].refused = sim_get_u8_below(reader, 2);
    }
}

uint64_t membus_route_turn(const struct membus_route *route, uint64_t value, uint8_t size)
{
    return route->endian == MEMBUS_BIG ? value : __builtin_bswap64(value) >> (64 - 8 * size);
}
