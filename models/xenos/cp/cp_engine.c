/* The micro engine: packets in their order, each with its cost. A handler has its effects when the packet begins; the
 * engine is busy until the cost is over. */
#include "models/xenos/cp/cp_parts.h"

#include <string.h>

enum { OUT_NEEDED = CP_PIECE + 4 };

static uint32_t row(const struct cp *cp, uint32_t offset)
{
    return *(const uint32_t *)(const void *)((const char *)&cp->config.timing + offset);
}

bool cp_engine_get(struct cp *cp, bool memory, uint32_t where, uint64_t edge, uint32_t *value)
{
    struct cp_me *me = &cp->me;
    if (me->step == 1) {
        *value = me->value;
        return true;
    }
    if (memory) {
        me->swap = where & 3;
        me->phase = CP_PHASE_DATA;
        cp_fetch_begin(cp, CP_DATA, where & ~3u, 1);
        return false;
    }
    where &= XENOS_REGISTERS - 1;
    if (!cp_is_display(where) || !cp->config.display) {
        *value = cp_read(cp, where, edge);
        cp_read_done(cp, where);
        return true;
    }
    me->phase = CP_PHASE_DISPLAY;
    me->answered = false;
    cp_out_display(cp, where, false, 0);
    return false;
}

/* Type 0 and 1. */
static uint64_t write_registers(struct cp *cp, const struct cp_piece *piece, uint64_t edge)
{
    uint32_t header = piece->header;
    if (header >> 30 == 1) {
        cp_write(cp, header & 0x7FF, piece->word[0], edge);
        cp_write(cp, header >> 11 & 0x7FF, piece->word[1], edge);
    } else {
        uint32_t index = header & 0x7FFF, step = header >> 15 & 1 ? 0 : 1;
        index += step * piece->offset;
        for (uint32_t i = 0; i < piece->count; i++, index += step)
            cp_write(cp, index & (XENOS_REGISTERS - 1), piece->word[i], edge);
    }
    return (uint64_t)piece->count * cp->config.timing.cp_me_register;
}

static bool room(const struct cp *cp)
{
    return cp_out_room(cp, OUT_NEEDED) && cp_pipe_room(cp);
}

static bool may_go_on(const struct cp *cp)
{
    const struct cp_me *me = &cp->me;
    if (cp->pieces == 0 || cp_stopped(cp) || !room(cp) || cp->draws_done < me->draws)
        return false;
    switch (me->phase) {
    case CP_PHASE_DATA:
        return me->dwords != 0 ? cp_fetch_count(cp, CP_DATA, 1) != 0 : cp_fetch_here(cp, CP_DATA, 1);
    case CP_PHASE_DISPLAY:
        return me->answered;
    default:
        return true;
    }
}

static void finish(struct cp *cp, const struct cp_piece *piece, uint64_t done)
{
    struct cp_me *me = &cp->me;
    if (cp->pieces == 0)
        return; /* it has reset the engine that carries it out */
    if (piece->offset + piece->count == piece->total) {
        cp->packets++;
        if (cp->listener) {
            struct cp_piece told = *piece;
            if (piece->offset != 0) { /* of a long packet its first words are all that is kept */
                told.count = 2;
                memcpy(told.word, me->word, sizeof me->word);
            }
            cp_tell(cp, &told, cp->begun, done, CP_CARRIED_OUT);
        }
    }
    cp->piece_first = (cp->piece_first + 1) % CP_PIECES;
    cp->pieces--;
    me->phase = CP_PHASE_RUN;
    me->step = 0;
    me->free = done;
}

void cp_engine_run(struct cp *cp, uint64_t edge)
{
    struct cp_me *me = &cp->me;
    if (!may_go_on(cp) || edge < me->free)
        return;
    const struct cp_piece *piece = &cp->piece[cp->piece_first];
    if (edge < piece->ready)
        return;
    const struct cp_timing *timing = &cp->config.timing;
    if (me->phase == CP_PHASE_DATA && me->dwords == 0) {
        cp_fetch_take(cp, CP_DATA, &me->value, 1);
        me->step = 1;
    } else if (me->phase == CP_PHASE_DISPLAY) {
        me->step = 1;
    }
    bool first = me->phase == CP_PHASE_RUN && piece->offset == 0 && me->step == 0;
    if (first) {
        cp->begun = edge;
        memcpy(me->word, piece->word, sizeof me->word);
    }
    me->phase = CP_PHASE_RUN;
    uint64_t cost = piece->offset == 0 ? timing->cp_me_packet : 0;
    if (piece->header >> 30 != 3) {
        cost += write_registers(cp, piece, edge);
    } else {
        const struct cp_packet *packet = &cp_packets[piece->header >> 8 & 0x7F];
        if (!packet->handler || (piece->offset != 0 && !packet->pieces)) {
            cost = 1;
        } else if (!packet->handler(cp, piece, edge)) {
            return;
        } else {
            uint64_t times = packet->pieces ? piece->count : 1;
            cost += times * row(cp, packet->cost);
        }
    }
    finish(cp, piece, (me->free > edge ? me->free : edge) + cost);
}

uint64_t cp_engine_next(const struct cp *cp)
{
    if (!may_go_on(cp))
        return CP_NEVER;
    uint64_t ready = cp->piece[cp->piece_first].ready;
    return cp->me.free > ready ? cp->me.free : ready;
}

/* A wait for a register looks every so often. In between nothing happens, so it is told of changes instead, and looks
 * the next time that it would have. */
void cp_engine_changed(struct cp *cp, uint64_t edge)
{
    struct cp_me *me = &cp->me;
    if (me->phase != CP_PHASE_CHANGE)
        return;
    uint64_t next =
        edge <= me->origin ? me->origin : me->origin + (edge - me->origin + me->period - 1) / me->period * me->period;
    me->free = next < me->free ? next : me->free;
}
