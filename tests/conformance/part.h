/* A part of a random board: it ticks, sends tokens whose contents depend on all that it has seen, holds credits back,
 * and checks the time of every arrival against arithmetic of its own. Whatever order or time a schedule got wrong ends
 * up in its hash. */
#ifndef CYCLE360_TESTS_CONFORMANCE_PART_H
#define CYCLE360_TESTS_CONFORMANCE_PART_H

#include "models/sim/machine.h"
#include "waves/waves.h"

enum part_kind {
    PART_REACTIVE, /* message() and event(), ticks at random intervals */
    PART_CLOCKED,  /* an advance of its own that visits every edge     */
    PART_IDLE,     /* ticks rarely, to be skipped over                 */
};

enum { PART_PORTS = 6, PART_HELD = 64 };

struct part_config {
    enum part_kind kind;
    uint32_t gap;     /* greatest number of clocks from tick to tick */
    uint32_t hold;    /* greatest number of clocks that a credit is held back */
    uint64_t stop_at; /* ticks after which it asks for a stop; 0: never */
    uint64_t seed;
};

struct part {
    struct sim_component component;
    struct sim_in in[PART_PORTS];
    struct sim_out out[PART_PORTS];
    struct part_config config;
    bool quiet_in[PART_PORTS], quiet_out[PART_PORTS]; /* what comes or goes there is quiet */
    uint32_t stated_latency[PART_PORTS];              /* of the link behind each in-port, as the board was described */
    /* state */
    uint64_t random, hash, ticks;
    uint64_t quiet_hash; /* of what came quietly, which must change nothing that it sends */
    uint32_t arrived;    /* from the last token */
    uint64_t edge;       /* of the next tick */
    uint32_t blocked_on; /* out-port that a token waits for; outs: none */
    uint32_t held;       /* credits held back, in the order of the edges at which they go */
    struct part_held {
        uint64_t edge;
        uint32_t port;
    } hold[PART_HELD];
    /* host */
    struct waves_scope *scope;
    uint32_t hash_signal, blocked_signal, arrived_signal;
};

void part_init(struct part *part, const char *name, const struct sim_clock *clock, uint32_t priority,
               const struct part_config *config);
/* Adds a port; answers it. */
struct sim_in *part_add_in(struct part *part);
struct sim_out *part_add_out(struct part *part);

uint64_t part_random(uint64_t *state);

#endif
