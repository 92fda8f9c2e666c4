/* The saved form: objects by address, then the handle table, then whom nobody has created. */
#include "kernel-hle/kernel/kernel_parts.h"
#include "kernel-hle/ob/ob_parts.h"

#include <stdlib.h>
#include <string.h>

enum { TARGET_MAX = 0x10000 };

static int by_address(const void *a, const void *b)
{
    uint32_t left = (*(struct ob_record *const *)a)->object.address;
    uint32_t right = (*(struct ob_record *const *)b)->object.address;
    return (left > right) - (left < right);
}

static void put_text(struct sim_writer *writer, const char *text)
{
    size_t length = text ? strlen(text) + 1 : 0;
    sim_put_u32(writer, (uint32_t)length);
    sim_put_bytes(writer, text ? text : "", length ? length - 1 : 0);
}

/* False, and the reader has failed, for what is no text. */
static bool get_text(struct sim_reader *reader, char **text, uint32_t limit)
{
    uint32_t length = sim_get_u32_below(reader, limit);
    *text = NULL;
    if (length == 0 || reader->failed)
        return !reader->failed;
    *text = calloc(length, 1);
    if (!*text)
        return false;
    sim_get_bytes(reader, *text, length - 1);
    return !reader->failed && strlen(*text) == length - 1;
}

static void put_record(struct sim_writer *writer, const struct ob_record *record)
{
    const struct ob_object *object = &record->object;
    sim_put_u32(writer, object->address);
    sim_put_u32(writer, record->block);
    sim_put_u8(writer, (uint8_t)object->type);
    sim_put_u32(writer, object->pointers);
    sim_put_u32(writer, record->lent);
    sim_put_u8(writer, record->flags);
    sim_put_u64(writer, object->identity);
    put_text(writer, object->name);
    put_text(writer, record->target);
    for (unsigned i = 0; i < OB_TYPES; i++)
        sim_put_u32(writer, record->created[i]);
}

static bool get_record(struct sim_reader *reader, struct ob *ob, uint32_t *last)
{
    struct ob_record *record = calloc(1, sizeof *record);
    if (!record)
        return false;
    struct ob_object *object = &record->object;
    object->address = sim_get_u32(reader);
    record->block = sim_get_u32(reader);
    object->type = (enum ob_type)sim_get_u8_below(reader, OB_TYPES);
    object->pointers = sim_get_u32(reader);
    record->lent = sim_get_u32(reader);
    record->flags = sim_get_u8(reader);
    object->identity = sim_get_u64(reader);
    bool right = get_text(reader, &object->name, OB_NAME_MAX + 1) && get_text(reader, &record->target, TARGET_MAX);
    for (unsigned i = 0; i < OB_TYPES; i++)
        record->created[i] = sim_get_u32(reader);
    uint32_t before = object->address - record->block; /* a name may be forgotten since */
    if (!right || reader->failed || object->address <= *last ||
        (before != OB_HEADER_SIZE && before != OB_NAME_RECORD + OB_HEADER_SIZE) || object->pointers == 0 ||
        (object->type == OB_LINK) != (record->target != NULL) || !ob_enter(ob, record)) {
        ob_free_record(record);
        return false;
    }
    *last = object->address;
    if (object->name)
        ob_enter_name(ob, record);
    return true;
}

static void put_handles(struct sim_writer *writer, const struct ob *ob)
{
    sim_put_u32(writer, ob->handles);
    for (uint32_t i = 0; i < ob->handles; i++)
        sim_put_u32(writer, ob->handle[i].record ? ob->handle[i].record->object.address : 0);
    for (uint32_t at = ob->freed; at != 0; at = ob->handle[at - 1].next)
        sim_put_u32(writer, at);
    sim_put_u32(writer, 0);
}

static bool get_handles(struct kernel *k, struct sim_reader *reader)
{
    struct ob *ob = k->ob;
    uint32_t count = sim_get_u32_below(reader, OB_HANDLES_MAX + 1), *link = &ob->freed, at;
    if (reader->failed || !ob_handles_grow(ob, count))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t address = sim_get_u32(reader);
        struct ob_object *object = address ? ob_by_address(k, address) : NULL;
        if (reader->failed || (address && !object))
            return false;
        ob->handle[i] = (struct ob_handle){.record = object ? ob_record_of(object) : NULL};
        ob->handles = i + 1;
        if (object)
            object->handles++;
    }
    for (uint32_t i = 0; (at = sim_get_u32_below(reader, (uint64_t)count + 1)) != 0; i++) {
        if (i == count || ob->handle[at - 1].record || ob->handle[at - 1].next || link == &ob->handle[at - 1].next)
            return false;
        *link = at;
        link = &ob->handle[at - 1].next;
    }
    return !reader->failed;
}

/* Pointers that handles and the title hold are pointers. */
static bool counts_are_right(const struct ob *ob)
{
    for (uint32_t i = 0; i < ob->slots; i++) {
        const struct ob_record *record = ob->slot[i];
        if (record && (uint64_t)record->object.handles + record->lent > record->object.pointers)
            return false;
    }
    return true;
}

void ob_save(const struct kernel *k, struct sim_writer *writer)
{
    const struct ob *ob = k->ob;
    struct ob_record **record = calloc(ob->objects + 1, sizeof(struct ob_record *));
    SIM_CHECK(record, "no memory to save %u objects", ob->objects);
    uint32_t count = 0;
    for (uint32_t i = 0; i < ob->slots; i++) {
        if (ob->slot[i])
            record[count++] = ob->slot[i];
    }
    qsort(record, count, sizeof(struct ob_record *), by_address);
    sim_put_u32(writer, count);
    for (uint32_t i = 0; i < count; i++)
        put_record(writer, record[i]);
    free(record);
    put_handles(writer, ob);
    for (unsigned i = 0; i < OB_TYPES; i++) {
        sim_put_u32(writer, ob->created[i]);
        sim_put_u32(writer, ob->record[i]);
    }
}

void ob_load(struct kernel *k, struct sim_reader *reader)
{
    struct ob *ob = k->ob;
    ob_reset(ob);
    uint32_t count = sim_get_u32_below(reader, OB_OBJECTS_MAX + 1), last = 0;
    bool right = !reader->failed;
    for (uint32_t i = 0; i < count && right; i++)
        right = get_record(reader, ob, &last);
    right = right && get_handles(k, reader) && counts_are_right(ob);
    for (unsigned i = 0; i < OB_TYPES; i++) {
        ob->created[i] = sim_get_u32(reader);
        ob->record[i] = sim_get_u32(reader);
    }
    if (right && !reader->failed)
        return;
    reader->failed = true;
    ob_reset(ob);
}
