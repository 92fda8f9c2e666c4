/* Signals of the command processor: shown as they are after each of its events. */
#include "models/xenos/cp/cp_parts.h"
#include "waves/waves.h"

static const char *const stalls[] = {"none", "wait", "data", "display", "register", "room", "halted"};
enum { STALL_NONE, STALL_WAIT, STALL_DATA, STALL_DISPLAY, STALL_REGISTER, STALL_ROOM, STALL_HALTED };
static const char *const pfp_stalls[] = {"none", "empty", "fetch", "queue", "room", "halted"};
enum { PFP_NONE, PFP_EMPTY, PFP_FETCH, PFP_QUEUE, PFP_ROOM, PFP_HALTED };

void cp_trace(struct sim_component *self, struct waves_scope *scope)
{
    struct cp *cp = (struct cp *)self;
    struct cp_signals *signals = &cp->signals;
    cp->scope = scope;
    signals->rptr = waves_bus(scope, "rptr", 20, "word");
    signals->wptr = waves_bus(scope, "wptr", 20, "word");
    signals->ib1_left = waves_bus(scope, "ib1_left", 20, "word");
    signals->ib2_left = waves_bus(scope, "ib2_left", 20, "word");
    signals->pfp_busy = waves_wire(scope, "pfp_busy");
    signals->pfp_stall = waves_enum(scope, "pfp_stall", 3, pfp_stalls, sizeof pfp_stalls / sizeof *pfp_stalls);
    signals->meq = waves_bus(scope, "meq", 6, "piece");
    signals->packet = waves_enum(scope, "packet", 8, cp_shown_names, CP_SHOWN);
    signals->header = waves_bus(scope, "header", 32, NULL);
    signals->packet_address = waves_bus(scope, "packet_address", 32, NULL);
    signals->packet_source = waves_enum(scope, "packet_source", 2, cp_source_names, CP_SOURCES);
    signals->me_busy = waves_wire(scope, "me_busy");
    signals->stall = waves_enum(scope, "stall", 3, stalls, sizeof stalls / sizeof *stalls);
    signals->pipe_busy = waves_wire(scope, "pipe_busy");
    signals->packets = waves_bus(scope, "packets", 32, "packet");
    signals->interrupts = waves_bus(scope, "interrupts", 32, "interrupt");
    signals->errors = waves_bus(scope, "errors", 32, "packet");
    signals->mmio_count = waves_bus(scope, "mmio_count", 32, "access");
    signals->mmio_write = waves_wire(scope, "mmio_write");
    signals->mmio_address = waves_bus(scope, "mmio_address", 16, NULL);
    signals->mmio_data = waves_bus(scope, "mmio_data", 32, NULL);
}

static uint32_t shown_packet(uint32_t header)
{
    uint32_t type = header >> 30, opcode = header >> 8 & 0x7F;
    if (type == 3)
        return cp_shown_names[opcode] ? opcode : CP_SHOWN_NONE;
    return type == 0 ? CP_SHOWN_TYPE0 : CP_SHOWN_TYPE1;
}

static uint32_t stall_of(const struct cp *cp)
{
    static const uint8_t phases[CP_PHASES] = {[CP_PHASE_RUN] = STALL_NONE,
                                              [CP_PHASE_DATA] = STALL_DATA,
                                              [CP_PHASE_DISPLAY] = STALL_DISPLAY,
                                              [CP_PHASE_CHANGE] = STALL_REGISTER};
    if (cp_stopped(cp))
        return STALL_HALTED;
    if (cp->pieces == 0)
        return STALL_NONE;
    if ((cp->me.phase == CP_PHASE_RUN && cp->me.step == 2) || cp->draws_done < cp->me.draws)
        return STALL_WAIT;
    if (!cp_out_room(cp, CP_PIECE + 4) || !cp_pipe_room(cp))
        return STALL_ROOM;
    return phases[cp->me.phase];
}

static uint32_t pfp_stall_of(const struct cp *cp)
{
    const struct cp_pfp *pfp = &cp->pfp;
    if (cp_stopped(cp))
        return PFP_HALTED;
    if (!cp_out_room(cp, 4))
        return PFP_ROOM;
    if (cp_parse_next(cp) != CP_NEVER)
        return PFP_NONE;
    if (pfp->mode == CP_PARSE_PASS && cp->pieces >= cp->config.timing.cp_meq_pieces)
        return PFP_QUEUE;
    return pfp->source == CP_RING && cp->rptr == cp->reg[XENOS_CP_RB_WPTR] ? PFP_EMPTY : PFP_FETCH;
}

void cp_show_changes(struct cp *cp, sim_time t)
{
    const struct cp_signals *signals = &cp->signals;
    struct waves_scope *scope = cp->scope;
    uint64_t edge = cp_edge(cp, t), errors = 0;
    const struct cp_piece *piece = cp->pieces != 0 ? &cp->piece[cp->piece_first] : NULL;
    for (unsigned i = 0; i < CP_ERRORS; i++)
        errors += cp->report[i].count;
    waves_set_u32(scope, signals->rptr, t, cp->rptr);
    waves_set_u32(scope, signals->wptr, t, cp->reg[XENOS_CP_RB_WPTR]);
    waves_set_u32(scope, signals->ib1_left, t, cp_read(cp, XENOS_CP_IB1_BUFSZ, edge));
    waves_set_u32(scope, signals->ib2_left, t, cp_read(cp, XENOS_CP_IB2_BUFSZ, edge));
    uint32_t pfp_stall = pfp_stall_of(cp);
    waves_set_u32(scope, signals->pfp_busy, t, pfp_stall == PFP_NONE);
    waves_set_u32(scope, signals->pfp_stall, t, pfp_stall);
    waves_set_u32(scope, signals->meq, t, cp->pieces);
    waves_set_u32(scope, signals->packet, t, piece ? shown_packet(piece->header) : CP_SHOWN_NONE);
    waves_set_u32(scope, signals->header, t, piece ? piece->header : 0);
    waves_set_u32(scope, signals->packet_address, t, piece ? piece->address : 0);
    waves_set_u32(scope, signals->packet_source, t, piece ? piece->source : 0);
    waves_set_u32(scope, signals->me_busy, t, cp->pieces != 0 || cp->me.free > edge);
    waves_set_u32(scope, signals->stall, t, stall_of(cp));
    waves_set_u32(scope, signals->pipe_busy, t, cp_pipe_busy(cp, edge));
    waves_set_u32(scope, signals->packets, t, (uint32_t)cp->packets);
    waves_set_u32(scope, signals->interrupts, t, (uint32_t)cp->interrupts);
    waves_set_u32(scope, signals->errors, t, (uint32_t)errors);
    waves_set_u32(scope, signals->mmio_count, t, (uint32_t)cp->access.count);
    waves_set_u32(scope, signals->mmio_write, t, cp->access.write);
    waves_set_u32(scope, signals->mmio_address, t, cp->access.address);
    waves_set_u32(scope, signals->mmio_data, t, cp->access.data);
}

void cp_show(struct sim_component *self, sim_time t)
{
    cp_show_changes((struct cp *)self, t);
}
