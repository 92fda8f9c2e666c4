/* Two parts for tests of a device: a driver that plays a list of register accesses against it, and a sink that its
 * interrupt line ends in. Both give credits back late, each by a number of clocks that depends on the message, so that
 * a device must wait now and then. What reached them is kept in lists of theirs. */
#ifndef CYCLE360_TESTS_SUPPORT_BUS_DRIVER_H
#define CYCLE360_TESTS_SUPPORT_BUS_DRIVER_H

#include "models/sim/port.h"

enum { BUS_ACCESSES_MAX = 4096, BUS_HELD_MAX = 16 };

struct bus_access {
    uint64_t gap; /* clocks after the access before it, at least */
    uint64_t address, data;
    uint8_t size;
    bool write;
};

/* Credits held back, in the order in which they go. */
struct bus_held {
    uint32_t most; /* clocks; 0: none is held back */
    uint32_t count;
    uint64_t edge[BUS_HELD_MAX];
};

struct bus_driver {
    struct sim_component component;
    struct sim_out request;
    struct sim_in reply;
    const struct bus_access *script;
    uint32_t accesses;

    uint32_t sent, answered;
    uint64_t edge; /* the earliest of the next access */
    struct bus_held held;

    struct bus_answer {
        sim_time sent, due; /* of the answer */
        struct sim_msg_mmio_response response;
    } answer[BUS_ACCESSES_MAX]; /* by tag, which is the access's number; empty where a machine was loaded after it */
    struct waves_scope *scope;
    uint32_t sent_signal, answered_signal;
};

struct line_sink {
    struct sim_component component;
    struct sim_in line;

    uint32_t changes;
    uint8_t level;
    struct bus_held held;

    struct line_change {
        sim_time sent;
        uint8_t thread, level;
    } change[BUS_ACCESSES_MAX];
    struct waves_scope *scope;
    uint32_t level_signal;
};

void bus_driver_init(struct bus_driver *driver, const char *name, uint32_t priority, const struct sim_clock *clock,
                     uint32_t hold, const struct bus_access *script, uint32_t accesses);
void line_sink_init(struct line_sink *sink, const char *name, uint32_t priority, const struct sim_clock *clock,
                    uint32_t hold);

#endif
