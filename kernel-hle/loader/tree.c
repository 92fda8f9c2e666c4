#include "kernel-hle/loader/tree.h"

#include "kernel-hle/loader/tree_parts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static enum sim_status no_memory(const struct tree *tree, struct sim_error *error)
{
    return sim_fail(error, SIM_HOST, "%s: no memory for its directories", tree->path);
}

/* ---- names ---- */

static unsigned char upper(char c)
{
    return (unsigned char)(c >= 'a' && c <= 'z' ? c - ('a' - 'A') : c);
}

static int compare_names(const char *a, size_t a_length, const char *b, size_t b_length)
{
    for (size_t i = 0; i < a_length && i < b_length; i++)
        if (upper(a[i]) != upper(b[i]))
            return upper(a[i]) < upper(b[i]) ? -1 : 1;
    return a_length == b_length ? 0 : a_length < b_length ? -1 : 1;
}

static const char *what_is_wrong(const char *name, size_t length)
{
    if (length == 0)
        return "is empty";
    if (length > TREE_NAME_MAX)
        return "is longer than 255 bytes";
    if (memcmp(name, "..", length <= 2 ? length : 3) == 0)
        return "means a directory itself or the one above";
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)name[i] < 0x20 || name[i] == 0x7f)
            return "holds a control character";
        if (name[i] == '/' || name[i] == '\\')
            return "holds a separator";
    }
    return NULL;
}

/* For sentences: what could do harm on a terminal becomes '?'. */
static void printable(const char *name, size_t length, char text[64])
{
    size_t i = 0;
    for (; i < length && i < 60; i++)
        text[i] = (char)((unsigned char)name[i] < 0x20 || (unsigned char)name[i] >= 0x7f ? '?' : name[i]);
    strcpy(text + i, i < length ? "..." : "");
}

char *tree_node_path(const struct tree *tree, tree_node node, char text[TREE_PATH_MAX])
{
    tree_node way[TREE_DEPTH_MAX + 1];
    unsigned depth = 0;
    size_t length = 0;

    for (; node != 0; node = tree->entry[node].parent)
        way[depth++] = node;
    text[0] = '\0';
    while (depth-- > 0) {
        const char *name = tree->entry[way[depth]].name;
        size_t more = strlen(name);
        memcpy(text + length, name, more + 1); /* names and depth are bounded, so this fits */
        length += more;
        if (depth > 0)
            text[length++] = '/';
    }
    return text;
}

/* ---- nodes ---- */

static struct tree_entry *new_entry(struct tree *tree)
{
    if (tree->entries == tree->room) {
        uint32_t room = tree->room == 0 ? 64 : tree->room * 2;
        struct tree_entry *entry = realloc(tree->entry, room * sizeof *entry);
        if (entry == NULL)
            return NULL;
        tree->entry = entry;
        tree->room = room;
    }
    struct tree_entry *entry = &tree->entry[tree->entries];
    *entry = (struct tree_entry){.parent = TREE_NONE, .first_child = TREE_NONE, .next = TREE_NONE};
    return entry;
}

enum sim_status tree_add(struct tree *tree, tree_node parent, const struct tree_new *child, tree_node *node,
                         struct sim_error *error)
{
    char shown[64], at[48] = "";
    const char *wrong = what_is_wrong(child->name, child->name_length);

    if (child->at != UINT64_MAX)
        snprintf(at, sizeof at, " at offset 0x%" PRIx64, child->at);
    printable(child->name, child->name_length, shown);
    if (wrong != NULL)
        return sim_fail(error, SIM_BAD_INPUT, "%s: the name '%s'%s %s", tree->path, shown, at, wrong);
    if (tree->entry[parent].depth >= TREE_DEPTH_MAX)
        return sim_fail(error, SIM_BAD_INPUT, "%s: '%s'%s is more than %d levels deep", tree->path, shown, at,
                        TREE_DEPTH_MAX);
    if (tree->entries >= TREE_NODES_MAX)
        return sim_fail(error, SIM_BAD_INPUT, "%s: there are more than %d files and directories", tree->path,
                        TREE_NODES_MAX);
    struct tree_entry *entry = new_entry(tree);
    char *name = strndup(child->name, child->name_length);
    if (entry == NULL || name == NULL) {
        free(name);
        return no_memory(tree, error);
    }
    entry->name = name;
    entry->size = child->info.size;
    entry->offset = child->info.offset;
    entry->attributes = child->info.attributes;
    entry->created = child->info.created;
    entry->modified = child->info.modified;
    entry->place = child->place;
    entry->parent = parent;
    entry->depth = (uint16_t)(tree->entry[parent].depth + 1);
    entry->next = tree->entry[parent].first_child;
    tree->entry[parent].first_child = tree->entries;
    if (node != NULL)
        *node = tree->entries;
    tree->entries++;
    return SIM_OK;
}

