/* Ciphers. What a state in the title's memory holds is the key, in its beginning: the schedule is made anew by each
 * call. */
#include "kernel-hle/crypt/crypt.h"
#include "kernel-hle/kernel/handlers.h"

#include <nettle/aes.h>
#include <nettle/arcfour.h>
#include <nettle/cbc.h>
#include <nettle/des.h>

#include <string.h>

enum { PIECE = 4096, AES_STATE = 0x160, DES3_STATE = 0x180, RC4_STATE = 0x102, RC4_KEY_MAX = 256 };

union cipher {
    struct aes128_ctx aes;
    struct des3_ctx des3;
};

/* From `from` to `to`, whole blocks; the chaining value lies at `chain`, 0: none. */
static void run(struct kernel *k, const union cipher *cipher, nettle_cipher_func *function, uint32_t block,
                bool encrypts, uint32_t from, uint32_t size, uint32_t to, uint32_t chain)
{
    uint8_t bytes[PIECE], iv[AES_BLOCK_SIZE];
    if (chain)
        guest_read(k, chain, iv, block);
    size -= size % block;
    for (uint32_t done = 0, part; done < size; done += part) {
        part = size - done < PIECE ? size - done : PIECE;
        if (!guest_read(k, from + done, bytes, part))
            return;
        if (!chain)
            function(cipher, part, bytes, bytes);
        else if (encrypts)
            cbc_encrypt(cipher, function, block, iv, part, bytes, bytes);
        else
            cbc_decrypt(cipher, function, block, iv, part, bytes, bytes);
        if (!guest_write(k, to + done, bytes, part))
            return;
    }
    if (chain)
        guest_write(k, chain, iv, block);
}

static void aes(struct kernel *k, const uint8_t key[AES128_KEY_SIZE], bool encrypts, uint32_t from, uint32_t size,
                uint32_t to, uint32_t chain)
{
    union cipher cipher;
    if (encrypts)
        aes128_set_encrypt_key(&cipher.aes, key);
    else
        aes128_set_decrypt_key(&cipher.aes, key);
    run(k, &cipher, (nettle_cipher_func *)(encrypts ? aes128_encrypt : aes128_decrypt), AES_BLOCK_SIZE, encrypts, from,
        size, to, chain);
}

void hle_XeCryptAesKey(struct kernel *k, struct kernel_call *c)
{
    uint8_t state[AES_STATE] = {0};
    guest_read(k, kernel_arg(c, 1), state, AES128_KEY_SIZE);
    guest_write(k, kernel_arg(c, 0), state, sizeof state);
}

void hle_XeCryptAesEcb(struct kernel *k, struct kernel_call *c)
{
    uint8_t key[AES128_KEY_SIZE];
    guest_read(k, kernel_arg(c, 0), key, sizeof key);
    aes(k, key, kernel_arg(c, 3) != 0, kernel_arg(c, 1), AES_BLOCK_SIZE, kernel_arg(c, 2), 0);
}

void hle_XeCryptAesCbc(struct kernel *k, struct kernel_call *c)
{
    uint8_t key[AES128_KEY_SIZE];
    guest_read(k, kernel_arg(c, 0), key, sizeof key);
    aes(k, key, kernel_arg(c, 5) != 0, kernel_arg(c, 1), kernel_arg(c, 2), kernel_arg(c, 3), kernel_arg(c, 4));
}

void hle_XeCryptDes3Key(struct kernel *k, struct kernel_call *c)
{
    uint8_t state[DES3_STATE] = {0};
    guest_read(k, kernel_arg(c, 1), state, DES3_KEY_SIZE);
    guest_write(k, kernel_arg(c, 0), state, sizeof state);
}

static void des3(struct kernel *k, uint32_t state, bool encrypts, uint32_t from, uint32_t size, uint32_t to,
                 uint32_t chain)
{
    union cipher cipher;
    uint8_t key[DES3_KEY_SIZE];
    guest_read(k, state, key, sizeof key);
    (void)des3_set_key(&cipher.des3, key); /* a weak key is a title's own business */
    run(k, &cipher, (nettle_cipher_func *)(encrypts ? des3_encrypt : des3_decrypt), DES_BLOCK_SIZE, encrypts, from,
        size, to, chain);
}

void hle_XeCryptDes3Ecb(struct kernel *k, struct kernel_call *c)
{
    des3(k, kernel_arg(c, 0), kernel_arg(c, 3) != 0, kernel_arg(c, 1), DES_BLOCK_SIZE, kernel_arg(c, 2), 0);
}

