#include "kernel-hle/loader/extract.h"

#include "kernel-hle/loader/part_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { CHUNK = 1 << 20, SHOWN = PATH_MAX + TREE_PATH_MAX };

struct extraction {
    struct tree *tree;
    const struct extract_request *request;
    struct extract_result *result;
    uint8_t *wanted; /* by node */
    uint32_t room;
    uint64_t done;
    uint8_t *buffer;
    char shown[SHOWN]; /* the host path of what is being written, for sentences */
};

static const char *show(struct extraction *x, tree_node node)
{
    char path[TREE_PATH_MAX];
    snprintf(x->shown, sizeof x->shown, "%.*s/%s", PATH_MAX - 2, x->request->folder,
             tree_node_path(x->tree, node, path));
    return x->shown;
}

/* ---- what is wanted ---- */

/* Device names of DOS, with any extension. No title has a file of that name, since the tools that make titles could not
 * write it; a folder that comes to a Windows machine must not have it either. */
static bool is_device(const char *name)
{
    static const char *const device[] = {"CON", "PRN", "AUX", "NUL"};
    size_t length = strcspn(name, ".");

    for (size_t i = 0; i < sizeof device / sizeof *device; i++)
        if (length == 3 && strncasecmp(name, device[i], 3) == 0)
            return true;
    return length == 4 && (strncasecmp(name, "COM", 3) == 0 || strncasecmp(name, "LPT", 3) == 0) && name[3] >= '1' &&
           name[3] <= '9';
}

static enum sim_status want(struct extraction *x, tree_node node, struct sim_error *error)
{
    struct tree_info info;
    char path[TREE_PATH_MAX];

    if (node >= x->room) {
        uint32_t room = node + node / 2 + 256;
        uint8_t *wanted = realloc(x->wanted, room);
        if (wanted == NULL)
            return sim_fail(error, SIM_HOST, "%s: no memory to extract it", tree_path(x->tree));
        memset(wanted + x->room, 0, room - x->room);
        x->wanted = wanted;
        x->room = room;
    }
    tree_info(x->tree, node, &info);
    if (is_device(info.name))
        return sim_fail(error, SIM_BAD_INPUT, "%s: '%.200s' has the name of a device, which some hosts cannot store",
                        tree_path(x->tree), tree_node_path(x->tree, node, path));
    if (x->wanted[node] == 0 && (info.attributes & TREE_DIRECTORY) == 0) {
        if (x->result->bytes + info.size < x->result->bytes)
            return sim_fail(error, SIM_BAD_INPUT, "%s: its files have more than 2^64 bytes", tree_path(x->tree));
        x->result->bytes += info.size;
    }
    x->wanted[node] = 1;
    return SIM_OK;
}

static enum sim_status want_all_in(struct extraction *x, tree_node node, struct sim_error *error)
{
    const tree_node *children;
    struct tree_info info;
    size_t count;

    enum sim_status status = want(x, node, error);
    tree_info(x->tree, node, &info);
    if (status != SIM_OK || (info.attributes & TREE_DIRECTORY) == 0)
        return status;
    status = tree_children(x->tree, node, &children, &count, error);
    for (size_t i = 0; i < count && status == SIM_OK; i++)
        status = want_all_in(x, children[i], error); /* as deep as the tree: TREE_DEPTH_MAX */
    return status;
}

static enum sim_status want_path(struct extraction *x, const char *path, struct sim_error *error)
{
    tree_node node;
    enum sim_status status = tree_find(x->tree, path, &node, error);

    if (status == SIM_OK && node == TREE_NONE)
        return sim_fail(error, SIM_USAGE, "%s: there is no '%.200s' in it", tree_path(x->tree), path);
    if (status == SIM_OK)
        status = want_all_in(x, node, error);
    for (; status == SIM_OK && node != 0; node = tree_parent(x->tree, node))
        status = want(x, node, error);
    return status;
}

static enum sim_status choose(struct extraction *x, struct sim_error *error)
{
    enum sim_status status = want(x, 0, error);

    if (status == SIM_OK && x->request->paths == 0)
        status = want_all_in(x, 0, error);
    for (size_t i = 0; i < x->request->paths && status == SIM_OK; i++)
        status = want_path(x, x->request->path[i], error);
    return status;
}

/* ---- writing ---- */

static enum sim_status copy(struct extraction *x, tree_node node, uint64_t size, struct part_file *file,
                            struct sim_error *error)
{
    enum sim_status status = SIM_OK;

