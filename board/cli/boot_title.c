#include "board/cli/boot_title.h"

#include "kernel-hle/loader/bytes.h"
#include "kernel-hle/loader/keys.h"
#include "kernel-hle/loader/xex.h"

#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define XEX_FILE_MAX (UINT64_C(1) << 30)
#define DEVICE       "\\Device\\Cdrom0\\"

static bool is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static bool is_xex(const char *path)
{
    uint8_t magic[4];
    FILE *file = fopen(path, "rbe");
    bool is = file && fread(magic, 1, sizeof magic, file) == sizeof magic &&
              (bytes_be32(magic) == XEX_MAGIC || bytes_be32(magic) == XEX1_MAGIC);
    if (file)
        fclose(file);
    return is;
}

static bool ends_in(const char *path, const char *end)
{
    size_t length = strlen(path), tail = strlen(end);
    return length > tail && strcmp(path + length - tail, end) == 0;
}

bool boot_is_title(const char *path)
{
    struct sim_error error;
    struct tree *tree;
    if (is_folder(path) || is_xex(path) || ends_in(path, ".iso") || ends_in(path, ".xex"))
        return true;
    if (tree_open(&tree, path, &error) != SIM_OK)
        return false;
    tree_close(tree);
    return true;
}

/* The folder that a file lies in. */
static enum sim_status open_folder_of(struct tree **tree, const char *path, struct sim_error *error)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return tree_open(tree, ".", error);
    char *folder = strndup(path, slash == path ? 1 : (size_t)(slash - path));
    if (!folder)
        return sim_fail(error, SIM_HOST, "%s: no memory for its folder's name", path);
    enum sim_status status = tree_open(tree, folder, error);
    free(folder);
    return status;
}

static enum sim_status read_default(struct tree *tree, const char *path, struct whole_file *file,
                                    struct sim_error *error)
{
    tree_node node;
    struct tree_info info;
    size_t got = 0;
    enum sim_status status = tree_find(tree, "default.xex", &node, error);
    if (status != SIM_OK)
        return status;
    if (node == TREE_NONE)
        return sim_fail(error, SIM_BAD_INPUT, "%s: there is no default.xex in it", path);
    tree_info(tree, node, &info);
    if (info.attributes & TREE_DIRECTORY || info.size > XEX_FILE_MAX)
        return sim_fail(error, SIM_BAD_INPUT, "%s: default.xex is no file of at most 1 GiB", path);
    file->text = malloc(info.size + 1);
    if (!file->text)
        return sim_fail(error, SIM_HOST, "%s: no memory for default.xex", path);
    status = tree_read(tree, node, 0, file->text, info.size, &got, error);
    if (status == SIM_OK && got != info.size)
        status = sim_fail(error, SIM_BAD_INPUT, "%s: default.xex ends after %zu bytes", path, got);
    file->size = got;
    return status;
}

enum sim_status boot_title_open(struct boot_title *title, const char *path, const char *keys, bool strict,
                                struct sim_error *error)
{
    struct loader_keys unlock;
    struct whole_file file = {0};
    const char *name = "default.xex", *slash = strrchr(path, '/');
    bool alone = !is_folder(path) && (is_xex(path) || ends_in(path, ".xex"));
    memset(title, 0, sizeof *title);
    loader_keys_init(&unlock);
    enum sim_status status = keys ? loader_keys_read(&unlock, keys, error) : SIM_OK;
    if (status == SIM_OK)
        status = alone ? open_folder_of(&title->media, path, error) : tree_open(&title->media, path, error);
    if (status != SIM_OK)
        return status;
    title->open = true;
    if (alone) {
        name = slash ? slash + 1 : path;
        status = read_file(path, 0, UINT64_MAX, XEX_FILE_MAX, &file, error);
    } else {
        status = read_default(title->media, path, &file, error);
    }
    if (status == SIM_OK)
        status = image_load(&title->image, path, (const uint8_t *)file.text, file.size, &unlock, error);
    if (status == SIM_OK) {
        struct sha256_ctx sha;
        sha256_init(&sha);
        sha256_update(&sha, file.size, (const uint8_t *)file.text);
        sha256_digest(&sha, sizeof title->program, title->program);
        snprintf(title->path, sizeof title->path, DEVICE "%.*s", TREE_NAME_MAX, name);
        title->options = (struct title_options){
            .image = &title->image, .media = title->media, .path = title->path, .strict = strict};
    }
    free(file.text);
    if (status != SIM_OK)
        boot_title_close(title);
    return status;
}

enum sim_status boot_title_log(struct boot_title *title, const char *path, uint64_t callers, const char *board,
                               const struct boot_replay *replay, struct sim_error *error)
{
    char image[2 * BOARD_PROGRAM_SIZE + 1];
    for (unsigned i = 0; i < BOARD_PROGRAM_SIZE; i++)
        snprintf(image + 2 * (size_t)i, 3, "%02x", title->program[i]);
    const struct events_pair mount = {"game:", title->path};
    const struct events_pair replayed[] = {
        {"replay-contention", replay->digest},
        {"replay-mode", replay->replay.aggressive ? "aggressive" : "conservative"},
        {"park-limit", replay->limit},
    };
    const struct events_options options = {
        .path = path,
        .callers = callers,
        .made_of = {.version = CYCLE360_VERSION,
                    .image_sha256 = image,
                    .board_sha256 = board,
                    .mount = &mount,
                    .mounts = 1,
                    .option = replayed,
                    .options = replay->open ? sizeof replayed / sizeof *replayed : 0},
    };
    enum sim_status status = events_open(&title->events, &options, error);
    if (status == SIM_OK)
        title->options.log = events_log(title->events);
    return status;
}

enum sim_status boot_title_end_log(struct boot_title *title, bool keep, struct sim_error *error)
{
    struct events *events = title->events;
    struct sim_error why;
    title->events = NULL;
    return events ? events_close(events, keep, &title->records, error ? error : &why) : SIM_OK;
}

void boot_title_close(struct boot_title *title)
{
    if (!title->open)
        return;
    image_free(&title->image);
    tree_close(title->media);
    title->open = false;
}