void hle_XeCryptDes3Cbc(struct kernel *k, struct kernel_call *c)
{
    des3(k, kernel_arg(c, 0), kernel_arg(c, 5) != 0, kernel_arg(c, 1), kernel_arg(c, 2), kernel_arg(c, 3),
         kernel_arg(c, 4));
}

void hle_XeCryptDesParity(struct kernel *k, struct kernel_call *c)
{
    uint32_t from = kernel_arg(c, 0), size = kernel_arg(c, 1), to = kernel_arg(c, 2);
    uint8_t bytes[PIECE];
    for (uint32_t done = 0, part; done < size; done += part) {
        part = size - done < PIECE ? size - done : PIECE;
        if (!guest_read(k, from + done, bytes, part))
            return;
        des_fix_parity(part, bytes, bytes);
        if (!guest_write(k, to + done, bytes, part))
            return;
    }
}

/* 256 bytes of the permutation, and the two indices. */
static void rc4_key(struct kernel *k, struct arcfour_ctx *rc4, uint32_t address, uint32_t size)
{
    uint8_t key[RC4_KEY_MAX] = {0};
    size = size < RC4_KEY_MAX ? size : RC4_KEY_MAX;
    guest_read(k, address, key, size);
    arcfour_set_key(rc4, size ? size : 1, key);
}

static void rc4_crypt(struct kernel *k, struct arcfour_ctx *rc4, uint32_t address, uint32_t size)
{
    uint8_t bytes[PIECE];
    for (uint32_t done = 0, part; done < size; done += part) {
        part = size - done < PIECE ? size - done : PIECE;
        if (!guest_read(k, address + done, bytes, part))
            return;
        arcfour_crypt(rc4, part, bytes, bytes);
        if (!guest_write(k, address + done, bytes, part))
            return;
    }
}

static void put_rc4(struct kernel *k, uint32_t address, const struct arcfour_ctx *rc4)
{
    uint8_t state[RC4_STATE];
    memcpy(state, rc4->S, 256);
    state[256] = rc4->i;
    state[257] = rc4->j;
    guest_write(k, address, state, sizeof state);
}

void hle_XeCryptRc4Key(struct kernel *k, struct kernel_call *c)
{
    struct arcfour_ctx rc4;
    rc4_key(k, &rc4, kernel_arg(c, 1), kernel_arg(c, 2));
    put_rc4(k, kernel_arg(c, 0), &rc4);
}

void hle_XeCryptRc4Ecb(struct kernel *k, struct kernel_call *c)
{
    struct arcfour_ctx rc4;
    uint8_t state[RC4_STATE];
    guest_read(k, kernel_arg(c, 0), state, sizeof state);
    memcpy(rc4.S, state, 256);
    rc4.i = state[256];
    rc4.j = state[257];
    rc4_crypt(k, &rc4, kernel_arg(c, 1), kernel_arg(c, 2));
    put_rc4(k, kernel_arg(c, 0), &rc4);
}

void hle_XeCryptRc4(struct kernel *k, struct kernel_call *c)
{
    struct arcfour_ctx rc4;
    rc4_key(k, &rc4, kernel_arg(c, 0), kernel_arg(c, 1));
    rc4_crypt(k, &rc4, kernel_arg(c, 2), kernel_arg(c, 3));
}

/* The console obscures keys by AES with a key of its own, which nobody has published: it is zeros here. */
static const uint8_t own_key[AES128_KEY_SIZE];

void crypt_clear_key(struct kernel *k, uint32_t address, uint8_t key[AES128_KEY_SIZE])
{
    struct aes128_ctx cipher;
    guest_read(k, address, key, AES128_KEY_SIZE);
    aes128_set_decrypt_key(&cipher, own_key);
    aes128_decrypt(&cipher, AES128_KEY_SIZE, key, key);
}

void hle_XeKeysObscureKey(struct kernel *k, struct kernel_call *c)
{
    aes(k, own_key, true, kernel_arg(c, 0), AES128_KEY_SIZE, kernel_arg(c, 1), 0);
}

void hle_XeKeysAesCbcUsingKey(struct kernel *k, struct kernel_call *c)
{
    uint8_t key[AES128_KEY_SIZE];
    crypt_clear_key(k, kernel_arg(c, 0), key);
    aes(k, key, kernel_arg(c, 5) != 0, kernel_arg(c, 1), kernel_arg(c, 2), kernel_arg(c, 3), kernel_arg(c, 4));
}
