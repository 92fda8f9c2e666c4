#include "tests/support/scratch.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void must(int result, const char *what)
{
    if (result < 0) {
        perror(what);
        abort();
    }
}

void scratch_begin(struct scratch *scratch)
{
    strcpy(scratch->folder, "/tmp/cycle360-test-XXXXXX");
    scratch->next = 0;
    if (mkdtemp(scratch->folder) == NULL)
        must(-1, scratch->folder);
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *where)
{
    (void)about, (void)kind, (void)where;
    return remove(path);
}

void scratch_end(struct scratch *scratch)
{
    must(nftw(scratch->folder, remove_one, 32, FTW_DEPTH | FTW_PHYS), scratch->folder);
}

const char *scratch_path(struct scratch *scratch, const char *name)
{
    char *path = scratch->path[scratch->next++ % 8];
    size_t folder = strlen(scratch->folder), length = strlen(name);
    if (folder + 1 + length >= sizeof scratch->path[0])
        abort();
    memcpy(path, scratch->folder, folder);
    path[folder] = '/';
    memcpy(path + folder + 1, name, length + 1);
    return path;
}

void scratch_folder(struct scratch *scratch, const char *name)
{
    must(mkdir(scratch_path(scratch, name), 0777), name);
}

void scratch_file(struct scratch *scratch, const char *name, const void *bytes, size_t size)
{
    int fd = open(scratch_path(scratch, name), O_WRONLY | O_CREAT | O_TRUNC, 0666);
    must(fd, name);
    for (size_t at = 0; at < size;) {
        ssize_t written = write(fd, (const uint8_t *)bytes + at, size - at);
        must((int)(written < 0 ? -1 : 0), name);
        at += (size_t)written;
    }
    close(fd);
}

void scratch_link(struct scratch *scratch, const char *name, const char *target)
{
    must(symlink(target, scratch_path(scratch, name)), name);
}

void scratch_size(struct scratch *scratch, const char *name, uint64_t size)
{
    must(truncate(scratch_path(scratch, name), (off_t)size), name);
}

uint8_t *scratch_read(struct scratch *scratch, const char *name, size_t *size)
{
    struct stat about;
    int fd = open(scratch_path(scratch, name), O_RDONLY);
    *size = 0;
    if (fd < 0)
        return NULL;
    must(fstat(fd, &about), name);
    uint8_t *bytes = malloc((size_t)about.st_size + 1);
    if (bytes == NULL)
        must(-1, name);
    while (*size < (size_t)about.st_size) {
        ssize_t got = read(fd, bytes + *size, (size_t)about.st_size - *size);
        must((int)(got <= 0 ? -1 : 0), name);
        *size += (size_t)got;
    }
    close(fd);
    return bytes;
}

void scratch_noise(uint8_t *bytes, size_t size, uint32_t seed)
{
    uint32_t x = seed * 2654435761u + 1;
    for (size_t i = 0; i < size; i++) {
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        bytes[i] = (uint8_t)(x >> 11);
    }
}
