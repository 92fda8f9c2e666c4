/* Opening and closing. */
#include "kernel-hle/io/io_parts.h"
#include "kernel-hle/ke/ke.h"
#include "kernel-hle/kernel/handlers.h"
#include "kernel-hle/kernel/kernel_parts.h"
#include "kernel-hle/log/log.h"

#include <stdlib.h>

enum io_disposition { SUPERSEDE, OPEN, CREATE, OPEN_IF, OVERWRITE, OVERWRITE_IF, DISPOSITIONS };
enum io_action { SUPERSEDED, OPENED, CREATED, OVERWRITTEN, EXISTS, EXISTS_NOT };
enum io_option {
    DIRECTORY = 0x1,
    SYNC_ALERT = 0x10,
    SYNC_NONALERT = 0x20,
    NON_DIRECTORY = 0x40,
    DELETE_ON_CLOSE = 0x1000
};

/* WRITE_DATA, APPEND, DELETE, GENERIC_ALL, GENERIC_WRITE. */
static const uint32_t access_writes = UINT32_C(0x50010006);

struct opening {
    uint32_t access, disposition, options;
    uint32_t action;
    struct io_node node;
};

struct io_file *io_file_of(struct kernel *k, uint32_t handle, nt_status *status)
{
    struct ob_object *object = ob_by_handle(k, handle, OB_FILE, status);
    if (object && !object->payload)
        *status = NT_INVALID_HANDLE;
    return object ? object->payload : NULL;
}

void io_file_ended(struct kernel *k, struct ob_object *object)
{
    struct io_file *file = object->payload;
    if (!file)
        return;
    if (io_device_info[file->at.device].kind == IO_STORE) {
        if (file->doomed)
            (void)io_store_doom(k, file->at);
        io_store_closed(k, file->at);
    }
    if (file->port)
        ob_dereference(k, file->port);
    *(file->previous ? &file->previous->next : &k->io->files) = file->next;
    if (file->next)
        file->next->previous = file->previous;
    free(file);
}

struct io_file *io_file_new(struct kernel *k, struct ob_object *object, struct io_node at)
{
    struct io_file *file = calloc(1, sizeof *file);
    if (!file)
        return NULL;
    file->object = object;
    file->at = at;
    file->next = k->io->files;
    if (file->next)
        file->next->previous = file;
    k->io->files = file;
    object->payload = file;
    if (io_device_info[at.device].kind == IO_STORE)
        io_store_opened(k, at);
    return file;
}

/* What is there already. */
static nt_status open_old(struct kernel *k, struct opening *o)
{
    struct io_info info;
    bool truncates = o->disposition == SUPERSEDE || o->disposition == OVERWRITE || o->disposition == OVERWRITE_IF;
    enum io_kind kind = io_device_info[o->node.device].kind;
    o->action = EXISTS;
    if (o->disposition == CREATE)
        return NT_OBJECT_NAME_COLLISION;
    io_info(k, o->node, &info);
    if (info.directory && (o->options & NON_DIRECTORY))
        return NT_FILE_IS_A_DIRECTORY;
    if (!info.directory && (o->options & DIRECTORY) && kind != IO_NOTHING)
        return NT_NOT_A_DIRECTORY;
    if (kind == IO_MEDIA && (truncates || o->access & access_writes))
        return NT_ACCESS_DENIED;
    o->action = OPENED;
    if (!truncates || kind == IO_NOTHING)
        return NT_SUCCESS;
    o->action = o->disposition == SUPERSEDE ? SUPERSEDED : OVERWRITTEN;
    return info.directory ? NT_OBJECT_NAME_COLLISION : io_store_resize(k, o->node, 0);
}

static nt_status open_new(struct kernel *k, struct opening *o, const struct io_place *place)
{
    o->action = EXISTS_NOT;
    if (o->disposition == OPEN || o->disposition == OVERWRITE)
        return k->reference.io_file_missing;
    if (io_device_info[place->node.device].kind != IO_STORE)
        return NT_ACCESS_DENIED;
    nt_status status = io_store_create(k, place->node, place->name, o->options & DIRECTORY, &o->node);
    if (status == NT_SUCCESS)
        o->action = CREATED;
    return status;
}

static nt_status find(struct kernel *k, uint32_t attributes, struct opening *o)
{
    char path[IO_PATH_MAX];
    struct io_place place;
    nt_status status = io_attributes_path(k, attributes, path);
    o->action = EXISTS_NOT;
    if (status != NT_SUCCESS)
        return status;
    if (o->disposition >= DISPOSITIONS)
        return NT_INVALID_PARAMETER;
    status = io_find(k, path, &place);
    if (status != NT_SUCCESS)
        return k->reference.io_path_missing;
    o->node = place.node;
    return place.found ? open_old(k, o) : open_new(k, o, &place);
}

static nt_status make_object(struct kernel *k, const struct opening *o, uint32_t *handle)
{
    struct io_info info;
    struct ob_object *object = ob_create(k, OB_FILE, 0);
    struct io_file *file = object ? io_file_new(k, object, o->node) : NULL;
    if (object && !file)
        ob_dereference(k, object);
    if (!file)
        return NT_INSUFFICIENT_RESOURCES;
    io_info(k, o->node, &info);
    file->directory = info.directory;
    file->waits = o->options & (SYNC_ALERT | SYNC_NONALERT);
    file->doomed = o->options & DELETE_ON_CLOSE;
    file->access = o->access;
    ke_init_event(k, object->address, false, true); /* who waits for a file waits for this */
    nt_status status = ob_new_handle(k, object, handle);
    if (status == NT_SUCCESS)
        log_handle(k, "create", object, *handle);
    ob_dereference(k, object);
    return status;
}

static void open_file(struct kernel *k, struct kernel_call *c, struct opening *o)
{
    uint32_t out = kernel_arg(c, 0), handle = UINT32_MAX, status_block = kernel_arg(c, 3);
    nt_status status = find(k, kernel_arg(c, 2), o);
    if (status == NT_SUCCESS)
        status = make_object(k, o, &handle);
    guest_put_u32(k, out, status == NT_SUCCESS ? handle : UINT32_MAX);
    io_put_status(k, status_block, status, o->action);
    c->result = status;
}

void hle_NtCreateFile(struct kernel *k, struct kernel_call *c)
{
    struct opening o = {.access = kernel_arg(c, 1), .disposition = kernel_arg(c, 7), .options = kernel_arg(c, 8)};
    open_file(k, c, &o);
}

void hle_NtOpenFile(struct kernel *k, struct kernel_call *c)
{
    struct opening o = {.access = kernel_arg(c, 1), .disposition = OPEN, .options = kernel_arg(c, 4)};
    open_file(k, c, &o);
}
