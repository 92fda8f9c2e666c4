/* A folder of the host as a tree. Names and sizes are as they were when a directory was listed; the host's times and
 * rights are left out, since a copy of the folder is to be the same disc. */
#include "kernel-hle/loader/tree_parts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPEN_MAX_FILES = 16, HOST_PATH = PATH_MAX + TREE_PATH_MAX };

struct folder {
    char *real; /* the folder's own path, without links */
    void *seen; /* tsearch: the directories that are in the tree, so that links cannot make it endless */
    struct {
        tree_node node;
        int fd;
    } open[OPEN_MAX_FILES];
    unsigned oldest;
};

struct identity {
    dev_t device;
    ino_t inode;
};

static int by_identity(const void *a_, const void *b_)
{
    const struct identity *a = a_, *b = b_;
    if (a->device != b->device)
        return a->device < b->device ? -1 : 1;
    return a->inode == b->inode ? 0 : a->inode < b->inode ? -1 : 1;
}

static char *host_path(const struct tree *tree, tree_node node, const char *name, char text[HOST_PATH])
{
    const struct folder *folder = tree->self;
    char path[TREE_PATH_MAX];
    tree_node_path(tree, node, path);
    snprintf(text, HOST_PATH, "%s%s%s%s%s", folder->real, path[0] != '\0' ? "/" : "", path, name[0] != '\0' ? "/" : "",
             name);
    return text;
}

/* A link may lead anywhere inside of the folder. */
static enum sim_status check_link(const struct folder *folder, const char *path, struct sim_error *error)
{
    char *real = realpath(path, NULL);
    size_t length = strlen(folder->real);

    if (real == NULL)
        return sim_fail(error, SIM_BAD_INPUT, "%s: a link that leads nowhere: %s", path, strerror(errno));
    bool inside = strncmp(real, folder->real, length) == 0 &&
                  (real[length] == '/' || real[length] == '\0' || folder->real[length - 1] == '/');
    enum sim_status status = SIM_OK;
    if (!inside)
        status = sim_fail(error, SIM_BAD_INPUT, "%s: a link that leads out of the folder, to %.200s", path, real);
    free(real);
    return status;
}

static enum sim_status remember(struct folder *folder, const struct stat *about, const char *path,
                                struct sim_error *error)
{
    struct identity *identity = malloc(sizeof *identity);
    if (identity == NULL)
        return sim_fail(error, SIM_HOST, "%s: no memory to list it", path);
    *identity = (struct identity){about->st_dev, about->st_ino};
    struct identity *const *found = tsearch(identity, &folder->seen, by_identity);
    if (found != NULL && *found == identity)
        return SIM_OK;
    free(identity);
    if (found == NULL)
        return sim_fail(error, SIM_HOST, "%s: no memory to list it", path);
    return sim_fail(error, SIM_BAD_INPUT, "%s: the same directory stands elsewhere in the folder too", path);
}

static enum sim_status add(struct tree *tree, tree_node directory, const char *name, struct sim_error *error)
{
    struct folder *folder = tree->self;
    char path[HOST_PATH];
    struct stat about;

    host_path(tree, directory, name, path);
    if (lstat(path, &about) != 0)
        return sim_fail(error, SIM_BAD_INPUT, "%s: %s", path, strerror(errno));
    if (S_ISLNK(about.st_mode)) {
        enum sim_status status = check_link(folder, path, error);
        if (status != SIM_OK)
            return status;
        if (stat(path, &about) != 0)
            return sim_fail(error, SIM_BAD_INPUT, "%s: %s", path, strerror(errno));
    }
    if (!S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode))
        return sim_fail(error, SIM_BAD_INPUT, "%s: neither a file nor a directory", path);
    if (S_ISDIR(about.st_mode)) {
        enum sim_status status = remember(folder, &about, path, error);
        if (status != SIM_OK)
            return status;
    }
    struct tree_new child = {.name = name, .name_length = strlen(name), .at = UINT64_MAX};
    child.info.offset = UINT64_MAX;
    child.info.attributes = S_ISDIR(about.st_mode) ? TREE_DIRECTORY : TREE_ARCHIVE;
    child.info.size = S_ISDIR(about.st_mode) ? 0 : (uint64_t)about.st_size;
    return tree_add(tree, directory, &child, NULL, error);
}

