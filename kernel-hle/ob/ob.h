/* Objects, handles and names. An object's body and its header lie in guest memory at their real offsets; who refers to
 * it, and by which handles, is kept here, so that a title cannot spoil it. */
#ifndef CYCLE360_HLE_OB_H
#define CYCLE360_HLE_OB_H

#include "kernel-hle/kernel/kernel.h"
#include "kernel-hle/status.h"

enum ob_type {
#define OBJECT(name, ...) OB_##name,
#include "kernel-hle/ob/types.def"
#undef OBJECT
    OB_TYPES,
    OB_ANY = OB_TYPES
};

enum { OB_HEADER_SIZE = 0x18, OB_NAME_MAX = 256 };

#define OB_CURRENT_THREAD UINT32_C(0xFFFFFFFE)

struct ob_object {
    uint32_t address; /* of the body */
    enum ob_type type;
    uint32_t pointers, handles;
    uint64_t identity; /* the same in every run: of type, creator and how many it had created before */
    char *name;        /* NULL: none */
    void *payload;     /* of its type's owner (ke: struct ke_thread, io: struct io_file); not saved by ob */
};

/* A new object: body of `size` bytes (0: its type's), cleared, in guest memory; one pointer to it is the caller's.
 * NULL where there is no memory. */
struct ob_object *ob_create(struct kernel *k, enum ob_type type, uint32_t size);
void ob_reference(struct kernel *k, struct ob_object *object);
/* The last one ends it: its type's owner is told (ob_ended), its memory is free. */
void ob_dereference(struct kernel *k, struct ob_object *object);
struct ob_object *ob_by_address(struct kernel *k, uint32_t body); /* NULL: none begins there */

/* The object of a handle, which may be OB_CURRENT_THREAD; it is not referenced. NULL and the status: INVALID_HANDLE, or
 * OBJECT_TYPE_MISMATCH. */
struct ob_object *ob_by_handle(struct kernel *k, uint32_t handle, enum ob_type type, nt_status *status);
nt_status ob_new_handle(struct kernel *k, struct ob_object *object, uint32_t *handle);
nt_status ob_close(struct kernel *k, uint32_t handle);

/* What NtCreate... does: looks for the name in `attributes` (the guest's, 0: none), or creates an object with it, and
 * makes a handle. *existed says that NT_OBJECT_NAME_EXISTS was answered and the object is an older one. The body is
 * for the caller to fill in. */
nt_status ob_create_named(struct kernel *k, enum ob_type type, uint32_t attributes, uint32_t *handle,
                          struct ob_object **object, bool *existed);
nt_status ob_open_named(struct kernel *k, enum ob_type type, uint32_t attributes, uint32_t *handle);

const char *ob_type_name(enum ob_type type); /* "event" */

#endif
