#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/kernel/guest.h"
#include "kernel-hle/kernel/kernel_parts.h"
#include "kernel-hle/log/log.h"
#include "kernel-hle/mm/mm.h"
#include "kernel-hle/ob/ob_parts.h"

#include <stdlib.h>
#include <string.h>

/* Offsets in an object's header. */
enum { HEADER_POINTERS = 0, HEADER_HANDLES = 4, HEADER_NAME = 8, HEADER_FLAGS = 0xB, HEADER_TYPE = 0x10 };

static const struct {
    const char *name;
    uint32_t tag, size;
} types[OB_TYPES] = {
#define OBJECT(id, variable, tag, size, what) {what, tag, size},
#include "kernel-hle/ob/types.def"
#undef OBJECT
};

const char *ob_type_name(enum ob_type type)
{
    return type < OB_TYPES ? types[type].name : "object";
}

struct ob *ob_new(void)
{
    enum { FIRST_SLOTS = 1024 };
    struct ob *ob = calloc(1, sizeof *ob);
    if (!ob)
        return NULL;
    ob->slot = calloc(FIRST_SLOTS, sizeof *ob->slot);
    ob->slots = FIRST_SLOTS;
    ob_reset(ob);
    if (!ob->slot) {
        free(ob);
        return NULL;
    }
    return ob;
}

void ob_delete(struct ob *ob)
{
    if (!ob)
        return;
    ob_reset(ob);
    free(ob->slot);
    free(ob->handle);
    free(ob);
}

void ob_free_record(struct ob_record *record)
{
    free(record->object.name);
    free(record->target);
    free(record);
}

void ob_reset(struct ob *ob)
{
    for (uint32_t i = 0; ob->slot && i < ob->slots; i++) {
        if (ob->slot[i])
            ob_free_record(ob->slot[i]);
        ob->slot[i] = NULL;
    }
    ob->objects = ob->handles = ob->freed = 0;
    ob->lowest = 1;
    memset(ob->name, 0, sizeof ob->name);
    memset(ob->created, 0, sizeof ob->created);
    memset(ob->record, 0, sizeof ob->record);
}

void ob_on_end(struct kernel *k, enum ob_type type, ob_end *end)
{
    k->ob->end[type] = end;
}

void ob_place_type(struct kernel *k, enum ob_type type, uint32_t record)
{
    k->ob->record[type] = record;
}

unsigned ob_type_of(const struct kernel *k, uint32_t record)
{
    if (record == 0)
        return OB_ANY;
    for (unsigned i = 0; i < OB_TYPES; i++) {
        if (k->ob->record[i] == record)
            return i;
    }
    return OB_TYPES + 1;
}

/* Objects by address. A slot's place is the address's hash, or the next free one behind it. */
static uint32_t home(const struct ob *ob, uint32_t address)
{
    return (address >> 3) * UINT32_C(0x9E3779B1) >> 8 & (ob->slots - 1);
}

static uint32_t find(const struct ob *ob, uint32_t address)
{
    uint32_t at = home(ob, address);
    while (ob->slot[at] && ob->slot[at]->object.address != address)
        at = (at + 1) & (ob->slots - 1);
    return at;
}

static bool grow(struct ob *ob)
{
    struct ob_record **old = ob->slot, **slot = calloc((size_t)ob->slots * 2, sizeof *slot);
    uint32_t count = ob->slots;
    if (!slot)
        return false;
    ob->slot = slot;
    ob->slots *= 2;
    for (uint32_t i = 0; i < count; i++) {
        if (old[i])
            slot[find(ob, old[i]->object.address)] = old[i];
    }
    free(old);
    return true;
}

bool ob_enter(struct ob *ob, struct ob_record *record)
{
    if (ob->objects * 2 >= ob->slots && !grow(ob))
        return false;
    uint32_t at = find(ob, record->object.address);
    if (ob->slot[at])
        return false;
    ob->slot[at] = record;
    ob->objects++;
    return true;
}

static void leave(struct ob *ob, const struct ob_record *record)
{
    uint32_t mask = ob->slots - 1, hole = find(ob, record->object.address);
    ob->slot[hole] = NULL;
    ob->objects--;
    for (uint32_t at = (hole + 1) & mask; ob->slot[at]; at = (at + 1) & mask) {
        uint32_t wanted = home(ob, ob->slot[at]->object.address);
        if (((at - wanted) & mask) >= ((at - hole) & mask)) {
            ob->slot[hole] = ob->slot[at];
            ob->slot[at] = NULL;
            hole = at;
        }
    }
}

struct ob_object *ob_by_address(struct kernel *k, uint32_t body)
{
    struct ob_record *record = k->ob->slot[find(k->ob, body)];
    return record ? &record->object : NULL;
}

bool ob_in_block(struct kernel *k, uint32_t block)
{
    return ob_by_address(k, block + OB_HEADER_SIZE) || ob_by_address(k, block + OB_NAME_RECORD + OB_HEADER_SIZE);
}

