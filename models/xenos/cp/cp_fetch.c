/* Reading ahead: for each source a few lines, here or on their way, in the order of their words. */
#include "models/xenos/cp/cp_parts.h"

#include <string.h>

const char *const cp_source_names[CP_SOURCES] = {"ring", "ib1", "ib2", "data"};

/* Words that the ring has and nobody has asked for. */
static uint32_t ring_left(const struct cp *cp)
{
    return (cp->reg[XENOS_CP_RB_WPTR] - cp->stream[CP_RING].ask) & (cp_ring_words(cp) - 1);
}

static int free_slot(const struct cp *cp)
{
    for (int i = 0; i < CP_SLOTS; i++)
        if (cp->slot[i].state == CP_SLOT_FREE)
            return i;
    return -1;
}

bool cp_fetch_wants(const struct cp *cp, enum cp_source *source)
{
    /* data first, then the buffer that is being read */
    static const enum cp_source order[CP_SOURCES] = {CP_DATA, CP_IB2, CP_IB1, CP_RING};
    for (unsigned i = 0; i < CP_SOURCES; i++) {
        const struct cp_stream *stream = &cp->stream[order[i]];
        if (stream->spans >= cp->config.timing.cp_fetch_lines)
            continue;
        if (order[i] == CP_RING ? cp_stopped(cp) || ring_left(cp) == 0 : stream->left == 0)
            continue;
        *source = order[i];
        return free_slot(cp) >= 0;
    }
    return false;
}

void cp_fetch_ask(struct cp *cp, enum cp_source source, sim_time t)
{
    struct cp_stream *stream = &cp->stream[source];
    uint32_t address = stream->ask, left = stream->left;
    if (source == CP_RING) {
        uint32_t to_end = cp_ring_words(cp) - stream->ask;
        address = cp_physical(cp, (cp->reg[XENOS_CP_RB_BASE] & ~31u) + 4 * stream->ask);
        left = ring_left(cp);
        left = left < to_end ? left : to_end;
    }
    uint32_t in_line = (SIM_LINE - address % SIM_LINE) / 4, count = left < in_line ? left : in_line;
    int index = free_slot(cp);
    struct cp_slot *slot = &cp->slot[index];
    *slot = (struct cp_slot){.state = CP_SLOT_ASKED,
                             .source = (uint8_t)source,
                             .first = (uint8_t)(address % SIM_LINE / 4),
                             .count = (uint8_t)count};
    stream->span[stream->spans++] = (uint32_t)index;
    if (source == CP_RING) {
        stream->ask = (stream->ask + count) & (cp_ring_words(cp) - 1);
    } else {
        stream->ask = cp_physical(cp, stream->ask + 4 * count);
        stream->left -= count;
    }
    struct sim_msg_memory_request *request = sim_out_put(&cp->memory, t);
    memset(request, 0, sizeof *request);
    request->kind = SIM_MEMORY_READ;
    request->size = (uint8_t)(4 * count);
    request->tag = (uint32_t)index;
    request->address = address;
}

void cp_fetch_arrived(struct cp *cp, const struct sim_msg_memory_reply *reply)
{
    if (reply->kind != SIM_MEMORY_DATA || reply->tag >= CP_SLOTS)
        return; /* nobody asked: a message out of a spoilt file */
    struct cp_slot *slot = &cp->slot[reply->tag];
    if (slot->state == CP_SLOT_DROPPED)
        slot->state = CP_SLOT_FREE;
    if (slot->state != CP_SLOT_ASKED)
        return;
    const uint64_t *words = SIM_WORDS_OF(reply, memory_reply);
    uint32_t swap = slot->source == CP_DATA ? cp->me.swap : XENOS_GET(cp->reg[XENOS_CP_RB_CNTL], CP_RB_CNTL, BUF_SWAP);
    for (uint32_t i = 0; i < slot->count; i++) {
        uint32_t place = slot->first + i;
        slot->word[i] = cp_swap((uint32_t)(words[place / 2] >> (place % 2 ? 0 : 32)), swap);
    }
    slot->state = CP_SLOT_HERE;
}

void cp_fetch_begin(struct cp *cp, enum cp_source source, uint32_t address, uint32_t words)
{
    struct cp_stream *stream = &cp->stream[source];
    stream->ask = stream->at = cp_physical(cp, address);
    stream->left = stream->rest = words;
}

void cp_fetch_drop(struct cp *cp, enum cp_source source)
{
    struct cp_stream *stream = &cp->stream[source];
    for (uint32_t i = 0; i < stream->spans; i++) {
        struct cp_slot *slot = &cp->slot[stream->span[i]];
        slot->state = slot->state == CP_SLOT_ASKED ? CP_SLOT_DROPPED : CP_SLOT_FREE;
    }
    stream->spans = stream->left = stream->rest = 0;
}

uint32_t cp_fetch_count(const struct cp *cp, enum cp_source source, uint32_t most)
{
    const struct cp_stream *stream = &cp->stream[source];
    uint32_t here = 0;
    for (uint32_t i = 0; i < stream->spans && here < most; i++) {
        const struct cp_slot *slot = &cp->slot[stream->span[i]];
        if (slot->state != CP_SLOT_HERE)
            break;
        here += (uint32_t)slot->count - slot->taken;
    }
    return here < most ? here : most;
}

bool cp_fetch_here(const struct cp *cp, enum cp_source source, uint32_t words)
{
    return cp_fetch_count(cp, source, words) == words;
}

void cp_fetch_take(struct cp *cp, enum cp_source source, uint32_t *to, uint32_t words)
{
    struct cp_stream *stream = &cp->stream[source];
    if (source != CP_RING) {
        stream->rest -= words;
        stream->at = cp_physical(cp, stream->at + 4 * words);
    }
    while (words != 0) {
        struct cp_slot *slot = &cp->slot[stream->span[0]];
        uint32_t left = (uint32_t)slot->count - slot->taken, part = left < words ? left : words;
        if (to) {
            memcpy(to, slot->word + slot->taken, part * sizeof *to);
            to += part;
        }
        slot->taken = (uint8_t)(slot->taken + part);
        words -= part;
        if (slot->taken == slot->count) {
            slot->state = CP_SLOT_FREE;
            stream->spans--;
            memmove(stream->span, stream->span + 1, stream->spans * sizeof *stream->span);
        }
    }
}
