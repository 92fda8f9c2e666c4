/* Texture fetches without filters: the texel that a coordinate lies in, of the base level. docs/texture.md says what is
 * taken for granted. */
#ifndef CYCLE360_XENOS_TEXTURE_SAMPLE_H
#define CYCLE360_XENOS_TEXTURE_SAMPLE_H

#include "models/xenos/shader/interpreter.h"

/* Reads memory: a dword at a physical address below 512 MiB that is a multiple of 4. */
typedef void xenos_texture_read(void *self, uint32_t address, void *bytes, size_t size);

/* The answer to any texture fetch that has one; zeros where the constant describes no texture, or one of a format that
 * is not decoded. */
void xenos_texture_nearest(const struct xenos_texture_request *request, xenos_texture_read *read, void *self,
                           uint32_t result[4]);

#endif
