/* The title's map: which real page an effective address means, and what may be done there. regions.def lists the
 * regions, each of one page size; a page is there or not, with rights and attributes of its own.
 *
 *     membus_map_set(map, 0x82000000, 0x400000, 0x1000000, MEMBUS_READ_WRITE, &error);
 *     membus_map_access(map, address, MEMBUS_WRITE, &real, &fault)
 *
 * Whoever keeps a map in a running machine tells the cores of changes (l2.h). */
#ifndef CYCLE360_MEMBUS_MAP_H
#define CYCLE360_MEMBUS_MAP_H

#include "models/sim/state.h"
#include "models/sim/status.h"
#include "models/sim/storage.h"

#include <stdbool.h>

enum membus_region_id {
#define REGION(name, ...) MEMBUS_REGION_##name,
#include "models/membus/map/regions.def"
#undef REGION
    MEMBUS_REGIONS
};

enum membus_region_kind { MEMBUS_VIRTUAL, MEMBUS_PHYSICAL, MEMBUS_DEVICE };

struct membus_region {
    const char *name;
    uint32_t base, size; /* no region reaches the end of the 32 bits */
    uint8_t page_bits, kind;
    uint32_t real;
    const char *confidence, *source;
};
extern const struct membus_region membus_regions[MEMBUS_REGIONS];

enum { MEMBUS_VIEW_MASK = 0x1FFFFFFF };

/* Beside enum sim_page_flags: the page's own bits. */
enum membus_page_bits {
    MEMBUS_PAGE_SIM = 0xFF,
    MEMBUS_PAGE_PRESENT = 0x100,
    MEMBUS_PAGE_GUARD = 0x200, /* whoever touches it faults, whatever the rights */
    MEMBUS_PAGE_FLAGS = 0xFFF,
};

#define MEMBUS_READ_ONLY  (SIM_PAGE_USER_READ | SIM_PAGE_READ)
#define MEMBUS_READ_WRITE (MEMBUS_READ_ONLY | SIM_PAGE_USER_WRITE | SIM_PAGE_WRITE)

/* Bits 12 and up of the real page, low bits enum sim_page_flags and enum membus_page_bits; 0: no page. */
typedef uint32_t membus_page;

struct membus_map {
    uint64_t memory; /* bytes of it: no real page of a virtual one may lie beyond */
    membus_page *page[MEMBUS_REGIONS];
};

enum membus_access { MEMBUS_READ, MEMBUS_WRITE, MEMBUS_EXECUTE };

#define MEMBUS_FAULTS(X)                   \
    X(NONE, "none")                        \
    X(HOLE, "no region lies there")        \
    X(ABSENT, "the page is not there")     \
    X(GUARDED, "the page is a guard page") \
    X(PROTECTED, "the page does not allow it")
enum membus_fault_reason {
#define X(name, text) MEMBUS_FAULT_##name,
    MEMBUS_FAULTS(X)
#undef X
        MEMBUS_FAULT_REASONS
};
extern const char *const membus_fault_text[MEMBUS_FAULT_REASONS];

struct membus_fault {
    uint64_t address;
    enum membus_access access;
    enum membus_fault_reason reason;
};

struct membus_query {
    const struct membus_region *region; /* NULL: a hole */
    uint32_t base, size;                /* of the page */
    uint32_t real;                      /* of the page's beginning, where it is present */
    uint32_t flags;                     /* enum sim_page_flags, enum membus_page_bits */
};

/* Nothing is mapped then but devices. */
enum sim_status membus_map_init(struct membus_map *map, uint64_t memory, struct sim_error *error);
void membus_map_free(struct membus_map *map);
void membus_map_reset(struct membus_map *map);

/* All three take whole pages of one region that is no DEVICE; on failure the map is as it was. Flags are enum
 * sim_page_flags and MEMBUS_PAGE_GUARD. `real` counts for VIRTUAL regions; a view's pages are where they are. */
enum sim_status membus_map_set(struct membus_map *map, uint64_t base, uint64_t size, uint64_t real, uint32_t flags,
                               struct sim_error *error);
enum sim_status membus_map_unset(struct membus_map *map, uint64_t base, uint64_t size, struct sim_error *error);
enum sim_status membus_map_protect(struct membus_map *map, uint64_t base, uint64_t size, uint32_t flags,
                                   struct sim_error *error);

const struct membus_region *membus_map_region(uint64_t address);
struct membus_query membus_map_query(const struct membus_map *map, uint64_t address);

/* The real address of an access to one byte by a title; false, and why, where it may not. */
bool membus_map_access(const struct membus_map *map, uint64_t address, enum membus_access access, uint64_t *real,
                       struct membus_fault *fault);

/* What SIM_TRANSLATION says. A guard page is there with no rights. */
void membus_map_translate(const struct membus_map *map, uint64_t address, struct sim_msg_core_reply *reply);

/* Writes the regions as text, one a line, with how many pages are there; what does not fit is cut off. Returns the
 * length that all of it has. */
size_t membus_map_print(const struct membus_map *map, char *text, size_t size);

void membus_map_save(const struct membus_map *map, struct sim_writer *writer);
void membus_map_load(struct membus_map *map, struct sim_reader *reader);

#endif
