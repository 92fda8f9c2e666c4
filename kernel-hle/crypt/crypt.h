/* Keys that titles get from the console in a form that only it can read. */
#ifndef CYCLE360_HLE_CRYPT_CRYPT_H
#define CYCLE360_HLE_CRYPT_CRYPT_H

#include <stdint.h>

struct kernel;

/* The 16 bytes of the key whose obscured form lies there. */
void crypt_clear_key(struct kernel *k, uint32_t address, uint8_t key[16]);

#endif
