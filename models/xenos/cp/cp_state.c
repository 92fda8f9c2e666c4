/* Saves. What a file says is never trusted as an index or a count. */
#include "models/xenos/cp/cp_parts.h"

static void save_fetch(const struct cp *cp, struct sim_writer *writer)
{
    for (unsigned i = 0; i < CP_SLOTS; i++) {
        const struct cp_slot *slot = &cp->slot[i];
        sim_put_u8(writer, slot->state);
        if (slot->state == CP_SLOT_FREE)
            continue;
        sim_put_u8(writer, slot->source);
        sim_put_u8(writer, slot->first);
        sim_put_u8(writer, slot->count);
        sim_put_u8(writer, slot->taken);
        for (unsigned w = 0; slot->state == CP_SLOT_HERE && w < slot->count; w++)
            sim_put_u32(writer, slot->word[w]);
    }
    for (unsigned i = 0; i < CP_SOURCES; i++) {
        const struct cp_stream *stream = &cp->stream[i];
        sim_put_u32(writer, stream->ask);
        sim_put_u32(writer, stream->left);
        sim_put_u32(writer, stream->rest);
        sim_put_u32(writer, stream->at);
        sim_put_u32(writer, stream->spans);
        for (uint32_t s = 0; s < stream->spans; s++)
            sim_put_u32(writer, stream->span[s]);
    }
}

static void save_stages(const struct cp *cp, struct sim_writer *writer)
{
    const struct cp_pfp *pfp = &cp->pfp;
    sim_put_u8(writer, pfp->mode);
    sim_put_u8(writer, pfp->source);
    sim_put_u32(writer, pfp->header);
    sim_put_u32(writer, pfp->address);
    sim_put_u32(writer, pfp->total);
    sim_put_u32(writer, pfp->offset);
    sim_put_u64(writer, pfp->free);
    sim_put_u32(writer, cp->pieces);
    for (uint32_t i = 0; i < cp->pieces; i++) {
        const struct cp_piece *piece = &cp->piece[(cp->piece_first + i) % CP_PIECES];
        sim_put_u32(writer, piece->header);
        sim_put_u32(writer, piece->address);
        sim_put_u32(writer, piece->total);
        sim_put_u32(writer, piece->offset);
        sim_put_u32(writer, piece->count);
        sim_put_u8(writer, piece->source);
        sim_put_u64(writer, piece->ready);
        for (uint32_t w = 0; w < piece->count; w++)
            sim_put_u32(writer, piece->word[w]);
    }
    const struct cp_me *me = &cp->me;
    sim_put_u8(writer, me->phase);
    sim_put_u8(writer, me->step);
    sim_put_u8(writer, me->answered);
    sim_put_u32(writer, me->value);
    sim_put_u32(writer, me->word[0]);
    sim_put_u32(writer, me->word[1]);
    sim_put_u32(writer, me->dwords);
    sim_put_u32(writer, me->target);
    sim_put_u32(writer, me->swap);
    sim_put_u64(writer, me->free);
    sim_put_u64(writer, me->draws);
    sim_put_u64(writer, me->origin);
    sim_put_u64(writer, me->period);
    sim_put_u64(writer, cp->begun);
}

