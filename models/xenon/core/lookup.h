/* The usual case of an access: translation and line are there. Nothing is changed before all of it is known. */
#ifndef CYCLE360_XENON_CORE_LOOKUP_H
#define CYCLE360_XENON_CORE_LOOKUP_H

#include "models/xenon/core/core_parts.h"

/* The way of an ERAT that has the page; ERAT_WAYS where none has. */
static inline unsigned core_erat_way(const struct core_erat *erat, unsigned set, uint64_t key)
{
    return erat->entry[set][0].key == key ? 0 : erat->entry[set][1].key == key ? 1 : ERAT_WAYS;
}

static inline unsigned core_erat_set(uint64_t ea)
{
    return (unsigned)(ea >> 12) & (ERAT_SETS - 1);
}

static inline unsigned core_data_set(uint64_t ra)
{
    return (unsigned)(ra >> 7) & (L1D_SETS - 1);
}

static inline unsigned core_code_set(uint64_t ra)
{
    return (unsigned)(ra >> 7) & (L1I_SETS - 1);
}

/* The way of L1D that has the line; L1D_WAYS where none has. */
static inline unsigned core_data_way(const uint64_t *tag, uint64_t want)
{
    unsigned hits = (unsigned)(tag[0] == want) | (unsigned)(tag[1] == want) << 1 | (unsigned)(tag[2] == want) << 2 |
                    (unsigned)(tag[3] == want) << 3;
    return hits ? (unsigned)__builtin_ctz(hits) : L1D_WAYS;
}

/* The three bits of a set's tree: bit 0 says which half is to go next (1: the upper), bits 1 and 2 which way of the
 * lower and of the upper half. A touch points them away from the way. */
static inline uint8_t core_tree_touched(uint8_t tree, unsigned way)
{
    static const uint8_t cleared[4] = {3, 3, 5, 5}, set[4] = {3, 1, 4, 0};
    return (uint8_t)((tree & ~cleared[way]) | set[way]);
}

static inline unsigned core_tree_victim(uint8_t tree)
{
    return tree & 1 ? 2U + (tree >> 2 & 1) : tree >> 1 & 1U;
}

/* What an access that hits both its ERAT and L1D found. */
struct core_hit {
    uint64_t ra;
    unsigned erat_set, erat_way, set, way;
};

/* Of an access inside one aligned block. `needs`: flags that the page must have; uncached pages are not usual. The
 * line need not be there for stores. */
static inline bool core_page_hit(struct xenon_core *core, const struct core_thread *th, uint64_t ea, uint32_t needs,
                                 struct core_hit *hit)
{
    struct core_erat *erat = &core->erat[0];
    hit->erat_set = core_erat_set(ea);
    hit->erat_way = core_erat_way(erat, hit->erat_set, (ea & ~UINT64_C(0xFFF)) | th->data_key);
    if (__builtin_expect(hit->erat_way == ERAT_WAYS, 0))
        return false;
    const struct core_erat_entry *entry = &erat->entry[hit->erat_set][hit->erat_way];
    if (__builtin_expect((entry->flags & (needs | SIM_PAGE_UNCACHED)) != needs, 0))
        return false;
    hit->ra = entry->page | (ea & 0xFFF);
    hit->set = core_data_set(hit->ra);
    hit->way = core_data_way(core->l1d_tag[hit->set], (hit->ra & ~(uint64_t)(SIM_LINE - 1)) | 1);
    return true;
}

static inline uint8_t *core_hit_bytes(struct xenon_core *core, const struct core_hit *hit)
{
    return &core->l1d[hit->set * L1D_WAYS + hit->way][hit->ra & (SIM_LINE - 1)];
}

/* The access happens: its page and its line, if that is there, were used. */
static inline void core_hit_used(struct xenon_core *core, const struct core_hit *hit)
{
    core->erat[0].last[hit->erat_set] = (uint8_t)hit->erat_way;
    if (hit->way != L1D_WAYS)
        core->l1d_tree[hit->set] = core_tree_touched(core->l1d_tree[hit->set], hit->way);
}

/* Moment until which a load of these bytes waits for stores before it. */
static inline uint64_t core_behind_store(const struct xenon_core *core, uint64_t ra, unsigned bytes)
{
    uint64_t moment = core->stored_at[ra >> 3 & core->stored_mask];
    if (__builtin_expect((ra & 7) + bytes > 8, 0)) {
        for (uint64_t a = (ra & ~UINT64_C(7)) + 8; a < ra + bytes; a += 8)
            moment = later(moment, core->stored_at[a >> 3 & core->stored_mask]);
    }
    return moment;
}

static inline void core_note_store(struct xenon_core *core, uint64_t ra, unsigned bytes, uint64_t clock)
{
    uint64_t moment = MOMENT(clock + core->timing.load_hit_store, load_hit_store);
    core->stored_at[ra >> 3 & core->stored_mask] = moment;
    if (__builtin_expect((ra & 7) + bytes > 8, 0))
        for (uint64_t a = (ra & ~UINT64_C(7)) + 8; a < ra + bytes; a += 8)
            core->stored_at[a >> 3 & core->stored_mask] = moment;
}

/* Big-endian bytes. */
static inline uint64_t core_get(const uint8_t *p, unsigned bytes)
{
    uint16_t half;
    uint32_t word;
    uint64_t doubleword;
    const bool swap = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
    switch (bytes) {
    case 1:
        return *p;
    case 2:
        memcpy(&half, p, 2);
        return swap ? __builtin_bswap16(half) : half;
    case 4:
        memcpy(&word, p, 4);
        return swap ? __builtin_bswap32(word) : word;
    default:
        memcpy(&doubleword, p, 8);
        return swap ? __builtin_bswap64(doubleword) : doubleword;
    }
}

static inline void core_put(uint8_t *p, unsigned bytes, uint64_t value)
{
    const bool swap = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
    uint16_t half = swap ? __builtin_bswap16((uint16_t)value) : (uint16_t)value;
    uint32_t word = swap ? __builtin_bswap32((uint32_t)value) : (uint32_t)value;
    uint64_t doubleword = swap ? __builtin_bswap64(value) : value;
    switch (bytes) {
    case 1:
        *p = (uint8_t)value;
        break;
    case 2:
        memcpy(p, &half, 2);
        break;
    case 4:
        memcpy(p, &word, 4);
        break;
    default:
        memcpy(p, &doubleword, 8);
        break;
    }
}

/* A quadword's bytes as the vector that they are. */
static inline union xenon_vector core_vector(const uint8_t *p)
{
    union xenon_vector v;
    v.u64[XENON_D(0)] = core_get(p, 8);
    v.u64[XENON_D(1)] = core_get(p + 8, 8);
    return v;
}

/* Would a gather buffer take a store to this block at once? */
static inline bool core_gather_takes(const struct xenon_core *core, uint64_t ra)
{
    const struct core_gather *g = &core->gather[core->last_gather];
    return core->stores == 0 && ((g->used && g->store.block == (ra & ~(uint64_t)(SIM_BLOCK - 1))) ||
                                 core->gathers < core->timing.gather_buffers || core_gather_has(core, ra));
}

/* The buffer that takes it, begun now if there was none. */
static inline struct core_store *core_gather_for(struct xenon_core *core, uint64_t ra, uint64_t clock)
{
    struct core_gather *g = &core->gather[core->last_gather];
    if (__builtin_expect(g->used && g->store.block == (ra & ~(uint64_t)(SIM_BLOCK - 1)), 1))
        return &g->store;
    return core_gather_other(core, ra, clock);
}

#endif
