#include "models/membus/dram/controller.h"

#include <string.h>

enum { LINE_BITS = 7 };

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

struct place {
    unsigned bank;
    uint32_t row;
};

static struct place place_of(const struct membus_timing *timing, uint64_t address)
{
    uint64_t own = address >> (LINE_BITS + 1) << LINE_BITS; /* as this controller counts */
    return (struct place){.bank = (unsigned)(own >> timing->page_bits) & ((1u << timing->bank_bits) - 1),
                          .row = (uint32_t)(own >> (timing->page_bits + timing->bank_bits))};
}

void membus_dram_reset(struct membus_dram *dram, const struct membus_timing *timing)
{
    memset(dram, 0, sizeof *dram);
    dram->timing = timing;
}

void membus_dram_queue(struct membus_dram *dram, const struct membus_dram_access *access)
{
    SIM_CHECK(dram->count < MEMBUS_QUEUE_MAX, "a memory controller with more than %d accesses", MEMBUS_QUEUE_MAX);
    dram->queue[dram->count++] = *access;
    dram->writes += access->write;
}

/* Refreshes that are due by `now`: all banks are precharged, then nothing opens for tRFC. Of several that fell into
 * idle time only the first finds rows to close and only the last can still be felt. */
static void refresh(struct membus_dram *dram, uint64_t now)
{
    const struct membus_timing *timing = dram->timing;
    for (;;) {
        uint64_t due = (dram->refreshes + 1) * timing->tREFI;
        if (due > now)
            return;
        uint64_t start = due;
        for (unsigned i = 0; i < 1u << timing->bank_bits; i++) {
            struct membus_bank *bank = &dram->bank[i];
            start = later(start, bank->open ? later(due, bank->precharge_ready) + timing->tRP : bank->active_ready);
            bank->open = false;
        }
        uint64_t done = start + timing->tRFC;
        for (unsigned i = 0; i < 1u << timing->bank_bits; i++)
            dram->bank[i].active_ready = done;
        dram->refreshes++;
        if (done <= due + timing->tREFI && dram->refreshes < now / timing->tREFI)
            dram->refreshes = now / timing->tREFI - 1;
    }
}

static bool is_hit(const struct membus_dram *dram, const struct membus_dram_access *access)
{
    struct place place = place_of(dram->timing, access->address);
    return dram->bank[place.bank].open && dram->bank[place.bank].row == place.row;
}

/* Lower goes first. */
static unsigned rank(const struct membus_dram *dram, const struct membus_dram_access *access)
{
    if (access->write)
        return dram->draining ? 0 : MEMBUS_CLASSES + 1;
    return 1u + access->kind;
}

static uint32_t select_access(struct membus_dram *dram)
{
    const struct membus_timing *timing = dram->timing;
    if (dram->writes >= timing->write_high)
        dram->draining = true;
    else if (dram->writes <= timing->write_low)
        dram->draining = false;
    if (dram->count == 1) {
        dram->hits = 0;
        return 0;
    }
    uint32_t oldest = 0;
    unsigned best = rank(dram, &dram->queue[0]);
    for (uint32_t i = 1; i < dram->count && best != 0; i++) {
        unsigned other = rank(dram, &dram->queue[i]);
        if (other < best) {
            best = other;
            oldest = i;
        }
    }
    for (uint32_t i = oldest; i < dram->count && dram->hits < timing->row_hits; i++)
        if (rank(dram, &dram->queue[i]) == best && is_hit(dram, &dram->queue[i])) {
            dram->hits = i == oldest ? 0 : dram->hits + 1;
            return i;
        }
    dram->hits = 0;
    return oldest;
}

struct membus_dram_pick membus_dram_choose(struct membus_dram *dram, uint64_t now)
{
    const struct membus_timing *timing = dram->timing;
    refresh(dram, now);
    uint32_t index = select_access(dram);
    struct membus_dram_pick pick = {.access = dram->queue[index], .row = MEMBUS_ROW_HIT};
    dram->count--;
    dram->writes -= pick.access.write;
    memmove(&dram->queue[index], &dram->queue[index + 1], (dram->count - index) * sizeof dram->queue[0]);

