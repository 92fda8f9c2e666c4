/* What the components of memory tell of each transaction when it is done. Waves show these records, and whoever has set
 * a listener is handed them: on the thread that runs the component, in the order in which they are done. */
#ifndef CYCLE360_MEMBUS_RECORD_H
#define CYCLE360_MEMBUS_RECORD_H

#include "models/sim/memory.h"
#include "models/sim/storage.h"
#include "models/sim/time.h"

struct membus_record {
    sim_time issued, granted, done;
    uint64_t address; /* of the first byte, as it was asked for */
    uint8_t who;      /* the L2: a core; the GPU's chip: a client */
    uint8_t thread;   /* of the core */
    uint8_t kind;     /* enum sim_core_request_kind; enum sim_memory_request_kind */
    uint8_t size;
    uint8_t source; /* enum sim_source: who had the bytes, or got them */
};

/* Lives where its owner keeps it. Set and taken away between runs. */
struct membus_listener {
    void *context;
    void (*heard)(void *context, const struct membus_record *record);
    struct membus_listener *next;
};

static inline void membus_listen(struct membus_listener **list, struct membus_listener *listener)
{
    listener->next = *list;
    *list = listener;
}

static inline void membus_listen_no_more(struct membus_listener **list, struct membus_listener *listener)
{
    while (*list && *list != listener)
        list = &(*list)->next;
    if (*list)
        *list = listener->next;
}

static inline void membus_tell(const struct membus_listener *list, const struct membus_record *record)
{
    for (; list; list = list->next)
        list->heard(list->context, record);
}

/* What a way of the bus has carried since its sender was made: of the run, not of the machine's state. */
struct membus_carried {
    uint64_t messages, bytes /* of data */, clocks /* of the bus on that side */;
};

enum { MEMBUS_NORTH_KINDS = 4 /* of enum sim_memory_request_kind: those that begin a transaction */ };
extern const char *const membus_l2_kinds[SIM_CORE_REQUESTS];
extern const char *const membus_north_kinds[MEMBUS_NORTH_KINDS];

#endif
