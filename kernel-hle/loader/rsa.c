#include "kernel-hle/loader/rsa.h"

#include <gmp.h>
#include <nettle/arcfour.h>
#include <nettle/sha1.h>

#include <string.h>

void rsa_format(uint8_t block[RSA_SIZE], const uint8_t digest[CRYPTO_DIGEST_SIZE], const char salt[RSA_SALT_SIZE])
{
    enum { ONE = 0xE0, SALT = ONE + 1, INNER = SALT + RSA_SALT_SIZE, END = INNER + CRYPTO_DIGEST_SIZE };
    memset(block, 0, RSA_SIZE);
    block[ONE] = 1;
    memcpy(block + SALT, salt, RSA_SALT_SIZE);
    block[END] = 0xBC;

    struct sha1_ctx sha;
    sha1_init(&sha);
    sha1_update(&sha, 8, block); /* zeros */
    sha1_update(&sha, CRYPTO_DIGEST_SIZE, digest);
    sha1_update(&sha, RSA_SALT_SIZE, block + SALT);
    sha1_digest(&sha, CRYPTO_DIGEST_SIZE, block + INNER);

    struct arcfour_ctx rc4;
    arcfour_set_key(&rc4, CRYPTO_DIGEST_SIZE, block + INNER);
    arcfour_crypt(&rc4, INNER, block, block);
    block[0] &= 0x7F; /* less than any modulus of 2048 bits */
}

/* Two descriptions of the console's routine exist: the plain one, and one that signs the block in Montgomery's form,
 * multiplied by 2^(2048 (e - 1)). A signature that fits either was made with the private key. */
static bool fits(const mpz_t signature, const mpz_t block, const mpz_t modulus, unsigned long exponent)
{
    mpz_t got, want;
    mpz_inits(got, want, NULL);
    mpz_powm_ui(got, signature, exponent, modulus);
    mpz_mod(want, block, modulus);
    bool same = mpz_cmp(got, want) == 0;
    if (!same) {
        mpz_set_ui(want, 1);
        mpz_mul_2exp(want, want, 8 * RSA_SIZE);
        mpz_powm_ui(want, want, exponent - 1, modulus);
        mpz_mul(want, want, block);
        mpz_mod(want, want, modulus);
        same = mpz_cmp(got, want) == 0;
    }
    mpz_clears(got, want, NULL);
    return same;
}

bool rsa_verify(const uint8_t signature[RSA_SIZE], const uint8_t modulus[RSA_SIZE],
                const uint8_t digest[CRYPTO_DIGEST_SIZE], const char salt[RSA_SALT_SIZE])
{
    enum { DIGITS = RSA_SIZE / 8 };
    if (modulus[0] < 0x80 || modulus[RSA_SIZE - 1] % 2 == 0)
        return false; /* no product of two large primes */
    uint8_t block[RSA_SIZE];
    mpz_t s, m, n;
    mpz_inits(s, m, n, NULL);
    mpz_import(s, DIGITS, -1, 8, 1, 0, signature);
    mpz_import(n, RSA_SIZE, 1, 1, 1, 0, modulus);
    rsa_format(block, digest, salt);
    mpz_import(m, RSA_SIZE, 1, 1, 1, 0, block);
    bool right = mpz_cmp(s, n) < 0 && (fits(s, m, n, 3) || fits(s, m, n, 65537));
    mpz_clears(s, m, n, NULL);
    return right;
}
