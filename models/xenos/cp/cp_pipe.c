/* Draws and events on their way through the pipe, in order, and who waits for them: stamps, which are what events write
 * to memory when they are through, contexts, coherency requests and the micro engine.
 *
 * A draw is handed on to who draws (models/xenos/pipe), which says when it is done. What follows it begins to take its
 * time then. */
#include "models/xenos/cp/cp_parts.h"

#include <string.h>

enum { OUT_NEEDED = 4, EVENT_MASK = 0x3F, SOURCE_IMMEDIATE = 1, INVALID = 1 };

enum event {
    CACHE_FLUSH_TS = 4,
    CACHE_FLUSH = 6,
    TILE_FLUSH = 15,
    CACHE_FLUSH_AND_INV_TS = 20,
    CACHE_FLUSH_AND_INV = 22,
};

static bool flushes(uint32_t event)
{
    switch (event & EVENT_MASK) {
    case CACHE_FLUSH_TS:
    case CACHE_FLUSH:
    case TILE_FLUSH:
    case CACHE_FLUSH_AND_INV_TS:
    case CACHE_FLUSH_AND_INV:
        return true;
    default:
        return false;
    }
}

static uint32_t event_time(const struct cp *cp, uint32_t event)
{
    return flushes(event) ? cp->config.timing.cp_pipe_flush : cp->config.timing.cp_pipe_event;
}

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static bool under_way(const struct cp *cp)
{
    return cp->draws_sent != cp->draws_done;
}

bool cp_pipe_busy(const struct cp *cp, uint64_t edge)
{
    return under_way(cp) || cp->pipe_free > edge;
}

bool cp_pipe_room(const struct cp *cp)
{
    return cp->stamps < cp->config.timing.cp_stamps && cp->draws_sent - cp->draws_done < CP_DRAWS_WANTED;
}

void cp_pipe_wait(struct cp *cp, uint64_t edge)
{
    struct cp_me *me = &cp->me;
    me->draws = cp->draws_sent;
    if (me->phase != CP_PHASE_CHANGE)
        me->free = later(me->free, later(cp->pipe_free, edge));
}

void cp_pipe_coherency(struct cp *cp, enum cp_coherency which, uint64_t edge)
{
    cp->coher_draws[which] = cp->draws_sent;
    cp->coher_done[which] = under_way(cp) ? CP_NEVER : later(cp->pipe_free, edge) + cp->config.timing.cp_coherency;
    cp->caches_invalid = true;
}

bool cp_pipe_roll(struct cp *cp, uint64_t edge)
{
    if (!cp->state_changed)
        return true;
    uint32_t next = (cp->context + 1) % CP_CONTEXTS;
    if (cp->context_free[next] > edge || cp->context_draws[next] > cp->draws_done) {
        cp->me.free = later(cp->me.free, cp->context_free[next]);
        cp->me.draws = cp->context_draws[next];
        cp->me.step = 2; /* a packet that has begun */
        return false;
    }
    cp->context_free[cp->context] = later(cp->pipe_free, edge); /* CONTEXT_DONE of the old one */
    cp->context_draws[cp->context] = cp->draws_sent;
    cp->context = next;
    cp->state_changed = false;
    cp->me.free = edge + cp->config.timing.cp_me_roll;
    return true;
}

/* The registers stay as they are until they have been looked at. One too many, which only accesses by the processor can
 * begin, is lost. */
static void send_draw(struct cp *cp, uint64_t edge)
{
    sim_time t = sim_clock_edge(cp->config.clock, edge);
    if (cp->draws_sent - cp->draws_done >= CP_DRAWS || !sim_out_ready(&cp->pipe, t))
        return;
    struct sim_msg_draw *draw = sim_out_put(&cp->pipe, t);
    *draw = (struct sim_msg_draw){.number = cp->draws_sent++, .flags = cp->caches_invalid ? INVALID : 0};
    cp->caches_invalid = false;
    cp->me.free = later(cp->me.free, edge + cp->pipe.link->latency);
}

void cp_pipe_draw(struct cp *cp, uint64_t edge)
{
    uint32_t initiator = cp->reg[XENOS_VGT_DRAW_INITIATOR];
    uint32_t indices = XENOS_GET(initiator, VGT_DRAW_INITIATOR, NUM_INDICES);
    cp->draws++;
    cp->immediates = cp->immediates_due = 0;
    if (!cp->config.pipe) {
        cp->pipe_free = later(cp->pipe_free, edge) + cp->config.timing.cp_pipe_draw;
        return;
    }
    if (XENOS_GET(initiator, VGT_DRAW_INITIATOR, SOURCE_SELECT) == SOURCE_IMMEDIATE)
        cp->immediates_due = XENOS_GET(initiator, VGT_DRAW_INITIATOR, INDEX_SIZE) ? indices : (indices + 1) / 2;
    if (cp->immediates_due == 0)
        send_draw(cp, edge);
}

void cp_pipe_immediate(struct cp *cp, uint32_t word, uint64_t edge)
{
    if (cp->immediates_due == 0)
        return;
    cp->immediate[cp->immediates++] = word;
    if (--cp->immediates_due == 0)
        send_draw(cp, edge);
}

void cp_pipe_event(struct cp *cp, uint32_t event, uint64_t edge)
{
    cp->caches_invalid |= flushes(event);
    cp->pipe_free = later(cp->pipe_free, edge + event_time(cp, event));
}

void cp_pipe_stamp(struct cp *cp, enum cp_stamp_kind kind, uint32_t event, uint32_t address, uint32_t data,
                   uint64_t edge)
{
    cp_pipe_event(cp, event, edge);
    cp->stamp[cp->stamps++] = (struct cp_stamp){.kind = (uint8_t)kind,
                                                .address = address,
                                                .data = data,
                                                .least = edge + event_time(cp, event),
                                                .draws = cp->draws_sent,
                                                .due = under_way(cp) ? CP_NEVER : cp->pipe_free};
}

void cp_pipe_done(struct cp *cp, uint64_t edge)
{
    if (!under_way(cp))
        return; /* a message out of a spoilt file */
    uint64_t through = edge + cp->config.timing.cp_pipe_draw;
    cp->draws_done++;
    cp->pipe_free = later(cp->pipe_free, through);
    for (unsigned i = 0; i < CP_CONTEXTS; i++)
        if (cp->context_draws[i] == cp->draws_done)
            cp->context_free[i] = later(cp->context_free[i], through);
    for (uint32_t i = 0; i < cp->stamps; i++) {
        struct cp_stamp *stamp = &cp->stamp[i];
        if (stamp->due == CP_NEVER && stamp->draws <= cp->draws_done)
            stamp->due = later(later(through, stamp->least), i != 0 ? cp->stamp[i - 1].due : 0);
    }
    for (unsigned i = 0; i < CP_COHERS; i++)
        if (cp->coher_draws[i] == cp->draws_done) {
            cp->coher_done[i] = cp->pipe_free + cp->config.timing.cp_coherency;
            cp_engine_changed(cp, cp->coher_done[i]);
        }
    if (cp->me.draws == cp->draws_done && cp->me.phase != CP_PHASE_CHANGE)
        cp->me.free = later(cp->me.free, through);
}

/* Six halfwords: x and y by eights, then z, the least and the most of each. No pixel is drawn, so they are those of a
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
