/* One to three cores before a flat memory, for tests and benches: each request is done when it arrives, in the order of
 * arrival, and answered over links of a fixed latency. Beside memory there is one device, at CORE_RIG_DEVICE: 128 bytes
 * that keep what is written, then a word that counts the accesses before it. It also drives the cores' interrupt lines.
 *
 * SystemC elaborates once per process, so each rig runs in a child process (models/sim/child.h). */
#ifndef CYCLE360_TESTS_SUPPORT_CORE_RIG_H
#define CYCLE360_TESTS_SUPPORT_CORE_RIG_H

#include "models/sim/machine.h"
#include "models/sim/storage.h"
#include "models/xenon/core/core.h"

enum { CORE_RIG_CORES = 3, CORE_RIG_MEMORY = 2 << 20, CORE_RIG_QUEUE = 128 };
#define CORE_RIG_DEVICE UINT64_C(0xEA001000)
enum { CORE_RIG_DEVICE_BYTES = 128 };

struct core_rig_spec {
    unsigned cores;
    struct sim_options sim;
    struct xenon_core_timing timing;
    uint64_t entry;                   /* of every core, ... */
    uint32_t running[CORE_RIG_CORES]; /* ... and which of its threads run at once */
    uint32_t request, reply;          /* clocks that a request and its reply are under way */
    uint64_t line_clock;              /* at which the line of thread 0 of core 0 goes up; 0: never */
    const uint8_t *program;           /* from real address 0 on */
    size_t size;
};
struct core_rig_spec core_rig_usual(void);

struct core_rig_memory {
    struct sim_component component;
    struct sim_in request[CORE_RIG_CORES];
    struct sim_out reply[CORE_RIG_CORES], line[CORE_RIG_CORES];
    unsigned cores;
    uint64_t line_clock;
    /* state */
    uint8_t bytes[CORE_RIG_MEMORY], device[CORE_RIG_DEVICE_BYTES];
    uint32_t accesses;
    bool line_done;
    struct {
        bool held;
        uint64_t line;
    } reservation[2 * CORE_RIG_CORES];
    struct core_rig_queue { /* replies that wait for a credit */
        uint32_t first, count;
        struct sim_msg_core_reply message[CORE_RIG_QUEUE];
    } queue[CORE_RIG_CORES];
};

struct core_rig {
    struct sim_clock clock, timebase;
    struct core_rig_memory *memory;
    struct xenon_core *core[CORE_RIG_CORES];
    struct sim_machine *machine;
};

/* Ends the process where something fails. */
struct core_rig *core_rig_new(const struct core_rig_spec *spec);
void core_rig_free(struct core_rig *rig);
/* Runs to a clock, or to an earlier stop. */
struct sim_stop core_rig_run(struct core_rig *rig, uint64_t clock);
uint64_t core_rig_clock(const struct core_rig *rig);

/* Memory as the program sees it, with what the core of that number still holds itself. */
void core_rig_read(const struct core_rig *rig, unsigned core, uint64_t address, uint8_t *bytes, size_t size);

#endif
