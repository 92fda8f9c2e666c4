/* The keys that unwrap a file's own key: the development key, which is all zero and built in, and what the user's file
 * holds. And public moduli of RSA-2048, with which signatures are verified; none is built in. */
#ifndef CYCLE360_HLE_LOADER_KEYS_H
#define CYCLE360_HLE_LOADER_KEYS_H

#include "models/sim/status.h"

#include <stddef.h>
#include <stdint.h>

enum { LOADER_KEYS_MAX = 16 };

struct loader_keys {
    struct {
        char name[32];
        uint8_t key[16];
    } key[LOADER_KEYS_MAX];
    size_t count; /* key 0 is the built-in one */
    struct {
        char name[32];
        uint8_t bytes[256]; /* the most significant one first */
    } modulus[LOADER_KEYS_MAX];
    size_t moduli;
};

/* The built-in key alone. */
void loader_keys_init(struct loader_keys *keys);

/* Adds those of a text file: `name = 32 hexadecimal digits` a line for a key, 512 digits for a modulus, # begins a
 * comment. Errors name file and line, never a key. */
enum sim_status loader_keys_read(struct loader_keys *keys, const char *path, struct sim_error *error);
/* The same of text in memory. */
enum sim_status loader_keys_parse(struct loader_keys *keys, const char *name, const char *text, size_t size,
                                  struct sim_error *error);

#endif
