/* What ob_parts.h will say. */
#ifndef CYCLE360_HLE_KERNEL_PLACEHOLDERS_H
#define CYCLE360_HLE_KERNEL_PLACEHOLDERS_H

#include "kernel-hle/ob/ob.h"

typedef void ob_end(struct kernel *k, struct ob_object *object);
struct ob *ob_new(void);
void ob_delete(struct ob *ob);
void ob_reset(struct ob *ob);
void ob_on_end(struct kernel *k, enum ob_type type, ob_end *end);

#endif
