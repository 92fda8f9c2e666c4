/* The saved form: drives, stores, files by the addresses of their objects, requests. A node of the media is its path.
 */
#include "kernel-hle/io/io_parts.h"
#include "kernel-hle/kernel/kernel_parts.h"

#include <stdlib.h>
#include <string.h>

static void put_node(const struct kernel *k, struct sim_writer *writer, struct io_node at)
{
    char path[TREE_PATH_MAX];
    sim_put_u8(writer, at.device);
    if (io_device_info[at.device].kind != IO_MEDIA || !k->config.media) {
        sim_put_u32(writer, at.node);
        return;
    }
    uint32_t length = (uint32_t)strlen(tree_node_path(k->config.media, at.node, path));
    sim_put_u32(writer, length);
    sim_put_bytes(writer, path, length);
}

static bool get_node(struct kernel *k, struct sim_reader *reader, struct io_node *at)
{
    char path[TREE_PATH_MAX];
    struct sim_error error;
    at->device = sim_get_u8_below(reader, IO_DEVICES);
    if (reader->failed)
        return false;
    if (io_device_info[at->device].kind != IO_MEDIA || !k->config.media) {
        const struct io_store *store = &k->io->store[at->device];
        at->node = sim_get_u32(reader);
        return at->node == IO_ROOT || (at->node < store->nodes && store->node[at->node].used);
    }
    uint32_t length = sim_get_u32_below(reader, TREE_PATH_MAX);
    sim_get_bytes(reader, path, length);
    path[length] = 0;
    return !reader->failed && tree_find(k->config.media, path, &at->node, &error) == SIM_OK && at->node != TREE_NONE;
}

static void put_store(struct sim_writer *writer, const struct io_store *store)
{
    sim_put_u32(writer, store->nodes);
    for (uint32_t i = 0; i < store->nodes; i++) {
        const struct io_store_node *node = &store->node[i];
        sim_put_bytes(writer, node->name, sizeof node->name);
        sim_put_u32(writer, node->parent);
        sim_put_u8(writer, (uint8_t)(node->used | node->directory << 1 | node->doomed << 2));
        sim_put_u64(writer, node->created);
        sim_put_u64(writer, node->modified);
        sim_put_u32(writer, node->size);
        sim_put_bytes(writer, node->bytes ? node->bytes : (const uint8_t *)"", node->size);
    }
}

static bool get_store_node(struct sim_reader *reader, struct io_store *store, struct io_store_node *node)
{
    sim_get_bytes(reader, node->name, sizeof node->name);
    node->name[IO_NAME_MAX - 1] = 0;
    node->parent = sim_get_u32_below(reader, store->nodes);
    uint8_t flags = sim_get_u8_below(reader, 8);
    node->used = flags & 1;
    node->directory = flags & 2;
    node->doomed = flags & 4;
    node->created = sim_get_u64(reader);
    node->modified = sim_get_u64(reader);
    uint32_t size = sim_get_u32_below(reader, IO_STORE_BYTES + 1);
    if (reader->failed || size > reader->size - reader->offset)
        return false;
    node->bytes = size ? malloc(size) : NULL;
    if (size && !node->bytes)
        return false;
    sim_get_bytes(reader, node->bytes ? node->bytes : (uint8_t *)node->name, size);
    node->size = node->room = size;
    store->bytes += size;
    return store->bytes <= IO_STORE_BYTES;
}

/* Parents are directories, and lead to the root. */
static bool is_tree(const struct io_store *store)
{
    for (uint32_t i = 0; i < store->nodes; i++) {
        uint32_t at = i, steps = 0;
        for (; store->node[i].used && at != IO_ROOT && steps <= store->nodes; steps++) {
            at = store->node[at].parent;
            if (!store->node[at].used || !store->node[at].directory)
                return false;
        }
        if (steps > store->nodes)
            return false;
    }
    return store->nodes == 0 || (store->node[IO_ROOT].used && store->node[IO_ROOT].directory);
}

static bool get_store(struct sim_reader *reader, struct io_store *store)
{
    uint32_t nodes = sim_get_u32_below(reader, IO_STORE_NODES + 1);
    if (reader->failed || nodes == 0)
        return !reader->failed;
    store->node = calloc(nodes, sizeof *store->node);
    if (!store->node)
        return false;
    store->nodes = store->room = nodes;
    for (uint32_t i = 0; i < nodes; i++) {
        if (!get_store_node(reader, store, &store->node[i]))
            return false;
    }
    return is_tree(store);
}