static void save_out(const struct cp *cp, struct sim_writer *writer)
{
    sim_put_u32(writer, cp->outs);
    for (uint32_t i = 0; i < cp->outs; i++) {
        const struct cp_out *out = &cp->out[(cp->out_first + i) % CP_OUT];
        sim_put_u8(writer, out->kind);
        sim_put_u32(writer, out->address);
        sim_put_u32(writer, out->data);
        if (out->kind != CP_OUT_WRITE)
            continue;
        sim_put_u64(writer, out->mask[0]);
        sim_put_u64(writer, out->mask[1]);
        sim_put_bytes(writer, out->bytes, sizeof out->bytes);
    }
    sim_put_u32(writer, cp->stale);
    sim_put_u64(writer, cp->memory_free);
    sim_put_u32(writer, cp->stamps);
    for (uint32_t i = 0; i < cp->stamps; i++) {
        sim_put_u8(writer, cp->stamp[i].kind);
        sim_put_u32(writer, cp->stamp[i].address);
        sim_put_u32(writer, cp->stamp[i].data);
        sim_put_u64(writer, cp->stamp[i].draws);
        sim_put_u64(writer, cp->stamp[i].least);
        sim_put_u64(writer, cp->stamp[i].due);
    }
    sim_put_u64(writer, cp->draws_sent);
    sim_put_u64(writer, cp->draws_done);
    sim_put_u64(writer, cp->pipe_free);
    for (unsigned i = 0; i < CP_COHERS; i++)
        sim_put_u64(writer, cp->coher_draws[i]);
    sim_put_u8(writer, cp->caches_invalid);
    sim_put_u32(writer, cp->immediates);
    sim_put_u32(writer, cp->immediates_due);
    for (uint32_t i = 0; i < cp->immediates; i++)
        sim_put_u32(writer, cp->immediate[i]);
    for (unsigned i = 0; i < CP_COHERS; i++)
        sim_put_u64(writer, cp->coher_done[i]);
    sim_put_u8(writer, cp->state_changed);
    sim_put_u32(writer, cp->context);
    for (unsigned i = 0; i < CP_CONTEXTS; i++) {
        sim_put_u64(writer, cp->context_free[i]);
        sim_put_u64(writer, cp->context_draws[i]);
    }
    sim_put_u64(writer, cp->counter_base);
}

void cp_save(const struct sim_component *self, struct sim_writer *writer)
{
    const struct cp *cp = (const struct cp *)self;
    for (unsigned i = 0; i < XENOS_REGISTERS; i++)
        sim_put_u32(writer, cp->reg[i]);
    for (unsigned i = 0; i < CP_PFP_WORDS; i++)
        sim_put_u32(writer, cp->pfp_code[i]);
    for (unsigned i = 0; i < CP_ME_WORDS; i++)
        sim_put_u32(writer, cp->me_code[i]);
    for (unsigned i = 0; i < CP_STORE_WORDS; i++) {
        sim_put_u32(writer, cp->store[0][i]);
        sim_put_u32(writer, cp->store[1][i]);
    }
    sim_mmio_save(&cp->mmio, writer);
    sim_put_u32(writer, cp->rptr);
    save_fetch(cp, writer);
    save_stages(cp, writer);
    save_out(cp, writer);
    sim_put_u64(writer, cp->packets);
    sim_put_u64(writer, cp->draws);
    sim_put_u64(writer, cp->skipped);
    sim_put_u64(writer, cp->interrupts);
    for (unsigned i = 0; i < CP_ERRORS; i++) {
        sim_put_u64(writer, cp->report[i].count);
        sim_put_u32(writer, cp->report[i].address);
        sim_put_u32(writer, cp->report[i].header);
        sim_put_u8(writer, cp->report[i].source);
    }
    sim_put_u64(writer, cp->access.count);
    sim_put_u32(writer, cp->access.address);
    sim_put_u32(writer, cp->access.data);
    sim_put_u8(writer, cp->access.write);
}

static void load_slot(struct cp_slot *slot, struct sim_reader *reader)
{
    *slot = (struct cp_slot){.state = sim_get_u8_below(reader, CP_SLOT_DROPPED + 1)};
    if (slot->state == CP_SLOT_FREE)
        return;
    slot->source = sim_get_u8_below(reader, CP_SOURCES);
    slot->first = sim_get_u8_below(reader, CP_PIECE);
    slot->count = sim_get_u8_below(reader, CP_PIECE + 1);
    slot->taken = sim_get_u8_below(reader, CP_PIECE);
    reader->failed |= slot->count == 0 || slot->first + slot->count > CP_PIECE || slot->taken >= slot->count ||
                      (slot->state != CP_SLOT_HERE && slot->taken != 0);
    for (unsigned w = 0; slot->state == CP_SLOT_HERE && w < slot->count && !reader->failed; w++)
        slot->word[w] = sim_get_u32(reader);
}

