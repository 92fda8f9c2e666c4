/* libmspack decodes LZX only inside of containers. So the chunks are handed to it as a cabinet, of one folder with one
 * file, that is never anywhere as a whole: its headers lie in an array, its data blocks are fetched when they are
 * read, and what the file becomes goes straight to where the caller wants it. */
#include "kernel-hle/loader/lzx.h"

#include "kernel-hle/loader/bytes.h"

#include <mspack.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    FOLDER_OFFSET = 36, /* behind the CFHEADER */
    FILE_OFFSET = FOLDER_OFFSET + 8,
    DATA_OFFSET = FILE_OFFSET + 16 + 2, /* behind the CFFILE and its name of one letter */
    BLOCK_HEADER = 8,                   /* CFDATA */
    METHOD_LZX = 3,
    BUFFER_SIZE = 1 << 16,
};

struct cabinet {
    struct mspack_system system; /* first: callbacks get its address */
    struct mspack_file in, out;  /* only their addresses matter */

    uint8_t headers[DATA_OFFSET];
    off_t position; /* in the headers; DATA_OFFSET from the first data block on */
    const struct lzx_source *source;
    uint32_t frames, frame;                /* how many there are, how many were fetched */
    uint8_t block[BLOCK_HEADER];           /* the header of the present one */
    const uint8_t *chunk;                  /* and what follows it */
    size_t block_at, chunk_at, chunk_size; /* what of them was read */

    uint8_t *bytes; /* what comes out */
    size_t size, done;

    const char *name;
    struct sim_error *error;
    enum sim_status status; /* of what the source was asked or told */
};

static struct cabinet *of_system(struct mspack_system *system)
{
    return (struct cabinet *)system;
}

static struct cabinet *of_in(struct mspack_file *file)
{
    return (struct cabinet *)((char *)file - offsetof(struct cabinet, in));
}

static struct cabinet *of_out(struct mspack_file *file)
{
    return (struct cabinet *)((char *)file - offsetof(struct cabinet, out));
}

static struct mspack_file *open_file(struct mspack_system *system, const char *name, int mode)
{
    struct cabinet *cabinet = of_system(system);
    (void)name;
    if (mode != MSPACK_SYS_OPEN_READ)
        return &cabinet->out;
    cabinet->position = 0;
    return &cabinet->in;
}

static void close_file(struct mspack_file *file)
{
    (void)file;
}

/* The headers are sought in; the data are only read from their beginning to their end. */
static int seek_file(struct mspack_file *file, off_t offset, int mode)
{
    struct cabinet *cabinet = of_in(file);
    if (mode == MSPACK_SYS_SEEK_CUR)
        offset += cabinet->position;
    if (mode == MSPACK_SYS_SEEK_END || offset < 0 || offset > DATA_OFFSET)
        return -1;
    cabinet->position = offset;
    return 0;
}

static off_t tell_file(struct mspack_file *file)
{
    return of_in(file)->position;
}

static bool fetch_block(struct cabinet *cabinet)
{
    size_t left = cabinet->size - (size_t)cabinet->frame * LZX_FRAME_SIZE;
    cabinet->status =
        cabinet->source->next(cabinet->source->context, &cabinet->chunk, &cabinet->chunk_size, cabinet->error);
    if (cabinet->status != SIM_OK)
        return false;
    if (cabinet->chunk_size == 0 || cabinet->chunk_size > LZX_CHUNK_SIZE_MAX) {
        cabinet->status = sim_fail(cabinet->error, SIM_BAD_INPUT, "%s: LZX frame %u: a chunk of %zu bytes; 1 to %d fit",
                                   cabinet->name, cabinet->frame, cabinet->chunk_size, LZX_CHUNK_SIZE_MAX);
        return false;
    }
    bytes_put_le32(cabinet->block, 0); /* no checksum */
    bytes_put_le16(cabinet->block + 4, (uint16_t)cabinet->chunk_size);
    bytes_put_le16(cabinet->block + 6, (uint16_t)(left < LZX_FRAME_SIZE ? left : LZX_FRAME_SIZE));
    cabinet->frame++;
    cabinet->block_at = cabinet->chunk_at = 0;
    return true;
}

static size_t take(uint8_t *to, size_t want, const uint8_t *from, size_t size, size_t *at)
{
    size_t step = size - *at < want ? size - *at : want;
    memcpy(to, from + *at, step);
    *at += step;
    return step;
}

static int read_file(struct mspack_file *file, void *buffer, int bytes)
{
    struct cabinet *cabinet = of_in(file);
    size_t want = (size_t)bytes, got = 0, at = (size_t)cabinet->position;
    if (at < DATA_OFFSET) {
        got = take(buffer, want, cabinet->headers, DATA_OFFSET, &at);
        cabinet->position = (off_t)at;
        return (int)got;
    }
    while (got < want) {
        if (cabinet->chunk_at == cabinet->chunk_size && cabinet->block_at == BLOCK_HEADER) {
            if (cabinet->frame == cabinet->frames)
                break;
            if (!fetch_block(cabinet))
                return -1;
        }
        uint8_t *to = (uint8_t *)buffer + got;
        got += cabinet->block_at < BLOCK_HEADER
                   ? take(to, want - got, cabinet->block, BLOCK_HEADER, &cabinet->block_at)
                   : take(to, want - got, cabinet->chunk, cabinet->chunk_size, &cabinet->chunk_at);
    }
    return (int)got;
}

