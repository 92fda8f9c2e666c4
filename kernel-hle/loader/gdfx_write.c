#include "kernel-hle/loader/gdfx_write.h"

#include "kernel-hle/loader/bytes.h"
#include "kernel-hle/loader/cp1252.h"
#include "kernel-hle/loader/gdfx.h"
#include "kernel-hle/loader/part_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILLER = 0xff, CHUNK = 1 << 20, FIRST_FREE_SECTOR = GDFX_DESCRIPTOR_SECTOR + 1 };

/* An entry of a directory, in the order of names. */
struct entry {
    tree_node node;
    uint32_t offset; /* in the directory's table */
    uint16_t left, right;
    uint8_t name_length, name[GDFX_NAME_MAX];
};

struct place {
    uint32_t sector, size; /* of a file's bytes or a directory's table */
};

struct writer {
    struct tree *tree;
    const struct loader_work *work;
    struct gdfx_write_result *result;
    tree_node *order; /* directories first, each before what is in it; then files */
    uint32_t nodes, room;
    struct place *place; /* by node */
    uint32_t places;
    uint64_t sector;     /* the next free one */
    struct entry *entry; /* of the directory at hand */
    size_t entries, entries_room;
    struct part_file file;
    uint64_t written;
    uint8_t *buffer;
};

static enum sim_status no_memory(const struct writer *w, struct sim_error *error)
{
    return sim_fail(error, SIM_HOST, "%s: no memory to make an image of it", tree_path(w->tree));
}

/* ---- a directory's table ---- */

static uint8_t upper(uint8_t c)
{
    return c >= 'a' && c <= 'z' ? (uint8_t)(c - ('a' - 'A')) : c;
}

static int by_name(const void *a_, const void *b_)
{
    const struct entry *a = a_, *b = b_;
    for (unsigned i = 0; i < a->name_length && i < b->name_length; i++)
        if (upper(a->name[i]) != upper(b->name[i]))
            return upper(a->name[i]) < upper(b->name[i]) ? -1 : 1;
    return (a->name_length > b->name_length) - (a->name_length < b->name_length);
}

/* Gives the entries first to end - 1 their places in the table, the middle one before those on both sides of it, so
 * that the tree is balanced and its root comes first. Returns the number of the subtree's root, 0 of none. */
static uint16_t arrange(struct writer *w, size_t first, size_t end, uint32_t *size)
{
    if (first == end)
        return 0;
    struct entry *middle = &w->entry[first + (end - first) / 2];
    uint32_t length = (GDFX_ENTRY + middle->name_length + 3u) & ~3u;
    if (*size % GDFX_SECTOR + length > GDFX_SECTOR) /* no entry crosses into the next sector */
        *size = (*size / GDFX_SECTOR + 1) * GDFX_SECTOR;
    middle->offset = *size;
    *size += length;
    middle->left = arrange(w, first, (size_t)(middle - w->entry), size);
    middle->right = arrange(w, (size_t)(middle - w->entry) + 1, end, size);
    return (uint16_t)(middle->offset / 4);
}

/* Puts the children of a directory into w->entry. *size is that of their table. */
static enum sim_status arrange_directory(struct writer *w, tree_node directory, uint32_t *size, struct sim_error *error)
{
    char path[TREE_PATH_MAX];
    const tree_node *children;

    enum sim_status status = tree_children(w->tree, directory, &children, &w->entries, error);
    if (status != SIM_OK)
        return status;
    if (w->entries > w->entries_room) {
        free(w->entry);
        w->entries_room = w->entries;
        w->entry = malloc(w->entries_room * sizeof *w->entry);
        if (w->entry == NULL) {
            w->entries_room = 0;
            return no_memory(w, error);
        }
    }
    for (size_t i = 0; i < w->entries; i++) {
        struct tree_info info;
        size_t length;
        tree_info(w->tree, children[i], &info);
        if (!cp1252_from_utf8(info.name, w->entry[i].name, GDFX_NAME_MAX, &length))
            return sim_fail(error, SIM_BAD_INPUT, "%s: '%.200s' has a character that a disc cannot store",
                            tree_path(w->tree), tree_node_path(w->tree, children[i], path));
        w->entry[i].node = children[i];
        w->entry[i].name_length = (uint8_t)length;
    }
    if (w->entries > 0)
        qsort(w->entry, w->entries, sizeof *w->entry, by_name);
    *size = 0;
    arrange(w, 0, w->entries, size);
    if (*size > GDFX_TABLE_MAX - 4) /* the last number stands for filler */
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: directory '%.200s' holds %zu names; their table of %" PRIu32
                        " bytes is longer than the 256 KiB that a disc can have",
                        tree_path(w->tree), tree_node_path(w->tree, directory, path), w->entries, *size);
    return SIM_OK;
}