/* Each slot that is asked for or here is in the list of its source, once. */
static void load_fetch(struct cp *cp, struct sim_reader *reader)
{
    uint32_t words[CP_SOURCES] = {0};
    uint64_t seen = 0, wanted = 0;
    for (unsigned i = 0; i < CP_SLOTS; i++) {
        load_slot(&cp->slot[i], reader);
        if (cp->slot[i].state == CP_SLOT_ASKED || cp->slot[i].state == CP_SLOT_HERE)
            wanted |= UINT64_C(1) << i;
    }
    for (unsigned i = 0; i < CP_SOURCES; i++) {
        struct cp_stream *stream = &cp->stream[i];
        stream->ask = sim_get_u32(reader);
        stream->left = sim_get_u32(reader);
        stream->rest = sim_get_u32(reader);
        stream->at = sim_get_u32(reader);
        stream->spans = sim_get_u32_below(reader, CP_SPANS + 1);
        for (uint32_t s = 0; s < stream->spans; s++) {
            stream->span[s] = sim_get_u32_below(reader, CP_SLOTS);
            const struct cp_slot *slot = &cp->slot[stream->span[s]];
            reader->failed |= (seen >> stream->span[s] & 1) || slot->source != i || (slot->taken != 0 && s != 0);
            seen |= UINT64_C(1) << stream->span[s];
            words[i] += (uint32_t)slot->count - slot->taken;
        }
        if (i == CP_RING)
            reader->failed |= stream->ask >= cp_ring_words(cp) ||
                              ((cp->rptr + words[i] - stream->ask) & (cp_ring_words(cp) - 1)) != 0 ||
                              stream->left != 0 || stream->rest != 0 || stream->at != 0;
        else
            reader->failed |= stream->left > 0xFFFFF || stream->rest != stream->left + words[i] ||
                              stream->ask != cp_physical(cp, stream->ask) || stream->at != cp_physical(cp, stream->at);
    }
    reader->failed |= seen != wanted;
}

static void load_piece(struct cp_piece *piece, struct sim_reader *reader)
{
    piece->header = sim_get_u32(reader);
    piece->address = sim_get_u32(reader);
    piece->total = sim_get_u32_below(reader, 0x4001);
    piece->offset = sim_get_u32_below(reader, 0x4000);
    piece->count = sim_get_u32_below(reader, CP_PIECE + 1);
    piece->source = sim_get_u8_below(reader, CP_DATA);
    piece->ready = sim_get_u64(reader);
    uint32_t left = piece->total - piece->offset;
    uint32_t type = piece->header >> 30, words = type == 1 ? 2 : (piece->header >> 16 & 0x3FFF) + 1;
    const struct cp_packet *packet = &cp_packets[piece->header >> 8 & 0x7F];
    reader->failed |= piece->offset % CP_PIECE != 0 || piece->offset >= piece->total || piece->total != words ||
                      piece->count != (left < CP_PIECE ? left : CP_PIECE) || type == 2 ||
                      (type == 3 && (packet->engine != CP_ENGINE_ME || piece->total < packet->words)) ||
                      piece->ready > INT64_MAX;
    for (uint32_t w = 0; w < piece->count && !reader->failed; w++)
        piece->word[w] = sim_get_u32(reader);
}

static void load_parser(struct cp *cp, struct sim_reader *reader)
{
    struct cp_pfp *pfp = &cp->pfp;
    pfp->mode = sim_get_u8_below(reader, CP_PARSE_MODES);
    pfp->source = sim_get_u8_below(reader, CP_DATA);
    pfp->header = sim_get_u32(reader);
    pfp->address = sim_get_u32(reader);
    pfp->total = sim_get_u32_below(reader, 0x100000);
    pfp->offset = sim_get_u32_below(reader, 0x100000);
    pfp->free = sim_get_u64(reader);
    bool in_packet = pfp->mode != CP_PARSE_HEADER;
    uint32_t left = pfp->total - pfp->offset;
    reader->failed |= pfp->free > INT64_MAX || (in_packet && pfp->offset >= pfp->total) ||
                      (pfp->mode == CP_PARSE_PASS && (pfp->offset % CP_PIECE != 0 || pfp->total > 0x4000)) ||
                      (pfp->mode == CP_PARSE_OWN && pfp->offset != 0);
    for (unsigned i = CP_IB1; i <= CP_IB2; i++) /* buffers that are being read have something left, others nothing */
        reader->failed |= (cp->stream[i].rest != 0) != (i <= pfp->source);
    if (in_packet && pfp->source != CP_RING)
        reader->failed |= cp->stream[pfp->source].rest < left;
}

