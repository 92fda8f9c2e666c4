/* Memory behind one core, for tests: flat, with a fixed latency for each kind of request, first in, first out. It keeps
 * the rules of models/sim/storage.h. Times are clocks of the core. */
#ifndef CYCLE360_TESTS_SUPPORT_CORE_MEMORY_H
#define CYCLE360_TESTS_SUPPORT_CORE_MEMORY_H

#include "models/sim/storage.h"

#include <stdbool.h>

enum { CORE_MEMORY_SIZE = 1 << 20, CORE_MEMORY_LINES = CORE_MEMORY_SIZE / SIM_LINE };

struct core_memory_latencies {
    uint32_t request;       /* from the sending of a request to its arrival, at least 1 */
    uint32_t credits;       /* requests that may be under way */
    uint32_t credit_return; /* from the sending of a request to its credit's being back, more than `request` */
    uint32_t reply[SIM_CORE_REQUESTS]; /* from a request's arrival to its reply's; at least 1 */
};

struct core_memory {
    uint8_t bytes[CORE_MEMORY_SIZE];
    uint64_t touched[CORE_MEMORY_LINES / 64]; /* bit n: line n may not be zero */
    struct {
        bool held;
        uint64_t line;
    } reservation[2];
    uint64_t last_due;
};

struct core_memory_reply {
    uint64_t due;
    struct sim_msg_core_reply message;
};

enum { CORE_MEMORY_REPLIES_MAX = 2 };

/* All zero again, as far as it was touched. */
void core_memory_clear(struct core_memory *memory);
/* From outside: what a program is loaded with. */
void core_memory_write(struct core_memory *memory, uint64_t address, const void *bytes, size_t size);
/* Does a request that was sent at `sent`; requests come in the order in which they were sent. How many replies there
 * are; -1 for a request that this memory does not know or an address that it does not have. */
int core_memory_take(struct core_memory *memory, const struct core_memory_latencies *latencies,
                     const struct sim_msg_core_request *request, uint64_t sent,
                     struct core_memory_reply reply[CORE_MEMORY_REPLIES_MAX]);
/* The first address at which the two differ; CORE_MEMORY_SIZE where none does. */
uint64_t core_memory_differs(const struct core_memory *a, const struct core_memory *b);

#endif