static bool get_object(struct kernel *k, struct sim_reader *reader, enum ob_type type, bool must,
                       struct ob_object **object)
{
    uint32_t address = sim_get_u32(reader);
    *object = address ? ob_by_address(k, address) : NULL;
    return *object ? (*object)->type == type : address == 0 && !must;
}

static int by_address(const void *a, const void *b)
{
    uint32_t left = (*(struct io_file *const *)a)->object->address;
    uint32_t right = (*(struct io_file *const *)b)->object->address;
    return (left > right) - (left < right);
}

static int by_port(const void *a, const void *b)
{
    uint32_t left = (*(struct io_port *const *)a)->object->address;
    uint32_t right = (*(struct io_port *const *)b)->object->address;
    return (left > right) - (left < right);
}

static void put_ports(const struct kernel *k, struct sim_writer *writer)
{
    uint32_t count = 0;
    struct io_port **port = calloc(k->ob->objects + 1, sizeof(struct io_port *));
    SIM_CHECK(port, "no memory to save ports");
    for (struct io_port *at = k->io->ports; at; at = at->next)
        port[count++] = at;
    qsort(port, count, sizeof(struct io_port *), by_port);
    sim_put_u32(writer, count);
    for (uint32_t i = 0; i < count; i++) {
        sim_put_u32(writer, port[i]->object->address);
        sim_put_u32(writer, port[i]->packets);
        for (uint32_t j = 0; j < port[i]->packets; j++) {
            const struct io_packet *packet = &port[i]->packet[(port[i]->first + j) % IO_PACKETS_MAX];
            sim_put_u32(writer, packet->key);
            sim_put_u32(writer, packet->context);
            sim_put_u32(writer, packet->status);
            sim_put_u32(writer, packet->information);
        }
    }
    free(port);
}

static bool get_port(struct kernel *k, struct sim_reader *reader)
{
    struct ob_object *object;
    if (!get_object(k, reader, OB_COMPLETION, true, &object) || object->payload)
        return false;
    struct io_port *port = io_port_new(k, object);
    uint32_t packets = sim_get_u32_below(reader, IO_PACKETS_MAX + 1);
    for (uint32_t i = 0; port && i < packets && !reader->failed; i++, port->packets++) {
        port->packet[i].key = sim_get_u32(reader);
        port->packet[i].context = sim_get_u32(reader);
        port->packet[i].status = sim_get_u32(reader);
        port->packet[i].information = sim_get_u32(reader);
    }
    return port && !reader->failed;
}

static void put_files(const struct kernel *k, struct sim_writer *writer)
{
    uint32_t count = 0;
    struct io_file **file = calloc(k->ob->objects + 1, sizeof(struct io_file *));
    SIM_CHECK(file, "no memory to save files");
    for (struct io_file *at = k->io->files; at; at = at->next)
        file[count++] = at;
    qsort(file, count, sizeof(struct io_file *), by_address);
    sim_put_u32(writer, count);
    for (uint32_t i = 0; i < count; i++) {
        const struct io_file *at = file[i];
        sim_put_u32(writer, at->object->address);
        put_node(k, writer, at->at);
        sim_put_u8(writer, (uint8_t)(at->directory | at->waits << 1 | at->doomed << 2));
        sim_put_u32(writer, at->access);
        sim_put_u64(writer, at->position);
        sim_put_u32(writer, at->port ? at->port->address : 0);
        sim_put_u32(writer, at->key);
        sim_put_u32(writer, at->listing.children);
        sim_put_bytes(writer, at->listing.after, IO_NAME_MAX);
        sim_put_bytes(writer, at->pattern, IO_PATTERN_MAX);
    }
    free(file);
}

