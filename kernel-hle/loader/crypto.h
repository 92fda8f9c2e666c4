/* What the containers' formats do with AES and SHA-1. */
#ifndef CYCLE360_HLE_LOADER_CRYPTO_H
#define CYCLE360_HLE_LOADER_CRYPTO_H

#include <nettle/aes.h>

#include <stddef.h>
#include <stdint.h>

enum { CRYPTO_KEY_SIZE = 16, CRYPTO_DIGEST_SIZE = 20 };

/* AES-128-CBC as it goes through a file: every call goes on where the last one ended. */
struct crypto_cbc {
    struct aes128_ctx aes;
    uint8_t iv[CRYPTO_KEY_SIZE];
};

/* Begins with a chaining value of zeros. */
void crypto_cbc_start(struct crypto_cbc *cbc, const uint8_t key[CRYPTO_KEY_SIZE]);
/* size is a multiple of 16. */
void crypto_cbc_decrypt(struct crypto_cbc *cbc, uint8_t *to, const uint8_t *from, size_t size);

/* SHA-1 of two runs of bytes, one after the other. */
void crypto_sha1(uint8_t digest[CRYPTO_DIGEST_SIZE], const uint8_t *first, size_t first_size, const uint8_t *second,
                 size_t second_size);

/* SHA-1 of the bytes between the two halves of their rotating sum, in which each half stands twice: what the console
 * signs. The sum leaves out what is left of size / 8. */
void crypto_rotsum_sha1(uint8_t digest[CRYPTO_DIGEST_SIZE], const uint8_t *bytes, size_t size);

#endif
