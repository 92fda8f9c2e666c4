/* Whether an RSA-2048 signature is one of a digest, in the console's own padding. */
#ifndef CYCLE360_HLE_LOADER_RSA_H
#define CYCLE360_HLE_LOADER_RSA_H

#include "kernel-hle/loader/crypto.h"

#include <stdbool.h>
#include <stdint.h>

enum { RSA_SIZE = 256, RSA_SALT_SIZE = 10 };

/* The block of 256 bytes that is signed: the most significant byte first. */
void rsa_format(uint8_t block[RSA_SIZE], const uint8_t digest[CRYPTO_DIGEST_SIZE], const char salt[RSA_SALT_SIZE]);

/* The signature as it lies in the file: 32 digits of 64 bits, the least significant one first, each one big-endian. The
 * modulus has its most significant byte first. Public exponents 3 and 65537 are tried. */
bool rsa_verify(const uint8_t signature[RSA_SIZE], const uint8_t modulus[RSA_SIZE],
                const uint8_t digest[CRYPTO_DIGEST_SIZE], const char salt[RSA_SALT_SIZE]);

#endif
