/* The table of formats. */
#include "models/xenos/texture/format.h"

#include <stddef.h>

static const struct xenos_texture_format formats[64] = {
#define TEXTURE_FORMAT(number, name, kind, width, height, bytes, x, y, z, w) \
    [number] = {#name, XENOS_TEXTURE_##kind, width, height, bytes, {x, y, z, w}},
#include "models/xenos/texture/formats.def"
#undef TEXTURE_FORMAT
};

const struct xenos_texture_format *xenos_texture_format(uint32_t number)
{
    return &formats[number & 63];
}

const char *xenos_texture_unread(uint32_t number)
{
    const struct xenos_texture_format *f = xenos_texture_format(number);
    return f->kind == XENOS_TEXTURE_UNREAD ? f->name : NULL;
}
