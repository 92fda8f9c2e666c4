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

/* The way that was touched last, as the tree tells it. To touch it again changes nothing. */
static inline unsigned core_tree_recent(uint8_t tree)
{
    static const uint8_t recent[8] = {3, 1, 3, 0, 2, 1, 2, 0};
    return recent[tree & 7];
}

/* What an access that hits its ERAT, and L1D perhaps, found; and what becomes of the marks of use if it happens. */
struct core_hit {
    uint64_t ra;
    uint8_t *line; /* NULL: not in L1D */
    uint8_t *last, *tree;
    uint8_t erat_way, touched;
};

/* Of an access inside one aligned block. `needs`: flags that the page must have; uncached pages are not usual. What was
 * used last is looked at first. */
static inline bool core_page_hit(struct xenon_core *core, const struct core_thread *th, uint64_t ea, uint32_t needs,
                                 struct core_hit *hit)
{
    const uint64_t key = (ea & ~UINT64_C(0xFFF)) | th->data_key;
    const unsigned page = core_erat_set(ea);
    hit->last = &core->erat[0].last[page];
    hit->erat_way = *hit->last;
    const struct core_erat_entry *entry = &core->erat[0].entry[page][hit->erat_way];
    if (__builtin_expect(entry->key != key, 0)) {
        hit->erat_way ^= 1;
        entry = &core->erat[0].entry[page][hit->erat_way];
        if (entry->key != key)
            return false;
    }
    if (__builtin_expect((entry->flags & (needs | SIM_PAGE_UNCACHED)) != needs, 0))
        return false;
    hit->ra = entry->page | (ea & 0xFFF);
    const uint64_t want = (hit->ra & ~(uint64_t)(SIM_LINE - 1)) | 1;
    const unsigned set = core_data_set(hit->ra);
    hit->tree = &core->l1d_tree[set];
    hit->touched = *hit->tree;
    unsigned way = core_tree_recent(hit->touched);
    if (__builtin_expect(core->l1d_tag[set][way] != want, 0)) {
        way = core_data_way(core->l1d_tag[set], want);
        if (way == L1D_WAYS) {
            hit->line = NULL;
            return true;
        }
        hit->touched = core_tree_touched(hit->touched, way);
    }
    hit->line = core->l1d[set * L1D_WAYS + way];
    return true;
}

static inline uint8_t *core_hit_bytes(const struct core_hit *hit)
{
    return hit->line + (hit->ra & (SIM_LINE - 1));
}

/* The access happens: its page and its line, if that is there, were used. */
static inline void core_hit_used(const struct core_hit *hit)
{
    *hit->last = hit->erat_way;
    *hit->tree = hit->touched;
}

/* The record of an address, where its page and its line were the ones used last of their sets and nothing is left to be
 * done; NULL where it must be looked up. */
static inline struct core_insn *core_code_at_once(const struct xenon_core *core, const struct core_thread *th,
                                                  uint64_t nia)
{
    const unsigned page = core_erat_set(nia);
    const struct core_erat_entry *entry = &core->erat[1].entry[page][core->erat[1].last[page]];
    if (entry->key != ((nia & ~UINT64_C(0xFFF)) | th->code_key) || !(entry->flags & SIM_PAGE_EXECUTE))
        return NULL;
    const uint64_t ra = entry->page | (nia & 0xFFF);
    const unsigned set = core_code_set(ra);
    struct core_code_line *line = &core->l1i[set * L1I_WAYS + core->l1i_last[set]];
    if (line->tag != ((ra & ~(uint64_t)(SIM_LINE - 1)) | 1) || line->ea != (nia & ~(uint64_t)(SIM_LINE - 1)))
        return NULL;
    struct core_insn *in = &line->insn[nia >> 2 & (LINE_WORDS - 1)];
    return in->handler == HANDLER_UNKNOWN ? NULL : in;
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

/* Of a store that issues at m. */
static inline void core_note_store(struct xenon_core *core, uint64_t ra, unsigned bytes, uint64_t m)
{
    uint64_t moment = (m & ~CAUSE_MASK) + core->behind_store;
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

/* Is it the gather buffer of the last store that takes this one? */
static inline bool core_gathers_on(const struct xenon_core *core, uint64_t ra)
{
    const struct core_gather *g = &core->gather[core->last_gather];
    return g->used && g->store.block == (ra & ~(uint64_t)(SIM_BLOCK - 1));
}

/* Would a buffer take a store to this block at once? */
static inline bool core_gather_takes(const struct xenon_core *core, uint64_t ra)
{
    return core->gathers < core->timing.gather_buffers || core_gather_has(core, ra);
}

#endif
