#include "tests/support/gdfx_writer.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SECTOR = 2048, NONE = -1 };

static const char magic[20] = "MICROSOFT*XBOX*MEDIA"; /* no NUL */

struct writer {
    int fd;
    uint64_t base, end;
    const struct gdfx_writer_node *node;
    int nodes;
    uint32_t next;        /* the next free sector */
    uint32_t *table_size; /* of a directory, by index + 1 */
    uint32_t *table_sector;
    uint32_t *sector;    /* of a file */
    uint32_t *offset;    /* of an entry in its table */
    int *left, *right;   /* of an entry */
    int *first, *latest; /* of a directory, by index + 1: its tree's root, and what was added last */
};

static void put_bytes(struct writer *w, uint64_t at, const void *bytes, size_t size)
{
    if (pwrite(w->fd, bytes, size, (off_t)(w->base + at)) != (ssize_t)size) {
        perror("gdfx_writer");
        abort();
    }
    if (w->base + at + size > w->end)
        w->end = w->base + at + size;
}

static void le(uint8_t *p, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        p[i] = (uint8_t)(value >> 8 * i);
}

static size_t name_length(const struct gdfx_writer_node *node)
{
    return node->name_length != 0 ? node->name_length : strlen(node->name);
}

static void insert(struct writer *w, int i)
{
    int directory = w->node[i].parent + 1, at = w->first[directory];

    w->left[i] = w->right[i] = NONE;
    if (at == NONE) {
        w->first[directory] = w->latest[directory] = i;
        return;
    }
    /* Given in order of names: no need to go down from the root. */
    if (w->right[w->latest[directory]] == NONE && strcasecmp(w->node[i].name, w->node[w->latest[directory]].name) > 0 &&
        w->left[w->first[directory]] == NONE) {
        w->right[w->latest[directory]] = i;
        w->latest[directory] = i;
        return;
    }
    for (;;) {
        int *side = strcasecmp(w->node[i].name, w->node[at].name) < 0 ? &w->left[at] : &w->right[at];
        if (*side == NONE) {
            *side = i;
            return;
        }
        at = *side;
    }
}

static void place_entries(struct writer *w)
{
    for (int i = 0; i < w->nodes; i++) {
        uint32_t *size = &w->table_size[w->node[i].parent + 1];
        uint32_t length = (uint32_t)(14 + name_length(&w->node[i]) + 3) / 4 * 4;
        if (*size / SECTOR != (*size + length - 1) / SECTOR)
            *size = (*size + SECTOR - 1) / SECTOR * SECTOR;
        w->offset[i] = *size;
        *size += length;
    }
}

static void put_entry(struct writer *w, int i)
{
    const struct gdfx_writer_node *node = &w->node[i];
    bool directory = (node->attributes & GDFX_WRITER_IS_DIRECTORY) != 0;
    uint8_t entry[14 + 255];

    le(entry, w->left[i] == NONE ? 0 : w->offset[w->left[i]] / 4, 2);
    le(entry + 2, w->right[i] == NONE ? 0 : w->offset[w->right[i]] / 4, 2);
    le(entry + 4,
       node->sector != GDFX_WRITER_AUTO ? node->sector
       : directory                      ? w->table_sector[i + 1]
                                        : w->sector[i],
       4);
    le(entry + 8, directory && node->size == 0 ? w->table_size[i + 1] : node->size, 4);
    entry[12] = node->attributes;
    entry[13] = (uint8_t)name_length(node);
    memcpy(entry + 14, node->name, name_length(node));
    put_bytes(w, (uint64_t)w->table_sector[node->parent + 1] * SECTOR + w->offset[i], entry, 14 + name_length(node));
}

static void *room(int count, size_t size)
{
    void *memory = calloc((size_t)count, size);
    if (memory == NULL)
        abort();
    return memory;
}

uint64_t gdfx_writer(int fd, uint64_t base, const struct gdfx_writer_node *node, int nodes, uint32_t *table_sector)
{
    struct writer w = {.fd = fd, .base = base, .node = node, .nodes = nodes, .next = 40, .table_sector = table_sector};
    uint8_t descriptor[SECTOR] = {0};

    w.table_size = room(nodes + 1, sizeof *w.table_size);
    w.sector = room(nodes + 1, sizeof *w.sector);
    w.offset = room(nodes + 1, sizeof *w.offset);
    w.left = room(nodes + 1, sizeof *w.left);
    w.right = room(nodes + 1, sizeof *w.right);
    w.first = room(nodes + 1, sizeof *w.first);
    w.latest = room(nodes + 1, sizeof *w.latest);
    for (int i = 0; i <= nodes; i++)
        w.first[i] = w.latest[i] = NONE;
    for (int i = 0; i < nodes; i++)
        insert(&w, i);
    /* The entries of a directory stand in the order in which they were given, so the first is the tree's root. */
    place_entries(&w);
    for (int i = 0; i <= nodes; i++)
        if (w.table_size[i] > 0) {
            uint32_t sectors = (w.table_size[i] + SECTOR - 1) / SECTOR;
            uint8_t filler[SECTOR];
            memset(filler, 0xff, sizeof filler);
            table_sector[i] = w.next;
            for (uint32_t k = 0; k < sectors; k++)
                put_bytes(&w, (uint64_t)(w.next + k) * SECTOR, filler, SECTOR);
            w.table_size[i] = sectors * SECTOR;
            w.next += sectors;
        }
    for (int i = 0; i < nodes; i++) {
        if ((node[i].attributes & GDFX_WRITER_IS_DIRECTORY) != 0)
            continue;
        w.sector[i] = node[i].sector;
        if (node[i].sector == GDFX_WRITER_AUTO && node[i].size > 0) {
            w.sector[i] = w.next;
            w.next += (node[i].size - 1) / SECTOR + 1;
        }
        if (node[i].bytes != NULL)
            put_bytes(&w, (uint64_t)w.sector[i] * SECTOR, node[i].bytes, node[i].size);
    }
    for (int i = 0; i < nodes; i++)
        put_entry(&w, i);
    memcpy(descriptor, magic, sizeof magic);
    le(descriptor + 0x14, table_sector[0], 4);
    le(descriptor + 0x18, w.table_size[0], 4);
    memcpy(descriptor + 0x7ec, magic, sizeof magic);
    put_bytes(&w, 32 * SECTOR, descriptor, SECTOR);
    free(w.table_size);
    free(w.sector);
    free(w.offset);
    free(w.left);
    free(w.right);
    free(w.first);
    free(w.latest);
    return w.end;
}

uint8_t *gdfx_writer_bytes(const struct gdfx_writer_node *node, int nodes, uint32_t *table_sector, size_t *size)
{
    int fd = memfd_create("gdfx", MFD_CLOEXEC);
    *size = (size_t)gdfx_writer(fd, 0, node, nodes, table_sector);
    uint8_t *bytes = malloc(*size);
    if (bytes == NULL || pread(fd, bytes, *size, 0) != (ssize_t)*size)
        abort();
    close(fd);
    return bytes;
}
