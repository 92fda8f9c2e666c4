#include "kernel-hle/loader/crypto.h"

#include "kernel-hle/loader/bytes.h"

#include <nettle/cbc.h>
#include <nettle/sha1.h>

#include <string.h>

void crypto_cbc_start(struct crypto_cbc *cbc, const uint8_t key[CRYPTO_KEY_SIZE])
{
    aes128_set_decrypt_key(&cbc->aes, key);
    memset(cbc->iv, 0, sizeof cbc->iv);
}

static void decrypt_blocks(const void *context, size_t size, uint8_t *to, const uint8_t *from)
{
    aes128_decrypt(context, size, to, from);
}

void crypto_cbc_decrypt(struct crypto_cbc *cbc, uint8_t *to, const uint8_t *from, size_t size)
{
    enum { STEP = 1 << 14 }; /* what was decrypted is still in the cache when it is chained */
    for (size_t at = 0; at < size; at += STEP)
        cbc_decrypt(&cbc->aes, decrypt_blocks, CRYPTO_KEY_SIZE, cbc->iv, size - at < STEP ? size - at : STEP, to + at,
                    from + at);
}

void crypto_sha1(uint8_t digest[CRYPTO_DIGEST_SIZE], const uint8_t *first, size_t first_size, const uint8_t *second,
                 size_t second_size)
{
    struct sha1_ctx sha;
    sha1_init(&sha);
    sha1_update(&sha, first_size, first);
    sha1_update(&sha, second_size, second);
    sha1_digest(&sha, CRYPTO_DIGEST_SIZE, digest);
}

static uint64_t rotate_left(uint64_t value, unsigned by)
{
    return value << by | value >> (64 - by);
}

void crypto_rotsum_sha1(uint8_t digest[CRYPTO_DIGEST_SIZE], const uint8_t *bytes, size_t size)
{
    uint64_t sum[4] = {0};
    for (size_t at = 0; at + 8 <= size; at += 8) {
        uint64_t word = bytes_be64(bytes + at);
        sum[1] += word;
        sum[0] += sum[1] < word;
        sum[2] -= sum[3] < word;
        sum[3] -= word;
        sum[1] = rotate_left(sum[1], 29);
        sum[3] = rotate_left(sum[3], 31);
    }
    uint8_t before[32], after[32];
    for (unsigned i = 0; i < 32; i++) {
        before[i] = (uint8_t)(sum[i / 8] >> (56 - i % 8 * 8));
        after[i] = (uint8_t)~before[i];
    }
    struct sha1_ctx sha;
    sha1_init(&sha);
    sha1_update(&sha, sizeof before, before);
    sha1_update(&sha, sizeof before, before);
    sha1_update(&sha, size, bytes);
    sha1_update(&sha, sizeof after, after);
    sha1_update(&sha, sizeof after, after);
    sha1_digest(&sha, CRYPTO_DIGEST_SIZE, digest);
}
