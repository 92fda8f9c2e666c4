/* What the bits of a texel are worth. Numbers are words of the shader's arithmetic. */
#ifndef CYCLE360_XENOS_TEXTURE_TEXEL_H
#define CYCLE360_XENOS_TEXTURE_TEXEL_H

#include "models/xenos/texture/constant.h"

/* The four bytes of a dword, lowest first, as the constant says that they stand. */
uint32_t xenos_texel_swap(uint32_t word, uint32_t endian);

/* A texel of a plain format, from its dwords, the first of them shifted so that it begins at bit 0. The last component
 * that the format has stands for those that it lacks; each goes by the sign of its own place. Filters mix these. */
void xenos_texel_decode(const struct xenos_texture *t, const uint32_t word[4], uint32_t value[4]);

/* What of them the shader gets: the swizzle, and the exponent's adjustment. */
void xenos_texel_finish(const struct xenos_texture *t, const uint32_t value[4], uint32_t result[4]);

#endif
