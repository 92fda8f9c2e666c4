/* From the file to the image: one stream of bytes, decrypted as it is read, that basic compression pads with zeros and
 * LZX decodes block by block. No second copy of the title is ever held. */
#include "kernel-hle/loader/bytes.h"
#include "kernel-hle/loader/crypto.h"
#include "kernel-hle/loader/keys.h"
#include "kernel-hle/loader/lzx.h"
#include "kernel-hle/loader/xex.h"
#include "kernel-hle/loader/xex_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What lies behind the headers, in order. */
struct stream {
    const struct xex *xex;
    uint64_t at; /* in the file, of the next byte that is neither handed out nor decrypted */
    bool encrypted;
    struct crypto_cbc cbc;
    uint8_t rest[16]; /* of the last block of 16 that was decrypted, what was not asked for: from `used` on */
    unsigned used;
};

static void stream_start(struct stream *stream, const struct xex *xex, const uint8_t *session_key)
{
    *stream = (struct stream){.xex = xex, .at = xex->headers_size, .encrypted = session_key != NULL};
    stream->used = sizeof stream->rest;
    if (session_key != NULL)
        crypto_cbc_start(&stream->cbc, session_key);
}

/* What can still be read; the last bytes of an encrypted file that make no whole block of 16 cannot. */
static uint64_t stream_left(const struct stream *stream)
{
    uint64_t left = stream->xex->size - stream->at;
    return stream->encrypted ? (left & ~UINT64_C(15)) + sizeof stream->rest - stream->used : left;
}

/* Where the stream stands in the file. */
static uint64_t stream_offset(const struct stream *stream)
{
    return stream->at - (sizeof stream->rest - stream->used);
}

static void take_rest(struct stream *stream, uint8_t **to, uint64_t *size)
{
    unsigned step = sizeof stream->rest - stream->used;
    if (step > *size)
        step = (unsigned)*size;
    memcpy(*to, stream->rest + stream->used, step);
    stream->used += step;
    *to += step;
    *size -= step;
}

/* No more than stream_left(). */
static void stream_read(struct stream *stream, uint8_t *to, uint64_t size)
{
    const uint8_t *from = stream->xex->bytes;
    if (!stream->encrypted) {
        memcpy(to, from + stream->at, size);
        stream->at += size;
        return;
    }
    take_rest(stream, &to, &size);
    uint64_t whole = size & ~UINT64_C(15);
    crypto_cbc_decrypt(&stream->cbc, to, from + stream->at, whole);
    stream->at += whole;
    to += whole;
    size -= whole;
    if (size > 0) {
        crypto_cbc_decrypt(&stream->cbc, stream->rest, from + stream->at, sizeof stream->rest);
        stream->at += sizeof stream->rest;
        stream->used = 0;
        take_rest(stream, &to, &size);
    }
}

/* The blocks of LZX, each of which says how long the next one is and what its digest is. */
struct blocks {
    struct stream stream;
    const char *name;
    uint64_t offset; /* of the present one, in the file */
    const uint8_t *block;
    uint32_t size, at;
    uint32_t next_size;
    uint8_t next_digest[XEX_DIGEST_SIZE];
    uint8_t *buffer; /* for what was decrypted */
    uint32_t capacity;
    bool strict;
    const struct xex_options *options;
    size_t image_size;
};

static void blocks_start(struct blocks *blocks, const struct xex *xex, const uint8_t *session_key)
{
    stream_start(&blocks->stream, xex, session_key);
    blocks->name = xex->name;
    blocks->size = blocks->at = 0;
    blocks->next_size = xex->format.first_block_size;
    memcpy(blocks->next_digest, xex->format.first_block_digest, XEX_DIGEST_SIZE);
}

