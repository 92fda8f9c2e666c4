/* Names: one flat table, letters of ASCII without case. Symbolic links are objects in it that hold a target. */
#include "kernel-hle/kernel/guest.h"
#include "kernel-hle/kernel/kernel_parts.h"
#include "kernel-hle/log/log.h"
#include "kernel-hle/ob/ob_parts.h"

#include <stdlib.h>
#include <string.h>

static char lower(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? (char)(letter + 32) : letter;
}

static bool same(const char *a, const char *b)
{
    for (; *a && lower(*a) == lower(*b); a++, b++) {
    }
    return lower(*a) == lower(*b);
}

static unsigned bucket(const char *name)
{
    uint32_t hash = UINT32_C(0x811C9DC5);
    for (; *name; name++)
        hash = (hash ^ (uint8_t)lower(*name)) * UINT32_C(0x01000193);
    return (hash ^ hash >> 16) % OB_BUCKETS;
}

void ob_enter_name(struct ob *ob, struct ob_record *record)
{
    struct ob_record **first = &ob->name[bucket(record->object.name)];
    record->same_name = *first;
    *first = record;
}

void ob_leave_name(struct ob *ob, struct ob_record *record)
{
    struct ob_record **at = &ob->name[bucket(record->object.name)];
    while (*at && *at != record)
        at = &(*at)->same_name;
    if (*at)
        *at = record->same_name;
}

void ob_forget_name(struct kernel *k, struct ob_object *object)
{
    struct ob_record *record = ob_record_of(object);
    ob_leave_name(k->ob, record);
    free(object->name);
    object->name = NULL;
    record->flags &= (uint8_t) ~(OB_NAMED | OB_IN_DIRECTORY | OB_PERMANENT);
    ob_show(k, record);
}

struct ob_object *ob_by_name(struct kernel *k, const char *name)
{
    struct ob_record *at = k->ob->name[bucket(name)];
    while (at && !same(at->object.name, name))
        at = at->same_name;
    return at ? &at->object : NULL;
}

static nt_status faulted(const struct kernel *k)
{
    uint32_t address;
    bool write;
    return kernel_fault(k, &address, &write) ? NT_ACCESS_VIOLATION : NT_SUCCESS;
}

nt_status ob_string_name(struct kernel *k, uint32_t string, char name[OB_NAME_MAX])
{
    name[0] = 0;
    if (string == 0)
        return NT_SUCCESS;
    if (guest_u16(k, string) >= OB_NAME_MAX)
        return NT_OBJECT_NAME_INVALID;
    if (!guest_ansi_string(k, string, name, OB_NAME_MAX))
        name[0] = 0;
    return faulted(k);
}

nt_status ob_attributes_name(struct kernel *k, uint32_t attributes, char name[OB_NAME_MAX])
{
    name[0] = 0;
    return attributes == 0 ? NT_SUCCESS : ob_string_name(k, guest_u32(k, attributes + 4), name);
}

static nt_status new_object(struct kernel *k, enum ob_type type, const char *name, uint32_t *handle,
                            struct ob_object **object)
{
    *object = ob_make(k, type, 0, name[0] ? name : NULL);
    if (!*object)
        return NT_INSUFFICIENT_RESOURCES;
    nt_status status = ob_new_handle(k, *object, handle);
    if (status == NT_SUCCESS)
        log_handle(k, "create", *object, *handle);
    ob_dereference(k, *object); /* the handle's is left, if there is one */
    if (status != NT_SUCCESS)
        *object = NULL;
    return status;
}

nt_status ob_create_named(struct kernel *k, enum ob_type type, uint32_t attributes, uint32_t *handle,
                          struct ob_object **object, bool *existed)
{
    char name[OB_NAME_MAX];
    nt_status status = ob_attributes_name(k, attributes, name);
    *handle = 0;
    *object = NULL;
    *existed = false;
    if (status != NT_SUCCESS)
        return status;
    struct ob_object *older = name[0] ? ob_by_name(k, name) : NULL;
    if (!older)
        return new_object(k, type, name, handle, object);
    if (older->type != type)
        return k->reference.ob_name_type_differs;
    status = ob_new_handle(k, older, handle);
    if (status != NT_SUCCESS)
        return status;
    log_handle(k, "open", older, *handle);
    *object = older;
    *existed = true;
    return NT_OBJECT_NAME_EXISTS;
}

nt_status ob_open_named(struct kernel *k, enum ob_type type, uint32_t attributes, uint32_t *handle)
{
    char name[OB_NAME_MAX];
    nt_status status = ob_attributes_name(k, attributes, name);
    *handle = 0;
    if (status != NT_SUCCESS)
        return status;
    struct ob_object *object = name[0] ? ob_by_name(k, name) : NULL;
    if (!object)
        return NT_OBJECT_NAME_NOT_FOUND;
    if (type != OB_ANY && object->type != type)
        return k->reference.ob_name_type_differs;
    status = ob_new_handle(k, object, handle);
    if (status == NT_SUCCESS)
        log_handle(k, "open", object, *handle);
    return status;
}

const char *ob_link_name(const char *name)
{
    return strncmp(name, "\\??\\", 4) == 0 ? name + 4 : name;
}

bool ob_make_link(struct kernel *k, const char *name, const char *target, nt_status *status)
{
    name = ob_link_name(name);
    *status = NT_SUCCESS;
    if (name[0] == 0)
        *status = NT_OBJECT_NAME_INVALID;
    else if (ob_by_name(k, name))
        *status = NT_OBJECT_NAME_COLLISION;
    if (*status != NT_SUCCESS)
        return false;
    char *copy = strdup(target);
    struct ob_object *link = copy ? ob_make(k, OB_LINK, 0, name) : NULL;
    if (!link) {
        free(copy);
        *status = NT_INSUFFICIENT_RESOURCES;
        return false;
    }
    struct ob_record *record = ob_record_of(link);
    record->target = copy;
    record->flags |= OB_PERMANENT;
    ob_show(k, record);
    return true;
}

/* The longest link that a path begins with, whose name ends where a part of the path does. */
static const struct ob_record *link_before(struct kernel *k, const char *path, size_t *length)
{
    char name[OB_NAME_MAX];
    for (size_t end = strnlen(path, OB_NAME_MAX - 1); end != 0; end--) {
        if (path[end] != 0 && path[end] != '\\' && path[end - 1] != ':')
            continue;
        memcpy(name, path, end);
        name[end] = 0;
        struct ob_object *object = ob_by_name(k, name);
        if (object && object->type == OB_LINK) {
            *length = end;
            return ob_record_of(object);
        }
    }
    return NULL;
}

bool ob_follow_links(struct kernel *k, char *path, size_t size)
{
    enum { LINKS = 16 };
    size_t length = 0;
    for (unsigned i = 0; i < LINKS; i++) {
        size_t skipped = (size_t)(ob_link_name(path) - path);
        memmove(path, path + skipped, strlen(path) - skipped + 1);
        const struct ob_record *link = link_before(k, path, &length);
        if (!link)
            return true;
        size_t target = strlen(link->target), rest = strlen(path) - length;
        if (target + rest >= size)
            return false;
        memmove(path + target, path + length, rest + 1);
        memcpy(path, link->target, target);
    }
    return false;
}
