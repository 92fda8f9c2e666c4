/* Large numbers, random ones, and what kind of console this is. */
#include "kernel-hle/ke/ke.h"
#include "kernel-hle/kernel/handlers.h"
#include "kernel-hle/kernel/kernel_parts.h"

#include <gmp.h>
#include <nettle/sha2.h>

#include <string.h>

enum {
    RETAIL = 2, /* XeKeysGetConsoleType */
    SWAP_WORDS = 512,
    RSA_WORDS_MAX = 64,
    RSA_EXPONENT = 4, /* in a key: words of the modulus, the exponent, 8 bytes, the modulus */
    RSA_MODULUS = 0x10
};

/* Numbers are doublewords, the least significant first. */
static bool get_number(struct kernel *k, mpz_t number, uint32_t address, uint32_t words)
{
    uint8_t bytes[8 * RSA_WORDS_MAX];
    if (!guest_read(k, address, bytes, (size_t)8 * words))
        return false;
    mpz_import(number, words, -1, 8, 1, 0, bytes);
    return true;
}

void hle_XeCryptBnQwNeRsaPubCrypt(struct kernel *k, struct kernel_call *c)
{
    uint32_t key = kernel_arg(c, 2), words = guest_u32(k, key), exponent = guest_u32(k, key + RSA_EXPONENT);
    uint8_t bytes[8 * RSA_WORDS_MAX] = {0};
    if (words == 0 || words > RSA_WORDS_MAX)
        return;
    mpz_t base, modulus;
    mpz_inits(base, modulus, NULL);
    if (get_number(k, base, kernel_arg(c, 0), words) && get_number(k, modulus, key + RSA_MODULUS, words) &&
        mpz_sgn(modulus) != 0) {
        mpz_powm_ui(base, base, exponent, modulus);
        mpz_export(bytes, NULL, -1, 8, 1, 0, base);
        guest_write(k, kernel_arg(c, 1), bytes, (size_t)8 * words);
        c->result = 1;
    }
    mpz_clears(base, modulus, NULL);
}

/* The bytes of each doubleword the other way round. */
void hle_XeCryptBnQw_SwapDwQwLeBe(struct kernel *k, struct kernel_call *c)
{
    uint32_t from = kernel_arg(c, 0), to = kernel_arg(c, 1), words = kernel_arg(c, 2);
    uint64_t word[SWAP_WORDS];
    for (uint32_t done = 0, part; done < words; done += part) {
        part = words - done < SWAP_WORDS ? words - done : SWAP_WORDS;
        if (!guest_read(k, from + 8 * done, word, (size_t)8 * part))
            return;
        for (uint32_t i = 0; i < part; i++)
            word[i] = __builtin_bswap64(word[i]);
        if (!guest_write(k, to + 8 * done, word, (size_t)8 * part))
            return;
    }
}

/* Digests of the moment and of who asks: the same in every run of the same machine. */
void hle_XeCryptRandom(struct kernel *k, struct kernel_call *c)
{
    uint32_t address = kernel_arg(c, 0), size = kernel_arg(c, 1);
    uint64_t seed[4] = {kernel_now(k), ke_thread_id(c->thread), address, 0};
    if (!k->reference.crypt_random) {
        guest_fill(k, address, 0xFD, size);
        return;
    }
    for (uint32_t done = 0, part; done < size; done += part, seed[3]++) {
        uint8_t bytes[sizeof seed], digest[SHA256_DIGEST_SIZE];
        struct sha256_ctx sha;
        for (unsigned i = 0; i < sizeof seed; i++)
            bytes[i] = (uint8_t)(seed[i / 8] >> (8 * (i % 8)));
        sha256_init(&sha);
        sha256_update(&sha, sizeof bytes, bytes);
        sha256_digest(&sha, sizeof digest, digest);
        part = size - done < sizeof digest ? size - done : (uint32_t)sizeof digest;
        if (!guest_write(k, address + done, digest, part))
            return;
    }
}

void hle_XeKeysGetConsoleType(struct kernel *k, struct kernel_call *c)
{
    guest_put_u32(k, kernel_arg(c, 0), RETAIL);
}