static bool get_file(struct kernel *k, struct sim_reader *reader)
{
    struct io_node at;
    struct ob_object *object = ob_by_address(k, sim_get_u32(reader));
    if (!object || object->type != OB_FILE || object->payload || !get_node(k, reader, &at))
        return false;
    struct io_file *file = io_file_new(k, object, at);
    if (!file)
        return false;
    uint8_t flags = sim_get_u8_below(reader, 8);
    file->directory = flags & 1;
    file->waits = flags & 2;
    file->doomed = flags & 4;
    file->access = sim_get_u32(reader);
    file->position = sim_get_u64_below(reader, INT64_MAX);
    bool right = get_object(k, reader, OB_COMPLETION, false, &file->port);
    file->key = sim_get_u32(reader);
    file->listing.children = sim_get_u32(reader);
    sim_get_bytes(reader, file->listing.after, IO_NAME_MAX);
    sim_get_bytes(reader, file->pattern, IO_PATTERN_MAX);
    file->listing.after[IO_NAME_MAX - 1] = file->pattern[IO_PATTERN_MAX - 1] = 0;
    return right && !reader->failed;
}

static void put_request(struct sim_writer *writer, const struct io_request *request)
{
    sim_put_u64(writer, request->number);
    sim_put_u64(writer, request->over);
    sim_put_u32(writer, request->file->address);
    sim_put_u32(writer, request->event ? request->event->address : 0);
    sim_put_u32(writer, request->thread ? request->thread->address : 0);
    sim_put_u32(writer, request->routine);
    sim_put_u32(writer, request->context);
    sim_put_u32(writer, request->status_block);
    sim_put_u32(writer, request->status);
    sim_put_u32(writer, request->information);
    sim_put_u8(writer, request->quiet);
}

static bool get_request(struct kernel *k, struct sim_reader *reader, struct io_request *request, sim_time after)
{
    request->number = sim_get_u64(reader);
    request->over = sim_get_u64(reader);
    bool right = get_object(k, reader, OB_FILE, true, &request->file) &&
                 get_object(k, reader, OB_EVENT, false, &request->event) &&
                 get_object(k, reader, OB_THREAD, false, &request->thread);
    request->routine = sim_get_u32(reader);
    request->context = sim_get_u32(reader);
    request->status_block = sim_get_u32(reader);
    request->status = sim_get_u32(reader);
    request->information = sim_get_u32(reader);
    request->quiet = sim_get_u8_below(reader, 2);
    return right && !reader->failed && request->over >= after && request->number <= k->io->number;
}

void io_save(const struct kernel *k, struct sim_writer *writer)
{
    const struct io *io = k->io;
    for (unsigned i = 0; i < IO_DEVICES; i++)
        put_store(writer, &io->store[i]);
    for (unsigned i = 0; i < IO_DRIVES; i++) {
        sim_put_u64(writer, io->drive[i].free_at);
        put_node(k, writer, io->drive[i].at);
        sim_put_u64(writer, io->drive[i].end);
    }
    put_ports(k, writer);
    put_files(k, writer);
    sim_put_u64(writer, io->number);
    sim_put_u32(writer, io->requests);
    for (uint32_t i = 0; i < io->requests; i++)
        put_request(writer, &io->request[i]);
}

static bool load(struct kernel *k, struct sim_reader *reader)
{
    struct io *io = k->io;
    bool right = true;
    for (unsigned i = 0; i < IO_DEVICES && right; i++)
        right = get_store(reader, &io->store[i]);
    for (unsigned i = 0; i < IO_DRIVES && right; i++) {
        io->drive[i].free_at = sim_get_u64(reader);
        right = get_node(k, reader, &io->drive[i].at);
        io->drive[i].end = sim_get_u64(reader);
    }
    uint32_t ports = right ? sim_get_u32_below(reader, OB_OBJECTS_MAX + 1) : 0;
    for (uint32_t i = 0; i < ports && right; i++)
        right = get_port(k, reader);
    uint32_t files = right ? sim_get_u32_below(reader, OB_OBJECTS_MAX + 1) : 0;
    for (uint32_t i = 0; i < files && right; i++)
        right = get_file(k, reader);
    io->number = sim_get_u64(reader);
    uint32_t requests = sim_get_u32_below(reader, IO_REQUESTS_MAX + 1);
    for (uint32_t i = 0; i < requests && right && !reader->failed; i++) {
        right = get_request(k, reader, &io->request[i], i ? io->request[i - 1].over : 0);
        io->requests = i + right;
    }
    return right && !reader->failed;
}

void io_load(struct kernel *k, struct sim_reader *reader)
{
    io_reset(k->io);
    if (load(k, reader))
        return;
    reader->failed = true;
    io_reset(k->io);
}