/* Brings the next block; *right is whether it has the digest that it should have. */
static enum sim_status fetch_block(struct blocks *blocks, bool *right, struct sim_error *error)
{
    struct stream *stream = &blocks->stream;
    uint8_t digest[XEX_DIGEST_SIZE];
    blocks->offset = stream_offset(stream);
    uint32_t size = blocks->next_size;
    if (size < XEX_BLOCK_HEADER_SIZE || size > stream_left(stream))
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: 0x%" PRIx64 ": LZX block: size: 0x%" PRIx32 " bytes, where 0x%" PRIx64
                        " are left; the least is 0x%x",
                        blocks->name, blocks->offset, size, stream_left(stream), XEX_BLOCK_HEADER_SIZE);
    if (!stream->encrypted) {
        blocks->block = stream->xex->bytes + stream->at;
        stream->at += size;
    } else {
        if (size > blocks->capacity) {
            free(blocks->buffer);
            blocks->buffer = malloc(size);
            blocks->capacity = blocks->buffer != NULL ? size : 0;
        }
        if (blocks->buffer == NULL)
            return sim_fail(error, SIM_HOST, "%s: no memory for a block of 0x%" PRIx32 " bytes", blocks->name, size);
        stream_read(stream, blocks->buffer, size);
        blocks->block = blocks->buffer;
    }
    crypto_sha1(digest, blocks->block, size, NULL, 0);
    *right = memcmp(digest, blocks->next_digest, sizeof digest) == 0;
    blocks->size = size;
    blocks->at = XEX_BLOCK_HEADER_SIZE;
    blocks->next_size = bytes_be32(blocks->block);
    memcpy(blocks->next_digest, blocks->block + 4, XEX_DIGEST_SIZE);
    return SIM_OK;
}

/* A chunk is a length and as many bytes; length 0 ends a block, and so does the block's end. */
static enum sim_status next_chunk(void *context, const uint8_t **chunk, size_t *size, struct sim_error *error)
{
    struct blocks *blocks = context;
    while (blocks->size - blocks->at < 2 || bytes_be16(blocks->block + blocks->at) == 0) {
        bool right;
        if (blocks->next_size == 0)
            return sim_fail(error, SIM_BAD_INPUT,
                            "%s: 0x%" PRIx64 ": LZX block: it is the last one, but the image is not complete",
                            blocks->name, blocks->offset);
        enum sim_status status = fetch_block(blocks, &right, error);
        if (status != SIM_OK)
            return status;
        if (!right && blocks->strict)
            return sim_fail(error, SIM_BAD_INPUT,
                            "%s: 0x%" PRIx64 ": LZX block: its SHA-1 is not the one that the block before it says",
                            blocks->name, blocks->offset);
    }
    uint32_t length = bytes_be16(blocks->block + blocks->at);
    if (length > blocks->size - blocks->at - 2 || length > LZX_CHUNK_SIZE_MAX)
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: 0x%" PRIx64 ": LZX chunk: length: 0x%" PRIx32 " bytes, where the block has 0x%" PRIx32
                        " left and no frame takes more than 0x%x",
                        blocks->name, blocks->offset + blocks->at, length, blocks->size - blocks->at - 2,
                        LZX_CHUNK_SIZE_MAX);
    *chunk = blocks->block + blocks->at + 2;
    *size = length;
    blocks->at += 2 + length;
    return SIM_OK;
}

static enum sim_status lzx_progress(void *context, size_t done, struct sim_error *error)
{
    enum { STEP = 1 << 20 };
    const struct blocks *blocks = context;
    return done % STEP == 0 ? loader_work_tell(&blocks->options->work, done, blocks->image_size, error) : SIM_OK;
}

static enum sim_status load_lzx(struct image *image, const struct xex *xex, const uint8_t *session_key,
                                const struct xex_options *options, struct sim_error *error)
{
    struct blocks blocks = {.strict = !options->no_verify, .options = options, .image_size = image->size};
    const struct lzx_source source = {next_chunk, lzx_progress, &blocks};
    blocks_start(&blocks, xex, session_key);
    char place[sizeof error->text]; /* where the data begin; a frame's own place is known to nobody */
    snprintf(place, sizeof place, "%s: 0x%" PRIx32, xex->name, xex->headers_size);
    enum sim_status status = lzx_decode(image->bytes, image->size, xex->format.window_bits, &source, place, error);
    free(blocks.buffer);
    return status;
}

