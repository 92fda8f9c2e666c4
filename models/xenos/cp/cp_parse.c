/* The prefetch parser: headers, indirect buffers, predication, and what it deals with itself. */
#include "models/xenos/cp/cp_parts.h"

#include <string.h>

const char *const cp_error_texts[CP_ERRORS] = {"unknown opcode", "reserved bits of a header are set",
                                               "too few words of payload", "a third level of indirect buffers",
                                               "a packet goes past the end of its buffer"};
const char *const cp_zero_names[CP_ZERO_COUNT] = {"filler", "write"};

enum { OWN_WORDS = 2, RESERVED_BITS = 0x80FE, OUT_NEEDED = 4 };

void cp_error(struct cp *cp, enum cp_error error, uint32_t source, uint32_t address, uint32_t header)
{
    static const uint32_t bits[CP_ERRORS] = {CP_INT_OPCODE, CP_INT_RESERVED, CP_INT_OPCODE, CP_INT_IB, CP_INT_IB};
    cp->report[error] = (struct cp_report){cp->report[error].count + 1, address, header, (uint8_t)source};
    cp_raise(cp, bits[error]);
}

void cp_tell(struct cp *cp, const struct cp_piece *piece, uint64_t begun, uint64_t done, enum cp_outcome outcome)
{
    if (!cp->listener)
        return;
    const struct cp_told told = {
        .begun = sim_clock_edge(cp->config.clock, begun),
        .done = sim_clock_edge(cp->config.clock, done),
        .cycle = begun,
        .header = piece->header,
        .address = piece->address,
        .total = piece->total,
        .count = piece->count,
        .word = piece->word,
        .source = piece->source,
        .outcome = (uint8_t)outcome,
    };
    cp->listener->packet(cp->listener->context, &told);
}

void cp_rewind(struct cp *cp, uint32_t rptr)
{
    cp_fetch_drop(cp, CP_RING);
    cp->rptr = cp->stream[CP_RING].ask = rptr & (cp_ring_words(cp) - 1);
}

/* The read pointer goes on, and a copy of it to memory at the end of a block and where there is nothing more. */
static void consume(struct cp *cp, uint32_t words)
{
    uint32_t control = cp->reg[XENOS_CP_RB_CNTL], before = cp->rptr;
    uint32_t block = XENOS_GET(control, CP_RB_CNTL, RB_BLKSZ) + 1;
    cp->rptr = (before + words) & (cp_ring_words(cp) - 1);
    bool block_ends = block < 32 && (before >> block != cp->rptr >> block || cp->rptr < before);
    if (!XENOS_GET(control, CP_RB_CNTL, RB_NO_UPDATE) && (block_ends || cp->rptr == cp->reg[XENOS_CP_RB_WPTR])) {
        uint32_t address = cp->reg[XENOS_CP_RB_RPTR_ADDR];
        cp_out_word(cp, address & ~3u, cp->rptr, address & 3, false);
    }
}

static void take(struct cp *cp, uint32_t *to, uint32_t words)
{
    cp_fetch_take(cp, (enum cp_source)cp->pfp.source, to, words);
    if (cp->pfp.source == CP_RING)
        consume(cp, words);
}

/* Out of buffers that are done with. */
static void come_back(struct cp *cp)
{
    struct cp_pfp *pfp = &cp->pfp;
    while (pfp->mode == CP_PARSE_HEADER && pfp->source != CP_RING && cp->stream[pfp->source].rest == 0) {
        cp->reg[pfp->source == CP_IB1 ? XENOS_CP_IB1_BUFSZ : XENOS_CP_IB2_BUFSZ] = 0;
        pfp->source--;
    }
}

static struct cp_piece as_piece(const struct cp_pfp *pfp)
{
    return (struct cp_piece){.header = pfp->header,
                             .address = pfp->address,
                             .total = pfp->total,
                             .offset = pfp->offset,
                             .source = pfp->source};
}

static void tell_unseen(struct cp *cp, uint64_t edge, enum cp_outcome outcome)
{
    if (!cp->listener)
        return;
    struct cp_piece piece = as_piece(&cp->pfp);
    cp_tell(cp, &piece, edge, edge, outcome);
}

static bool predicated_off(const struct cp *cp)
{
    const uint32_t *reg = cp->reg;
    return !(reg[XENOS_CP_DEBUG] & CP_DEBUG_NO_PREDICATION) &&
           (reg[XENOS_CP_BIN_MASK_LO] & reg[XENOS_CP_BIN_SELECT_LO]) == 0 &&
           (reg[XENOS_CP_BIN_MASK_HI] & reg[XENOS_CP_BIN_SELECT_HI]) == 0;
}

