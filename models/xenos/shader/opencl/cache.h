/* Built programs in files: a folder in which each has the name of what it was built from. Files that are damaged, cut
 * off or of another kind are as good as none. Several processes may use one folder at once. */
#ifndef CYCLE360_XENOS_SHADER_OPENCL_CACHE_H
#define CYCLE360_XENOS_SHADER_OPENCL_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { XENOS_CACHE_KEY = 32, XENOS_CACHE_FILE_MAX = 64 << 20 };

struct xenos_cache_key {
    uint8_t hash[XENOS_CACHE_KEY]; /* SHA-256 of all that decides what is built */
};

/* Of `count` texts; their borders count. */
struct xenos_cache_key xenos_cache_key(const char *const text[], const size_t size[], unsigned count);

/* What the folder has under this key, to be freed; NULL where there is nothing that can be used. */
uint8_t *xenos_cache_load(const char *folder, const struct xenos_cache_key *key, size_t *size);

/* Keeps it. False where the folder does not take it, which is no mistake: there is no cache then. */
bool xenos_cache_store(const char *folder, const struct xenos_cache_key *key, const uint8_t *bytes, size_t size);

#endif