/* ---- what goes where ---- */

static enum sim_status give_place(struct writer *w, tree_node node, uint64_t size, struct sim_error *error)
{
    char path[TREE_PATH_MAX];

    if (node >= w->places) {
        uint32_t places = node + node / 2 + 256;
        struct place *place = realloc(w->place, places * sizeof *place);
        if (place == NULL)
            return no_memory(w, error);
        w->place = place;
        w->places = places;
    }
    uint64_t sectors = (size + GDFX_SECTOR - 1) / GDFX_SECTOR;
    if (size > UINT32_MAX)
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: '%.200s' has %" PRIu64 " bytes; a file on a disc has less than 4 GiB", tree_path(w->tree),
                        tree_node_path(w->tree, node, path), size);
    if (w->sector + sectors > UINT32_MAX)
        return sim_fail(error, SIM_BAD_INPUT, "%s: its files are more than a disc image can hold", tree_path(w->tree));
    w->place[node] = (struct place){size > 0 ? (uint32_t)w->sector : 0, (uint32_t)size};
    w->sector += sectors;
    return SIM_OK;
}

static enum sim_status put_in_order(struct writer *w, tree_node node, struct sim_error *error)
{
    if (w->nodes == w->room) {
        uint32_t room = w->room == 0 ? 256 : w->room * 2;
        tree_node *order = realloc(w->order, room * sizeof *order);
        if (order == NULL)
            return no_memory(w, error);
        w->order = order;
        w->room = room;
    }
    w->order[w->nodes++] = node;
    return SIM_OK;
}

/* Adds the children of that kind. */
static enum sim_status put_children(struct writer *w, tree_node directory, uint32_t kind, struct sim_error *error)
{
    const tree_node *children;
    size_t count;

    enum sim_status status = tree_children(w->tree, directory, &children, &count, error);
    for (size_t i = 0; i < count && status == SIM_OK; i++) {
        struct tree_info info;
        tree_info(w->tree, children[i], &info);
        if ((info.attributes & TREE_DIRECTORY) == kind)
            status = put_in_order(w, children[i], error);
    }
    return status;
}

static enum sim_status lay_out(struct writer *w, struct sim_error *error)
{
    enum sim_status status = put_in_order(w, 0, error);

    for (uint32_t i = 0; i < w->nodes && status == SIM_OK; i++) {
        uint32_t size = 0;
        status = arrange_directory(w, w->order[i], &size, error);
        if (i == 0 && size == 0) /* an empty directory has no table, but a disc without a root is none */
            size = GDFX_SECTOR;
        size = (size + GDFX_SECTOR - 1) / GDFX_SECTOR * GDFX_SECTOR;
        if (status == SIM_OK)
            status = give_place(w, w->order[i], size, error);
        if (status == SIM_OK)
            status = put_children(w, w->order[i], TREE_DIRECTORY, error);
    }
    uint32_t directories = w->nodes;
    for (uint32_t i = 0; i < directories && status == SIM_OK; i++)
        status = put_children(w, w->order[i], 0, error);
    for (uint32_t i = directories; i < w->nodes && status == SIM_OK; i++) {
        struct tree_info info;
        tree_info(w->tree, w->order[i], &info);
        status = give_place(w, w->order[i], info.size, error);
    }
    w->result->directories = directories - 1;
    w->result->files = w->nodes - directories;
    w->result->bytes = w->sector * GDFX_SECTOR;
    return status;
}

/* ---- writing ---- */

static enum sim_status put(struct writer *w, const uint8_t *bytes, size_t size, struct sim_error *error)
{
    enum sim_status status = part_file_write(&w->file, bytes, size, error);
    w->written += size;
    if (status == SIM_OK)
        status = loader_work_tell(w->work, w->written, w->result->bytes, error);
    return status;
}

static enum sim_status put_head(struct writer *w, struct sim_error *error)
{
    uint8_t *sector = w->buffer + GDFX_DESCRIPTOR_SECTOR * GDFX_SECTOR;

