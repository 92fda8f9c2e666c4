/* The handle table. Which index a new handle gets is `ob_handles_last_freed`: the one that was freed last, or the
 * lowest free one, 0 being the last of all. */
#include "kernel-hle/ke/ke.h"
#include "kernel-hle/kernel/kernel_parts.h"
#include "kernel-hle/log/log.h"
#include "kernel-hle/ob/ob_parts.h"

#include <stdlib.h>

static struct ob_handle *entry_of(const struct ob *ob, uint32_t handle)
{
    uint32_t index = (handle - OB_FIRST_HANDLE) / 4;
    if (handle < OB_FIRST_HANDLE || handle % 4 != 0 || index >= ob->handles || !ob->handle[index].record)
        return NULL;
    return &ob->handle[index];
}

struct ob_object *ob_by_handle(struct kernel *k, uint32_t handle, enum ob_type type, nt_status *status)
{
    struct ob_object *object = NULL;
    if (handle == OB_CURRENT_THREAD) {
        struct ke_thread *thread = kernel_current_thread(k);
        object = thread ? ob_by_address(k, ke_thread_address(thread)) : NULL;
    } else {
        struct ob_handle *entry = entry_of(k->ob, handle);
        object = entry ? &entry->record->object : NULL;
    }
    if (!object) {
        *status = NT_INVALID_HANDLE;
        return NULL;
    }
    if (type != OB_ANY && object->type != type) {
        *status = NT_OBJECT_TYPE_MISMATCH;
        return NULL;
    }
    *status = NT_SUCCESS;
    return object;
}

bool ob_handles_grow(struct ob *ob, uint32_t count)
{
    uint32_t room = ob->handles_room ? ob->handles_room : 256;
    while (room < count)
        room *= 2;
    if (room == ob->handles_room)
        return true;
    struct ob_handle *handle = realloc(ob->handle, room * sizeof *handle);
    if (!handle)
        return false;
    ob->handle = handle;
    ob->handles_room = room;
    return true;
}

static bool new_index(struct ob *ob, uint32_t *index)
{
    if (ob->handles >= OB_HANDLES_MAX || !ob_handles_grow(ob, ob->handles + 1))
        return false;
    *index = ob->handles++;
    ob->handle[*index] = (struct ob_handle){0};
    return true;
}

static bool last_freed(struct ob *ob, uint32_t *index)
{
    if (ob->freed == 0)
        return new_index(ob, index);
    *index = ob->freed - 1;
    ob->freed = ob->handle[*index].next;
    return true;
}

static bool lowest_free(struct ob *ob, uint32_t *index)
{
    while (ob->lowest < ob->handles && ob->handle[ob->lowest].record)
        ob->lowest++;
    if (ob->lowest < ob->handles) {
        *index = ob->lowest++;
        return true;
    }
    if (new_index(ob, index))
        return true;
    *index = 0;
    return ob->handles != 0 && !ob->handle[0].record;
}

nt_status ob_new_handle(struct kernel *k, struct ob_object *object, uint32_t *handle)
{
    struct ob *ob = k->ob;
    uint32_t index;
    if (!(k->reference.ob_handles_last_freed ? last_freed(ob, &index) : lowest_free(ob, &index)))
        return NT_INSUFFICIENT_RESOURCES;
    ob->handle[index].record = ob_record_of(object);
    object->handles++;
    ob_reference(k, object);
    *handle = OB_FIRST_HANDLE + index * 4;
    return NT_SUCCESS;
}

nt_status ob_close(struct kernel *k, uint32_t handle)
{
    struct ob *ob = k->ob;
    struct ob_handle *entry = entry_of(ob, handle);
    if (!entry)
        return NT_INVALID_HANDLE;
    struct ob_object *object = &entry->record->object;
    uint32_t index = (uint32_t)(entry - ob->handle);
    entry->record = NULL;
    if (k->reference.ob_handles_last_freed) {
        entry->next = ob->freed;
        ob->freed = index + 1;
    } else if (index != 0 && index < ob->lowest) {
        ob->lowest = index;
    }
    object->handles--;
    log_handle(k, "close", object, handle);
    ob_dereference(k, object);
    return NT_SUCCESS;
}
