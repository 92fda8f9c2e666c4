/* The image as it is stored: compressed, then encrypted. */
#include "kernel-hle/loader/bytes.h"
#include "kernel-hle/loader/crypto.h"
#include "kernel-hle/loader/lzx.h"
#include "kernel-hle/loader/lzx_encode.h"
#include "kernel-hle/loader/xex_pack_parts.h"

#include <nettle/aes.h>
#include <nettle/cbc.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { FORMAT_SIZE = 4 /* encryption, compression */, BLOCK_ALIGN = 16, LZX_BLOCK = 1 << 16, BASIC_STEP = 0x1000 };

static enum sim_status store_plain(const struct pack *pack, struct pack_bytes *stored)
{
    uint8_t *to = pack_bytes_add(stored, pack->size);
    if (to == NULL)
        return pack_no_memory(pack);
    memcpy(to, pack->bytes, pack->size);
    return SIM_OK;
}

static bool all_zero(const uint8_t *bytes, size_t size)
{
    return bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0;
}

static uint32_t run(const struct pack *pack, uint32_t at, bool zero)
{
    uint32_t begin = at;
    while (at < pack->size && all_zero(pack->bytes + at, BASIC_STEP) == zero)
        at += BASIC_STEP;
    return at - begin;
}

/* Data, then zeros, again and again, in steps of 4 KiB. */
static enum sim_status store_basic(const struct pack *pack, struct pack_bytes *stored, struct pack_bytes *format)
{
    for (uint32_t at = 0; at < pack->size;) {
        uint32_t data = run(pack, at, false), zero = run(pack, at + data, true);
        uint8_t *to = pack_bytes_add(stored, data), *block = pack_bytes_add(format, 8);
        if (to == NULL || block == NULL)
            return pack_no_memory(pack);
        memcpy(to, pack->bytes + at, data);
        bytes_put_be32(block, data);
        bytes_put_be32(block + 4, zero);
        at += data + zero;
    }
    return SIM_OK;
}

/* Blocks of chunks. Each one begins with the size and the digest of the next, so they are only known from the end. */
struct blocks {
    const struct pack *pack;
    struct pack_bytes *stored;
    size_t *begin; /* of each block */
    size_t count, room;
    uint64_t chunks;
};

static bool begin_block(struct blocks *blocks)
{
    if (blocks->count == blocks->room) {
        size_t room = blocks->room * 2 + 16;
        size_t *moved = realloc(blocks->begin, room * sizeof *moved);
        if (moved == NULL)
            return false;
        blocks->begin = moved;
        blocks->room = room;
    }
    blocks->begin[blocks->count++] = blocks->stored->size;
    return pack_bytes_add(blocks->stored, XEX_BLOCK_HEADER_SIZE) != NULL;
}

/* A length of 0 ends it; zeros fill the last 16 bytes. */
static bool end_block(struct blocks *blocks)
{
    size_t rest = (blocks->stored->size + 2) % BLOCK_ALIGN;
    return pack_bytes_add(blocks->stored, 2 + (rest > 0 ? BLOCK_ALIGN - rest : 0)) != NULL;
}

static enum sim_status add_chunk(void *context, const uint8_t *bytes, size_t size, struct sim_error *error)
{
    struct blocks *blocks = context;
    bool room = true;
    if (blocks->count == 0) {
        room = begin_block(blocks);
    } else if (blocks->stored->size - blocks->begin[blocks->count - 1] + size > LZX_BLOCK) {
        room = end_block(blocks) && begin_block(blocks);
    }
    uint8_t *to = room ? pack_bytes_add(blocks->stored, 2 + size) : NULL;
    if (to == NULL)
        return pack_no_memory(blocks->pack);
    bytes_put_be16(to, (uint16_t)size);
    memcpy(to + 2, bytes, size);
    const struct pack *pack = blocks->pack;
    uint64_t done = ++blocks->chunks * LZX_FRAME_SIZE;
    return loader_work_tell(&pack->options->work, done < pack->size ? done : pack->size, pack->size, error);
}

static enum sim_status store_lzx(const struct pack *pack, struct pack_bytes *stored, struct pack_bytes *format)
{
    const struct xex_pack_options *options = pack->options;
    unsigned window_bits = options->window_bits != 0 ? options->window_bits : 16;
    struct blocks blocks = {.pack = pack, .stored = stored};
    const struct lzx_sink sink = {add_chunk, &blocks};
    uint8_t *header = pack_bytes_add(format, 8 + XEX_DIGEST_SIZE);
    enum sim_status status =
        header != NULL ? lzx_encode(pack->bytes, pack->size, window_bits, &sink, pack->error) : pack_no_memory(pack);
    if (status == SIM_OK && !end_block(&blocks))
        status = pack_no_memory(pack);
    if (status == SIM_OK) {
        size_t end = stored->size;
        bytes_put_be32(header, UINT32_C(1) << window_bits);
        for (size_t i = blocks.count; i-- > 0;) {
            uint8_t *block = stored->bytes + blocks.begin[i];
            uint8_t *before = i > 0 ? stored->bytes + blocks.begin[i - 1] : header + 4;
            bytes_put_be32(before, (uint32_t)(end - blocks.begin[i]));
            crypto_sha1(before + 4, block, end - blocks.begin[i], NULL, 0);
            end = blocks.begin[i];
        }
    }
    free(blocks.begin);
    return status;
}

static void encrypt_blocks(const void *context, size_t size, uint8_t *to, const uint8_t *from)
{
    aes128_encrypt(context, size, to, from);
}

void pack_encrypt(const uint8_t key[XEX_KEY_SIZE], uint8_t *bytes, size_t size)
{
    struct aes128_ctx aes;
    uint8_t iv[XEX_KEY_SIZE] = {0};
    aes128_set_encrypt_key(&aes, key);
    cbc_encrypt(&aes, encrypt_blocks, XEX_KEY_SIZE, iv, size, bytes, bytes);
}

enum sim_status pack_store(const struct pack *pack, const uint8_t session_key[XEX_KEY_SIZE], struct pack_bytes *stored,
                           struct pack_bytes *format)
{
    const struct xex_pack_options *options = pack->options;
    uint8_t *words = pack_bytes_add(format, FORMAT_SIZE);
    if (words == NULL)
        return pack_no_memory(pack);
    bytes_put_be16(words, (uint16_t)options->encryption);
    bytes_put_be16(words + 2, (uint16_t)options->compression);
    enum sim_status status = options->compression == XEX_LZX     ? store_lzx(pack, stored, format)
                             : options->compression == XEX_BASIC ? store_basic(pack, stored, format)
                                                                 : store_plain(pack, stored);
    if (status == SIM_OK && options->encryption == XEX_ENCRYPTED)
        pack_encrypt(session_key, stored->bytes, stored->size);
    return status;
}
