/* What the files of this folder share, and what the kernel's other parts need of it beside ob.h. Of struct kernel it
 * takes `ob`, `mm` and `reference`; kernel_current_thread() and kernel_apply_changes(). */
#ifndef CYCLE360_HLE_OB_PARTS_H
#define CYCLE360_HLE_OB_PARTS_H

#include "kernel-hle/ob/ob.h"

enum {
    OB_NAME_RECORD = 0x10, /* before the header of an object with a name: next, directory, ANSI_STRING */
    OB_OBJECTS_MAX = 0x10000,
    OB_HANDLES_MAX = 0x10000,
    OB_BODY_MAX = 0x10000,
    OB_BUCKETS = 1024
};

#define OB_FIRST_HANDLE UINT32_C(0xF8000000)

/* Bits of the header's flags. */
enum ob_flag { OB_NAMED = 1, OB_PERMANENT = 2, OB_IN_DIRECTORY = 4, OB_TITLE_OWNED = 0x10 };

struct ob_record {
    struct ob_object object; /* first */
    uint32_t block;          /* of the pool, that it lies in */
    uint32_t lent;           /* of the pointers, those that are the title's to give back */
    uint8_t flags;
    char *target;                /* of a symbolic link */
    uint32_t created[OB_TYPES];  /* by a thread */
    struct ob_record *same_name; /* the next one of the bucket */
};

struct ob_handle {
    struct ob_record *record; /* NULL: free */
    uint32_t next;            /* of a free one: index + 1 of the one that was freed before it */
};

typedef void ob_end(struct kernel *k, struct ob_object *object);

struct ob {
    struct ob_record **slot; /* by address; open, a power of two of them */
    uint32_t slots, objects;
    struct ob_record *name[OB_BUCKETS];
    struct ob_handle *handle;
    uint32_t handles, handles_room; /* that have been given out once */
    uint32_t freed;                 /* index + 1 of the last one */
    uint32_t lowest;                /* none below it but 0 is free */
    uint32_t created[OB_TYPES];     /* by nobody: before the first thread, in interrupts */
    uint32_t record[OB_TYPES];      /* addresses of the types' records */
    ob_end *end[OB_TYPES];
};

/* NULL without memory. */
struct ob *ob_new(void);
void ob_delete(struct ob *ob);
/* No objects, no handles; the memory manager is reset as well. Owners are not told. */
void ob_reset(struct ob *ob);
/* Who is told that an object of the type ends; its body is still there. At the kernel's creation. */
void ob_on_end(struct kernel *k, enum ob_type type, ob_end *end);
/* The record of the type, which headers point at; ob_type_of() finds the type of one, OB_ANY for 0, OB_TYPES + 1 for
 * what is none. */
void ob_place_type(struct kernel *k, enum ob_type type, uint32_t record);
unsigned ob_type_of(const struct kernel *k, uint32_t record);

/* One of the pointers is now the title's, which gives it back by ObDereferenceObject. */
void ob_lend(struct kernel *k, struct ob_object *object);
/* Whether a block of the pool holds an object: not the title's to free. */
bool ob_in_block(struct kernel *k, uint32_t block);

/* Creates with a name, NULL for none, which nobody else has. */
struct ob_object *ob_make(struct kernel *k, enum ob_type type, uint32_t size, const char *name);
/* The object of a name, NULL: none. */
struct ob_object *ob_by_name(struct kernel *k, const char *name);
/* The name in an OBJECT_ATTRIBUTES or an ANSI_STRING, "" where there is none. */
nt_status ob_attributes_name(struct kernel *k, uint32_t attributes, char name[OB_NAME_MAX]);
nt_status ob_string_name(struct kernel *k, uint32_t string, char name[OB_NAME_MAX]);
/* Follows symbolic links at the beginning of a path, in place; false where it gets too long or goes round. */
bool ob_follow_links(struct kernel *k, char *path, size_t size);
/* "d:" of "\??\d:". */
const char *ob_link_name(const char *name);
/* Nobody finds it by its name any more. */
void ob_forget_name(struct kernel *k, struct ob_object *object);
/* False, and why. */
bool ob_make_link(struct kernel *k, const char *name, const char *target, nt_status *status);

/* Between the files. */
static inline struct ob_record *ob_record_of(struct ob_object *object)
{
    return (struct ob_record *)object;
}
void ob_show(struct kernel *k, const struct ob_record *record); /* its counts and flags, in guest memory */
bool ob_enter(struct ob *ob, struct ob_record *record);
void ob_enter_name(struct ob *ob, struct ob_record *record);
void ob_leave_name(struct ob *ob, struct ob_record *record);
void ob_free_record(struct ob_record *record);
bool ob_handles_grow(struct ob *ob, uint32_t count);

void ob_save(const struct kernel *k, struct sim_writer *writer);
/* After the memory manager's; owners attach their payloads afterwards. */
void ob_load(struct kernel *k, struct sim_reader *reader);

#endif
