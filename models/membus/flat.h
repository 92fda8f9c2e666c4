/* Flat memory: RAM and the ways to the devices, in a fixed time for each kind of request, with no caches behind it.
 *
 * It answers three cores (models/sim/storage.h). The requests of one core are carried out in their order, each when
 * its time (flat.def) has passed since it came, whatever is due of several cores in the order of arrival, ties by
 * port. A request is carried out at one instant: RAM changes, the answer leaves, and the cores that may have the line
 * are told, all before anything else happens. It waits until each of these messages has a credit, so none is lost.
 *
 * Accesses that are not cached go on to their device, and the answer to the core when the device has answered; other
 * requests do not wait for it, but sync and eieio do, for those of their own core. */
#ifndef CYCLE360_MEMBUS_FLAT_H
#define CYCLE360_MEMBUS_FLAT_H

#include "models/sim/port.h"
#include "models/sim/storage.h"

#include <stddef.h>

enum { FLAT_CORES = 3, FLAT_THREADS = 2, FLAT_QUEUE_MAX = 64, FLAT_ANSWERS_MAX = 16 };
enum { FLAT_PAGE = 1 << 16, FLAT_PAGES_MAX = 1 << 14, FLAT_LINES = FLAT_PAGE / SIM_LINE };

struct flat_timing {
#define FLAT(name, ...) uint32_t name;
#include "models/membus/flat.def"
#undef FLAT
};

enum flat_device {
#define DEVICE(name) FLAT_DEVICE_##name,
#include "models/membus/routes.def"
    FLAT_DEVICES
};

struct flat_config {
    const struct sim_clock *clock;
    uint64_t size; /* of RAM, a multiple of FLAT_PAGE, up to 1 GiB */
    struct flat_timing timing;
};

/* What flat.def says. */
struct flat_timing flat_timing_default(void);

/* The line's bytes, and for each line which cores may have it in their L1D: bit n is core n. */
struct flat_page {
    uint8_t bytes[FLAT_PAGE];
    uint8_t holders[FLAT_LINES];
};

struct flat_request {
    sim_time came, due;
    struct sim_msg_core_request message;
};

struct flat_queue {
    struct sim_in request; /* ports request0 to request2 */
    struct sim_out reply;
    struct flat_request entry[FLAT_QUEUE_MAX];
    uint32_t first, count;
    bool stuck;  /* the first is due and waits, for a credit or for a device */
    uint32_t io; /* accesses that a device has not answered yet */
    struct flat_reservation {
        bool valid;
        uint64_t line; /* offset in RAM */
    } reservation[FLAT_THREADS];
};

/* A device's end: ports <name> and <name>_reply. */
struct flat_device_port {
    struct sim_out request;
    struct sim_in reply;
    struct sim_msg_mmio_response answer[FLAT_ANSWERS_MAX]; /* that have not gone on to their core */
    uint32_t count;
};

struct flat_signals {
    uint32_t depth[FLAT_CORES], core, kind, address, acted;
};

struct flat {
    struct sim_component component;
    struct flat_config config;
    struct flat_queue queue[FLAT_CORES];
    struct flat_device_port device[FLAT_DEVICES];
    struct flat_page *page[FLAT_PAGES_MAX]; /* made when first written or read by a core; NULL: zeros */
    uint64_t acted;                         /* requests carried out */
    struct {
        uint8_t core, kind;
        uint64_t address;
    } last;

    struct waves_scope *scope;
    struct flat_signals signals;
};

void flat_init(struct flat *flat, const char *name, uint32_t priority, const struct flat_config *config);
/* Gives its RAM back. */
void flat_free(struct flat *flat);

/* Bytes of RAM from a real address on, for loaders and debuggers, between runs: no core hears of a poke. False where
 * not all of them are RAM; then nothing is done. */
bool flat_peek(const struct flat *flat, uint64_t address, void *bytes, size_t size);
bool flat_poke(struct flat *flat, uint64_t address, const void *bytes, size_t size);

#endif