    struct place place = place_of(timing, pick.access.address);
    struct membus_bank *bank = &dram->bank[place.bank];
    bool write = pick.access.write;
    uint64_t column = later(now, write ? dram->write_ready : dram->read_ready);
    if (!bank->open || bank->row != place.row) {
        uint64_t active = later(later(now, dram->active_ready), bank->active_ready);
        pick.row = MEMBUS_ROW_CLOSED;
        if (bank->open) {
            pick.row = MEMBUS_ROW_CONFLICT;
            active = later(active, later(now, bank->precharge_ready) + timing->tRP);
        }
        *bank = (struct membus_bank){.open = true,
                                     .row = place.row,
                                     .opened = active,
                                     .precharge_ready = active + timing->tRAS,
                                     .active_ready = active + timing->tRC};
        dram->active_ready = active + timing->tRRD;
    }
    if (bank->opened != 0)
        column = later(column, bank->opened + (write ? timing->tRCDWR : timing->tRCDRD));
    uint64_t last = column + (pick.access.bursts - 1u) * timing->tCCD;
    uint64_t over = last + (write ? timing->tWL : timing->tCL) + timing->burst;
    pick.column = column;
    pick.first = column + (write ? timing->tWL : timing->tCL) + timing->burst;
    pick.last = over;
    if (write) {
        dram->write_ready = last + timing->tCCD;
        dram->read_ready = over + timing->tWTR;
        bank->precharge_ready = later(bank->precharge_ready, over + timing->tWR);
    } else {
        dram->read_ready = last + timing->tCCD;
        dram->write_ready = last + timing->tRTW;
        bank->precharge_ready = later(bank->precharge_ready, last + timing->tRTP);
    }
    uint64_t free = last + timing->tCCD;
    dram->next_pick = free > now + timing->ahead ? free - timing->ahead : now + 1;
    return pick;
}

void membus_dram_save(const struct membus_dram *dram, struct sim_writer *writer)
{
    for (unsigned i = 0; i < 1u << dram->timing->bank_bits; i++) {
        const struct membus_bank *bank = &dram->bank[i];
        sim_put_u8(writer, bank->open);
        sim_put_u32(writer, bank->row);
        sim_put_u64(writer, bank->opened);
        sim_put_u64(writer, bank->precharge_ready);
        sim_put_u64(writer, bank->active_ready);
    }
    sim_put_u64(writer, dram->active_ready);
    sim_put_u64(writer, dram->read_ready);
    sim_put_u64(writer, dram->write_ready);
    sim_put_u64(writer, dram->next_pick);
    sim_put_u64(writer, dram->refreshes);
    sim_put_u32(writer, dram->hits);
    sim_put_u8(writer, dram->draining);
    sim_put_u32(writer, dram->count);
    for (uint32_t i = 0; i < dram->count; i++) {
        sim_put_u64(writer, dram->queue[i].address);
        sim_put_u32(writer, dram->queue[i].tag);
        sim_put_u8(writer, dram->queue[i].kind);
        sim_put_u8(writer, dram->queue[i].bursts);
        sim_put_u8(writer, dram->queue[i].write);
    }
}

/* No schedule reaches further ahead than this: 64 lines, each with every constraint at its largest. */
enum { AHEAD_MAX = 1 << 20 };

static uint64_t get_edge(struct sim_reader *reader, uint64_t now)
{
    return sim_get_u64_below(reader, now + AHEAD_MAX);
}

void membus_dram_load(struct membus_dram *dram, struct sim_reader *reader, uint64_t now, uint32_t tags)
{
    for (unsigned i = 0; i < 1u << dram->timing->bank_bits; i++) {
        struct membus_bank *bank = &dram->bank[i];
        bank->open = sim_get_u8_below(reader, 2);
        bank->row = sim_get_u32(reader);
        bank->opened = get_edge(reader, now);
        bank->precharge_ready = get_edge(reader, now);
        bank->active_ready = get_edge(reader, now);
    }
    dram->active_ready = get_edge(reader, now);
    dram->read_ready = get_edge(reader, now);
    dram->write_ready = get_edge(reader, now);
    dram->next_pick = get_edge(reader, now);
    dram->refreshes = sim_get_u64_below(reader, now / dram->timing->tREFI + 1);
    dram->hits = sim_get_u32(reader);
    dram->draining = sim_get_u8_below(reader, 2);
    dram->count = sim_get_u32_below(reader, MEMBUS_QUEUE_MAX + 1);
    dram->writes = 0;
    for (uint32_t i = 0; i < dram->count; i++) {
        struct membus_dram_access *access = &dram->queue[i];
        access->address = sim_get_u64(reader);
        access->tag = sim_get_u32_below(reader, tags);
        access->kind = sim_get_u8_below(reader, MEMBUS_CLASSES);
        access->bursts = sim_get_u8_below(reader, 5);
        access->write = sim_get_u8_below(reader, 2);
        reader->failed |= access->bursts == 0;
        dram->writes += access->write;
    }
}
