/* What stands in the place of the pipe behind the command processor: draws and events take their time, in order, and
 * nothing is drawn. Stamps are what events write to memory when they are through. */
#include "models/xenos/cp/cp_parts.h"

#include <string.h>

enum { OUT_NEEDED = 4, EVENT_MASK = 0x3F };

enum event {
    CACHE_FLUSH_TS = 4,
    CACHE_FLUSH = 6,
    TILE_FLUSH = 15,
    CACHE_FLUSH_AND_INV_TS = 20,
    CACHE_FLUSH_AND_INV = 22,
};

static uint32_t event_time(const struct cp *cp, uint32_t event)
{
    switch (event & EVENT_MASK) {
    case CACHE_FLUSH_TS:
    case CACHE_FLUSH:
    case TILE_FLUSH:
    case CACHE_FLUSH_AND_INV_TS:
    case CACHE_FLUSH_AND_INV:
        return cp->config.timing.cp_pipe_flush;
    default:
        return cp->config.timing.cp_pipe_event;
    }
}

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

bool cp_pipe_room(const struct cp *cp)
{
    return cp->stamps < cp->config.timing.cp_stamps;
}

bool cp_pipe_roll(struct cp *cp, uint64_t edge)
{
    if (!cp->state_changed)
        return true;
    uint32_t next = (cp->context + 1) % CP_CONTEXTS;
    if (cp->context_free[next] > edge) {
        cp->me.free = cp->context_free[next];
        cp->me.step = 2; /* a packet that has begun */
        return false;
    }
    cp->context_free[cp->context] = later(cp->pipe_free, edge); /* CONTEXT_DONE of the old one */
    cp->context = next;
    cp->state_changed = false;
    cp->me.free = edge + cp->config.timing.cp_me_roll;
    return true;
}

void cp_pipe_draw(struct cp *cp, uint64_t edge)
{
    cp->draws++;
    cp->pipe_free = later(cp->pipe_free, edge) + cp->config.timing.cp_pipe_draw;
}

void cp_pipe_event(struct cp *cp, uint32_t event, uint64_t edge)
{
    cp->pipe_free = later(cp->pipe_free, edge + event_time(cp, event));
}

void cp_pipe_stamp(struct cp *cp, enum cp_stamp_kind kind, uint32_t event, uint32_t address, uint32_t data,
                   uint64_t edge)
{
    cp_pipe_event(cp, event, edge);
    cp->stamp[cp->stamps++] =
        (struct cp_stamp){.kind = (uint8_t)kind, .address = address, .data = data, .due = cp->pipe_free};
}

/* Six halfwords: x and y by eights, then z, the least and the most of each. Nothing is drawn, so they are those of a
 * whole surface. */
static void write_extent(struct cp *cp, uint32_t address)
{
    static const uint16_t extent[6] = {0, 8192 / 8, 0, 8192 / 8, 0, 1};
    uint8_t bytes[sizeof extent];
    for (unsigned i = 0; i < 3; i++) {
        uint32_t big = cp_swap((uint32_t)extent[2 * i + 1] << 16 | extent[2 * i], address & 3);
        for (unsigned b = 0; b < 4; b++)
            bytes[4 * i + b] = (uint8_t)(big >> (24 - 8 * b));
    }
    cp_out_bytes(cp, address & ~3u, bytes, sizeof bytes);
}

void cp_pipe_run(struct cp *cp, uint64_t edge)
{
    static const uint8_t no_samples[32];
    while (cp->stamps != 0 && cp->stamp[0].due <= edge && cp_out_room(cp, OUT_NEEDED)) {
        const struct cp_stamp stamp = cp->stamp[0];
        memmove(cp->stamp, cp->stamp + 1, --cp->stamps * sizeof stamp);
        if (stamp.kind == CP_STAMP_WORD)
            cp_out_word(cp, stamp.address & ~3u, stamp.data, stamp.address & 3, false);
        else if (stamp.kind == CP_STAMP_EXTENT)
            write_extent(cp, stamp.address);
        else
            cp_out_bytes(cp, stamp.address & ~3u, no_samples, sizeof no_samples);
    }
}

uint64_t cp_pipe_next(const struct cp *cp)
{
    return cp->stamps != 0 && cp_out_room(cp, OUT_NEEDED) ? cp->stamp[0].due : CP_NEVER;
}
