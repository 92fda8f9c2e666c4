#include "kernel-hle/ex/notify.h"

#include "kernel-hle/ke/ke.h"
#include "kernel-hle/kernel/handlers.h"
#include "kernel-hle/kernel/kernel_parts.h"
#include "kernel-hle/log/log.h"

#include <stdlib.h>
#include <string.h>

enum { AREA_SYSTEM = 1, VERSION_MAX = 10, SYSTEM_UI = 0x9, SIGN_IN_CHANGED = 0xA };

struct notify *notify_new(void)
{
    return calloc(1, sizeof(struct notify));
}

void notify_reset(struct notify *notify)
{
    for (uint32_t i = 0; i < notify->listeners; i++) {
        notify->listener[i]->object->payload = NULL;
        free(notify->listener[i]);
    }
    *notify = (struct notify){0};
}

void notify_delete(struct notify *notify)
{
    if (notify)
        notify_reset(notify);
    free(notify);
}

static struct notify_listener *attach(struct kernel *k, struct ob_object *object)
{
    struct notify *notify = k->notify;
    struct notify_listener *listener = NULL;
    if (notify->listeners < NOTIFY_LISTENERS)
        listener = calloc(1, sizeof *listener);
    if (!listener)
        return NULL;
    listener->object = object;
    object->payload = listener;
    notify->listener[notify->listeners++] = listener;
    return listener;
}

void notify_ended(struct kernel *k, struct ob_object *object)
{
    struct notify *notify = k->notify;
    uint32_t i = 0;
    while (i < notify->listeners && notify->listener[i] != object->payload)
        i++;
    if (i == notify->listeners)
        return; /* an event, no more */
    free(notify->listener[i]);
    memmove(&notify->listener[i], &notify->listener[i + 1], (--notify->listeners - i) * sizeof *notify->listener);
}

static void tell(struct kernel *k, struct notify_listener *listener, uint32_t id, uint32_t parameter)
{
    uint32_t area = id >> 25 & 0x3F, version = id >> 16 & 0x1FF;
    if (!(listener->mask >> area & 1) || version > listener->max_version || listener->count == NOTIFY_QUEUE)
        return;
    listener->queue[listener->count].id = id;
    listener->queue[listener->count++].parameter = parameter;
    (void)ke_set_event(k, listener->object->address, 0);
}

void notify_broadcast(struct kernel *k, uint32_t id, uint32_t parameter)
{
    for (uint32_t i = 0; i < k->notify->listeners; i++)
        tell(k, k->notify->listener[i], id, parameter);
}

static void create(struct kernel *k, struct kernel_call *c, uint32_t max_version)
{
    uint32_t handle = 0;
    struct ob_object *object = ob_create(k, OB_EVENT, 0);
    c->result = 0;
    if (!object)
        return;
    ke_init_event(k, object->address, false, false);
    struct notify_listener *listener = attach(k, object);
    if (listener && ob_new_handle(k, object, &handle) == NT_SUCCESS) {
        listener->mask = c->arg[0];
        listener->max_version = max_version < VERSION_MAX ? max_version : VERSION_MAX;
        log_handle(k, "create", object, handle);
        c->result = handle;
        if (listener->mask & AREA_SYSTEM && !k->notify->told) {
            k->notify->told = true;
            tell(k, listener, SYSTEM_UI, 1);
            tell(k, listener, SYSTEM_UI, 0);
            tell(k, listener, SIGN_IN_CHANGED, 1);
            tell(k, listener, SIGN_IN_CHANGED, 1);
        }
    }
    ob_dereference(k, object);
}

void hle_XamNotifyCreateListener(struct kernel *k, struct kernel_call *c)
{
    create(k, c, kernel_arg(c, 1));
}

void hle_XamNotifyCreateListenerInternal(struct kernel *k, struct kernel_call *c)
{
    create(k, c, kernel_arg(c, 2));
}

static struct notify_listener *listener_of(struct kernel *k, uint32_t handle)
{
    nt_status status;
    struct ob_object *object = ob_by_handle(k, handle, OB_EVENT, &status);
    return object ? object->payload : NULL;
}

/* The oldest, or the oldest with this id. */
void hle_XNotifyGetNext(struct kernel *k, struct kernel_call *c)
{
    uint32_t match = kernel_arg(c, 1), id = kernel_arg(c, 2), parameter = kernel_arg(c, 3), i = 0;
    struct notify_listener *listener = listener_of(k, kernel_arg(c, 0));
    c->result = 0;
    if (!id)
        return;
    guest_put_u32(k, id, 0);
    if (parameter)
        guest_put_u32(k, parameter, 0);
    while (listener && i < listener->count && match && listener->queue[i].id != match)
        i++;
    if (!listener || i >= listener->count)
        return;
    guest_put_u32(k, id, listener->queue[i].id);
    if (parameter)
        guest_put_u32(k, parameter, listener->queue[i].parameter);
    listener->count--;
    memmove(&listener->queue[i], &listener->queue[i + 1], (listener->count - i) * sizeof *listener->queue);
    if (listener->count == 0)
        (void)ke_reset_event(k, listener->object->address);
    c->result = 1;
}

void notify_save(const struct kernel *k, struct sim_writer *writer)
{
    sim_put_u8(writer, k->notify->told);
    sim_put_u32(writer, k->notify->listeners);
    for (uint32_t i = 0; i < k->notify->listeners; i++) {
        const struct notify_listener *listener = k->notify->listener[i];
        sim_put_u32(writer, listener->object->address);
        sim_put_u64(writer, listener->mask);
        sim_put_u32(writer, listener->max_version);
        sim_put_u32(writer, listener->count);
        for (uint32_t j = 0; j < listener->count; j++) {
            sim_put_u32(writer, listener->queue[j].id);
            sim_put_u32(writer, listener->queue[j].parameter);
        }
    }
}

void notify_load(struct kernel *k, struct sim_reader *reader)
{
    notify_reset(k->notify);
    k->notify->told = sim_get_u8_below(reader, 2);
    uint32_t count = sim_get_u32_below(reader, NOTIFY_LISTENERS + 1);
    for (uint32_t i = 0; i < count && !reader->failed; i++) {
        struct ob_object *object = ob_by_address(k, sim_get_u32(reader));
        bool right = object && object->type == OB_EVENT && !object->payload;
        struct notify_listener *listener = right ? attach(k, object) : NULL;
        if (!listener) {
            reader->failed = true;
            break;
        }
        listener->mask = sim_get_u64(reader);
        listener->max_version = sim_get_u32(reader);
        uint32_t queued = sim_get_u32_below(reader, NOTIFY_QUEUE + 1);
        for (uint32_t j = 0; j < queued && !reader->failed; j++) {
            listener->queue[j].id = sim_get_u32(reader);
            listener->queue[j].parameter = sim_get_u32(reader);
            listener->count++;
        }
    }
    if (reader->failed)
        notify_reset(k->notify);
}
