/* Linear and tiled images. A tile is 32 by 32 blocks, of volumes 32 by 16 by 4; inside it bits of the coordinates are
 * interleaved so that neighbours share a line, and bits 6, 7 and 11 of the address spread them over banks. All is
 * modulo 2^32, of which 512 MiB are left: constants may ask for more than there is. */
#include "models/xenos/texture/address.h"

#include "models/xenos/texture/format.h"

enum { TILE = 32, PAGE = 4096, TAIL = 16 };

static uint32_t up_to(uint32_t value, uint32_t multiple)
{
    return (value + multiple - 1) / multiple * multiple;
}

static uint8_t logarithm(uint32_t value)
{
    uint8_t shift = 0;
    while (value >> shift > 1)
        shift++;
    return shift;
}

/* Levels of which a side has up to 16 texels share an image. Where the base level is such a one it stands 16 texels
 * down, or to the right where it is not wider than high, counted in powers of two. */
static void place_in_tail(struct xenos_texture_layout *l, const struct xenos_texture *t,
                          const struct xenos_texture_format *f)
{
    uint32_t least = t->width < t->height ? t->width : t->height;
    if (!t->packed_mips || t->dimension == XENOS_TEXTURE_1D || least > TAIL)
        return;
    if (logarithm(2 * t->width - 1) > logarithm(2 * t->height - 1))
        l->y = TAIL / f->height;
    else
        l->x = TAIL / f->width;
}

struct xenos_texture_layout xenos_texture_layout(const struct xenos_texture *t)
{
    const struct xenos_texture_format *f = xenos_texture_format(t->format);
    struct xenos_texture_layout l = {
        .base = t->base,
        .pitch = up_to((t->pitch + f->width - 1) / f->width, TILE),
        .rows = t->dimension == XENOS_TEXTURE_1D ? 1 : up_to((t->height + f->height - 1) / f->height, TILE),
        .bytes = f->bytes,
        .shift = logarithm(f->bytes),
        /* Neither rows alone nor blocks of 12 bytes can be tiled. */
        .tiled = t->tiled && t->dimension != XENOS_TEXTURE_1D && (f->bytes & (f->bytes - 1)) == 0,
        .volume = t->dimension == XENOS_TEXTURE_3D,
    };
    uint32_t bytes = l.pitch * l.rows * l.bytes;
    l.layer = !l.volume ? up_to(bytes, PAGE) : l.tiled ? 0 : bytes;
    place_in_tail(&l, t, f);
    return l;
}

/* From the number of a block, in bytes, to where it is: what is left of both is bits 6, 7 and 11. */
static uint32_t spread(uint32_t at)
{
    return (at & ~511U) << 3 | (at & 448) << 2 | (at & 63);
}

static uint32_t tiled_2d(const struct xenos_texture_layout *l, uint32_t x, uint32_t y)
{
    uint32_t tile = x / TILE + y / TILE * (l->pitch / TILE);
    uint32_t block = ((x & 7) + ((y & 14) << 2)) << l->shift;
    uint32_t at = (tile << (l->shift + 7)) + ((block & ~15U) << 1) + (block & 15) + ((y & 1) << 4);
    return spread(at) | (y & 16) << 7 | ((((y & 8) >> 2) + (x >> 3)) & 3) << 6;
}

static uint32_t tiled_3d(const struct xenos_texture_layout *l, uint32_t x, uint32_t y, uint32_t z)
{
    uint32_t tile = x / TILE + (y / 16 + z / 4 * (l->rows / 16)) * (l->pitch / TILE);
    uint32_t block = ((x & 7) + ((y & 6) << 2)) << l->shift;
    uint32_t at =
        (tile << (l->shift + 8)) + ((block & ~15U) << 1) + (block & 15) + ((z & 3) << (l->shift + 6)) + ((y & 1) << 4);
    uint32_t bank = (y / 8 + z / 4) & 1;
    return spread(at) | bank << 11 | (((x >> 3) + 2 * bank) & 3) << 6;
}

uint32_t xenos_texture_address(const struct xenos_texture_layout *l, uint32_t x, uint32_t y, uint32_t z)
{
    x += l->x;
    y += l->y;
    uint32_t offset = !l->tiled ? (y * l->pitch + x) * l->bytes : l->volume ? tiled_3d(l, x, y, z) : tiled_2d(l, x, y);
    return (l->base + offset + z * l->layer) & XENOS_TEXTURE_MEMORY;
}