static bool is_directory(const struct tree *tree, tree_node node)
{
    return (tree->entry[node].attributes & TREE_DIRECTORY) != 0;
}

static int by_name(const void *a, const void *b, void *tree_)
{
    const struct tree *tree = tree_;
    const char *first = tree->entry[*(const tree_node *)a].name, *second = tree->entry[*(const tree_node *)b].name;
    return compare_names(first, strlen(first), second, strlen(second));
}

/* The children in the order of their names; two of one name could not both be found. */
static enum sim_status sort_children(struct tree *tree, tree_node directory, struct sim_error *error)
{
    struct tree_entry *entry = &tree->entry[directory];
    char path[TREE_PATH_MAX];
    uint32_t count = 0;

    for (tree_node child = entry->first_child; child != TREE_NONE; child = tree->entry[child].next)
        count++;
    tree_node *children = malloc((count + 1) * sizeof *children);
    if (children == NULL)
        return no_memory(tree, error);
    uint32_t i = count; /* the list is newest first */
    for (tree_node child = entry->first_child; child != TREE_NONE; child = tree->entry[child].next)
        children[--i] = child;
    qsort_r(children, count, sizeof *children, by_name, tree);
    for (i = 1; i < count; i++)
        if (by_name(&children[i - 1], &children[i], tree) == 0) {
            sim_fail(error, SIM_BAD_INPUT, "%s: directory '%.100s' holds both '%.100s' and '%.100s'", tree->path,
                     tree_node_path(tree, directory, path), tree->entry[children[i - 1]].name,
                     tree->entry[children[i]].name);
            free(children);
            return SIM_BAD_INPUT;
        }
    entry->children = children;
    entry->children_count = count;
    return SIM_OK;
}

static void drop_from(struct tree *tree, uint32_t first)
{
    for (uint32_t i = first; i < tree->entries; i++) {
        free(tree->entry[i].name);
        free(tree->entry[i].failure);
        free(tree->entry[i].children);
    }
    tree->entries = first;
}

static enum sim_status list(struct tree *tree, tree_node directory, struct sim_error *error)
{
    uint32_t before = tree->entries;
    enum sim_status status = SIM_OK;

    if (tree->container->list != NULL)
        status = tree->container->list(tree, directory, error);
    if (status == SIM_OK)
        status = sort_children(tree, directory, error);
    if (status != SIM_OK && tree->container->list != NULL) {
        drop_from(tree, before);
        tree->entry[directory].first_child = TREE_NONE;
    }
    return status;
}

/* ---- what others call ---- */

enum sim_status tree_children(struct tree *tree, tree_node directory, const tree_node **children, size_t *count,
                              struct sim_error *error)
{
    char path[TREE_PATH_MAX];
    struct sim_error why;

    *children = NULL;
    *count = 0;
    if (!is_directory(tree, directory))
        return sim_fail(error, SIM_BAD_INPUT, "%s: '%.200s' is no directory", tree->path,
                        tree_node_path(tree, directory, path));
    if (!tree->entry[directory].listed) {
        enum sim_status status = list(tree, directory, &why);
        struct tree_entry *entry = &tree->entry[directory];
        if (status == SIM_HOST)
            return sim_fail(error, status, "%s", why.text);
        entry->listed = true;
        if (status != SIM_OK)
            entry->failure = strdup(why.text);
    }
    struct tree_entry *entry = &tree->entry[directory];
    if (entry->children == NULL)
        return sim_fail(error, SIM_BAD_INPUT, "%s", entry->failure != NULL ? entry->failure : tree->path);
    *children = entry->children;
    *count = entry->children_count;
    return SIM_OK;
}

static tree_node find_child(const struct tree *tree, const tree_node *children, size_t count, const char *name,
                            size_t length)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const char *other = tree->entry[children[middle]].name;
        int order = compare_names(name, length, other, strlen(other));
        if (order == 0)
            return children[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return TREE_NONE;
}

enum sim_status tree_find(struct tree *tree, const char *path, tree_node *node, struct sim_error *error)
{
    tree_node at = 0;

    *node = TREE_NONE;
    for (path += strspn(path, "/\\"); *path != '\0' && at != TREE_NONE; path += strspn(path, "/\\")) {
        size_t length = strcspn(path, "/\\"), count;
        const tree_node *children;
        if (!is_directory(tree, at))
            return SIM_OK;
        enum sim_status status = tree_children(tree, at, &children, &count, error);
        if (status != SIM_OK)
            return status;
        at = find_child(tree, children, count, path, length);
        path += length;
    }
    *node = at;
    return SIM_OK;
}

