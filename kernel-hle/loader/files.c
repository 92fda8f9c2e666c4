#include "kernel-hle/loader/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum sim_status loader_file_open(struct loader_file *file, const char *path, struct sim_error *error)
{
    struct stat about;
    *file = (struct loader_file){0};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &about) != 0) {
        enum sim_status status = sim_fail(error, SIM_BAD_INPUT, "%s: %s", path, strerror(errno));
        if (fd >= 0)
            close(fd);
        return status;
    }
    if (!S_ISREG(about.st_mode)) {
        close(fd);
        return sim_fail(error, SIM_BAD_INPUT, "%s: not a regular file", path);
    }
    file->size = (uint64_t)about.st_size;
    file->name = strdup(path);
    void *bytes = file->size > 0 ? mmap(NULL, file->size, PROT_READ, MAP_PRIVATE, fd, 0) : NULL;
    close(fd);
    if (bytes == MAP_FAILED || file->name == NULL) {
        enum sim_status status = sim_fail(error, SIM_HOST, "%s: cannot map it: %s", path, strerror(errno));
        free((char *)file->name);
        *file = (struct loader_file){0};
        return status;
    }
    file->bytes = bytes;
    return SIM_OK;
}

void loader_file_close(struct loader_file *file)
{
    if (file->bytes != NULL)
        munmap((void *)file->bytes, file->size);
    free((char *)file->name);
    *file = (struct loader_file){0};
}
