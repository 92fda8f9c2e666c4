/* The bytes of main memory, big-endian as the machine's, in pages of the host's that come to be when they are first
 * written. Who was never written reads as zero. */
#ifndef CYCLE360_MEMBUS_RAM_H
#define CYCLE360_MEMBUS_RAM_H

#include "models/sim/state.h"
#include "models/sim/status.h"
#include "models/sim/storage.h"

enum { MEMBUS_RAM_PAGE = 0x10000 };

struct membus_ram {
    uint64_t size; /* a power of two, at least one page, at most 4 GiB */
    uint8_t **page;
};

enum sim_status membus_ram_init(struct membus_ram *ram, uint64_t size, struct sim_error *error);
void membus_ram_free(struct membus_ram *ram);
/* All zeros again. */
void membus_ram_reset(struct membus_ram *ram);

/* Any bytes; addresses go round at the end of memory. */
void membus_ram_read(const struct membus_ram *ram, uint64_t address, void *bytes, size_t size);
void membus_ram_write(struct membus_ram *ram, uint64_t address, const void *bytes, size_t size);

/* One line, where it lies; NULL while it was never written. */
const uint8_t *membus_ram_line(const struct membus_ram *ram, uint64_t address);
uint8_t *membus_ram_line_to_write(struct membus_ram *ram, uint64_t address);

/* Pages that hold a byte other than zero. */
void membus_ram_save(const struct membus_ram *ram, struct sim_writer *writer);
void membus_ram_load(struct membus_ram *ram, struct sim_reader *reader);

#endif
