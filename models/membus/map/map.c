#include "models/membus/map/map.h"

#include <stdlib.h>
#include <string.h>

const struct membus_region membus_regions[MEMBUS_REGIONS] = {
#define REGION(name, base, size, page_bits, kind, real, confidence, source) \
    {#name, base, size, page_bits, MEMBUS_##kind, real, #confidence, source},
#include "models/membus/map/regions.def"
#undef REGION
};

const char *const membus_fault_text[MEMBUS_FAULT_REASONS] = {
#define X(name, text) text,
    MEMBUS_FAULTS(X)
#undef X
};

static uint32_t pages_of(const struct membus_region *region)
{
    return region->size >> region->page_bits;
}

enum sim_status membus_map_init(struct membus_map *map, uint64_t memory, struct sim_error *error)
{
    *map = (struct membus_map){.memory = memory};
    for (unsigned i = 0; i < MEMBUS_REGIONS; i++) {
        map->page[i] = calloc(pages_of(&membus_regions[i]), sizeof *map->page[i]);
        if (!map->page[i]) {
            membus_map_free(map);
            return sim_fail(error, SIM_HOST, "no memory for the map of %s", membus_regions[i].name);
        }
    }
    membus_map_reset(map);
    return SIM_OK;
}

void membus_map_free(struct membus_map *map)
{
    for (unsigned i = 0; i < MEMBUS_REGIONS; i++) {
        free(map->page[i]);
        map->page[i] = NULL;
    }
}

void membus_map_reset(struct membus_map *map)
{
    for (unsigned i = 0; i < MEMBUS_REGIONS; i++) {
        const struct membus_region *region = &membus_regions[i];
        memset(map->page[i], 0, pages_of(region) * sizeof *map->page[i]);
        for (uint32_t p = 0; region->kind == MEMBUS_DEVICE && p < pages_of(region); p++)
            map->page[i][p] = (region->real + (p << region->page_bits)) | MEMBUS_READ_WRITE | SIM_PAGE_UNCACHED |
                              SIM_PAGE_GUARDED | MEMBUS_PAGE_PRESENT;
    }
}

const struct membus_region *membus_map_region(uint64_t address)
{
    for (unsigned i = 0; i < MEMBUS_REGIONS; i++)
        if (address >= membus_regions[i].base && address - membus_regions[i].base < membus_regions[i].size)
            return &membus_regions[i];
    return NULL;
}

/* The pages of [base, base + size), if they can be changed. */
static enum sim_status find(struct membus_map *map, const char *what, uint64_t base, uint64_t size,
                            const struct membus_region **region, membus_page **first, uint32_t *count,
                            struct sim_error *error)
{
    const struct membus_region *r = *region = membus_map_region(base);
    if (!r || r->kind == MEMBUS_DEVICE)
        return sim_fail(error, SIM_GUEST, "cannot %s 0x%llx: %s", what, (unsigned long long)base,
                        r ? "a device answers there" : membus_fault_text[MEMBUS_FAULT_HOLE]);
    uint64_t page = UINT64_C(1) << r->page_bits;
    if (base % page != 0 || size % page != 0 || size == 0)
        return sim_fail(error, SIM_GUEST, "cannot %s 0x%llx, 0x%llx bytes: pages of %s have 0x%llx", what,
                        (unsigned long long)base, (unsigned long long)size, r->name, (unsigned long long)page);
    if (size > r->size - (base - r->base))
        return sim_fail(error, SIM_GUEST, "cannot %s 0x%llx, 0x%llx bytes: %s ends at 0x%llx", what,
                        (unsigned long long)base, (unsigned long long)size, r->name,
                        (unsigned long long)r->base + r->size - 1);
    *first = map->page[r - membus_regions] + ((base - r->base) >> r->page_bits);
    *count = (uint32_t)(size >> r->page_bits);
    return SIM_OK;
}

enum sim_status membus_map_set(struct membus_map *map, uint64_t base, uint64_t size, uint64_t real, uint32_t flags,
                               struct sim_error *error)
{
    const struct membus_region *region;
    membus_page *page;
    uint32_t count;
    enum sim_status status = find(map, "map", base, size, &region, &page, &count, error);
    if (status != SIM_OK)
        return status;
    if (region->kind == MEMBUS_PHYSICAL)
        real = (base & MEMBUS_VIEW_MASK) + region->real;
    else if (real % (UINT64_C(1) << region->page_bits) != 0)
        return sim_fail(error, SIM_GUEST, "cannot map 0x%llx to 0x%llx: not the beginning of a page of %s",
                        (unsigned long long)base, (unsigned long long)real, region->name);
    if (real >= map->memory || size > map->memory - real)
        return sim_fail(error, SIM_GUEST, "cannot map 0x%llx, 0x%llx bytes, to 0x%llx: memory ends at 0x%llx",
                        (unsigned long long)base, (unsigned long long)size, (unsigned long long)real,
                        (unsigned long long)map->memory - 1);
    flags = (flags & (MEMBUS_PAGE_SIM | MEMBUS_PAGE_GUARD)) | MEMBUS_PAGE_PRESENT;
    for (uint32_t i = 0; i < count; i++)
        page[i] = ((uint32_t)real + (i << region->page_bits)) | flags;
    return SIM_OK;
}

enum sim_status membus_map_unset(struct membus_map *map, uint64_t base, uint64_t size, struct sim_error *error)
{
    const struct membus_region *region;
    membus_page *page;
    uint32_t count;
    enum sim_status status = find(map, "unmap", base, size, &region, &page, &count, error);
    if (status == SIM_OK)
        memset(page, 0, count * sizeof *page);
    return status;
}

enum sim_status membus_map_protect(struct membus_map *map, uint64_t base, uint64_t size, uint32_t flags,
                                   struct sim_error *error)
{
    const struct membus_region *region;
    membus_page *page;
    uint32_t count;
    enum sim_status status = find(map, "protect", base, size, &region, &page, &count, error);
    if (status != SIM_OK)
        return status;
    for (uint32_t i = 0; i < count; i++)
        if (!(page[i] & MEMBUS_PAGE_PRESENT))
            return sim_fail(error, SIM_GUEST, "cannot protect 0x%llx: %s",
                            (unsigned long long)base + ((uint64_t)i << region->page_bits),
                            membus_fault_text[MEMBUS_FAULT_ABSENT]);
    flags = (flags & (MEMBUS_PAGE_SIM | MEMBUS_PAGE_GUARD)) | MEMBUS_PAGE_PRESENT;
    for (uint32_t i = 0; i < count; i++)
        page[i] = (page[i] & ~(uint32_t)MEMBUS_PAGE_FLAGS) | flags;
    return SIM_OK;
}

struct membus_query membus_map_query(const struct membus_map *map, uint64_t address)
{
    struct membus_query query = {.region = membus_map_region(address)};
    if (!query.region)
        return query;
    unsigned bits = query.region->page_bits;
    uint32_t number = ((uint32_t)address - query.region->base) >> bits;
    membus_page page = map->page[query.region - membus_regions][number];
    query.base = query.region->base + (number << bits);
    query.size = 1u << bits;
    query.real = page & ~(uint32_t)MEMBUS_PAGE_FLAGS;
    query.flags = page & MEMBUS_PAGE_FLAGS;
    return query;
}

bool membus_map_access(const struct membus_map *map, uint64_t address, enum membus_access access, uint64_t *real,
                       struct membus_fault *fault)
{
    static const uint32_t needs[] = {SIM_PAGE_USER_READ, SIM_PAGE_USER_WRITE, SIM_PAGE_EXECUTE};
    const struct membus_region *region = membus_map_region(address);
    uint32_t offset = region ? (uint32_t)(address - region->base) : 0;
    membus_page page = region ? map->page[region - membus_regions][offset >> region->page_bits] : 0;
    bool may = page & MEMBUS_PAGE_PRESENT && !(page & MEMBUS_PAGE_GUARD) && page & needs[access];
    if (may)
        *real = (page & ~(uint32_t)MEMBUS_PAGE_FLAGS) + (offset & ((1u << region->page_bits) - 1));
    *fault = (struct membus_fault){.address = address,
                                   .access = access,
                                   .reason = may                             ? MEMBUS_FAULT_NONE
                                             : !region                       ? MEMBUS_FAULT_HOLE
                                             : !(page & MEMBUS_PAGE_PRESENT) ? MEMBUS_FAULT_ABSENT
                                             : page & MEMBUS_PAGE_GUARD      ? MEMBUS_FAULT_GUARDED
                                                                             : MEMBUS_FAULT_PROTECTED};
    return may;
}

void membus_map_translate(const struct membus_map *map, uint64_t address, struct sim_msg_core_reply *reply)
{
    struct membus_query query = membus_map_query(map, address);
    reply->status = (query.flags & MEMBUS_PAGE_PRESENT) != 0;
    reply->data0 = reply->data1 = 0;
    if (!reply->status)
        return;
    uint32_t rights = MEMBUS_READ_WRITE | SIM_PAGE_EXECUTE;
    reply->data0 = query.real | (query.flags & MEMBUS_PAGE_SIM & ~(query.flags & MEMBUS_PAGE_GUARD ? rights : 0));
    reply->data1 = query.region->page_bits;
}

/* Runs of pages with the same flags that follow each other in memory too. */
void membus_map_save(const struct membus_map *map, struct sim_writer *writer)
{
    for (unsigned r = 0; r < MEMBUS_REGIONS; r++) {
        uint32_t count = pages_of(&membus_regions[r]), step = 1u << membus_regions[r].page_bits;
        const membus_page *page = map->page[r];
        for (uint32_t from = 0, to; from < count; from = to) {
            for (to = from + 1; to < count && page[to] == (page[from] ? page[to - 1] + step : 0); to++) {
            }
            if (page[from]) {
                sim_put_u32(writer, to - from);
                sim_put_u32(writer, from);
                sim_put_u32(writer, page[from]);
            }
        }
        sim_put_u32(writer, 0);
    }
}

void membus_map_load(struct membus_map *map, struct sim_reader *reader)
{
    for (unsigned r = 0; r < MEMBUS_REGIONS; r++) {
        const struct membus_region *region = &membus_regions[r];
        uint32_t pages = pages_of(region), next = 0, count;
        memset(map->page[r], 0, pages * sizeof *map->page[r]);
        while ((count = sim_get_u32(reader)) != 0 && !reader->failed) {
            uint32_t from = sim_get_u32(reader);
            membus_page page = sim_get_u32(reader);
            uint64_t end = (page & ~(uint64_t)MEMBUS_PAGE_FLAGS) + ((uint64_t)count << region->page_bits);
            bool device = region->kind == MEMBUS_DEVICE;
            if (from < next || from >= pages || count > pages - from || !(page & MEMBUS_PAGE_PRESENT) ||
                end > (device ? UINT64_C(1) << 32 : map->memory)) {
                reader->failed = true;
                return;
            }
            for (uint32_t i = 0; i < count; i++)
                map->page[r][from + i] = page + (i << region->page_bits);
            next = from + count;
        }
    }
}
