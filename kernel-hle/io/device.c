/* Devices: where paths lead, and what lies there. */
#include "kernel-hle/io/io_parts.h"
#include "kernel-hle/kernel/guest.h"
#include "kernel-hle/kernel/kernel_parts.h"
#include "kernel-hle/loader/cp1252.h"

#include <string.h>

const struct io_device_info io_device_info[IO_DEVICES] = {
#define DEVICE(id, path, kind, drive, what) {path, IO_##kind, IO_DRIVE_##drive},
#include "kernel-hle/io/devices.def"
#undef DEVICE
};

/* Roots of file names: DOS devices, and what ObOpenObjectByName calls by this number. */
static const uint32_t root_dos = UINT32_C(0xFFFFFFFD), root_names = UINT32_C(0xFFFFFFFC);

static bool on_device(const char *path, const char *device)
{
    size_t length = strlen(device);
    return strncmp(path, device, length) == 0 && (path[length] == 0 || path[length] == '\\');
}

/* IO_DEVICES: on none. */
static unsigned device_of(const struct kernel *k, const char *path)
{
    for (unsigned i = 0; i < IO_DEVICES; i++) {
        const struct io_device_info *device = &io_device_info[i];
        bool there = device->kind != IO_MEDIA || (k->config.media && on_device(k->config.title_path, device->path));
        if (there && on_device(path, device->path))
            return i;
    }
    return IO_DEVICES;
}

void io_start(struct kernel *k)
{
    nt_status status;
    const char *MEDIA = NULL;
    unsigned media = device_of(k, k->config.title_path);
    if (media != IO_DEVICES)
        MEDIA = io_device_info[media].path;
#define LINK(name, target) \
    if (target)            \
        (void)ob_make_link(k, name, target, &status);
#include "kernel-hle/io/links.def"
#undef LINK
}

void io_media_fails(struct kernel *k, const struct sim_error *error)
{
    kernel_stop(k, SIM_BAD_INPUT, "%s", error->text);
}

static bool in_media(struct kernel *k, const char *path, tree_node *node)
{
    struct sim_error error;
    if (tree_find(k->config.media, path, node, &error) == SIM_OK)
        return *node != TREE_NONE;
    io_media_fails(k, &error);
    return false;
}

static bool in_store(struct kernel *k, unsigned device, const char *path, uint32_t *node)
{
    const struct io_store *store = &k->io->store[device];
    *node = IO_ROOT;
    while (*path) {
        size_t length = strcspn(path, "\\");
        if (length != 0 && !io_store_find(store, *node, path, length, node))
            return false;
        path += length + (path[length] != 0);
    }
    return true;
}

static bool is_there(struct kernel *k, unsigned device, const char *path, uint32_t *node)
{
    switch (io_device_info[device].kind) {
    case IO_MEDIA:
        return in_media(k, path, node);
    case IO_STORE:
        return in_store(k, device, path, node);
    default:
        *node = IO_ROOT;
        return true;
    }
}

nt_status io_find(struct kernel *k, const char *path, struct io_place *place)
{
    struct io_info info;
    unsigned device = device_of(k, path);
    *place = (struct io_place){0};
    if (device == IO_DEVICES)
        return NT_OBJECT_PATH_NOT_FOUND;
    char rest[IO_PATH_MAX];
    const char *from = path + strlen(io_device_info[device].path);
    from += strspn(from, "\\");
    size_t length = strnlen(from, sizeof rest - 1);
    memcpy(rest, from, length);
    rest[length] = 0;
    while (length != 0 && rest[length - 1] == '\\')
        rest[--length] = 0;

    char *last = strrchr(rest, '\\');
    memcpy(place->name, last ? last + 1 : rest, strlen(last ? last + 1 : rest) + 1);
    place->node.device = (uint8_t)device;
    place->found = is_there(k, device, rest, &place->node.node);
    if (place->found)
        return NT_SUCCESS;
    *(last ? last : rest) = 0;
    if (!is_there(k, device, rest, &place->node.node))
        return NT_OBJECT_PATH_NOT_FOUND;
    io_info(k, place->node, &info);
    return info.directory ? NT_SUCCESS : NT_OBJECT_PATH_NOT_FOUND;
}

/* The path of a node, from its device on; false where it is too long. */
static bool node_path(struct kernel *k, struct io_node at, char path[IO_PATH_MAX])
{
    const char *device = io_device_info[at.device].path;
    size_t length = strlen(device), first = IO_PATH_MAX - 1;
    path[first] = 0;
    while (at.node != IO_ROOT) {
        struct io_info info;
        io_info(k, at, &info);
        size_t part = strlen(info.name) + 1;
        if (part + length > first)
            return false;
        first -= part;
        path[first] = '\\';
        memcpy(path + first + 1, info.name, part - 1);
        at.node = io_device_info[at.device].kind == IO_MEDIA ? tree_parent(k->config.media, at.node)
                                                             : k->io->store[at.device].node[at.node].parent;
    }
    memmove(path + length, path + first, IO_PATH_MAX - first);
    memcpy(path, device, length);
    return true;
}

static bool is_valid(const char *name)
{
    for (; *name; name++) {
        if ((uint8_t)*name < 0x20 || (uint8_t)*name > 0x7E || strchr("\"+,;<=>|", *name))
            return false;
    }
    return true;
}

nt_status io_attributes_path(struct kernel *k, uint32_t attributes, char path[IO_PATH_MAX])
{
    return io_string_path(k, guest_u32(k, attributes), guest_u32(k, attributes + 4), path);
}