static int write_file(struct mspack_file *file, void *buffer, int bytes)
{
    struct cabinet *cabinet = of_out(file);
    if (bytes < 0 || (size_t)bytes > cabinet->size - cabinet->done)
        return -1;
    memcpy(cabinet->bytes + cabinet->done, buffer, (size_t)bytes);
    cabinet->done += (size_t)bytes;
    if (bytes > 0 && cabinet->source->progress != NULL) /* an empty frame may follow the last one */
        cabinet->status = cabinet->source->progress(cabinet->source->context, cabinet->done, cabinet->error);
    return cabinet->status == SIM_OK ? bytes : -1;
}

static void message(struct mspack_file *file, const char *format, ...)
{
    (void)file;
    (void)format;
}

/* Zeros: a wrong stream may copy from before its beginning, and must do the same in every run. */
static void *allocate(struct mspack_system *system, size_t bytes)
{
    (void)system;
    return calloc(1, bytes);
}

static void copy(void *from, void *to, size_t bytes)
{
    memcpy(to, from, bytes);
}

static void make_headers(struct cabinet *cabinet, unsigned window_bits)
{
    static const uint8_t magic[] = {'M', 'S', 'C', 'F'};
    uint8_t *header = cabinet->headers, *folder = header + FOLDER_OFFSET, *file = header + FILE_OFFSET;
    memcpy(header, magic, sizeof magic);
    bytes_put_le32(header + 8, UINT32_MAX); /* size of the cabinet: not known, nor looked at */
    bytes_put_le32(header + 16, FILE_OFFSET);
    header[24] = 3; /* version 1.3 */
    header[25] = 1;
    bytes_put_le16(header + 26, 1); /* folders */
    bytes_put_le16(header + 28, 1); /* files */
    bytes_put_le32(folder, DATA_OFFSET);
    bytes_put_le16(folder + 4, (uint16_t)cabinet->frames);
    bytes_put_le16(folder + 6, (uint16_t)(METHOD_LZX | window_bits << 8));
    bytes_put_le32(file, (uint32_t)cabinet->size);
    file[16] = 'x';
}

static enum sim_status outcome(const struct cabinet *cabinet, int code)
{
    if (cabinet->status != SIM_OK)
        return cabinet->status;
    if (code == MSPACK_ERR_NOMEMORY)
        return sim_fail(cabinet->error, SIM_HOST, "%s: no memory to decode LZX", cabinet->name);
    if (code != MSPACK_ERR_OK || cabinet->done != cabinet->size)
        return sim_fail(cabinet->error, SIM_BAD_INPUT, "%s: LZX frame %zu of %u: the stream is wrong", cabinet->name,
                        cabinet->done / LZX_FRAME_SIZE, cabinet->frames);
    return SIM_OK;
}

enum sim_status lzx_decode(uint8_t *out, size_t out_size, unsigned window_bits, const struct lzx_source *source,
                           const char *name, struct sim_error *error)
{
    if (window_bits < 15 || window_bits > 21)
        return sim_fail(error, SIM_BAD_INPUT, "%s: LZX: a window of 2^%u bytes; 2^15 to 2^21 is understood", name,
                        window_bits);
    if (out_size == 0 || out_size > LZX_OUT_SIZE_MAX)
        return sim_fail(error, SIM_BAD_INPUT, "%s: LZX: %zu bytes to decode; 1 to %d are possible", name, out_size,
                        LZX_OUT_SIZE_MAX);
    struct cabinet cabinet = {
        .system = {open_file, close_file, read_file, write_file, seek_file, tell_file, message, allocate, free, copy,
                   NULL},
        .source = source,
        .frames = (uint32_t)((out_size + LZX_FRAME_SIZE - 1) / LZX_FRAME_SIZE),
        .block_at = BLOCK_HEADER,
        .size = out_size,
        .name = name,
        .error = error,
    };
    cabinet.bytes = out;
    make_headers(&cabinet, window_bits);

    int code = MSPACK_ERR_NOMEMORY;
    struct mscab_decompressor *decompressor = mspack_create_cab_decompressor(&cabinet.system);
    if (decompressor != NULL) {
        decompressor->set_param(decompressor, MSCABD_PARAM_DECOMPBUF, BUFFER_SIZE);
        struct mscabd_cabinet *opened = decompressor->open(decompressor, "in");
        code = opened != NULL ? decompressor->extract(decompressor, opened->files, "out")
                              : decompressor->last_error(decompressor);
        if (opened != NULL)
            decompressor->close(decompressor, opened);
        mspack_destroy_cab_decompressor(decompressor);
    }
    return outcome(&cabinet, code);
}
