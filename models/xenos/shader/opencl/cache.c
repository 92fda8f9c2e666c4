#include "models/xenos/shader/opencl/cache.h"

#include "models/sim/state.h"

#include <nettle/sha2.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file: magic, version, the key, the content's size and SHA-256, the content. */
static const char magic[8] = {'C', '3', '6', '0', 'O', 'C', 'L', '\n'};
enum { VERSION = 1, HEADER = sizeof magic + 4 + XENOS_CACHE_KEY + 8 + SHA256_DIGEST_SIZE, NAME = 2 * XENOS_CACHE_KEY };

enum { OTHERS_MAX = 8 }; /* names of this process for files that are being written */

static void hash(const uint8_t *bytes, size_t size, uint8_t digest[SHA256_DIGEST_SIZE])
{
    struct sha256_ctx sha;
    sha256_init(&sha);
    sha256_update(&sha, size, bytes);
    sha256_digest(&sha, SHA256_DIGEST_SIZE, digest);
}

struct xenos_cache_key xenos_cache_key(const char *const text[], const size_t size[], unsigned count)
{
    struct xenos_cache_key key;
    struct sha256_ctx sha;
    sha256_init(&sha);
    for (unsigned i = 0; i < count; i++) {
        uint8_t length[8];
        for (unsigned k = 0; k < 8; k++)
            length[k] = (uint8_t)((uint64_t)size[i] >> 8 * k);
        sha256_update(&sha, sizeof length, length);
        sha256_update(&sha, size[i], (const uint8_t *)text[i]);
    }
    sha256_digest(&sha, sizeof key.hash, key.hash);
    return key;
}

static void name_of(const struct xenos_cache_key *key, char name[NAME + 1])
{
    for (unsigned i = 0; i < XENOS_CACHE_KEY; i++)
        snprintf(name + 2 * (size_t)i, 3, "%02x", key->hash[i]);
}

static bool read_all(int file, uint8_t *bytes, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t more = read(file, bytes + done, size - done);
        if (more <= 0)
            return false;
        done += (size_t)more;
    }
    return true;
}

static bool write_all(int file, const uint8_t *bytes, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t more = write(file, bytes + done, size - done);
        if (more <= 0)
            return false;
        done += (size_t)more;
    }
    return true;
}

/* The header of what stands under this key. */
static void put_header(struct sim_writer *writer, const struct xenos_cache_key *key, const uint8_t *bytes, size_t size)
{
    uint8_t digest[SHA256_DIGEST_SIZE];
    hash(bytes, size, digest);
    sim_put_bytes(writer, magic, sizeof magic);
    sim_put_u32(writer, VERSION);
    sim_put_bytes(writer, key->hash, sizeof key->hash);
    sim_put_u64(writer, size);
    sim_put_bytes(writer, digest, sizeof digest);
}

/* A regular file of the folder itself, whole. */
static uint8_t *read_file(const char *folder, const char *name, size_t *size)
{
    uint8_t *bytes = NULL;
    int directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int file = directory >= 0 ? openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) : -1;
    struct stat about;
    if (file >= 0 && fstat(file, &about) == 0 && S_ISREG(about.st_mode) && about.st_size > HEADER &&
        about.st_size <= HEADER + XENOS_CACHE_FILE_MAX) {
        *size = (size_t)about.st_size;
        bytes = malloc(*size);
        if (bytes != NULL && !read_all(file, bytes, *size)) {
            free(bytes);
            bytes = NULL;
        }
    }
    if (file >= 0)
        close(file);
    if (directory >= 0)
        close(directory);
    return bytes;
}

uint8_t *xenos_cache_load(const char *folder, const struct xenos_cache_key *key, size_t *size)
{
    char name[NAME + 1];
    size_t whole = 0;
    name_of(key, name);
    uint8_t *bytes = read_file(folder, name, &whole);
    if (bytes == NULL)
        return NULL;

    struct sim_writer expected = {0};
    put_header(&expected, key, bytes + HEADER, whole - HEADER);
    bool good = memcmp(bytes, expected.bytes, HEADER) == 0;
    sim_writer_free(&expected);
    if (!good) {
        free(bytes);
        return NULL;
    }
    *size = whole - HEADER;
    memmove(bytes, bytes + HEADER, *size);
    return bytes;
}

/* A new file that nobody else writes to. */
static int open_new(int directory, const char *name, char *part, size_t size)
{
    for (unsigned i = 0; i < OTHERS_MAX; i++) {
        snprintf(part, size, "%s.%ld.%u", name, (long)getpid(), i);
        int file = openat(directory, part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (file >= 0)
            return file;
    }
    return -1;
}

bool xenos_cache_store(const char *folder, const struct xenos_cache_key *key, const uint8_t *bytes, size_t size)
{
    char name[NAME + 1], part[NAME + 40];
    if (size == 0 || size > XENOS_CACHE_FILE_MAX)
        return false;
    int directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0)
        return false;
    name_of(key, name);
    int file = open_new(directory, name, part, sizeof part);
    bool good = file >= 0;
    if (good) {
        struct sim_writer header = {0};
        put_header(&header, key, bytes, size);
        good = write_all(file, header.bytes, header.size) && write_all(file, bytes, size);
        sim_writer_free(&header);
        good = close(file) == 0 && good;
        /* The name goes from one whole file to another; what readers have open stays as it is. */
        good = good && renameat(directory, part, directory, name) == 0;
        if (!good)
            unlinkat(directory, part, 0);
    }
    close(directory);
    return good;
}
