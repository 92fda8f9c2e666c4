/* Where the time went: every clock of every thread charged to one cause, and to the instruction that waited or issued.
 * The cores tell of each instruction; here they are added up by address and by the calls that led there.
 *
 * Clocks since a thread's last issue belong to the instruction that issues next: it is the one that waited. Clocks that
 * no instruction ended (a thread that is stopped, or waits when the run ends) are the thread's, and nobody's else.
 *
 * Memory is bounded: what there is no place for is charged to a place called elsewhere, calls that nest too deeply to
 * the deepest one that is kept. Sums are exact all the same. */
#ifndef CYCLE360_BOARD_PROFILE_H
#define CYCLE360_BOARD_PROFILE_H

#include "board/profile_map.h"
#include "models/xenon/core/core.h"

enum {
    PROFILE_THREADS = 6,
    PROFILE_PLACES_MAX = 1 << 18, /* of each thread */
    PROFILE_NODES_MAX = 1 << 15,
    PROFILE_DEPTH_MAX = 100,   /* of the tree of calls */
    PROFILE_FRAMES_MAX = 4096, /* of calls that have not returned */
};

#define PROFILE_ELSEWHERE UINT64_MAX /* the address of what had no place */

/* A function of the program; what a file says of them does not overlap and is in order. */
struct profile_symbol {
    uint64_t address, size;
    const char *name;
};

/* What comes after an instruction. */
enum profile_kind {
    PROFILE_STEPS,
    PROFILE_JUMPS, /* to `target` or on */
    PROFILE_CALLS, /* the same, and is to come back */
    PROFILE_COMPUTED_JUMP,
    PROFILE_COMPUTED_CALL,
    PROFILE_RETURNS,
    PROFILE_RESUMES, /* from an interrupt */
};

/* One instruction of one thread. */
struct profile_place {
    uint64_t pc;
    uint64_t function; /* start of the symbol that it is of; without one, of the function that first came here; what is
                          called begins one */
    uint32_t word;
    uint32_t then; /* the place that was last found behind it; 0: none */
    uint8_t kind;
    uint8_t result;             /* enum xenon_resource */
    bool named;                 /* by a symbol */
    uint64_t issues, seconds;   /* how often it issued; of these, as the second of a pair */
    uint64_t late, late_clocks; /* of loads: how often the value was not in L1, and the clocks until it could be used */
    uint64_t clocks[XENON_CAUSES];
};

/* A function as it was called from another: the tree of calls, whose root, 0, is the thread. */
struct profile_node {
    uint64_t function; /* its start */
    uint32_t parent;
    uint8_t depth;
    uint64_t calls, issues;
    uint64_t clocks[XENON_CAUSES]; /* its own, without what it called */
};

/* What is known of one thread: nothing of it is shared, so that it is the same in whatever order cores run. */
struct profile_track;
struct profile_load;
struct profile_trail {
    struct profile_place *place; /* 0: elsewhere */
    uint32_t places, places_room;
    struct profile_node *node;
    uint32_t nodes, nodes_room;
    struct profile_map place_of, node_of; /* (pc, 0); (function, parent) */
    struct profile_track *track;          /* where it is */
    struct profile_load *load;            /* of each resource */
};

struct profile {
    const struct profile_symbol *symbol;
    uint32_t symbols;
    struct profile_trail trail[PROFILE_THREADS];
    struct profile_tap {
        struct profile *profile;
        unsigned first; /* thread of the core */
    } tap[PROFILE_THREADS / 2];
    struct xenon_core_watch watch[PROFILE_THREADS / 2];
};

/* The symbols must live as long as the profile. */
void profile_begin(struct profile *profile, const struct profile_symbol *symbol, uint32_t symbols);
void profile_end(struct profile *profile);

/* What a core, 0 to 2, is to call. */
const struct xenon_core_watch *profile_watch(struct profile *profile, unsigned core);
/* One instruction of a thread, 0 to 5; the issue's own number of the thread is not looked at. */
void profile_issued(struct profile *profile, unsigned thread, const struct xenon_issue *issue);
/* The value that a load of this thread was to write can be used from this clock on. */
void profile_filled(struct profile *profile, unsigned thread, uint8_t resource, uint64_t ready);

/* The node that a thread is in. */
uint32_t profile_node_now(const struct profile *profile, unsigned thread);

/* The symbol that an address is of, or NULL. */
const struct profile_symbol *profile_symbol_at(const struct profile *profile, uint64_t address);

#endif
