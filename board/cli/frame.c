/* Pixels lie in tiles of 32 by 32, 4 KiB each, and in a tile in runs of four: two lines alternate, and every eighth
 * pair of lines exchanges the halves of a tile. A pixel's bytes are blue, green, red, and one that is not shown. */
#include "board/cli/frame.h"
#include "board/cli/png.h"

#include <stdlib.h>

enum { TILE = 32, TILE_BYTES = TILE * TILE * 4, LARGEST = 4096 };

static size_t place_in_tile(uint32_t x, uint32_t y)
{
    return (((x & 3) | (y & 1) << 2 | (x & 28) << 1 | (y & 30) << 5) ^ (y & 8) << 2) * 4;
}

static void write_rows(struct png *png, const struct frame_surface *surface, uint8_t *tiles, uint8_t *row,
                       frame_read *read, void *context)
{
    uint32_t across = (surface->pitch + TILE - 1) / TILE;
    for (uint32_t y = 0; y < surface->height; y++) {
        if (y % TILE == 0)
            read(context, surface->address + (uint64_t)(y / TILE) * across * TILE_BYTES, tiles,
                 (size_t)across * TILE_BYTES);
        for (uint32_t x = 0; x < surface->width; x++) {
            const uint8_t *pixel = tiles + (size_t)(x / TILE) * TILE_BYTES + place_in_tile(x, y);
            for (unsigned channel = 0; channel < 3; channel++)
                row[3 * x + channel] = pixel[2 - channel];
        }
        png_row(png, row);
    }
}

enum sim_status frame_write(const char *path, const struct frame_surface *surface, frame_read *read, void *context,
                            struct sim_error *error)
{
    struct png png;
    if (surface->width == 0 || surface->height == 0 || surface->width > surface->pitch || surface->pitch > LARGEST ||
        surface->height > LARGEST)
        return sim_fail(error, SIM_GUEST, "%s: a surface of %u by %u pixels with a pitch of %u is none", path,
                        surface->width, surface->height, surface->pitch);
    uint8_t *tiles = malloc((size_t)(surface->pitch + TILE) * TILE * 4), *row = malloc((size_t)surface->width * 3);
    enum sim_status status = SIM_OK;
    if (tiles == NULL || row == NULL)
        status = sim_fail(error, SIM_HOST, "%s: no memory for a picture", path);
    else
        status = png_open(&png, path, surface->width, surface->height, error);
    if (status == SIM_OK) {
        write_rows(&png, surface, tiles, row, read, context);
        status = png_close(&png, error);
    }
    free(tiles);
    free(row);
    return status;
}
