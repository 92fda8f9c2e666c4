/* From a coordinate to the number of a texel. */
#ifndef CYCLE360_XENOS_TEXTURE_COORDINATE_H
#define CYCLE360_XENOS_TEXTURE_COORDINATE_H

#include <stdint.h>

/* Half border modes differ from the others only where a filter mixes texels. */
enum xenos_texture_clamp {
    XENOS_CLAMP_REPEAT,
    XENOS_CLAMP_MIRROR,
    XENOS_CLAMP_LAST,
    XENOS_CLAMP_MIRROR_ONCE_LAST,
    XENOS_CLAMP_HALF_BORDER,
    XENOS_CLAMP_MIRROR_ONCE_HALF_BORDER,
    XENOS_CLAMP_BORDER,
    XENOS_CLAMP_MIRROR_ONCE_BORDER,
};

/* floor(coordinate * size + halves / 2), exactly; `size` is up to 2^24. Numbers from 2^31 on count as 2^31, which is a
 * whole number of textures, NaNs as 0. */
int64_t xenos_texture_position(uint32_t coordinate, uint32_t size, int64_t halves);

/* The texel at a position: 0 to size - 1, or -1 for the border. */
int32_t xenos_texture_wrap(enum xenos_texture_clamp clamp, int64_t position, uint32_t size);

#endif
