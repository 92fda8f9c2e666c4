/* Indices: read, swapped, cut to 24 bits, compared with the restart, offset, bounded; in that order. */
#include "models/xenos/geometry/indices.h"

#include "models/sim/storage.h"
#include "models/xenos/list.h"
#include "models/xenos/registers/registers.h"

#include <stdlib.h>

enum { INDEX_MASK = 0xFFFFFF };

/* Bits of a swap mode: bytes change places in halves, halves in dwords. */
enum swap { SWAP_NONE, SWAP_8_IN_16, SWAP_8_IN_32, SWAP_16_IN_32 };

struct xenos_index_source xenos_index_source_of(const uint32_t *reg, const struct xenos_draw *draw)
{
    uint32_t mode = reg[XENOS_PA_SU_SC_MODE_CNTL], size = reg[XENOS_VGT_DMA_SIZE];
    bool is_wide = XENOS_GET(reg[XENOS_VGT_DRAW_INITIATOR], VGT_DRAW_INITIATOR, INDEX_SIZE) || draw->factors;
    struct xenos_index_source source = {
        .from = draw->from,
        .size = is_wide ? 4 : 2,
        .restarts = draw->rule.restarts && draw->from != XENOS_INDEX_AUTO &&
                    XENOS_GET(mode, PA_SU_SC_MODE_CNTL, MULTI_PRIM_IB_ENA),
        .factors = draw->factors,
        .count = draw->from == XENOS_INDEX_NOWHERE ? 0 : draw->indices,
        .restart = XENOS_GET(reg[XENOS_VGT_MULTI_PRIM_IB_RESET_INDX], VGT_MULTI_PRIM_IB_RESET_INDX, RESET_INDX),
        .offset = XENOS_GET(reg[XENOS_VGT_INDX_OFFSET], VGT_INDX_OFFSET, INDX_OFFSET),
        .least = XENOS_GET(reg[XENOS_VGT_MIN_VTX_INDX], VGT_MIN_VTX_INDX, MIN_INDX),
        .most = XENOS_GET(reg[XENOS_VGT_MAX_VTX_INDX], VGT_MAX_VTX_INDX, MAX_INDX),
    };
    if (source.from == XENOS_INDEX_DMA) {
        /* NUM_WORDS counts indices for some, halves for others, who then write twice as many for dwords: as a count of
         * indices it never keeps back one that is there. */
        uint32_t words = XENOS_GET(size, VGT_DMA_SIZE, NUM_WORDS);
        source.swap = XENOS_GET(size, VGT_DMA_SIZE, SWAP_MODE);
        source.address = reg[XENOS_VGT_DMA_BASE] & ~(source.size - 1u);
        source.bytes = (words < source.count ? words : source.count) * source.size;
    }
    return source;
}

static uint32_t swap_halves(uint32_t word)
{
    return word << 16 | word >> 16;
}

static uint32_t swap_bytes(uint32_t word)
{
    return (word << 8 & 0xFF00FF00) | (word >> 8 & 0x00FF00FF);
}

static uint32_t swapped_dword(uint32_t word, unsigned swap)
{
    if (swap == SWAP_8_IN_16 || swap == SWAP_8_IN_32)
        word = swap_bytes(word);
    return swap == SWAP_8_IN_32 || swap == SWAP_16_IN_32 ? swap_halves(word) : word;
}

/* Halves do not change places with their neighbours. */
static uint32_t swapped_half(uint32_t half, unsigned swap)
{
    return swap == SWAP_8_IN_16 || swap == SWAP_8_IN_32 ? swap_bytes(half) & 0xFFFF : half;
}

uint32_t xenos_index_bounded(const struct xenos_index_source *source, uint32_t index)
{
    index = (index + source->offset) & INDEX_MASK;
    if (index < source->least)
        index = source->least;
    return index > source->most ? source->most : index;
}

static uint32_t settled(const struct xenos_index_source *source, uint32_t word)
{
    if (source->factors)
        return word;
    word &= INDEX_MASK;
    if (source->restarts && word == source->restart)
        return XENOS_INDEX_RESTART;
    return xenos_index_bounded(source, word);
}

static uint32_t dma_word(const struct xenos_index_source *source, const uint8_t *byte)
{
    uint32_t half = byte[0] | (uint32_t)byte[1] << 8;
    if (source->size == 2)
        return swapped_half(half, source->swap);
    return swapped_dword(half | (uint32_t)byte[2] << 16 | (uint32_t)byte[3] << 24, source->swap);
}

/* A line at a time; how many indices that gave. */
static uint32_t fetch_dma(const struct xenos_index_source *source, const struct xenos_index_data *data, uint32_t *index)
{
    uint8_t line[SIM_LINE];
    uint32_t fetched = 0;
    for (uint32_t done = 0; done < source->bytes;) {
        uint32_t address = source->address + done, piece = SIM_LINE - address % SIM_LINE;
        if (piece > source->bytes - done)
            piece = source->bytes - done;
        data->read(data->self, address, line, piece);
        for (uint32_t at = 0; at < piece; at += source->size)
            index[fetched++] = settled(source, dma_word(source, &line[at]));
        done += piece;
    }
    return fetched;
}

/* Of two in a dword the first is the lower half: the GPU is little-endian, and a list of halves that DMA reads with
 * bytes swapped in halves has its first one there too. They are not swapped: the mode belongs to DMA. */
static uint32_t fetch_immediate(const struct xenos_index_source *source, const struct xenos_index_data *data,
                                uint32_t *index)
{
    uint32_t fetched = 0;
    for (uint32_t i = 0; i < data->immediates && fetched < source->count; i++) {
        uint32_t word = data->immediate[i];
        index[fetched++] = settled(source, source->size == 2 ? word & 0xFFFF : word);
        if (source->size == 2 && fetched < source->count)
            index[fetched++] = settled(source, word >> 16);
    }
    return fetched;
}

static uint32_t count_up(const struct xenos_index_source *source, uint32_t *index)
{
    for (uint32_t i = 0; i < source->count; i++)
        index[i] = settled(source, i);
    return source->count;
}

enum sim_status xenos_indices_fetch(const struct xenos_index_source *source, const struct xenos_index_data *data,
                                    struct xenos_indices *indices, struct sim_error *error)
{
    uint32_t fetched = 0;
    indices->count = 0;
    if (source->count == 0)
        return SIM_OK;
    uint32_t *index = xenos_list_room(indices->index, &indices->room, source->count, sizeof *index);
    if (index == NULL)
        return sim_fail(error, SIM_HOST, "no memory for %u indices of a draw", source->count);
    indices->index = index;
    if (source->from == XENOS_INDEX_DMA)
        fetched = fetch_dma(source, data, index);
    else if (source->from == XENOS_INDEX_IMMEDIATE)
        fetched = fetch_immediate(source, data, index);
    else
        fetched = count_up(source, index);
    for (; fetched < source->count; fetched++) /* beyond the data */
        index[fetched] = settled(source, 0);
    indices->count = source->count;
    return SIM_OK;
}

void xenos_indices_free(struct xenos_indices *indices)
{
    free(indices->index);
    *indices = (struct xenos_indices){0};
}
