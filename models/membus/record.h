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

struct membus_listener {
    void *context;
    void (*heard)(void *context, const struct membus_record *record); /* NULL: nobody listens */
};

enum { MEMBUS_NORTH_KINDS = 4 /* of enum sim_memory_request_kind: those that begin a transaction */ };
extern const char *const membus_l2_kinds[SIM_CORE_REQUESTS];
extern const char *const membus_north_kinds[MEMBUS_NORTH_KINDS];

#endif