/* What becomes of the payload behind a header of type 3. */
static enum cp_parse choose(struct cp *cp, uint64_t edge)
{
    struct cp_pfp *pfp = &cp->pfp;
    uint32_t header = pfp->header;
    const struct cp_packet *packet = &cp_packets[header >> 8 & 0x7F];
    enum cp_error error = CP_ERRORS;
    if (header & RESERVED_BITS)
        error = CP_ERROR_RESERVED;
    else if (!packet->name || packet->engine == CP_ENGINE_NONE)
        error = CP_ERROR_OPCODE;
    else if (pfp->total < packet->words)
        error = CP_ERROR_PAYLOAD;
    if (error != CP_ERRORS) {
        cp_error(cp, error, pfp->source, pfp->address, header);
        tell_unseen(cp, edge, CP_BAD);
        return CP_PARSE_SKIP;
    }
    if ((header & 1) && predicated_off(cp)) {
        cp->skipped++;
        tell_unseen(cp, edge, CP_PREDICATED_OFF);
        return CP_PARSE_SKIP;
    }
    if (packet->engine == CP_ENGINE_ME)
        return CP_PARSE_PASS;
    if (packet->words == OWN_WORDS || (header >> 8 & 0x7C) == CP_OP_SET_BIN_MASK_LO)
        return CP_PARSE_OWN;
    tell_unseen(cp, edge, CP_CARRIED_OUT);
    cp->packets++;
    return CP_PARSE_SKIP;
}

static void read_header(struct cp *cp, uint64_t edge)
{
    struct cp_pfp *pfp = &cp->pfp;
    const struct cp_stream *stream = &cp->stream[pfp->source];
    pfp->address =
        pfp->source == CP_RING ? cp_physical(cp, (cp->reg[XENOS_CP_RB_BASE] & ~31u) + 4 * cp->rptr) : stream->at;
    take(cp, &pfp->header, 1);
    uint32_t header = pfp->header;
    pfp->offset = 0;
    pfp->free = edge + cp->config.timing.cp_pfp_header;
    if (header >> 30 == 2 || (header == 0 && cp->config.zero == CP_ZERO_FILLER)) {
        come_back(cp);
        return;
    }
    pfp->total = header >> 30 == 1 ? 2 : (header >> 16 & 0x3FFF) + 1;
    if (pfp->source != CP_RING && stream->rest < pfp->total) {
        cp_error(cp, CP_ERROR_SHORT, pfp->source, pfp->address, header);
        tell_unseen(cp, edge, CP_BAD);
        pfp->total = stream->rest;
        pfp->mode = CP_PARSE_SKIP;
    } else {
        pfp->mode = header >> 30 == 3 ? (uint8_t)choose(cp, edge) : CP_PARSE_PASS;
    }
    if (pfp->total == 0)
        pfp->mode = CP_PARSE_HEADER;
    come_back(cp);
}

static void call_buffer(struct cp *cp, const uint32_t word[OWN_WORDS])
{
    struct cp_pfp *pfp = &cp->pfp;
    uint32_t words = word[1] & 0xFFFFF;
    if (pfp->source == CP_IB2) {
        cp_error(cp, CP_ERROR_LEVEL, pfp->source, pfp->address, pfp->header);
        return;
    }
    bool first = pfp->source == CP_RING;
    cp->reg[first ? XENOS_CP_IB1_BASE : XENOS_CP_IB2_BASE] = word[0] & ~3u;
    cp->reg[first ? XENOS_CP_IB1_BUFSZ : XENOS_CP_IB2_BUFSZ] = words;
    if (words == 0)
        return;
    pfp->source++;
    cp_fetch_begin(cp, (enum cp_source)pfp->source, word[0], words);
    pfp->free += cp->config.timing.cp_pfp_branch;
}