static void load_stages(struct cp *cp, struct sim_reader *reader)
{
    load_parser(cp, reader);
    cp->piece_first = 0;
    cp->pieces = sim_get_u32_below(reader, CP_PIECES + 1);
    for (uint32_t i = 0; i < cp->pieces && !reader->failed; i++)
        load_piece(&cp->piece[i], reader);
    struct cp_me *me = &cp->me;
    me->phase = sim_get_u8_below(reader, CP_PHASES);
    me->step = sim_get_u8_below(reader, 4);
    me->answered = sim_get_u8_below(reader, 2) != 0;
    me->value = sim_get_u32(reader);
    me->word[0] = sim_get_u32(reader);
    me->word[1] = sim_get_u32(reader);
    me->dwords = sim_get_u32_below(reader, 0x10000);
    me->target = sim_get_u32_below(reader, 0x10000);
    me->swap = sim_get_u32_below(reader, 4);
    me->free = sim_get_u64(reader);
    me->draws = sim_get_u64(reader);
    me->origin = sim_get_u64(reader);
    me->period = sim_get_u64(reader);
    cp->begun = sim_get_u64(reader);
    bool changes = me->phase == CP_PHASE_CHANGE, data = me->phase == CP_PHASE_DATA;
    reader->failed |= (me->free > INT64_MAX && !(changes && me->free == CP_NEVER)) || me->origin > INT64_MAX ||
                      cp->begun > INT64_MAX || (changes && me->period == 0) || (cp->pieces == 0 && me->step != 0) ||
                      (me->dwords != 0 && (!data || me->step != 3)) || (me->step == 3 && me->dwords == 0) ||
                      (me->phase != CP_PHASE_RUN && cp->pieces == 0) ||
                      cp->stream[CP_DATA].rest != (me->dwords != 0 ? me->dwords
                                                   : data          ? 1u
                                                                   : 0u);
}

/* Behind the stamps and the micro engine, which wait for draws that have been sent. */
static void load_pipe(struct cp *cp, struct sim_reader *reader)
{
    cp->draws_sent = sim_get_u64(reader);
    cp->draws_done = sim_get_u64(reader);
    cp->pipe_free = sim_get_u64_below(reader, INT64_MAX);
    for (unsigned i = 0; i < CP_COHERS; i++)
        cp->coher_draws[i] = sim_get_u64(reader);
    cp->caches_invalid = sim_get_u8_below(reader, 2) != 0;
    cp->immediates = sim_get_u32_below(reader, CP_IMMEDIATE_WORDS + 1);
    cp->immediates_due = sim_get_u32_below(reader, CP_IMMEDIATE_WORDS + 1);
    reader->failed |= cp->draws_sent < cp->draws_done || cp->draws_sent - cp->draws_done > CP_DRAWS ||
                      (!cp->config.pipe && cp->draws_sent != 0) || cp->me.draws > cp->draws_sent ||
                      cp->immediates + cp->immediates_due > CP_IMMEDIATE_WORDS;
    for (unsigned i = 0; i < CP_COHERS; i++)
        reader->failed |= cp->coher_draws[i] > cp->draws_sent;
    for (uint32_t i = 0; i < cp->stamps; i++)
        reader->failed |= cp->stamp[i].draws > cp->draws_sent ||
                          (cp->stamp[i].due == CP_NEVER) != (cp->stamp[i].draws > cp->draws_done);
    for (uint32_t i = 0; i < cp->immediates && !reader->failed; i++)
        cp->immediate[i] = sim_get_u32(reader);
}

