/* Exports of objects, handles and symbolic links. */
#include "kernel-hle/ke/ke.h"
#include "kernel-hle/kernel/handlers.h"
#include "kernel-hle/kernel/kernel_parts.h"
#include "kernel-hle/log/log.h"
#include "kernel-hle/ob/ob_parts.h"

#include <string.h>

static const uint32_t close_source = 1; /* of NtDuplicateObject's options */

void hle_NtClose(struct kernel *k, struct kernel_call *c)
{
    c->result = ob_close(k, kernel_arg(c, 0));
}

void hle_NtDuplicateObject(struct kernel *k, struct kernel_call *c)
{
    uint32_t source = kernel_arg(c, 0), out = kernel_arg(c, 1), handle = 0;
    nt_status status;
    struct ob_object *object = ob_by_handle(k, source, OB_ANY, &status);
    if (object && out != 0) {
        status = ob_new_handle(k, object, &handle);
        if (status == NT_SUCCESS) {
            guest_put_u32(k, out, handle);
            log_handle(k, "duplicate", object, handle);
        }
    }
    if (status == NT_SUCCESS && kernel_arg(c, 2) & close_source && source != OB_CURRENT_THREAD)
        status = ob_close(k, source);
    c->result = status;
}

/* Hands the address of an object's body to the title, which gives it back by ObDereferenceObject. */
static void lend(struct kernel *k, struct ob_object *object, uint32_t out)
{
    ob_reference(k, object);
    ob_lend(k, object);
    guest_put_u32(k, out, object->address);
}

static bool fits(const struct kernel *k, const struct ob_object *object, uint32_t type_record)
{
    unsigned type = ob_type_of(k, type_record);
    return type == OB_ANY || type == object->type;
}

void hle_ObReferenceObjectByHandle(struct kernel *k, struct kernel_call *c)
{
    nt_status status;
    struct ob_object *object = ob_by_handle(k, kernel_arg(c, 0), OB_ANY, &status);
    if (object && !fits(k, object, kernel_arg(c, 1)))
        status = NT_OBJECT_TYPE_MISMATCH;
    if (status == NT_SUCCESS)
        lend(k, object, kernel_arg(c, 2));
    else
        guest_put_u32(k, kernel_arg(c, 2), 0);
    c->result = status;
}

void hle_ObReferenceObjectByName(struct kernel *k, struct kernel_call *c)
{
    char name[OB_NAME_MAX];
    nt_status status = ob_string_name(k, kernel_arg(c, 0), name);
    struct ob_object *object = status == NT_SUCCESS && name[0] ? ob_by_name(k, name) : NULL;
    if (status == NT_SUCCESS && !object)
        status = NT_OBJECT_NAME_NOT_FOUND;
    else if (object && !fits(k, object, kernel_arg(c, 2)))
        status = k->reference.ob_name_type_differs;
    if (status == NT_SUCCESS)
        lend(k, object, kernel_arg(c, 4));
    else
        guest_put_u32(k, kernel_arg(c, 4), 0);
    c->result = status;
}

void hle_ObReferenceObject(struct kernel *k, struct kernel_call *c)
{
    struct ob_object *object = ob_by_address(k, kernel_arg(c, 0));
    if (object && object->pointers < INT32_MAX) {
        ob_reference(k, object);
        ob_lend(k, object);
    }
}

void hle_ObDereferenceObject(struct kernel *k, struct kernel_call *c)
{
    struct ob_object *object = ob_by_address(k, kernel_arg(c, 0));
    if (!object || ob_record_of(object)->lent == 0)
        return; /* what it has not got, it cannot give back */
    ob_record_of(object)->lent--;
    ob_dereference(k, object);
}

void hle_ObOpenObjectByPointer(struct kernel *k, struct kernel_call *c)
{
    uint32_t handle = 0;
    struct ob_object *object = ob_by_address(k, kernel_arg(c, 0));
    nt_status status = object ? ob_new_handle(k, object, &handle) : NT_UNSUCCESSFUL;
    if (status == NT_SUCCESS)
        log_handle(k, "open", object, handle);
    guest_put_u32(k, kernel_arg(c, 1), handle);
    c->result = status;
}

void hle_ObOpenObjectByName(struct kernel *k, struct kernel_call *c)
{
    uint32_t handle = 0;
    unsigned type = ob_type_of(k, kernel_arg(c, 1));
    nt_status status = NT_INVALID_PARAMETER;
    if (type <= OB_ANY)
        status = ob_open_named(k, (enum ob_type)type, kernel_arg(c, 0), &handle);
    guest_put_u32(k, kernel_arg(c, 3), handle);
    c->result = status;
}

