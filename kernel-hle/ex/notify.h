/* Notifications of xam: what happens outside of a title, and who listens. */
#ifndef CYCLE360_HLE_EX_NOTIFY_H
#define CYCLE360_HLE_EX_NOTIFY_H

#include "kernel-hle/ob/ob.h"

enum { NOTIFY_QUEUE = 64, NOTIFY_LISTENERS = 256 };

/* What EVENT objects that listen are besides. The event is set while the queue holds something. */
struct notify_listener {
    struct ob_object *object;
    uint64_t mask; /* of areas */
    uint32_t max_version, count;
    struct {
        uint32_t id, parameter;
    } queue[NOTIFY_QUEUE];
};

struct notify {
    struct notify_listener *listener[NOTIFY_LISTENERS]; /* in the order of creation */
    uint32_t listeners;
    bool told; /* the first one of the system's area has been told how things are */
};

/* NULL without memory. */
struct notify *notify_new(void);
void notify_delete(struct notify *notify);
/* Before objects go. */
void notify_reset(struct notify *notify);
/* To all whose mask has the id's area (bits 25 to 30) and who know its version (bits 16 to 24). */
void notify_broadcast(struct kernel *k, uint32_t id, uint32_t parameter);
void notify_ended(struct kernel *k, struct ob_object *object);

/* After those of objects. */
void notify_save(const struct kernel *k, struct sim_writer *writer);
void notify_load(struct kernel *k, struct sim_reader *reader);

#endif