/* The same in every run: neither addresses nor handles go into it. */
static uint64_t identify(uint64_t creator, enum ob_type type, uint32_t ordinal)
{
    const uint64_t part[3] = {type, creator, ordinal};
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (unsigned i = 0; i < 24; i++)
        hash = (hash ^ (part[i / 8] >> i % 8 * 8 & 0xFF)) * UINT64_C(0x100000001B3);
    return hash;
}

static uint64_t new_identity(struct kernel *k, enum ob_type type)
{
    struct ke_thread *thread = kernel_current_thread(k);
    struct ob_object *creator = thread ? ob_by_address(k, ke_thread_address(thread)) : NULL;
    if (!creator)
        return identify(0, type, k->ob->created[type]++);
    return identify(creator->identity, type, ob_record_of(creator)->created[type]++);
}

void ob_show(struct kernel *k, const struct ob_record *record)
{
    uint32_t header = record->object.address - OB_HEADER_SIZE;
    ke_show(k, header + HEADER_POINTERS, record->object.pointers, 4);
    ke_show(k, header + HEADER_HANDLES, record->object.handles, 4);
    ke_show(k, header + HEADER_FLAGS, record->flags, 1);
}

/* The name's record and its text, which lies behind the body. */
static void show_name(struct kernel *k, const struct ob_record *record, uint32_t body_size)
{
    uint32_t length = (uint32_t)strlen(record->object.name);
    uint32_t text = record->object.address + body_size;
    guest_put_u16(k, record->block + 8, (uint16_t)length);
    guest_put_u16(k, record->block + 10, (uint16_t)(length + 1));
    guest_put_u32(k, record->block + 12, text);
    guest_write(k, text, record->object.name, length + 1);
    guest_put_u8(k, record->object.address - OB_HEADER_SIZE + HEADER_NAME, OB_NAME_RECORD);
}

static struct ob_record *allocate(struct kernel *k, enum ob_type type, uint32_t size, const char *name)
{
    struct ob_record *record = calloc(1, sizeof *record);
    char *copy = name ? strdup(name) : NULL;
    uint32_t before = name ? OB_NAME_RECORD + OB_HEADER_SIZE : OB_HEADER_SIZE;
    uint32_t bytes = before + size + (name ? (uint32_t)strlen(name) + 1 : 0), header_at = 0, block = 0;
    uint8_t header[8];
    if (record && (copy || !name)) {
        block = mm_allocate_pool(k->mm, bytes, types[type].tag, &header_at, header);
        kernel_apply_changes(k);
    }
    if (block == 0) {
        free(copy);
        free(record);
        return NULL;
    }
    if (header_at != 0)
        guest_write(k, header_at, header, sizeof header);
    guest_fill(k, block, 0, bytes);
    record->object = (struct ob_object){.address = block + before, .type = type, .pointers = 1, .name = copy};
    record->block = block;
    record->flags = OB_TITLE_OWNED | (name ? OB_NAMED | OB_IN_DIRECTORY : 0);
    return record;
}

struct ob_object *ob_make(struct kernel *k, enum ob_type type, uint32_t size, const char *name)
{
    struct ob *ob = k->ob;
    size = ((size ? size : types[type].size) + 7) & ~UINT32_C(7);
    if (ob->objects >= OB_OBJECTS_MAX || size > OB_BODY_MAX)
        return NULL;
    struct ob_record *record = allocate(k, type, size, name);
    if (!record)
        return NULL;
    if (!ob_enter(ob, record)) {
        mm_free_pool(k->mm, record->block);
        kernel_apply_changes(k);
        ob_free_record(record);
        return NULL;
    }
    record->object.identity = new_identity(k, type);
    if (name) {
        ob_enter_name(ob, record);
        show_name(k, record, size);
    }
    guest_put_u32(k, record->object.address - OB_HEADER_SIZE + HEADER_TYPE, ob->record[type]);
    ob_show(k, record);
    return &record->object;
}

struct ob_object *ob_create(struct kernel *k, enum ob_type type, uint32_t size)
{
    return ob_make(k, type, size, NULL);
}

void ob_reference(struct kernel *k, struct ob_object *object)
{
    object->pointers++;
    ob_show(k, ob_record_of(object));
}

void ob_lend(struct kernel *k, struct ob_object *object)
{
    (void)k;
    ob_record_of(object)->lent++;
}

void ob_dereference(struct kernel *k, struct ob_object *object)
{
    struct ob *ob = k->ob;
    struct ob_record *record = ob_record_of(object);
    if (--object->pointers != 0) {
        ob_show(k, record);
        return;
    }
    if (ob->end[object->type])
        ob->end[object->type](k, object);
    log_handle(k, "destroy", object, 0);
    if (object->name)
        ob_leave_name(ob, record);
    leave(ob, record);
    (void)mm_free_pool(k->mm, record->block);
    kernel_apply_changes(k);
    ob_free_record(record);
}
