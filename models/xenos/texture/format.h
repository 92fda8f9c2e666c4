/* Texture formats by number. */
#ifndef CYCLE360_XENOS_TEXTURE_FORMAT_H
#define CYCLE360_XENOS_TEXTURE_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

enum xenos_texture_kind {
    XENOS_TEXTURE_UNREAD,
    XENOS_TEXTURE_INTEGER,
    XENOS_TEXTURE_HALF,
    XENOS_TEXTURE_SINGLE,
    XENOS_TEXTURE_DEPTH,
    XENOS_TEXTURE_DEPTH_FLOAT,
};

struct xenos_texture_format {
    const char *name;
    uint8_t kind;          /* enum xenos_texture_kind */
    uint8_t width, height; /* of a block, in texels */
    uint8_t bytes;         /* of a block */
    uint8_t bits[4];       /* of each component */
};

/* Of the six bits of a fetch constant. */
const struct xenos_texture_format *xenos_texture_format(uint32_t number);

/* The name of a format whose texels are zeros, because nothing decodes them; NULL of one that is decoded. */
const char *xenos_texture_unread(uint32_t number);

#endif
