/* A texture fetch constant: the six words that say where a texture lies, how it is stored and how it is sampled. */
#ifndef CYCLE360_XENOS_TEXTURE_CONSTANT_H
#define CYCLE360_XENOS_TEXTURE_CONSTANT_H

#include <stdbool.h>
#include <stdint.h>

enum { XENOS_TEXTURE_VALID = 2 }; /* its type */
enum xenos_texture_dimension {
    XENOS_TEXTURE_1D,
    XENOS_TEXTURE_2D,
    XENOS_TEXTURE_3D,
    XENOS_TEXTURE_CUBE
}; /* of instructions as well */
enum xenos_texture_sign { XENOS_TEXEL_UNSIGNED, XENOS_TEXEL_SIGNED, XENOS_TEXEL_BIASED, XENOS_TEXEL_GAMMA };

struct xenos_texture {
    uint8_t type, dimension, format, endian;
    bool tiled, stacked, packed_mips;
    uint32_t base, mips;           /* byte addresses */
    uint32_t pitch;                /* in texels */
    uint32_t width, height, depth; /* in texels; the depth of stacked textures counts layers, of cubes faces */

    /* What becomes of texels. */
    uint8_t sign[4];    /* enum xenos_texture_sign */
    uint8_t swizzle[4]; /* a component, 4 zero, 5 one */
    bool no_zero;       /* signed numbers are odd multiples of half a step */
    bool integer;       /* numbers are not divided by the largest one */
    int8_t exp_adjust;

    /* Where a coordinate leads. */
    uint8_t clamp[3]; /* enum xenos_texture_clamp */
    bool clamp_policy, border_size, border_w_max;
    uint8_t border;

    /* Filters and levels. */
    uint8_t mag_filter, min_filter, mip_filter, aniso_filter, arbitrary_filter, vol_mag_filter, vol_min_filter;
    uint8_t mip_min, mip_max, tri_clamp;
    bool mag_aniso_walk, min_aniso_walk;
    int16_t lod_bias; /* in 32nds */
    int8_t grad_exp_adjust[2], aniso_bias;

    uint8_t request_size, multisample; /* nothing is known to depend on them */
};

struct xenos_texture xenos_texture_constant(const uint32_t word[6]);

#endif