static enum sim_status folder_list(struct tree *tree, tree_node directory, struct sim_error *error)
{
    char path[HOST_PATH];
    enum sim_status status = SIM_OK;

    DIR *dir = opendir(host_path(tree, directory, "", path));
    if (dir == NULL)
        return sim_fail(error, SIM_BAD_INPUT, "%s: %s", path, strerror(errno));
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(dir);
        if (entry == NULL) {
            if (errno != 0)
                status = sim_fail(error, SIM_BAD_INPUT, "%s: %s", path, strerror(errno));
            break;
        }
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        status = add(tree, directory, entry->d_name, error);
        if (status != SIM_OK)
            break;
    }
    closedir(dir);
    return status;
}

static enum sim_status descriptor(struct tree *tree, tree_node file, int *fd, struct sim_error *error)
{
    struct folder *folder = tree->self;
    char path[HOST_PATH];

    for (unsigned i = 0; i < OPEN_MAX_FILES; i++)
        if (folder->open[i].fd >= 0 && folder->open[i].node == file) {
            *fd = folder->open[i].fd;
            return SIM_OK;
        }
    *fd = open(host_path(tree, file, "", path), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*fd < 0)
        return sim_fail(error, SIM_BAD_INPUT, "%s: %s", path, strerror(errno));
    if (folder->open[folder->oldest].fd >= 0)
        close(folder->open[folder->oldest].fd);
    folder->open[folder->oldest].fd = *fd;
    folder->open[folder->oldest].node = file;
    folder->oldest = (folder->oldest + 1) % OPEN_MAX_FILES;
    return SIM_OK;
}

static enum sim_status folder_read(struct tree *tree, tree_node file, uint64_t offset, uint8_t *bytes, size_t size,
                                   struct sim_error *error)
{
    char path[HOST_PATH];
    int fd;
    enum sim_status status = descriptor(tree, file, &fd, error);

    while (status == SIM_OK && size > 0) {
        ssize_t got = pread(fd, bytes, size, (off_t)offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return sim_fail(error, SIM_BAD_INPUT, "%s: offset 0x%" PRIx64 ": %s", host_path(tree, file, "", path),
                            offset, strerror(errno));
        if (got == 0)
            return sim_fail(error, SIM_BAD_INPUT, "%s: offset 0x%" PRIx64 ": the file has become shorter",
                            host_path(tree, file, "", path), offset);
        bytes += got;
        offset += (uint64_t)got;
        size -= (size_t)got;
    }
    return status;
}

static void folder_close(void *self)
{
    struct folder *folder = self;
    for (unsigned i = 0; i < OPEN_MAX_FILES; i++)
        if (folder->open[i].fd >= 0)
            close(folder->open[i].fd);
    tdestroy(folder->seen, free);
    free(folder->real);
    free(folder);
}

enum sim_status tree_folder_open(struct tree *tree, struct sim_error *error)
{
    static const struct tree_container container = {folder_list, folder_read, folder_close};
    struct stat about;

    struct folder *folder = calloc(1, sizeof *folder);
    if (folder == NULL)
        return sim_fail(error, SIM_HOST, "%s: no memory to open it", tree->path);
    for (unsigned i = 0; i < OPEN_MAX_FILES; i++)
        folder->open[i].fd = -1;
    tree->kind = TREE_FOLDER;
    tree->container = &container;
    tree->self = folder;
    folder->real = realpath(tree->path, NULL);
    if (folder->real == NULL || stat(folder->real, &about) != 0)
        return sim_fail(error, SIM_BAD_INPUT, "%s: %s", tree->path, strerror(errno));
    return remember(folder, &about, tree->path, error);
}