static void load_out(struct cp *cp, struct sim_reader *reader)
{
    cp->out_first = 0;
    cp->outs = sim_get_u32_below(reader, CP_OUT + 1);
    for (uint32_t i = 0; i < cp->outs && !reader->failed; i++) {
        struct cp_out *out = &cp->out[i];
        *out = (struct cp_out){.kind = sim_get_u8_below(reader, CP_OUT_KINDS)};
        out->address = sim_get_u32(reader);
        out->data = sim_get_u32(reader);
        bool display = out->kind == CP_OUT_DISPLAY_WRITE || out->kind == CP_OUT_DISPLAY_READ;
        reader->failed |= (display && !cp->config.display) ||
                          (out->kind == CP_OUT_INTERRUPT && (out->address > UINT8_MAX || out->data > UINT8_MAX));
        if (out->kind != CP_OUT_WRITE)
            continue;
        reader->failed |= out->address % SIM_LINE != 0 || out->address >= cp->config.memory_size;
        out->mask[0] = sim_get_u64(reader);
        out->mask[1] = sim_get_u64(reader);
        sim_get_bytes(reader, out->bytes, sizeof out->bytes);
    }
    cp->stale = sim_get_u32(reader);
    cp->memory_free = sim_get_u64_below(reader, INT64_MAX);
    cp->stamps = sim_get_u32_below(reader, CP_STAMPS + 1);
    uint64_t last = 0;
    for (uint32_t i = 0; i < cp->stamps && !reader->failed; i++) {
        cp->stamp[i].kind = sim_get_u8_below(reader, CP_STAMP_KINDS);
        cp->stamp[i].address = sim_get_u32(reader);
        cp->stamp[i].data = sim_get_u32(reader);
        cp->stamp[i].draws = sim_get_u64(reader);
        cp->stamp[i].least = sim_get_u64_below(reader, INT64_MAX);
        cp->stamp[i].due = sim_get_u64(reader);
        reader->failed |= cp->stamp[i].due < last || (cp->stamp[i].due > INT64_MAX && cp->stamp[i].due != CP_NEVER);
        last = cp->stamp[i].due;
    }
    load_pipe(cp, reader);
    for (unsigned i = 0; i < CP_COHERS; i++)
        cp->coher_done[i] = sim_get_u64(reader);
    cp->state_changed = sim_get_u8_below(reader, 2) != 0;
    cp->context = sim_get_u32_below(reader, CP_CONTEXTS);
    for (unsigned i = 0; i < CP_CONTEXTS; i++) {
        cp->context_free[i] = sim_get_u64_below(reader, INT64_MAX);
        cp->context_draws[i] = sim_get_u64(reader);
        reader->failed |= cp->context_draws[i] > cp->draws_sent;
    }
    cp->counter_base = sim_get_u64(reader);
}

void cp_load(struct sim_component *self, struct sim_reader *reader)
{
    struct cp *cp = (struct cp *)self;
    for (unsigned i = 0; i < XENOS_REGISTERS; i++)
        cp->reg[i] = sim_get_u32(reader);
    for (unsigned i = 0; i < CP_PFP_WORDS; i++)
        cp->pfp_code[i] = sim_get_u32(reader);
    for (unsigned i = 0; i < CP_ME_WORDS; i++)
        cp->me_code[i] = sim_get_u32(reader);
    for (unsigned i = 0; i < CP_STORE_WORDS; i++) {
        cp->store[0][i] = sim_get_u32(reader);
        cp->store[1][i] = sim_get_u32(reader);
    }
    sim_mmio_load(&cp->mmio, reader);
    cp->rptr = sim_get_u32_below(reader, cp_ring_words(cp));
    reader->failed |= cp->reg[XENOS_CP_RB_WPTR] >= cp_ring_words(cp);
    load_fetch(cp, reader);
    load_stages(cp, reader);
    load_out(cp, reader);
    cp->packets = sim_get_u64(reader);
    cp->draws = sim_get_u64(reader);
    cp->skipped = sim_get_u64(reader);
    cp->interrupts = sim_get_u64(reader);
    for (unsigned i = 0; i < CP_ERRORS; i++) {
        cp->report[i].count = sim_get_u64(reader);
        cp->report[i].address = sim_get_u32(reader);
        cp->report[i].header = sim_get_u32(reader);
        cp->report[i].source = sim_get_u8_below(reader, CP_SOURCES);
    }
    cp->access.count = sim_get_u64(reader);
    cp->access.address = sim_get_u32_below(reader, 0x10000);
    cp->access.data = sim_get_u32(reader);
    cp->access.write = sim_get_u8_below(reader, 2) != 0;
    cp->now = sim_clock_edge(cp->config.clock, cp_edge(cp, self->at < SIM_TIME_MAX ? self->at : SIM_TIME_MAX));
}