enum sim_status tree_read(struct tree *tree, tree_node file, uint64_t offset, void *bytes, size_t size, size_t *got,
                          struct sim_error *error)
{
    const struct tree_entry *entry = &tree->entry[file];
    char path[TREE_PATH_MAX];

    *got = 0;
    if (is_directory(tree, file))
        return sim_fail(error, SIM_BAD_INPUT, "%s: '%.200s' is a directory", tree->path,
                        tree_node_path(tree, file, path));
    if (offset >= entry->size || size == 0)
        return SIM_OK;
    if (size > entry->size - offset)
        size = (size_t)(entry->size - offset);
    enum sim_status status = tree->container->read(tree, file, offset, bytes, size, error);
    if (status == SIM_OK)
        *got = size;
    return status;
}

void tree_info(const struct tree *tree, tree_node node, struct tree_info *info)
{
    const struct tree_entry *entry = &tree->entry[node];
    *info = (struct tree_info){
        .name = entry->name,
        .size = entry->size,
        .attributes = entry->attributes,
        .offset = entry->offset,
        .created = entry->created,
        .modified = entry->modified,
    };
}

tree_node tree_parent(const struct tree *tree, tree_node node)
{
    return tree->entry[node].parent;
}

enum tree_kind tree_kind(const struct tree *tree)
{
    return tree->kind;
}

const char *tree_path(const struct tree *tree)
{
    return tree->path;
}

/* ---- opening ---- */

static struct tree *new_tree(const char *path, struct sim_error *error)
{
    struct tree *tree = calloc(1, sizeof *tree);
    struct tree_entry *root = NULL;

    if (tree != NULL) {
        tree->path = strdup(path);
        root = new_entry(tree);
    }
    if (root != NULL)
        root->name = calloc(1, 1);
    if (root == NULL || root->name == NULL || tree->path == NULL) {
        sim_fail(error, SIM_HOST, "%s: no memory to open it", path);
        if (tree != NULL)
            free(tree->path);
        if (root != NULL)
            free(root->name);
        if (tree != NULL)
            free(tree->entry);
        free(tree);
        return NULL;
    }
    root->attributes = TREE_DIRECTORY;
    root->offset = UINT64_MAX;
    tree->entries = 1;
    return tree;
}

static enum sim_status open_container(struct tree *tree, bool verify, struct sim_error *error)
{
    if (stfs_is(tree->bytes, tree->size))
        return stfs_open(tree, verify, error);
    if (gdfx_is(tree->bytes, tree->size))
        return gdfx_open(tree, error);
    return sim_fail(
        error, SIM_BAD_INPUT,
        "%s: offset 0x0: neither a package (no CON, LIVE or PIRS) nor a disc image (no MICROSOFT*XBOX*MEDIA "
        "where a game partition may begin)",
        tree->path);
}

static enum sim_status finish(struct tree *opened, enum sim_status status, struct tree **tree)
{
    if (status == SIM_OK)
        *tree = opened;
    else
        tree_close(opened);
    return status;
}

static enum sim_status open_path(struct tree **tree, const char *path, bool verify, struct sim_error *error)
{
    struct stat about;

    *tree = NULL;
    if (stat(path, &about) != 0)
        return sim_fail(error, SIM_BAD_INPUT, "%s: %s", path, strerror(errno));
    struct tree *opened = new_tree(path, error);
    if (opened == NULL)
        return SIM_HOST;
    if (S_ISDIR(about.st_mode))
        return finish(opened, tree_folder_open(opened, error), tree);
    enum sim_status status = loader_file_open(&opened->file, path, error);
    if (status == SIM_OK) {
        opened->bytes = opened->file.bytes;
        opened->size = opened->file.size;
        status = open_container(opened, verify, error);
    }
    return finish(opened, status, tree);
}

enum sim_status tree_open(struct tree **tree, const char *path, struct sim_error *error)
{
    return open_path(tree, path, true, error);
}

enum sim_status tree_open_unverified(struct tree **tree, const char *path, struct sim_error *error)
{
    return open_path(tree, path, false, error);
}

enum sim_status tree_open_bytes(struct tree **tree, const char *name, const uint8_t *bytes, uint64_t size, bool verify,
                                struct sim_error *error)
{
    *tree = NULL;
    struct tree *opened = new_tree(name, error);
    if (opened == NULL)
        return SIM_HOST;
    opened->bytes = bytes;
    opened->size = size;
    return finish(opened, open_container(opened, verify, error), tree);
}

void tree_close(struct tree *tree)
{
    if (tree == NULL)
        return;
    if (tree->container != NULL && tree->container->close != NULL)
        tree->container->close(tree->self);
    drop_from(tree, 0);
    free(tree->entry);
    loader_file_close(&tree->file);
    free(tree->path);
    free(tree);
}
