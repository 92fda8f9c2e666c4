/* Where a draw's indices come from, and what becomes of them before they are vertices. */
#ifndef CYCLE360_XENOS_GEOMETRY_INDICES_H
#define CYCLE360_XENOS_GEOMETRY_INDICES_H

#include "models/sim/status.h"
#include "models/xenos/geometry/draw.h"

#include <stddef.h>

struct xenos_index_source {
    uint8_t from;     /* enum xenos_index_from */
    uint8_t size;     /* bytes of an index: 2 or 4 */
    uint8_t swap;     /* VGT_DMA_SIZE.SWAP_MODE; of DMA alone */
    bool restarts;    /* an index of `restart` is one */
    bool factors;     /* words are kept as they are once they are swapped */
    uint32_t count;   /* of indices */
    uint32_t address; /* DMA: of the first one */
    uint32_t bytes;   /* DMA: that are read from there on; they may wrap at 2^32. 0 of other sources */
    uint32_t restart, offset, least, most; /* 24 bits each */
};

/* For a draw that xenos_draw_of made of the same registers. */
struct xenos_index_source xenos_index_source_of(const uint32_t *reg, const struct xenos_draw *draw);

/* What indices are read from: memory as it stands there, and the dwords that VGT_IMMED_DATA got. */
struct xenos_index_data {
    void *self;
    void (*read)(void *self, uint32_t address, void *bytes, size_t size); /* never across a line of 128 bytes */
    const uint32_t *immediate;
    uint32_t immediates;
};

/* Not an index: those have 24 bits. */
#define XENOS_INDEX_RESTART UINT32_C(0x80000000)

/* To be zeroed before its first use; the list grows and is used again. */
struct xenos_indices {
    uint32_t count;
    uint32_t *index; /* of a vertex, or XENOS_INDEX_RESTART */
    size_t room;
};

void xenos_indices_free(struct xenos_indices *indices);

/* Replaces the list's contents. SIM_HOST where memory is short. */
enum sim_status xenos_indices_fetch(const struct xenos_index_source *source, const struct xenos_index_data *data,
                                    struct xenos_indices *indices, struct sim_error *error);

/* The last steps: an index, or a patch's number, with the draw's offset and within its bounds. */
uint32_t xenos_index_bounded(const struct xenos_index_source *source, uint32_t index);

#endif