    for (uint64_t offset = 0; offset < size && status == SIM_OK;) {
        size_t got;
        status = tree_read(x->tree, node, offset, x->buffer, CHUNK, &got, error);
        if (status == SIM_OK)
            status = part_file_write(file, x->buffer, got, error);
        offset += got;
        x->done += got;
        if (status == SIM_OK)
            status = loader_work_tell(&x->request->work, x->done, x->result->bytes, error);
    }
    return status;
}

/* The Unix time of one in 100 ns since 1601. */
static void set_time(int fd, uint64_t modified)
{
    const uint64_t epoch = UINT64_C(116444736000000000);
    if (modified < epoch)
        return;
    const struct timespec time = {.tv_sec = (time_t)((modified - epoch) / 10000000),
                                  .tv_nsec = (long)((modified - epoch) % 10000000 * 100)};
    const struct timespec times[2] = {time, time};
    (void)futimens(fd, times); /* a file system without times is no reason to fail */
}

static enum sim_status write_file(struct extraction *x, tree_node node, int folder, struct sim_error *error)
{
    struct tree_info info;
    struct part_file file;
    struct stat about;
    const char *shown = show(x, node);

    tree_info(x->tree, node, &info);
    if (!x->request->force && fstatat(folder, info.name, &about, AT_SYMLINK_NOFOLLOW) == 0)
        return sim_fail(error, SIM_HOST, "%s: there is one already; --force replaces it", shown);
    enum sim_status status = loader_work_tell(&x->request->work, x->done, x->result->bytes, error);
    if (status == SIM_OK)
        status = part_file_create(&file, folder, shown, error);
    if (status != SIM_OK)
        return status;
    status = copy(x, node, info.size, &file, error);
    if (status == SIM_OK) {
        set_time(file.fd, info.modified);
        status = part_file_keep(&file, info.name, x->request->force, error);
    }
    part_file_drop(&file);
    x->result->files += status == SIM_OK;
    return status;
}

static enum sim_status write_directory(struct extraction *x, tree_node node, int folder, struct sim_error *error)
{
    const tree_node *children;
    size_t count;

    enum sim_status status = tree_children(x->tree, node, &children, &count, error);
    for (size_t i = 0; i < count && status == SIM_OK; i++) {
        struct tree_info info;
        if (children[i] >= x->room || x->wanted[children[i]] == 0)
            continue;
        tree_info(x->tree, children[i], &info);
        if ((info.attributes & TREE_DIRECTORY) == 0) {
            status = write_file(x, children[i], folder, error);
            continue;
        }
        if (mkdirat(folder, info.name, 0777) != 0 && errno != EEXIST)
            return sim_fail(error, SIM_HOST, "%s: %s", show(x, children[i]), strerror(errno));
        int inner = openat(folder, info.name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (inner < 0)
            return sim_fail(error, SIM_HOST,
                            "%s: what stands there is no directory, or a link, which is not followed: %s",
                            show(x, children[i]), strerror(errno));
        x->result->directories++;
        status = write_directory(x, children[i], inner, error);
        close(inner);
    }
    return status;
}

static enum sim_status write_all(struct extraction *x, struct sim_error *error)
{
    const char *path = x->request->folder;
    struct statvfs about;

    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        return sim_fail(error, SIM_HOST, "%s: %s", path, strerror(errno));
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return sim_fail(error, SIM_HOST, "%s: %s", path, strerror(errno));
    enum sim_status status = SIM_OK;
    if (fstatvfs(folder, &about) == 0 && x->result->bytes / about.f_frsize > about.f_bavail)
        status = sim_fail(error, SIM_HOST, "%s: there is no room for %" PRIu64 " bytes", path, x->result->bytes);
    x->buffer = malloc(CHUNK);
    if (status == SIM_OK && x->buffer == NULL)
        status = sim_fail(error, SIM_HOST, "%s: no memory to extract it", tree_path(x->tree));
    if (status == SIM_OK)
        status = write_directory(x, 0, folder, error);
    close(folder);
    free(x->buffer);
    return status;
}

enum sim_status extract(struct tree *tree, const struct extract_request *request, struct extract_result *result,
                        struct sim_error *error)
{
    struct extraction *x = calloc(1, sizeof *x);

    *result = (struct extract_result){0};
    if (x == NULL)
        return sim_fail(error, SIM_HOST, "%s: no memory to extract it", tree_path(tree));
    x->tree = tree;
    x->request = request;
    x->result = result;
    enum sim_status status = choose(x, error);
    if (status == SIM_OK)
        status = write_all(x, error);
    free(x->wanted);
    free(x);
    return status;
}
