#include "kernel-hle/loader/part_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TRIES = 100 };

enum sim_status part_file_create(struct part_file *file, int folder, const char *shown, struct sim_error *error)
{
    *file = (struct part_file){.folder = folder, .fd = -1, .shown = shown};
    for (unsigned i = 0; i < TRIES && file->fd < 0; i++) {
        snprintf(file->name, sizeof file->name, ".cycle360-part-%ld-%u", (long)getpid(), i);
        file->fd = openat(folder, file->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
        if (file->fd < 0 && errno != EEXIST)
            break;
    }
    if (file->fd < 0)
        return sim_fail(error, SIM_HOST, "%s: cannot write it: %s", shown, strerror(errno));
    return SIM_OK;
}

enum sim_status part_file_write(struct part_file *file, const void *bytes_, size_t size, struct sim_error *error)
{
    const uint8_t *bytes = bytes_;
    while (size > 0) {
        ssize_t written = write(file->fd, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return sim_fail(error, SIM_HOST, "%s: cannot write it: %s", file->shown, strerror(errno));
        bytes += written;
        size -= (size_t)written;
    }
    return SIM_OK;
}

static int rename_to(const struct part_file *file, const char *name, bool replace)
{
    struct stat about;

    if (replace)
        return renameat(file->folder, file->name, file->folder, name);
    if (renameat2(file->folder, file->name, file->folder, name, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return -1;
    /* A file system that cannot do both at once. */
    if (fstatat(file->folder, name, &about, AT_SYMLINK_NOFOLLOW) == 0) {
        errno = EEXIST;
        return -1;
    }
    return renameat(file->folder, file->name, file->folder, name);
}

enum sim_status part_file_keep(struct part_file *file, const char *name, bool replace, struct sim_error *error)
{
    int closed = close(file->fd);
    file->fd = -1;
    if (closed == 0 && rename_to(file, name, replace) == 0)
        return SIM_OK;
    int why = errno;
    unlinkat(file->folder, file->name, 0);
    if (why == EEXIST)
        return sim_fail(error, SIM_HOST, "%s: there is one already; --force replaces it", file->shown);
    return sim_fail(error, SIM_HOST, "%s: cannot write it: %s", file->shown, strerror(why));
}

void part_file_drop(struct part_file *file)
{
    if (file->fd >= 0) {
        close(file->fd);
        unlinkat(file->folder, file->name, 0);
    }
    file->fd = -1;
}