    memset(w->buffer, 0, FIRST_FREE_SECTOR * GDFX_SECTOR);
    memcpy(sector, GDFX_MAGIC, GDFX_MAGIC_SIZE);
    bytes_put_le32(sector + 0x14, w->place[0].sector);
    bytes_put_le32(sector + 0x18, w->place[0].size);
    memcpy(sector + GDFX_TAIL_MAGIC, GDFX_MAGIC, GDFX_MAGIC_SIZE);
    return put(w, w->buffer, FIRST_FREE_SECTOR * GDFX_SECTOR, error);
}

static enum sim_status put_directory(struct writer *w, tree_node directory, struct sim_error *error)
{
    uint32_t size;
    enum sim_status status = arrange_directory(w, directory, &size, error);

    if (status != SIM_OK)
        return status;
    memset(w->buffer, FILLER, w->place[directory].size);
    for (size_t i = 0; i < w->entries; i++) {
        const struct entry *entry = &w->entry[i];
        uint8_t *p = w->buffer + entry->offset;
        struct tree_info info;
        tree_info(w->tree, entry->node, &info);
        bytes_put_le16(p, entry->left);
        bytes_put_le16(p + 2, entry->right);
        bytes_put_le32(p + 4, w->place[entry->node].sector);
        bytes_put_le32(p + 8, w->place[entry->node].size);
        p[12] = (uint8_t)info.attributes;
        p[13] = entry->name_length;
        memcpy(p + GDFX_ENTRY, entry->name, entry->name_length);
    }
    return put(w, w->buffer, w->place[directory].size, error);
}

static enum sim_status put_file(struct writer *w, tree_node file, struct sim_error *error)
{
    enum sim_status status = SIM_OK;
    uint64_t size = w->place[file].size;

    for (uint64_t offset = 0; offset < size && status == SIM_OK;) {
        size_t got;
        status = tree_read(w->tree, file, offset, w->buffer, CHUNK, &got, error);
        size_t padded = (got + GDFX_SECTOR - 1) / GDFX_SECTOR * GDFX_SECTOR;
        memset(w->buffer + got, 0, padded - got);
        if (status == SIM_OK)
            status = put(w, w->buffer, padded, error);
        offset += got;
    }
    return status;
}

static enum sim_status put_all(struct writer *w, struct sim_error *error)
{
    enum sim_status status = put_head(w, error);

    for (uint32_t i = 0; i < w->nodes && status == SIM_OK; i++) {
        struct tree_info info;
        tree_info(w->tree, w->order[i], &info);
        status = (info.attributes & TREE_DIRECTORY) != 0 ? put_directory(w, w->order[i], error)
                                                         : put_file(w, w->order[i], error);
    }
    return status;
}

static enum sim_status write_image(struct writer *w, const char *path, bool force, struct sim_error *error)
{
    char *for_folder = strdup(path), *for_name = strdup(path);
    enum sim_status status;

    if (for_folder == NULL || for_name == NULL) {
        status = no_memory(w, error);
    } else {
        int folder = open(dirname(for_folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        const char *name = basename(for_name);
        if (folder < 0)
            status = sim_fail(error, SIM_HOST, "%s: cannot write it: %s", path, strerror(errno));
        else if (!force && faccessat(folder, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
            status = sim_fail(error, SIM_HOST, "%s: there is one already; --force replaces it", path);
        else
            status = part_file_create(&w->file, folder, path, error);
        if (status == SIM_OK) {
            status = put_all(w, error);
            if (status == SIM_OK)
                status = part_file_keep(&w->file, name, force, error);
            part_file_drop(&w->file);
        }
        if (folder >= 0)
            close(folder);
    }
    free(for_folder);
    free(for_name);
    return status;
}

enum sim_status gdfx_write(struct tree *tree, const char *path, bool force, const struct loader_work *work,
                           struct gdfx_write_result *result, struct sim_error *error)
{
    struct writer w = {.tree = tree, .work = work, .result = result, .sector = FIRST_FREE_SECTOR};

    *result = (struct gdfx_write_result){0};
    w.buffer = malloc(CHUNK);
    enum sim_status status = w.buffer != NULL ? lay_out(&w, error) : no_memory(&w, error);
    if (status == SIM_OK)
        status = write_image(&w, path, force, error);
    free(w.buffer);
    free(w.order);
    free(w.place);
    free(w.entry);
    return status;
}
