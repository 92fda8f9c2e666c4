/* Digests. A state lies in the title's memory: how many bytes it has taken, its words, and the block that is not full.
 */
#include "kernel-hle/crypt/crypt.h"
#include "kernel-hle/kernel/handlers.h"

#include <nettle/md5.h>
#include <nettle/nettle-meta.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>

#include <string.h>

enum { PIECE = 4096, DIGEST_MAX = 64, BLOCK_MAX = 128, HMAC_BLOCK = SHA1_BLOCK_SIZE };

union context {
    struct md5_ctx md5;
    struct sha1_ctx sha1;
    struct sha256_ctx sha256;
    struct sha512_ctx sha512;
};

/* Where things lie in the library's context, and in the title's state. */
struct digest {
    const struct nettle_hash *hash;
    size_t state, blocks, index, block;
    uint8_t words, word_size, words_at, block_at;
};

#define DIGEST(name, blocks, words, word_size, words_at)                                                        \
    (struct digest)                                                                                             \
    {                                                                                                           \
        &nettle_##name, offsetof(struct name##_ctx, state), offsetof(struct name##_ctx, blocks),                \
            offsetof(struct name##_ctx, index), offsetof(struct name##_ctx, block), words, word_size, words_at, \
            (words_at) + (words) * (word_size)                                                                  \
    }
#define MD5    (&DIGEST(md5, count, 4, 4, 4))
#define SHA1   (&DIGEST(sha1, count, 5, 4, 4))
#define SHA256 (&DIGEST(sha256, count, 8, 4, 4))
#define SHA512 (&DIGEST(sha512, count_low, 8, 8, 8))

static void put_state(struct kernel *k, uint32_t address, const struct digest *d, const union context *context)
{
    const uint8_t *at = (const uint8_t *)context;
    uint64_t blocks;
    unsigned index;
    memcpy(&blocks, at + d->blocks, sizeof blocks);
    memcpy(&index, at + d->index, sizeof index);
    guest_put_u32(k, address, (uint32_t)(blocks * d->hash->block_size + index));
    for (uint32_t i = 0; i < d->words; i++) {
        uint32_t word;
        uint64_t wide;
        if (d->word_size == 4) {
            memcpy(&word, at + d->state + 4 * i, 4);
            guest_put_u32(k, address + d->words_at + 4 * i, word);
        } else {
            memcpy(&wide, at + d->state + 8 * i, 8);
            guest_put_u64(k, address + d->words_at + 8 * i, wide);
        }
    }
    guest_write(k, address + d->block_at, at + d->block, index);
}

static void get_state(struct kernel *k, uint32_t address, const struct digest *d, union context *context)
{
    uint8_t *at = (uint8_t *)context;
    uint32_t count = guest_u32(k, address);
    uint64_t blocks = count / d->hash->block_size;
    unsigned index = count % d->hash->block_size;
    d->hash->init(context);
    memcpy(at + d->blocks, &blocks, sizeof blocks);
    memcpy(at + d->index, &index, sizeof index);
    for (uint32_t i = 0; i < d->words; i++) {
        uint32_t word = guest_u32(k, address + d->words_at + d->word_size * i);
        uint64_t wide = guest_u64(k, address + d->words_at + d->word_size * i);
        if (d->word_size == 4)
            memcpy(at + d->state + 4 * i, &word, 4);
        else
            memcpy(at + d->state + 8 * i, &wide, 8);
    }
    guest_read(k, address + d->block_at, at + d->block, index);
}

static void take(struct kernel *k, const struct digest *d, union context *context, uint32_t address, uint32_t size)
{
    uint8_t bytes[PIECE];
    for (uint32_t done = 0, part; done < size; done += part) {
        part = size - done < PIECE ? size - done : PIECE;
        if (!guest_read(k, address + done, bytes, part))
            return;
        d->hash->update(context, part, bytes);
    }
}

static void put_digest(struct kernel *k, const struct digest *d, union context *context, uint32_t address,
                       uint32_t size)
{
    uint8_t bytes[DIGEST_MAX];
    uint32_t whole = d->hash->digest_size;
    d->hash->digest(context, whole, bytes);
    guest_write(k, address, bytes, size < whole ? size : whole);
}

static void init(struct kernel *k, const struct kernel_call *c, const struct digest *d)
{
    union context context;
    d->hash->init(&context);
    put_state(k, kernel_arg(c, 0), d, &context);
}

static void update(struct kernel *k, const struct kernel_call *c, const struct digest *d)
{
    union context context;
    get_state(k, kernel_arg(c, 0), d, &context);
    take(k, d, &context, kernel_arg(c, 1), kernel_arg(c, 2));
    put_state(k, kernel_arg(c, 0), d, &context);
}

static void final(struct kernel *k, const struct kernel_call *c, const struct digest *d)
{
    union context context;
    get_state(k, kernel_arg(c, 0), d, &context);
    put_digest(k, d, &context, kernel_arg(c, 1), kernel_arg(c, 2));
}

/* Three inputs, each an address and a size, from argument `first` on; null and 0 are left out. */
static void take_three(struct kernel *k, const struct kernel_call *c, const struct digest *d, union context *context,
                       unsigned first)
{
    for (unsigned i = first; i < first + 6; i += 2)
        if (kernel_arg(c, i))
            take(k, d, context, kernel_arg(c, i), kernel_arg(c, i + 1));
}

static void at_once(struct kernel *k, const struct kernel_call *c, const struct digest *d)
{
    union context context;
    d->hash->init(&context);
    take_three(k, c, d, &context, 0);
    put_digest(k, d, &context, kernel_arg(c, 6), kernel_arg(c, 7));
}

void hle_XeCryptMd5Init(struct kernel *k, struct kernel_call *c)
{
    init(k, c, MD5);
}

void hle_XeCryptMd5Update(struct kernel *k, struct kernel_call *c)
{
    update(k, c, MD5);
}

void hle_XeCryptMd5Final(struct kernel *k, struct kernel_call *c)
{
    final(k, c, MD5);
}

void hle_XeCryptMd5(struct kernel *k, struct kernel_call *c)
{
    at_once(k, c, MD5);
}

void hle_XeCryptShaInit(struct kernel *k, struct kernel_call *c)
{
    init(k, c, SHA1);
}

void hle_XeCryptShaUpdate(struct kernel *k, struct kernel_call *c)
{
    update(k, c, SHA1);
}

void hle_XeCryptShaFinal(struct kernel *k, struct kernel_call *c)
{
    final(k, c, SHA1);
}

void hle_XeCryptSha(struct kernel *k, struct kernel_call *c)
{
    at_once(k, c, SHA1);
}

void hle_XeCryptSha256Init(struct kernel *k, struct kernel_call *c)
{
    init(k, c, SHA256);
}

void hle_XeCryptSha256Update(struct kernel *k, struct kernel_call *c)
{
    update(k, c, SHA256);
}

void hle_XeCryptSha256Final(struct kernel *k, struct kernel_call *c)
{
    final(k, c, SHA256);
}

void hle_XeCryptSha512Init(struct kernel *k, struct kernel_call *c)
{
    init(k, c, SHA512);
}

void hle_XeCryptSha512Update(struct kernel *k, struct kernel_call *c)
{
    update(k, c, SHA512);
}

void hle_XeCryptSha512Final(struct kernel *k, struct kernel_call *c)
{
    final(k, c, SHA512);
}

/* HMAC with SHA-1 of what begins in argument `first`; the key is a block, padded with zeros. */
static void hmac(struct kernel *k, const struct kernel_call *c, const uint8_t key[HMAC_BLOCK], unsigned first)
{
    union context context;
    uint8_t pad[HMAC_BLOCK], inner[SHA1_DIGEST_SIZE];
    for (unsigned i = 0; i < HMAC_BLOCK; i++)
        pad[i] = key[i] ^ 0x36;
    sha1_init(&context.sha1);
    sha1_update(&context.sha1, HMAC_BLOCK, pad);
    take_three(k, c, SHA1, &context, first);
    sha1_digest(&context.sha1, SHA1_DIGEST_SIZE, inner);
    for (unsigned i = 0; i < HMAC_BLOCK; i++)
        pad[i] = key[i] ^ 0x5C;
    sha1_init(&context.sha1);
    sha1_update(&context.sha1, HMAC_BLOCK, pad);
    sha1_update(&context.sha1, SHA1_DIGEST_SIZE, inner);
    put_digest(k, SHA1, &context, kernel_arg(c, first + 6), kernel_arg(c, first + 7));
}

void hle_XeCryptHmacSha(struct kernel *k, struct kernel_call *c)
{
    uint8_t key[HMAC_BLOCK] = {0};
    uint32_t size = kernel_arg(c, 1);
    if (size <= HMAC_BLOCK) {
        guest_read(k, kernel_arg(c, 0), key, size);
    } else {
        union context context;
        sha1_init(&context.sha1);
        take(k, SHA1, &context, kernel_arg(c, 0), size);
        sha1_digest(&context.sha1, SHA1_DIGEST_SIZE, key);
    }
    hmac(k, c, key, 2);
}

void hle_XeKeysHmacShaUsingKey(struct kernel *k, struct kernel_call *c)
{
    uint8_t key[HMAC_BLOCK] = {0};
    if (kernel_arg(c, 0) == 0) {
        c->result = NT_INVALID_PARAMETER;
        return;
    }
    crypt_clear_key(k, kernel_arg(c, 0), key);
    hmac(k, c, key, 1);
}
