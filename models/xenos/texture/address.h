/* Where the blocks of a texture's base level lie; of plain formats a block is a texel. */
#ifndef CYCLE360_XENOS_TEXTURE_ADDRESS_H
#define CYCLE360_XENOS_TEXTURE_ADDRESS_H

#include "models/xenos/texture/constant.h"

enum { XENOS_TEXTURE_MEMORY = 0x1FFFFFFF }; /* addresses count modulo 512 MiB */

/* How one level is laid out, in blocks. */
struct xenos_texture_layout {
    uint32_t base;
    uint32_t pitch, rows; /* of a layer, multiples of 32 */
    uint32_t layer;       /* bytes from a layer or face to the next; 0: the third coordinate is part of the tiles */
    uint32_t x, y;        /* where it begins in the image of small levels that it shares */
    uint8_t bytes;        /* of a block */
    uint8_t shift;        /* its logarithm, of tiled ones */
    bool tiled, volume;
};

struct xenos_texture_layout xenos_texture_layout(const struct xenos_texture *t);

/* The address of a block's first byte, from its column, its row, and its layer, face or slice. */
uint32_t xenos_texture_address(const struct xenos_texture_layout *l, uint32_t x, uint32_t y, uint32_t z);

#endif