void hle_ObCreateObject(struct kernel *k, struct kernel_call *c)
{
    char name[OB_NAME_MAX];
    unsigned type = ob_type_of(k, kernel_arg(c, 0));
    uint32_t size = kernel_arg(c, 2), out = kernel_arg(c, 3);
    nt_status status = ob_attributes_name(k, kernel_arg(c, 1), name);
    /* A thread or a file is more than a body. */
    if (type >= OB_TYPES || type == OB_THREAD || type == OB_FILE || size > OB_BODY_MAX)
        status = NT_INVALID_PARAMETER;
    else if (status == NT_SUCCESS && name[0] && ob_by_name(k, name))
        status = NT_OBJECT_NAME_COLLISION;
    guest_put_u32(k, out, 0);
    c->result = status;
    if (status != NT_SUCCESS)
        return;
    struct ob_object *object = ob_make(k, (enum ob_type)type, size, name[0] ? name : NULL);
    if (!object) {
        c->result = NT_INSUFFICIENT_RESOURCES;
        return;
    }
    ob_lend(k, object);
    guest_put_u32(k, out, object->address);
    log_handle(k, "create", object, 0);
}

static void look_up_thread(struct kernel *k, struct kernel_call *c)
{
    uint32_t id = kernel_arg(c, 0), out = kernel_arg(c, 1);
    const struct ob *ob = k->ob;
    for (uint32_t i = 0; i < ob->slots; i++) {
        struct ob_object *object = ob->slot[i] ? &ob->slot[i]->object : NULL;
        if (object && object->type == OB_THREAD && object->payload && ke_thread_id(object->payload) == id) {
            lend(k, object, out);
            c->result = NT_SUCCESS;
            return;
        }
    }
    c->result = NT_INVALID_PARAMETER;
}

void hle_ObLookupThreadByThreadId(struct kernel *k, struct kernel_call *c)
{
    look_up_thread(k, c);
}

void hle_ObLookupAnyThreadByThreadId(struct kernel *k, struct kernel_call *c)
{
    look_up_thread(k, c);
}

void hle_ObCreateSymbolicLink(struct kernel *k, struct kernel_call *c)
{
    char link[OB_NAME_MAX], target[OB_NAME_MAX];
    nt_status status = ob_string_name(k, kernel_arg(c, 0), link);
    if (status == NT_SUCCESS)
        status = ob_string_name(k, kernel_arg(c, 1), target);
    if (status == NT_SUCCESS)
        (void)ob_make_link(k, link, target, &status);
    c->result = status;
}

static struct ob_object *link_named(struct kernel *k, const char *name)
{
    struct ob_object *object = ob_by_name(k, ob_link_name(name));
    return object && object->type == OB_LINK ? object : NULL;
}

void hle_ObDeleteSymbolicLink(struct kernel *k, struct kernel_call *c)
{
    char name[OB_NAME_MAX];
    nt_status status = ob_string_name(k, kernel_arg(c, 0), name);
    struct ob_object *link = status == NT_SUCCESS ? link_named(k, name) : NULL;
    c->result = link ? NT_SUCCESS : NT_UNSUCCESSFUL;
    if (!link)
        return;
    /* Its name is gone at once, the object with its last handle. */
    ob_forget_name(k, link);
    ob_dereference(k, link);
}

void hle_NtOpenSymbolicLinkObject(struct kernel *k, struct kernel_call *c)
{
    char name[OB_NAME_MAX];
    uint32_t handle = 0;
    nt_status status = ob_attributes_name(k, kernel_arg(c, 1), name);
    struct ob_object *link = status == NT_SUCCESS ? link_named(k, name) : NULL;
    if (link)
        status = ob_new_handle(k, link, &handle);
    else if (status == NT_SUCCESS)
        status = NT_NO_SUCH_FILE;
    if (handle != 0)
        log_handle(k, "open", link, handle);
    guest_put_u32(k, kernel_arg(c, 0), handle);
    c->result = status;
}

void hle_NtQuerySymbolicLinkObject(struct kernel *k, struct kernel_call *c)
{
    uint32_t string = kernel_arg(c, 1);
    nt_status status;
    struct ob_object *link = ob_by_handle(k, kernel_arg(c, 0), OB_LINK, &status);
    if (!link) {
        c->result = NT_NO_SUCH_FILE;
        return;
    }
    const char *target = ob_record_of(link)->target;
    uint32_t room = guest_u16(k, string + 2), length = (uint32_t)strlen(target);
    length = length < room ? length : room;
    guest_write(k, guest_u32(k, string + 4), target, length);
    guest_put_u16(k, string, (uint16_t)length);
    c->result = NT_SUCCESS;
}
