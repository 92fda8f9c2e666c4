/* A store: files and directories in the host's memory. Numbers of nodes are the lowest that are free. */
#include "kernel-hle/io/io_parts.h"
#include "kernel-hle/ke/ke.h"
#include "kernel-hle/kernel/kernel_parts.h"

#include <stdlib.h>
#include <string.h>

void io_store_reset(struct io_store *store)
{
    for (uint32_t i = 0; i < store->nodes; i++)
        free(store->node[i].bytes);
    free(store->node);
    *store = (struct io_store){0};
}

bool io_store_find(const struct io_store *store, uint32_t directory, const char *name, size_t length, uint32_t *node)
{
    for (uint32_t i = 1; i < store->nodes; i++) {
        const struct io_store_node *at = &store->node[i];
        if (!at->used || at->parent != directory || at->name[length < IO_NAME_MAX ? length : IO_NAME_MAX - 1] != 0)
            continue;
        size_t same = 0;
        while (same < length && io_same_letter(at->name[same], name[same]))
            same++;
        if (same == length) {
            *node = i;
            return true;
        }
    }
    return false;
}

static bool room_for(struct io_store *store, uint32_t count)
{
    if (count <= store->room)
        return true;
    uint32_t room = store->room ? store->room * 2 : 64;
    struct io_store_node *node = realloc(store->node, room * sizeof *node);
    if (!node)
        return false;
    store->node = node;
    store->room = room;
    return true;
}

/* The lowest number that is free, and not the root's. */
static bool new_number(struct io_store *store, uint32_t *number)
{
    for (*number = 1; *number < store->nodes && store->node[*number].used; ++*number) {
    }
    if (*number < store->nodes)
        return true;
    uint32_t first = store->nodes ? store->nodes : 1;
    if (first >= IO_STORE_NODES || !room_for(store, first + 1))
        return false;
    if (store->nodes == 0)
        store->node[IO_ROOT] = (struct io_store_node){.used = true, .directory = true};
    store->nodes = first + 1;
    *number = first;
    return true;
}

nt_status io_store_create(struct kernel *k, struct io_node directory, const char *name, bool is_directory,
                          struct io_node *node)
{
    struct io_store *store = &k->io->store[directory.device];
    size_t length = strlen(name);
    uint32_t number;
    if (length == 0 || length >= IO_NAME_MAX || strpbrk(name, "*?"))
        return NT_OBJECT_NAME_INVALID;
    if (!new_number(store, &number))
        return NT_DISK_FULL;
    uint64_t now = ke_system_time(k);
    store->node[number] = (struct io_store_node){
        .parent = directory.node, .used = true, .directory = is_directory, .created = now, .modified = now};
    memcpy(store->node[number].name, name, length);
    *node = (struct io_node){directory.device, number};
    return NT_SUCCESS;
}

nt_status io_store_resize(struct kernel *k, struct io_node at, uint64_t size)
{
    struct io_store *store = &k->io->store[at.device];
    struct io_store_node *node = &store->node[at.node];
    if (at.node >= store->nodes || node->directory)
        return NT_INVALID_PARAMETER;
    if (size > IO_STORE_BYTES || store->bytes - node->size + size > IO_STORE_BYTES)
        return NT_DISK_FULL;
    if (size > node->room) {
        uint64_t room = node->room ? node->room : 0x1000;
        while (room < size)
            room *= 2;
        uint8_t *bytes = realloc(node->bytes, room);
        if (!bytes)
            return NT_DISK_FULL;
        node->bytes = bytes;
        node->room = (uint32_t)room;
    }
    if (size > node->size)
        memset(node->bytes + node->size, 0, size - node->size);
    store->bytes += size - node->size;
    node->size = (uint32_t)size;
    node->modified = ke_system_time(k);
    return NT_SUCCESS;
}

static void remove_node(struct io_store *store, uint32_t number)
{
    struct io_store_node *node = &store->node[number];
    store->bytes -= node->size;
    free(node->bytes);
    *node = (struct io_store_node){0};
}

nt_status io_store_doom(struct kernel *k, struct io_node at)
{
    struct io_store *store = &k->io->store[at.device];
    uint32_t child;
    if (at.node == IO_ROOT || at.node >= store->nodes)
        return NT_ACCESS_DENIED;
    if (store->node[at.node].directory && io_store_child(store, at.node, "", &child))
        return NT_DIRECTORY_NOT_EMPTY;
    store->node[at.node].doomed = true;
    return NT_SUCCESS;
}

void io_store_opened(struct kernel *k, struct io_node at)
{
    struct io_store *store = &k->io->store[at.device];
    if (at.node < store->nodes)
        store->node[at.node].opens++;
}

void io_store_closed(struct kernel *k, struct io_node at)
{
    struct io_store *store = &k->io->store[at.device];
    uint32_t child;
    if (at.node >= store->nodes || at.node == IO_ROOT || --store->node[at.node].opens != 0)
        return;
    if (store->node[at.node].doomed && !io_store_child(store, at.node, "", &child))
        remove_node(store, at.node);
}

static int compare(const char *a, const char *b)
{
    for (; *a && io_same_letter(*a, *b); a++, b++) {
    }
    int left = *a >= 'a' && *a <= 'z' ? *a - 32 : (uint8_t)*a;
    int right = *b >= 'a' && *b <= 'z' ? *b - 32 : (uint8_t)*b;
    return left - right;
}

bool io_store_child(const struct io_store *store, uint32_t directory, const char *after, uint32_t *child)
{
    uint32_t least = 0;
    for (uint32_t i = 1; i < store->nodes; i++) {
        const struct io_store_node *node = &store->node[i];
        if (!node->used || node->parent != directory || (after[0] && compare(node->name, after) <= 0))
            continue;
        if (least == 0 || compare(node->name, store->node[least].name) < 0)
            least = i;
    }
    *child = least;
    return least != 0;
}