nt_status io_string_path(struct kernel *k, uint32_t root, uint32_t string, char path[IO_PATH_MAX])
{
    char name[IO_PATH_MAX];
    uint32_t address;
    bool write;
    path[0] = 0;
    if (string && guest_u16(k, string) >= sizeof name)
        return NT_OBJECT_NAME_INVALID;
    if (!guest_ansi_string(k, string, name, sizeof name))
        name[0] = 0;
    if (kernel_fault(k, &address, &write))
        return NT_ACCESS_VIOLATION;
    if (!is_valid(name))
        return NT_OBJECT_NAME_INVALID;
    if (root != 0 && root != root_dos && root != root_names) {
        nt_status status;
        struct io_file *file = io_file_of(k, root, &status);
        if (!file)
            return status;
        if (!node_path(k, file->at, path) || strlen(path) + 1 + strlen(name) >= IO_PATH_MAX)
            return NT_OBJECT_NAME_INVALID;
        size_t length = strlen(path);
        path[length] = '\\';
        memcpy(path + length + 1, name, strlen(name) + 1);
        return NT_SUCCESS;
    }
    memcpy(path, name, strlen(name) + 1);
    return ob_follow_links(k, path, IO_PATH_MAX) ? NT_SUCCESS : NT_OBJECT_NAME_INVALID;
}

static void media_info(struct kernel *k, tree_node node, struct io_info *info)
{
    struct tree_info from;
    size_t length;
    tree_info(k->config.media, node, &from);
    if (!cp1252_from_utf8(from.name, (uint8_t *)info->name, sizeof info->name - 1, &length))
        length = 0; /* a name that no console could write */
    info->name[length] = 0;
    info->size = from.size;
    info->created = from.created;
    info->modified = from.modified;
    info->attributes = from.attributes | TREE_READ_ONLY;
    info->directory = from.attributes & TREE_DIRECTORY;
}

static void store_info(const struct io_store *store, uint32_t node, struct io_info *info)
{
    info->directory = node == IO_ROOT;
    if (node < store->nodes) {
        const struct io_store_node *from = &store->node[node];
        memcpy(info->name, from->name, sizeof from->name);
        info->size = from->size;
        info->created = from->created;
        info->modified = from->modified;
        info->directory = from->directory;
    }
    info->attributes = info->directory ? TREE_DIRECTORY : TREE_ARCHIVE;
}

void io_info(struct kernel *k, struct io_node node, struct io_info *info)
{
    *info = (struct io_info){0};
    switch (io_device_info[node.device].kind) {
    case IO_MEDIA:
        media_info(k, node.node, info);
        break;
    case IO_STORE:
        store_info(&k->io->store[node.device], node.node, info);
        break;
    default:
        break;
    }
}

bool io_child(struct kernel *k, struct io_node directory, struct io_listing *listing, struct io_node *child)
{
    const struct io_store *store = &k->io->store[directory.device];
    const tree_node *children;
    size_t count;
    struct sim_error error;
    *child = directory;
    switch (io_device_info[directory.device].kind) {
    case IO_MEDIA:
        if (tree_children(k->config.media, directory.node, &children, &count, &error) != SIM_OK) {
            io_media_fails(k, &error);
            return false;
        }
        if (listing->children >= count)
            return false;
        child->node = children[listing->children++];
        return true;
    case IO_STORE:
        if (!io_store_child(store, directory.node, listing->after, &child->node))
            return false;
        memcpy(listing->after, store->node[child->node].name, IO_NAME_MAX);
        return true;
    default:
        return false;
    }
}

enum { PIECE = 0x4000 };

static bool read_media(struct kernel *k, tree_node node, uint64_t offset, uint32_t address, uint32_t size,
                       uint32_t *done)
{
    uint8_t bytes[PIECE];
    struct sim_error error;
    for (size_t got = 1; *done < size && got != 0; *done += (uint32_t)got) {
        size_t part = size - *done < PIECE ? size - *done : PIECE;
        if (tree_read(k->config.media, node, offset + *done, bytes, part, &got, &error) != SIM_OK) {
            io_media_fails(k, &error);
            return false;
        }
        guest_write(k, address + *done, bytes, got);
    }
    return true;
}

nt_status io_read(struct kernel *k, struct io_node node, uint64_t offset, uint32_t address, uint32_t size,
                  uint32_t *done)
{
    struct io_info info;
    *done = 0;
    if (io_device_info[node.device].kind == IO_NOTHING)
        return NT_SUCCESS;
    io_info(k, node, &info);
    if (offset >= info.size)
        return NT_END_OF_FILE;
    if (size > info.size - offset)
        size = (uint32_t)(info.size - offset);
    if (!guest_writable(k, address, size))
        return NT_ACCESS_VIOLATION;
    if (io_device_info[node.device].kind == IO_MEDIA)
        return read_media(k, node.node, offset, address, size, done) ? NT_SUCCESS : NT_UNSUCCESSFUL;
    guest_write(k, address, k->io->store[node.device].node[node.node].bytes + offset, size);
    *done = size;
    return NT_SUCCESS;
}

nt_status io_write(struct kernel *k, struct io_node node, uint64_t offset, uint32_t address, uint32_t size)
{
    struct io_info info;
    switch (io_device_info[node.device].kind) {
    case IO_MEDIA:
        return NT_ACCESS_DENIED;
    case IO_NOTHING:
        return NT_SUCCESS;
    default:
        break;
    }
    io_info(k, node, &info);
    if (!guest_readable(k, address, size))
        return NT_ACCESS_VIOLATION;
    if (offset > IO_STORE_BYTES)
        return NT_DISK_FULL;
    nt_status status = NT_SUCCESS;
    if (offset + size > info.size)
        status = io_store_resize(k, node, offset + size);
    if (status == NT_SUCCESS)
        guest_read(k, address, k->io->store[node.device].node[node.node].bytes + offset, size);
    return status;
}