/* A packet that only the parser needs. */
static void deal_with(struct cp *cp, uint64_t edge)
{
    struct cp_pfp *pfp = &cp->pfp;
    uint32_t *reg = cp->reg, words = pfp->total < OWN_WORDS ? pfp->total : OWN_WORDS;
    struct cp_piece piece = as_piece(pfp);
    take(cp, piece.word, words);
    piece.count = words;
    pfp->offset = words;
    pfp->mode = pfp->offset == pfp->total ? CP_PARSE_HEADER : CP_PARSE_SKIP;
    pfp->free = edge + words;
    cp->packets++;
    switch (pfp->header >> 8 & 0x7F) {
    case CP_OP_INDIRECT_BUFFER:
    case CP_OP_INDIRECT_BUFFER_PFD:
        call_buffer(cp, piece.word);
        break;
    case CP_OP_SET_BIN_MASK:
        reg[XENOS_CP_BIN_MASK_HI] = piece.word[0];
        reg[XENOS_CP_BIN_MASK_LO] = piece.word[1];
        break;
    case CP_OP_SET_BIN_SELECT:
        reg[XENOS_CP_BIN_SELECT_HI] = piece.word[0];
        reg[XENOS_CP_BIN_SELECT_LO] = piece.word[1];
        break;
    case CP_OP_SET_BIN_MASK_LO:
        reg[XENOS_CP_BIN_MASK_LO] = piece.word[0];
        break;
    case CP_OP_SET_BIN_MASK_HI:
        reg[XENOS_CP_BIN_MASK_HI] = piece.word[0];
        break;
    case CP_OP_SET_BIN_SELECT_LO:
        reg[XENOS_CP_BIN_SELECT_LO] = piece.word[0];
        break;
    case CP_OP_SET_BIN_SELECT_HI:
        reg[XENOS_CP_BIN_SELECT_HI] = piece.word[0];
        break;
    default:
        break;
    }
    cp_tell(cp, &piece, edge, edge, CP_CARRIED_OUT);
}

static void skip(struct cp *cp, uint64_t edge)
{
    struct cp_pfp *pfp = &cp->pfp;
    uint32_t words = cp_fetch_count(cp, (enum cp_source)pfp->source, pfp->total - pfp->offset), rate;
    rate = cp->config.timing.cp_pfp_words;
    take(cp, NULL, words);
    pfp->offset += words;
    pfp->free = edge + (words + rate - 1) / rate;
    if (pfp->offset == pfp->total)
        pfp->mode = CP_PARSE_HEADER;
}

static uint32_t piece_words(const struct cp_pfp *pfp)
{
    uint32_t left = pfp->total - pfp->offset;
    return left < CP_PIECE ? left : CP_PIECE;
}

static void pass_on(struct cp *cp, uint64_t edge)
{
    struct cp_pfp *pfp = &cp->pfp;
    uint32_t words = piece_words(pfp), rate = cp->config.timing.cp_pfp_words;
    struct cp_piece *piece = &cp->piece[(cp->piece_first + cp->pieces++) % CP_PIECES];
    piece->header = pfp->header;
    piece->address = pfp->address;
    piece->total = pfp->total;
    piece->offset = pfp->offset;
    piece->count = words;
    piece->source = pfp->source;
    take(cp, piece->word, words);
    uint64_t begun = edge > pfp->free ? edge : pfp->free; /* right behind the header */
    piece->ready = pfp->free = begun + (words + rate - 1) / rate;
    pfp->offset += words;
    if (pfp->offset == pfp->total)
        pfp->mode = CP_PARSE_HEADER;
}

/* Can it do what its mode says, its time aside? */
static bool can_go_on(const struct cp *cp)
{
    const struct cp_pfp *pfp = &cp->pfp;
    enum cp_source source = (enum cp_source)pfp->source;
    if (cp_stopped(cp) || !cp_out_room(cp, OUT_NEEDED))
        return false;
    switch (pfp->mode) {
    case CP_PARSE_PASS:
        return cp->pieces < cp->config.timing.cp_meq_pieces && cp_fetch_here(cp, source, piece_words(pfp));
    case CP_PARSE_OWN:
        return cp_fetch_here(cp, source, pfp->total < OWN_WORDS ? pfp->total : OWN_WORDS);
    default:
        return cp_fetch_here(cp, source, 1);
    }
}

void cp_parse(struct cp *cp, uint64_t edge)
{
    struct cp_pfp *pfp = &cp->pfp;
    if (edge < pfp->free || !can_go_on(cp))
        return;
    switch (pfp->mode) {
    case CP_PARSE_HEADER:
        read_header(cp, edge);
        if (pfp->mode == CP_PARSE_PASS && can_go_on(cp))
            pass_on(cp, edge); /* the words follow the header without an event between them */
        break;
    case CP_PARSE_PASS:
        pass_on(cp, edge);
        break;
    case CP_PARSE_OWN:
        deal_with(cp, edge);
        break;
    default:
        skip(cp, edge);
        break;
    }
    come_back(cp);
}

uint64_t cp_parse_next(const struct cp *cp)
{
    return can_go_on(cp) ? cp->pfp.free : CP_NEVER;
}
