/* Draws and events: registers, contexts, and stamps. */
#include "models/xenos/cp/packets_parts.h"

const char *const cp_counter_names[CP_COUNTER_COUNT] = {"clocks", "frames"};

enum { EVENT_MASK = 0x3F, SOURCE_DMA = 0, SOURCE_IMMEDIATE = 1, COUNTER = 1u << 31 };

enum event {
    VS_DONE_TS = 2,
    PS_DONE_TS = 3,
    CACHE_FLUSH_TS = 4,
    VIZQUERY_START = 7,
    VIZQUERY_END = 8,
    CACHE_FLUSH_AND_INV_TS = 20,
    ZPASS_DONE = 21,
    SCREEN_EXT_RPT = 26,
    VS_FETCH_DONE_TS = 27,
};

static uint32_t index_source(uint32_t initiator)
{
    return initiator >> 6 & 3;
}

bool packet_draw_indx(struct cp *cp, const struct cp_piece *piece, uint64_t edge)
{
    const uint32_t *word = piece->word;
    if (!cp_pipe_roll(cp, edge))
        return false;
    if (index_source(word[1]) == SOURCE_DMA && piece->total >= 4) {
        cp_write(cp, XENOS_VGT_DMA_BASE, word[2], edge);
        cp_write(cp, XENOS_VGT_DMA_SIZE, word[3], edge);
    }
    cp_write(cp, XENOS_VGT_DRAW_INITIATOR, word[1], edge);
    cp->state_changed = false;
    return true;
}

/* The indices of an immediate draw follow its initiator. */
static void push_indices(struct cp *cp, const struct cp_piece *piece, uint64_t edge)
{
    if (index_source(cp->me.word[0]) != SOURCE_IMMEDIATE)
        return;
    for (uint32_t i = piece->offset == 0 ? 1 : 0; i < piece->count; i++)
        cp_write(cp, XENOS_VGT_IMMED_DATA, piece->word[i], edge);
}

bool packet_draw_indx_2(struct cp *cp, const struct cp_piece *piece, uint64_t edge)
{
    if (piece->offset == 0) {
        if (!cp_pipe_roll(cp, edge))
            return false;
        cp_write(cp, XENOS_VGT_DRAW_INITIATOR, piece->word[0], edge);
    }
    push_indices(cp, piece, edge);
    cp->state_changed = false;
    return true;
}

bool packet_draw_generated(struct cp *cp, const struct cp_piece *piece, uint64_t edge)
{
    if (!cp_pipe_roll(cp, edge))
        return false;
    cp_write(cp, XENOS_VGT_DRAW_INITIATOR, piece->word[0], edge);
    cp->state_changed = false;
    return true;
}

static void send_event(struct cp *cp, uint32_t event, uint64_t edge)
{
    cp_write(cp, XENOS_VGT_EVENT_INITIATOR, event & EVENT_MASK, edge);
}

bool packet_viz_query(struct cp *cp, const struct cp_piece *piece, uint64_t edge)
{
    uint32_t query = piece->word[0] & 0x3F;
    bool end = piece->word[0] >> 8 & 1;
    send_event(cp, end ? VIZQUERY_END : VIZQUERY_START, edge);
    if (end) /* always visible: no pixel is drawn that could say otherwise */
        cp->reg[query < 32 ? XENOS_PA_SC_VIZ_QUERY_STATUS_0 : XENOS_PA_SC_VIZ_QUERY_STATUS_1] |= 1u << query % 32;
    return true;
}

bool packet_context_update(struct cp *cp, const struct cp_piece *piece, uint64_t edge)
{
    (void)piece;
    return cp_pipe_roll(cp, edge);
}

/* The three registers from `first` on say what, where and which word; then the event goes down the pipe. */
static bool stamp(struct cp *cp, uint32_t first, uint32_t source, const uint32_t *word, uint64_t edge)
{
    uint32_t data = word[2];
    if (word[0] & COUNTER) {
        uint32_t counter =
            cp->config.counter == CP_COUNTER_CLOCKS ? XENOS_CP_PROG_COUNTER : XENOS_D1CRTC_STATUS_FRAME_COUNT;
        if (!cp_engine_get(cp, false, counter, edge, &data))
            return false;
    }
    cp_write(cp, first, source, edge);
    cp_write(cp, first + 1, word[1], edge);
    cp_write(cp, first + 2, word[2], edge);
    send_event(cp, word[0], edge);
    cp_pipe_stamp(cp, CP_STAMP_WORD, word[0] & EVENT_MASK, word[1], data, edge);
    return true;
}

bool packet_event_write_shd(struct cp *cp, const struct cp_piece *piece, uint64_t edge)
{
    const uint32_t *word = piece->word;
    switch (word[0] & EVENT_MASK) {
    case VS_FETCH_DONE_TS:
        return stamp(cp, XENOS_CP_ME_VS_FETCH_DONE_SRC, word[0] >> 31, word, edge);
    case VS_DONE_TS:
        return stamp(cp, XENOS_CP_ME_VS_EVENT_SRC, word[0] >> 30, word, edge);
    default:
        return stamp(cp, XENOS_CP_ME_PS_EVENT_SRC, word[0] >> 30, word, edge);
    }
}

bool packet_event_write_cfl(struct cp *cp, const struct cp_piece *piece, uint64_t edge)
{
    return stamp(cp, XENOS_CP_ME_CF_EVENT_SRC, piece->word[0] >> 31, piece->word, edge);
}

bool packet_event_write_ext(struct cp *cp, const struct cp_piece *piece, uint64_t edge)
{
    cp_write(cp, XENOS_CP_ME_SCREEN_EXT_RPT_ADDR, piece->word[1], edge);
    send_event(cp, SCREEN_EXT_RPT, edge);
    cp_pipe_stamp(cp, CP_STAMP_EXTENT, SCREEN_EXT_RPT, piece->word[1], 0, edge);
    return true;
}

bool packet_event_write_zpd(struct cp *cp, const struct cp_piece *piece, uint64_t edge)
{
    send_event(cp, piece->word[0], edge);
    cp_pipe_stamp(cp, CP_STAMP_SAMPLES, ZPASS_DONE, cp->reg[XENOS_RB_SAMPLE_COUNT_ADDR], 0, edge);
    return true;
}

/* Timestamps have an address and a word, reports an address; of any other event only the number goes down. */
bool packet_event_write(struct cp *cp, const struct cp_piece *piece, uint64_t edge)
{
    uint32_t event = piece->word[0] & EVENT_MASK;
    switch (event) {
    case VS_FETCH_DONE_TS:
    case VS_DONE_TS:
    case PS_DONE_TS:
        if (piece->total >= 3)
            return packet_event_write_shd(cp, piece, edge);
        break;
    case CACHE_FLUSH_TS:
    case CACHE_FLUSH_AND_INV_TS:
        if (piece->total >= 3)
            return packet_event_write_cfl(cp, piece, edge);
        break;
    case SCREEN_EXT_RPT:
        if (piece->total >= 2)
            return packet_event_write_ext(cp, piece, edge);
        break;
    case ZPASS_DONE:
        return packet_event_write_zpd(cp, piece, edge);
    default:
        break;
    }
    send_event(cp, event, edge);
    return true;
}