static enum sim_status load_basic(struct image *image, const struct xex *xex, const uint8_t *session_key,
                                  struct sim_error *error)
{
    const struct xex_header *header = xex_find(xex, XEX_KEY_FILE_FORMAT);
    struct stream stream;
    uint64_t at = 0;
    stream_start(&stream, xex, session_key);
    for (uint32_t i = 0; i < xex->format.block_count; i++) {
        uint64_t data = bytes_be32(xex->format.blocks + 8 * i), zero = bytes_be32(xex->format.blocks + 8 * i + 4);
        if (data > stream_left(&stream) || data + zero > image->size - at)
            return sim_fail(
                error, SIM_BAD_INPUT,
                "%s: 0x%" PRIx32 ": basic compression: block %" PRIu32 ": 0x%" PRIx64 " bytes and 0x%" PRIx64
                " zeros, where the file has 0x%" PRIx64 " left and the image 0x%" PRIx64,
                xex->name, header->offset + 8 + 8 * i, i, data, zero, stream_left(&stream), image->size - at);
        stream_read(&stream, image->bytes + at, data);
        at += data + zero;
    }
    return SIM_OK;
}

static enum sim_status load_plain(struct image *image, const struct xex *xex, const uint8_t *session_key,
                                  struct sim_error *error)
{
    struct stream stream;
    stream_start(&stream, xex, session_key);
    if (stream_left(&stream) < image->size)
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: ends after 0x%" PRIx64 " bytes; an image of 0x%" PRIx32
                        " should follow the headers of 0x%" PRIx32,
                        xex->name, xex->size, image->size, xex->headers_size);
    stream_read(&stream, image->bytes, image->size);
    return SIM_OK;
}

/* Whether what comes out with this key looks like a title: LZX has a digest of the first block; otherwise there must
 * be a PE. */
static bool key_fits(const struct xex *xex, const uint8_t *session_key)
{
    bool right = false;
    if (xex->format.compression == XEX_LZX) {
        struct blocks blocks = {0};
        blocks_start(&blocks, xex, session_key);
        if (fetch_block(&blocks, &right, NULL) != SIM_OK)
            right = false;
        free(blocks.buffer);
    } else {
        uint8_t start[16];
        struct stream stream;
        stream_start(&stream, xex, session_key);
        if (stream_left(&stream) >= sizeof start) {
            stream_read(&stream, start, sizeof start);
            right = memcmp(start, "MZ\x90", 3) == 0;
        }
    }
    return right;
}

/* The user's keys in their order, then the built-in one. */
static enum sim_status find_key(uint8_t session_key[XEX_KEY_SIZE], const struct xex *xex,
                                const struct loader_keys *keys, struct xex_report *report, struct sim_error *error)
{
    for (size_t i = 1; i <= keys->count; i++) {
        size_t key = i < keys->count ? i : 0;
        struct crypto_cbc unwrap;
        crypto_cbc_start(&unwrap, keys->key[key].key);
        crypto_cbc_decrypt(&unwrap, session_key, xex->security.key, XEX_KEY_SIZE);
        if (key_fits(xex, session_key)) {
            memcpy(report->key, keys->key[key].name, sizeof report->key);
            return SIM_OK;
        }
    }
    return sim_fail(error, SIM_BAD_INPUT,
                    "%s: 0x%" PRIx64 ": wrapped key: none of the %zu keys at hand fits: what they decrypt has not the "
                    "digest of the first block, or does not begin as a PE",
                    xex->name, (uint64_t)(xex->security.key - xex->bytes), keys->count);
}

enum sim_status xex_load_bytes(struct image *image, const struct xex *xex, const struct loader_keys *keys,
                               const struct xex_options *options, struct xex_report *report, struct sim_error *error)
{
    uint8_t unwrapped[XEX_KEY_SIZE], *session_key = NULL;
    if (xex->format.encryption == XEX_ENCRYPTED) {
        session_key = unwrapped;
        enum sim_status status = find_key(session_key, xex, keys, report, error);
        if (status != SIM_OK)
            return status;
    }
    switch (xex->format.compression) {
    case XEX_LZX:
        return load_lzx(image, xex, session_key, options, error);
    case XEX_BASIC:
        return load_basic(image, xex, session_key, error);
    default:
        return load_plain(image, xex, session_key, error);
    }
}
