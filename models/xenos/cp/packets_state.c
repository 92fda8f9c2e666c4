/* Packets that set constants, registers and shaders. */
#include "models/xenos/cp/packets_parts.h"

/* Where SET_CONSTANT's word says, an offset of 11 bits in a kind of constants. */
static uint32_t constant_index(uint32_t word)
{
    static const uint16_t first[] = {XENOS_SQ_CONSTANT, XENOS_SQ_FETCH, XENOS_SQ_CF_BOOLEANS, XENOS_SQ_CF_LOOP, 0x2000};
    uint32_t kind = word >> 16 & 0xFF;
    return kind < sizeof first / sizeof *first ? first[kind] + (word & 0x7FF) : XENOS_REGISTERS;
}

static void write_all(struct cp *cp, const struct cp_piece *piece, uint32_t index, uint64_t edge)
{
    uint32_t begin = piece->offset == 0 ? 1 : 0;
    for (uint32_t i = begin; i < piece->count; i++)
        if (index + piece->offset + i - 1 < XENOS_REGISTERS)
            cp_write(cp, index + piece->offset + i - 1, piece->word[i], edge);
}

bool packet_set_constant(struct cp *cp, const struct cp_piece *piece, uint64_t edge)
{
    write_all(cp, piece, constant_index(cp->me.word[0]), edge);
    return true;
}

bool packet_set_constant2(struct cp *cp, const struct cp_piece *piece, uint64_t edge)
{
    write_all(cp, piece, cp->me.word[0] & 0xFFFF, edge);
    return true;
}

enum { STORE_VERTEX, STORE_PIXEL };

static void store_word(struct cp *cp, uint32_t type, uint32_t place, uint32_t value)
{
    cp->store[type & 1 ? STORE_PIXEL : STORE_VERTEX][place % CP_STORE_WORDS] = value;
}

/* Begins to read words for a packet, or takes those that have come: what comes back is their number. */
static uint32_t load(struct cp *cp, uint32_t address, uint32_t words, uint32_t word[CP_PIECE], uint64_t edge)
{
    struct cp_me *me = &cp->me;
    if (me->step == 0) {
        me->step = 3;
        me->dwords = words;
        me->target = 0;
        me->swap = XENOS_GET(cp->reg[XENOS_CP_RB_CNTL], CP_RB_CNTL, BUF_SWAP);
        cp_fetch_begin(cp, CP_DATA, address, words);
        return 0;
    }
    uint32_t count = cp_fetch_count(cp, CP_DATA, CP_PIECE);
    cp_fetch_take(cp, CP_DATA, word, count);
    me->dwords -= count;
    me->free = edge + (uint64_t)count * cp->config.timing.cp_me_load;
    return count;
}

/* More to come? */
static bool loading(struct cp *cp, uint32_t count)
{
    struct cp_me *me = &cp->me;
    me->target += count;
    if (me->dwords == 0)
        return false;
    me->phase = CP_PHASE_DATA;
    return true;
}

bool packet_load_constants(struct cp *cp, const struct cp_piece *piece, uint64_t edge)
{
    uint32_t index = constant_index(piece->word[1]), words = piece->word[2] & 0xFFF, word[CP_PIECE];
    if (words == 0)
        return true;
    uint32_t count = load(cp, piece->word[0] & 0x3FFFFFFF, words, word, edge);
    for (uint32_t i = 0; i < count; i++)
        if (index + cp->me.target + i < XENOS_REGISTERS)
            cp_write(cp, index + cp->me.target + i, word[i], edge);
    return !loading(cp, count);
}

bool packet_im_load(struct cp *cp, const struct cp_piece *piece, uint64_t edge)
{
    uint32_t words = piece->word[1] & 0xFFFF, start = piece->word[1] >> 16, word[CP_PIECE];
    if (words == 0)
        return true;
    uint32_t count = load(cp, piece->word[0] & ~3u, words, word, edge);
    for (uint32_t i = 0; i < count; i++)
        store_word(cp, piece->word[0], 3 * start + cp->me.target + i, word[i]);
    return !loading(cp, count);
}

bool packet_im_load_immediate(struct cp *cp, const struct cp_piece *piece, uint64_t edge)
{
    (void)edge;
    const uint32_t *first = cp->me.word;
    uint32_t start = first[1] >> 16, words = first[1] & 0xFFFF;
    for (uint32_t i = piece->offset == 0 ? 2 : 0; i < piece->count; i++)
        if (piece->offset + i - 2 < words)
            store_word(cp, first[0], 3 * start + piece->offset + i - 2, piece->word[i]);
    return true;
}
