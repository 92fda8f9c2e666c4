#include "board/cli/png.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { CHUNK = 64 * 1024 };

struct png_deflate {
    z_stream stream;
    uint8_t out[CHUNK];
};

static void put_u32(uint8_t *bytes, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        bytes[i] = (uint8_t)(value >> (24 - 8 * i));
}

static void chunk(struct png *png, const char type[4], const void *data, uint32_t size)
{
    uint8_t head[8], tail[4];
    put_u32(head, size);
    memcpy(head + 4, type, 4);
    uLong crc = crc32(crc32(0, NULL, 0), head + 4, 4);
    if (size > 0)
        crc = crc32(crc, data, size);
    put_u32(tail, (uint32_t)crc);
    waves_output_write(&png->output, head, sizeof head);
    waves_output_write(&png->output, data, size);
    waves_output_write(&png->output, tail, sizeof tail);
}

/* What has been packed becomes a chunk when there is enough of it, or no more to come. */
static void pack(struct png *png, const uint8_t *data, size_t size, bool last)
{
    z_stream *stream = &png->deflate->stream;
    stream->next_in = (Bytef *)(uintptr_t)data;
    stream->avail_in = (uInt)size;
    for (;;) {
        int answer = deflate(stream, last ? Z_FINISH : Z_NO_FLUSH);
        if (stream->avail_out == 0 || answer == Z_STREAM_END) {
            chunk(png, "IDAT", png->deflate->out, CHUNK - stream->avail_out);
            stream->next_out = png->deflate->out;
            stream->avail_out = CHUNK;
        }
        if (answer == Z_STREAM_END || (!last && stream->avail_in == 0))
            return;
    }
}

enum sim_status png_open(struct png *png, const char *path, uint32_t width, uint32_t height, struct sim_error *error)
{
    static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    uint8_t header[13] = {[8] = 8, [9] = 2}; /* 8 bits, true colour */
    enum sim_status status = waves_output_open(&png->output, path, false, error);
    if (status != SIM_OK)
        return status;
    png->width = width;
    png->height = height;
    png->rows = 0;
    png->deflate = calloc(1, sizeof *png->deflate);
    if (png->deflate == NULL || deflateInit(&png->deflate->stream, Z_DEFAULT_COMPRESSION) != Z_OK) {
        free(png->deflate);
        waves_output_close(&png->output, false, NULL);
        return sim_fail(error, SIM_HOST, "%s: no memory to pack it", path);
    }
    png->deflate->stream.next_out = png->deflate->out;
    png->deflate->stream.avail_out = CHUNK;
    put_u32(header, width);
    put_u32(header + 4, height);
    waves_output_write(&png->output, signature, sizeof signature);
    chunk(png, "IHDR", header, sizeof header);
    return SIM_OK;
}

void png_row(struct png *png, const uint8_t *rgb)
{
    static const uint8_t unfiltered = 0;
    if (png->rows == png->height)
        return;
    png->rows++;
    pack(png, &unfiltered, 1, false);
    pack(png, rgb, (size_t)3 * png->width, false);
}

enum sim_status png_close(struct png *png, struct sim_error *error)
{
    bool whole = png->rows == png->height;
    if (whole) {
        pack(png, NULL, 0, true);
        chunk(png, "IEND", NULL, 0);
    }
    deflateEnd(&png->deflate->stream);
    free(png->deflate);
    return waves_output_close(&png->output, whole, error);
}
